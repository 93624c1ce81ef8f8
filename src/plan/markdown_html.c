/* Markdown to safe HTML: comments are taken out, md4c renders without raw HTML, and links and images to anything but
 * http, https and mailto become their text.
 *
 * md4c-html has no hook for links, but without raw HTML every "<" in what it writes begins a tag of its own, with
 * attribute values in which < > and " are escaped: its output can be filtered reliably. */
#include "pland/plan/document.h"

#include <md4c-html.h>
#include <md4c.h>
#include <string.h>
#include <strings.h>

enum { INPUT_MAX = 4 << 20, TICKS_MAX = 32 /* longer runs open no code span in md4c */ };

/* --- comments -------------------------------------------------------------------------------------------------- */
struct fence {
    char c;        /* '\0': outside */
    size_t n, in;  /* length and indent of what opened it */
};

static size_t run_of(const char *s, const char *end)
{
    size_t n = 0;
    while (s + n < end && s[n] == s[0]) n++;
    return n;
}

static bool blank(const char *s, const char *end)
{
    while (s < end && (*s == ' ' || *s == '\t' || *s == '\r')) s++;
    return s == end;
}

/* Is this line code, or does it open or close a fence? Fences may stand in lists, so an opening one may be indented
 * anyhow; in doubt a comment stays visible. */
static bool fence_line(struct fence *f, const char *s, const char *end)
{
    size_t in = 0, n;
    while (s < end && (*s == ' ' || *s == '\t')) in += *s++ == '\t' ? 4 : 1;
    if (s == end || (*s != '`' && *s != '~')) return f->c != '\0';
    n = run_of(s, end);
    if (f->c == '\0') {
        if (n < 3 || (*s == '`' && memchr(s + n, '`', (size_t)(end - s) - n))) return false;
        *f = (struct fence){ .c = *s, .n = n, .in = in };
    } else if (*s == f->c && n >= f->n && in <= f->in + 3 && blank(s + n, end)) {
        *f = (struct fence){ 0 };
    }
    return true;
}

/* The end of the code span that opens at s, or NULL. */
static const char *span_end(const char *s, const char *end)
{
    size_t n = run_of(s, end);
    for (const char *p = s + n; n <= TICKS_MAX && p < end; p++) {
        size_t m;
        if (*p != '`') continue;
        m = run_of(p, end);
        if (m == n) return p + m;
        p += m - 1;
    }
    return NULL;
}

/* Copies one line without its comments; returns where to go on, which is behind a comment of several lines. Behind
 * last no comment ends any more. */
static const char *text_line_out(struct buf *b, const char *s, const char *eol, const char *last)
{
    while (s < eol) {
        const char *p;
        if (*s == '`') {
            p = span_end(s, eol);
            if (!p) p = s + run_of(s, eol);
            buf_add(b, s, (size_t)(p - s));
            s = p;
        } else if (eol - s >= 4 && s + 4 <= last && memcmp(s, "<!--", 4) == 0) {
            s = (const char *)memmem(s + 4, (size_t)(last - s) - 1, "-->", 3) + 3;
            if (s > eol) return s;
        } else {
            if (*s == '\\' && s + 1 < eol) buf_char(b, *s++); /* an escaped backtick opens no code */
            buf_char(b, *s++);
        }
    }
    return s;
}

static void without_comments(const char *md, size_t n, struct buf *b)
{
    const char *end = md + n;
    const char *last = end; /* where the last "-->" begins, else before everything */
    struct fence f = { 0 };
    while (last > md && !(end - last >= 3 && memcmp(last, "-->", 3) == 0)) last--;
    if (end - last < 3 || memcmp(last, "-->", 3) != 0) last = md;
    while (md < end) {
        const char *eol = memchr(md, '\n', (size_t)(end - md));
        if (!eol) eol = end;
        if (fence_line(&f, md, eol)) {
            buf_add(b, md, (size_t)(eol - md));
            md = eol;
        } else {
            md = text_line_out(b, md, eol, last);
        }
        if (md == eol && md < end) buf_char(b, *md++);
    }
}

/* --- links and images ------------------------------------------------------------------------------------------ */
static bool starts_with(const char *s, const char *end, const char *prefix)
{
    size_t n = strlen(prefix);
    return (size_t)(end - s) >= n && strncasecmp(s, prefix, n) == 0;
}

