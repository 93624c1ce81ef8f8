/* The pool of read connections: a stack, so that the one used last (its pages are cached) is used next. */
#include "store/readers.h"

#include <stdlib.h>

#include "pland/base/lock.h"
#include "store/conn.h"

enum { READERS_MAX = 64 };

struct readers {
    const struct engine *engine;
    const char *place; /* borrowed */
    int max;
    struct lock lock; /* guards idle, n_idle, n_open */
    struct cond freed;
    struct conn *idle[READERS_MAX];
    int n_idle, n_open;
};

enum err_kind readers_new(const struct engine *engine, const char *place, int max, struct readers **ret, struct err *e)
{
    struct readers *r;
    if (max < 1 || max > READERS_MAX) return err_set(e, ERR_INVALID, "the store takes 1 to %d readers", READERS_MAX);
    r = calloc(1, sizeof *r);
    if (!r) return err_nomem(e);
    r->engine = engine;
    r->place = place;
    r->max = max;
    lock_init(&r->lock);
    cond_init(&r->freed);
    *ret = r;
    return ERR_OK;
}

void readers_free(struct readers *r)
{
    if (!r) return;
    while (r->n_idle > 0) conn_close(r->idle[--r->n_idle]);
    cond_release(&r->freed);
    lock_release(&r->lock);
    free(r);
}

/* An idle connection, or NULL with the right to open one. */
static struct conn *take_idle(struct readers *r)
{
    HOLD(&r->lock);
    while (r->n_idle == 0 && r->n_open == r->max) cond_wait(&r->freed, &r->lock);
    if (r->n_idle > 0) return r->idle[--r->n_idle];
    r->n_open++;
    return NULL;
}

static void give_up(struct readers *r)
{
    HOLD(&r->lock);
    r->n_open--;
    cond_signal(&r->freed);
}

enum err_kind readers_take(struct readers *r, struct conn **ret, struct err *e)
{
    struct conn *c = take_idle(r);
    enum err_kind k = c ? ERR_OK : conn_open(r->engine, r->place, CONN_READER, NULL, &c, e);
    if (k == ERR_OK) *ret = c;
    else give_up(r);
    return k;
}

void readers_give(struct readers *r, struct conn *c)
{
    HOLD(&r->lock);
    r->idle[r->n_idle++] = c;
    cond_signal(&r->freed);
}
