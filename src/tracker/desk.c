/* Jobs that call APIs, each on one of a few threads. A source whose server hangs holds half of them at most. */
#include "tracker/desk.h"

#include <stdlib.h>
#include <string.h>

#include "pland/base/log.h"
#include "tracker/inner.h"

enum { THREADS = 6, OF_ONE = 3, AGAIN_MS = 2000 };

struct paper { /* one job */
    const struct job *job;
    tracker_done_fn *done;
    void *arg;
    int64_t source; /* 0: not known */
    struct paper *next;
};
struct desk {
    struct tracker *tracker;
    struct lock lock; /* guards everything below */
    struct cond more;
    struct paper *first, **last;
    int64_t busy[THREADS]; /* source that the thread works for; 0: none */
    pthread_t threads[THREADS];
    int n;
    bool stopping;
};
struct seat {
    struct desk *desk;
    int i;
};

/* Lock held. */
static bool crowded(const struct desk *d, int64_t source)
{
    int n = 0;
    for (int i = 0; i < THREADS; i++) n += source && d->busy[i] == source;
    return n >= OF_ONE;
}

/* The next one that a thread may take; NULL: the desk closes. */
static struct paper *next(struct desk *d, int seat)
{
    HOLD(&d->lock);
    for (;;) {
        for (struct paper **at = &d->first; *at; at = &(*at)->next) {
            struct paper *p = *at;
            if (crowded(d, p->source)) continue;
            *at = p->next;
            if (!p->next) d->last = at;
            d->busy[seat] = p->source;
            return p;
        }
        if (d->stopping && !d->first) return NULL;
        cond_wait(&d->more, &d->lock);
    }
}

static void rise(struct desk *d, int seat)
{
    HOLD(&d->lock);
    d->busy[seat] = 0;
    cond_broadcast(&d->more);
}

static enum err_kind run(struct tracker *t, const struct job *j, int64_t *ret_at, char why[200], struct err *e)
{
    switch (j->kind) { /* an int, as the store has it */
    case JOB_INBOUND: return tracker_inbound(t, j, e);
    case JOB_TICKET: return tracker_tell(t, j, ret_at, why, e);
    case JOB_POLL: return tracker_poll(t, j, e);
    default: return err_set(e, ERR_INTERNAL, "no work for the tracker: %d", j->kind);
    }
}

static void work(struct desk *d, struct paper *p)
{
    struct tracker *t = d->tracker;
    int64_t now = clock_now(t->service->clock), at = 0;
    char why[200] = "";
    struct err e;
    enum err_kind k = run(t, p->job, &at, why, &e);
    if (k != ERR_OK) {
        log_warn("a ticket's work is tried again", LOG_S("kind", job_kind_names[p->job->kind]), LOG_E(&e));
        at = now + clock_backoff(AGAIN_MS, p->job->attempts, 600000);
        (void)snprintf(why, sizeof why, "%.190s", e.msg);
    }
    p->done(p->arg, at, why, false);
    free(p);
}

static void *sit(void *arg)
{
    struct seat *s = arg;
    struct paper *p;
    while ((p = next(s->desk, s->i)) != NULL) {
        work(s->desk, p);
        rise(s->desk, s->i);
    }
    free(s);
    return NULL;
}

enum err_kind desk_new(struct tracker *t, struct desk **ret, struct err *e)
{
    struct desk *d = calloc(1, sizeof *d);
    int failed = 0;
    if (!d) return err_nomem(e);
    d->tracker = t;
    d->last = &d->first;
    lock_init(&d->lock);
    cond_init(&d->more);
    while (d->n < THREADS && !failed) {
        struct seat *s = calloc(1, sizeof *s);
        if (!s) {
            desk_free(d);
            return err_nomem(e);
        }
        *s = (struct seat){ d, d->n };
        failed = thread_start(&d->threads[d->n], "tickets", sit, s);
        if (failed) free(s);
        else d->n++;
    }
    if (failed) {
        desk_free(d);
        return err_errno(e, failed, "starting a thread");
    }
    *ret = d;
    return ERR_OK;
}

void desk_free(struct desk *d)
{
    if (!d) return;
    lock_enter(&d->lock);
    d->stopping = true;
    cond_broadcast(&d->more);
    lock_leave(&d->lock);
    for (int i = 0; i < d->n; i++) (void)pthread_join(d->threads[i], NULL);
    cond_release(&d->more);
    lock_release(&d->lock);
    free(d);
}

/* For whom a job is; 0: not known, which holds nobody up. */
static int64_t source_of(struct tracker *t, const struct job *j)
{
    auto_arena a = arena_new(0);
    int64_t n = 0;
    struct err e;
    if (!a || service_job_source(t->service, j, a, &n, &e) != ERR_OK) return 0;
    return n;
}

enum err_kind tracker_work(struct tracker *t, const struct job *j, tracker_done_fn *done, void *arg, struct err *e)
{
    struct desk *d = t->desk;
    struct paper *p = calloc(1, sizeof *p);
    if (!p) return err_nomem(e);
    *p = (struct paper){ .job = j, .done = done, .arg = arg, .source = source_of(t, j) };
    HOLD(&d->lock);
    *d->last = p;
    d->last = &p->next;
    cond_signal(&d->more);
    return ERR_OK;
}
