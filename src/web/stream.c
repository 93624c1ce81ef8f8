/* One stream: libmicrohttpd asks for bytes, the hub says which, and with nothing to send the connection is suspended.
 *
 * What a stream costs while it waits: its struct, libmicrohttpd's connection and response, and the pages of the
 * connection's memory that hold something. The others are given back to the system, which is most of it. */
#include "web/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pland/base/clock.h"
#include "pland/base/log.h"
#include "pland/service/negotiate.h"
#include "web/hub.h"
#include "web/reply.h"
#include "web/server.h"

enum {
    PAGE_EVENTS = 100,
    PAGE_BYTES = 64 * 1024,
    SOCKET_BYTES = 64 * 1024, /* what the kernel keeps for a reader that is slow */
    BLOCK = 256,              /* libmicrohttpd's own buffer, for clients of HTTP/1.0 */
};

static const char opening[] = "retry: 3000\n\n", sign_of_life[] = ":\n\n";

bool stream_wanted(const struct request *r)
{
    static const char *const types[] = {"application/json", "text/event-stream"};
    return (r->match.route->flags & ROUTE_STREAM) && strcmp(r->method, "GET") == 0 &&
           negotiate_type(r->headers[H_ACCEPT], types, countof(types)) == 1;
}

/* --- from the database -------------------------------------------------------------------------------------------- */
struct page {
    struct stream *stream;
    struct buf text;
    int64_t last;
    int n;
    bool full;
};

static bool add_event(void *arg, int64_t id, int64_t project, const char *type, const char *json, size_t n)
{
    struct page *p = arg;
    (void)project;
    p->last = id;
    p->n++;
    if (event_type_listed(p->stream->types, type))
        chunk_write(&p->text, hub_service(p->stream->hub)->epoch, id, type, json, n);
    p->full = p->text.n >= PAGE_BYTES;
    return !p->full;
}

/* False: it cannot be read; the client may come again. */
static bool load(struct stream *s)
{
    struct page p = {.stream = s, .text = BUF_INIT(BUF_MAX_DEFAULT), .last = s->pos};
    const struct event_scope scope = hub_scope(s);
    struct event_batch batch;
    struct err e;
    enum err_kind k = service_events_read(hub_service(s->hub), &scope, s->pos, PAGE_EVENTS, add_event, &p, &batch, &e);
    if (k == ERR_OK) k = buf_check(&p.text, &e);
    if (k == ERR_OK && p.text.n && !(s->cur = chunk_of_bytes(p.last, p.text.p, p.text.n))) k = err_nomem(&e);
    s->n_events += p.n;
    if (k == ERR_OK) hub_loaded(s, p.full || p.n == PAGE_EVENTS || p.last > batch.head ? p.last : batch.head);
    else if (k != ERR_GONE && k != ERR_NOT_FOUND) log_warn("a stream cannot read on", LOG_E(&e));
    buf_release(&p.text);
    return k == ERR_OK;
}

/* --- giving bytes ------------------------------------------------------------------------------------------------- */
/* Moves on to the next thing to send. False: the end, or, with *ret_wait, suspended. */
static bool next(struct stream *s, bool may_wait, bool *ret_wait)
{
    if (s->ending) return false;
    for (;;) {
        switch (hub_next(s, may_wait, &s->cur)) {
        case HUB_CHUNK: return true;
        case HUB_END: s->ending = true; return true;
        case HUB_BEAT: s->cur = chunk_of_bytes(0, sign_of_life, sizeof sign_of_life - 1); return s->cur != NULL;
        case HUB_WAIT: *ret_wait = true; return false;
        case HUB_CLOSE: return false;
        case HUB_LOAD:
            if (!load(s)) return false;
            if (s->cur) return true;
            break;
        }
    }
}

static size_t give(struct stream *s, char *to, size_t max)
{
    size_t n = s->cur->n - s->off;
    if (n > max) n = max;
    memcpy(to, s->cur->bytes + s->cur->at + s->off, n);
    s->off += n;
    if (s->off < s->cur->n) return n;
    chunk_unref(s->cur);
    s->cur = NULL;
    s->off = 0;
    return n;
}

