/* The life of a plan: states, the verbs that people and tools may use in each, and what follows what.
 *
 * One table in state.c owns all of it; everything not in the table is refused. Pure, thread-safe. */
#ifndef PLAND_PLAN_STATE_H
#define PLAND_PLAN_STATE_H

#include <stdbool.h>
#include "pland/base/buf.h"
#include "pland/base/err.h"

enum plan_state {
    PLAN_AWAITING_TICKET,
    PLAN_RESEARCHING,
    PLAN_AWAITING_ANSWERS,
    PLAN_DESIGNING,
    PLAN_AWAITING_CHOICE,
    PLAN_DRAFTING,
    PLAN_CHECKING,
    PLAN_AWAITING_APPROVAL,
    PLAN_REVISING,
    PLAN_AWAITING_BUDGET,
    PLAN_APPROVED,
    PLAN_IMPLEMENTING,
    PLAN_COMPLETED,
    PLAN_FAILED,
    PLAN_CANCELLED,
    PLAN_STATE_N_
};

/* What comes from outside. */
enum plan_verb {
    VERB_TICKET,   /* POST …/ticket */
    VERB_ANSWERS,  /* POST …/answers */
    VERB_CHOICE,   /* POST …/choice */
    VERB_REFINE,   /* POST …/refinements */
    VERB_EDIT,     /* POST …/revisions */
    VERB_APPROVE,  /* POST …/approval */
    VERB_REJECT,   /* POST …/reject */
    VERB_BUDGET,   /* PATCH budget */
    VERB_HANDOFF,  /* POST …/handoff */
    VERB_PROGRESS, /* POST …/progress */
    VERB_CANCEL,   /* POST …/cancel */
    VERB_RETRY,    /* POST …/retry */
    VERB_FORK,     /* POST …/fork */
    VERB_REBASE,   /* POST …/rebase */
    VERB_CLAIM,    /* POST …/claim */
    VERB_VERIFY,   /* POST …/verify */
    VERB_MESSAGE,  /* POST …/messages */
    PLAN_VERB_N_
};

/* What the service's own steps report. */
enum plan_outcome {
    OUTCOME_ASKED,     /* research done, questions are open */
    OUTCOME_CLEAR,     /* research done, nothing to ask: design next */
    OUTCOME_SMALL,     /* research done, a small plan: draft at once */
    OUTCOME_OFFERED,   /* options are published */
    OUTCOME_DECIDED,   /* one sensible option, or auto mode took the recommended one */
    OUTCOME_DRAFTED,   /* outline, phases and closing are there */
    OUTCOME_PUBLISHED, /* checks have run, revision N is out */
    OUTCOME_REVISED,   /* refinements are worked in: check again */
    OUTCOME_BUDGET,    /* the budget stopped the work */
    OUTCOME_FAILED,
    OUTCOME_FINISHED,  /* all progress reported */
    PLAN_OUTCOME_N_
};

enum plan_activity { ACTIVITY_WORKING, ACTIVITY_WAITING, ACTIVITY_ENDED };
enum plan_mode { MODE_INTERACTIVE, MODE_AUTO };
enum plan_size { SIZE_AUTO, SIZE_SMALL, SIZE_FULL };

extern const char *const plan_state_names[];  /* NULL-terminated, for FIELD_ENUM and printing */
extern const char *const plan_verb_names[];   /* as in URLs: "ticket", "answers", "refinements", … */
extern const char *const plan_mode_names[];
extern const char *const plan_size_names[];
extern const char *const plan_activity_names[];

bool plan_state_parse(const char *s, enum plan_state *ret);
enum plan_activity plan_activity(enum plan_state s);
bool plan_allows(enum plan_state s, enum plan_verb v);
/* The state after v. VERB_RETRY, and VERB_BUDGET in awaiting_budget, go back to the working state that stopped
 * (resume, not looked at otherwise; ERR_INTERNAL when it is not a working state). ERR_STATE names the
 * state and, in extra, "state" and "allowed" (the verbs that s takes). */
_must_check_ enum err_kind plan_apply(enum plan_state s, enum plan_verb v, enum plan_state resume,
                                       enum plan_state *ret, struct err *e);
/* ERR_INTERNAL where the table has no such move: a bug of ours. */
_must_check_ enum err_kind plan_advance(enum plan_state s, enum plan_outcome o, enum plan_state *ret, struct err *e);

/* What a waiting state needs, for tools that poll, and how a failed plan goes on; NULL in working states and the
 * other ended ones. */
struct plan_needs {
    const char *action;  /* "answers" */
    const char *method;  /* "POST" */
    const char *path;    /* "answers": below /plans/{id}/ ; "" is the plan itself */
    const char *message; /* one or two sentences for a person */
};
const struct plan_needs *plan_needs(enum plan_state s);

/* The README's state table, generated from the same rows. */
void plan_state_table(struct buf *markdown);

#endif
