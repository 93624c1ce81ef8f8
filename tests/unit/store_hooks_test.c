/* The contract of webhooks out and in, and of what model calls have used. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include "pland/store/calls.h"
#include "pland/store/hooks.h"

START_TEST(a_hook_keeps_its_sealed_secret)
{
    static const char secret[] = { 's', 0, '\xff', 'x' };
    struct fixture f;
    struct hook_row h = { .id = "hook_1",
                          .project = 1,
                          .url = "https://h",
                          .secret = secret,
                          .n_secret = sizeof secret,
                          .events = "[\"plan.approved\"]",
                          .created_at = 5,
                          .created_by = 7 },
                    got;
    struct hook_row bare = { .id = "hook_2", .project = 2, .url = "https://h2" };
    struct hook_list list;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_hook_insert(f.tx, &h, &f.e));
    OK(store_hook_insert(f.tx, &bare, &f.e));
    FAILS(ERR_CONFLICT, store_hook_insert(f.tx, &bare, &f.e));
    OK(store_hook_get(f.tx, 1, "hook_1", f.arena, &got, &f.e));
    ck_assert(got.n_secret == sizeof secret && memcmp(got.secret, secret, sizeof secret) == 0 && got.created_by == 7);
    ck_assert_str_eq(got.events, "[\"plan.approved\"]");
    FAILS(ERR_NOT_FOUND, store_hook_get(f.tx, 2, "hook_1", f.arena, &got, &f.e));
    OK(store_hook_get(f.tx, 0, "hook_2", f.arena, &got, &f.e));
    ck_assert(got.n_secret == 0 && !got.secret && !got.events);
    h.url = "https://new", h.secret = "t", h.n_secret = 1, h.events = NULL, h.disabled_at = 8, h.failing_since = 6,
    h.disabled_why = "410";
    OK(store_hook_update(f.tx, &h, &f.e));
    OK(store_hook_get_n(f.tx, h.n, f.arena, &got, &f.e));
    ck_assert(got.n_secret == 1 && got.disabled_at == 8 && got.failing_since == 6 && !got.events);
    ck_assert_str_eq(got.url, "https://new");
    ck_assert_str_eq(got.disabled_why, "410");
    OK(store_hook_list(f.tx, 2, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 1);
    OK(store_hook_list(f.tx, 0, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 2);
    fixture_close(&f);
}
END_TEST

START_TEST(deliveries_go_with_their_hook)
{
    struct fixture f;
    struct hook_row h = { .id = "hook_1", .url = "https://h" };
    struct delivery_row d = { .id = "msg_1", .type = "plan.approved", .body = "{}", .at = 5 }, got;
    struct delivery_list list;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_hook_insert(f.tx, &h, &f.e));
    d.hook = h.n;
    OK(store_delivery_insert(f.tx, &d, &f.e));
    FAILS(ERR_CONFLICT, store_delivery_insert(f.tx, &d, &f.e));
    d.state = DELIVERY_FAILED, d.attempts = 3, d.last_at = 9, d.last_status = 500, d.last_error = "no",
    d.body = "not written";
    OK(store_delivery_update(f.tx, &d, &f.e));
    OK(store_delivery_get(f.tx, "msg_1", f.arena, &got, &f.e));
    ck_assert(got.state == DELIVERY_FAILED && got.attempts == 3 && got.last_at == 9 && got.last_status == 500 &&
              got.hook == h.n);
    ck_assert_str_eq(got.last_error, "no");
    ck_assert_str_eq(got.body, "{}");
    d.id = "msg_2";
    OK(store_delivery_insert(f.tx, &d, &f.e));
    OK(store_delivery_list(f.tx, h.n, 0, 1, f.arena, &list, &f.e));
    ck_assert(list.n == 1 && list.v[0].n == d.n);
    OK(store_delivery_list(f.tx, h.n, d.n, 9, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 1);
    ck_assert_str_eq(list.v[0].id, "msg_1");
    OK(store_hook_delete(f.tx, h.n, &f.e));
    FAILS(ERR_NOT_FOUND, store_delivery_get(f.tx, "msg_1", f.arena, &got, &f.e));
    FAILS(ERR_NOT_FOUND, store_hook_delete(f.tx, h.n, &f.e));
    FAILS(ERR_NOT_FOUND, store_delivery_update(f.tx, &d, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(a_delivery_from_outside_is_taken_once)
{
    struct fixture f;
    struct source_row s = { .id = "src_1",
                            .project = 1,
                            .name = "board",
                            .kind = "generic",
                            .secret = "x",
                            .n_secret = 1,
                            .settings = "{}",
                            .created_by = 7 },
                      got;
    struct source_list list;
    struct inbound_row in = { .at = 5, .delivery = "d1", .body = "{}" }, back;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_source_insert(f.tx, &s, &f.e));
    OK(store_source_get(f.tx, 1, "src_1", f.arena, &got, &f.e));
    ck_assert(got.n == s.n && got.n_secret == 1 && got.created_by == 7);
    ck_assert_str_eq(got.kind, "generic");
    FAILS(ERR_NOT_FOUND, store_source_get(f.tx, 2, "src_1", f.arena, &got, &f.e));
    OK(store_source_get(f.tx, 0, "src_1", f.arena, &got, &f.e));
    OK(store_source_list(f.tx, 1, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 1);
    s.name = "tracker", s.secret = "new", s.n_secret = 3, s.settings = NULL, s.kind = "not written";
    OK(store_source_update(f.tx, &s, &f.e));
    OK(store_source_get_n(f.tx, s.n, f.arena, &got, &f.e));
    ck_assert(got.n_secret == 3 && memcmp(got.secret, "new", 3) == 0 && !got.settings);
    ck_assert_str_eq(got.name, "tracker");
    ck_assert_str_eq(got.kind, "generic");
    in.source = s.n;
    OK(store_inbound_insert(f.tx, &in, &f.e));
    back = in;
    FAILS(ERR_CONFLICT, store_inbound_insert(f.tx, &back, &f.e));
    OK(store_inbound_done(f.tx, in.n, "made plan_1", &f.e));
    OK(store_inbound_get(f.tx, in.n, f.arena, &back, &f.e));
    ck_assert(back.done && back.source == s.n && back.at == 5);
    ck_assert_str_eq(back.outcome, "made plan_1");
    ck_assert_str_eq(back.delivery, "d1");
    OK(store_source_delete(f.tx, s.n, &f.e));
    FAILS(ERR_NOT_FOUND, store_source_get_n(f.tx, s.n, f.arena, &got, &f.e));
    FAILS(ERR_NOT_FOUND, store_inbound_get(f.tx, in.n, f.arena, &back, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(what_models_used_adds_up)
{
    struct fixture f;
    struct plan_row p;
    struct usage u;
    struct llm_call_row c = { .job = 3,
                              .at = 100,
                              .input = 10,
                              .output = 20,
                              .cached = 5,
                              .latency_ms = 7,
                              .provider = "openai",
                              .step = "phase",
                              .status = 200 };
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_usage(f.tx, 0, 0, 0, &u, &f.e));
    ck_assert(u.calls == 0 && u.input == 0 && u.output == 0 && u.cached == 0);
    p = fixture_put_plan(&f, 1);
    c.plan = p.n;
    OK(store_llm_call_insert(f.tx, &c, &f.e));
    c.at = 200, c.input = 1000;
    OK(store_llm_call_insert(f.tx, &c, &f.e));
    c.plan = 0;
    OK(store_llm_call_insert(f.tx, &c, &f.e));
    OK(store_usage(f.tx, 1, 0, 0, &u, &f.e));
    ck_assert(u.calls == 2 && u.input == 1010 && u.output == 40 && u.cached == 10);
    OK(store_usage(f.tx, 1, p.n, 150, &u, &f.e));
    ck_assert(u.calls == 1 && u.input == 1000);
    OK(store_usage(f.tx, 0, 0, 0, &u, &f.e));
    ck_assert_int_eq(u.calls, 3);
    OK(store_usage(f.tx, 2, 0, 0, &u, &f.e));
    ck_assert_int_eq(u.calls, 0);
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("store_hooks", {
                             a_hook_keeps_its_sealed_secret,
                             deliveries_go_with_their_hook,
                             a_delivery_from_outside_is_taken_once,
                             what_models_used_adds_up,
                         })
