/* The thread of the hub: reads what is new once for all who follow it, wakes them, and looks after those that wait. */
#include "web/hub_inner.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>

#include "pland/base/clock.h"
#include "pland/base/log.h"

static const char sign_of_life[] = "3\r\n:\n\n\r\n";

/* --- serving ------------------------------------------------------------------------------------------------------- */
static bool due(const struct topic *t, const struct stream *s)
{
    return s->closing || s->beat || s->pos < t->head || s->live_pos < t->n_live || hub_over(t);
}

/* False: it did not go out as a whole. */
static bool send_chunk(struct stream *s, const char *p, size_t n)
{
    ssize_t sent = send(s->conn->fd, p, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent == (ssize_t)n) return true;
    if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return false;
    (void)shutdown(s->conn->fd, SHUT_RDWR); /* gone, or so slow that half of it went out: it may come again */
    s->closing = true;
    s->hub->stats.ended_slow += sent > 0;
    return false;
}

static bool send_next(struct stream *s)
{
    int64_t pos = s->pos;
    uint64_t live_pos = s->live_pos;
    struct chunk *c = hub_take(s);
    bool sent = !c || send_chunk(s, c->bytes, c->n_framed);
    chunk_unref(c);
    if (sent) return true;
    s->pos = pos;
    s->live_pos = live_pos;
    return false;
}

/* Gives a waiting stream what it has coming, past libmicrohttpd. False: that has to do it. */
static bool serve(struct topic *t, struct stream *s)
{
    if (!s->direct || s->closing || s->pos < t->floor || hub_over(t)) return false;
    while (s->pos < t->head || s->live_pos < t->n_live)
        if (!send_next(s)) return false;
    if (s->beat && !send_chunk(s, sign_of_life, sizeof sign_of_life - 1)) return false;
    s->beat = false;
    hub_unqueue(s);
    hub_queue(s);
    return true;
}

static void let_others(struct hub *h)
{
    if (atomic_load(&h->impatient) == 0) return;
    lock_leave(&h->lock);
    for (int i = 0; i < 20 && atomic_load(&h->impatient) > 0; i++) (void)sched_yield();
    lock_enter(&h->lock);
}

/* Those that have something to take stand in front: one that has taken it queues at the end again. */
static void serve_due(struct hub *h, struct topic *t)
{
    struct stream *s;
    for (size_t n = 1; (s = t->wait_first) && due(t, s); n++) {
        if (!serve(t, s)) hub_wake(s);
        if (n % BATCH == 0) let_others(h);
    }
}

/* --- what is new -------------------------------------------------------------------------------------------------- */
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
    while (t->first && read_more(h, t)) serve_due(h, t);
    serve_due(h, t);
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
        if (!serve(s->topic, s)) hub_wake(s);
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

/* --- what the bus tells ------------------------------------------------------------------------------------------- */
static void tell_topic(struct hub *h, int64_t plan, int64_t seq)
{
    struct topic *t = hub_topic(h, plan);
    if (!t || (seq && seq <= t->head)) return; /* it has that already */
    if (t->known < seq) t->known = seq;
    hub_look_at(h, t);
}

static void tell_live(struct hub *h, const struct told *n)
{
    struct topic *t = hub_topic(h, n->plan);
    struct chunk **slot;
    if (!t) {
        chunk_unref(n->live);
        return;
    }
    slot = &t->live[t->n_live++ % LIVE];
    chunk_unref(*slot);
    *slot = n->live;
    hub_look_at(h, t);
}

/* More was told than the inbox holds: everything is looked at. */
static void look_at_all(struct hub *h)
{
    for (size_t i = 0; i < BUCKETS; i++)
        for (struct topic *t = h->topics[i]; t; t = t->next) hub_look_at(h, t);
}

static void take_inbox(struct hub *h)
{
    struct told news[INBOX];
    size_t n;
    bool missed, tokens;
    lock_enter(&h->inbox_lock);
    n = h->n_inbox;
    memcpy(news, h->inbox, n * sizeof news[0]);
    missed = h->missed;
    tokens = h->tokens_changed;
    h->n_inbox = 0;
    h->missed = h->tokens_changed = h->poked = false;
    lock_leave(&h->inbox_lock);
    if (missed) look_at_all(h);
    if (tokens) doubt_tokens(h);
    for (size_t i = 0; i < n; i++) {
        if (news[i].live) {
            tell_live(h, &news[i]);
            continue;
        }
        tell_topic(h, news[i].plan, news[i].seq);
        tell_topic(h, 0, 0);
    }
}

void hub_told(void *arg, const struct notice *n)
{
    struct hub *h = arg;
    struct told told = { .plan = n->plan, .seq = n->seq };
    if (atomic_load(&h->followed) == 0) return;
    if (n->kind == NOTICE_LIVE && !(told.live = chunk_new("", 0, 0, "progress", n->data, strlen(n->data)))) return;
    HOLD(&h->inbox_lock);
    if (n->kind == NOTICE_TOKENS) h->tokens_changed = true;
    else if (n->plan == 0) h->missed = true; /* of whatever plan */
    else if (h->n_inbox < INBOX) h->inbox[h->n_inbox++] = told;
    else if (told.live) chunk_unref(told.live);
    else h->missed = true;
    cond_signal(&h->news);
}

/* --- the thread --------------------------------------------------------------------------------------------------- */
/* Until something is told, or ms have passed. False: it is to end. */
static bool rest(struct hub *h, int64_t ms)
{
    HOLD(&h->inbox_lock);
    if (!h->stopping && !h->poked && !h->n_inbox && !h->missed && !h->tokens_changed && ms > 0)
        (void)cond_wait_ms(&h->news, &h->inbox_lock, ms);
    return !h->stopping;
}

void *hub_run(void *arg)
{
    struct hub *h = arg;
    int64_t second = 0, tick = clock_mono() + 1000;
    while (rest(h, tick - clock_mono())) {
        HOLD(&h->lock);
        take_inbox(h);
        while (h->dirty) look(h);
        if (h->tokens_dirty) check_tokens(h);
        if (clock_mono() < tick) continue;
        tick += 1000;
        beat(h, ++second);
    }
    return NULL;
}
