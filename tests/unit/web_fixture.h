/* A whole server on a store of its own, and a client that speaks over a plain socket, byte by byte where that matters.
 */
#ifndef TESTS_WEB_FIXTURE_H
#define TESTS_WEB_FIXTURE_H

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pland/base/hash.h"
#include "pland/base/log.h"
#include "pland/repo/repo.h"
#include "pland/web/web.h"

struct site {
    char dir[64];
    struct config config;
    struct web_config hooks;
    struct repo_roots *roots;
    struct service service;
    struct arena *arena;
    struct web *web;
    char token[64];
    struct err e;
};

#define SITE_OK(call)                                                                                                  \
    do {                                                                                                               \
        s->e = (struct err){0};                                                                                        \
        ck_assert_msg((call) == ERR_OK, "%s: %s", #call, s->e.msg);                                                    \
    } while (0)

/* Small limits, so that reaching them is quick; change them before site_start(). */
static inline void site_prepare(struct site *s)
{
    *s = (struct site){.dir = "/tmp/pland-web-XXXXXX"};
    log_setup(LOG_BUG, LOG_TEXT);
    ck_assert_ptr_nonnull(mkdtemp(s->dir));
    SITE_OK(hash_init(&s->e));
    SITE_OK(repo_global_init(&s->e));
    SITE_OK(repo_roots_new(s->dir, &s->roots, &s->e));
    s->arena = arena_new(0);
    ck_assert_ptr_nonnull(s->arena);
    s->config = (struct config){.data_dir = s->dir,
                                .listen = "127.0.0.1:0",
                                .http_threads = 2,
                                .max_connections = 200,
                                .max_body = 300000,
                                .max_upload = 2000000,
                                .request_timeout = 20,
                                .idle_timeout = 20,
                                .wait_max = 50,
                                .max_streams = 50,
                                .max_streams_per_token = 40,
                                .stream_heartbeat = 1,
                                .write_queue = 100,
                                .tls_cert = "",
                                .tls_key = "",
                                .trusted_proxies = ""};
    s->hooks = (struct web_config){.config = &s->config};
}

static inline void site_start(struct site *s)
{
    const struct store_config sc = {.data_dir = s->dir, .readers = 4, .queue_max = (int)s->config.write_queue};
    s->service = (struct service){
        .roots = s->roots, .data_dir = s->dir, .default_provider = "offline", .public_url = "", .keep_days = 30};
    SITE_OK(store_open(&sc, &s->service.store, &s->e));
    SITE_OK(service_open(&s->service, s->arena, &s->e));
    SITE_OK(service_bootstrap(&s->service, s->token, &s->e));
    SITE_OK(web_start(&s->hooks, &s->service, &s->web, &s->e));
}

static inline void site_open(struct site *s)
{
    site_prepare(s);
    site_start(s);
}

static inline int site_remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

static inline void site_close(struct site *s)
{
    web_stop(s->web);
    service_close(&s->service);
    store_close(s->service.store);
    repo_roots_free(s->roots);
    arena_free(s->arena);
    repo_global_shutdown();
    (void)nftw(s->dir, site_remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* --- the client ------------------------------------------------------------------------------------------------------
 */
struct heard {
    int status;
    char head[8192];
    char *body; /* NUL-terminated */
    size_t n;
    bool ended; /* the server has closed its side */
};

static inline int dial(const struct site *s)
{
    struct sockaddr_in sa = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)web_port(s->web)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval limit = {.tv_sec = 20};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&sa, sizeof sa), 0);
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit), 0);
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit), 0);
    return fd;
}

/* False when the server no longer takes bytes. */
static inline bool say_bytes(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        p += sent;
        n -= (size_t)sent;
    }
    return true;
}

static inline __attribute__((format(printf, 2, 3))) bool say(int fd, const char *fmt, ...)
{
    char text[16384];
    va_list ap;
    int n;
    va_start(ap, fmt);
    n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    ck_assert_int_lt(n, (int)sizeof text);
    return say_bytes(fd, text, (size_t)n);
}

