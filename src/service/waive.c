/* POST …/waivers: a finding that may stay, with the reason, on record. The head's bytes show it from then on, so that
 * nobody approves or implements without having seen it. */
#include "service/waive.h"

#include <string.h>
#include "pland/plan/request.h"
#include "service/scope.h"
#include "service/view_plan.h"

static enum err_kind checks_of(const char *text, struct arena *a, struct check_result *ret, struct err *e)
{
    enum err_kind k = text ? record_parse(&check_result_record, text, strlen(text), ret, a, e) : ERR_OK;
    return k == ERR_OK ? ERR_OK : (err_wrap(e, "stored checks"), e->kind = ERR_INTERNAL);
}

static bool is_waived(const struct waiver_list *l, const char *finding)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->v[i].finding, finding) == 0) return true;
    return false;
}

static const struct check_finding *finding_of(const struct check_result *r, const char *id)
{
    for (size_t i = 0; i < r->findings.n; i++)
        if (strcmp(r->findings.v[i].id, id) == 0) return &r->findings.v[i];
    return NULL;
}

/* --- the gate ----------------------------------------------------------------------------------------------------- */
static void finding_json(const struct check_finding *f, struct buf *b)
{
    buf_char(b, '{');
    view_text(b, "id", f->id);
    view_text(b, "rule", f->rule);
    view_text(b, "anchor", f->anchor);
    view_text(b, "message", f->message);
    view_text(b, "suggestion", f->suggestion);
    buf_char(b, '}');
}

/* "failed", "checks" and as many findings as there is room for. */
static void name_findings(const struct plan_txn *p, const struct check_result *r, const struct waiver_list *w, size_t n,
                          struct err *e)
{
    auto_buf b = BUF_INIT(sizeof e->extra);
    buf_fmt(&b, "\"failed\":%zu,\"checks\":\"/plans/%s/checks\",\"findings\":[", n, p->row.id);
    for (size_t i = 0; i < r->findings.n; i++) {
        auto_buf one = BUF_INIT(sizeof e->extra);
        if (r->findings.v[i].severity != SEVERITY_ERROR || is_waived(w, r->findings.v[i].id)) continue;
        finding_json(&r->findings.v[i], &one);
        if (one.failed != ERR_OK || b.n + one.n + 3 > sizeof e->extra) break;
        buf_comma(&b);
        buf_add(&b, one.p, one.n);
    }
    buf_char(&b, ']');
    if (b.failed == ERR_OK && b.n < sizeof e->extra) memcpy(e->extra, buf_cstr(&b), b.n + 1);
}

enum err_kind waivers_cover(struct plan_txn *p, const struct revision_row *head, struct err *e)
{
    struct check_result r = { 0 };
    struct waiver_list w = { 0 };
    size_t open = 0;
    enum err_kind k = checks_of(head->checks, p->arena, &r, e);
    if (k != ERR_OK || (k = store_waiver_list(p->tx, p->row.n, p->arena, &w, e)) != ERR_OK) return k;
    for (size_t i = 0; i < r.findings.n; i++)
        open += r.findings.v[i].severity == SEVERITY_ERROR && !is_waived(&w, r.findings.v[i].id);
    if (!open) return ERR_OK;
    (void)err_set(e, ERR_CONFLICT,
                  "%zu checks fail: correct them, or waive each with a reason (POST /plans/%s/waivers)", open,
                  p->row.id);
    name_findings(p, &r, &w, open, e);
    return ERR_CONFLICT;
}

enum err_kind waived_of(const struct waived_list *all, const struct check_result *r, struct arena *a,
                        struct rendering *how, struct err *e)
{
    struct waived_list kept = { 0 };
    for (size_t i = 0; i < all->v.n; i++) {
        struct waived_finding *slot;
        if (!finding_of(r, all->v.v[i].finding)) continue;
        if (!(slot = arena_push(a, &kept.v, sizeof *slot))) return err_nomem(e);
        *slot = all->v.v[i];
    }
    how->waivers.v = kept.v.v;
    how->waivers.n = kept.v.n;
    return arena_check(a, e);
}

