/* Symbols: "`name()` in `src/a.c`" is a claim about that file, when the sentence speaks of what is there and not of what
 * is to be written. */
#include "check/inner.h"

#include <string.h>

enum { SENTENCE_MAX = 120 };

/* The nearest of these words before the symbol says whether it is there already. */
static const char *const there_words[] = {
    "call", "calls", "calling", "called", "change", "changes", "modify", "modifies", "update", "updates", "extend",
    "extends", "replace", "replaces", "remove", "removes", "delete", "deletes", "refactor", "reuse", "reuses", "use",
    "uses", "using", "see", "existing", "fix", "fixes", "wrap", "wraps", "like", "inside", "today",
};
static const char *const new_words[] = {
    "add", "adds", "create", "creates", "new", "introduce", "introduces", "write", "implement", "implements", "define",
    "defines", "put", "move", "moves", "rename", "to", "export", "register", "as", "provide", "provides", "add.",
};

static bool listed(const char *const *v, size_t n, const char *p, size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(v[i]) == len && strncasecmp(v[i], p, len) == 0) return true;
    return false;
}

static bool speaks_of_what_is_there(const char *text, const char *at)
{
    const char *end = at, *start;
    for (size_t looked = 0; end > text && looked < SENTENCE_MAX; looked++) {
        while (end > text && !words_char(end[-1])) {
            if (strchr(".;\n", end[-1])) return false;
            end--;
        }
        for (start = end; start > text && words_char(start[-1]);) start--;
        if (start == end) return false;
        if (listed(there_words, countof(there_words), start, (size_t)(end - start))) return true;
        if (listed(new_words, countof(new_words), start, (size_t)(end - start))) return false;
        looked += (size_t)(end - start);
        end = start;
    }
    return false;
}

/* "User.save()", "auth::check", "refresh()": its last name; NULL: none. */
static const char *symbol_of(struct arena *a, const char *p, size_t n)
{
    size_t from;
    if (n > 2 && strncmp(p + n - 2, "()", 2) == 0) n -= 2;
    else if (!memchr(p, '_', n) && !memchr(p, '.', n) && !memchr(p, ':', n)) return NULL;
    for (from = n; from > 0 && words_char(p[from - 1]);) from--;
    for (size_t i = 0; i < from; i++)
        if (!words_char(p[i]) && !strchr(".:#", p[i])) return NULL;
    if (from == n || n - from > 100 || (p[from] >= '0' && p[from] <= '9')) return NULL;
    return arena_dup_n(a, p + from, n - from);
}

static bool has_word(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (const char *p = text; (p = strstr(p, word)); p += n)
        if ((p == text || !words_char(p[-1])) && !words_char(p[n])) return true;
    return false;
}

static bool written_by_the_plan(const struct checking *c, const char *symbol)
{
    for (size_t i = 0; i < c->texts.n; i++)
        if (c->texts.v[i].kind == TEXT_CODE && has_word(c->texts.v[i].s, symbol)) return true;
    for (size_t i = 0; i < c->d->phases.n; i++)
        for (size_t j = 0; j < c->d->phases.v[i].provides.n; j++)
            if (has_word(c->d->phases.v[i].provides.v[j].name ? c->d->phases.v[i].provides.v[j].name : "", symbol)) return true;
    return false;
}

static void claim(struct checking *c, const char *anchor, const char *symbol, const char *written)
{
    struct spot *s = NULL;
    const char *text;
    if (!written || spot_find(c, written, &s) != FORM_GOOD || !s || spot_state(c, s, 0) != SPOT_TREE) return;
    text = spot_text(c, s);
    if (!text) {
        count_unprovable(c);
        return;
    }
    if (has_word(text, symbol)) {
        count_verified(c);
        ref_note(c, anchor, s, 0);
    } else if (!written_by_the_plan(c, symbol)) {
        check_report(c, RULE_SYMBOL, anchor, arena_fmt(c->work, "%s in %s", symbol, s->written), NULL,
                     "`%.100s` has no `%.100s`", s->written, symbol);
    }
}

/* p is behind the symbol's closing backtick: " in `path`", " (`path`)". */
static const char *file_after(struct arena *a, const char *p)
{
    static const char *const between[] = { " in `", " of `", " from `", " (`", " in the file `", " at `" };
    for (size_t i = 0; i < countof(between); i++) {
        size_t n = strlen(between[i]), len;
        struct token k;
        if (strncmp(p, between[i], n) != 0) continue;
        len = strcspn(p + n, "`");
        return p[n + len] && token_look(p + n, len, &k) == LOOK_PATH ? arena_dup(a, k.path) : NULL;
    }
    return NULL;
}

static void scan(struct checking *c, const struct text *t)
{
    const char *open = strchr(t->s, '`');
    while (open) {
        const char *close = strchr(open + 1, '`'), *symbol, *path;
        if (!close) return;
        symbol = close > open + 1 ? symbol_of(c->work, open + 1, (size_t)(close - open - 1)) : NULL;
        path = symbol ? file_after(c->work, close + 1) : NULL;
        c->line = t->line;
        if (path && speaks_of_what_is_there(t->s, open)) claim(c, t->anchor, symbol, path);
        open = strchr(close + 1, '`');
    }
}

/* "src/a.c#refresh": what a phase uses of a file. */
static void used(struct checking *c, const struct phase *p, const struct deliverable *u)
{
    const char *mark = u->kind == DELIVERS_SYMBOL && u->name ? strpbrk(u->name, "#:") : NULL;
    const char *name = mark ? mark + strspn(mark, "#:") : NULL;
    const char *call = name && *name ? arena_fmt(c->work, "%s()", name) : NULL;
    const char *symbol = call ? symbol_of(c->work, call, strlen(call)) : NULL;
    if (symbol) claim(c, p->id, symbol, arena_dup_n(c->work, u->name, (size_t)(mark - u->name)));
}

void rules_symbols(struct checking *c)
{
    for (size_t i = 0; i < c->texts.n; i++)
        if (c->texts.v[i].kind == TEXT_PROSE) scan(c, &c->texts.v[i]);
    for (size_t i = 0; i < c->d->phases.n; i++)
        for (size_t j = 0; j < c->d->phases.v[i].uses.n; j++) used(c, &c->d->phases.v[i], &c->d->phases.v[i].uses.v[j]);
}
