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
    struct arena *arena; /* holds source; NULL: there was no memory */
    struct source_row source;
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
            if (crowded(d, p->source.n)) continue;
            *at = p->next;
            if (!p->next) d->last = at;
            d->busy[seat] = p->source.n;
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

static enum err_kind run(struct tracker *t, const struct job *j, struct tracker_end *ret, struct err *e)
{
    switch (j->kind) { /* an int, as the store has it */
    case JOB_INBOUND: return tracker_inbound(t, j, e);
    case JOB_TICKET: return tracker_tell(t, j, ret, e);
    case JOB_POLL: return tracker_poll(t, j, ret, e);
    default: return err_set(e, ERR_INTERNAL, "no work for the tracker: %d", j->kind);
    }
}

/* Ends the job, or has it wait, together with what is noted of its source. */
static bool settle(struct tracker *t, const struct paper *p, const struct tracker_end *end)
{
    const struct source_attempt x = { .job = p->job, .node = p->job->owner, .was = &p->source, .run_at = end->again,
        .why = end->why, .failed = end->failed ? end->why : NULL };
    struct err e;
    enum err_kind k;
    if (!p->source.n) return false;
    k = service_source_attempted(t->service, &x, &e);
    if (k != ERR_OK && k != ERR_CONFLICT) log_warn("how a ticket's work ended could not be noted", LOG_E(&e));
    return k == ERR_OK || k == ERR_CONFLICT;
}

static void work(struct desk *d, struct paper *p)
{
    struct tracker *t = d->tracker;
    struct tracker_end end = { .over = false };
    struct err e;
    enum err_kind k = run(t, p->job, &end, &e);
    if (k != ERR_OK) {
        log_warn("a ticket's work is tried again", LOG_S("kind", job_kind_names[p->job->kind]), LOG_E(&e));
        end.again = clock_now(t->service->clock) + clock_backoff(AGAIN_MS, p->job->attempts, 600000);
        (void)snprintf(end.why, sizeof end.why, "%.190s", e.msg);
    }
    if (!end.over) end.over = settle(t, p, &end);
    p->done(p->arg, end.again, end.why, end.over);
    arena_free(p->arena);
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

/* As it was before the attempt; n 0: not known, which holds nobody up. */
static void find_source(struct tracker *t, struct paper *p)
{
    struct err e;
    if (p->arena && service_job_source(t->service, p->job, p->arena, &p->source, &e) != ERR_OK) p->source.n = 0;
}

enum err_kind tracker_work(struct tracker *t, const struct job *j, tracker_done_fn *done, void *arg, struct err *e)
{
    struct desk *d = t->desk;
    struct paper *p = calloc(1, sizeof *p);
    if (!p) return err_nomem(e);
    *p = (struct paper){ .job = j, .done = done, .arg = arg, .arena = arena_new(0) };
    find_source(t, p);
    HOLD(&d->lock);
    *d->last = p;
    d->last = &p->next;
    cond_signal(&d->more);
    return ERR_OK;
}
