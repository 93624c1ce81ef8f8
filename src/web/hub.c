/* Topics, their rings, and the streams that follow them. */
#include "web/hub_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/clock.h"

/* --- waiting ------------------------------------------------------------------------------------------------------ */
void hub_unqueue(struct stream *s)
{
    struct topic *t = s->topic;
    *(s->wait_prev ? &s->wait_prev->wait_next : &t->wait_first) = s->wait_next;
    *(s->wait_next ? &s->wait_next->wait_prev : &t->wait_last) = s->wait_prev;
    s->wait_next = s->wait_prev = NULL;
    s->waiting = false;
}

void hub_queue(struct stream *s)
{
    struct topic *t = s->topic;
    s->waiting = true;
    s->wait_prev = t->wait_last;
    s->wait_next = NULL;
    *(t->wait_last ? &t->wait_last->wait_next : &t->wait_first) = s;
    t->wait_last = s;
}

void hub_wake(struct stream *s)
{
    if (!s->waiting) return;
    hub_unqueue(s);
    MHD_resume_connection(s->mhd);
}

bool hub_over(const struct topic *t)
{
    return t->ended && t->head >= t->known;
}

void hub_close_stream(struct stream *s)
{
    s->closing = true;
    hub_wake(s);
}

/* --- topics ------------------------------------------------------------------------------------------------------- */
struct topic *hub_topic(const struct hub *h, int64_t plan)
{
    struct topic *t = h->topics[(size_t)plan % BUCKETS];
    while (t && t->plan != plan) t = t->next;
    return t;
}

void hub_look_at(struct hub *h, struct topic *t)
{
    if (t->dirty) return;
    t->dirty = true;
    t->dirty_next = h->dirty;
    h->dirty = t;
    hub_poke(h);
}

void hub_poke(struct hub *h)
{
    HOLD(&h->inbox_lock);
    h->poked = true;
    cond_signal(&h->news);
}

static void free_topic(struct topic *t)
{
    for (unsigned i = 0; i < t->n; i++) chunk_unref(t->ring[(t->at + i) % RING]);
    for (size_t i = 0; i < LIVE; i++) chunk_unref(t->live[i]);
    free(t);
}

/* Nobody follows it and nobody works on it any more. */
void hub_drop_unused(struct hub *h, struct topic *t)
{
    struct topic **at = &h->topics[(size_t)t->plan % BUCKETS];
    if (t->first || t->busy || t->dirty) return;
    while (*at != t) at = &(*at)->next;
    *at = t->next;
    free_topic(t);
}

static struct topic *make_topic(struct hub *h, const struct event_scope *scope)
{
    struct topic *t = calloc(1, sizeof *t), **bucket = &h->topics[(size_t)scope->plan % BUCKETS];
    if (!t) return NULL;
    t->plan = scope->plan;
    t->floor = t->head = t->known = scope->head;
    t->next = *bucket;
    *bucket = t;
    return t;
}

static void drop_oldest(struct topic *t)
{
    struct chunk *c = t->ring[t->at];
    t->floor = c->id;
    t->bytes -= c->n;
    t->at = (t->at + 1) % RING;
    t->n--;
    chunk_unref(c);
}

void hub_push(struct topic *t, struct chunk *c)
{
    while (t->n == RING || (t->n && t->bytes + c->n > RING_BYTES)) drop_oldest(t);
    t->ring[(t->at + t->n++) % RING] = c;
    t->bytes += c->n;
    t->head = c->id;
}

/* --- streams ------------------------------------------------------------------------------------------------------ */
/* The thread that serves streams lets go of the lock when somebody is impatient. */
static void enter_lock(struct hub *h)
{
    atomic_fetch_add(&h->impatient, 1);
    lock_enter(&h->lock);
    atomic_fetch_sub(&h->impatient, 1);
}

static struct client **client_of(struct hub *h, int64_t token)
{
    struct client **at = &h->clients[(size_t)token % BUCKETS];
    while (*at && (*at)->token != token) at = &(*at)->next;
    return at;
}

static enum err_kind admit(struct hub *h, int64_t token, struct client ***ret, struct err *e)
{
    *ret = client_of(h, token);
    if (h->closing) return err_set(e, ERR_BUSY, "pland is stopping");
    if (h->n >= h->config.max_streams)
        return err_set(e, ERR_BUSY, "%zu streams are open already (max-streams): try again later, or read pages", h->n);
    if (**ret && (**ret)->n >= h->config.max_per_token)
        return err_set(e, ERR_RATE, "this token has %zu streams open already (max-streams-per-token): close one first",
                       (**ret)->n);
    if (!**ret && !(**ret = calloc(1, sizeof(struct client)))) return err_nomem(e);
    (**ret)->token = token;
    return ERR_OK;
}