static bool scheme_allowed(const char *url, const char *end)
{
    static const char *const schemes[] = { "http://", "https://", "mailto:" };
    for (size_t i = 0; i < countof(schemes); i++)
        if (starts_with(url, end, schemes[i])) return true;
    return false;
}

/* The value of alt="…" in the tag, still escaped. */
static void alt_text(struct buf *b, const char *tag, const char *end)
{
    const char *alt = memmem(tag, (size_t)(end - tag), "\" alt=\"", 7);
    const char *quote = alt ? memchr(alt + 7, '"', (size_t)(end - alt) - 7) : NULL;
    if (quote) buf_add(b, alt + 7, (size_t)(quote - alt) - 7);
}

struct filter {
    struct buf *b;
    unsigned open; /* links that are open in the input; md4c sometimes closes one that is not */
    bool kept;     /* the outermost of them is in the output */
};

static void link_tag(struct filter *f, const char *s, const char *end)
{
    static const char link[] = "<a href=\"";
    bool good = starts_with(s, end, link) && scheme_allowed(s + sizeof link - 1, end);
    if (f->open++ > 0 || !good) return;
    f->kept = true;
    buf_str(f->b, "<a rel=\"noopener noreferrer nofollow\" ");
    buf_add(f->b, s + 3, (size_t)(end - s) - 3);
}

static void link_end(struct filter *f)
{
    if (f->open > 0) f->open--;
    if (f->open > 0 || !f->kept) return;
    buf_str(f->b, "</a>");
    f->kept = false;
}

static void image_tag(struct filter *f, const char *s, const char *end)
{
    static const char image[] = "<img src=\"";
    if (!starts_with(s, end, image) || !scheme_allowed(s + sizeof image - 1, end)) {
        alt_text(f->b, s, end);
        return;
    }
    buf_str(f->b, "<img referrerpolicy=\"no-referrer\" loading=\"lazy\" ");
    buf_add(f->b, s + 5, (size_t)(end - s) - 5);
}

/* What may stand inside a link; everything else ends it. */
static bool inline_tag(const char *s, const char *end)
{
    static const char *const names[] = { "em>", "strong>", "del>", "code>", "br>" };
    s += 1 + (end - s > 1 && s[1] == '/');
    for (size_t i = 0; i < countof(names); i++)
        if (starts_with(s, end, names[i])) return true;
    return false;
}

static void tag(struct filter *f, const char *s, const char *end)
{
    if (starts_with(s, end, "<a ")) {
        link_tag(f, s, end);
    } else if (starts_with(s, end, "</a>")) {
        link_end(f);
    } else if (starts_with(s, end, "<img ")) {
        image_tag(f, s, end);
    } else {
        while (f->open > 0 && !inline_tag(s, end)) link_end(f);
        buf_add(f->b, s, (size_t)(end - s));
    }
}

static void filter(const char *s, size_t n, struct buf *b)
{
    struct filter f = { .b = b };
    const char *end = s + n;
    while (s < end) {
        const char *open = memchr(s, '<', (size_t)(end - s));
        const char *close = open ? memchr(open, '>', (size_t)(end - open)) : NULL;
        if (!close) {
            buf_add(b, s, (size_t)(end - s));
            return;
        }
        buf_add(b, s, (size_t)(open - s));
        tag(&f, open, close + 1);
        s = close + 1;
    }
}

static void to_buf(const MD_CHAR *p, MD_SIZE n, void *b)
{
    buf_add(b, p, n);
}

enum err_kind markdown_html(const char *md, size_t n, struct buf *b, struct err *e)
{
    const unsigned flags = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_TASKLISTS | MD_FLAG_STRIKETHROUGH |
                           MD_FLAG_PERMISSIVEURLAUTOLINKS;
    auto_buf text = BUF_INIT(INPUT_MAX);
    auto_buf raw = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k;
    if (n > INPUT_MAX) return err_set(e, ERR_TOO_LARGE, "more than %d bytes of Markdown", INPUT_MAX);
    without_comments(md, n, &text);
    k = buf_check(&text, e);
    if (k != ERR_OK) return k;
    if (md_html(buf_cstr(&text), (MD_SIZE)text.n, to_buf, &raw, flags, 0) != 0) return err_nomem(e);
    k = buf_check(&raw, e);
    if (k != ERR_OK) return k;
    if (raw.n) filter(raw.p, raw.n, b);
    return buf_check(b, e);
}
