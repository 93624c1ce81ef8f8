/* The ring of open connections and its reaper. */
#include "web/conns.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "pland/base/clock.h"

static const char late[] =
    "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
    "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nContent-Length: 151\r\n\r\n"
    "{\"type\":\"https://pland.dev/problems/timeout\",\"title\":\"The request took too long to arrive\",\"status\":408,"
    "\"detail\":\"raise request-timeout to allow more\"}";

void conns_init(struct conns *c, int64_t request_ms, int64_t idle_ms, bool tls)
{
    c->request_ms = request_ms;
    c->idle_ms = idle_ms;
    c->tls = tls;
    c->head.next = c->head.prev = &c->head;
    lock_init(&c->lock);
}

void conns_release(struct conns *c)
{
    lock_release(&c->lock);
}

static void print_peer(const struct sockaddr *sa, char *ret, size_t cap)
{
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)sa;
    const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)sa;
    ret[0] = '\0';
    if (sa->sa_family == AF_INET) (void)inet_ntop(AF_INET, &four->sin_addr, ret, (socklen_t)cap);
    else if (sa->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
        (void)inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], ret, (socklen_t)cap);
    else if (sa->sa_family == AF_INET6) (void)inet_ntop(AF_INET6, &six->sin6_addr, ret, (socklen_t)cap);
}

static void opened(struct conns *cs, struct MHD_Connection *mhd, void **ctx)
{
    const union MHD_ConnectionInfo *fd = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    const union MHD_ConnectionInfo *addr = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    struct conn *c = calloc(1, sizeof *c);
    if (!c || !fd) {
        free(c);
        return;
    }
    c->fd = fd->connect_fd;
    c->tls = cs->tls;
    if (addr && addr->client_addr) print_peer(addr->client_addr, c->peer, sizeof c->peer);
    atomic_init(&c->phase, CONN_FIRST);
    atomic_init(&c->until, clock_mono() + cs->request_ms);
    *ctx = c;
    atomic_fetch_add(&cs->open, 1);
    atomic_fetch_add(&cs->accepted, 1);
    HOLD(&cs->lock);
    c->prev = cs->head.prev;
    c->next = &cs->head;
    cs->head.prev->next = c;
    cs->head.prev = c;
}

/* The daemon closes the socket only after this: while a connection is in the ring its fd is its own. */
static void closed(struct conns *cs, void **ctx)
{
    struct conn *c = *ctx;
    if (!c) return;
    lock_enter(&cs->lock);
    c->prev->next = c->next;
    c->next->prev = c->prev;
    lock_leave(&cs->lock);
    atomic_fetch_sub(&cs->open, 1);
    free(c);
    *ctx = NULL;
}

void conns_notify(void *cls, struct MHD_Connection *mhd, void **ctx, enum MHD_ConnectionNotificationCode code)
{
    if (code == MHD_CONNECTION_NOTIFY_STARTED) opened(cls, mhd, ctx);
    else closed(cls, ctx);
}

struct conn *conn_of(struct MHD_Connection *mhd)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

bool conn_move(struct conn *c, enum conn_phase to, int64_t until_ms_from_now)
{
    int from = atomic_load(&c->phase);
    int64_t until = until_ms_from_now < 0 ? INT64_MAX : clock_mono() + until_ms_from_now;
    if (from == CONN_CUT) return false;
    atomic_store(&c->until, until);
    return atomic_compare_exchange_strong(&c->phase, &from, (int)to);
}

static void cut(struct conns *cs, struct conn *c, int phase)
{
    if (!atomic_compare_exchange_strong(&c->phase, &phase, CONN_CUT)) return;
    if (phase == CONN_READING && !c->tls) (void)send(c->fd, late, sizeof late - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)shutdown(c->fd, SHUT_RDWR);
    atomic_fetch_add(&cs->cut, 1);
}

void conns_reap(struct conns *cs)
{
    int64_t now = clock_mono();
    HOLD(&cs->lock);
    for (struct conn *c = cs->head.next; c != &cs->head; c = c->next) {
        int phase = atomic_load(&c->phase);
        if (phase != CONN_BUSY && phase != CONN_CUT && atomic_load(&c->until) < now) cut(cs, c, phase);
    }
}
