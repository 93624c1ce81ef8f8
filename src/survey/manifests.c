/* Finds manifests and has each read by its parser; top of the tree first. */
#include "survey/inner.h"

#include <stdlib.h>
#include <string.h>

#define MAX_MANIFESTS 600

struct manifest_row {
    const char *pattern, *kind;
    manifest_fn *parse;
    bool package; /* being there is enough to make a package of the folder */
};
static const struct manifest_row rows[] = {
    {"package.json", "npm", manifest_npm, true},
    {"composer.json", "composer", manifest_composer, true},
    {"pyproject.toml", "python", manifest_pyproject, false},
    {"Cargo.toml", "cargo", manifest_cargo, true},
    {"Pipfile", "python", manifest_pipfile, false},
    {"requirements*.txt", "python", manifest_requirements, false},
    {"requirements/*.txt", "python", manifest_requirements, false},
    {"*/requirements/*.txt", "python", manifest_requirements, false},
    {"go.work", "go", manifest_plain, true},
    {"go.mod", "go", manifest_gomod, true},
    {"Makefile", "make", manifest_make, false},
    {"GNUmakefile", "make", manifest_make, false},
    {"makefile", "make", manifest_make, false},
    {"Makefile.am", "automake", manifest_make, false},
    {"justfile", "just", manifest_just, false},
    {"Justfile", "just", manifest_just, false},
    {".justfile", "just", manifest_just, false},
    {"CMakeLists.txt", "cmake", manifest_cmake, false},
    {"CMakePresets.json", "cmake presets", manifest_presets, false},
    {"pom.xml", "maven", manifest_pom, true},
    {"build.gradle", "gradle", manifest_gradle, true},
    {"build.gradle.kts", "gradle", manifest_gradle, true},
    {"settings.gradle", "gradle settings", manifest_gradle, false},
    {"settings.gradle.kts", "gradle settings", manifest_gradle, false},
    {"gradle/libs.versions.toml", "gradle catalog", manifest_gradle_catalog, false},
    {"*/gradle/libs.versions.toml", "gradle catalog", manifest_gradle_catalog, false},
    {"build.sbt", "sbt", manifest_sbt, true},
    {"Gemfile", "bundler", manifest_gemfile, true},
    {"*.gemspec", "bundler", manifest_gemspec, true},
    {"Rakefile", "rake", manifest_rake, false},
    {"rakefile", "rake", manifest_rake, false},
    {"*lib/tasks/*.rake", "rake tasks", manifest_rake, false},
    {"tox.ini", "tox", manifest_tox, false},
    {"tox.toml", "tox", manifest_tox_toml, false},
    {"noxfile.py", "nox", manifest_nox, false},
    {"hatch.toml", "hatch", manifest_hatch, false},
    {"Taskfile.yml", "task", manifest_taskfile, false},
    {"Taskfile.yaml", "task", manifest_taskfile, false},
    {"meson.build", "meson", manifest_meson, false},
    {"build.ninja", "ninja", manifest_ninja, false},
    {"setup.py", "python", manifest_setup_py, false},
    {"setup.cfg", "python", manifest_setup_cfg, false},
    {"mix.exs", "mix", manifest_mix, true},
    {"*.csproj", "dotnet", manifest_csproj, true},
    {"*.fsproj", "dotnet", manifest_csproj, true},
    {"*.vbproj", "dotnet", manifest_csproj, true},
    {"*.sln", "dotnet", manifest_sln, true},
    {"*.slnx", "dotnet", manifest_sln, true},
    {"Directory.Packages.props", "dotnet packages", manifest_packages_props, false},
    {"Directory.Build.props", "dotnet properties", manifest_packages_props, false},
    {"global.json", "dotnet sdk", manifest_global_json, false},
    {"Package.swift", "swift", manifest_swift, true},
    {"configure.ac", "autotools", manifest_autoconf, true},
    {"configure.in", "autotools", manifest_autoconf, true},
    {"WORKSPACE", "bazel", manifest_plain, false},
    {"WORKSPACE.bazel", "bazel", manifest_plain, false},
    {"MODULE.bazel", "bazel", manifest_bazel, false},
    {"pubspec.yaml", "dart", manifest_pubspec, true},
    {"deno.json", "deno", manifest_deno, false},
    {"deno.jsonc", "deno", manifest_deno, false},
    {"tsconfig.json", "typescript", manifest_plain, false},
    {"pnpm-workspace.yaml", "pnpm workspace", manifest_workspace_yaml, false},
    {"lerna.json", "lerna", manifest_lerna, false},
    {"turbo.json", "turbo", manifest_turbo, false},
    {"nx.json", "nx", manifest_nx, false},
    {".pre-commit-config.yaml", "pre-commit", manifest_precommit, false},
    {"Chart.yaml", "helm", manifest_chart, false},
    {"versions.tf", "terraform", manifest_terraform, false},
    {"main.tf", "terraform", manifest_terraform, false},
    {"terraform.tf", "terraform", manifest_terraform, false},
    {"providers.tf", "terraform", manifest_terraform, false},
    {".cargo/config.toml", "cargo config", manifest_cargo, false},
    {"lib/mix/tasks/*.ex", "mix task", manifest_mix, false},
    {"project/*.scala", "sbt dependencies", manifest_sbt, false},
    {"project/plugins.sbt", "sbt dependencies", manifest_sbt, false},
    {"BUILD", "bazel package", manifest_bazel_build, false},
    {"BUILD.bazel", "bazel package", manifest_bazel_build, false},
    {"Makefile.toml", "cargo make", manifest_cargo_make, false},
    {"Makefile.PL", "perl", manifest_perl, true},
    {"Build.PL", "perl", manifest_perl, true},
    {"cpanfile", "cpan", manifest_cpanfile, false},
    {"*.rockspec", "luarocks", manifest_rockspec, true},
    {"*app/Console/Commands/*.php", "artisan command", manifest_artisan, false},
    {"*src/*Command.php", "symfony command", manifest_symfony, false},
    {"project.json", "nx project", manifest_nx_project, false},
    {"*/management/commands/*.py", "django command", manifest_django_command, false},
    {"fastlane/Fastfile", "fastlane", manifest_fastfile, false},
    {"*.cabal", "cabal", manifest_named, true},
    {"stack.yaml", "stack", manifest_plain, false},
    {"dune-project", "dune", manifest_named, true},
    {"project.clj", "leiningen", manifest_named, true},
    {"deps.edn", "clojure", manifest_plain, true},
    {"rebar.config", "rebar3", manifest_plain, true},
    {"build.zig", "zig", manifest_plain, true},
    {"shard.yml", "shards", manifest_named, true},
    {"*.nimble", "nimble", manifest_named, true},
    {"elm.json", "elm", manifest_plain, true},
};