/* --- what exports show -------------------------------------------------------------------------------------------- */
static enum err_kind list_all(struct txn *tx, const struct waiver_list *w, struct arena *a, struct waived_list *ret,
                              struct err *e)
{
    for (size_t i = 0; i < w->n; i++) {
        const struct waiver_row *x = &w->v[i];
        struct waived_finding *slot = arena_push(a, &ret->v, sizeof *slot);
        auto_buf at = BUF_INIT(64);
        if (!slot) return err_nomem(e);
        buf_time(&at, x->at);
        *slot = (struct waived_finding){ x->finding,
                                         x->rule,
                                         x->section,
                                         x->message,
                                         x->reason,
                                         scope_person(tx, x->person, a),
                                         arena_dup(a, buf_cstr(&at)) };
    }
    return arena_check(a, e);
}

enum err_kind waivers_all(struct txn *tx, int64_t plan, struct arena *a, struct waived_list *ret, struct err *e)
{
    struct waiver_list w = { 0 };
    enum err_kind k = store_waiver_list(tx, plan, a, &w, e);
    return k == ERR_OK ? list_all(tx, &w, a, ret, e) : k;
}

static enum err_kind show(struct txn *tx, const struct waiver_list *w, const struct check_result *r, struct arena *a,
                          struct rendering *how, struct err *e)
{
    struct waived_list all = { 0 };
    enum err_kind k = list_all(tx, w, a, &all, e);
    return k == ERR_OK ? waived_of(&all, r, a, how, e) : k;
}

enum err_kind waivers_shown(struct txn *tx, int64_t plan, const char *checks, struct arena *a, struct rendering *how,
                            struct err *e)
{
    struct check_result r = { 0 };
    struct waiver_list w = { 0 };
    enum err_kind k = store_waiver_list(tx, plan, a, &w, e);
    if (k != ERR_OK || !w.n || (k = checks_of(checks, a, &r, e)) != ERR_OK) return k;
    return show(tx, &w, &r, a, how, e);
}

/* --- waiving ------------------------------------------------------------------------------------------------------ */
struct waiving { /* made on a pool thread */
    struct call *call;
    struct plan_row plan;
    struct revision_row head;
    struct document document;
    struct waiver_row waiver;
    struct waiver_list before;
    struct check_result checks;
    struct rendering how;
    int code;
    const char *bytes[3];
    size_t sizes[3];
};
static const char *const formats[] = { "json", "markdown", "html" };

static enum err_kind load(struct txn *tx, void *arg, struct err *e)
{
    struct waiving *x = arg;
    struct call *c = x->call;
    const char *ticket = NULL, *request = NULL;
    struct plan_request q = { 0 };
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &x->plan, e);
    if (k != ERR_OK) return k;
    if (x->plan.state != PLAN_AWAITING_APPROVAL)
        return err_set(e, ERR_STATE, "the plan is %s: findings are waived while it waits for approval",
                       plan_state_names[x->plan.state]);
    if ((k = store_revision_get(tx, x->plan.n, 0, true, c->arena, &x->head, e)) != ERR_OK) return k;
    if ((k = revision_document(&x->head, x->plan.created_at, c->arena, &x->document, e)) != ERR_OK) return k;
    if ((k = checks_of(x->head.checks, c->arena, &x->checks, e)) != ERR_OK) return k;
    if ((k = store_ticket_get(tx, x->plan.n, c->arena, &ticket, &request, e)) != ERR_OK) return k;
    if (request && record_parse(&plan_request_record, request, strlen(request), &q, c->arena, e) != ERR_OK)
        return e->kind = ERR_INTERNAL;
    x->code = q.code;
    return store_waiver_list(tx, x->plan.n, c->arena, &x->before, e);
}

static enum err_kind take(struct arena *a, struct buf *b, struct waiving *x, size_t i, struct err *e)
{
    enum err_kind k = buf_check(b, e);
    x->bytes[i] = arena_dup_n(a, buf_cstr(b), b->n);
    x->sizes[i] = b->n;
    return k == ERR_OK ? arena_check(a, e) : k;
}

