/* Outgoing webhooks: endpoints, their secrets, their deliveries. */
#include <string.h>
#include "pland/base/id.h"
#include "pland/net/guard.h"
#include "pland/service/events.h"
#include "pland/store/hooks.h"
#include "pland/store/jobs.h"
#include "service/admin.h"
#include "service/deliver.h"
#include "service/plan_txn.h"
#include "service/scope.h"
#include "service/secret.h"

static const char *const format_names[] = { "json", "slack", NULL };
static const struct field hook_fields[] = {
    F_STR(struct hook_request, url, FIELD_REQUIRED | FIELD_NONBLANK, 8, 2000, "where events are sent"),
    F_STR(struct hook_request, project, 0, 1, 100, "project"),
    F_STRS(struct hook_request, events, 0, 50, 80, "event types; all when absent"),
    F_STR(struct hook_request, secret, 0, 30, 120, "whsec_ and base64; made when absent"),
    F_ENUM(struct hook_request, format, 0, format_names, "json by Standard Webhooks, or messages for slack"),
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

#define OVERLAP_MS INT64_C(86400000)
static const struct field rotate_fields[] = {
    F_INT(struct rotate_request, overlap, 0, 0, 30 * 86400, "seconds for which the old secret signs, too; a day when absent"),
};
const struct record rotate_request_record = RECORD("rotate_request", struct rotate_request, rotate_fields);
static const struct field recover_fields[] = {
    F_TIME(struct recover_request, since, FIELD_REQUIRED, "deliveries from then on are sent again"),
};
const struct record recover_request_record = RECORD("recover_request", struct recover_request, recover_fields);

/* Types that there are. */
static enum err_kind check_events(const char *const *v, size_t n, struct err *e)
{
    char at[40];
    for (size_t i = 0; i < n; i++) {
        if (event_type_known(v[i])) continue;
        (void)snprintf(at, sizeof at, "/events/%zu", i);
        return err_at(e, ERR_INVALID, at, "there is no event type '%.60s'", v[i]);
    }
    return ERR_OK;
}

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
    if (k != ERR_OK || (k = check_events(in->events.v, in->events.n, e)) != ERR_OK) return k;
    h.format = in->format == 1 ? format_names[1] : NULL;
    if ((k = scope_project(tx, c, in->project, &h.project, e)) != ERR_OK) return k;
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
    if ((k = check_events(in->events.v, in->events.n, e)) != ERR_OK) return k;
    if (in->url) {
        h.url = in->url;
        h.failures = h.rest_until = 0;
    }
    if (in->events.v) h.events = in->events.n ? json_strings(c->arena, in->events.v, in->events.n) : NULL;
    if (in->enabled == 1) {
        h.disabled_at = h.failing_since = h.failures = h.rest_until = 0;
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
    const struct rotate_request *in = c->in;
    struct hook_row h = { 0 };
    struct sealed sealed = { 0 };
    enum err_kind k = get(tx, c, &h, e);
    if (k != ERR_OK || (k = secret_webhook(c->service, c->arena, NULL, &sealed, e)) != ERR_OK) return k;
    h.old_secret = h.secret;
    h.n_old_secret = h.n_secret;
    h.old_until = clock_now(c->service->clock) + (in && in->overlap >= 0 ? in->overlap * 1000 : OVERLAP_MS);
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
    auto_buf data = BUF_INIT(1024);
    enum err_kind k = get(tx, c, &h, e);
    if (k != ERR_OK) return k;
    buf_str(&data, "{\"hook\":");
    buf_json(&data, h.id);
    buf_char(&data, '}');
    if ((k = buf_check(&data, e)) != ERR_OK ||
        (k = deliver_about_hook(tx, c->service, &h, "hook.test", buf_cstr(&data), out, e)) != ERR_OK)
        return k;
    out->status = 202;
    (void)snprintf(out->href, sizeof out->href, "/hooks/%s/deliveries", h.id);
    return ERR_OK;
}

enum err_kind service_hook_recover(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct recover_request *in = c->in;
    struct hook_row h = { 0 };
    int64_t n = 0;
    enum err_kind k = get(tx, c, &h, e);
    if (k != ERR_OK) return k;
    if (h.disabled_at) return err_set(e, ERR_CONFLICT, "the hook is disabled: enable it first");
    h.failures = h.rest_until = 0;
    if ((k = store_delivery_recover(tx, h.n, in->since, clock_now(c->service->clock), &n, e)) != ERR_OK ||
        (k = store_hook_update(tx, &h, e)) != ERR_OK)
        return k;
    outcome_notice(out, NOTICE_JOBS, 0, 0);
    out->status = 202;
    out->once = arena_fmt(c->arena, "\"recovered\":%lld", (long long)n);
    (void)snprintf(out->href, sizeof out->href, "/hooks/%s/deliveries", h.id);
    return audit_note(tx, c, h.project, "hook.recover", h.id, e);
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
        .person = -h.n, .subject = d.id };
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
    view_text(b, "format", h->format ? h->format : format_names[0]);
    view_text(b, "status", enabled_names[!h->disabled_at]);
    view_time(b, "created_at", h->created_at);
    view_time(b, "disabled_at", h->disabled_at);
    view_text(b, "disabled_why", h->disabled_why);
    view_time(b, "failing_since", h->failing_since);
    if (h->rest_until > clock_now(c->service->clock)) view_time(b, "rests_until", h->rest_until);
    if (h->old_until > clock_now(c->service->clock)) view_time(b, "old_secret_until", h->old_until);
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

static void delivery_members(const struct delivery_row *d, struct buf *b)
{
    view_text(b, "id", d->id);
    view_text(b, "type", d->type);
    view_text(b, "state", delivery_state_names[d->state]);
    view_int(b, "attempts", d->attempts);
    view_time(b, "created_at", d->at);
    view_time(b, "last_attempt_at", d->last_at);
    if (d->last_status) view_int(b, "last_status", d->last_status);
    view_text(b, "last_error", d->last_error);
}

static void delivery_json(const struct delivery_row *d, struct buf *b)
{
    buf_char(b, '{');
    delivery_members(d, b);
    buf_char(b, '}');
}

static void attempts_json(const struct attempt_list *l, struct buf *b)
{
    buf_str(b, ",\"log\":[");
    for (size_t i = 0; i < l->n; i++) {
        buf_comma(b);
        buf_char(b, '{');
        view_time(b, "at", l->v[i].at);
        view_int(b, "ms", l->v[i].ms);
        if (l->v[i].status) view_int(b, "status", l->v[i].status);
        view_text(b, "error", l->v[i].error);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static enum err_kind of_hook(struct txn *tx, struct call *c, const struct hook_row *h, struct delivery_row *ret,
                             struct err *e)
{
    enum err_kind k = store_delivery_get(tx, c->sub, c->arena, ret, e);
    if (k == ERR_OK && ret->hook != h->n)
        return err_set(e, ERR_NOT_FOUND, "hook %s has no delivery %.60s", h->id, c->sub);
    return k;
}

static enum err_kind read_delivery(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct buf *b = r->view->body;
    struct hook_row h = { 0 };
    struct delivery_row d = { 0 };
    struct attempt_list l = { 0 };
    enum err_kind k = get(tx, r->call, &h, e);
    if (k != ERR_OK || (k = of_hook(tx, r->call, &h, &d, e)) != ERR_OK) return k;
    if ((k = store_attempt_list(tx, d.n, r->call->arena, &l, e)) != ERR_OK) return k;
    buf_char(b, '{');
    delivery_members(&d, b);
    view_raw(b, "body", d.body);
    attempts_json(&l, b);
    buf_char(b, '}');
    return ERR_OK;
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
enum err_kind view_delivery(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_delivery, e);
}
enum err_kind view_deliveries(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_deliveries, e);
}
