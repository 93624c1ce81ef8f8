/* The index of a tree's names, and the small questions about paths and text that every detector asks. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#define QUOTED_MAX 8000 /* longer texts are no names */

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *path_dir(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    return arena_dup_n(a, path, slash ? (size_t)(slash - path) : 0);
}

int path_depth(const char *path)
{
    int n = 0;
    for (; *path; path++) n += *path == '/';
    return n;
}

bool path_like(const char *pattern, const char *path)
{
    return pattern_fits(pattern, strchr(pattern, '/') ? path : path_base(path));
}

bool path_below(const char *path, const char *dir)
{
    size_t n = strlen(dir);
    return n == 0 || (strncmp(path, dir, n) == 0 && (path[n] == '/' || path[n] == '\0'));
}

static bool has_component(const char *path, const char *const *names, size_t n)
{
    while (*path) {
        size_t len = strcspn(path, "/");
        for (size_t i = 0; i < n && path[len] == '/'; i++)
            if (strlen(names[i]) == len && strncmp(path, names[i], len) == 0) return true;
        path += len + (path[len] == '/');
    }
    return false;
}

bool path_foreign(const char *path)
{
    static const char *const dirs[] = {"node_modules", "vendor", "third_party", "third-party", "bower_components",
                                       "dist",         ".venv",  "venv",        ".yarn",       "Pods",
                                       "__pycache__",  "target", "_build",      "3rdparty",    "deps",
                                       "external",     "extern", "thirdparty"};
    static const char *const ends_like[] = {".min.js",      ".min.css",      ".pb.go",    "_pb2.py", "_pb2_grpc.py",
                                            ".pb.c",        ".pb.h",         ".map",      ".g.dart", ".designer.cs",
                                            ".Designer.cs", ".freezed.dart", ".lock.hcl", ".g.cs",   ".pb.gw.go"};
    if (has_component(path, dirs, countof(dirs)) || strstr(path, "assets/builds/") || strstr(path, "windows/runner/") ||
        strstr(path, "linux/runner/"))
        return true;
    for (size_t i = 0; i < countof(ends_like); i++)
        if (ends(path, ends_like[i])) return true;
    return false;
}

bool path_fixture(const char *path)
{
    static const char *const dirs[] = {"testdata",  "fixtures",      "__fixtures__", "test-fixtures", "test_data",
                                       "codebases", "__snapshots__", "snapshots",    "corpus",        "corpora",
                                       "test-data", "mocks",         "__mocks__",    "fixture",       "golden"};
    return has_component(path, dirs, countof(dirs));
}

bool path_source_set(const char *path, const char *p, size_t n)
{
    return n > 4 && p - path >= 4 && strncmp(p - 4, "src/", 4) == 0 && strncmp(p + n - 4, "Test", 4) == 0 &&
           p[n] == '/';
}

bool path_test(const char *path)
{
    static const char *const dirs[] = {"test",    "tests",  "spec",    "specs",      "__tests__",   "e2e",
                                       "testing", "Tests",  "cypress", "playground", "androidTest", "integration_test",
                                       "t",       "regress"};
    const char *base = path_base(path);
    if (has_component(path, dirs, countof(dirs))) return true;
    for (const char *p = strstr(path, "src/"); p; p = strstr(p + 1, "src/"))
        if (path_source_set(path, p + 4, strcspn(p + 4, "/"))) return true;
    return starts(base, "test_") || strstr(base, "_test.") || strstr(base, ".test.") || strstr(base, ".spec.") ||
           strstr(base, "_spec.") || ends(base, "Test.java") || ends(base, "Tests.java") || ends(base, "Test.php") ||
           ends(base, "Tests.cs") || ends(base, "Test.kt") || strcmp(base, "conftest.py") == 0;
}

/* Folders of examples and the like; below a folder "src" they are parts of names ("org/springframework/samples"). */
bool path_aside(const char *path)
{
    static const char *const dirs[] = {
        "examples",  "example",   "samples",    "sample", "docs",          "doc",        "docs_src",    "bench",
        "benches",   "benchmark", "benchmarks", "demo",   "demos",         "playground", "playgrounds", "tutorial",
        "tutorials", "templates", "template",   "fuzz",   ".devcontainer", "website",    "snippets"};
    while (*path) {
        size_t n = strcspn(path, "/");
        if (path[n] != '/' || (n == 3 && strncmp(path, "src", 3) == 0)) return false;
        for (size_t i = 0; i < countof(dirs); i++)
            if (strlen(dirs[i]) == n && strncmp(path, dirs[i], n) == 0) return true;
        if (starts(path, "template-")) return true;
        path += n + 1;
    }
    return false;
}

bool in_long_text(const char *text, const char *at)
{
    char open = '\0';
    for (const char *p = text; p < at; p++) {
        if ((*p != '"' && *p != '\'') || p[1] != *p || p[2] != *p || (open && open != *p)) continue;
        open = open ? '\0' : *p;
        p += 2;
    }
    return open;
}

