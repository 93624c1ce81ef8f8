/* Which requests exist: ids, lanes, what waits, what is to be cancelled. Every function takes the queue's lock itself;
 * a transfer belongs to the list that its state names and is changed by the loop's thread only. */
#ifndef NET_QUEUE_H
#define NET_QUEUE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include "pland/base/err.h"
#include "pland/base/lock.h"

struct transfer;
TAILQ_HEAD(transfer_list, transfer);

enum { LANES_MAX = 64 };

struct lane {
    bool open, closing;
    size_t max_running, max_waiting, running, waiting;
    struct transfer_list list; /* waiting, first in first out */
};

struct slot {
    struct transfer *t; /* NULL: free */
    uint32_t generation;
};

struct queue {
    struct lock lock; /* guards everything below */
    struct cond emptied; /* a lane's last transfer ended */
    struct slot *slots;
    uint32_t *unused; /* stack of free slots */
    size_t n_slots, n_unused;
    struct lane lanes[LANES_MAX];
    struct transfer_list cancels;
    size_t turn; /* lane that is asked first */
    bool stopping;
};

_must_check_ enum err_kind queue_init(struct queue *q, size_t max, struct err *e);
void queue_release(struct queue *q);

/* Any thread. */
_must_check_ enum err_kind queue_put(struct queue *q, struct transfer *t, uint64_t *ret_id, struct err *e);
bool queue_cancel(struct queue *q, uint64_t id); /* true: the loop has something to do */
void queue_stop(struct queue *q);
_must_check_ enum err_kind queue_lane_open(struct queue *q, size_t max_running, size_t max_waiting, unsigned *ret,
                                           struct err *e);
void queue_lane_limit(struct queue *q, unsigned lane, size_t max_running);
void queue_lane_cancel(struct queue *q, unsigned lane); /* no further puts; everything in it is to be cancelled */
void queue_lane_wait(struct queue *q, unsigned lane);   /* until it is empty; then it is free again */

/* The loop's thread. A transfer handed out is on no list of the queue any more. */
bool queue_stopping(struct queue *q);
struct transfer *queue_next(struct queue *q);      /* may start now (counts as running), or NULL */
struct transfer *queue_cancelled(struct queue *q); /* running or taken from its lane, or NULL */
struct transfer *queue_flush(struct queue *q);     /* any that waits, or NULL */
/* A waiting transfer whose time is over, or NULL; then *ret_next is when to ask again. */
struct transfer *queue_expired(struct queue *q, int64_t now, int64_t *ret_next);
void queue_forget(struct queue *q, struct transfer *t);           /* before on_done: the id is void, the slot free */
void queue_left(struct queue *q, unsigned lane, bool was_running); /* after on_done */

#endif
