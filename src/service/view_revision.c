/* Revisions: the head's bytes as they are stored, older ones rendered from their sections; checks. */
#include <stdlib.h>
#include <string.h>
#include "pland/plan/document.h"
#include "pland/service/negotiate.h"
#include "service/plan_txn.h"
#include "service/scope.h"
#include "service/view_plan.h"
#include "service/view_revision.h"
#include "service/waive.h"

/* The formats of a revision: as asked for, as sent, as stored. */
static const char *const types[] = { "application/json", "text/markdown", "text/html" };
static const struct { const char *sent, *format;
} formats[] = {
    { "application/json", "json" },
    { "text/markdown; charset=utf-8", "markdown" },
    { "text/html; charset=utf-8", "html" },
};

static void *into_buf(void *arg, size_t n)
{
    struct buf *b = arg;
    char *p = malloc(n + 1);
    if (!p) return NULL;
    buf_release(b);
    p[n] = '\0';
    *b = (struct buf){ .p = p, .n = n, .cap = n + 1, .max = b->max };
    return p;
}

static enum err_kind read_head(struct txn *tx, struct read *r, int format, struct err *e)
{
    struct head_bytes head = { 0 };
    enum err_kind k = store_head_get(tx, r->call->id, r->call->caller.project, formats[format].format, into_buf,
                                     r->view->body, r->call->arena, &head, e);
    if (k != ERR_OK) return k;
    (void)snprintf(r->view->etag, sizeof r->view->etag, "%s", head.etag);
    return ERR_OK;
}

/* How much code is shown: what ?code= says, else what the plan was asked for with. */
enum err_kind revision_code_shown(struct txn *tx, struct call *c, const struct plan_row *p, int *ret, struct err *e)
{
    const char *asked = call_param(c, "code"), *ticket = NULL, *text = NULL;
    struct plan_request request = { 0 };
    enum err_kind k;
    for (int i = 0; asked && code_shown_names[i]; i++) {
        if (strcmp(code_shown_names[i], asked) != 0) continue;
        *ret = i;
        return ERR_OK;
    }
    if (asked) return err_set(e, ERR_SYNTAX, "code is none, interfaces or full, not '%.40s'", asked);
    if ((k = store_ticket_get(tx, p->n, c->arena, &ticket, &text, e)) != ERR_OK) return k;
    if (text && (k = record_parse(&plan_request_record, text, strlen(text), &request, c->arena, e)) != ERR_OK)
        return err_wrap(e, "stored request"), e->kind = ERR_INTERNAL;
    *ret = request.code;
    return ERR_OK;
}

/* A revision's document, joined from its sections; the time of creation is the plan's and in no section. */
static enum err_kind document_of(struct txn *tx, struct call *c, const struct plan_row *p, int64_t number,
                                 struct revision_row *row, struct document *d, struct err *e)
{
    enum err_kind k = store_revision_get(tx, p->n, number, true, c->arena, row, e);
    if (k == ERR_NOT_FOUND) return err_set(e, ERR_NOT_FOUND, "plan %s has no revision %lld", c->id, (long long)number);
    return k == ERR_OK ? revision_document(row, p->created_at, c->arena, d, e) : k;
}

enum err_kind revision_rendering(struct txn *tx, struct arena *a, const struct revision_row *row, int code,
                                 struct rendering *ret, struct err *e)
{
    struct verdict *v = arena_alloc(a, sizeof *v);
    if (!v) return err_nomem(e);
    *v = (struct verdict){ row->verified, row->to_create, row->unprovable, row->failed };
    *ret = (struct rendering){ .revision = row->number, .hash = &row->content, .verdict = v, .code = code };
    return waivers_shown(tx, row->plan, row->checks, a, ret, e);
}

static enum err_kind render(struct txn *tx, struct arena *a, const struct revision_row *row, const struct document *d,
                            int format, int code, struct buf *b, struct err *e)
{
    struct rendering how;
    enum err_kind k = revision_rendering(tx, a, row, code, &how, e);
    if (k != ERR_OK) return k;
    switch (format) {
    case 0: document_json(d, &how, b); return ERR_OK;
    case 1: document_markdown(d, &how, b); return ERR_OK;
    default: return document_html(d, &how, b, e);
    }
}

enum err_kind revision_number_of(const char *s, int64_t *ret, struct err *e)
{
    char *end;
    *ret = 0;
    if (strcmp(s, "head") == 0) return ERR_OK;
    *ret = *s >= '0' && *s <= '9' ? strtoll(s, &end, 10) : 0;
    return *ret < 1 || *end || *ret > 1000000000
               ? err_set(e, ERR_NOT_FOUND, "a revision is a number or head, not '%.40s'", s)
               : ERR_OK;
}

