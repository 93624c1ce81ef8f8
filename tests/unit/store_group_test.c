/* The contract of the store itself: group commit, isolation of each write, reads, the bounded
 * queue, closing, failures. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include <pthread.h>
#include <semaphore.h>

#include "pland/base/lock.h"
#include "pland/store/jobs.h"

/* --- a typical write: a plan, its ticket, an event, a job ------------------------------------------------------- */
struct post {
    int64_t number;
    enum err_kind fail; /* after writing everything */
    bool again;         /* ends with a row that is there already */
    char id[32];
};

static enum err_kind post_fn(struct txn *tx, void *arg, struct err *e)
{
    struct post *x = arg;
    struct plan_row p = { .id = x->id, .project = 1, .state = PLAN_RESEARCHING, .generation = 1, .title = "t" };
    struct event_row ev = { .seq = 1, .at = 1, .type = "plan.created", .data = "{}" };
    struct job j = { .kind = JOB_RESEARCH, .generation = 1 };
    enum err_kind k;
    (void)snprintf(x->id, sizeof x->id, "plan_%lld", (long long)x->number);
    k = store_plan_insert(tx, &p, e);
    ev.plan = j.plan = p.n;
    if (k == ERR_OK) k = store_ticket_put(tx, p.n, "{}", "{}", e);
    if (k == ERR_OK) k = store_event_insert(tx, &ev, e);
    if (k == ERR_OK) k = store_job_insert(tx, &j, e);
    if (k == ERR_OK && x->again) k = store_job_insert(tx, &j, e);
    if (k == ERR_OK && x->fail) k = err_set(e, x->fail, "changed its mind");
    return k;
}

struct tally { int64_t plans, events, jobs, id_found; const char *id; };
static enum err_kind tally_fn(struct txn *tx, void *arg, struct err *e)
{
    struct tally *t = arg;
    auto_arena a = arena_new(0);
    struct plan_row p;
    struct event_list events;
    int64_t states[PLAN_STATE_N_], jobs[JOB_STATE_N_];
    enum err_kind k = store_plan_counts(tx, states, e);
    if (k == ERR_OK) k = store_job_counts(tx, jobs, e);
    if (k == ERR_OK) k = store_event_feed(tx, 0, 0, 1000000, a, &events, e);
    if (k != ERR_OK) return k;
    t->plans = states[PLAN_RESEARCHING];
    t->events = (int64_t)events.n;
    t->jobs = jobs[JOB_QUEUED];
    if (t->id) t->id_found = store_plan_get(tx, t->id, 0, a, &p, e) == ERR_OK;
    return ERR_OK;
}

/* Every plan has its event and its job, whatever happened. */
static struct tally check_whole(struct fixture *fp, const char *id)
{
    struct tally t = { .id = id };
    enum err_kind k = store_read(fp->store, tally_fn, &t, &fp->e);
    ck_assert_msg(k == ERR_OK, "%s", fp->e.msg);
    ck_assert_int_eq(t.plans, t.events);
    ck_assert_int_eq(t.plans, t.jobs);
    return t;
}

/* --- holding the writer up -------------------------------------------------------------------------------------- */
struct gate { struct store_write write; sem_t entered, leave; };
static enum err_kind gate_fn(struct txn *tx, void *arg, struct err *e)
{
    struct gate *g = arg;
    (void)tx, (void)e;
    ck_assert(store_in_transaction());
    (void)sem_post(&g->entered);
    (void)sem_wait(&g->leave);
    return ERR_OK;
}
static void gate_done(struct store_write *w) { (void)w; }

static void gate_shut(struct fixture *fp, struct gate *g)
{
    *g = (struct gate){ .write = { .fn = gate_fn, .arg = g, .done = gate_done } };
    (void)sem_init(&g->entered, 0, 0);
    (void)sem_init(&g->leave, 0, 0);
    ck_assert_int_eq(store_submit(fp->store, &g->write, &fp->e), ERR_OK);
    (void)sem_wait(&g->entered);
}

