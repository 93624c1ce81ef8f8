/* The tracker object: a lane of its own for outgoing webhooks, so that slow receivers hold up nobody else, and the
 * thread that writes down what became of each attempt. */
#include "pland/tracker/tracker.h"

#include <stdlib.h>
#include <string.h>

#include "tracker/desk.h"
#include "tracker/inner.h"
#include "tracker/session.h"

enum {
    LANE_RUNNING = 128, /* each hook has a few at once: store/claim.c */
    LANE_WAITING = 2048,
    API_RUNNING = 16,
    API_WAITING = 64,
};

void tracker_ended(struct tracker *t, struct delivery *d)
{
    HOLD(&t->lock);
    d->next = NULL;
    *t->ended_last = d;
    t->ended_last = &d->next;
    cond_signal(&t->more);
}

/* The next one that ended; NULL: none is left and no more will come. */
static struct delivery *next_ended(struct tracker *t)
{
    struct delivery *d;
    HOLD(&t->lock);
    while (!t->ended_first && !t->stopping) cond_wait(&t->more, &t->lock);
    d = t->ended_first;
    if (!d) return NULL;
    t->ended_first = d->next;
    if (!t->ended_first) t->ended_last = &t->ended_first;
    return d;
}

static void *record_all(void *arg)
{
    struct tracker *t = arg;
    struct delivery *d;
    while ((d = next_ended(t)) != NULL) delivery_record(d);
    return NULL;
}

static void release(struct tracker *t)
{
    sessions_free(t->sessions);
    cond_release(&t->more);
    lock_release(&t->lock);
    free(t);
}

static enum err_kind start_threads(struct tracker *t, struct err *e)
{
    int failed;
    enum err_kind k = desk_new(t, &t->desk, e);
    if (k != ERR_OK) return k;
    failed = thread_start(&t->recorder, "deliveries", record_all, t);
    if (!failed) return ERR_OK;
    desk_free(t->desk);
    return err_errno(e, failed, "starting a thread");
}

enum err_kind tracker_new(struct service *s, struct http_loop *loop, struct tracker **ret, struct err *e)
{
    struct tracker *t = calloc(1, sizeof *t);
    enum err_kind k;
    if (!t) return err_nomem(e);
    t->service = s;
    t->loop = loop;
    t->ended_last = &t->ended_first;
    lock_init(&t->lock);
    cond_init(&t->more);
    k = (t->sessions = sessions_new()) ? http_lane_open(loop, LANE_RUNNING, LANE_WAITING, &t->lane, e) : err_nomem(e);
    if (k != ERR_OK) {
        release(t);
        return k;
    }
    if ((k = http_lane_open(loop, API_RUNNING, API_WAITING, &t->api_lane, e)) == ERR_OK) {
        if ((k = start_threads(t, e)) == ERR_OK) {
            *ret = t;
            return ERR_OK;
        }
        http_lane_close(loop, t->api_lane);
    }
    http_lane_close(loop, t->lane);
    release(t);
    return k;
}

void tracker_stop(struct tracker *t)
{
    if (!t || t->lane_closed) return;
    t->lane_closed = true;
    http_lane_close(t->loop, t->lane);
    http_lane_close(t->loop, t->api_lane);
}

void tracker_free(struct tracker *t)
{
    if (!t) return;
    tracker_stop(t);
    lock_enter(&t->lock);
    t->stopping = true;
    cond_signal(&t->more);
    lock_leave(&t->lock);
    (void)pthread_join(t->recorder, NULL);
    desk_free(t->desk);
    release(t);
}
