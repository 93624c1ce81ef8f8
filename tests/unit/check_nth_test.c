/* Every single allocation of a check fails once: the answer is ERR_NOMEM, never a crash, a leak or half a result. */
#include "unit/nth.h"

#include "unit/check_fixture.h"
#include "unit/check_main.h"

START_TEST(test_nth_allocation_fails)
{
    struct fixture f;
    struct err e = { 0 };
    long n = 0, before;
    NTH_SKIP();
    fixture_open(&f);
    change(&f, "/overview", "\"`src/nope.py` and `tokenizer.py`\"");
    change(&f, "/phases/0/automated/0/command", "\"make tset\"");
    run_check(&f);
    before = nth_live();
    do {
        struct check_result r = { .verdict = { 0 } };
        struct arena *a = arena_new(0);
        enum err_kind k;
        ck_assert_ptr_nonnull(a);
        nth_arm(++n);
        k = check_run(&f.d, &f.in, a, &r, &e);
        nth_disarm();
        if (nth_hit() && k != ERR_OK) ck_assert_msg(k == ERR_NOMEM, "allocation %ld: %s", n, e.msg);
        if (k == ERR_OK && !nth_hit()) ck_assert_uint_eq(r.findings.n, f.r.findings.n);
        if (k != ERR_OK) ck_assert_uint_eq(r.findings.n, 0);
        arena_free(a);
        ck_assert_int_eq(nth_live(), before);
    } while (nth_hit());
    ck_assert_int_gt(n, 20);
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("check nth", { test_nth_allocation_fails })
