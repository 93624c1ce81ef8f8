/* Commands that destroy data, and commands that run what the network sends. */
#include "check/inner.h"

#include <ctype.h>
#include <string.h>

/* Words in this order on one line, ignoring case; "-x" is an option with that letter, '*' any ending. NULL ends. */
static const struct {
    const char *words[4];
    const char *not_after; /* harmless when this word follows anywhere on the line */
} patterns[] = {
    { { "rm", "-r" }, NULL },
    { { "DROP", "TABLE" }, NULL },
    { { "DROP", "DATABASE" }, NULL },
    { { "DROP", "SCHEMA" }, NULL },
    { { "DROP", "COLUMN" }, NULL },
    { { "TRUNCATE", "TABLE" }, NULL },
    { { "DELETE", "FROM" }, "WHERE" },
    { { "dropdb" }, NULL },
    { { "git", "push", "--force" }, NULL },
    { { "git", "push", "-f" }, NULL },
    { { "git", "reset", "--hard" }, NULL },
    { { "git", "clean", "-f" }, NULL },
    { { "kubectl", "delete" }, NULL },
    { { "helm", "uninstall" }, NULL },
    { { "terraform", "destroy" }, NULL },
    { { "docker", "system", "prune" }, NULL },
    { { "docker", "volume", "rm" }, NULL },
    { { "mkfs*" }, NULL },
    { { "dd", "of=*" }, NULL },
    { { "FLUSHALL" }, NULL },
    { { "FLUSHDB" }, NULL },
    { { "aws", "s3", "rm" }, NULL },
    { { "aws", "s3", "rb" }, NULL },
    { { "truncate", "-s" }, NULL },
    { { "shred" }, NULL },
};

/* --- one line as words -------------------------------------------------------------------------------------------- */
enum { LINE_WORDS = 64 };
struct line {
    struct { const char *p; size_t n; } w[LINE_WORDS];
    size_t n;
    const char *text;
    size_t n_text;
};

static const char *cut_line(const char *p, const char *end, struct line *ret)
{
    const char *stop = memchr(p, '\n', (size_t)(end - p));
    size_t len = (size_t)((stop ? stop : end) - p);
    ret->n = 0;
    ret->text = p;
    ret->n_text = len;
    for (size_t i = 0; i < len && ret->n < LINE_WORDS;) {
        size_t start;
        while (i < len && strchr(" \t\r`\"'();,$", p[i])) i++;
        for (start = i; i < len && !strchr(" \t\r`\"'();,$", p[i]);) i++;
        if (i > start) {
            ret->w[ret->n].p = p + start;
            ret->w[ret->n++].n = i - start;
        }
    }
    return stop ? stop + 1 : end;
}

/* "-r" is also in "-rf" and "-fr"; "--force" also in "--force-with-lease". */
static bool word_is(const char *p, size_t n, const char *want)
{
    size_t m = strlen(want);
    if (want[0] == '-' && want[1] == '-') return n >= m && strncmp(p, want, m) == 0;
    if (want[0] == '-')
        return n >= 2 && p[0] == '-' && p[1] != '-' &&
               (memchr(p, want[1], n) || memchr(p, toupper((unsigned char)want[1]), n));
    if (m && want[m - 1] == '*') return n >= m - 1 && strncasecmp(p, want, m - 1) == 0;
    return n == m && strncasecmp(p, want, m) == 0;
}

static bool matches(const struct line *l, size_t row)
{
    size_t at = 0;
    for (size_t k = 0; k < countof(patterns[row].words) && patterns[row].words[k]; k++) {
        while (at < l->n && !word_is(l->w[at].p, l->w[at].n, patterns[row].words[k])) at++;
        if (at++ >= l->n) return false;
    }
    for (size_t i = 0; patterns[row].not_after && i < l->n; i++)
        if (word_is(l->w[i].p, l->w[i].n, patterns[row].not_after)) return false;
    return true;
}

/* --- from the network into a shell -------------------------------------------------------------------------------- */
static const char *const fetchers[] = { "curl", "wget" };
static const char *const shells[] = { "sh", "bash", "zsh", "dash", "python", "python3", "node", "perl", "ruby" };

static bool one_of(const char *const *v, size_t n, const char *p, size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(v[i]) == len && strncmp(v[i], p, len) == 0) return true;
    return false;
}

