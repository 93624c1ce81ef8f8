/* How tests are laid out: which framework, which folders, how files are named. */
#include "survey/conventions.h"

#include <stdlib.h>
#include <string.h>

#define MAX_DIRS 12
#define MAX_ROOTS 40
#define MAX_NAMES 6

struct dir_count {
    const char *dir;
    int64_t files;
};
struct group { /* one convention at work */
    const struct convention *row;
    struct survey_tests *out; /* moves into the survey at the end */
    struct {
        struct dir_count *v;
        size_t n;
    } dirs, roots, shapes;    /* shapes: folder and naming together */
    int64_t named[MAX_NAMES]; /* how many files, in the order of the names */
};

/* Headers anywhere; settings in a folder above the file. */
static const struct scan_file *marker_for(struct scan *c, const struct convention *row, const char *path)
{
    const struct scan_file *f = scan_named(c, row->marker, NULL);
    while (f && !ends(row->marker, ".h") && strncmp(f->f->path, path, (size_t)(f->base - f->f->path)) != 0)
        f = scan_named(c, row->marker, f);
    return f;
}

/* Does the row apply to the file, and what says so? */
static bool applies(struct scan *c, const struct convention *row, const char *path, struct evidence *ret)
{
    const struct survey_dependency *d =
        row->dependency ? dependency_used_above(c->s, row->ecosystem, row->dependency, path) : NULL;
    const struct scan_file *marker = row->marker ? marker_for(c, row, path) : NULL;
    if (d) *ret = (struct evidence){d->path, d->line, arena_fmt(c->a, "%s %s", d->name, d->version ? d->version : "")};
    else if (marker) ret->path = marker->f->path;
    if (is(row->framework, "CTest") && !c->ctest) return false;
    return d || marker || (!row->dependency && !row->marker);
}

/* --- where they live --------------------------------------------------------------------------------------------- */
/* Cucumber's folder; deeper ones hold what a program can do. */
static bool is_features(const char *path, const char *p, size_t n)
{
    return p == path && n == 8 && strncmp(p, "features", 8) == 0;
}

static bool is_test_dir(const char *p, size_t n)
{
    static const char *const names[] = {"tests",
                                        "test",
                                        "spec",
                                        "specs",
                                        "__tests__",
                                        "e2e",
                                        "cypress",
                                        "Tests",
                                        "test-integration",
                                        "androidTest",
                                        "integration_test",
                                        "testing",
                                        "unittests",
                                        "integration-tests",
                                        "t",
                                        "xt",
                                        "regress"};
    for (size_t i = 0; i < countof(names); i++)
        if (strlen(names[i]) == n && strncmp(names[i], p, n) == 0) return true;
    return false;
}

/* The folder of the nearest package above a path. */
static const char *package_of(const struct scan *c, const char *path, size_t *ret_n)
{
    size_t best = 0;
    for (size_t i = 0; i < c->s->manifests.n; i++) {
        const struct survey_manifest *m = &c->s->manifests.v[i];
        size_t n = (size_t)(path_base(m->path) - m->path);
        if (m->package && n > best && strncmp(m->path, path, n) == 0) best = n;
    }
    *ret_n = best;
    return path;
}

/* The first folder for tests on the way, else the package that they lie in beside the code. */
static const char *root_of(struct scan *c, const char *path)
{
    const char *base = path_base(path), *p;
    size_t package, n;
    for (p = path; p < base; p += n + 1) {
        n = strcspn(p, "/");
        if (is_test_dir(p, n) || is_features(path, p, n) || path_source_set(path, p, n))
            return arena_dup_n(c->a, path, (size_t)(p - path) + n);
    }
    (void)package_of(c, path, &package);
    return arena_dup_n(c->a, path, package ? package - 1 : 0);
}

