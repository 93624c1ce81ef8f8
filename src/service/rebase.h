/* Approvals that stay when a plan is bound to another commit. */
#ifndef SERVICE_REBASE_H
#define SERVICE_REBASE_H

#include "pland/service/answers.h"
#include "service/plan_txn.h"

/* ERR_INVALID with a pointer below /settings when the project's setting for it is malformed. */
_must_check_ enum err_kind rebase_settings_check(const char *settings, struct err *e);
/* The new head is published and waits for approval: it has the approval of an earlier revision when it passes every
 * check and differs from it in nothing but the base. */
_must_check_ enum err_kind rebase_keep_approval(struct plan_txn *p, const struct draft_reason *why, struct err *e);

#endif
