/* Calls to models, and what was said in them. */
#include "pland/store/calls.h"

#include "store/txn.h"

#define CALL_COLUMNS \
    "c.n, c.plan, c.job, c.at, c.provider, c.step, c.request_id, c.error, c.status, c.input, c.output, c.cached," \
    " c.latency_ms, c.usd, c.written, c.first_ms, c.prompt"
#define T struct llm_call_row
#define CALL_ROWS \
    C_INT(T, n), C_INT(T, plan), C_INT(T, job), C_INT(T, at), C_TEXT(T, provider), C_TEXT(T, step), C_TEXT(T, request_id), \
        C_TEXT(T, error), C_INT(T, status), C_INT(T, input), C_INT(T, output), C_INT(T, cached), C_INT(T, latency_ms), \
        C_INT(T, usd), C_INT(T, written), C_INT(T, first_ms), C_TEXT(T, prompt)
static const struct column call_columns[] = { CALL_ROWS };
static const struct column list_columns[] = { CALL_ROWS, C_INT(T, until) };
static const struct column whole_columns[] = { CALL_ROWS, C_INT(T, until), C_TEXT(T, request), C_TEXT(T, answer) };
static const struct shape call_shape = SHAPE("model call", T, call_columns);
static const struct shape list_shape = SHAPE("model call", T, list_columns);
static const struct shape whole_shape = SHAPE("model call", T, whole_columns);
#undef T

/* The project is written down with the call: the plan may go, what it has cost stays. */
enum err_kind store_llm_call_insert(struct txn *tx, const struct llm_call_row *r, struct err *e)
{
    static const char sql[] =
        "INSERT INTO llm_calls (plan, job, at, provider, step, request_id, error, status, input, output, cached,"
        " latency_ms, usd, written, first_ms, prompt, project) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
        " $13, $14, $15, $16, coalesce((SELECT project FROM plans WHERE n = $1), 0)) RETURNING n";
    static const char content_sql[] = "INSERT INTO llm_contents (call, until, request, answer) VALUES ($1, $2, $3, $4)";
    struct value v[VALUES_MAX];
    size_t n = 0;
    int64_t call = 0;
    enum err_kind k;
    shape_values(&call_shape, 1, r, v, &n);
    k = txn_int(tx, sql, v, n, &call, NULL, e);
    if (k != ERR_OK || (!r->request && !r->answer)) return k;
    return txn_run(tx, content_sql, VALUES(v_int(call), v_int(r->until), v_text(r->request), v_text(r->answer)), NULL, e);
}

enum err_kind store_llm_call_list(struct txn *tx, int64_t plan, int64_t after, int limit, struct arena *a,
                                  struct llm_call_list *ret, struct err *e)
{
    static const char sql[] =
        "SELECT " CALL_COLUMNS ", coalesce(t.until, 0) FROM llm_calls c LEFT JOIN llm_contents t"
        " ON t.call = c.n WHERE c.plan = $1 AND c.n > $2 ORDER BY c.n LIMIT $3";
    return txn_all(tx, sql, VALUES(v_int(plan), v_int(after), v_int(limit)), &list_shape, a, ret, e);
}

enum err_kind store_llm_call_get(struct txn *tx, int64_t plan, int64_t n, struct arena *a, struct llm_call_row *ret,
                                 struct err *e)
{
    static const char sql[] =
        "SELECT " CALL_COLUMNS ", coalesce(t.until, 0), t.request, t.answer FROM llm_calls c"
        " LEFT JOIN llm_contents t ON t.call = c.n WHERE c.plan = $1 AND c.n = $2";
    return txn_one(tx, sql, VALUES(v_int(plan), v_int(n)), &whole_shape, a, ret, e);
}

enum err_kind store_llm_content_prune(struct txn *tx, int64_t now, int limit, struct err *e)
{
    static const char sql[] =
        "DELETE FROM llm_contents WHERE call IN (SELECT call FROM llm_contents WHERE until <= $1 ORDER BY until LIMIT $2)";
    return txn_run(tx, sql, VALUES(v_int(now), v_int(limit)), NULL, e);
}
