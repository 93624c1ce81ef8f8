/* A bounded queue and its threads. */
#include "web/pool.h"

#include <stdlib.h>

#include "pland/base/lock.h"

enum { THREADS_MAX = 16 };

struct pool {
    pthread_t threads[THREADS_MAX];
    size_t n_threads, max;
    struct lock lock; /* guards everything below */
    struct cond more;
    struct pool_task *first, **last;
    size_t waiting;
    bool stopping;
};

static struct pool_task *next_task(struct pool *p)
{
    struct pool_task *t;
    HOLD(&p->lock);
    while (!p->first && !p->stopping) cond_wait(&p->more, &p->lock);
    if (!(t = p->first)) return NULL;
    p->first = t->next;
    if (!p->first) p->last = &p->first;
    p->waiting--;
    return t;
}

static void *run(void *arg)
{
    struct pool *p = arg;
    struct pool_task *t;
    while ((t = next_task(p)) != NULL) t->run(t);
    return NULL;
}

enum err_kind pool_new(size_t threads, size_t max_waiting, struct pool **ret, struct err *e)
{
    struct pool *p = calloc(1, sizeof *p);
    if (!p) return err_nomem(e);
    p->max = max_waiting;
    p->last = &p->first;
    lock_init(&p->lock);
    cond_init(&p->more);
    while (p->n_threads < threads && p->n_threads < THREADS_MAX) {
        int rc = thread_start(&p->threads[p->n_threads], "web-pool", run, p);
        if (rc != 0) {
            pool_free(p);
            return err_errno(e, rc, "cannot start a pool thread");
        }
        p->n_threads++;
    }
    *ret = p;
    return ERR_OK;
}

void pool_free(struct pool *p)
{
    if (!p) return;
    lock_enter(&p->lock);
    p->stopping = true;
    cond_broadcast(&p->more);
    lock_leave(&p->lock);
    for (size_t i = 0; i < p->n_threads; i++) (void)pthread_join(p->threads[i], NULL);
    cond_release(&p->more);
    lock_release(&p->lock);
    free(p);
}

bool pool_submit(struct pool *p, struct pool_task *t)
{
    HOLD(&p->lock);
    if (p->waiting == p->max) return false;
    t->next = NULL;
    *p->last = t;
    p->last = &t->next;
    p->waiting++;
    cond_signal(&p->more);
    return true;
}
