/* What a survey says and what labels say, as lines of text per family, so that both can be compared. */
#ifndef TESTS_SURVEY_LABELS_H
#define TESTS_SURVEY_LABELS_H

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>
#include "unit/survey_fixture.h"

struct fact {
    const char *key;
    const char *kind;
    int64_t line;
    bool hit;
};
struct facts {
    LIST(struct fact) v;
};

static void fact_add(struct arena *a, struct facts *f, const char *kind, int64_t line, const char *key)
{
    struct fact *row;
    for (size_t i = 0; i < f->v.n; i++)
        if (strcmp(f->v.v[i].key, key) == 0) return;
    row = arena_push(a, &f->v, sizeof *row);
    ck_assert_ptr_nonnull(row);
    *row = (struct fact){.key = arena_dup(a, key), .kind = kind ? arena_dup(a, kind) : "", .line = line};
}

static const char *or_none(const char *s)
{
    return s && s[0] ? s : "-";
}

static const char *lower(struct arena *a, const char *s)
{
    char *copy = arena_dup(a, or_none(s));
    for (char *p = copy; *p; p++) *p = (char)tolower((unsigned char)*p);
    return copy;
}

/* "npm run test" and "npm test", "./bin/setup" and "bin/setup" are the same; blanks are squeezed. */
static const char *same_command(struct arena *a, const char *run)
{
    static const char *const runners[] = {"npm run ", "yarn run ", "pnpm run ", "bun run "};
    char *out = arena_alloc(a, strlen(run) + 2), *to = out;
    if (strncmp(run, "./", 2) == 0) run += 2;
    for (const char *p = run; *p; p++)
        if (!isspace((unsigned char)*p) || (to > out && to[-1] != ' ')) *to++ = isspace((unsigned char)*p) ? ' ' : *p;
    while (to > out && to[-1] == ' ') to--;
    *to = '\0';
    for (size_t i = 0; i < countof(runners); i++) {
        size_t n = strlen(runners[i]);
        if (strncmp(out, runners[i], n) == 0) return arena_fmt(a, "%.*s%s", (int)(n - 4), out, out + n);
    }
    return out;
}

static const char *no_slash(struct arena *a, const char *route)
{
    size_t n = strlen(route);
    return n > 1 && route[n - 1] == '/' ? arena_dup_n(a, route, n - 1) : route;
}

/* --- families: from a survey, and from a label ---------------------------------------------------------------------
 */
typedef void survey_facts_fn(const struct survey *s, struct arena *a, struct facts *f);
typedef const char *label_fact_fn(const json_t *row, struct arena *a, struct fact *ret);

static const char *field(const json_t *row, const char *key)
{
    return or_none(json_string_value(json_object_get(row, key)));
}

static int64_t line_in(const char *at)
{
    const char *colon = strrchr(at, ':');
    return colon ? strtol(colon + 1, NULL, 10) : 0;
}

static const char *file_in(struct arena *a, const char *at)
{
    const char *colon = strrchr(at, ':');
    return colon && isdigit((unsigned char)colon[1]) ? arena_dup_n(a, at, (size_t)(colon - at)) : at;
}

