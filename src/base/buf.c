/* The growable buffer: memory and plain appends. JSON, HTML and time text are in buf_text.c. */
#include "pland/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAP = 64 };

void buf_init(struct buf *b, size_t max)
{
    *b = (struct buf)BUF_INIT(max);
}

void buf_release(struct buf *b)
{
    if (!b) return;
    free(b->p);
    buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
    b->n = 0;
    b->failed = ERR_OK;
    if (b->p) b->p[0] = '\0';
}

static bool grow(struct buf *b, size_t more)
{
    size_t cap = b->cap ? b->cap : FIRST_CAP;
    size_t limit = b->max < SIZE_MAX ? b->max + 1 : SIZE_MAX; /* the NUL is not counted */
    size_t need = b->n + more + 1;
    char *p = NULL;
    while (cap < need) cap = cap > limit / 2 ? limit : cap * 2;
    if (cap > limit) cap = limit;
    if (cap <= PTRDIFF_MAX) p = realloc(b->p, cap);
    if (!p) {
        b->failed = ERR_NOMEM;
        return false;
    }
    b->p = p;
    b->cap = cap;
    return true;
}

/* Makes room for more bytes and the NUL. */
static bool room(struct buf *b, size_t more)
{
    if (b->failed != ERR_OK) return false;
    if (more < b->cap - b->n) return true; /* cap is 0 together with n, else cap > n */
    if (b->n >= b->max || more > b->max - b->n) {
        if (more > 0) b->failed = ERR_TOO_LARGE;
        return false;
    }
    return more == 0 || grow(b, more);
}

void buf_add_slowly(struct buf *b, const void *p, size_t n)
{
    if (n == 0 || !room(b, n)) return;
    memcpy(b->p + b->n, p, n);
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_char_slowly(struct buf *b, char c)
{
    if (!room(b, 1)) return;
    b->p[b->n++] = c;
    b->p[b->n] = '\0';
}

static void buf_uint(struct buf *b, uint64_t u)
{
    char text[24];
    char *p = text + sizeof text;
    do *--p = (char)('0' + u % 10);
    while ((u /= 10) != 0);
    buf_add(b, p, (size_t)(text + sizeof text - p));
}

void buf_int(struct buf *b, int64_t v)
{
    if (v < 0) buf_char(b, '-');
    buf_uint(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v);
}

/* Writes what needs no printf: text, %s, %c, %d, %zu and %lld. Returns the directive at which it stopped, or the end. */
static const char *fmt_plain(struct buf *b, const char *fmt, va_list *ap)
{
    for (;;) {
        const char *s = strchrnul(fmt, '%');
        buf_add(b, fmt, (size_t)(s - fmt));
        fmt = s;
        if (*s == '\0') return s;
        if (s[1] == 's') buf_str(b, va_arg(*ap, const char *)), fmt += 2;
        else if (s[1] == 'c') buf_char(b, (char)va_arg(*ap, int)), fmt += 2;
        else if (s[1] == 'd') buf_int(b, va_arg(*ap, int)), fmt += 2;
        else if (strncmp(s, "%zu", 3) == 0) buf_uint(b, va_arg(*ap, size_t)), fmt += 3;
        else if (strncmp(s, "%lld", 4) == 0) buf_int(b, va_arg(*ap, long long)), fmt += 4;
        else return s;
    }
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
    char small[256];
    va_list ap, again;
    int n;
    if (b->failed != ERR_OK) return;
    va_start(ap, fmt);
    fmt = fmt_plain(b, fmt, &ap);
    va_copy(again, ap);
    n = *fmt ? vsnprintf(small, sizeof small, fmt, ap) : 0;
    if (n < 0) {
        b->failed = ERR_NOMEM; /* the formats are ours and right: only memory can be missing */
    } else if ((size_t)n < sizeof small) {
        buf_add(b, small, (size_t)n);
    } else if (room(b, (size_t)n)) {
        (void)vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
    va_end(ap);
}

const char *buf_cstr(const struct buf *b)
{
    return b->p ? b->p : "";
}

char *buf_take(struct buf *b, size_t *ret_n)
{
    char *p;
    if (b->failed != ERR_OK) return NULL;
    p = b->p ? b->p : calloc(1, 1);
    if (!p) {
        b->failed = ERR_NOMEM;
        return NULL;
    }
    if (ret_n) *ret_n = b->n;
    buf_init(b, b->max);
    return p;
}

enum err_kind buf_check(const struct buf *b, struct err *e)
{
    if (b->failed == ERR_OK) return ERR_OK;
    if (b->failed == ERR_NOMEM) return err_nomem(e);
    return err_set(e, b->failed, "the result is larger than %zu bytes", b->max);
}
