/* Nothing is left to be filled in: words of unfinished texts, fill-ins in angle or square brackets, lone dots. */
#include "check/inner.h"

#include <string.h>

/* Always unfinished, as whole words in capitals. */
static const char *const marks[] = { "TBD", "FIXME", "XXX", "TBA", "TBC", "WIP:" };
/* Unfinished where it stands like a mark: a program may be about these words. */
static const char *const weak_marks[] = { "TODO" };
static const char *const subjects[] = { "list", "item", "app", "api", "entr", "comment", "store", "service", "model",
    "manager", "table", "board" };
static const char *const phrases[] = { "lorem ipsum", "fill in later", "fill me in", "insert text here",
    "to be filled in", "your text here" };
/* The whole text is one of these. */
static const char *const empty_texts[] = { "...", "\xe2\x80\xa6", "?", "??", "???", "-", "--", "to be determined",
    "to be decided", "to be defined",
                                           "to be done", "todo", "tbd", "placeholder", "same as above", "etc.", "xxx" };
/* How a fill-in begins, after "<", "[" or "{{". */
static const char *const fill_ins[] = { "your", "insert", "fill", "replace", "enter ", "add your", "describe", "todo",
    "tbd", "placeholder", "path to",
                                        "path/to", "name of", "some ", "details", "to be", "...", "\xe2\x80\xa6" };

static bool edge(const char *text, const char *p)
{
    return p == text || !words_char(p[-1]);
}

static bool line_start(const char *text, const char *p)
{
    while (p > text && strchr(" \t/*#-<!>[(", p[-1])) p--;
    return p == text || p[-1] == '\n';
}

/* "TODO: x", "// TODO x", "TODO" at the end; not "TODO list". */
static bool stands_as_mark(const char *text, const char *p, const char *after)
{
    if (strchr(":(\n", *after)) return true;
    if (!line_start(text, p)) return false;
    after += strspn(after, " -");
    for (size_t i = 0; i < countof(subjects); i++)
        if (strncasecmp(after, subjects[i], strlen(subjects[i])) == 0) return false;
    return true;
}

static const char *mark_at(const char *text, const char *p)
{
    for (size_t i = 0; i < countof(marks); i++) {
        size_t n = strlen(marks[i]);
        if (strncmp(p, marks[i], n) == 0 && !words_char(p[n])) return marks[i];
    }
    for (size_t i = 0; i < countof(weak_marks); i++) {
        size_t n = strlen(weak_marks[i]);
        if (strncmp(p, weak_marks[i], n) == 0 && !words_char(p[n]) && stands_as_mark(text, p, p + n))
            return weak_marks[i];
    }
    return NULL;
}

static const char *listed_at(const char *const *v, size_t n, const char *p)
{
    for (size_t i = 0; i < n; i++)
        if (strncasecmp(p, v[i], strlen(v[i])) == 0) return v[i];
    return NULL;
}

static const char *whole(const char *s)
{
    size_t n;
    s += strspn(s, " \t\r\n");
    n = strlen(s);
    while (n && strchr(" \t\r\n", s[n - 1])) n--;
    for (size_t i = 0; i < countof(empty_texts); i++)
        if (strlen(empty_texts[i]) == n && strncasecmp(s, empty_texts[i], n) == 0) return empty_texts[i];
    return NULL;
}

static void found(struct checking *c, const struct text *t, const char *what)
{
    const char *evidence = arena_fmt(c->work, "%s: %s", t->key, what);
    check_report(c, RULE_PLACEHOLDER, t->anchor, evidence, NULL, "\"%.60s\" in %s is a placeholder", what, t->key);
}

/* "<your table>", "[insert name]", "{{ placeholder }}": the opening is at p. */
static bool fill_in(const struct text *t, const char *p, const char **ret)
{
    const char *in = p + 1 + (p[0] == '{' && p[1] == '{');
    bool opens = *p == '<' || *p == '[' || (p[0] == '{' && p[1] == '{');
    if (!opens || (t->kind == TEXT_CODE && *p != '<')) return false;
    in += strspn(in, " ");
    *ret = listed_at(fill_ins, countof(fill_ins), in);
    return *ret != NULL;
}

static void scan(struct checking *c, const struct text *t)
{
    bool in_span = false;
    for (const char *p = t->s; *p; p++) {
        const char *what = NULL;
        if (*p == '`') in_span = !in_span;
        if (edge(t->s, p)) {
            if (!in_span || t->kind == TEXT_CODE) what = mark_at(t->s, p);
            if (!what && !in_span) what = listed_at(phrases, countof(phrases), p);
        }
        if (!what && strchr("<[{", *p)) (void)fill_in(t, p, &what);
        if (what) found(c, t, what);
    }
}

void rules_placeholders(struct checking *c)
{
    for (size_t i = 0; i < c->texts.n; i++) {
        const struct text *t = &c->texts.v[i];
        const char *what;
        if (t->kind == TEXT_QUOTE) continue;
        what = t->kind == TEXT_NAME && words_char(t->s[0]) ? NULL : whole(t->s);
        if (!what && t->kind == TEXT_PATH && strpbrk(t->s, "<>")) what = t->s;
        if (what) found(c, t, what);
        else scan(c, t);
    }
}
