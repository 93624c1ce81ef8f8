/* Long polls of GET /plans/{id}: a request that waits for its plan's next event. */
#ifndef WEB_POLL_H
#define WEB_POLL_H

#include "web/request.h"

/* All but polls_wake_all() on the request's epoll thread. */

/* Subscribes; what was rendered before must be rendered once more before poll_wait(). False: failed and err are set. */
bool poll_begin(struct request *r);
/* True: suspended, phase PHASE_POLL. False: something has happened, or poll_over(): render once more. */
bool poll_wait(struct request *r);
bool poll_over(struct request *r);    /* time is up, or the server leaves */
void poll_resumed(struct request *r); /* first thing after a PHASE_POLL request was resumed */
void poll_end(struct request *r);     /* unsubscribes; any number of times */

void polls_wake_all(struct web *w); /* any thread */

#endif
