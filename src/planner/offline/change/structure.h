/* Orders about the plan itself: to drop, rename, estimate, split, join, move, swap and add phases, and answers. */
#ifndef PLANNER_OFFLINE_STRUCTURE_H
#define PLANNER_OFFLINE_STRUCTURE_H

#include "planner/offline/change/edit.h"

/* *ret: every line of the text was an order, and d is changed. ERR_INVALID with the pointer where an order cannot be
 * carried out, or is about phases that were not meant. */
_must_check_ enum err_kind structure_apply(const struct brief *b, const char *text, struct document *d,
                                           struct arena *a, bool *ret, struct err *e);

/* "P3", "ph3", "phase 3" at the start of s; *rest after it. NULL: no phase of d is named there. */
struct phase *structure_phase(struct document *d, const char *s, const char **rest);

#endif
