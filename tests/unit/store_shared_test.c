/* A database that others use, too: what gives way there (deadlocks, connections that are cut) is tried again unseen, and
 * nothing is done twice, also when the connection is lost in the middle of a COMMIT. Only with PLAND_TEST_DATABASE. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>

#include "pland/base/lock.h"

static const char lost_sql[] = "SELECT 1 FROM pg_sleep(0) WHERE pg_terminate_backend(pg_backend_pid()) AND $1 > 0";
static const char gives_way_sql[] = "DO $do$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '40P01'; END $do$";

struct write { int runs, fail_runs; bool lose; int64_t number; sem_t *over; };

static enum err_kind put(struct txn *tx, int64_t number, struct err *e)
{
    char id[32];
    struct plan_row p = { .id = id, .project = 1, .state = PLAN_RESEARCHING, .generation = 1, .title = "t" };
    (void)snprintf(id, sizeof id, "plan_%lld", (long long)number);
    return store_plan_insert(tx, &p, e);
}

/* Writes a row, then the first runs meet what is to be met. */
static enum err_kind write_fn(struct txn *tx, void *arg, struct err *e)
{
    struct write *w = arg;
    int64_t one;
    enum err_kind k = put(tx, w->number, e);
    if (k != ERR_OK || w->runs++ >= w->fail_runs) return k;
    if (w->lose) return txn_int(tx, lost_sql, VALUES(v_int(1)), &one, NULL, e);
    return tx->conn->engine->script(tx->conn, gives_way_sql, e);
}

static enum err_kind count_fn(struct txn *tx, void *arg, struct err *e)
{
    return txn_int(tx, "SELECT count(*) FROM plans", NULL, 0, arg, NULL, e);
}

static int64_t plans(struct fixture *fp)
{
    int64_t n = -1;
    ck_assert_msg(store_read(fp->store, count_fn, &n, &fp->e) == ERR_OK, "%s", fp->e.msg);
    return n;
}

/* As tests/postgres has it: its server acknowledges before it has written. */
static enum err_kind hasty_fn(struct txn *tx, void *arg, struct err *e)
{
    return txn_int(tx, "SELECT (current_setting('synchronous_commit') = 'off')::int", NULL, 0, arg, NULL, e);
}

START_TEST(what_is_acknowledged_is_written)
{
    struct fixture f;
    int64_t hasty = 1;
    if (!getenv("PLAND_TEST_DATABASE")) return;
    fixture_open(&f);
    ck_assert_msg(store_exec(f.store, hasty_fn, &hasty, &f.e) == ERR_OK, "%s", f.e.msg);
    ck_assert_int_eq(hasty, 0);
    fixture_close(&f);
}
END_TEST

START_TEST(what_gives_way_is_tried_again_unseen)
{
    static const struct { bool lose; int times; enum err_kind ends; } rows[] = {
        { false, 1, ERR_OK }, { true, 1, ERR_OK }, { false, 2, ERR_OK }, { true, 2, ERR_OK }, { false, 9, ERR_BUSY },
    };
    struct fixture f;
    int64_t there = 0;
    if (!getenv("PLAND_TEST_DATABASE")) return;
    fixture_open(&f);
    for (size_t i = 0; i < countof(rows); i++) {
        struct write w = { .fail_runs = rows[i].times, .lose = rows[i].lose, .number = (int64_t)i };
        f.e = (struct err){ 0 };
        ck_assert_int_eq(store_exec(f.store, write_fn, &w, &f.e), rows[i].ends);
        there += rows[i].ends == ERR_OK;
        ck_assert_int_eq(plans(&f), there);
    }
    fixture_close(&f);
}
END_TEST

START_TEST(a_reader_whose_connection_was_cut_reads)
{
    struct fixture f;
    if (!getenv("PLAND_TEST_DATABASE")) return;
    fixture_open(&f);
    ck_assert_int_eq(plans(&f), 0);
    fixture_begin(&f);
    ck_assert_int_eq(f.tx->conn->engine->script(f.tx->conn, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ="
        " current_database() AND pid <> pg_backend_pid()", &f.e), ERR_OK);
    fixture_commit(&f);
    ck_assert_int_eq(plans(&f), 0);
    OK(store_exec(f.store, write_fn, &(struct write){ .number = 1 }, &f.e));
    ck_assert_int_eq(plans(&f), 1);
    fixture_close(&f);
}
END_TEST

