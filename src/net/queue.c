/* Which requests exist: ids, lanes, what waits, what is to be cancelled. */
#include "net/queue.h"

#include <assert.h>
#include <stdlib.h>
#include "net/transfer.h"

#define LOCKED(q) HOLD(&(q)->lock)

enum err_kind queue_init(struct queue *q, size_t max, struct err *e)
{
    *q = (struct queue){ .n_slots = max };
    q->slots = calloc(max, sizeof *q->slots);
    q->unused = calloc(max, sizeof *q->unused);
    if (!q->slots || !q->unused) {
        free(q->slots);
        free(q->unused);
        *q = (struct queue){ 0 };
        return err_nomem(e);
    }
    for (size_t i = 0; i < max; i++) q->unused[q->n_unused++] = (uint32_t)(max - 1 - i);
    for (size_t i = 0; i < LANES_MAX; i++) TAILQ_INIT(&q->lanes[i].list);
    TAILQ_INIT(&q->cancels);
    q->lanes[0].open = true;
    q->lanes[0].max_running = q->lanes[0].max_waiting = max;
    lock_init(&q->lock);
    cond_init(&q->emptied);
    return ERR_OK;
}

void queue_release(struct queue *q)
{
    if (!q->slots) return;
    cond_release(&q->emptied);
    lock_release(&q->lock);
    free(q->slots);
    free(q->unused);
    *q = (struct queue){ 0 };
}

enum err_kind queue_put(struct queue *q, struct transfer *t, uint64_t *ret_id, struct err *e)
{
    LOCKED(q);
    struct lane *lane = t->lane < LANES_MAX ? &q->lanes[t->lane] : NULL;
    size_t held;
    uint32_t at;
    if (q->stopping) return err_set(e, ERR_BUSY, "the server is shutting down");
    if (!lane || !lane->open || lane->closing) return err_set(e, ERR_BUSY, "this queue of requests is closed");
    if (q->n_unused == 0) return err_set(e, ERR_BUSY, "%zu outgoing requests are under way already", q->n_slots);
    /* Those that could start at once do not count as waiting, even if the loop has not taken them yet. */
    held = lane->running + lane->waiting;
    if (held >= lane->max_running && held - lane->max_running >= lane->max_waiting) {
        return err_set(e, ERR_BUSY, "%zu requests wait already", lane->max_waiting);
    }
    at = q->unused[--q->n_unused];
    q->slots[at].t = t;
    q->slots[at].generation++;
    t->id = (uint64_t)q->slots[at].generation << 32 | (at + 1u);
    if (ret_id) *ret_id = t->id;
    TAILQ_INSERT_TAIL(&lane->list, t, link);
    lane->waiting++;
    return ERR_OK;
}

static void mark_cancelled(struct queue *q, struct transfer *t)
{
    if (t->cancelling) return;
    t->cancelling = true;
    TAILQ_INSERT_TAIL(&q->cancels, t, cancel_link);
}

bool queue_cancel(struct queue *q, uint64_t id)
{
    LOCKED(q);
    uint64_t at = (id & UINT32_MAX) - 1u;
    if (at >= q->n_slots || !q->slots[at].t || q->slots[at].t->id != id) return false;
    mark_cancelled(q, q->slots[at].t);
    return true;
}

void queue_stop(struct queue *q)
{
    LOCKED(q);
    q->stopping = true;
}

bool queue_stopping(struct queue *q)
{
    LOCKED(q);
    return q->stopping;
}

enum err_kind queue_lane_open(struct queue *q, size_t max_running, size_t max_waiting, unsigned *ret, struct err *e)
{
    LOCKED(q);
    for (unsigned i = 0; i < LANES_MAX; i++) {
        struct lane *lane = &q->lanes[i];
        if (lane->open) continue;
        lane->open = true;
        lane->max_running = max_running ? max_running : 1;
        lane->max_waiting = max_waiting;
        *ret = i;
        return ERR_OK;
    }
    return err_set(e, ERR_BUSY, "all %d queues of outgoing requests are in use", LANES_MAX);
}

void queue_lane_limit(struct queue *q, unsigned lane, size_t max_running)
{
    LOCKED(q);
    q->lanes[lane].max_running = max_running ? max_running : 1;
}

void queue_lane_cancel(struct queue *q, unsigned lane)
{
    LOCKED(q);
    assert(lane > 0 && lane < LANES_MAX && q->lanes[lane].open);
    q->lanes[lane].closing = true;
    for (size_t i = 0; i < q->n_slots; i++) {
        if (q->slots[i].t && q->slots[i].t->lane == lane) mark_cancelled(q, q->slots[i].t);
    }
}

void queue_lane_wait(struct queue *q, unsigned lane)
{
    LOCKED(q);
    struct lane *x = &q->lanes[lane];
    while (x->running + x->waiting > 0) cond_wait(&q->emptied, &q->lock);
    x->open = x->closing = false;
}

/* Takes t from its lane's list. It counts as waiting until queue_left(), so that a closing lane waits for it. */
static void unlink_waiting(struct queue *q, struct transfer *t)
{
    TAILQ_REMOVE(&q->lanes[t->lane].list, t, link);
}

struct transfer *queue_next(struct queue *q)
{
    LOCKED(q);
    for (size_t i = 0; i < LANES_MAX; i++) {
        size_t at = (q->turn + i) % LANES_MAX;
        struct lane *lane = &q->lanes[at];
        struct transfer *t = TAILQ_FIRST(&lane->list);
        if (!t || lane->running >= lane->max_running) continue;
        unlink_waiting(q, t);
        t->running = true;
        lane->waiting--;
        lane->running++;
        q->turn = at + 1;
        return t;
    }
    return NULL;
}

struct transfer *queue_cancelled(struct queue *q)
{
    LOCKED(q);
    struct transfer *t = TAILQ_FIRST(&q->cancels);
    if (t && !t->running) unlink_waiting(q, t);
    if (t) {
        TAILQ_REMOVE(&q->cancels, t, cancel_link);
        t->cancelling = false;
    }
    return t;
}

struct transfer *queue_flush(struct queue *q)
{
    LOCKED(q);
    for (size_t i = 0; i < LANES_MAX; i++) {
        struct transfer *t = TAILQ_FIRST(&q->lanes[i].list);
        if (!t) continue;
        unlink_waiting(q, t);
        return t;
    }
    return NULL;
}

struct transfer *queue_expired(struct queue *q, int64_t now, int64_t *ret_next)
{
    LOCKED(q);
    int64_t next = INT64_MAX;
    for (size_t i = 0; i < LANES_MAX; i++) {
        struct transfer *t;
        TAILQ_FOREACH(t, &q->lanes[i].list, link) {
            if (t->total_at <= now) {
                unlink_waiting(q, t);
                return t;
            }
            if (t->total_at < next) next = t->total_at;
        }
    }
    *ret_next = next;
    return NULL;
}

void queue_forget(struct queue *q, struct transfer *t)
{
    LOCKED(q);
    uint32_t at = (uint32_t)(t->id & UINT32_MAX) - 1u;
    assert(q->slots[at].t == t);
    if (t->cancelling) TAILQ_REMOVE(&q->cancels, t, cancel_link);
    t->cancelling = false;
    q->slots[at].t = NULL;
    q->unused[q->n_unused++] = at;
}

void queue_left(struct queue *q, unsigned lane, bool was_running)
{
    LOCKED(q);
    struct lane *x = &q->lanes[lane];
    size_t *count = was_running ? &x->running : &x->waiting;
    assert(*count > 0);
    (*count)--;
    if (x->running + x->waiting == 0) cond_broadcast(&q->emptied);
}
