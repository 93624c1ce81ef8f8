/* A scripted HTTP server on 127.0.0.1 for tests of net/ and llm/: one thread per connection, the test's function
 * answers each request. It never sleeps: a script that must stay silent waits for its client to go away. */
#ifndef TESTS_NET_PEER_H
#define TESTS_NET_PEER_H

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>
#include <check.h>
#include "pland/base/macros.h"

struct peer_request {
    int fd;
    char path[256];
    char *head, *body;
    size_t n_body;
};
/* false: close the connection. */
typedef bool peer_script(const struct peer_request *r, void *arg);

struct peer {
    int fd;
    unsigned port;
    pthread_t thread;
    peer_script *script;
    void *arg;
    _Atomic int accepted, requests;
    pthread_mutex_t lock; /* guards fds, n */
    int fds[512];
    pthread_t threads[512];
    size_t n;
};
struct peer_conn {
    struct peer *p;
    int fd;
};

static bool peer_send(int fd, const void *p, size_t n)
{
    while (n) {
        ssize_t done = send(fd, p, n, MSG_NOSIGNAL);
        if (done <= 0) return false;
        p = (const char *)p + done;
        n -= (size_t)done;
    }
    return true;
}

static _unused_ bool peer_say(int fd, const char *text)
{
    return peer_send(fd, text, strlen(text));
}

static _unused_ _printf_(2, 3) bool peer_fmt(int fd, const char *fmt, ...)
{
    char line[4096];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    return peer_say(fd, line);
}

static _unused_ bool peer_chunk(int fd, const char *text, size_t n)
{
    return peer_fmt(fd, "%zx\r\n", n) && peer_send(fd, text, n) && peer_say(fd, "\r\n");
}

/* Stays silent until the client closes its side. */
static _unused_ bool peer_silent(int fd)
{
    char c;
    while (recv(fd, &c, 1, 0) > 0) continue;
    return false;
}

static _unused_ bool peer_reset(int fd)
{
    const struct linger hard = { .l_onoff = 1 };
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    return false;
}

static bool peer_read(struct peer_request *r, char *buf, size_t cap)
{
    size_t n = 0, want = 0;
    char *end = NULL, *length;
    while (!end || (size_t)(buf + n - end) < want) {
        ssize_t got = n + 1 < cap ? recv(r->fd, buf + n, cap - 1 - n, 0) : 0;
        if (got <= 0) return false;
        n += (size_t)got;
        buf[n] = '\0';
        if (end || !(end = strstr(buf, "\r\n\r\n"))) continue;
        *end = '\0';
        end += 4;
        length = strcasestr(buf, "\r\ncontent-length:");
        if (length) want = strtoul(length + 17, NULL, 10);
    }
    r->head = buf;
    r->body = end;
    r->n_body = want;
    return sscanf(buf, "%*s %255s", r->path) == 1;
}

static void *peer_conn_run(void *arg)
{
    struct peer_conn c = *(struct peer_conn *)arg;
    size_t cap = (size_t)4 << 20;
    char *buf = malloc(cap);
    bool go_on = buf != NULL;
    free(arg);
    while (go_on) {
        struct peer_request r = { .fd = c.fd };
        if (!peer_read(&r, buf, cap)) break;
        atomic_fetch_add(&c.p->requests, 1);
        go_on = c.p->script(&r, c.p->arg);
    }
    free(buf);
    pthread_mutex_lock(&c.p->lock);
    for (size_t i = 0; i < c.p->n; i++) {
        if (c.p->fds[i] == c.fd) c.p->fds[i] = -1;
    }
    close(c.fd);
    pthread_mutex_unlock(&c.p->lock);
    return NULL;
}

static void *peer_run(void *arg)
{
    struct peer *p = arg;
    int fd;
    while ((fd = accept(p->fd, NULL, NULL)) >= 0) {
        struct peer_conn *c = malloc(sizeof *c);
        ck_assert_ptr_nonnull(c);
        *c = (struct peer_conn){ p, fd };
        atomic_fetch_add(&p->accepted, 1);
        pthread_mutex_lock(&p->lock);
        ck_assert_uint_lt(p->n, 512);
        p->fds[p->n] = fd;
        ck_assert_int_eq(pthread_create(&p->threads[p->n], NULL, peer_conn_run, c), 0);
        p->n++;
        pthread_mutex_unlock(&p->lock);
    }
    return NULL;
}

static _unused_ void peer_start(struct peer *p, peer_script *script, void *arg)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t len = sizeof a;
    memset(p, 0, sizeof *p);
    p->script = script;
    p->arg = arg;
    pthread_mutex_init(&p->lock, NULL);
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(p->fd, 0);
    ck_assert_int_eq(bind(p->fd, (struct sockaddr *)&a, sizeof a), 0);
    ck_assert_int_eq(listen(p->fd, 512), 0);
    ck_assert_int_eq(getsockname(p->fd, (struct sockaddr *)&a, &len), 0);
    p->port = ntohs(a.sin_port);
    ck_assert_int_eq(pthread_create(&p->thread, NULL, peer_run, p), 0);
}

static _unused_ void peer_stop(struct peer *p)
{
    shutdown(p->fd, SHUT_RDWR);
    pthread_join(p->thread, NULL);
    close(p->fd);
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < p->n; i++) {
        if (p->fds[i] >= 0) shutdown(p->fds[i], SHUT_RDWR);
    }
    pthread_mutex_unlock(&p->lock);
    for (size_t i = 0; i < p->n; i++) pthread_join(p->threads[i], NULL);
    pthread_mutex_destroy(&p->lock);
}

/* A peer in a process of its own, for tests whose allocations fail. Returns the port; closing *ret_fd ends it. */
static _unused_ unsigned peer_fork(peer_script *run, int *ret_fd)
{
    int up[2], down[2];
    unsigned port = 0;
    ck_assert_int_eq(pipe(up) + pipe(down), 0);
    if (fork() == 0) {
        struct peer p;
        char c;
        close(down[1]);
        peer_start(&p, run, NULL);
        if (write(up[1], &p.port, sizeof p.port) < 0) _exit(1);
        while (read(down[0], &c, 1) > 0) continue;
        _exit(0);
    }
    close(down[0]);
    close(up[1]);
    ck_assert_int_eq(read(up[0], &port, sizeof port), sizeof port);
    close(up[0]);
    *ret_fd = down[1];
    return port;
}

#endif
