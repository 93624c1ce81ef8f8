/* Outgoing HTTP. One curl loop per process drives every transfer of the daemon on one thread; a blocking client
 * serves planctl. Nothing follows redirects or reads proxy settings from the environment.
 *
 * Callbacks run on the loop's thread with no lock held and must not block; they may call http_send, http_cancel.
 * Every request that http_send accepted gets on_done exactly once, after its other callbacks. */
#ifndef PLAND_NET_HTTP_H
#define PLAND_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "pland/base/buf.h"
#include "pland/base/err.h"
#include "pland/net/guard.h"

struct http_config {
    const struct guard *guard; /* borrowed, outlives the loop; NULL: no private network for API destinations */
    const char *ca_file;       /* PEM file of further certification authorities, or NULL */
    const char *proxy;         /* egress proxy URL, or NULL: direct */
    const char *no_proxy;      /* "name,.domain,10.0.0.5" reached directly, or NULL */
    const char *user_agent;    /* NULL: "pland/<version>" */
    size_t max_requests;       /* running and waiting; 0: 4096. Beyond it http_send answers ERR_BUSY */
    size_t max_running;        /* transfers at once; 0: 1024 */
};

struct http_header {
    const char *name, *value;
};

struct http_request {
    const char *method; /* NULL: GET */
    const char *url;
    enum http_dest dest;
    unsigned lane; /* 0, or what http_lane_open gave */
    const struct http_header *headers;
    size_t n_headers;
    const void *body; /* copied; NULL: none */
    size_t n_body;
    FILE *upload; /* the body is read from here instead (n_body bytes, blocking: for http_fetch); borrowed */
    /* Milliseconds. */
    int64_t connect_ms; /* until connected; 0: 10 s */
    int64_t head_ms;    /* from its start until the answer's head; 0: 60 s */
    int64_t idle_ms;    /* longest silence inside the answer; 0: 60 s */
    int64_t total_ms;   /* everything, waiting in the lane included; 0: no limit */
    size_t max_bytes;   /* of the answer's body; 0: 16 MiB */
};

/* How a request ended. */
enum http_end {
    HTTP_END_ANSWERED,  /* a complete answer, whatever its status */
    HTTP_END_CANCELLED, /* http_cancel, or its lane was closed */
    HTTP_END_STOPPED,   /* the loop stopped */
    HTTP_END_ABORTED,   /* on_data asked for it */
    HTTP_END_REFUSED,   /* the guard */
    HTTP_END_UNREACHED, /* no name, no connection */
    HTTP_END_CERT,      /* the server's certificate is not trusted */
    HTTP_END_NO_HEAD,   /* head_ms passed */
    HTTP_END_IDLE,      /* idle_ms passed */
    HTTP_END_TOO_LATE,  /* total_ms passed */
    HTTP_END_TOO_LARGE, /* more than max_bytes */
    HTTP_END_BROKEN,    /* the connection broke or the peer does not speak HTTP */
    HTTP_END_NOMEM,
    HTTP_END_N_
};
const char *http_end_name(enum http_end end); /* "no-head": for logs and metrics */

struct http_result {
    enum http_end end;
    enum err_kind kind;     /* ERR_OK exactly when end is HTTP_END_ANSWERED */
    int status;             /* 0: no head arrived */
    int curl_code;          /* CURLcode, for logs */
    const char *message;    /* for people; "" when answered. No URL beyond the host, no secrets */
    int64_t retry_after_ms; /* what the peer asked for; -1: nothing */
    const char *request_id; /* the peer's x-request-id or request-id, or "" */
    int64_t elapsed_ms;     /* since http_send */
};

struct http_head;
/* Value of a header of the answer, case-insensitive, or NULL; valid until the callback returns. */
const char *http_head_get(const struct http_head *h, const char *name);
/* Unix milliseconds by the peer's clock (its Date), or by ours when it does not say: what its times are measured against. */
int64_t http_head_now(const struct http_head *h);
void http_head_each(const struct http_head *h, void (*fn)(void *arg, const char *name, const char *value), void *arg);

struct http_events {
    void (*on_head)(void *arg, int status, const struct http_head *head); /* may be NULL */
    bool (*on_data)(void *arg, const char *p, size_t n);                  /* false: stop here; may be NULL */
    void (*on_done)(void *arg, const struct http_result *r);
};

struct http_loop;
_must_check_ enum err_kind http_loop_start(const struct http_config *c, struct http_loop **ret, struct err *e);
/* Ends everything with HTTP_END_STOPPED, joins the thread, frees. Not from a callback. Accepts NULL. */
void http_loop_stop(struct http_loop *l);

/* A lane is a queue of its own: at most max_running at once, at most max_waiting more, first in first out. ERR_BUSY: no
 * lane is left. Lane 0 always exists, bounded only by the configuration. */
_must_check_ enum err_kind http_lane_open(struct http_loop *l, size_t max_running, size_t max_waiting, unsigned *ret,
                                          struct err *e);
/* How many of the lane's may run at once from now on; at least 1. Any thread. */
void http_lane_limit(struct http_loop *l, unsigned lane, size_t max_running);
/* Cancels everything in the lane and returns when the last on_done has returned. Not from a callback. */
void http_lane_close(struct http_loop *l, unsigned lane);

/* Copies the request and queues it. *ret_id (may be NULL) is written before any callback runs. ERR_INVALID and
 * ERR_FORBIDDEN: the guard or a malformed request; ERR_BUSY: queue full or stopping. On failure no callback runs. */
_must_check_ enum err_kind http_send(struct http_loop *l, const struct http_request *r,
                                     const struct http_events *events, void *arg, uint64_t *ret_id, struct err *e);
/* Any thread. An id that has ended is ignored. */
void http_cancel(struct http_loop *l, uint64_t id);

/* The blocking client: keeps connections between calls; one thread at a time. */
struct http_client;
_must_check_ enum err_kind http_client_new(const struct http_config *c, struct http_client **ret, struct err *e);
void http_client_free(struct http_client *c);

struct http_reply {
    int status;
    struct buf body; /* buf_release() it; empty when on_data took the bytes */
    int64_t retry_after_ms;
};
/* Runs one request to its end. ERR_OK: an answer arrived, whatever its status. on_data (may be NULL) gets the body as
 * it arrives, on another thread while this one waits, and ends the request by returning false (still ERR_OK). */
_must_check_ enum err_kind http_fetch(struct http_client *c, const struct http_request *r,
                                      bool (*on_data)(void *arg, const char *p, size_t n), void *arg,
                                      struct http_reply *ret, struct err *e);
/* Header of the last answer, or NULL; valid until the next http_fetch. */
const char *http_client_header(const struct http_client *c, const char *name);

/* Retry-After as milliseconds from now: seconds or an HTTP date; -1: neither. Never more than a day. */
int64_t http_retry_after(const char *value, int64_t now_unix_ms);

#endif
