/* An incoming webhook that was verified: read by its kind, filtered, and led to what it means for the ticket's plan;
 * what has become of it is written beside it. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pland/base/log.h"
#include "tracker/engine.h"
#include "tracker/fields.h"

bool visit_temporary(enum err_kind k)
{
    static const enum err_kind kinds[] = {
        ERR_BUSY, ERR_NOMEM, ERR_IO, ERR_FULL, ERR_INTERNAL, ERR_TIMEOUT, ERR_UPSTREAM,
    };
    for (size_t i = 0; i < countof(kinds); i++)
        if (kinds[i] == k) return true;
    return false;
}

static bool among(const char *const *v, size_t n, const char *s)
{
    for (size_t i = 0; s && i < n; i++)
        if (strcasecmp(v[i], s) == 0) return true;
    return false;
}

bool visit_outside(const struct visit *v)
{
    return v->settings.projects.n && !among(v->settings.projects.v, v->settings.projects.n, v->event.project);
}

/* --- use cases ---------------------------------------------------------------------------------------------------- */
struct call visit_call(const struct visit *v, const void *in, const char *key)
{
    const struct caller caller = { .person = v->source.created_by, .project = v->source.project, .role = ROLE_PLANNER };
    struct call c = { .service = v->tracker->service, .caller = caller, .in = in, .arena = v->arena, .key = key };
    (void)snprintf(c.caller.request_id, sizeof c.caller.request_id, "inbound %lld", (long long)v->row.n);
    return c;
}

struct ticket_action visit_action(struct visit *v)
{
    struct ticket_action in = { .source = &v->source,
                                .ticket = v->event.ref,
                                .updated_at = v->event.updated_at,
                                .plans_per_hour = v->settings.plans_per_hour };
    auto_buf b = BUF_INIT(4 << 20);
    if (!v->event.title) return in; /* a closed or commented ticket may come without its text */
    record_encode(&event_record, &v->event, &b);
    in.state = b.failed ? NULL : arena_dup(v->arena, buf_cstr(&b));
    return in;
}

enum err_kind visit_run(struct visit *v, usecase_fn *fn, struct ticket_action *in, struct outcome *out, struct err *e)
{
    struct call c = visit_call(v, in, NULL);
    return service_run(v->tracker->service, fn, &c, out, e);
}

const char *plan_of(const struct outcome *out)
{
    return strncmp(out->href, "/plans/", 7) == 0 ? out->href + 7 : out->href;
}

struct api *visit_api(struct visit *v)
{
    struct err e;
    if (v->api_open) return &v->api;
    if (api_open(v->tracker, &v->source, &v->settings, v->arena, &v->api, &e) != ERR_OK) {
        api_close(&v->api);
        return NULL;
    }
    v->api_open = true;
    return &v->api;
}

/* --- closing ------------------------------------------------------------------------------------------------------ */
/* A ticket that is closed ends the plan that is still being made for it; an approved one is left to its people. */
static enum err_kind close_plan(struct visit *v, const char **ret, struct err *e)
{
    static const struct reason_request reason = { .reason = "the ticket was closed" };
    struct ticket_action in = visit_action(v);
    const struct plan_row *p = &v->known.plan;
    struct outcome out = { .status = 0 };
    enum err_kind k;
    if (!p->n) {
        *ret = "ignored: closed, and there is no plan for it";
        return ERR_OK;
    }
    if (p->state == PLAN_APPROVED || p->state == PLAN_IMPLEMENTING) {
        *ret = arena_fmt(v->arena, "ignored: closed, but %s is %s", p->id, plan_state_names[p->state]);
        return ERR_OK;
    }
    if ((k = visit_run(v, service_ticket_note, &in, &out, e)) != ERR_OK) return k;
    in.run = service_plan_cancel;
    in.in = &reason;
    k = visit_run(v, service_ticket_act, &in, &out, e);
    if (k == ERR_OK) *ret = arena_fmt(v->arena, "cancelled %s", plan_of(&out));
    else if (k == ERR_STATE) *ret = arena_fmt(v->arena, "ignored: closed, but %s", e->msg);
    else return k;
    return ERR_OK;
}

/* --- tickets ------------------------------------------------------------------------------------------------------ */
/* Why this is no reason to make a plan, or NULL. */
static const char *not_wanted(const struct visit *v)
{
    const struct event *x = &v->event;
    const char *label = source_label(&v->source, &v->settings);
    enum source_start start = source_start_of(&v->source, &v->settings);
    bool had = v->known.row.plan != 0, generic = v->kind->auth == NULL;
    if (x->closed) return "it is closed";
    if (v->settings.authors.n && !among(v->settings.authors.v, v->settings.authors.n, x->author))
        return "its author is not listed";
    if (start == START_COMMAND) return "only /plan makes a plan";
    if (label && !among(x->labels.v, x->labels.n, label)) return arena_fmt(v->arena, "no label %s", label);
    if (x->what == HAPPENED_LABELLED && label && x->label && strcasecmp(x->label, label) != 0 && had)
        return "another label";
    if (had && x->what == HAPPENED_EDITED) return "its plan has ended";
    if (start == START_CREATED && x->what == HAPPENED_EDITED && !label && !generic &&
        x->created_at < v->source.created_at)
        return "it is older than the source";
    return NULL;
}

