/* Events: pages of them, and what streams read. */
#include "pland/service/events.h"

#include <stdlib.h>
#include <string.h>

#include "pland/store/plans.h"
#include "service/scope.h"
#include "service/view.h"

static enum err_kind plan_of(struct txn *tx, struct call *c, struct plan_row *p, struct err *e)
{
    return store_plan_get(tx, c->id, c->caller.project, c->arena, p, e);
}

static void event_json(struct txn *tx, struct arena *a, const struct event_row *ev, bool feed, struct buf *b)
{
    buf_char(b, '{');
    if (feed) view_int(b, "n", ev->n);
    if (feed) view_text(b, "plan", ev->plan_id);
    view_int(b, "seq", ev->seq);
    view_text(b, "type", ev->type);
    view_time(b, "at", ev->at);
    view_text(b, "actor", scope_person(tx, ev->actor, a));
    view_raw(b, "data", ev->data ? ev->data : "{}");
    buf_char(b, '}');
}

/* --- cursors and filters ------------------------------------------------------------------------------------------ */
static enum err_kind begin_again(const struct call *c, int64_t at, struct err *e)
{
    if (c->id)
        (void)snprintf(e->extra, sizeof e->extra, "\"resync\":{\"href\":\"/plans/%.60s\",\"after\":\"%.20s-%lld\"}",
                       c->id, c->service->epoch, (long long)at);
    else
        (void)snprintf(e->extra, sizeof e->extra, "\"resync\":{\"href\":\"/plans\",\"after\":\"%.20s-%lld\"}",
                       c->service->epoch, (long long)at);
    return ERR_GONE;
}

/* first: the oldest event behind after that there is, or one more than the newest of all. */
static enum err_kind forgotten(const struct call *c, int64_t after, int64_t first, struct err *e)
{
    if (after == 0 || first <= after + 1) return ERR_OK;
    (void)err_set(e, ERR_GONE, "events up to %lld are not kept any more: read %s as it is now, then go on after=%lld",
                  (long long)first - 1, c->id ? "the plan" : "the plans", (long long)first - 1);
    return begin_again(c, first - 1, e);
}

/* "12" or "epoch-12"; head: where to begin again when the epoch is another. */
static enum err_kind read_cursor(const struct call *c, const char *name, const char *text, int64_t head, int64_t *ret,
                                 struct err *e)
{
    const char *dash = strrchr(text, '-'), *digits = dash ? dash + 1 : text;
    size_t n = strlen(c->service->epoch);
    if (digits[strspn(digits, "0123456789")] != '\0' || *digits == '\0' || strlen(digits) > 18 || dash == text)
        return err_set(e, ERR_SYNTAX, "%s must be a number, or what the id of an event was", name);
    *ret = strtoll(digits, NULL, 10);
    if (!dash || ((size_t)(dash - text) == n && memcmp(text, c->service->epoch, n) == 0)) return ERR_OK;
    (void)err_set(e, ERR_GONE,
                  "the events are those of a restored backup: read %s as it is now, then go on after=%.20s-%lld",
                  c->id ? "the plan" : "the plans", c->service->epoch, (long long)head);
    return begin_again(c, head, e);
}

/* ?types=a,b names types that there are. */
static enum err_kind check_types(const char *types, struct err *e)
{
    char name[80];
    for (const char *p = types; p && *p;) {
        size_t n = strcspn(p, ",");
        (void)snprintf(name, sizeof name, "%.*s", (int)n, p);
        if (n >= sizeof name || !(event_type_known(name) || strcmp(name, "progress") == 0))
            return err_set(e, ERR_SYNTAX, "types: there is no event type '%.60s'", name);
        p += n + (p[n] == ',');
    }
    return ERR_OK;
}

bool event_type_listed(const char *types, const char *type)
{
    size_t len = strlen(type);
    if (!types || !*types) return true;
    for (const char *p = types; *p;) {
        size_t n = strcspn(p, ",");
        if (n == len && memcmp(p, type, n) == 0) return true;
        p += n + (p[n] == ',');
    }
    return false;
}

