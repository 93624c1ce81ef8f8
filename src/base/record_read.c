/* JSON text straight into a struct, for the texts that are right, which nearly all are: no jansson value is made for
 * each word. Whatever is wrong, or rare, makes the reader give up; then the text is parsed and decoded the long way,
 * which knows what to say about it. Both ways accept the same and come to the same; a test compares them. */
#include "base/record_read.h"

#include <string.h>

#include "base/plain.h"
#include "base/utf8.h"

enum { DEPTH_MAX = 64, DIGITS_MAX = 18 };

struct reading {
    const char *p, *end;
    struct arena *a;
    int depth;
};

static bool read_object(struct reading *r, const struct record *record, void *dst);

/* --- tokens ---------------------------------------------------------------------------------------------------- */
static void skip_space(struct reading *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t')) r->p++;
}

static bool next_is(struct reading *r, char c)
{
    skip_space(r);
    if (r->p == r->end || *r->p != c) return false;
    r->p++;
    return true;
}

static bool word(struct reading *r, const char *s)
{
    size_t n = strlen(s);
    if ((size_t)(r->end - r->p) < n || memcmp(r->p, s, n) != 0) return false;
    r->p += n;
    return true;
}

/* To the quote that ends a string, whose first one has been read. *ret_escaped: backslashes are on the way. */
static bool skip_string(struct reading *r, bool *ret_escaped)
{
    *ret_escaped = false;
    for (;;) {
        size_t n = 2;
        r->p = plain_run(r->p, r->end);
        if (r->p == r->end || (unsigned char)*r->p < 0x20) return false;
        if (*r->p == '"') return true;
        if (*r->p == '\\') *ret_escaped = true;
        else n = utf8_length((const unsigned char *)r->p, (size_t)(r->end - r->p));
        if (n == 0 || (size_t)(r->end - r->p) < n) return false;
        r->p += n;
    }
}

static int hex4(const char *p)
{
    int v = 0;
    for (int i = 0; i < 4; i++) {
        int c = p[i] | 0x20; /* no digit has the bit changed */
        if (p[i] >= '0' && p[i] <= '9') v = v * 16 + p[i] - '0';
        else if (c >= 'a' && c <= 'f') v = v * 16 + c - 'a' + 10;
        else return -1;
    }
    return v;
}

