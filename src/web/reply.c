/* Building and queueing answers. */
#include "web/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "pland/base/log.h"
#include "web/server.h"

static const char strict_csp[] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors "
                                 "'none'; base-uri 'none'; form-action 'none'";
static const char bare_problem[] = "{\"type\":\"about:blank\",\"title\":\"Out of memory: try again\"}";
static const char problem_type[] = "application/problem+json";

void reply_add(struct reply *p, const char *name, const char *value)
{
    if (!value || value[0] == '\0' || p->n_extra == REPLY_EXTRA) return;
    p->extra[p->n_extra].name = name;
    p->extra[p->n_extra].value = value;
    p->n_extra++;
}

/* --- the headers of every answer ---------------------------------------------------------------------------------- */
/* Calls add(arg, name, value) for each; false: one failed. */
typedef bool header_sink(void *arg, const char *name, const char *value);

static bool rate_headers(const struct request *r, header_sink *add, void *arg)
{
    char policy[64], state[64];
    if (!r->rate.on) return true;
    (void)snprintf(policy, sizeof policy, "\"default\";q=%lld;w=60", (long long)r->rate.quota);
    (void)snprintf(state, sizeof state, "\"default\";r=%lld;t=%lld", (long long)r->rate.remaining,
                   (long long)r->rate.reset);
    return add(arg, "RateLimit-Policy", policy) && add(arg, "RateLimit", state);
}

static bool all_headers(const struct request *r, const struct reply *p, header_sink *add, void *arg)
{
    char trace[TRACE_LEN];
    trace_print(&r->trace, r->span, trace);
    bool ok = add(arg, "API-Version", API_VERSION) && add(arg, "X-Request-Id", r->action.call.caller.request_id) &&
              add(arg, "traceparent", trace) && add(arg, "X-Content-Type-Options", "nosniff") &&
              add(arg, "Referrer-Policy", "no-referrer") &&
              add(arg, "Cache-Control", p->cache ? p->cache : "no-store") && rate_headers(r, add, arg);
    if (ok && p->type) ok = add(arg, "Content-Type", p->type);
    if (ok && p->html) ok = add(arg, "Content-Security-Policy", strict_csp);
    if (ok && (r->torn || atomic_load(&r->web->draining))) ok = add(arg, "Connection", "close");
    for (size_t i = 0; ok && i < p->n_extra; i++) ok = add(arg, p->extra[i].name, p->extra[i].value);
    return ok;
}

static bool to_response(void *arg, const char *name, const char *value)
{
    return MHD_add_response_header(arg, name, value) == MHD_YES;
}

/* Time to take an answer of n bytes: the idle time, and more where the body is large. */
static int64_t writing_ms(const struct request *r, size_t n)
{
    return r->web->conns.idle_ms + (int64_t)(n / 16);
}

static enum MHD_Result queue(struct request *r, struct reply *p, struct MHD_Response *response, size_t n)
{
    enum MHD_Result ret = MHD_NO;
    if (!response) return MHD_NO;
    if (all_headers(r, p, to_response, response) && conn_move(r->conn, CONN_WRITING, writing_ms(r, n)))
        ret = MHD_queue_response(r->mhd, (unsigned)p->status, response);
    MHD_destroy_response(response);
    if (ret == MHD_YES) {
        r->phase = PHASE_SENT;
        r->status = p->status;
        r->n_sent = n;
    }
    return ret;
}

enum MHD_Result reply_send(struct request *r, struct reply *p)
{
    struct MHD_Response *response;
    size_t n = 0;
    char *bytes = buf_take(&r->out, &n);
    if (!bytes) return queue(r, p, MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT), 0);
    response = MHD_create_response_from_buffer(n, bytes, MHD_RESPMEM_MUST_FREE);
    if (!response) free(bytes);
    return queue(r, p, response, n);
}

enum MHD_Result reply_stream(struct request *r, struct reply *p, struct MHD_Response *response)
{
    return queue(r, p, response, 0);
}

/* --- problems ----------------------------------------------------------------------------------------------------- */
static void problem_type_of(const struct request *r, struct buf *b)
{
    if (r->failed == ERR_RATE) buf_json(b, "https://iana.org/assignments/http-problem-types#quota-exceeded");
    else buf_fmt(b, "\"https://pland.dev/problems/%s\"", err_slug(r->failed));
}

/* The problem document alone. */
static void problem_write(const struct request *r, struct buf *b)
{
    const struct err *e = &r->err;
    buf_str(b, "{\"type\":");
    problem_type_of(r, b);
    buf_key(b, "title");
    buf_json(b, err_title(r->failed));
    buf_key(b, "status");
    buf_int(b, err_status(r->failed));
    buf_key(b, "detail");
    buf_json(b, e->msg);
    if (r->target.path) {
        buf_key(b, "instance");
        buf_json(b, request_path(r));
    }
    buf_key(b, "request_id");
    buf_json(b, r->action.call.caller.request_id);
    if (e->at[0] != '\0') {
        bool line = strncmp(e->at, "line ", 5) == 0; /* of a body that is no JSON */
        buf_str(b, ",\"errors\":[{\"pointer\":");
        buf_json(b, line ? "" : e->at);
        if (line) buf_fmt(b, ",\"line\":%lld", (long long)header_length(e->at + 5));
        buf_str(b, ",\"detail\":");
        buf_json(b, e->msg);
        buf_str(b, "}]");
    }
    if (r->failed == ERR_RATE)
        buf_fmt(b, ",\"violated-policies\":[\"%s\"]", r->rate.on && r->rate.remaining == 0 ? "default" : "streams");
    if (e->extra[0] != '\0') {
        buf_char(b, ',');
        buf_str(b, e->extra);
    }
    buf_char(b, '}');
}

