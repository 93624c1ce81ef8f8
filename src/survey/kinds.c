/* What a command is for: its program says it, or the words of its name. The first row that fits decides. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#include "survey/programs.h"

struct kind_word {
    const char *word;
    enum command_kind kind;
};
static const struct kind_word kind_words[] = {
    /* the first row that occurs as a word decides */
    {"migrate", COMMAND_MIGRATE},
    {"migration", COMMAND_MIGRATE},
    {"migrations", COMMAND_MIGRATE},
    {"undo", COMMAND_MIGRATE},
    {"rollback", COMMAND_MIGRATE},
    {"xtask", COMMAND_OTHER},
    {"clean", COMMAND_OTHER},
    {"stop", COMMAND_OTHER},
    {"down", COMMAND_OTHER},
    {"logs", COMMAND_OTHER},
    {"type", COMMAND_LINT},
    {"hook", COMMAND_OTHER},
    {"healthcheck", COMMAND_OTHER},
    {"distcheck", COMMAND_TEST},
    {"installcheck", COMMAND_TEST},
    {"quality", COMMAND_LINT},
    {"lint", COMMAND_LINT},
    {"*lint", COMMAND_LINT}, /* eslint, pylint, cmakelint */
    {"lints", COMMAND_LINT},
    {"codespell", COMMAND_LINT},
    {"codestyle", COMMAND_LINT},
    {"pycodestyle", COMMAND_LINT},
    {"typos", COMMAND_LINT},
    {"linting", COMMAND_LINT},
    {"typechecks", COMMAND_LINT},
    {"typing", COMMAND_LINT},
    {"types", COMMAND_LINT},
    {"tsc", COMMAND_LINT},
    {"vet", COMMAND_LINT},
    {"validate", COMMAND_LINT},
    {"ruff", COMMAND_LINT},
    {"mypy", COMMAND_LINT},
    {"clippy", COMMAND_LINT},
    {"phpstan", COMMAND_LINT},
    {"stan", COMMAND_LINT},
    {"analyse", COMMAND_LINT},
    {"analyze", COMMAND_LINT},
    {"tidy", COMMAND_LINT},
    {"rubocop", COMMAND_LINT},
    {"style", COMMAND_FORMAT},
    {"flake8", COMMAND_LINT},
    {"credo", COMMAND_LINT},
    {"dialyzer", COMMAND_LINT},
    {"scalafmtAll", COMMAND_FORMAT},
    {"scalafmtCheckAll", COMMAND_FORMAT},
    {"spotlessApply", COMMAND_FORMAT},
    {"spotlessCheck", COMMAND_FORMAT},
    {"*check", COMMAND_LINT}, /* spellcheck, typecheck; "check" alone is below */
    {"format", COMMAND_FORMAT},
    {"fmt", COMMAND_FORMAT},
    {"prettier", COMMAND_FORMAT},
    {"black", COMMAND_FORMAT},
    {"pretty", COMMAND_FORMAT},
    {"^build", COMMAND_BUILD},
    {"test", COMMAND_TEST},
    {"tests", COMMAND_TEST},
    {"spec", COMMAND_TEST},
    {"check", COMMAND_TEST},
    {"e2e", COMMAND_TEST},
    {"cover", COMMAND_TEST},
    {"coverage", COMMAND_TEST},
    {"unit", COMMAND_TEST},
    {"integration", COMMAND_TEST},
    {"vitest", COMMAND_TEST},
    {"jest", COMMAND_TEST},
    {"testing", COMMAND_TEST},
    {"bench", COMMAND_TEST},
    {"benchmark", COMMAND_TEST},
    {"benchmarks", COMMAND_TEST},
    {"fuzz", COMMAND_TEST},
    {"cov", COMMAND_TEST},
    {"pytest", COMMAND_TEST},
    {"phpunit", COMMAND_TEST},
    {"smoke", COMMAND_TEST},
    {"checkAll", COMMAND_TEST},
    {"presubmit", COMMAND_TEST},
    {"doctest", COMMAND_TEST},
    {"runtest", COMMAND_TEST},
    {"runtests", COMMAND_TEST},
    {"roundtrip", COMMAND_TEST},
    {"deploy", COMMAND_DEPLOY},
    {"release", COMMAND_DEPLOY},
    {"publish", COMMAND_DEPLOY},
    {"push", COMMAND_DEPLOY},
    {"upload", COMMAND_DEPLOY},
    {"apply", COMMAND_DEPLOY},
    {"rollout", COMMAND_DEPLOY},
    {"build", COMMAND_BUILD},
    {"compile", COMMAND_BUILD},
    {"^all", COMMAND_BUILD},
    {"dist", COMMAND_BUILD},
    {"bundle", COMMAND_BUILD},
    {"package", COMMAND_BUILD},
    {"assemble", COMMAND_BUILD},
    {"image", COMMAND_BUILD},
    {"install", COMMAND_OTHER},
    {"start", COMMAND_RUN},
    {"entrypoint", COMMAND_RUN},
    {"run", COMMAND_RUN},
    {"dev", COMMAND_RUN},
    {"serve", COMMAND_RUN},
    {"server", COMMAND_RUN},
    {"watch", COMMAND_RUN},
    {"up", COMMAND_RUN},
    {"preview", COMMAND_RUN},
    {"develop", COMMAND_RUN},
    {"worker", COMMAND_RUN},
    {"jobs", COMMAND_RUN},
    {"storybook", COMMAND_RUN},
    {"docs", COMMAND_BUILD},
    {"esbuild", COMMAND_BUILD},
    {"webpack", COMMAND_BUILD},
    {"deb", COMMAND_BUILD},
    {"rpm", COMMAND_BUILD},
    {"configure", COMMAND_BUILD},
    {"prepublish", COMMAND_BUILD},
    {"prepack", COMMAND_BUILD},
    {"cs", COMMAND_LINT}, /* coding style */
    {"ci", COMMAND_TEST},
};

