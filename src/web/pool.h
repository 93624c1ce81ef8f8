/* A few threads for what may block or takes long: preparing writes, large bodies, slow views. */
#ifndef WEB_POOL_H
#define WEB_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include "pland/base/err.h"

struct pool;
struct pool_task { /* embedded in what it works on; must not be touched by its owner until run has begun */
    void (*run)(struct pool_task *t);
    struct pool_task *next;
};

_must_check_ enum err_kind pool_new(size_t threads, size_t max_waiting, struct pool **ret, struct err *e);
void pool_free(struct pool *p);                        /* finishes what is queued; accepts NULL */
bool pool_submit(struct pool *p, struct pool_task *t); /* false: full */

#endif
