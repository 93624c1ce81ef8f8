#include "format.h"

#include <stdio.h>

size_t rl_head_make(char head[RL_HEAD], size_t n)
{
    int len = snprintf(head, RL_HEAD, "%zu ", n);
    return len > 0 ? (size_t)len : 0;
}
