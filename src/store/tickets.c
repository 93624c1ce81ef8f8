/* Tickets of sources and what is answered in them. */
#include "pland/store/tickets.h"

#include "store/txn.h"

#define TICKET_COLUMNS "n, source, ticket, plan, made_at, updated_at, state, based_on, comment, shown"
enum { TICKET_MUTABLE = 3 };
static const struct column ticket_columns[] = {
    C_INT(struct ticket_row, n),      C_INT(struct ticket_row, source),    C_TEXT(struct ticket_row, ticket),
    C_INT(struct ticket_row, plan),   C_INT(struct ticket_row, made_at),   C_INT(struct ticket_row, updated_at),
    C_TEXT(struct ticket_row, state), C_TEXT(struct ticket_row, based_on), C_TEXT(struct ticket_row, comment),
    C_TEXT(struct ticket_row, shown),
};
static const struct shape ticket_shape = SHAPE("ticket", struct ticket_row, ticket_columns);

enum err_kind store_ticket_find(struct txn *tx, int64_t source, const char *ticket, struct arena *a,
                                struct ticket_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " TICKET_COLUMNS " FROM source_tickets WHERE source = $1 AND ticket = $2";
    return txn_one(tx, sql, VALUES(v_int(source), v_text(ticket)), &ticket_shape, a, ret, e);
}

enum err_kind store_ticket_get_n(struct txn *tx, int64_t n, struct arena *a, struct ticket_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " TICKET_COLUMNS " FROM source_tickets WHERE n = $1";
    return txn_one(tx, sql, VALUES(v_int(n)), &ticket_shape, a, ret, e);
}

enum err_kind store_ticket_of_plan(struct txn *tx, int64_t plan, struct arena *a, struct ticket_list *ret,
                                   struct err *e)
{
    static const char sql[] = "SELECT " TICKET_COLUMNS " FROM source_tickets WHERE plan = $1 AND plan > 0 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(plan)), &ticket_shape, a, ret, e);
}

enum err_kind store_ticket_insert(struct txn *tx, struct ticket_row *r, struct err *e)
{
    static const char sql[] =
        "INSERT INTO source_tickets (source, ticket, plan, made_at, updated_at, state, based_on, comment, shown)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &ticket_shape, r, "this ticket is known already", e);
}

enum err_kind store_ticket_update(struct txn *tx, const struct ticket_row *r, struct err *e)
{
    static const char sql[] = "UPDATE source_tickets SET plan = $2, made_at = $3, updated_at = $4, state = $5,"
                              " based_on = $6, comment = $7, shown = $8 WHERE n = $1";
    return txn_update(tx, sql, &ticket_shape, TICKET_MUTABLE, r, e);
}

enum err_kind store_ticket_made(struct txn *tx, int64_t source, int64_t since, int64_t *ret, struct err *e)
{
    static const char sql[] = "SELECT count(*) FROM source_tickets WHERE source = $1 AND made_at > $2";
    return txn_int(tx, sql, VALUES(v_int(source), v_int(since)), ret, NULL, e);
}

/* --- replies ------------------------------------------------------------------------------------------------------ */
#define REPLY_COLUMNS "n, ticket, topic, body, comment"
static const struct column reply_columns[] = {
    C_INT(struct reply_row, n),     C_INT(struct reply_row, ticket),   C_TEXT(struct reply_row, topic),
    C_TEXT(struct reply_row, body), C_TEXT(struct reply_row, comment),
};
static const struct shape reply_shape = SHAPE("reply", struct reply_row, reply_columns);

enum err_kind store_reply_insert(struct txn *tx, struct reply_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO source_replies (ticket, topic, body, comment) VALUES ($1, $2, $3, $4)"
                              " ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &reply_shape, r, "this was answered before", e);
}

enum err_kind store_reply_get(struct txn *tx, int64_t ticket, int64_t n, struct arena *a, struct reply_row *ret,
                              struct err *e)
{
    static const char sql[] = "SELECT " REPLY_COLUMNS " FROM source_replies WHERE n = $2 AND ticket = $1";
    return txn_one(tx, sql, VALUES(v_int(ticket), v_int(n)), &reply_shape, a, ret, e);
}

enum err_kind store_reply_about(struct txn *tx, int64_t plan, const char *topic, struct arena *a,
                                struct reply_list *ret, struct err *e)
{
    static const char sql[] =
        "SELECT " REPLY_COLUMNS " FROM source_replies WHERE ticket IN (SELECT n FROM source_tickets WHERE plan = $1 AND"
        " plan > 0) AND topic = $2 AND body IS NULL ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(plan), v_text(topic)), &reply_shape, a, ret, e);
}

enum err_kind store_reply_say(struct txn *tx, int64_t n, const char *body, struct err *e)
{
    static const char sql[] = "UPDATE source_replies SET body = $2 WHERE n = $1";
    return txn_change(tx, sql, VALUES(v_int(n), v_text(body)), "reply", e);
}

enum err_kind store_reply_open(struct txn *tx, int64_t ticket, struct arena *a, struct reply_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " REPLY_COLUMNS " FROM source_replies WHERE ticket = $1 AND body IS NOT NULL"
                              " AND comment IS NULL ORDER BY n LIMIT 20";
    return txn_all(tx, sql, VALUES(v_int(ticket)), &reply_shape, a, ret, e);
}

enum err_kind store_reply_written(struct txn *tx, int64_t n, const char *comment, struct err *e)
{
    static const char sql[] = "UPDATE source_replies SET comment = $2 WHERE n = $1";
    return txn_change(tx, sql, VALUES(v_int(n), v_text(comment)), "reply", e);
}
