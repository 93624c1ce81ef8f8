/* Whole plans through the pool, offline, in this process: whatever statement fails on the way, the plan gets there, and
 * no phase is committed twice. */
#include "unit/check_main.h"

#include <sys/stat.h>
#include "pland/base/lock.h"
#include "pland/base/log.h"
#include "pland/store/repositories.h"
#include "pland/work/work.h"
#include "unit/service_fixture.h"

struct shop {
    struct world w;
    struct work *work;
    struct lock lock; /* guards news */
    struct cond cond;
    int64_t news;
    uint64_t subscription;
    char code[64];
};

static void heard(void *arg, const struct notice *n)
{
    struct shop *s = arg;
    HOLD(&s->lock);
    s->news += n->seq;
    cond_broadcast(&s->cond);
}

static void put(const char *dir, const char *name, const char *text)
{
    char path[256];
    FILE *f;
    (void)snprintf(path, sizeof path, "%s/%s", dir, name);
    f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

static void codebase(struct shop *s)
{
    struct repository_request in = { .name = "code", .path = s->code };
    struct err e = { 0 };
    auto_arena a = arena_new(0);
    struct call c = { .service = &s->w.s, .caller = s->w.admin, .in = &in, .arena = a };
    (void)snprintf(s->code, sizeof s->code, "/tmp/pland-code-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(s->code));
    put(s->code, "Makefile", "test:\n\tpytest\n");
    put(s->code, "app.py", "def answer():\n    return 42\n");
    put(s->code, "README.md", "# App\n");
    ck_assert_msg(prepare_repository(&c, &e) == ERR_OK, "%s", e.msg);
    ck_assert_msg(service_run(&s->w.s, service_repository_create, &c, NULL, &e) == ERR_OK, "%s", e.msg);
}

static void shop_open(struct shop *s)
{
    struct work_config c = { .service = &s->w.s, .node = "node", .workers = 2, .steps = 8, .lease_ms = 400, .retry_base_ms = 1, .attempts = 5 };
    memset(s, 0, sizeof *s);
    log_setup(LOG_BUG, LOG_JSON);
    ck_assert_int_eq(repo_global_init(&s->w.f.e), ERR_OK);
    world_open(&s->w);
    atomic_store(&s->w.f.clock.fixed_ms, 0);
    lock_init(&s->lock);
    cond_init(&s->cond);
    codebase(s);
    s->subscription = bus_subscribe(s->w.s.bus, NOTICE_PLAN, 0, heard, s);
    ck_assert_msg(work_start(&c, &s->work, &s->w.f.e) == ERR_OK, "%s", s->w.f.e.msg);
}

static void shop_close(struct shop *s)
{
    char path[256];
    static const char *const names[] = { "Makefile", "app.py", "README.md" };
    work_stop(s->work, 5000);
    bus_unsubscribe(s->w.s.bus, s->subscription);
    world_close(&s->w);
    for (size_t i = 0; i < countof(names); i++) {
        (void)snprintf(path, sizeof path, "%s/%s", s->code, names[i]);
        (void)unlink(path);
    }
    (void)rmdir(s->code);
    cond_release(&s->cond);
    lock_release(&s->lock);
    repo_global_shutdown();
}

struct look { const char *id; struct plan_row row; struct event_list events; struct arena *arena; };
static enum err_kind look_fn(struct txn *tx, void *arg, struct err *e)
{
    struct look *l = arg;
    enum err_kind k = store_plan_get(tx, l->id, 0, l->arena, &l->row, e);
    return k == ERR_OK ? store_event_list(tx, l->row.n, 0, 10000, l->arena, &l->events, e) : k;
}

/* Until the plan does not work any more; the bus tells, the clock only bounds the test. */
static void settle(struct shop *s, struct look *l)
{
    int64_t until = clock_mono() + 20000;
    struct err e = { 0 };
    for (;;) {
        ck_assert_msg(store_read(s->w.f.store, look_fn, l, &e) == ERR_OK, "%s", e.msg);
        if (plan_activity((enum plan_state)l->row.state) != ACTIVITY_WORKING) return;
        ck_assert_msg(clock_mono() < until, "stuck in %s", plan_state_names[l->row.state]);
        lock_enter(&s->lock);
        (void)cond_wait_ms(&s->cond, &s->lock, 100);
        lock_leave(&s->lock);
    }
}

static size_t drafted(const struct event_list *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++) n += strcmp(l->v[i].type, "phase.drafted") == 0;
    return n;
}

static void once_each(const struct event_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        ck_assert_int_eq(l->v[i].seq, (int64_t)i + 1); /* no number is skipped */
        if (strcmp(l->v[i].type, "phase.drafted") != 0) continue;
        for (size_t j = 0; j < i; j++)
            ck_assert(strcmp(l->v[j].type, "phase.drafted") != 0 || strcmp(l->v[j].data, l->v[i].data) != 0);
    }
}

