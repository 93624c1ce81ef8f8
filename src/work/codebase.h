/* Opening one codebase of a plan: its pinned tree and the tree's survey. */
#ifndef WORK_CODEBASE_H
#define WORK_CODEBASE_H

#include "pland/planner/planner.h"
#include "pland/service/steps.h"
#include "pland/work/work.h"

/* base NULL or without a repository: the empty tree. A base that has been pinned opens exactly that tree; one that has
 * not is resolved now (branch to commit, working tree to a copy). ret->tree is a reference of the caller's. */
_must_check_ enum err_kind codebase_open(const struct work_config *c, const struct step_base *base, struct arena *a, struct codebase *ret, struct err *e);
/* Keeps the pin of an opened codebase from being removed before the plan refers to it. */
_must_check_ enum err_kind codebase_keep(const struct work_config *c, const struct codebase *codebase, struct err *e);
/* Removes pinned trees that no plan and no upload refers to; not those of the last hour, which may be about to be. */
_must_check_ enum err_kind codebases_collect(const struct work_config *c, struct err *e);

/* The tree alone: where the codebase of a base is now, whatever it is pinned to. */
_must_check_ enum err_kind codebase_newest(const struct work_config *c, const struct step_base *base, struct tree **ret, struct err *e);
_must_check_ enum err_kind codebase_survey(const struct work_config *c, struct tree *t, struct arena *a, const struct survey **ret, struct err *e);
/* The settings of the checks, from the codebase's default branch; pinned is what the plan rests on. */
_must_check_ enum err_kind codebase_settings(const struct work_config *c, const struct step_base *base, struct tree *pinned, struct arena *a, const struct check_settings **ret, struct err *e);

#endif
