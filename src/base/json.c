/* JSON text ↔ jansson values, read strictly (RFC 8259, less duplicate keys, NUL and deep nesting).
 *
 * The values are jansson's, the reader is ours: jansson 2.14 ignores a failed growth of its token buffer and then
 * aborts or reads past it, and takes 24 µs for a ticket of 2 KB, where this takes 1.5. What we accept and the values
 * that come out are the same; a test compares the two. */
#include "pland/base/record.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/plain.h"
#include "base/utf8.h"

enum { DEPTH_MAX = 64, NUMBER_MAX = 128 };

struct reader {
    const char *p, *end, *text;
    char *unescaped; /* strings with escapes, one after the other: never longer than the text. NULL until needed */
    size_t used;
    int depth;
    bool loose; /* comments, and keys that are there twice */
    struct err *e;
};
struct slice {
    const char *p;
    size_t n;
};

static json_t *read_value(struct reader *r);

/* --- failures -------------------------------------------------------------------------------------------------- */
static void *bad(struct reader *r, const char *at, const char *what)
{
    size_t line = 1, column = 1;
    for (const char *p = r->text; p < at; p++) {
        bool ends = *p == '\n';
        line += ends;
        column = ends ? 1 : column + 1;
    }
    if (at == r->end) what = "the text ends too early";
    (void)err_set(r->e, ERR_SYNTAX, "not valid JSON: line %zu, column %zu: %s", line, column, what);
    return NULL;
}

static json_t *or_nomem(struct reader *r, json_t *v)
{
    if (!v) (void)err_nomem(r->e);
    return v;
}

/* --- tokens ---------------------------------------------------------------------------------------------------- */
static char peek(const struct reader *r)
{
    return r->p < r->end ? *r->p : '\0';
}

/* false: no comment begins here. */
static bool skip_comment(struct reader *r)
{
    const char *close;
    if (!r->loose || r->end - r->p < 2 || r->p[0] != '/' || (r->p[1] != '/' && r->p[1] != '*')) return false;
    close = r->p[1] == '/' ? memchr(r->p, '\n', (size_t)(r->end - r->p))
                           : memmem(r->p + 2, (size_t)(r->end - r->p - 2), "*/", 2);
    r->p = !close ? r->end : close + (r->p[1] == '*' ? 2 : 1);
    return true;
}

static void skip_space(struct reader *r)
{
    do
        while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t')) r->p++;
    while (skip_comment(r));
}

