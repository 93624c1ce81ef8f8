/* What a caller may touch: its project, the providers there are, public ids of people and projects. */
#ifndef SERVICE_SCOPE_H
#define SERVICE_SCOPE_H

#include "pland/service/service.h"
#include "pland/store/repositories.h"

/* The project a new thing goes into: the named one, else the caller's, else "default". A caller bound to another
 * project gets ERR_FORBIDDEN. */
_must_check_ enum err_kind scope_project(struct txn *tx, const struct call *c, const char *name, int64_t *ret, struct err *e);
/* ERR_INVALID at /provider when the name is neither "offline" nor that of a model. NULL is fine. */
_must_check_ enum err_kind scope_provider(const struct service *s, const char *name, struct err *e);
/* For lists: the caller's project, or the one named by ?project=, or 0 for all. */
_must_check_ enum err_kind scope_filter(struct txn *tx, const struct call *c, int64_t *ret, struct err *e);
/* Whether this codebase is there for the caller: an upload for one plan is its uploader's, and an admin's. */
bool scope_sees(const struct call *c, const struct repository_row *r);
/* Public id of a person or project; NULL for row number 0. */
const char *scope_person(struct txn *tx, int64_t n, struct arena *a);
const char *scope_project_name(struct txn *tx, int64_t n, struct arena *a);
/* ?limit= (1..200, larger is cut) and ?cursor= (a row number as pland wrote it). */
_must_check_ enum err_kind scope_page(const struct call *c, int preset, int *ret_limit, int64_t *ret_cursor, struct err *e);
/* An integer parameter; absent leaves *ret alone. */
_must_check_ enum err_kind scope_int(const struct call *c, const char *name, int64_t min, int64_t max, int64_t *ret, struct err *e);

/* A path of a plan within its i-th codebase: those of all but the first are written alias//path. NULL: it is another's, or
 * path is NULL. */
struct plan_base_list;
const char *scope_path(const struct plan_base_list *bases, size_t i, const char *path);

#endif
