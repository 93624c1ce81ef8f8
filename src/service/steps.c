/* Loading what a step may look at, and committing what it made or how it failed. */
#include "pland/service/steps.h"

#include <string.h>
#include "pland/base/log.h"
#include "service/effort.h"
#include "service/flow.h"
#include "service/messages.h"
#include "service/money.h"
#include "service/plan_txn.h"
#include "service/waive.h"

/* --- loading ----------------------------------------------------------------------------------------------------- */
struct load { const struct job *job; struct arena *arena; struct step_rows *rows; int64_t now; };

static enum err_kind load_parts(struct txn *tx, int64_t plan, struct arena *a, struct step_rows *r, struct err *e)
{
    const struct { const char *name; const char **to;
    } parts[] = {
        { "understanding", &r->understanding },
        { "answers", &r->answers },
        { "corrections", &r->corrections },
        { "options", &r->options },
        { "choice", &r->choice },
        { "outline", &r->outline },
        { "closing", &r->closing },
        { "draft", &r->draft },
        { "draft_reason", &r->draft_reason },
        { "findings", &r->findings },
        { "missing", &r->missing },
        { "estimate", &r->estimate },
    };
    struct part_list all = { 0 };
    enum err_kind k = store_part_list(tx, plan, "", a, &all, e);
    if (k != ERR_OK) return k;
    for (size_t i = 0; i < all.n; i++) {
        for (size_t j = 0; j < countof(parts); j++)
            if (strcmp(all.v[i].name, parts[j].name) == 0) *parts[j].to = all.v[i].body;
    }
    return store_part_list(tx, plan, "phase:", a, &r->phases, e);
}

static enum err_kind load_bases(struct txn *tx, int64_t plan, struct arena *a, struct step_rows *r, struct err *e)
{
    struct plan_base_list list = { 0 };
    enum err_kind k = store_base_list(tx, plan, a, &list, e);
    if (k != ERR_OK) return k;
    for (size_t i = 0; i < list.n; i++) {
        struct step_base *b = arena_push(a, &r->bases, sizeof *b);
        if (!b) return err_nomem(e);
        b->base = list.v[i];
        if (!b->base.repository) continue; /* no codebase was named: the empty tree */
        if ((k = store_repository_get_n(tx, b->base.repository, a, &b->repository, e)) != ERR_OK) return k;
        if ((k = store_correction_list(tx, b->base.repository, a, &b->corrections, e)) != ERR_OK) return k;
        if (b->repository.kind == REPOSITORY_GIT &&
            (k = store_import_get(tx, b->repository.n, a, &b->import, e)) != ERR_OK)
            return k;
    }
    return ERR_OK;
}

static enum err_kind load_measured(struct txn *tx, struct load *l, struct err *e)
{
    enum job_kind k = (enum job_kind)l->job->kind;
    if (k != JOB_RESEARCH && k != JOB_OPTIONS && k != JOB_OUTLINE) return ERR_OK;
    return store_usage_steps(tx, l->rows->plan.project, l->arena, &l->rows->measured, e);
}

static enum err_kind money_again(struct txn *tx, void *arg, struct err *e)
{
    struct load *l = arg;
    struct plan_row now = { 0 };
    enum err_kind k = store_plan_get_n(tx, l->rows->plan.n, l->arena, &now, e);
    if (k != ERR_OK) return k;
    l->rows->plan.usd_limit = now.usd_limit;
    l->rows->plan.token_limit = now.token_limit;
    l->rows->plan.usd_used = now.usd_used;
    l->rows->plan.tokens_used = now.tokens_used;
    return money_read(tx, l->now, l->arena, l->rows, e);
}

enum err_kind service_step_money(struct service *s, struct step_rows *r, struct arena *a, struct err *e)
{
    struct load l = { .arena = a, .rows = r, .now = clock_now(s->clock) };
    return store_read(s->store, money_again, &l, e);
}

