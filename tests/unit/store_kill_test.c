/* kill -9: whatever a writer was told is stored is there afterwards. PLAND_ROUNDS raises the number of rounds. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "pland/base/lock.h"

enum { WRITERS = 8, ROUNDS = 20 };

struct row { int64_t number; };
static enum err_kind row_fn(struct txn *tx, void *arg, struct err *e)
{
    struct row *x = arg;
    char id[32];
    struct plan_row p = { .id = id, .project = 1, .title = "t" };
    struct event_row ev = { .seq = 1, .at = 1, .type = "plan.created" };
    enum err_kind k;
    (void)snprintf(id, sizeof id, "plan_%lld", (long long)x->number);
    k = store_plan_insert(tx, &p, e);
    ev.plan = p.n;
    if (k == ERR_OK) k = store_event_insert(tx, &ev, e);
    return k == ERR_OK ? store_part_put(tx, p.n, "outline", "{\"a\":[1,2,3,4,5,6,7,8,9]}", e) : k;
}

struct victim { struct fixture *f; int64_t next; int pipe; };
static void *victim_run(void *arg)
{
    struct victim *v = arg;
    for (;;) {
        struct row x = { .number = v->next++ };
        struct err e = { 0 };
        if (store_exec(v->f->store, row_fn, &x, &e) != ERR_OK) _exit(3);
        if (write(v->pipe, &x.number, sizeof x.number) != (ssize_t)sizeof x.number) _exit(4);
    }
    return NULL;
}

/* The child writes until it is killed. */
static void be_killed(struct fixture *f, int64_t first, int out)
{
    struct victim v[WRITERS];
    fixture_reopen(f);
    for (int i = 0; i < WRITERS; i++) {
        pthread_t thread;
        v[i] = (struct victim){ .f = f, .next = first + (int64_t)i * 1000000, .pipe = out };
        if (thread_start(&thread, "victim", victim_run, &v[i]) != 0) _exit(5);
    }
    for (;;) (void)pause();
}

struct check { const int64_t *v; size_t n; int64_t plans; };
static enum err_kind check_fn(struct txn *tx, void *arg, struct err *e)
{
    struct check *c = arg;
    auto_arena a = arena_new(0);
    int64_t states[PLAN_STATE_N_];
    struct event_list events;
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < c->n; i++) {
        struct plan_row p;
        const char *body = NULL;
        k = store_plan_get(tx, arena_fmt(a, "plan_%lld", (long long)c->v[i]), 0, a, &p, e);
        if (k == ERR_OK) k = store_part_get(tx, p.n, "outline", a, &body, e);
        if (k == ERR_OK && !body) k = err_set(e, ERR_INTERNAL, "half a write");
    }
    if (k == ERR_OK) k = store_plan_counts(tx, states, e);
    if (k == ERR_OK) k = store_event_feed(tx, 0, 0, 10000000, a, &events, e);
    if (k != ERR_OK) return k;
    c->plans = states[0];
    return c->plans == (int64_t)events.n ? ERR_OK : err_set(e, ERR_INTERNAL, "half a write");
}

static size_t round_of(struct fixture *fp, int64_t first, int64_t **told, size_t n)
{
    int ends[2];
    pid_t child;
    int64_t number;
    ck_assert_int_eq(pipe(ends), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        (void)close(ends[0]);
        be_killed(fp, first, ends[1]);
    }
    (void)close(ends[1]);
    ck_assert_int_eq((int)read(ends[0], &number, sizeof number), (int)sizeof number); /* it is at work */
    (void)usleep((useconds_t)(random() % 60000));
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    do {
        *told = realloc(*told, (n + 1) * sizeof **told);
        (*told)[n++] = number;
    } while (read(ends[0], &number, sizeof number) == (ssize_t)sizeof number);
    (void)close(ends[0]);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    return n;
}

START_TEST(what_was_acknowledged_survives_a_kill)
{
    struct fixture f;
    const char *wanted = getenv("PLAND_ROUNDS");
    long rounds = wanted ? strtol(wanted, NULL, 10) : ROUNDS;
    int64_t *told = NULL;
    size_t n = 0;
    fixture_directory(&f);
    srandom((unsigned)getpid());
    for (long i = 0; i < rounds; i++) {
        struct check c;
        n = round_of(&f, 1 + i * 100000000, &told, n);
        fixture_reopen(&f);
        c = (struct check){ .v = told, .n = n };
        OK(store_read(f.store, check_fn, &c, &f.e));
        ck_assert_int_ge(c.plans, (int64_t)n);
        OK(store_verify(f.store, &f.e));
        store_close(f.store);
        f.store = NULL;
    }
    free(told);
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("store_kill", { what_was_acknowledged_survives_a_kill })
