/* plan/: pure values. This file: the one table of states, verbs and outcomes; everything not in it is refused. */
#include "pland/plan/state.h"

#include <string.h>

/* A cell holds the next state + 1, so that what is not written is 0: refused. */
#define TO(s) (1 + PLAN_##s)
enum { REFUSED = 0, STAY = 100, RESUME = 101 };

/* Possible in every state that has not ended; the plan stays where it is. */
#define ALWAYS [VERB_FORK] = STAY, [VERB_BUDGET] = STAY
/* Waiting for people, who may say in plain words what they want. */
#define WAITS ALWAYS, [VERB_MESSAGE] = STAY
/* Every working state can run out of budget or fail. */
#define STOPS [OUTCOME_BUDGET] = TO(AWAITING_BUDGET), [OUTCOME_FAILED] = TO(FAILED)

struct row {
    const char *meaning; /* for the README */
    enum plan_activity activity;
    unsigned char verbs[PLAN_VERB_N_];
    unsigned char outcomes[PLAN_OUTCOME_N_];
    struct plan_needs needs; /* action NULL: none */
};

const char *const plan_state_names[] = {
    [PLAN_AWAITING_TICKET] = "awaiting_ticket",
    [PLAN_RESEARCHING] = "researching",
    [PLAN_AWAITING_ANSWERS] = "awaiting_answers",
    [PLAN_DESIGNING] = "designing",
    [PLAN_AWAITING_CHOICE] = "awaiting_choice",
    [PLAN_DRAFTING] = "drafting",
    [PLAN_CHECKING] = "checking",
    [PLAN_AWAITING_APPROVAL] = "awaiting_approval",
    [PLAN_REVISING] = "revising",
    [PLAN_AWAITING_BUDGET] = "awaiting_budget",
    [PLAN_APPROVED] = "approved",
    [PLAN_IMPLEMENTING] = "implementing",
    [PLAN_COMPLETED] = "completed",
    [PLAN_FAILED] = "failed",
    [PLAN_CANCELLED] = "cancelled",
    [PLAN_STATE_N_] = NULL,
};

const char *const plan_verb_names[] = {
    [VERB_TICKET] = "ticket",     [VERB_ANSWERS] = "answers",   [VERB_CHOICE] = "choice",
    [VERB_REFINE] = "refinements", [VERB_EDIT] = "revisions",   [VERB_APPROVE] = "approval",
    [VERB_REJECT] = "reject",     [VERB_BUDGET] = "budget",     [VERB_HANDOFF] = "handoff",
    [VERB_PROGRESS] = "progress", [VERB_CANCEL] = "cancel",     [VERB_RETRY] = "retry",
    [VERB_FORK] = "fork",         [VERB_REBASE] = "rebase",     [VERB_CLAIM] = "claim",
    [VERB_VERIFY] = "verify",     [VERB_MESSAGE] = "messages",  [PLAN_VERB_N_] = NULL,
};

const char *const plan_mode_names[] = { [MODE_INTERACTIVE] = "interactive", [MODE_AUTO] = "auto", NULL };
const char *const plan_size_names[] = { [SIZE_AUTO] = "auto", [SIZE_SMALL] = "small", [SIZE_FULL] = "full", NULL };
const char *const plan_activity_names[] = {
    [ACTIVITY_WORKING] = "working", [ACTIVITY_WAITING] = "waiting", [ACTIVITY_ENDED] = "ended", NULL,
};

static const char *const outcome_names[PLAN_OUTCOME_N_] = {
    [OUTCOME_ASKED] = "questions are open",
    [OUTCOME_CLEAR] = "nothing to ask",
    [OUTCOME_SMALL] = "a small plan",
    [OUTCOME_OFFERED] = "options are published",
    [OUTCOME_DECIDED] = "one sensible option",
    [OUTCOME_DRAFTED] = "draft complete",
    [OUTCOME_PUBLISHED] = "revision published",
    [OUTCOME_REVISED] = "refinements worked in",
    [OUTCOME_BUDGET] = "budget used up",
    [OUTCOME_FAILED] = "failure",
    [OUTCOME_FINISHED] = "all progress reported",
};

