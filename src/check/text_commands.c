/* Commands in texts: lines of shell blocks, and what stands in backticks and begins like a command. Only what belongs to
 * the repository can be wrong: its scripts, targets and programs; of other programs nothing is known here. */
#include "check/inner.h"

#include <string.h>

#include "survey/words.h"

enum { LINE_MAX_BYTES = 1000 };

static const char *const shell_languages[] = { "sh", "bash", "shell", "zsh", "console", "terminal", "shellsession" };

/* How a command of a repository begins; what follows names something of it. */
static const struct { const char *first, *second; } runners[] = {
    { "make", NULL }, { "<script>", NULL }, { "just", NULL }, { "task", NULL }, { "rake", NULL }, { "composer", "run" },
    { "composer", "run-script" }, { "cmake", "--preset" }, { "ctest", "--preset" }, { "cargo", "xtask" },
    { "bash", NULL }, { "sh", NULL }, { "python", NULL }, { "python3", NULL }, { "node", NULL }, { "ruby", NULL },
    { "tox", "-e" }, { "nox", "-s" }, { "poe", NULL }, { "invoke", NULL }, { "mix", NULL }, { "gradle", NULL },
};
static const char *const interpreters[] = { "bash", "sh", "python", "python3", "node", "ruby" };

/* Does it run a script, a target or a file that the repository has to have? */
static bool of_the_repository(const struct words *w)
{
    if (w->n && strchr(w->v[0], '/') && w->v[0][0] != '/' && w->v[0][0] != '~' && w->v[0][0] != '$') return true;
    for (size_t i = 0; i < countof(runners); i++) {
        if (w->n < 2 || strcmp(w->v[0], runners[i].first) != 0) continue;
        if (runners[i].second && strcmp(w->v[1], runners[i].second) != 0) continue;
        if (!word_in(interpreters, countof(interpreters), w->v[0])) return true;
        for (size_t k = 1; k < w->n; k++)
            if (w->v[k][0] != '-') return strchr(w->v[k], '/') && w->v[k][0] != '/';
    }
    return false;
}

static bool has_placeholder(const char *line)
{
    return strpbrk(line, "<>{}\xe2") && (strstr(line, "<") || strstr(line, "{") || strstr(line, "\xe2\x80\xa6"));
}

static void wrong(struct checking *c, const struct text *t, enum rule_id rule, const char *line,
                  const struct command_told *told)
{
    if (told->suggestion)
        check_report(c, rule, t->anchor, line, told->suggestion,
                     "`%.300s` is not a command of this repository; did you mean `%.300s`?", told->part,
                     told->suggestion);
    else
        check_report(c, rule, t->anchor, line, NULL, "`%.300s` is not a command of this repository or of the system",
                     told->part);
}

static void judge(struct checking *c, const struct text *t, const char *line, bool block)
{
    struct shell_line cut;
    struct command_told told;
    bool repository = false;
    struct words w;
    enum command_verdict is;
    if (!line || has_placeholder(line) || c->commands_left-- <= 0) return;
    shell_cut(line, c->work, &cut);
    for (size_t i = 0; i < cut.parts.n; i++) {
        words_see(&cut.parts.v[i], &w);
        repository = repository || of_the_repository(&w);
    }
    if (!repository && !block) return;
    is = command_judge(c, SIZE_MAX, line, &told);
    if (is == COMMAND_HOLDS) count_verified(c);
    else if (is == COMMAND_COMES) count_to_create(c);
    else if (is == COMMAND_OUTSIDE) count_unprovable(c);
    else wrong(c, t, repository ? RULE_TEXT_COMMAND : RULE_TEXT_COMMAND_MAYBE, line, &told);
}

static bool is_shell(const struct text *t)
{
    for (size_t i = 0; t->language && i < countof(shell_languages); i++)
        if (strcasecmp(t->language, shell_languages[i]) == 0) return true;
    return false;
}

/* A block's lines: of a session only those behind a prompt; without here-documents and what goes over several lines. */
static void block(struct checking *c, const struct text *t)
{
    bool session = strstr(t->s, "\n$ ") || strncmp(t->s, "$ ", 2) == 0;
    int64_t line = t->line;
    if (strstr(t->s, "<<")) return;
    for (const char *p = t->s; *p; line++) {
        size_t n = strcspn(p, "\n"), skip = strspn(p, " \t");
        const char *start = p + skip;
        bool prompt = strncmp(start, "$ ", 2) == 0, last = p[n] == '\0';
        size_t len = n > skip ? n - skip : 0;
        if (prompt) start += 2, len -= 2;
        c->line = t->line ? line + 1 : 0;
        p += n + !last;
        if (!len || *start == '#' || len > LINE_MAX_BYTES || (session && !prompt)) continue;
        if (start[len - 1] == '\\' || strchr("|&}{)", start[len - 1]) || strchr("|&})-", *start)) continue;
        const char *comment = memmem(start, len, " #", 2);
        if (comment) len = (size_t)(comment - start);
        while (len && start[len - 1] == ' ') len--;
        judge(c, t, arena_dup_n(c->work, start, len), true);
    }
}

static void spans(struct checking *c, const struct text *t)
{
    for (const char *open = strchr(t->s, '`'), *close; open; open = close ? strchr(close + 1, '`') : NULL) {
        size_t n;
        if (open[1] == '`') return; /* a fence, or a span of several: rare, and looked at as code elsewhere */
        if (!(close = strchr(open + 1, '`'))) return;
        n = (size_t)(close - open - 1);
        c->line = t->line;
        if (n > 3 && n < LINE_MAX_BYTES && memchr(open + 1, ' ', n) && !memchr(open + 1, '\n', n))
            judge(c, t, arena_dup_n(c->work, open + 1, n), false);
    }
}

void rules_text_commands(struct checking *c)
{
    for (size_t i = 0; i < c->texts.n; i++) {
        const struct text *t = &c->texts.v[i];
        if (t->kind == TEXT_CODE && is_shell(t) && words_blank(t->path)) block(c, t);
        else if (t->kind == TEXT_PROSE) spans(c, t);
    }
}
