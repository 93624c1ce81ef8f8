/* Timers in a list sorted by time. Waits here have nearly the same length, so a new one belongs near the end: the
 * search for its place starts there and is short. */
#include "web/timers.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/clock.h"
#include "pland/base/lock.h"

struct timers {
    pthread_t thread;
    timer_fn *each_second;
    void *arg;
    struct lock lock; /* guards everything below and every timer that is set */
    struct cond changed;
    struct timer head; /* of a ring, earliest first */
    bool stopping;
};

static void unlink_timer(struct timer *timer)
{
    timer->prev->next = timer->next;
    timer->next->prev = timer->prev;
    timer->next = timer->prev = NULL;
}

static void fire_due(struct timers *t, int64_t now)
{
    while (t->head.next != &t->head && t->head.next->at <= now) {
        struct timer *timer = t->head.next;
        unlink_timer(timer);
        timer->fn(timer->arg);
    }
}

static void *run(void *arg)
{
    struct timers *t = arg;
    int64_t tick = clock_mono() + 1000;
    lock_enter(&t->lock);
    while (!t->stopping) {
        int64_t now = clock_mono(), wake = tick;
        fire_due(t, now);
        if (now >= tick) {
            lock_leave(&t->lock);
            t->each_second(t->arg);
            lock_enter(&t->lock);
            tick = now + 1000;
            continue;
        }
        if (t->head.next != &t->head && t->head.next->at < wake) wake = t->head.next->at;
        if (!t->stopping) (void)cond_wait_ms(&t->changed, &t->lock, wake - now);
    }
    lock_leave(&t->lock);
    return NULL;
}

enum err_kind timers_new(timer_fn *each_second, void *arg, struct timers **ret, struct err *e)
{
    struct timers *t = calloc(1, sizeof *t);
    int rc;
    if (!t) return err_nomem(e);
    t->each_second = each_second;
    t->arg = arg;
    t->head.next = t->head.prev = &t->head;
    lock_init(&t->lock);
    cond_init(&t->changed);
    if ((rc = thread_start(&t->thread, "web-timer", run, t)) != 0) {
        cond_release(&t->changed);
        lock_release(&t->lock);
        free(t);
        return err_errno(e, rc, "cannot start the timer thread");
    }
    *ret = t;
    return ERR_OK;
}

void timers_free(struct timers *t)
{
    if (!t) return;
    lock_enter(&t->lock);
    t->stopping = true;
    cond_signal(&t->changed);
    lock_leave(&t->lock);
    (void)pthread_join(t->thread, NULL);
    cond_release(&t->changed);
    lock_release(&t->lock);
    free(t);
}

void timer_set(struct timers *t, struct timer *timer, int64_t at, timer_fn *fn, void *arg)
{
    struct timer *after;
    HOLD(&t->lock);
    timer->at = at;
    timer->fn = fn;
    timer->arg = arg;
    for (after = t->head.prev; after != &t->head && after->at > at; after = after->prev) {
    }
    timer->prev = after;
    timer->next = after->next;
    after->next->prev = timer;
    after->next = timer;
    if (after == &t->head) cond_signal(&t->changed);
}

void timer_cancel(struct timers *t, struct timer *timer)
{
    HOLD(&t->lock);
    if (timer->next) unlink_timer(timer);
}
