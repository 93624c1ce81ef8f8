/* Refinements, audit, context, usage: what happened to a plan and what it rests on. */
#include <stdlib.h>
#include <string.h>
#include "pland/store/documents.h"
#include "pland/store/calls.h"
#include "pland/store/hooks.h"
#include "pland/store/plans.h"
#include "service/scope.h"
#include "service/money.h"
#include "service/view_plan.h"

static enum err_kind plan_of(struct txn *tx, struct read *r, struct plan_row *p, struct err *e)
{
    return store_plan_get(tx, r->call->id, r->call->caller.project, r->call->arena, p, e);
}

/* --- refinements -------------------------------------------------------------------------------------------------- */
/* made: its revision, or NULL. */
static void refinement_json(struct txn *tx, struct call *c, const struct refinement_row *f,
                            const struct revision_row *made, struct buf *b)
{
    buf_char(b, '{');
    view_text(b, "id", f->id);
    view_text(b, "state", refinement_state_names[f->state]);
    view_text(b, "cause", refinement_cause_names[f->cause]);
    view_text(b, "instruction", *f->instruction ? f->instruction : NULL);
    view_raw(b, "sections", f->sections);
    view_raw(b, "comments", f->comments);
    view_int(b, "base_revision", f->base_revision);
    if (f->result_revision) {
        view_int(b, "revision", f->result_revision);
        if (made) affected_json(c->id, made->affected, c->arena, b);
    }
    view_text(b, "detail", f->detail);
    view_text(b, "author", scope_person(tx, f->author, c->arena));
    view_time(b, "at", f->at);
    buf_char(b, '}');
}

static enum err_kind read_refinement(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_row p = { 0 };
    struct refinement_row f = { 0 };
    struct revision_row made = { 0 };
    enum err_kind k = plan_of(tx, r, &p, e);
    if (k != ERR_OK || (k = store_refinement_get(tx, p.n, r->call->sub, r->call->arena, &f, e)) != ERR_OK) return k;
    if (f.result_revision &&
        (k = store_revision_get(tx, p.n, f.result_revision, false, r->call->arena, &made, e)) != ERR_OK)
        return k;
    refinement_json(tx, r->call, &f, made.number ? &made : NULL, r->view->body);
    return ERR_OK;
}

static enum err_kind read_refinements(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_row p = { 0 };
    struct refinement_list l = { 0 };
    enum err_kind k = plan_of(tx, r, &p, e);
    if (k != ERR_OK || (k = store_refinement_list(tx, p.n, -1, r->call->arena, &l, e)) != ERR_OK) return k;
    buf_str(r->view->body, "{\"refinements\":[");
    for (size_t i = 0; i < l.n; i++) {
        buf_comma(r->view->body);
        refinement_json(tx, r->call, &l.v[i], NULL, r->view->body);
    }
    buf_str(r->view->body, "]}");
    return ERR_OK;
}

enum err_kind view_refinement(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_refinement, e);
}
enum err_kind view_refinements(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_refinements, e);
}

/* --- audit -------------------------------------------------------------------------------------------------------- */
static enum err_kind audit_page(struct txn *tx, struct read *r, int64_t project, int64_t plan, struct err *e)
{
    struct audit_list l = { 0 };
    struct buf *b = r->view->body;
    int64_t cursor;
    int limit;
    enum err_kind k = scope_page(r->call, 100, &limit, &cursor, e);
    if (k != ERR_OK || (k = store_audit_list(tx, project, plan, cursor, limit + 1, r->call->arena, &l, e)) != ERR_OK)
        return k;
    buf_str(b, "{\"audit\":[");
    for (size_t i = 0; i < l.n && i < (size_t)limit; i++) {
        buf_comma(b);
        buf_char(b, '{');
        view_time(b, "at", l.v[i].at);
        view_text(b, "action", l.v[i].action);
        view_text(b, "object", l.v[i].object);
        view_text(b, "person", scope_person(tx, l.v[i].person, r->call->arena));
        view_text(b, "project", scope_project_name(tx, l.v[i].project, r->call->arena));
        view_raw(b, "detail", l.v[i].detail);
        buf_char(b, '}');
    }
    view_page_end(r->view, l.n > (size_t)limit, l.n > (size_t)limit ? l.v[limit - 1].n : 0);
    return ERR_OK;
}

