/* The blocking client of planctl: a loop of its own, and a caller that waits for one request at a time. */
#include "pland/net/http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "pland/base/lock.h"

enum { HEADERS_MAX = 64 << 10 };

struct http_client {
    struct http_loop *loop;
    struct lock lock; /* guards done; the rest is handed over with it */
    struct cond finished;
    bool done;
    bool (*on_data)(void *arg, const char *p, size_t n);
    void *arg;
    struct buf headers; /* name NUL value NUL … */
    struct http_reply reply;
    enum err_kind kind;
    struct err err;
};

enum err_kind http_client_new(const struct http_config *c, struct http_client **ret, struct err *e)
{
    struct http_client *x = calloc(1, sizeof *x);
    enum err_kind k;
    if (!x) return err_nomem(e);
    lock_init(&x->lock);
    cond_init(&x->finished);
    buf_init(&x->headers, HEADERS_MAX);
    k = http_loop_start(c, &x->loop, e);
    if (k != ERR_OK) http_client_free(x);
    else *ret = x;
    return k;
}

void http_client_free(struct http_client *c)
{
    if (!c) return;
    http_loop_stop(c->loop);
    buf_release(&c->headers);
    cond_release(&c->finished);
    lock_release(&c->lock);
    free(c);
}

static void keep_header(void *arg, const char *name, const char *value)
{
    struct buf *b = arg;
    buf_add(b, name, strlen(name) + 1);
    buf_add(b, value, strlen(value) + 1);
}

static void on_head(void *arg, int status, const struct http_head *head)
{
    struct http_client *c = arg;
    c->reply.status = status;
    http_head_each(head, keep_header, &c->headers);
}

static bool on_data(void *arg, const char *p, size_t n)
{
    struct http_client *c = arg;
    if (c->on_data) return c->on_data(c->arg, p, n);
    buf_add(&c->reply.body, p, n);
    return c->reply.body.failed == ERR_OK;
}

static void on_done(void *arg, const struct http_result *r)
{
    struct http_client *c = arg;
    HOLD(&c->lock);
    c->reply.retry_after_ms = r->retry_after_ms;
    if (r->end == HTTP_END_ABORTED) c->kind = c->on_data ? ERR_OK : buf_check(&c->reply.body, &c->err);
    else c->kind = r->kind == ERR_OK ? ERR_OK : err_set(&c->err, r->kind, "%s", r->message);
    c->done = true;
    cond_signal(&c->finished);
}

static void wait_done(struct http_client *c)
{
    HOLD(&c->lock);
    while (!c->done) cond_wait(&c->finished, &c->lock);
}

enum err_kind http_fetch(struct http_client *c, const struct http_request *r,
                         bool (*data)(void *arg, const char *p, size_t n), void *arg, struct http_reply *ret,
                         struct err *e)
{
    static const struct http_events events = { .on_head = on_head, .on_data = on_data, .on_done = on_done };
    enum err_kind k;
    buf_clear(&c->headers);
    c->done = false;
    c->on_data = data;
    c->arg = arg;
    c->reply = (struct http_reply){ .body = { .max = SIZE_MAX / 2 }, .retry_after_ms = -1 };
    k = http_send(c->loop, r, &events, c, NULL, e);
    if (k != ERR_OK) return k;
    wait_done(c);
    if (c->kind != ERR_OK) {
        buf_release(&c->reply.body);
        *e = c->err;
        return c->kind;
    }
    *ret = c->reply;
    return ERR_OK;
}

const char *http_client_header(const struct http_client *c, const char *name)
{
    size_t at = 0;
    while (at < c->headers.n) {
        const char *key = c->headers.p + at, *value = key + strlen(key) + 1;
        if (strcasecmp(key, name) == 0) return value;
        at = (size_t)(value - c->headers.p) + strlen(value) + 1;
    }
    return NULL;
}
