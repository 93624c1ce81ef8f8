/* The open connections and how long each may still take for what it is doing.
 *
 * libmicrohttpd only knows silence: a client that sends a byte now and then holds a connection for ever. Each one here
 * has a phase and a deadline that its epoll thread sets (without a lock) and the timer thread looks at once a second:
 * one that is overdue is told so, when it is in the middle of a request, and cut off. */
#ifndef WEB_CONNS_H
#define WEB_CONNS_H

#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "pland/base/lock.h"

enum conn_phase {
    CONN_FIRST,   /* accepted, no request line yet */
    CONN_READING, /* a request is arriving */
    CONN_BUSY,    /* being worked on or waiting: no deadline */
    CONN_WRITING, /* an answer goes out */
    CONN_IDLE,    /* between requests */
    CONN_LINGER,  /* refused, the rest of the request is thrown away */
    CONN_CUT      /* overdue: shut down, its epoll thread will find out */
};

struct conn {
    int fd;
    bool tls;
    char peer[48];         /* numeric address */
    _Atomic int phase;     /* enum conn_phase; whoever moves it from one to the next owns the socket's sending side */
    _Atomic int64_t until; /* clock_mono() */
    void *request;         /* its struct request while there is one; of the connection's own thread */
    struct conn *next, *prev;
};

struct conns {
    int64_t request_ms, idle_ms;
    bool tls;
    struct lock lock; /* guards the ring and that fds in it are open */
    struct conn head;
    _Atomic int64_t open, accepted, cut;
};

void conns_init(struct conns *c, int64_t request_ms, int64_t idle_ms, bool tls);
void conns_release(struct conns *c);
/* MHD_NotifyConnectionCallback; cls is the conns. The connection's socket context becomes its struct conn, or stays
 * NULL when out of memory. */
void conns_notify(void *cls, struct MHD_Connection *mhd, void **ctx, enum MHD_ConnectionNotificationCode code);
struct conn *conn_of(struct MHD_Connection *mhd);

/* From the connection's own thread. conn_move() fails when the connection was cut meanwhile. */
bool conn_move(struct conn *c, enum conn_phase to, int64_t until_ms_from_now);
/* Cuts off whatever is overdue; on the timer thread. */
void conns_reap(struct conns *c);

#endif
