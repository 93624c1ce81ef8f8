/* Lines of two texts side by side. */
#ifndef PLAN_COMPARE_H
#define PLAN_COMPARE_H

#include "pland/plan/dialogue.h"
#include "plan/diff.h"

/* Fills lines, blocks and the unified difference. Lines are borrowed from the texts; memory from a. */
_must_check_ enum err_kind compare_lines(const struct sides *sides, const char *from_name, const char *to_name,
                                         struct arena *a, struct comparison *ret, struct err *e);

#endif
