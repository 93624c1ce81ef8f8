/* The PostgreSQL engine: statements, and the table of what it offers.
 *
 * One writer at a time is what every operation above relies on. Here it is so for all daemons of a database: a write
 * transaction begins by taking an advisory lock. What waits meanwhile on the other nodes goes into one group, so the
 * lock costs no throughput: commits share the disk anyway. */
#include "store/postgres/inner.h"
#include "store/postgres/wire.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_NUMERIC = 1700 };

/* --- prepare ---------------------------------------------------------------------------------------------------- */
static size_t values_of(const char *sql)
{
    size_t most = 0;
    for (const char *at = sql; (at = strchr(at, '$')); at++) {
        size_t n = strtoul(at + 1, NULL, 10);
        if (n > most) most = n;
    }
    return most;
}

static bool is_plain(const char *sql)
{
    static const char *const words[] = { "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE" };
    for (size_t i = 0; i < countof(words); i++)
        if (strncmp(sql, words[i], strlen(words[i])) == 0) return true;
    return false;
}

static void reset(struct stmt *base)
{
    struct postgres_stmt *s = (struct postgres_stmt *)base;
    if (s->rows != s->kept) PQclear(s->rows);
    s->rows = NULL;
}

static void forget(struct postgres_stmt *s)
{
    reset(&s->base);
    PQclear(s->kept);
    s->kept = NULL;
}

/* In a transaction that failed it stays, until the session ends. */
static void finalize(struct stmt *base)
{
    struct postgres_stmt *s = (struct postgres_stmt *)base;
    char sql[32];
    struct err e;
    if (!s) return;
    forget(s);
    for (size_t i = 0; i < s->conn->n_sent; i++) {
        struct sent *x = &s->conn->sent[i];
        if (x->prepares == s) x->prepares = NULL;
        if (x->keeps == s) x->keeps = NULL;
    }
    for (size_t i = 0; i < s->conn->n_keepers; i++)
        if (s->conn->keepers[i] == s) s->conn->keepers[i--] = s->conn->keepers[--s->conn->n_keepers];
    (void)snprintf(sql, sizeof sql, "DEALLOCATE s%u", s->number);
    if (s->session && s->session == s->conn->session && !s->conn->failed && PQstatus(s->conn->db) == CONNECTION_OK)
        (void)!pipeline_text(s->conn, sql, &e);
    free(s->sql);
    free(s);
}

/* The text goes to the server with the first values, whose types it is told. */
static enum err_kind prepare(struct conn *base, const char *sql, struct stmt **ret, struct err *e)
{
    struct postgres_conn *c = postgres_of(base);
    struct postgres_stmt *s = calloc(1, sizeof *s);
    if (!s || !(s->sql = strdup(sql))) return free(s), err_nomem(e);
    s->conn = c;
    s->number = ++c->made;
    s->plain = is_plain(sql);
    s->n = s->plain ? 0 : values_of(sql);
    if (s->n > BINDINGS_MAX) {
        size_t n = s->n;
        finalize(&s->base);
        return err_set(e, ERR_INTERNAL, "a statement takes %zu values", n);
    }
    *ret = &s->base;
    return ERR_OK;
}

/* --- run -------------------------------------------------------------------------------------------------------- */
static enum err_kind bind(struct stmt *base, const struct value *v, size_t n, struct err *e)
{
    static const Oid types[] = { [VALUE_NULL] = 0, [VALUE_INT] = OID_INT8, [VALUE_TEXT] = OID_TEXT, [VALUE_BLOB] = OID_BYTEA };
    struct postgres_stmt *s = (struct postgres_stmt *)base;
    assert(n == s->n);
    forget(s);
    s->n_kept_for = 0;
    for (size_t i = 0; i < n; i++) {
        bool number = v[i].type == VALUE_INT;
        if (v[i].n > INT32_MAX) return err_set(e, ERR_TOO_LARGE, "too large for a row of the database");
        if (number) (void)snprintf(s->bound[i].number, sizeof s->bound[i].number, "%lld", (long long)v[i].i);
        s->bound[i].type = types[v[i].type];
        s->bound[i].p = number ? s->bound[i].number : v[i].type == VALUE_NULL ? NULL : v[i].p;
        s->bound[i].n = (int)v[i].n;
        s->bound[i].format = !number; /* text is the same in both, but may have no NUL at its end */
    }
    return ERR_OK;
}

