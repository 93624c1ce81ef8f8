/* Connections: the cache of prepared statements, begin, commit, savepoints. */
#include "store/conn.h"

#include <stdlib.h>
#include <string.h>

#include "pland/base/log.h"
#include "store/fault.h"

enum { CACHE_FIRST = 64 };

enum err_kind conn_open(const struct engine *engine, const char *place, enum conn_role role, struct fault *fault,
                        struct conn **ret, struct err *e)
{
    struct conn *c = NULL;
    enum err_kind k = engine->open(place, role, &c, e);
    if (k != ERR_OK) return k;
    c->engine = engine;
    c->role = role;
    c->fault = fault;
    *ret = c;
    return ERR_OK;
}

void conn_close(struct conn *c)
{
    if (!c) return;
    conn_rollback(c);
    for (size_t i = 0; i < c->cache.cap; i++)
        if (c->cache.v[i]) c->engine->finalize(c->cache.v[i]);
    free(c->cache.v);
    c->engine->close(c);
}

/* --- statements ------------------------------------------------------------------------------------------------- */
static size_t slot_of(struct stmt *const *v, size_t cap, const char *sql)
{
    size_t i = (size_t)(((uintptr_t)sql >> 3) * 0x9E3779B97F4A7C15u >> 32) & (cap - 1);
    while (v[i] && v[i]->sql != sql) i = (i + 1) & (cap - 1);
    return i;
}

static enum err_kind grow(struct conn *c, struct err *e)
{
    size_t cap = c->cache.cap ? c->cache.cap * 2 : CACHE_FIRST;
    struct stmt **v = calloc(cap, sizeof *v);
    if (!v) return err_nomem(e);
    for (size_t i = 0; i < c->cache.cap; i++)
        if (c->cache.v[i]) v[slot_of(v, cap, c->cache.v[i]->sql)] = c->cache.v[i];
    free(c->cache.v);
    c->cache.v = v;
    c->cache.cap = cap;
    return ERR_OK;
}

enum err_kind conn_statement(struct conn *c, const char *sql, struct stmt **ret, struct err *e)
{
    enum err_kind k = c->cache.n * 2 >= c->cache.cap ? grow(c, e) : ERR_OK;
    size_t i;
    if (k != ERR_OK) return k;
    i = slot_of(c->cache.v, c->cache.cap, sql);
    if (!c->cache.v[i]) {
        struct stmt *s = NULL;
        k = c->engine->prepare(c, sql, &s, e);
        if (k != ERR_OK) return k;
        s->sql = sql;
        c->cache.v[i] = s;
        c->cache.n++;
    }
    *ret = c->cache.v[i];
    return ERR_OK;
}

/* Runs a static statement without values. */
static enum err_kind conn_run(struct conn *c, const char *sql, struct err *e)
{
    struct stmt *s = NULL;
    bool row;
    enum err_kind k = conn_statement(c, sql, &s, e);
    if (k == ERR_OK) k = c->engine->bind(s, NULL, 0, e);
    if (k != ERR_OK) return k;
    k = c->engine->step(s, &row, e);
    c->engine->reset(s);
    return k;
}

/* --- transactions ----------------------------------------------------------------------------------------------- */
static const char commit_sql[] = "COMMIT";
static const char rollback_sql[] = "ROLLBACK";
static const char savepoint_sql[] = "SAVEPOINT one";
static const char release_sql[] = "RELEASE SAVEPOINT one";
static const char undo_sql[] = "ROLLBACK TO SAVEPOINT one";

enum err_kind conn_begin(struct conn *c, bool write, struct err *e)
{
    enum err_kind k = fault_statement(c->fault, e);
    if (k != ERR_OK) return k;
    c->guessed = c->wrong = c->again = c->unknown = false;
    c->numbers.at = c->numbers.n = 0;
    c->era++;
    return conn_run(c, write ? c->engine->begin_write : c->engine->begin_read, e);
}

enum err_kind conn_settle(struct conn *c, struct err *e)
{
    return c->engine->settle ? c->engine->settle(c, e) : ERR_OK;
}

enum err_kind conn_commit(struct conn *c, struct err *e)
{
    enum err_kind k = fault_statement(c->fault, e);
    if (k == ERR_OK) k = fault_commit(c->fault, e);
    if (k == ERR_OK) k = conn_run(c, commit_sql, e);
    if (k != ERR_OK) conn_rollback(c);
    return k;
}

void conn_rollback(struct conn *c)
{
    struct err e = { 0 };
    if (!c->engine->in_transaction(c)) return;
    /* Out of memory even for preparing these eight letters: the script form needs no cache. */
    if (conn_run(c, rollback_sql, &e) == ERR_OK || !c->engine->in_transaction(c)) return;
    if (c->engine->script(c, rollback_sql, &e) != ERR_OK) log_error("rolling back failed", LOG_E(&e));
}

enum err_kind conn_savepoint(struct conn *c, struct err *e)
{
    enum err_kind k = fault_statement(c->fault, e);
    return k == ERR_OK ? conn_run(c, savepoint_sql, e) : k;
}

enum err_kind conn_keep(struct conn *c, struct err *e)
{
    enum err_kind k = fault_statement(c->fault, e);
    return k == ERR_OK ? conn_run(c, release_sql, e) : k;
}

bool conn_undo(struct conn *c)
{
    struct err e = { 0 };
    if (!c->engine->in_transaction(c)) return false;
    c->era++;
    return conn_run(c, undo_sql, &e) == ERR_OK && conn_run(c, release_sql, &e) == ERR_OK;
}
