/* Out of memory at any allocation, SQLite's included: an error, nothing half-written, and the next try succeeds. */
#include "unit/check_main.h"
#include "unit/nth.h"
#include "unit/store_fixture.h"

#include "pland/store/documents.h"
#include "pland/store/jobs.h"

struct post { const char *id; };
static enum err_kind post_fn(struct txn *tx, void *arg, struct err *e)
{
    struct post *x = arg;
    struct plan_row p = { .id = x->id, .project = 1, .generation = 1, .title = "t", .labels = "[\"api\"]" };
    struct event_row ev = { .seq = 1, .at = 1, .type = "plan.created" };
    struct job j = { .kind = JOB_RESEARCH, .generation = 1 };
    struct job_list claimed;
    auto_arena a = arena_new(0);
    enum err_kind k = a ? store_plan_insert(tx, &p, e) : err_nomem(e);
    ev.plan = j.plan = p.n;
    if (k == ERR_OK) k = store_event_insert(tx, &ev, e);
    if (k == ERR_OK) k = store_job_insert(tx, &j, e);
    if (k == ERR_OK) k = store_head_put(tx, p.n, "json", 1, "e", "{}", 2, e);
    return k == ERR_OK ? store_job_claim(tx, "a", 10, 10, ~0u, 2, a, &claimed, e) : k;
}

static void *into(void *arg, size_t n)
{
    (void)n;
    return arg;
}
static enum err_kind read_fn(struct txn *tx, void *arg, struct err *e)
{
    struct post *x = arg;
    struct plan_filter all = {
        .state = -1, .activity = ACTIVITY_WORKING, .stale = -1, .q = "a t", .label = "api", .limit = 9
    };
    struct plan_list list;
    struct plan_row p;
    struct head_bytes h;
    char space[8];
    auto_arena a = arena_new(0);
    enum err_kind k = a ? store_plan_list(tx, &all, a, &list, e) : err_nomem(e);
    if (k == ERR_OK) k = store_plan_get(tx, x->id, 0, a, &p, e);
    return k == ERR_OK ? store_head_get(tx, x->id, 0, "json", into, space, a, &h, e) : k;
}

START_TEST(opening_with_too_little_memory)
{
    struct fixture f;
    long n = 0;
    NTH_SKIP();
    fixture_open(&f);
    do {
        enum err_kind k;
        store_close(f.store);
        f.store = NULL;
        f.e = (struct err){ 0 };
        nth_arm(++n);
        k = store_open(&f.config, &f.store, &f.e);
        nth_disarm();
        ck_assert_msg(k == ERR_OK || (k == ERR_NOMEM && nth_hit()), "allocation %ld: %s", n, f.e.msg);
    } while (nth_hit());
    ck_assert_int_gt(n, 50);
    OK(store_verify(f.store, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(writing_and_reading_with_too_little_memory)
{
    struct fixture f;
    long n = 0;
    bool hit;
    NTH_SKIP();
    fixture_open(&f);
    do {
        char id[32];
        struct post x = { .id = id };
        enum err_kind k;
        (void)snprintf(id, sizeof id, "plan_%ld", ++n);
        store_close(f.store); /* statements are prepared anew */
        fixture_reopen(&f);
        f.e = (struct err){ 0 };
        nth_arm(n);
        k = store_exec(f.store, post_fn, &x, &f.e);
        hit = nth_hit();
        nth_disarm();
        ck_assert_msg(k == ERR_OK || (k == ERR_NOMEM && hit), "allocation %ld: %s", n, f.e.msg);
        if (k != ERR_OK) FAILS(ERR_NOT_FOUND, store_read(f.store, read_fn, &x, &f.e));
        if (k != ERR_OK) OK(store_exec(f.store, post_fn, &x, &f.e));
        OK(store_read(f.store, read_fn, &x, &f.e));
    } while (hit);
    ck_assert_int_gt(n, 50);
    n = 0;
    do {
        struct post x = { .id = "plan_1" };
        enum err_kind k;
        store_close(f.store);
        fixture_reopen(&f);
        f.e = (struct err){ 0 };
        nth_arm(++n);
        k = store_read(f.store, read_fn, &x, &f.e);
        hit = nth_hit();
        nth_disarm();
        ck_assert_msg(k == ERR_OK || (k == ERR_NOMEM && hit), "allocation %ld: %s", n, f.e.msg);
        OK(store_read(f.store, read_fn, &x, &f.e));
    } while (hit);
    OK(store_verify(f.store, &f.e));
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("store_nomem", { opening_with_too_little_memory, writing_and_reading_with_too_little_memory })
