/* Long polls of GET /plans/{id}: a request that waits for its plan's next event, as long as its token is good. */
#ifndef WEB_POLL_H
#define WEB_POLL_H

#include "web/request.h"

/* Follow tokens that are revoked; before requests come and after the last one has gone. */
_must_check_ enum err_kind polls_start(struct web *w, struct err *e);
void polls_stop(struct web *w);

/* On the request's epoll thread. */

/* Subscribes; what was rendered before must be rendered once more before poll_wait(). False: failed and err are set. */
bool poll_begin(struct request *r);
/* True: suspended, phase PHASE_POLL. False: something has happened, or poll_over(): render once more. */
bool poll_wait(struct request *r);
/* Is its token still good? ERR_UNAUTHENTICATED. Before each rendering of a poll that has begun. */
_must_check_ enum err_kind poll_admit(struct request *r, struct err *e);
bool poll_over(struct request *r);    /* time is up, or the server leaves */
void poll_resumed(struct request *r); /* first thing after a PHASE_POLL request was resumed */
void poll_end(struct request *r);     /* unsubscribes; any number of times */

void polls_wake_all(struct web *w); /* any thread */

#endif
