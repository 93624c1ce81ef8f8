/* What people say about a revision: refinements, approvals, waivers. */
#include "pland/store/documents.h"

#include "pland/plan/request.h"
#include "store/txn.h"

/* --- refinements ------------------------------------------------------------------------------------------------ */
const char *const refinement_state_names[] = {
    [REFINEMENT_PENDING] = "pending",     [REFINEMENT_APPLIED] = "applied", [REFINEMENT_CONFLICTED] = "conflicted",
    [REFINEMENT_WITHDRAWN] = "withdrawn", [REFINEMENT_FAILED] = "failed",   NULL,
};

#define REFINEMENT_COLUMNS                                                                                             \
    "n, id, plan, base_revision, at, author, instruction, sections, comments, cause, state, result_revision, detail"
enum { REFINEMENT_MUTABLE = 10 };
static const struct column refinement_columns[] = {
    C_INT(struct refinement_row, n),
    C_TEXT(struct refinement_row, id),
    C_INT(struct refinement_row, plan),
    C_INT(struct refinement_row, base_revision),
    C_INT(struct refinement_row, at),
    C_INT(struct refinement_row, author),
    C_TEXT(struct refinement_row, instruction),
    C_TEXT(struct refinement_row, sections),
    C_TEXT(struct refinement_row, comments),
    C_NAME(struct refinement_row, cause, refinement_cause_names),
    C_NAME(struct refinement_row, state, refinement_state_names),
    C_INT(struct refinement_row, result_revision),
    C_TEXT(struct refinement_row, detail),
};
static const struct shape refinement_shape = SHAPE("refinement", struct refinement_row, refinement_columns);

enum err_kind store_refinement_insert(struct txn *tx, struct refinement_row *r, struct err *e)
{
    static const char sql[] =
        "INSERT INTO refinements (id, plan, base_revision, at, author, instruction, sections, comments, cause, state,"
        " result_revision, detail) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &refinement_shape, r, "a refinement with this id exists", e);
}

enum err_kind store_refinement_update(struct txn *tx, const struct refinement_row *r, struct err *e)
{
    static const char sql[] = "UPDATE refinements SET state = $2, result_revision = $3, detail = $4 WHERE n = $1";
    return txn_update(tx, sql, &refinement_shape, REFINEMENT_MUTABLE, r, e);
}

enum err_kind store_refinement_get(struct txn *tx, int64_t plan, const char *id, struct arena *a,
                                   struct refinement_row *ret, struct err *e)
{
    static const char sql[] = "SELECT " REFINEMENT_COLUMNS " FROM refinements WHERE id = $2 AND plan = $1";
    return txn_one(tx, sql, VALUES(v_int(plan), v_text(id)), &refinement_shape, a, ret, e);
}

enum err_kind store_refinement_list(struct txn *tx, int64_t plan, int state, struct arena *a,
                                    struct refinement_list *ret, struct err *e)
{
    static const char sql[] =
        "SELECT " REFINEMENT_COLUMNS " FROM refinements WHERE plan = $1 AND (state = $2 OR $2 = '') ORDER BY n";
    const char *name = state < 0 ? "" : name_of(refinement_state_names, state);
    return txn_all(tx, sql, VALUES(v_int(plan), v_text(name)), &refinement_shape, a, ret, e);
}

/* --- approvals -------------------------------------------------------------------------------------------------- */
#define APPROVAL_COLUMNS "plan, revision, at, person, content, base, note, voided_at"
static const struct column approval_columns[] = {
    C_INT(struct approval_row, plan),
    C_INT(struct approval_row, revision),
    C_INT(struct approval_row, at),
    C_INT(struct approval_row, person),
    C_HASH(struct approval_row, content),
    C_TEXT(struct approval_row, base),
    C_TEXT(struct approval_row, note),
    C_INT(struct approval_row, voided_at),
};
static const struct shape approval_shape = SHAPE("approval", struct approval_row, approval_columns);

enum err_kind store_approval_insert(struct txn *tx, const struct approval_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO approvals (" APPROVAL_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    struct value v[VALUES_MAX];
    size_t n = 0;
    shape_values(&approval_shape, 0, r, v, &n);
    return txn_run(tx, sql, v, n, NULL, e);
}

enum err_kind store_approval_get(struct txn *tx, int64_t plan, struct arena *a, struct approval_row *ret, struct err *e)
{
    static const char sql[] =
        "SELECT " APPROVAL_COLUMNS " FROM approvals WHERE plan = $1 AND voided_at = 0 ORDER BY n DESC LIMIT 1";
    return txn_one(tx, sql, VALUES(v_int(plan)), &approval_shape, a, ret, e);
}

enum err_kind store_approval_list(struct txn *tx, int64_t plan, int64_t revision, struct arena *a,
                                  struct approval_list *ret, struct err *e)
{
    static const char sql[] =
        "SELECT " APPROVAL_COLUMNS " FROM approvals WHERE plan = $1 AND revision = $2 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(plan), v_int(revision)), &approval_shape, a, ret, e);
}

enum err_kind store_approval_void(struct txn *tx, int64_t plan, int64_t at, int64_t *ret, struct err *e)
{
    static const char sql[] = "UPDATE approvals SET voided_at = $2 WHERE plan = $1 AND voided_at = 0";
    return txn_run(tx, sql, VALUES(v_int(plan), v_int(at)), ret, e);
}

/* --- waivers ----------------------------------------------------------------------------------------------------- */
#define WAIVER_COLUMNS "plan, finding, rule, section, message, reason, at, person"
static const struct column waiver_columns[] = {
    C_INT(struct waiver_row, plan),
    C_TEXT(struct waiver_row, finding),
    C_TEXT(struct waiver_row, rule),
    C_TEXT(struct waiver_row, section),
    C_TEXT(struct waiver_row, message),
    C_TEXT(struct waiver_row, reason),
    C_INT(struct waiver_row, at),
    C_INT(struct waiver_row, person),
};
static const struct shape waiver_shape = SHAPE("waiver", struct waiver_row, waiver_columns);

enum err_kind store_waiver_insert(struct txn *tx, const struct waiver_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO waivers (" WAIVER_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
                              " ON CONFLICT DO NOTHING";
    struct value v[VALUES_MAX];
    int64_t changed = 0;
    size_t n = 0;
    enum err_kind k;
    shape_values(&waiver_shape, 0, r, v, &n);
    k = txn_run(tx, sql, v, n, &changed, e);
    return k == ERR_OK && !changed ? err_set(e, ERR_CONFLICT, "the finding is waived already") : k;
}

enum err_kind store_waiver_list(struct txn *tx, int64_t plan, struct arena *a, struct waiver_list *ret, struct err *e)
{
    static const char sql[] = "SELECT " WAIVER_COLUMNS " FROM waivers WHERE plan = $1 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(plan)), &waiver_shape, a, ret, e);
}
