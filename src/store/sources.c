/* Webhooks in: sources and what they sent; and model calls. */
#include "pland/store/hooks.h"

#include "store/txn.h"

/* --- sources ---------------------------------------------------------------------------------------------------- */
#define SOURCE_COLUMNS                                                                                                 \
    "n, id, project, name, kind, secret, settings, created_at, created_by, credential, synced_at, next_at, error"
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
    C_BLOB(struct source_row, credential, n_credential),
    C_INT(struct source_row, synced_at),
    C_INT(struct source_row, next_at),
    C_TEXT(struct source_row, error),
};
static const struct shape source_shape = SHAPE("source", struct source_row, source_columns);

enum err_kind store_source_insert(struct txn *tx, struct source_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO sources (id, project, name, kind, secret, settings, created_at, created_by,"
                              " credential, synced_at, next_at, error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,"
                              " $11, $12) ON CONFLICT DO NOTHING RETURNING n";
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
    static const char sql[] = "UPDATE sources SET name = $2, secret = $3, settings = $4, credential = $5,"
                              " synced_at = $6, next_at = $7, error = $8 WHERE n = $1";
    return txn_change(tx, sql,
                      VALUES(v_int(r->n), v_text(r->name), v_blob(r->secret, r->n_secret), v_text(r->settings),
                             v_blob(r->credential, r->n_credential), v_int(r->synced_at), v_int(r->next_at),
                             v_text(r->error)),
                      "source", e);
}

enum err_kind store_source_due(struct txn *tx, int64_t now, struct arena *a, struct source_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " SOURCE_COLUMNS " FROM sources WHERE next_at > 0 AND next_at <= $1 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(now)), &source_shape, a, ret, e);
}

enum err_kind store_source_delete(struct txn *tx, int64_t n, struct err *e)
{
    static const char *const parts[] = {
        "DELETE FROM inbound WHERE source = $1",
        "DELETE FROM source_replies WHERE ticket IN (SELECT n FROM source_tickets WHERE source = $1)",
        "DELETE FROM source_tickets WHERE source = $1",
    };
    static const char sql[] = "DELETE FROM sources WHERE n = $1";
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < countof(parts); i++) k = txn_run(tx, parts[i], VALUES(v_int(n)), NULL, e);
    return k == ERR_OK ? txn_change(tx, sql, VALUES(v_int(n)), "source", e) : k;
}

enum err_kind store_source_hasten(struct txn *tx, int64_t source, int64_t now, struct err *e)
{
    static const char sql[] =
        "UPDATE jobs SET run_at = $2, attempts = 0 WHERE plan = 0 AND state = 'queued' AND $1 = CASE kind"
        " WHEN 'poll' THEN (SELECT n FROM sources WHERE id = subject)"
        " WHEN 'ticket' THEN (SELECT source FROM source_tickets WHERE n = CAST(subject AS BIGINT))"
        " WHEN 'inbound' THEN (SELECT source FROM inbound WHERE n = CAST(subject AS BIGINT)) END";
    return txn_run(tx, sql, VALUES(v_int(source), v_int(now)), NULL, e);
}

/* --- inbound ---------------------------------------------------------------------------------------------------- */
#define INBOUND_COLUMNS "n, source, at, delivery, body, done, outcome, event, digest"
static const struct column inbound_columns[] = {
    C_INT(struct inbound_row, n),
    C_INT(struct inbound_row, source),
    C_INT(struct inbound_row, at),
    C_TEXT(struct inbound_row, delivery),
    C_TEXT(struct inbound_row, body),
    C_BOOL(struct inbound_row, done),
    C_TEXT(struct inbound_row, outcome),
    C_TEXT(struct inbound_row, event),
    C_TEXT(struct inbound_row, digest),
};
static const struct shape inbound_shape = SHAPE("inbound delivery", struct inbound_row, inbound_columns);

enum err_kind store_inbound_insert(struct txn *tx, struct inbound_row *r, struct err *e)
{
    static const char sql[] =
        "INSERT INTO inbound (source, at, delivery, body, done, outcome, event, digest) VALUES ($1, $2, $3, $4, $5, $6,"
        " $7, $8) ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &inbound_shape, r, "this delivery was taken before", e);
}

enum err_kind store_inbound_get(struct txn *tx, int64_t n, struct arena *a, struct inbound_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " INBOUND_COLUMNS " FROM inbound WHERE n = $1";
    return txn_one(tx, sql, VALUES(v_int(n)), &inbound_shape, a, ret, e);
}

enum err_kind store_inbound_list(struct txn *tx, int64_t source, int64_t before, int limit, struct arena *a,
                                 struct inbound_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " INBOUND_COLUMNS " FROM inbound WHERE source = $1 AND n < $2 ORDER BY n DESC"
                              " LIMIT $3";
    return txn_all(tx, sql, VALUES(v_int(source), v_before(before), v_int(limit)), &inbound_shape, a, ret, e);
}

enum err_kind store_inbound_count(struct txn *tx, int64_t source, int64_t since, int64_t *ret, struct err *e)
{
    static const char sql[] = "SELECT count(*) FROM inbound WHERE source = $1 AND at > $2";
    return txn_int(tx, sql, VALUES(v_int(source), v_int(since)), ret, NULL, e);
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
