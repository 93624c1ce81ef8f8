/* A log of fixed size in memory. Any number of threads may write, one reads. */
#ifndef RINGLOG_H
#define RINGLOG_H

#include <stddef.h>
#include <stdint.h>

enum rl_error { RL_OK, RL_NOMEM, RL_TOO_LONG, RL_EMPTY };

struct rl_ring;

enum rl_error rl_open(struct rl_ring **ret, size_t bytes);
void rl_close(struct rl_ring *ring);
enum rl_error rl_write(struct rl_ring *ring, const char *text, size_t n);
enum rl_error rl_read(struct rl_ring *ring, char *ret, size_t n, size_t *ret_n);
const char *rl_error_text(enum rl_error error);

#endif
