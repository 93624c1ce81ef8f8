/* Running a task: which kind of job goes which way, stage by stage. */
#include "work/task.h"

#include <stdlib.h>
#include <string.h>
#include "pland/base/log.h"
#include "work/import.h"
#include "work/study.h"

/* What a kind of job is: a planning step (offline or by a model), a check, a webhook, a look at moved code, or a fetch.
 */
enum way { WAY_STEP, WAY_CHECK, WAY_DELIVER, WAY_TRACKER, WAY_MOVED, WAY_IMPORT };
static const struct { enum way way; enum step_kind step; } ways[JOB_KIND_N_] = {
    [JOB_RESEARCH] = { WAY_STEP, STEP_UNDERSTAND }, [JOB_OPTIONS] = { WAY_STEP, STEP_OPTIONS },
    [JOB_OUTLINE] = { WAY_STEP, STEP_OUTLINE },     [JOB_PHASE] = { WAY_STEP, STEP_PHASE },
    [JOB_CLOSING] = { WAY_STEP, STEP_CLOSING },     [JOB_REPAIR] = { WAY_STEP, STEP_REPAIR },
    [JOB_REFINE] = { WAY_STEP, STEP_REFINE },       [JOB_CHECK] = { WAY_CHECK, STEP_KIND_N_ },
    [JOB_DELIVER] = { WAY_DELIVER, STEP_KIND_N_ },  [JOB_INBOUND] = { WAY_TRACKER, STEP_KIND_N_ },
    [JOB_MOVED] = { WAY_MOVED, STEP_KIND_N_ },
    [JOB_IMPORT] = { WAY_IMPORT, STEP_KIND_N_ },    [JOB_TICKET] = { WAY_TRACKER, STEP_KIND_N_ },
    [JOB_POLL] = { WAY_TRACKER, STEP_KIND_N_ },
    [JOB_MESSAGE] = { WAY_STEP, STEP_MESSAGE },
};

void task_free(struct task *t)
{
    study_unref(t->work->studies, t->study);
    free(t->answer.text);
    free(t->partial);
    free(t->deliver_why);
    arena_free(t->arena);
    free(t);
}

static bool offline(const struct task *t)
{
    return strcmp(t->rows.plan.provider, "offline") == 0;
}

/* Returns true when the task waits for a model and must not be ended. */
static bool run_step(struct task *t)
{
    struct work *w = t->work;
    struct err e;
    enum err_kind k;
    t->step = (struct step_request){ .kind = ways[t->job.kind].step,
                                     .subject = t->job.kind == JOB_PHASE ? t->job.subject : NULL };
    k = step_prepare(t, &e);
    if (k == ERR_OK && (t->done.conflict = step_conflict(t)) != NULL) {
        k = service_step_finish(w->config.service, &t->done, &e);
    } else if (k == ERR_OK && ways[t->job.kind].way == WAY_CHECK) {
        k = step_check(t, &e);
    } else if (k == ERR_OK && offline(t)) {
        k = step_offline(t, &e);
        if (k == ERR_INVALID && t->job.kind == JOB_REFINE) { /* it asks for what cannot be: the plan stays as it was */
            t->done.conflict = arena_dup(t->arena, e.msg);
            k = service_step_finish(w->config.service, &t->done, &e);
        }
    } else if (k == ERR_OK) {
        bool asked;
        k = step_ask(t, &asked, &e);
        if (k == ERR_OK) return asked;
    }
    if (k != ERR_OK && t->waits) task_wait(t, &e);
    else if (k != ERR_OK) task_fail(t, &e);
    return false;
}

static void delivered(void *arg, int64_t run_at, const char *why, bool over)
{
    struct task *t = arg;
    t->deliver_at = run_at;
    t->deliver_why = why ? strdup(why) : NULL;
    work_ready(t->work, t, over ? TASK_OVER : TASK_DELIVERED);
}

static bool run_deliver(struct task *t)
{
    struct err e;
    if (tracker_deliver(t->work->config.tracker, &t->job, delivered, t, &e) == ERR_OK) return true;
    task_fail(t, &e);
    return false;
}

static void settle_delivery(struct task *t)
{
    struct service *s = t->work->config.service;
    struct err e;
    enum err_kind k = t->deliver_at ? service_job_again(s, &t->job, t->work->node, t->deliver_at, t->deliver_why, &e)
                                    : service_job_done(s, &t->job, t->work->node, &e);
    if (k != ERR_OK && k != ERR_CONFLICT) log_warn("a delivery's end could not be recorded", LOG_E(&e));
}

/* Tickets: what was sent, what is told, what is asked; on threads that may wait for the network. */
static bool run_tracker(struct task *t)
{
    struct err e;
    if (tracker_work(t->work->config.tracker, &t->job, delivered, t, &e) == ERR_OK) return true;
    task_fail(t, &e);
    return false;
}

static void run_moved(struct task *t)
{
    struct err e;
    if (step_moved(t, &e) != ERR_OK) task_fail(t, &e);
}

/* Returns true when the task goes on by itself. */
static bool start(struct task *t)
{
    switch (ways[t->job.kind].way) {
    case WAY_DELIVER: return run_deliver(t);
    case WAY_TRACKER: return run_tracker(t);
    case WAY_MOVED: run_moved(t); return false;
    case WAY_IMPORT: return import_start(t);
    case WAY_STEP:
    case WAY_CHECK: break;
    }
    return run_step(t);
}

void task_run(struct task *t)
{
    struct work *w = t->work;
    if (t->stage == TASK_DELIVERED) {
        settle_delivery(t);
    } else if (t->stage == TASK_OVER) {
        ; /* only to be freed */
    } else if (t->stage == TASK_IMPORTED) {
        import_settle(t);
    } else if (work_voided(w, t)) {
        if (t->stage == TASK_ANSWERED) { /* what was paid is recorded */
            step_answered(t);
            task_fail_model(t);
        }
    } else if (t->stage == TASK_START) {
        if (start(t)) return;
    } else if (answer_take(t)) {
        return;
    }
    work_end(w, t);
}
