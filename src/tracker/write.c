/* A ticket is told about its plan: replies that wait, and the one comment, made once and then updated in place.
 *
 * The daemon may be killed at any point: what was written is looked for, by its mark and its author, before anything is
 * written that is not known to be there. */
#include <stdlib.h>
#include <string.h>

#include "pland/base/log.h"
#include "tracker/comment.h"
#include "tracker/engine.h"
#include "tracker/session.h"

struct writing {
    struct tracker *tracker;
    struct arena *arena;
    struct ticket_told told;
    struct source_settings settings;
    struct api api;
    remark_list remarks; /* of the ticket, once they are needed */
    bool listed;
};

/* Our comment with this mark; *ret NULL: there is none. Marks can be copied, authors cannot. */
static enum err_kind find(struct writing *w, const char *mark, const char **ret, struct err *e)
{
    const char *self = NULL;
    enum err_kind k = ERR_OK;
    *ret = NULL;
    if (!w->listed) k = w->api.kind->remarks(&w->api, w->told.row.ticket, 0, &w->remarks, e);
    if (k != ERR_OK || (k = session_self(&w->api, &self, e)) != ERR_OK) return k;
    w->listed = true;
    for (size_t i = 0; i < w->remarks.n; i++) {
        const struct remark *r = &w->remarks.v[i];
        if (r->body && r->person && strcmp(r->person, self) == 0 && strstr(r->body, mark)) *ret = r->id;
    }
    return ERR_OK;
}

static enum err_kind reply(struct writing *w, const struct reply_row *r, struct err *e)
{
    auto_buf text = BUF_INIT(1 << 20);
    char mark[120], what[32];
    const char *id = NULL;
    enum err_kind k;
    (void)snprintf(what, sizeof what, "r%lld", (long long)r->n);
    comment_mark(w->told.source.id, what, mark);
    if ((k = find(w, mark, &id, e)) != ERR_OK) return k;
    if (!id && ((k = comment_reply(r, &w->told.source, w->api.kind, &text, e)) != ERR_OK ||
                (k = w->api.kind->create(&w->api, w->told.row.ticket, buf_cstr(&text), &id, e)) != ERR_OK))
        return k;
    return service_reply_written(w->tracker->service, r->n, id, e);
}

static enum err_kind make(struct writing *w, const char *text, struct err *e)
{
    char mark[120];
    const char *id = NULL;
    enum err_kind k;
    comment_mark(w->told.source.id, w->told.plan.id, mark);
    if ((k = find(w, mark, &id, e)) != ERR_OK) return k;
    if (id) k = w->api.kind->update(&w->api, w->told.row.ticket, id, text, e);
    else k = w->api.kind->create(&w->api, w->told.row.ticket, text, &id, e);
    return k == ERR_OK ? service_ticket_commented(w->tracker->service, w->told.row.n, id, e) : k;
}

/* Somebody may have deleted it there: then it is made again. */
static enum err_kind show(struct writing *w, const char *text, struct err *e)
{
    enum err_kind k = ERR_NOT_FOUND;
    if (w->told.row.comment) k = w->api.kind->update(&w->api, w->told.row.ticket, w->told.row.comment, text, e);
    return k == ERR_NOT_FOUND ? make(w, text, e) : k;
}

static enum err_kind comment(struct writing *w, const char **ret_shown, struct err *e)
{
    auto_buf text = BUF_INIT(8 << 20);
    struct sha256_hex hex;
    enum err_kind k = comment_render(&w->told, w->api.kind, w->tracker->service->public_url, &text, e);
    if (k != ERR_OK) return k;
    hex = hash_hex(text.p, text.n);
    *ret_shown = arena_dup(w->arena, hex.s);
    if (w->told.row.shown && strcmp(w->told.row.shown, hex.s) == 0) return ERR_OK;
    if ((k = show(w, buf_cstr(&text), e)) != ERR_OK || !w->settings.state_labels) return k;
    return w->api.kind->label(&w->api, w->told.row.ticket,
                              arena_fmt(w->arena, STATE_LABEL "%s", plan_state_names[w->told.plan.state]), e);
}

static enum err_kind tell(struct writing *w, const char **ret_shown, struct err *e)
{
    enum err_kind k = api_open(w->tracker, &w->told.source, &w->settings, w->arena, &w->api, e);
    for (size_t i = 0; k == ERR_OK && i < w->told.replies.n; i++) k = reply(w, &w->told.replies.v[i], e);
    if (k == ERR_OK && w->told.plan.n) k = comment(w, ret_shown, e);
    if (k == ERR_FORBIDDEN) session_forget(&w->api);
    return k;
}

/* When it is tried again; 0: never, the ticket itself is gone or refuses it. */
static int64_t again_at(const struct writing *w, const struct job *j, enum err_kind k)
{
    uint16_t random = 0;
    hash_random(&random, sizeof random);
    if (k == ERR_NOT_FOUND || k == ERR_INVALID || k == ERR_TOO_LARGE) return 0;
    return schedule_next(j->attempts + 1, clock_now(w->tracker->service->clock), w->api.retry_after_ms, random);
}

/* What could not be worked in when the ticket was edited, because the plan was busy. */
static enum err_kind catch_up(struct writing *w, struct err *e)
{
    const char *done = NULL;
    struct edit x = { .service = w->tracker->service,
                      .source = &w->told.source,
                      .row = &w->told.row,
                      .plan = &w->told.plan,
                      .arena = w->arena };
    return w->told.plan.n ? edit_apply(&x, &done, e) : ERR_OK;
}

static enum err_kind run(struct writing *w, const struct job *j, struct tracker_end *ret, struct err *e)
{
    const char *shown = NULL;
    enum err_kind k = service_ticket_told(w->tracker->service, j, w->arena, &w->told, e);
    if (k == ERR_NOT_FOUND) return ERR_OK; /* the source is gone */
    if (k != ERR_OK || (k = source_settings_read(&w->told.source, w->arena, &w->settings, e)) != ERR_OK ||
        (k = catch_up(w, e)) != ERR_OK)
        return k;
    if (w->told.source.credential && !w->settings.silent) k = tell(w, &shown, e);
    api_close(&w->api);
    if (k == ERR_OK) {
        k = service_ticket_shown(w->tracker->service, j, j->owner, &w->told, shown, e);
        ret->over = k == ERR_OK || k == ERR_CONFLICT;
        return ret->over ? ERR_OK : k;
    }
    ret->again = again_at(w, j, k);
    ret->failed = true;
    (void)snprintf(ret->why, sizeof ret->why, "%.190s", e->msg);
    log_warn("a ticket could not be told about its plan", LOG_S("ticket", w->told.row.ticket), LOG_E(e));
    return ERR_OK;
}

enum err_kind tracker_tell(struct tracker *t, const struct job *j, struct tracker_end *ret, struct err *e)
{
    auto_arena a = arena_new(0);
    struct writing w = { .tracker = t, .arena = a, .api = { .retry_after_ms = -1 } };
    return a ? run(&w, j, ret, e) : err_nomem(e);
}
