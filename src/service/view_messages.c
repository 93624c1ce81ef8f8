/* Messages: what was said, what was understood of it, and how to confirm it. */
#include <string.h>
#include "pland/store/messages.h"
#include "pland/store/plans.h"
#include "service/scope.h"
#include "service/view.h"

static void message_json(struct txn *tx, struct call *c, const struct message_row *r, struct buf *b)
{
    buf_char(b, '{');
    view_text(b, "id", r->id);
    view_text(b, "state", message_state_names[r->state]);
    view_text(b, "text", r->text);
    view_raw(b, "understood", r->understood);
    view_text(b, "why", r->why);
    if (r->revision) view_int(b, "revision", r->revision);
    if (r->state == MESSAGE_STATE_PROPOSED) {
        buf_key(b, "confirm");
        buf_fmt(b, "{\"method\":\"POST\",\"href\":\"/plans/%s/messages/%s/confirm\"}", c->id, r->id);
    }
    view_text(b, "author", scope_person(tx, r->author, c->arena));
    view_time(b, "at", r->at);
    view_time(b, "done_at", r->done_at);
    buf_char(b, '}');
}

static enum err_kind read_message(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_row p = { 0 };
    struct message_row m = { 0 };
    enum err_kind k = store_plan_get(tx, r->call->id, r->call->caller.project, r->call->arena, &p, e);
    if (k != ERR_OK || (k = store_message_get(tx, p.n, r->call->sub, r->call->arena, &m, e)) != ERR_OK) return k;
    message_json(tx, r->call, &m, r->view->body);
    return ERR_OK;
}

static enum err_kind read_messages(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_row p = { 0 };
    struct message_list l = { 0 };
    int64_t cursor;
    int limit;
    enum err_kind k = store_plan_get(tx, r->call->id, r->call->caller.project, r->call->arena, &p, e);
    if (k != ERR_OK || (k = scope_page(r->call, 50, &limit, &cursor, e)) != ERR_OK) return k;
    if ((k = store_message_list(tx, p.n, cursor, limit + 1, r->call->arena, &l, e)) != ERR_OK) return k;
    buf_str(r->view->body, "{\"messages\":[");
    for (size_t i = 0; i < l.n && i < (size_t)limit; i++) {
        buf_comma(r->view->body);
        message_json(tx, r->call, &l.v[i], r->view->body);
    }
    view_page_end(r->view, l.n > (size_t)limit, l.n > (size_t)limit ? l.v[limit - 1].n : 0);
    return ERR_OK;
}

enum err_kind view_message(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_message, e); }
enum err_kind view_messages(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_messages, e);
}
