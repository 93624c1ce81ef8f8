/* Shared by the files that keep administration: audit notes and small JSON members. */
#ifndef SERVICE_ADMIN_H
#define SERVICE_ADMIN_H

#include "service/view.h"

_must_check_ enum err_kind audit_note(struct txn *tx, const struct call *c, int64_t project, const char *action,
                                      const char *object, struct err *e);
/* A new token with its secret, on record: t says all but id, hash and time, which are set. */
struct token_row;
_must_check_ enum err_kind token_issue(struct txn *tx, const struct call *c, struct token_row *t, const char **ret_secret,
                                       struct err *e);

#endif
