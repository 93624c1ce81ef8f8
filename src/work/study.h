/* What every step of a plan reads again: ticket, codebases with their surveys, files read, relevance. Built once for
 * each (plan, generation), shared by its steps, kept while there is room. */
#ifndef WORK_STUDY_H
#define WORK_STUDY_H

#include "pland/planner/planner.h"
#include "pland/service/steps.h"
#include "pland/work/work.h"

struct study {
    int64_t plan, generation;
    struct arena *arena;
    struct brief brief;       /* ticket to missing; nothing of later steps. Read-only once built */
    struct plan_request request;
    /* of the cache, under its lock */
    int refs;
    bool building, failed;
    int64_t used;
    struct study *next;
};

struct studies;
_must_check_ enum err_kind studies_new(const struct work_config *c, struct studies **ret, struct err *e);
void studies_free(struct studies *s);
/* Returns a reference; several threads that want the same study build it once. */
_must_check_ enum err_kind study_get(struct studies *s, const struct step_rows *rows, struct study **ret,
                                     struct err *e);
void study_unref(struct studies *s, struct study *st); /* accepts NULL */

#endif