static bool take(struct reader *r, char c)
{
    if (peek(r) != c) return false;
    r->p++;
    return true;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* --- strings --------------------------------------------------------------------------------------------------- */
static int hex_value(char c)
{
    if (digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Four hexadecimal digits, or -1. */
static int32_t read_hex4(struct reader *r)
{
    int32_t v = 0;
    for (int i = 0; i < 4; i++, r->p++) {
        int h = hex_value(peek(r));
        if (h < 0) return -1;
        v = v * 16 + h;
    }
    return v;
}

/* What follows \u. A surrogate must be the first of a pair. -1 after setting the error. */
static int32_t read_code_point(struct reader *r)
{
    const char *at = r->p - 2;
    int32_t low, c = read_hex4(r);
    if (c == 0) return bad(r, at, "\\u0000 is not accepted"), -1;
    if (c < 0) return bad(r, r->p, "expected four hexadecimal digits"), -1;
    if (c < 0xD800 || c > 0xDFFF) return c;
    if (c > 0xDBFF || !take(r, '\\') || !take(r, 'u')) return bad(r, at, "half a surrogate pair"), -1;
    low = read_hex4(r);
    if (low < 0xDC00 || low > 0xDFFF) return bad(r, at, "half a surrogate pair"), -1;
    return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
}

static size_t put_utf8(char *ret, int32_t c)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n; i-- > 1; c >>= 6) ret[i] = (char)(0x80 | (c & 0x3F));
    ret[0] = (char)(lead[n] | c);
    return n;
}

/* What follows a backslash; false after setting the error. */
static bool read_escape(struct reader *r)
{
    static const char meaning[128] = {
        ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t'};
    unsigned char c = (unsigned char)peek(r);
    int32_t point;
    if (c < 128 && meaning[c]) {
        r->unescaped[r->used++] = meaning[c];
        r->p++;
        return true;
    }
    if (!take(r, 'u')) return bad(r, r->p, "no such escape in a string") != NULL;
    point = read_code_point(r);
    if (point < 0) return false;
    r->used += put_utf8(r->unescaped + r->used, point);
    return true;
}

static void keep(struct reader *r, const char *from)
{
    size_t n = (size_t)(r->p - from);
    memcpy(r->unescaped + r->used, from, n);
    r->used += n;
}

/* To the next quote or backslash; false after setting the error. */
static bool skip_text(struct reader *r)
{
    for (;;) {
        size_t len;
        r->p = plain_run(r->p, r->end);
        if (r->p == r->end) return bad(r, r->p, "") != NULL;
        if (*r->p == '"' || *r->p == '\\') return true;
        if ((unsigned char)*r->p < 0x20) return bad(r, r->p, "a control character in a string") != NULL;
        len = utf8_length((const unsigned char *)r->p, (size_t)(r->end - r->p));
        if (len == 0) return bad(r, r->p, "invalid UTF-8") != NULL;
        r->p += len;
    }
}

static bool need_unescaped(struct reader *r)
{
    if (!r->unescaped) r->unescaped = malloc((size_t)(r->end - r->text));
    if (!r->unescaped) (void)err_nomem(r->e);
    return r->unescaped != NULL;
}

/* The string whose opening quote has been read: a piece of the text where nothing is escaped. */
static bool read_string(struct reader *r, struct slice *ret)
{
    const char *from = r->p;
    size_t start = r->used;
    if (!skip_text(r)) return false;
    if (*r->p == '"') {
        *ret = (struct slice){from, (size_t)(r->p++ - from)};
        return true;
    }
    if (!need_unescaped(r)) return false;
    while (*r->p == '\\') {
        keep(r, from);
        r->p++;
        if (!read_escape(r)) return false;
        from = r->p;
        if (!skip_text(r)) return false;
    }
    keep(r, from);
    r->p++;
    *ret = (struct slice){r->unescaped + start, r->used - start};
    return true;
}

/* --- numbers and words ----------------------------------------------------------------------------------------- */
static bool skip_digits(struct reader *r)
{
    if (!digit(peek(r))) return bad(r, r->p, "expected a digit") != NULL;
    while (digit(peek(r))) r->p++;
    return true;
}

static json_t *integer(struct reader *r, const char *from)
{
    bool minus = *from == '-';
    int64_t v = 0;
    for (const char *p = from + minus; p < r->p; p++) {
        int64_t d = minus ? '0' - *p : *p - '0';
        if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, d, &v))
            return bad(r, from, "a whole number beyond 64 bits");
    }
    return or_nomem(r, json_integer(v));
}

/* strtod() wants the decimal point of the locale, and a NUL. */
static json_t *real(struct reader *r, const char *from)
{
    const char *point = localeconv()->decimal_point;
    size_t n = (size_t)(r->p - from);
    char text[NUMBER_MAX + 1], *dot;
    double v;
    if (n > NUMBER_MAX) return bad(r, from, "a number of more than 128 characters");
    memcpy(text, from, n);
    text[n] = '\0';
    dot = strchr(text, '.');
    if (dot && point[0] && !point[1]) *dot = point[0];
    v = strtod(text, NULL);
    return isfinite(v) ? or_nomem(r, json_real(v)) : bad(r, from, "a number beyond what a double holds");
}

static json_t *read_number(struct reader *r)
{
    const char *from = r->p;
    bool whole = true;
    (void)take(r, '-');
    if (peek(r) == '0') r->p++;
    else if (!skip_digits(r)) return NULL;
    if (digit(peek(r))) return bad(r, from, "a number with a leading zero");
    if (take(r, '.')) {
        whole = false;
        if (!skip_digits(r)) return NULL;
    }
    if (take(r, 'e') || take(r, 'E')) {
        whole = false;
        if (!take(r, '-')) (void)take(r, '+');
        if (!skip_digits(r)) return NULL;
    }
    return whole ? integer(r, from) : real(r, from);
}

