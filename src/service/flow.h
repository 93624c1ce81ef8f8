/* What follows a finished step, inside the transaction that commits it. */
#ifndef SERVICE_FLOW_H
#define SERVICE_FLOW_H

#include "service/plan_txn.h"

_must_check_ enum err_kind flow_after(struct plan_txn *p, const struct step_done *d, struct err *e);
/* Revising or checking ends without a new revision: what is published waits again, or the next refinement starts. */
_must_check_ enum err_kind flow_unchanged(struct plan_txn *p, struct err *e);
/* What was stopped goes on: every open job starts again under the next generation; what they had finished stays. */
_must_check_ enum err_kind flow_resume(struct plan_txn *p, struct err *e);

#endif