/* The connection's memory that nothing is in. What this buffer held was sent, and what is given back reads as zeros. */
static void give_back(char *buf, size_t max)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = ((uintptr_t)buf + page - 1) & ~(page - 1),
              to = ((uintptr_t)buf + max) & ~(page - 1);
    if (to > from) (void)madvise((void *)from, to - from, MADV_DONTNEED);
}

static ssize_t read_stream(void *arg, uint64_t pos, char *buf, size_t max)
{
    struct stream *s = arg;
    size_t n = 0;
    bool wait = false;
    (void)pos;
    while (n < max && (s->cur || next(s, n == 0, &wait))) n += give(s, buf + n, max - n);
    if (n > 0) {
        s->large |= n > 2048;
        return conn_move(s->conn, CONN_WRITING, s->stall_ms) ? (ssize_t)n : MHD_CONTENT_READER_END_WITH_ERROR;
    }
    if (!wait) return MHD_CONTENT_READER_END_OF_STREAM;
    if (s->large) give_back(buf, max);
    s->large = false;
    (void)conn_move(s->conn, CONN_BUSY, -1);
    return 0;
}

static void stream_free(void *arg)
{
    struct stream *s = arg;
    if (s->hub) {
        hub_leave(s);
        log_info("stream ended", LOG_I("events", s->n_events), LOG_I("seconds", (clock_mono() - s->begun_ms) / 1000),
                 LOG_I("token", s->token), LOG_S("client", s->conn->peer));
    }
    chunk_unref(s->cur);
    free(s->types);
    free(s);
}

/* --- beginning ---------------------------------------------------------------------------------------------------- */
static struct stream *make_stream(struct request *r, const struct event_scope *scope)
{
    const char *types = target_param(&r->target, "types");
    struct stream *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->conn = r->conn;
    s->mhd = r->mhd;
    s->token = r->action.call.caller.token;
    s->project = scope->project;
    s->pos = scope->after;
    s->begun_ms = clock_mono();
    s->stall_ms = r->web->conns.idle_ms;
    s->large = true;
    s->direct = !r->conn->tls && strcmp(r->version, "HTTP/1.1") == 0;
    s->cur = chunk_of_bytes(0, opening, sizeof opening - 1);
    if (types && *types) s->types = strdup(types);
    if (s->cur && (s->types || !types || !*types)) return s;
    stream_free(s);
    return NULL;
}

static enum MHD_Result refuse(struct request *r, enum err_kind k)
{
    request_fail(r, k);
    return reply_problem(r);
}

static enum MHD_Result answer(struct request *r, struct stream *s)
{
    struct reply p = {.status = 200, .type = "text/event-stream", .cache = "no-store"};
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_stream, s, stream_free);
    int bytes = SOCKET_BYTES, one = 1;
    if (!response) {
        stream_free(s);
        return MHD_NO;
    }
    (void)setsockopt(r->conn->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    (void)setsockopt(r->conn->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    reply_add(&p, "Vary", "Accept");
    reply_add(&p, "X-Accel-Buffering", "no"); /* nginx would keep events back */
    if (reply_stream(r, &p, response) != MHD_YES) return MHD_NO;
    r->streams = true;
    return MHD_YES;
}

enum MHD_Result stream_begin(struct request *r)
{
    struct event_scope scope;
    struct stream *s;
    uint64_t round = hub_token_round(r->web->hub);
    enum err_kind k = service_events_open(&r->action.call, r->headers[H_LAST_EVENT_ID], &scope, &r->err);
    if (k == ERR_OK) k = arena_check(r->arena, &r->err);
    if (k != ERR_OK) return refuse(r, k);
    if (scope.ended && scope.sought) { /* whoever comes again has nothing more to wait for */
        struct reply nothing = {.status = 204};
        return reply_send(r, &nothing);
    }
    if (!(s = make_stream(r, &scope))) return refuse(r, err_nomem(&r->err));
    s->token_round = round;
    if ((k = hub_join(r->web->hub, s, &scope, &r->err)) == ERR_OK) return answer(r, s);
    stream_free(s);
    return refuse(r, k);
}
