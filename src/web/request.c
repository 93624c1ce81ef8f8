/* Birth and death of a request, and what its headers say. */
#include "web/request.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pland/base/clock.h"
#include "pland/base/log.h"
#include "web/poll.h"
#include "web/server.h"

struct header_row {
    const char *name;
    size_t n;
    bool once; /* twice is refused: two readers of the request could take different ones */
};
#define HEADER(text, o)                                                                                                \
    {                                                                                                                  \
        .name = text, .n = sizeof text - 1, .once = o                                                                  \
    }
static const struct header_row header_rows[H_N_] = {
    [H_HOST] = HEADER("host", true),
    [H_AUTHORIZATION] = HEADER("authorization", true),
    [H_CONTENT_LENGTH] = HEADER("content-length", true),
    [H_CONTENT_TYPE] = HEADER("content-type", true),
    [H_CONTENT_ENCODING] = HEADER("content-encoding", true),
    [H_TRANSFER_ENCODING] = HEADER("transfer-encoding", true),
    [H_EXPECT] = HEADER("expect", false),
    [H_IDEMPOTENCY_KEY] = HEADER("idempotency-key", true),
    [H_IF_MATCH] = HEADER("if-match", true),
    [H_IF_NONE_MATCH] = HEADER("if-none-match", true),
    [H_PREFER] = HEADER("prefer", false),
    [H_ACCEPT] = HEADER("accept", false),
    [H_API_VERSION] = HEADER("api-version", true),
    [H_REQUEST_ID] = HEADER("x-request-id", false),
    [H_TRACEPARENT] = HEADER("traceparent", false),
    [H_FORWARDED_FOR] = HEADER("x-forwarded-for", false),
    [H_LAST_EVENT_ID] = HEADER("last-event-id", true),
};

void *request_uri(void *cls, const char *uri, struct MHD_Connection *mhd)
{
    struct web *w = cls;
    struct request *r = calloc(1, sizeof *r);
    struct conn *conn = conn_of(mhd);
    if (!r) return NULL;
    r->arena = arena_new(0);
    if (r->arena) r->uri = arena_dup(r->arena, uri);
    if (!r->uri || !conn || !conn_move(conn, CONN_READING, w->conns.request_ms)) {
        arena_free(r->arena);
        free(r);
        return NULL;
    }
    r->web = w;
    r->conn = conn;
    r->mhd = mhd;
    r->started_us = clock_mono_us();
    r->wait = -1;
    r->repeated = H_N_;
    buf_init(&r->out, BUF_MAX_DEFAULT);
    atomic_fetch_add(&w->requests, 1);
    conn->request = r;
    return r;
}

/* The address of a link is its secret: in no log, whatever was asked of it. */
const char *request_path(const struct request *r)
{
    const struct target *t = &r->target;
    bool secret = t->path && strstr(t->path, LINK_PREFIX);
    for (size_t i = 0; i < t->n_segments && i < TARGET_SEGMENTS && t->segments[i]; i++)
        secret = secret || strstr(t->segments[i], LINK_PREFIX) || (i == 0 && strcmp(t->segments[i], "links") == 0);
    if (secret) return "/links/{secret}";
    return t->path ? t->path : "-";
}

static void log_request(const struct request *r, int64_t us)
{
    enum log_level level = r->match.route && (r->match.route->flags & ROUTE_QUIET) ? LOG_DEBUG : LOG_INFO;
    const char *id = r->action.call.caller.request_id;
    LOG(level, "request", LOG_S("method", r->method ? r->method : "-"),
        LOG_S("path", request_path(r)), LOG_I("status", r->status), LOG_I("us", us),
        LOG_I("bytes", r->n_sent), LOG_I("token", r->action.call.caller.token), LOG_S("client", r->client),
        LOG_S("request_id", id), LOG_S("trace_id", r->trace.id));
}

