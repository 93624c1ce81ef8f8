/* Outgoing webhooks: endpoints, their secrets, their deliveries. */
#include <string.h>
#include "pland/base/id.h"
#include "pland/net/guard.h"
#include "pland/store/hooks.h"
#include "pland/store/jobs.h"
#include "service/admin.h"
#include "service/deliver.h"
#include "service/plan_txn.h"
#include "service/scope.h"
#include "service/secret.h"

static const struct field hook_fields[] = {
    F_STR(struct hook_request, url, FIELD_REQUIRED | FIELD_NONBLANK, 8, 2000, "where events are sent"),
    F_STR(struct hook_request, project, 0, 1, 100, "project"),
    F_STRS(struct hook_request, events, 0, 50, 80, "event types; all when absent"),
    F_STR(struct hook_request, secret, 0, 30, 120, "whsec_ and base64; made when absent"),
};
const struct record hook_request_record = RECORD("hook_request", struct hook_request, hook_fields);
static const char *const enabled_names[] = { "disabled", "enabled", NULL };
static const struct field hook_patch_fields[] = {
    F_STR(struct hook_patch, url, 0, 8, 2000, "where events are sent"),
    F_STRS(struct hook_patch, events, 0, 50, 80, "event types"),
    { .key = "status", .type = FIELD_ENUM, .offset = offsetof(struct hook_patch, enabled), .names = enabled_names,
        .help = "enabled or disabled" },
};
const struct record hook_patch_record = RECORD("hook_patch", struct hook_patch, hook_patch_fields);

/* What can be refused at once is; names are looked up, and checked again, when something is sent. */
static enum err_kind check_url(const struct call *c, const char *url, struct err *e)
{
    enum err_kind k = guard_url(c->service->guard, url, e);
    if (k != ERR_OK) (void)snprintf(e->at, sizeof e->at, "/url");
    return k;
}

enum err_kind service_hook_create(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct hook_request *in = c->in;
    struct hook_row h = { .url = in->url, .created_at = clock_now(c->service->clock), .created_by = c->caller.person };
    struct sealed sealed = { 0 };
    struct id id;
    enum err_kind k = check_url(c, in->url, e);
    if (k != ERR_OK || (k = scope_project(tx, c, in->project, &h.project, e)) != ERR_OK) return k;
    if ((k = secret_webhook(c->service, c->arena, in->secret, &sealed, e)) != ERR_OK) return k;
    id_new(&id, "hook_", c->service->clock);
    h.id = id.s;
    h.secret = sealed.bytes;
    h.n_secret = sealed.n;
    h.events = in->events.n ? json_strings(c->arena, in->events.v, in->events.n) : NULL;
    if ((k = store_hook_insert(tx, &h, e)) != ERR_OK ||
        (k = audit_note(tx, c, h.project, "hook.create", id.s, e)) != ERR_OK)
        return k;
    out->status = 201;
    out->once = arena_fmt(c->arena, "\"secret\":\"%s\"", sealed.plain);
    (void)snprintf(out->href, sizeof out->href, "/hooks/%s", id.s);
    return ERR_OK;
}

static enum err_kind get(struct txn *tx, struct call *c, struct hook_row *ret, struct err *e)
{
    return store_hook_get(tx, c->caller.project, c->id, c->arena, ret, e);
}

enum err_kind service_hook_patch(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct hook_patch *in = c->in;
    struct hook_row h = { 0 };
    enum err_kind k = get(tx, c, &h, e);
    if (k != ERR_OK || (in->url && (k = check_url(c, in->url, e)) != ERR_OK)) return k;
    if (in->url) h.url = in->url;
    if (in->events.v) h.events = in->events.n ? json_strings(c->arena, in->events.v, in->events.n) : NULL;
    if (in->enabled == 1) {
        h.disabled_at = h.failing_since = 0;
        h.disabled_why = NULL;
    } else if (in->enabled == 0) {
        h.disabled_at = clock_now(c->service->clock);
        h.disabled_why = "by request";
    }
    if ((k = store_hook_update(tx, &h, e)) != ERR_OK) return k;
    (void)snprintf(out->href, sizeof out->href, "/hooks/%s", h.id);
    return audit_note(tx, c, h.project, "hook.patch", h.id, e);
}

enum err_kind service_hook_delete(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct hook_row h = { 0 };
    enum err_kind k = get(tx, c, &h, e);
    if (k != ERR_OK || (k = store_hook_delete(tx, h.n, e)) != ERR_OK) return k;
    out->status = 204;
    return audit_note(tx, c, h.project, "hook.delete", h.id, e);
}

enum err_kind service_hook_rotate(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct hook_row h = { 0 };
    struct sealed sealed = { 0 };
    enum err_kind k = get(tx, c, &h, e);
    if (k != ERR_OK || (k = secret_webhook(c->service, c->arena, NULL, &sealed, e)) != ERR_OK) return k;
    h.secret = sealed.bytes;
    h.n_secret = sealed.n;
    if ((k = store_hook_update(tx, &h, e)) != ERR_OK) return k;
    out->once = arena_fmt(c->arena, "\"secret\":\"%s\"", sealed.plain);
    (void)snprintf(out->href, sizeof out->href, "/hooks/%s", h.id);
    return audit_note(tx, c, h.project, "hook.rotate", h.id, e);
}

