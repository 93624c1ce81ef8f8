/* The contract of the queue: one open job of a kind, fair claims, leases, retries, voiding, pruning. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include "pland/store/hooks.h"
#include "pland/store/jobs.h"

enum { ALL = (1 << JOB_KIND_N_) - 1, LEASE = 30000 };

static struct job put(struct fixture *fp, struct job j)
{
    enum err_kind k;
    if (!j.subject) j.subject = arena_fmt(fp->arena, "s%lld", (long long)clock_mono_us());
    k = store_job_insert(fp->tx, &j, &fp->e);
    ck_assert_msg(k == ERR_OK, "%s", fp->e.msg);
    return j;
}

static struct job_list claim(struct fixture *fp, const char *owner, int64_t now, unsigned kinds, int max)
{
    struct job_list list = { 0 };
    enum err_kind k = store_job_claim(fp->tx, owner, now, LEASE, kinds, max, fp->arena, &list, &fp->e);
    ck_assert_msg(k == ERR_OK, "%s", fp->e.msg);
    return list;
}

START_TEST(equal_work_is_queued_once)
{
    struct fixture f;
    struct job j = { .plan = 1, .kind = JOB_PHASE, .subject = "ph1", .generation = 1 }, again = j, other = j;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_job_insert(f.tx, &j, &f.e));
    ck_assert_int_gt(j.n, 0);
    FAILS(ERR_CONFLICT, store_job_insert(f.tx, &again, &f.e));
    other.generation = 2;
    OK(store_job_insert(f.tx, &other, &f.e));
    other = j, other.subject = "ph2";
    OK(store_job_insert(f.tx, &other, &f.e));
    other = j, other.subject = NULL;
    OK(store_job_insert(f.tx, &other, &f.e));
    FAILS(ERR_CONFLICT, store_job_insert(f.tx, &other, &f.e));
    ck_assert_uint_eq(claim(&f, "a", 10, ALL, 9).n, 4); /* running counts too */
    FAILS(ERR_CONFLICT, store_job_insert(f.tx, &again, &f.e));
    OK(store_job_finish(f.tx, j.n, "a", JOB_DONE, NULL, &f.e));
    OK(store_job_insert(f.tx, &again, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(a_claim_takes_due_jobs_of_the_kinds_asked_for)
{
    struct fixture f;
    struct job_list list;
    struct job due, late, inbound;
    int64_t next;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_job_next(f.tx, ALL, &next, &f.e));
    ck_assert_int_eq(next, 0);
    due = put(&f, (struct job){
                      .plan = 3, .kind = JOB_RESEARCH, .run_at = 100, .generation = 4, .person = 7, .priority = 5 });
    late = put(&f, (struct job){ .kind = JOB_RESEARCH, .run_at = 201 });
    inbound = put(&f, (struct job){ .kind = JOB_INBOUND, .run_at = 50 });
    OK(store_job_next(f.tx, 1u << JOB_RESEARCH, &next, &f.e));
    ck_assert_int_eq(next, 100);
    ck_assert_uint_eq(claim(&f, "a", 200, 1u << JOB_DELIVER, 9).n, 0);
    list = claim(&f, "a", 200, 1u << JOB_RESEARCH, 9);
    ck_assert_uint_eq(list.n, 1);
    ck_assert(list.v[0].n == due.n && list.v[0].plan == 3 && list.v[0].generation == 4 && list.v[0].person == 7);
    ck_assert(list.v[0].kind == JOB_RESEARCH && list.v[0].state == JOB_RUNNING && list.v[0].lease_until == 200 + LEASE);
    ck_assert_str_eq(list.v[0].owner, "a");
    ck_assert_str_eq(list.v[0].subject, due.subject);
    ck_assert_uint_eq(claim(&f, "b", 200, 1u << JOB_RESEARCH, 9).n, 0);
    list = claim(&f, "b", 300, ALL, 9);
    ck_assert_uint_eq(list.n, 2);
    ck_assert(list.v[0].n == inbound.n && list.v[1].n == late.n);
    fixture_close(&f);
}
END_TEST

START_TEST(a_waiting_person_goes_before_bulk)
{
    struct fixture f;
    struct job_list list;
    struct job bulk, waiting;
    fixture_open(&f);
    fixture_begin(&f);
    bulk = put(&f, (struct job){ .kind = JOB_PHASE, .priority = 10, .run_at = 1, .person = 1 });
    waiting = put(&f, (struct job){ .kind = JOB_REFINE, .priority = 1, .run_at = 9, .person = 2 });
    list = claim(&f, "a", 100, ALL, 2);
    ck_assert(list.n == 2 && list.v[0].n == waiting.n && list.v[1].n == bulk.n);
    fixture_close(&f);
}
END_TEST

START_TEST(a_thousand_jobs_of_one_person_hold_nobody_up)
{
    struct fixture f;
    struct job_list list;
    int64_t of_other = 0;
    fixture_open(&f);
    fixture_begin(&f);
    for (int i = 0; i < 1000; i++)
        (void)put(
            &f, (struct job){ .plan = i, .kind = JOB_PHASE, .subject = "x", .priority = 5, .run_at = i, .person = 1 });
    for (int i = 0; i < 2; i++)
        (void)put(
            &f, (struct job){
                    .plan = 5000 + i, .kind = JOB_PHASE, .subject = "x", .priority = 5, .run_at = 5000, .person = 2 });
    list = claim(&f, "a", 9000, ALL, 4); /* turn by turn: 1 2 1 2 */
    ck_assert_uint_eq(list.n, 4);
    for (size_t i = 0; i < list.n; i++) of_other += list.v[i].person == 2;
    ck_assert_int_eq(of_other, 2);
    ck_assert_int_eq(list.v[0].person, 1);
    ck_assert_int_eq(list.v[1].person, 2);
    (void)put(&f, (struct job){
                      .plan = 6000, .kind = JOB_PHASE, .subject = "x", .priority = 5, .run_at = 8000, .person = 3 });
    list = claim(&f, "a", 9000, ALL, 1); /* who has nothing running is next, however late */
    ck_assert(list.n == 1 && list.v[0].person == 3);
    list = claim(&f, "a", 9000, ALL, 100);
    ck_assert_uint_eq(list.n, 100);
    fixture_close(&f);
}
END_TEST

START_TEST(only_the_holder_of_the_lease_finishes)
{
    struct fixture f;
    struct job j;
    struct job_list list;
    fixture_open(&f);
    fixture_begin(&f);
    j = put(&f, (struct job){ .plan = 1, .kind = JOB_CHECK });
    FAILS(ERR_CONFLICT, store_job_finish(f.tx, j.n, "a", JOB_DONE, NULL, &f.e));
    (void)claim(&f, "a", 10, ALL, 1);
    FAILS(ERR_CONFLICT, store_job_finish(f.tx, j.n, "b", JOB_DONE, NULL, &f.e));
    FAILS(ERR_CONFLICT, store_job_retry(f.tx, j.n, "b", 5, true, "x", &f.e));
    OK(store_job_finish(f.tx, j.n, "a", JOB_FAILED, "the model said no", &f.e));
    FAILS(ERR_CONFLICT, store_job_finish(f.tx, j.n, "a", JOB_DONE, NULL, &f.e));
    OK(store_job_open(f.tx, 1, f.arena, &list, &f.e));
    ck_assert(list.n == 1 && list.v[0].state == JOB_FAILED);
    ck_assert_str_eq(list.v[0].error, "the model said no");
    ck_assert_ptr_null(list.v[0].owner);
    fixture_close(&f);
}
END_TEST

START_TEST(a_retry_waits_and_counts_when_it_was_the_jobs_fault)
{
    struct fixture f;
    struct job j;
    struct job_list list;
    fixture_open(&f);
    fixture_begin(&f);
    j = put(&f, (struct job){ .plan = 1, .kind = JOB_OPTIONS });
    (void)claim(&f, "a", 10, ALL, 1);
    OK(store_job_retry(f.tx, j.n, "a", 500, true, "bad reply", &f.e));
    ck_assert_uint_eq(claim(&f, "a", 499, ALL, 1).n, 0);
    list = claim(&f, "a", 500, ALL, 1);
    ck_assert(list.n == 1 && list.v[0].attempts == 1);
    ck_assert_str_eq(list.v[0].error, "bad reply");
    OK(store_job_retry(f.tx, j.n, "a", 600, false, "model down", &f.e));
    list = claim(&f, "a", 600, ALL, 1);
    ck_assert(list.n == 1 && list.v[0].attempts == 1);
    fixture_close(&f);
}
END_TEST

START_TEST(a_lease_that_ends_gives_the_job_back)
{
    struct fixture f;
    struct job a, b;
    struct job_list list;
    int64_t n;
    fixture_open(&f);
    fixture_begin(&f);
    a = put(&f, (struct job){ .plan = 1, .kind = JOB_PHASE });
    b = put(&f, (struct job){ .plan = 2, .kind = JOB_PHASE });
    (void)claim(&f, "a", 0, ALL, 2);
    OK(store_job_renew(f.tx, "a", (const int64_t[]){ a.n, 999 }, 2, 100000, &f.e));
    OK(store_job_renew(f.tx, "b", (const int64_t[]){ b.n }, 1, 100000, &f.e)); /* not b's: nothing happens */
    OK(store_job_reclaim(f.tx, LEASE + 1, false, NULL, &n, &f.e));
    ck_assert_int_eq(n, 1);
    list = claim(&f, "c", LEASE + 1, ALL, 9);
    ck_assert(list.n == 1 && list.v[0].n == b.n);
    FAILS(ERR_CONFLICT, store_job_finish(f.tx, b.n, "a", JOB_DONE, NULL, &f.e));
    OK(store_job_reclaim(f.tx, 0, true, NULL, &n, &f.e));
    ck_assert_int_eq(n, 2);
    fixture_close(&f);
}
END_TEST

START_TEST(voided_jobs_are_lost_to_their_workers)
{
    struct fixture f;
    struct job running, queued, other;
    struct job_list list;
    fixture_open(&f);
    fixture_begin(&f);
    running = put(&f, (struct job){ .plan = 1, .kind = JOB_PHASE });
    (void)claim(&f, "a", 0, ALL, 1);
    queued = put(&f, (struct job){ .plan = 1, .kind = JOB_CLOSING });
    other = put(&f, (struct job){ .plan = 2, .kind = JOB_CLOSING });
    OK(store_job_void(f.tx, 1, &f.e));
    FAILS(ERR_CONFLICT, store_job_finish(f.tx, running.n, "a", JOB_DONE, NULL, &f.e));
    list = claim(&f, "a", 0, ALL, 9);
    ck_assert(list.n == 1 && list.v[0].n == other.n);
    OK(store_job_open(f.tx, 1, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 0);
    (void)queued;
    fixture_close(&f);
}
END_TEST

START_TEST(jobs_that_are_over_are_counted_and_pruned)
{
    struct fixture f;
    int64_t counts[JOB_STATE_N_], n;
    fixture_open(&f);
    fixture_begin(&f);
    for (int i = 0; i < 4; i++) (void)put(&f, (struct job){ .plan = i, .kind = JOB_PHASE, .subject = "x" });
    for (int i = 0; i < 3; i++) {
        struct job_list list = claim(&f, "a", 10, ALL, 1);
        atomic_store(&f.clock.fixed_ms, 1000 + i);
        OK(store_job_finish(f.tx, list.v[0].n, "a", i == 2 ? JOB_FAILED : JOB_DONE, NULL, &f.e));
    }
    OK(store_job_void(f.tx, 3, &f.e));
    OK(store_job_counts(f.tx, counts, &f.e));
    ck_assert(counts[JOB_DONE] == 2 && counts[JOB_FAILED] == 1 && counts[JOB_VOID] == 1 && counts[JOB_QUEUED] == 0 &&
              counts[JOB_RUNNING] == 0);
    OK(store_job_prune(f.tx, 1001, 10, &n, &f.e));
    ck_assert_int_eq(n, 1);
    OK(store_job_prune(f.tx, 9999, 1, &n, &f.e));
    ck_assert_int_eq(n, 1);
    OK(store_job_prune(f.tx, 9999, 10, &n, &f.e));
    ck_assert_int_eq(n, 1);
    OK(store_job_counts(f.tx, counts, &f.e));
    ck_assert(counts[JOB_DONE] == 0 && counts[JOB_FAILED] == 1 && counts[JOB_VOID] == 0);
    fixture_close(&f);
}
END_TEST

static int64_t hook(struct fixture *fp, const char *id, int64_t failures, int64_t rest_until)
{
    struct hook_row h = { .id = id, .url = "https://h", .failures = failures, .rest_until = rest_until };
    enum err_kind k = store_hook_insert(fp->tx, &h, &fp->e);
    ck_assert_msg(k == ERR_OK, "%s", fp->e.msg);
    for (int i = 0; i < 20; i++)
        (void)put(fp, (struct job){ .kind = JOB_DELIVER, .priority = 3, .run_at = 10 + i, .person = -h.n,
                                    .subject = arena_fmt(fp->arena, "%s%d", id, i) });
    return -h.n;
}

static size_t of(const struct job_list *l, int64_t person)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n; i++) n += l->v[i].person == person;
    return n;
}