/* --- text ------------------------------------------------------------------------------------------------------- */
bool is(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

bool starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool ends(const char *s, const char *suffix)
{
    size_t n = strlen(s), m = strlen(suffix);
    return n >= m && strcmp(s + n - m, suffix) == 0;
}

const char *next_line(const char **at, size_t *ret_n)
{
    const char *line = *at, *end;
    if (!line || !*line) return NULL;
    end = strchr(line, '\n');
    *ret_n = end ? (size_t)(end - line) : strlen(line);
    *at = end ? end + 1 : line + *ret_n;
    if (*ret_n && line[*ret_n - 1] == '\r') --*ret_n;
    return line;
}

const char *trim_copy(struct arena *a, const char *p, size_t n)
{
    while (n && isspace((unsigned char)*p)) {
        p++;
        n--;
    }
    while (n && isspace((unsigned char)p[n - 1])) n--;
    return arena_dup_n(a, p, n);
}

const char *quoted(struct arena *a, const char *p, const char **ret_rest)
{
    char quote[3] = {0, '\n', 0};
    const char *end;
    if (ret_rest) *ret_rest = p;
    p += strcspn(p, "'\"`\n");
    if (!*p || *p == '\n') return NULL;
    quote[0] = *p++;
    end = p + strcspn(p, quote);
    if (*end != quote[0] || end - p > QUOTED_MAX) return NULL;
    if (ret_rest) *ret_rest = end + 1;
    return arena_dup_n(a, p, (size_t)(end - p));
}

size_t name_span(const char *p, const char *more)
{
    size_t n = 0;
    while (p[n] && (isalnum((unsigned char)p[n]) || strchr(more, p[n]))) n++;
    return n;
}

int64_t line_next(struct line_walk *w, const char *at)
{
    for (const char *end; w->at < at; w->at = end ? end + 1 : at) {
        end = memchr(w->at, '\n', (size_t)(at - w->at));
        w->before += end != NULL;
    }
    return w->before + 1;
}

int64_t line_of(const char *text, const char *at)
{
    return line_next(&(struct line_walk){.at = text}, at);
}

/* --- the index -------------------------------------------------------------------------------------------------- */
static uint32_t hash_base(const char *base, size_t buckets)
{
    uint32_t h = 2166136261u;
    for (; *base; base++) h = (h ^ (unsigned char)*base) * 16777619u;
    return h & (uint32_t)(buckets - 1);
}

/* A header "x.h" is C++ where the rest is. NULL: it is C. */
static const struct language *header_language(const struct tree_files *files)
{
    static const struct language cpp = {"h", "C++"};
    size_t c = 0, more = 0;
    for (size_t i = 0; i < files->n; i++) {
        c += ends(files->v[i].path, ".c");
        more += ends(files->v[i].path, ".cc") || ends(files->v[i].path, ".cpp") || ends(files->v[i].path, ".cxx");
    }
    return more > c ? &cpp : NULL;
}

bool scan_index(struct scan *c)
{
    struct tree_files files = tree_files(c->t);
    struct scan_file *v = arena_alloc(c->a, (files.n + 1) * sizeof *v);
    const struct language *headers;
    uint32_t *heads, *chain = arena_alloc(c->a, (files.n + 1) * sizeof *chain);
    c->buckets = 64;
    while (c->buckets < files.n) c->buckets *= 2;
    heads = arena_alloc(c->a, c->buckets * sizeof *heads);
    if (!v || !heads || !chain) return false;
    headers = header_language(&files);
    for (size_t i = files.n; i-- > 0;) {
        const char *path = files.v[i].path;
        v[i] = (struct scan_file){.f = &files.v[i],
                                  .base = path_base(path),
                                  .foreign = path_foreign(path),
                                  .fixture = path_fixture(path),
                                  .test = path_test(path),
                                  .aside = path_aside(path)};
        if (files.v[i].mode != TREE_MODE_LINK && files.v[i].mode != TREE_MODE_SUBMODULE)
            v[i].language = headers && ends(path, ".h") ? headers : language_of(path);
        if (!v[i].foreign && !v[i].fixture) {
            uint32_t *head = &heads[hash_base(v[i].base, c->buckets)];
            chain[i] = *head; /* numbers from 1; 0 ends the chain */
            *head = (uint32_t)i + 1;
        }
    }
    c->files.v = v;
    c->files.n = files.n;
    c->by_base = heads;
    c->chain = chain;
    return true;
}

const struct scan_file *scan_named(const struct scan *c, const char *base, const struct scan_file *after)
{
    uint32_t i = after ? c->chain[after - c->files.v] : c->buckets ? c->by_base[hash_base(base, c->buckets)] : 0;
    for (; i; i = c->chain[i - 1])
        if (strcmp(c->files.v[i - 1].base, base) == 0) return &c->files.v[i - 1];
    return NULL;
}

const struct tree_file *scan_in_dir(const struct scan *c, const char *dir, const char *name)
{
    char path[4200];
    if ((size_t)snprintf(path, sizeof path, "%s%s%s", dir, dir[0] ? "/" : "", name) >= sizeof path) return NULL;
    return tree_find(c->t, path);
}
