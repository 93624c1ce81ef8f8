/* The audit, and what idempotency keys did. */
#include "pland/store/access.h"

#include <string.h>

#include "store/txn.h"

/* --- audit ------------------------------------------------------------------------------------------------------ */
#define AUDIT_COLUMNS "n, at, project, person, token, plan, action, object, detail"
static const struct column audit_columns[] = {
    C_INT(struct audit_row, n),
    C_INT(struct audit_row, at),
    C_INT(struct audit_row, project),
    C_INT(struct audit_row, person),
    C_INT(struct audit_row, token),
    C_INT(struct audit_row, plan),
    C_TEXT(struct audit_row, action),
    C_TEXT(struct audit_row, object),
    C_TEXT(struct audit_row, detail),
};
static const struct shape audit_shape = SHAPE("audit entry", struct audit_row, audit_columns);

enum err_kind store_audit_insert(struct txn *tx, const struct audit_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO audit (at, project, person, token, plan, action, object, detail) VALUES "
                              "($1, $2, $3, $4, $5, $6, $7, $8)";
    struct value v[VALUES_MAX];
    size_t n = 0;
    shape_values(&audit_shape, 1, r, v, &n);
    return txn_run(tx, sql, v, n, NULL, e);
}

enum err_kind store_audit_list(struct txn *tx, int64_t project, int64_t plan, int64_t before, int limit,
                               struct arena *a, struct audit_list *ret, struct err *e)
{
    static const char all_sql[] = "SELECT " AUDIT_COLUMNS " FROM audit WHERE n < $2 AND (project = $1 OR $1 = 0)"
                                  " ORDER BY n DESC LIMIT $3";
    static const char plan_sql[] = "SELECT " AUDIT_COLUMNS " FROM audit WHERE plan = $4 AND plan <> 0 AND n < $2"
                                   " AND (project = $1 OR $1 = 0) ORDER BY n DESC LIMIT $3";
    if (plan == 0)
        return txn_all(tx, all_sql, VALUES(v_int(project), v_before(before), v_int(limit)), &audit_shape, a, ret, e);
    return txn_all(tx, plan_sql, VALUES(v_int(project), v_before(before), v_int(limit), v_int(plan)), &audit_shape, a,
                   ret, e);
}

/* --- idempotency ------------------------------------------------------------------------------------------------ */
#define IDEMPOTENCY_COLUMNS "token, key, request, status, href, at"
static const struct column idempotency_columns[] = {
    C_INT(struct idempotency_row, token),
    C_BLOB(struct idempotency_row, key, n_key),
    C_HASH(struct idempotency_row, request),
    C_CODE(struct idempotency_row, status),
    C_WORD(struct idempotency_row, href),
    C_INT(struct idempotency_row, at),
};
static const struct shape idempotency_shape = SHAPE("idempotency key", struct idempotency_row, idempotency_columns);

enum err_kind store_idempotency_get(struct txn *tx, int64_t token, const char *key, struct arena *a,
                                    struct idempotency_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " IDEMPOTENCY_COLUMNS " FROM idempotency WHERE token = $1 AND key = $2";
    if (tx->conn->bold && tx->conn->engine->post) {
        tx->conn->guessed = true;
        return err_set(e, ERR_NOT_FOUND, "no such %s", idempotency_shape.what);
    }
    return txn_one(tx, sql, VALUES(v_int(token), v_blob(key, strlen(key))), &idempotency_shape, a, ret, e);
}

enum err_kind store_idempotency_put(struct txn *tx, const struct idempotency_row *r, struct err *e)
{
    static const char sql[] =
        "INSERT INTO idempotency (" IDEMPOTENCY_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    struct value v[VALUES_MAX];
    size_t n = 0;
    int64_t changed = 0;
    enum err_kind k;
    shape_values(&idempotency_shape, 0, r, v, &n);
    k = txn_likely(tx, sql, v, n, 1, &changed, e);
    if (k == ERR_OK && changed == 0) k = err_set(e, ERR_CONFLICT, "this Idempotency-Key was used already");
    return k;
}

/* Rows come in the order of time: only the oldest are looked at, whatever their number. */
enum err_kind store_idempotency_prune(struct txn *tx, int64_t before, int limit, int64_t *ret, struct err *e)
{
    static const char sql[] =
        "DELETE FROM idempotency WHERE n IN (SELECT n FROM idempotency ORDER BY n LIMIT $2) AND at < $1";
    return txn_run(tx, sql, VALUES(v_int(before), v_int(limit)), ret, e);
}