static void count_dir(struct scan *c, void *list, const char *dir)
{
    struct {
        struct dir_count *v;
        size_t n;
    } *dirs = list;
    struct dir_count *row;
    for (size_t i = dirs->n; dir && i-- > 0;) /* files of one folder follow each other */
        if (strcmp(dirs->v[i].dir, dir) == 0) {
            dirs->v[i].files++;
            return;
        }
    if (dirs->n >= 4000) return;
    row = dir ? arena_push(c->a, dirs, sizeof *row) : NULL;
    if (row) *row = (struct dir_count){dir, 1};
}

static int by_files(const void *a, const void *b)
{
    const struct dir_count *x = a, *y = b;
    if (x->files != y->files) return x->files > y->files ? -1 : 1;
    return strcmp(x->dir, y->dir);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct dir_count *)a)->dir, ((const struct dir_count *)b)->dir);
}

/* "tests", "src/app", "test/unit": where one looks first. */
static bool in_order(const char *p)
{
    size_t n = strcspn(p, "/");
    return is_test_dir(p, n) || strncmp(p, "src", n) == 0 ||
           (n == 3 && (strncmp(p, "lib", 3) == 0 || strncmp(p, "app", 3) == 0));
}

/* Is a folder said by an outer one? Not when it is the folder for tests of a package that has some beside its code. */
static bool covers(const struct group *g, const char *outer, const char *dir)
{
    const char *rest = dir + strlen(outer);
    if (!path_below(dir, outer)) return false;
    rest += *rest == '/';
    if (is_test_dir(rest, strlen(rest)) && !is_test_dir(path_base(outer), strlen(path_base(outer)))) return false;
    return outer[0] || g->row->beside;
}

/* Folders of tests in several parts of one package become the part they share: a/tests and b/tests the package. */
static void merge_roots(struct scan *c, struct group *g)
{
    for (size_t i = 0; i < g->roots.n; i++) {
        size_t package, same = 0, deep = 0;
        const char *dir = g->roots.v[i].dir, *below;
        char at[4200];
        if ((size_t)snprintf(at, sizeof at, "%s/x", dir) >= sizeof at) continue;
        (void)package_of(c, at, &package);
        below = strlen(dir) > package ? dir + package : ""; /* the package's own folder has no slash behind it */
        for (size_t j = 0; j < g->roots.n; j++) {
            size_t other;
            char to[4200];
            if ((size_t)snprintf(to, sizeof to, "%s/x", g->roots.v[j].dir) >= sizeof to) continue;
            (void)package_of(c, to, &other);
            if (other != package || strncmp(to, at, package) != 0) continue;
            same++;
            deep += strlen(g->roots.v[j].dir) > package && strchr(g->roots.v[j].dir + package, '/') != NULL;
        }
        if (same < 2 || deep < 1 || strncmp(below, "src/test", 8) == 0 || in_order(below)) continue;
        if (strlen(dir) > package) g->roots.v[i].dir = arena_dup_n(c->a, dir, package ? package - 1 : 0);
    }
    for (size_t i = 0; i < g->roots.n; i++)
        for (size_t j = 0; j < g->roots.n; j++)
            if (i != j && g->roots.v[i].dir && g->roots.v[j].dir &&
                (is(g->roots.v[i].dir, g->roots.v[j].dir) ? j > i : covers(g, g->roots.v[i].dir, g->roots.v[j].dir)))
                g->roots.v[j].dir = NULL;
}

/* --- how they are named ------------------------------------------------------------------------------------------- */
/* "spec.ts" and its like; a dot in a name may stand for anything. */
static bool is_test_word(const char *p)
{
    static const char *const words[] = {"test", "tests", "spec", "specs", "cy", "e2e", "unit", "int", "integration"};
    size_t n = strcspn(p, ".");
    for (size_t i = 0; i < countof(words); i++)
        if (strlen(words[i]) == n && strncmp(words[i], p, n) == 0) return true;
    return n > 5 && strncmp(p + n - 5, "-spec", 5) == 0;
}

