/* The plan's row: the one that every transaction on a plan takes first. */
#include "pland/store/plans.h"

#include "store/plan_shape.h"

enum { FIRST_MUTABLE = 4 }; /* what an update writes: from state on */

static const struct column columns[] = {
    C_INT(struct plan_row, n),
    C_TEXT(struct plan_row, id),
    C_INT(struct plan_row, project),
    C_INT(struct plan_row, created_at),
    C_NAME(struct plan_row, state, plan_state_names),
    C_NAME(struct plan_row, resume, plan_state_names),
    C_NAME(struct plan_row, mode, plan_mode_names),
    C_NAME(struct plan_row, size, plan_size_names),
    C_INT(struct plan_row, generation),
    C_INT(struct plan_row, seq),
    C_INT(struct plan_row, revision),
    C_INT(struct plan_row, approved),
    C_INT(struct plan_row, fanin),
    C_INT(struct plan_row, done),
    C_INT(struct plan_row, total),
    C_BOOL(struct plan_row, stale),
    C_BOOL(struct plan_row, suspicious),
    C_INT(struct plan_row, owner),
    C_INT(struct plan_row, created_by),
    C_INT(struct plan_row, updated_at),
    C_INT(struct plan_row, waiting_until),
    C_INT(struct plan_row, usd_limit),
    C_INT(struct plan_row, token_limit),
    C_INT(struct plan_row, usd_used),
    C_INT(struct plan_row, tokens_used),
    C_INT(struct plan_row, next_section),
    C_TEXT(struct plan_row, title),
    C_TEXT(struct plan_row, labels),
    C_TEXT(struct plan_row, provider),
    C_TEXT(struct plan_row, ticket_key),
    C_TEXT(struct plan_row, ticket_url),
    C_TEXT(struct plan_row, error),
    C_TEXT(struct plan_row, wait_reason),
    C_TEXT(struct plan_row, forked_from),
};
const struct shape plan_shape = SHAPE("plan", struct plan_row, columns);

enum err_kind store_plan_insert(struct txn *tx, struct plan_row *p, struct err *e)
{
    static const char numbers[] = "SELECT nextval('plans_n_seq') FROM generate_series(1, $1)";
    static const char sql[] =
        "INSERT INTO plans (n, id, project, created_at, state, resume, mode, size, generation, seq, revision, approved,"
        " fanin, done, total, stale, suspicious, owner, created_by, updated_at, waiting_until, usd_limit, token_limit,"
        " usd_used, tokens_used, next_section, title, labels, provider, ticket_key, ticket_url, error, wait_reason,"
        " forked_from) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, "
        "$20,"
        " $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34) ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert_numbered(tx, numbers, sql, &plan_shape, p, "a plan with this id exists", e);
}

/* Not there: was it ever? */
static enum err_kind missing(struct txn *tx, const char *id, int64_t project, struct err *e)
{
    static const char sql[] = "SELECT 1 FROM tombstones WHERE id = $1 AND (project = $2 OR $2 = 0)";
    int64_t one;
    bool found = false;
    enum err_kind k = txn_int(tx, sql, VALUES(v_text(id), v_int(project)), &one, &found, e);
    if (k != ERR_OK) return k;
    if (found) return err_set(e, ERR_GONE, "the plan %.40s was deleted", id);
    return err_set(e, ERR_NOT_FOUND, "no plan %.40s", id);
}

enum err_kind store_plan_get(struct txn *tx, const char *id, int64_t project, struct arena *a, struct plan_row *ret,
                             struct err *e)
{
    static const char sql[] = "SELECT " PLAN_COLUMNS " FROM plans WHERE id = $1 AND (project = $2 OR $2 = 0)";
    enum err_kind k = txn_one(tx, sql, VALUES(v_text(id), v_int(project)), &plan_shape, a, ret, e);
    return k == ERR_NOT_FOUND ? missing(tx, id, project, e) : k;
}

enum err_kind store_plan_get_n(struct txn *tx, int64_t n, struct arena *a, struct plan_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " PLAN_COLUMNS " FROM plans WHERE n = $1";
    return txn_one(tx, sql, VALUES(v_int(n)), &plan_shape, a, ret, e);
}

/* The states that have ended are spelled out (a test compares them with the table of states). */
enum err_kind store_plan_by_ticket(struct txn *tx, int64_t project, const char *key, const char *url, struct arena *a,
                                   struct plan_row *ret, struct err *e)
{
    static const char sql[] =
        "SELECT " PLAN_COLUMNS " FROM plans WHERE (ticket_key = $2 OR ticket_url = $3)"
        " AND project = $1 AND state NOT IN ('completed', 'failed', 'cancelled') ORDER BY n DESC LIMIT 1";
    return txn_one(tx, sql, VALUES(v_int(project), v_text(key), v_text(url)), &plan_shape, a, ret, e);
}

enum err_kind store_plan_update(struct txn *tx, const struct plan_row *p, struct err *e)
{
    static const char sql[] =
        "UPDATE plans SET state = $2, resume = $3, mode = $4, size = $5, generation = $6, seq = $7, revision = $8,"
        " approved = $9, fanin = $10, done = $11, total = $12, stale = $13, suspicious = $14, owner = $15,"
        " created_by = $16, updated_at = $17, waiting_until = $18, usd_limit = $19, token_limit = $20, usd_used = $21,"
        " tokens_used = $22, next_section = $23, title = $24, labels = $25, provider = $26, ticket_key = $27,"
        " ticket_url = $28, error = $29, wait_reason = $30, forked_from = $31 WHERE n = $1";
    return txn_update(tx, sql, &plan_shape, FIRST_MUTABLE, p, e);
}

struct state_count { int state; int64_t count; };
struct state_counts { struct state_count *v; size_t n; };
static const struct column count_columns[] = { C_NAME(struct state_count, state, plan_state_names),
                                               C_INT(struct state_count, count) };
static const struct shape count_shape = SHAPE("count", struct state_count, count_columns);

enum err_kind store_plan_counts(struct txn *tx, int64_t *ret, struct err *e)
{
    static const char sql[] = "SELECT state, count(*) FROM plans GROUP BY state";
    auto_arena a = arena_new(0);
    struct state_counts list = { 0 };
    enum err_kind k = a ? txn_all(tx, sql, NULL, 0, &count_shape, a, &list, e) : err_nomem(e);
    if (k != ERR_OK) return k;
    for (int i = 0; i < PLAN_STATE_N_; i++) ret[i] = 0;
    for (size_t i = 0; i < list.n; i++) ret[list.v[i].state] = list.v[i].count;
    return ERR_OK;
}
