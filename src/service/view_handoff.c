/* GET …/handoff and …/briefs/{phase}: what whoever implements needs — the summary with the first steps, everything in the
 * forms that other tools take, and each phase alone. */
#include <string.h>
#include "pland/plan/handover.h"
#include "pland/service/negotiate.h"
#include "service/handoff.h"
#include "service/parts.h"
#include "service/view_plan.h"
#include "service/waive.h"

struct handoff {
    struct plan_row plan;
    struct under_way u;
    struct totals totals;
    struct plan_base_list bases;
    struct criterion_list criteria;
    struct kept_handoff kept;
    struct verdict verdict;
    struct handover over;
    struct call *call;
};

/* --- loading ------------------------------------------------------------------------------------------------------ */
static enum err_kind add_marks(struct handoff *h, struct err *e)
{
    struct arena *a = h->call->arena;
    LIST(struct phase_mark) marks = { 0 };
    LIST(struct passed_criterion) passed = { 0 };
    for (size_t i = 0; i < h->u.document.phases.n; i++) {
        struct phase_mark *slot = arena_push(a, &marks, sizeof *slot);
        if (!slot) return err_nomem(e);
        *slot = (struct phase_mark){ h->u.document.phases.v[i].id, under_way_status(&h->u, h->u.document.phases.v[i].id) };
    }
    for (size_t i = 0; i < h->criteria.n; i++) {
        struct passed_criterion *slot;
        if (h->criteria.v[i].status != CRITERION_PASSED) continue;
        if (!(slot = arena_push(a, &passed, sizeof *slot))) return err_nomem(e);
        *slot = (struct passed_criterion){ h->criteria.v[i].phase, h->criteria.v[i].criterion };
    }
    h->over.marks.v = marks.v;
    h->over.marks.n = marks.n;
    h->over.how.passed.v = passed.v;
    h->over.how.passed.n = passed.n;
    return ERR_OK;
}

static enum err_kind fill(struct txn *tx, struct handoff *h, struct err *e)
{
    const struct revision_row *head = &h->u.head;
    struct handover *o = &h->over;
    h->verdict = (struct verdict){ head->verified, head->to_create, head->unprovable, head->failed };
    o->d = &h->u.document;
    o->plan = h->plan.id;
    o->note = h->kept.note;
    o->at = (struct handover_place){ h->bases.n ? h->bases.v[0].commit : NULL, h->kept.branch, h->kept.build,
                                     h->kept.test, h->kept.setup };
    o->how.revision = head->number;
    o->how.hash = &h->u.head.content;
    o->how.verdict = &h->verdict;
    enum err_kind k = waivers_shown(tx, h->plan.n, head->checks, h->call->arena, &o->how, e);
    return k == ERR_OK ? add_marks(h, e) : k;
}

static enum err_kind load(struct txn *tx, struct call *c, struct handoff *h, struct err *e)
{
    bool kept = false;
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &h->plan, e);
    if (k != ERR_OK) return k;
    if (!h->plan.approved)
        return err_set(e, ERR_CONFLICT, "only an approved plan can be handed over; this one is %s",
                       plan_state_names[h->plan.state]);
    h->call = c;
    if ((k = under_way_read(tx, &h->plan, h->plan.approved, c->arena, &h->u, e)) != ERR_OK) return k;
    if ((k = document_totals(&h->u.document, c->arena, &h->totals, e)) != ERR_OK) return k;
    if ((k = store_base_list(tx, h->plan.n, c->arena, &h->bases, e)) != ERR_OK) return k;
    if ((k = store_criterion_list(tx, h->plan.n, c->arena, &h->criteria, e)) != ERR_OK) return k;
    if ((k = part_read(tx, h->plan.n, "handoff", &kept_handoff_record, &h->kept, c->arena, &kept, e)) != ERR_OK)
        return k;
    if (!kept && (k = handoff_commands(tx, h->plan.n, c->arena, &h->kept, e)) != ERR_OK) return k;
    return fill(tx, h, e);
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */
static void estimate_json(struct buf *b, const char *key, const struct estimate *s)
{
    buf_key(b, key);
    record_encode(&estimate_record, s, b);
}

