/* A service on a store in a directory of its own, with the first project and an admin as the caller. */
#ifndef TESTS_SERVICE_FIXTURE_H
#define TESTS_SERVICE_FIXTURE_H

#include <check.h>
#include "pland/repo/repo.h"
#include "pland/service/service.h"
#include "pland/store/jobs.h"
#include "pland/store/plans.h"
#include "unit/store_fixture.h"

struct world {
    struct fixture f;
    struct service s;
    struct arena *arena;
    struct caller admin;
    char secret[64];
};

static inline void world_open(struct world *w)
{
    memset(w, 0, sizeof *w);
    ck_assert_int_eq(hash_init(&w->f.e), ERR_OK);
    fixture_open(&w->f);
    w->arena = arena_new(0);
    w->s = (struct service){ .store = w->f.store, .clock = &w->f.clock, .data_dir = w->f.dir, .default_provider = "offline",
        .public_url = "", .keep_days = 30 };
    ck_assert_msg(repo_roots_new("/tmp", (struct repo_roots **)(uintptr_t)&w->s.roots, &w->f.e) == ERR_OK, "%s", w->f.e.msg);
    ck_assert_msg(service_open(&w->s, w->arena, &w->f.e) == ERR_OK, "%s", w->f.e.msg);
    ck_assert_msg(service_bootstrap(&w->s, w->secret, &w->f.e) == ERR_OK, "%s", w->f.e.msg);
    ck_assert_msg(service_authenticate(&w->s, w->secret, &w->admin, &w->f.e) == ERR_OK, "%s", w->f.e.msg);
}

static inline void world_close(struct world *w)
{
    store_close(w->f.store);
    w->f.store = NULL;
    service_close(&w->s);
    repo_roots_free((struct repo_roots *)(uintptr_t)w->s.roots);
    arena_free(w->arena);
    fixture_close(&w->f);
}

/* Runs a use case as the admin; the call's memory is its own. */
static inline enum err_kind world_run(struct world *w, usecase_fn *fn, const char *id, const void *in, struct outcome *out, struct err *e)
{
    auto_arena a = arena_new(0);
    struct call c = { .service = &w->s, .caller = w->admin, .id = id, .in = in, .arena = a };
    return service_run(&w->s, fn, &c, out, e);
}

/* A plan's id out of "/plans/plan_…". */
static inline const char *href_id(const struct outcome *out)
{
    const char *last = strrchr(out->href, '/');
    ck_assert_ptr_nonnull(last);
    return last + 1;
}

struct counts { int64_t plans, events, jobs, tickets, keys; };
static inline enum err_kind count_rows(struct txn *tx, void *arg, struct err *e)
{
    struct counts *c = arg;
    auto_arena a = arena_new(0);
    struct plan_filter all = { .state = -1, .activity = -1, .stale = -1, .limit = 100000 };
    struct plan_list plans = { 0 };
    struct event_list events = { 0 };
    int64_t jobs[JOB_STATE_N_] = { 0 };
    enum err_kind k = store_plan_list(tx, &all, a, &plans, e);
    if (k != ERR_OK || (k = store_event_feed(tx, 0, 0, 100000, a, &events, e)) != ERR_OK || (k = store_job_counts(tx, jobs, e)) != ERR_OK) return k;
    *c = (struct counts){ .plans = (int64_t)plans.n, .events = (int64_t)events.n, .jobs = jobs[JOB_QUEUED] };
    for (size_t i = 0; i < plans.n; i++) {
        const char *ticket = NULL, *request = NULL;
        if ((k = store_ticket_get(tx, plans.v[i].n, a, &ticket, &request, e)) != ERR_OK) return k;
        c->tickets += ticket != NULL;
    }
    return ERR_OK;
}

static inline struct counts world_count(struct world *w)
{
    struct counts c = { 0 };
    enum err_kind k = store_read(w->f.store, count_rows, &c, &w->f.e);
    ck_assert_msg(k == ERR_OK, "%s", w->f.e.msg);
    return c;
}

#endif
