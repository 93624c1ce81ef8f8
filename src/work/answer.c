/* What becomes of a model's answer: accepted and committed, gone on with when it was cut, sent back with its errors,
 * given to the next model of the chain, tried again later, or the end of the step. */
#include "work/task.h"

#include <stdlib.h>
#include <string.h>
#include "pland/base/log.h"

enum { SENT_BACK_MAX = 2, CONTINUED_MAX = 3 };

/* Asks once more. True: an answer will come. */
static bool again(struct task *t)
{
    bool asked = false;
    struct err e;
    if (step_ask(t, &asked, &e) != ERR_OK) task_fail(t, &e);
    return asked;
}

/* Going on may begin with a fence, whatever was asked for. */
static const char *without_fence(char *s)
{
    char *end = s + strlen(s);
    if (strncmp(s, "```", 3) != 0) return s;
    while (end > s && strchr(" \n`", end[-1])) *--end = '\0';
    s += strcspn(s, "\n");
    return *s ? s + 1 : s;
}

/* The answer so far, this one included; it takes the answer's place. */
static bool join(struct task *t)
{
    struct task_answer *a = &t->answer;
    char *whole = NULL;
    if (!t->partial) return true;
    if (asprintf(&whole, "%s%s", t->partial, without_fence(a->text)) < 0) return false;
    free(a->text);
    free(TAKE(t->partial));
    a->text = whole;
    return true;
}

static bool cut(const struct task *t)
{
    return t->answer.fault == LLM_FAULT_NONE && t->answer.finish == LLM_LENGTH && t->answer.text && *t->answer.text &&
           t->continued < CONTINUED_MAX;
}

static bool nomem(struct task *t)
{
    struct err e;
    (void)err_nomem(&e);
    task_fail(t, &e);
    return false;
}

static bool go_on(struct task *t)
{
    t->continued++;
    t->partial = TAKE(t->answer.text);
    return again(t);
}

static bool send_back(struct task *t, const struct err *why)
{
    if (t->sent_back >= SENT_BACK_MAX) {
        task_give_up(t, why);
        return false;
    }
    t->sent_back++;
    t->answer.err = *why;
    return again(t);
}

static bool accept(struct task *t)
{
    struct step_result r = { .kind = t->step.kind };
    struct err e;
    enum err_kind k = planner_accept(&t->brief, &t->step, t->answer.text, t->arena, &r, &e);
    if (k == ERR_INVALID) return send_back(t, &e);
    if (k == ERR_OK) k = step_commit(t, &r, &e);
    if (k != ERR_OK) task_fail(t, &e);
    return false;
}

/* No repetition makes this model answer; another one might. */
static bool hopeless(enum llm_fault f)
{
    return f == LLM_FAULT_KEY || f == LLM_FAULT_PERMISSION || f == LLM_FAULT_NOT_FOUND || f == LLM_FAULT_QUOTA ||
           f == LLM_FAULT_UNSUPPORTED || f == LLM_FAULT_CERT || f == LLM_FAULT_TOO_LONG || f == LLM_FAULT_REQUEST;
}

static bool next_model(struct task *t)
{
    struct llm *next = llm_models_chain(t->work->config.models, task_model(t), t->passed + 1u);
    if (!hopeless(t->answer.fault) || !next) return false;
    log_warn("a model cannot be used, the next one is asked", LOG_S("model", t->model), LOG_S("next", llm_name(next)),
             LOG_E(&t->answer.err));
    t->passed++;
    return true;
}

bool answer_take(struct task *t)
{
    bool more = cut(t);
    step_answered(t);
    if ((t->answer.err.kind == ERR_OK || more) && !join(t)) return nomem(t);
    if (more) return go_on(t);
    if (t->answer.err.kind == ERR_OK) return accept(t);
    if (next_model(t) || policy_down(&t->answer))
        return again(t); /* of another model, or of this one when it has rested */
    task_fail_model(t);
    return false;
}
