/* The pool: a dispatcher claims jobs in batches, workers run them, a keeper renews leases and tidies up. */
#include "work/task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pland/base/log.h"
#include "pland/service/imports.h"
#include "pland/service/sources.h"
#include "work/codebase.h"
#include "work/study.h"

#define BATCH 32
#define COLLECT_MS 1800000 /* how often trees that nothing refers to are looked for */
#define IDLE_MS 5000 /* how long nothing is looked for when nobody tells us to */

#define IMPORTS_MAX 2 /* fetches at once: each is a thread and a git of its own */
#define DELIVERIES_MAX 64 /* webhooks under way at once: they wait for their receivers, not for us */

/* All that a worker does at once; fetches and deliveries are claimed apart, because they take as long as others like. */
static unsigned work_kinds(void)
{
    return ((1u << JOB_KIND_N_) - 1) & ~(1u << JOB_IMPORT) & ~(1u << JOB_DELIVER);
}

/* Lock held. How many of a kind that is claimed apart are held, or NULL. */
static int *apart(struct work *w, int kind)
{
    return kind == JOB_IMPORT ? &w->imports : kind == JOB_DELIVER ? &w->deliveries : NULL;
}

void work_ready(struct work *w, struct task *t, enum task_stage stage)
{
    HOLD(&w->lock);
    t->stage = stage;
    t->calling = false;
    t->ready_next = NULL;
    *w->ready_last = t;
    w->ready_last = &t->ready_next;
    cond_signal(&w->ready_cond);
}

bool work_voided(struct work *w, struct task *t)
{
    HOLD(&w->lock);
    return t->voided;
}

void work_end(struct work *w, struct task *t)
{
    lock_enter(&w->lock);
    *t->all_at = t->all_next;
    if (t->all_next) t->all_next->all_at = t->all_at;
    w->held--;
    if (apart(w, t->job.kind)) {
        --*apart(w, t->job.kind);
        w->freed |= 1u << t->job.kind; /* others may wait for its place */
    }
    cond_broadcast(&w->room_cond);
    lock_leave(&w->lock);
    task_free(t);
}

/* Bus, writer thread: jobs are due, budgets changed, or a plan's running steps are void. */
static void heard(void *arg, const struct notice *n)
{
    struct work *w = arg;
    HOLD(&w->lock);
    if (n->kind == NOTICE_JOBS) {
        w->due = true;
        cond_broadcast(&w->room_cond);
        return;
    }
    if (n->kind == NOTICE_BUDGETS) {
        w->budgets_due = true;
        cond_broadcast(&w->keeper_cond);
        return;
    }
    for (struct task *t = w->all; t; t = t->all_next) {
        if (t->job.plan != n->plan || t->job.generation >= n->seq) continue;
        t->voided = true;
        if (t->calling) llm_cancel(t->llm, t->call);
    }
}

static struct task *task_new(struct work *w, const struct job *j)
{
    struct task *t = calloc(1, sizeof *t);
    if (!t || !(t->arena = arena_new(0))) {
        free(t);
        return NULL;
    }
    t->work = w;
    t->job = *j;
    t->job.subject = arena_dup(t->arena, j->subject);
    t->job.owner = w->node;
    t->job.error = NULL;
    t->done.job = t->job;
    t->done.node = w->node;
    return t;
}

/* Without memory for a task its job stays leased until the lease runs out; then it is found again. */
static void take(struct work *w, const struct job_list *jobs)
{
    for (size_t i = 0; i < jobs->n; i++) {
        struct task *t = task_new(w, &jobs->v[i]);
        if (!t) continue;
        lock_enter(&w->lock);
        t->all_next = w->all;
        t->all_at = &w->all;
        if (w->all) w->all->all_at = &t->all_next;
        w->all = t;
        w->held++;
        if (apart(w, t->job.kind)) ++*apart(w, t->job.kind);
        lock_leave(&w->lock);
        work_ready(w, t, TASK_START);
    }
}

static size_t claim(struct work *w, unsigned kinds, int room, int64_t *ret_next)
{
    auto_arena arena = arena_new(0);
    struct job_list jobs = { 0 };
    struct err e;
    int64_t next = 0;
    if (!arena) return 0;
    if (service_claim(w->config.service, w->node, kinds, room < BATCH ? room : BATCH, w->config.lease_ms, arena, &jobs,
                      &next, &e) != ERR_OK) {
        log_warn("jobs could not be claimed", LOG_E(&e));
        next = clock_now(w->config.service->clock) + 1000;
    }
    take(w, &jobs);
    if (next && (!*ret_next || next < *ret_next)) *ret_next = next;
    return jobs.n;
}

/* How many there is room for. */
struct room { int steps, imports, deliveries; };

