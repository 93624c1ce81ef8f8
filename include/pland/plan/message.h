/* What people write to a plan in their own words (POST …/messages), as actions. Pure; memory from the arena given.
 *
 * message_parse() reads the written forms, without a model:
 *
 *     approve r3                          alone, exactly so: nothing else ever approves
 *     accept defaults                     defaults except Q2: Postgres 15
 *     Q2: Postgres 15, Q3: no             correct: we deploy with Nomad
 *     choose B                            B, but keep Redis
 *     other options: these need a queue   own: a cron job, because there is no queue
 *     refine P3: retry three times        P3: retry three times
 *     split phase 3                       drop P2, rename P2 to …, estimate P2 4h, merge P2 and P3, move P4 before P2
 *     reject: not this year               budget 5 usd, budget 400000 tokens
 *
 * one on a line, of orders such as the last ones also several, with ", " or "and" between; in awaiting_ticket the whole
 * message is the ticket. What is in no form is not guessed at: there are no actions then, and a model may read it
 * (planner/planner.h, STEP_MESSAGE). Kinds from MESSAGE_BY_FORM on are taken from the written form alone, never from a
 * model's reading. */
#ifndef PLAND_PLAN_MESSAGE_H
#define PLAND_PLAN_MESSAGE_H

#include "pland/plan/document.h"
#include "pland/plan/request.h"
#include "pland/plan/state.h"

enum { MESSAGE_MAX = 64 * 1024, MESSAGE_ACTIONS_MAX = 100 }; /* bytes, actions */

enum message_kind {
    MESSAGE_ANSWER,   /* question, text */
    MESSAGE_DEFAULTS, /* of every question that has no answer */
    MESSAGE_CORRECT,  /* text: what is wrong in the understanding */
    MESSAGE_CHOOSE,   /* option; text: the reason or the condition, or NULL */
    MESSAGE_OWN,      /* text: the approach; reason */
    MESSAGE_MORE,     /* text: why other options are wanted */
    MESSAGE_REFINE,   /* text: the instruction; sections: none is wherever it fits */
    MESSAGE_BY_FORM,
    MESSAGE_TICKET = MESSAGE_BY_FORM, /* option: the title; text: the body */
    MESSAGE_APPROVE,  /* revision */
    MESSAGE_REJECT,   /* text: the reason */
    MESSAGE_BUDGET,   /* usd, tokens */
    MESSAGE_KIND_N_
};
extern const char *const message_kind_names[]; /* "answer", "defaults" … ; NULL-terminated */

struct message_action {
    int kind;                    /* enum message_kind */
    const char *question;        /* id, as the plan has it */
    const char *option;          /* id, as the plan has it */
    const char *text, *reason;
    LIST(const char *) sections; /* ids of the head's sections */
    int64_t revision;            /* 0: does not concern it; so below */
    int64_t usd, tokens;         /* millionths; -1: not said */
};
typedef LIST(struct message_action) message_actions;
struct message {
    message_actions actions; /* to be done in this order; all of one verb */
    bool ambiguous;          /* nothing is to take effect before somebody has confirmed it */
    const char *doubt;       /* what is not clear, and how to say it; NULL: nothing */
    const char *restatement; /* the actions in sentences; "" when there are none */
};
extern const struct record message_action_record, message_record;

/* What a message may refer to; everything borrowed. */
struct message_plan {
    enum plan_state state;
    int64_t revision;                          /* of the head; 0: there is none */
    const struct understanding *understanding; /* NULL: none; likewise below */
    const struct options *options;
    const struct document *head;
};

/* Is it the form of an approval, so that what an approval needs is to be looked up before it is done? */
bool message_approves(const char *text);
/* ERR_OK without actions: it is in no form, and doubt says which forms the state takes. ERR_INVALID at "/text": it is in
 * a form, and what it names does not exist. ERR_STATE (as plan_apply): the state does not take it. */
_must_check_ enum err_kind message_parse(const char *text, const struct message_plan *p, struct arena *a,
                                         struct message *ret, struct err *e);
/* Holds actions from elsewhere to the plan: ids exist and are written as the plan has them, all are of one verb which the
 * state takes; makes the restatement. ERR_INVALID with the pointer ("/actions/1/option"), ERR_STATE. */
_must_check_ enum err_kind message_check(struct message *m, const struct message_plan *p, struct arena *a, struct err *e);
/* The verb of all actions; there must be one. */
enum plan_verb message_verb(const struct message *m);
/* How to say things in this state, in a sentence or two; "" in states that wait for nobody. */
const char *message_forms(enum plan_state s);

#endif
