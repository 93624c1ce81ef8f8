/* Housekeeping: what is older than keep-days goes, plans and what waits stay; 0 keeps everything. */
#include "pland/service/sources.h"
#include "pland/service/steps.h"
#include "unit/check_main.h"
#include "unit/service_fixture.h"
#include "pland/store/access.h"
#include "pland/store/calls.h"
#include "pland/store/hooks.h"

static const int64_t day = 86400000;

struct kept { int64_t token; struct counts counts; bool key; size_t deliveries; bool taken, dealt_with; };

static enum err_kind look(struct txn *tx, void *arg, struct err *e)
{
    struct kept *kept = arg;
    struct idempotency_row row = { 0 };
    struct inbound_row in = { 0 };
    struct delivery_list l = { 0 };
    auto_arena a = arena_new(0);
    enum err_kind k = store_idempotency_get(tx, kept->token, "key", a, &row, e);
    kept->key = k == ERR_OK;
    if (k != ERR_OK && k != ERR_NOT_FOUND) return k;
    if ((k = store_delivery_list(tx, 1, 0, 100, a, &l, e)) != ERR_OK) return k;
    kept->deliveries = l.n;
    kept->dealt_with = store_inbound_get(tx, 1, a, &in, e) == ERR_OK;
    kept->taken = store_inbound_get(tx, 2, a, &in, e) == ERR_OK;
    return count_rows(tx, &kept->counts, e);
}

static struct kept kept(struct world *w)
{
    struct kept k = { .token = w->admin.token };
    ck_assert_msg(store_read(w->f.store, look, &k, &w->f.e) == ERR_OK, "%s", w->f.e.msg);
    return k;
}

static enum err_kind settle(struct txn *tx, void *arg, struct err *e)
{
    struct delivery_list l = { 0 };
    auto_arena a = arena_new(0);
    enum err_kind k = store_delivery_list(tx, 1, 0, 100, a, &l, e);
    (void)arg;
    ck_assert_uint_eq(l.n, 3); /* newest first; the oldest stays pending */
    for (int i = 0; k == ERR_OK && i < 2; i++) {
        struct inbound_row in = { .source = 1, .at = 1700000000000, .delivery = i ? "second" : "first", .body = "{}" };
        k = store_inbound_insert(tx, &in, e);
    }
    if (k == ERR_OK) k = store_inbound_done(tx, 1, "created", e);
    for (size_t i = 0; k == ERR_OK && i < 2; i++) {
        l.v[i].state = DELIVERY_DONE;
        k = store_delivery_update(tx, &l.v[i], e);
    }
    return k;
}

/* A hook, a plan with a key and three events, two of three deliveries settled, one of two webhooks dealt with. */
static struct outcome fill(struct world *w)
{
    struct hook_request hook = { .url = "https://example.org/hook" };
    struct source_request source = { .name = "tickets", .kind = "generic" };
    struct plan_request nothing = { .if_exists = 0 };
    struct plan_patch patch;
    struct outcome out;
    auto_arena a = arena_new(0);
    struct call c = { .service = &w->s, .caller = w->admin, .in = &nothing, .arena = a, .key = "key" };
    ck_assert_int_eq(world_run(w, service_hook_create, NULL, &hook, &out, &w->f.e), ERR_OK);
    ck_assert_int_eq(world_run(w, service_source_create, NULL, &source, &out, &w->f.e), ERR_OK);
    ck_assert_int_eq(service_run(&w->s, service_plan_create, &c, &out, &w->f.e), ERR_OK);
    plan_patch_init(&patch);
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(world_run(w, service_plan_patch, href_id(&out), &patch, &(struct outcome){ 0 }, &w->f.e), ERR_OK);
    ck_assert_int_eq(store_exec(w->f.store, settle, NULL, &w->f.e), ERR_OK);
    return out;
}

static void later(struct world *w, int64_t days)
{
    atomic_fetch_add(&w->f.clock.fixed_ms, days * day);
    ck_assert_msg(service_janitor(&w->s, &w->f.e) == ERR_OK, "%s", w->f.e.msg);
}

START_TEST(what_is_old_goes_and_plans_stay)
{
    struct world w;
    struct kept k;
    world_open(&w);
    (void)fill(&w);
    later(&w, 29);
    k = kept(&w);
    ck_assert(k.key);
    ck_assert_int_eq(k.counts.events, 3);
    ck_assert_uint_eq(k.deliveries, 3);
    ck_assert(k.taken && k.dealt_with);
    later(&w, 2);
    k = kept(&w);
    ck_assert(!k.key);
    ck_assert_int_eq(k.counts.plans, 1);
    ck_assert_int_eq(k.counts.events, 1); /* the newest shows where numbers go on */
    ck_assert_uint_eq(k.deliveries, 1);    /* it may still arrive */
    ck_assert(k.taken && !k.dealt_with);
    world_close(&w);
}
END_TEST

