/* Answers as they are kept with a plan: who decided is part of it. */
#ifndef PLAND_SERVICE_ANSWERS_H
#define PLAND_SERVICE_ANSWERS_H

#include "pland/base/record.h"

struct kept_answer {
    const char *question, *answer;
    bool assumed; /* the default was taken, nobody said so */
};
struct kept_answers { LIST(struct kept_answer) answers; };
struct kept_earlier { LIST(struct kept_answer) answers; }; /* of the plan this one was forked from; question: its text */
struct kept_choice {
    const char *option, *own, *reason, *more;
    bool assumed; /* auto mode took the recommended one */
};
struct kept_texts { LIST(const char *) texts; }; /* corrections */
struct kept_summary { const char *approval, *handoff; }; /* Markdown of plan/dialogue_summary.c for the head revision */
struct draft_reason { /* why the draft document exists: becomes the revision's reason */
    const char *reason, *detail, *refinement;
    const char *comments; /* JSON array of ids of comments that are worked in, or NULL */
    int64_t author, repairs;
    int64_t approved, approver; /* a rebase: the revision whose approval, last by whom, stays if nothing but the base changes */
    bool handed_off;            /* it was being implemented: that goes on, too */
};
struct kept_estimate { /* of a plan by a model until it waits for approval, what is spent included */
    int64_t calls, input, output, cached; /* tokens */
    int64_t usd;    /* millionths; -1: a model has no prices */
    int64_t phases;
    bool measured;  /* on the project's own calls, at least in part */
    bool accepted;  /* somebody gave it a budget, knowing it */
};
extern const struct record kept_estimate_record, kept_answers_record, kept_earlier_record, kept_choice_record, kept_texts_record, kept_summary_record,
    draft_reason_record;

#endif
