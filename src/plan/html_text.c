/* Foreign text as HTML: escaping, entities, URLs. */
#include "plan/html_text.h"

#include <stdbool.h>
#include <string.h>

enum { REPLACEMENT = 0xfffd, LAST_POINT = 0x10ffff };

typedef void put_fn(struct buf *b, const char *s, size_t n);

/* --- characters ------------------------------------------------------------------------------------------------ */
/* Bytes of the character at s, and which it is; what is no UTF-8 is one byte of U+FFFD. */
static size_t decode(const char *s, size_t n, unsigned long *ret)
{
    static const struct { unsigned char mask, lead; unsigned long least; } forms[] = {
        { 0x80, 0x00, 0 }, { 0xe0, 0xc0, 0x80 }, { 0xf0, 0xe0, 0x800 }, { 0xf8, 0xf0, 0x10000 },
    };
    unsigned char c = (unsigned char)*s;
    for (size_t k = 0; k < sizeof forms / sizeof forms[0]; k++) {
        unsigned long point = c & (unsigned char)~forms[k].mask;
        size_t i = 1;
        if ((c & forms[k].mask) != forms[k].lead) continue;
        while (i <= k && i < n && ((unsigned char)s[i] & 0xc0) == 0x80) point = point << 6 | ((unsigned char)s[i++] & 0x3f);
        if (i <= k || point < forms[k].least) break;
        *ret = point;
        return i;
    }
    *ret = REPLACEMENT;
    return 1;
}

static size_t encode(char *ret, unsigned long c)
{
    size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = { 0, 0x00, 0xc0, 0xe0, 0xf0 };
    for (size_t i = n; i-- > 1; c >>= 6) ret[i] = (char)(0x80 | (c & 0x3f));
    ret[0] = (char)(lead[n] | c);
    return n;
}

/* What HTML forbids: controls, surrogates, what Unicode has set aside. */
static bool forbidden(unsigned long c)
{
    if (c < 0x20) return c != '\t' && c != '\n';
    if (c >= 0x7f && c < 0xa0) return true;
    if (c >= 0xd800 && c < 0xe000) return true;
    return c > LAST_POINT || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

/* Makes text run the other way, so that it can be read as what it is not. */
static bool turns(unsigned long c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void put_point(struct buf *b, unsigned long c)
{
    char utf8[4];
    switch (c) {
    case '&': buf_str(b, "&amp;"); return;
    case '<': buf_str(b, "&lt;"); return;
    case '>': buf_str(b, "&gt;"); return;
    case '"': buf_str(b, "&quot;"); return;
    case '\'': buf_str(b, "&#39;"); return;
    case '\r': return; /* "\n" follows, or it means nothing */
    default: break;
    }
    if (turns(c)) buf_fmt(b, "[U+%04lX]", c);
    else buf_add(b, utf8, encode(utf8, forbidden(c) ? REPLACEMENT : c));
}

static bool plain(char c)
{
    return (unsigned char)c >= 0x20 && (unsigned char)c < 0x7f && !strchr("&<>\"'", c);
}

void html_text(struct buf *b, const char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t run = i;
        unsigned long c;
        while (run < n && plain(s[run])) run++;
        if (run > i) {
            buf_add(b, s + i, run - i);
            i = run;
            continue;
        }
        i += decode(s + i, n - i, &c);
        put_point(b, c);
    }
}

/* --- URLs ------------------------------------------------------------------------------------------------------ */
void html_url(struct buf *b, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c <= 0x20 || c >= 0x7f || strchr("\"'<>\\`{|}^", c)) buf_fmt(b, "%%%02X", c);
        else if (c == '&') buf_str(b, "&amp;");
        else buf_char(b, (char)c);
    }
}