/* "user.e2e-spec.ts" is "*.e2e-spec.ts", "test_x.py" "test_*.py", "UserTest.java" "*Test.java". */
static const char *naming_of(struct scan *c, const char *base, const char *pattern)
{
    const char *dot = strrchr(base, '.'), *dash;
    if (!strcmp(base, pattern)) return pattern;
    if (is(path_base(pattern), "*.rs") || is(path_base(pattern), "*.c") || is(path_base(pattern), "*.cpp") ||
        is(path_base(pattern), "*.sh") || is(path_base(pattern), "*.cs"))
        return NULL;
    if ((strchr(pattern, '/') && starts(path_base(pattern), "*.") && (ends(pattern, "ts") || ends(pattern, "js"))) ||
        ends(pattern, ".*") || strstr(pattern, "[jt]s") || starts(pattern, "*-spec")) {
        while (dot && dot > base && dot[-1] != '.') dot--;
        if (!dot || dot == base || !is_test_word(dot)) return NULL;
        dash = dot - 1;
        return arena_fmt(c->a, "*%s", dash);
    }
    return strchr(pattern, '/') ? path_base(pattern) : pattern;
}

static void add_name(struct scan *c, struct group *g, const char *dir, const char *name)
{
    struct survey_tests *out = g->out;
    const char **slot;
    if (name && dir) count_dir(c, &g->shapes, arena_fmt(c->a, "%s%s%s", dir, dir[0] ? "/" : "", name));
    for (size_t i = 0; i < out->names.n; i++)
        if (is(out->names.v[i], name)) {
            g->named[i]++;
            return;
        }
    slot = name && out->names.n < MAX_NAMES ? arena_push(c->a, &out->names, sizeof *slot) : NULL;
    if (!slot) return;
    *slot = name;
    g->named[out->names.n - 1] = 1;
}

/* A way of naming that one file in ten follows is none. */
static void drop_rare_names(struct group *g)
{
    size_t keep = 0;
    for (size_t i = 0; i < g->out->names.n; i++)
        if (g->named[i] * 10 >= g->out->files) g->out->names.v[keep++] = g->out->names.v[i];
    g->out->names.n = keep;
}

static void finish_group(struct scan *c, struct group *g)
{
    const char *dir;
    if (!g->dirs.n) return;
    drop_rare_names(g);
    qsort(g->dirs.v, g->dirs.n, sizeof *g->dirs.v, by_files);
    for (size_t i = 0; i < g->dirs.n && i < MAX_DIRS; i++) {
        const char **slot = arena_push(c->a, &g->out->dirs, sizeof *slot);
        if (slot) *slot = g->dirs.v[i].dir[0] ? g->dirs.v[i].dir : ".";
    }
    qsort(g->roots.v, g->roots.n, sizeof *g->roots.v, by_name);
    merge_roots(c, g);
    for (size_t i = 0; i < g->roots.n && g->out->roots.n < MAX_ROOTS; i++) {
        const char **slot = g->roots.v[i].dir ? arena_push(c->a, &g->out->roots, sizeof *slot) : NULL;
        if (slot) *slot = g->roots.v[i].dir;
    }
    dir = g->dirs.v[0].dir;
    if (is(g->out->language, "JavaScript") && language_of(g->out->example))
        g->out->language = language_of(g->out->example)->name; /* or TypeScript */
    if (!g->out->names.n && strchr(g->row->patterns[0], '/')) {
        const char *base = path_base(g->row->patterns[0]);
        if (strstr(base, "[jt]s")) base = arena_fmt(c->a, "*%s", strrchr(g->out->example, '.'));
        if (base) g->out->pattern = arena_fmt(c->a, "%s%s%s", dir, dir[0] ? "/" : "", base);
    }
    if (g->shapes.n) qsort(g->shapes.v, g->shapes.n, sizeof *g->shapes.v, by_files);
    if (g->shapes.n && g->out->names.n) g->out->pattern = g->shapes.v[0].dir;
}

