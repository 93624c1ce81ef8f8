/* Asking a model: sending a step's prompt, taking the answer back to a worker. */
#include <stdlib.h>
#include <string.h>
#include "work/spend.h"

#define PATIENCE_MS 10000 /* a model that rests for longer is passed over, when there is another */

/* What an answer that is one, but no use, means to people. */
static void useless(struct task_answer *to, const struct llm_answer *a)
{
    const char *how = llm_finish_name(a->finish);
    if (a->finish == LLM_LENGTH)
        (void)err_set(&to->err, ERR_UPSTREAM, "the model's answer was cut (%s): raise llm-max-tokens", how);
    else if (a->n_text) (void)err_set(&to->err, ERR_UPSTREAM, "the model did not answer (%s): %.300s", how, a->text);
    else (void)err_set(&to->err, ERR_UPSTREAM, "the model did not answer (%s)", how);
}

/* Loop thread: copies what the callback lends and hands the task to a worker. */
static void answered(void *arg, const struct llm_answer *a)
{
    struct task *t = arg;
    struct task_answer *to = &t->answer;
    free(to->text);
    *to = (struct task_answer){ .fault = a->fault, .finish = a->finish, .retryable = a->retryable };
    to->text = a->text ? strndup(a->text, a->n_text) : strdup("");
    to->call = (struct llm_call_row){ .plan = t->job.plan,
                                      .job = t->job.n,
                                      .at = clock_now(t->work->config.service->clock),
                                      .input = a->usage.input,
                                      .output = a->usage.output,
                                      .cached = a->usage.cached,
                                      .written = a->usage.written,
                                      .usd = llm_cost(t->llm, &a->usage),
                                      .latency_ms = a->latency_ms,
                                      .first_ms = a->first_ms > 0 ? a->first_ms : 0,
                                      .status = a->status };
    (void)snprintf(to->request_id, sizeof to->request_id, "%s", a->request_id ? a->request_id : "");
    (void)snprintf(to->err.msg, sizeof to->err.msg, "%s", a->message ? a->message : "");
    to->err.kind = a->kind;
    if (!to->text) {
        to->retryable = true;
        to->fault = LLM_FAULT_NOMEM;
        (void)err_nomem(&to->err);
    } else if (a->kind == ERR_OK && a->finish != LLM_STOP) {
        useless(to, a);
    }
    work_ready(t->work, t, TASK_ANSWERED);
}

/* What was sent, as it was put together for every kind of server: {"system", "context", "task", "schema"}. */
static const char *said_to(struct task *t, const struct llm_request *r)
{
    auto_buf task = BUF_INIT(BUF_MAX_DEFAULT);
    buf_str(&task, r->user);
    for (size_t i = 0; i < r->n_turns; i++) buf_fmt(&task, "\n\n%s\n\n%s", r->turns[i].call, r->turns[i].result);
    const struct { const char *key, *text; } members[] = {
        { "system", r->system }, { "context", r->context }, { "task", buf_cstr(&task) }, { "schema", r->schema_name },
    };
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    buf_char(&b, '{');
    for (size_t i = 0; i < countof(members); i++) {
        buf_key(&b, members[i].key);
        buf_json(&b, members[i].text);
    }
    buf_char(&b, '}');
    return b.failed || task.failed ? NULL : arena_dup_n(t->arena, buf_cstr(&b), b.n);
}

/* Where the project keeps what is said. The request has no secrets any more; an answer may have made one up. */
static void keep_said(struct task *t, struct llm_call_row *row)
{
    auto_buf clean = BUF_INIT(BUF_MAX_DEFAULT);
    if (!t->said) return;
    (void)planner_redact(t->answer.text ? t->answer.text : "", &clean);
    row->request = t->said;
    row->answer = clean.failed ? NULL : arena_dup_n(t->arena, buf_cstr(&clean), clean.n);
    row->until = row->at + service_keep_calls(&t->rows);
}

