/* One request from its first line to the end of its answer.
 *
 * It belongs to its connection's epoll thread. While it is suspended it belongs to the pool, the writer, the bus or the
 * timer instead, whoever will resume it; a suspended connection is never closed, so the request outlives all of them
 * even when its client has gone. Everything it needs lives in its arena or in the connection's own memory. */
#ifndef WEB_REQUEST_H
#define WEB_REQUEST_H

#include <microhttpd.h>

#include "web/conns.h"
#include "web/headers.h"
#include "web/pool.h"
#include "web/rate.h"
#include "web/routes.h"
#include "web/target.h"
#include "web/timers.h"

struct web;

#define API_VERSION "2026-11-23"

enum header_id {
    H_HOST, H_AUTHORIZATION, H_CONTENT_LENGTH, H_CONTENT_TYPE, H_CONTENT_ENCODING, H_TRANSFER_ENCODING, H_EXPECT,
    H_IDEMPOTENCY_KEY, H_IF_MATCH, H_IF_NONE_MATCH, H_PREFER, H_ACCEPT, H_API_VERSION, H_REQUEST_ID,
    H_TRACEPARENT, H_FORWARDED_FOR, H_LAST_EVENT_ID, H_N_
};

enum phase {
    PHASE_NEW,     /* headers are not there yet */
    PHASE_BODY,    /* the body is collected */
    PHASE_DISCARD, /* refused; what is left of a small body is thrown away, then the refusal is sent */
    PHASE_LINGER,  /* the refusal was sent ahead of the body's end */
    PHASE_WORK,    /* suspended: pool or writer has it */
    PHASE_SHOW,    /* the write or the slow view is done: answer */
    PHASE_POLL,    /* suspended: a long poll */
    PHASE_SENT     /* an answer is queued */
};

enum poll_state {
    POLL_OFF,
    POLL_LISTENING, /* subscribed, not yet suspended */
    POLL_FIRED,     /* told before it was suspended */
    POLL_ARMED,     /* suspended */
    POLL_RESUMED
};
struct poll {
    bool on;                  /* begun, not ended; the epoll thread's own */
    int state;                /* enum poll_state; guarded by web.polls.lock */
    bool over;                /* time is up or the server leaves; same guard */
    uint64_t subscription;
    uint64_t token_round;     /* the one in which its token was looked up; same guard */
    int64_t until;            /* clock_mono() */
    struct timer timer;
    struct request *next, *prev; /* ring of those armed; same guard */
};

struct request {
    struct web *web;
    struct conn *conn;
    struct MHD_Connection *mhd;
    struct arena *arena;
    enum phase phase;
    int64_t started_us;

    const char *uri, *method, *version;
    struct target target;
    struct route_match match;
    const char *headers[H_N_];  /* in the connection's memory; NULL: not sent */
    size_t n_headers;           /* bytes of their names and values */
    enum header_id repeated;    /* H_N_: none of those that may come once only did twice */
    bool blank_name;            /* "Content-Length : 5": one reader takes it, another does not */
    bool torn;                  /* where it ends is in doubt: the connection ends with the answer */
    struct trace trace;
    char client[48];            /* address, a trusted proxy's word taken */
    struct rate_state rate;
    int64_t wait;               /* seconds, capped; -1: no long poll */
    char span[17];

    struct buf body;
    size_t n_discarded;
    bool has_body;
    bool lingers;               /* refused ahead of its end */
    bool options;               /* OPTIONS: answered with Allow */
    bool streams;               /* a stream goes on without it */

    enum err_kind failed;       /* refusal or failure to be sent; its words in err */
    struct err err;

    struct action action;       /* call and outcome; call is used by reads too */
    struct pool_task task;
    struct poll poll;

    struct buf out;             /* rendered answer */
    struct view view;
    int status;                 /* of the answer; 0: none sent */
    size_t n_sent;
};

/* MHD callbacks; cls is the struct web. */
void *request_uri(void *cls, const char *uri, struct MHD_Connection *mhd);
void request_completed(void *cls, struct MHD_Connection *mhd, void **ctx, enum MHD_RequestTerminationCode why);
/* A connection comes or goes; ends the request of one that MHD gives up before anybody has seen its headers. */
void request_connection(void *cls, struct MHD_Connection *mhd, void **ctx, enum MHD_ConnectionNotificationCode code);

/* Takes the headers over; called once they are complete. */
const char *request_path(const struct request *r); /* for logs and problems: without secrets */
void request_headers(struct request *r, const char *method, const char *version);
/* Notes a failure; the first one stays. */
void request_fail(struct request *r, enum err_kind kind);

/* --- admission (admit.c): everything that can be decided from the headers; false: failed and err are set ---------- */
bool request_admit(struct request *r);
size_t request_body_limit(const struct request *r);

/* --- body (body.c) ------------------------------------------------------------------------------------------------ */
bool body_add(struct request *r, const char *data, size_t n); /* false: failed and err are set */
_must_check_ enum err_kind body_decode(struct request *r, struct err *e); /* the whole body to call.in or call.body */
void body_release(struct request *r);

/* --- working on it (work.c): each queues an answer or suspends ---------------------------------------------------- */
/* MHD_AccessHandlerCallback; cls is the struct web. */
enum MHD_Result request_handle(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                               const char *version, const char *data, size_t *n, void **ctx);
enum MHD_Result request_work(struct request *r); /* the request is there as a whole */
enum MHD_Result request_show(struct request *r); /* it was resumed in PHASE_SHOW */
enum MHD_Result request_poll(struct request *r); /* it was resumed in PHASE_POLL */
/* Suspended requests are counted, so that stopping can wait for them. False: the server is stopping. */
bool request_suspend(struct request *r);
void request_resume(struct request *r); /* r must not be touched afterwards */

#endif
