/* Foreign paragraphs inside Markdown, line by line: what is code stays as it is, what would be a heading, a reference
 * or a fence left open is defused.
 *
 * A fence is always written at the left edge, its own indent said behind it. There every renderer sees a fence, so that
 * our idea of what is code and what is text is the renderer's, too. A fence that is ragged, or left open, is text.
 * Blank lines mean no more than that there is one: each further one, and one at either end, is a comment. */
#include "plan/text.h"

#include <string.h>

struct block {
    struct buf *b;
    const char *end;
    const char *const *openers, *const *first;
    bool begun;      /* there was a line that is not blank */
    bool after_text; /* the line before was not blank: an underline would make it a heading */
    bool after_head; /* the line before was a heading */
    size_t blanks;   /* blank lines that wait */
};

static size_t run_of(const char *s, const char *end, char c)
{
    size_t n = 0;
    while (s + n < end && s[n] == c) n++;
    return n;
}

static size_t white(const char *s, const char *end)
{
    size_t n = 0;
    while (s + n < end && (s[n] == ' ' || s[n] == '\t')) n++;
    return n;
}

static bool only(const char *s, const char *end, char c)
{
    s += run_of(s, end, c);
    return s + white(s, end) == end;
}

static const char *line_end(const char *s, const char *end)
{
    const char *p = memchr(s, '\n', (size_t)(end - s));
    return p ? p : end;
}

/* --- blank lines ----------------------------------------------------------------------------------------------- */
static void marks(struct block *k, size_t n)
{
    for (; n > 0; n--) buf_str(k->b, TEXT_BLANK_LINE "\n");
    k->blanks = 0;
}

/* What has to stand before the next line. A heading has a blank line on both sides. */
static void before_line(struct block *k, bool heading)
{
    if (k->begun && (k->blanks > 0 || heading || k->after_head)) buf_char(k->b, '\n');
    if (k->blanks > 0) k->after_text = false;
    marks(k, k->begun && k->blanks > 0 ? k->blanks - 1 : k->blanks);
    k->begun = true;
    k->after_head = false;
}

/* --- code ------------------------------------------------------------------------------------------------------ */
size_t text_fence_open(const char *s, const char *end)
{
    size_t in = run_of(s, end, ' '), n;
    s += in;
    if (in > 3 || s == end || (*s != '`' && *s != '~')) return 0;
    n = run_of(s, end, *s);
    return n < 3 || (*s == '`' && memchr(s + n, '`', (size_t)(end - s) - n)) ? 0 : n;
}

bool text_fence_close(const char *s, const char *end, char fence, size_t n)
{
    size_t in = run_of(s, end, ' ');
    return in <= 3 && run_of(s + in, end, fence) >= n && only(s + in, end, fence);
}

/* The line behind the fence that begins at s, when it is one that can be written: closed, every line indented as its
 * first, nothing that would be lost. NULL: it is text. */
static const char *fenced(const char *s, const char *end, size_t in)
{
    const char *eol = line_end(s, end), *p;
    size_t n = text_fence_open(s + in, eol);
    char c = s[in];
    if (n == 0 || in > TEXT_INDENT_MAX || white(s, eol) != in || eol[-1] == ' ' || eol[-1] == '\t') return NULL;
    if (memchr(s, '\r', (size_t)(eol - s)) || memmem(s, (size_t)(eol - s), " indent=", 8)) return NULL;
    for (p = eol; p < end; p = eol) {
        const char *line = p + 1;
        eol = line_end(line, end);
        if (memchr(line, '\r', (size_t)(eol - line))) return NULL;
        if (line == eol) continue;
        if (run_of(line, eol, ' ') < in || line + in == eol) return NULL;
        line += in;
        if (text_fence_close(line, eol, c, n)) return run_of(line, eol, c) == n && line + n == eol ? eol : NULL;
    }
    return NULL;
}

static const char *code(struct block *k, const char *s)
{
    size_t in = run_of(s, k->end, ' ');
    const char *stop = fenced(s, k->end, in);
    if (!stop) return NULL;
    before_line(k, false);
    for (bool first = true; s <= stop; first = false) {
        const char *eol = line_end(s, stop);
        if (s < eol) buf_add(k->b, s + in, (size_t)(eol - s) - in);
        if (first && in > 0) buf_fmt(k->b, " indent=%zu", in);
        buf_char(k->b, '\n');
        s = eol + 1;
    }
    k->after_text = false;
    return stop;
}

/* --- text ------------------------------------------------------------------------------------------------------ */
static void inline_text(struct buf *b, const char *s, const char *end)
{
    text_put_n(b, s, (size_t)(end - s), 0, NULL);
}