/* Ours to explain, once; a refusal of what somebody sent is in the access log already. */
static void log_failure(const struct request *r)
{
    const char *id = r->action.call.caller.request_id;
    if (r->failed == ERR_INTERNAL)
        log_bug("request failed", LOG_E(&r->err), LOG_S("path", request_path(r)), LOG_S("request_id", id));
    else if (err_status(r->failed) >= 500)
        log_warn("request failed", LOG_E(&r->err), LOG_S("path", request_path(r)), LOG_S("request_id", id));
}

struct problem_room {
    char retry[24], allow[64];
};

static void problem_headers(struct request *r, struct reply *p, struct problem_room *room)
{
    *p = (struct reply){.status = err_status(r->failed), .type = problem_type};
    if (r->failed == ERR_UNAUTHENTICATED)
        reply_add(p, "WWW-Authenticate",
                  r->headers[H_AUTHORIZATION] ? "Bearer realm=\"pland\", error=\"invalid_token\""
                                              : "Bearer realm=\"pland\"");
    if (r->failed == ERR_METHOD) {
        route_allow(&r->target, room->allow, sizeof room->allow);
        reply_add(p, "Allow", room->allow);
    }
    if (r->failed == ERR_RATE || err_status(r->failed) == 503) {
        int64_t after = r->failed == ERR_RATE && r->rate.on && r->rate.remaining == 0 ? r->rate.reset : 2;
        (void)snprintf(room->retry, sizeof room->retry, "%lld", (long long)after);
        reply_add(p, "Retry-After", room->retry);
    }
}

enum MHD_Result reply_problem(struct request *r)
{
    struct problem_room room;
    struct reply p;
    log_failure(r);
    buf_clear(&r->out);
    problem_write(r, &r->out);
    problem_headers(r, &p, &room);
    if (r->out.failed == ERR_OK) return reply_send(r, &p);
    buf_release(&r->out);
    return queue(r, &p,
                 MHD_create_response_from_buffer(sizeof bare_problem - 1, (void *)(uintptr_t)bare_problem,
                                                 MHD_RESPMEM_PERSISTENT),
                 sizeof bare_problem - 1);
}

/* --- a refusal ahead of the request's end ------------------------------------------------------------------------- */
static bool to_text(void *arg, const char *name, const char *value)
{
    buf_fmt(arg, "%s: %s\r\n", name, value);
    return true;
}

static void print_date(char *ret, size_t cap)
{
    time_t now = time(NULL);
    struct tm tm;
    ret[0] = '\0';
    if (gmtime_r(&now, &tm))
        (void)strftime(ret, cap, "%a, %d %b %Y %H:%M:%S GMT", &tm); /* the C locale: nobody sets another */
}

static void whole_answer(struct request *r, struct buf *b)
{
    auto_buf body = BUF_INIT(4096);
    struct problem_room room;
    struct reply p;
    char date[40];
    problem_headers(r, &p, &room);
    problem_write(r, &body);
    r->status = p.status;
    r->n_sent = body.n;
    print_date(date, sizeof date);
    r->torn = true;
    buf_fmt(b, "HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Length: %zu\r\n", p.status,
            MHD_get_reason_phrase_for((unsigned)p.status), date, body.n);
    (void)all_headers(r, &p, to_text, b);
    buf_str(b, "\r\n");
    if (strcmp(r->method, "HEAD") != 0) buf_str(b, buf_cstr(&body));
}

enum MHD_Result reply_refuse(struct request *r, bool body_begun)
{
    enum { LINGER_MS = 2000 };
    auto_buf b = BUF_INIT(8192);
    if (r->conn->tls && !body_begun) return reply_problem(r);
    if (r->conn->tls && r->lingers) return MHD_YES; /* until the end of the body, or of its time */
    if (!conn_move(r->conn, CONN_LINGER, LINGER_MS)) return MHD_NO;
    r->lingers = true;
    if (r->conn->tls) {
        r->phase = PHASE_DISCARD;
        return MHD_YES;
    }
    log_failure(r);
    whole_answer(r, &b);
    if (b.failed != ERR_OK) return MHD_NO;
    /* Nothing of this connection waits to be sent, so these bytes fit and come first. Closing right away would make the
     * kernel answer what is still on its way with a reset, which may overtake them: hence the lingering. */
    (void)send(r->conn->fd, b.p, b.n, MSG_DONTWAIT | MSG_NOSIGNAL);
    (void)shutdown(r->conn->fd, SHUT_WR);
    r->phase = PHASE_LINGER;
    return MHD_YES;
}
