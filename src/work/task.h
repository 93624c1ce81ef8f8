/* One claimed job on its way through the pool. */
#ifndef WORK_TASK_H
#define WORK_TASK_H

#include "pland/base/lock.h"
#include "pland/planner/look.h"
#include "pland/service/answers.h"
#include "pland/service/steps.h"
#include "pland/work/work.h"
#include "work/live.h"

enum task_stage { TASK_START, TASK_ANSWERED, TASK_DELIVERED, TASK_OVER, TASK_IMPORTED }; /* OVER: whoever did it has ended the job, too */

/* A model's answer, copied out of its callback. */
struct task_answer {
    enum llm_fault fault;
    enum llm_finish finish;
    bool retryable;
    struct err err;
    char *text; /* malloc'ed */
    char request_id[96];
    struct llm_call_row call;
};

struct task {
    struct work *work;
    struct job job;          /* texts live in the arena */
    struct arena *arena;
    enum task_stage stage;
    struct study *study;     /* a reference, or NULL */
    struct step_rows rows;
    struct brief brief;
    struct step_request step;
    struct step_prompt prompt;
    struct step_done done;
    struct task_answer answer;
    int64_t sent;            /* bytes of what its calls were sent, for the estimate */
    const char *said;        /* what the last call said, where that is kept; or NULL */
    const char *version;     /* of the prompts that the last call was made with */
    const char *model;       /* name of whom the last call went to */
    int rounds;              /* in which the model looked, see planner/look.h */
    looked_list looked;      /* what it asked for */
    const char *seen;        /* what it was shown of that, or NULL */
    LIST(struct llm_turn) turns; /* the same, round by round, as it was asked for */
    int sent_back;           /* answers returned to the model with their errors */
    int continued;           /* answers that were cut and gone on with */
    char *partial;           /* malloc'ed: the answer so far, when the last one was cut */
    unsigned passed;         /* models of the chain that cannot be used at all */
    int64_t deliver_at;      /* TASK_DELIVERED: when to try again, 0: settled */
    char *deliver_why;       /* malloc'ed */
    struct import *import;   /* JOB_IMPORT: see import.h; in the arena */
    struct live live;        /* of whoever has the task */
    bool waits;              /* for a codebase that is being imported */
    /* guarded by work->lock */
    struct usage reserved;   /* what its call may take, see spend.c */
    int64_t place;           /* in the order in which that was put down; 0: nothing */
    bool voided, calling;
    struct llm *llm;         /* whom the call went to */
    uint64_t call;
    struct task *ready_next, *all_next, **all_at;
};

struct work {
    struct work_config config;
    struct studies *studies;
    char node[40];           /* lease owner: this process */
    struct lock lock;        /* guards everything below */
    struct cond ready_cond, room_cond, keeper_cond;
    struct task *ready_first, **ready_last, *all;
    int held;                /* tasks in all */
    int imports, deliveries; /* of them fetches, and webhooks that go out */
    unsigned freed;          /* kinds of which there may be something to claim, when !due */
    int64_t places;          /* given out so far, see spend.c */
    bool due, stopping, closing, quitting; /* closing: no new calls to a model */
    bool budgets_due;        /* a project's changed: plans that wait for one may go on */
    int64_t next_due;        /* Unix ms of the next job that is not due yet; 0: none known */
    struct work_stats stats;
    pthread_t dispatcher, keeper, *workers;
    int n_workers;
    uint64_t subscription;
};

/* Puts a task to be run (again) by a worker. Any thread. */
void work_ready(struct work *w, struct task *t, enum task_stage stage);
/* The task is over: frees it and makes room. Worker thread: those are joined before what a task refers to goes. */
void work_end(struct work *w, struct task *t);
bool work_voided(struct work *w, struct task *t);

/* Runs one stage of a task to its end or to where it waits. */
void task_run(struct task *t);
void task_free(struct task *t);

/* Failing: decides whether to try again, to wait or to give up, and commits that. */
void task_fail(struct task *t, const struct err *why);
void task_fail_model(struct task *t);
/* It waits for a codebase: nobody's fault, looked at again in a while. */
void task_wait(struct task *t, const struct err *why);
/* Ours or the machine's or the network's, and likely to pass. */
bool policy_temporary(enum err_kind k);
/* The model's answers were refused once too often, the last one because of why. */
void task_give_up(struct task *t, const struct err *why);
/* The other side is down or busy: nobody's fault, so no attempt is counted and the plan says what it waits for. */
bool policy_down(const struct task_answer *a);
/* The model rests: the plan waits and says why. */
void task_park(struct task *t, int64_t wait_ms, const struct err *why);
void task_stop(struct task *t, const struct err *why); /* the budget is used up */

/* Who drafts this step; NULL: nobody, it is planned offline or the plan's model is configured no more. */
struct llm *task_model(const struct task *t);

/* The step itself. */
_must_check_ enum err_kind step_prepare(struct task *t, struct err *e);   /* rows, study, brief */
_must_check_ enum err_kind step_offline(struct task *t, struct err *e);   /* produce and commit without a model */
/* JOB_REFINE: in words, when a section it is about has changed since it was asked; NULL: it can be worked in. */
const char *step_conflict(struct task *t);
_must_check_ enum err_kind step_commit(struct task *t, const struct step_result *r, struct err *e);
_must_check_ enum err_kind step_check(struct task *t, struct err *e);     /* JOB_CHECK */
/* Sends the model's call; !*ret_asked: no model may be called now, the plan has been parked. */
_must_check_ enum err_kind step_ask(struct task *t, bool *ret_asked, struct err *e);
void step_answered(struct task *t);                                       /* its answer has come: on record */
bool answer_take(struct task *t);                                         /* what becomes of it; true: the task goes on */
_must_check_ enum err_kind step_moved(struct task *t, struct err *e);     /* JOB_MOVED */
_must_check_ enum err_kind task_part(struct task *t, const char *name, const struct record *r, const void *src, struct err *e);

#endif
