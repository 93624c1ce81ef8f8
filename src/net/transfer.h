/* One request on its way: what libcurl tells about it, turned into the caller's events. Owned by the loop's thread once
 * queued. */
#ifndef NET_TRANSFER_H
#define NET_TRANSFER_H

#include "net/easy.h"
#include "net/queue.h"

struct transfer {
    TAILQ_ENTRY(transfer) link;        /* waiting in its lane, or active in the loop */
    TAILQ_ENTRY(transfer) cancel_link; /* while cancelling */
    uint64_t id;
    unsigned lane;
    bool running, cancelling; /* set under the queue's lock */
    struct easy easy;
    struct http_events events;
    void *arg;
    int64_t sent_at, total_at, phase_at; /* monotonic; total_at INT64_MAX: no limit */
    int64_t head_ms, idle_ms;
    int64_t *watch_at; /* the loop's next look at deadlines */
    size_t max_bytes, n_bytes, n_head;
    int status;
    bool headed;
    enum http_end why; /* set when a callback of ours stopped it, else HTTP_END_ANSWERED */
    int64_t retry_after_ms;
    char request_id[96];
};

_must_check_ enum err_kind transfer_new(const struct setup *s, const struct http_request *r,
                                        const struct http_events *ev, void *arg, struct transfer **ret, struct err *e);
void transfer_free(struct transfer *t);
void transfer_begin(struct transfer *t, int64_t *watch_at);
int64_t transfer_deadline(const struct transfer *t);
enum http_end transfer_overdue(const struct transfer *t, int64_t now); /* which limit has passed */
/* Tells the caller; code is only for HTTP_END_ANSWERED, where it decides. */
void transfer_tell(struct transfer *t, enum http_end end, CURLcode code);

DEFINE_CLEANUP(auto_transfer_fn, struct transfer *, transfer_free);
#define auto_transfer AUTO(auto_transfer_fn) struct transfer *

#endif
