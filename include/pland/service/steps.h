/* The steps of planning as the worker pool sees them: load what a step may look at, commit what it made.
 *
 * Everything a step produces is committed in one transaction that first takes the plan's row and compares the
 * generation: result, state, events, next jobs and deliveries together, or nothing. */
#ifndef PLAND_SERVICE_STEPS_H
#define PLAND_SERVICE_STEPS_H

#include "pland/plan/document.h"
#include "pland/plan/message.h"
#include "pland/service/service.h"
#include "pland/store/comments.h"
#include "pland/store/corrections.h"
#include "pland/store/documents.h"
#include "pland/store/calls.h"
#include "pland/store/handoff.h"
#include "pland/store/hooks.h"
#include "pland/store/imports.h"
#include "pland/store/jobs.h"
#include "pland/store/messages.h"
#include "pland/store/plans.h"
#include "pland/store/repositories.h"

/* Rows a step reads, in one read transaction. NULL where there is nothing yet. */
struct step_base {
    struct plan_base base;
    struct repository_row repository;
    struct correction_list corrections;
    struct import_row import; /* kind git */
};
struct waived_list { LIST(struct waived_finding) v; };
struct step_rows {
    struct plan_row plan;
    const char *ticket, *request;               /* JSON */
    const char *understanding, *answers, *corrections, *options, *choice, *outline, *closing, *draft, *draft_reason, *findings, *missing;
    struct part_list phases;                    /* "phase:ph1" … */
    struct { struct step_base *v; size_t n; } bases;
    struct plan_file_list files;
    const char *settings;                       /* of the project, JSON */
    struct usage today, ever;                   /* of the project: since midnight (UTC), and in all */
    struct usage used;                          /* of the plan */
    struct usage_steps measured;                /* of the project, where an estimate is made */
    const char *estimate;                       /* JSON */
    struct revision_row head;                   /* number 0: none; with section bytes */
    struct revision_row asked_on;               /* JOB_REFINE: the revision it was asked on, when that is not the head */
    struct waived_list waivers;                 /* of the plan, whatever revision they are about */
    struct refinement_row refinement;           /* JOB_REFINE: its own row; n 0: none */
    struct message_row message;                 /* JOB_MESSAGE: its own row */
    struct comment_list comments;               /* JOB_REFINE: of the plan, when it is about some */
    int64_t calibrated_phases, calibrated_percent; /* JOB_CHECK: what the project's finished phases took; 0: too few */
};
_must_check_ enum err_kind service_step_load(struct service *s, const struct job *j, struct arena *a, struct step_rows *ret, struct err *e);

/* What a step made. Members that do not concern its kind stay zero. Text lives until the call returns. */
struct step_part { const char *name, *body; };
struct step_base_pin { int64_t ordinal; const char *commit, *tree; };
struct step_publish { /* JOB_CHECK: a revision to publish */
    struct sha256 content;
    struct { struct revision_section *v; size_t n; } sections;
    const char *json, *markdown, *html;
    size_t n_json, n_markdown, n_html;
    const char *checks;
    const char *affected;                     /* JSON: sections that use what it changes, or NULL */
    int64_t verified, to_create, unprovable, failed;
    const char *title;                        /* of the document */
};
struct step_done {
    struct job job;
    const char *node;                         /* lease owner */
    LIST(struct step_part) parts;             /* written under these names */
    LIST(struct step_base_pin) pins;          /* JOB_RESEARCH */
    const char *suspicious;                   /* JOB_RESEARCH: steering phrase found */
    int size;                                 /* JOB_RESEARCH: SIZE_SMALL or SIZE_FULL */
    int64_t questions;                        /* JOB_RESEARCH: how many are open */
    bool must_ask;                            /* JOB_RESEARCH: something is missing: ask even for a small plan */
    int64_t options;                          /* JOB_OPTIONS: how many */
    const char *recommended;                  /* JOB_OPTIONS: option id */
    LIST(const char *) phases;                /* JOB_OUTLINE: phase ids in order */
    int64_t next_section;                     /* JOB_OUTLINE, JOB_REFINE: number for the next new phase; 0: unchanged */
    bool repairable;                          /* JOB_CHECK: errors, and repairs are left: go to JOB_REPAIR */
    const struct message *message;            /* JOB_MESSAGE: what was understood */
    const char *conflict;                     /* JOB_REFINE: why it could not be applied */
    struct step_publish *publish;
    LIST(struct llm_call_row) calls;          /* what was paid */
};
/* Those of a plan's waivers that are about a finding of this result. */
struct check_result;
_must_check_ enum err_kind waived_of(const struct waived_list *all, const struct check_result *r, struct arena *a, struct rendering *how, struct err *e);
/* Commits. ERR_CONFLICT: lease or generation lost, nothing was written (but the calls are kept: they cost money). */
_must_check_ enum err_kind service_step_finish(struct service *s, const struct step_done *d, struct err *e);