START_TEST(zero_keeps_everything)
{
    struct world w;
    struct kept k;
    world_open(&w);
    w.s.keep_days = 0;
    (void)fill(&w);
    later(&w, 4000);
    k = kept(&w);
    ck_assert(k.key);
    ck_assert_int_eq(k.counts.events, 3);
    ck_assert_uint_eq(k.deliveries, 3);
    world_close(&w);
}
END_TEST

static enum err_kind put_call(struct txn *tx, void *arg, struct err *e)
{
    return store_llm_call_insert(tx, arg, e);
}

static enum err_kind get_call(struct txn *tx, void *arg, struct err *e)
{
    struct llm_call_row *ret = arg;
    auto_arena a = arena_new(0);
    enum err_kind k = store_llm_call_get(tx, ret->plan, 1, a, ret, e);
    ret->request = ret->answer = NULL; /* they were the arena's */
    return k;
}

/* What was said in a call goes when its time is over, whatever else is kept; the call and its cost stay. */
START_TEST(what_was_said_goes_in_its_time)
{
    struct world w;
    world_open(&w);
    w.s.keep_days = 0;
    struct llm_call_row call = { .plan = 7, .input = 5, .usd = 9, .request = "{}", .answer = "x", .at = clock_now(&w.f.clock) };
    struct llm_call_row got = { .plan = 7 };
    call.until = call.at + 3 * day;
    ck_assert_int_eq(store_exec(w.f.store, put_call, &call, &w.f.e), ERR_OK);
    later(&w, 2);
    ck_assert_int_eq(store_read(w.f.store, get_call, &got, &w.f.e), ERR_OK);
    ck_assert_int_eq(got.until, call.until);
    later(&w, 1);
    ck_assert_int_eq(store_read(w.f.store, get_call, &got, &w.f.e), ERR_OK);
    ck_assert_int_eq(got.until, 0);
    ck_assert_int_eq(got.usd, 9);
    world_close(&w);
}
END_TEST

static enum err_kind page(struct world *w, const char *plan, const char *after, struct err *e)
{
    auto_buf body = BUF_INIT(65536);
    auto_arena a = arena_new(0);
    struct param p = { "after", after };
    struct call c = { .service = &w->s, .caller = w->admin, .id = plan, .arena = a, .params = { .v = &p, .n = 1 } };
    struct view v = { .body = &body };
    return plan ? view_events(&c, &v, e) : view_feed(&c, &v, e);
}

START_TEST(a_reader_that_fell_behind_is_told)
{
    struct world w;
    struct outcome first, out;
    struct err e;
    world_open(&w);
    first = fill(&w);
    ck_assert_int_eq(world_run(&w, service_plan_create, NULL, NULL, &out, &w.f.e), ERR_OK); /* event 4 of all */
    later(&w, 31);
    for (int i = 0; i < 2; i++) {
        const char *plan = i ? NULL : href_id(&first);
        ck_assert_int_eq(page(&w, plan, "0", &e), ERR_OK);
        ck_assert_int_eq(page(&w, plan, "3", &e), ERR_OK);
        ck_assert_int_eq(page(&w, plan, "1", &e), ERR_GONE);
        ck_assert_ptr_nonnull(strstr(e.msg, "after=3"));
    }
    world_close(&w);
}
END_TEST

static size_t claimed(struct world *w)
{
    struct job_list l = { 0 };
    int64_t next;
    auto_arena a = arena_new(0);
    ck_assert_int_eq(service_claim(&w->s, "node", 1u << JOB_DELIVER, 10, 60000, a, &l, &next, &w->f.e), ERR_OK);
    return l.n;
}

START_TEST(work_goes_on_after_the_clock_was_set_back)
{
    struct world w;
    world_open(&w);
    (void)fill(&w); /* three deliveries wait */
    atomic_fetch_sub(&w.f.clock.fixed_ms, day);
    ck_assert_uint_eq(claimed(&w), 0);
    later(&w, 0);
    ck_assert_uint_eq(claimed(&w), 3);
    world_close(&w);
}
END_TEST

UNIT_MAIN("service retention", { what_is_old_goes_and_plans_stay, zero_keeps_everything, what_was_said_goes_in_its_time, a_reader_that_fell_behind_is_told,
                                 work_goes_on_after_the_clock_was_set_back })