static void s_languages(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->languages.n; i++)
        if (s->languages.v[i].share >= 20) fact_add(a, f, NULL, 0, lower(a, s->languages.v[i].name));
}
static const char *l_word(const json_t *row, struct arena *a, struct fact *ret)
{
    (void)ret;
    return lower(a, json_string_value(row));
}
static void s_packages(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->manifests.n; i++)
        if (s->manifests.v[i].package)
            fact_add(a, f, s->manifests.v[i].name, 0,
                     arena_fmt(a, "%s (%s)", s->manifests.v[i].path, s->manifests.v[i].kind));
}
static const char *l_packages(const json_t *row, struct arena *a, struct fact *ret)
{
    ret->kind = field(row, "name");
    return arena_fmt(a, "%s (%s)", field(row, "path"), field(row, "kind"));
}
static void s_frameworks(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->frameworks.n; i++)
        fact_add(a, f, NULL, 0,
                 lower(a, arena_fmt(a, "%s %s %s", s->frameworks.v[i].name, or_none(s->frameworks.v[i].version),
                                    s->frameworks.v[i].path)));
}
static const char *l_frameworks(const json_t *row, struct arena *a, struct fact *ret)
{
    (void)ret;
    return lower(a, arena_fmt(a, "%s %s %s", field(row, "name"), field(row, "version"), field(row, "path")));
}
static void s_commands(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->commands.n; i++) {
        const struct survey_command *k = &s->commands.v[i];
        fact_add(a, f, command_kind_names[k->kind], k->line, arena_fmt(a, "[%s] %s", k->dir, same_command(a, k->name)));
    }
}
static const char *l_commands(const json_t *row, struct arena *a, struct fact *ret)
{
    const char *dir = json_string_value(json_object_get(row, "dir"));
    ret->kind = field(row, "kind");
    ret->line = line_in(field(row, "at"));
    return arena_fmt(a, "[%s] %s", dir ? dir : "", same_command(a, field(row, "run")));
}
static void s_tests(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->tests.n; i++)
        for (size_t j = 0; j < s->tests.v[i].roots.n; j++)
            fact_add(a, f, NULL, 0,
                     lower(a, arena_fmt(a, "%s in %s", s->tests.v[i].framework, s->tests.v[i].roots.v[j])));
}
static const char *l_tests(const json_t *row, struct arena *a, struct fact *ret)
{
    const char *dir = json_string_value(json_object_get(row, "dir"));
    (void)ret;
    return lower(a, arena_fmt(a, "%s in %s", field(row, "framework"), dir ? dir : ""));
}
static void s_patterns(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->tests.n; i++)
        for (size_t j = 0; j < s->tests.v[i].names.n; j++) fact_add(a, f, NULL, 0, lower(a, s->tests.v[i].names.v[j]));
}
static void s_coverage(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->coverage.n; i++)
        fact_add(a, f, NULL, 0,
                 lower(a, arena_fmt(a, "%s %lld", s->coverage.v[i].tool, (long long)s->coverage.v[i].minimum)));
}
static const char *l_coverage(const json_t *row, struct arena *a, struct fact *ret)
{
    (void)ret;
    return lower(
        a, arena_fmt(a, "%s %lld", field(row, "tool"), (long long)json_number_value(json_object_get(row, "minimum"))));
}
/* A folder per migration is named by the folder. */
static const char *newest_name(struct arena *a, const char *path)
{
    const char *base = path ? strrchr(path, '/') : NULL, *up;
    if (!path) return "-";
    if (!base) return path;
    if (strcmp(base, "/migration.sql") != 0 && strcmp(base, "/up.sql") != 0) return base + 1;
    up = arena_dup_n(a, path, (size_t)(base - path));
    return strrchr(up, '/') ? strrchr(up, '/') + 1 : up;
}
static void s_migrations(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->migrations.n; i++) {
        const struct survey_migrations *m = &s->migrations.v[i];
        fact_add(a, f, NULL, 0,
                 lower(a, arena_fmt(a, "%s %s %s %s", or_none(m->tool), m->dir, newest_name(a, m->newest),
                                    or_none(m->engine))));
    }
}
static const char *l_migrations(const json_t *row, struct arena *a, struct fact *ret)
{
    (void)ret;
    return lower(a, arena_fmt(a, "%s %s %s %s", field(row, "tool"), field(row, "dir"),
                              newest_name(a, field(row, "newest")), field(row, "engine")));
}
static void s_ci(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->ci.n; i++)
        fact_add(a, f, NULL, 0, lower(a, arena_fmt(a, "%s %s", s->ci.v[i].system, s->ci.v[i].path)));
}
static const char *l_ci(const json_t *row, struct arena *a, struct fact *ret)
{
    (void)ret;
    return lower(a, arena_fmt(a, "%s %s", field(row, "system"), field(row, "path")));
}
static void s_ci_jobs(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->ci.n; i++)
        for (size_t j = 0; j < s->ci.v[i].jobs.n; j++)
            fact_add(a, f, NULL, 0, arena_fmt(a, "%s: %s", s->ci.v[i].path, s->ci.v[i].jobs.v[j].name));
}
static const char *l_ci_jobs(const json_t *row, struct arena *a, struct fact *ret)
{
    (void)ret;
    return arena_fmt(a, "%s: %s", field(row, "path"), field(row, "job"));
}
static void s_ci_triggers(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->ci.n; i++)
        for (size_t j = 0; j < s->ci.v[i].triggers.n; j++)
            fact_add(a, f, NULL, 0, arena_fmt(a, "%s: %s", s->ci.v[i].path, s->ci.v[i].triggers.v[j]));
}
static const char *l_ci_triggers(const json_t *row, struct arena *a, struct fact *ret)
{
    (void)ret;
    return arena_fmt(a, "%s: %s", field(row, "path"), field(row, "trigger"));
}
static void s_ci_commands(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->ci.n; i++)
        for (size_t j = 0; j < s->ci.v[i].commands.n; j++)
            fact_add(a, f, NULL, 0,
                     arena_fmt(a, "%s: %s", s->ci.v[i].path, same_command(a, s->ci.v[i].commands.v[j].text)));
}
static const char *l_ci_commands(const json_t *row, struct arena *a, struct fact *ret)
{
    (void)ret;
    return arena_fmt(a, "%s: %s", field(row, "path"), same_command(a, field(row, "run")));
}
static void notes(const struct survey_note *v, size_t n, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < n; i++)
        fact_add(a, f, NULL, 0,
                 strcmp(v[i].kind, "license-header") == 0 ? v[i].kind : arena_fmt(a, "%s %s", v[i].kind, v[i].path));
}
static void s_deploy(const struct survey *s, struct arena *a, struct facts *f)
{
    notes(s->deploy.v, s->deploy.n, a, f);
}
static void s_conventions(const struct survey *s, struct arena *a, struct facts *f)
{
    notes(s->conventions.v, s->conventions.n, a, f);
}
/* Any file that has the header shows it. */
static const char *l_notes(const json_t *row, struct arena *a, struct fact *ret)
{
    (void)ret;
    if (strcmp(field(row, "kind"), "license-header") == 0) return "license-header";
    return arena_fmt(a, "%s %s", field(row, "kind"), field(row, "path"));
}
static void s_environments(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->environments.n; i++) fact_add(a, f, NULL, 0, s->environments.v[i].name);
}
static void ids(const struct finding *v, size_t n, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].id) fact_add(a, f, NULL, 0, v[i].id);
}
static void s_architecture(const struct survey *s, struct arena *a, struct facts *f)
{
    ids(s->architecture.v, s->architecture.n, a, f);
}
static void s_errors(const struct survey *s, struct arena *a, struct facts *f)
{
    ids(s->errors.v, s->errors.n, a, f);
}
static void s_entry_points(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->entry_points.n; i++) fact_add(a, f, NULL, 0, lower(a, s->entry_points.v[i].path));
}
static void s_api(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->api.n; i++)
        fact_add(a, f, NULL, s->api.v[i].line,
                 arena_fmt(a, "%s %s (%s)", s->api.v[i].method, no_slash(a, s->api.v[i].route), s->api.v[i].path));
}
static const char *l_api(const json_t *row, struct arena *a, struct fact *ret)
{
    const char *method = field(row, "method");
    ret->line = line_in(field(row, "at"));
    return arena_fmt(a, "%s %s (%s)", strcmp(method, "*") == 0 ? "ANY" : method, no_slash(a, field(row, "path")),
                     file_in(a, field(row, "at")));
}
static void s_problems(const struct survey *s, struct arena *a, struct facts *f)
{
    for (size_t i = 0; i < s->problems.n; i++)
        if (s->problems.v[i].evidence.n) fact_add(a, f, NULL, 0, lower(a, s->problems.v[i].evidence.v[0].path));
}