static struct survey_tests *new_tests(struct scan *c, const struct convention *row, const struct evidence *why)
{
    struct survey_tests *out = arena_alloc(c->a, sizeof *out);
    if (!out) return NULL;
    out->framework = row->framework;
    out->language = row->language;
    out->evidence = *why;
    return out;
}

static int pattern_of(const struct convention *row, const struct scan_file *f)
{
    for (int i = 0; i < 6 && row->patterns[i]; i++)
        if (path_like(row->patterns[i], f->f->path)) return i;
    return -1;
}

static bool language_fits(const struct convention *row, const struct scan_file *f)
{
    const char *name = f->language ? f->language->name : NULL;
    if (is(row->language, "JavaScript"))
        return is(name, "JavaScript") || is(name, "TypeScript") || is(name, "Vue") || is(name, "Svelte");
    if (is(row->language, "C") && ends(f->base, ".h")) return false;
    if (is(row->language, "Rust") && is(f->base, "mod.rs")) return false; /* what tests share */
    if (is(row->language, "Perl")) return ends(f->base, ".t");
    return is(row->language, "Shell") || is(row->language, "YAML") || is(row->language, "HCL") ||
           is(name, row->language);
}

/* A framework found in several ways is one framework. */
static struct group *group_of(struct scan *c, struct group *groups, const struct convention *row,
                              const struct evidence *why, const char *path)
{
    struct group *g = NULL;
    for (size_t i = 0; i < n_conventions && !g; i++)
        if (groups[i].out && is(conventions[i].framework, row->framework) && is(conventions[i].language, row->language))
            g = &groups[i];
    if (g) return g;
    g = &groups[row - conventions];
    g->row = row;
    g->out = new_tests(c, row, why);
    if (!g->out) return NULL;
    g->out->example = arena_dup(c->a, path);
    if (!g->out->evidence.path) g->out->evidence.path = g->out->example;
    return g;
}

static void take_file(struct scan *c, struct group *groups, const struct scan_file *f)
{
    for (size_t i = 0; i < n_conventions; i++) {
        struct evidence why = {0};
        struct group *g;
        int p = language_fits(&conventions[i], f) ? pattern_of(&conventions[i], f) : -1;
        if (p < 0 || !applies(c, &conventions[i], f->f->path, &why)) continue;
        if (is(f->base, "tests.py") && !find_dependency(c->s, "pypi", "django")) continue; /* a module of that name */
        g = group_of(c, groups, &conventions[i], &why, f->f->path);
        if (!g) return;
        g->out->files++;
        count_dir(c, &g->dirs, path_dir(c->a, f->f->path));
        count_dir(c, &g->roots, root_of(c, f->f->path));
        add_name(c, g, path_dir(c->a, f->f->path), naming_of(c, f->base, conventions[i].patterns[p]));
        return;
    }
}

void detect_tests(struct scan *c)
{
    struct group *groups = arena_alloc(c->a, n_conventions * sizeof *groups);
    if (!groups) return;
    for (size_t i = 0; i < c->files.n; i++) {
        const struct scan_file *f = &c->files.v[i];
        if (f->foreign || f->fixture || f->aside ||
            (!f->test && !f->language && !ends(f->base, ".bats") && !ends(f->base, ".t") && !ends(f->base, ".yml")))
            continue;
        if (f->test || ends(f->base, ".bats") || strstr(f->base, "est") || strstr(f->base, "pec") ||
            strstr(f->base, "IT.") || ends(f->base, ".t") || strstr(f->f->path, "molecule/") ||
            strstr(f->base, ".cy.") || starts(f->base, "check_") || strstr(f->f->path, "Tests/"))
            take_file(c, groups, f);
    }
    for (size_t i = 0; i < n_conventions; i++) {
        struct survey_tests *row;
        if (!groups[i].out) continue;
        finish_group(c, &groups[i]);
        row = arena_push(c->a, &c->s->tests, sizeof *row);
        if (row) *row = *groups[i].out;
    }
}
