/* Events as they happen. */
#ifndef CLI_STREAM_H
#define CLI_STREAM_H

#include "cli/cli.h"
#include "pland/net/sse.h"

/* Follows path behind the event last until the stream ends, fn returns false, or the deadline of c has passed. fn runs
 * on another thread while this one waits, and may make calls of its own. False: the daemon gives no stream, or it broke. */
bool stream_follow(struct ctl *c, const char *path, const char *last, sse_event_fn *fn, void *arg);

#endif
