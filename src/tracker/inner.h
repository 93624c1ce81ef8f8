/* What the files of this room share: signatures, the schedule of attempts, the deliveries under way. */
#ifndef TRACKER_INNER_H
#define TRACKER_INNER_H

#include <pthread.h>
#include "pland/base/arena.h"
#include "pland/base/hash.h"
#include "pland/base/lock.h"
#include "pland/service/inbound.h"
#include "pland/tracker/tracker.h"
#include "tracker/kind.h"

#define INBOUND_MAX ((size_t)1 << 20) /* bytes of a body */
#define SIGNATURE_LEN 64              /* "v1," + base64 of 32 bytes, with NUL */

/* Standard Webhooks 1.0.0: "v1," + base64(HMAC-SHA256(key, id.timestamp.body)); the key is the base64 behind "whsec_".
 * ERR_INTERNAL: the secret is not of that form. */
_must_check_ enum err_kind signature_make(const char *secret, const char *id, int64_t timestamp, const void *body,
                                          size_t n, char ret[SIGNATURE_LEN], struct err *e);
/* Any of the signatures in a header's list. Constant time in what is secret. */
bool signature_listed(const char *header, const char *signature);
/* "sha256=" + hex(HMAC-SHA256(secret, body)). */
bool signature_plain(const char *header, const char *secret, const void *body, size_t n);

/* The hex alone. */
bool signature_hex(const char *hex, const char *secret, const void *body, size_t n);

/* Schemes (tracker/kind.h): true when what was received is signed with the secret, and fresh. */
#define FRESH_MS (INT64_C(5) * 60 * 1000) /* either way */
bool fresh_seconds(const struct received *r, const char *unix_seconds);
bool scheme_standard(struct received *r); /* Standard Webhooks */
/* header: "sha256=" and an HMAC of the body; delivery: the header with the id. */
bool scheme_hmac(struct received *r, const char *header, const char *delivery);
bool scheme_token(struct received *r, const char *header); /* the secret itself */

/* When to try again after this many attempts have failed: Unix ms, or 0: give up. random: 0 to 65535.
 * retry_after_ms: what the other side asks for, -1: nothing. */
int64_t schedule_next(int64_t attempts, int64_t now, int64_t retry_after_ms, uint16_t random);

struct delivery { /* one attempt under way */
    struct tracker *tracker;
    struct arena *arena;        /* holds it and its rows */
    const struct job *job;      /* the caller's, until done is called */
    struct delivery_row row;
    struct hook_row hook;
    tracker_done_fn *done;
    void *arg;
    /* how it ended */
    enum http_end end;
    int status;
    int64_t retry_after_ms, elapsed_ms;
    char message[200];
    struct delivery_attempt attempt; /* as it is written down */
    struct delivery *next;
};

struct tracker {
    struct service *service;
    struct http_loop *loop;
    unsigned lane;
    bool lane_closed; /* by the thread that stops */
    pthread_t recorder;         /* writes attempts down, so that the HTTP loop never waits for the store */
    struct lock lock;           /* guards ended_*, stopping */
    struct cond more;
    struct delivery *ended_first, **ended_last;
    bool stopping;
    /* ticket systems: see desk.c, session.c */
    unsigned api_lane;
    struct desk *desk;         /* NULL only while it is made */
    struct sessions *sessions;
};
/* Hands an attempt that ended to the recorder. Any thread. */
void tracker_ended(struct tracker *t, struct delivery *d);
/* Writes an attempt down and tells whoever waits; frees it. Recorder's thread. */
void delivery_record(struct delivery *d);

#endif
