/* Grounding of paths wherever they stand in prose, code blocks and diff hunks. What is in backticks and below a folder
 * of the repository is surely meant as a path; the rest is reported as "maybe", or left alone. */
#include "check/inner.h"

#include <string.h>

enum where { IN_SPAN, IN_PLAIN };

struct scan {
    struct checking *c;
    const struct text *t;
    bool lenient, diff;
};

/* Sections that speak of what is not there. */
static const char *const lenient_anchors[] = { "assumptions", "questions", "scope", "decisions" };

static void count_once(struct checking *c, struct spot *s, enum spot_state state)
{
    if (s->counted) return;
    s->counted = true;
    if (state == SPOT_TREE || state == SPOT_FOLDER || state == SPOT_GONE) count_verified(c);
    else if (state == SPOT_HIDDEN) count_unprovable(c);
    else count_to_create(c);
}

static void line_cited(struct scan *x, struct spot *s, int64_t line)
{
    if (spot_state(x->c, s, 0) == SPOT_TREE) ref_note(x->c, x->t->anchor, s, line);
    int64_t lines = line > 0 && spot_state(x->c, s, 0) == SPOT_TREE ? spot_lines(x->c, s) : -1;
    const char *evidence;
    if (lines < 0 || line <= lines) return;
    evidence = arena_fmt(x->c->a, "%s:%lld", s->written, (long long)line);
    check_report(x->c, RULE_EVIDENCE_LINE, x->t->anchor, evidence, NULL, "`%.300s` has %lld lines, line %lld is cited",
                 s->written, (long long)lines, (long long)line);
}

static bool given(const struct checking *c, const char *path)
{
    for (size_t i = 0; i < c->in->given.n; i++)
        if (strcmp(c->in->given.v[i], path) == 0) return true;
    return false;
}

/* True: it is there, will be, or was. */
static bool holds(struct scan *x, const struct token *k, struct spot **ret)
{
    struct checking *c = x->c;
    enum spot_state state;
    const char *longer;
    bool many;
    if (given(c, k->path)) return count_unprovable(c), true;
    if (spot_find(c, k->path, ret) != FORM_GOOD || !*ret) return true; /* not meant as a path of the plan */
    state = spot_state(c, *ret, ALWAYS_AFTER);
    if (state != SPOT_ABSENT) {
        count_once(c, *ret, state);
        line_cited(x, *ret, k->line);
        return true;
    }
    if (spot_made_by_end(c, k->path)) return true;
    longer = spot_by_end(c, k->path, &many);
    if (longer && !many && (*ret = spot_of(c, 0, longer)) != NULL) {
        count_once(c, *ret, SPOT_TREE);
        line_cited(x, *ret, k->line);
    }
    return longer != NULL;
}

/* Its first folder is one of the repository, or it has an alias. */
static bool rooted(const struct checking *c, const char *path)
{
    char first[TEXT_PATH_MAX];
    const char *slash = strchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;
    if (!n) return false;
    if (slash[1] == '/') return true;
    memcpy(first, path, n);
    first[n] = '\0';
    return tree_is_dir(c->in->codebases.v[0].tree, first);
}

static void missing(struct scan *x, const struct token *k, const struct spot *s, bool sure)
{
    const char *closest = k->slashed ? spot_closest(x->c, s) : NULL;
    enum rule_id rule = sure && !x->lenient ? RULE_TEXT_PATH : RULE_TEXT_PATH_MAYBE;
    if (closest)
        check_report(x->c, rule, x->t->anchor, s->written, closest,
                     "`%.300s` neither exists nor is it created; did you mean `%.300s`?", s->written, closest);
    else
        check_report(x->c, rule, x->t->anchor, s->written, NULL, "`%.300s` neither exists nor is it created",
                     s->written);
}

