/* Foreign paragraphs inside Markdown, line by line: what is code stays as it is, what would be a heading, a reference
 * or a fence left open is defused.
 *
 * A fence is always written at the left edge of the block. There every renderer sees a fence, so that our idea of what
 * is code and what is text is the renderer's, too. */
#include "plan/text.h"

#include <string.h>

struct block {
    struct buf *b;
    int indent;
    bool first;       /* the line's indent is already there */
    char fence;       /* inside code: '`' or '~' */
    size_t fence_n;   /* length of the fence that opened it */
    size_t fence_in;  /* its indent, taken from the lines of code as well */
    bool after_text;  /* the line before was not blank: an underline would make it a heading */
    bool containers;  /* lists or quotes have begun: what is indented may belong to them */
};

static void begin(struct block *k)
{
    for (int i = 0; i < k->indent && !k->first; i++) buf_char(k->b, ' ');
    k->first = false;
}

static size_t spaces(const char *s, const char *end)
{
    size_t n = 0;
    while (s + n < end && s[n] == ' ') n++;
    return n;
}

static size_t run_of(const char *s, const char *end, char c)
{
    size_t n = 0;
    while (s + n < end && s[n] == c) n++;
    return n;
}

static bool only(const char *s, const char *end, char c)
{
    s += run_of(s, end, c);
    while (s < end && (*s == ' ' || *s == '\t')) s++;
    return s == end;
}

/* --- code ------------------------------------------------------------------------------------------------------ */
static bool fence_opens(struct block *k, const char *s, const char *end)
{
    const char *p = s;
    size_t n;
    while (p < end && (*p == ' ' || *p == '\t')) p++;
    if (p == end || (*p != '`' && *p != '~')) return false;
    n = run_of(p, end, *p);
    if (n < 3 || (*p == '`' && memchr(p + n, '`', (size_t)(end - p) - n))) return false;
    k->fence = *p;
    k->fence_n = n;
    k->fence_in = (size_t)(p - s);
    begin(k);
    buf_add(k->b, p, (size_t)(end - p));
    buf_char(k->b, '\n');
    return true;
}

static void close_fence(struct block *k)
{
    begin(k);
    for (size_t i = 0; i < k->fence_n; i++) buf_char(k->b, k->fence);
    buf_char(k->b, '\n');
    k->fence = '\0';
    k->after_text = false;
}

static void code_line(struct block *k, const char *s, const char *end)
{
    size_t in = spaces(s, end), drop = in < k->fence_in ? in : k->fence_in;
    size_t run;
    s += drop;
    in -= drop;
    run = run_of(s + in, end, k->fence);
    if (in <= 3 && run >= k->fence_n && only(s + in, end, k->fence)) {
        close_fence(k);
        return;
    }
    if (s < end) begin(k);
    buf_add(k->b, s, (size_t)(end - s));
    buf_char(k->b, '\n');
}

/* --- text ------------------------------------------------------------------------------------------------------ */
/* "## Title ##": the title becomes a bold line. */
static bool heading(struct block *k, const char *s, const char *end)
{
    size_t level = run_of(s, end, '#');
    const char *text = s + level;
    if (level == 0 || level > 6 || (text < end && *text != ' ' && *text != '\t')) return false;
    while (end > text && (end[-1] == '#' || end[-1] == ' ' || end[-1] == '\t')) end--;
    while (text < end && (*text == ' ' || *text == '\t')) text++;
    if (text == end || memchr(text, '*', (size_t)(end - text))) return false;
    if (k->after_text) buf_char(k->b, '\n');
    begin(k);
    buf_str(k->b, "**");
    text_inline(k->b, text, (size_t)(end - text));
    buf_str(k->b, "**\n\n");
    k->after_text = false;
    return true;
}

/* "===" or "---" makes a heading of the text before it. */
static bool underline(const char *s, const char *end)
{
    return s < end && (*s == '=' || *s == '-') && only(s, end, *s);
}

/* Bytes up to behind all markers of lists and quotes that the line begins with. */
static size_t markers(const char *s, const char *end)
{
    const char *p = s, *rest = s;
    for (;;) {
        const char *mark = p;
        size_t digits = 0;
        if (underline(p, end)) return (size_t)(rest - s);
        while (p + digits < end && p[digits] >= '0' && p[digits] <= '9') digits++;
        p += digits;
        if (p == end || !strchr(digits ? ".)" : ">-+*", *p)) return (size_t)(rest - s);
        p++;
        if (*mark != '>' && p < end && *p != ' ' && *p != '\t') return (size_t)(rest - s);
        while (p < end && (*p == ' ' || *p == '\t')) p++;
        rest = p;
    }
}

/* What only the start of a line can be, and what must not be here, gets a backslash. */
static bool defused(const struct block *k, const char *s, const char *end, bool contained)
{
    const char *close;
    if (s == end) return false;
    if (*s == '#') return true;
    if ((k->after_text || contained) && underline(s, end)) return true;
    if (*s == '~' && contained) return true; /* a fence behind a marker */
    if (*s != '[') return false;
    close = memchr(s, ']', (size_t)(end - s)); /* "[label]: target" is taken out of the text by renderers */
    return close && close + 1 < end && close[1] == ':';
}

static void indented_code(struct block *k, const char *s, const char *end)
{
    begin(k);
    buf_add(k->b, s, (size_t)(end - s));
    buf_char(k->b, '\n');
}

static void text_row(struct block *k, const char *s, const char *end)
{
    size_t in = 0, marked;
    bool deep;
    while (s + in < end && (s[in] == ' ' || s[in] == '\t')) in++;
    if (s + in == end) {
        buf_char(k->b, '\n');
        k->first = false;
        k->after_text = false;
        return;
    }
    deep = in > 3 || memchr(s, '\t', in);
    if (deep && !k->after_text && !k->containers) {
        indented_code(k, s, end);
        return;
    }
    if (fence_opens(k, s, end)) return;
    if (!deep && heading(k, s + in, end)) return;
    marked = markers(s + in, end);
    if (marked > 0 || *(s + in) == '-') k->containers = true; /* "-" alone may be an empty item */
    begin(k);
    buf_add(k->b, s, in + marked);
    s += in + marked;
    if (defused(k, s, end, marked > 0)) buf_char(k->b, '\\');
    text_inline(k->b, s, (size_t)(end - s));
    buf_char(k->b, '\n');
    k->after_text = true;
}

void text_block(struct buf *b, const char *s, int indent, bool indent_first)
{
    struct block k = { .b = b, .indent = indent, .first = !indent_first };
    const char *end;
    if (text_blank(s)) return;
    s += strspn(s, " \t\r\n"); /* an indented first line would belong to a list of ours before it */
    end = s + strlen(s);
    while (end > s && (end[-1] == '\n' || end[-1] == '\r' || end[-1] == ' ')) end--;
    while (s < end) {
        size_t n = strcspn(s, "\r\n");
        const char *eol = s + n < end ? s + n : end;
        if (k.fence) code_line(&k, s, eol);
        else text_row(&k, s, eol);
        s = eol;
        if (s < end) s += s[0] == '\r' && s[1] == '\n' ? 2 : 1;
    }
    if (k.fence) close_fence(&k);
}