static enum err_kind first_steps_json(const struct handoff *h, struct buf *b, struct err *e)
{
    const char *steps[HANDOVER_STEPS];
    size_t n = 0;
    handover_steps(&h->u.document, &h->over.at, h->call->arena, steps, &n);
    buf_key(b, "first_steps");
    buf_char(b, '[');
    for (size_t i = 0; i < n; i++) {
        buf_comma(b);
        buf_json(b, steps[i]);
    }
    buf_char(b, ']');
    return n ? ERR_OK : err_nomem(e);
}

static void phases_json(const struct handoff *h, struct buf *b)
{
    const struct document *d = &h->u.document;
    buf_key(b, "phases");
    buf_char(b, '[');
    for (size_t i = 0; i < d->phases.n; i++) {
        const struct progress_row *row = under_way_progress(&h->u, d->phases.v[i].id);
        buf_comma(b);
        buf_fmt(b, "{\"number\":\"P%zu\"", i + 1);
        view_text(b, "status", under_way_status(&h->u, d->phases.v[i].id));
        buf_key(b, "brief");
        buf_fmt(b, "\"%s/plans/%s/briefs/P%zu\"", h->call->service->public_url, h->plan.id, i + 1);
        view_raw(b, "evidence", row ? row->evidence : NULL);
        buf_key(b, "phase");
        record_encode(&phase_record, &d->phases.v[i], b);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static enum err_kind as_json(const struct handoff *h, struct buf *b, struct err *e)
{
    const struct document *d = &h->u.document;
    enum err_kind k;
    buf_char(b, '{');
    view_text(b, "plan", h->plan.id);
    view_int(b, "revision", h->u.head.number);
    view_text(b, "hash", hash_hex_of(&h->u.head.content).s);
    view_text(b, "title", d->header.title);
    plan_base_json(&h->bases, b);
    view_text(b, "branch", h->kept.branch);
    view_text(b, "note", h->kept.note);
    view_text(b, "build", h->kept.build);
    view_text(b, "test", h->kept.test);
    view_text(b, "setup", h->kept.setup);
    estimate_json(b, "effort", &h->totals.work);
    view_int(b, "critical_path", h->totals.critical_path);
    view_int(b, "tests", (int64_t)d->closing.tests.n);
    view_int(b, "risks", (int64_t)d->closing.risks.n);
    if ((k = first_steps_json(h, b, e)) != ERR_OK) return k;
    phases_json(h, b);
    buf_char(b, '}');
    return ERR_OK;
}

/* --- the other forms ---------------------------------------------------------------------------------------------- */
static void summary(const struct handoff *h, struct buf *b)
{
    buf_str(b, "# Handed over: ");
    buf_str(b, h->u.document.header.title);
    buf_str(b, "\n\n");
    handoff_summary_markdown(&h->u.document, &h->over.how, &h->over.at, b);
    buf_char(b, '\n');
}

static enum err_kind as_markdown(const struct handoff *h, struct buf *b, struct err *e)
{
    (void)e;
    summary(h, b);
    document_markdown(&h->u.document, &h->over.how, b);
    return ERR_OK;
}

static enum err_kind as_html(const struct handoff *h, struct buf *b, struct err *e)
{
    struct rendering how = h->over.how;
    auto_buf top = BUF_INIT(BUF_MAX_DEFAULT);
    summary(h, &top);
    how.preface = buf_cstr(&top);
    return top.failed != ERR_OK ? buf_check(&top, e) : document_html(&h->u.document, &how, b, e);
}

static enum err_kind as_tasks(const struct handoff *h, struct buf *b, struct err *e)
{
    (void)e;
    tasks_markdown(&h->over, b);
    return ERR_OK;
}

static enum err_kind as_github(const struct handoff *h, struct buf *b, struct err *e)
{
    (void)e;
    issues_json(&h->over, ISSUES_GITHUB, b);
    return ERR_OK;
}

static enum err_kind as_gitlab(const struct handoff *h, struct buf *b, struct err *e)
{
    (void)e;
    issues_json(&h->over, ISSUES_GITLAB, b);
    return ERR_OK;
}

static enum err_kind as_mermaid(const struct handoff *h, struct buf *b, struct err *e)
{
    (void)e;
    phases_mermaid(&h->over, b);
    return ERR_OK;
}

static const struct form {
    const char *name, *type;
    enum err_kind (*write)(const struct handoff *h, struct buf *b, struct err *e);
} forms[] = {
    { "json", "application/json", as_json },
    { "markdown", "text/markdown; charset=utf-8", as_markdown },
    { "html", "text/html; charset=utf-8", as_html },
    { "tasks", "text/markdown; charset=utf-8", as_tasks },
    { "github", "application/json", as_github },
    { "gitlab", "application/json", as_gitlab },
    { "mermaid", "text/plain; charset=utf-8", as_mermaid },
};

/* By ?format=, else by Accept among the first n. */
static const struct form *form_of(const struct call *c, size_t n, struct err *e)
{
    static const char *const types[] = { "application/json", "text/markdown", "text/html" };
    const char *name = call_param(c, "format");
    auto_buf names = BUF_INIT(200);
    if (!name) {
        int liked = negotiate_type(c->accept, types, n);
        return &forms[liked < 0 ? 0 : liked];
    }
    for (size_t i = 0; i < (n == countof(types) ? countof(forms) : n); i++) {
        if (strcmp(forms[i].name, name) == 0) return &forms[i];
        buf_fmt(&names, "%s%s", i ? ", " : "", forms[i].name);
    }
    (void)err_set(e, ERR_SYNTAX, "format is one of %s, not '%.40s'", buf_cstr(&names), name);
    return NULL;
}

static enum err_kind read_handoff(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct handoff *h = arena_alloc(r->call->arena, sizeof *h);
    const struct form *form = form_of(r->call, 3, e);
    enum err_kind k = !form ? e->kind : h ? load(tx, r->call, h, e) : err_nomem(e);
    if (k != ERR_OK) return k;
    r->view->type = form->type;
    r->view->nosniff_html = form->write == as_html;
    return form->write(h, r->view->body, e);
}

/* --- one phase ---------------------------------------------------------------------------------------------------- */
static enum err_kind read_brief(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct handoff *h = arena_alloc(r->call->arena, sizeof *h);
    const struct form *form = form_of(r->call, 2, e);
    auto_buf text = BUF_INIT(BUF_MAX_DEFAULT);
    size_t i = 0;
    enum err_kind k = !form ? e->kind : h ? load(tx, r->call, h, e) : err_nomem(e);
    if (k != ERR_OK) return k;
    if (under_way_phase(&h->u, r->call->sub, "", &i, e) != ERR_OK) return e->kind = ERR_NOT_FOUND;
    brief_markdown(&h->over, i, &text);
    if (form->write == as_markdown) {
        r->view->type = form->type;
        buf_add(r->view->body, buf_cstr(&text), text.n);
        return buf_check(&text, e);
    }
    buf_char(r->view->body, '{');
    view_text(r->view->body, "plan", h->plan.id);
    view_int(r->view->body, "revision", h->u.head.number);
    view_text(r->view->body, "hash", hash_hex_of(&h->u.head.content).s);
    buf_key(r->view->body, "number");
    buf_fmt(r->view->body, "\"P%zu\"", i + 1);
    view_text(r->view->body, "status", under_way_status(&h->u, h->u.document.phases.v[i].id));
    plan_base_json(&h->bases, r->view->body);
    view_text(r->view->body, "branch", h->kept.branch);
    buf_key(r->view->body, "phase");
    record_encode(&phase_record, &h->u.document.phases.v[i], r->view->body);
    view_text(r->view->body, "brief", buf_cstr(&text));
    buf_char(r->view->body, '}');
    return buf_check(&text, e);
}

enum err_kind view_handoff(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_handoff, e); }
enum err_kind view_brief(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_brief, e); }
