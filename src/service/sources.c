/* Ticket systems: their registration, what is shown of them, and when they are asked for changes. */
#include <string.h>
#include "pland/base/id.h"
#include "pland/service/inbound.h"
#include "service/admin.h"
#include "service/plan_txn.h"
#include "service/scope.h"
#include "service/secret.h"
#include "service/source_settings.h"

/* --- registration ------------------------------------------------------------------------------------------------- */
static const char *settings_json(struct arena *a, const struct source_settings *s)
{
    auto_buf b = BUF_INIT(1 << 20);
    record_encode(&source_settings_record, s, &b);
    return b.failed ? NULL : arena_dup_n(a, buf_cstr(&b), b.n);
}

/* The key of an app is a PEM file; a token is one word. */
static enum err_kind seal_token(struct call *c, const struct source_request *in, struct source_row *r, struct err *e)
{
    struct sealed sealed = { 0 };
    bool pem = in->token && strncmp(in->token, "-----BEGIN ", 11) == 0;
    enum err_kind k;
    if (!in->token) return ERR_OK;
    if (!*in->token) {
        r->credential = NULL;
        r->n_credential = 0;
        return ERR_OK;
    }
    if (in->settings.app && !pem) return err_at(e, ERR_INVALID, "/token", "must be the app's private key (PEM)");
    if (!pem && in->token[strcspn(in->token, " \t\r\n")]) return err_at(e, ERR_INVALID, "/token", "must be one word");
    if ((k = secret_seal(c->service, c->arena, in->token, &sealed, e)) != ERR_OK) return k;
    r->credential = sealed.bytes;
    r->n_credential = sealed.n;
    return ERR_OK;
}

/* What follows from settings and credential; asked at once, so that a mistake shows. */
static enum err_kind settle(struct call *c, const struct source_request *in, struct source_row *r, struct err *e)
{
    enum err_kind k = seal_token(c, in, r, e);
    if (k != ERR_OK) return k;
    if ((k = source_settings_check(c, r->kind, &in->settings, r->credential != NULL, e)) != ERR_OK) return k;
    r->next_at = source_poll_ms(r, &in->settings) ? clock_now(c->service->clock) : 0;
    r->error = NULL;
    if (!(r->settings = settings_json(c->arena, &in->settings))) return err_nomem(e);
    return ERR_OK;
}

static enum err_kind poll(struct txn *tx, const struct source_row *r, int64_t now, struct outcome *out, struct err *e)
{
    struct job j = { .kind = JOB_POLL, .state = JOB_QUEUED, .priority = 6, .run_at = now, .subject = r->id };
    enum err_kind k = store_job_insert(tx, &j, e);
    if (k == ERR_CONFLICT) return ERR_OK;
    outcome_notice(out, NOTICE_JOBS, 0, 0);
    return k;
}

enum err_kind service_source_create(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct source_request *in = c->in;
    int64_t now = clock_now(c->service->clock);
    struct source_row r = {
        .name = in->name, .kind = in->kind, .created_at = now, .created_by = c->caller.person, .synced_at = now
    };
    struct sealed sealed = { 0 };
    struct id id;
    enum err_kind k = scope_project(tx, c, in->project, &r.project, e);
    if (k != ERR_OK || (k = settle(c, in, &r, e)) != ERR_OK) return k;
    k = in->secret ? secret_seal(c->service, c->arena, in->secret, &sealed, e)
                   : secret_webhook(c->service, c->arena, NULL, &sealed, e);
    if (k != ERR_OK) return k;
    id_new(&id, "src_", c->service->clock);
    r.id = id.s;
    r.secret = sealed.bytes;
    r.n_secret = sealed.n;
    if ((k = store_source_insert(tx, &r, e)) != ERR_OK ||
        (k = audit_note(tx, c, r.project, "source.create", id.s, e)) != ERR_OK)
        return k;
    out->status = 201;
    if (!in->secret) out->once = arena_fmt(c->arena, "\"secret\":\"%s\"", sealed.plain);
    (void)snprintf(out->href, sizeof out->href, "/sources/%s", id.s);
    return r.next_at ? poll(tx, &r, now, out, e) : ERR_OK;
}

