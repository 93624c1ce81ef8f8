/* Foreign text that is code: as a span, exactly as it is, and in a fence. */
#include "plan/text.h"

#include <string.h>

enum { TICKS_MAX = 32 };

static size_t longest_run(const char *s, char c)
{
    size_t best = 0;
    for (s = strchr(s, c); s; s = strchr(s, c)) {
        size_t run = 0;
        for (; *s == c; s++) run++;
        if (run > best) best = run;
    }
    return best;
}

static void repeat(struct buf *b, char c, size_t n)
{
    while (n-- > 0) buf_char(b, c);
}

/* --- spans ----------------------------------------------------------------------------------------------------- */
static bool fits_span(const char *s, unsigned how)
{
    if (s[strspn(s, " ")] == '\0' || longest_run(s, '`') >= TICKS_MAX) return false;
    for (; *s; s++) {
        if ((unsigned char)*s < 0x20 || *s == 0x7f) return false;
        if ((how & TEXT_CELL) && *s == '\\' && s[1] == '|') return false;
    }
    return true;
}

static void span(struct buf *b, const char *s, unsigned how)
{
    size_t n = strlen(s), ticks = 1;
    bool pad = s[0] == '`' || s[n - 1] == '`' || (s[0] == ' ' && s[n - 1] == ' ');
    char run[TICKS_MAX + 2];
    for (;; ticks++) { /* the shortest run that is not inside, so that "a `` b" needs one only */
        const char *p = s;
        size_t in = 0;
        while (*p && in != ticks) {
            for (in = 0; p[in] == '`'; in++) continue;
            p += in ? in : 1;
        }
        if (in != ticks) break;
    }
    memset(run, '`', ticks);
    buf_add(b, run, ticks);
    if (pad) buf_char(b, ' ');
    for (const char *bar; (how & TEXT_CELL) && (bar = strchr(s, '|')) != NULL; s = bar + 1) {
        buf_add(b, s, (size_t)(bar - s));
        buf_str(b, "\\|");
    }
    buf_str(b, s);
    if (pad) buf_char(b, ' ');
    buf_add(b, run, ticks);
}

/* No Markdown in it, and nothing that could end it: it begins with a reference, which never follows a span of ours. */
static void plain(struct buf *b, const char *s)
{
    buf_str(b, "`&`&#38;");
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        bool kept = c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (kept) buf_char(b, *s);
        else buf_fmt(b, "&#%d;", c);
    }
}

void text_raw(struct buf *b, const char *s, unsigned how)
{
    if (!s || !*s) return;
    if (fits_span(s, how)) span(b, s, how);
    else plain(b, s);
}

void text_raw_optional(struct buf *b, const char *s, unsigned how)
{
    if (s && !*s) buf_str(b, TEXT_EMPTY);
    else text_raw(b, s, how);
}

void text_code(struct buf *b, const char *s)
{
    auto_buf flat = BUF_INIT(b->max);
    if (text_blank(s)) return;
    for (; *s; s++) buf_char(&flat, strchr("\t\r\n", *s) ? ' ' : *s);
    if (flat.failed != ERR_OK && b->failed == ERR_OK) b->failed = flat.failed;
    text_raw(b, buf_cstr(&flat), 0);
}

/* --- fences ---------------------------------------------------------------------------------------------------- */
bool text_fence_word(const char *language)
{
    size_t n = strspn(language, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-#._");
    return n > 0 && language[n] == '\0';
}

/* Line ends are the file's, and other control characters may be anybody's: such text is written with references. */
static bool needs_references(const char *s, size_t n)
{
    unsigned char odd = 0;
    for (size_t i = 0; i < n; i++) { /* without branches: many at once */
        unsigned char c = (unsigned char)s[i];
        odd |= (unsigned char)((c < 0x20) & (c != '\t') & (c != '\n')) | (unsigned char)(c == 0x7f);
    }
    return odd;
}

static void fence_line(struct buf *b, const char *s, size_t n, bool references)
{
    unsigned long v;
    if (!references) {
        buf_add(b, s, n);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        bool odd = ((unsigned char)s[i] < 0x20 && s[i] != '\t') || s[i] == 0x7f;
        if (odd || text_reference(s + i, s + n, &v)) buf_fmt(b, "&#%d;", s[i]);
        else buf_char(b, s[i]);
    }
}

static void fence(struct buf *b, const char *language, const char *s, size_t n, int indent, bool open)
{
    bool references = needs_references(s, n);
    const char *end = s + n;
    size_t ticks = longest_run(s, '`') + 1;
    if (ticks < 3) ticks = 3;
    repeat(b, ' ', (size_t)indent);
    repeat(b, '`', ticks);
    if (language && text_fence_word(language)) buf_str(b, language);
    if (open) buf_str(b, " " TEXT_OPEN_END);
    if (references) buf_str(b, " " TEXT_REFERENCES);
    buf_char(b, '\n');
    for (const char *p = s;; p++) {
        const char *eol = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((eol ? eol : end) - p);
        if (len > 0) repeat(b, ' ', (size_t)indent);
        fence_line(b, p, len, references);
        buf_char(b, '\n');
        p += len;
        if (!eol) break;
    }
    repeat(b, ' ', (size_t)indent);
    repeat(b, '`', ticks);
    buf_char(b, '\n');
}

void text_fence(struct buf *b, const char *language, const char *s, int indent)
{
    if (!s) s = "";
    fence(b, language, s, strlen(s), indent, false);
}

void text_code_fence(struct buf *b, const char *language, const char *s)
{
    size_t n = s ? strlen(s) : 0;
    bool ends = n > 0 && s[n - 1] == '\n';
    fence(b, language, s ? s : "", n - ends, 0, !ends);
}
