/* Who works on which phase, and read-only links. */
#include "pland/store/handoff.h"

#include "store/txn.h"

#define CLAIM_COLUMNS "n, id, plan, phase, at, lease_until, person, token, holder"
static const struct column claim_columns[] = {
    C_INT(struct claim_row, n),      C_TEXT(struct claim_row, id),   C_INT(struct claim_row, plan),
    C_TEXT(struct claim_row, phase), C_INT(struct claim_row, at),    C_INT(struct claim_row, lease_until),
    C_INT(struct claim_row, person), C_INT(struct claim_row, token), C_TEXT(struct claim_row, holder),
};
static const struct shape claim_shape = SHAPE("claim", struct claim_row, claim_columns);

enum err_kind store_claim_insert(struct txn *tx, struct claim_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO claims (id, plan, phase, at, lease_until, person, token, holder)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &claim_shape, r, "the phase is claimed", e);
}

enum err_kind store_claim_get(struct txn *tx, int64_t plan, const char *id, struct arena *a, struct claim_row *ret,
                              struct err *e)
{
    static const char sql[] = "SELECT " CLAIM_COLUMNS " FROM claims WHERE plan = $1 AND id = $2";
    return txn_one(tx, sql, VALUES(v_int(plan), v_text(id)), &claim_shape, a, ret, e);
}

enum err_kind store_claim_list(struct txn *tx, int64_t plan, struct arena *a, struct claim_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " CLAIM_COLUMNS " FROM claims WHERE plan = $1 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(plan)), &claim_shape, a, ret, e);
}

enum err_kind store_claim_renew(struct txn *tx, int64_t n, int64_t lease_until, struct err *e)
{
    static const char sql[] = "UPDATE claims SET lease_until = $2 WHERE n = $1";
    return txn_change(tx, sql, VALUES(v_int(n), v_int(lease_until)), "claim", e);
}

enum err_kind store_claim_delete(struct txn *tx, int64_t n, struct err *e)
{
    static const char sql[] = "DELETE FROM claims WHERE n = $1";
    return txn_change(tx, sql, VALUES(v_int(n)), "claim", e);
}

enum err_kind store_claims_over(struct txn *tx, int64_t now, int limit, struct arena *a, struct claim_list *ret,
                                struct err *e)
{
    static const char sql[] =
        "SELECT " CLAIM_COLUMNS " FROM claims WHERE lease_until <= $1 ORDER BY lease_until LIMIT $2";
    return txn_all(tx, sql, VALUES(v_int(now), v_int(limit)), &claim_shape, a, ret, e);
}

/* --- links ------------------------------------------------------------------------------------------------------ */
#define LINK_COLUMNS "n, id, hash, plan, at, person, expires_at, revoked_at, note"
static const struct column link_columns[] = {
    C_INT(struct link_row, n),          C_TEXT(struct link_row, id),        C_HASH(struct link_row, hash),
    C_INT(struct link_row, plan),       C_INT(struct link_row, at),         C_INT(struct link_row, person),
    C_INT(struct link_row, expires_at), C_INT(struct link_row, revoked_at), C_TEXT(struct link_row, note),
};
static const struct shape link_shape = SHAPE("link", struct link_row, link_columns);

enum err_kind store_link_insert(struct txn *tx, struct link_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO links (id, hash, plan, at, person, expires_at, revoked_at, note)"
                              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &link_shape, r, "this link exists", e);
}

enum err_kind store_link_by_hash(struct txn *tx, const struct sha256 *h, struct arena *a, struct link_row *ret,
                                 struct err *e)
{
    static const char sql[] = "SELECT " LINK_COLUMNS " FROM links WHERE hash = $1";
    return txn_one(tx, sql, VALUES(v_hash(h)), &link_shape, a, ret, e);
}

enum err_kind store_link_get(struct txn *tx, int64_t plan, const char *id, struct arena *a, struct link_row *ret,
                             struct err *e)
{
    static const char sql[] = "SELECT " LINK_COLUMNS " FROM links WHERE plan = $1 AND id = $2";
    return txn_one(tx, sql, VALUES(v_int(plan), v_text(id)), &link_shape, a, ret, e);
}

enum err_kind store_link_list(struct txn *tx, int64_t plan, struct arena *a, struct link_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " LINK_COLUMNS " FROM links WHERE plan = $1 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(plan)), &link_shape, a, ret, e);
}

/* The first revocation stays on record. */
enum err_kind store_link_revoke(struct txn *tx, int64_t n, int64_t at, struct err *e)
{
    static const char sql[] =
        "UPDATE links SET revoked_at = CASE WHEN revoked_at = 0 THEN $2 ELSE revoked_at END WHERE n = $1";
    return txn_change(tx, sql, VALUES(v_int(n), v_int(at)), "link", e);
}