/* Lock held. Deliveries take nobody's place. */
static struct room room_of(const struct work *w)
{
    return (struct room){ .steps = w->config.steps - (w->held - w->deliveries),
                          .imports = IMPORTS_MAX - w->imports,
                          .deliveries = DELIVERIES_MAX - w->deliveries };
}

/* kinds: those of which there may be something. */
static void claim_all(struct work *w, struct room room, unsigned kinds)
{
    const struct { unsigned kinds; int room; } ways[] = {
        { work_kinds(), room.steps },
        { 1u << JOB_IMPORT, room.imports < room.steps ? room.imports : room.steps },
        { 1u << JOB_DELIVER, room.deliveries },
    };
    int64_t next = 0;
    size_t n = 0;
    for (size_t i = 0; i < countof(ways); i++)
        if ((ways[i].kinds & kinds) && ways[i].room > 0) n += claim(w, ways[i].kinds, ways[i].room, &next);
    HOLD(&w->lock);
    if (kinds == ~0u || !w->next_due || (next && next < w->next_due)) w->next_due = next;
    if (n) w->freed |= kinds; /* there may be more */
}

/* Lock held. How long to sleep before looking again. */
static int64_t pause_ms(const struct work *w)
{
    int64_t left;
    if (!w->next_due) return IDLE_MS;
    left = w->next_due - clock_now(w->config.service->clock);
    return left < 1 ? 1 : left > IDLE_MS ? IDLE_MS : left;
}

static void *dispatch(void *arg)
{
    struct work *w = arg;
    lock_enter(&w->lock);
    while (!w->stopping) {
        struct room room = room_of(w);
        bool some = room.steps > 0 || room.deliveries > 0;
        bool late = w->next_due && w->next_due <= clock_now(w->config.service->clock);
        if (some && !w->config.service->paused && (w->due || late || w->freed)) {
            unsigned kinds = w->due || late ? ~0u : w->freed;
            w->due = false;
            w->freed = 0;
            lock_leave(&w->lock);
            claim_all(w, room, kinds);
            lock_enter(&w->lock);
        } else if (!cond_wait_ms(&w->room_cond, &w->lock, some ? pause_ms(w) : IDLE_MS)) {
            w->due = true; /* a lost notice costs only this pause */
        }
    }
    lock_leave(&w->lock);
    return NULL;
}

static struct task *next_ready(struct work *w)
{
    struct task *t;
    HOLD(&w->lock);
    while (!w->ready_first && !w->quitting) cond_wait(&w->ready_cond, &w->lock);
    t = w->ready_first;
    if (!t) return NULL;
    w->ready_first = t->ready_next;
    if (!w->ready_first) w->ready_last = &w->ready_first;
    return t;
}

static void *serve(void *arg)
{
    struct work *w = arg;
    struct task *t;
    while ((t = next_ready(w))) task_run(t);
    return NULL;
}

/* --- keeping ------------------------------------------------------------------------------------------------------ */
static void renew(struct work *w)
{
    int64_t *ns;
    size_t n = 0;
    struct err e;
    lock_enter(&w->lock);
    ns = calloc((size_t)w->held + 1, sizeof *ns);
    for (struct task *t = w->all; ns && t; t = t->all_next) ns[n++] = t->job.n;
    lock_leave(&w->lock);
    if (n && service_renew(w->config.service, w->node, ns, n, w->config.lease_ms, &e) != ERR_OK)
        log_warn("leases could not be renewed", LOG_E(&e));
    free(ns);
}

/* *day: the one that they were last looked at on; each has its own budget. */
static void look_at_budgets(struct work *w, int64_t *day)
{
    const struct service *s = w->config.service;
    int64_t today = service_day(clock_now(s->clock));
    struct err e;
    bool due;
    if (s->paused) return;
    lock_enter(&w->lock);
    due = w->budgets_due || today != *day;
    w->budgets_due = false;
    lock_leave(&w->lock);
    if (due && service_budgets_due(w->config.service, &e) != ERR_OK)
        log_warn("plans that wait for a budget could not be looked at", LOG_E(&e));
    *day = today;
}

static void *keep(void *arg)
{
    struct work *w = arg;
    struct err e;
    int64_t collect_at = 0, day = 0;
    lock_enter(&w->lock);
    while (!w->quitting) {
        if (cond_wait_ms(&w->keeper_cond, &w->lock, w->config.lease_ms / 3) && !w->quitting && !w->budgets_due)
            continue;
        if (w->quitting) break;
        lock_leave(&w->lock);
        renew(w);
        if (!w->config.service->paused && service_import_due(w->config.service, &e) != ERR_OK)
            log_warn("fetches could not be queued", LOG_E(&e));
        if (!w->config.service->paused && service_sources_due(w->config.service, false, &e) != ERR_OK)
            log_warn("sources could not be asked", LOG_E(&e));
        if (service_janitor(w->config.service, &e) != ERR_OK) log_warn("housekeeping failed", LOG_E(&e));
        look_at_budgets(w, &day);
        if (clock_mono() >= collect_at) {
            if (codebases_collect(&w->config, &e) != ERR_OK) log_warn("trees could not be tidied up", LOG_E(&e));
            collect_at = clock_mono() + COLLECT_MS;
        }
        lock_enter(&w->lock);
    }
    lock_leave(&w->lock);
    return NULL;
}

