/* Protects: a model that fails rests, one that is told to slow down does, and one call alone tries whether it works again. */
#include "llm/gate.h"
#include "llm/limits.h"

#include "pland/base/clock.h"
#include "unit/check_main.h"

static int64_t end(struct gate *g, enum llm_fault f, int64_t asked)
{
    size_t limit;
    return gate_end(g, f, clock_mono(), asked, "down", &limit);
}

START_TEST(test_rest_after_failures)
{
    struct gate g;
    struct llm_rest rest;
    gate_init(&g, 8, 60000);
    ck_assert(gate_admit(&g, &rest));
    ck_assert_int_gt(end(&g, LLM_FAULT_SERVER, -1), 40000);
    ck_assert(!gate_admit(&g, &rest) && rest.ms > 40000 && !rest.broken);
    ck_assert_str_eq(rest.why, "down");
    (void)end(&g, LLM_FAULT_UNREACHED, -1);
    (void)end(&g, LLM_FAULT_TIMEOUT, -1);
    ck_assert(!gate_admit(&g, &rest) && rest.broken);
    gate_release(&g);
}
END_TEST

START_TEST(test_one_call_tries)
{
    struct gate g;
    struct llm_rest rest;
    gate_init(&g, 8, 1);
    for (int i = 0; i < 3; i++) (void)end(&g, LLM_FAULT_SERVER, -1);
    g.rest_until = 0;
    ck_assert(gate_admit(&g, &rest));
    ck_assert(!gate_admit(&g, &rest) && rest.ms > 0);
    gate_unadmit(&g);
    ck_assert(gate_admit(&g, &rest));
    (void)end(&g, LLM_FAULT_NONE, -1);
    ck_assert(gate_admit(&g, &rest) && !rest.broken);
    ck_assert(gate_admit(&g, &rest));
    gate_release(&g);
}
END_TEST

START_TEST(test_what_the_server_asks_for)
{
    struct gate g;
    struct llm_rest rest;
    gate_init(&g, 8, 1);
    ck_assert_int_gt(end(&g, LLM_FAULT_RATE, 3600000), 3500000);
    ck_assert(!gate_admit(&g, &rest) && rest.ms > 3500000);
    gate_release(&g);
    gate_init(&g, 8, 1); /* a good answer that was the last one for now */
    ck_assert_int_gt(end(&g, LLM_FAULT_NONE, 5000), 4000);
    ck_assert(!gate_admit(&g, &rest) && rest.why[0]);
    gate_release(&g);
}
END_TEST

START_TEST(test_fewer_at_once_then_more)
{
    struct gate g;
    size_t limit;
    int64_t before;
    gate_init(&g, 8, 1);
    before = clock_mono() - 5;
    (void)gate_end(&g, LLM_FAULT_OVERLOADED, clock_mono(), -1, "", &limit);
    ck_assert_uint_eq(limit, 4);
    (void)gate_end(&g, LLM_FAULT_RATE, before, -1, "", &limit);
    ck_assert_uint_eq(limit, 4); /* it was under way then */
    for (int i = 0; i < 4; i++) (void)gate_end(&g, LLM_FAULT_NONE, clock_mono(), -1, "", &limit);
    ck_assert_uint_eq(limit, 5);
    for (int i = 0; i < 100; i++) (void)gate_end(&g, LLM_FAULT_NONE, clock_mono(), -1, "", &limit);
    ck_assert_uint_eq(limit, 8);
    gate_release(&g);
}
END_TEST

START_TEST(test_faults_that_say_nothing_of_the_next_call)
{
    static const enum llm_fault faults[] = { LLM_FAULT_KEY, LLM_FAULT_BROKEN, LLM_FAULT_CANCELLED, LLM_FAULT_STOPPED, LLM_FAULT_NOMEM, LLM_FAULT_TOO_LONG };
    struct gate g;
    struct llm_rest rest;
    gate_init(&g, 8, 60000);
    for (size_t i = 0; i < countof(faults); i++) {
        ck_assert_int_eq(end(&g, faults[i], -1), 0);
        ck_assert(gate_admit(&g, &rest));
    }
    gate_release(&g);
}
END_TEST

START_TEST(test_durations)
{
    static const struct { const char *text; int64_t ms; } rows[] = {
        { "6m0s", 360000 }, { "1s", 1000 }, { "20ms", 20 }, { "1h2m3.5s", 3723500 }, { "0s", 0 }, { "", -1 }, { "6", -1 }, { "m", -1 },
        { "-1s", -1 }, { "1d", -1 }, { "2026-11-23T10:00:00Z", -1 }, { "99999999999s", -1 }, { "1e5s", 100000000 }, { "nan", -1 },
    };
    for (size_t i = 0; i < countof(rows); i++) ck_assert_msg(limits_duration(rows[i].text) == rows[i].ms, "%s: %lld", rows[i].text, (long long)limits_duration(rows[i].text));
}
END_TEST

UNIT_MAIN("llm_gate", { test_rest_after_failures, test_one_call_tries, test_what_the_server_asks_for, test_fewer_at_once_then_more,
                        test_faults_that_say_nothing_of_the_next_call, test_durations })
