/* JOB_IMPORT: fetching a codebase from its remote, on a thread of its own for as long as that takes. */
#ifndef WORK_IMPORT_H
#define WORK_IMPORT_H

#include "work/task.h"

/* Returns true when the fetch runs and comes back as TASK_IMPORTED; false: the task is over. */
bool import_start(struct task *t);
/* Its end: committed, or tried again. Worker thread. */
void import_settle(struct task *t);

#endif