/* A few deliveries for each hook at once, one for one that fails, none for one that rests; planning is not concerned. */
START_TEST(deliveries_are_shared_out_over_hooks)
{
    const unsigned deliver = 1u << JOB_DELIVER;
    struct fixture f;
    struct job_list list;
    int64_t healthy, failing, resting, next;
    fixture_open(&f);
    fixture_begin(&f);
    healthy = hook(&f, "a", 0, 0);
    failing = hook(&f, "b", 5, 0);
    resting = hook(&f, "c", 5, 900);
    ck_assert_uint_eq(claim(&f, "w", 100, ALL & ~deliver, 99).n, 0);
    OK(store_job_next(f.tx, ALL & ~deliver, &next, &f.e));
    ck_assert_int_eq(next, 0);
    list = claim(&f, "w", 100, deliver, 99);
    ck_assert(of(&list, healthy) == 4 && of(&list, failing) == 1 && of(&list, resting) == 0 && list.n == 5);
    ck_assert_uint_eq(claim(&f, "w", 100, deliver, 99).n, 0);
    OK(store_job_next(f.tx, deliver, &next, &f.e)); /* the others wait for a place, which is no time */
    ck_assert_int_eq(next, 900);
    for (size_t i = 0; i < list.n; i++) OK(store_job_finish(f.tx, list.v[i].n, "w", JOB_DONE, NULL, &f.e));
    list = claim(&f, "w", 100, deliver, 3);
    ck_assert(of(&list, healthy) == 2 && of(&list, failing) == 1);
    list = claim(&f, "w", 900, deliver, 99);
    ck_assert(of(&list, healthy) == 2 && of(&list, resting) == 1 && list.n == 3);
    fixture_close(&f);
}
END_TEST

