/* The words of a command line that matter: prefixes seen through, script runners made the same, matched in order. */
#include "survey/words.h"

#include <ctype.h>
#include <string.h>

/* What only starts another program; the number of words that belong to it, its options apart. */
struct prefix { const char *words[3]; };
static const struct prefix prefixes[] = {
    { { "sudo" } }, { { "env" } }, { { "time" } }, { { "nice" } }, { { "nohup" } }, { { "exec" } }, { { "npx" } },
    { { "bunx" } }, { { "uvx" } }, { { "poetry", "run" } }, { { "pipenv", "run" } }, { { "uv", "run" } },
    { { "hatch", "run" } }, { { "bundle", "exec" } }, { { "pnpm", "exec" } }, { { "pnpm", "dlx" } },
    { { "yarn", "exec" } }, { { "npm", "exec" } }, { { "python", "-m" } }, { { "python3", "-m" } },
    { { "rye", "run" } }, { { "pipx", "run" } },
};

bool word_in(const char *const *list, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i], word) == 0) return true;
    return false;
}

bool word_is_assignment(const char *w)
{
    const char *eq = strchr(w, '=');
    if (!eq || eq == w || isdigit((unsigned char)w[0])) return false;
    for (const char *p = w; p < eq; p++)
        if (!isalnum((unsigned char)*p) && *p != '_') return false;
    return true;
}

static bool starts_with(const struct words *w, size_t from, const struct prefix *p)
{
    for (size_t i = 0; i < 3 && p->words[i]; i++)
        if (from + i >= w->n || strcmp(w->v[from + i], p->words[i]) != 0) return false;
    return true;
}

/* Options of such a program that take the next word: uv run --group dev tox, sudo -u postgres psql. */
static size_t skip_option(const struct words *w, size_t at)
{
    static const char *const valued[] = { "--group",  "--only-group", "--no-group", "--extra",   "--with", "--package",
                                          "--python", "--env-file",   "--project",  "--directory", "-u" };
    return at + 1 + (at + 2 < w->n && word_in(valued, countof(valued), w->v[at]));
}

static size_t skip_prefix(const struct words *w, size_t at)
{
    for (size_t i = 0; i < countof(prefixes); i++) {
        size_t n = 0;
        if (!starts_with(w, at, &prefixes[i])) continue;
        while (n < 3 && prefixes[i].words[n]) n++;
        if (at + n >= w->n) return at;
        at += n;
        while (at + 1 < w->n && w->v[at][0] == '-' && strcmp(prefixes[i].words[0], "python") != 0)
            at = skip_option(w, at);
        return at;
    }
    return at;
}

/* `npm run x`, `npm run-script x`, `yarn x`, `pnpm run x` all become `run x`; `npm t` is `run test`. */
static void same_runner(struct words *w)
{
    static const char *const runners[] = { "npm", "yarn", "pnpm", "bun" };
    static const char *const own[] = { "ci",      "install", "i",   "add",    "audit", "pack",    "publish",
                                       "version", "exec",    "dlx", "create", "init",  "outdated" };
    if (w->n < 2 || !word_in(runners, countof(runners), w->v[0])) return;
    if (w->v[1][0] == '-' || word_in(own, countof(own), w->v[1])) return;
    if (strcmp(w->v[1], "t") == 0) w->v[1] = "test";
    w->v[0] = "<script>";
    if (w->n > 2 && (strcmp(w->v[1], "run") == 0 || strcmp(w->v[1], "run-script") == 0)) {
        memmove(w->v + 1, w->v + 2, (w->n - 2) * sizeof *w->v);
        w->n--;
    }
}

/* The words of a part without what merely surrounds the command. */
void words_see(const struct shell_part *part, struct words *ret)
{
    struct words w = { .n = 0 };
    size_t at = 0, before;
    for (size_t i = 0; i < part->words.n && w.n < WORDS_MAX; i++)
        if (part->words.v[i]) w.v[w.n++] = part->words.v[i];
    do {
        before = at;
        while (at < w.n && word_is_assignment(w.v[at])) at++;
        at = skip_prefix(&w, at);
    } while (at != before);
    ret->n = w.n - at;
    memcpy(ret->v, w.v + at, ret->n * sizeof *ret->v);
    same_runner(ret);
}

/* --- matching --------------------------------------------------------------------------------------------------- */
static bool has_target(const struct words *w, const char *target)
{
    for (size_t i = 1; i < w->n; i++)
        if (strcmp(w->v[i], target) == 0) return true;
    return false;
}

/* Every word of `match` in order at the start of the line; options of the line between them are passed over. */
static bool is_prefix(const struct words *match, const struct words *w)
{
    size_t j = 0;
    for (size_t i = 0; i < match->n; i++, j++) {
        while (i && j < w->n && w->v[j][0] == '-' && match->v[i][0] != '-') j++;
        if (j >= w->n || strcmp(match->v[i], w->v[j]) != 0) return false;
    }
    return true;
}

bool words_match(const struct words *match, const struct words *w)
{
    if (!match->n || !w->n) return false;
    if (strcmp(match->v[0], "make") == 0 && match->n == 2)
        return strcmp(w->v[0], "make") == 0 && has_target(w, match->v[1]);
    return is_prefix(match, w);
}

void words_of(const char *text, struct arena *a, struct words *ret)
{
    struct shell_line line;
    ret->n = 0;
    shell_cut(text, a, &line);
    if (line.parts.n) words_see(&line.parts.v[0], ret);
}