/* --- between the store and the server --------------------------------------------------------------------------- */
/* The next COMMIT does not arrive, or its answer does not; or that, and nobody is let through from then on. */
enum cut { CUT_NOTHING, CUT_BEFORE, CUT_BEHIND, CUT_OFF };
struct proxy { int listener, server_port; _Atomic int cut; _Atomic bool off; };
struct pair { struct proxy *proxy; int client, server; };

static int socket_to(int port, bool listening)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    if (listening) ck_assert_int_eq(bind(fd, (void *)&at, sizeof at) | listen(fd, 16), 0);
    else ck_assert_int_eq(connect(fd, (void *)&at, sizeof at), 0);
    return fd;
}

/* False: it is over. */
static bool forward(struct pair *p, bool to_server, enum cut *armed)
{
    char bytes[65536];
    int from = to_server ? p->client : p->server, to = to_server ? p->server : p->client;
    ssize_t n = read(from, bytes, sizeof bytes);
    int want = CUT_BEFORE;
    if (n <= 0) return false;
    if (to_server && memmem(bytes, (size_t)n, "COMMIT", 6)) {
        if (atomic_compare_exchange_strong(&p->proxy->cut, &want, CUT_NOTHING)) return false;
        want = CUT_OFF;
        if (atomic_compare_exchange_strong(&p->proxy->cut, &want, CUT_NOTHING)) {
            atomic_store(&p->proxy->off, true);
            *armed = CUT_BEHIND;
        }
        want = CUT_BEHIND;
        if (atomic_compare_exchange_strong(&p->proxy->cut, &want, CUT_NOTHING)) *armed = CUT_BEHIND;
    }
    if (!to_server && *armed == CUT_BEHIND && memmem(bytes, (size_t)n, "COMMIT", 6)) return false;
    return send(to, bytes, (size_t)n, MSG_NOSIGNAL) == n;
}

static void *carry(void *arg)
{
    struct pair *p = arg;
    enum cut armed = CUT_NOTHING;
    bool on = true;
    while (on) {
        struct pollfd fds[] = { { .fd = p->client, .events = POLLIN }, { .fd = p->server, .events = POLLIN } };
        if (poll(fds, 2, -1) < 0) break;
        if (fds[0].revents) on = forward(p, true, &armed);
        if (on && fds[1].revents) on = forward(p, false, &armed);
    }
    (void)close(p->client);
    (void)close(p->server);
    free(p);
    return NULL;
}

static void *serve(void *arg)
{
    struct proxy *proxy = arg;
    int client;
    while ((client = accept(proxy->listener, NULL, NULL)) >= 0) {
        pthread_t thread;
        struct pair *p;
        if (atomic_load(&proxy->off)) {
            (void)close(client);
            continue;
        }
        p = calloc(1, sizeof *p);
        *p = (struct pair){ proxy, client, socket_to(proxy->server_port, false) };
        ck_assert_int_eq(thread_start(&thread, "carry", carry, p), 0);
        (void)pthread_detach(thread);
    }
    return NULL;
}

/* The fixture's store goes through it from now on. */
static void proxy_start(struct fixture *fp, struct proxy *proxy, pthread_t *ret)
{
    struct sockaddr_in at;
    socklen_t n = sizeof at;
    char *port = strrchr(fp->database, ':') + 1, name[128];
    *proxy = (struct proxy){ .listener = socket_to(0, true), .server_port = (int)strtol(port, NULL, 10) };
    ck_assert_int_eq(getsockname(proxy->listener, (void *)&at, &n), 0);
    (void)snprintf(name, sizeof name, "%s", strchr(port, '/'));
    (void)snprintf(port, (size_t)(fp->database + sizeof fp->database - port), "%d%s", ntohs(at.sin_port), name);
    ck_assert_int_eq(thread_start(ret, "proxy", serve, proxy), 0);
}