static enum err_kind read_plan_audit(struct txn *tx, void *arg, struct err *e)
{
    struct plan_row p = { 0 };
    enum err_kind k = plan_of(tx, arg, &p, e);
    return k == ERR_OK ? audit_page(tx, arg, p.project, p.n, e) : k;
}

static enum err_kind read_audit(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    int64_t project;
    enum err_kind k = scope_filter(tx, r->call, &project, e);
    return k == ERR_OK ? audit_page(tx, r, project, 0, e) : k;
}

enum err_kind view_plan_audit(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_plan_audit, e);
}
enum err_kind view_audit(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_audit, e); }

/* --- context, usage ----------------------------------------------------------------------------------------------- */
static enum err_kind read_context(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_row p = { 0 };
    struct plan_base_list bases = { 0 };
    const char *context = NULL, *understanding = NULL;
    struct part_list looked = { 0 };
    enum err_kind k = plan_of(tx, r, &p, e);
    if (k != ERR_OK || (k = store_part_get(tx, p.n, "context", r->call->arena, &context, e)) != ERR_OK) return k;
    if ((k = store_part_get(tx, p.n, "understanding", r->call->arena, &understanding, e)) != ERR_OK) return k;
    if ((k = store_base_list(tx, p.n, r->call->arena, &bases, e)) != ERR_OK) return k;
    if ((k = store_part_list(tx, p.n, "looked:", r->call->arena, &looked, e)) != ERR_OK) return k;
    buf_char(r->view->body, '{');
    view_text(r->view->body, "plan", p.id);
    plan_base_json(&bases, r->view->body);
    view_raw(r->view->body, "understanding", understanding ? understanding : "null");
    view_raw(r->view->body, "context", context ? context : "null");
    buf_key(r->view->body, "looked");
    buf_char(r->view->body, '[');
    for (size_t i = 0; i < looked.n; i++) {
        buf_comma(r->view->body);
        buf_str(r->view->body, looked.v[i].body);
    }
    buf_char(r->view->body, ']');
    buf_char(r->view->body, '}');
    return ERR_OK;
}

enum err_kind view_context(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_context, e); }

static void group_key(const struct usage_group *g, bool day, struct buf *b)
{
    auto_buf date = BUF_INIT(64);
    if (day) buf_time(&date, strtoll(g->key, NULL, 10) * 24 * 3600 * 1000);
    buf_key(b, "key");
    if (day) buf_json_n(b, buf_cstr(&date), date.n < 10 ? date.n : 10);
    else buf_json(b, g->key);
}

/* Behind the sum's own members. */
static void groups_json(const struct usage_groups *l, bool day, struct buf *b)
{
    b->n--; /* the brace that closes the sum */
    buf_str(b, ",\"groups\":[");
    for (size_t i = 0; i < l->n; i++) {
        buf_comma(b);
        buf_char(b, '{');
        group_key(&l->v[i], day, b);
        buf_key(b, "usage");
        record_encode(&usage_record, &l->v[i].usage, b);
        buf_char(b, '}');
    }
    buf_str(b, "]}");
}

static enum err_kind read_usage(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct usage u = { 0 };
    struct usage_groups groups = { 0 };
    const char *since = call_param(r->call, "since"), *by = call_param(r->call, "by");
    int64_t project, from = 0;
    enum err_kind k = scope_filter(tx, r->call, &project, e);
    if (k != ERR_OK) return k;
    if (since && (from = clock_parse(since)) < 0)
        return err_set(e, ERR_SYNTAX, "since must be a time such as 2026-11-23T10:00:00Z");
    if ((k = store_usage(tx, project, 0, from, &u, e)) != ERR_OK) return k;
    if (by && (k = store_usage_by(tx, project, by, from, r->call->arena, &groups, e)) != ERR_OK) return k;
    record_encode(&usage_record, &u, r->view->body);
    if (by) groups_json(&groups, strcmp(by, "day") == 0, r->view->body);
    return ERR_OK;
}

enum err_kind view_usage(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_usage, e); }
