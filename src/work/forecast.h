/* What a plan by a model is expected to take until it waits for approval: calculated when research is done, and again
 * with the options and the outline. */
#ifndef WORK_FORECAST_H
#define WORK_FORECAST_H

#include "work/task.h"

/* Adds the part "estimate" to the task's result; r is what the step made. Nothing for plans that are made offline. */
_must_check_ enum err_kind forecast_keep(struct task *t, const struct step_result *r, struct err *e);

#endif
