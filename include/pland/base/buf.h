/* A growable byte buffer with a stated maximum.
 *
 * Failure is sticky: after one failed append (no memory, over the maximum) every further append does nothing, and
 * buf_check() reports it once at the end. The content is always followed by a NUL that is not counted. */
#ifndef PLAND_BASE_BUF_H
#define PLAND_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "pland/base/err.h"

struct buf {
    char *p; /* NULL while empty */
    size_t n, cap, max;
    enum err_kind failed; /* ERR_OK, ERR_NOMEM or ERR_TOO_LARGE */
};

#define BUF_INIT(maximum) { .max = (maximum) }
#define BUF_MAX_DEFAULT ((size_t)64 << 20)

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);             /* frees; the buffer may be used again */
void buf_clear(struct buf *b);               /* keeps the memory, forgets content and failure */
void buf_add_slowly(struct buf *b, const void *p, size_t n); /* buf_add() where there is no room yet */
static inline void buf_add(struct buf *b, const void *p, size_t n)
{
    if (n == 0 || b->failed != ERR_OK || b->cap - b->n <= n) {
        buf_add_slowly(b, p, n);
        return;
    }
    memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}
static inline void buf_str(struct buf *b, const char *s) /* s may be NULL: adds nothing */
{
    if (s) buf_add(b, s, strlen(s));
}
void buf_char_slowly(struct buf *b, char c); /* buf_char() where there is no room yet */
static inline void buf_char(struct buf *b, char c)
{
    if (b->failed != ERR_OK || b->cap - b->n < 2) {
        buf_char_slowly(b, c);
        return;
    }
    b->p[b->n++] = c;
    b->p[b->n] = '\0';
}
_printf_(2, 3) void buf_fmt(struct buf *b, const char *fmt, ...);
void buf_int(struct buf *b, int64_t v);
/* A JSON string literal with quotes; invalid UTF-8 becomes U+FFFD; s == NULL writes null. "<" and ">" are kept. */
void buf_json(struct buf *b, const char *s);
void buf_json_n(struct buf *b, const char *s, size_t n);
/* `"key":` preceded by a comma unless the buffer ends in { or [ . */
void buf_key(struct buf *b, const char *key);
/* A comma unless the buffer ends in { or [ . */
void buf_comma(struct buf *b);
/* HTML text or attribute value: & < > " ' escaped. */
void buf_html(struct buf *b, const char *s);
/* RFC 3339 UTC with milliseconds from Unix milliseconds. */
void buf_time(struct buf *b, int64_t unix_ms);

const char *buf_cstr(const struct buf *b);   /* "" while empty */
char *buf_take(struct buf *b, size_t *ret_n);/* moves the bytes out (free()); NULL when failed */
_must_check_ enum err_kind buf_check(const struct buf *b, struct err *e);

static inline void auto_buf_fn(struct buf *b) { buf_release(b); }
#define auto_buf AUTO(auto_buf_fn) struct buf

#endif
