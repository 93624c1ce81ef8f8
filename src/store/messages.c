/* What people write to a plan in their own words. */
#include "pland/store/messages.h"

#include "pland/plan/state.h"
#include "store/txn.h"

const char *const message_state_names[] = {
    [MESSAGE_STATE_READING] = "reading", [MESSAGE_STATE_PROPOSED] = "proposed", [MESSAGE_STATE_DONE] = "done",
    [MESSAGE_STATE_UNCLEAR] = "unclear", [MESSAGE_STATE_REFUSED] = "refused",   NULL,
};

#define MESSAGE_COLUMNS                                                                                                \
    "n, id, plan, at, author, role, text, state, plan_state, revision, understood, spoken, why, done_at"
enum { MESSAGE_MUTABLE = 7 };
static const struct column columns[] = {
    C_INT(struct message_row, n),
    C_TEXT(struct message_row, id),
    C_INT(struct message_row, plan),
    C_INT(struct message_row, at),
    C_INT(struct message_row, author),
    C_CODE(struct message_row, role),
    C_TEXT(struct message_row, text),
    C_NAME(struct message_row, state, message_state_names),
    C_NAME(struct message_row, plan_state, plan_state_names),
    C_INT(struct message_row, revision),
    C_TEXT(struct message_row, understood),
    C_BOOL(struct message_row, spoken),
    C_TEXT(struct message_row, why),
    C_INT(struct message_row, done_at),
};
static const struct shape message_shape = SHAPE("message", struct message_row, columns);

enum err_kind store_message_insert(struct txn *tx, struct message_row *r, struct err *e)
{
    static const char sql[] =
        "INSERT INTO messages (id, plan, at, author, role, text, state, plan_state, revision, understood, spoken, why,"
        " done_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &message_shape, r, "a message with this id exists", e);
}

enum err_kind store_message_update(struct txn *tx, const struct message_row *r, struct err *e)
{
    static const char sql[] = "UPDATE messages SET state = $2, plan_state = $3, revision = $4, understood = $5,"
                              " spoken = $6, why = $7, done_at = $8 WHERE n = $1";
    return txn_update(tx, sql, &message_shape, MESSAGE_MUTABLE, r, e);
}

enum err_kind store_message_get(struct txn *tx, int64_t plan, const char *id, struct arena *a, struct message_row *ret,
                                struct err *e)
{
    static const char sql[] = "SELECT " MESSAGE_COLUMNS " FROM messages WHERE id = $2 AND plan = $1";
    return txn_one(tx, sql, VALUES(v_int(plan), v_text(id)), &message_shape, a, ret, e);
}

enum err_kind store_message_list(struct txn *tx, int64_t plan, int64_t before, int limit, struct arena *a,
                                 struct message_list *ret, struct err *e)
{
    static const char sql[] =
        "SELECT " MESSAGE_COLUMNS " FROM messages WHERE plan = $1 AND n < $2 ORDER BY n DESC LIMIT $3";
    return txn_all(tx, sql, VALUES(v_int(plan), v_before(before), v_int(limit)), &message_shape, a, ret, e);
}

enum err_kind store_message_give_up(struct txn *tx, int64_t plan, const char *why, struct err *e)
{
    static const char sql[] =
        "UPDATE messages SET state = 'unclear', why = $2 WHERE plan = $1 AND state = 'reading'";
    return txn_run(tx, sql, VALUES(v_int(plan), v_text(why)), NULL, e);
}
