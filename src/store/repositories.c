/* Registered codebases and cached surveys. */
#include "pland/store/repositories.h"

#include "pland/store/imports.h"
#include "store/txn.h"

const char *const repository_kind_names[] = { [REPOSITORY_PATH] = "path", [REPOSITORY_UPLOAD] = "upload", [REPOSITORY_GIT] = "git", NULL };

#define REPOSITORY_COLUMNS                                                                                             \
    "n, id, project, name, kind, path, is_private, created_at, created_by, default_ref, tree, commit_id, branch, "     \
    "remote, dirty"
enum { MUTABLE = 9 };
static const struct column columns[] = {
    C_INT(struct repository_row, n),
    C_TEXT(struct repository_row, id),
    C_INT(struct repository_row, project),
    C_TEXT(struct repository_row, name),
    C_NAME(struct repository_row, kind, repository_kind_names),
    C_TEXT(struct repository_row, path),
    C_BOOL(struct repository_row, is_private),
    C_INT(struct repository_row, created_at),
    C_INT(struct repository_row, created_by),
    C_TEXT(struct repository_row, default_ref),
    C_TEXT(struct repository_row, tree),
    C_TEXT(struct repository_row, commit),
    C_TEXT(struct repository_row, branch),
    C_TEXT(struct repository_row, remote),
    C_BOOL(struct repository_row, dirty),
};
static const struct shape repository_shape = SHAPE("repository", struct repository_row, columns);

enum err_kind store_repository_insert(struct txn *tx, struct repository_row *r, struct err *e)
{
    static const char sql[] = "INSERT INTO repositories (id, project, name, kind, path, is_private, created_at, "
                              "created_by, default_ref, tree, commit_id,"
                              " branch, remote, dirty) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, "
                              "$14) ON CONFLICT DO NOTHING RETURNING n";
    return txn_insert(tx, sql, &repository_shape, r, "a repository with this name exists", e);
}

/* An id wins over somebody's name that looks like one. */
enum err_kind store_repository_get(struct txn *tx, int64_t project, const char *name_or_id, struct arena *a,
                                   struct repository_row *ret, struct err *e)
{
    static const char id_sql[] =
        "SELECT " REPOSITORY_COLUMNS " FROM repositories WHERE id = $2 AND (project = $1 OR $1 = 0)";
    static const char name_sql[] = "SELECT " REPOSITORY_COLUMNS " FROM repositories WHERE name = $2 AND is_private = 0"
                                   " AND (project = $1 OR $1 = 0) ORDER BY n LIMIT 1";
    enum err_kind k = txn_one(tx, id_sql, VALUES(v_int(project), v_text(name_or_id)), &repository_shape, a, ret, e);
    if (k == ERR_NOT_FOUND)
        k = txn_one(tx, name_sql, VALUES(v_int(project), v_text(name_or_id)), &repository_shape, a, ret, e);
    return k;
}

enum err_kind store_repository_get_n(struct txn *tx, int64_t n, struct arena *a, struct repository_row *ret,
                                     struct err *e)
{
    static const char sql[] = "SELECT " REPOSITORY_COLUMNS " FROM repositories WHERE n = $1";
    return txn_one(tx, sql, VALUES(v_int(n)), &repository_shape, a, ret, e);
}

enum err_kind store_repository_list(struct txn *tx, int64_t project, int64_t before, int limit, struct arena *a,
                                    struct repository_list *ret, struct err *e)
{
    static const char sql[] =
        "SELECT " REPOSITORY_COLUMNS " FROM repositories WHERE is_private = 0 AND (project = $1 OR $1 = 0)"
        " AND n < $2 ORDER BY n DESC LIMIT $3";
    return txn_all(tx, sql, VALUES(v_int(project), v_before(before), v_int(limit)), &repository_shape, a, ret, e);
}

enum err_kind store_repository_update(struct txn *tx, const struct repository_row *r, struct err *e)
{
    static const char sql[] =
        "UPDATE repositories SET default_ref = $2, tree = $3, commit_id = $4, branch = $5, remote = $6, dirty = $7"
        " WHERE n = $1";
    return txn_update(tx, sql, &repository_shape, MUTABLE, r, e);
}

enum err_kind store_repository_delete(struct txn *tx, int64_t n, struct err *e)
{
    static const char used_sql[] = "SELECT 1 FROM plan_bases WHERE repository = $1 LIMIT 1";
    static const char said_sql[] = "DELETE FROM corrections WHERE repository = $1";
    static const char sql[] = "DELETE FROM repositories WHERE n = $1";
    int64_t one;
    bool used = false;
    enum err_kind k = txn_int(tx, used_sql, VALUES(v_int(n)), &one, &used, e);
    if (k == ERR_OK && used) k = err_set(e, ERR_CONFLICT, "plans refer to this repository");
    if (k == ERR_OK) k = txn_run(tx, said_sql, VALUES(v_int(n)), NULL, e);
    if (k == ERR_OK) k = store_import_delete(tx, n, e);
    return k == ERR_OK ? txn_change(tx, sql, VALUES(v_int(n)), "repository", e) : k;
}

/* --- trees ------------------------------------------------------------------------------------------------------ */
static const struct column used_columns[] = { C_TEXT(struct used_tree, id) };
static const struct shape used_shape = SHAPE("tree", struct used_tree, used_columns);

enum err_kind store_trees_used(struct txn *tx, struct arena *a, struct used_tree_list *ret, struct err *e)
{
    static const char sql[] = "SELECT tree FROM plan_bases WHERE tree IS NOT NULL"
                              " UNION SELECT tree FROM repositories WHERE tree IS NOT NULL ORDER BY 1";
    return txn_all(tx, sql, NULL, 0, &used_shape, a, ret, e);
}

/* --- surveys ---------------------------------------------------------------------------------------------------- */
enum err_kind store_survey_get(struct txn *tx, const char *tree, int version, struct arena *a, const char **ret,
                               struct err *e)
{
    static const char sql[] = "SELECT body FROM surveys WHERE tree = $1 AND version = $2";
    return txn_text(tx, sql, VALUES(v_text(tree), v_int(version)), a, ret, e);
}

enum err_kind store_survey_put(struct txn *tx, const char *tree, int version, const char *body, int64_t at,
                               struct err *e)
{
    static const char sql[] = "INSERT INTO surveys (tree, version, body, at) VALUES ($1, $2, $3, $4)"
                              " ON CONFLICT (tree, version) DO UPDATE SET body = excluded.body, at = excluded.at";
    return txn_run(tx, sql, VALUES(v_text(tree), v_int(version), v_text(body), v_int(at)), NULL, e);
}