/* The value of a response header, "" when it is not there. The result stays until the next call but three. */
static inline const char *header(const struct heard *a, const char *name)
{
    static char values[4][1024];
    static unsigned turn;
    char *ret = values[turn++ % 4];
    size_t n = strlen(name);
    ret[0] = '\0';
    for (const char *line = strstr(a->head, "\r\n"); line && line[2]; line = strstr(line + 2, "\r\n")) {
        if (strncasecmp(line + 2, name, n) != 0 || line[2 + n] != ':') continue;
        const char *v = line + 3 + n + strspn(line + 3 + n, " ");
        (void)snprintf(ret, sizeof values[0], "%.*s", (int)strcspn(v, "\r"), v);
        return ret;
    }
    return ret;
}

static inline void forget(struct heard *a)
{
    free(a->body);
    a->body = NULL;
}

static inline bool hear_head(int fd, struct heard *a)
{
    size_t n = 0;
    while (n < sizeof a->head - 1) {
        ssize_t got = recv(fd, a->head + n, 1, 0);
        if (got <= 0) {
            a->ended = true;
            return false;
        }
        a->head[++n] = '\0';
        if (n >= 4 && strcmp(a->head + n - 4, "\r\n\r\n") == 0) break;
    }
    return sscanf(a->head, "HTTP/1.1 %d", &a->status) == 1;
}

/* One whole answer; status 0: none came. to_head: the request was HEAD. */
static inline void hear_for(int fd, struct heard *a, bool to_head)
{
    size_t length;
    forget(a);
    *a = (struct heard){0};
    if (!hear_head(fd, a)) return;
    if (a->status == 100) {
        hear_for(fd, a, to_head);
        return;
    }
    length = (size_t)strtoul(header(a, "Content-Length"), NULL, 10);
    if (to_head || a->status == 204 || a->status == 304) length = 0;
    a->body = calloc(1, length + 1);
    while (a->n < length) {
        ssize_t got = recv(fd, a->body + a->n, length - a->n, 0);
        if (got <= 0) break;
        a->n += (size_t)got;
    }
    ck_assert_uint_eq(a->n, length);
}

static inline void hear(int fd, struct heard *a)
{
    hear_for(fd, a, false);
}

/* Whether the server closes the connection now (after what it has sent). */
static inline bool closes(int fd)
{
    char c[512];
    ssize_t n;
    while ((n = recv(fd, c, sizeof c, 0)) > 0) {
    }
    return n == 0 || errno == ECONNRESET;
}

/* One request on an open connection. headers: whole lines, each with its CRLF. */
static inline void ask_on(const struct site *s, int fd, const char *method, const char *path, const char *headers,
                          const char *body, struct heard *a)
{
    size_t n = body ? strlen(body) : 0;
    char length[80] = "";
    if (body) (void)snprintf(length, sizeof length, "Content-Type: application/json\r\nContent-Length: %zu\r\n", n);
    ck_assert(say(fd, "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n%s%s\r\n", method, path, s->token,
                  length, headers ? headers : ""));
    if (n) ck_assert(say_bytes(fd, body, n));
    hear_for(fd, a, strcmp(method, "HEAD") == 0);
}

static inline void ask(const struct site *s, const char *method, const char *path, const char *headers,
                       const char *body, struct heard *a)
{
    int fd = dial(s);
    ask_on(s, fd, method, path, headers, body, a);
    (void)close(fd);
}

/* A string member of the body, "" when it is none; top level only. The result stays until the next call but three. */
static inline const char *member(const struct heard *a, const char *key)
{
    static char values[4][2048];
    static unsigned turn;
    char *ret = values[turn++ % 4];
    json_t *root = json_loadb(a->body ? a->body : "", a->n, 0, NULL);
    const char *v = json_string_value(json_object_get(root, key));
    (void)snprintf(ret, sizeof values[0], "%s", v ? v : "");
    json_decref(root);
    return ret;
}

#endif