/* One escape behind its backslash, which never grows; NULL for what is wrong, and for characters of two escapes. */
static const char *unescape(const char *p, const char *end, char **to)
{
    static const char meaning[128] = { ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b',
                                       ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t' };
    int c = (unsigned char)*p < 128 ? meaning[(unsigned char)*p] : 0;
    if (c) {
        *(*to)++ = (char)c;
        return p + 1;
    }
    if (*p != 'u' || end - p < 5 || (c = hex4(p + 1)) <= 0 || (c >= 0xD800 && c <= 0xDFFF)) return NULL;
    if (c >= 0x800) *(*to)++ = (char)(0xE0 | c >> 12), *(*to)++ = (char)(0x80 | (c >> 6 & 0x3F));
    else if (c >= 0x80) *(*to)++ = (char)(0xC0 | c >> 6);
    *(*to)++ = (char)(c < 0x80 ? c : 0x80 | (c & 0x3F));
    return p + 5;
}

/* A string of the arena and its length; NULL: not a right one. */
static char *read_string(struct reading *r, size_t *ret_n)
{
    bool escaped;
    const char *from, *end;
    char *s, *to;
    if (!next_is(r, '"')) return NULL;
    from = r->p;
    if (!skip_string(r, &escaped)) return NULL;
    *ret_n = (size_t)(r->p++ - from);
    if (!(s = arena_dup_n(r->a, from, *ret_n)) || !escaped) return s;
    end = s + *ret_n;
    to = s;
    for (from = s; from < end;) {
        const char *stop = memchr(from, '\\', (size_t)(end - from));
        size_t n = (size_t)((stop ? stop : end) - from);
        memmove(to, from, n);
        to += n;
        if (!stop) break;
        if (!(from = unescape(stop + 1, end, &to))) return NULL;
    }
    *to = '\0';
    *ret_n = (size_t)(to - s);
    return s;
}

/* --- values ---------------------------------------------------------------------------------------------------- */
static bool within(const struct field *f, int64_t n)
{
    if ((f->min || f->max) && n < f->min) return false;
    return !(f->max || f->min < 0) || n <= f->max;
}

static bool blank(const char *s)
{
    return (unsigned char)*s <= ' ' && !s[strspn(s, " \t\r\n\v\f")]; /* most texts begin with a letter */
}

static bool read_text(struct reading *r, const struct field *f, void *dst)
{
    size_t n;
    const char *s = read_string(r, &n);
    if (!s || !within(f, (int64_t)n) || ((f->flags & FIELD_NONBLANK) && blank(s))) return false;
    *(const char **)dst = s;
    return true;
}

static bool read_int(struct reading *r, const struct field *f, void *dst)
{
    bool minus = next_is(r, '-');
    const char *from = r->p;
    int64_t v = 0;
    while (r->p < r->end && *r->p >= '0' && *r->p <= '9' && r->p - from < DIGITS_MAX) v = v * 10 + (*r->p++ - '0');
    if (r->p == from || (*from == '0' && r->p - from > 1)) return false;
    if (r->p < r->end && strchr("0123456789.eE", *r->p)) return false; /* longer, or not whole */
    if (minus) v = -v;
    if (!within(f, v)) return false;
    *(int64_t *)dst = v;
    return true;
}

static bool read_bool(struct reading *r, void *dst)
{
    skip_space(r);
    *(bool *)dst = word(r, "true");
    return *(bool *)dst || word(r, "false");
}

static bool read_enum(struct reading *r, const struct field *f, void *dst)
{
    const char *from;
    bool escaped;
    size_t n;
    if (!next_is(r, '"')) return false;
    from = r->p;
    if (!skip_string(r, &escaped) || escaped) return false;
    n = (size_t)(r->p++ - from);
    for (int i = 0; f->names[i]; i++) {
        if (strncmp(f->names[i], from, n) != 0 || f->names[i][n]) continue;
        *(int *)dst = i;
        return true;
    }
    return false;
}

/* Past one value, whatever it is: whoever takes the piece looks at it closely. */
static bool skip_value(struct reading *r)
{
    int open = 0;
    bool escaped;
    skip_space(r);
    for (; r->p < r->end; r->p++) {
        if (*r->p == '"') {
            r->p++;
            if (!skip_string(r, &escaped)) return false;
        } else if (*r->p == '{' || *r->p == '[') {
            if (++open + r->depth > DEPTH_MAX) return false;
        } else if (open == 0 && strchr(",}] \n\r\t", *r->p)) {
            return true;
        } else if (*r->p == '}' || *r->p == ']') {
            open--;
        }
    }
    return false;
}

/* The rare kinds: money, times, free JSON. */
static bool read_piece(struct reading *r, const struct field *f, void *object)
{
    const char *from;
    auto_json v = NULL;
    struct err e = { 0 };
    auto_buf wrapped = BUF_INIT(BUF_MAX_DEFAULT); /* a value by itself may be anything; in a list it must be one */
    skip_space(r);
    from = r->p;
    if (!skip_value(r)) return false;
    buf_char(&wrapped, '[');
    buf_add(&wrapped, from, (size_t)(r->p - from));
    buf_char(&wrapped, ']');
    if (buf_check(&wrapped, &e) != ERR_OK || json_parse(wrapped.p, wrapped.n, &v, &e) != ERR_OK) return false;
    return json_array_size(v) == 1 && record_decode_field(f, json_array_get(v, 0), object, r->a, &e) == ERR_OK;
}

/* --- what nests ------------------------------------------------------------------------------------------------ */
static bool read_option(struct reading *r, const struct field *f, void *dst)
{
    void *p = arena_alloc(r->a, f->sub->size);
    if (!p) return false;
    if (f->sub->initial) memcpy(p, f->sub->initial, f->sub->size);
    if (!read_object(r, f->sub, p)) return false;
    *(void **)dst = p;
    return true;
}

static bool read_element(struct reading *r, const struct field *f, void *list)
{
    const struct field each = { .flags = f->flags & FIELD_NONBLANK, .max = (int64_t)f->sub_max };
    void *slot = arena_push(r->a, list, f->type == FIELD_LIST ? f->sub->size : sizeof(const char *));
    if (!slot) return false;
    if (f->type == FIELD_STRS) return read_text(r, &each, slot);
    if (f->sub->initial) memcpy(slot, f->sub->initial, f->sub->size);
    return read_object(r, f->sub, slot);
}

static bool read_list(struct reading *r, const struct field *f, void *dst)
{
    LIST(void) l = { 0 };
    if (!next_is(r, '[') || ++r->depth > DEPTH_MAX) return false;
    if (!next_is(r, ']')) {
        do
            if (!read_element(r, f, &l)) return false;
        while (next_is(r, ','));
        if (!next_is(r, ']')) return false;
    }
    r->depth--;
    if (!within(f, (int64_t)l.n)) return false;
    memcpy(dst, &l, sizeof l);
    return true;
}

static bool read_value(struct reading *r, const struct field *f, char *object)
{
    void *dst = object + f->offset;
    skip_space(r);
    if (word(r, "null")) return !(f->flags & FIELD_REQUIRED) || (f->flags & FIELD_NULLABLE);
    switch (f->type) {
    case FIELD_STR: return read_text(r, f, dst);
    case FIELD_INT: return read_int(r, f, dst);
    case FIELD_BOOL: return read_bool(r, dst);
    case FIELD_ENUM: return read_enum(r, f, dst);
    case FIELD_RECORD: return read_object(r, f->sub, dst);
    case FIELD_OPTION: return read_option(r, f, dst);
    case FIELD_LIST:
    case FIELD_STRS: return read_list(r, f, dst);
    case FIELD_MONEY:
    case FIELD_TIME:
    case FIELD_JSON: return read_piece(r, f, object);
    }
    return false;
}

/* The row of the key that begins here, read with its quotes; the search begins behind the last one and wraps around. */
static const struct field *read_key(struct reading *r, const struct record *record, size_t from)
{
    const char *key;
    size_t n;
    if (!next_is(r, '"')) return NULL;
    key = r->p;
    r->p = plain_run(key, r->end);
    if (r->p == r->end || *r->p != '"') return NULL;
    n = (size_t)(r->p++ - key);
    for (size_t i = 0; i < record->n; i++) {
        const struct field *f = &record->fields[(from + i) % record->n];
        if (*f->key == *key && strncmp(f->key, key, n) == 0 && !f->key[n]) return f;
    }
    return NULL;
}

static bool read_member(struct reading *r, const struct record *record, char *object, uint64_t *seen, size_t *next)
{
    const struct field *f = read_key(r, record, *next);
    size_t i = f ? (size_t)(f - record->fields) : 0;
    if (!f || (*seen >> i & 1) || !next_is(r, ':') || !read_value(r, f, object)) return false;
    *seen |= (uint64_t)1 << i;
    *next = i + 1;
    return true;
}

static bool read_object(struct reading *r, const struct record *record, void *dst)
{
    uint64_t seen = 0;
    size_t next = 0;
    if (!next_is(r, '{') || ++r->depth > DEPTH_MAX) return false;
    if (!next_is(r, '}')) {
        do
            if (!read_member(r, record, dst, &seen, &next)) return false;
        while (next_is(r, ','));
        if (!next_is(r, '}')) return false;
    }
    r->depth--;
    for (size_t i = 0; i < record->n; i++)
        if ((record->fields[i].flags & FIELD_REQUIRED) && !(seen >> i & 1)) return false;
    return true;
}

bool record_read(const struct record *record, const char *text, size_t n, void *dst, struct arena *a)
{
    struct reading r = { .p = text, .end = text + n, .a = a };
    if (!read_object(&r, record, dst)) return false;
    skip_space(&r);
    return r.p == r.end;
}
