/* What becomes of a model's answer: accepted and committed, gone on with when it was cut, sent back with its errors,
 * given to the next model of the chain, tried again later, or the end of the step. */
#include "work/task.h"

#include <stdlib.h>
#include <string.h>
#include "pland/base/log.h"

enum { SENT_BACK_MAX = 2, CONTINUED_MAX = 3, SEEN_MAX = 96 * 1024 /* bytes shown to one step that looks */ };

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

/* --- looking ------------------------------------------------------------------------------------------------------ */
/* Shows what was asked for, and asks again. */
static bool look(struct task *t, const struct looks *l)
{
    auto_buf seen = BUF_INIT(BUF_MAX_DEFAULT);
    struct llm_turn *turn = arena_push(t->arena, &t->turns, sizeof *turn);
    struct err e;
    enum err_kind k;
    size_t before;
    if (!turn) return nomem(t);
    buf_str(&seen, t->seen);
    before = seen.n;
    k = looks_take(&t->brief, l, seen.n < SEEN_MAX ? SEEN_MAX - seen.n : 0, t->arena, &seen, &t->looked,
                   &t->prompt.redacted, &e);
    if (k == ERR_OK) k = buf_check(&seen, &e);
    if (k == ERR_OK) {
        t->seen = arena_dup_n(t->arena, buf_cstr(&seen), seen.n);
        *turn = (struct llm_turn){ arena_dup(t->arena, t->answer.text), t->seen ? t->seen + before : "" };
        k = arena_check(t->arena, &e);
    }
    if (k != ERR_OK) {
        task_fail(t, &e);
        return false;
    }
    t->rounds++;
    t->sent_back = 0;
    return again(t);
}

static enum err_kind keep_looked(struct task *t, struct err *e)
{
    struct looked_step s = { .step = step_name(t->step.kind), .subject = t->job.subject };
    if (!t->looked.n) return ERR_OK;
    memcpy(&s.requests, &t->looked, sizeof s.requests);
    return task_part(t, arena_fmt(t->arena, "looked:%s:%s", s.step, s.subject ? s.subject : ""), &looked_step_record, &s, e);
}

static bool accept(struct task *t)
{
    struct step_result r = { .kind = t->step.kind };
    struct looks asked;
    struct err e;
    enum err_kind k = looks_parse(t->answer.text, t->arena, &asked, &e);
    if (k == ERR_OK && asked.requests.n) {
        if (t->rounds < t->brief.looks) return look(t, &asked);
        k = err_at(&e, ERR_INVALID, "/requests", "everything that can be shown has been shown: answer now, without requests");
    }
    if (k == ERR_OK) k = planner_accept(&t->brief, &t->step, t->answer.text, t->arena, &r, &e);
    if (k == ERR_INVALID) return send_back(t, &e);
    if (k == ERR_OK) k = keep_looked(t, &e);
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
