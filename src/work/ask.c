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
        row->provider = t->model;
        row->step = step_name(t->step.kind);
        row->error = t->answer.err.kind == ERR_OK ? NULL : arena_dup(t->arena, t->answer.err.msg);
    }
    HOLD(&w->lock);
    if (t->answer.err.kind == ERR_OK) w->down = 0;
}

struct llm *task_model(const struct task *t)
{
    return llm_models_pick(t->work->config.models, t->rows.plan.provider, step_name(t->step.kind));
}

static const char *task_text(struct task *t)
{
    if (!t->sent_back) return t->prompt.task;
    return arena_fmt(t->arena, "%s\n\nYour last answer was not accepted: %s%s%s. Answer again, complete and corrected. Your last answer:\n%s",
                     t->prompt.task, t->answer.err.at, t->answer.err.at[0] ? ": " : "", t->answer.err.msg, t->answer.text);
}

/* Every step's schema: what calls by tools begin with. */
static enum err_kind schemas(struct task *t, struct llm_request *r, struct err *e)
{
    struct llm_schema *v = arena_alloc(t->arena, STEP_KIND_N_ * sizeof *v);
    if (!v) return err_nomem(e);
    for (int i = 0; i < STEP_KIND_N_; i++) {
        enum err_kind k = planner_schema((enum step_kind)i, t->arena, &v[i].text, e);
        if (k != ERR_OK) return k;
        v[i].name = step_name((enum step_kind)i);
    }
    r->schemas = v;
    r->n_schemas = STEP_KIND_N_;
    return ERR_OK;
}

static enum err_kind fill_request(struct task *t, struct llm_request *r, struct err *e)
{
    enum err_kind k = t->prompt.system ? ERR_OK : planner_prompt(&t->brief, &t->step, t->arena, &t->prompt, e);
    if (k != ERR_OK || (k = schemas(t, r, e)) != ERR_OK) return k;
    r->step = step_name(t->step.kind);
    r->system = t->prompt.system;
    r->context = t->prompt.context;
    r->user = task_text(t);
    r->schema = t->prompt.schema;
    r->schema_name = t->prompt.schema_name;
    return arena_check(t->arena, e);
}

enum err_kind step_ask(struct task *t, struct err *e)
{
    struct work *w = t->work;
    struct llm *m = task_model(t);
    struct llm_request r = { 0 };
    enum err_kind k;
    if (!m) return err_set(e, ERR_INVALID, "the plan's model '%s' is configured no more; configure it, or fork the plan with another", t->rows.plan.provider);
    if ((k = fill_request(t, &r, e)) != ERR_OK) return k;
    HOLD(&w->lock); /* until calling and call are both set: the answer may come before llm_call returns */
    if (t->voided) return err_set(e, ERR_CONFLICT, "the plan has moved on");
    if (w->closing) return err_set(e, ERR_CONFLICT, "the daemon stops; the next start takes the step up again");
    t->model = llm_name(m);
    t->llm = m;
    if ((k = llm_call(m, &r, answered, NULL, t, &t->call, e)) != ERR_OK) return k;
    t->calling = true;
    return ERR_OK;
}