static enum err_kind read_revision(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct call *c = r->call;
    struct plan_row p = { 0 };
    struct revision_row row = { 0 };
    struct document d = { 0 };
    int format = negotiate_type(c->accept, types, countof(types)), code = CODE_FULL;
    int64_t number;
    enum err_kind k;
    if (format < 0)
        return err_set(e, ERR_NOT_ACCEPTABLE, "a revision can be had as application/json, text/markdown or text/html");
    r->view->type = formats[format].sent;
    r->view->nosniff_html = format == 2;
    if ((k = revision_number_of(c->sub, &number, e)) != ERR_OK) return k;
    if (!format && call_param(c, "code"))
        return err_set(e, ERR_SYNTAX, "code is for text/markdown and text/html; the JSON has all of it");
    if (!number && !call_param(c, "code")) return read_head(tx, r, format, e);
    if ((k = store_plan_get(tx, c->id, c->caller.project, c->arena, &p, e)) != ERR_OK) return k;
    if (!p.revision) return err_set(e, ERR_NOT_FOUND, "plan %s has no revision yet", c->id);
    if (!number) number = p.revision;
    if (format && (k = revision_code_shown(tx, c, &p, &code, e)) != ERR_OK) return k;
    if ((k = document_of(tx, c, &p, number, &row, &d, e)) != ERR_OK) return k;
    revision_etag(&row, formats[format].format, call_param(c, "code"), r->view->etag);
    return render(tx, c->arena, &row, &d, format, code, r->view->body, e);
}

enum err_kind view_revision(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_revision, e); }

/* --- the list ------------------------------------------------------------------------------------------------------
 */
static void revision_json(struct txn *tx, struct call *c, const struct revision_row *row, struct buf *b)
{
    struct sha256_hex hex = hash_hex_of(&row->content);
    char etag[80];
    revision_etag(row, NULL, NULL, etag);
    buf_char(b, '{');
    view_int(b, "number", row->number);
    view_int(b, "parent", row->parent);
    view_text(b, "hash", hex.s);
    view_text(b, "etag", etag);
    view_time(b, "at", row->at);
    view_text(b, "author", scope_person(tx, row->author, c->arena));
    view_text(b, "reason", row->reason);
    view_text(b, "detail", row->detail);
    view_text(b, "refinement", row->refinement);
    view_raw(b, "comments", row->comments);
    if (row->repairs) view_int(b, "repairs", row->repairs);
    affected_json(c->id, row->affected, c->arena, b);
    buf_key(b, "verdict");
    verdict_json(row, b);
    buf_char(b, '}');
}

static enum err_kind read_revisions(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct call *c = r->call;
    struct plan_row p = { 0 };
    struct revision_list l = { 0 };
    int64_t cursor;
    int limit;
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &p, e);
    if (k != ERR_OK || (k = scope_page(c, 50, &limit, &cursor, e)) != ERR_OK) return k;
    if ((k = store_revision_list(tx, p.n, cursor, limit + 1, c->arena, &l, e)) != ERR_OK) return k;
    buf_str(r->view->body, "{\"revisions\":[");
    for (size_t i = 0; i < l.n && i < (size_t)limit; i++) {
        buf_comma(r->view->body);
        revision_json(tx, c, &l.v[i], r->view->body);
    }
    view_page_end(r->view, l.n > (size_t)limit, l.n > (size_t)limit ? l.v[limit - 1].number : 0);
    return ERR_OK;
}

enum err_kind view_revisions(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_revisions, e);
}

/* --- checks ---------------------------------------------------------------------------------------------------- */
static enum err_kind read_checks(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_row p = { 0 };
    struct revision_row row = { 0 };
    struct rendering how = { 0 };
    const char *revision = call_param(r->call, "revision");
    int64_t number = 0;
    enum err_kind k = store_plan_get(tx, r->call->id, r->call->caller.project, r->call->arena, &p, e);
    if (k != ERR_OK || (revision && (k = revision_number_of(revision, &number, e)) != ERR_OK)) return k;
    k = store_revision_get(tx, p.n, number, false, r->call->arena, &row, e);
    if (k == ERR_NOT_FOUND) return err_set(e, ERR_NOT_FOUND, "plan %s has no such revision yet", r->call->id);
    if (k != ERR_OK) return k;
    buf_char(r->view->body, '{');
    view_int(r->view->body, "revision", row.number);
    view_raw(r->view->body, "checks", row.checks ? row.checks : "null");
    if ((k = waivers_shown(tx, p.n, row.checks, r->call->arena, &how, e)) != ERR_OK) return k;
    buf_key(r->view->body, "waivers");
    buf_char(r->view->body, '[');
    for (size_t i = 0; i < how.waivers.n; i++) {
        buf_comma(r->view->body);
        record_encode(&waived_finding_record, &how.waivers.v[i], r->view->body);
    }
    buf_char(r->view->body, ']');
    buf_char(r->view->body, '}');
    return ERR_OK;
}

enum err_kind view_checks(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_checks, e); }
