/* The checkpoint thread. It has a connection of its own and wakes for every few megabytes of new log. */
#include "store/checkpoint.h"

#include <stdlib.h>

#include "pland/base/lock.h"
#include "pland/base/log.h"
#include "store/conn.h"

enum { STEP = 4 << 20 };

struct checkpointer {
    struct conn *conn;
    pthread_t thread;
    int64_t next;     /* log size that wakes the thread; the writer's */
    struct lock lock; /* guards due, closing */
    struct cond wake;
    bool due, closing;
};

static bool wait_due(struct checkpointer *p)
{
    HOLD(&p->lock);
    while (!p->due && !p->closing) cond_wait(&p->wake, &p->lock);
    p->due = false;
    return !p->closing;
}

static void *run(void *arg)
{
    struct checkpointer *p = arg;
    while (wait_due(p)) {
        struct err e = { 0 };
        if (p->conn->engine->checkpoint(p->conn, false, &e) != ERR_OK) log_error("checkpoint failed", LOG_E(&e));
    }
    return NULL;
}

void checkpointer_grown(struct checkpointer *p, int64_t log_bytes)
{
    if (log_bytes + STEP < p->next) p->next = STEP; /* the log has started afresh */
    if (log_bytes < p->next) return;
    p->next = log_bytes + STEP;
    HOLD(&p->lock);
    p->due = true;
    cond_signal(&p->wake);
}

enum err_kind checkpointer_start(const struct engine *engine, const char *place, struct checkpointer **ret,
                                 struct err *e)
{
    struct checkpointer *p = calloc(1, sizeof *p);
    enum err_kind k;
    int rc;
    if (!p) return err_nomem(e);
    k = conn_open(engine, place, CONN_TOOL, NULL, &p->conn, e);
    if (k != ERR_OK) {
        free(p);
        return k;
    }
    p->next = STEP;
    lock_init(&p->lock);
    cond_init(&p->wake);
    rc = thread_start(&p->thread, "store-log", run, p);
    if (rc == 0) {
        *ret = p;
        return ERR_OK;
    }
    cond_release(&p->wake);
    lock_release(&p->lock);
    conn_close(p->conn);
    free(p);
    return err_errno(e, rc, "starting the checkpoint thread");
}

static void close_down(struct checkpointer *p)
{
    HOLD(&p->lock);
    p->closing = true;
    cond_signal(&p->wake);
}

void checkpointer_stop(struct checkpointer *p)
{
    if (!p) return;
    close_down(p);
    (void)pthread_join(p->thread, NULL);
    conn_close(p->conn);
    cond_release(&p->wake);
    lock_release(&p->lock);
    free(p);
}
