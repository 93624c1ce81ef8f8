/* The error object and the one table from kind to HTTP status, problem type and title. */
#include "pland/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct err_row {
    int status;
    const char *slug, *title;
};

static const struct err_row rows[ERR_N_] = {
    [ERR_OK] = { 200, "ok", "No error" },
    [ERR_SYNTAX] = { 400, "syntax", "The request cannot be read" },
    [ERR_INVALID] = { 400, "invalid", "A field of the request is wrong" },
    [ERR_UNAUTHENTICATED] = { 401, "unauthenticated", "A valid token is required" },
    [ERR_FORBIDDEN] = { 403, "forbidden", "This token may not do that" },
    [ERR_NOT_FOUND] = { 404, "not-found", "There is no such thing" },
    [ERR_METHOD] = { 405, "method-not-allowed", "This resource does not take that method" },
    [ERR_NOT_ACCEPTABLE] = { 406, "not-acceptable", "None of the accepted media types is available" },
    [ERR_TIMEOUT] = { 408, "timeout", "The request took too long to arrive" },
    [ERR_CONFLICT] = { 409, "conflict", "Something else is in the way" },
    [ERR_STATE] = { 409, "wrong-state", "The plan's state does not allow this" },
    [ERR_GONE] = { 410, "gone", "This existed and has been removed" },
    [ERR_PRECONDITION] = { 412, "precondition-failed", "The resource has changed since it was read" },
    [ERR_TOO_LARGE] = { 413, "too-large", "More than is accepted" },
    [ERR_URI_TOO_LONG] = { 414, "uri-too-long", "The address is too long" },
    [ERR_MEDIA_TYPE] = { 415, "unsupported-media-type", "This media type is not accepted here" },
    [ERR_REUSED_KEY] = { 422, "reused-key", "The Idempotency-Key was used for a different request" },
    [ERR_NEED_MATCH] = { 428, "match-required", "An If-Match header is required" },
    [ERR_RATE] = { 429, "rate-limited", "Too many requests" },
    [ERR_HEADERS] = { 431, "headers-too-large", "The request's headers are too large" },
    [ERR_INTERNAL] = { 500, "internal", "A bug in pland" },
    [ERR_UPSTREAM] = { 502, "upstream", "A service that pland depends on failed" },
    [ERR_BUSY] = { 503, "busy", "Too busy at the moment: try again" },
    [ERR_NOMEM] = { 503, "out-of-memory", "Out of memory: try again" },
    [ERR_IO] = { 503, "io", "A disk or file system failed" },
    [ERR_FULL] = { 507, "disk-full", "The disk is full" },
};

/* Cutting a text to fit must not leave half a UTF-8 character at its end. */
static void trim_partial(char *s)
{
    size_t n = strlen(s), lead = n;
    size_t want;
    while (lead > 0 && n - lead < 3 && ((unsigned char)s[lead - 1] & 0xC0) == 0x80) lead--;
    if (lead == 0) return;
    unsigned char c = (unsigned char)s[lead - 1];
    if (c < 0xC0) return;
    want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
    if (n - (lead - 1) < want) s[lead - 1] = '\0';
}

static void print(char *ret, size_t cap, const char *fmt, va_list ap)
{
    int n = vsnprintf(ret, cap, fmt, ap);
    if (n < 0) ret[0] = '\0';
    else if ((size_t)n >= cap) trim_partial(ret);
}

static void copy(char *ret, size_t cap, const char *s)
{
    size_t n = strlen(s);
    bool cut = n >= cap;
    if (cut) n = cap - 1;
    memmove(ret, s, n);
    ret[n] = '\0';
    if (cut) trim_partial(ret);
}

enum err_kind err_set(struct err *e, enum err_kind kind, const char *fmt, ...)
{
    char msg[sizeof e->msg]; /* the arguments may point into *e */
    va_list ap;
    va_start(ap, fmt);
    print(msg, sizeof msg, fmt, ap);
    va_end(ap);
    memcpy(e->msg, msg, sizeof msg);
    e->kind = kind;
    e->at[0] = '\0';
    e->extra[0] = '\0';
    return kind;
}

enum err_kind err_at(struct err *e, enum err_kind kind, const char *at, const char *fmt, ...)
{
    char msg[sizeof e->msg];
    va_list ap;
    va_start(ap, fmt);
    print(msg, sizeof msg, fmt, ap);
    va_end(ap);
    memcpy(e->msg, msg, sizeof msg);
    e->kind = kind;
    copy(e->at, sizeof e->at, at ? at : "");
    e->extra[0] = '\0';
    return kind;
}

enum err_kind err_wrap(struct err *e, const char *fmt, ...)
{
    char msg[sizeof e->msg];
    size_t n;
    va_list ap;
    va_start(ap, fmt);
    print(msg, sizeof msg - 2, fmt, ap);
    va_end(ap);
    n = strlen(msg);
    msg[n++] = ':';
    msg[n++] = ' ';
    copy(msg + n, sizeof msg - n, e->msg);
    copy(e->msg, sizeof e->msg, msg);
    return e->kind;
}

static enum err_kind kind_of_errno(int errnum)
{
    switch (errnum) {
    case ENOSPC:
    case EDQUOT: return ERR_FULL;
    case ENOENT: return ERR_NOT_FOUND;
    case EACCES:
    case EPERM: return ERR_FORBIDDEN;
    case ENOMEM: return ERR_NOMEM;
    default: return ERR_IO;
    }
}

enum err_kind err_errno(struct err *e, int errnum, const char *fmt, ...)
{
    char msg[sizeof e->msg], reason[128];
    va_list ap;
    va_start(ap, fmt);
    print(msg, sizeof msg, fmt, ap);
    va_end(ap);
    return err_set(e, kind_of_errno(errnum), "%s: %s", msg, strerror_r(errnum, reason, sizeof reason));
}

enum err_kind err_nomem(struct err *e)
{
    return err_set(e, ERR_NOMEM, "out of memory");
}

static const struct err_row *row(enum err_kind kind)
{
    return &rows[(unsigned)kind < ERR_N_ ? kind : ERR_INTERNAL];
}

int err_status(enum err_kind kind)
{
    return row(kind)->status;
}

const char *err_slug(enum err_kind kind)
{
    return row(kind)->slug;
}

const char *err_title(enum err_kind kind)
{
    return row(kind)->title;
}