/* What failed since a time is due again, and what waits for its next attempt; the rest stays. */
START_TEST(recovering_makes_what_failed_due)
{
    static const struct { const char *id; int64_t at; int state; } rows[] = {
        { "old", 5, DELIVERY_FAILED }, { "failed", 50, DELIVERY_FAILED }, { "done", 60, DELIVERY_DONE },
        { "waits", 40, DELIVERY_PENDING },
    };
    struct fixture f;
    struct hook_row h = { .id = "hook", .url = "https://h" };
    struct delivery_row got;
    struct job_list list;
    int64_t n = 0;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_hook_insert(f.tx, &h, &f.e));
    for (size_t i = 0; i < countof(rows); i++) {
        struct delivery_row d = { .hook = h.n, .id = rows[i].id, .type = "hook.test", .body = "{}", .at = rows[i].at,
                                  .state = rows[i].state };
        OK(store_delivery_insert(f.tx, &d, &f.e));
    }
    (void)put(&f, (struct job){ .kind = JOB_DELIVER, .priority = 3, .run_at = 99999, .person = -h.n, .subject = "waits" });
    OK(store_delivery_recover(f.tx, h.n, 50, 100, &n, &f.e));
    ck_assert_int_eq(n, 2);
    list = claim(&f, "w", 100, 1u << JOB_DELIVER, 9);
    ck_assert_uint_eq(list.n, 2);
    OK(store_delivery_get(f.tx, "old", f.arena, &got, &f.e));
    ck_assert_int_eq(got.state, DELIVERY_FAILED);
    OK(store_delivery_get(f.tx, "failed", f.arena, &got, &f.e));
    ck_assert_int_eq(got.state, DELIVERY_PENDING);
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("store_jobs", {
    deliveries_are_shared_out_over_hooks, recovering_makes_what_failed_due,
    equal_work_is_queued_once, a_claim_takes_due_jobs_of_the_kinds_asked_for, a_waiting_person_goes_before_bulk,
    a_thousand_jobs_of_one_person_hold_nobody_up, only_the_holder_of_the_lease_finishes,
    a_retry_waits_and_counts_when_it_was_the_jobs_fault, a_lease_that_ends_gives_the_job_back,
    voided_jobs_are_lost_to_their_workers,
    jobs_that_are_over_are_counted_and_pruned,
})
