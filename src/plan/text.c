/* Foreign text inside Markdown: single lines, table cells, code spans, code fences. */
#include "plan/text.h"

#include <string.h>

enum { TICKS_MAX = 32 }; /* some renderers take no longer runs of backticks as code */

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

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* --- code ------------------------------------------------------------------------------------------------------ */
static size_t longest_run(const char *s, char c)
{
    size_t best = 0, run = 0;
    for (; *s; s++) {
        run = *s == c ? run + 1 : 0;
        if (run > best) best = run;
    }
    return best;
}

static void repeat(struct buf *b, char c, size_t n)
{
    while (n-- > 0) buf_char(b, c);
}

/* s[0..n) as one code span. */
static void code_span(struct buf *b, const char *s, size_t n, size_t ticks)
{
    bool pad = s[0] == '`' || s[n - 1] == '`' || (is_space(s[0]) && is_space(s[n - 1]));
    repeat(b, '`', ticks);
    if (pad) buf_char(b, ' ');
    for (size_t i = 0; i < n; i++) buf_char(b, is_space(s[i]) ? ' ' : s[i]);
    if (pad) buf_char(b, ' ');
    repeat(b, '`', ticks);
}

void text_code(struct buf *b, const char *s)
{
    size_t ticks = s ? longest_run(s, '`') + 1 : 0;
    if (ticks > TICKS_MAX) text_line(b, s);
    else if (!text_blank(s)) code_span(b, s, strlen(s), ticks);
}

/* Pipes end cells even in code, and renderers disagree on escaping them there: they go between spans. */
static void code_cell(struct buf *b, const char *s, size_t n, size_t ticks)
{
    while (n > 0) {
        const char *pipe = memchr(s, '|', n);
        size_t len = pipe ? (size_t)(pipe - s) : n;
        if (len > 0) code_span(b, s, len, ticks);
        if (pipe) buf_str(b, "&#124;");
        s += len + (pipe != NULL);
        n -= len + (pipe != NULL);
    }
}

void text_code_cell(struct buf *b, const char *s)
{
    size_t ticks = s ? longest_run(s, '`') + 1 : 0;
    if (ticks > TICKS_MAX) text_cell(b, s);
    else if (!text_blank(s)) code_cell(b, s, strlen(s), ticks);
}

void text_fence(struct buf *b, const char *language, const char *s, int indent)
{
    size_t ticks = longest_run(s ? s : "", '`') + 1;
    if (ticks < 3) ticks = 3;
    repeat(b, ' ', (size_t)indent);
    repeat(b, '`', ticks);
    for (const char *p = language ? language : ""; *p; p++)
        if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') || strchr("+-#._", *p))
            buf_char(b, *p);
    buf_char(b, '\n');
    for (const char *p = s ? s : ""; *p;) {
        size_t n = strcspn(p, "\r\n");
        if (n > 0) repeat(b, ' ', (size_t)indent);
        buf_add(b, p, n);
        buf_char(b, '\n');
        p += n;
        p += p[0] == '\r' && p[1] == '\n' ? 2 : p[0] != '\0';
    }
    repeat(b, ' ', (size_t)indent);
    repeat(b, '`', ticks);
    buf_char(b, '\n');
}

/* --- one line -------------------------------------------------------------------------------------------------- */
/* A number and then "." or ")": the marker of an ordered list. Returns the digits. */
static size_t ordered_marker(const char *s, const char *end)
{
    size_t n = 0;
    while (s + n < end && s[n] >= '0' && s[n] <= '9') n++;
    return n > 0 && s + n < end && (s[n] == '.' || s[n] == ')') ? n : 0;
}

/* A link, "[text](": the only thing that may begin with a bracket. */
static bool link_begins(const char *s, const char *end)
{
    const char *close = memchr(s, ']', (size_t)(end - s));
    return close && close + 1 < end && close[1] == '(';
}