/* --- submitted writes ------------------------------------------------------------------------------------------- */
struct submitted { struct store_write write; struct post post; sem_t *told; int times; };
static void submitted_done(struct store_write *w)
{
    struct submitted *s = (struct submitted *)w;
    ck_assert(!store_in_transaction());
    s->times++;
    (void)sem_post(s->told);
}

static void submit(struct fixture *fp, struct submitted *s, struct post post, sem_t *told)
{
    *s = (struct submitted){ .write = { .fn = post_fn, .done = submitted_done }, .post = post, .told = told };
    s->write.arg = &s->post;
    ck_assert_int_eq(store_submit(fp->store, &s->write, &fp->e), ERR_OK);
}

/* --- tests ------------------------------------------------------------------------------------------------------ */
enum { THREADS = 64, EACH = 20 };
struct worker { struct fixture *f; int64_t first; pthread_t thread; };
static void *worker_run(void *arg)
{
    struct worker *w = arg;
    for (int i = 0; i < EACH; i++) {
        struct post x = { .number = w->first + i };
        struct tally t = { 0 };
        struct err e = { 0 };
        ck_assert_int_eq(store_exec(w->f->store, post_fn, &x, &e), ERR_OK);
        t.id = x.id; /* what was acknowledged can be read */
        ck_assert_int_eq(i % 5 ? ERR_OK : store_read(w->f->store, tally_fn, &t, &e), ERR_OK);
        ck_assert(i % 5 || t.id_found);
    }
    return NULL;
}

