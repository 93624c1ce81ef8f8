/* Codebases fetched from a git remote. */
#include "pland/store/imports.h"

#include "store/txn.h"

const char *const import_state_names[] = { [IMPORT_IMPORTING] = "importing", [IMPORT_READY] = "ready", [IMPORT_FAILED] = "failed", NULL };
const char *const import_credential_names[] = {
    [CREDENTIAL_NONE] = "none", [CREDENTIAL_TOKEN] = "token", [CREDENTIAL_KEY] = "key", [CREDENTIAL_FILE] = "file", NULL,
};

#define IMPORT_COLUMNS                                                                                                 \
    "n, repository, url, username, credential, secret, secret_file, state, error, progress, sync_every, synced_at,"   \
    " tried_at, next_at, again"
enum { MUTABLE = 2 };
static const struct column columns[] = {
    C_INT(struct import_row, n),
    C_INT(struct import_row, repository),
    C_TEXT(struct import_row, url),
    C_TEXT(struct import_row, username),
    C_NAME(struct import_row, credential, import_credential_names),
    C_BLOB(struct import_row, secret, n_secret),
    C_TEXT(struct import_row, secret_file),
    C_NAME(struct import_row, state, import_state_names),
    C_TEXT(struct import_row, error),
    C_TEXT(struct import_row, progress),
    C_INT(struct import_row, sync_every),
    C_INT(struct import_row, synced_at),
    C_INT(struct import_row, tried_at),
    C_INT(struct import_row, next_at),
    C_BOOL(struct import_row, again),
};
static const struct shape import_shape = SHAPE("import", struct import_row, columns);

enum err_kind store_import_insert(struct txn *tx, struct import_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO imports (repository, url, username, credential, secret, secret_file, state, error,"
                              " progress, sync_every, synced_at, tried_at, next_at, again) VALUES"
                              " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &import_shape, r, "this repository is fetched from a remote already", e);
}

enum err_kind store_import_get(struct txn *tx, int64_t repository, struct arena *a, struct import_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " IMPORT_COLUMNS " FROM imports WHERE repository = $1";
    return txn_one(tx, sql, VALUES(v_int(repository)), &import_shape, a, ret, e);
}

enum err_kind store_import_update(struct txn *tx, const struct import_row *r, struct err *e)
{
    static const char sql[] = "UPDATE imports SET url = $2, username = $3, credential = $4, secret = $5, secret_file = $6,"
                              " state = $7, error = $8, progress = $9, sync_every = $10, synced_at = $11, tried_at = $12,"
                              " next_at = $13, again = $14 WHERE n = $1";
    return txn_update(tx, sql, &import_shape, MUTABLE, r, e);
}

enum err_kind store_import_delete(struct txn *tx, int64_t repository, struct err *e)
{
    return txn_run(tx, "DELETE FROM imports WHERE repository = $1", VALUES(v_int(repository)), NULL, e);
}

enum err_kind store_import_list(struct txn *tx, struct arena *a, struct import_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " IMPORT_COLUMNS " FROM imports ORDER BY n";
    return txn_all(tx, sql, NULL, 0, &import_shape, a, ret, e);
}

enum err_kind store_import_due(struct txn *tx, int64_t now, int limit, struct arena *a, struct import_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " IMPORT_COLUMNS " FROM imports WHERE next_at > 0 AND next_at <= $1 ORDER BY next_at LIMIT $2";
    return txn_all(tx, sql, VALUES(v_int(now), v_int(limit)), &import_shape, a, ret, e);
}

enum err_kind store_import_reset(struct txn *tx, struct err *e)
{
    static const char sql[] = "UPDATE imports SET state = 'importing', synced_at = 0, next_at = 1, progress = NULL";
    return txn_run(tx, sql, NULL, 0, NULL, e);
}

enum err_kind store_import_wake(struct txn *tx, int64_t repository, int64_t now, struct err *e)
{
    static const char sql[] = "UPDATE jobs SET run_at = $2 WHERE state = 'queued' AND kind = 'research' AND run_at > $2"
                              " AND plan IN (SELECT plan FROM plan_bases WHERE repository = $1)";
    return txn_run(tx, sql, VALUES(v_int(repository), v_int(now)), NULL, e);
}
