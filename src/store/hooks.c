/* Webhooks out: hooks and their deliveries. */
#include "pland/store/hooks.h"

#include "store/txn.h"

/* --- hooks ------------------------------------------------------------------------------------------------------ */
#define HOOK_COLUMNS                                                                                                   \
    "n, id, project, created_at, created_by, url, secret, events, disabled_at, failing_since, disabled_why, format,"       \
    " old_secret, old_until, failures, rest_until"
enum { HOOK_MUTABLE = 5 };
static const struct column hook_columns[] = {
    C_INT(struct hook_row, n),
    C_TEXT(struct hook_row, id),
    C_INT(struct hook_row, project),
    C_INT(struct hook_row, created_at),
    C_INT(struct hook_row, created_by),
    C_TEXT(struct hook_row, url),
    C_BLOB(struct hook_row, secret, n_secret),
    C_TEXT(struct hook_row, events),
    C_INT(struct hook_row, disabled_at),
    C_INT(struct hook_row, failing_since),
    C_TEXT(struct hook_row, disabled_why),
    C_TEXT(struct hook_row, format),
    C_BLOB(struct hook_row, old_secret, n_old_secret),
    C_INT(struct hook_row, old_until),
    C_INT(struct hook_row, failures),
    C_INT(struct hook_row, rest_until),
};
static const struct shape hook_shape = SHAPE("hook", struct hook_row, hook_columns);

enum err_kind store_hook_insert(struct txn *tx, struct hook_row *h, struct err *e)
{
    static const char sql[] =
        "INSERT INTO hooks (id, project, created_at, created_by, url, secret, events, disabled_at, failing_since,"
        " disabled_why, format, old_secret, old_until, failures, rest_until)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING RETURNING n";
    txn_forget(tx);
    return txn_insert(tx, sql, &hook_shape, h, "a hook with this id exists", e);
}

enum err_kind store_hook_get(struct txn *tx, int64_t project, const char *id, struct arena *a, struct hook_row *ret,
                             struct err *e)
{
    static const char sql[] = "SELECT " HOOK_COLUMNS " FROM hooks WHERE id = $2 AND (project = $1 OR $1 = 0)";
    return txn_one(tx, sql, VALUES(v_int(project), v_text(id)), &hook_shape, a, ret, e);
}

enum err_kind store_hook_get_n(struct txn *tx, int64_t n, struct arena *a, struct hook_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " HOOK_COLUMNS " FROM hooks WHERE n = $1";
    return txn_one(tx, sql, VALUES(v_int(n)), &hook_shape, a, ret, e);
}

enum err_kind store_hook_list(struct txn *tx, int64_t project, struct arena *a, struct hook_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " HOOK_COLUMNS " FROM hooks WHERE project = $1 OR $1 = 0 ORDER BY n";
    return txn_all_kept(tx, sql, VALUES(v_int(project)), &hook_shape, a, ret, e);
}

enum err_kind store_hook_update(struct txn *tx, const struct hook_row *h, struct err *e)
{
    static const char sql[] =
        "UPDATE hooks SET url = $2, secret = $3, events = $4, disabled_at = $5, failing_since = $6, disabled_why = $7,"
        " format = $8, old_secret = $9, old_until = $10, failures = $11, rest_until = $12 WHERE n = $1";
    txn_forget(tx);
    return txn_update(tx, sql, &hook_shape, HOOK_MUTABLE, h, e);
}

enum err_kind store_hook_delete(struct txn *tx, int64_t n, struct err *e)
{
    static const char attempts_sql[] =
        "DELETE FROM attempts WHERE delivery IN (SELECT n FROM deliveries WHERE hook = $1)";
    static const char deliveries_sql[] = "DELETE FROM deliveries WHERE hook = $1";
    static const char sql[] = "DELETE FROM hooks WHERE n = $1";
    txn_forget(tx);
    enum err_kind k = txn_run(tx, attempts_sql, VALUES(v_int(n)), NULL, e);
    if (k == ERR_OK) k = txn_run(tx, deliveries_sql, VALUES(v_int(n)), NULL, e);
    return k == ERR_OK ? txn_change(tx, sql, VALUES(v_int(n)), "hook", e) : k;
}

/* --- deliveries ------------------------------------------------------------------------------------------------- */
const char *const delivery_state_names[] = {
    [DELIVERY_PENDING] = "pending", [DELIVERY_DONE] = "done", [DELIVERY_FAILED] = "failed", NULL,
};

#define DELIVERY_COLUMNS "n, id, hook, type, body, at, state, attempts, last_at, last_status, last_error"
enum { DELIVERY_MUTABLE = 6 };
static const struct column delivery_columns[] = {
    C_INT(struct delivery_row, n),
    C_TEXT(struct delivery_row, id),
    C_INT(struct delivery_row, hook),
    C_TEXT(struct delivery_row, type),
    C_TEXT(struct delivery_row, body),
    C_INT(struct delivery_row, at),
    C_NAME(struct delivery_row, state, delivery_state_names),
    C_INT(struct delivery_row, attempts),
    C_INT(struct delivery_row, last_at),
    C_CODE(struct delivery_row, last_status),
    C_TEXT(struct delivery_row, last_error),
};
static const struct shape delivery_shape = SHAPE("delivery", struct delivery_row, delivery_columns);

