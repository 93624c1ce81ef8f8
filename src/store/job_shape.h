/* The columns of a job, shared by jobs.c and claim.c. */
#ifndef STORE_JOB_SHAPE_H
#define STORE_JOB_SHAPE_H

#include "store/txn.h"

#define JOB_COLUMNS \
    "n, plan, kind, subject, generation, state, priority, run_at, attempts, lease_until, person, owner, error"

extern const struct shape job_shape; /* of struct job, in the order of JOB_COLUMNS */

#endif
