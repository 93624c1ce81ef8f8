/* What the tests of the loop share: a peer with one misbehaviour per path, a loop, a record of the callbacks. */
#ifndef TESTS_NET_FIXTURE_H
#define TESTS_NET_FIXTURE_H

#include "pland/base/lock.h"
#include "pland/net/http.h"
#include "unit/net_peer.h"

/* What a request's callbacks saw. */
struct got {
    struct lock lock; /* guards all */
    struct cond changed;
    int heads, dones, status;
    size_t pieces, n;
    bool stop_at_data;
    char body[4096], type[64], message[400], request_id[96];
    enum http_end end;
    enum err_kind kind;
    int64_t retry_after_ms;
    uint64_t id;
};

static _unused_ void got_init(struct got *g)
{
    memset(g, 0, sizeof *g);
    lock_init(&g->lock);
    cond_init(&g->changed);
}

static _unused_ void got_release(struct got *g)
{
    cond_release(&g->changed);
    lock_release(&g->lock);
}

static void on_head(void *arg, int status, const struct http_head *head)
{
    struct got *g = arg;
    const char *type = http_head_get(head, "Content-TYPE");
    HOLD(&g->lock);
    ck_assert_int_eq(g->dones, 0);
    ck_assert_ptr_null(http_head_get(head, "no-such-header"));
    g->heads++;
    g->status = status;
    if (type) (void)snprintf(g->type, sizeof g->type, "%s", type);
    cond_broadcast(&g->changed);
}

static bool on_data(void *arg, const char *p, size_t n)
{
    struct got *g = arg;
    HOLD(&g->lock);
    ck_assert_int_eq(g->heads, 1);
    ck_assert_int_eq(g->dones, 0);
    if (g->n + n < sizeof g->body) memcpy(g->body + g->n, p, n);
    g->n += n;
    g->pieces++;
    cond_broadcast(&g->changed);
    return !g->stop_at_data;
}

static void on_done(void *arg, const struct http_result *r)
{
    struct got *g = arg;
    HOLD(&g->lock);
    g->dones++;
    g->end = r->end;
    g->kind = r->kind;
    g->retry_after_ms = r->retry_after_ms;
    ck_assert_int_eq(r->status, g->status);
    ck_assert_int_eq(r->end == HTTP_END_ANSWERED, r->kind == ERR_OK);
    (void)snprintf(g->message, sizeof g->message, "%s", r->message);
    (void)snprintf(g->request_id, sizeof g->request_id, "%s", r->request_id);
    cond_broadcast(&g->changed);
}

static const _unused_ struct http_events events = { .on_head = on_head, .on_data = on_data, .on_done = on_done };

static _unused_ void wait_done(struct got *g)
{
    HOLD(&g->lock);
    while (!g->dones) cond_wait(&g->changed, &g->lock);
    ck_assert_int_eq(g->dones, 1);
}

static _unused_ void wait_pieces(struct got *g, size_t n)
{
    HOLD(&g->lock);
    while (g->pieces < n) cond_wait(&g->changed, &g->lock);
}



static bool answer_echo(const struct peer_request *r)
{
    return peer_fmt(r->fd, "HTTP/1.1 200 OK\r\nX-Request-Id: req-1\r\nContent-Length: %zu\r\n\r\n", r->n_body) &&
           peer_send(r->fd, r->body, r->n_body);
}

static bool answer_chunked(const struct peer_request *r)
{
    bool ok =
        peer_say(r->fd, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; ok && i < 10; i++) ok = peer_chunk(r->fd, "piece,", 6);
    return ok && peer_say(r->fd, "0\r\nX-Trailer: t\r\n\r\n");
}

#define PART "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nsome"

static bool answer_part(const struct peer_request *r)
{
    return peer_say(r->fd, PART) && peer_silent(r->fd);
}

static bool answer_silent(const struct peer_request *r)
{
    return peer_silent(r->fd);
}

static bool answer_reset(const struct peer_request *r)
{
    return peer_say(r->fd, PART) && peer_reset(r->fd);
}

static bool answer_head(const struct peer_request *r)
{
    return peer_fmt(r->fd, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(r->head), r->head);
}

static bool answer_head_flood(const struct peer_request *r)
{
    bool ok = peer_say(r->fd, "HTTP/1.1 200 OK\r\n");
    while (ok) ok = peer_fmt(r->fd, "X-Flood: %02000d\r\n", 7);
    return false;
}

static bool answer_flood(const struct peer_request *r)
{
    bool ok = peer_say(r->fd, "HTTP/1.1 200 OK\r\n\r\n");
    while (ok) ok = peer_fmt(r->fd, "%02000d", 7);
    return false;
}

/* Either a function, or a text to say before the connection is closed or kept. */
static const struct {
    const char *path;
    bool (*answer)(const struct peer_request *r);
    const char *say;
    bool keep;
} paths[] = {
    { "/echo", answer_echo, NULL, false },
    { "/chunked", answer_chunked, NULL, false },
    { "/head", answer_head, NULL, false },
    { "/silent", answer_silent, NULL, false },
    { "/part", answer_part, NULL, false },
    { "/reset", answer_reset, NULL, false },
    { "/flood", answer_flood, NULL, false },
    { "/head-flood", answer_head_flood, NULL, false },
    { "/short", NULL, PART, false },
    { "/nothing", NULL, "", false },
    { "/garbage", NULL, "SSH-2.0-x\r\n\r\n", false },
    { "/busy", NULL, "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nslow", true },
    { "/busy-ms", NULL, "HTTP/1.1 503 X\r\nretry-after-ms: 250\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", true },
    { "/moved", NULL, "HTTP/1.1 302 Found\r\nLocation: /echo\r\nContent-Length: 0\r\n\r\n", true },
};

static bool script(const struct peer_request *r, void *arg)
{
    (void)arg;
    for (size_t i = 0; i < countof(paths); i++) {
        if (strcmp(r->path, paths[i].path) != 0) continue;
        return paths[i].answer ? paths[i].answer(r) : peer_say(r->fd, paths[i].say) && paths[i].keep;
    }
    return false;
}

struct fixture {
    struct peer peer;
    struct http_loop *loop;
    char url[320];
};

static _unused_ void setup(struct fixture *f, const struct http_config *c)
{
    struct err e = { 0 };
    peer_start(&f->peer, script, NULL);
    ck_assert_msg(http_loop_start(c, &f->loop, &e) == ERR_OK, "%s", e.msg);
}

static _unused_ void teardown(struct fixture *f)
{
    http_loop_stop(f->loop);
    peer_stop(&f->peer);
}

static _unused_ enum err_kind send_to(struct fixture *f, const char *path, struct http_request r, struct got *g)
{
    struct err e = { 0 };
    enum err_kind k;
    (void)snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u%s", f->peer.port, path);
    r.url = f->url;
    k = http_send(f->loop, &r, &events, g, &g->id, &e);
    if (k != ERR_OK) (void)snprintf(g->message, sizeof g->message, "%s", e.msg);
    return k;
}

#endif