static const struct row rows[PLAN_STATE_N_] = {
    [PLAN_AWAITING_TICKET] = {
        .meaning = "created without a ticket",
        .activity = ACTIVITY_WAITING,
        .verbs = { ALWAYS, [VERB_MESSAGE] = TO(RESEARCHING), [VERB_TICKET] = TO(RESEARCHING), [VERB_REJECT] = TO(CANCELLED),
                   [VERB_CANCEL] = TO(CANCELLED) },
        .needs = { "ticket", "POST", "ticket",
                   "Say what to plan: the feature, fix or refactoring; requirements and constraints; timeline and "
                   "resources; links to research or ticket files." },
    },
    [PLAN_RESEARCHING] = {
        .meaning = "reads the ticket, all mentioned files and the codebase",
        .activity = ACTIVITY_WORKING,
        .verbs = { ALWAYS, [VERB_TICKET] = TO(RESEARCHING), [VERB_CANCEL] = TO(CANCELLED) },
        .outcomes = { STOPS, [OUTCOME_ASKED] = TO(AWAITING_ANSWERS), [OUTCOME_CLEAR] = TO(DESIGNING),
                      [OUTCOME_SMALL] = TO(DRAFTING) },
    },
    [PLAN_AWAITING_ANSWERS] = {
        .meaning = "the understanding is published and questions are open",
        .activity = ACTIVITY_WAITING,
        .verbs = { WAITS, [VERB_ANSWERS] = TO(DESIGNING), [VERB_TICKET] = TO(RESEARCHING),
                   [VERB_REJECT] = TO(CANCELLED), [VERB_CANCEL] = TO(CANCELLED) },
        .needs = { "answers", "POST", "answers",
                   "Answer the numbered questions, correct the understanding, or accept the defaults." },
    },
    [PLAN_DESIGNING] = {
        .meaning = "works out two or three architecture options",
        .activity = ACTIVITY_WORKING,
        .verbs = { ALWAYS, [VERB_CANCEL] = TO(CANCELLED) },
        .outcomes = { STOPS, [OUTCOME_OFFERED] = TO(AWAITING_CHOICE), [OUTCOME_DECIDED] = TO(DRAFTING),
                      [OUTCOME_SMALL] = TO(DRAFTING) },
    },
    [PLAN_AWAITING_CHOICE] = {
        .meaning = "the options are published",
        .activity = ACTIVITY_WAITING,
        .verbs = { WAITS, [VERB_CHOICE] = TO(DRAFTING), [VERB_ANSWERS] = TO(DESIGNING),
                   [VERB_TICKET] = TO(RESEARCHING), [VERB_REJECT] = TO(CANCELLED), [VERB_CANCEL] = TO(CANCELLED) },
        .needs = { "choice", "POST", "choice",
                   "Choose one of the options, describe an approach of your own, or ask for other options." },
    },
    [PLAN_DRAFTING] = {
        .meaning = "writes the outline, every phase in parallel, then the closing sections",
        .activity = ACTIVITY_WORKING,
        .verbs = { ALWAYS, [VERB_CANCEL] = TO(CANCELLED) },
        .outcomes = { STOPS, [OUTCOME_DRAFTED] = TO(CHECKING) },
    },
    [PLAN_CHECKING] = {
        .meaning = "checks every path, command and claim against the pinned tree",
        .activity = ACTIVITY_WORKING,
        .verbs = { ALWAYS, [VERB_REFINE] = STAY, [VERB_CANCEL] = TO(CANCELLED) },
        .outcomes = { STOPS, [OUTCOME_PUBLISHED] = TO(AWAITING_APPROVAL) },
    },
    [PLAN_AWAITING_APPROVAL] = {
        .meaning = "a revision is published with its checks",
        .activity = ACTIVITY_WAITING,
        .verbs = { WAITS, [VERB_REFINE] = TO(REVISING), [VERB_EDIT] = TO(CHECKING), [VERB_APPROVE] = TO(APPROVED),
                   [VERB_ANSWERS] = TO(REVISING), [VERB_CHOICE] = TO(DRAFTING), [VERB_REBASE] = TO(CHECKING),
                   [VERB_REJECT] = TO(CANCELLED), [VERB_CANCEL] = TO(CANCELLED) },
        .needs = { "approval", "POST", "approval",
                   "Read the revision, then approve it, or ask for refinements, or edit it, or reject it." },
    },
    [PLAN_REVISING] = {
        .meaning = "works refinements in, one after the other",
        .activity = ACTIVITY_WORKING,
        .verbs = { ALWAYS, [VERB_REFINE] = STAY, [VERB_CANCEL] = TO(CANCELLED) },
        .outcomes = { STOPS, [OUTCOME_REVISED] = TO(CHECKING) },
    },
    [PLAN_AWAITING_BUDGET] = {
        .meaning = "the budget stopped the work; what is finished is kept",
        .activity = ACTIVITY_WAITING,
        .verbs = { [VERB_FORK] = STAY, [VERB_BUDGET] = RESUME, [VERB_ANSWERS] = STAY, [VERB_MESSAGE] = STAY,
                   [VERB_REJECT] = TO(CANCELLED), [VERB_CANCEL] = TO(CANCELLED) },
        .needs = { "budget", "PATCH", "",
                   "The budget is used up. Raise it to go on from where the work stopped, or cancel." },
    },
    [PLAN_APPROVED] = {
        .meaning = "somebody approved a revision, bound to its content and tree",
        .activity = ACTIVITY_WAITING,
        .verbs = { WAITS, [VERB_HANDOFF] = TO(IMPLEMENTING), [VERB_CHOICE] = TO(DRAFTING), [VERB_REFINE] = TO(REVISING),
                   [VERB_EDIT] = TO(CHECKING), [VERB_REBASE] = TO(CHECKING), [VERB_REJECT] = TO(CANCELLED),
                   [VERB_CANCEL] = TO(CANCELLED) },
        .needs = { "handoff", "POST", "handoff", "The plan is approved. Hand it to whoever implements it." },
    },
    [PLAN_IMPLEMENTING] = {
        .meaning = "handed off; progress is reported phase by phase",
        .activity = ACTIVITY_WAITING,
        .verbs = { WAITS, [VERB_PROGRESS] = STAY, [VERB_CLAIM] = STAY, [VERB_VERIFY] = STAY,
                   [VERB_REFINE] = TO(REVISING), [VERB_REBASE] = TO(CHECKING), [VERB_CANCEL] = TO(CANCELLED) },
        .outcomes = { [OUTCOME_FINISHED] = TO(COMPLETED) },
        .needs = { "progress", "POST", "progress",
                   "The plan is being implemented. Report the progress of its phases." },
    },
    [PLAN_COMPLETED] = {
        .meaning = "every phase is done",
        .activity = ACTIVITY_ENDED,
        .verbs = { [VERB_FORK] = STAY, [VERB_VERIFY] = STAY },
    },
    [PLAN_FAILED] = {
        .meaning = "a step failed for good; everything before it is kept",
        .activity = ACTIVITY_ENDED,
        .verbs = { [VERB_RETRY] = RESUME, [VERB_CANCEL] = TO(CANCELLED), [VERB_REJECT] = TO(CANCELLED),
                   [VERB_FORK] = STAY },
        .needs = { "retry", "POST", "retry", "A step failed. Retry from that step, or cancel the plan." },
    },
    [PLAN_CANCELLED] = {
        .meaning = "stopped or rejected by somebody",
        .activity = ACTIVITY_ENDED,
        .verbs = { [VERB_FORK] = STAY },
    },
};

