/* An incoming webhook that was verified becomes a plan, once; what it has become is written beside it. */
#include "tracker/inner.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pland/base/log.h"
#include "pland/store/plans.h"

enum ticket_event { ACTION_CREATED, ACTION_UPDATED, ACTION_CLOSED };
static const char *const action_names[] = { "created", "updated", "closed", NULL };

/* --- the payload -------------------------------------------------------------------------------------------------- */
struct payload {
    int action;
    struct ticket ticket;
    const char *repository;
};

#define T struct ticket
static const struct field ticket_rows[] = { /* a ticket that is closed needs no title */
    F_STR(T, title, 0, 0, 300, "What is wanted, in one line"),
    F_STR(T, body, 0, 0, 1 << 20, "The whole ticket"),
    F_STR(T, url, 0, 0, 2000, "Where the ticket lives"),
    F_STR(T, key, 0, 0, 200, "The tracker's name for it"),
    F_STRS(T, labels, 0, 50, 100, "Its labels"),
};
#undef T
static const struct record payload_ticket_record = RECORD("ticket", struct ticket, ticket_rows);

#define T struct payload
static const struct field payload_rows[] = {
    F_ENUM(T, action, 0, action_names, "What has happened to the ticket"),
    F_REC(T, ticket, FIELD_REQUIRED, &payload_ticket_record, "The ticket"),
    F_STR(T, repository, 0, 0, 200, "Registered codebase it is about"),
};
#undef T
static const struct record payload_record = RECORD("webhook", struct payload, payload_rows);

struct settings { const char *repository; int mode; const char *label; };
#define T struct settings
static const struct field settings_rows[] = {
    F_STR(T, repository, 0, 0, 200, "codebase its tickets are about"),
    F_ENUM(T, mode, 0, plan_mode_names, "mode of the plans made"),
    F_STR(T, label, 0, 0, 100, "only tickets with this label"),
};
#undef T
static const struct record settings_record = RECORD("source settings", struct settings, settings_rows);

struct event {
    struct tracker *tracker;
    struct arena *arena;
    struct inbound_row row;
    struct source_row source;
    struct settings settings;
    struct payload payload;
};

static const char *given(const char *s)
{
    return s && s[strspn(s, " \t\r\n")] ? s : NULL;
}

static bool labelled(const struct event *v)
{
    if (!given(v->settings.label)) return true;
    for (size_t i = 0; i < v->payload.ticket.labels.n; i++)
        if (strcasecmp(v->payload.ticket.labels.v[i], v->settings.label) == 0) return true;
    return false;
}

/* --- what is done with it ----------------------------------------------------------------------------------------- */
static struct call call_of(const struct event *v, const void *in)
{
    const struct caller caller = { .person = v->source.created_by, .project = v->source.project, .role = ROLE_PLANNER };
    struct call c = { .service = v->tracker->service, .caller = caller, .in = in, .arena = v->arena };
    (void)snprintf(c.caller.request_id, sizeof c.caller.request_id, "inbound %lld", (long long)v->row.n);
    c.key = arena_fmt(v->arena, "%s", c.caller.request_id); /* this delivery, once, however often the job runs */
    return c;
}

static const char *plan_id(const struct outcome *out)
{
    return strncmp(out->href, "/plans/", 7) == 0 ? out->href + 7 : out->href;
}

static enum err_kind make_plan(struct event *v, const char **ret, struct err *e)
{
    struct plan_request in = { .if_exists = 1, .mode = v->settings.mode };
    struct ticket t = v->payload.ticket;
    struct call c = call_of(v, &in);
    struct outcome out = { .status = 0 };
    enum err_kind k;
    if (!given(t.title)) return err_set(e, ERR_INVALID, "the ticket has no title");
    t.url = given(t.url);
    t.key = given(t.key);
    in.ticket = &t;
    in.repository = given(v->payload.repository) ? v->payload.repository : given(v->settings.repository);
    k = plan_request_check(&in, e);
    if (k != ERR_OK || (k = service_run(v->tracker->service, service_plan_create, &c, &out, e)) != ERR_OK) return k;
    *ret = arena_fmt(v->arena, "%s %s", out.status == 201 ? "created" : "exists already:", plan_id(&out));
    return ERR_OK;
}

