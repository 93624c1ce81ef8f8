/* What names stand for: file endings, dependencies, folders, command names. Rows only. */
#include "survey/inner.h"

#include <string.h>

static const struct language languages[] = {
    {"py", "Python"},
    {"pyi", "Python"},
    {"js", "JavaScript"},
    {"jsx", "JavaScript"},
    {"mjs", "JavaScript"},
    {"cjs", "JavaScript"},
    {"ts", "TypeScript"},
    {"tsx", "TypeScript"},
    {"go", "Go"},
    {"c", "C"},
    {"h", "C"},
    {"cc", "C++"},
    {"cpp", "C++"},
    {"cxx", "C++"},
    {"hpp", "C++"},
    {"hh", "C++"},
    {"rs", "Rust"},
    {"java", "Java"},
    {"kt", "Kotlin"},
    {"kts", "Kotlin"},
    {"rb", "Ruby"},
    {"php", "PHP"},
    {"cs", "C#"},
    {"fs", "F#"},
    {"swift", "Swift"},
    {"m", "Objective-C"},
    {"scala", "Scala"},
    {"ex", "Elixir"},
    {"exs", "Elixir"},
    {"erl", "Erlang"},
    {"hs", "Haskell"},
    {"ml", "OCaml"},
    {"clj", "Clojure"},
    {"lua", "Lua"},
    {"pl", "Perl"},
    {"pm", "Perl"},
    {"r", "R"},
    {"jl", "Julia"},
    {"dart", "Dart"},
    {"zig", "Zig"},
    {"sh", "Shell"},
    {"bash", "Shell"},
    {"sql", "SQL"},
    {"vue", "Vue"},
    {"mts", "TypeScript"},
    {"cts", "TypeScript"},
    {"sc", "Scala"},
    {"sbt", "Scala"},
    {"groovy", "Groovy"},
    {"hrl", "Erlang"},
    {"mm", "Objective-C"},
    {"rake", "Ruby"},
    {"ps1", "PowerShell"},
    {"fsx", "F#"},
    {"heex", "HEEx"},
    {"erb", "ERB"},
    {"astro", "Astro"},
    {"nix", "Nix"},
    {"vb", "Visual Basic"},
    {"cljs", "Clojure"},
    {"elm", "Elm"},
    {"nim", "Nim"},
    {"cr", "Crystal"},
    {"s", "Assembly"},
    {"S", "Assembly"},
    {"asm", "Assembly"},
    {"cu", "CUDA"},
    {"f90", "Fortran"},
    {"tcl", "Tcl"},
    {"svelte", "Svelte"},
    {"css", "CSS"},
    {"scss", "SCSS"},
    {"html", "HTML"},
    {"proto", "Protocol Buffers"},
    {"graphql", "GraphQL"},
    {"tf", "HCL"},
    {"hcl", "HCL"},
    {"nomad", "HCL"},
    {"bicep", "Bicep"},
    {"zsh", "Shell"},
    {"gd", "GDScript"},
    {"sol", "Solidity"},
    {"coffee", "CoffeeScript"},
    {"pyx", "Cython"},
    {"el", "Emacs Lisp"},
    {"jsonnet", "Jsonnet"},
    {"sv", "SystemVerilog"},
    {"vhd", "VHDL"},
    {"glsl", "GLSL"},
    {"wgsl", "WGSL"},
    {"d", "D"},
    {"pas", "Pascal"},
    {"rkt", "Racket"},
    {"gleam", "Gleam"},
    {"hx", "Haxe"},
    {"cljc", "Clojure"},
};

const struct language *language_of(const char *path)
{
    const char *base = path_base(path), *dot = strrchr(base, '.');
    if (!dot || dot == base) return NULL;
    for (size_t i = 0; i < countof(languages); i++)
        if (strcmp(dot + 1, languages[i].ext) == 0) return &languages[i];
    return NULL;
}

const struct survey_dependency *find_dependency(const struct survey *s, const char *ecosystem, const char *name)
{
    for (size_t i = 0; i < s->dependencies.n; i++) {
        const struct survey_dependency *d = &s->dependencies.v[i];
        if (strcmp(d->ecosystem, ecosystem) == 0 && strcasecmp(d->name, name) == 0) return d;
    }
    return NULL;
}

/* Of the folder a manifest speaks for: project/Dependencies.scala and gradle/libs.versions.toml speak for the one
 * above. */
