/* What concerns the database as a whole: its catalogue, and who may use it.
 *
 * Every connection that writes holds an advisory lock with the others; a tool that needs the database for itself holds
 * it alone. Both wait a little, for the server may still have to notice that somebody died. */
#include "store/postgres/inner.h"

#include <string.h>

#define WHOLE "1347177029" /* "PLND" + 1: postgres.c has the other one */
#define WAITING(lock) "BEGIN; SET LOCAL lock_timeout = 2000; SELECT " lock "(" WHOLE "); COMMIT"

static enum err_kind take(struct postgres_conn *c, const char *sql, const char *words, struct err *e)
{
    PGresult *r = PQsendQuery(c->db, sql) ? postgres_last_result(c) : NULL;
    enum err_kind k = postgres_check(c, r, e);
    const char *state = k == ERR_OK ? NULL : PQresultErrorField(r, PG_DIAG_SQLSTATE);
    bool held = state && strcmp(state, "55P03") == 0;
    PQclear(r);
    if (k != ERR_OK && PQsendQuery(c->db, "ROLLBACK")) PQclear(postgres_last_result(c));
    return held ? err_set(e, ERR_CONFLICT, "%s", words) : k;
}

enum err_kind postgres_share(struct postgres_conn *c, struct err *e)
{
    return take(c, WAITING("pg_advisory_lock_shared"),
                "a tool has the database to itself (copy, rekey): try again when it is done", e);
}

/* Between its statements a tool may read for long somewhere else. */
enum err_kind postgres_claim(struct conn *base, struct err *e)
{
    struct postgres_conn *c = postgres_of(base);
    enum err_kind k = postgres_alive(c, e);
    if (k != ERR_OK) return k;
    k = take(c, WAITING("pg_advisory_lock") "; SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0",
             "a daemon uses the PostgreSQL database: stop all of them first", e);
    if (k == ERR_OK) c->patience = 0;
    return k;
}

#define HERE "relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"

const char postgres_tables[] = "SELECT relname::text FROM pg_class WHERE relkind IN ('r', 'p') AND " HERE
                               " AND relname <> 'schema_migrations' ORDER BY relname::text COLLATE \"C\"";

const char postgres_columns[] =
    "SELECT a.attname::text, CASE a.atttypid WHEN 'int8'::regtype THEN 'INTEGER' WHEN 'text'::regtype THEN 'TEXT'"
    " WHEN 'bytea'::regtype THEN 'BLOB' ELSE format_type(a.atttypid, a.atttypmod) END,"
    " coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0), a.attnotnull"
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    " LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary"
    " WHERE c.relname = $1 AND c." HERE " AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

const char postgres_parents[] = "SELECT DISTINCT p.relname::text FROM pg_class c JOIN pg_constraint f ON f.conrelid = c.oid"
                                " JOIN pg_class p ON p.oid = f.confrelid WHERE f.contype = 'f' AND c.relname = $1 AND c." HERE;

#define SEQUENCE "pg_get_serial_sequence(quote_ident($1), a.attname::text)::regclass"
#define NUMBERED \
    " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE a.attidentity <> '' AND c.relname = $1 AND c." HERE

const char postgres_last_number[] = "SELECT pg_sequence_last_value(" SEQUENCE ")" NUMBERED;
const char postgres_set_number[] = "SELECT setval(" SEQUENCE ", $2)" NUMBERED;
