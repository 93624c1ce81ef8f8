/* Asking a model: sending a step's prompt, taking the answer back to a worker. */
#include <stdlib.h>
#include <string.h>
#include "pland/base/log.h"
#include "work/task.h"

/* Loop thread: copies what the callback lends and hands the task to a worker. */
static void answered(void *arg, const struct llm_answer *a)
{
    struct task *t = arg;
    struct task_answer *to = &t->answer;
    free(to->text);
    *to = (struct task_answer){ .fault = a->fault, .finish = a->finish, .retryable = a->retryable, .retry_after_ms = a->retry_after_ms };
    to->text = a->text ? strndup(a->text, a->n_text) : strdup("");
    to->call = (struct llm_call_row){ .plan = t->job.plan, .job = t->job.n, .at = clock_now(t->work->config.service->clock),
        .input = a->usage.input, .output = a->usage.output, .cached = a->usage.cached, .latency_ms = a->latency_ms, .status = a->status };
    (void)snprintf(to->err.msg, sizeof to->err.msg, "%s", a->message ? a->message : "");
    to->err.kind = a->kind;
    if (!to->text) {
        to->retryable = true;
        to->fault = LLM_FAULT_NOMEM;
        (void)err_nomem(&to->err);
    } else if (a->kind == ERR_OK && a->finish != LLM_STOP) {
        (void)err_set(&to->err, ERR_UPSTREAM, a->finish == LLM_LENGTH ? "the model's answer was cut (%s): raise llm-max-tokens" : "the model did not answer (%s)", llm_finish_name(a->finish));
    }
    work_ready(t->work, t, TASK_ANSWERED);
}

/* Worker: the call is on record whatever becomes of its text. */
void step_answered(struct task *t)
{
    struct llm_call_row *row = arena_push(t->arena, &t->done.calls, sizeof *row);
    struct work *w = t->work;
    if (row) {
        *row = t->answer.call;
        row->provider = t->rows.plan.provider;
        row->step = step_name(t->step.kind);
        row->error = t->answer.err.kind == ERR_OK ? NULL : arena_dup(t->arena, t->answer.err.msg);
    }
    HOLD(&w->lock);
    if (t->answer.err.kind == ERR_OK) w->down = 0;
}

static const char *task_text(struct task *t)
{
    if (!t->sent_back) return arena_fmt(t->arena, "%s\n\n%s", t->prompt.context, t->prompt.task);
    return arena_fmt(t->arena, "%s\n\n%s\n\nYour last answer was not accepted: %s%s%s. Answer again, complete and corrected. Your last answer:\n%s",
                     t->prompt.context, t->prompt.task, t->answer.err.at, t->answer.err.at[0] ? ": " : "", t->answer.err.msg, t->answer.text);
}

enum err_kind step_ask(struct task *t, struct err *e)
{
    struct work *w = t->work;
    struct llm_request r = { .step = step_name(t->step.kind) };
    enum err_kind k;
    if (!t->prompt.system && (k = planner_prompt(&t->brief, &t->step, t->arena, &t->prompt, e)) != ERR_OK) return k;
    r.system = t->prompt.system;
    r.user = task_text(t);
    r.schema = t->prompt.schema;
    r.schema_name = t->prompt.schema_name;
    if ((k = arena_check(t->arena, e)) != ERR_OK) return k;
    HOLD(&w->lock); /* until calling and call are both set: the answer may come before llm_call returns */
    if (t->voided) return err_set(e, ERR_CONFLICT, "the plan has moved on");
    if (w->closing) return err_set(e, ERR_CONFLICT, "the daemon stops; the next start takes the step up again");
    if ((k = llm_call(w->config.llm, &r, answered, NULL, t, &t->call, e)) != ERR_OK) return k;
    t->calling = true;
    return ERR_OK;
}
