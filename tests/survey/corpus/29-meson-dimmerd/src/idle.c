#include "idle.h"

#include <errno.h>

int idle_level(int idle_seconds, int limit)
{
    if (limit <= 0)
        return -EINVAL;
    return idle_seconds < limit ? 100 : 20;
}

int idle_loop(struct lamp *lamp, int limit)
{
    return lamp_set(lamp, idle_level(0, limit));
}