static enum err_kind edited(struct visit *v, const char **ret, struct err *e)
{
    struct ticket_action in = visit_action(v);
    struct outcome out = { .status = 0 };
    const char *done = NULL;
    enum err_kind k = visit_run(v, service_ticket_note, &in, &out, e);
    if (k != ERR_OK) return k;
    *ret = arena_fmt(v->arena, "exists already: %s", v->known.plan.id);
    if (!in.state) return ERR_OK;
    v->known.row.state = in.state;
    struct edit x = { .service = v->tracker->service,
                      .source = &v->source,
                      .row = &v->known.row,
                      .plan = &v->known.plan,
                      .arena = v->arena };
    k = edit_apply(&x, &done, e);
    if (k == ERR_OK && done) *ret = arena_fmt(v->arena, "%s: %s", v->known.plan.id, done);
    return k;
}

static enum err_kind act(struct visit *v, const char **ret, struct err *e)
{
    const struct event *x = &v->event;
    const char *why;
    enum err_kind k;
    if (x->what == HAPPENED_NOTHING) {
        *ret = arena_fmt(v->arena, "ignored: %s", x->why ? x->why : "nothing of a ticket");
        return ERR_OK;
    }
    if (visit_outside(v) && !(x->thin && !x->project)) {
        *ret = arena_fmt(v->arena, "ignored: project %s", x->project ? x->project : "none");
        return ERR_OK;
    }
    if (x->what == HAPPENED_PUSHED) return visit_push(v, ret, e);
    if (!x->ref && !(v->event.ref = arena_fmt(v->arena, "delivery %lld", (long long)v->row.n))) return err_nomem(e);
    k = service_ticket_known(v->tracker->service, &v->source, x->ref, v->arena, &v->known, e);
    if (k != ERR_OK) return k;
    if (x->updated_at && x->updated_at < v->known.row.updated_at && x->what != HAPPENED_COMMENTED) {
        *ret = "ignored: something newer is known of it";
        return ERR_OK;
    }
    if (x->what == HAPPENED_COMMENTED) return visit_comment(v, ret, e);
    if (x->what == HAPPENED_CLOSED) return close_plan(v, ret, e);
    if (v->known.plan.n) return edited(v, ret, e);
    if ((why = not_wanted(v))) {
        *ret = arena_fmt(v->arena, "ignored: %s", why);
        return ERR_OK;
    }
    return visit_plan(v, NULL, ret, e);
}

/* --- the job ------------------------------------------------------------------------------------------------------ */
static enum err_kind read_event(struct visit *v, struct err *e)
{
    auto_json json = NULL;
    enum err_kind k;
    if (v->row.event && strcmp(v->row.event, "pland") == 0) /* found by us, see poll.c */
        return record_parse(&event_record, v->row.body, strlen(v->row.body), &v->event, v->arena, e);
    k = json_parse_loose(v->row.body, strlen(v->row.body), &json, e);
    if (k != ERR_OK) return k;
    const struct payload p = { .event = v->row.event, .json = json, .settings = &v->settings, .arena = v->arena };
    k = v->kind->parse(&p, &v->event, e);
    return k == ERR_OK ? arena_check(v->arena, e) : k;
}

static enum err_kind take(struct visit *v, struct err *e)
{
    const char *outcome = NULL;
    enum err_kind k = source_settings_read(&v->source, v->arena, &v->settings, e);
    if (k != ERR_OK) return k;
    if (!(v->kind = kind_find(v->source.kind))) return err_set(e, ERR_INTERNAL, "no kind '%.20s'", v->source.kind);
    k = read_event(v, e);
    if (k == ERR_OK) k = act(v, &outcome, e);
    if (v->api_open) api_close(&v->api);
    if (visit_temporary(k)) return k;
    if (k != ERR_OK) outcome = arena_fmt(v->arena, "refused: %s%s%s", e->at, e->at[0] ? " " : "", e->msg);
    if (!outcome) return err_nomem(e);
    log_info("a webhook was taken", LOG_S("source", v->source.id), LOG_S("outcome", outcome));
    return service_inbound_settle(v->tracker->service, v->row.n, outcome, e);
}

enum err_kind tracker_inbound(struct tracker *t, const struct job *j, struct err *e)
{
    auto_arena a = arena_new(0);
    struct visit v = { .tracker = t, .arena = a, .attempts = j->attempts };
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