static bool known(enum plan_state s)
{
    return (unsigned)s < PLAN_STATE_N_;
}

bool plan_state_parse(const char *s, enum plan_state *ret)
{
    for (unsigned i = 0; s && i < PLAN_STATE_N_; i++) {
        if (strcmp(plan_state_names[i], s) == 0) {
            *ret = (enum plan_state)i;
            return true;
        }
    }
    return false;
}

enum plan_activity plan_activity(enum plan_state s)
{
    return known(s) ? rows[s].activity : ACTIVITY_ENDED;
}

bool plan_allows(enum plan_state s, enum plan_verb v)
{
    return known(s) && (unsigned)v < PLAN_VERB_N_ && rows[s].verbs[v] != REFUSED;
}

/* Room for all verbs with quotes and commas; err.extra is larger. */
static void allowed_json(enum plan_state s, struct buf *b)
{
    buf_fmt(b, "\"state\":\"%s\",\"allowed\":[", plan_state_names[s]);
    for (unsigned v = 0; v < PLAN_VERB_N_; v++) {
        if (rows[s].verbs[v] == REFUSED) continue;
        buf_comma(b);
        buf_fmt(b, "\"%s\"", plan_verb_names[v]);
    }
    buf_char(b, ']');
}

static enum err_kind refuse(enum plan_state s, enum plan_verb v, struct err *e)
{
    auto_buf extra = BUF_INIT(sizeof e->extra - 1);
    (void)err_set(e, ERR_STATE, "the plan is %s: %s is not possible now", plan_state_names[s], plan_verb_names[v]);
    allowed_json(s, &extra);
    if (extra.failed == ERR_OK) memcpy(e->extra, buf_cstr(&extra), extra.n + 1);
    return e->kind;
}

