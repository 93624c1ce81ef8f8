/* The bus: a list of subscribers under one lock; publishing calls those whose mask and plan fit. */
#include "pland/service/bus.h"

#include <stdbool.h>
#include <stdlib.h>
#include "pland/base/lock.h"

struct subscriber {
    uint64_t id;
    unsigned kinds;
    int64_t plan;
    bus_fn *fn;
    void *arg;
    struct subscriber *next;
};

#define BUCKETS 256 /* by plan; bucket 0 also holds those who listen to all plans */

struct bus {
    struct lock lock;   /* guards everything below */
    struct cond idle;   /* publishing went to 0 */
    struct subscriber *bucket[BUCKETS];
    uint64_t next_id;
    pthread_t publisher; /* valid while publishing */
    bool publishing;
    uint64_t running;    /* id of the subscriber being called, 0: none */
};

static size_t bucket_of(int64_t plan)
{
    return plan == 0 ? 0 : 1 + (size_t)plan % (BUCKETS - 1);
}

enum err_kind bus_new(struct bus **ret, struct err *e)
{
    struct bus *b = calloc(1, sizeof *b);
    if (!b) return err_nomem(e);
    lock_init(&b->lock);
    cond_init(&b->idle);
    *ret = b;
    return ERR_OK;
}

void bus_free(struct bus *b)
{
    if (!b) return;
    for (size_t i = 0; i < BUCKETS; i++) {
        while (b->bucket[i]) {
            struct subscriber *s = b->bucket[i];
            b->bucket[i] = s->next;
            free(s);
        }
    }
    cond_release(&b->idle);
    lock_release(&b->lock);
    free(b);
}

uint64_t bus_subscribe(struct bus *b, unsigned kinds, int64_t plan, bus_fn *fn, void *arg)
{
    struct subscriber *s = calloc(1, sizeof *s);
    if (!s) return 0;
    *s = (struct subscriber){ .kinds = kinds, .plan = plan, .fn = fn, .arg = arg };
    HOLD(&b->lock);
    s->id = ++b->next_id;
    s->next = b->bucket[bucket_of(plan)];
    b->bucket[bucket_of(plan)] = s;
    return s->id;
}

static struct subscriber *unlink_subscriber(struct bus *b, uint64_t id)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct subscriber **at = &b->bucket[i]; *at; at = &(*at)->next) {
            if ((*at)->id == id) {
                struct subscriber *s = *at;
                *at = s->next;
                return s;
            }
        }
    }
    return NULL;
}

void bus_unsubscribe(struct bus *b, uint64_t id)
{
    HOLD(&b->lock);
    free(unlink_subscriber(b, id));
    while (b->publishing && b->running == id && !pthread_equal(b->publisher, pthread_self()))
        cond_wait(&b->idle, &b->lock);
}

/* Subscribers are called unlocked; one that unsubscribes meanwhile is found gone by its id. */
struct due { uint64_t id; bus_fn *fn; void *arg; };

static size_t collect(struct bus *b, size_t bucket, const struct notice *n, uint64_t after, struct due *ret, size_t max)
{
    size_t count = 0;
    for (struct subscriber *s = b->bucket[bucket]; s; s = s->next) {
        if (s->id >= after || !(s->kinds & (unsigned)n->kind) || (s->plan && n->plan && s->plan != n->plan)) continue;
        if (count < max) ret[count++] = (struct due){ s->id, s->fn, s->arg };
        else break;
    }
    return count;
}

static bool still_there(struct bus *b, size_t bucket, uint64_t id)
{
    for (struct subscriber *s = b->bucket[bucket]; s; s = s->next)
        if (s->id == id) return true;
    return false;
}

static void call_due(struct bus *b, size_t bucket, const struct due *due, size_t count, const struct notice *n)
{
    for (size_t i = 0; i < count; i++) {
        if (!still_there(b, bucket, due[i].id)) continue;
        b->running = due[i].id;
        lock_leave(&b->lock);
        due[i].fn(due[i].arg, n);
        lock_enter(&b->lock);
        b->running = 0;
        cond_broadcast(&b->idle);
    }
}

static void publish_bucket(struct bus *b, size_t bucket, const struct notice *n)
{
    struct due due[64];
    uint64_t after = UINT64_MAX; /* lists run from the newest id down */
    for (;;) {
        size_t count = collect(b, bucket, n, after, due, sizeof due / sizeof due[0]);
        if (!count) return;
        after = due[count - 1].id;
        call_due(b, bucket, due, count, n);
    }
}

static void publish(struct bus *b, const struct notice *n, size_t from, size_t to)
{
    HOLD(&b->lock);
    while (b->publishing) cond_wait(&b->idle, &b->lock); /* one publisher at a time */
    b->publishing = true;
    b->publisher = pthread_self();
    publish_bucket(b, 0, n);
    for (size_t i = from; i < to; i++) publish_bucket(b, i, n);
    b->publishing = false;
    cond_broadcast(&b->idle);
}

void bus_publish(struct bus *b, const struct notice *n)
{
    size_t bucket = bucket_of(n->plan);
    publish(b, n, bucket, n->plan ? bucket + 1 : bucket);
}

void bus_publish_all(struct bus *b, const struct notice *n)
{
    publish(b, n, 1, BUCKETS);
}
