/* Waivers: findings that somebody answers for, and the gate that they open. */
#ifndef SERVICE_WAIVE_H
#define SERVICE_WAIVE_H

#include "pland/check/check.h"
#include "service/plan_txn.h"

/* ERR_CONFLICT naming the errors of the revision that nobody has waived, with their findings. */
_must_check_ enum err_kind waivers_cover(struct plan_txn *p, const struct revision_row *head, struct err *e);
/* What exports show: the waivers of a plan that a checked revision still has the findings of. checks: JSON or NULL. */
_must_check_ enum err_kind waivers_shown(struct txn *tx, int64_t plan, const char *checks, struct arena *a, struct rendering *how, struct err *e);
/* All of them, whatever revision they are about. */
_must_check_ enum err_kind waivers_all(struct txn *tx, int64_t plan, struct arena *a, struct waived_list *ret, struct err *e);

#endif