static bool is_pipe_to_shell(const struct line *l)
{
    bool fetched = false, piped = false, shell = false;
    for (size_t i = 0; i < l->n; i++) {
        const char *p = l->w[i].p;
        size_t n = l->w[i].n;
        if (one_of(fetchers, countof(fetchers), p, n) ||
            (n > 1 && *p == '<' && one_of(fetchers, countof(fetchers), p + 1, n - 1))) {
            if (shell && (i == 0 || p[-1] == '(' || p[-1] == '`')) return true; /* sh -c "$(curl …)", bash <(curl …) */
            fetched = true;
        } else if (n == 1 && *p == '|') piped = fetched;
        else if (one_of(shells, countof(shells), p, n)) {
            if (piped) return true;
            shell = true;
        } else if (n > 1 && *p == '|' && fetched && one_of(shells, countof(shells), p + 1, n - 1)) return true;
    }
    return false;
}

/* --- what is looked at -------------------------------------------------------------------------------------------- */
static const char *const command_languages[] = { "sh", "bash", "shell", "zsh", "console", "terminal", "sql", "psql",
    "postgresql", "mysql", "sqlite", "plpgsql",
                                                 "yaml", "yml", "dockerfile", "makefile", "make", "powershell" };

/* Code in other languages says "delete" for other things; still strings in it may hold SQL. */
static bool runs_commands(const struct text *t)
{
    if (t->kind == TEXT_COMMAND || t->kind == TEXT_PROSE) return true;
    if (t->kind != TEXT_CODE) return false;
    if (words_blank(t->language)) return true;
    for (size_t i = 0; i < countof(command_languages); i++)
        if (strcasecmp(t->language, command_languages[i]) == 0) return true;
    return false;
}

/* The way back itself: rollback texts, down migrations. */
static bool is_way_back(const struct text *t)
{
    return (t->kind == TEXT_PROSE && (strcmp(t->key, "rollback") == 0 || strcmp(t->anchor, "rollback") == 0)) ||
           (t->path && (strstr(t->path, "down") || strstr(t->path, "rollback") || strstr(t->path, "revert")));
}

static bool guarded(const struct checking *c, const struct text *t)
{
    const struct phase *p = t->phase == SIZE_MAX ? NULL : &c->d->phases.v[t->phase];
    for (size_t i = 0; c->foreign && i < c->texts.n; i++)
        if (strcmp(c->texts.v[i].key, "rollback") == 0) return true;
    return p ? !words_blank(p->rollback) : !words_blank(c->d->closing.rollback.text);
}

static void look_at(struct checking *c, const struct text *t, const struct line *l)
{
    size_t shown = l->n_text < 200 ? l->n_text : 200, start = strspn(l->text, " \t");
    const char *evidence;
    if (start > shown) return;
    if (is_pipe_to_shell(l)) {
        evidence = arena_dup_n(c->work, l->text + start, shown - start);
        check_report(c, RULE_PIPE_TO_SHELL, t->anchor, evidence, NULL,
                     "what comes from the network is run at once: %.200s", evidence ? evidence : "");
    }
    for (size_t i = 0; i < countof(patterns); i++) {
        if (!matches(l, i)) continue;
        evidence = arena_dup_n(c->work, l->text + start, shown - start);
        check_report(c, guarded(c, t) ? RULE_DESTRUCTIVE : RULE_DESTRUCTIVE_BARE, t->anchor, evidence, NULL,
                     "%s: %.200s", guarded(c, t) ? "destroys data" : "destroys data and the rollback is empty",
                     evidence ? evidence : "");
        return;
    }
}

static void look_through(struct checking *c, const struct text *t, const char *p, const char *end)
{
    c->line = t->line;
    while (p < end) {
        struct line l;
        p = cut_line(p, end, &l);
        look_at(c, t, &l);
    }
}

/* In prose only what is marked as code counts: "delete from the list" is no command. */
static void look_through_spans(struct checking *c, const struct text *t)
{
    for (const char *p = strchr(t->s, '`'); p; p = strchr(p, '`')) {
        const char *end;
        p += strspn(p, "`");
        end = p + strcspn(p, "`");
        look_through(c, t, p, end);
        p = end + strspn(end, "`");
    }
}

void rules_destructive(struct checking *c)
{
    for (size_t i = 0; i < c->texts.n; i++) {
        const struct text *t = &c->texts.v[i];
        if (!runs_commands(t) || is_way_back(t)) continue;
        if (t->kind == TEXT_PROSE) look_through_spans(c, t);
        else look_through(c, t, t->s, t->s + strlen(t->s));
    }
}
