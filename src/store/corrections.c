/* What people said of a codebase. */
#include "pland/store/corrections.h"

#include "store/txn.h"

const char *const correction_kind_names[] = { [CORRECTION_SAID] = "said", [CORRECTION_EXCLUDE] = "exclude", NULL };

static const struct column columns[] = {
    C_INT(struct correction_row, n),          C_INT(struct correction_row, repository),
    C_NAME(struct correction_row, kind, correction_kind_names),
    C_TEXT(struct correction_row, text),      C_INT(struct correction_row, created_at),
    C_INT(struct correction_row, created_by),
};
static const struct shape correction_shape = SHAPE("correction", struct correction_row, columns);

enum err_kind store_correction_list(struct txn *tx, int64_t repository, struct arena *a, struct correction_list *ret,
                                    struct err *e)
{
    static const char sql[] = "SELECT n, repository, kind, text, created_at, created_by FROM corrections"
                              " WHERE repository = $1 ORDER BY n";
    return txn_all(tx, sql, VALUES(v_int(repository)), &correction_shape, a, ret, e);
}

enum err_kind store_correction_insert(struct txn *tx, struct correction_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO corrections (repository, kind, text, created_at, created_by)"
                              " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &correction_shape, r, "this was said already", e);
}

enum err_kind store_correction_delete(struct txn *tx, int64_t n, struct err *e)
{
    static const char sql[] = "DELETE FROM corrections WHERE n = $1";
    return txn_change(tx, sql, VALUES(v_int(n)), "correction", e);
}
