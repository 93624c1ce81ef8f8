/* What hangs on a plan besides its document: ticket, parts, inline files, bases. */
#include "pland/store/plans.h"

#include "store/txn.h"

/* --- tickets ---------------------------------------------------------------------------------------------------- */
struct ticket_texts { const char *ticket, *request; };
static const struct column ticket_columns[] = { C_TEXT(struct ticket_texts, ticket),
                                                C_TEXT(struct ticket_texts, request) };
static const struct shape ticket_shape = SHAPE("ticket", struct ticket_texts, ticket_columns);

enum err_kind store_ticket_put(struct txn *tx, int64_t plan, const char *ticket, const char *request, struct err *e)
{
    static const char sql[] = "INSERT INTO tickets (plan, ticket, request) VALUES ($1, $2, $3)"
                              " ON CONFLICT (plan) DO UPDATE SET ticket = excluded.ticket, request = excluded.request";
    return txn_run(tx, sql, VALUES(v_int(plan), v_text(ticket), v_text(request)), NULL, e);
}

enum err_kind store_ticket_get(struct txn *tx, int64_t plan, struct arena *a, const char **ret_ticket,
                               const char **ret_request, struct err *e)
{
    static const char sql[] = "SELECT ticket, request FROM tickets WHERE plan = $1";
    struct ticket_texts t = { 0 };
    enum err_kind k = txn_one(tx, sql, VALUES(v_int(plan)), &ticket_shape, a, &t, e);
    if (k != ERR_OK) return k;
    *ret_ticket = t.ticket;
    *ret_request = t.request;
    return ERR_OK;
}

/* --- parts ------------------------------------------------------------------------------------------------------ */
static const struct column part_columns[] = { C_TEXT(struct part, name), C_TEXT(struct part, body) };
static const struct shape part_shape = SHAPE("part", struct part, part_columns);

enum err_kind store_part_put(struct txn *tx, int64_t plan, const char *name, const char *body, struct err *e)
{
    static const char sql[] = "INSERT INTO parts (plan, name, body) VALUES ($1, $2, $3)"
                              " ON CONFLICT (plan, name) DO UPDATE SET body = excluded.body";
    return txn_run(tx, sql, VALUES(v_int(plan), v_text(name), v_text(body)), NULL, e);
}

enum err_kind store_part_get(struct txn *tx, int64_t plan, const char *name, struct arena *a, const char **ret,
                             struct err *e)
{
    static const char sql[] = "SELECT body FROM parts WHERE plan = $1 AND name = $2";
    return txn_text(tx, sql, VALUES(v_int(plan), v_text(name)), a, ret, e);
}

enum err_kind store_part_list(struct txn *tx, int64_t plan, const char *prefix, struct arena *a, struct part_list *ret,
                              struct err *e)
{
    static const char sql[] =
        "SELECT name, body FROM parts WHERE plan = $1 AND substr(name, 1, length($2)) = $2 ORDER BY name";
    return txn_all(tx, sql, VALUES(v_int(plan), v_text(prefix)), &part_shape, a, ret, e);
}

enum err_kind store_part_delete(struct txn *tx, int64_t plan, const char *prefix, struct err *e)
{
    static const char sql[] = "DELETE FROM parts WHERE plan = $1 AND substr(name, 1, length($2)) = $2";
    return txn_run(tx, sql, VALUES(v_int(plan), v_text(prefix)), NULL, e);
}

/* --- inline files ----------------------------------------------------------------------------------------------- */
static const struct column file_columns[] = { C_TEXT(struct plan_file, path), C_TEXT(struct plan_file, content) };
static const struct shape file_shape = SHAPE("file", struct plan_file, file_columns);

enum err_kind store_file_put(struct txn *tx, int64_t plan, const char *path, const char *content, struct err *e)
{
    static const char sql[] = "INSERT INTO plan_files (plan, path, content) VALUES ($1, $2, $3)"
                              " ON CONFLICT (plan, path) DO UPDATE SET content = excluded.content";
    return txn_run(tx, sql, VALUES(v_int(plan), v_text(path), v_text(content)), NULL, e);
}

enum err_kind store_file_list(struct txn *tx, int64_t plan, struct arena *a, struct plan_file_list *ret, struct err *e)
{
    static const char sql[] = "SELECT path, content FROM plan_files WHERE plan = $1 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(plan)), &file_shape, a, ret, e);
}

/* --- bases ------------------------------------------------------------------------------------------------------ */
static const struct column base_columns[] = {
    C_INT(struct plan_base, repository),
    C_TEXT(struct plan_base, name),
    C_TEXT(struct plan_base, repository_id),
    C_TEXT(struct plan_base, alias),
    C_TEXT(struct plan_base, ref),
    C_TEXT(struct plan_base, commit),
    C_TEXT(struct plan_base, tree),
};
static const struct shape base_shape = SHAPE("base", struct plan_base, base_columns);

enum err_kind store_base_put(struct txn *tx, int64_t plan, int64_t ordinal, const struct plan_base *b, struct err *e)
{
    static const char sql[] =
        "INSERT INTO plan_bases (plan, ordinal, repository, alias, ref, commit_id, tree) VALUES ($1, $2, $3, $4, $5, "
        "$6, $7)"
        " ON CONFLICT (plan, ordinal) DO UPDATE SET repository = excluded.repository, alias = excluded.alias,"
        " ref = excluded.ref, commit_id = excluded.commit_id, tree = excluded.tree";
    return txn_run(tx, sql,
                   VALUES(v_int(plan), v_int(ordinal), v_int(b->repository), v_text(b->alias), v_text(b->ref),
                          v_text(b->commit), v_text(b->tree)),
                   NULL, e);
}

enum err_kind store_base_clear(struct txn *tx, int64_t plan, struct err *e)
{
    return txn_run(tx, "DELETE FROM plan_bases WHERE plan = $1", VALUES(v_int(plan)), NULL, e);
}

enum err_kind store_base_list(struct txn *tx, int64_t plan, struct arena *a, struct plan_base_list *ret, struct err *e)
{
    static const char sql[] = "SELECT b.repository, r.name, r.id, b.alias, b.ref, b.commit_id, b.tree FROM plan_bases b"
                              " JOIN repositories r ON r.n = b.repository WHERE b.plan = $1 ORDER BY b.ordinal";
    return txn_all(tx, sql, VALUES(v_int(plan)), &base_shape, a, ret, e);
}
