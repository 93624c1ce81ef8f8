/* Queueing a refinement inside a transaction that already holds the plan's row. */
#ifndef SERVICE_REFINE_H
#define SERVICE_REFINE_H

#include "pland/store/documents.h"
#include "service/plan_txn.h"

/* was: the state before the verb was applied; when it was neither revising nor checking, work starts at once. want: what is asked
 * for and on which revision; ret_id (may be NULL) gets the new refinement's id in the arena. */
_must_check_ enum err_kind refine_queue(struct plan_txn *p, const struct refinement_row *want, enum plan_state was, const char **ret_id, struct err *e);
/* The oldest pending refinement gets its job; *ret_found says whether there was one. */
_must_check_ enum err_kind refine_next(struct plan_txn *p, bool *ret_found, struct err *e);

/* Approvals of the head, also too few of them, stand no longer. why: "refinement", "edit", "restore", "choice", "rebase". */
_must_check_ enum err_kind void_approval(struct plan_txn *p, const char *why, struct err *e);

#endif
