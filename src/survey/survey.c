/* Runs the detectors over a tree, one table row each. */
#include "survey/inner.h"

#include <string.h>

const char *const command_kind_names[] = {"build", "test", "lint", "format", "migrate", "run", "deploy", "other", NULL};
const char *const command_status_names[] = {"known", "system", "unknown", NULL};

static void count_files(struct scan *c)
{
    struct tree_files f = tree_files(c->t);
    c->s->version = SURVEY_VERSION;
    c->s->tree = arena_dup(c->a, tree_id(c->t));
    c->s->files = (int64_t)f.n;
    for (size_t i = 0; i < f.n; i++) c->s->bytes += f.v[i].size;
}

static void index_names(struct scan *c)
{
    (void)scan_index(c);
}

typedef void detect_fn(struct scan *c);
static detect_fn *const detectors[] = {
    index_names,         count_files,     detect_manifests, detect_frameworks, detect_scripts,      detect_code,
    detect_dirs,         detect_implied,  detect_tests,     detect_migrations, detect_ci,           detect_ci_commands,
    detect_coverage,     detect_notes,    detect_owners,    detect_openapi,    detect_entry_points, detect_environments,
    detect_architecture, detect_findings, detect_symbols,
};

enum err_kind survey_run(struct tree *t, struct arena *a, struct survey *ret, struct err *e)
{
    struct scan c = {.t = t, .a = a, .s = ret, .e = e};
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < countof(detectors) && c.failed == ERR_OK && arena_check(a, e) == ERR_OK; i++)
        detectors[i](&c);
    return c.failed != ERR_OK ? c.failed : arena_check(a, e);
}

/* A script says by its whole name what it does: ./scripts/test.sh, ./run-tests, but not ./fuzz/server-test.sh. */
static bool is_for_that_alone(const struct survey_command *c)
{
    const char *base = strrchr(c->name, '/');
    if (strncmp(c->name, "tox -e ", 7) == 0) return false; /* one of several environments */
    if (strncmp(c->name, "./", 2) != 0 || strcmp(c->name + 2, c->path) != 0) return true;
    base++;
    if (strncmp(base, "run", 3) == 0) base += 3 + strspn(base + 3, "-_");
    return !strpbrk(base, "-_");
}

/* At the top before elsewhere. */
static int rank_of(const struct survey_command *c)
{
    return c->dir[0] == '\0' ? 1 + is_for_that_alone(c) : 0;
}

const struct survey_command *survey_command_of(const struct survey *s, enum command_kind kind)
{
    const struct survey_command *best = NULL;
    for (size_t i = 0; i < s->commands.n; i++) {
        const struct survey_command *c = &s->commands.v[i];
        if (c->kind != (int)kind) continue;
        if (!best || rank_of(c) > rank_of(best)) best = c;
    }
    return best;
}
