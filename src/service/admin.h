/* Shared by the files that keep administration: audit notes and small JSON members. */
#ifndef SERVICE_ADMIN_H
#define SERVICE_ADMIN_H

#include "service/view.h"

_must_check_ enum err_kind audit_note(struct txn *tx, const struct call *c, int64_t project, const char *action,
                                      const char *object, struct err *e);

#endif
