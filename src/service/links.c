/* Links: a page of one plan, read-only, for people without a token. The secret is in the address, so it is stored
 * hashed, in no log, sent on in no Referer, ends after some days, and can be revoked. */
#include <string.h>
#include "pland/base/id.h"
#include "service/plan_txn.h"
#include "service/scope.h"
#include "service/view.h"

enum { DAYS = 7, DAY_MS = 24 * 3600 * 1000 };

enum err_kind service_link_create(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct link_request *in = c->in;
    char *secret = arena_alloc(c->arena, 64);
    int64_t days = in && in->days ? in->days : DAYS;
    struct plan_txn p;
    struct id id;
    enum err_kind k = secret ? plan_txn_begin(&p, tx, c, out, e) : err_nomem(e);
    if (k != ERR_OK) return k;
    id_new(&id, "lnk_", c->service->clock);
    id_secret(secret, LINK_PREFIX);
    struct link_row row = {.id = id.s,
                           .hash = hash_sha256(secret, strlen(secret)),
                           .plan = p.row.n,
                           .at = p.now,
                           .person = c->caller.person,
                           .expires_at = p.now + days * DAY_MS,
                           .note = in ? in->note : NULL};
    if ((k = store_link_insert(tx, &row, e)) != ERR_OK ||
        (k = plan_txn_audit(&p, c, "link.create", id.s, json_pairs(c->arena, "note", row.note, NULL), e)) != ERR_OK)
        return k;
    out->once = arena_fmt(c->arena, "\"url\":\"%s/links/%s\"", c->service->public_url, secret);
    (void)snprintf(out->href, sizeof out->href, "/plans/%s/links/%s", p.row.id, id.s);
    out->status = 201;
    return ERR_OK;
}

enum err_kind service_link_revoke(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct link_row row = { 0 };
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = store_link_get(tx, p.row.n, c->sub, c->arena, &row, e)) != ERR_OK) return k;
    if ((k = store_link_revoke(tx, row.n, p.now, e)) != ERR_OK) return k;
    out->status = 204;
    return plan_txn_audit(&p, c, "link.revoke", row.id, NULL, e);
}

/* --- views -------------------------------------------------------------------------------------------------------- */
static void link_json(struct txn *tx, struct call *c, const struct link_row *row, struct buf *b)
{
    buf_char(b, '{');
    view_text(b, "id", row->id);
    view_text(b, "note", row->note);
    view_text(b, "person", scope_person(tx, row->person, c->arena));
    view_time(b, "at", row->at);
    view_time(b, "expires_at", row->expires_at);
    view_time(b, "revoked_at", row->revoked_at);
    buf_char(b, '}');
}

static enum err_kind read_link(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_row p = { 0 };
    struct link_row row = { 0 };
    enum err_kind k = store_plan_get(tx, r->call->id, r->call->caller.project, r->call->arena, &p, e);
    if (k != ERR_OK || (k = store_link_get(tx, p.n, r->call->sub, r->call->arena, &row, e)) != ERR_OK) return k;
    link_json(tx, r->call, &row, r->view->body);
    return ERR_OK;
}

static enum err_kind read_links(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_row p = { 0 };
    struct link_list l = { 0 };
    enum err_kind k = store_plan_get(tx, r->call->id, r->call->caller.project, r->call->arena, &p, e);
    if (k != ERR_OK || (k = store_link_list(tx, p.n, r->call->arena, &l, e)) != ERR_OK) return k;
    buf_str(r->view->body, "{\"links\":[");
    for (size_t i = 0; i < l.n; i++) {
        buf_comma(r->view->body);
        link_json(tx, r->call, &l.v[i], r->view->body);
    }
    buf_str(r->view->body, "]}");
    return ERR_OK;
}

/* --- the page ----------------------------------------------------------------------------------------------------- */
static void *page_room(void *arg, size_t n)
{
    return arena_alloc(arg, n + 1);
}

static enum err_kind find_plan(struct txn *tx, struct call *c, struct plan_row *ret, struct err *e)
{
    struct link_row row = { 0 };
    struct sha256 hash = hash_sha256(c->id, strlen(c->id));
    int64_t now = clock_now(c->service->clock);
    enum err_kind k = store_link_by_hash(tx, &hash, c->arena, &row, e);
    if (k == ERR_NOT_FOUND) return err_set(e, ERR_NOT_FOUND, "there is no such link");
    if (k != ERR_OK) return k;
    if (row.revoked_at) return err_set(e, ERR_GONE, "this link was taken back");
    if (row.expires_at <= now) return err_set(e, ERR_GONE, "this link has expired");
    return store_plan_get_n(tx, row.plan, c->arena, ret, e);
}

/* A plan without a revision yet: where it stands. */
static void waiting_page(const struct plan_row *p, struct buf *b)
{
    buf_str(b, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    buf_html(b, p->title ? p->title : "A plan");
    buf_str(b, "</title>\n</head>\n<body>\n<h1>");
    buf_html(b, p->title ? p->title : "A plan");
    buf_fmt(b, "</h1>\n<p>This plan is %s; there is no document yet.</p>\n</body>\n</html>\n",
            plan_state_names[p->state]);
}

static enum err_kind read_page(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct call *c = r->call;
    struct plan_row p = { 0 };
    struct head_bytes head = { 0 };
    enum err_kind k = find_plan(tx, c, &p, e);
    if (k != ERR_OK) return k;
    r->view->type = "text/html; charset=utf-8";
    r->view->nosniff_html = true;
    if (!p.revision) {
        waiting_page(&p, r->view->body);
        return ERR_OK;
    }
    if ((k = store_head_get(tx, p.id, p.project, "html", page_room, c->arena, c->arena, &head, e)) != ERR_OK) return k;
    buf_add(r->view->body, head.bytes, head.n);
    return ERR_OK;
}

enum err_kind view_link(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_link, e);
}
enum err_kind view_links(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_links, e);
}
enum err_kind view_link_page(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_page, e);
}