START_TEST(a_commit_whose_answer_is_lost_is_done_once)
{
    struct fixture f;
    struct proxy proxy;
    pthread_t thread;
    if (!getenv("PLAND_TEST_DATABASE")) return;
    fixture_directory(&f);
    proxy_start(&f, &proxy, &thread);
    fixture_reopen(&f);
    for (int i = 1; i <= 6; i++) {
        struct write w = { .number = i };
        atomic_store(&proxy.cut, i % 2 ? CUT_BEFORE : CUT_BEHIND);
        OK(store_exec(f.store, write_fn, &w, &f.e));
        ck_assert_int_eq(atomic_load(&proxy.cut), CUT_NOTHING);
        ck_assert_int_eq(w.runs, i % 2 ? 2 : 1); /* what was not done is done again, what was is not */
        ck_assert_int_eq(plans(&f), i);
    }
    fixture_close(&f);
    (void)shutdown(proxy.listener, SHUT_RDWR);
    (void)pthread_join(thread, NULL);
    (void)close(proxy.listener);
}
END_TEST

/* --- an end that cannot be found out ---------------------------------------------------------------------------- */
enum { TOGETHER_MAX = 3 };
struct together {
    struct store_write gate, writes[TOGETHER_MAX];
    struct write rows[TOGETHER_MAX];
    struct proxy *proxy;
    sem_t begun, may_go, over;
};

static enum err_kind wait_fn(struct txn *tx, void *arg, struct err *e)
{
    struct together *t = arg;
    (void)sem_post(&t->begun);
    while (sem_wait(&t->may_go) != 0) continue;
    return put(tx, 1000, e);
}

static void cut_now(struct store_write *w)
{
    struct together *t = w->arg;
    atomic_store(&t->proxy->cut, CUT_OFF);
}

static void one_over(struct store_write *w)
{
    (void)sem_post(((struct write *)w->arg)->over);
}

/* n writes go into one group, whose COMMIT arrives; of its end nothing can be found out. */
static void write_together(struct fixture *fp, struct together *t, int n)
{
    (void)sem_init(&t->begun, 0, 0);
    (void)sem_init(&t->may_go, 0, 0);
    (void)sem_init(&t->over, 0, 0);
    t->gate = (struct store_write){ .fn = wait_fn, .arg = t, .done = cut_now };
    ck_assert_int_eq(store_submit(fp->store, &t->gate, &fp->e), ERR_OK);
    while (sem_wait(&t->begun) != 0) continue;
    for (int i = 0; i < n; i++) {
        t->rows[i] = (struct write){ .number = i, .over = &t->over };
        t->writes[i] = (struct store_write){ .fn = write_fn, .arg = &t->rows[i], .done = one_over };
        ck_assert_int_eq(store_submit(fp->store, &t->writes[i], &fp->e), ERR_OK);
    }
    (void)sem_post(&t->may_go);
    for (int i = 0; i < n; i++)
        while (sem_wait(&t->over) != 0) continue;
}

START_TEST(a_commit_whose_end_is_not_known_is_not_repeated)
{
    static const int sizes[] = { 1, TOGETHER_MAX };
    for (size_t s = 0; s < countof(sizes); s++) {
        struct fixture f;
        struct proxy proxy;
        struct together t = { .proxy = &proxy };
        struct write last = { .number = 2000 };
        pthread_t thread;
        if (!getenv("PLAND_TEST_DATABASE")) return;
        fixture_directory(&f);
        proxy_start(&f, &proxy, &thread);
        fixture_reopen(&f);
        write_together(&f, &t, sizes[s]);
        for (int i = 0; i < sizes[s]; i++) {
            ck_assert_int_eq(t.writes[i].result, ERR_BUSY);
            ck_assert_msg(strstr(t.writes[i].err.msg, "it is not known whether it was done") != NULL, "%s", t.writes[i].err.msg);
            ck_assert_int_eq(t.rows[i].runs, 1);
        }
        atomic_store(&proxy.off, false);
        while (store_exec(f.store, write_fn, &last, &f.e) == ERR_BUSY) continue; /* until it is there again */
        ck_assert_int_eq(plans(&f), 1 + sizes[s] + 1);
        fixture_close(&f);
        (void)shutdown(proxy.listener, SHUT_RDWR);
        (void)pthread_join(thread, NULL);
        (void)close(proxy.listener);
    }
}
END_TEST

UNIT_MAIN("store_shared", {
                              what_is_acknowledged_is_written,
                              what_gives_way_is_tried_again_unseen,
                              a_reader_whose_connection_was_cut_reads,
                              a_commit_whose_answer_is_lost_is_done_once,
                              a_commit_whose_end_is_not_known_is_not_repeated,
                          })
