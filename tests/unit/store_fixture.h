/* A store in a directory of its own, or, with PLAND_TEST_DATABASE ("postgresql://…"), in a database of its own on that
 * server. Contract tests know no engine.
 *
 * Tests of operations work on one write transaction of a connection of their own (f.tx); tests of the store itself use
 * f.store. OK(call) and FAILS(kind, call) expect a struct fixture f in scope. */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <check.h>
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pland/base/hash.h"
#include "pland/store/plans.h"
#include "pland/store/store.h"
#include "store/conn.h"
#include "store/txn.h"

struct fixture {
    char dir[64], database[256]; /* database: "" on SQLite */
    struct clock clock;
    struct store_config config;
    struct store *store;
    struct arena *arena;
    struct txn *tx, own;
    struct err e;
};

#define OK(call) \
    do { \
        f.e = (struct err){ 0 }; \
        ck_assert_msg((call) == ERR_OK, "%s: %s", #call, f.e.msg); \
    } while (0)
#define FAILS(wanted, call) \
    do { \
        enum err_kind got_; \
        f.e = (struct err){ 0 }; \
        got_ = (call); \
        ck_assert_msg(got_ == (wanted), "%s gives %s, not %s: %s", #call, err_slug(got_), err_slug(wanted), f.e.msg); \
        ck_assert_int_eq(f.e.kind, wanted); \
        ck_assert_msg(f.e.msg[0] != '\0', "%s fails without words", #call); \
    } while (0)

/* Runs a statement on the server of PLAND_TEST_DATABASE; the name of the database is dir's, in small letters. */
static inline void fixture_server(const struct fixture *f, const char *verb)
{
    struct conn *c = NULL;
    struct err e = { 0 };
    char sql[128], *name = strchr(sql, ' ');
    (void)snprintf(sql, sizeof sql, "%s DATABASE pland_%s", verb, f->dir + strlen("/tmp/pland-store-"));
    for (name = strstr(sql, "pland_"); *name; name++) *name = (char)tolower((unsigned char)*name);
    ck_assert_msg(conn_open(&postgres_engine, getenv("PLAND_TEST_DATABASE"), CONN_TOOL, NULL, &c, &e) == ERR_OK, "%s", e.msg);
    ck_assert_msg(c->engine->script(c, sql, &e) == ERR_OK, "%s: %s", sql, e.msg);
    conn_close(c);
}

static inline void fixture_directory(struct fixture *f)
{
    const char *server = getenv("PLAND_TEST_DATABASE");
    *f = (struct fixture){ .dir = "/tmp/pland-store-XXXXXX" };
    ck_assert_ptr_nonnull(mkdtemp(f->dir));
    if (server) fixture_server(f, "CREATE");
    atomic_store(&f->clock.fixed_ms, 1700000000000);
    if (server) (void)snprintf(f->database, sizeof f->database, "%s/pland_%s", server, f->dir + strlen("/tmp/pland-store-"));
    for (char *p = strrchr(f->database, '/'); p && *p; p++) *p = (char)tolower((unsigned char)*p);
    f->config = (struct store_config){ .data_dir = f->dir, .database = server ? f->database : NULL, .readers = 4, .queue_max = 4096, .clock = &f->clock };
    f->arena = arena_new(0);
    ck_assert_ptr_nonnull(f->arena);
}

static inline void fixture_reopen(struct fixture *f)
{
    enum err_kind k = store_open(&f->config, &f->store, &f->e);
    ck_assert_msg(k == ERR_OK, "store_open: %s", f->e.msg);
}

static inline void fixture_open(struct fixture *f)
{
    fixture_directory(f);
    fixture_reopen(f);
}

/* One write transaction for the test's operations, rolled back at the end unless fixture_commit() is called. */
static inline void fixture_begin(struct fixture *f)
{
    if (!f->own.conn) {
        enum err_kind k = conn_open(f->config.database ? &postgres_engine : &sqlite_engine, f->config.database ? f->database : f->dir, CONN_WRITER, NULL,
                                   &f->own.conn, &f->e);
        ck_assert_msg(k == ERR_OK, "%s", f->e.msg);
    }
    f->own.clock = &f->clock;
    f->tx = &f->own;
    ck_assert_msg(conn_begin(f->own.conn, true, &f->e) == ERR_OK, "%s", f->e.msg);
}

static inline void fixture_commit(struct fixture *f)
{
    ck_assert_msg(conn_commit(f->own.conn, &f->e) == ERR_OK, "%s", f->e.msg);
    f->tx = NULL;
}

static inline void fixture_remove(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *entry;
    while (d && (entry = readdir(d)) != NULL) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        if (entry->d_name[0] != '.') (void)unlink(path);
    }
    if (d) (void)closedir(d);
    (void)rmdir(dir);
}

static inline void fixture_close(struct fixture *f)
{
    conn_close(f->own.conn);
    store_close(f->store);
    arena_free(f->arena);
    if (f->config.database) fixture_server(f, "DROP");
    fixture_remove(f->dir);
}

/* A plan as the service makes it; its id is "plan_<number>". */
static inline struct plan_row fixture_plan(struct fixture *f, int64_t number)
{
    struct plan_row p = {
        .id = arena_fmt(f->arena, "plan_%lld", (long long)number),
        .project = 1,
        .state = PLAN_RESEARCHING,
        .resume = PLAN_RESEARCHING,
        .size = SIZE_FULL,
        .generation = 1,
        .owner = 7,
        .created_by = 7,
        .created_at = 1700000000000,
        .updated_at = 1700000000000,
        .next_section = 1,
        .title = "Add rate limits",
        .provider = "offline",
    };
    ck_assert_ptr_nonnull(p.id);
    return p;
}

static inline struct plan_row fixture_put_plan(struct fixture *f, int64_t number)
{
    struct plan_row p = fixture_plan(f, number);
    ck_assert_msg(store_plan_insert(f->tx, &p, &f->e) == ERR_OK, "%s", f->e.msg);
    return p;
}

#endif
