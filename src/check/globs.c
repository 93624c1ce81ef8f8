/* Several paths written as one: braces ("src/{a,b}.c") and globs ("tests/unit_?.c"). Both are bounded: a pattern costs
 * its length times that of each path it is held against, and all patterns of a plan together a fixed sum. */
#include "check/inner.h"

#include <string.h>

enum { EXPANDED_MAX = 64, PATTERN_MAX = 256, DEPTH_MAX = 4 };

/* --- braces ------------------------------------------------------------------------------------------------------- */
static const char *closing_brace(const char *p, const char *end)
{
    int depth = 0;
    for (; p < end; p++) {
        depth += *p == '{';
        if (*p == '}' && --depth == 0) return p;
    }
    return NULL;
}

static bool add(struct arena *a, path_list *l, const char *s)
{
    const char **slot = s && l->n < EXPANDED_MAX ? arena_push(a, l, sizeof *slot) : NULL;
    if (slot) *slot = s;
    return slot != NULL;
}

/* text is of the arena. */
static bool expand(const char *text, struct arena *a, path_list *ret, int depth)
{
    const char *open = strchr(text, '{'), *end = text + strlen(text), *close, *from;
    int level = 0;
    if (!open) return add(a, ret, text);
    close = closing_brace(open, end);
    if (!close || depth == DEPTH_MAX || !memchr(open, ',', (size_t)(close - open))) return false;
    from = open + 1;
    for (const char *p = open + 1; p <= close; p++) {
        if (p < close && *p == '{') level++;
        if (p < close && *p == '}') level--;
        if (level || (*p != ',' && p != close)) continue;
        const char *one = arena_fmt(a, "%.*s%.*s%s", (int)(open - text), text, (int)(p - from), from, close + 1);
        if (!one || !expand(one, a, ret, depth + 1)) return false;
        from = p + 1;
    }
    return true;
}

bool braces_expand(const char *p, size_t n, struct arena *a, path_list *ret)
{
    const char *text = n < PATTERN_MAX && memchr(p, '{', n) ? arena_dup_n(a, p, n) : NULL;
    memset(ret, 0, sizeof *ret);
    return text && expand(text, a, ret, 0);
}

/* --- globs -------------------------------------------------------------------------------------------------------- */
/* A path with '*' or '?' in it and nothing a regular expression or an operator would have. */
bool glob_is(const char *p, size_t n)
{
    bool star = false, word = false, slash = false;
    if (!n || n >= PATTERN_MAX || p[0] == '/' || p[0] == '@') return false;
    for (size_t i = 0; i < n; i++) {
        if ((unsigned char)p[i] <= ' ' || strchr("{}()<>$%\\`=\"'|;,!^&~+:", p[i])) return false;
        star = star || p[i] == '*' || p[i] == '?';
        slash = slash || p[i] == '/';
        word = word || words_char(p[i]);
    }
    return star && word && slash;
}

/* reach[j]: the pattern up to here matches the first j bytes of the path. */
bool glob_match(const char *pattern, const char *path)
{
    bool reach[TEXT_PATH_MAX + 1] = { true };
    size_t n = strlen(path);
    if (n > TEXT_PATH_MAX) return false;
    for (const char *p = pattern; *p; p++) {
        bool two = p[0] == '*' && p[1] == '*';
        if (two) p += p[2] == '/' ? 2 : 1;
        if (*p == '*' || two) { /* "**" and the slash behind it: nothing, or whole folders */
            bool folders = two && *p == '/';
            bool open = reach[0];
            for (size_t j = 1; j <= n; j++) {
                bool here = reach[j];
                if (!two && path[j - 1] == '/') open = false;
                reach[j] = here || (open && (!folders || path[j - 1] == '/'));
                open = open || here;
            }
            continue;
        }
        for (size_t j = n; j > 0; j--)
            reach[j] = reach[j - 1] && (path[j - 1] == *p || (*p == '?' && path[j - 1] != '/'));
        reach[0] = false;
    }
    for (size_t j = 0; j < n; j++) /* a folder of the path will do */
        if (path[j] == '/' && reach[j]) return true;
    return reach[n];
}

/* Files below the folders that come before the first wildcard. */
static struct tree_files below_fixed(struct checking *c, const char *pattern)
{
    size_t n = strcspn(pattern, "*?");
    while (n && pattern[n - 1] != '/') n--;
    const char *dir = arena_dup_n(c->work, pattern, n ? n - 1 : 0);
    return tree_below(c->in->codebases.v[0].tree, dir ? dir : "");
}

bool glob_holds(struct checking *c, const char *pattern)
{
    struct tree_files f = below_fixed(c, pattern);
    if (strncmp(pattern, "./", 2) == 0) pattern += 2;
    for (size_t i = 0; i < f.n; i++) {
        c->closest_left -= (int64_t)strlen(pattern);
        if (c->closest_left < 0) return true; /* too much to tell */
        if (glob_match(pattern, f.v[i].path)) return true;
    }
    for (size_t i = 0; i < c->touches.n; i++)
        if (c->touches.v[i].spot && glob_match(pattern, c->touches.v[i].spot->path)) return true;
    return false;
}
