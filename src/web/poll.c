/* Long polls: subscribe, look once more, then suspend; the bus, the timer or the end of serving resumes.
 *
 * Locks are taken in the order timers → polls → hold; the bus is never called with one of them held. */
#include "web/poll.h"

#include "pland/base/clock.h"
#include "web/server.h"

/* polls.lock held */
static void unlink_poll(struct web *w, struct request *r)
{
    if (r->poll.prev) r->poll.prev->poll.next = r->poll.next;
    else w->polls.first = r->poll.next;
    if (r->poll.next) r->poll.next->poll.prev = r->poll.prev;
    r->poll.next = r->poll.prev = NULL;
}

/* polls.lock held; r may be gone when it returns */
static void wake(struct request *r)
{
    if (r->poll.state == POLL_LISTENING) r->poll.state = POLL_FIRED;
    if (r->poll.state != POLL_ARMED) return;
    unlink_poll(r->web, r);
    r->poll.state = POLL_RESUMED;
    request_resume(r);
}

static void told(void *arg, const struct notice *n) /* writer thread */
{
    struct request *r = arg;
    (void)n;
    HOLD(&r->web->polls.lock);
    wake(r);
}

static void time_is_up(void *arg) /* timer thread */
{
    struct request *r = arg;
    HOLD(&r->web->polls.lock);
    r->poll.over = true;
    wake(r);
}

bool poll_begin(struct request *r)
{
    struct web *w = r->web;
    lock_enter(&w->polls.lock);
    bool room = w->polls.n < w->polls.max;
    if (room) {
        w->polls.n++;
        r->poll.state = POLL_LISTENING;
        r->poll.over = atomic_load(&w->draining);
    }
    lock_leave(&w->polls.lock);
    r->poll.on = room;
    if (!room) {
        request_fail(r, err_set(&r->err, ERR_BUSY, "%zu clients are waiting already: ask again without Prefer: wait",
                                w->polls.max));
        return false;
    }
    r->poll.until = clock_mono() + r->wait * 1000;
    r->poll.subscription = bus_subscribe(w->service->bus, NOTICE_PLAN, r->view.plan_n, told, r);
    if (r->poll.subscription) return true;
    poll_end(r);
    request_fail(r, err_nomem(&r->err));
    return false;
}

/* polls.lock held */
static bool arm(struct request *r)
{
    struct web *w = r->web;
    if (r->poll.over) return false;
    if (r->poll.state == POLL_FIRED) {
        r->poll.state = POLL_LISTENING;
        return false;
    }
    r->phase = PHASE_POLL;
    if (!request_suspend(r)) {
        r->phase = PHASE_BODY;
        r->poll.over = true;
        return false;
    }
    r->poll.state = POLL_ARMED;
    r->poll.next = w->polls.first;
    if (w->polls.first) w->polls.first->poll.prev = r;
    w->polls.first = r;
    return true;
}

bool poll_wait(struct request *r)
{
    struct web *w = r->web;
    lock_enter(&w->polls.lock);
    bool armed = arm(r);
    lock_leave(&w->polls.lock);
    /* Whoever resumes it meanwhile, this thread has to return before the request goes on. */
    if (armed) timer_set(w->timers, &r->poll.timer, r->poll.until, time_is_up, r);
    return armed;
}

bool poll_over(struct request *r)
{
    HOLD(&r->web->polls.lock);
    return r->poll.over;
}

void poll_resumed(struct request *r)
{
    timer_cancel(r->web->timers, &r->poll.timer);
    HOLD(&r->web->polls.lock);
    r->poll.state = POLL_LISTENING;
}

void poll_end(struct request *r)
{
    struct web *w = r->web;
    if (!r->poll.on) return;
    r->poll.on = false;
    timer_cancel(w->timers, &r->poll.timer);
    if (r->poll.subscription) bus_unsubscribe(w->service->bus, r->poll.subscription);
    HOLD(&w->polls.lock);
    w->polls.n--;
    r->poll.state = POLL_OFF;
}

void polls_wake_all(struct web *w)
{
    HOLD(&w->polls.lock);
    while (w->polls.first) {
        w->polls.first->poll.over = true;
        wake(w->polls.first);
    }
}
