/* Asking a source what has changed: at start, for what was missed, and for daemons that no webhook can reach. What is
 * found waits in the store as if it had been sent, and goes the same way. */
#include <stdlib.h>
#include <string.h>

#include "pland/base/log.h"
#include "tracker/comment.h"
#include "tracker/engine.h"

#define OVERLAP_MS (INT64_C(2) * 60000) /* clocks differ */
enum { COMMENTS_OF = 200, MANY = 900 };

struct polling {
    struct tracker *tracker;
    struct arena *arena;
    struct source_row source;
    struct source_settings settings;
    struct api api;
    int64_t since;
    struct inbound_found_list found;
};

static enum err_kind add(struct polling *p, const struct event *x, const char *delivery, struct err *e)
{
    auto_buf b = BUF_INIT(4 << 20);
    struct inbound_found *slot;
    record_encode(&event_record, x, &b);
    if (b.failed == ERR_TOO_LARGE) return ERR_OK;
    if (!(slot = arena_push(p->arena, &p->found, sizeof *slot))) return err_nomem(e);
    *slot = (struct inbound_found){ .delivery = delivery, .event = "pland", .body = arena_dup(p->arena, buf_cstr(&b)) };
    return arena_check(p->arena, e);
}

/* Comments with commands, or with words where a model reads them; a webhook may have told of them before, which their
 * topic shows. */
static enum err_kind talk(struct polling *p, const struct event *ticket, struct err *e)
{
    remark_list l = { 0 };
    struct ticket_known known;
    enum err_kind k = p->api.kind->remarks(&p->api, ticket->ref, p->since, &l, e);
    if (k != ERR_OK || !l.n) return k;
    k = service_ticket_known(p->tracker->service, &p->source, ticket->ref, p->arena, &known, e);
    bool words = k == ERR_OK && words_are_read(&known.plan);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct event x = *ticket;
        if (!l.v[i].body || strstr(l.v[i].body, MARK) || l.v[i].machine) continue;
        if (!words && !strstr(l.v[i].body, "/plan")) continue;
        x.what = HAPPENED_COMMENTED;
        x.comment = l.v[i];
        k = add(p, &x, arena_fmt(p->arena, "found comment %s", x.comment.id), e);
    }
    return k;
}

static enum err_kind look(struct polling *p, int64_t *ret_until, struct err *e)
{
    event_list l = { 0 };
    enum err_kind k = p->api.kind->changed(&p->api, p->since, &l, e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        const struct event *x = &l.v[i];
        if (!x->ref) continue;
        k = add(p, x, arena_fmt(p->arena, "found %s %lld", x->ref, (long long)x->updated_at), e);
        if (k == ERR_OK && i < COMMENTS_OF) k = talk(p, x, e);
    }
    if (l.n >= COMMENTS_OF)
        *ret_until = l.v[l.n >= MANY ? l.n - 1 : COMMENTS_OF - 1].updated_at; /* the rest the next time */
    return k;
}

static enum err_kind run(struct polling *p, struct err *e)
{
    int64_t until = clock_now(p->tracker->service->clock), new = 0;
    enum err_kind k = source_settings_read(&p->source, p->arena, &p->settings, e);
    if (k != ERR_OK) return k;
    k = api_open(p->tracker, &p->source, &p->settings, p->arena, &p->api, e);
    p->since = p->source.synced_at > OVERLAP_MS ? p->source.synced_at - OVERLAP_MS : 0;
    if (k == ERR_OK) k = look(p, &until, e);
    api_close(&p->api);
    if (k == ERR_OK) k = service_source_found(p->tracker->service, p->source.n, &p->found, until, &new, e);
    if (k == ERR_OK && new) log_info("a source was asked", LOG_S("source", p->source.id), LOG_I("found", new));
    return k;
}

enum err_kind tracker_poll(struct tracker *t, const struct job *j, struct tracker_end *ret, struct err *e)
{
    auto_arena a = arena_new(0);
    struct polling p = { .tracker = t, .arena = a };
    enum err_kind k;
    if (!a) return err_nomem(e);
    k = service_source_find(t->service, j->subject ? j->subject : "", a, &p.source, e);
    if (k == ERR_NOT_FOUND) return ERR_OK;
    if (k != ERR_OK || (k = run(&p, e)) == ERR_OK || k == ERR_NOMEM) return k;
    log_warn("a source could not be asked for changes", LOG_S("source", p.source.id), LOG_E(e));
    ret->failed = true;
    (void)snprintf(ret->why, sizeof ret->why, "%.190s", e->msg);
    return visit_temporary(k) ? k : ERR_OK; /* what is wrong for good is asked again when its time comes */
}
