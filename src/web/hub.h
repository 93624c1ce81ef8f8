/* Who follows which events: streams by what they follow (a topic: one plan, or the feed of all), and the thread that
 * reads new events once for all of them and wakes them.
 *
 * A stream holds a position, not a queue: what it has not been given yet is in its topic's ring, and behind that in the
 * database. So a slow one costs nothing but its socket's buffer, and nobody waits for it.
 *
 * While a stream waits, its connection is suspended and libmicrohttpd sends nothing. The hub's thread then sends chunks
 * itself: one send() for each stream, where resuming and suspending the connection would cost several times that. What
 * does not fit into the socket's buffer is left to libmicrohttpd, which knows how to wait.
 *
 * Locks are taken in the order hub → libmicrohttpd; the bus and the store are never called with the hub's held. */
#ifndef WEB_HUB_H
#define WEB_HUB_H

#include <microhttpd.h>
#include <stdatomic.h>

#include "pland/base/lock.h"
#include "pland/service/events.h"
#include "web/conns.h"

struct hub;

/* Bytes as they are sent; shared by all streams that send them. */
struct chunk {
    _Atomic unsigned refs;
    int64_t id;      /* of its last event; 0: it is no durable one */
    int64_t project;
    const char *type; /* within bytes' allocation; NULL: nothing that can be filtered */
    size_t at, n;     /* the text within bytes */
    size_t n_framed;
    char bytes[];     /* the text as an HTTP chunk: size, text, line end */
};
/* One event as server-sent ("id:", "event:", "data:"); id 0: none. NULL: out of memory. */
struct chunk *chunk_new(const char *epoch, int64_t id, int64_t project, const char *type, const char *json, size_t n);
struct chunk *chunk_of_bytes(int64_t id, const char *p, size_t n);
void chunk_unref(struct chunk *c); /* accepts NULL */
/* The same text behind what b holds. */
void chunk_write(struct buf *b, const char *epoch, int64_t id, const char *type, const char *json, size_t n);

struct stream {
    struct hub *hub;
    struct conn *conn;
    struct MHD_Connection *mhd;
    struct topic *topic;
    char *types;         /* filter, or NULL */
    int64_t token, project;
    int64_t begun_ms;
    /* hub.lock */
    int64_t pos;         /* id of the last event taken */
    uint64_t live_pos;
    bool waiting;        /* suspended, in the topic's list */
    bool beat, closing;
    bool direct;         /* HTTP/1.1 without TLS: while it waits, others may send whole chunks on its socket */
    uint64_t token_round; /* of the hub, when its token was looked at last */
    struct stream *wait_next, *wait_prev;
    struct stream *next, *prev;       /* all of the topic */
    struct stream *beat_next, *beat_prev;
    unsigned slot;
    /* of the connection's own thread */
    struct chunk *cur;
    size_t off;
    bool ending, large;  /* the last frame is under way; the connection's memory was much used since it was suspended */
    int64_t n_events, stall_ms;
};

struct hub_config {
    struct service *service;
    size_t max_streams, max_per_token;
    int64_t beat_s;
};
_must_check_ enum err_kind hub_new(const struct hub_config *c, struct hub **ret, struct err *e);
void hub_close(struct hub *h); /* ends all streams and takes no more; accepts NULL */
void hub_wait(struct hub *h, int64_t until); /* for the last of them to have gone out; clock_mono() */
void hub_free(struct hub *h);  /* no stream is left; accepts NULL */

/* How often tokens have changed: taken before the token of a stream that is to join is looked at. */
uint64_t hub_token_round(struct hub *h);
/* Takes a stream in, with its topic; token_round is set. ERR_RATE: too many of its token; ERR_BUSY: too many at all, or
 * closing. */
_must_check_ enum err_kind hub_join(struct hub *h, struct stream *s, const struct event_scope *scope, struct err *e);
void hub_leave(struct stream *s);

/* What a stream does next, from its connection's thread. */
enum hub_next {
    HUB_CHUNK, /* *ret is to be sent; the caller's to unref */
    HUB_LOAD,  /* it is behind the ring: stream reads the database and calls hub_loaded() */
    HUB_BEAT,  /* a sign of life is due */
    HUB_END,   /* its plan is over: *ret is the last frame */
    HUB_CLOSE, /* to be closed without a word */
    HUB_WAIT   /* it was suspended (only when may_wait) */
};
enum hub_next hub_next(struct stream *s, bool may_wait, struct chunk **ret);
/* The stream has taken everything up to pos from the database. */
void hub_loaded(struct stream *s, int64_t pos);
struct service *hub_service(const struct hub *h);
/* What the topic of the stream is read by. */
struct event_scope hub_scope(const struct stream *s);

struct hub_stats {
    int64_t open, total, refused, ended_slow;
};
void hub_stats(struct hub *h, struct hub_stats *ret);

#endif
