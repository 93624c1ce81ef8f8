/* Retrying: what is temporary, what is parked, what is given up, and how long each waits. All of it is here. */
#include "work/task.h"

#include <string.h>
#include "pland/base/log.h"

#define WAIT_CAP_MS 60000
#define IMPORT_WAIT_MS 15000

bool policy_temporary(enum err_kind k)
{
    return k == ERR_BUSY || k == ERR_NOMEM || k == ERR_IO || k == ERR_FULL || k == ERR_UPSTREAM || k == ERR_TIMEOUT;
}

static void count(struct work *w, bool again)
{
    HOLD(&w->lock);
    if (again) w->stats.again++;
    else w->stats.failed++;
}

static void end_plan_step(struct task *t, enum step_failure how, int64_t wait, const struct err *why)
{
    struct service *s = t->work->config.service;
    struct err lost;
    count(t->work, how == STEP_AGAIN || how == STEP_WAIT);
    if (service_step_fail(s, &t->done, how, clock_now(s->clock) + wait, why, &lost) != ERR_OK &&
        lost.kind != ERR_CONFLICT)
        log_warn("a step's failure could not be recorded; its lease will run out", LOG_I("job", t->job.n),
                 LOG_E(&lost));
}

/* Webhook jobs have no plan: they are tried again, and after the last attempt closed. */
static void end_other(struct task *t, bool again, int64_t wait, const struct err *why)
{
    struct service *s = t->work->config.service;
    struct err lost;
    enum err_kind k;
    count(t->work, again);
    k = again ? service_job_again(s, &t->job, t->work->node, clock_now(s->clock) + wait, why->msg, &lost)
              : service_job_done(s, &t->job, t->work->node, &lost);
    if (k != ERR_OK && k != ERR_CONFLICT) log_warn("a job's failure could not be recorded", LOG_E(&lost));
}

void task_fail(struct task *t, const struct err *why)
{
    const struct work_config *c = &t->work->config;
    bool again = policy_temporary(why->kind) && t->job.attempts + 1 < c->attempts;
    int64_t wait = clock_backoff(c->retry_base_ms, t->job.attempts, WAIT_CAP_MS);
    if (why->kind == ERR_CONFLICT) return; /* lease or generation lost: somebody else's now */
    log_warn(again ? "a step is tried again" : "a step failed", LOG_S("kind", job_kind_names[t->job.kind]),
             LOG_I("job", t->job.n), LOG_E(why));
    if (t->job.plan) end_plan_step(t, again ? STEP_AGAIN : STEP_BROKEN, wait, why);
    else end_other(t, again, wait, why);
}

/* The end of an import wakes it; this is for what is missed. */
void task_wait(struct task *t, const struct err *why)
{
    end_plan_step(t, STEP_WAIT, IMPORT_WAIT_MS, why);
}

void task_give_up(struct task *t, const struct err *why)
{
    struct err e;
    (void)err_set(&e, ERR_UPSTREAM,
                  "the model's answer to %s was not accepted %d times, last because of %s%s%s; another model may do better "
                  "(llm-model, llm-routes)",
                  step_name(t->step.kind), t->sent_back + 1, why->at, why->at[0] ? ": " : "", why->msg);
    log_warn("a model's answers were not accepted", LOG_I("job", t->job.n), LOG_E(&e));
    end_plan_step(t, STEP_BROKEN, 0, &e);
}

bool policy_down(const struct task_answer *a)
{
    enum llm_fault f = a->fault;
    if (!a->retryable) return false;
    return f == LLM_FAULT_RATE || f == LLM_FAULT_OVERLOADED || f == LLM_FAULT_UNREACHED || f == LLM_FAULT_SERVER ||
           f == LLM_FAULT_TIMEOUT || f == LLM_FAULT_FORM;
}

void task_park(struct task *t, int64_t wait_ms, const struct err *why)
{
    end_plan_step(t, STEP_WAIT, wait_ms, why);
}

void task_stop(struct task *t, const struct err *why)
{
    end_plan_step(t, STEP_BUDGET, 0, why);
}

void task_fail_model(struct task *t)
{
    const struct task_answer *a = &t->answer;
    struct work *w = t->work;
    if (a->fault == LLM_FAULT_CANCELLED || a->fault == LLM_FAULT_STOPPED || a->err.kind == ERR_OK) {
        struct err taken_back;
        (void)err_set(&taken_back, ERR_BUSY, "taken back");
        task_park(t, 0, &taken_back); /* void plans refuse it, stopping daemons requeue it */
    } else if (a->retryable && t->job.attempts + 1 < w->config.attempts) {
        end_plan_step(t, STEP_AGAIN, clock_backoff(w->config.retry_base_ms, t->job.attempts, WAIT_CAP_MS), &a->err);
    } else {
        end_plan_step(t, STEP_BROKEN, 0, &a->err);
    }
}