static json_t *read_word(struct reader *r, const char *word, json_t *value)
{
    size_t n = strlen(word);
    if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0) return bad(r, r->p, "expected a value");
    r->p += n;
    return value;
}

/* --- what nests ------------------------------------------------------------------------------------------------ */
static bool read_member(struct reader *r, json_t *object)
{
    struct slice key;
    const char *at;
    size_t before = json_object_size(object);
    json_t *v;
    skip_space(r);
    at = r->p;
    if (!take(r, '"')) return bad(r, r->p, "expected a key in double quotes") != NULL;
    if (!read_string(r, &key)) return false;
    skip_space(r);
    if (!take(r, ':')) return bad(r, r->p, "expected ':'") != NULL;
    v = read_value(r);
    if (!v) return false;
    if (json_object_setn_new_nocheck(object, key.p, key.n, v) != 0) return or_nomem(r, NULL) != NULL;
    if (json_object_size(object) == before && !r->loose) return bad(r, at, "this key is there twice") != NULL;
    return true;
}

static bool read_element(struct reader *r, json_t *array)
{
    json_t *v = read_value(r);
    if (!v) return false;
    return json_array_append_new(array, v) == 0 || or_nomem(r, NULL) != NULL;
}

/* The members behind an opening bracket, and the closing one. Takes over into. */
static json_t *read_nested(struct reader *r, json_t *into, bool (*read)(struct reader *, json_t *), char close,
                           const char *missing)
{
    auto_json v = into;
    if (!v) return or_nomem(r, NULL);
    if (++r->depth > DEPTH_MAX) return bad(r, r->p - 1, "more than 64 levels of nesting");
    skip_space(r);
    if (!take(r, close)) {
        do {
            if (!read(r, v)) return NULL;
            skip_space(r);
        } while (take(r, ','));
        if (!take(r, close)) return bad(r, r->p, missing);
    }
    r->depth--;
    return TAKE(v);
}

static json_t *read_text(struct reader *r)
{
    struct slice s;
    return read_string(r, &s) ? or_nomem(r, json_stringn_nocheck(s.p, s.n)) : NULL;
}

static json_t *read_value(struct reader *r)
{
    skip_space(r);
    switch (peek(r)) {
    case '{': r->p++; return read_nested(r, json_object(), read_member, '}', "expected ',' or '}'");
    case '[': r->p++; return read_nested(r, json_array(), read_element, ']', "expected ',' or ']'");
    case '"': r->p++; return read_text(r);
    case 't': return read_word(r, "true", json_true());
    case 'f': return read_word(r, "false", json_false());
    case 'n': return read_word(r, "null", json_null());
    default: break;
    }
    if (peek(r) == '-' || digit(peek(r))) return read_number(r);
    return bad(r, r->p, "expected a value");
}

static enum err_kind parse(struct reader *r, json_t **ret)
{
    auto_json v = read_value(r);
    free(r->unescaped);
    if (!v) return r->e->kind;
    skip_space(r);
    if (r->p != r->end) {
        (void)bad(r, r->p, "text after the end of the value");
        return r->e->kind;
    }
    *ret = TAKE(v);
    return ERR_OK;
}

enum err_kind json_parse(const char *text, size_t n, json_t **ret, struct err *e)
{
    struct reader r = {.p = text, .end = text + n, .text = text, .e = e};
    return parse(&r, ret);
}

enum err_kind json_parse_loose(const char *text, size_t n, json_t **ret, struct err *e)
{
    struct reader r = {.p = text, .end = text + n, .text = text, .loose = true, .e = e};
    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) r.p += 3;
    return parse(&r, ret);
}

static int to_buf(const char *p, size_t n, void *buf)
{
    struct buf *b = buf;
    buf_add(b, p, n);
    return b->failed == ERR_OK ? 0 : -1;
}

void json_write(const json_t *v, size_t flags, struct buf *b)
{
    if (json_dump_callback(v, to_buf, b, flags) != 0 && b->failed == ERR_OK) b->failed = ERR_NOMEM;
}
