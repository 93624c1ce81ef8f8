/* A request that follows events by text/event-stream: GET /plans/{id}/events and GET /events. */
#ifndef WEB_STREAM_H
#define WEB_STREAM_H

#include "web/request.h"

/* Whether the request prefers a stream to a page. */
bool stream_wanted(const struct request *r);
/* Queues the stream, 204 when there is nothing left to follow, or a problem. On the request's thread. After it the
 * stream needs the request no more. */
enum MHD_Result stream_begin(struct request *r);

#endif
