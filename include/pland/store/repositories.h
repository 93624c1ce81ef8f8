/* Registered codebases and cached surveys. */
#ifndef PLAND_STORE_REPOSITORIES_H
#define PLAND_STORE_REPOSITORIES_H

#include "pland/store/store.h"

enum repository_kind { REPOSITORY_PATH, REPOSITORY_UPLOAD, REPOSITORY_GIT };
extern const char *const repository_kind_names[];
struct repository_row {
    int64_t n, project;
    const char *id, *name;
    int kind;
    const char *path;        /* kind path: real path below the roots */
    const char *default_ref; /* NULL: HEAD, or the folder itself */
    const char *tree, *commit, *branch, *remote; /* kind upload: what was uploaded; git: the newest of default_ref */
    bool dirty;              /* upload of a working tree with changes */
    bool is_private;         /* only for the plan that names its id */
    int64_t created_at, created_by;
};
struct repository_list { struct repository_row *v; size_t n; };
_must_check_ enum err_kind store_repository_insert(struct txn *tx, struct repository_row *r, struct err *e); /* ERR_CONFLICT: name taken */
/* By name or id within a project (0: any). Private uploads have no name here: only their id finds them. */
_must_check_ enum err_kind store_repository_get(struct txn *tx, int64_t project, const char *name_or_id, struct arena *a, struct repository_row *ret, struct err *e);
_must_check_ enum err_kind store_repository_get_n(struct txn *tx, int64_t n, struct arena *a, struct repository_row *ret, struct err *e);
/* Newest first, without private uploads. before: cursor, rows with n < before; 0: from the newest. */
_must_check_ enum err_kind store_repository_list(struct txn *tx, int64_t project, int64_t before, int limit, struct arena *a, struct repository_list *ret, struct err *e);
_must_check_ enum err_kind store_repository_update(struct txn *tx, const struct repository_row *r, struct err *e); /* default_ref, upload columns */
/* ERR_CONFLICT when plans refer to it. */
_must_check_ enum err_kind store_repository_delete(struct txn *tx, int64_t n, struct err *e);

/* Ids of the trees that plans and uploads refer to, sorted, each once. */
struct used_tree { const char *id; };
struct used_tree_list { struct used_tree *v; size_t n; };
_must_check_ enum err_kind store_trees_used(struct txn *tx, struct arena *a, struct used_tree_list *ret, struct err *e);

/* surveys: cached by tree and survey version */
_must_check_ enum err_kind store_survey_get(struct txn *tx, const char *tree, int version, struct arena *a, const char **ret, struct err *e); /* NULL: none */
_must_check_ enum err_kind store_survey_put(struct txn *tx, const char *tree, int version, const char *body, int64_t at, struct err *e);

#endif
