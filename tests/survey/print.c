/* Prints what the survey finds in a folder: survey_print DIR. With PLAND_JSON=1 the whole survey as JSON, with
 * PLAND_VERBOSE=1 the time it took. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pland/repo/repo.h"
#include "pland/survey/survey.h"

static void says(const char *name, const struct finding *v, size_t n)
{
    printf("\n== %s\n", name);
    for (size_t i = 0; i < n; i++) {
        const struct evidence *e = v[i].evidence.n ? &v[i].evidence.v[0] : NULL;
        printf("%s%s%s%s", v[i].id ? "[" : "", v[i].id ? v[i].id : "", v[i].id ? "] " : "", v[i].text);
        if (e) printf("   %s:%lld%s", e->path, (long long)e->line, v[i].evidence.n > 1 ? " …" : "");
        printf("\n");
    }
}

static void notes(const char *name, const struct survey_note *v, size_t n)
{
    printf("\n== %s\n", name);
    for (size_t i = 0; i < n; i++)
        printf("%s %s:%lld%s%s\n", v[i].kind, v[i].path, (long long)v[i].line, v[i].text ? "  " : "",
               v[i].text ? v[i].text : "");
}

static const char *or_none(const char *s)
{
    return s ? s : "-";
}

static void print_parts(const struct survey *s)
{
    printf("== languages\n");
    for (size_t i = 0; i < s->languages.n; i++)
        printf("%s %lld files %lld lines %.1f %%\n", s->languages.v[i].name, (long long)s->languages.v[i].files,
               (long long)s->languages.v[i].lines, (double)s->languages.v[i].share / 10);
    printf("\n== packages\n");
    for (size_t i = 0; i < s->manifests.n; i++)
        printf("%s%s %s %s\n", s->manifests.v[i].package ? "* " : "  ", s->manifests.v[i].kind, s->manifests.v[i].path,
               or_none(s->manifests.v[i].name));
    printf("\n== frameworks\n");
    for (size_t i = 0; i < s->frameworks.n; i++)
        printf("%s %s (%s) %s:%lld\n", s->frameworks.v[i].name, or_none(s->frameworks.v[i].version),
               s->frameworks.v[i].role, s->frameworks.v[i].path, (long long)s->frameworks.v[i].line);
    printf("\n== commands\n");
    for (size_t i = 0; i < s->commands.n; i++)
        printf("%-8s %s%s%s%s   %s:%lld%s\n", command_kind_names[s->commands.v[i].kind], s->commands.v[i].name,
               s->commands.v[i].dir[0] ? "  (in " : "", s->commands.v[i].dir, s->commands.v[i].dir[0] ? ")" : "",
               s->commands.v[i].path, (long long)s->commands.v[i].line, s->commands.v[i].implied ? " implied" : "");
}

static void print_rest(const struct survey *s)
{
    printf("\n== tests\n");
    for (size_t i = 0; i < s->tests.n; i++) {
        printf("%s %lld files", s->tests.v[i].framework, (long long)s->tests.v[i].files);
        for (size_t j = 0; j < s->tests.v[i].roots.n; j++) printf(" in \"%s\"", s->tests.v[i].roots.v[j]);
        for (size_t j = 0; j < s->tests.v[i].names.n; j++) printf(" named %s", s->tests.v[i].names.v[j]);
        printf("\n");
    }
    for (size_t i = 0; i < s->coverage.n; i++)
        printf("coverage %s %lld %s:%lld\n", s->coverage.v[i].tool, (long long)s->coverage.v[i].minimum,
               s->coverage.v[i].path, (long long)s->coverage.v[i].line);
    printf("\n== migrations\n");
    for (size_t i = 0; i < s->migrations.n; i++)
        printf("%s %s newest %s next %s engine %s\n", or_none(s->migrations.v[i].tool), s->migrations.v[i].dir,
               or_none(s->migrations.v[i].newest), or_none(s->migrations.v[i].next),
               or_none(s->migrations.v[i].engine));
    printf("\n== ci\n");
    for (size_t i = 0; i < s->ci.n; i++) {
        printf("%s %s:", s->ci.v[i].system, s->ci.v[i].path);
        for (size_t j = 0; j < s->ci.v[i].triggers.n; j++) printf(" %s", s->ci.v[i].triggers.v[j]);
        printf(" | jobs");
        for (size_t j = 0; j < s->ci.v[i].jobs.n; j++) printf(" %s", s->ci.v[i].jobs.v[j].name);
        printf(" | %zu commands\n", s->ci.v[i].commands.n);
    }
    printf("\n== environments, entry points\n");
    for (size_t i = 0; i < s->environments.n; i++)
        printf("%s %s\n", s->environments.v[i].name, s->environments.v[i].path);
    for (size_t i = 0; i < s->entry_points.n; i++)
        printf("%s:%lld %s\n", s->entry_points.v[i].path, (long long)s->entry_points.v[i].line,
               s->entry_points.v[i].what);
    printf("\n== api\n");
    for (size_t i = 0; i < s->api.n; i++)
        printf("%s %s  %s:%lld (%s)\n", s->api.v[i].method, s->api.v[i].route, s->api.v[i].path,
               (long long)s->api.v[i].line, or_none(s->api.v[i].source));
    printf("\n== %zu symbols, %zu rules of owners, %zu dependencies, %zu documents\n", s->symbols.n, s->owners.n,
           s->dependencies.n, s->docs.n);
}

static void print_survey(const struct survey *s)
{
    print_parts(s);
    print_rest(s);
    notes("deploy", s->deploy.v, s->deploy.n);
    notes("conventions", s->conventions.v, s->conventions.n);
    says("architecture", s->architecture.v, s->architecture.n);
    says("testing", s->testing.v, s->testing.n);
    says("errors", s->errors.v, s->errors.n);
    says("problems", s->problems.v, s->problems.n);
}

static enum err_kind survey_folder(const char *path, struct err *e)
{
    struct repo_location at;
    struct survey s;
    auto_roots roots = NULL;
    auto_tree t = NULL;
    auto_arena a = arena_new(0);
    auto_buf json = BUF_INIT(BUF_MAX_DEFAULT);
    clock_t from;
    enum err_kind k = repo_roots_new("/", &roots, e);
    if (k == ERR_OK) k = repo_locate(roots, path, &at, e);
    if (k == ERR_OK) k = tree_open_folder(&at, NULL, &t, e);
    if (k != ERR_OK) return k;
    from = clock();
    if ((k = survey_run(t, a, &s, e)) != ERR_OK) return k;
    if (getenv("PLAND_VERBOSE"))
        (void)fprintf(stderr, "the survey alone took %ld ms of CPU\n", (long)(clock() - from) / (CLOCKS_PER_SEC / 1000));
    if (!getenv("PLAND_JSON")) print_survey(&s);
    else {
        record_encode(&survey_record, &s, &json);
        (void)fwrite(json.p, 1, json.n, stdout);
    }
    return ERR_OK;
}

int main(int argc, char **argv)
{
    struct err e = {0};
    char path[PATH_MAX];
    if (argc != 2 || !realpath(argv[1], path)) {
        (void)fprintf(stderr, "survey_print DIR\n");
        return 2;
    }
    if (hash_init(&e) != ERR_OK || repo_global_init(&e) != ERR_OK || survey_folder(path, &e) != ERR_OK) {
        (void)fprintf(stderr, "%s\n", e.msg);
        return 1;
    }
    repo_global_shutdown();
    return 0;
}