/* --- pages -------------------------------------------------------------------------------------------------------- */
/* Pages run forward: the cursor is the last number shown, `after` says where to begin. */
static void events_page(struct txn *tx, struct read *r, const struct event_list *l, size_t limit, bool feed)
{
    const char *types = call_param(r->call, "types");
    buf_str(r->view->body, "{\"epoch\":");
    buf_json(r->view->body, r->call->service->epoch);
    buf_str(r->view->body, ",\"events\":[");
    for (size_t i = 0; i < l->n && i < limit; i++) {
        if (!event_type_listed(types, l->v[i].type)) continue;
        buf_comma(r->view->body);
        event_json(tx, r->call->arena, &l->v[i], feed, r->view->body);
    }
    view_page_end(r->view, l->n > limit, l->n > limit ? (feed ? l->v[limit - 1].n : l->v[limit - 1].seq) : 0);
}

static enum err_kind events_from(struct call *c, int64_t head, int *limit, int64_t *after, struct err *e)
{
    const char *text = call_param(c, "after");
    int64_t cursor;
    enum err_kind k = scope_page(c, 100, limit, &cursor, e);
    *after = cursor;
    if (k != ERR_OK || (k = check_types(call_param(c, "types"), e)) != ERR_OK) return k;
    return text ? read_cursor(c, "after", text, head, after, e) : ERR_OK;
}

static enum err_kind read_events(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_row p = { 0 };
    struct event_list l = { 0 };
    int64_t after;
    int limit;
    enum err_kind k = plan_of(tx, r->call, &p, e);
    if (k != ERR_OK || (k = events_from(r->call, p.seq, &limit, &after, e)) != ERR_OK) return k;
    if ((k = store_event_list(tx, p.n, after, limit + 1, r->call->arena, &l, e)) != ERR_OK) return k;
    if ((k = forgotten(r->call, after, l.n ? l.v[0].seq : p.seq + 1, e)) != ERR_OK) return k;
    events_page(tx, r, &l, (size_t)limit, false);
    return ERR_OK;
}

static enum err_kind read_feed(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct event_list l = { 0 };
    int64_t after, project, first, last;
    int limit;
    enum err_kind k = scope_filter(tx, r->call, &project, e);
    if (k != ERR_OK || (k = store_event_bounds(tx, &first, &last, e)) != ERR_OK) return k;
    if ((k = events_from(r->call, last, &limit, &after, e)) != ERR_OK) return k;
    if ((k = forgotten(r->call, after, first, e)) != ERR_OK) return k;
    if ((k = store_event_feed(tx, project, after, limit + 1, r->call->arena, &l, e)) != ERR_OK) return k;
    events_page(tx, r, &l, (size_t)limit, true);
    return ERR_OK;
}

enum err_kind view_events(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_events, e); }
enum err_kind view_feed(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_feed, e); }

/* --- streams ------------------------------------------------------------------------------------------------------ */
struct opening {
    struct call *call;
    const char *cursor;
    struct event_scope *ret;
};

/* Where the reader stands: Last-Event-ID, else after, else as preset. */
static enum err_kind stand(const struct opening *o, int64_t preset, struct err *e)
{
    const char *after = call_param(o->call, "after");
    enum err_kind k = check_types(call_param(o->call, "types"), e);
    o->ret->after = preset;
    o->ret->sought = o->cursor || after;
    if (k != ERR_OK || !o->ret->sought) return k;
    return read_cursor(o->call, o->cursor ? "Last-Event-ID" : "after", o->cursor ? o->cursor : after, o->ret->head,
                       &o->ret->after, e);
}

static enum err_kind open_plan(struct txn *tx, const struct opening *o, struct err *e)
{
    struct event_scope *s = o->ret;
    struct plan_row p = { 0 };
    struct event_list l = { 0 };
    enum err_kind k = plan_of(tx, o->call, &p, e);
    if (k != ERR_OK) return k;
    s->plan = p.n;
    s->project = p.project;
    s->head = p.seq;
    if ((k = stand(o, 0, e)) != ERR_OK) return k;
    if (s->after > p.seq) {
        (void)err_set(e, ERR_GONE, "the plan has no event %lld yet: read it as it is now, then go on after=%lld",
                      (long long)s->after, (long long)p.seq);
        return begin_again(o->call, p.seq, e);
    }
    s->ended = s->after == p.seq && plan_activity((enum plan_state)p.state) == ACTIVITY_ENDED;
    if ((k = store_event_list(tx, p.n, s->after, 1, o->call->arena, &l, e)) != ERR_OK) return k;
    return forgotten(o->call, s->after, l.n ? l.v[0].seq : p.seq + 1, e);
}