/* Worker: the call is on record whatever becomes of its text. */
void step_answered(struct task *t)
{
    struct llm_call_row *row = arena_push(t->arena, &t->done.calls, sizeof *row);
    if (!row) return;
    *row = t->answer.call;
    row->provider = t->model;
    row->step = step_name(t->step.kind);
    row->prompt = t->version;
    row->request_id = t->answer.request_id[0] ? arena_dup(t->arena, t->answer.request_id) : NULL;
    row->error = t->answer.err.kind == ERR_OK ? NULL : arena_dup(t->arena, t->answer.err.msg);
    keep_said(t, row);
}

struct llm *task_model(const struct task *t)
{
    return llm_models_pick(t->work->config.models, t->rows.plan.provider, step_name(t->step.kind));
}

/* Behind the task, or behind what it was shown last: what the model has seen since, how often it may still look, and what
 * is wrong with its last answer. */
static bool put_behind(struct task *t, const char *seen, struct step_prompt *p)
{
    if (t->brief.looks && t->step.kind != STEP_MESSAGE && !planner_looked(p, seen, t->brief.looks - t->rounds, t->arena))
        return false;
    if (t->partial) return planner_go_on(p, t->partial, t->arena);
    return !t->sent_back || planner_again(p, &t->answer.err, t->answer.text, t->arena);
}

/* What it has seen belongs to the task, or follows it as results of the tool. */
static bool fill_task(struct task *t, struct llm_request *r)
{
    struct step_prompt p = t->prompt;
    struct llm_turn *turns = arena_alloc(t->arena, (t->turns.n + 1) * sizeof *turns);
    bool by_turns = t->brief.look_tool && t->turns.n;
    if (!turns) return false;
    if (by_turns) {
        memcpy(turns, t->turns.v, t->turns.n * sizeof *turns);
        p.task = turns[t->turns.n - 1].result;
    }
    if (!put_behind(t, t->brief.look_tool ? NULL : t->seen, &p)) return false;
    t->version = p.version;
    r->user = by_turns ? t->prompt.task : p.task;
    if (!by_turns) return true;
    turns[t->turns.n - 1].result = p.task;
    r->turns = turns;
    r->n_turns = t->turns.n;
    return true;
}

static enum err_kind fill_look(struct task *t, struct llm_request *r, struct err *e)
{
    auto_buf text = BUF_INIT(65536);
    struct llm_schema *look = arena_alloc(t->arena, sizeof *look);
    if (!look) return err_nomem(e);
    look_schema(&text);
    *look = (struct llm_schema){ LOOK_TOOL, arena_dup_n(t->arena, buf_cstr(&text), text.n),
                                 "Shows more of the code, before you answer" };
    r->look = look;
    r->may_look = t->rounds < t->brief.looks;
    return buf_check(&text, e);
}

/* The schema of every step that makes a plan: what calls by tools begin with. */
static enum err_kind schemas(struct task *t, struct llm_request *r, struct err *e)
{
    struct llm_schema *v = arena_alloc(t->arena, STEP_MESSAGE * sizeof *v);
    if (!v) return err_nomem(e);
    if (t->step.kind == STEP_MESSAGE) return ERR_OK;
    for (int i = 0; i < STEP_MESSAGE; i++) {
        bool may_look = t->brief.looks > 0 && !t->brief.look_tool;
        enum err_kind k = planner_schema((enum step_kind)i, may_look, t->arena, &v[i].text, e);
        if (k != ERR_OK) return k;
        v[i].name = step_name((enum step_kind)i);
        v[i].help = NULL;
    }
    r->schemas = v;
    r->n_schemas = STEP_MESSAGE;
    return t->brief.look_tool ? fill_look(t, r, e) : ERR_OK;
}

/* The texts of the step, for a model that looks as this one does. */
static enum err_kind prompt(struct task *t, const struct llm *m, struct err *e)
{
    bool look_tool = t->brief.looks > 0 && t->step.kind != STEP_MESSAGE && llm_looks(m);
    int64_t redacted = t->prompt.redacted;
    enum err_kind k;
    if (t->prompt.system && t->brief.look_tool == look_tool) return ERR_OK;
    t->brief.look_tool = look_tool;
    k = planner_prompt(&t->brief, &t->step, t->arena, &t->prompt, e);
    if (redacted) t->prompt.redacted = redacted; /* the same texts again, and what was shown since */
    return k;
}

