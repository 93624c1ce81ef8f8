/* The target of a request: path and query, decoded. Pure. */
#ifndef WEB_TARGET_H
#define WEB_TARGET_H

#include "pland/base/arena.h"
#include "pland/service/service.h"

enum { TARGET_SEGMENTS = 8, TARGET_PARAMS = 64, TARGET_MAX = 8000 /* bytes */ };

struct target {
    const char *path;  /* as sent, without the query */
    const char *query; /* as sent; "" when there is none */
    size_t n_segments; /* TARGET_SEGMENTS + 1: too many, matches nothing */
    const char *segments[TARGET_SEGMENTS];
    LIST(struct param) params;
};

/* Splits before decoding, so that an encoded slash stays part of its segment. ERR_SYNTAX: bad escapes, NUL, control
 * characters, invalid UTF-8, a parameter given twice; ERR_URI_TOO_LONG. */
_must_check_ enum err_kind target_parse(const char *uri, struct arena *a, struct target *ret, struct err *e);
const char *target_param(const struct target *t, const char *name); /* NULL: not given */
/* Percent-encodes what is not unreserved. */
void target_escape(struct buf *b, const char *s);

#endif
