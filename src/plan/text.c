/* Foreign text on one line of Markdown: what would mean something else is written so that it does not. */
#include "plan/text.h"

#include <string.h>

enum { TICKS_MAX = 32, DIGITS_MAX = 7 }; /* some renderers take no longer runs of backticks as code */

static const char dash[] = "\xe2\x80\x94";

bool text_blank(const char *s)
{
    return !s || s[strspn(s, " \t\r\n")] == '\0';
}

size_t text_lines(const char *s)
{
    size_t n = 1;
    size_t len = s ? strlen(s) : 0;
    for (size_t i = 0; i + 1 < len; i++) n += s[i] == '\n';
    return n;
}

static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool digit(char c) { return c >= '0' && c <= '9'; }
static bool control(char c) { return (unsigned char)c < 0x20 || c == 0x7f; }

static bool punctuation(char c)
{
    return c != '\0' && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", c) != NULL;
}

static size_t run_of(const char *s, const char *end, char c)
{
    size_t n = 0;
    while (s + n < end && s[n] == c) n++;
    return n;
}

/* --- pieces that the reader sees as one ------------------------------------------------------------------------ */
static size_t code_piece(const char *s, const char *end, unsigned how)
{
    size_t ticks = run_of(s, end, '`');
    if (ticks > TICKS_MAX) return 0;
    for (const char *p = s + ticks; p < end;) {
        size_t run = run_of(p, end, '`');
        if (run == ticks) return (size_t)(p - s) + run;
        if (control(*p) || ((how & TEXT_CELL) && *p == '\\' && p + 2 < end && p[1] == '\\' && p[2] == '|')) return 0;
        p += run ? run : 1;
    }
    return 0;
}

static size_t link_piece(const char *s, const char *end)
{
    static const char *const schemes[] = { "<http://", "<https://", "<mailto:" };
    for (size_t i = 0; i < countof(schemes); i++) {
        size_t n = strlen(schemes[i]);
        if ((size_t)(end - s) <= n || strncmp(s, schemes[i], n) != 0) continue;
        while (s + n < end && !control(s[n]) && !strchr(" <>`\\|", s[n])) n++;
        return s + n < end && s[n] == '>' ? n + 1 : 0;
    }
    return 0;
}

size_t text_piece(const char *s, const char *end, unsigned how)
{
    switch (*s) {
    case '`': return code_piece(s, end, how);
    case '<': return link_piece(s, end);
    case '\\': return s + 1 < end && punctuation(s[1]) ? 2 : 0;
    default: return 0;
    }
}

size_t text_reference(const char *s, const char *end, unsigned long *ret)
{
    size_t n = 2;
    unsigned long v = 0;
    if (end - s < 4 || s[0] != '&' || s[1] != '#') return 0;
    while (s + n < end && digit(s[n]) && n < 2 + DIGITS_MAX) v = v * 10 + (unsigned long)(s[n++] - '0');
    if (n == 2 || s + n == end || s[n] != ';') return 0;
    if (v == 0 || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff)) return 0;
    *ret = v;
    return n + 1;
}

/* --- writing --------------------------------------------------------------------------------------------------- */
struct put {
    struct buf *b;
    const char *first, *end;
    unsigned how;
    const char *stops;
};

static void reference(struct buf *b, char c)
{
    buf_fmt(b, "&#%d;", c);
}

static bool stopped(const struct put *p, char c)
{
    return ((p->how & TEXT_CELL) && c == '|') || (p->stops && strchr(p->stops, c));
}

static bool long_dash(const struct put *p, const char *s)
{
    return (p->how & TEXT_DASH) && p->end - s >= 3 && memcmp(s, dash, 3) == 0;
}

/* A backslash that would escape a reference we write behind it, or that the reader would take for one of ours. */
static bool loose_backslash(const struct put *p, const char *s)
{
    if (s + 1 == p->end || s[1] == '<' || stopped(p, s[1]) || control(s[1])) return true;
    return (s[1] == ' ' && s + 2 == p->end) || long_dash(p, s + 1);
}

static bool last_hash(const struct put *p, const char *s)
{
    if (!(p->how & TEXT_HEAD) || s + 1 != p->end) return false;
    while (s > p->first && s[-1] == '#') s--;
    return s == p->first || s[-1] == ' ';
}

/* "&#35" at the end: what we write behind it could complete it. */
static bool open_reference(const char *s, const char *end)
{
    if (end - s < 2 || s[1] != '#') return false;
    for (s += 2; s < end && digit(*s);) s++;
    return s == end;
}

/* Must it be a numeric reference? */
static bool coded(const struct put *p, const char *s)
{
    unsigned long v;
    if (control(*s) || stopped(p, *s)) return true;
    switch (*s) {
    case ' ': return s == p->first || s + 1 == p->end;
    case '&': return text_reference(s, p->end, &v) > 0 || open_reference(s, p->end);
    case '\\': return loose_backslash(p, s);
    case '#': return last_hash(p, s);
    default: return false;
    }
}

static bool begins_tag(const char *s, const char *end)
{
    return s + 1 < end && (letter(s[1]) || strchr("/!?", s[1]));
}

/* A code span, in a cell with its pipes escaped as tables want it. */
static void piece(struct put *p, const char *s, size_t n)
{
    bool escape = *s == '`' && (p->how & TEXT_CELL);
    for (size_t i = 0; i < n; i++) {
        if (escape && s[i] == '|') buf_char(p->b, '\\');
        buf_char(p->b, s[i]);
    }
}