static enum err_kind open_feed(struct txn *tx, const struct opening *o, struct err *e)
{
    struct event_scope *s = o->ret;
    int64_t first;
    enum err_kind k = scope_filter(tx, o->call, &s->project, e);
    if (k != ERR_OK || (k = store_event_bounds(tx, &first, &s->head, e)) != ERR_OK) return k;
    if ((k = stand(o, s->head, e)) != ERR_OK) return k;
    return forgotten(o->call, s->after, first, e);
}

static bool live(const struct service *s, const struct token_row *t)
{
    return !t->revoked_at && (!t->expires_at || t->expires_at > clock_now(s->clock));
}

static enum err_kind open_scope(struct txn *tx, void *arg, struct err *e)
{
    const struct opening *o = arg;
    struct token_row t = { 0 };
    enum err_kind k = store_token_get_n(tx, o->call->caller.token, o->call->arena, &t, e);
    if (k != ERR_OK) return k;
    if (!live(o->call->service, &t)) return err_set(e, ERR_UNAUTHENTICATED, "this token was revoked, or has expired");
    return o->call->id ? open_plan(tx, o, e) : open_feed(tx, o, e);
}

enum err_kind service_events_open(struct call *c, const char *cursor, struct event_scope *ret, struct err *e)
{
    *ret = (struct event_scope){ 0 };
    return store_read(c->service->store, open_scope, &(struct opening){ c, cursor && *cursor ? cursor : NULL, ret }, e);
}

struct reading {
    const struct event_scope *scope;
    int64_t after;
    int limit;
    event_sink *sink;
    void *arg;
    struct event_batch *ret;
    struct arena *arena;
};

static enum err_kind list_events(struct txn *tx, const struct reading *r, struct event_list *l, struct err *e)
{
    struct plan_row p = { 0 };
    int64_t first;
    enum err_kind k;
    if (!r->scope->plan) {
        k = store_event_bounds(tx, &first, &r->ret->head, e);
        return k == ERR_OK ? store_event_feed(tx, r->scope->project, r->after, r->limit, r->arena, l, e) : k;
    }
    if ((k = store_plan_get_n(tx, r->scope->plan, r->arena, &p, e)) != ERR_OK) return k;
    r->ret->head = p.seq;
    r->ret->ended = plan_activity((enum plan_state)p.state) == ACTIVITY_ENDED;
    r->ret->state = plan_state_names[p.state];
    return store_event_list(tx, p.n, r->after, r->limit, r->arena, l, e);
}

static enum err_kind read_batch(struct txn *tx, void *arg, struct err *e)
{
    const struct reading *r = arg;
    struct event_list l = { 0 };
    bool feed = r->scope->plan == 0;
    enum err_kind k = list_events(tx, r, &l, e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
        event_json(tx, r->arena, &l.v[i], feed, &b);
        if ((k = buf_check(&b, e)) != ERR_OK) return k;
        if (!r->sink(r->arg, feed ? l.v[i].n : l.v[i].seq, l.v[i].project, l.v[i].type, b.p, b.n)) break;
    }
    return k;
}

enum err_kind service_events_read(struct service *s, const struct event_scope *scope, int64_t after, int limit,
                                  event_sink *sink, void *arg, struct event_batch *ret, struct err *e)
{
    auto_arena a = arena_new(0);
    enum err_kind k;
    if (!a) return err_nomem(e);
    *ret = (struct event_batch){ 0 };
    k = store_read(s->store, read_batch, &(struct reading){ scope, after, limit, sink, arg, ret, a }, e);
    return k == ERR_OK ? arena_check(a, e) : k;
}

struct token_question {
    int64_t token;
    struct arena *arena;
    struct token_row row;
};

static enum err_kind read_token(struct txn *tx, void *arg, struct err *e)
{
    struct token_question *q = arg;
    return store_token_get_n(tx, q->token, q->arena, &q->row, e);
}

enum err_kind service_token_live(struct service *s, int64_t token, bool *ret, struct err *e)
{
    auto_arena a = arena_new(0);
    struct token_question q = { .token = token, .arena = a };
    enum err_kind k = a ? store_read(s->store, read_token, &q, e) : err_nomem(e);
    if (k == ERR_OK) *ret = live(s, &q.row);
    return k;
}