/* --- start and stop ------------------------------------------------------------------------------------------------
 */
static enum err_kind start_threads(struct work *w, struct err *e)
{
    int r = 0;
    if (!(w->workers = calloc((size_t)w->config.workers + 1, sizeof *w->workers))) return err_nomem(e);
    for (; w->n_workers < w->config.workers && !r; w->n_workers += !r)
        r = thread_start(&w->workers[w->n_workers], "worker", serve, w);
    if (!r) r = thread_start(&w->keeper, "keeper", keep, w);
    if (!r && (r = thread_start(&w->dispatcher, "dispatcher", dispatch, w))) {
        lock_enter(&w->lock);
        w->quitting = true;
        cond_broadcast(&w->keeper_cond);
        lock_leave(&w->lock);
        (void)pthread_join(w->keeper, NULL);
    }
    return r ? err_errno(e, r, "cannot start a thread") : ERR_OK;
}

static void work_destroy(struct work *w)
{
    studies_free(w->studies);
    cond_release(&w->ready_cond);
    cond_release(&w->room_cond);
    cond_release(&w->keeper_cond);
    lock_release(&w->lock);
    free(w->workers);
    free(w);
}

static void join_workers(struct work *w)
{
    lock_enter(&w->lock);
    w->quitting = true;
    cond_broadcast(&w->ready_cond);
    cond_broadcast(&w->keeper_cond);
    lock_leave(&w->lock);
    for (int i = 0; i < w->n_workers; i++) (void)pthread_join(w->workers[i], NULL);
    w->n_workers = 0;
}

enum err_kind work_start(const struct work_config *c, struct work **ret, struct err *e)
{
    struct work *w = calloc(1, sizeof *w);
    enum err_kind k;
    if (!w) return err_nomem(e);
    w->config = *c;
    (void)snprintf(w->node, sizeof w->node, "%s", c->node);
    lock_init(&w->lock);
    cond_init(&w->ready_cond);
    cond_init(&w->room_cond);
    cond_init(&w->keeper_cond);
    w->ready_last = &w->ready_first;
    w->due = true;
    if ((k = studies_new(c, &w->studies, e)) == ERR_OK) k = service_recover(c->service, w->node, e);
    if (k == ERR_OK) k = service_sources_due(c->service, true, e); /* what was missed meanwhile */
    if (k == ERR_OK && !(w->subscription = bus_subscribe(c->service->bus, NOTICE_JOBS | NOTICE_VOID | NOTICE_BUDGETS, 0, heard, w)))
        k = err_nomem(e);
    if (k == ERR_OK && c->workers > 0 && (k = start_threads(w, e)) != ERR_OK) join_workers(w);
    if (k == ERR_OK) {
        *ret = w;
        return ERR_OK;
    }
    if (w->subscription) bus_unsubscribe(c->service->bus, w->subscription);
    work_destroy(w);
    return k;
}

/* Lock held. Calls to a model that are still out come back cancelled; their jobs return to the queue. */
static void call_back(struct work *w)
{
    w->closing = true;
    for (struct task *t = w->all; t; t = t->all_next)
        if (t->calling) llm_cancel(t->llm, t->call);
}

void work_stop(struct work *w, int64_t grace_ms)
{
    int64_t until = clock_mono() + grace_ms;
    if (!w) return;
    bus_unsubscribe(w->config.service->bus, w->subscription);
    lock_enter(&w->lock);
    w->stopping = true;
    cond_broadcast(&w->room_cond);
    lock_leave(&w->lock);
    if (w->config.workers > 0) (void)pthread_join(w->dispatcher, NULL); /* what it claims meanwhile is waited for too */
    lock_enter(&w->lock);
    while (w->held && clock_mono() < until) (void)cond_wait_ms(&w->room_cond, &w->lock, until - clock_mono());
    call_back(w);
    lock_leave(&w->lock);
    tracker_stop(w->config.tracker);
    lock_enter(&w->lock);
    while (w->held) cond_wait(&w->room_cond, &w->lock);
    lock_leave(&w->lock);
    join_workers(w);
    if (w->config.workers > 0) (void)pthread_join(w->keeper, NULL);
    work_destroy(w);
}

void work_stats(struct work *w, struct work_stats *ret)
{
    HOLD(&w->lock);
    *ret = w->stats;
    ret->held = w->held;
    for (struct task *t = w->all; t; t = t->all_next) ret->waiting += t->calling;
}