static enum err_kind load_rows(struct txn *tx, void *arg, struct err *e)
{
    struct load *l = arg;
    struct step_rows *r = l->rows;
    struct arena *a = l->arena;
    enum err_kind k = store_plan_get_n(tx, l->job->plan, a, &r->plan, e);
    if (k != ERR_OK) return k;
    if (r->plan.generation != l->job->generation) return err_set(e, ERR_CONFLICT, "the plan has moved on");
    if ((k = store_ticket_get(tx, r->plan.n, a, &r->ticket, &r->request, e)) != ERR_OK) return k;
    if ((k = load_parts(tx, r->plan.n, a, r, e)) != ERR_OK || (k = load_bases(tx, r->plan.n, a, r, e)) != ERR_OK)
        return k;
    if ((k = store_file_list(tx, r->plan.n, a, &r->files, e)) != ERR_OK) return k;
    if (strcmp(r->plan.provider, "offline") != 0 &&
        ((k = money_read(tx, l->now, l->arena, l->rows, e)) != ERR_OK || (k = load_measured(tx, l, e)) != ERR_OK))
        return k;
    if (r->plan.revision && (k = store_revision_get(tx, r->plan.n, 0, true, a, &r->head, e)) != ERR_OK) return k;
    if (l->job->kind == JOB_MESSAGE) return store_message_get(tx, r->plan.n, l->job->subject, a, &r->message, e);
    if (l->job->kind == JOB_CHECK && (k = effort_known(tx, r->plan.project, a, &r->calibrated_phases,
                                                       &r->calibrated_percent, e)) != ERR_OK)
        return k;
    if ((k = waivers_all(tx, r->plan.n, a, &r->waivers, e)) != ERR_OK || l->job->kind != JOB_REFINE) return k;
    if ((k = store_refinement_get(tx, r->plan.n, l->job->subject, a, &r->refinement, e)) != ERR_OK) return k;
    if (r->refinement.comments && (k = store_comment_list(tx, r->plan.n, a, &r->comments, e)) != ERR_OK) return k;
    if (!r->refinement.base_revision || r->refinement.base_revision == r->head.number) return ERR_OK;
    return store_revision_get(tx, r->plan.n, r->refinement.base_revision, false, a, &r->asked_on, e);
}

enum err_kind service_step_load(struct service *s, const struct job *j, struct arena *a, struct step_rows *ret,
                                struct err *e)
{
    struct load l = { .job = j, .arena = a, .rows = ret, .now = clock_now(s->clock) };
    memset(ret, 0, sizeof *ret);
    return store_read(s->store, load_rows, &l, e);
}

enum err_kind revision_document(const struct revision_row *r, int64_t created, struct arena *a, struct document *ret,
                                struct err *e)
{
    section_list sections = { 0 };
    enum err_kind k;
    for (size_t i = 0; i < r->sections.n; i++) {
        const struct revision_section *from = &r->sections.v[i];
        struct section *s = arena_push(a, &sections, sizeof *s);
        if (!s) return err_nomem(e);
        *s = (struct section){ .id = from->id, .bytes = from->bytes, .n = from->n, .hash = from->hash };
    }
    auto_buf at = BUF_INIT(64);
    if ((k = document_join(&sections, a, ret, e)) != ERR_OK)
        return err_wrap(e, "stored revision %lld", (long long)r->number);
    buf_time(&at, created);
    ret->header.created = arena_dup(a, buf_cstr(&at));
    return arena_check(a, e);
}

/* --- committing --------------------------------------------------------------------------------------------------- */
struct commit {
    struct service *service;
    const struct step_done *done;
    struct arena *arena;
    struct outcome out;
    enum step_failure how; /* failing only */
    int64_t run_at;
    const struct err *why;
};

static enum err_kind finish(struct txn *tx, void *arg, struct err *e)
{
    struct commit *c = arg;
    const struct step_done *d = c->done;
    struct plan_txn p;
    enum err_kind k;
    memset(&c->out, 0, sizeof c->out);
    if ((k = plan_txn_step(&p, tx, c->service, c->arena, &d->job, &c->out, e)) != ERR_OK) return k;
    if ((k = store_job_finish(tx, d->job.n, d->node, JOB_DONE, NULL, e)) != ERR_OK) return k;
    if ((k = money_charge(&p, d, e)) != ERR_OK) return k;
    for (size_t i = 0; i < d->parts.n; i++)
        if ((k = store_part_put(tx, p.row.n, d->parts.v[i].name, d->parts.v[i].body, e)) != ERR_OK) return k;
    if (plan_activity((enum plan_state)p.row.state) == ACTIVITY_WORKING) {
        p.row.waiting_until = 0;
        p.row.wait_reason = NULL;
        k = flow_after(&p, d, e);
    } else if (d->job.kind == JOB_PHASE || d->job.kind == JOB_MESSAGE) {
        /* a sibling failed or the budget stopped: what is finished is kept; a plan that waits is talked to */
        k = flow_after(&p, d, e);
    } else {
        k = err_set(e, ERR_CONFLICT, "the plan is %s", plan_state_names[p.row.state]);
    }
    if (k != ERR_OK || (k = plan_txn_end(&p, 200, e)) != ERR_OK) return k;
    return arena_check(c->arena, e);
}

static enum err_kind only_calls(struct txn *tx, void *arg, struct err *e)
{
    return money_keep_calls(tx, arg, e);
}

