/* Daemons of several releases on one database. Advisory locks of two numbers, the second a schema version: a daemon holds
 * the one it runs with, shared, as long as its session lasts; who ends something that an older one needs takes those of
 * the older ones for himself. Number 0 is held by whoever migrates. */
#include "store/postgres/inner.h"

#include <stdio.h>

#include "pland/base/log.h"

#define LOCKS "1347177028" /* "PLND" */
#define MIGRATING LOCKS ", 0"

/* --- migrating -------------------------------------------------------------------------------------------------- */
static enum err_kind try_lock(struct postgres_conn *c, bool *ret, struct err *e)
{
    PGresult *r = NULL;
    enum err_kind k = postgres_exec(c, "SELECT pg_try_advisory_lock(" MIGRATING ")", &r, e);
    if (k != ERR_OK) return k;
    *ret = PQgetvalue(r, 0, 0)[0] == 't';
    PQclear(r);
    return ERR_OK;
}

/* A large table takes its time, however long the server says nothing. Who waits for the lock may have to wait for several. */
enum err_kind postgres_migrating(struct conn *base, struct err *e)
{
    struct postgres_conn *c = postgres_of(base);
    bool free = false;
    enum err_kind k = try_lock(c, &free, e);
    c->patience = 0;
    if (k == ERR_OK && !free) {
        log_info("another pland migrates this database: waiting for it");
        k = postgres_exec(c, "SET lock_timeout = '1h'; SET statement_timeout = 0;"
                             " SELECT pg_advisory_lock(" MIGRATING ")", NULL, e);
        if (k != ERR_OK) k = err_wrap(e, "waiting for another pland that migrates this database");
    }
    if (k == ERR_OK) k = postgres_exec(c, "SET lock_timeout = '60s'; SET statement_timeout = 0", NULL, e);
    return k;
}

void postgres_migrated(struct conn *base)
{
    struct postgres_conn *c = postgres_of(base);
    struct err e = { 0 };
    if (postgres_exec(c, "RESET lock_timeout; RESET statement_timeout; SELECT pg_advisory_unlock(" MIGRATING ")", NULL,
                      &e) != ERR_OK || postgres_limits(c, &e) != ERR_OK)
        log_warn("after migrating", LOG_E(&e)); /* a session that was lost holds nothing */
}

/* --- running ---------------------------------------------------------------------------------------------------- */
static enum err_kind who(struct postgres_conn *c, int64_t from, int64_t to, struct err *e)
{
    char sql[512];
    PGresult *r = NULL;
    enum err_kind k;
    (void)snprintf(sql, sizeof sql,
                   "SELECT string_agg(DISTINCT coalesce(a.application_name, '?') || ' with version ' || l.objid, ', ')"
                   " FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = 'advisory'"
                   " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                   " AND l.classid = " LOCKS " AND l.objsubid = 2 AND l.mode = 'ShareLock'"
                   " AND l.objid BETWEEN %lld AND %lld", (long long)from, (long long)to);
    if ((k = postgres_exec(c, sql, &r, e)) != ERR_OK) return k;
    k = err_set(e, ERR_CONFLICT, "daemons run that do not know what this one would make of the database (%s):"
                                 " stop or upgrade them first", PQgetvalue(r, 0, 0));
    PQclear(r);
    return k;
}

enum err_kind postgres_nobody_runs(struct conn *base, int64_t from, int64_t to, struct err *e)
{
    struct postgres_conn *c = postgres_of(base);
    char sql[256];
    PGresult *r = NULL;
    enum err_kind k;
    bool held;
    (void)snprintf(sql, sizeof sql,
                   "SELECT 1 FROM generate_series(%lld, %lld) v"
                   " WHERE NOT pg_try_advisory_xact_lock(" LOCKS ", v::int)", (long long)from, (long long)to);
    if ((k = postgres_exec(c, sql, &r, e)) != ERR_OK) return k;
    held = PQntuples(r) > 0;
    PQclear(r);
    return held ? who(c, from, to, e) : ERR_OK;
}

enum err_kind postgres_run_beside(struct conn *base, int64_t schema, struct err *e)
{
    char sql[128];
    (void)snprintf(sql, sizeof sql, "SELECT pg_advisory_lock_shared(" LOCKS ", %lld)", (long long)schema);
    enum err_kind k = postgres_exec(postgres_of(base), sql, NULL, e);
    if (k == ERR_OK) base->schema = schema;
    return k;
}
