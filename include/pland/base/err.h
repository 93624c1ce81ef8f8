/* The error object: what went wrong, where in the input, in words for the person who reads it.
 *
 * Every fallible function returns enum err_kind and, on failure, fills the struct err that its caller owns (usually
 * on the stack). No allocation, safe on any thread as long as one thread owns the object. */
#ifndef PLAND_BASE_ERR_H
#define PLAND_BASE_ERR_H

#include "pland/base/macros.h"

/* One row each in err.c: HTTP status, problem type and title. */
enum err_kind {
    ERR_OK,
    ERR_SYNTAX,          /* 400 not JSON at all, bad query, bad header */
    ERR_INVALID,         /* 400 understood, but a field is wrong (at names it) */
    ERR_UNAUTHENTICATED, /* 401 */
    ERR_FORBIDDEN,       /* 403 */
    ERR_NOT_FOUND,       /* 404 */
    ERR_METHOD,          /* 405 */
    ERR_NOT_ACCEPTABLE,  /* 406 */
    ERR_TIMEOUT,         /* 408 */
    ERR_CONFLICT,        /* 409 something else is in the way */
    ERR_STATE,           /* 409 the plan's state does not allow it (extra names state and allowed verbs) */
    ERR_GONE,            /* 410 */
    ERR_PRECONDITION,    /* 412 If-Match failed */
    ERR_TOO_LARGE,       /* 413 */
    ERR_URI_TOO_LONG,    /* 414 */
    ERR_MEDIA_TYPE,      /* 415 */
    ERR_REUSED_KEY,      /* 422 same Idempotency-Key, other request */
    ERR_NEED_MATCH,      /* 428 If-Match required */
    ERR_RATE,            /* 429 */
    ERR_HEADERS,         /* 431 */
    ERR_INTERNAL,        /* 500 a bug of ours */
    ERR_UPSTREAM,        /* 502 a model, tracker or git server failed */
    ERR_BUSY,            /* 503 queue full, draining, database busy: try again */
    ERR_NOMEM,           /* 503 out of memory */
    ERR_IO,              /* 503 disk or file system failed */
    ERR_FULL,            /* 507 disk full */
    ERR_N_
};

struct err {
    enum err_kind kind;
    char at[160];    /* JSON pointer into the input, or "" */
    char msg[400];   /* outermost context first, no trailing full stop */
    char extra[1600]; /* members to add to the problem document: `"state":"x","allowed":["y"]`, or "" */
};

/* Sets kind and message, clears at and extra; returns kind, so that `return err_set(…)` works. kind is not ERR_OK. */
_printf_(3, 4) enum err_kind err_set(struct err *e, enum err_kind kind, const char *fmt, ...);
/* Same, with the JSON pointer that is wrong. */
_printf_(4, 5) enum err_kind err_at(struct err *e, enum err_kind kind, const char *at, const char *fmt, ...);
/* Puts "context: " before the message; returns the kind that was there. */
_printf_(2, 3) enum err_kind err_wrap(struct err *e, const char *fmt, ...);
/* From errno: ENOSPC/EDQUOT → ERR_FULL, ENOENT → ERR_NOT_FOUND, EACCES/EPERM → ERR_FORBIDDEN, ENOMEM → ERR_NOMEM, else
 * ERR_IO. The reason is appended to the message. */
_printf_(3, 4) enum err_kind err_errno(struct err *e, int errnum, const char *fmt, ...);
enum err_kind err_nomem(struct err *e);

int err_status(enum err_kind kind);         /* HTTP status */
const char *err_slug(enum err_kind kind);   /* "wrong-state": last part of the problem type */
const char *err_title(enum err_kind kind);  /* one sentence, for people */

#endif
