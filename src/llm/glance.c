/* See glance.h. Stricter than JSON, never looser: what it takes, a whole parser would have taken, with the same
 * meaning. */
#include "llm/glance.h"

#include <string.h>

enum { DEPTH_MAX = 32 };

struct look {
    const char *p, *end;
    struct buf *text;
};
struct piece { /* between the quotes, escapes as they are */
    const char *p;
    size_t n;
};

static void blanks(struct look *l)
{
    while (l->p < l->end && (*l->p == ' ' || *l->p == '\n' || *l->p == '\r' || *l->p == '\t')) l->p++;
}

/* The next character that is no blank, when it is this one. */
static bool take(struct look *l, char c)
{
    blanks(l);
    if (l->p == l->end || *l->p != c) return false;
    l->p++;
    return true;
}

static bool word(struct look *l, const char *w)
{
    size_t n = strlen(w);
    blanks(l);
    if ((size_t)(l->end - l->p) < n || memcmp(l->p, w, n) != 0) return false;
    l->p += n;
    return true;
}

/* Escapes of code points are left to the parser. */
static bool string(struct look *l, struct piece *ret)
{
    if (!take(l, '"')) return false;
    ret->p = l->p;
    for (; l->p < l->end && *l->p != '"'; l->p++) {
        if ((unsigned char)*l->p < ' ' || (unsigned char)*l->p >= 0x7f) return false;
        if (*l->p == '\\' && (++l->p == l->end || !strchr("\"\\/bfnrt", *l->p) || !*l->p)) return false;
    }
    ret->n = (size_t)(l->p - ret->p);
    return take(l, '"');
}

static size_t digits(struct look *l)
{
    const char *from = l->p;
    while (l->p < l->end && *l->p >= '0' && *l->p <= '9') l->p++;
    return (size_t)(l->p - from);
}

/* Whole numbers of a common size and simple fractions. */
static bool number(struct look *l)
{
    const char *from;
    size_t n;
    if (l->p < l->end && *l->p == '-') l->p++;
    from = l->p;
    n = digits(l);
    if (n == 0 || n > 15 || (n > 1 && *from == '0')) return false;
    if (l->p == l->end || *l->p != '.') return true;
    l->p++;
    n = digits(l);
    return n > 0 && n < 20;
}

static bool skip(struct look *l, int depth);

static bool skip_members(struct look *l, char close, int depth)
{
    if (depth > DEPTH_MAX) return false;
    if (take(l, close)) return true;
    do {
        struct piece key;
        if (close == '}' && !(string(l, &key) && take(l, ':'))) return false;
        if (!skip(l, depth)) return false;
    } while (take(l, ','));
    return take(l, close);
}

static bool skip(struct look *l, int depth)
{
    struct piece s;
    blanks(l);
    if (l->p == l->end) return false;
    switch (*l->p) {
    case '"': return string(l, &s);
    case '{': l->p++; return skip_members(l, '}', depth + 1);
    case '[': l->p++; return skip_members(l, ']', depth + 1);
    case 'n': return word(l, "null");
    case 't': return word(l, "true");
    case 'f': return word(l, "false");
    default: return number(l);
    }
}

static void unescape(struct piece s, struct buf *ret)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *end = s.p + s.n;
    while (s.p < end) {
        const char *slash = memchr(s.p, '\\', (size_t)(end - s.p));
        buf_add(ret, s.p, (size_t)((slash ? slash : end) - s.p));
        if (!slash) return;
        buf_char(ret, to[strchr(from, slash[1]) - from]);
        s.p = slash + 2;
    }
}

static bool object(struct look *l, const struct glance *form);

static bool wanted(struct look *l, const struct glance *g)
{
    struct piece s;
    switch (g->want) {
    case GLANCE_NULL: return word(l, "null");
    case GLANCE_ZERO: return word(l, "0") && l->p < l->end && (*l->p == ',' || *l->p == '}');
    case GLANCE_EMPTY: return word(l, "null") || word(l, "\"\"");
    case GLANCE_NOT: return string(l, &s) && !memchr(s.p, '\\', s.n) && !(s.n == strlen(g->word) && memcmp(s.p, g->word, s.n) == 0);
    case GLANCE_WORD: return string(l, &s) && s.n == strlen(g->word) && memcmp(s.p, g->word, s.n) == 0;
    case GLANCE_TEXT:
        if (!string(l, &s)) return false;
        unescape(s, l->text);
        return true;
    case GLANCE_OBJECT: return take(l, '{') && object(l, g->inside);
    case GLANCE_ONLY: return take(l, '[') && take(l, '{') && object(l, g->inside) && take(l, ']');
    default: return false;
    }
}

static const struct glance *find(const struct glance *form, struct piece key)
{
    for (; form->key; form++)
        if (strlen(form->key) == key.n && memcmp(form->key, key.p, key.n) == 0) return form;
    return NULL;
}

/* Behind its brace. A key that is written with escapes might be a listed one: none has any. */
static bool object(struct look *l, const struct glance *form)
{
    unsigned seen = 0;
    do {
        struct piece key;
        const struct glance *g;
        if (!string(l, &key) || !take(l, ':') || memchr(key.p, '\\', key.n)) return false;
        g = find(form, key);
        if (g && seen & 1u << (g - form)) return false;
        if (g) seen |= 1u << (g - form);
        if (!(g ? wanted(l, g) : skip(l, 0))) return false;
    } while (take(l, ','));
    for (const struct glance *g = form; g->key; g++)
        if (g->want >= GLANCE_WORD && !(seen & 1u << (g - form))) return false;
    return take(l, '}');
}

bool glance(const struct glance *form, const char *data, size_t n, struct buf *ret)
{
    struct look l = { data, data + n, ret };
    buf_clear(ret);
    if (!take(&l, '{') || !object(&l, form)) return false;
    blanks(&l);
    return l.p == l.end && ret->failed == ERR_OK;
}
