/* Styled text, measured in columns and cut into lines. */
#include "cli/rich.h"

#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "cli/say.h"

enum { TEXT_MAX = 16 << 20, TAB = 4 };

void rich_init(struct rich *r)
{
    buf_init(&r->text, TEXT_MAX);
    buf_init(&r->style, TEXT_MAX);
}

void rich_release(struct rich *r)
{
    buf_release(&r->text);
    buf_release(&r->style);
}

void rich_clear(struct rich *r)
{
    buf_clear(&r->text);
    buf_clear(&r->style);
}

static void put(struct rich *r, const char *s, size_t n, unsigned style)
{
    buf_add(&r->text, s, n);
    for (size_t i = 0; i < n; i++) buf_char(&r->style, (char)style);
}

void rich_add(struct rich *r, const char *s, size_t n, unsigned style)
{
    auto_buf clean = BUF_INIT(TEXT_MAX);
    say_clean(&clean, s, n, true);
    put(r, buf_cstr(&clean), clean.n, style);
}

void rich_break(struct rich *r)
{
    put(r, "\n", 1, 0);
}

/* --- columns --------------------------------------------------------------------------------------------------- */
static size_t length(const struct rich *r)
{
    return r->text.n < r->style.n ? r->text.n : r->style.n;
}

/* The character at i: its bytes, and in *columns how wide it is. The text is UTF-8 whatever the locale says. */
static size_t character(const struct rich *r, size_t i, size_t *columns)
{
    uint32_t c = 0;
    size_t n = say_decode(r->text.p + i, length(r) - i, &c);
    int w;
    *columns = 1;
    if (n == 0 || c < 0x80) return n ? n : 1;
    w = wcwidth((wchar_t)c);
    *columns = w < 0 ? 1 : (size_t)w;
    return n;
}

void rich_code(struct rich *r, const char *s, size_t n, unsigned style)
{
    size_t start = length(r);
    while (n > 0) {
        const char *tab = memchr(s, '\t', n);
        size_t part = tab ? (size_t)(tab - s) : n, at = 0, w;
        rich_add(r, s, part, style);
        if (!tab) return;
        for (size_t i = start; i < length(r); at += w) i += character(r, i, &w);
        put(r, "    ", TAB - at % TAB, style);
        s += part + 1;
        n -= part + 1;
    }
}

size_t rich_columns(const struct rich *r)
{
    size_t most = 0, here = 0, w;
    for (size_t i = 0; i < length(r);) {
        bool end = r->text.p[i] == '\n';
        i += character(r, i, &w);
        here = end ? 0 : here + w;
        if (here > most) most = here;
    }
    return most;
}

size_t rich_longest_word(const struct rich *r)
{
    size_t most = 0, here = 0, w;
    for (size_t i = 0; i < length(r);) {
        bool end = strchr(" \n", r->text.p[i]) != NULL;
        i += character(r, i, &w);
        here = end || w == 2 ? 0 : here + w;
        if (here > most) most = here;
    }
    return most;
}

/* --- lines ----------------------------------------------------------------------------------------------------- */
static size_t without_blanks(const struct rich *r, size_t from, size_t to)
{
    while (to > from && r->text.p[to - 1] == ' ') to--;
    return to;
}

static void measure(const struct rich *r, struct rich_line *l)
{
    size_t w;
    l->columns = 0;
    for (size_t i = l->from; i < l->to; l->columns += w) i += character(r, i, &w);
}

/* Moves over one character and the marks that belong to it. */
static size_t over(const struct rich *r, size_t i, size_t *columns)
{
    size_t w = 0;
    i += character(r, i, columns);
    while (i < length(r) && (unsigned char)r->text.p[i] >= 0x80) {
        size_t n = character(r, i, &w);
        if (w > 0) break;
        i += n;
    }
    return i;
}

bool rich_next(const struct rich *r, size_t width, bool keep, size_t *at, struct rich_line *ret)
{
    size_t i = *at, n = length(r), columns = 0, cut = 0, soft = 0, w = 0;
    if (i >= n) return false;
    while (!keep && i < n && r->text.p[i] == ' ') i++;
    ret->from = i;
    while (i < n && r->text.p[i] != '\n') {
        char c = r->text.p[i];
        size_t next = over(r, i, &w);
        if (columns + w > width && columns > 0) {
            if (c != ' ' && (cut || soft)) i = cut ? cut : soft;
            break;
        }
        columns += w;
        i = next;
        if (w == 2 || c == ' ') cut = i;
        else if (strchr("/_-", c)) soft = i; /* only where a word is longer than the line */
    }
    ret->to = without_blanks(r, ret->from, i);
    measure(r, ret);
    while (!keep && i < n && r->text.p[i] == ' ') i++;
    *at = i + (i < n && r->text.p[i] == '\n');
    return true;
}

static const struct { unsigned style; const char *code; } codes[] = {
    { STYLE_BOLD, ";1" }, { STYLE_DIM, ";2" },  { STYLE_ITALIC, ";3" },
    { STYLE_DEL, ";9" },  { STYLE_DONE, ";32" }, { STYLE_CODE, ";36" },
};

void rich_write(const struct rich *r, const struct rich_line *l, bool styled, struct buf *out)
{
    unsigned now = 0;
    for (size_t i = l->from; i < l->to;) {
        size_t from = i;
        unsigned style = (unsigned char)r->style.p[i];
        while (i < l->to && (unsigned char)r->style.p[i] == style) i++;
        if (styled && style != now) {
            buf_str(out, "\033[0");
            for (size_t j = 0; j < countof(codes); j++)
                if (style & codes[j].style) buf_str(out, codes[j].code);
            buf_char(out, 'm');
        }
        now = style;
        buf_add(out, r->text.p + from, i - from);
    }
    if (styled && now) buf_str(out, "\033[0m");
}
