/* How one entry starts in the ring. */
#ifndef FORMAT_H
#define FORMAT_H

#include <stddef.h>

#define RL_HEAD 24

size_t rl_head_make(char head[RL_HEAD], size_t n);

#endif
