/* Measures the store: durable writes of four rows from many threads, claims, and reads of served bytes.
 *
 *     cc -O2 … tests/bench/store_bench.c; store_bench DIR [seconds] */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "pland/base/clock.h"
#include "pland/base/id.h"
#include "pland/base/lock.h"
#include "pland/store/documents.h"
#include "pland/store/jobs.h"
#include "pland/store/plans.h"

enum { WRITERS = 64, READERS = 2, BODY = 2048, HEAD = 20480 };

struct bench {
    struct store *store;
    _Atomic bool stop;
    _Atomic int64_t count, latest;
    int64_t us[WRITERS];
    char ids[1024][ID_LEN];
};
struct worker { struct bench *b; int number; pthread_t thread; };

static char body[BODY + 1], head[HEAD + 1];

struct post { struct id id; };
static enum err_kind post_fn(struct txn *tx, void *arg, struct err *e)
{
    struct post *x = arg;
    struct plan_row p = { .id = x->id.s,
                          .project = 1,
                          .state = PLAN_RESEARCHING,
                          .generation = 1,
                          .seq = 1,
                          .owner = 1,
                          .title = "Add rate limits",
                          .created_at = 1700000000000,
                          .updated_at = 1700000000000,
                          .provider = "offline",
                          .ticket_key = x->id.s };
    struct event_row ev = { .seq = 1, .at = 1700000000000, .type = "plan.created", .data = "{}" };
    struct job j = { .kind = JOB_RESEARCH, .generation = 1, .person = 1, .run_at = 1700000000000 };
    enum err_kind k = store_plan_insert(tx, &p, e);
    ev.plan = j.plan = p.n;
    if (k == ERR_OK) k = store_ticket_put(tx, p.n, body, "{}", e);
    if (k == ERR_OK) k = store_event_insert(tx, &ev, e);
    return k == ERR_OK ? store_job_insert(tx, &j, e) : k;
}

static void *post_run(void *arg)
{
    struct worker *w = arg;
    while (!atomic_load(&w->b->stop)) {
        struct post x;
        struct err e = { 0 };
        id_new(&x.id, "plan", &(const struct clock){ 0 });
        if (store_exec(w->b->store, post_fn, &x, &e) != ERR_OK) {
            (void)fprintf(stderr, "%s\n", e.msg);
            exit(1);
        }
        (void)atomic_fetch_add(&w->b->count, 1);
    }
    return NULL;
}

static enum err_kind claim_fn(struct txn *tx, void *arg, struct err *e)
{
    auto_arena a = arena_new(0);
    struct job_list list;
    enum err_kind k = store_job_claim(tx, "a", 1800000000000, 30000, ~0u, 16, a, &list, e);
    for (size_t i = 0; k == ERR_OK && i < list.n; i++) k = store_job_finish(tx, list.v[i].n, "a", JOB_DONE, NULL, e);
    if (k == ERR_OK) *(int64_t *)arg = (int64_t)list.n;
    return k;
}

static enum err_kind head_fn(struct txn *tx, void *arg, struct err *e)
{
    int64_t states[PLAN_STATE_N_];
    struct bench *b = arg;
    struct plan_list list;
    auto_arena a = arena_new(0);
    struct plan_filter f = { .state = -1, .activity = -1, .stale = -1, .limit = 1000 };
    enum err_kind k = store_plan_list(tx, &f, a, &list, e);
    (void)states;
    for (size_t i = 0; k == ERR_OK && i < list.n; i++) {
        (void)snprintf(b->ids[i], ID_LEN, "%s", list.v[i].id);
        k = store_head_put(tx, list.v[i].n, "json", 1, "\"e\"", head, HEAD, e);
    }
    return k;
}

struct get { struct bench *b; const char *id; struct arena *a; };
static void *into(void *arg, size_t n)
{
    (void)n;
    return arg;
}
static enum err_kind get_fn(struct txn *tx, void *arg, struct err *e)
{
    static _Thread_local char space[HEAD + 1];
    struct get *g = arg;
    struct head_bytes h;
    return store_head_get(tx, g->id, 1, "json", into, space, g->a, &h, e);
}
static void *get_run(void *arg)
{
    struct worker *w = arg;
    struct get g = { .b = w->b };
    for (int i = w->number; !atomic_load(&w->b->stop); i += 7) {
        struct err e = { 0 };
        g.a = arena_new(0);
        g.id = w->b->ids[i % 1000];
        if (store_read(w->b->store, get_fn, &g, &e) != ERR_OK) exit(1);
        arena_free(g.a);
        (void)atomic_fetch_add(&w->b->count, 1);
    }
    return NULL;
}

static double run(struct bench *b, int threads, void *(*fn)(void *), double seconds)
{
    struct worker w[WRITERS];
    int64_t from = clock_mono_us();
    atomic_store(&b->stop, false);
    atomic_store(&b->count, 0);
    for (int i = 0; i < threads; i++) {
        w[i] = (struct worker){ .b = b, .number = i };
        if (thread_start(&w[i].thread, "bench", fn, &w[i]) != 0) exit(1);
    }
    while (clock_mono_us() - from < (int64_t)(seconds * 1e6))
        (void)nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    atomic_store(&b->stop, true);
    for (int i = 0; i < threads; i++) (void)pthread_join(w[i].thread, NULL);
    return (double)atomic_load(&b->count) * 1e6 / (double)(clock_mono_us() - from);
}

static void print_memory(const char *when)
{
    char line[256];
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "RssAnon", 7) == 0) (void)printf("%s: %s", when, line);
    if (f) (void)fclose(f);
}

int main(int argc, char **argv)
{
    static struct clock clock;
    static struct bench b;
    struct store_config c = {
        .data_dir = argc > 1 ? argv[1] : "/tmp/pland-bench", .readers = 4, .queue_max = 8192, .clock = &clock
    };
    double seconds = argc > 2 ? strtod(argv[2], NULL) : 3;
    struct store_stats stats;
    struct err e = { 0 };
    int64_t n = 1, total = 0, from;
    memset(body, 'x', BODY);
    memset(head, 'y', HEAD);
    (void)mkdir(c.data_dir, 0700);
    if (store_open(&c, &b.store, &e) != ERR_OK) {
        (void)fprintf(stderr, "%s\n", e.msg);
        return 1;
    }
    print_memory("idle");
    for (int threads = 1; threads <= WRITERS; threads *= 4)
        (void)printf("POST of 4 rows, %d threads: %.0f/s\n", threads, run(&b, threads, post_run, seconds));
    store_stats(b.store, &stats);
    (void)printf("%.1f writes a commit, log %lld KB\n", (double)stats.writes / (double)stats.commits,
                 (long long)stats.wal_bytes / 1024);
    print_memory("after writing");
    from = clock_mono_us();
    while (n > 0 && clock_mono_us() - from < (int64_t)(seconds * 1e6)) {
        if (store_exec(b.store, claim_fn, &n, &e) != ERR_OK) return 1;
        total += n;
    }
    (void)printf("claim 16 and finish: %.0f jobs/s\n", (double)total * 1e6 / (double)(clock_mono_us() - from));
    if (store_exec(b.store, head_fn, &b, &e) != ERR_OK) {
        (void)fprintf(stderr, "%s\n", e.msg);
        return 1;
    }
    (void)printf("GET 20 KB, %d threads: %.0f/s\n", READERS, run(&b, READERS, get_run, seconds));
    (void)printf("GET 20 KB, 1 thread: %.0f/s\n", run(&b, 1, get_run, seconds));
    print_memory("at the end");
    store_close(b.store);
    return 0;
}
