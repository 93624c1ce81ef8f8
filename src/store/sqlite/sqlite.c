/* The SQLite engine: statements, and the table of what it offers. */
#include "store/sqlite/inner.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- prepare ---------------------------------------------------------------------------------------------------- */
/* SQLite takes $1 for a name and numbers names by first appearance: find out which number each has. */
static enum err_kind map_bindings(struct sqlite_stmt *s, struct err *e)
{
    s->n = (size_t)sqlite3_bind_parameter_count(s->raw);
    if (s->n > BINDINGS_MAX) return err_set(e, ERR_INTERNAL, "a statement takes %zu values", s->n);
    for (size_t i = 0; i < s->n; i++) {
        char name[32];
        int at;
        (void)snprintf(name, sizeof name, "$%zu", i + 1);
        at = sqlite3_bind_parameter_index(s->raw, name);
        if (at == 0) return err_set(e, ERR_INTERNAL, "a statement takes %zu values but has no %s", s->n, name);
        s->index[i] = (unsigned char)at;
    }
    return ERR_OK;
}

/* RETURNING makes SQLite build a table for the answer and a journal for the statement. An INSERT that only returns the
 * number of its row does without: the library knows it anyway. Returns how much of the text is to be prepared. */
static size_t without_returning(const char *sql)
{
    static const char tail[] = " RETURNING n";
    size_t n = strlen(sql), n_tail = sizeof tail - 1;
    bool plain = strncmp(sql, "INSERT INTO ", 12) == 0 && !strstr(sql, " DO UPDATE ");
    return plain && n > n_tail && strcmp(sql + n - n_tail, tail) == 0 ? n - n_tail : n;
}

static void finalize(struct stmt *base)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    if (!s) return;
    (void)sqlite3_finalize(s->raw);
    free(s);
}

static enum err_kind prepare(struct conn *base, const char *sql, struct stmt **ret, struct err *e)
{
    struct sqlite_conn *c = sqlite_of(base);
    struct sqlite_stmt *s = calloc(1, sizeof *s);
    size_t n = without_returning(sql);
    enum err_kind k;
    int rc;
    if (!s) return err_nomem(e);
    s->conn = c;
    s->numbers = sql[n] != '\0';
    rc = sqlite3_prepare_v3(c->db, sql, (int)n, SQLITE_PREPARE_PERSISTENT, &s->raw, NULL);
    k = rc == SQLITE_OK ? map_bindings(s, e) : sqlite_fail(c, rc, e);
    if (k != ERR_OK) {
        finalize(&s->base);
        return k;
    }
    *ret = &s->base;
    return ERR_OK;
}

/* --- run -------------------------------------------------------------------------------------------------------- */
static int bind_one(sqlite3_stmt *raw, int at, const struct value *v)
{
    switch (v->type) {
    case VALUE_NULL: return sqlite3_bind_null(raw, at);
    case VALUE_INT: return sqlite3_bind_int64(raw, at, v->i);
    case VALUE_TEXT: return sqlite3_bind_text64(raw, at, v->p, v->n, SQLITE_STATIC, SQLITE_UTF8);
    case VALUE_BLOB: return sqlite3_bind_blob64(raw, at, v->p, v->n, SQLITE_STATIC);
    }
    return SQLITE_MISUSE;
}

static enum err_kind bind(struct stmt *base, const struct value *v, size_t n, struct err *e)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    assert(n == s->n);
    for (size_t i = 0; i < n; i++) {
        int rc = bind_one(s->raw, s->index[i], &v[i]);
        if (rc != SQLITE_OK) return sqlite_fail(s->conn, rc, e);
    }
    return ERR_OK;
}

static enum err_kind step(struct stmt *base, bool *ret_row, struct err *e)
{
    struct sqlite_stmt *s = (struct sqlite_stmt *)base;
    int rc = s->told ? SQLITE_DONE : sqlite3_step(s->raw);
    *ret_row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW || s->told) return ERR_OK;
    if (rc != SQLITE_DONE) return sqlite_fail(s->conn, rc, e);
    s->changed = sqlite3_stmt_readonly(s->raw) ? 0 : sqlite3_changes64(s->conn->db);
    if (!s->numbers || s->changed == 0) return ERR_OK;
    s->number = sqlite3_last_insert_rowid(s->conn->db);
    *ret_row = s->told = true;
    return ERR_OK;
}

