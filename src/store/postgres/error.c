/* PostgreSQL's SQLSTATEs as kinds of error and words. */
#include "store/postgres/inner.h"

#include <string.h>

static const struct error_row {
    const char *state; /* a whole one, or the two characters of a class */
    enum err_kind kind;
    const char *words;
    bool again; /* another try may succeed */
} rows[] = { /* whole ones first */
    { "23505", ERR_CONFLICT, "the database has such a row already", false },
    { "23503", ERR_CONFLICT, "the database holds rows that depend on each other", false },
    { "25006", ERR_BUSY, "the database cannot be written: it is read-only (a standby, or this user's setting)", false },
    { "25P03", ERR_BUSY, "the database ended a transaction that had stood still", true },
    { "26000", ERR_BUSY, "the database does not know what was prepared: is a pooler sharing the session?", false },
    { "42501", ERR_UPSTREAM, "the database's user may not do this", false },
    { "42P05", ERR_BUSY, "the database knows what was not prepared: is a pooler sharing the session?", false },
    { "53100", ERR_FULL, "the disk of the database is full", false },
    { "53200", ERR_NOMEM, "out of memory in the database", false },
    { "53300", ERR_BUSY, "the database takes no more connections", false },
    { "54000", ERR_TOO_LARGE, "too large for a row of the database", false },
    { "55P03", ERR_BUSY, "something else holds a lock in the database for too long", false },
    { "57014", ERR_BUSY, "the database took too long", false },
    { "58P01", ERR_IO, "the database is damaged: restore a backup", false },
    { "08", ERR_BUSY, "the connection to the database was lost", true },
    { "22", ERR_INVALID, "the database does not take a value", false },
    { "23", ERR_INTERNAL, "the database refuses a row", false },
    { "28", ERR_FORBIDDEN, "the database does not let this user in", false },
    { "3D", ERR_NOT_FOUND, "there is no such database", false },
    { "40", ERR_BUSY, "the database has moved on", true },
    { "53", ERR_BUSY, "the database is short of something", false },
    { "55", ERR_BUSY, "the database is in use by something else", false },
    { "57", ERR_BUSY, "the database was stopped or interrupted", true },
    { "58", ERR_IO, "reading or writing the database failed", false },
    { "XX", ERR_IO, "the database is damaged: restore a backup", false },
};

static const struct error_row *find(const char *state)
{
    static const struct error_row other = { "", ERR_INTERNAL, "the database refuses a statement", false };
    for (size_t i = 0; i < countof(rows); i++)
        if (strncmp(rows[i].state, state, strlen(rows[i].state)) == 0) return &rows[i];
    return &other;
}

enum err_kind postgres_fail(struct postgres_conn *c, const PGresult *r, struct err *e)
{
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    const char *said = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const struct error_row *row = find(state ? state : PQstatus(c->db) == CONNECTION_BAD ? "08" : "");
    if (row->again) c->base.again = true;
    if (!said) said = PQerrorMessage(c->db);
    if (strcmp(row->state, "25006") == 0) c->stale = true; /* there may be another server by now that can be written */
    return err_set(e, row->kind, "%s (%.*s)", row->words, (int)strcspn(said, "\n"), said);
}

enum err_kind postgres_check(struct postgres_conn *c, const PGresult *r, struct err *e)
{
    ExecStatusType status = PQresultStatus(r); /* of NULL: PGRES_FATAL_ERROR */
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ? ERR_OK : postgres_fail(c, r, e);
}

enum err_kind postgres_exec(struct postgres_conn *c, const char *sql, PGresult **ret, struct err *e)
{
    enum err_kind k = pipeline_leave(c, e);
    if (k != ERR_OK) return k;
    PGresult *r = PQsendQuery(c->db, sql) ? postgres_last_result(c) : NULL;
    k = postgres_check(c, r, e);
    if (k == ERR_OK && ret) *ret = r;
    else PQclear(r);
    return k;
}
