/* The access handler: one step of a request's life per call, by its phase. */
#include "web/request.h"

#include <string.h>
#include <strings.h>

#include "web/poll.h"
#include "web/reply.h"
#include "web/server.h"

/* A refused body up to this size is read to its end, so that the connection can go on. */
enum { DISCARD_MAX = 64 * 1024 };

static int64_t announced(const struct request *r)
{
    return r->headers[H_CONTENT_LENGTH] ? header_length(r->headers[H_CONTENT_LENGTH]) : 0;
}

/* Which of the ways to refuse fits what is still to come of the request. */
static enum MHD_Result refuse(struct request *r)
{
    const char *expect = r->headers[H_EXPECT], *coding = r->headers[H_TRANSFER_ENCODING];
    bool endless = coding && (strcasecmp(coding, "chunked") != 0 || r->headers[H_CONTENT_LENGTH]);
    r->phase = PHASE_DISCARD;
    if (!r->has_body) return MHD_YES;
    if (expect && strcasecmp(expect, "100-continue") == 0) return reply_problem(r); /* nothing has been sent yet */
    if (r->failed == ERR_TOO_LARGE || announced(r) > DISCARD_MAX || endless) return reply_refuse(r, false);
    return MHD_YES;
}

/* Uploads may take their time, at 64 KiB a second at least. */
static bool allow_time(struct request *r)
{
    int64_t ms = announced(r) / 64;
    if (!r->match.route || !(r->match.route->flags & ROUTE_UPLOAD)) return true;
    if (r->headers[H_TRANSFER_ENCODING]) ms = r->web->config->max_upload / 64;
    return conn_move(r->conn, CONN_READING, r->web->conns.request_ms + ms);
}

static enum MHD_Result first(struct request *r, const char *method, const char *version)
{
    request_headers(r, method, version);
    if (!request_admit(r)) return refuse(r);
    if (!allow_time(r)) return MHD_NO;
    r->phase = PHASE_BODY;
    return MHD_YES;
}

static enum MHD_Result more_body(struct request *r, const char *data, size_t *n)
{
    bool ok = body_add(r, data, *n);
    *n = 0;
    return ok ? MHD_YES : reply_refuse(r, true);
}

static enum MHD_Result discard(struct request *r, size_t *n)
{
    r->n_discarded += *n;
    *n = 0;
    if (r->n_discarded <= DISCARD_MAX) return MHD_YES;
    return reply_refuse(r, true);
}

static enum MHD_Result allowed_methods(struct request *r)
{
    struct reply p = {.status = 204};
    char allow[64];
    route_allow(&r->target, allow, sizeof allow);
    reply_add(&p, "Allow", strcmp(r->target.path, "*") == 0 ? "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS" : allow);
    return reply_send(r, &p);
}

static enum MHD_Result complete(struct request *r)
{
    if (!conn_move(r->conn, CONN_BUSY, -1)) return MHD_NO;
    if (r->failed != ERR_OK) return reply_problem(r);
    return r->options ? allowed_methods(r) : request_work(r);
}

/* A stream lasts, and needs nothing of what the request holds. */
static enum MHD_Result finish(struct request *r, struct MHD_Connection *mhd, void **ctx)
{
    enum MHD_Result result = complete(r);
    if (result == MHD_YES && r->streams) request_completed(r->web, mhd, ctx, MHD_REQUEST_TERMINATED_COMPLETED_OK);
    return result;
}

enum MHD_Result request_handle(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
                               const char *version, const char *data, size_t *n, void **ctx)
{
    struct request *r = *ctx;
    (void)cls;
    (void)url;
    if (!r) return MHD_NO; /* out of memory when it began */
    switch (r->phase) {
    case PHASE_NEW: return first(r, method, version);
    case PHASE_BODY: return *n ? more_body(r, data, n) : finish(r, mhd, ctx);
    case PHASE_DISCARD: return *n ? discard(r, n) : complete(r);
    case PHASE_LINGER:
        if (*n == 0) return MHD_NO;
        *n = 0;
        return MHD_YES;
    case PHASE_SHOW: return request_show(r);
    case PHASE_POLL: return request_poll(r);
    case PHASE_WORK:
    case PHASE_SENT: break;
    }
    *n = 0;
    return MHD_YES;
}
