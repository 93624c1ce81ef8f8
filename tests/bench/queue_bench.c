/* No-op jobs claimed and finished through the store: each node claims a batch, finishes every job in a write of its own,
 * which nobody waits for, and claims again. With two nodes each has a store of its own on the same database.
 *
 *     queue_bench DATABASE NODES [JOBS, 20000] [BATCH, 32]      prints jobs/s; DATABASE: "dir:DIR" is SQLite */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/arena.h"
#include "pland/base/clock.h"
#include "pland/base/lock.h"
#include "pland/store/jobs.h"

enum { NODES_MAX = 4, BATCH_MAX = 500, FILL = 500, PEOPLE = 10 };

static struct clock the_clock;
static int batch;
static _Atomic int64_t left; /* jobs not yet finished */
struct finish { struct store_write write; struct node *node; int64_t n; };
struct node {
    struct store *store;
    char name[16];
    pthread_t thread;
    struct lock lock; /* guards under_way */
    struct cond all_done;
    int under_way;
    struct finish finishes[2][BATCH_MAX]; /* of this batch and the one before */
};

static void or_die(enum err_kind k, const struct err *e)
{
    if (k == ERR_OK) return;
    (void)fprintf(stderr, "queue_bench: %s\n", e->msg);
    exit(1);
}

/* --- the queue -------------------------------------------------------------------------------------------------- */
static enum err_kind fill(struct txn *tx, void *arg, struct err *e)
{
    int64_t *from = arg;
    enum err_kind k = ERR_OK;
    for (int64_t i = *from; k == ERR_OK && i < *from + FILL; i++) {
        struct job j = { .plan = i + 1, .kind = JOB_RESEARCH, .generation = 1, .priority = 5, .run_at = 1, .person = i % PEOPLE + 1 };
        k = store_job_add(tx, &j, e);
    }
    return k;
}

struct claim { struct node *node; struct arena *arena; struct job_list list; };
static enum err_kind claim(struct txn *tx, void *arg, struct err *e)
{
    struct claim *c = arg;
    int64_t now;
    enum err_kind k = store_now(tx, &now, e);
    if (k != ERR_OK) return k;
    return store_job_claim(tx, c->node->name, now, 30000, 1u << JOB_RESEARCH, batch, c->arena, &c->list, e);
}

static enum err_kind finish(struct txn *tx, void *arg, struct err *e)
{
    const struct finish *f = arg;
    return store_job_finish(tx, f->n, f->node->name, JOB_DONE, NULL, e);
}

/* --- one node --------------------------------------------------------------------------------------------------- */
static void finished(struct store_write *w)
{
    struct node *x = ((struct finish *)w)->node;
    or_die(w->result, &w->err);
    (void)atomic_fetch_sub(&left, 1);
    HOLD(&x->lock);
    if (--x->under_way == 0) cond_signal(&x->all_done);
}

static void send(struct node *x, struct finish *f, const struct job_list *jobs)
{
    struct err e;
    lock_enter(&x->lock);
    x->under_way += (int)jobs->n;
    lock_leave(&x->lock);
    for (size_t i = 0; i < jobs->n; i++) {
        f[i] = (struct finish){ .write = { .fn = finish, .arg = &f[i], .done = finished }, .node = x, .n = jobs->v[i].n };
        or_die(store_submit(x->store, &f[i].write, &e), &e);
    }
}

/* The claim is a write behind the finishes: once it is done, so are they. */
static void *work(void *arg)
{
    struct node *x = arg;
    for (int turn = 0, some = 1; some; turn = !turn) {
        auto_arena a = arena_new(0);
        struct claim c = { .node = x, .arena = a };
        struct err e;
        or_die(store_exec(x->store, claim, &c, &e), &e);
        send(x, x->finishes[turn], &c.list);
        some = c.list.n > 0;
    }
    HOLD(&x->lock);
    while (x->under_way) cond_wait(&x->all_done, &x->lock);
    return NULL;
}

static void start(struct node *x, int i, const char *place)
{
    bool sqlite = strncmp(place, "dir:", 4) == 0;
    struct store_config c = { .data_dir = sqlite ? place + 4 : NULL, .database = sqlite ? NULL : place, .readers = 2, .queue_max = 8192, .clock = &the_clock };
    struct err e;
    (void)snprintf(x->name, sizeof x->name, "node%d", i);
    lock_init(&x->lock);
    cond_init(&x->all_done);
    or_die(store_open(&c, &x->store, &e), &e);
}

static double run(struct node *nodes, int n, int64_t jobs)
{
    int64_t from = clock_mono_us();
    atomic_store(&left, jobs);
    for (int i = 0; i < n; i++)
        if (thread_start(&nodes[i].thread, "node", work, &nodes[i])) exit(1);
    for (int i = 0; i < n; i++) (void)pthread_join(nodes[i].thread, NULL);
    if (atomic_load(&left)) {
        (void)fprintf(stderr, "queue_bench: %lld jobs were not finished\n", (long long)atomic_load(&left));
        exit(1);
    }
    return (double)jobs * 1e6 / (double)(clock_mono_us() - from);
}

int main(int argc, char **argv)
{
    static struct node nodes[NODES_MAX];
    int n = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0;
    int64_t jobs = argc > 3 ? strtoll(argv[3], NULL, 10) / FILL * FILL : 20000;
    struct err e;
    batch = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 32;
    if (n < 1 || n > NODES_MAX || batch < 1 || batch > BATCH_MAX || jobs < FILL) {
        (void)fputs("queue_bench DATABASE NODES [JOBS] [BATCH]\n", stderr);
        return 2;
    }
    for (int i = 0; i < n; i++) start(&nodes[i], i, argv[1]);
    for (int64_t i = 0; i < jobs; i += FILL) or_die(store_exec(nodes[0].store, fill, &i, &e), &e);
    (void)printf("%.0f\n", run(nodes, n, jobs));
    for (int i = 0; i < n; i++) store_close(nodes[i].store);
    return 0;
}