/* "## Title": a bold line and a comment that says how many. A "+" in it: no blank line on that side. */
static bool heading(struct block *k, const char *s, const char *end)
{
    size_t level = run_of(s, end, '#');
    const char *text = s + level + 1;
    bool above = k->begun && k->blanks == 0, below = end + 1 < k->end && end[1] != '\n';
    if (level == 0 || level > 6 || text >= end || text[-1] != ' ') return false;
    if (strchr(" \t", *text) || strchr(" \t#", end[-1])) return false;
    if (memchr(text, '*', (size_t)(end - text)) || memchr(text, '\r', (size_t)(end - text))) return false;
    before_line(k, true);
    buf_str(k->b, "**");
    inline_text(k->b, text, end);
    buf_fmt(k->b, "** <!-- %s%.*s%s -->\n", above ? "+" : "", (int)level, "######", below ? "+" : "");
    k->after_text = false;
    k->after_head = true;
    return true;
}

/* "===" or "---" makes a heading of the text before it. */
static bool underline(const char *s, const char *end)
{
    return s < end && (*s == '=' || *s == '-') && only(s, end, *s);
}

size_t text_markers(const char *s, const char *end)
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
        p += white(p, end);
        rest = p;
    }
}

static const char *const *opener(const char *const *v, const char *s, const char *end)
{
    for (; v && *v; v++) {
        size_t n = strlen(*v);
        if ((size_t)(end - s) >= n && memcmp(s, *v, n) == 0) return v;
    }
    return NULL;
}

/* A line that begins as one of ours does: one letter of it is written as a reference, which nobody sees. */
static const char *not_ours(struct block *k, const char *s, const char *end, bool first)
{
    if (!opener(k->openers, s, end) && !(first && opener(k->first, s, end))) return s;
    while (s < end && *s == '*') buf_char(k->b, *s++);
    if (s < end) buf_fmt(k->b, "&#%d;", *s++);
    return s;
}

/* What only the start of a line can be, and what must not be here, gets a backslash. */
static bool defused(const struct block *k, const char *s, const char *end, bool contained)
{
    const char *close;
    if (s == end) return false;
    if (*s == '#') {
        size_t n = run_of(s, end, '#');
        return n <= 6 && (s + n == end || s[n] == ' ' || s[n] == '\t');
    }
    if (underline(s, end)) return *s == '=' || contained || k->after_text || run_of(s, end, '-') < 3;
    if (*s == '~') return run_of(s, end, '~') >= 3;
    if (*s != '[') return false;
    close = memchr(s, ']', (size_t)(end - s)); /* "[label]: target" is taken out of the text by renderers */
    return close && close + 1 < end && close[1] == ':';
}

/* What stands behind markers. The reader takes one backslash from its beginning. */
static void rest_of_row(struct block *k, const char *s, const char *end, bool contained, bool first)
{
    const char *after = not_ours(k, s, end, first);
    if (after == s && defused(k, s, end, contained)) buf_char(k->b, '\\');
    if (after == s && *s == '\\' && s + 1 < end && strchr("#=~[-", s[1])) {
        buf_str(k->b, "&#92;");
        after++;
    }
    inline_text(k->b, after, end);
}

static void text_row(struct block *k, const char *s, const char *end)
{
    size_t in = white(s, end), marked = text_markers(s + in, end);
    const char *rest = s + in + marked;
    bool first = !k->begun;
    if (in == 0 && marked == 0 && heading(k, s, end)) return;
    before_line(k, false);
    if (rest == end) rest--; /* blanks at the end are written as references */
    buf_add(k->b, s, (size_t)(rest - s));
    if (*rest == ' ' || *rest == '\t') inline_text(k->b, rest, end);
    else rest_of_row(k, rest, end, marked > 0, first);
    buf_char(k->b, '\n');
    k->after_text = true;
}

void text_block(struct buf *b, const char *s, const char *const *openers, const char *const *first)
{
    struct block k = { .b = b, .openers = openers, .first = first };
    if (!s) return;
    if (!*s) {
        buf_str(b, TEXT_EMPTY "\n");
        return;
    }
    k.end = s + strlen(s);
    k.after_text = b->n > 1 && b->p[b->n - 2] != '\n'; /* it follows a label of ours */
    for (;;) {
        const char *eol = line_end(s, k.end);
        if (s == eol) {
            if (eol < k.end || k.begun) k.blanks++;
        } else {
            const char *stop = code(&k, s);
            if (stop) eol = stop;
            else text_row(&k, s, eol);
        }
        if (eol == k.end) break;
        s = eol + 1;
    }
    if (k.blanks > 0 && k.begun) buf_char(b, '\n');
    marks(&k, k.blanks);
}
