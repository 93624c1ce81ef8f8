/* Messages inside transactions that hold the plan's row. */
#ifndef SERVICE_MESSAGES_H
#define SERVICE_MESSAGES_H

#include "service/plan_txn.h"

/* A model has read one: what is clear is done in the name of who wrote it, the rest is shown to be confirmed. */
_must_check_ enum err_kind message_was_read(struct plan_txn *p, const struct step_done *d, struct err *e);
/* The model could not: the message is unclear, and says how to say it. */
_must_check_ enum err_kind message_not_read(struct plan_txn *p, const char *id, const char *why, struct err *e);

#endif
