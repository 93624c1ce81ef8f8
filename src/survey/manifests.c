/* Finds manifests and has each read by its parser; top of the tree first. */
#include "survey/inner.h"

#include <stdlib.h>
#include <string.h>

#define MAX_MANIFESTS 400

struct manifest_row {
    const char *pattern, *kind;
    manifest_fn *parse;
};
static const struct manifest_row rows[] = {
    { "package.json", "npm", manifest_npm },           { "composer.json", "composer", manifest_composer },
    { "pyproject.toml", "python", manifest_pyproject }, { "Cargo.toml", "cargo", manifest_cargo },
    { "Pipfile", "pipenv", manifest_pipfile },         { "requirements*.txt", "pip", manifest_requirements },
    { "go.mod", "go", manifest_gomod },                { "Makefile", "make", manifest_make },
    { "GNUmakefile", "make", manifest_make },          { "makefile", "make", manifest_make },
    { "justfile", "just", manifest_just },             { ".justfile", "just", manifest_just },
    { "CMakeLists.txt", "cmake", manifest_cmake },     { "CMakePresets.json", "cmake presets", manifest_presets },
    { "pom.xml", "maven", manifest_pom },              { "Gemfile", "bundler", manifest_gemfile },
    { "tox.ini", "tox", manifest_tox },                { "Taskfile.yml", "task", manifest_taskfile },
    { "Taskfile.yaml", "task", manifest_taskfile },    { "build.gradle", "gradle", manifest_plain },
    { "build.gradle.kts", "gradle", manifest_plain },  { "meson.build", "meson", manifest_plain },
    { "setup.py", "setuptools", manifest_plain },      { "setup.cfg", "setuptools", manifest_plain },
    { "mix.exs", "mix", manifest_plain },              { "*.csproj", "dotnet", manifest_plain },
    { "*.sln", "dotnet", manifest_plain },             { "Package.swift", "swift", manifest_plain },
    { "Rakefile", "rake", manifest_plain },            { "configure.ac", "autotools", manifest_plain },
    { "WORKSPACE", "bazel", manifest_plain },          { "MODULE.bazel", "bazel", manifest_plain },
    { "pubspec.yaml", "dart", manifest_plain },        { "deno.json", "deno", manifest_plain },
    { "tsconfig.json", "typescript", manifest_plain }, { "versions.tf", "terraform", manifest_terraform },
    { "main.tf", "terraform", manifest_terraform },
};

struct candidate {
    const struct tree_file *file;
    const struct manifest_row *row;
    int depth;
};

static int by_depth(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->depth != y->depth) return x->depth < y->depth ? -1 : 1;
    return strcmp(x->file->path, y->file->path);
}

static void read_one(struct scan *c, const struct candidate *at)
{
    auto_buf text = BUF_INIT(SCAN_FILE_MAX + 1);
    struct survey_manifest *row;
    struct manifest_text m = { .path = at->file->path };
    if (!scan_read(c, at->file, SCAN_FILE_MAX, true, &text)) return;
    row = scan_manifest(c, at->file->path, at->row->kind);
    m.dir = path_dir(c->a, at->file->path);
    m.text = buf_cstr(&text);
    m.n = text.n;
    if (row && m.dir) at->row->parse(c, &m);
}

void detect_manifests(struct scan *c)
{
    struct tree_files files = tree_files(c->t);
    struct { struct candidate *v; size_t n; } found = { NULL, 0 };
    for (size_t i = 0; i < files.n; i++) {
        const char *path = files.v[i].path;
        for (size_t j = 0; j < countof(rows); j++) {
            struct candidate *row;
            if (!path_like(rows[j].pattern, path)) continue;
            if (path_foreign(path) || path_fixture(path) || files.v[i].mode == TREE_MODE_LINK) break;
            row = arena_push(c->a, &found, sizeof *row);
            if (!row) return;
            *row = (struct candidate){ &files.v[i], &rows[j], path_depth(path) };
            break;
        }
    }
    if (found.n) qsort(found.v, found.n, sizeof *found.v, by_depth);
    if (found.n > MAX_MANIFESTS) {
        scan_problem(c, found.v[MAX_MANIFESTS].file->path, 0, "%zu manifests; only the first %d are read", found.n,
                     MAX_MANIFESTS);
        c->s->partial = true;
        found.n = MAX_MANIFESTS;
    }
    for (size_t i = 0; i < found.n && !c->failed; i++) read_one(c, &found.v[i]);
}

void manifest_plain(struct scan *c, const struct manifest_text *m)
{
    (void)c; /* being there is all that is known of it */
    (void)m;
}

void split_requirement(struct arena *a, const char *text, const char **ret_name, const char **ret_version)
{
    size_t n = strcspn(text, " \t<>=!~;[(@#");
    const char *rest = text + n;
    *ret_name = trim_copy(a, text, n);
    rest += strspn(rest, " \t");
    if (*rest == '[') rest += strcspn(rest, "]") + (strchr(rest, ']') != NULL);
    *ret_version = trim_copy(a, rest, strcspn(rest, ";#"));
    if (*ret_version && strncmp(*ret_version, "==", 2) == 0 && !strchr(*ret_version, ',')) *ret_version += 2;
}