static void look(struct scan *x, const char *p, size_t n, enum where where)
{
    struct token k;
    struct spot *s = NULL;
    bool root, slash_end = n > 1 && p[n - 1] == '/';
    enum path_look look;
    if (x->diff && n > 2 && (p[0] == 'a' || p[0] == 'b') && p[1] == '/') p += 2, n -= 2;
    look = token_look(p, n, &k);
    if (look == LOOK_NONE || (where == IN_PLAIN && look != LOOK_PATH)) return;
    root = rooted(x->c, k.path);
    if (where == IN_PLAIN && !root) return;
    if (holds(x, &k, &s) || path_generated(x->c, k.path)) return;
    if (look == LOOK_FOLDER && !(slash_end && root)) return;
    missing(x, &k, s, where == IN_SPAN && look == LOOK_PATH && root);
}

/* --- scanning ----------------------------------------------------------------------------------------------------- */
static bool separates(char ch)
{
    return (unsigned char)ch <= ' ' || strchr("()<>[]{}\"'`,;|=*", ch) != NULL;
}

static void words(struct scan *x, const char *p, const char *end)
{
    while (p < end) {
        const char *start, *stop;
        while (p < end && separates(*p)) p++;
        for (start = p; p < end && !separates(*p);) p++;
        for (stop = p; stop > start && strchr(".:!?", stop[-1]);) stop--;
        if (stop > start && memchr(start, '/', (size_t)(stop - start)))
            look(x, start, (size_t)(stop - start), IN_PLAIN);
    }
}

static void one_word(struct scan *x, const char *p, size_t n)
{
    path_list many;
    if (braces_expand(p, n, x->c->work, &many)) {
        for (size_t i = 0; i < many.n; i++) look(x, many.v[i], strlen(many.v[i]), IN_SPAN);
        return;
    }
    if (!glob_is(p, n)) {
        look(x, p, n, IN_SPAN);
        return;
    }
    const char *pattern = arena_dup_n(x->c->work, p, n);
    if (!pattern || !rooted(x->c, pattern) || path_generated(x->c, pattern)) return;
    if (glob_holds(x->c, pattern)) count_verified(x->c);
    else
        check_report(x->c, RULE_GLOB, x->t->anchor, pattern, NULL, "`%.300s` matches no file that is there or is created",
                     pattern);
}

static void span(struct scan *x, const char *p, const char *end)
{
    while (p < end && *p == ' ') p++;
    while (end > p && end[-1] == ' ') end--;
    if (memchr(p, ' ', (size_t)(end - p)) || memchr(p, '\n', (size_t)(end - p))) words(x, p, end);
    else if (end > p) one_word(x, p, (size_t)(end - p));
}

/* Markdown: code spans (also of several backticks, and fences, which words() looks through) and what is between. */
static void prose(struct scan *x, const char *p)
{
    while (*p) {
        const char *plain = p, *close;
        size_t ticks, run;
        p += strcspn(p, "`");
        words(x, plain, p);
        ticks = strspn(p, "`");
        if (!ticks) return;
        for (close = p + ticks;; close += run) {
            close += strcspn(close, "`");
            run = strspn(close, "`");
            if (!run || run == ticks) break;
        }
        if (!run) { /* never closed */
            words(x, p + ticks, close);
            return;
        }
        span(x, p + ticks, close);
        p = close + run;
    }
}

static bool is_diff(const struct text *t)
{
    return t->language && (strcmp(t->language, "diff") == 0 || strcmp(t->language, "patch") == 0);
}

void rules_mentions(struct checking *c)
{
    for (size_t i = 0; i < c->texts.n; i++) {
        const struct text *t = &c->texts.v[i];
        struct scan x = { .c = c, .t = t, .diff = is_diff(t) };
        for (size_t k = 0; k < countof(lenient_anchors); k++)
            if (t->anchor && strcmp(t->anchor, lenient_anchors[k]) == 0) x.lenient = true;
        if (t->kind == TEXT_CODE) words(&x, t->s, t->s + strlen(t->s));
        else if (t->kind == TEXT_TARGET && !strpbrk(t->s, " `")) span(&x, t->s, t->s + strlen(t->s));
        else if (t->kind == TEXT_PROSE || t->kind == TEXT_TARGET) prose(&x, t->s);
    }
}
