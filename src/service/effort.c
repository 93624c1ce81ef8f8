/* GET …/progress of a plan and …/effort of a project: how far the work is, with its evidence, and what it took. */
#include "service/effort.h"

#include <string.h>
#include "service/handoff.h"
#include "service/parts.h"
#include "service/scope.h"
#include "service/view_plan.h"

enum { MINUTE_MS = 60000 };

/* Begun minutes count. */
static int64_t minutes(int64_t ms)
{
    return (ms + MINUTE_MS - 1) / MINUTE_MS;
}

static int64_t percent(int64_t worked_ms, int64_t estimated)
{
    return estimated ? (worked_ms / 600 + estimated / 2) / estimated : 0; /* of minutes: ms / 60000 * 100 */
}

/* --- of a project ------------------------------------------------------------------------------------------------- */
struct sums {
    int64_t phases, estimated, worked_ms;
};

static struct sums sum(const struct effort_list *l)
{
    struct sums s = { 0 };
    for (size_t i = 0; i < l->n; i++) {
        s.phases += l->v[i].phases;
        s.estimated += l->v[i].estimated;
        s.worked_ms += l->v[i].worked_ms;
    }
    return s;
}

enum err_kind effort_known(struct txn *tx, int64_t project, struct arena *a, int64_t *ret_phases, int64_t *ret_percent,
                           struct err *e)
{
    struct effort_list l = { 0 };
    enum err_kind k = store_effort_list(tx, project, a, &l, e);
    struct sums s = sum(&l);
    *ret_phases = *ret_percent = 0;
    if (k != ERR_OK || s.phases < EFFORT_PHASES) return k;
    *ret_phases = s.phases;
    *ret_percent = percent(s.worked_ms, s.estimated);
    return ERR_OK;
}

static void sums_json(const struct sums *s, struct buf *b)
{
    view_int(b, "phases", s->phases);
    view_int(b, "estimated", s->estimated);
    view_int(b, "actual", minutes(s->worked_ms));
    if (s->estimated) view_int(b, "percent", percent(s->worked_ms, s->estimated));
}

static enum err_kind read_effort(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct call *c = r->call;
    struct buf *b = r->view->body;
    struct project_row p = { 0 };
    struct effort_list l = { 0 };
    enum err_kind k = store_project_get(tx, c->id, c->arena, &p, e);
    if (k != ERR_OK) return k;
    if (c->caller.project && c->caller.project != p.n)
        return err_set(e, ERR_NOT_FOUND, "there is no project %.60s", c->id);
    if ((k = store_effort_list(tx, p.n, c->arena, &l, e)) != ERR_OK) return k;
    struct sums all = sum(&l);
    buf_char(b, '{');
    view_text(b, "project", p.name);
    sums_json(&all, b);
    view_bool(b, "calibrates", all.phases >= EFFORT_PHASES);
    buf_str(b, ",\"plans\":[");
    for (size_t i = 0; i < l.n; i++) {
        buf_comma(b);
        buf_char(b, '{');
        view_text(b, "plan", l.v[i].plan);
        view_text(b, "title", l.v[i].title ? l.v[i].title : "");
        sums_json(&(struct sums){l.v[i].phases, l.v[i].estimated, l.v[i].worked_ms}, b);
        buf_char(b, '}');
    }
    buf_str(b, "]}");
    return ERR_OK;
}

/* --- of a plan ---------------------------------------------------------------------------------------------------- */
struct far {
    struct call *call;
    struct txn *tx;
    struct under_way u;
    struct criterion_list criteria;
    int64_t now;
    struct sums sums;
};

