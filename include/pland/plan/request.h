/* What clients send: the bodies of the plan routes as values. Pure; decoded by base/record.h into an arena. */
#ifndef PLAND_PLAN_REQUEST_H
#define PLAND_PLAN_REQUEST_H

#include "pland/base/record.h"
#include "pland/plan/state.h"

struct ticket {
    const char *title;
    const char *body; /* Markdown or plain text */
    const char *url;
    const char *key;  /* "acme/api#12" */
    LIST(const char *) labels;
};
struct repository_ref {
    const char *name;  /* name or id */
    const char *ref;   /* branch, tag, commit; NULL: the repository's default; "WORKTREE": the working tree as it is */
    const char *alias; /* NULL: the name */
};
struct inline_file {
    const char *path;
    const char *content;
};
struct budget {
    int64_t usd;    /* millionths; 0: no limit; -1: not said */
    int64_t tokens; /* 0: no limit; -1: not said */
};
struct budget budget_over(struct budget base, const struct budget *said); /* base, where said (may be NULL) says nothing */

/* POST /plans */
struct plan_request {
    struct ticket *ticket; /* NULL: awaiting_ticket */
    const char *repository;
    LIST(struct repository_ref) repositories;
    LIST(const char *) links;
    LIST(struct inline_file) files;
    LIST(const char *) mentions;
    LIST(const char *) labels;
    const char *constraints, *timeline, *resources;
    int mode; /* enum plan_mode */
    int size; /* enum plan_size */
    int code; /* enum code_shown: how much code is written and shown */
    struct budget *budget;
    const char *project;  /* NULL: the token's, else "default" */
    const char *provider; /* NULL: the configured default */
    const char *snapshot; /* id of a plan-private uploaded snapshot */
    int if_exists;        /* 0 new, 1 return */
};

