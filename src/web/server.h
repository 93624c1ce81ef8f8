/* What the parts of the server share. */
#ifndef WEB_SERVER_H
#define WEB_SERVER_H

#include <microhttpd.h>
#include <stdatomic.h>

#include "pland/base/lock.h"
#include "pland/web/web.h"
#include "web/conns.h"
#include "web/hub.h"
#include "web/metrics.h"
#include "web/pool.h"
#include "web/proxies.h"
#include "web/rate.h"
#include "web/request.h"
#include "web/timers.h"

struct web {
    struct web_config hooks;
    const struct config *config;
    struct service *service;
    struct MHD_Daemon *daemon;
    int port;
    bool tls;
    char address[80];
    pthread_t starter;       /* the thread that starts the daemon */
    char trouble[256];       /* what libmicrohttpd said last while starting */
    bool conns_ready;
    char *openapi;           /* JSON */
    size_t n_openapi;
    char *cert, *key;        /* PEM; the daemon reads them while it runs */

    struct conns conns;
    struct timers *timers;
    struct pool *pool;
    struct rate *rate;
    uint64_t rate_subscription; /* to what callers take from other daemons */
    struct metrics *metrics;
    struct proxies *proxies;
    struct hub *hub;

    struct {
        struct lock lock;    /* guards the ring, the counts and every struct poll's state */
        struct request *first;
        size_t n, max;
        uint64_t token_round;  /* how often tokens have changed */
        uint64_t subscription; /* to that */
    } polls;

    struct lock hold_lock;   /* guards held, and that stopping is set before it is 0 for good */
    struct cond hold_none;
    size_t held;             /* suspended requests */
    _Atomic int64_t requests;/* begun, not completed */
    _Atomic bool stopping, draining;

    _Atomic int64_t body_bytes; /* in memory, all requests */
    _Atomic uint64_t seed;      /* of request ids and spans */
};

/* 64 bits that differ from call to call and from process to process; not a secret. */
uint64_t web_unique(struct web *w);

#endif
