/* The contract of progress, criteria, claims, links, and of estimates against actual times. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include "pland/plan/request.h"
#include "pland/store/handoff.h"

START_TEST(progress_is_one_row_a_phase)
{
    struct fixture f;
    struct plan_row p;
    struct progress_row r = {.at = 1, .person = 7, .phase = "ph1", .status = PROGRESS_STARTED, .started_at = 1}, got;
    struct progress_list list;
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    r.plan = p.n;
    FAILS(ERR_NOT_FOUND, store_progress_get(f.tx, p.n, "ph1", f.arena, &got, &f.e));
    OK(store_progress_put(f.tx, &r, &f.e));
    r.status = PROGRESS_DONE, r.at = 2, r.note = "done", r.commit = "c0ffee", r.done_at = 2, r.worked_ms = 60000;
    r.reason = "first", r.estimated = 5;
    OK(store_progress_put(f.tx, &r, &f.e));
    OK(store_progress_get(f.tx, p.n, "ph1", f.arena, &got, &f.e));
    ck_assert(got.started_at == 1 && got.done_at == 2 && got.worked_ms == 60000 && got.estimated == 5);
    ck_assert_str_eq(got.reason, "first");
    r.phase = "ph2", r.status = PROGRESS_SKIPPED, r.note = NULL;
    OK(store_progress_put(f.tx, &r, &f.e));
    OK(store_progress_list(f.tx, p.n, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 2);
    ck_assert(list.v[0].status == PROGRESS_DONE && list.v[0].at == 2 && list.v[1].status == PROGRESS_SKIPPED);
    ck_assert_str_eq(list.v[0].commit, "c0ffee");
    fixture_close(&f);
}
END_TEST

/* Only what is done and whose time is known says something about estimates. */
START_TEST(effort_is_summed_by_plan)
{
    static const struct progress_row rows[] = {
        {.phase = "ph1", .status = PROGRESS_DONE, .estimated = 60, .worked_ms = 90 * 60000},
        {.phase = "ph2", .status = PROGRESS_DONE, .estimated = 30, .worked_ms = 30 * 60000},
        {.phase = "ph3", .status = PROGRESS_SKIPPED, .estimated = 30, .worked_ms = 60000},
        {.phase = "ph4", .status = PROGRESS_DONE, .estimated = 30},
        {.phase = "ph5", .status = PROGRESS_STARTED, .worked_ms = 60000},
    };
    struct fixture f;
    struct plan_row p[2];
    struct effort_list l;
    fixture_open(&f);
    fixture_begin(&f);
    for (int i = 0; i < 2; i++) {
        p[i] = fixture_put_plan(&f, i + 1);
        for (size_t j = 0; j < countof(rows); j++) {
            struct progress_row r = rows[j];
            r.plan = p[i].n;
            OK(store_progress_put(f.tx, &r, &f.e));
        }
    }
    OK(store_effort_list(f.tx, p[0].project, f.arena, &l, &f.e));
    ck_assert_uint_ge(l.n, 1);
    ck_assert(l.v[0].phases == 2 && l.v[0].estimated == 90 && l.v[0].worked_ms == 120 * 60000);
    OK(store_effort_list(f.tx, 99, f.arena, &l, &f.e));
    ck_assert_uint_eq(l.n, 0);
    fixture_close(&f);
}
END_TEST

START_TEST(a_criterion_has_one_last_word)
{
    struct fixture f;
    struct criterion_row r = {.phase = "ph1", .criterion = "make check", .status = CRITERION_FAILED, .at = 1};
    struct criterion_list l;
    fixture_open(&f);
    fixture_begin(&f);
    r.plan = fixture_put_plan(&f, 1).n;
    OK(store_criterion_put(f.tx, &r, &f.e));
    r.status = CRITERION_PASSED, r.url = "https://ci.example.com/7", r.at = 2;
    OK(store_criterion_put(f.tx, &r, &f.e));
    r.phase = "ph2";
    OK(store_criterion_put(f.tx, &r, &f.e));
    OK(store_criterion_list(f.tx, r.plan, f.arena, &l, &f.e));
    ck_assert(l.n == 2 && l.v[0].status == CRITERION_PASSED && l.v[0].at == 2);
    ck_assert_str_eq(l.v[0].url, "https://ci.example.com/7");
    fixture_close(&f);
}
END_TEST

START_TEST(a_phase_has_one_claim)
{
    struct fixture f;
    struct claim_row c = {.id = "clm_1", .phase = "ph1", .at = 10, .lease_until = 20, .person = 7, .holder = "agent"};
    struct claim_row got;
    struct claim_list l;
    fixture_open(&f);
    fixture_begin(&f);
    c.plan = fixture_put_plan(&f, 1).n;
    OK(store_claim_insert(f.tx, &c, &f.e));
    c.id = "clm_2";
    FAILS(ERR_CONFLICT, store_claim_insert(f.tx, &c, &f.e));
    OK(store_claim_get(f.tx, c.plan, "clm_1", f.arena, &got, &f.e));
    ck_assert_str_eq(got.holder, "agent");
    FAILS(ERR_NOT_FOUND, store_claim_get(f.tx, c.plan + 1, "clm_1", f.arena, &got, &f.e));
    OK(store_claims_over(f.tx, 19, 10, f.arena, &l, &f.e));
    ck_assert_uint_eq(l.n, 0);
    OK(store_claims_over(f.tx, 20, 10, f.arena, &l, &f.e));
    ck_assert_uint_eq(l.n, 1);
    OK(store_claim_renew(f.tx, got.n, 30, &f.e));
    OK(store_claims_over(f.tx, 20, 10, f.arena, &l, &f.e));
    ck_assert_uint_eq(l.n, 0);
    OK(store_claim_delete(f.tx, got.n, &f.e));
    FAILS(ERR_NOT_FOUND, store_claim_delete(f.tx, got.n, &f.e));
    OK(store_claim_insert(f.tx, &c, &f.e));
    OK(store_claim_list(f.tx, c.plan, f.arena, &l, &f.e));
    ck_assert_uint_eq(l.n, 1);
    fixture_close(&f);
}
END_TEST

START_TEST(a_link_is_found_by_its_hash)
{
    struct fixture f;
    struct link_row l = {.id = "lnk_1", .hash = hash_sha256("secret", 6), .expires_at = 9}, got;
    struct link_list list;
    struct sha256 other = hash_sha256("other", 5);
    fixture_open(&f);
    fixture_begin(&f);
    l.plan = fixture_put_plan(&f, 1).n;
    OK(store_link_insert(f.tx, &l, &f.e));
    FAILS(ERR_NOT_FOUND, store_link_by_hash(f.tx, &other, f.arena, &got, &f.e));
    OK(store_link_by_hash(f.tx, &l.hash, f.arena, &got, &f.e));
    ck_assert(got.n == l.n && got.expires_at == 9 && got.revoked_at == 0);
    OK(store_link_revoke(f.tx, l.n, 5, &f.e));
    OK(store_link_revoke(f.tx, l.n, 6, &f.e));
    OK(store_link_get(f.tx, l.plan, "lnk_1", f.arena, &got, &f.e));
    ck_assert_int_eq(got.revoked_at, 5);
    FAILS(ERR_NOT_FOUND, store_link_get(f.tx, l.plan + 1, "lnk_1", f.arena, &got, &f.e));
    OK(store_link_list(f.tx, l.plan, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 1);
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("store_handoff", {progress_is_one_row_a_phase, effort_is_summed_by_plan, a_criterion_has_one_last_word,
                            a_phase_has_one_claim, a_link_is_found_by_its_hash})
