/* What a plan's understanding rests on, as GET …/context shows it. */
#ifndef WORK_CONTEXT_H
#define WORK_CONTEXT_H

#include "work/task.h"

/* Adds the parts "context" and "missing" to the task's result. */
_must_check_ enum err_kind context_parts(struct task *t, struct err *e);

#endif