void request_completed(void *cls, struct MHD_Connection *mhd, void **ctx, enum MHD_RequestTerminationCode why)
{
    struct web *w = cls;
    struct request *r = *ctx;
    int64_t us;
    (void)mhd;
    (void)why;
    if (!r) return;
    *ctx = NULL;
    r->conn->request = NULL;
    us = clock_mono_us() - r->started_us;
    poll_end(r);
    metrics_count(w->metrics, r->match.route ? route_number(r->match.route) : n_routes, r->status, us);
    log_request(r, us);
    (void)conn_move(r->conn, CONN_IDLE, w->conns.idle_ms + w->conns.request_ms);
    body_release(r);
    buf_release(&r->out);
    arena_free(r->arena);
    free(r);
    atomic_fetch_sub(&w->requests, 1);
}

void request_connection(void *cls, struct MHD_Connection *mhd, void **ctx, enum MHD_ConnectionNotificationCode code)
{
    struct web *w = cls;
    struct conn *conn = *ctx;
    if (code == MHD_CONNECTION_NOTIFY_CLOSED && conn)
        request_completed(w, mhd, &conn->request, MHD_REQUEST_TERMINATED_WITH_ERROR);
    conns_notify(&w->conns, mhd, ctx, code);
}

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *key, const char *value)
{
    struct request *r = cls;
    size_t n = strlen(key);
    (void)kind;
    r->n_headers += n + (value ? strlen(value) : 0);
    if (strpbrk(key, " \t")) r->blank_name = true;
    for (size_t i = 0; i < H_N_; i++) {
        if (n != header_rows[i].n || strcasecmp(key, header_rows[i].name) != 0) continue;
        if (!r->headers[i]) r->headers[i] = value ? value : "";
        else if (header_rows[i].once) r->repeated = (enum header_id)i;
        break;
    }
    return MHD_YES;
}

/* 16 lower-case hexadecimal digits; on every request, hence by hand. */
static void put_hex(char *ret, uint64_t v)
{
    static const char digits[] = "0123456789abcdef";
    for (int i = 15; i >= 0; i--, v >>= 4) ret[i] = digits[v & 15];
    ret[16] = '\0';
}

static void take_ids(struct request *r)
{
    struct web *w = r->web;
    const char *id = r->headers[H_REQUEST_ID];
    char *ret = r->action.call.caller.request_id;
    if (id && header_request_id(id)) {
        memcpy(ret, id, strlen(id) + 1);
    } else {
        memcpy(ret, "req_", 4);
        put_hex(ret + 4, web_unique(w));
        put_hex(ret + 20, web_unique(w));
    }
    if (!r->headers[H_TRACEPARENT] || !trace_parse(r->headers[H_TRACEPARENT], &r->trace)) {
        put_hex(r->trace.id, web_unique(w));
        put_hex(r->trace.id + 16, web_unique(w));
        memcpy(r->trace.flags, "01", 3);
    }
    put_hex(r->span, web_unique(w) | 1); /* never all 0 */
}

void request_headers(struct request *r, const char *method, const char *version)
{
    struct call *c = &r->action.call;
    (void)MHD_get_connection_values(r->mhd, MHD_HEADER_KIND, take_header, r);
    r->method = method;
    r->version = version;
    take_ids(r);
    proxies_client(r->web->proxies, r->conn->peer, r->headers[H_FORWARDED_FOR], r->client, sizeof r->client);
    c->service = r->web->service;
    c->arena = r->arena;
    c->accept = r->headers[H_ACCEPT];
    c->if_match = r->headers[H_IF_MATCH];
    r->has_body = r->headers[H_TRANSFER_ENCODING] ||
                  (r->headers[H_CONTENT_LENGTH] && header_length(r->headers[H_CONTENT_LENGTH]) != 0);
}

void request_fail(struct request *r, enum err_kind kind)
{
    if (r->failed == ERR_OK) r->failed = kind;
}
