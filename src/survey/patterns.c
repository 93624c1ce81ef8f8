/* Buckets of patterns: by their whole base name, by what follows the last dot, and the few that have neither. */
#include "survey/patterns.h"

#include <string.h>

static const char *base_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static size_t bucket(const char *s)
{
    unsigned h = 5381;
    for (; *s; s++) h = h * 33 + (unsigned char)*s;
    return (h ^ (h >> 8)) % PATTERN_BUCKETS;
}

static void put(struct patterns *p, int *head, int i)
{
    p->next[i] = *head; /* rows are added from the last: a bucket is in the table's order */
    *head = i;
}

static void sort_in(struct patterns *p, int i)
{
    const char *base = base_of(p->v[i]), *dot = strrchr(base, '.');
    if (!strpbrk(base, "*?[")) put(p, &p->by_base[bucket(base)], i);
    else if (dot && dot > base && !strpbrk(dot, "*?[")) put(p, &p->by_end[bucket(dot)], i);
    else put(p, &p->others, i);
}

bool patterns_make(struct patterns *p, struct arena *a, const void *rows, size_t n, size_t row_size)
{
    const char **v = arena_alloc(a, n * sizeof *v);
    p->next = arena_alloc(a, n * sizeof *p->next);
    if (!v || !p->next) return false;
    for (size_t i = 0; i < n; i++) memcpy(&v[i], (const char *)rows + i * row_size, sizeof *v);
    p->v = v;
    p->n = n;
    p->others = -1;
    for (size_t i = 0; i < PATTERN_BUCKETS; i++) p->by_base[i] = p->by_end[i] = -1;
    for (size_t i = n; i-- > 0;) sort_in(p, (int)i);
    return true;
}

/* One character against `[…]`; *pattern is moved behind it. */
static bool in_class(const char **pattern, char c)
{
    const char *p = *pattern + 1;
    bool found = false;
    for (; *p && *p != ']'; p++) found |= *p == c;
    *pattern = *p ? p + 1 : p;
    return found;
}

/* Not fnmatch(3): this one knows no locale, so that a path is what its bytes are everywhere. */
bool pattern_fits(const char *pattern, const char *text)
{
    const char *star = NULL, *again = NULL;
    for (;;) {
        const char *p = pattern;
        if (*pattern == '*') {
            star = ++pattern;
            again = text;
            continue;
        }
        if (!*text && !*pattern) return true;
        if (*text && (*pattern == '[' ? in_class(&p, *text) : *pattern == '?' || *pattern == *text)) {
            pattern = p == pattern ? pattern + 1 : p;
            text++;
            continue;
        }
        if (!star || !*again) return false;
        pattern = star;
        text = ++again;
    }
}

static bool fits(const char *pattern, const char *path, const char *base)
{
    if (!strchr(pattern, '/')) {
        if (pattern[0] != '*' && pattern[0] != '[' && pattern[0] != base[0]) return false;
        return pattern_fits(pattern, base);
    }
    return pattern_fits(pattern, path);
}

static int lowest(const struct patterns *p, int head, const char *path, const char *base, int from)
{
    for (int i = head; i >= 0; i = p->next[i])
        if (i >= from && fits(p->v[i], path, base)) return i;
    return -1;
}

int patterns_next(const struct patterns *p, const char *path, int from)
{
    const char *base = base_of(path), *dot = strrchr(base, '.');
    const int found[] = {
        lowest(p, p->by_base[bucket(base)], path, base, from),
        dot ? lowest(p, p->by_end[bucket(dot)], path, base, from) : -1,
        lowest(p, p->others, path, base, from),
    };
    int best = -1;
    for (size_t i = 0; i < 3; i++)
        if (found[i] >= 0 && (best < 0 || found[i] < best)) best = found[i];
    return best;
}