static enum err_kind render(struct waiving *x, struct err *e)
{
    struct arena *a = x->call->arena;
    struct verdict v = { x->head.verified, x->head.to_create, x->head.unprovable, x->head.failed };
    auto_buf json = BUF_INIT(BUF_MAX_DEFAULT), markdown = BUF_INIT(BUF_MAX_DEFAULT), html = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k;
    x->how.revision = x->head.number;
    x->how.hash = &x->head.content;
    x->how.verdict = &v;
    x->how.code = x->code;
    document_json(&x->document, &x->how, &json);
    document_markdown(&x->document, &x->how, &markdown);
    if ((k = document_html(&x->document, &x->how, &html, e)) != ERR_OK) return k;
    if ((k = take(a, &json, x, 0, e)) != ERR_OK || (k = take(a, &markdown, x, 1, e)) != ERR_OK) return k;
    return take(a, &html, x, 2, e);
}

static enum err_kind render_with_new(struct txn *tx, void *arg, struct err *e)
{
    struct waiving *x = arg;
    struct waiver_list all = { 0 };
    for (size_t i = 0; i <= x->before.n; i++) {
        struct waiver_row *slot = arena_push(x->call->arena, &all, sizeof *slot);
        if (!slot) return err_nomem(e);
        *slot = i < x->before.n ? x->before.v[i] : x->waiver;
    }
    return show(tx, &all, &x->checks, x->call->arena, &x->how, e);
}

enum err_kind prepare_waiver(struct call *c, struct err *e)
{
    const struct waiver_request *in = c->in;
    struct waiving *x = arena_alloc(c->arena, sizeof *x);
    const struct check_finding *f;
    enum err_kind k;
    if (!x) return err_nomem(e);
    x->call = c;
    if ((k = store_read(c->service->store, load, x, e)) != ERR_OK) return k;
    f = finding_of(&x->checks, in->finding);
    if (!f)
        return err_at(e, ERR_INVALID, "/finding", "revision %lld has no finding '%.40s' (GET /plans/%s/checks)",
                      (long long)x->head.number, in->finding, c->id);
    if (f->severity != SEVERITY_ERROR)
        return err_at(e, ERR_INVALID, "/finding", "only errors are waived; this is %s", severity_names[f->severity]);
    x->waiver = (struct waiver_row){ .plan = x->plan.n,
                                     .at = clock_now(c->service->clock),
                                     .person = c->caller.person,
                                     .finding = f->id,
                                     .rule = f->rule,
                                     .section = f->anchor ? f->anchor : "",
                                     .message = f->message,
                                     .reason = in->reason };
    if ((k = store_read(c->service->store, render_with_new, x, e)) != ERR_OK || (k = render(x, e)) != ERR_OK) return k;
    c->prepared = x;
    return ERR_OK;
}

enum err_kind service_plan_waive(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct waiving *x = c->prepared;
    struct revision_row head = { 0 };
    struct plan_txn p;
    const char *detail, *record;
    char etag[80];
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k == ERR_OK && p.row.state != PLAN_AWAITING_APPROVAL)
        return err_set(e, ERR_BUSY, "the plan has changed in between: try again");
    if (k != ERR_OK || (k = store_waiver_insert(tx, &x->waiver, e)) != ERR_OK) return k;
    if ((k = store_revision_get(tx, p.row.n, 0, false, c->arena, &head, e)) != ERR_OK) return k;
    if (head.number != x->head.number || head.waivers != (int64_t)x->before.n + 1)
        return err_set(e, ERR_BUSY, "the plan has changed in between: try again");
    for (size_t i = 0; k == ERR_OK && i < countof(formats); i++) {
        revision_etag(&head, formats[i], NULL, etag);
        k = store_head_put(tx, p.row.n, formats[i], head.number, etag, x->bytes[i], x->sizes[i], e);
    }
    if (k != ERR_OK) return k;
    detail = json_pairs(c->arena, "finding", x->waiver.finding, "rule", x->waiver.rule, "section", x->waiver.section,
                        "reason", x->waiver.reason, NULL);
    record = json_pairs(c->arena, "rule", x->waiver.rule, "section", x->waiver.section, "reason", x->waiver.reason, "hash",
                        hash_hex_of(&head.content).s, NULL);
    if ((k = plan_txn_audit(&p, c, "plan.waive", x->waiver.finding, record, e)) != ERR_OK) return k;
    if ((k = plan_txn_event(&p, "plan.finding_waived", detail, e)) != ERR_OK) return k;
    (void)snprintf(out->href, sizeof out->href, "/plans/%s/checks", p.row.id);
    return plan_txn_end(&p, 201, e);
}
