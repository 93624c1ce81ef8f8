/* Ticket systems that call in: their registration, and taking what they send. */
#include <string.h>
#include "pland/base/id.h"
#include "pland/service/inbound.h"
#include "pland/store/jobs.h"
#include "service/admin.h"
#include "service/plan_txn.h"
#include "service/scope.h"
#include "service/secret.h"

static const struct field source_fields[] = {
    F_STR(struct source_request, name, FIELD_REQUIRED | FIELD_NONBLANK, 1, 100, "name"),
    F_STR(struct source_request, kind, FIELD_REQUIRED, 1, 20, "generic"),
    F_STR(struct source_request, project, 0, 1, 100, "project"),
    F_STR(struct source_request, repository, 0, 1, 100, "codebase its tickets are about"),
    F_STR(struct source_request, secret, 0, 16, 200, "shared secret; made when absent"),
    F_ENUM(struct source_request, mode, 0, plan_mode_names, "mode of the plans made"),
    F_STR(struct source_request, label, 0, 1, 100, "only tickets with this label"),
};
const struct record source_request_record = RECORD("source_request", struct source_request, source_fields);

static const char *settings_json(struct arena *a, const struct source_request *in)
{
    auto_buf b = BUF_INIT(65536);
    buf_char(&b, '{');
    view_text(&b, "repository", in->repository);
    view_text(&b, "mode", plan_mode_names[in->mode]);
    view_text(&b, "label", in->label);
    buf_char(&b, '}');
    return b.failed ? NULL : arena_dup_n(a, buf_cstr(&b), b.n);
}

enum err_kind service_source_create(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct source_request *in = c->in;
    struct source_row r = { .name = in->name, .kind = in->kind, .created_at = clock_now(c->service->clock),
        .created_by = c->caller.person };
    struct sealed sealed = { 0 };
    struct id id;
    enum err_kind k = scope_project(tx, c, in->project, &r.project, e);
    if (k != ERR_OK) return k;
    if (strcmp(in->kind, "generic") != 0) return err_at(e, ERR_INVALID, "/kind", "must be generic");
    k = in->secret ? secret_seal(c->service, c->arena, in->secret, &sealed, e)
                   : secret_webhook(c->service, c->arena, NULL, &sealed, e);
    if (k != ERR_OK) return k;
    id_new(&id, "src_", c->service->clock);
    r.id = id.s;
    r.secret = sealed.bytes;
    r.n_secret = sealed.n;
    r.settings = settings_json(c->arena, in);
    if ((k = store_source_insert(tx, &r, e)) != ERR_OK ||
        (k = audit_note(tx, c, r.project, "source.create", id.s, e)) != ERR_OK)
        return k;
    out->status = 201;
    if (!in->secret) out->once = arena_fmt(c->arena, "\"secret\":\"%s\"", sealed.plain);
    (void)snprintf(out->href, sizeof out->href, "/sources/%s", id.s);
    return ERR_OK;
}

enum err_kind service_source_delete(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct source_row r = { 0 };
    enum err_kind k = store_source_get(tx, c->caller.project, c->id, c->arena, &r, e);
    if (k != ERR_OK || (k = store_source_delete(tx, r.n, e)) != ERR_OK) return k;
    out->status = 204;
    return audit_note(tx, c, r.project, "source.delete", r.id, e);
}

/* The signature was verified; the body waits in the store for a worker. A delivery seen before is fine and done. */
enum err_kind service_inbound_take(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct inbound_request *in = c->prepared;
    struct inbound_row r = { .source = in->source, .at = clock_now(c->service->clock), .delivery = in->delivery,
        .body = arena_dup_n(c->arena, c->body, c->n_body) };
    enum err_kind k;
    out->status = 202;
    if (!r.body) return err_nomem(e);
    k = store_inbound_insert(tx, &r, e);
    if (k == ERR_CONFLICT) return ERR_OK;
    if (k != ERR_OK) return k;
    struct job j = { .kind = JOB_INBOUND, .state = JOB_QUEUED, .priority = 2, .run_at = r.at,
        .subject = arena_fmt(c->arena, "%lld", (long long)r.n) };
    if (!j.subject) return err_nomem(e);
    outcome_notice(out, NOTICE_JOBS, 0, 0);
    return store_job_insert(tx, &j, e);
}

/* --- for tracker/ ------------------------------------------------------------------------------------------------- */
struct find {
    const char *id;
    int64_t n;
    struct arena *arena;
    struct source_row *source;
    struct inbound_row *inbound;
    struct delivery_row *delivery;
    struct hook_row *hook;
};

static enum err_kind find_source(struct txn *tx, void *arg, struct err *e)
{
    struct find *f = arg;
    return store_source_get(tx, 0, f->id, f->arena, f->source, e);
}

enum err_kind service_source_find(struct service *s, const char *id, struct arena *a, struct source_row *ret,
                                  struct err *e)
{
    return store_read(s->store, find_source, &(struct find){ .id = id, .arena = a, .source = ret }, e);
}

static enum err_kind find_inbound(struct txn *tx, void *arg, struct err *e)
{
    struct find *f = arg;
    enum err_kind k = store_inbound_get(tx, f->n, f->arena, f->inbound, e);
    return k == ERR_OK ? store_source_get_n(tx, f->inbound->source, f->arena, f->source, e) : k;
}

enum err_kind service_inbound_find(struct service *s, int64_t n, struct arena *a, struct inbound_row *ret,
                                   struct source_row *ret_source, struct err *e)
{
    return store_read(s->store, find_inbound, &(struct find){ .n = n, .arena = a, .inbound = ret,
        .source = ret_source }, e);
}

struct settle { int64_t n; const char *outcome; };

static enum err_kind settle(struct txn *tx, void *arg, struct err *e)
{
    const struct settle *s = arg;
    return store_inbound_done(tx, s->n, s->outcome, e);
}

enum err_kind service_inbound_settle(struct service *s, int64_t n, const char *outcome, struct err *e)
{
    return store_exec(s->store, settle, &(struct settle){ n, outcome }, e);
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

enum err_kind view_source(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_source, e); }
enum err_kind view_sources(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_sources, e); }