/* What is sent replaces what is set; an empty text unsets it. */
enum err_kind service_source_patch(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct source_request in = { .name = NULL };
    struct source_row r = { 0 };
    struct sealed sealed = { 0 };
    enum err_kind k = store_source_get(tx, c->caller.project, c->id, c->arena, &r, e);
    if (k != ERR_OK || (k = source_settings_read(&r, c->arena, &in.settings, e)) != ERR_OK ||
        (k = record_parse(&source_patch_record, c->body, c->n_body, &in, c->arena, e)) != ERR_OK)
        return k;
    if ((k = settle(c, &in, &r, e)) != ERR_OK) return k;
    if (in.name) r.name = in.name;
    if (in.secret) {
        if ((k = secret_seal(c->service, c->arena, in.secret, &sealed, e)) != ERR_OK) return k;
        r.secret = sealed.bytes;
        r.n_secret = sealed.n;
    }
    if ((k = store_source_update(tx, &r, e)) != ERR_OK) return k;
    (void)snprintf(out->href, sizeof out->href, "/sources/%s", r.id);
    if ((k = store_source_hasten(tx, r.n, clock_now(c->service->clock), e)) != ERR_OK) return k;
    outcome_notice(out, NOTICE_JOBS, 0, 0);
    if (r.next_at && (k = poll(tx, &r, clock_now(c->service->clock), out, e)) != ERR_OK) return k;
    return audit_note(tx, c, r.project, "source.patch", r.id, e);
}

enum err_kind service_source_delete(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct source_row r = { 0 };
    enum err_kind k = store_source_get(tx, c->caller.project, c->id, c->arena, &r, e);
    if (k != ERR_OK || (k = store_source_delete(tx, r.n, e)) != ERR_OK) return k;
    out->status = 204;
    return audit_note(tx, c, r.project, "source.delete", r.id, e);
}

enum err_kind service_source_sync(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct source_row r = { 0 };
    enum err_kind k = store_source_get(tx, c->caller.project, c->id, c->arena, &r, e);
    if (k != ERR_OK) return k;
    if (!r.credential)
        return err_set(e, ERR_CONFLICT, "this source has no token: its API cannot be asked (PATCH /sources/%s)", r.id);
    out->status = 202;
    (void)snprintf(out->href, sizeof out->href, "/sources/%s", r.id);
    return poll(tx, &r, clock_now(c->service->clock), out, e);
}

/* --- asking for changes ------------------------------------------------------------------------------------------- */
struct due {
    struct service *service;
    bool start;
    struct outcome out;
};

static enum err_kind queue_due(struct txn *tx, void *arg, struct err *e)
{
    struct due *d = arg;
    auto_arena a = arena_new(0);
    int64_t now = clock_now(d->service->clock);
    struct source_list l = { 0 };
    enum err_kind k;
    memset(&d->out, 0, sizeof d->out);
    if (!a) return err_nomem(e);
    k = d->start ? store_source_due(tx, INT64_MAX, a, &l, e) : store_source_due(tx, now, a, &l, e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct source_settings s;
        struct source_row *r = &l.v[i];
        if ((k = source_settings_read(r, a, &s, e)) != ERR_OK || (k = poll(tx, r, now, &d->out, e)) != ERR_OK) return k;
        r->next_at = source_poll_ms(r, &s) ? now + source_poll_ms(r, &s) : 0;
        k = store_source_update(tx, r, e);
    }
    return k;
}

enum err_kind service_sources_due(struct service *s, bool start, struct err *e)
{
    struct due d = { .service = s, .start = start };
    enum err_kind k = store_exec(s->store, queue_due, &d, e);
    for (size_t i = 0; k == ERR_OK && i < d.out.n_notices; i++) bus_publish(s->bus, &d.out.notices[i]);
    return k;
}

struct found {
    struct service *service;
    int64_t source, synced_at, new;
    const struct inbound_found_list *list;
    struct outcome out;
};

