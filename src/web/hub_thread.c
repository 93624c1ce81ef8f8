/* The thread of the hub: reads what is new once for all who follow it, wakes them, and looks after those that wait. */
#include "web/hub_inner.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "pland/base/clock.h"
#include "pland/base/log.h"

/* --- waking ------------------------------------------------------------------------------------------------------- */
static bool due(const struct topic *t, const struct stream *s)
{
    return s->closing || s->beat || s->pos < t->head || s->live_pos < t->n_live || hub_over(t);
}

/* Those that have something to take stand in front: one that has taken it queues at the end again. */
static void wake_due(struct hub *h, struct topic *t)
{
    struct stream *s;
    for (size_t n = 1; (s = t->wait_first) && due(t, s); n++) {
        hub_wake(s);
        if (n % BATCH) continue;
        lock_leave(&h->lock);
        lock_enter(&h->lock);
    }
}

/* --- the thread --------------------------------------------------------------------------------------------------- */
struct found {
    struct hub *hub;
    struct chunk *v[RING];
    size_t n;
    bool nomem;
};

static bool take(void *arg, int64_t id, int64_t project, const char *type, const char *json, size_t n)
{
    struct found *f = arg;
    struct chunk *c = chunk_new(f->hub->config.service->epoch, id, project, type, json, n);
    if (c) f->v[f->n++] = c;
    else f->nomem = true;
    return c && f->n < RING;
}

/* What cannot be read now is read by the client when it comes again. */
static void give_up(struct topic *t, const struct err *e)
{
    if (e->kind != ERR_GONE && e->kind != ERR_NOT_FOUND) log_warn("events cannot be followed", LOG_E(e));
    for (struct stream *s = t->first; s; s = s->next) hub_close_stream(s);
}

/* Reads what is new, unlocked meanwhile. False: there is nothing more. */
static bool read_more(struct hub *h, struct topic *t)
{
    struct found f = { .hub = h };
    struct event_scope scope = { .plan = t->plan };
    struct event_batch batch;
    int64_t head = t->head;
    struct err e;
    lock_leave(&h->lock);
    enum err_kind k = service_events_read(h->config.service, &scope, head, RING, take, &f, &batch, &e);
    if (k == ERR_OK && f.nomem) k = err_nomem(&e);
    lock_enter(&h->lock);
    for (size_t i = 0; i < f.n; i++) hub_push(t, f.v[i]);
    if (k != ERR_OK) {
        give_up(t, &e);
        return false;
    }
    if (f.n < RING && batch.head > t->head) t->head = batch.head;
    if (t->known < t->head) t->known = t->head;
    t->ended = batch.ended && t->head >= batch.head;
    t->state = batch.state;
    return f.n == RING;
}

static void look(struct hub *h)
{
    struct topic *t = h->dirty;
    h->dirty = t->dirty_next;
    t->dirty = false;
    t->busy = true;
    while (t->first && read_more(h, t)) wake_due(h, t);
    wake_due(h, t);
    t->busy = false;
    hub_drop_unused(h, t);
}

/* A client that has gone shows an end of its own when it is looked for; suspended connections are not watched. */
static bool gone(const struct stream *s)
{
    char c;
    ssize_t n = recv(s->conn->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT);
    return n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

static void doubt_tokens(struct hub *h)
{
    h->token_round++;
    h->tokens_dirty = true;
}

static void beat(struct hub *h, int64_t second)
{
    for (struct stream *s = h->slots[second % h->config.beat_s]; s; s = s->beat_next) {
        if (!s->waiting) continue; /* it is being written to, and its time is running */
        if (gone(s)) s->closing = true;
        s->beat = true;
        hub_wake(s);
    }
    if (second % CHECK_TOKENS_S == 0) doubt_tokens(h);
}

/* A token whose streams have not been looked at in this round; 0: none. */
static int64_t unchecked(const struct hub *h)
{
    for (int64_t i = 0; i < h->config.beat_s; i++)
        for (const struct stream *s = h->slots[i]; s; s = s->beat_next)
            if (s->token_round != h->token_round) return s->token;
    return 0;
}

static void settle_token(struct hub *h, int64_t token, bool live)
{
    for (int64_t i = 0; i < h->config.beat_s; i++) {
        for (struct stream *s = h->slots[i]; s; s = s->beat_next) {
            if (s->token != token) continue;
            s->token_round = h->token_round;
            if (!live) hub_close_stream(s);
        }
    }
}

static void check_tokens(struct hub *h)
{
    int64_t token;
    h->tokens_dirty = false;
    while ((token = unchecked(h)) != 0) {
        bool live = false;
        struct err e;
        lock_leave(&h->lock);
        if (service_token_live(h->config.service, token, &live, &e) != ERR_OK)
            log_warn("a stream's token cannot be looked up: the stream is closed", LOG_E(&e));
        lock_enter(&h->lock);
        settle_token(h, token, live);
    }
}

void *hub_run(void *arg)
{
    struct hub *h = arg;
    int64_t second = 0, tick = clock_mono() + 1000;
    lock_enter(&h->lock);
    while (!h->stopping) {
        int64_t now = clock_mono();
        if (h->dirty) look(h);
        else if (h->tokens_dirty) check_tokens(h);
        else if (now >= tick) {
            tick += 1000;
            beat(h, ++second);
        } else (void)cond_wait_ms(&h->news, &h->lock, tick - now);
    }
    lock_leave(&h->lock);
    return NULL;
}

/* --- what the bus tells ------------------------------------------------------------------------------------------- */
static void tell_live(struct topic *t, const struct notice *n)
{
    struct chunk *c = chunk_new("", 0, 0, "progress", n->data, strlen(n->data)), **slot = &t->live[t->n_live % LIVE];
    if (!c) return;
    chunk_unref(*slot);
    *slot = c;
    t->n_live++;
}

static void tell_topic(struct hub *h, int64_t plan, int64_t seq)
{
    struct topic *t = hub_topic(h, plan);
    if (!t) return;
    if (t->known < seq) t->known = seq;
    hub_look_at(h, t);
}

void hub_told(void *arg, const struct notice *n)
{
    struct hub *h = arg;
    struct topic *t;
    HOLD(&h->lock);
    if (n->kind == NOTICE_TOKENS) {
        doubt_tokens(h);
        cond_signal(&h->news);
    } else if (n->kind == NOTICE_LIVE) {
        if (!(t = hub_topic(h, n->plan))) return;
        tell_live(t, n);
        hub_look_at(h, t);
    } else {
        tell_topic(h, n->plan, n->seq);
        tell_topic(h, 0, 0);
    }
}
