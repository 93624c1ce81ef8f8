/* A tape: answers of model servers as they came, one JSON line each, found again by the request's bytes. What is recorded is
 * what a server said, not what was made of it, so that a replay goes the same way. Keys are in headers and on no tape. */
#ifndef LLM_TAPE_H
#define LLM_TAPE_H

#include "pland/base/buf.h"
#include "pland/base/err.h"
#include "pland/base/hash.h"

struct tape;
/* Recording appends to the file, made with mode 0600 when it is not there; replaying reads all of it. */
_must_check_ enum err_kind tape_record(const char *path, struct tape **ret, struct err *e);
_must_check_ enum err_kind tape_replay(const char *path, struct tape **ret, struct err *e);
/* Returns after the last take. Accepts NULL. */
void tape_close(struct tape *t);
bool tape_replays(const struct tape *t);

/* Of a request: its path and body. */
struct tape_key { char hex[2 * SHA256_LEN + 1]; };
struct tape_key tape_key(const char *path, const struct buf *body);

/* Any thread. Failing to write is logged, not the call's failure. */
void tape_write(struct tape *t, const struct tape_key *key, int status, bool stream, const struct buf *body);

struct take { int status; bool stream; const char *body; size_t n; };
typedef void take_fn(void *arg, const struct take *take);
/* The next take of this request, given on the tape's own thread; the last one again when all were given. ERR_NOT_FOUND. */
_must_check_ enum err_kind tape_play(struct tape *t, const struct tape_key *key, take_fn *fn, void *arg, struct err *e);

#endif
