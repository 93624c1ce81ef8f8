/* What transactions on plans owe to the tickets they came from. */
#ifndef SERVICE_TICKETS_H
#define SERVICE_TICKETS_H

#include "pland/service/sources.h"
#include "pland/store/messages.h"
#include "service/plan_txn.h"

/* The plan has changed: its tickets are told, soon, or at once when it waits for people. */
_must_check_ enum err_kind tickets_tell(struct plan_txn *p, struct err *e);
/* There is something to tell the ticket; one job is enough, and it looks at everything. */
_must_check_ enum err_kind ticket_wake(struct txn *tx, int64_t ticket, int64_t run_at, struct outcome *out,
                                       struct err *e);

/* --- plain words (ticket_words.c) --------------------------------------------------------------------------------- */
/* ERR_RATE: so many messages were said to the plan that no more are read now. */
_must_check_ enum err_kind ticket_words_limit(struct txn *tx, struct call *c, int64_t plan, struct err *e);
/* out->href names a message that was said in the ticket: what becomes of it is answered there, now or when it is read. */
_must_check_ enum err_kind tickets_owe(struct txn *tx, struct call *c, int64_t ticket, int64_t plan,
                                       struct outcome *out, struct err *e);
/* Was this message said in a ticket? */
_must_check_ enum err_kind tickets_owed(struct plan_txn *p, const char *message, bool *ret, struct err *e);
/* A message was read: the ticket it was said in, if any, is answered. */
_must_check_ enum err_kind tickets_answer(struct plan_txn *p, const struct message_row *m, struct err *e);
/* The message that an answer of this number proposed. ERR_NOT_FOUND: there is none. */
_must_check_ enum err_kind ticket_proposal(struct txn *tx, int64_t ticket, int64_t number, struct arena *a,
                                           const char **ret, struct err *e);

#endif
