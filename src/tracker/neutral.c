/* Making Markdown harmless. Where it is not certain that something is code, it is taken for text. */
#include "tracker/neutral.h"

#include <string.h>

#define BREAK "\xe2\x80\x8b" /* zero-width space */

struct scan {
    char fence;
    size_t fence_n;
    struct buf *b;
};

static bool word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t run_of(const char *s, const char *end, char c)
{
    size_t n = 0;
    while (s + n < end && s[n] == c) n++;
    return n;
}

/* Length of a code span at s that ends on its line; 0: it is none. */
static size_t code_span(const char *s, const char *end)
{
    size_t n = run_of(s, end, '`');
    for (const char *p = s + n; n && p < end;) {
        size_t m = run_of(p, end, '`');
        if (m == n) return (size_t)(p + m - s);
        p += m ? m : 1;
    }
    return 0;
}

/* Length of a reference that stands for @; 0: it is none. */
static size_t at_sign(const char *s, const char *end)
{
    static const char *const names[] = { "&commat;", "&#64;", "&#064;", "&#0064;", "&#x40;", "&#X40;", "&#x040;" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if ((size_t)(end - s) >= n && strncmp(s, names[i], n) == 0) return n;
    }
    return 0;
}

static bool begins_tag(char next)
{
    return word(next) || next == '/' || next == '!' || next == '?';
}

static void text(struct scan *x, const char *s, const char *end)
{
    for (const char *from = s; s < end;) {
        size_t n;
        if (*s == '\\' && s + 1 < end && s[1] != '@') {
            buf_add(x->b, s, 2);
            s += 2;
        } else if (*s == '`') {
            n = code_span(s, end);
            if (!n) n = run_of(s, end, '`');
            buf_add(x->b, s, n);
            s += n;
        } else if (*s == '@' && s + 1 < end && word(s[1]) && (s == from || !word(s[-1]))) {
            buf_str(x->b, "@" BREAK);
            s++;
        } else if (*s == '&' && (n = at_sign(s, end)) > 0) {
            buf_str(x->b, "@" BREAK);
            s += n;
        } else if (*s == '#' && s + 1 < end && s[1] >= '0' && s[1] <= '9' && (s == from || s[-1] != '&')) {
            buf_str(x->b, "#" BREAK); /* no reference to other tickets, which would be told */
            s++;
        } else if (*s == '<' && s + 1 < end && begins_tag(s[1])) {
            buf_str(x->b, "&lt;");
            s++;
        } else if (*s == '!' && s + 1 < end && s[1] == '[') {
            buf_str(x->b, "\\!");
            s++;
        } else {
            buf_char(x->b, *s++);
        }
    }
}

/* true: the line belongs to a block of code. */
static bool fenced(struct scan *x, const char *s, const char *end)
{
    const char *p = s;
    size_t n;
    while (p < end && (*p == ' ' || *p == '\t')) p++;
    n = p < end && (*p == '`' || *p == '~') ? run_of(p, end, *p) : 0;
    if (x->fence) {
        if (n >= x->fence_n && *p == x->fence && p + n == end) x->fence = 0;
        return true;
    }
    if (n < 3 || (*p == '`' && memchr(p + n, '`', (size_t)(end - p) - n))) return false;
    x->fence = *p;
    x->fence_n = n;
    return true;
}

void neutral_markdown(const char *md, bool commands, struct buf *b)
{
    struct scan x = { .b = b };
    while (*md) {
        size_t n = strcspn(md, "\n");
        const char *end = md + n, *p = md;
        while (p < end && (*p == ' ' || *p == '\t' || *p == '>')) p++;
        if (fenced(&x, md, end)) {
            buf_add(b, md, n);
        } else {
            buf_add(b, md, (size_t)(p - md));
            if (commands && p < end && *p == '/') buf_str(b, BREAK);
            text(&x, p, end);
        }
        if (*end == '\n') buf_char(b, '\n');
        md = end + (*end == '\n');
    }
    if (!x.fence) return;
    buf_char(b, '\n');
    for (size_t i = 0; i < x.fence_n; i++) buf_char(b, x.fence);
    buf_char(b, '\n');
}
