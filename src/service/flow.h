/* What follows a finished step, inside the transaction that commits it. */
#ifndef SERVICE_FLOW_H
#define SERVICE_FLOW_H

#include "service/plan_txn.h"

_must_check_ enum err_kind flow_after(struct plan_txn *p, const struct step_done *d, struct err *e);

#endif