/* Its rows, once everything before it is done. */
static enum err_kind run(struct postgres_stmt *s, struct err *e)
{
    enum err_kind k = pipeline_statement(s, ROWS_ANY, e);
    if (k == ERR_OK) k = pipeline_wait(s->conn, &s->rows, e);
    if (k == ERR_OK || !postgres_again(s->conn, e)) return k;
    if ((k = pipeline_statement(s, ROWS_ANY, e)) == ERR_OK) k = pipeline_wait(s->conn, &s->rows, e);
    return k;
}

static enum err_kind step(struct stmt *base, bool *ret_row, struct err *e)
{
    struct postgres_stmt *s = (struct postgres_stmt *)base;
    enum err_kind k = ERR_OK;
    *ret_row = false;
    if (s->plain) return postgres_control(s->conn, s->sql, e);
    if (!s->rows) {
        if ((k = run(s, e)) != ERR_OK) return k;
        s->conn->fresh = false;
        s->changed = strtoll(PQcmdTuples(s->rows), NULL, 10);
        s->of = PQntuples(s->rows);
        s->at = -1;
        if (s->n_kept_for) s->kept = s->rows;
    }
    *ret_row = ++s->at < s->of;
    return ERR_OK;
}

static enum err_kind post(struct stmt *base, int64_t rows, struct err *e)
{
    return pipeline_statement((struct postgres_stmt *)base, rows, e);
}

static enum err_kind settle(struct conn *c, struct err *e)
{
    return postgres_of(c)->n_sent ? pipeline_wait(postgres_of(c), NULL, e) : ERR_OK;
}

/* --- what is asked again and again ------------------------------------------------------------------------------ */
/* One transaction after the other asks for much the same: see pipeline_refresh(). */
static void use_again(struct postgres_stmt *s)
{
    if (s->used || s->conn->n_keepers == KEEPERS_MAX) return;
    s->used = true;
    s->conn->keepers[s->conn->n_keepers++] = s;
}

/* The values are the statement's own from now on. */
static void own_values(struct postgres_stmt *s)
{
    const char *at = s->kept_for;
    for (size_t i = 0; i < s->n; i++) {
        at++;
        if (s->bound[i].p == s->bound[i].number) at += sizeof(int64_t);
        else if (s->bound[i].p) s->bound[i].p = at, at += s->bound[i].n;
        at++;
    }
}

static size_t key_of(const struct value *v, size_t n, char ret[KEPT_MAX])
{
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        const void *p = v[i].type == VALUE_INT ? (const void *)&v[i].i : v[i].p;
        size_t len = v[i].type == VALUE_INT ? sizeof v[i].i : v[i].n;
        if (at + len + 2 > KEPT_MAX) return 0;
        ret[at++] = (char)v[i].type;
        if (len) memcpy(ret + at, p, len);
        at += len;
        ret[at++] = '\0';
    }
    return at;
}

static bool coming(const struct postgres_stmt *s)
{
    for (size_t i = 0; i < s->conn->n_sent; i++)
        if (s->conn->sent[i].keeps == s) return true;
    return false;
}

static enum err_kind bind_kept(struct stmt *base, const struct value *v, size_t n, struct err *e)
{
    struct postgres_stmt *s = (struct postgres_stmt *)base;
    char key[KEPT_MAX];
    size_t n_key = key_of(v, n, key);
    enum err_kind k = coming(s) ? pipeline_wait(s->conn, NULL, e) : ERR_OK;
    if (k != ERR_OK) return k;
    if (s->kept && s->era == s->conn->base.era && n_key == s->n_kept_for && memcmp(key, s->kept_for, n_key) == 0) {
        s->rows = s->kept;
        s->of = PQntuples(s->rows);
        s->at = -1;
        use_again(s);
        return ERR_OK;
    }
    if ((k = bind(base, v, n, e)) != ERR_OK) return k;
    memcpy(s->kept_for, key, n_key);
    s->n_kept_for = n_key;
    s->era = s->conn->base.era;
    if (n_key) own_values(s), use_again(s);
    return ERR_OK;
}

/* --- columns ---------------------------------------------------------------------------------------------------- */
static int64_t whole_number(const char *p, int n)
{
    uint64_t v = (unsigned char)p[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < n; i++) v = v << 8 | (unsigned char)p[i];
    return (int64_t)v;
}

