/* Text out of Markdown: references and escapes back to characters, code spans to what is in them. */
#include "plan/read_text.h"

#include <string.h>

/* --- parts of lines -------------------------------------------------------------------------------------------- */
struct cut cut_of(const char *s)
{
    return (struct cut){ s, s + strlen(s) };
}

static bool white(char c) { return c == ' ' || c == '\t'; }

struct cut cut_trim(struct cut c)
{
    while (c.s < c.end && white(*c.s)) c.s++;
    while (c.end > c.s && white(c.end[-1])) c.end--;
    return c;
}

bool cut_blank(struct cut c)
{
    c = cut_trim(c);
    return c.s == c.end;
}

bool cut_begins(struct cut c, const char *s)
{
    size_t n = strlen(s);
    return (size_t)(c.end - c.s) >= n && memcmp(c.s, s, n) == 0;
}

bool cut_is(struct cut c, const char *s)
{
    return (size_t)(c.end - c.s) == strlen(s) && cut_begins(c, s);
}

bool cut_literal(struct cut *c, const char *s)
{
    if (!cut_begins(*c, s)) return false;
    c->s += strlen(s);
    return true;
}

/* Bytes that belong together, at least one. */
static size_t step(const char *s, const char *end, unsigned how)
{
    unsigned long v;
    size_t n = text_piece(s, end, how);
    if (n > 0 || (n = text_reference(s, end, &v)) > 0) return n;
    while (*s == '`' && s + n < end && s[n] == '`') n++;
    return n > 0 ? n : 1;
}

bool cut_until(struct cut *c, const char *sep, unsigned how, struct cut *ret)
{
    const char *s = c->s;
    bool found = false;
    while (s < c->end && !(found = cut_begins((struct cut){ s, c->end }, sep))) s += step(s, c->end, how);
    *ret = (struct cut){ c->s, s };
    c->s = found ? s + strlen(sep) : c->end;
    return found;
}

bool cut_number(struct cut *c, int64_t *ret)
{
    int64_t v = 0;
    const char *s = c->s;
    while (s < c->end && *s >= '0' && *s <= '9' && s - c->s < 12) v = v * 10 + (*s++ - '0');
    if (s == c->s || (s < c->end && *s >= '0' && *s <= '9')) return false;
    c->s = s;
    *ret = v;
    return true;
}

/* --- characters ------------------------------------------------------------------------------------------------ */
static void utf8(struct buf *b, unsigned long v)
{
    if (v < 0x80) {
        buf_char(b, (char)v);
    } else if (v < 0x800) {
        buf_char(b, (char)(0xc0 | v >> 6));
        buf_char(b, (char)(0x80 | (v & 0x3f)));
    } else {
        if (v < 0x10000) buf_char(b, (char)(0xe0 | v >> 12));
        else {
            buf_char(b, (char)(0xf0 | v >> 18));
            buf_char(b, (char)(0x80 | (v >> 12 & 0x3f)));
        }
        buf_char(b, (char)(0x80 | (v >> 6 & 0x3f)));
        buf_char(b, (char)(0x80 | (v & 0x3f)));
    }
}

static void piece(struct buf *b, const char *s, size_t n, unsigned how)
{
    bool unescape = *s == '`' && (how & TEXT_CELL);
    for (size_t i = 0; i < n; i++)
        if (!unescape || s[i] != '\\' || i + 1 >= n || s[i + 1] != '|') buf_char(b, s[i]);
}

static void characters(struct cut c, unsigned how, struct buf *b)
{
    while (c.s < c.end) {
        unsigned long v;
        size_t n = text_reference(c.s, c.end, &v);
        if (n > 0) {
            utf8(b, v);
        } else if (cut_begins(c, "\\<") || ((how & TEXT_CELL) && cut_begins(c, "\\|"))) {
            buf_char(b, c.s[1]);
            n = 2;
        } else {
            n = step(c.s, c.end, how);
            piece(b, c.s, n, how);
        }
        c.s += n;
    }
}

void read_inline(struct cut c, struct buf *b)
{
    characters(c, 0, b);
}

static void line_start(struct cut *c, struct buf *b)
{
    const char *s = c->s;
    while (s < c->end && *s >= '0' && *s <= '9') s++;
    if (s + 1 < c->end && *s == '\\' && (s > c->s ? strchr(".)", s[1]) : strchr("#>+-*_~[", s[1]))) {
        buf_add(b, c->s, (size_t)(s - c->s));
        buf_char(b, s[1]);
        c->s = s + 2;
    }
}

