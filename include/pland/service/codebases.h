/* Where trees come from, also those that another daemon of a shared database took in. Functions block and may fetch: on
 * workers and slow requests only, never inside a transaction. */
#ifndef PLAND_SERVICE_CODEBASES_H
#define PLAND_SERVICE_CODEBASES_H

#include "pland/repo/tree.h"
#include "pland/service/service.h"
#include "pland/store/repositories.h"

/* A pinned tree; one that this node lacks is brought from the database, if it is there. ERR_NOT_FOUND otherwise. */
_must_check_ enum err_kind service_tree_open(struct service *s, const char *id, struct tree **ret, struct err *e);
/* Puts a pinned tree that nothing could rebuild (upload, working tree, folder) where other nodes find it. */
_must_check_ enum err_kind service_tree_keep(struct service *s, const char *id, struct err *e);
/* Removes those that nothing refers to and that were kept before that time (Unix ms). */
_must_check_ enum err_kind service_trees_tidy(struct service *s, int64_t before, struct err *e);
/* The same in the transactions of a copied instance (store/copy.h): from files into rows, and back into files. Trees that are
 * in neither are counted. */
struct trees_moved { int64_t moved, missing; };
_must_check_ enum err_kind service_trees_into(struct txn *tx, const char *data_dir, const struct clock *clock, struct trees_moved *ret, struct err *e);
_must_check_ enum err_kind service_trees_out_of(struct txn *tx, const char *data_dir, struct trees_moved *ret, struct err *e);
bool service_tree_only_pinned(const char *id); /* of an upload, a working tree or a folder */
/* The place of a codebase by path or git URL. Its mirror is fetched first where another node has seen something newer. */
_must_check_ enum err_kind service_codebase_locate(struct service *s, const struct repository_row *r, struct repo_location *ret, struct err *e);

#endif