static enum err_kind fill_request(struct task *t, const struct llm *m, struct llm_request *r, struct err *e)
{
    enum err_kind k = prompt(t, m, e);
    if (k != ERR_OK || (k = schemas(t, r, e)) != ERR_OK) return k;
    if (!fill_task(t, r)) return err_nomem(e);
    r->step = step_name(t->step.kind);
    r->system = t->prompt.system;
    r->context = t->prompt.context[0] ? t->prompt.context : NULL;
    r->schema = t->partial ? NULL : t->prompt.schema; /* half an object fits no schema */
    r->schema_name = t->prompt.schema_name;
    r->raw = t->partial != NULL;
    t->said = service_keep_calls(&t->rows) ? said_to(t, r) : NULL;
    return arena_check(t->arena, e);
}

/* The first of the chain that takes a call now. One that rests for a moment is waited for, not passed over. NULL: how
 * long until one may be called again. */
static struct llm *admitted(struct task *t, struct llm *first, bool *ret_any, struct llm_rest *ret)
{
    struct llm *m;
    for (size_t i = t->passed; (m = llm_models_chain(t->work->config.models, first, i)); i++) {
        struct llm_rest rest;
        if (!service_model_allowed(&t->rows, llm_name(m))) continue;
        *ret_any = true;
        if (llm_admit(m, &rest)) return m;
        if (!ret->ms || rest.ms < ret->ms) *ret = rest;
        if (!rest.broken && rest.ms < PATIENCE_MS) break;
    }
    return NULL;
}

static enum err_kind call(struct task *t, struct llm *m, const struct llm_request *r, struct err *e)
{
    struct work *w = t->work;
    enum err_kind k;
    HOLD(&w->lock); /* until calling and call are both set: the answer may come before llm_call returns */
    if (t->voided) return err_set(e, ERR_CONFLICT, "the plan has moved on");
    if (w->closing) return err_set(e, ERR_CONFLICT, "the daemon stops; the next start takes the step up again");
    t->model = llm_name(m);
    t->llm = m;
    t->brief.drafted_by = llm_model(m);
    if ((k = llm_call(m, r, answered, live_delta, t, &t->call, e)) != ERR_OK) return k;
    t->calling = true;
    t->sent += spend_bytes(r);
    return ERR_OK;
}

enum err_kind step_ask(struct task *t, bool *ret_asked, struct err *e)
{
    struct llm *first = task_model(t), *m;
    struct llm_request r = { 0 };
    struct llm_rest rest = { 0 };
    struct err why;
    enum spend may = SPEND_OK;
    bool any = false;
    enum err_kind k;
    *ret_asked = false;
    if (!first)
        return err_set(e, ERR_INVALID,
                       "the plan's model '%s' is configured no more; configure it, or fork the plan with another",
                       t->rows.plan.provider);
    m = admitted(t, first, &any, &rest);
    if (!any)
        return err_set(e, ERR_FORBIDDEN,
                       "the project's settings let no model that the plan could use see its codebases ('models', PATCH "
                       "/projects/{id})");
    if (!m) {
        (void)err_set(&why, ERR_UPSTREAM, "%s", rest.why);
        task_park(t, rest.ms, &why);
        return ERR_OK;
    }
    k = fill_request(t, m, &r, e);
    if (k == ERR_OK) k = spend_look(t, m, &r, &may, &why, e);
    if (k == ERR_OK && may == SPEND_OK) {
        live_begin(t);
        k = call(t, m, &r, e);
    }
    *ret_asked = k == ERR_OK && may == SPEND_OK;
    if (!*ret_asked) llm_unadmit(m);
    if (k == ERR_OK && may != SPEND_OK) spend_end(t, may, &why);
    return k;
}