/* Runs fn, tells the bus. Calls to a model cost money even when their result comes too late. */
static enum err_kind commit(struct commit *c, store_fn *fn, struct err *e)
{
    auto_arena arena = arena_new(0);
    struct err lost;
    enum err_kind k;
    if (!arena) return err_nomem(e);
    c->arena = arena;
    k = store_exec(c->service->store, fn, c, e);
    if (k == ERR_CONFLICT && c->done->calls.n &&
        store_exec(c->service->store, only_calls, (void *)(uintptr_t)c->done, &lost) != ERR_OK)
        log_error("calls to a model could not be recorded", LOG_E(&lost));
    if (k != ERR_OK) return k;
    for (size_t i = 0; i < c->out.n_notices; i++) bus_publish(c->service->bus, &c->out.notices[i]);
    return ERR_OK;
}

enum err_kind service_step_finish(struct service *s, const struct step_done *d, struct err *e)
{
    struct commit c = { .service = s, .done = d };
    return commit(&c, finish, e);
}

/* --- failing ------------------------------------------------------------------------------------------------------ */
static const char *problem_text(struct arena *a, const struct err *why, const char *step)
{
    auto_buf b = BUF_INIT(65536);
    buf_str(&b, "{\"type\":\"https://pland.dev/problems/");
    buf_str(&b, err_slug(why->kind));
    buf_str(&b, "\",\"title\":");
    buf_json(&b, err_title(why->kind));
    buf_str(&b, ",\"detail\":");
    buf_json(&b, why->msg);
    buf_str(&b, ",\"step\":");
    buf_json(&b, step);
    buf_char(&b, '}');
    return b.failed ? NULL : arena_dup_n(a, buf_cstr(&b), b.n);
}

static enum err_kind park(struct plan_txn *p, const struct commit *c, struct err *e)
{
    bool first = p->row.waiting_until == 0;
    enum err_kind k =
        store_job_retry(p->tx, c->done->job.n, c->done->node, c->run_at, c->how == STEP_AGAIN, c->why->msg, e);
    if (k != ERR_OK) return k;
    outcome_notice(p->out, NOTICE_JOBS, 0, 0);
    if (c->how == STEP_AGAIN || plan_activity((enum plan_state)p->row.state) != ACTIVITY_WORKING) return ERR_OK;
    p->row.waiting_until = c->run_at;
    p->row.wait_reason = arena_dup(p->arena, c->why->msg);
    return first ? plan_txn_event(p, "plan.parked", json_pairs(p->arena, "reason", c->why->msg, NULL), e) : ERR_OK;
}

static enum err_kind stop(struct plan_txn *p, const struct commit *c, struct err *e)
{
    bool budget = c->how == STEP_BUDGET;
    enum err_kind k = store_job_finish(p->tx, c->done->job.n, c->done->node, JOB_FAILED, c->why->msg, e);
    if (k != ERR_OK) return k;
    if (c->done->job.kind == JOB_MESSAGE)
        return message_not_read(p, c->done->job.subject, "The model could not read this.", e);
    if (plan_activity((enum plan_state)p->row.state) != ACTIVITY_WORKING) return ERR_OK;
    if ((k = plan_txn_outcome(p, budget ? OUTCOME_BUDGET : OUTCOME_FAILED, e)) != ERR_OK) return k;
    p->row.waiting_until = 0;
    p->row.wait_reason = budget ? arena_dup(p->arena, c->why->msg) : NULL;
    p->row.error = budget ? NULL : problem_text(p->arena, c->why, job_kind_names[c->done->job.kind]);
    return plan_txn_event(p, budget ? "plan.budget_reached" : "plan.failed",
                          json_pairs(p->arena, "reason", c->why->msg, NULL), e);
}

static enum err_kind fail(struct txn *tx, void *arg, struct err *e)
{
    struct commit *c = arg;
    struct plan_txn p;
    enum err_kind k;
    memset(&c->out, 0, sizeof c->out);
    if ((k = plan_txn_step(&p, tx, c->service, c->arena, &c->done->job, &c->out, e)) != ERR_OK) return k;
    if ((k = money_charge(&p, c->done, e)) != ERR_OK) return k;
    k = c->how == STEP_AGAIN || c->how == STEP_WAIT ? park(&p, c, e) : stop(&p, c, e);
    if (k != ERR_OK) return k;
    if ((k = plan_txn_end(&p, 200, e)) != ERR_OK) return k;
    return arena_check(c->arena, e);
}

enum err_kind service_step_fail(struct service *s, const struct step_done *d, enum step_failure how, int64_t run_at,
                                const struct err *why, struct err *e)
{
    struct commit c = { .service = s, .done = d, .how = how, .run_at = run_at, .why = why };
    return commit(&c, fail, e);
}
