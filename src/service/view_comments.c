/* Comments as threads: what was said, where it stands now, whether anything is still to be done about it. */
#include <string.h>
#include "pland/store/comments.h"
#include "pland/store/plans.h"
#include "service/scope.h"
#include "service/view.h"

static void own_members(struct txn *tx, struct call *c, const struct comment_row *r, struct buf *b)
{
    view_text(b, "id", r->id);
    view_text(b, "body", r->body);
    view_text(b, "author", scope_person(tx, r->author, c->arena));
    view_time(b, "at", r->at);
    view_time(b, "changed_at", r->changed_at);
}

static void place_members(struct txn *tx, struct call *c, const struct comment_row *r, struct buf *b)
{
    view_text(b, "state", r->resolved_at ? "resolved" : "open");
    view_text(b, "anchor", r->anchor);
    view_text(b, "quote", r->quote);
    if (r->revision) view_int(b, "revision", r->revision);
    view_bool(b, "outdated", r->outdated != 0);
    if (r->outdated) view_int(b, "outdated_in", r->outdated);
    else view_text(b, "section", r->section);
    view_time(b, "resolved_at", r->resolved_at);
    view_text(b, "resolved_by", scope_person(tx, r->resolved_by, c->arena));
    if (r->resolved_in) view_int(b, "resolved_in", r->resolved_in);
}

static bool answers(const struct comment_row *reply, const struct comment_row *to)
{
    return reply->reply_to && strcmp(reply->reply_to, to->id) == 0;
}

static void thread_json(struct txn *tx, struct call *c, const struct comment_list *l, const struct comment_row *r,
                        struct buf *b)
{
    buf_char(b, '{');
    own_members(tx, c, r, b);
    if (r->reply_to) {
        view_text(b, "reply_to", r->reply_to);
        buf_char(b, '}');
        return;
    }
    place_members(tx, c, r, b);
    buf_key(b, "replies");
    buf_char(b, '[');
    for (size_t i = 0; i < l->n; i++) {
        if (!answers(&l->v[i], r)) continue;
        buf_comma(b);
        buf_char(b, '{');
        own_members(tx, c, &l->v[i], b);
        view_text(b, "reply_to", r->id);
        buf_char(b, '}');
    }
    buf_str(b, "]}");
}

static enum err_kind comments_of(struct txn *tx, struct call *c, struct comment_list *ret, struct err *e)
{
    struct plan_row p = { 0 };
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &p, e);
    return k == ERR_OK ? store_comment_list(tx, p.n, c->arena, ret, e) : k;
}

static enum err_kind read_comment(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct comment_list l = { 0 };
    enum err_kind k = comments_of(tx, r->call, &l, e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++)
        if (strcmp(l.v[i].id, r->call->sub) == 0) {
            thread_json(tx, r->call, &l, &l.v[i], r->view->body);
            return ERR_OK;
        }
    return k == ERR_OK ? err_set(e, ERR_NOT_FOUND, "no such comment") : k;
}

static enum err_kind read_comments(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    const char *state = call_param(r->call, "state"), *section = call_param(r->call, "section");
    struct comment_list l = { 0 };
    struct buf *b = r->view->body;
    enum err_kind k;
    if (state && strcmp(state, "open") != 0 && strcmp(state, "resolved") != 0)
        return err_set(e, ERR_SYNTAX, "state is open or resolved, not '%.40s'", state);
    if ((k = comments_of(tx, r->call, &l, e)) != ERR_OK) return k;
    buf_str(b, "{\"comments\":[");
    for (size_t i = 0; i < l.n; i++) {
        if (l.v[i].reply_to || (state && (strcmp(state, "resolved") == 0) != (l.v[i].resolved_at != 0))) continue;
        if (section && (l.v[i].outdated || strcmp(l.v[i].section, section) != 0)) continue;
        buf_comma(b);
        thread_json(tx, r->call, &l, &l.v[i], b);
    }
    buf_str(b, "]}");
    return ERR_OK;
}

enum err_kind view_comment(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_comment, e); }
enum err_kind view_comments(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_comments, e);
}
