/* The git side of a codebase: what POST and PATCH /repositories say of it, and how it is shown. */
#ifndef SERVICE_IMPORTS_H
#define SERVICE_IMPORTS_H

#include "pland/store/imports.h"
#include "pland/store/repositories.h"
#include "service/view.h"

extern const struct record git_request_record;

/* A repository that was just inserted gets its import row and its first fetch. */
_must_check_ enum err_kind import_create(struct txn *tx, struct call *c, const struct git_request *in, const struct repository_row *r, struct outcome *out, struct err *e);
/* Takes over what is given and fetches when that can change what is read. refetch: default_ref was changed. */
_must_check_ enum err_kind import_patch(struct txn *tx, struct call *c, const struct git_request *in, const struct repository_row *r, bool refetch, struct outcome *out, struct err *e);
/* Members "state" and, for kind git, "git" of a repository. */
void import_json(struct txn *tx, const struct repository_row *r, struct arena *a, struct buf *b);

#endif