static void drop_client(struct client **at)
{
    struct client *c = *at;
    if (c->n) return;
    *at = c->next;
    free(c);
}

static void enter(struct hub *h, struct topic *t, struct stream *s)
{
    s->hub = h;
    s->topic = t;
    s->live_pos = t->n_live;
    s->next = t->first;
    if (t->first) t->first->prev = s;
    t->first = s;
    s->slot = (unsigned)(h->stats.total % h->config.beat_s);
    s->beat_next = h->slots[s->slot];
    if (s->beat_next) s->beat_next->beat_prev = s;
    h->slots[s->slot] = s;
    if (s->token_round != h->token_round) h->tokens_dirty = true; /* revoked in the same moment, perhaps */
    h->n++;
    atomic_store(&h->followed, h->n);
    h->stats.total++;
}

enum err_kind hub_join(struct hub *h, struct stream *s, const struct event_scope *scope, struct err *e)
{
    struct client **client;
    struct topic *t;
    enter_lock(h);
    AUTO(auto_lock_fn) struct lock *held _unused_ = &h->lock;
    enum err_kind k = admit(h, s->token, &client, e);
    if (k != ERR_OK) {
        h->stats.refused++;
        return k;
    }
    t = hub_topic(h, scope->plan);
    if (!t && !(t = make_topic(h, scope))) {
        drop_client(client);
        return err_nomem(e);
    }
    (*client)->n++;
    enter(h, t, s);
    hub_look_at(h, t); /* what came between the reader's look and now, and whether the plan is over */
    return ERR_OK;
}

void hub_leave(struct stream *s)
{
    struct hub *h = s->hub;
    struct topic *t = s->topic;
    struct client **client;
    HOLD(&h->lock);
    if (s->waiting) hub_unqueue(s);
    *(s->prev ? &s->prev->next : &t->first) = s->next;
    if (s->next) s->next->prev = s->prev;
    *(s->beat_prev ? &s->beat_prev->beat_next : &h->slots[s->slot]) = s->beat_next;
    if (s->beat_next) s->beat_next->beat_prev = s->beat_prev;
    client = client_of(h, s->token);
    (*client)->n--;
    drop_client(client);
    h->n--;
    atomic_store(&h->followed, h->n);
    if (atomic_load(&s->conn->phase) == CONN_CUT) h->stats.ended_slow++;
    hub_drop_unused(h, t);
}

/* --- what comes next ---------------------------------------------------------------------------------------------- */
static bool wanted(const struct stream *s, const struct chunk *c)
{
    return (s->topic->plan || !s->project || s->project == c->project) && event_type_listed(s->types, c->type);
}

/* From the ring: the first event behind the stream's position that it wants. */
static struct chunk *from_ring(struct stream *s)
{
    struct topic *t = s->topic;
    unsigned i = t->n;
    while (i > 0 && t->ring[(t->at + i - 1) % RING]->id > s->pos) i--;
    for (; i < t->n; i++) {
        struct chunk *c = t->ring[(t->at + i) % RING];
        s->pos = c->id;
        if (!wanted(s, c)) continue;
        (void)atomic_fetch_add(&c->refs, 1);
        return c;
    }
    if (s->pos < t->head) s->pos = t->head;
    return NULL;
}

static struct chunk *from_live(struct stream *s)
{
    struct topic *t = s->topic;
    struct chunk *c;
    if (s->live_pos == t->n_live) return NULL;
    if (t->n_live - s->live_pos > LIVE) s->live_pos = t->n_live - LIVE; /* the others have passed */
    c = t->live[s->live_pos++ % LIVE];
    if (!event_type_listed(s->types, c->type)) {
        s->live_pos = t->n_live;
        return NULL;
    }
    (void)atomic_fetch_add(&c->refs, 1);
    return c;
}

static struct chunk *last_frame(const struct stream *s)
{
    const struct topic *t = s->topic;
    char json[80];
    int n = snprintf(json, sizeof json, "{\"state\":\"%s\"}", t->state);
    return chunk_new(s->hub->config.service->epoch, t->head, 0, "end", json, (size_t)n);
}