static const struct ticket ticket = { .title = "Answer over HTTP",
    .body = "- `GET /answer` must return the answer of app.py as JSON.\n- The answer must be cached for 60 seconds.\n- Add a `hits` column to the `answers` table.\n" };

static char *start(struct shop *s, int mode, struct arena *a)
{
    struct plan_request q = { .ticket = (struct ticket *)(uintptr_t)&ticket, .repository = "code", .mode = mode, .size = SIZE_FULL };
    struct outcome out;
    struct err e = { 0 };
    ck_assert_msg(world_run(&s->w, service_plan_create, NULL, &q, &out, &e) == ERR_OK, "%s", e.msg);
    return arena_dup(a, href_id(&out));
}

START_TEST(a_plan_from_ticket_to_approval)
{
    struct shop s;
    shop_open(&s);
    auto_arena a = arena_new(0);
    struct look l = { .id = start(&s, MODE_AUTO, a), .arena = a };
    settle(&s, &l);
    ck_assert_str_eq(plan_state_names[l.row.state], "awaiting_approval");
    ck_assert_int_eq(l.row.revision, 1);
    ck_assert_uint_ge(drafted(&l.events), 2);
    once_each(&l.events);
    shop_close(&s);
}
END_TEST

START_TEST(an_interactive_plan_stops_where_it_should)
{
    struct shop s;
    struct answers_request defaults = { .accept_defaults = true };
    struct choice_request choice = { .option = "A" };
    struct refine_request refine = { .instruction = "Log every answer." };
    struct err e = { 0 };
    shop_open(&s);
    auto_arena a = arena_new(0);
    struct look l = { .id = start(&s, MODE_INTERACTIVE, a), .arena = a };
    settle(&s, &l);
    if (l.row.state == PLAN_AWAITING_ANSWERS) {
        ck_assert_msg(world_run(&s.w, service_plan_answers, l.id, &defaults, NULL, &e) == ERR_OK, "%s", e.msg);
        settle(&s, &l);
    }
    if (l.row.state == PLAN_AWAITING_CHOICE) {
        ck_assert_msg(world_run(&s.w, service_plan_choice, l.id, &choice, NULL, &e) == ERR_OK, "%s", e.msg);
        settle(&s, &l);
    }
    ck_assert_str_eq(plan_state_names[l.row.state], "awaiting_approval");
    ck_assert_int_eq(world_run(&s.w, service_plan_handoff, l.id, NULL, NULL, &e), ERR_STATE);
    ck_assert_msg(world_run(&s.w, service_plan_refine, l.id, &refine, NULL, &e) == ERR_OK, "%s", e.msg);
    ck_assert_msg(world_run(&s.w, service_plan_refine, l.id, &refine, NULL, &e) == ERR_OK, "%s", e.msg);
    settle(&s, &l);
    ck_assert_str_eq(plan_state_names[l.row.state], "awaiting_approval");
    ck_assert_int_eq(l.row.revision, 3);
    once_each(&l.events);
    shop_close(&s);
}
END_TEST

START_TEST(every_statement_fails_once_and_the_plan_gets_there)
{
    const char *rounds = getenv("PLAND_EVERY");
    int64_t step = rounds ? strtol(rounds, NULL, 10) : 5; /* 1: every single statement */
    struct shop s;
    shop_open(&s);
    for (int64_t n = 1;; n += step) {
        auto_arena a = arena_new(0);
        struct look l = { .arena = a };
        l.id = start(&s, MODE_AUTO, a);
        store_fail_statement(s.w.f.store, n, n % 2 ? ERR_IO : ERR_BUSY);
        settle(&s, &l);
        store_fail_statement(s.w.f.store, 0, ERR_OK);
        ck_assert_msg(l.row.state == PLAN_AWAITING_APPROVAL, "statement %lld: %s: %s", (long long)n, plan_state_names[l.row.state], l.row.error ? l.row.error : "");
        once_each(&l.events);
        if (n > 160) break;
    }
    ck_assert_int_eq(store_verify(s.w.f.store, &s.w.f.e), ERR_OK);
    shop_close(&s);
}
END_TEST

START_TEST(cancelled_plans_stay_cancelled)
{
    struct shop s;
    struct err e = { 0 };
    shop_open(&s);
    for (int i = 0; i < 20; i++) {
        auto_arena a = arena_new(0);
        struct look l = { .id = start(&s, MODE_AUTO, a), .arena = a };
        enum err_kind k = world_run(&s.w, service_plan_cancel, l.id, NULL, NULL, &e);
        ck_assert_msg(k == ERR_OK, "%s", e.msg);
        settle(&s, &l);
        ck_assert_str_eq(plan_state_names[l.row.state], "cancelled");
    }
    shop_close(&s);
}
END_TEST

UNIT_MAIN("work plan", { a_plan_from_ticket_to_approval, an_interactive_plan_stops_where_it_should,
                         every_statement_fails_once_and_the_plan_gets_there, cancelled_plans_stay_cancelled })