/* A piece stays as it is unless something in it must not. */
static bool keeps(const struct put *p, const char *s, size_t n)
{
    if (n == 0 || (*s == '\\' && loose_backslash(p, s))) return false;
    if (*s == '`' && (p->how & TEXT_CELL)) /* a backslash before a pipe: tables would unescape the two */
        for (size_t i = 0; i + 1 < n; i++)
            if (s[i] == '\\' && s[i + 1] == '|') return false;
    for (size_t i = 0; i < n; i++)
        if (control(s[i])) return false;
    return true;
}

static size_t one(struct put *p, const char *s)
{
    size_t n = text_piece(s, p->end, p->how);
    if (keeps(p, s, n)) {
        piece(p, s, n);
        return n;
    }
    if (*s == '`') {
        n = run_of(s, p->end, '`');
        for (size_t i = 0; i < n; i++) reference(p->b, '`');
        return n;
    }
    if (long_dash(p, s)) {
        buf_str(p->b, "&#8212;");
        return 3;
    }
    if (coded(p, s)) {
        reference(p->b, *s);
        return 1;
    }
    if (*s == '<' && begins_tag(s, p->end)) buf_char(p->b, '\\');
    buf_char(p->b, *s);
    return 1;
}

/* --- what only the beginning of a line can be ------------------------------------------------------------------ */
static bool ends_word(const char *s, const char *end)
{
    return s >= end || *s == ' ' || *s == '\t';
}

/* "***", "- - -": a line across the page. */
static bool rule(const char *s, const char *end)
{
    size_t n = 0;
    char c = *s;
    for (; s < end; s++) {
        if (*s == c) n++;
        else if (*s != ' ') return false;
    }
    return n >= 3;
}

static bool bracket(const char *s, const char *end)
{
    const char *close = memchr(s, ']', (size_t)(end - s));
    if (!close) return false;
    return (close == s + 2 && ends_word(close + 1, end)) || (close + 1 < end && close[1] == ':');
}

static bool starts_block(const char *s, const char *end)
{
    switch (*s) {
    case '#': return ends_word(s + run_of(s, end, '#'), end);
    case '>': return true;
    case '+': return ends_word(s + 1, end);
    case '-':
    case '*': return ends_word(s + 1, end) || rule(s, end);
    case '_': return rule(s, end);
    case '~': return run_of(s, end, '~') >= 3;
    case '[': return bracket(s, end);
    default: return false;
    }
}

static const char *line_start(struct put *p)
{
    const char *s = p->first;
    size_t n = 0;
    while (s + n < p->end && digit(s[n])) n++;
    if (n > 0 && s + n < p->end && s[n] == '\\' && s + n + 1 < p->end && strchr(".)", s[n + 1])) {
        buf_add(p->b, s, n);
        reference(p->b, '\\');
        return s + n + 1;
    }
    if (n > 0 && n < 10 && s + n < p->end && strchr(".)", s[n]) && ends_word(s + n + 1, p->end)) {
        buf_add(p->b, s, n);
        buf_char(p->b, '\\');
        buf_char(p->b, s[n]);
        return s + n + 1;
    }
    if (*s == '\\' && s + 1 < p->end && strchr("#>+-*_~[", s[1])) {
        reference(p->b, '\\');
        return s + 1;
    }
    if (!starts_block(s, p->end) || stopped(p, *s)) return s;
    buf_char(p->b, '\\');
    buf_char(p->b, *s);
    return s + 1;
}

#define BIT(c) (UINT64_C(1) << ((c) & 63))
static bool means_nothing(unsigned char c)
{
    static const uint64_t set[4] = {
        BIT(' ') | BIT('.') | BIT(':') | BIT('/') | BIT('-') | BIT('(') | BIT(')') | UINT64_C(0x3ff) << '0',
        BIT('_') | UINT64_C(0x3ffffff) << ('A' - 64) | UINT64_C(0x3ffffff) << ('a' - 64),
    };
    return set[c >> 6] & BIT(c);
}
#undef BIT

/* How many bytes from s on mean nothing in Markdown, wherever they stand: most of every text. */
static size_t innocent(const struct put *p, const char *s)
{
    const char *end = s;
    if (*s == ' ' && s == p->first) return 0;
    while (end < p->end && means_nothing((unsigned char)*end)) end++;
    if (end == p->end && end > s && end[-1] == ' ') end--;
    return (size_t)(end - s);
}

void text_put(struct buf *b, const char *s, unsigned how, const char *stops)
{
    if (s) text_put_n(b, s, strlen(s), how, stops);
}

void text_put_n(struct buf *b, const char *s, size_t n, unsigned how, const char *stops)
{
    struct put p = { .b = b, .first = s, .end = s + n, .how = how, .stops = stops };
    if (!n) return;
    if (how & TEXT_START) s = line_start(&p);
    while (s < p.end) {
        n = innocent(&p, s);
        if (n) buf_add(b, s, n);
        s += n ? n : one(&p, s);
    }
}

void text_put_optional(struct buf *b, const char *s, unsigned how, const char *stops)
{
    if (s && !*s) buf_str(b, TEXT_EMPTY);
    else text_put(b, s, how, stops);
}

void text_line(struct buf *b, const char *s)
{
    auto_buf flat = BUF_INIT(b->max);
    const char *p;
    if (text_blank(s)) return;
    for (s += strspn(s, " \t\r\n"); *s; s++) buf_char(&flat, strchr("\t\r\n", *s) ? ' ' : *s);
    while (flat.n > 0 && flat.p[flat.n - 1] == ' ') flat.p[--flat.n] = '\0';
    if (flat.failed != ERR_OK && b->failed == ERR_OK) b->failed = flat.failed;
    p = buf_cstr(&flat);
    text_put(b, p, TEXT_START, NULL);
}
