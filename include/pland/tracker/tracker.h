/* Ticket systems and webhooks: what comes in is verified and becomes a plan, what goes out is signed and retried. */
#ifndef PLAND_TRACKER_TRACKER_H
#define PLAND_TRACKER_TRACKER_H

#include "pland/net/http.h"
#include "pland/service/service.h"
#include "pland/store/jobs.h"

/* In: verifies signature and freshness over the raw body (c->id is the source's id; headers are params named
 * "header:<lower-case name>"). On success c->prepared is a struct inbound_request. An unknown source and a wrong
 * signature answer alike. Pool thread. */
prepare_fn tracker_verify;

struct tracker;
_must_check_ enum err_kind tracker_new(struct service *s, struct http_loop *loop, struct tracker **ret, struct err *e);
/* Takes back every delivery under way (its done is called) and refuses new ones. Not from a callback. */
void tracker_stop(struct tracker *t);
void tracker_free(struct tracker *t); /* no delivery under way any more; accepts NULL */

/* In: turns a delivery (JOB_INBOUND, subject = inbound row number) into a plan, once. A payload that says nothing to
 * us is settled with its reason. Worker thread. */
_must_check_ enum err_kind tracker_inbound(struct tracker *t, const struct job *j, struct err *e);

/* How a job went that did not simply succeed. */
struct tracker_end {
    bool over;     /* it is ended, or queued again, already */
    int64_t again; /* when to try again; 0: never */
    bool failed;   /* the source's API could not be called, which is shown with the source */
    char why[200];
};
/* Tells a ticket about its plan (JOB_TICKET, subject = ticket row number), and ends or renews the job itself when that
 * went well. A thread that may wait for the network. */
_must_check_ enum err_kind tracker_tell(struct tracker *t, const struct job *j, struct tracker_end *ret, struct err *e);
/* Asks a source what has changed (JOB_POLL, subject = source id). Likewise. */
_must_check_ enum err_kind tracker_poll(struct tracker *t, const struct job *j, struct tracker_end *ret, struct err *e);

/* Out: sends one delivery (JOB_DELIVER, subject = delivery id) by Standard Webhooks and records the attempt. done is
 * called exactly once unless the call fails, on a thread of the tracker's or the caller's; j lives until then. run_at 0: settled
 * (delivered, given up, or gone); else when to try again. over: the job is ended, or queued again, already. */
typedef void tracker_done_fn(void *arg, int64_t run_at, const char *why, bool over);
_must_check_ enum err_kind tracker_deliver(struct tracker *t, const struct job *j, tracker_done_fn *done, void *arg,
                                           struct err *e);

/* JOB_INBOUND, JOB_TICKET, JOB_POLL on a thread of the tracker's; done as above. Any thread. */
_must_check_ enum err_kind tracker_work(struct tracker *t, const struct job *j, tracker_done_fn *done, void *arg,
                                        struct err *e);

#endif