enum err_kind service_hook_test(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct hook_row h = { 0 };
    auto_buf body = BUF_INIT(1024);
    enum err_kind k = get(tx, c, &h, e);
    if (k != ERR_OK) return k;
    buf_str(&body, "{\"type\":\"hook.test\",\"timestamp\":\"");
    buf_time(&body, clock_now(c->service->clock));
    buf_str(&body, "\",\"data\":{\"hook\":");
    buf_json(&body, h.id);
    buf_str(&body, "}}");
    if ((k = buf_check(&body, e)) != ERR_OK ||
        (k = deliver_to(tx, c->service, &h, "hook.test", buf_cstr(&body), out, e)) != ERR_OK)
        return k;
    out->status = 202;
    (void)snprintf(out->href, sizeof out->href, "/hooks/%s/deliveries", h.id);
    return ERR_OK;
}

enum err_kind service_delivery_again(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct hook_row h = { 0 };
    struct delivery_row d = { 0 };
    enum err_kind k = get(tx, c, &h, e);
    if (k != ERR_OK || (k = store_delivery_get(tx, c->sub, c->arena, &d, e)) != ERR_OK) return k;
    if (d.hook != h.n) return err_set(e, ERR_NOT_FOUND, "hook %s has no delivery %.60s", h.id, c->sub);
    if (d.state == DELIVERY_PENDING) return err_set(e, ERR_CONFLICT, "the delivery is still being tried");
    d.state = DELIVERY_PENDING;
    if ((k = store_delivery_update(tx, &d, e)) != ERR_OK) return k;
    struct job j = { .kind = JOB_DELIVER, .state = JOB_QUEUED, .priority = 3, .run_at = clock_now(c->service->clock),
        .subject = d.id };
    if ((k = store_job_insert(tx, &j, e)) != ERR_OK) return k;
    outcome_notice(out, NOTICE_JOBS, 0, 0);
    out->status = 202;
    (void)snprintf(out->href, sizeof out->href, "/hooks/%s/deliveries", h.id);
    return ERR_OK;
}

/* --- views -------------------------------------------------------------------------------------------------------- */
static void hook_json(struct txn *tx, struct call *c, const struct hook_row *h, struct buf *b)
{
    buf_char(b, '{');
    view_text(b, "id", h->id);
    view_text(b, "url", h->url);
    view_text(b, "project", scope_project_name(tx, h->project, c->arena));
    view_raw(b, "events", h->events);
    view_text(b, "status", enabled_names[!h->disabled_at]);
    view_time(b, "created_at", h->created_at);
    view_time(b, "disabled_at", h->disabled_at);
    view_text(b, "disabled_why", h->disabled_why);
    view_time(b, "failing_since", h->failing_since);
    buf_char(b, '}');
}

static enum err_kind read_hook(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct hook_row h = { 0 };
    enum err_kind k = get(tx, r->call, &h, e);
    if (k == ERR_OK) hook_json(tx, r->call, &h, r->view->body);
    return k;
}

static enum err_kind read_hooks(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct hook_list l = { 0 };
    int64_t project;
    enum err_kind k = scope_filter(tx, r->call, &project, e);
    if (k != ERR_OK || (k = store_hook_list(tx, project, r->call->arena, &l, e)) != ERR_OK) return k;
    buf_str(r->view->body, "{\"hooks\":[");
    for (size_t i = 0; i < l.n; i++) {
        buf_comma(r->view->body);
        hook_json(tx, r->call, &l.v[i], r->view->body);
    }
    buf_str(r->view->body, "]}");
    return ERR_OK;
}

static void delivery_json(const struct delivery_row *d, struct buf *b)
{
    buf_char(b, '{');
    view_text(b, "id", d->id);
    view_text(b, "type", d->type);
    view_text(b, "state", delivery_state_names[d->state]);
    view_int(b, "attempts", d->attempts);
    view_time(b, "created_at", d->at);
    view_time(b, "last_attempt_at", d->last_at);
    if (d->last_status) view_int(b, "last_status", d->last_status);
    view_text(b, "last_error", d->last_error);
    buf_char(b, '}');
}

static enum err_kind read_deliveries(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct hook_row h = { 0 };
    struct delivery_list l = { 0 };
    int64_t cursor;
    int limit;
    enum err_kind k = get(tx, r->call, &h, e);
    if (k != ERR_OK || (k = scope_page(r->call, 50, &limit, &cursor, e)) != ERR_OK) return k;
    if ((k = store_delivery_list(tx, h.n, cursor, limit + 1, r->call->arena, &l, e)) != ERR_OK) return k;
    buf_str(r->view->body, "{\"deliveries\":[");
    for (size_t i = 0; i < l.n && i < (size_t)limit; i++) {
        buf_comma(r->view->body);
        delivery_json(&l.v[i], r->view->body);
    }
    view_page_end(r->view, l.n > (size_t)limit, l.n > (size_t)limit ? l.v[limit - 1].n : 0);
    return ERR_OK;
}

enum err_kind view_hook(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_hook, e); }
enum err_kind view_hooks(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_hooks, e); }
enum err_kind view_deliveries(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_deliveries, e);
}
