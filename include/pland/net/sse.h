/* Incremental parser of text/event-stream (HTML Living Standard, server-sent events): lines end in CR LF, LF or CR,
 * ":" starts a comment, one blank after the colon of a field is dropped, data lines are joined by LF. Bytes may be
 * split anywhere. Memory is bounded by the maximum given; beyond it the parser fails for good. Not thread-safe. */
#ifndef PLAND_NET_SSE_H
#define PLAND_NET_SSE_H

#include <stdbool.h>
#include <stddef.h>
#include "pland/base/buf.h"

struct sse_event {
    const char *type; /* "" where the stream names none (meaning "message") */
    const char *data; /* followed by a NUL; may be empty */
    size_t n;
    const char *id;   /* the last id that the stream gave, or "" */
};
/* false: stop parsing; sse_feed returns false. */
typedef bool sse_event_fn(void *arg, const struct sse_event *ev);

struct sse {
    struct buf line, data, type, id;
    size_t max;
    bool after_cr, begun, failed;
    bool has_data;
};

void sse_init(struct sse *s, size_t max); /* longest line and longest event, in bytes */
void sse_release(struct sse *s);
/* false: the callback stopped, a bound was passed or memory is out (failed tells the latter two). */
bool sse_feed(struct sse *s, const char *p, size_t n, sse_event_fn *fn, void *arg);
/* The stream has ended: gives an event whose final blank line is missing (some servers leave it out). */
bool sse_finish(struct sse *s, sse_event_fn *fn, void *arg);

#endif