static size_t folder_length(const char *path)
{
    static const char *const inner[] = {"project/", "gradle/"};
    size_t n = (size_t)(path_base(path) - path);
    for (size_t i = 0; i < countof(inner); i++) {
        size_t m = strlen(inner[i]);
        if (n >= m && strncmp(path + n - m, inner[i], m) == 0 && (n == m || path[n - m - 1] == '/')) return n - m;
    }
    return n;
}

static const struct survey_dependency *above(const struct survey *s, const char *ecosystem, const char *name,
                                             const char *path, bool used)
{
    for (size_t i = 0; i < s->dependencies.n; i++) {
        const struct survey_dependency *d = &s->dependencies.v[i];
        size_t n = folder_length(d->path);
        if (used && is(path_base(d->path), "Directory.Packages.props")) continue;
        if (strncmp(d->path, path, n) == 0 && strcmp(d->ecosystem, ecosystem) == 0 &&
            (strcasecmp(d->name, name) == 0 ||
             (strncasecmp(d->name, name, strlen(name)) == 0 && starts(d->name + strlen(name), "/v"))))
            return d;
    }
    return NULL;
}

const struct survey_dependency *dependency_above(const struct survey *s, const char *ecosystem, const char *name,
                                                 const char *path)
{
    return above(s, ecosystem, name, path, false);
}

const struct survey_dependency *dependency_used_above(const struct survey *s, const char *ecosystem, const char *name,
                                                      const char *path)
{
    return above(s, ecosystem, name, path, true);
}

const struct survey_manifest *manifest_of_kind(const struct survey *s, const char *kind)
{
    for (size_t i = 0; i < s->manifests.n; i++)
        if (is(s->manifests.v[i].kind, kind)) return &s->manifests.v[i];
    return NULL;
}

struct meaning {
    const char *name, *what;
};
static const struct meaning folders[] = {
    {"api", "HTTP interface"},
    {"routes", "HTTP interface"},
    {"routers", "HTTP interface"},
    {"controllers", "HTTP interface"},
    {"handlers", "HTTP interface"},
    {"views", "HTTP interface"},
    {"endpoints", "HTTP interface"},
    {"web", "web interface"},
    {"cli", "command line"},
    {"cmd", "programs"},
    {"bin", "programs"},
    {"services", "business rules"},
    {"service", "business rules"},
    {"domain", "business rules"},
    {"usecases", "business rules"},
    {"core", "business rules"},
    {"models", "data model"},
    {"entities", "data model"},
    {"schemas", "data model"},
    {"repositories", "data access"},
    {"repository", "data access"},
    {"store", "data access"},
    {"storage", "data access"},
    {"db", "data access"},
    {"dao", "data access"},
    {"migrations", "database migrations"},
    {"migrate", "database migrations"},
    {"components", "user interface"},
    {"pages", "user interface"},
    {"client", "user interface"},
    {"frontend", "user interface"},
    {"ui", "user interface"},
    {"static", "static files"},
    {"public", "static files"},
    {"assets", "static files"},
    {"templates", "templates"},
    {"include", "public headers"},
    {"src", "source"},
    {"lib", "library"},
    {"pkg", "packages"},
    {"internal", "private packages"},
    {"utils", "helpers"},
    {"util", "helpers"},
    {"helpers", "helpers"},
    {"common", "shared code"},
    {"shared", "shared code"},
    {"middleware", "middleware"},
    {"middlewares", "middleware"},
    {"workers", "background work"},
    {"jobs", "background work"},
    {"tasks", "background work"},
    {"tests", "tests"},
    {"test", "tests"},
    {"spec", "tests"},
    {"__tests__", "tests"},
    {"e2e", "browser tests"},
    {"docs", "documentation"},
    {"doc", "documentation"},
    {"deploy", "deployment"},
    {"deployment", "deployment"},
    {"k8s", "deployment"},
    {"helm", "deployment"},
    {"charts", "deployment"},
    {"infra", "deployment"},
    {"terraform", "deployment"},
    {"ansible", "deployment"},
    {"docker", "deployment"},
    {"scripts", "scripts"},
    {"tools", "tools"},
    {"config", "configuration"},
    {"examples", "examples"},
    {"proto", "interface definitions"},
    {"vendor", "fetched dependencies"},
    {"third_party", "fetched dependencies"},
    {"benchmarks", "benchmarks"},
    {"bench", "benchmarks"},
    {"i18n", "translations"},
    {"locales", "translations"},
    {".github", "CI and project settings"},
    {"po", "translations"},
};

const char *meaning_of_dir(const char *name)
{
    for (size_t i = 0; i < countof(folders); i++)
        if (strcmp(folders[i].name, name) == 0) return folders[i].what;
    return NULL;
}