START_TEST(many_threads_share_commits)
{
    struct fixture f;
    struct worker w[THREADS];
    struct store_stats stats;
    fixture_open(&f);
    for (int i = 0; i < THREADS; i++) {
        w[i] = (struct worker){ .f = &f, .first = (int64_t)i * EACH };
        ck_assert_int_eq(thread_start(&w[i].thread, "worker", worker_run, &w[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) (void)pthread_join(w[i].thread, NULL);
    ck_assert_int_eq(check_whole(&f, NULL).plans, THREADS * EACH);
    store_stats(f.store, &stats);
    ck_assert_int_eq(stats.writes, THREADS * EACH);
    ck_assert_int_eq(stats.failed, 0);
    ck_assert_int_eq(stats.queue, 0);
    ck_assert_int_lt(stats.commits, THREADS * EACH / 2);
    fixture_close(&f);
}
END_TEST

START_TEST(a_write_that_fails_is_undone_alone)
{
    struct fixture f;
    struct gate g;
    struct submitted s[5];
    sem_t told;
    fixture_open(&f);
    (void)sem_init(&told, 0, 0);
    gate_shut(&f, &g);
    submit(&f, &s[0], (struct post){ .number = 1 }, &told);
    submit(&f, &s[1], (struct post){ .number = 2, .fail = ERR_STATE }, &told);
    submit(&f, &s[2], (struct post){ .number = 1 }, &told); /* a conflict with the first of its group */
    submit(&f, &s[3], (struct post){ .number = 3, .again = true }, &told);
    submit(&f, &s[4], (struct post){ .number = 4 }, &told);
    (void)sem_post(&g.leave);
    for (int i = 0; i < 5; i++) (void)sem_wait(&told);
    ck_assert_int_eq(s[0].write.result, ERR_OK);
    ck_assert_int_eq(s[1].write.result, ERR_STATE);
    ck_assert_str_eq(s[1].write.err.msg, "changed its mind");
    ck_assert_int_eq(s[2].write.result, ERR_CONFLICT);
    ck_assert_int_eq(s[3].write.result, ERR_CONFLICT);
    ck_assert_int_eq(s[4].write.result, ERR_OK);
    ck_assert_int_eq(check_whole(&f, "plan_4").plans, 2);
    ck_assert(!check_whole(&f, "plan_2").id_found && check_whole(&f, "plan_4").id_found);
    fixture_close(&f);
    for (int i = 0; i < 5; i++) ck_assert_int_eq(s[i].times, 1);
}
END_TEST

START_TEST(a_write_that_fails_alone_leaves_nothing)
{
    struct fixture f;
    struct post x = { .number = 1, .fail = ERR_INVALID };
    fixture_open(&f);
    FAILS(ERR_INVALID, store_exec(f.store, post_fn, &x, &f.e));
    ck_assert_int_eq(check_whole(&f, NULL).plans, 0);
    x.fail = ERR_OK;
    OK(store_exec(f.store, post_fn, &x, &f.e));
    ck_assert_int_eq(check_whole(&f, NULL).plans, 1);
    fixture_close(&f);
}
END_TEST

START_TEST(readers_see_what_is_committed)
{
    struct fixture f;
    struct gate g;
    struct submitted s;
    sem_t told;
    fixture_open(&f);
    (void)sem_init(&told, 0, 0);
    gate_shut(&f, &g);
    submit(&f, &s, (struct post){ .number = 1 }, &told);
    ck_assert_int_eq(check_whole(&f, NULL).plans, 0); /* reading goes on while a write transaction is open */
    (void)sem_post(&g.leave);
    (void)sem_wait(&told);
    ck_assert_int_eq(check_whole(&f, NULL).plans, 1);
    fixture_close(&f);
}
END_TEST

static enum err_kind sneaky_fn(struct txn *tx, void *arg, struct err *e)
{
    return post_fn(tx, arg, e);
}

START_TEST(a_read_does_not_write)
{
    struct fixture f;
    struct post x = { .number = 1 };
    fixture_open(&f);
    FAILS(f.config.database ? ERR_BUSY : ERR_IO, store_read(f.store, sneaky_fn, &x, &f.e)); /* a standby refuses in the same words */
    ck_assert(!store_in_transaction());
    ck_assert_int_eq(check_whole(&f, NULL).plans, 0);
    fixture_close(&f);
}
END_TEST

START_TEST(a_full_queue_says_so)
{
    struct fixture f;
    struct gate g;
    struct submitted s[3];
    struct store_stats stats;
    sem_t told;
    fixture_directory(&f);
    f.config.queue_max = 2;
    fixture_reopen(&f);
    (void)sem_init(&told, 0, 0);
    gate_shut(&f, &g);
    submit(&f, &s[0], (struct post){ .number = 1 }, &told);
    submit(&f, &s[1], (struct post){ .number = 2 }, &told);
    s[2] = (struct submitted){ .write = { .fn = post_fn, .arg = &s[2].post, .done = submitted_done } };
    FAILS(ERR_BUSY, store_submit(f.store, &s[2].write, &f.e));
    store_stats(f.store, &stats);
    ck_assert_int_eq(stats.queue, 2);
    (void)sem_post(&g.leave);
    (void)sem_wait(&told);
    (void)sem_wait(&told);
    OK(store_exec(f.store, post_fn, &(struct post){ .number = 3 }, &f.e));
    ck_assert_int_eq(s[2].times, 0);
    fixture_close(&f);
}
END_TEST

START_TEST(closing_finishes_what_is_queued)
{
    struct fixture f;
    struct gate g;
    struct submitted s[100];
    sem_t told;
    fixture_open(&f);
    (void)sem_init(&told, 0, 0);
    gate_shut(&f, &g);
    for (int i = 0; i < 100; i++) submit(&f, &s[i], (struct post){ .number = i }, &told);
    (void)sem_post(&g.leave);
    store_close(f.store);
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(s[i].times, 1);
        ck_assert_int_eq(s[i].write.result, ERR_OK);
    }
    fixture_reopen(&f);
    ck_assert_int_eq(check_whole(&f, NULL).plans, 100);
    fixture_close(&f);
}
END_TEST

/* Each statement of a typical write fails once: begin, inserts, commit. */
START_TEST(every_statement_may_fail)
{
    struct fixture f;
    struct post x = { .number = 0 };
    int64_t n = 0;
    enum err_kind k;
    fixture_open(&f);
    do {
        struct tally t;
        x.number = ++n;
        store_fail_statement(f.store, n, n % 2 ? ERR_IO : ERR_FULL);
        f.e = (struct err){ 0 };
        k = store_exec(f.store, post_fn, &x, &f.e);
        ck_assert(k == ERR_OK || k == (n % 2 ? ERR_IO : ERR_FULL));
        t = check_whole(&f, x.id);
        ck_assert_int_eq(t.id_found, k == ERR_OK);
    } while (k != ERR_OK);
    ck_assert_int_gt(n, 6);
    store_fail_statement(f.store, 0, ERR_IO);
    ck_assert_int_eq(check_whole(&f, NULL).plans, 1);
    fixture_close(&f);
}
END_TEST

/* The same in a group: whoever is told "done" is there, whoever is told otherwise is not. A group that fails without
 * savepoints is run again with them, and then the failure is over; the groups after it have them from the start. */
START_TEST(every_statement_of_a_group_may_fail)
{
    struct fixture f;
    int failed = 0, again = 0;
    sem_t told;
    fixture_open(&f);
    (void)sem_init(&told, 0, 0);
    for (int64_t n = 2; n < 100; n++) { /* the first statement is the commit of the gate */
        struct gate g;
        struct submitted s[3];
        int bad = 0;
        gate_shut(&f, &g);
        for (int i = 0; i < 3; i++) submit(&f, &s[i], (struct post){ .number = n * 10 + i }, &told);
        store_fail_statement(f.store, n % 30 + 2, ERR_FULL);
        (void)sem_post(&g.leave);
        for (int i = 0; i < 3; i++) (void)sem_wait(&told);
        for (int i = 0; i < 3; i++) {
            bad += s[i].write.result != ERR_OK;
            ck_assert_int_eq(check_whole(&f, s[i].post.id).id_found, s[i].write.result == ERR_OK);
        }
        failed += bad > 0;
        again += bad == 0;
    }
    ck_assert_int_gt(failed, 20);
    ck_assert_int_gt(again, 1);
    fixture_close(&f);
}
END_TEST

START_TEST(the_log_can_be_checkpointed_at_will)
{
    struct fixture f;
    struct store_stats stats;
    fixture_open(&f);
    for (int i = 0; i < 50; i++) OK(store_exec(f.store, post_fn, &(struct post){ .number = i }, &f.e));
    store_stats(f.store, &stats);
    if (!f.config.database) ck_assert_int_gt(stats.wal_bytes, 0); /* a server's log is its own affair */
    OK(store_checkpoint(f.store, &f.e));
    OK(store_exec(f.store, post_fn, &(struct post){ .number = 50 },
                  &f.e)); /* the log is counted after the writers are told */
    OK(store_exec(f.store, post_fn, &(struct post){ .number = 51 }, &f.e));
    store_stats(f.store, &stats);
    ck_assert_int_lt(stats.wal_bytes, 8192 * 60);
    ck_assert_int_eq(check_whole(&f, NULL).plans, 52);
    OK(store_verify(f.store, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(a_store_for_reading_only_takes_no_writes)
{
    struct fixture f;
    fixture_open(&f);
    OK(store_exec(f.store, post_fn, &(struct post){ .number = 1 }, &f.e));
    store_close(f.store);
    f.config.read_only = true;
    fixture_reopen(&f);
    ck_assert_int_eq(check_whole(&f, NULL).plans, 1);
    FAILS(ERR_FORBIDDEN, store_exec(f.store, post_fn, &(struct post){ .number = 2 }, &f.e));
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("store_group", {
                             many_threads_share_commits,
                             a_write_that_fails_is_undone_alone,
                             a_write_that_fails_alone_leaves_nothing,
                             readers_see_what_is_committed,
                             a_read_does_not_write,
                             a_full_queue_says_so,
                             closing_finishes_what_is_queued,
                             every_statement_may_fail,
                             every_statement_of_a_group_may_fail,
                             the_log_can_be_checkpointed_at_will,
                             a_store_for_reading_only_takes_no_writes,
                         })
