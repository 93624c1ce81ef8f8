/* GET …/handoff: what whoever implements needs first — phases in order, effort, first steps, tests, risks. */
#include <string.h>
#include "pland/plan/document.h"
#include "pland/service/negotiate.h"
#include "pland/store/documents.h"
#include "pland/store/plans.h"
#include "pland/service/steps.h"
#include "service/view_plan.h"
#include "service/waive.h"

struct handoff {
    struct plan_row plan;
    struct revision_row head;
    struct document document;
    struct totals totals;
    struct progress_list progress;
    struct plan_base_list bases;
};

static enum err_kind load(struct txn *tx, struct call *c, struct handoff *h, struct err *e)
{
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &h->plan, e);
    if (k != ERR_OK) return k;
    if (!h->plan.approved)
        return err_set(e, ERR_CONFLICT, "only an approved plan can be handed over; this one is %s",
                       plan_state_names[h->plan.state]);
    if ((k = store_revision_get(tx, h->plan.n, h->plan.approved, true, c->arena, &h->head, e)) != ERR_OK) return k;
    if ((k = revision_document(&h->head, h->plan.created_at, c->arena, &h->document, e)) != ERR_OK) return k;
    if ((k = document_totals(&h->document, c->arena, &h->totals, e)) != ERR_OK) return k;
    if ((k = store_base_list(tx, h->plan.n, c->arena, &h->bases, e)) != ERR_OK) return k;
    return store_progress_list(tx, h->plan.n, c->arena, &h->progress, e);
}

static const char *status_of(const struct handoff *h, const char *phase)
{
    static const char *const names[] = { "started", "done", "skipped" };
    for (size_t i = 0; i < h->progress.n; i++)
        if (strcmp(h->progress.v[i].phase, phase) == 0) return names[h->progress.v[i].status];
    return "open";
}

/* What its criteria said when they were run; NULL: they were not. */
static const char *evidence_of(const struct handoff *h, const char *phase)
{
    for (size_t i = 0; i < h->progress.n; i++)
        if (strcmp(h->progress.v[i].phase, phase) == 0) return h->progress.v[i].evidence;
    return NULL;
}

static void estimate_json(struct buf *b, const char *key, const struct estimate *s)
{
    buf_key(b, key);
    record_encode(&estimate_record, s, b);
}

static void first_steps_json(const struct handoff *h, struct buf *b)
{
    buf_key(b, "first_steps");
    buf_char(b, '[');
    if (h->bases.n && h->bases.v[0].commit) {
        buf_comma(b);
        buf_char(b, '"');
        buf_fmt(b, "Check out %s and make a branch", h->bases.v[0].commit);
        buf_char(b, '"');
    }
    buf_comma(b);
    buf_json(b, "Run the existing tests and note what fails before any change");
    if (h->document.phases.n) {
        auto_buf text = BUF_INIT(4096);
        buf_fmt(&text, "Begin with P1: %s", h->document.phases.v[0].title);
        buf_comma(b);
        buf_json(b, buf_cstr(&text));
    }
    buf_char(b, ']');
}

static void handoff_json(const struct handoff *h, struct buf *b)
{
    const struct document *d = &h->document;
    struct sha256_hex hex = hash_hex_of(&h->head.content);
    buf_char(b, '{');
    view_text(b, "plan", h->plan.id);
    view_int(b, "revision", h->head.number);
    view_text(b, "hash", hex.s);
    view_text(b, "title", d->header.title);
    plan_base_json(&h->bases, b);
    estimate_json(b, "effort", &h->totals.work);
    view_int(b, "critical_path", h->totals.critical_path);
    view_int(b, "tests", (int64_t)d->closing.tests.n);
    view_int(b, "risks", (int64_t)d->closing.risks.n);
    first_steps_json(h, b);
    buf_key(b, "phases");
    buf_char(b, '[');
    for (size_t i = 0; i < d->phases.n; i++) {
        buf_comma(b);
        buf_fmt(b, "{\"number\":\"P%zu\"", i + 1);
        view_text(b, "status", status_of(h, d->phases.v[i].id));
        view_raw(b, "evidence", evidence_of(h, d->phases.v[i].id));
        buf_key(b, "phase");
        record_encode(&phase_record, &d->phases.v[i], b);
        buf_char(b, '}');
    }
    buf_str(b, "]}");
}

static enum err_kind handoff_markdown(struct txn *tx, struct arena *a, const struct handoff *h, struct buf *b,
                                      struct err *e)
{
    const struct document *d = &h->document;
    struct verdict v = { h->head.verified, h->head.to_create, h->head.unprovable, h->head.failed };
    struct rendering how = { .revision = h->head.number, .hash = &h->head.content, .verdict = &v };
    enum err_kind k = waivers_shown(tx, h->plan.n, h->head.checks, a, &how, e);
    if (k != ERR_OK) return k;
    buf_str(b, "# Handed over: ");
    buf_str(b, d->header.title);
    buf_str(b, "\n\n");
    handoff_summary_markdown(d, &how, h->bases.n ? h->bases.v[0].commit : NULL, b);
    buf_char(b, '\n');
    document_markdown(d, &how, b);
    return ERR_OK;
}

static enum err_kind read_handoff(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    static const char *const types[] = { "application/json", "text/markdown" };
    const char *format = call_param(r->call, "format");
    bool markdown =
        format ? strcmp(format, "markdown") == 0 : negotiate_type(r->call->accept, types, countof(types)) == 1;
    struct handoff h = { 0 };
    enum err_kind k;
    if (format && strcmp(format, "json") != 0 && strcmp(format, "markdown") != 0)
        return err_set(e, ERR_SYNTAX, "format must be json or markdown");
    if ((k = load(tx, r->call, &h, e)) != ERR_OK) return k;
    if (markdown) {
        r->view->type = "text/markdown; charset=utf-8";
        return handoff_markdown(tx, r->call->arena, &h, r->view->body, e);
    } else {
        handoff_json(&h, r->view->body);
    }
    return ERR_OK;
}

enum err_kind view_handoff(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_handoff, e); }
