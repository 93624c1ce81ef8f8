/* What phases of a project really took, against what was estimated. */
#ifndef SERVICE_EFFORT_H
#define SERVICE_EFFORT_H

#include "service/plan_txn.h"

/* So many finished phases before their experience is shown beside new estimates. */
enum { EFFORT_PHASES = 10 };
/* *ret_phases 0: too few are finished. Percent of the estimates. */
_must_check_ enum err_kind effort_known(struct txn *tx, int64_t project, struct arena *a, int64_t *ret_phases,
                                        int64_t *ret_percent, struct err *e);

#endif
