/* How tests are laid out: which framework, which folders, how files are named. One row per convention. */
#include "survey/inner.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DIRS 12

struct convention {
    const char *framework, *language;
    const char *patterns[4];          /* base names, or paths when they hold a '/' */
    const char *ecosystem, *dependency; /* needed, unless both are NULL */
    const char *marker;               /* or a file that shows the framework is used */
};
/* Of several rows with the same patterns the first that applies takes the files. */
static const struct convention rows[] = {
    { "Playwright", "JavaScript", { "*e2e/*.ts", "*e2e/*.js", "*.e2e.ts", "*.e2e.js" },
      "npm", "@playwright/test", NULL },
    { "Cypress", "JavaScript", { "*cypress/*.cy.ts", "*cypress/*.cy.js", "*.cy.tsx" }, "npm", "cypress", NULL },
    { "Vitest", "JavaScript", { "*.test.[jt]s", "*.test.[jt]sx", "*.spec.[jt]s", "*.spec.[jt]sx" },
      "npm", "vitest", NULL },
    { "Jest", "JavaScript", { "*.test.[jt]s", "*.test.[jt]sx", "*.spec.[jt]s", "*__tests__/*.[jt]s*" },
      "npm", "jest", NULL },
    { "Mocha", "JavaScript", { "*.test.[jt]s", "*.spec.[jt]s", "test/*.js", "tests/*.js" }, "npm", "mocha", NULL },
    { "AVA", "JavaScript", { "*.test.[jt]s", "test/*.js", "test/*.mjs" }, "npm", "ava", NULL },
    { "node:test", "JavaScript", { "*.test.[cm]js", "*.test.js", "*.test.ts" }, NULL, NULL, "package.json" },
    { "pytest", "Python", { "test_*.py", "*_test.py" }, "pypi", "pytest", NULL },
    { "pytest", "Python", { "test_*.py", "*_test.py" }, NULL, NULL, "conftest.py" },
    { "pytest", "Python", { "test_*.py", "*_test.py" }, NULL, NULL, "pytest.ini" },
    { "unittest", "Python", { "test_*.py", "*_test.py", "tests.py" }, NULL, NULL, NULL },
    { "go test", "Go", { "*_test.go" }, NULL, NULL, NULL },
    { "cargo test", "Rust", { "tests/*.rs", "*/tests/*.rs" }, NULL, NULL, "Cargo.toml" },
    { "JUnit", "Java", { "*Test.java", "*Tests.java", "*IT.java" }, NULL, NULL, NULL },
    { "JUnit", "Kotlin", { "*Test.kt", "*Tests.kt" }, NULL, NULL, NULL },
    { "RSpec", "Ruby", { "*_spec.rb" }, NULL, NULL, NULL },
    { "minitest", "Ruby", { "*_test.rb", "test_*.rb" }, NULL, NULL, NULL },
    { "PHPUnit", "PHP", { "*Test.php" }, NULL, NULL, NULL },
    { "xUnit", "C#", { "*Tests.cs", "*Test.cs" }, NULL, NULL, NULL },
    { "ExUnit", "Elixir", { "*_test.exs" }, NULL, NULL, NULL },
    { "Bats", "Shell", { "*.bats" }, NULL, NULL, NULL },
    { "GoogleTest", "C++", { "*_test.cc", "*_test.cpp", "test_*.cpp", "*Test.cpp" }, "system", "GTest", NULL },
    { "Catch2", "C++", { "*_test.cc", "*_test.cpp", "test_*.cpp", "*Test.cpp" }, "system", "Catch2", NULL },
    { "Check", "C", { "*_test.c", "test_*.c", "check_*.c" }, "system", "check", NULL },
    { "cmocka", "C", { "*_test.c", "test_*.c" }, "system", "cmocka", NULL },
    { "CTest", "C", { "*_test.c", "test_*.c", "tests/*.c", "test/*.c" }, NULL, NULL, "CMakeLists.txt" },
    { "CTest", "C++", { "*_test.cc", "*_test.cpp", "test_*.cpp" }, NULL, NULL, "CMakeLists.txt" },
    { "own programs", "C", { "*_test.c", "test_*.c", "tests/*.c" }, NULL, NULL, NULL },
};

struct dir_count { const char *dir; int64_t files; };
struct group { /* one convention at work */
    const struct convention *row;
    struct survey_tests *out;
    int64_t by_pattern[4];
    struct { struct dir_count *v; size_t n; } dirs;
};