/* A word with a star is the end of a longer one, one with ^ the first of the text. */
static bool has_word(const char *text, const char *word)
{
    bool end = word[0] == '*', first = word[0] == '^';
    size_t n = strlen(word += end || first);
    while (*text) {
        size_t len = strcspn(text, ":-_./ ");
        if ((end ? len > n : len == n) && strncasecmp(text + len - n, word, n) == 0) return true;
        if (!end && len > n && strncmp(text, word, n) == 0 && isupper((unsigned char)text[n]))
            return true; /* pushImages */
        if (first) return false;
        text += len + (text[len] != '\0');
    }
    return false;
}

/* gen-test-certs, setup-e2e: what is done is not what it is done for. */
static bool prepares(const char *name)
{
    static const char *const verbs[] = {"^gen", "^generate", "^extract", "^setup", "^download", "^fetch"};
    for (size_t i = 0; i < countof(verbs); i++)
        if (has_word(name, verbs[i])) return true;
    return false;
}

enum command_kind command_kind_guess(const char *name)
{
    if (has_word(name, "fix") && (has_word(name, "lint") || has_word(name, "cs"))) return COMMAND_FORMAT;
    if (has_word(name, "^db") && has_word(name, "push")) return COMMAND_MIGRATE;
    if (prepares(name)) return COMMAND_OTHER;
    for (size_t i = 0; i < countof(kind_words); i++)
        if (has_word(name, kind_words[i].word)) return kind_words[i].kind;
    return COMMAND_OTHER;
}

/* Runners whose second word is the name of something the project defines. */
static const char *const runners[] = {"make",     "just", "task",  "<script>", "gradle", "mvn",   "rake",
                                      "composer", "mix",  "bazel", "sbt",      "tox",    "nox",   "invoke",
                                      "hatch",    "poe",  "turbo", "nx",       "cargo",  "ninja", "npm",
                                      "pnpm",     "yarn", "bun",   "pdm",      "deno",   "ant"};

/* Names that say all there is: what is executed does not make them something else. */
static bool is_plain(const char *name)
{
    static const char *const plain[] = {"clean",     "help", "install",      "setup",    "init",      "prepare",
                                        "bootstrap", "deps", "default",      "update",   "upgrade",   "generate",
                                        "seed",      "tags", "requirements", "download", "uninstall", "distclean",
                                        "shell",     "logs", "console",      "stop",     "down",      "xtask"};
    for (size_t i = 0; i < countof(plain); i++)
        if (has_word(name, plain[i])) return true;
    return false;
}

