/* Between the files of repairing: the repair in progress, and the fixes of the rules that speak of paths. */
#ifndef PLANNER_OFFLINE_REPAIR_H
#define PLANNER_OFFLINE_REPAIR_H

#include "planner/offline/change/edit.h"

struct repairing {
    const struct scene *s;
    struct document *d;
    struct arena *a;
    const struct check_finding *f;
};
typedef void repair_fn(struct repairing *r);
repair_fn repair_missing, repair_existing, repair_drop, repair_form, repair_order, repair_code_path, repair_test_file,
    repair_evidence, repair_line, repair_deliverable, repair_text_path;
bool repair_exists(const struct repairing *r, const char *path); /* a file of the tree, with or without alias */
/* An edit_text_fn: the finding's evidence becomes its suggestion; quotes and ids stay. */
const char *repair_replaced(const char *s, const char *key, void *repairing);

#endif