enum err_kind store_delivery_insert(struct txn *tx, struct delivery_row *d, struct err *e)
{
    static const char sql[] =
        "INSERT INTO deliveries (id, hook, type, body, at, state, attempts, last_at, last_status, last_error)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &delivery_shape, d, "a delivery with this id exists", e);
}

enum err_kind store_delivery_get(struct txn *tx, const char *id, struct arena *a, struct delivery_row *ret,
                                 struct err *e)
{
    static const char sql[] = "SELECT " DELIVERY_COLUMNS " FROM deliveries WHERE id = $1";
    return txn_one(tx, sql, VALUES(v_text(id)), &delivery_shape, a, ret, e);
}

enum err_kind store_delivery_update(struct txn *tx, const struct delivery_row *d, struct err *e)
{
    static const char sql[] =
        "UPDATE deliveries SET state = $2, attempts = $3, last_at = $4, last_status = $5, last_error = $6 WHERE n = $1";
    return txn_update(tx, sql, &delivery_shape, DELIVERY_MUTABLE, d, e);
}

enum err_kind store_delivery_list(struct txn *tx, int64_t hook, int64_t before, int limit, struct arena *a,
                                  struct delivery_list *ret, struct err *e)
{
    static const char sql[] =
        "SELECT " DELIVERY_COLUMNS " FROM deliveries WHERE hook = $1 AND n < $2 ORDER BY n DESC LIMIT $3";
    return txn_all(tx, sql, VALUES(v_int(hook), v_before(before), v_int(limit)), &delivery_shape, a, ret, e);
}

enum err_kind store_delivery_recover(struct txn *tx, int64_t hook, int64_t since, int64_t now, int64_t *ret,
                                     struct err *e)
{
    static const char open_sql[] =
        "UPDATE deliveries SET state = 'pending' WHERE hook = $1 AND state = 'failed' AND at >= $2";
    static const char jobs_sql[] =
        "INSERT INTO jobs (plan, kind, subject, generation, state, priority, run_at, attempts, lease_until, person, owner,"
        " error, ended_at) SELECT 0, 'deliver', id, 0, 'queued', 3, $2, 0, 0, -hook, NULL, NULL, 0 FROM deliveries"
        " WHERE hook = $1 AND state = 'pending' ORDER BY n ON CONFLICT DO NOTHING";
    static const char hasten_sql[] = "UPDATE jobs SET run_at = $2 WHERE state = 'queued' AND person = -$1 AND run_at > $2";
    int64_t hastened = 0;
    enum err_kind k = txn_run(tx, open_sql, VALUES(v_int(hook), v_int(since)), ret, e);
    if (k == ERR_OK) k = txn_run(tx, hasten_sql, VALUES(v_int(hook), v_int(now)), &hastened, e);
    if (k == ERR_OK) k = txn_run(tx, jobs_sql, VALUES(v_int(hook), v_int(now)), NULL, e);
    if (k == ERR_OK) *ret += hastened;
    return k;
}

enum err_kind store_delivery_prune(struct txn *tx, int64_t before, int limit, int64_t *ret, struct err *e)
{
#define OLDEST "n IN (SELECT n FROM deliveries ORDER BY n LIMIT $2) AND at < $1 AND state <> 'pending'"
    static const char attempts_sql[] = "DELETE FROM attempts WHERE delivery IN (SELECT n FROM deliveries WHERE " OLDEST ")";
    static const char sql[] = "DELETE FROM deliveries WHERE " OLDEST;
#undef OLDEST
    enum err_kind k = txn_run(tx, attempts_sql, VALUES(v_int(before), v_int(limit)), NULL, e);
    return k == ERR_OK ? txn_run(tx, sql, VALUES(v_int(before), v_int(limit)), ret, e) : k;
}

/* --- attempts --------------------------------------------------------------------------------------------------- */
static const struct column attempt_columns[] = {
    C_INT(struct attempt_row, n),      C_INT(struct attempt_row, delivery), C_INT(struct attempt_row, at),
    C_INT(struct attempt_row, ms),     C_CODE(struct attempt_row, status),  C_TEXT(struct attempt_row, error),
};
static const struct shape attempt_shape = SHAPE("attempt", struct attempt_row, attempt_columns);

enum err_kind store_attempt_insert(struct txn *tx, struct attempt_row *a, struct err *e)
{
    static const char sql[] =
        "INSERT INTO attempts (delivery, at, ms, status, error) VALUES ($1, $2, $3, $4, $5) RETURNING n";
    return txn_insert(tx, sql, &attempt_shape, a, "this attempt is there", e);
}

enum err_kind store_attempt_list(struct txn *tx, int64_t delivery, struct arena *a, struct attempt_list *ret,
                                 struct err *e)
{
    static const char sql[] = "SELECT n, delivery, at, ms, status, error FROM attempts WHERE delivery = $1 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(delivery)), &attempt_shape, a, ret, e);
}