/* POST …/ticket : the four things asked for, all but ticket optional */
struct ticket_request {
    struct ticket ticket;
    const char *repository;
    LIST(struct repository_ref) repositories;
    LIST(const char *) links;
    LIST(struct inline_file) files;
    LIST(const char *) mentions;
    const char *constraints, *timeline, *resources;
};
/* POST …/answers */
struct answer {
    const char *question; /* "Q1" */
    const char *answer;
};
struct answers_request {
    LIST(struct answer) answers;
    LIST(const char *) corrections;
    bool accept_defaults;
};
/* POST …/choice */
struct choice_request {
    const char *option; /* "A" */
    const char *own;    /* an approach of one's own, with reason */
    const char *reason;
    const char *more;   /* ask for other options, because … */
};
/* POST …/refinements */
enum refinement_cause {
    CAUSE_INSTRUCTION,
    CAUSE_COMMENTS,
    CAUSE_ANSWERS,   /* an answer was changed */
    CAUSE_AFFECTED,  /* sections that use what an earlier revision has changed */
    CAUSE_STALENESS  /* the code has moved */
};
struct refine_request {
    const char *instruction;     /* may be NULL with comments */
    LIST(const char *) sections;
    LIST(const char *) comments; /* ids: worked in, each where it stands */
    int64_t base_revision;       /* 0: the head */
    int cause;                   /* enum refinement_cause */
};
/* POST …/comments, PATCH …/comments/{id} */
struct comment_request {
    const char *anchor;   /* section id, "P2", or "ph2.s1": the phase */
    const char *quote, *body;
    const char *reply_to; /* id of a comment: then neither anchor nor quote */
    int64_t revision;     /* the one that was read; 0: the head */
};
struct message_request { const char *text; }; /* POST …/messages */
struct comment_patch {
    const char *body; /* NULL: as it is */
    int resolved;     /* -1: as it is; else whether */
};
/* POST …/approval */
struct approval_request {
    int64_t revision; /* 0: the head */
    const char *note;
};
struct reason_request { const char *reason; };  /* reject, cancel (optional there) */
/* POST …/progress */
/* One command of a phase, as it was run where the plan is implemented. */
struct run_evidence {
    const char *command;
    int64_t exit;        /* its exit code; 128 + signal */
    const char *output;  /* SHA-256 of what it printed, hex */
    const char *commit;  /* of the checkout it ran in; NULL: none */
    bool as_expected;    /* by what the plan says of it */
};
enum progress_status { PROGRESS_STARTED, PROGRESS_DONE, PROGRESS_SKIPPED };
struct criterion_report { /* the last word on one criterion */
    const char *criterion; /* "A1" (automated), "M2" (manual), or its text */
    int status;            /* 0 passed, 1 failed */
    const char *output, *commit, *url, *note;
};
struct progress_request {
    const char *phase; /* "P2" or the section id */
    int status;        /* enum progress_status */
    const char *note, *commit;
    const char *reason; /* why it is out of order */
    LIST(struct run_evidence) evidence;
    LIST(struct criterion_report) criteria;
};
/* POST …/handoff */
struct handoff_request { const char *branch, *note; };
/* POST …/claim */
struct claim_request {
    const char *phase;  /* NULL: the next one that is free */
    const char *claim;  /* id of one's own claim, to renew it */
    const char *holder; /* who works on it, in words */
    const char *reason; /* why before what it depends on */
    int64_t lease;      /* seconds */
    bool token;         /* with one for whoever works on it */
};
/* POST …/links */
struct link_request { int64_t days; const char *note; };
/* POST …/verify */
struct verify_request {
    const char *commit, *alias;
    bool merged;      /* commit is a merge on the trunk: only what it brought counts; not said by requests */
    const char *from; /* … when that cannot be told from its parents: what it was compared with there, or NULL */
};
/* PATCH /plans/{id}. Start from plan_patch_init(): decoding cannot tell an empty list from none otherwise. */
struct plan_patch {
    const char *title;         /* NULL: unchanged */
    LIST(const char *) labels; /* ask plan_patch_has_labels() first */
    int mode;                  /* -1: unchanged */
    struct budget *budget;     /* NULL: unchanged */
};
struct fork_request {
    const char *provider;
    const char *ref;
};
struct waiver_request { const char *finding, *reason; };
struct rebase_request { const char *ref; };
struct check_request { /* any plan, against a registered codebase */
    const char *repository, *ref;
    const char *plan;  /* its text: Markdown of anybody, or this project's Markdown or JSON */
    const char *file;  /* what it is called, for SARIF and annotations */
    int size, form;    /* enum check_form */
};

extern const struct record ticket_record, repository_ref_record, inline_file_record, budget_record, plan_request_record,
    ticket_request_record, answers_request_record, choice_request_record, refine_request_record,
    approval_request_record, reason_request_record, progress_request_record, plan_patch_record, fork_request_record,
    waiver_request_record, rebase_request_record, check_request_record, run_evidence_record, handoff_request_record,
    claim_request_record, link_request_record, verify_request_record, comment_request_record, comment_patch_record,
    message_request_record;

extern const char *const if_exists_names[], *const progress_status_names[], *const refinement_cause_names[];

void plan_patch_init(struct plan_patch *ret);
bool plan_patch_has_labels(const struct plan_patch *p); /* false: leave them as they are */

/* What the tables cannot say; ERR_INVALID with the pointer. Paths are relative, without "..", aliases are unique,
 * `repository` and `repositories` exclude each other, a choice is exactly one of option, own and more, a refinement has
 * an instruction or comments, a comment has an anchor or is a reply. */
_must_check_ enum err_kind plan_request_check(const struct plan_request *r, struct err *e);
_must_check_ enum err_kind ticket_request_check(const struct ticket_request *r, struct err *e);
_must_check_ enum err_kind answers_request_check(const struct answers_request *r, struct err *e);
_must_check_ enum err_kind refine_request_check(const struct refine_request *r, struct err *e);
_must_check_ enum err_kind comment_request_check(const struct comment_request *r, struct err *e);
_must_check_ enum err_kind choice_request_check(const struct choice_request *r, struct err *e);

#endif
