/* Events: numbered per plan by whoever holds the plan's row; n grows over all plans. */
#include "pland/store/plans.h"

#include "store/txn.h"

#define EVENT_COLUMNS "e.n, e.plan, p.project, e.seq, e.at, e.actor, p.id, e.type, e.data"

static const struct column columns[] = {
    C_INT(struct event_row, n),
    C_INT(struct event_row, plan),
    C_INT(struct event_row, project),
    C_INT(struct event_row, seq),
    C_INT(struct event_row, at),
    C_INT(struct event_row, actor),
    C_TEXT(struct event_row, plan_id),
    C_TEXT(struct event_row, type),
    C_TEXT(struct event_row, data),
};
static const struct shape event_shape = SHAPE("event", struct event_row, columns);

enum err_kind store_event_insert(struct txn *tx, const struct event_row *ev, struct err *e)
{
    static const char sql[] =
        "INSERT INTO events (plan, seq, at, actor, type, data) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    int64_t changed = 0;
    enum err_kind k = txn_likely(
        tx, sql,
        VALUES(v_int(ev->plan), v_int(ev->seq), v_int(ev->at), v_int(ev->actor), v_text(ev->type), v_text(ev->data)),
        1, &changed, e);
    if (k == ERR_OK && changed == 0)
        k = err_set(e, ERR_CONFLICT, "the plan has an event %lld already", (long long)ev->seq);
    return k;
}

enum err_kind store_event_list(struct txn *tx, int64_t plan, int64_t after_seq, int limit, struct arena *a,
                               struct event_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " EVENT_COLUMNS " FROM events e JOIN plans p ON p.n = e.plan"
                              " WHERE e.plan = $1 AND e.seq > $2 ORDER BY e.seq LIMIT $3";
    return txn_all(tx, sql, VALUES(v_int(plan), v_int(after_seq), v_int(limit)), &event_shape, a, ret, e);
}

enum err_kind store_event_feed(struct txn *tx, int64_t project, int64_t after_n, int limit, struct arena *a,
                               struct event_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " EVENT_COLUMNS " FROM events e JOIN plans p ON p.n = e.plan"
                              " WHERE e.n > $2 AND (p.project = $1 OR $1 = 0) ORDER BY e.n LIMIT $3";
    return txn_all(tx, sql, VALUES(v_int(project), v_int(after_n), v_int(limit)), &event_shape, a, ret, e);
}

static const struct column moved_columns[] = {
    C_INT(struct event_moved, n),
    C_INT(struct event_moved, plan),
    C_INT(struct event_moved, seq),
};
static const struct shape moved_shape = SHAPE("event", struct event_moved, moved_columns);

enum err_kind store_event_moved(struct txn *tx, int64_t after_n, int limit, struct arena *a, struct event_moved_list *ret,
                                struct err *e)
{
    static const char sql[] = "SELECT max(n), plan, max(seq) FROM (SELECT n, plan, seq FROM events WHERE n > $1 ORDER BY n"
                              " LIMIT $2) x GROUP BY plan ORDER BY max(n)";
    return txn_all(tx, sql, VALUES(v_int(after_n), v_int(limit)), &moved_shape, a, ret, e);
}

enum err_kind store_event_bounds(struct txn *tx, int64_t *ret_first, int64_t *ret_last, struct err *e)
{
    enum err_kind k = txn_int(tx, "SELECT coalesce(min(n), 0) FROM events", NULL, 0, ret_first, NULL, e);
    return k == ERR_OK ? txn_int(tx, "SELECT coalesce(max(n), 0) FROM events", NULL, 0, ret_last, NULL, e) : k;
}

enum err_kind store_event_prune(struct txn *tx, int64_t before, int limit, int64_t *ret, struct err *e)
{
    static const char sql[] = "DELETE FROM events WHERE n IN (SELECT n FROM events ORDER BY n LIMIT $2) AND at < $1"
                              " AND n < (SELECT max(n) FROM events)";
    return txn_run(tx, sql, VALUES(v_int(before), v_int(limit)), ret, e);
}
