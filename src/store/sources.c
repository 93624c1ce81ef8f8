/* Webhooks in: sources and what they sent; and model calls. */
#include "pland/store/hooks.h"

#include "store/txn.h"

/* --- sources ---------------------------------------------------------------------------------------------------- */
#define SOURCE_COLUMNS "n, id, project, name, kind, secret, settings, created_at, created_by"
static const struct column source_columns[] = {
    C_INT(struct source_row, n),
    C_TEXT(struct source_row, id),
    C_INT(struct source_row, project),
    C_TEXT(struct source_row, name),
    C_TEXT(struct source_row, kind),
    C_BLOB(struct source_row, secret, n_secret),
    C_TEXT(struct source_row, settings),
    C_INT(struct source_row, created_at),
    C_INT(struct source_row, created_by),
};
static const struct shape source_shape = SHAPE("source", struct source_row, source_columns);

enum err_kind store_source_insert(struct txn *tx, struct source_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO sources (id, project, name, kind, secret, settings, created_at, created_by)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &source_shape, r, "a source with this id exists", e);
}

enum err_kind store_source_get(struct txn *tx, int64_t project, const char *id, struct arena *a, struct source_row *ret,
                               struct err *e)
{
    static const char sql[] = "SELECT " SOURCE_COLUMNS " FROM sources WHERE id = $2 AND (project = $1 OR $1 = 0)";
    return txn_one(tx, sql, VALUES(v_int(project), v_text(id)), &source_shape, a, ret, e);
}

enum err_kind store_source_get_n(struct txn *tx, int64_t n, struct arena *a, struct source_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " SOURCE_COLUMNS " FROM sources WHERE n = $1";
    return txn_one(tx, sql, VALUES(v_int(n)), &source_shape, a, ret, e);
}

enum err_kind store_source_list(struct txn *tx, int64_t project, struct arena *a, struct source_list *ret,
                                struct err *e)
{
    static const char sql[] = "SELECT " SOURCE_COLUMNS " FROM sources WHERE project = $1 OR $1 = 0 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(project)), &source_shape, a, ret, e);
}

enum err_kind store_source_update(struct txn *tx, const struct source_row *r, struct err *e)
{
    static const char sql[] = "UPDATE sources SET name = $2, secret = $3, settings = $4 WHERE n = $1";
    return txn_change(tx, sql,
                      VALUES(v_int(r->n), v_text(r->name), v_blob(r->secret, r->n_secret), v_text(r->settings)),
                      "source", e);
}

enum err_kind store_source_delete(struct txn *tx, int64_t n, struct err *e)
{
    static const char inbound_sql[] = "DELETE FROM inbound WHERE source = $1";
    static const char sql[] = "DELETE FROM sources WHERE n = $1";
    enum err_kind k = txn_run(tx, inbound_sql, VALUES(v_int(n)), NULL, e);
    return k == ERR_OK ? txn_change(tx, sql, VALUES(v_int(n)), "source", e) : k;
}

/* --- inbound ---------------------------------------------------------------------------------------------------- */
#define INBOUND_COLUMNS "n, source, at, delivery, body, done, outcome"
static const struct column inbound_columns[] = {
    C_INT(struct inbound_row, n),
    C_INT(struct inbound_row, source),
    C_INT(struct inbound_row, at),
    C_TEXT(struct inbound_row, delivery),
    C_TEXT(struct inbound_row, body),
    C_BOOL(struct inbound_row, done),
    C_TEXT(struct inbound_row, outcome),
};
static const struct shape inbound_shape = SHAPE("inbound delivery", struct inbound_row, inbound_columns);

enum err_kind store_inbound_insert(struct txn *tx, struct inbound_row *r, struct err *e)
{
    static const char sql[] =
        "INSERT INTO inbound (source, at, delivery, body, done, outcome) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &inbound_shape, r, "this delivery was taken before", e);
}

enum err_kind store_inbound_get(struct txn *tx, int64_t n, struct arena *a, struct inbound_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " INBOUND_COLUMNS " FROM inbound WHERE n = $1";
    return txn_one(tx, sql, VALUES(v_int(n)), &inbound_shape, a, ret, e);
}

enum err_kind store_inbound_done(struct txn *tx, int64_t n, const char *outcome, struct err *e)
{
    static const char sql[] = "UPDATE inbound SET done = 1, outcome = $2 WHERE n = $1";
    return txn_change(tx, sql, VALUES(v_int(n), v_text(outcome)), "inbound delivery", e);
}

enum err_kind store_inbound_prune(struct txn *tx, int64_t before, int limit, int64_t *ret, struct err *e)
{
    static const char sql[] =
        "DELETE FROM inbound WHERE n IN (SELECT n FROM inbound ORDER BY n LIMIT $2) AND at < $1 AND done = 1";
    return txn_run(tx, sql, VALUES(v_int(before), v_int(limit)), ret, e);
}
