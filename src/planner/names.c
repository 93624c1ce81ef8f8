/* Names and paths: splitting into words, joining in a repository's own style. */
#include "planner/prose.h"

#include <string.h>

static bool upper(char c)
{
    return c >= 'A' && c <= 'Z';
}
static bool small(char c)
{
    return c >= 'a' && c <= 'z';
}
static bool digit(char c)
{
    return c >= '0' && c <= '9';
}
static char to_lower(char c)
{
    return upper(c) ? (char)(c - 'A' + 'a') : c;
}
static char to_upper(char c)
{
    return small(c) ? (char)(c - 'a' + 'A') : c;
}

/* "ä" → "ae", "é" → "e": what names write for a letter of western Europe; NULL: it is none. */
static const char *plain_letters(const char *p)
{
    static const char *const letters[] = {
        "a", "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o",
        "oe", NULL, "o", "u", "u", "u", "ue", "y", "th", "ss", "a", "a", "a", "a", "ae", "a", "ae", "c", "e", "e", "e",
        "e", "i", "i", "i", "i", "d", "n", "o", "o", "o", "o", "oe", NULL, "o", "u", "u", "u", "ue", "y", "th", "y"};
    unsigned char second = (unsigned char)p[0] == 0xc3 ? (unsigned char)p[1] : 0; /* U+00C0 to U+00FF */
    return second >= 0x80 && second <= 0xbf ? letters[second - 0x80] : NULL;
}

char *name_words(struct arena *a, const char *name)
{
    auto_buf b = BUF_INIT(4096);
    for (const char *p = name ? name : ""; *p; p++) {
        const char *plain = plain_letters(p);
        if (plain) {
            buf_str(&b, plain);
            p++;
            continue;
        }
        bool part = upper(*p) || small(*p) || digit(*p);
        bool hump = upper(*p) && p > name && (small(p[-1]) || digit(p[-1]) || (upper(p[-1]) && small(p[1])));
        if ((!part || hump) && b.n > 0 && b.p[b.n - 1] != ' ') buf_char(&b, ' ');
        if (part) buf_char(&b, to_lower(*p));
    }
    while (b.n > 0 && b.p[b.n - 1] == ' ') b.n--;
    return prose_take(a, &b);
}

char *name_styled(struct arena *a, const char *words, enum name_style style)
{
    static const char joiner[] = {
        [NAME_SNAKE] = '_', [NAME_KEBAB] = '-', [NAME_CAMEL] = 0, [NAME_PASCAL] = 0, [NAME_FLAT] = 0};
    auto_buf b = BUF_INIT(4096);
    bool start = true;
    for (const char *p = words ? words : ""; *p; p++) {
        const char *plain = plain_letters(p);
        char first = plain ? plain[0] : *p;
        if (!upper(first) && !small(first) && !digit(first)) {
            start = true;
            continue;
        }
        if (start && b.n > 0 && joiner[style]) buf_char(&b, joiner[style]);
        if (start && (style == NAME_PASCAL || (style == NAME_CAMEL && b.n > 0))) buf_char(&b, to_upper(first));
        else buf_char(&b, to_lower(first));
        if (plain) {
            buf_str(&b, plain + 1);
            p++;
        }
        start = false;
    }
    if (start && b.n == 0 && words && *words) /* written in letters that names do not have */
        return name_styled(a, "change", style);
    return prose_take(a, &b);
}

enum name_style name_style_of(const char *stem)
{
    bool humps = false, first = stem && upper(stem[0]);
    for (const char *p = stem ? stem : ""; *p; p++) {
        if (*p == '_') return NAME_SNAKE;
        if (*p == '-') return NAME_KEBAB;
        if (p > stem && upper(*p)) humps = true;
    }
    return first ? NAME_PASCAL : humps ? NAME_CAMEL : NAME_FLAT;
}

struct span file_dir(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    if (!slash) return (struct span){"", 0};
    if (slash > path && slash[-1] == '/') slash--; /* alias//file at the top of a codebase */
    return (struct span){path, (size_t)(slash - path)};
}

const char *file_base(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    return slash ? slash + 1 : path ? path : "";
}

struct span file_stem(const char *path)
{
    const char *base = file_base(path);
    size_t n = base[0] == '.' ? 1 + strcspn(base + 1, ".") : strcspn(base, ".");
    return (struct span){base, n};
}

const char *file_ext(const char *path)
{
    const char *dot = strrchr(file_base(path), '.');
    return dot ? dot + 1 : "";
}
