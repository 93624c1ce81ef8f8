/* The HTTP face of one instance: listens, authenticates, decodes, calls use cases and views, answers.
 *
 * web_start() returns with the socket listening and its threads running. Stopping is web_drain() (told to leave: not
 * ready any more, writes refused, long polls answered at once), then web_stop() (waits for writes under way, closes).
 * All functions may be called from any one thread that is not one of the server's own. */
#ifndef PLAND_WEB_WEB_H
#define PLAND_WEB_WEB_H

#include "pland/config/config.h"
#include "pland/service/service.h"

struct web;

/* One line of /readyz?verbose; a failing one makes the instance not ready. Runs on an epoll thread: quick, no I/O. */
struct web_probe {
    const char *name;
    enum err_kind (*check)(void *arg, struct err *e);
    void *arg;
};

struct web_config {
    const struct config *config; /* borrowed until web_stop() */
    /* Checks a webhook before it is taken; NULL: webhooks are answered 404. The call has id = the source's id, the raw
     * body, and every header as a parameter "header:name-in-lower-case". Leaves in call.prepared what
     * service_inbound_take() wants, and may set call.caller. Runs on a pool thread. */
    prepare_fn *webhook_verify;
    const struct web_probe *probes;
    size_t n_probes;
    /* Adds metrics of other rooms to /metrics, in Prometheus' text format; NULL: none. On a pool thread. */
    void (*metrics)(void *arg, struct buf *b);
    void *metrics_arg;
};

/* ERR_CONFLICT: the address is in use; ERR_INVALID: a setting is wrong; both in words that name the setting. */
_must_check_ enum err_kind web_start(const struct web_config *c, struct service *s, struct web **ret, struct err *e);
int web_port(const struct web *w);            /* the port that is really listened on */
const char *web_address(const struct web *w); /* "127.0.0.1:7526", "[::1]:80" */
void web_drain(struct web *w);
void web_stop(struct web *w); /* accepts NULL; drains first when that has not been done */

/* The route table, for the listing and for comparing with the API document. */
struct web_route {
    const char *method;  /* "GET" */
    const char *pattern; /* "/plans/{id}" */
    int role;            /* enum role; ROLE_NONE: no token needed */
    const char *params;  /* query parameters, separated by spaces; "": none */
};
/* Fills at most cap rows; returns how many there are. */
size_t web_routes(struct web_route *ret, size_t cap);
void web_routes_text(struct buf *b); /* one line each: method, pattern, role */

#endif
