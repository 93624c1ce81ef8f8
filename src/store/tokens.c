/* Tokens: only the hash of the secret is here. */
#include "pland/store/access.h"

#include "store/txn.h"

const char *const role_names[] = {
    [ROLE_NONE] = "none",         [ROLE_VIEWER] = "viewer", [ROLE_PLANNER] = "planner",
    [ROLE_APPROVER] = "approver", [ROLE_ADMIN] = "admin",   NULL,
};

#define TOKEN_COLUMNS "n, id, name, hash, role, project, person, created_at, expires_at, last_used_at, revoked_at," \
                      " plan, verbs, claim"
static const struct column columns[] = {
    C_INT(struct token_row, n),
    C_TEXT(struct token_row, id),
    C_TEXT(struct token_row, name),
    C_HASH(struct token_row, hash),
    C_NAME(struct token_row, role, role_names),
    C_INT(struct token_row, project),
    C_INT(struct token_row, person),
    C_INT(struct token_row, created_at),
    C_INT(struct token_row, expires_at),
    C_INT(struct token_row, last_used_at),
    C_INT(struct token_row, revoked_at),
    C_TEXT(struct token_row, plan),
    C_TEXT(struct token_row, verbs),
    C_TEXT(struct token_row, claim),
};
static const struct shape token_shape = SHAPE("token", struct token_row, columns);

enum err_kind store_token_insert(struct txn *tx, struct token_row *t, struct err *e)
{
    static const char sql[] =
        "INSERT INTO tokens (id, name, hash, role, project, person, created_at, expires_at, last_used_at, revoked_at,"
        " plan, verbs, claim) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        " ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &token_shape, t, "this token exists", e);
}

enum err_kind store_token_by_hash(struct txn *tx, const struct sha256 *h, struct arena *a, struct token_row *ret,
                                  struct err *e)
{
    static const char sql[] = "SELECT " TOKEN_COLUMNS " FROM tokens WHERE hash = $1";
    return txn_one(tx, sql, VALUES(v_hash(h)), &token_shape, a, ret, e);
}

enum err_kind store_token_get(struct txn *tx, const char *id, struct arena *a, struct token_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " TOKEN_COLUMNS " FROM tokens WHERE id = $1";
    return txn_one(tx, sql, VALUES(v_text(id)), &token_shape, a, ret, e);
}

enum err_kind store_token_get_n(struct txn *tx, int64_t n, struct arena *a, struct token_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " TOKEN_COLUMNS " FROM tokens WHERE n = $1";
    return txn_one(tx, sql, VALUES(v_int(n)), &token_shape, a, ret, e);
}

enum err_kind store_token_list(struct txn *tx, int64_t project, struct arena *a, struct token_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " TOKEN_COLUMNS " FROM tokens WHERE project = $1 OR $1 = 0 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(project)), &token_shape, a, ret, e);
}

enum err_kind store_token_of_claim(struct txn *tx, const char *claim, struct arena *a, struct token_list *ret,
                                   struct err *e)
{
    static const char sql[] = "SELECT " TOKEN_COLUMNS " FROM tokens WHERE claim = $1 AND revoked_at = 0 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_text(claim)), &token_shape, a, ret, e);
}

enum err_kind store_token_shorten(struct txn *tx, const char *claim, int64_t at, struct err *e)
{
    static const char sql[] = "UPDATE tokens SET expires_at = $2 WHERE claim = $1 AND expires_at > $2";
    return txn_run(tx, sql, VALUES(v_text(claim), v_int(at)), NULL, e);
}

/* The first revocation stays on record. */
enum err_kind store_token_revoke(struct txn *tx, int64_t n, int64_t at, struct err *e)
{
    static const char sql[] =
        "UPDATE tokens SET revoked_at = CASE WHEN revoked_at = 0 THEN $2 ELSE revoked_at END WHERE n = $1";
    return txn_change(tx, sql, VALUES(v_int(n), v_int(at)), "token", e);
}

enum err_kind store_token_used(struct txn *tx, int64_t n, int64_t at, struct err *e)
{
    static const char sql[] = "UPDATE tokens SET last_used_at = $2 WHERE n = $1 AND last_used_at < $2";
    return txn_run(tx, sql, VALUES(v_int(n), v_int(at)), NULL, e);
}