static enum err_kind go(unsigned cell, enum plan_state s, enum plan_state resume, enum plan_state *ret, struct err *e)
{
    if (cell == RESUME && (!known(resume) || rows[resume].activity != ACTIVITY_WORKING))
        return err_set(e, ERR_INTERNAL, "there is no step to resume from %s", plan_state_names[s]);
    *ret = cell == STAY ? s : cell == RESUME ? resume : (enum plan_state)(cell - 1);
    return ERR_OK;
}

enum err_kind plan_apply(enum plan_state s, enum plan_verb v, enum plan_state resume, enum plan_state *ret,
                         struct err *e)
{
    if (!known(s) || (unsigned)v >= PLAN_VERB_N_)
        return err_set(e, ERR_INTERNAL, "no such state or verb: %d, %d", (int)s, (int)v);
    if (rows[s].verbs[v] == REFUSED) return refuse(s, v, e);
    return go(rows[s].verbs[v], s, resume, ret, e);
}

enum err_kind plan_advance(enum plan_state s, enum plan_outcome o, enum plan_state *ret, struct err *e)
{
    if (!known(s) || (unsigned)o >= PLAN_OUTCOME_N_)
        return err_set(e, ERR_INTERNAL, "no such state or outcome: %d, %d", (int)s, (int)o);
    if (rows[s].outcomes[o] == REFUSED)
        return err_set(e, ERR_INTERNAL, "nothing follows %s on: %s", plan_state_names[s], outcome_names[o]);
    return go(rows[s].outcomes[o], s, s, ret, e);
}

const struct plan_needs *plan_needs(enum plan_state s)
{
    return known(s) && rows[s].needs.action ? &rows[s].needs : NULL;
}

static void cell_text(const char *name, unsigned cell, struct buf *b, const char *before)
{
    buf_fmt(b, "%s%s", before, name);
    if (cell == RESUME) buf_str(b, " → where it stopped");
    else if (cell != STAY) buf_fmt(b, " → `%s`", plan_state_names[cell - 1]);
}

void plan_state_table(struct buf *b)
{
    buf_str(b, "| state | activity | meaning | takes | follows |\n|---|---|---|---|---|\n");
    for (unsigned s = 0; s < PLAN_STATE_N_; s++) {
        const struct row *r = &rows[s];
        const char *sep = "";
        buf_fmt(b, "| `%s` | %s | %s | ", plan_state_names[s], plan_activity_names[r->activity], r->meaning);
        for (unsigned v = 0; v < PLAN_VERB_N_; v++) {
            if (r->verbs[v] == REFUSED) continue;
            cell_text(plan_verb_names[v], r->verbs[v], b, sep);
            sep = ", ";
        }
        buf_str(b, " | ");
        sep = "";
        for (unsigned o = 0; o < PLAN_OUTCOME_N_; o++) {
            if (r->outcomes[o] == REFUSED) continue;
            cell_text(outcome_names[o], r->outcomes[o], b, sep);
            sep = ", ";
        }
        buf_str(b, " |\n");
    }
}
