/* What transactions on plans owe to the tickets they came from. */
#ifndef SERVICE_TICKETS_H
#define SERVICE_TICKETS_H

#include "service/plan_txn.h"

/* The plan has changed: its tickets are told, soon, or at once when it waits for people. */
_must_check_ enum err_kind tickets_tell(struct plan_txn *p, struct err *e);

#endif