enum step_failure {
    STEP_AGAIN,   /* temporary: back to the queue at run_at, counting an attempt */
    STEP_WAIT,    /* the other side is down: parked, no attempt counted, the plan shows waiting_until */
    STEP_BUDGET,  /* the budget stopped it */
    STEP_BROKEN   /* permanent: the plan fails, everything kept */
};
_must_check_ enum err_kind service_step_fail(struct service *s, const struct step_done *d, enum step_failure how, int64_t run_at, const struct err *why, struct err *e);

/* A stored revision's document, joined from its sections (which must have been read with their bytes). created: Unix ms
 * of the plan, which is in the header but in no section. */
_must_check_ enum err_kind revision_document(const struct revision_row *r, int64_t created, struct arena *a, struct document *ret, struct err *e);

/* What is used, or may be, and is not in the rows: by this plan, and by all of its project. */
struct spending { struct usage plan, project; };
/* May no further call be made, when that is used as well? model: the name of the one to be called when it has no prices,
 * else NULL. *ret: which budget it is and what to do. */
bool service_over_budget(const struct service *s, const struct step_rows *r, const struct spending *more, const char *model, struct arena *a, struct err *ret);
/* The same ahead of drafting: is not even half of what is still expected within the budgets? False where somebody has
 * given the plan a budget since the estimate was refused. */
bool service_beyond_budget(const struct service *s, const struct step_rows *r, struct arena *a, struct err *ret);
/* Budgets changed, or a day has begun: plans that waited for one and may spend now go on. */
_must_check_ enum err_kind service_budgets_due(struct service *s, struct err *e);
/* Reads usage and budgets again: what other steps have spent since the rows were loaded. */
_must_check_ enum err_kind service_step_money(struct service *s, struct step_rows *r, struct arena *a, struct err *e);
/* May this model see the plan's codebases (the project's setting "models")? */
bool service_model_allowed(const struct step_rows *r, const char *model);
/* How long the project keeps what is said in calls ("keep_calls", in days), in ms; 0: it does not. */
int64_t service_keep_calls(const struct step_rows *r);
int64_t service_day(int64_t now_ms); /* the midnight (UTC) before */

/* Claiming, renewing, housekeeping: for work/. */
_must_check_ enum err_kind service_claim(struct service *s, const char *node, unsigned kinds, int max, int64_t lease_ms, struct arena *a, struct job_list *ret, int64_t *ret_next, struct err *e);
_must_check_ enum err_kind service_renew(struct service *s, const char *node, const int64_t *jobs, size_t n, int64_t lease_ms, struct err *e);
/* Start: every lease is void where no other daemon uses the database, else those of this node from before. */
_must_check_ enum err_kind service_recover(struct service *s, const char *node, struct err *e);
/* Retention and reclaiming; bounded work; called every few seconds. */
_must_check_ enum err_kind service_janitor(struct service *s, struct err *e);

/* Deliveries and incoming webhooks finish without a plan. */
_must_check_ enum err_kind service_job_done(struct service *s, const struct job *j, const char *node, struct err *e);
_must_check_ enum err_kind service_job_again(struct service *s, const struct job *j, const char *node, int64_t run_at, const char *why, struct err *e);
/* Survey cache. */
_must_check_ enum err_kind service_survey_get(struct service *s, const char *tree, int version, struct arena *a, const char **ret, struct err *e);
_must_check_ enum err_kind service_survey_put(struct service *s, const char *tree, int version, const char *body, struct err *e);
/* Ids of the trees that plans and uploads refer to. */
_must_check_ enum err_kind service_trees_used(struct service *s, struct arena *a, struct used_tree_list *ret, struct err *e);

#endif
