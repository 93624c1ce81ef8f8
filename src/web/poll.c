/* Long polls: subscribe, look once more, then suspend; the bus, the timer or the end of serving resumes.
 *
 * Locks are taken in the order timers → polls → hold; the bus is never called with one of them held. */
#include "web/poll.h"

#include "pland/base/clock.h"
#include "pland/service/events.h"
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
        r->poll.token_round = w->polls.token_round;
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
    if (r->poll.state == POLL_FIRED || r->poll.token_round != w->polls.token_round) {
        r->poll.token_round = w->polls.token_round;
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

enum err_kind poll_admit(struct request *r, struct err *e)
{
    int64_t token = r->action.call.caller.token;
    bool live = true;
    enum err_kind k = token ? service_token_live(r->web->service, token, &live, e) : ERR_OK;
    if (k != ERR_OK && k != ERR_NOT_FOUND) return k;
    return k == ERR_OK && live ? ERR_OK : err_set(e, ERR_UNAUTHENTICATED, "this token was revoked, or has expired");
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

/* Whoever waits looks at its token again; those that are about to wait see the round. */
static void tokens_changed(void *arg, const struct notice *n) /* writer thread */
{
    struct web *w = arg;
    (void)n;
    HOLD(&w->polls.lock);
    w->polls.token_round++;
    while (w->polls.first) {
        w->polls.first->poll.token_round = w->polls.token_round;
        wake(w->polls.first);
    }
}

enum err_kind polls_start(struct web *w, struct err *e)
{
    w->polls.subscription = bus_subscribe(w->service->bus, NOTICE_TOKENS, 0, tokens_changed, w);
    return w->polls.subscription ? ERR_OK : err_nomem(e);
}

void polls_stop(struct web *w)
{
    if (w->polls.subscription) bus_unsubscribe(w->service->bus, w->polls.subscription);
}

void polls_wake_all(struct web *w)
{
    HOLD(&w->polls.lock);
    while (w->polls.first) {
        w->polls.first->poll.over = true;
        wake(w->polls.first);
    }
}
