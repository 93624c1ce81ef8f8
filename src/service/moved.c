/* When a codebase has moved: jobs for the plans that rest on it, and what becomes of a plan that was looked at again.
 */
#include "pland/service/moved.h"

#include <string.h>
#include "service/parts.h"
#include "service/plan_txn.h"

#define T struct staleness
static const struct field fields[] = {
    F_STR(T, from, FIELD_NULLABLE | FIELD_ALWAYS, 0, 0, "What the plan is bound to"),
    F_STR(T, to, FIELD_NULLABLE | FIELD_ALWAYS, 0, 0, "Where the codebase is now"),
    F_REC(T, what, FIELD_ALWAYS, &check_staleness_record, "What became of what the plan rests on"),
    F_STRS(T, commits, FIELD_ALWAYS, 0, 0, "Commits at fault, newest first"),
};
const struct record staleness_record = RECORD("staleness", T, fields);
#undef T

static enum err_kind one_plan(struct txn *tx, struct service *s, int64_t plan, struct arena *a, struct outcome *out,
                              struct err *e)
{
    struct plan_txn p = { .tx = tx, .service = s, .arena = a, .now = clock_now(s->clock), .out = out };
    struct job_list open = { 0 };
    enum err_kind k = store_plan_get_n(tx, plan, a, &p.row, e);
    if (k != ERR_OK || (k = store_job_open(tx, plan, a, &open, e)) != ERR_OK) return k;
    for (size_t i = 0; i < open.n; i++) /* one that waits will see the newest; one that runs may have looked already */
        if (open.v[i].kind == JOB_MOVED && open.v[i].state == JOB_QUEUED && open.v[i].generation == p.row.generation)
            return ERR_OK;
    return plan_txn_job(&p, JOB_MOVED, arena_fmt(a, "%zu of %lld", open.n, (long long)p.now), e);
}

enum err_kind service_repository_moved(struct txn *tx, struct service *s, int64_t repository, int64_t except,
                                       struct arena *a, struct outcome *out, struct err *e)
{
    struct plan_numbers plans = { 0 };
    enum err_kind k = store_plans_resting(tx, repository, a, &plans, e);
    for (size_t i = 0; k == ERR_OK && i < plans.n; i++)
        if (plans.v[i].n != except) k = one_plan(tx, s, plans.v[i].n, a, out, e);
    return k;
}

/* --- the job's end ------------------------------------------------------------------------------------------------ */
struct ending {
    struct service *service;
    const struct job *job;
    const char *node;
    const struct staleness *what;
    struct arena *arena;
    struct outcome out;
};

static bool rests(int state)
{
    return state == PLAN_AWAITING_APPROVAL || state == PLAN_APPROVED || state == PLAN_IMPLEMENTING;
}

static const char *event_data(struct arena *a, const struct staleness *w)
{
    auto_buf b = BUF_INIT(1 << 20);
    record_encode(&staleness_record, w, &b);
    return b.failed == ERR_OK ? arena_dup_n(a, buf_cstr(&b), b.n) : NULL;
}

static enum err_kind tell(struct plan_txn *p, const struct staleness *w, struct err *e)
{
    bool was = p->row.stale;
    const char *data = event_data(p->arena, w);
    if (!data) return err_nomem(e);
    p->row.stale = w->what.broken;
    if (w->what.broken) return plan_txn_event(p, "plan.stale", data, e);
    if (was) return plan_txn_event(p, "plan.fresh", data, e);
    return w->what.moves.n ? plan_txn_event(p, "plan.moved", data, e) : ERR_OK;
}

static enum err_kind finish(struct txn *tx, void *arg, struct err *e)
{
    struct ending *x = arg;
    struct plan_txn p;
    enum err_kind k;
    memset(&x->out, 0, sizeof x->out);
    if ((k = plan_txn_step(&p, tx, x->service, x->arena, x->job, &x->out, e)) != ERR_OK) return k;
    if ((k = store_job_finish(tx, x->job->n, x->node, JOB_DONE, NULL, e)) != ERR_OK) return k;
    if (!rests(p.row.state) || !x->what) return ERR_OK;
    if ((k = part_write(tx, p.row.n, "staleness", &staleness_record, x->what, e)) != ERR_OK) return k;
    if ((k = tell(&p, x->what, e)) != ERR_OK) return k;
    return plan_txn_end(&p, 200, e);
}

enum err_kind service_moved_finish(struct service *s, const struct job *j, const char *node,
                                   const struct staleness *what, struct err *e)
{
    auto_arena a = arena_new(0);
    struct ending x = { .service = s, .job = j, .node = node, .what = what, .arena = a };
    enum err_kind k = a ? store_exec(s->store, finish, &x, e) : err_nomem(e);
    for (size_t i = 0; k == ERR_OK && i < x.out.n_notices; i++) bus_publish(s->bus, &x.out.notices[i]);
    return k;
}

/* --- phases under way --------------------------------------------------------------------------------------------- */
struct asking { int64_t plan; struct arena *a; struct phase_ids *ret; };

static enum err_kind read_progress(struct txn *tx, void *arg, struct err *e)
{
    struct asking *x = arg;
    struct progress_list l = { 0 };
    enum err_kind k = store_progress_list(tx, x->plan, x->a, &l, e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        const char **slot;
        if (strcmp(progress_status_names[l.v[i].status], "skipped") == 0) continue;
        if (!(slot = arena_push(x->a, &x->ret->v, sizeof *slot))) return err_nomem(e);
        *slot = l.v[i].phase;
    }
    return k;
}

enum err_kind service_phases_done(struct service *s, int64_t plan, struct arena *a, struct phase_ids *ret,
                                  struct err *e)
{
    struct asking x = { plan, a, ret };
    return store_read(s->store, read_progress, &x, e);
}
