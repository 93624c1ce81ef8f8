/* Calls to a ticket system's API: blocking, on a thread of the tracker's, through the daemon's HTTP loop. */
#ifndef TRACKER_API_H
#define TRACKER_API_H

#include <jansson.h>
#include "pland/base/arena.h"
#include "pland/base/buf.h"
#include "pland/net/http.h"
#include "pland/service/sources.h"

struct tracker;
struct tracker_kind;
struct api;
struct api_headers {
    struct http_header v[8];
    size_t n;
};
/* Adds what says who we are. */
typedef enum err_kind api_auth_fn(struct api *a, struct api_headers *h, struct err *e);

struct api {
    struct tracker *tracker;
    const struct tracker_kind *kind;
    const struct source_row *source;
    const struct source_settings *settings;
    const char *base;  /* without a slash at its end */
    const char *token; /* or the app's private key */
    struct arena *arena;
    json_t *kept;           /* answers */
    const char *bearer;     /* instead of what auth says: the whole header, while a token is asked for; else NULL */
    int64_t retry_after_ms; /* what the last refusal asked for; -1: nothing */
    const char *next;       /* of the last answer: the next page's URL, or NULL */
};

/* api_close() it, also after a failure. ERR_NOT_FOUND: the source has no API (any more). */
_must_check_ enum err_kind api_open(struct tracker *t, const struct source_row *source, const struct source_settings *s,
                                    struct arena *a, struct api *ret, struct err *e);

void api_close(struct api *a);

/* One call. url: a path below base, or a whole URL (a next page, which must be of the same origin). body: JSON or NULL.
 * *ret lives until api_close(); NULL when the answer is empty.
 * ERR_NOT_FOUND: 404, 410; ERR_FORBIDDEN: 401, 403; ERR_RATE: it wants us to wait; ERR_UPSTREAM: it is down or cannot
 * be reached; ERR_INVALID: any other refusal. */
_must_check_ enum err_kind api_call(struct api *a, const char *method, const char *url, const char *body,
                                    const json_t **ret, struct err *e);
_must_check_ enum err_kind api_get(struct api *a, const json_t **ret, struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The bytes of a file, up to ret's maximum; url as above, or on any host that the guard lets through: the token goes to
 * base's own origin only. Redirects are not followed. */
_must_check_ enum err_kind api_file(struct api *a, const char *url, struct buf *ret, struct err *e);

/* Percent-encodes everything that is not unreserved. */
const char *api_escape(struct arena *a, const char *s);

/* {"key":"text"} */
const char *api_body(struct api *a, const char *key, const char *text);

#endif