static void criterion_json(const struct far *f, const char *phase, char kind, size_t n, const char *text, struct buf *b)
{
    const struct criterion_row *row = NULL;
    for (size_t i = 0; i < f->criteria.n; i++)
        if (strcmp(f->criteria.v[i].phase, phase) == 0 && strcmp(f->criteria.v[i].criterion, text) == 0)
            row = &f->criteria.v[i];
    buf_comma(b);
    buf_fmt(b, "{\"id\":\"%c%zu\"", kind, n + 1);
    view_text(b, "criterion", text);
    view_text(b, "status", row ? criterion_status_names[row->status] : "open");
    if (row) {
        view_time(b, "at", row->at);
        view_text(b, "person", scope_person(f->tx, row->person, f->call->arena));
        view_text(b, "output", row->output);
        view_text(b, "commit", row->commit);
        view_text(b, "url", row->url);
        view_text(b, "note", row->note);
    }
    buf_char(b, '}');
}

static void row_json(struct far *f, const struct progress_row *row, struct buf *b)
{
    view_time(b, "started_at", row->started_at);
    view_time(b, "done_at", row->done_at);
    if (row->worked_ms) view_int(b, "actual", minutes(row->worked_ms));
    view_text(b, "note", row->note);
    view_text(b, "reason", row->reason);
    view_text(b, "commit", row->commit);
    view_text(b, "person", scope_person(f->tx, row->person, f->call->arena));
    view_raw(b, "evidence", row->evidence);
    if (row->status != PROGRESS_DONE || !row->worked_ms || !row->estimated) return;
    f->sums.phases++;
    f->sums.estimated += row->estimated;
    f->sums.worked_ms += row->worked_ms;
}

static void phase_json(struct far *f, size_t i, struct buf *b)
{
    const struct phase *p = &f->u.document.phases.v[i];
    const struct progress_row *row = under_way_progress(&f->u, p->id);
    const struct claim_row *claim = under_way_claim(&f->u, p->id);
    buf_comma(b);
    buf_fmt(b, "{\"number\":\"P%zu\"", i + 1);
    view_text(b, "phase", p->id);
    view_text(b, "title", p->title);
    view_text(b, "status", under_way_status(&f->u, p->id));
    view_int(b, "estimated", p->estimate.likely);
    if (claim && claim->lease_until > f->now) {
        view_text(b, "holder", claim_holder(f->tx, claim, f->call->arena));
        view_time(b, "lease_until", claim->lease_until);
    }
    if (row) row_json(f, row, b);
    buf_key(b, "criteria");
    buf_char(b, '[');
    for (size_t c = 0; c < p->automated.n; c++) criterion_json(f, p->id, 'A', c, p->automated.v[c].command, b);
    for (size_t c = 0; c < p->manual.n; c++) criterion_json(f, p->id, 'M', c, p->manual.v[c], b);
    buf_str(b, "]}");
}

static enum err_kind read_progress(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct call *c = r->call;
    struct buf *b = r->view->body;
    struct plan_row p = { 0 };
    struct kept_handoff kept = { 0 };
    struct far f = {.call = c, .tx = tx, .now = clock_now(c->service->clock)};
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &p, e);
    if (k != ERR_OK) return k;
    if (!p.revision) return err_set(e, ERR_NOT_FOUND, "the plan %.40s has no revision yet", p.id);
    if ((k = under_way_read(tx, &p, 0, c->arena, &f.u, e)) != ERR_OK) return k;
    if ((k = store_criterion_list(tx, p.n, c->arena, &f.criteria, e)) != ERR_OK) return k;
    if ((k = part_read(tx, p.n, "handoff", &kept_handoff_record, &kept, c->arena, NULL, e)) != ERR_OK) return k;
    buf_char(b, '{');
    view_text(b, "plan", p.id);
    view_text(b, "state", plan_state_names[p.state]);
    view_int(b, "revision", f.u.head.number);
    view_text(b, "branch", kept.branch);
    buf_str(b, ",\"phases\":[");
    for (size_t i = 0; i < f.u.document.phases.n; i++) phase_json(&f, i, b);
    buf_str(b, "],\"finished\":{");
    sums_json(&f.sums, b);
    buf_str(b, "}}");
    return ERR_OK;
}

enum err_kind view_progress(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_progress, e);
}
enum err_kind view_effort(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_effort, e);
}