/* What would be more than text at the beginning of a line is escaped. Returns how many bytes were dealt with. */
static size_t line_start(struct buf *b, const char *s, const char *end)
{
    size_t digits = ordered_marker(s, end);
    bool alone = s + 1 >= end || is_space(s[1]);
    bool twice = s + 1 < end && s[1] == s[0];
    if (digits > 0) {
        buf_add(b, s, digits);
        buf_char(b, '\\');
        return digits;
    }
    if (strchr("#>+-=|", *s) || (*s == '*' && alone) || (*s == '_' && twice) ||
        (*s == '~' && twice && s + 2 < end && s[2] == '~') || (*s == '[' && !link_begins(s, end)))
        buf_char(b, '\\');
    else if (*s == '*' && twice && s + 2 < end && s[2] == '*') buf_char(b, '\\');
    else return 0;
    buf_char(b, *s);
    return 1;
}

/* The closing run of as many backticks, or NULL. */
static const char *code_end(const char *s, const char *end, size_t ticks)
{
    while (s < end) {
        size_t run = 0;
        while (s + run < end && s[run] == '`') run++;
        if (run == ticks) return s;
        s += run ? run : 1;
    }
    return NULL;
}

/* A code span stays, backticks that open none are escaped. */
static const char *backticks(struct buf *b, const char *s, const char *end, bool cell)
{
    size_t ticks = 0;
    const char *close;
    while (s + ticks < end && s[ticks] == '`') ticks++;
    close = ticks <= TICKS_MAX ? code_end(s + ticks, end, ticks) : NULL;
    if (!close) {
        for (size_t i = 0; i < ticks; i++) buf_str(b, "\\`");
        return s + ticks;
    }
    if (cell && memchr(s, '|', (size_t)(close - s))) code_cell(b, s + ticks, (size_t)(close - s) - ticks, ticks);
    else buf_add(b, s, (size_t)(close - s) + ticks);
    return close + ticks;
}

/* Backslashes escape what follows here as they do in Markdown; one at the end must not escape what we write next. */
static const char *backslash(struct buf *b, const char *s, const char *end, bool cell)
{
    if (s + 1 >= end || (cell && s[1] == '|')) {
        buf_str(b, "\\\\");
        return s + 1;
    }
    buf_char(b, '\\');
    if (s[1] == '<' || s[1] == '`' || s[1] == '\\') buf_char(b, s[1]);
    else return s + 1;
    return s + 2;
}

static void inline_text(struct buf *b, const char *s, const char *end, bool cell)
{
    while (s < end) {
        if (*s == '`') s = backticks(b, s, end, cell);
        else if (*s == '\\') s = backslash(b, s, end, cell);
        else {
            if (*s == '<') buf_str(b, "&lt;");
            else if (*s == '|' && cell) buf_str(b, "&#124;");
            else buf_char(b, *s);
            s++;
        }
    }
}

void text_inline(struct buf *b, const char *s, size_t n)
{
    inline_text(b, s, s + n, false);
}

static void trimmed(struct buf *b, const char *s, size_t n, bool cell)
{
    const char *end = s + n;
    while (s < end && is_space(*s)) s++;
    while (end > s && is_space(end[-1])) end--;
    if (s == end) return;
    if (!cell) s += line_start(b, s, end);
    inline_text(b, s, end, cell);
}

/* Line breaks become blanks first: the text must be one line before it is read as one. */
static void one_line(struct buf *b, const char *s, bool cell)
{
    auto_buf flat = BUF_INIT(b->max);
    for (; s && *s; s++) buf_char(&flat, is_space(*s) ? ' ' : *s);
    if (flat.failed != ERR_OK && b->failed == ERR_OK) b->failed = flat.failed;
    trimmed(b, buf_cstr(&flat), flat.n, cell);
}

void text_line(struct buf *b, const char *s)
{
    one_line(b, s, false);
}

void text_cell(struct buf *b, const char *s)
{
    one_line(b, s, true);
}