struct candidate {
    const struct scan_file *file;
    const struct manifest_row *row;
    int depth;
};

static int by_depth(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->depth != y->depth) return x->depth < y->depth ? -1 : 1;
    return strcmp(x->file->f->path, y->file->f->path);
}

static void read_one(struct scan *c, const struct candidate *at)
{
    auto_buf text = BUF_INIT(SCAN_FILE_MAX + 1);
    struct survey_manifest *row;
    struct manifest_text m = {.path = at->file->f->path};
    if (!scan_read(c, at->file->f, SCAN_FILE_MAX, true, &text)) return;
    row = scan_manifest(c, at->file->f->path, at->row->kind);
    m.dir = path_dir(c->a, at->file->f->path);
    m.text = buf_cstr(&text);
    m.n = text.n;
    if (!row || !m.dir) return;
    row->package = at->row->package && (!at->file->test || ends(m.path, "proj"));
    at->row->parse(c, &m);
}

/* Playgrounds and data of tests have manifests that are nobody's package. */
/* Flutter puts a build of its own into a folder for each system. */
static bool is_flutters(struct scan *c, const char *path)
{
    static const char *const dirs[] = {"android", "ios", "linux", "macos", "windows"};
    if (is(path_base(path), "pubspec.yaml")) return false;
    for (size_t i = 0; i < countof(dirs); i++) {
        size_t n = strlen(dirs[i]);
        for (const char *p = strstr(path, dirs[i]); p; p = strstr(p + 1, dirs[i])) {
            char beside[4200];
            if ((p > path && p[-1] != '/') || p[n] != '/') continue;
            if ((size_t)snprintf(beside, sizeof beside, "%.*spubspec.yaml", (int)(p - path), path) >= sizeof beside)
                continue;
            if (tree_find(c->t, beside)) return true;
        }
    }
    return false;
}

static bool passed_over(struct scan *c, const struct scan_file *f)
{
    static const char *const dirs[] = {"test", "tests", "spec", "e2e", "__tests__", "__tests_dts__"};
    const char *path = f->f->path;
    if (f->foreign || f->fixture || f->f->mode == TREE_MODE_LINK || f->f->mode == TREE_MODE_SUBMODULE) return true;
    if (f->aside && !starts(path, "docs/") && !starts(path, "doc/") && !starts(path, "fuzz/")) return true;
    if (is_flutters(c, path)) return true;
    if (is(f->base, "CMakeLists.txt") || ends(path, "proj") || ends(path, ".tf")) return false;
    if (is(f->base, "Makefile.am") || starts(path, "tests/requirements/")) return false;
    for (size_t i = 0; i < countof(dirs); i++) {
        size_t n = strlen(dirs[i]);
        for (const char *p = strstr(path, dirs[i]); p; p = strstr(p + 1, dirs[i]))
            if ((p == path || p[-1] == '/') && p[n] == '/' && strchr(p + n + 1, '/')) return true;
    }
    return false;
}

void detect_manifests(struct scan *c)
{
    struct {
        struct candidate *v;
        size_t n;
    } found = {NULL, 0};
    struct patterns names;
    if (!patterns_make(&names, c->a, rows, countof(rows), sizeof rows[0])) return;
    for (size_t i = 0; i < c->files.n; i++) {
        const struct scan_file *f = &c->files.v[i];
        int r = patterns_next(&names, f->f->path, 0);
        struct candidate *row;
        if (r < 0 || passed_over(c, f)) continue;
        row = arena_push(c->a, &found, sizeof *row);
        if (!row) return;
        *row = (struct candidate){f, &rows[r], path_depth(f->f->path)};
    }
    if (found.n) qsort(found.v, found.n, sizeof *found.v, by_depth);
    if (found.n > MAX_MANIFESTS) {
        scan_problem(c, found.v[MAX_MANIFESTS].file->f->path, 0, "%zu manifests; only the first %d are read", found.n,
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
