/* Commands that a foreign plan adds by itself: scripts and targets in its blocks, and those its sentences speak of. */
#include "check/foreign.h"

#include <ctype.h>
#include <string.h>

enum { NAME_MAX_BYTES = 80 };

static const char *const runners[] = { "make ", "npm run ", "just ", "task ", "composer run " };
static const char *const called[] = { "script", "scripts", "target", "task", "command", "recipe", "job", "scripts:" };

static void bring(struct checking *c, const char *name)
{
    const char **slot = name ? arena_push(c->work, &c->brought, sizeof *slot) : NULL;
    if (slot) *slot = name;
}

static void bring_name(struct checking *c, const char *p, size_t n)
{
    for (size_t i = 0; n && n < NAME_MAX_BYTES && i < countof(runners); i++)
        bring(c, arena_fmt(c->work, "%s%.*s", runners[i], (int)n, p));
}

static size_t name_length(const char *p)
{
    size_t n = 0;
    while (isalnum((unsigned char)p[n]) || (p[n] && strchr("_-:.", p[n]))) n++;
    return n;
}

/* `"typecheck": "tsc"` in a manifest, `e2e:` at the start of a line of a makefile. */
static void from_block(struct checking *c, const struct text *t)
{
    bool json = t->language && strncasecmp(t->language, "json", 4) == 0;
    bool make = t->language && (strncasecmp(t->language, "make", 4) == 0 || strcasecmp(t->language, "just") == 0);
    for (const char *p = t->s; *p && (json || make || strstr(t->s, "\"scripts\"")); p += *p == '\n') {
        const char *q = p + strspn(p, " \t+");
        size_t n;
        if (make && q == p + strspn(p, "+") && (n = name_length(q)) > 1 && q[n - 1] == ':') bring_name(c, q, n - 1);
        else if (*q == '"' && (n = name_length(q + 1)) && strncmp(q + 1 + n, "\":", 2) == 0) bring_name(c, q + 1, n);
        p += strcspn(p, "\n");
    }
}

static bool is_called(const char *p, size_t n)
{
    for (size_t i = 0; i < countof(called); i++)
        if (strlen(called[i]) == n && strncasecmp(called[i], p, n) == 0) return true;
    return false;
}

/* The word before or behind the backticks is "script", "target" … */
static bool beside(const char *text, const char *open, const char *close)
{
    const char *end = open, *start;
    size_t blanks = strspn(close, " *_"), n = strcspn(close + blanks, " .,;:)");
    if (is_called(close + blanks, n)) return true;
    while (end > text && strchr(" (*_", end[-1])) end--;
    for (start = end; start > text && !strchr(" (*_`", start[-1]);) start--;
    return is_called(start, (size_t)(end - start));
}

static void from_prose(struct checking *c, const struct text *t)
{
    for (const char *open = strchr(t->s, '`'), *close; open; open = strchr(close + 1, '`')) {
        size_t n;
        enum intent is;
        if (!(close = strchr(open + 1, '`'))) return;
        n = (size_t)(close - open - 1);
        is = intent_at(t->s, (size_t)(open - t->s), (size_t)(close + 1 - t->s));
        if (!n || (is != INTENT_NEW && is != INTENT_SOFT) || !beside(t->s, open, close + 1)) continue;
        if (memchr(open + 1, ' ', n)) bring(c, arena_dup_n(c->work, open + 1, n));
        else bring_name(c, open + 1, name_length(open + 1) < n ? name_length(open + 1) : n);
    }
}

void foreign_brings(struct checking *c)
{
    for (size_t i = 0; i < c->texts.n; i++) {
        const struct text *t = &c->texts.v[i];
        if (t->kind == TEXT_CODE) from_block(c, t);
        else if (t->kind == TEXT_PROSE && strnlen(t->s, LINE_SPAN_MAX) < LINE_SPAN_MAX) from_prose(c, t);
    }
}
