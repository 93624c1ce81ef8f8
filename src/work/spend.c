/* Before a call: budgets, with what other steps have spent since this one was loaded and are about to spend.
 *
 * Each step that is let through puts down what its call may take until it is over; steps that come later count what
 * those before them have put down. Near its end a budget is so used by one step after the other, and exceeded by one
 * call at most, however many phases are written at once. */
#include "work/spend.h"

#include <string.h>

enum { BYTES_PER_TOKEN = 4, ANSWER_TOKENS = 2000, WAIT_MS = 500 };

static void count(struct usage *to, const struct usage *u)
{
    to->input += u->input;
    to->output += u->output;
    to->usd += u->usd;
}

int64_t spend_bytes(const struct llm_request *r)
{
    size_t n = strlen(r->system) + strlen(r->context ? r->context : "") + strlen(r->user);
    for (size_t i = 0; i < r->n_turns; i++) n += strlen(r->turns[i].call) + strlen(r->turns[i].result);
    return (int64_t)n;
}

/* Puts down what this call may take, and sums up what those before it have put down. */
static void put_down(struct task *t, const struct llm *m, const struct llm_request *r, struct spending *ret)
{
    struct work *w = t->work;
    struct llm_usage u = { .known = true, .input = spend_bytes(r) / BYTES_PER_TOKEN, .output = ANSWER_TOKENS };
    HOLD(&w->lock);
    t->reserved = (struct usage){ .input = u.input, .output = u.output, .usd = llm_cost(m, &u) };
    t->place = ++w->places;
    for (const struct task *o = w->all; o; o = o->all_next) {
        if (!o->place || o->place >= t->place || o->rows.plan.project != t->rows.plan.project) continue;
        count(&ret->project, &o->reserved);
        if (o->rows.plan.n == t->rows.plan.n) count(&ret->plan, &o->reserved);
    }
}

static void own_calls(const struct task *t, struct usage *ret)
{
    for (size_t i = 0; i < t->done.calls.n; i++) {
        const struct llm_call_row *c = &t->done.calls.v[i];
        count(ret, &(struct usage){ .input = c->input, .output = c->output, .usd = c->usd });
    }
}

enum err_kind spend_look(struct task *t, const struct llm *m, const struct llm_request *r, enum spend *ret, struct err *why,
                         struct err *e)
{
    const struct service *s = t->work->config.service;
    const char *unpriced = llm_priced(m) ? NULL : llm_name(m);
    struct spending own = { 0 }, all = { 0 };
    enum err_kind k;
    put_down(t, m, r, &all);
    if ((k = service_step_money(t->work->config.service, &t->rows, t->arena, e)) != ERR_OK) return k;
    own_calls(t, &own.plan);
    own.project = own.plan;
    count(&all.plan, &own.plan);
    count(&all.project, &own.plan);
    *ret = SPEND_STOP;
    if (service_over_budget(s, &t->rows, &own, unpriced, t->arena, why)) return ERR_OK;
    if (t->step.kind == STEP_OUTLINE && !t->done.calls.n && service_beyond_budget(s, &t->rows, t->arena, why)) return ERR_OK;
    *ret = SPEND_OK;
    if (t->done.calls.n || !service_over_budget(s, &t->rows, &all, unpriced, t->arena, why)) return ERR_OK;
    *ret = SPEND_WAIT; /* what those before it have put down may be more than they take */
    (void)err_set(why, ERR_BUSY, "calls under way may use up the budget: they are waited for");
    return ERR_OK;
}

void spend_end(struct task *t, enum spend what, const struct err *why)
{
    if (what == SPEND_STOP) task_stop(t, why);
    else task_park(t, WAIT_MS, why);
}
