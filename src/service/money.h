/* What models may cost and who may be shown what: budgets of plan, project and day, and the models a project allows. */
#ifndef SERVICE_MONEY_H
#define SERVICE_MONEY_H

#include "pland/service/steps.h"
#include "service/plan_txn.h"

extern const struct record usage_record;

/* What of a project's settings pland itself reads: ERR_INVALID with a pointer below /settings when it is malformed. */
_must_check_ enum err_kind money_settings_check(const char *settings, struct arena *a, struct err *e);
/* The budget of a new plan, its provider being known: what was asked for, else the project's, else the default. ERR_INVALID at
 * /budget/usd: a model without prices. */
_must_check_ enum err_kind money_plan_budget(struct plan_txn *p, const struct budget *asked, struct err *e);
/* Another budget for a plan; one that is used up already is refused when the plan waits for more. */
_must_check_ enum err_kind money_raise(struct plan_txn *p, const struct budget *b, bool waiting, struct err *e);
/* Usage of the plan and its project, and the budgets that hold for them, into the rows of a step. */
_must_check_ enum err_kind money_read(struct txn *tx, int64_t now, struct arena *a, struct step_rows *r, struct err *e);
/* May a plan that waits for a budget spend something now? */
_must_check_ enum err_kind money_has_room(struct txn *tx, struct service *s, const struct plan_row *p, struct arena *a,
                                          bool *ret, struct err *e);
/* Writes down calls and adds them up; tells when four fifths of the plan's budget are gone. */
_must_check_ enum err_kind money_charge(struct plan_txn *p, const struct step_done *d, struct err *e);
_must_check_ enum err_kind money_keep_calls(struct txn *tx, const struct step_done *d, struct err *e);

#endif
