/* A commit held against a plan: what is compared, and what comes of it. */
#ifndef SERVICE_VERIFY_H
#define SERVICE_VERIFY_H

#include "pland/repo/tree.h"
#include "service/handoff.h"

struct verified_file {
    const char *path, *change, *phase, *status, *found;
};
struct touched_file {
    const char *path, *change;
};
struct open_criterion {
    const char *phase, *criterion, *text, *status;
};
struct verification {
    int64_t at, revision;
    const char *repository, *ref, *commit, *from;
    bool ok;
    int64_t planned, touched;
    LIST(struct verified_file) missing;
    LIST(struct touched_file) unplanned;
    LIST(struct open_criterion) unproven;
};

struct verifying {
    struct call *call;
    struct plan_row plan;
    struct under_way u;
    struct criterion_list criteria;
    struct plan_base_list bases;
    struct kept_handoff handoff;
    struct repository_row repository;
    size_t base;
    struct tree_changes changes;
    struct verification v;
};

extern const struct record verification_record;
/* Compares document, progress, criteria and changes; fills v. Pure. */
_must_check_ enum err_kind verify_look(struct verifying *x, struct err *e);

#endif