void html_id(struct buf *b, const char *id)
{
    for (; id && *id; id++)
        if ((*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z') || (*id >= '0' && *id <= '9') || *id == '.')
            buf_char(b, *id);
}

/* --- entities -------------------------------------------------------------------------------------------------- */
static const struct { const char *name; unsigned long point; } names[] = {
    { "amp", '&' },       { "lt", '<' },         { "gt", '>' },         { "quot", '"' },       { "apos", '\'' },
    { "nbsp", 0xa0 },     { "copy", 0xa9 },      { "reg", 0xae },       { "trade", 0x2122 },   { "sect", 0xa7 },
    { "para", 0xb6 },     { "deg", 0xb0 },       { "plusmn", 0xb1 },    { "micro", 0xb5 },     { "middot", 0xb7 },
    { "frac12", 0xbd },   { "times", 0xd7 },     { "divide", 0xf7 },    { "laquo", 0xab },     { "raquo", 0xbb },
    { "euro", 0x20ac },   { "pound", 0xa3 },     { "cent", 0xa2 },      { "yen", 0xa5 },       { "szlig", 0xdf },
    { "auml", 0xe4 },     { "ouml", 0xf6 },      { "uuml", 0xfc },      { "Auml", 0xc4 },      { "Ouml", 0xd6 },
    { "Uuml", 0xdc },     { "eacute", 0xe9 },    { "egrave", 0xe8 },    { "agrave", 0xe0 },    { "ccedil", 0xe7 },
    { "ndash", 0x2013 },  { "mdash", 0x2014 },   { "lsquo", 0x2018 },   { "rsquo", 0x2019 },   { "sbquo", 0x201a },
    { "ldquo", 0x201c },  { "rdquo", 0x201d },   { "bdquo", 0x201e },   { "bull", 0x2022 },    { "hellip", 0x2026 },
    { "larr", 0x2190 },   { "uarr", 0x2191 },    { "rarr", 0x2192 },    { "darr", 0x2193 },    { "harr", 0x2194 },
    { "rArr", 0x21d2 },   { "infin", 0x221e },   { "ne", 0x2260 },      { "le", 0x2264 },      { "ge", 0x2265 },
    { "asymp", 0x2248 },  { "sum", 0x2211 },     { "minus", 0x2212 },   { "lowbar", '_' },     { "colon", ':' },
    { "sol", '/' },       { "bsol", '\\' },      { "lpar", '(' },       { "rpar", ')' },       { "num", '#' },
    { "verbar", '|' },    { "grave", '`' },      { "ast", '*' },        { "Tab", '\t' },       { "NewLine", '\n' },
};

/* "&#106;", "&#x6a;": false when it is not written so. */
static bool number(const char *s, size_t n, unsigned long *ret)
{
    static const char digits[] = "0123456789abcdef";
    unsigned long base = 10, v = 0;
    size_t i = 2;
    if (n < 4 || s[1] != '#') return false;
    if (s[2] == 'x' || s[2] == 'X') base = 16, i++;
    if (i == n - 1) return false;
    for (; i + 1 < n; i++) {
        char low = s[i] >= 'A' && s[i] <= 'F' ? (char)(s[i] - 'A' + 'a') : s[i];
        const char *digit = low ? strchr(digits, low) : NULL;
        if (!digit || (unsigned long)(digit - digits) >= base) return false;
        if (v <= LAST_POINT) v = v * base + (unsigned long)(digit - digits);
    }
    *ret = v == 0 || v > LAST_POINT ? REPLACEMENT : v;
    return true;
}

static bool named(const char *s, size_t n, unsigned long *ret)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strlen(names[i].name) != n - 2 || strncmp(names[i].name, s + 1, n - 2) != 0) continue;
        *ret = names[i].point;
        return true;
    }
    return false;
}

static void entity(struct buf *b, const char *s, size_t n, put_fn *put)
{
    unsigned long c;
    char utf8[4];
    bool known = n > 2 && s[0] == '&' && s[n - 1] == ';' && (number(s, n, &c) || named(s, n, &c));
    if (!known) put(b, s, n);
    else put(b, utf8, encode(utf8, c >= 0xd800 && c < 0xe000 ? REPLACEMENT : c));
}

void html_entity(struct buf *b, const char *s, size_t n)
{
    entity(b, s, n, html_text);
}

void html_url_entity(struct buf *b, const char *s, size_t n)
{
    entity(b, s, n, html_url);
}