/* What sum() of numbers is: digits of base 10000, their count, the weight of the first, sign. Fractions are cut. */
static int64_t numeric(const char *p, int n)
{
    int64_t v = 0;
    int digits = (int)whole_number(p, 2), weight = (int)whole_number(p + 2, 2);
    bool negative = whole_number(p + 4, 2) == 0x4000;
    for (int i = 0; i <= weight; i++) {
        int64_t digit = i < digits && 8 + 2 * i + 2 <= n ? whole_number(p + 8 + 2 * i, 2) : 0;
        if (__builtin_mul_overflow(v, 10000, &v) || __builtin_add_overflow(v, digit, &v)) return negative ? INT64_MIN : INT64_MAX;
    }
    return negative ? -v : v;
}

static struct value column(const struct stmt *base, int i)
{
    const struct postgres_stmt *s = (const struct postgres_stmt *)base;
    const char *p = PQgetvalue(s->rows, s->at, i);
    int n = PQgetlength(s->rows, s->at, i);
    if (PQgetisnull(s->rows, s->at, i)) return (struct value){ .type = VALUE_NULL };
    switch (PQftype(s->rows, i)) {
    case OID_BOOL:
    case OID_INT2:
    case OID_INT4:
    case OID_INT8: return (struct value){ .type = VALUE_INT, .i = whole_number(p, n) };
    case OID_NUMERIC: return (struct value){ .type = VALUE_INT, .i = numeric(p, n) };
    case OID_BYTEA: return (struct value){ .type = VALUE_BLOB, .p = p, .n = (size_t)n };
    default: return (struct value){ .type = VALUE_TEXT, .p = p, .n = (size_t)n };
    }
}

static int64_t changed(const struct stmt *base)
{
    return ((const struct postgres_stmt *)base)->changed;
}

/* --- the rest --------------------------------------------------------------------------------------------------- */
static bool in_transaction(const struct conn *base)
{
    const struct postgres_conn *c = (const struct postgres_conn *)base;
    return c->begun && PQstatus(c->db) == CONNECTION_OK;
}

static enum err_kind script(struct conn *base, const char *sql, struct err *e)
{
    char *text = postgres_dialect(sql);
    enum err_kind k = text ? postgres_exec(postgres_of(base), text, NULL, e) : err_nomem(e);
    free(text);
    return k;
}

static enum err_kind has_table(struct conn *base, const char *name, bool *ret, struct err *e)
{
    static const char sql[] = "SELECT 1 WHERE to_regclass($1) IS NOT NULL";
    struct postgres_conn *c = postgres_of(base);
    PGresult *r;
    enum err_kind k = postgres_alive(c, e);
    if (k != ERR_OK || (k = pipeline_leave(c, e)) != ERR_OK) return k;
    r = PQsendQueryParams(c->db, sql, 1, NULL, &name, NULL, NULL, 0) ? postgres_last_result(c) : NULL;
    k = postgres_check(c, r, e);
    if (k == ERR_OK) *ret = PQntuples(r) > 0;
    PQclear(r);
    return k;
}

static int64_t log_bytes(const struct conn *writer)
{
    (void)writer;
    return 0;
}

static enum err_kind backup(struct conn *base, const char *file, struct err *e)
{
    (void)base, (void)file;
    return err_set(e, ERR_INVALID, "a PostgreSQL database is backed up by its own means: pg_dump, or its provider's");
}

/* The server checks its pages itself, when it was made with checksums. */
static enum err_kind verify(struct conn *base, struct err *e)
{
    return postgres_alive(postgres_of(base), e);
}

const struct engine postgres_engine = {
    .name = "postgresql",
    .begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    .begin_write = "BEGIN; SELECT pg_advisory_xact_lock(1347177028)", /* "PLND" */
    .lateral = true,
    .now = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint",
    .open = postgres_open,
    .close = postgres_close,
    .prepare = prepare,
    .finalize = finalize,
    .bind = bind,
    .step = step,
    .column = column,
    .changed = changed,
    .reset = reset,
    .post = post,
    .settle = settle,
    .bind_kept = bind_kept,
    .in_transaction = in_transaction,
    .script = script,
    .has_table = has_table,
    .migrating = postgres_migrating,
    .migrated = postgres_migrated,
    .nobody_runs = postgres_nobody_runs,
    .run_beside = postgres_run_beside,
    .log_bytes = log_bytes,
    .wire_start = postgres_wire_start,
    .backup = backup,
    .verify = verify,
    .tables = postgres_tables,
    .columns = postgres_columns,
    .parents = postgres_parents,
    .last_number = postgres_last_number,
    .set_number = postgres_set_number,
    .claim = postgres_claim,
};