/* cmake --build build --target uninstall: nothing is built. */
static bool builds_nothing(const struct words *w)
{
    for (size_t i = 1; i + 1 < w->n; i++)
        if (is(w->v[0], "cmake") && is(w->v[i], "--target") && command_kind_guess(w->v[i + 1]) == COMMAND_OTHER)
            return is_plain(w->v[i + 1]);
    return false;
}

/* tox run -e docs, nox -s lint: the environment's name; NULL: all of them. */
static const char *environment_of(const struct words *w)
{
    if (!is(w->v[0], "tox") && !is(w->v[0], "nox")) return NULL;
    for (size_t i = 1; i + 1 < w->n; i++)
        if (is(w->v[i], "-e") || is(w->v[i], "-s") || is(w->v[i], "--session")) return w->v[i + 1];
    return NULL;
}

enum command_kind command_kind_of_line(struct arena *a, const char *line)
{
    struct shell_line cut;
    shell_cut(line, a, &cut);
    for (size_t i = 0; i < cut.parts.n; i++) {
        struct words w;
        int kind;
        words_see(&cut.parts.v[i], &w);
        if (!w.n || is(w.v[0], "cd") || is(w.v[0], "set") || is(w.v[0], "export")) continue;
        if (environment_of(&w)) {
            const char *name = environment_of(&w); /* py312,lint */
            bool python = starts(name, "pypy") || (starts(name, "py") && isdigit((unsigned char)name[2]));
            return python ? COMMAND_TEST : command_kind_guess(name);
        }
        kind = program_kind(a, &w);
        if (kind >= 0) return builds_nothing(&w) ? COMMAND_OTHER : (enum command_kind)kind;
        if ((is(w.v[0], "bash") || is(w.v[0], "sh")) && w.n > 1 && ends(w.v[1], ".sh"))
            return command_kind_guess(path_base(w.v[1]));
        if (!word_in(runners, countof(runners), w.v[0])) {
            if (strchr(w.v[0], '/')) return command_kind_guess(path_base(w.v[0]));
            continue;
        }
        for (size_t j = 1; j < w.n; j++)
            if (w.v[j][0] != '-' && !strchr(w.v[j], '=') && command_kind_guess(w.v[j]) != COMMAND_OTHER)
                return command_kind_guess(w.v[j]);
    }
    return COMMAND_OTHER;
}

/* Names that are for running unless what is run says otherwise: watch: ng build --watch, db:up: supabase db push. -1:
 * any other. */
static int run_may_be(const char *name)
{
    if (has_word(name, "watch")) return COMMAND_BUILD;
    return strstr(name, "db:") || strstr(name, "db-") ? COMMAND_MIGRATE : -1;
}

/* Does what is executed have a say? */
static bool is_open(enum command_kind kind, const char *name)
{
    switch (kind) {
    case COMMAND_OTHER:
    case COMMAND_DEPLOY: return true;
    case COMMAND_RUN: return run_may_be(name) >= 0;
    case COMMAND_TEST: return has_word(name, "check");
    case COMMAND_FORMAT: return has_word(name, "style");
    case COMMAND_BUILD:
    case COMMAND_LINT:
    case COMMAND_MIGRATE: break;
    }
    return false;
}

enum command_kind command_kind_of(struct arena *a, const char *name, const char *what)
{
    enum command_kind kind = command_kind_of_line(a, name);
    struct shell_line cut;
    if (!what || !is_open(kind, name)) return kind;
    if (is_plain(name)) return kind;
    shell_cut(what, a, &cut);
    for (size_t i = 0; i < cut.parts.n; i++) {
        struct words w;
        int found;
        words_see(&cut.parts.v[i], &w);
        found = program_kind(a, &w);
        if (found < 0 && w.n > 1 && starts(w.v[0], "$(")) { /* make's $(EXEC) before what is run */
            memmove(&w.v[0], &w.v[1], --w.n * sizeof w.v[0]);
            found = program_kind(a, &w);
        }
        if (kind == COMMAND_DEPLOY && found != COMMAND_MIGRATE) continue; /* db:push */
        if (kind == COMMAND_RUN && found != run_may_be(name)) continue;
        if (found == COMMAND_LINT && has_word(name, "fix")) return COMMAND_FORMAT;
        if (found >= 0 && found != COMMAND_OTHER &&
            (kind == COMMAND_OTHER || kind == COMMAND_DEPLOY || kind == COMMAND_RUN || found == COMMAND_LINT))
            return (enum command_kind)found;
    }
    return kind;
}
