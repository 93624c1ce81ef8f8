/* Comments of people on the text of a plan. */
#include "pland/store/comments.h"

#include "store/txn.h"

#define COMMENT_COLUMNS                                                                                                \
    "n, id, plan, reply_to, revision, at, author, anchor, quote, body, changed_at, section, outdated,"                 \
    " resolved_at, resolved_by, resolved_in"
enum { COMMENT_MUTABLE = 9 };
static const struct column columns[] = {
    C_INT(struct comment_row, n),
    C_TEXT(struct comment_row, id),
    C_INT(struct comment_row, plan),
    C_TEXT(struct comment_row, reply_to),
    C_INT(struct comment_row, revision),
    C_INT(struct comment_row, at),
    C_INT(struct comment_row, author),
    C_TEXT(struct comment_row, anchor),
    C_TEXT(struct comment_row, quote),
    C_TEXT(struct comment_row, body),
    C_INT(struct comment_row, changed_at),
    C_TEXT(struct comment_row, section),
    C_INT(struct comment_row, outdated),
    C_INT(struct comment_row, resolved_at),
    C_INT(struct comment_row, resolved_by),
    C_INT(struct comment_row, resolved_in),
};
static const struct shape comment_shape = SHAPE("comment", struct comment_row, columns);

enum err_kind store_comment_insert(struct txn *tx, struct comment_row *r, struct err *e)
{
    static const char sql[] =
        "INSERT INTO comments (id, plan, reply_to, revision, at, author, anchor, quote, body, changed_at, section,"
        " outdated, resolved_at, resolved_by, resolved_in) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
        " $13, $14, $15) ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &comment_shape, r, "a comment with this id exists", e);
}

enum err_kind store_comment_update(struct txn *tx, const struct comment_row *r, struct err *e)
{
    static const char sql[] = "UPDATE comments SET body = $2, changed_at = $3, section = $4, outdated = $5,"
                              " resolved_at = $6, resolved_by = $7, resolved_in = $8 WHERE n = $1";
    return txn_update(tx, sql, &comment_shape, COMMENT_MUTABLE, r, e);
}

enum err_kind store_comment_get(struct txn *tx, int64_t plan, const char *id, struct arena *a, struct comment_row *ret,
                                struct err *e)
{
    static const char sql[] = "SELECT " COMMENT_COLUMNS " FROM comments WHERE id = $2 AND plan = $1";
    return txn_one(tx, sql, VALUES(v_int(plan), v_text(id)), &comment_shape, a, ret, e);
}

enum err_kind store_comment_list(struct txn *tx, int64_t plan, struct arena *a, struct comment_list *ret,
                                 struct err *e)
{
    static const char sql[] = "SELECT " COMMENT_COLUMNS " FROM comments WHERE plan = $1 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(plan)), &comment_shape, a, ret, e);
}
