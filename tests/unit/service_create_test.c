/* POST /plans whatever fails on its way: every statement, every allocation. A plan is there as a whole or not at all. */
#include "unit/check_main.h"
#include "unit/nth.h"
#include "unit/service_fixture.h"

static const struct ticket ticket = { .title = "Add rate limits", .body = "- The API must answer 429.", .key = "acme/api#12" };

static struct plan_request request(void)
{
    static const char *labels[] = { "api" };
    static struct inline_file files[] = { { .path = "docs/research.md", .content = "What we know." } };
    struct plan_request q = { .ticket = (struct ticket *)(uintptr_t)&ticket, .constraints = "No new service." };
    q.labels.v = labels;
    q.labels.n = 1;
    q.files.v = files;
    q.files.n = 1;
    return q;
}

static enum err_kind create(struct world *w, int64_t key, struct outcome *out, struct err *e)
{
    struct plan_request q = request();
    auto_arena a = arena_new(0);
    struct call c = { .service = &w->s, .caller = w->admin, .in = &q, .arena = a };
    if (key) c.key = arena_fmt(a, "%lld", (long long)key);
    memcpy(c.request.b, &key, sizeof key);
    return service_run(&w->s, service_plan_create, &c, out, e);
}

static void whole(const struct counts *c)
{
    ck_assert_int_eq(c->plans, c->events);
    ck_assert_int_eq(c->plans, c->jobs);
    ck_assert_int_eq(c->plans, c->tickets);
}

START_TEST(every_statement_fails_once)
{
    struct world w;
    struct outcome out;
    int64_t made = 0, n = 1;
    world_open(&w);
    ck_assert_int_eq(store_checkpoint(w.f.store, &w.f.e), ERR_OK); /* what opening has queued is done: writes run alone */
    for (;; n++) {
        struct err e = { 0 };
        struct counts c;
        enum err_kind k;
        store_fail_statement(w.f.store, n, n % 2 ? ERR_FULL : ERR_IO);
        k = create(&w, n, &out, &e);
        store_fail_statement(w.f.store, 0, ERR_OK);
        made += k == ERR_OK;
        c = world_count(&w);
        ck_assert_int_eq(c.plans, made);
        whole(&c);
        if (k == ERR_OK) break;
        ck_assert_msg(k == (n % 2 ? ERR_FULL : ERR_IO), "statement %lld: %s %s", (long long)n, err_slug(k), e.msg);
        ck_assert_int_lt(n, 100);
    }
    ck_assert_int_gt(n, 5); /* there were statements to fail */
    ck_assert_int_eq(store_verify(w.f.store, &w.f.e), ERR_OK);
    world_close(&w);
}
END_TEST

START_TEST(every_allocation_fails_once)
{
    struct world w;
    struct outcome out;
    int64_t made = 0;
    long n = 0;
    bool hit;
    NTH_SKIP();
    world_open(&w);
    ck_assert_int_eq(create(&w, 0, &out, &w.f.e), ERR_OK); /* statements are prepared */
    made++;
    do {
        struct err e = { 0 };
        struct counts c;
        enum err_kind k;
        nth_arm(++n);
        k = create(&w, 1000 + n, &out, &e);
        nth_disarm();
        hit = nth_hit();
        made += k == ERR_OK;
        ck_assert_msg(k == ERR_OK || k == ERR_NOMEM, "allocation %ld: %s %s", n, err_slug(k), e.msg);
        c = world_count(&w);
        ck_assert_int_eq(c.plans, made);
        whole(&c);
    } while (hit);
    ck_assert_int_gt(n, 5);
    world_close(&w);
}
END_TEST

START_TEST(a_key_used_again_makes_no_second_plan)
{
    struct world w;
    struct outcome first, second;
    struct counts c;
    world_open(&w);
    ck_assert_int_eq(create(&w, 7, &first, &w.f.e), ERR_OK);
    ck_assert_int_eq(create(&w, 7, &second, &w.f.e), ERR_OK);
    ck_assert(second.replayed);
    ck_assert_int_eq(second.status, first.status);
    ck_assert_str_eq(second.href, first.href);
    c = world_count(&w);
    ck_assert_int_eq(c.plans, 1);
    world_close(&w);
}
END_TEST

START_TEST(a_key_used_for_something_else_is_refused)
{
    struct world w;
    struct outcome out;
    struct plan_request q = request();
    auto_arena a = arena_new(0);
    struct call c = { .arena = a };
    world_open(&w);
    ck_assert_int_eq(create(&w, 7, &out, &w.f.e), ERR_OK);
    c.service = &w.s;
    c.caller = w.admin;
    c.in = &q;
    c.key = "7";
    c.request.b[0] = 8;
    ck_assert_int_eq(service_run(&w.s, service_plan_create, &c, &out, &w.f.e), ERR_REUSED_KEY);
    world_close(&w);
}
END_TEST

START_TEST(an_unknown_codebase_leaves_nothing_behind)
{
    struct world w;
    struct outcome out;
    struct plan_request q = request();
    struct counts c;
    world_open(&w);
    q.repository = "nowhere";
    ck_assert_int_eq(world_run(&w, service_plan_create, NULL, &q, &out, &w.f.e), ERR_INVALID);
    ck_assert_str_eq(w.f.e.at, "/repository");
    c = world_count(&w);
    ck_assert_int_eq(c.plans, 0);
    world_close(&w);
}
END_TEST

START_TEST(an_existing_ticket_returns_its_plan_when_asked)
{
    struct world w;
    struct outcome first, second;
    struct plan_request q = request();
    world_open(&w);
    ck_assert_int_eq(create(&w, 0, &first, &w.f.e), ERR_OK);
    q.if_exists = 1;
    ck_assert_int_eq(world_run(&w, service_plan_create, NULL, &q, &second, &w.f.e), ERR_OK);
    ck_assert_str_eq(first.href, second.href);
    ck_assert_int_eq(second.status, 200);
    world_close(&w);
}
END_TEST

UNIT_MAIN("service create", { every_statement_fails_once, every_allocation_fails_once, a_key_used_again_makes_no_second_plan,
                              a_key_used_for_something_else_is_refused, an_unknown_codebase_leaves_nothing_behind,
                              an_existing_ticket_returns_its_plan_when_asked })
