/* Patterns that show in the code itself: a row names the language, up to three literals that one line holds, and the
 * sentence that follows, with its word of the closed list. The first places are kept as evidence. */
#include "survey/signals.h"

#include <ctype.h>
#include <string.h>

#include "survey/needles.h"

#define MAX_EVIDENCE 4

struct family {
    const char *language, *as;
};
static const struct family families[] = {
    /* TypeScript is looked at as JavaScript is */
    {"TypeScript", "JavaScript"},
    {"Vue", "JavaScript"},
    {"Svelte", "JavaScript"},
};
#define MAX_FAMILIES 24
struct signal_sets {
    struct {
        const char *language;
        struct needles *needles;
    } v[MAX_FAMILIES];
    size_t n;
};

static bool row_fits(const struct signal *s, const char *language)
{
    return is(s->language, language) || is(s->language, ANY_LANGUAGE) ||
           (is(s->language, "C++") && is(language, "C")) ||
           (is(language, "C++") && is(s->language, "C") && s->id && is(s->id, "goto-cleanup"));
}

static const struct needles *set_of(struct scan *c, const char *language)
{
    struct needles *p;
    if (!c->signals) c->signals = arena_alloc(c->a, sizeof *c->signals);
    if (!c->signals) return NULL;
    for (size_t i = 0; i < c->signals->n; i++)
        if (is(c->signals->v[i].language, language)) return c->signals->v[i].needles;
    if (c->signals->n == MAX_FAMILIES) return NULL;
    p = needles_new(c->a, n_signals);
    for (size_t i = 0; p && i < n_signals; i++)
        if (row_fits(&signals[i], language)) needles_add(p, signals[i].first, (int)i);
    if (p && p->n == 0) p = NULL;
    c->signals->v[c->signals->n].language = language;
    c->signals->v[c->signals->n++].needles = p;
    return p;
}

static bool is_comment(const char *from)
{
    from += strspn(from, " \t");
    return starts(from, "//") || starts(from, "/*") || (*from == '*' && from[1] == ' ') ||
           (*from == '#' && from[1] == ' ') || starts(from, "--");
}

static bool line_has(const struct signal *s, const char *line, size_t n)
{
    return (!s->second || memmem(line, n, s->second, strlen(s->second))) &&
           (!s->third || memmem(line, n, s->third, strlen(s->third)));
}

static void note(struct scan *c, const struct signal *s, const struct code_file *f, const char *line, size_t n)
{
    void *list = s->topic == ERRORS ? (void *)&c->s->errors : (void *)&c->s->architecture;
    struct finding *row = scan_fact(c, list, s->id, 90, s->text);
    if (row && row->evidence.n < MAX_EVIDENCE)
        scan_evidence(c, row, f->path, line_of(f->text, line), trim_copy(c->a, line, n < 160 ? n : 160));
}

void signals_look(struct scan *c, const struct code_file *f)
{
    const char *language = f->language;
    const struct needles *p;
    struct needle_walk w = {f->text, f->text + f->n, 0, 0};
    uint64_t seen[MAX_SIGNALS / 64] = {0}; /* one place per file and row is enough */
    const char *at;
    int tag;
    if (f->file->test) return;
    for (size_t i = 0; i < countof(families); i++)
        if (is(language, families[i].language)) language = families[i].as;
    p = set_of(c, language);
    while (p && needles_next(p, &w, &tag, &at)) {
        const char *from = at, *end;
        if (seen[tag / 64] >> (tag % 64) & 1) continue;
        while (from > f->text && from[-1] != '\n') from--;
        end = memchr(at, '\n', f->n - (size_t)(at - f->text));
        if (!end) end = f->text + f->n;
        if (end - from > 1000 || is_comment(from) || !line_has(&signals[tag], from, (size_t)(end - from))) continue;
        if (isalpha((unsigned char)signals[tag].first[0]) && at > f->text && isalnum((unsigned char)at[-1])) continue;
        seen[tag / 64] |= (uint64_t)1 << (tag % 64);
        note(c, &signals[tag], f, from, (size_t)(end - from));
    }
}