/* A ticket that is closed ends the plan that is still being made for it; an approved one is left to its people. */
static enum err_kind cancel_plan(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    static const struct reason_request reason = { .reason = "the ticket was closed" };
    const struct ticket *t = c->in;
    struct plan_row row = { 0 };
    struct call inner = *c;
    enum err_kind k = store_plan_by_ticket(tx, c->caller.project, t->key, t->url, c->arena, &row, e);
    if (k != ERR_OK) return k;
    if (row.state == PLAN_APPROVED || row.state == PLAN_IMPLEMENTING)
        return err_set(e, ERR_STATE, "%s is %s", row.id, plan_state_names[row.state]);
    inner.in = &reason;
    inner.id = row.id;
    return service_plan_cancel(tx, &inner, out, e);
}

static enum err_kind close_plan(struct event *v, const char **ret, struct err *e)
{
    struct ticket t = v->payload.ticket;
    struct call c = call_of(v, &t);
    struct outcome out = { .status = 0 };
    enum err_kind k;
    t.url = given(t.url);
    t.key = given(t.key);
    k = t.url || t.key ? service_run(v->tracker->service, cancel_plan, &c, &out, e) : ERR_NOT_FOUND;
    if (k == ERR_NOT_FOUND) *ret = "ignored: closed, and there is no plan for it";
    else if (k == ERR_STATE) *ret = arena_fmt(v->arena, "ignored: closed, but %s", e->msg);
    else if (k == ERR_OK) *ret = arena_fmt(v->arena, "cancelled %s", plan_id(&out));
    else return k;
    return ERR_OK;
}

static enum err_kind act(struct event *v, const char **ret, struct err *e)
{
    enum err_kind k = record_parse(&payload_record, v->row.body, strlen(v->row.body), &v->payload, v->arena, e);
    if (k != ERR_OK) return k;
    if (v->payload.action == ACTION_CLOSED) return close_plan(v, ret, e);
    if (!labelled(v)) {
        *ret = arena_fmt(v->arena, "ignored: no label %s", v->settings.label);
        return ERR_OK;
    }
    return make_plan(v, ret, e);
}

/* What may be different the next time; everything else is the sender's or the settings' fault. */
static bool temporary(enum err_kind k)
{
    static const enum err_kind kinds[] = {
        ERR_BUSY, ERR_NOMEM, ERR_IO, ERR_FULL, ERR_INTERNAL, ERR_TIMEOUT, ERR_UPSTREAM,
    };
    for (size_t i = 0; i < countof(kinds); i++)
        if (kinds[i] == k) return true;
    return false;
}

static enum err_kind take(struct event *v, struct err *e)
{
    const char *outcome = NULL;
    enum err_kind k = ERR_OK;
    if (v->source.settings)
        k = record_parse(&settings_record, v->source.settings, strlen(v->source.settings), &v->settings, v->arena, e);
    if (k != ERR_OK) { /* written by us */
        if (!temporary(k)) e->kind = ERR_INTERNAL;
        return err_wrap(e, "settings of source %s", v->source.id);
    }
    k = act(v, &outcome, e);
    if (temporary(k)) return k;
    if (k != ERR_OK) outcome = arena_fmt(v->arena, "refused: %s%s%s", e->at, e->at[0] ? " " : "", e->msg);
    if (!outcome) return err_nomem(e);
    log_info("a webhook was taken", LOG_S("source", v->source.id), LOG_S("outcome", outcome));
    return service_inbound_settle(v->tracker->service, v->row.n, outcome, e);
}

enum err_kind tracker_inbound(struct tracker *t, const struct job *j, struct err *e)
{
    auto_arena a = arena_new(0);
    struct event v = { .tracker = t, .arena = a };
    char *end = NULL;
    long long n = j->subject ? strtoll(j->subject, &end, 10) : 0;
    enum err_kind k;
    if (!a) return err_nomem(e);
    if (n <= 0 || *end)
        return err_set(e, ERR_INTERNAL, "the job names no delivery: '%.40s'", j->subject ? j->subject : "");
    k = service_inbound_find(t->service, n, a, &v.row, &v.source, e);
    if (k == ERR_NOT_FOUND) return ERR_OK; /* the source is gone, and its deliveries with it */
    if (k != ERR_OK || v.row.done) return k;
    return take(&v, e);
}