static const char *marker_path(struct scan *c, const char *name)
{
    struct tree_files files = tree_files(c->t);
    for (size_t i = 0; i < files.n; i++)
        if (strcmp(path_base(files.v[i].path), name) == 0 && !path_foreign(files.v[i].path)) return files.v[i].path;
    return NULL;
}

/* Does the row apply, and what says so? */
static bool applies(struct scan *c, const struct convention *row, struct evidence *ret)
{
    const struct survey_dependency *d = row->dependency ? find_dependency(c->s, row->ecosystem, row->dependency) : NULL;
    if (d)
        *ret = (struct evidence){ d->path, d->line, arena_fmt(c->a, "%s %s", d->name, d->version ? d->version : "") };
    else if (row->marker) ret->path = arena_dup(c->a, marker_path(c, row->marker));
    return d || (row->marker && ret->path) || (!row->dependency && !row->marker);
}

static int pattern_of(const struct convention *row, const char *path)
{
    const struct language *l = language_of(path);
    for (int i = 0; i < 4 && row->patterns[i]; i++)
        if (path_like(row->patterns[i], path) && (l || strcmp(row->language, "Shell") == 0)) return i;
    return -1;
}

static void count_dir(struct scan *c, struct group *g, const char *path)
{
    const char *dir = path_dir(c->a, path);
    struct dir_count *row;
    for (size_t i = 0; dir && i < g->dirs.n; i++)
        if (strcmp(g->dirs.v[i].dir, dir) == 0) {
            g->dirs.v[i].files++;
            return;
        }
    row = dir ? arena_push(c->a, &g->dirs, sizeof *row) : NULL;
    if (row) *row = (struct dir_count){ dir, 1 };
}

static int by_files(const void *a, const void *b)
{
    const struct dir_count *x = a, *y = b;
    if (x->files != y->files) return x->files > y->files ? -1 : 1;
    return strcmp(x->dir, y->dir);
}

static void finish_group(struct scan *c, struct group *g)
{
    const char *base, *dir;
    int best = 0;
    if (!g->dirs.n) return;
    qsort(g->dirs.v, g->dirs.n, sizeof *g->dirs.v, by_files);
    for (size_t i = 0; i < g->dirs.n && i < MAX_DIRS; i++) {
        const char **slot = arena_push(c->a, &g->out->dirs, sizeof *slot);
        if (slot) *slot = g->dirs.v[i].dir[0] ? g->dirs.v[i].dir : ".";
    }
    for (int i = 1; i < 4; i++)
        if (g->by_pattern[i] > g->by_pattern[best]) best = i;
    base = path_base(g->row->patterns[best]);
    if (strstr(base, ".[jt]s")) { /* as the files here end, not as a pattern */
        const struct language *l = language_of(g->out->example);
        base = arena_fmt(c->a, "%.*s.%s", (int)(strstr(base, ".[jt]s") - base), base, l ? l->ext : "js");
    }
    dir = g->dirs.v[0].dir;
    if (base) g->out->pattern = arena_fmt(c->a, "%s%s%s", dir, dir[0] ? "/" : "", base);
}

static struct survey_tests *new_tests(struct scan *c, const struct convention *row, const struct evidence *why)
{
    struct survey_tests *out = arena_push(c->a, &c->s->tests, sizeof *out);
    if (!out) return NULL;
    out->framework = row->framework;
    out->language = row->language;
    out->evidence = *why;
    return out;
}

static void take_files(struct scan *c, const struct convention *row, bool *taken)
{
    struct tree_files files = tree_files(c->t);
    struct group g = { .row = row };
    struct evidence why = { 0 };
    if (!applies(c, row, &why)) return;
    for (size_t i = 0; i < files.n; i++) {
        int p = taken[i] ? -1 : pattern_of(row, files.v[i].path);
        if (p < 0 || path_foreign(files.v[i].path) || path_fixture(files.v[i].path)) continue;
        if (!g.out) g.out = new_tests(c, row, &why);
        if (!g.out) return;
        taken[i] = true;
        g.out->files++;
        g.by_pattern[p]++;
        if (!g.out->example) g.out->example = arena_dup(c->a, files.v[i].path);
        count_dir(c, &g, files.v[i].path);
    }
    if (!g.out) return;
    if (!g.out->evidence.path) g.out->evidence.path = g.out->example;
    finish_group(c, &g);
}

void detect_tests(struct scan *c)
{
    size_t n = tree_files(c->t).n;
    bool *taken = n ? arena_alloc(c->a, n) : NULL;
    for (size_t i = 0; taken && i < countof(rows); i++) take_files(c, &rows[i], taken);
}
