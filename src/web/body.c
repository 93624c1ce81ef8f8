/* The request body: collected within limits, decoded by the route's record. */
#include "web/request.h"

#include <string.h>

#include "web/server.h"

/* Bodies of all requests together: room for two uploads, or for many ordinary bodies. */
static int64_t budget(const struct web *w)
{
    int64_t two = w->config->max_upload > INT64_MAX / 2 ? INT64_MAX : 2 * w->config->max_upload;
    return two > ((int64_t)256 << 20) ? two : (int64_t)256 << 20;
}

bool body_add(struct request *r, const char *data, size_t n)
{
    size_t limit = request_body_limit(r);
    if (!r->body.max) buf_init(&r->body, limit + 1);
    if (r->body.n + n > limit) {
        request_fail(r, err_set(&r->err, ERR_TOO_LARGE, "the body may have %zu bytes at most", limit));
        return false;
    }
    if (atomic_fetch_add(&r->web->body_bytes, (int64_t)n) + (int64_t)n > budget(r->web)) {
        atomic_fetch_sub(&r->web->body_bytes, (int64_t)n);
        request_fail(r, err_set(&r->err, ERR_BUSY, "too many large bodies at once"));
        return false;
    }
    buf_add(&r->body, data, n);
    if (r->body.failed == ERR_OK) return true;
    atomic_fetch_sub(&r->web->body_bytes, (int64_t)n);
    request_fail(r, err_nomem(&r->err));
    return false;
}

void body_release(struct request *r)
{
    atomic_fetch_sub(&r->web->body_bytes, (int64_t)r->body.n);
    buf_release(&r->body);
}

static bool blank(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!strchr(" \t\r\n", s[i]) || s[i] == '\0') return false;
    return true;
}

static enum err_kind decode_json(struct request *r, struct err *e)
{
    const struct route *route = r->match.route;
    const char *text = buf_cstr(&r->body);
    void *dst = arena_alloc(r->arena, route->record->size);
    if (!dst) return err_nomem(e);
    if (route->init) route->init(dst);
    r->action.call.in = dst;
    if (!blank(text, r->body.n)) return record_parse(route->record, text, r->body.n, dst, r->arena, e);
    return route->body == BODY_JSON ? err_set(e, ERR_SYNTAX, "a JSON body is required") : ERR_OK;
}

/* What an Idempotency-Key stands for: method, address and body. */
static enum err_kind hash_request(struct request *r, struct err *e)
{
    auto_buf b = BUF_INIT(TARGET_MAX + 256);
    struct sha256 body = hash_quick(buf_cstr(&r->body), r->body.n);
    enum err_kind k;
    buf_fmt(&b, "%s\n%s\n%s\n", r->method, r->target.path, r->target.query);
    buf_add(&b, body.b, sizeof body.b);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    r->action.call.request = hash_quick(b.p, b.n);
    return ERR_OK;
}

enum err_kind body_decode(struct request *r, struct err *e)
{
    const struct route *route = r->match.route;
    struct call *c = &r->action.call;
    enum err_kind k;
    c->body = buf_cstr(&r->body);
    c->n_body = r->body.n;
    if (c->key && (k = hash_request(r, e)) != ERR_OK) return k;
    if (route->record) return decode_json(r, e);
    if (route->body == BODY_NONE && !blank(c->body, c->n_body))
        return err_set(e, ERR_SYNTAX, "no body is expected here");
    return ERR_OK;
}
