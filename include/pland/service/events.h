/* Following events: where a reader stands, what comes next, which types there are.
 *
 * A cursor is a number (per plan, or over all plans for the feed) with the epoch in front: "k3j2h1g0-12". A restore
 * changes the epoch, so that a cursor from before it is found out. Any thread. */
#ifndef PLAND_SERVICE_EVENTS_H
#define PLAND_SERVICE_EVENTS_H

#include "pland/service/service.h"

/* Types of events; ends with NULL. Without those that a stream sends beside them ("progress", "end"). */
extern const char *const event_types[];
bool event_type_known(const char *type);
/* Whether a list such as "plan.created,plan.approved" names it; NULL and "" name all. */
bool event_type_listed(const char *types, const char *type);

struct event_scope {
    int64_t plan;    /* row number; 0: the feed */
    int64_t project; /* of the feed; 0: all */
    int64_t after;   /* where the reader stands */
    int64_t head;    /* the newest event, when it was opened */
    bool ended;      /* the plan is over and the reader has seen all of it */
    bool sought;     /* a cursor was given */
};
/* Opens c->id's events, or the feed when it is NULL, for a caller. cursor: Last-Event-ID, or NULL; it goes before the
 * parameter after. Without either the plan's first event comes next; of the feed, what happens from now on. ERR_GONE:
 * the cursor is older than what is kept, or than a restore; extra says where to begin again. */
_must_check_ enum err_kind service_events_open(struct call *c, const char *cursor, struct event_scope *ret,
                                               struct err *e);

/* One event as JSON, as in the pages. false: no more is wanted now. */
typedef bool event_sink(void *arg, int64_t id, int64_t project, const char *type, const char *json, size_t n);
struct event_batch {
    int64_t head; /* the newest event by then: everything up to it was given, unless the sink or the limit ended it */
    bool ended;   /* the plan's activity */
    const char *state; /* the plan's, static */
};
/* The events behind after, limit at most, as of one moment. ERR_GONE, ERR_NOT_FOUND: the plan was deleted. */
_must_check_ enum err_kind service_events_read(struct service *s, const struct event_scope *scope, int64_t after,
                                               int limit, event_sink *sink, void *arg, struct event_batch *ret,
                                               struct err *e);

/* false: the token was revoked, or has expired. */
_must_check_ enum err_kind service_token_live(struct service *s, int64_t token, bool *ret, struct err *e);

#endif