struct chunk *hub_take(struct stream *s)
{
    struct chunk *c = s->pos < s->topic->head ? from_ring(s) : NULL;
    if (!c) c = from_live(s);
    if (c) s->n_events++;
    return c;
}

static enum hub_next decide(struct stream *s, bool may_wait, struct chunk **ret)
{
    struct topic *t = s->topic;
    if (s->closing) return HUB_CLOSE;
    if (s->pos < t->floor) return HUB_LOAD;
    if ((*ret = hub_take(s))) return HUB_CHUNK;
    if (hub_over(t) && s->pos >= t->head) return (*ret = last_frame(s)) ? HUB_END : HUB_CLOSE;
    if (s->beat) {
        s->beat = false;
        return HUB_BEAT;
    }
    if (may_wait) {
        hub_queue(s);
        MHD_suspend_connection(s->mhd);
    }
    return HUB_WAIT;
}

enum hub_next hub_next(struct stream *s, bool may_wait, struct chunk **ret)
{
    enter_lock(s->hub);
    enum hub_next next = decide(s, may_wait, ret);
    lock_leave(&s->hub->lock);
    return next;
}

void hub_loaded(struct stream *s, int64_t pos)
{
    HOLD(&s->hub->lock);
    if (s->pos < pos) s->pos = pos;
}

struct event_scope hub_scope(const struct stream *s)
{
    return (struct event_scope){ .plan = s->topic->plan, .project = s->topic->plan ? 0 : s->project };
}

struct service *hub_service(const struct hub *h)
{
    return h->config.service;
}

uint64_t hub_token_round(struct hub *h)
{
    HOLD(&h->lock);
    return h->token_round;
}

void hub_stats(struct hub *h, struct hub_stats *ret)
{
    HOLD(&h->lock);
    *ret = h->stats;
    ret->open = (int64_t)h->n;
}

/* --- life --------------------------------------------------------------------------------------------------------- */
static enum err_kind start(struct hub *h, struct err *e)
{
    int rc;
    h->subscription = bus_subscribe(h->config.service->bus, NOTICE_PLAN | NOTICE_LIVE | NOTICE_TOKENS, 0, hub_told, h);
    if (!h->subscription) return err_nomem(e);
    rc = thread_start(&h->thread, "web-events", hub_run, h);
    h->started = rc == 0;
    return rc ? err_errno(e, rc, "cannot start the thread of event streams") : ERR_OK;
}

enum err_kind hub_new(const struct hub_config *c, struct hub **ret, struct err *e)
{
    struct hub *h = calloc(1, sizeof *h);
    enum err_kind k;
    if (!h) return err_nomem(e);
    h->config = *c;
    if (h->config.beat_s < 1) h->config.beat_s = 1;
    lock_init(&h->lock);
    lock_init(&h->inbox_lock);
    cond_init(&h->news);
    h->slots = calloc((size_t)h->config.beat_s, sizeof *h->slots);
    k = h->slots ? start(h, e) : err_nomem(e);
    if (k == ERR_OK) *ret = h;
    else hub_free(h);
    return k;
}

void hub_close(struct hub *h)
{
    if (!h) return;
    HOLD(&h->lock);
    h->closing = true;
    for (int64_t i = 0; i < h->config.beat_s; i++)
        for (struct stream *s = h->slots[i]; s; s = s->beat_next) hub_close_stream(s);
}

void hub_wait(struct hub *h, int64_t until)
{
    HOLD(&h->inbox_lock);
    while (atomic_load(&h->followed) > 0 && clock_mono() < until) (void)cond_wait_ms(&h->news, &h->inbox_lock, 20);
}

void hub_free(struct hub *h)
{
    if (!h) return;
    if (h->subscription) bus_unsubscribe(h->config.service->bus, h->subscription);
    lock_enter(&h->inbox_lock);
    h->stopping = true;
    cond_broadcast(&h->news);
    lock_leave(&h->inbox_lock);
    if (h->started) (void)pthread_join(h->thread, NULL);
    for (size_t i = 0; i < BUCKETS; i++) {
        while (h->topics[i]) {
            struct topic *t = h->topics[i];
            h->topics[i] = t->next;
            free_topic(t);
        }
    }
    for (size_t i = 0; i < h->n_inbox; i++) chunk_unref(h->inbox[i].live);
    free(h->slots);
    cond_release(&h->news);
    lock_release(&h->inbox_lock);
    lock_release(&h->lock);
    free(h);
}