/* Room for what c says, in the arena: it never says more bytes than it has. */
static struct buf room(struct cut c, struct arena *a)
{
    size_t n = (size_t)(c.end - c.s);
    struct buf b = { .p = arena_alloc(a, n + 1), .cap = n + 1, .max = n };
    if (!b.p) b.failed = ERR_NOMEM;
    return b;
}

const char *read_put(struct cut c, unsigned how, struct arena *a)
{
    struct buf b;
    c = cut_trim(c);
    if (c.s == c.end) return NULL;
    if (cut_is(c, TEXT_EMPTY)) return arena_dup(a, "");
    b = room(c, a);
    if (how & TEXT_START) line_start(&c, &b);
    characters(c, how, &b);
    return b.p;
}

/* --- code ------------------------------------------------------------------------------------------------------ */
#define PLAIN "`&`&#38;"

static const char *plain_end(struct cut c)
{
    unsigned long v;
    while (c.s < c.end) {
        unsigned char x = (unsigned char)*c.s;
        size_t n = text_reference(c.s, c.end, &v);
        if (n == 0 && (x >= 0x80 || (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z') || (x >= '0' && x <= '9'))) n = 1;
        if (n == 0) break;
        c.s += n;
    }
    return c.s;
}

static const char *span(struct cut c, unsigned how, struct arena *a)
{
    struct buf b = room(c, a);
    size_t ticks = 0;
    bool blank = true;
    while (c.s[ticks] == '`') ticks++;
    c.s += ticks;
    c.end -= ticks;
    for (const char *s = c.s; s < c.end; s++) blank = blank && *s == ' ';
    if (!blank && *c.s == ' ' && c.end[-1] == ' ') c.s++, c.end--;
    for (const char *s = c.s; s < c.end; s++)
        if (!(how & TEXT_CELL) || *s != '\\' || s + 1 >= c.end || s[1] != '|') buf_char(&b, *s);
    return b.p;
}

bool cut_raw(struct cut *c, unsigned how, struct arena *a, const char **ret)
{
    size_t n = c->s < c->end && *c->s == '`' ? text_piece(c->s, c->end, how) : 0;
    if (cut_literal(c, TEXT_EMPTY)) {
        *ret = arena_dup(a, "");
    } else if (cut_literal(c, PLAIN)) {
        struct cut x = { c->s, plain_end(*c) };
        struct buf b = room(x, a);
        characters(x, 0, &b);
        c->s = x.end;
        *ret = b.p;
    } else {
        if (n == 0) return false;
        *ret = span((struct cut){ c->s, c->s + n }, how, a);
        c->s += n;
    }
    return true;
}

const char *read_raw(struct cut c, unsigned how, struct arena *a)
{
    struct cut all = cut_trim(c);
    const char *ret = NULL;
    c = all;
    if (cut_raw(&c, how, a, &ret) && c.s == c.end) return ret;
    return read_put(all, how, a);
}

/* --- rows of blocks -------------------------------------------------------------------------------------------- */
void read_row(struct cut c, struct buf *b)
{
    const char *s = c.s;
    while (c.end > c.s && white(c.end[-1])) c.end--;
    while (s < c.end && white(*s)) s++;
    s += text_markers(s, c.end);
    buf_add(b, c.s, (size_t)(s - c.s));
    c.s = s;
    if (c.s + 1 < c.end && *c.s == '\\' && strchr("#=~[-", c.s[1])) {
        buf_char(b, c.s[1]);
        c.s += 2;
    }
    characters(c, 0, b);
}

void read_references(struct cut c, struct buf *b)
{
    while (c.s < c.end) {
        unsigned long v;
        size_t n = text_reference(c.s, c.end, &v);
        if (n > 0) utf8(b, v);
        else buf_char(b, *c.s);
        c.s += n > 0 ? n : 1;
    }
}

/* --- durations ------------------------------------------------------------------------------------------------- */
bool read_duration(struct cut c, int64_t *ret)
{
    static const struct { const char *name; int64_t minutes; } units[] = {
        { "days", 480 }, { "day", 480 }, { "hours", 60 }, { "hour", 60 }, { "h", 60 },
        { "minutes", 1 }, { "minute", 1 }, { "min", 1 },
    };
    int64_t sum = 0;
    c = cut_trim(c);
    if (c.s == c.end) return false;
    while (c.s < c.end) {
        int64_t v;
        size_t i = 0;
        if (!cut_number(&c, &v) || v > 100000000) return false;
        while (cut_literal(&c, " ")) continue;
        while (i < countof(units) && !cut_literal(&c, units[i].name)) i++;
        if (i == countof(units) || (c.s < c.end && *c.s != ' ')) return false;
        sum += v * units[i].minutes;
        while (cut_literal(&c, " ")) continue;
    }
    *ret = sum;
    return true;
}