static enum err_kind take_found(struct txn *tx, void *arg, struct err *e)
{
    struct found *f = arg;
    auto_arena a = arena_new(0);
    struct source_row source = { 0 };
    enum err_kind k = a ? store_source_get_n(tx, f->source, a, &source, e) : err_nomem(e);
    f->new = 0;
    memset(&f->out, 0, sizeof f->out);
    for (size_t i = 0; k == ERR_OK && i < f->list->n; i++) {
        const struct inbound_found *x = &f->list->v[i];
        struct inbound_row r = { .source = f->source,
                                 .at = clock_now(f->service->clock),
                                 .delivery = x->delivery,
                                 .event = x->event,
                                 .body = x->body };
        if ((k = store_inbound_insert(tx, &r, e)) == ERR_OK) {
            f->new ++;
            k = inbound_job(tx, &r, &f->out, e);
        } else if (k == ERR_CONFLICT) {
            k = ERR_OK;
        }
    }
    if (k != ERR_OK) return k;
    if (f->synced_at > source.synced_at) source.synced_at = f->synced_at;
    source.error = NULL;
    return store_source_update(tx, &source, e);
}

enum err_kind service_source_found(struct service *s, int64_t source, const struct inbound_found_list *l,
                                   int64_t synced_at, int64_t *ret, struct err *e)
{
    struct found f = { .service = s, .source = source, .list = l, .synced_at = synced_at };
    enum err_kind k = store_exec(s->store, take_found, &f, e);
    for (size_t i = 0; k == ERR_OK && i < f.out.n_notices; i++) bus_publish(s->bus, &f.out.notices[i]);
    *ret = f.new;
    return k;
}

/* --- views -------------------------------------------------------------------------------------------------------- */
static void source_json(struct txn *tx, struct call *c, const struct source_row *r, struct buf *b)
{
    buf_char(b, '{');
    view_text(b, "id", r->id);
    view_text(b, "name", r->name);
    view_text(b, "kind", r->kind);
    view_text(b, "project", scope_project_name(tx, r->project, c->arena));
    view_raw(b, "settings", r->settings);
    view_text(b, "url", arena_fmt(c->arena, "%s/webhooks/%s", c->service->public_url, r->id));
    view_bool(b, "has_token", r->credential != NULL);
    view_time(b, "synced_at", r->credential ? r->synced_at : 0);
    view_time(b, "next_sync_at", r->next_at);
    view_text(b, "error", r->error);
    view_time(b, "created_at", r->created_at);
    buf_char(b, '}');
}

static enum err_kind read_source(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct source_row row = { 0 };
    enum err_kind k = store_source_get(tx, r->call->caller.project, r->call->id, r->call->arena, &row, e);
    if (k == ERR_OK) source_json(tx, r->call, &row, r->view->body);
    return k;
}

static enum err_kind read_sources(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct source_list l = { 0 };
    int64_t project;
    enum err_kind k = scope_filter(tx, r->call, &project, e);
    if (k != ERR_OK || (k = store_source_list(tx, project, r->call->arena, &l, e)) != ERR_OK) return k;
    buf_str(r->view->body, "{\"sources\":[");
    for (size_t i = 0; i < l.n; i++) {
        buf_comma(r->view->body);
        source_json(tx, r->call, &l.v[i], r->view->body);
    }
    buf_str(r->view->body, "]}");
    return ERR_OK;
}

static enum err_kind read_deliveries(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct buf *b = r->view->body;
    struct source_row row = { 0 };
    struct inbound_list l = { 0 };
    int64_t cursor;
    int limit;
    enum err_kind k = store_source_get(tx, r->call->caller.project, r->call->id, r->call->arena, &row, e);
    if (k != ERR_OK || (k = scope_page(r->call, 50, &limit, &cursor, e)) != ERR_OK) return k;
    if ((k = store_inbound_list(tx, row.n, cursor, limit + 1, r->call->arena, &l, e)) != ERR_OK) return k;
    buf_str(b, "{\"deliveries\":[");
    for (size_t i = 0; i < l.n && i < (size_t)limit; i++) {
        buf_comma(b);
        buf_char(b, '{');
        view_text(b, "delivery", l.v[i].delivery);
        view_text(b, "event", l.v[i].event);
        view_time(b, "at", l.v[i].at);
        view_bool(b, "done", l.v[i].done);
        view_text(b, "outcome", l.v[i].outcome);
        buf_char(b, '}');
    }
    view_page_end(r->view, l.n > (size_t)limit, l.n > (size_t)limit ? l.v[limit - 1].n : 0);
    return ERR_OK;
}

enum err_kind view_source(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_source, e);
}
enum err_kind view_sources(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_sources, e);
}
enum err_kind view_source_deliveries(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_deliveries, e);
}