struct family {
    const char *name;
    survey_facts_fn *survey;
    label_fact_fn *label;
    bool kinds, lines; /* of matched facts are measured as well */
    int off;           /* how far a line may be off */
};
static const struct family families[] = {
    {"languages", s_languages, l_word, false, false, 0},
    {"packages", s_packages, l_packages, false, false, 0},
    {"frameworks", s_frameworks, l_frameworks, false, false, 0},
    {"commands", s_commands, l_commands, true, true, 1},
    {"tests", s_tests, l_tests, false, false, 0},
    {"test_patterns", s_patterns, l_word, false, false, 0},
    {"coverage", s_coverage, l_coverage, false, false, 0},
    {"migrations", s_migrations, l_migrations, false, false, 0},
    {"ci", s_ci, l_ci, false, false, 0},
    {"ci_jobs", s_ci_jobs, l_ci_jobs, false, false, 0},
    {"ci_triggers", s_ci_triggers, l_ci_triggers, false, false, 0},
    {"ci_commands", s_ci_commands, l_ci_commands, false, false, 0},
    {"deploy", s_deploy, l_notes, false, false, 0},
    {"environments", s_environments, l_word, false, false, 0},
    {"architecture", s_architecture, l_word, false, false, 0},
    {"entry_points", s_entry_points, l_word, false, false, 0},
    {"errors", s_errors, l_word, false, false, 0},
    {"api", s_api, l_api, false, true, 2},
    {"conventions", s_conventions, l_notes, false, false, 0},
    {"problems", s_problems, l_word, false, false, 0},
};
#define FAMILIES countof(families)

#endif