static struct value column(const struct stmt *base, int i)
{
    const struct sqlite_stmt *s = (const struct sqlite_stmt *)base;
    sqlite3_stmt *raw = s->raw;
    struct value v = { .type = VALUE_NULL };
    if (s->told) return (struct value){ .type = VALUE_INT, .i = s->number };
    switch (sqlite3_column_type(raw, i)) {
    case SQLITE_INTEGER:
        v.type = VALUE_INT;
        v.i = sqlite3_column_int64(raw, i);
        break;
    case SQLITE_TEXT: /* as blob: no copy for the sake of a NUL, and nothing that can fail */
        v.type = VALUE_TEXT;
        v.p = sqlite3_column_blob(raw, i);
        v.n = (size_t)sqlite3_column_bytes(raw, i);
        if (!v.p) v.p = "";
        break;
    case SQLITE_BLOB:
        v.type = VALUE_BLOB;
        v.p = sqlite3_column_blob(raw, i);
        v.n = (size_t)sqlite3_column_bytes(raw, i);
        if (!v.p) v.p = ""; /* empty, not null */
        break;
    default: break;
    }
    return v;
}

static int64_t changed(const struct stmt *base)
{
    return ((const struct sqlite_stmt *)base)->changed;
}

static void reset(struct stmt *base)
{
    ((struct sqlite_stmt *)base)->told = false;
    (void)sqlite3_reset(((struct sqlite_stmt *)base)->raw); /* repeats the error of the step, which is known */
}

static bool in_transaction(const struct conn *base)
{
    return !sqlite3_get_autocommit(((const struct sqlite_conn *)base)->db);
}

enum err_kind sqlite_script(struct conn *base, const char *sql, struct err *e)
{
    struct sqlite_conn *c = sqlite_of(base);
    int rc = sqlite3_exec(c->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? ERR_OK : sqlite_fail(c, rc, e);
}

enum err_kind sqlite_number(struct sqlite_conn *c, const char *sql, int64_t *ret, struct err *e)
{
    sqlite3_stmt *raw = NULL;
    int rc = sqlite3_prepare_v2(c->db, sql, -1, &raw, NULL);
    enum err_kind k = ERR_OK;
    if (rc == SQLITE_OK) rc = sqlite3_step(raw);
    if (rc == SQLITE_ROW) *ret = sqlite3_column_int64(raw, 0);
    else if (rc == SQLITE_DONE) *ret = 0;
    else k = sqlite_fail(c, rc, e);
    (void)sqlite3_finalize(raw);
    return k;
}

static enum err_kind has_table(struct conn *base, const char *name, bool *ret, struct err *e)
{
    struct sqlite_conn *c = sqlite_of(base);
    sqlite3_stmt *raw = NULL;
    int rc = sqlite3_prepare_v2(c->db, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", -1, &raw, NULL);
    enum err_kind k = ERR_OK;
    if (rc == SQLITE_OK) rc = sqlite3_bind_text(raw, 1, name, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK) rc = sqlite3_step(raw);
    if (rc == SQLITE_ROW || rc == SQLITE_DONE) *ret = rc == SQLITE_ROW;
    else k = sqlite_fail(c, rc, e);
    (void)sqlite3_finalize(raw);
    return k;
}

static int64_t log_bytes(const struct conn *base)
{
    const struct sqlite_conn *c = (const struct sqlite_conn *)base;
    return c->log_pages * c->page_bytes;
}

const struct engine sqlite_engine = {
    .name = "sqlite",
    .begin_read = "BEGIN",
    .begin_write = "BEGIN IMMEDIATE",
    .open = sqlite_open,
    .close = sqlite_close,
    .prepare = prepare,
    .finalize = finalize,
    .bind = bind,
    .step = step,
    .column = column,
    .changed = changed,
    .reset = reset,
    .in_transaction = in_transaction,
    .script = sqlite_script,
    .has_table = has_table,
    .log_bytes = log_bytes,
    .checkpoint = sqlite_checkpoint,
    .backup = sqlite_backup,
    .verify = sqlite_verify,
    .backup_name = sqlite_backup_name,
    .tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
              " AND name <> 'schema_migrations' ORDER BY name",
    .columns = "SELECT name, type, pk, \"notnull\" OR pk > 0 FROM pragma_table_info($1) ORDER BY cid",
    .parents = "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)",
    .last_number = "SELECT seq FROM sqlite_sequence WHERE name = $1",
    .set_number = "REPLACE INTO sqlite_sequence (rowid, name, seq) SELECT coalesce((SELECT rowid FROM sqlite_sequence"
                  " WHERE name = $1), (SELECT coalesce(max(rowid), 0) + 1 FROM sqlite_sequence)), $1, $2"
                  " FROM sqlite_schema WHERE type = 'table' AND name = $1 AND sql LIKE '% AUTOINCREMENT%'",
};
