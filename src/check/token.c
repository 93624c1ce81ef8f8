/* Does a word look like a path? Not URLs, globs, package names, dates or things that merely have a slash. One pass over
 * the word, tables for the rest. */
#include "check/inner.h"

#include <string.h>

static const char *const endings[] = {
    "c", "h", "cc", "cpp", "cxx", "hpp", "hh", "m", "mm", "py", "pyi", "js", "jsx", "mjs", "cjs", "ts", "tsx", "vue",
    "svelte",
    "go", "rs", "java", "kt", "kts", "scala", "groovy", "gradle", "rb", "erb", "php", "cs", "fs", "swift", "ex", "exs",
    "erl",
    "hs", "ml", "clj", "lua", "pl", "pm", "jl", "dart", "zig", "r", "sh", "bash", "zsh", "ps1", "sql", "prisma",
    "graphql",
    "gql", "proto", "tf", "tfvars", "hcl", "yml", "yaml", "toml", "json", "jsonc", "xml", "ini", "cfg", "conf",
    "properties",
    "md", "mdx", "rst", "txt", "adoc", "html", "htm", "css", "scss", "sass", "less", "mk", "cmake", "lock", "csproj",
    "sln",
    "ejs", "hbs", "j2", "tmpl", "tpl", "svg", "png", "csv", "snap", "service", "mod", "sum", "in", "am", "ac",
};
static const char *const names[] = {
    "Makefile", "GNUmakefile", "Dockerfile", "Jenkinsfile", "Procfile", "Gemfile", "Rakefile", "Vagrantfile",
    "Justfile",
    "justfile", "Brewfile", "Pipfile", "CODEOWNERS", "LICENSE", "BUILD", "WORKSPACE", ".gitignore", ".gitattributes",
    ".dockerignore", ".editorconfig", ".gitmodules", ".eslintrc", ".prettierrc", ".babelrc",
};
/* Products that look like files. */
static const char *const products[] = {
    "Node.js", "Next.js", "Vue.js", "Nuxt.js", "Express.js", "React.js", "Angular.js", "AngularJS", "D3.js",
    "Three.js", "Chart.js",
    "Ember.js", "Backbone.js", "Nest.js", "Alpine.js", "Socket.io", "Moment.js", "Day.js", "Deno.js", "Electron.js",
    "Plan.md",
};
static const char *const domains[] = { "com", "org", "net", "io", "dev", "gov", "edu", "co", "sh", "ai", "uk", "de",
    "eu", "local" };
static const char *const generated[] = {
    "build", "dist", "out", "target", "bin", "obj", "coverage", "node_modules", "vendor", ".git", "tmp", "temp",
    "__pycache__",
    ".venv", "venv", ".next", ".cache", "htmlcov", "logs", "log", "reports", "artifacts", ".pytest_cache", ".tox",
    "generated",
};

static bool listed(const char *const *v, size_t n, const char *p, size_t len, bool fold)
{
    for (size_t i = 0; i < n; i++) {
        if (strlen(v[i]) != len) continue;
        if ((fold ? strncasecmp(v[i], p, len) : strncmp(v[i], p, len)) == 0) return true;
    }
    return false;
}

static size_t digits(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i] >= '0' && p[i] <= '9') i++;
    return i;
}

static int64_t number(const char *p, size_t n)
{
    int64_t v = 0;
    for (size_t i = 0; i < n && i < 9; i++) v = v * 10 + (p[i] - '0');
    return v;
}

/* Takes ":12", ":12-30", ":12:5", "#L12", "#anchor" and "::test_name" off the end. False: a colon that is no such. */
static bool take_suffix(const char *p, size_t *n, int64_t *ret_line)
{
    size_t at = 0, d;
    while (at < *n && p[at] != ':' && p[at] != '#') at++;
    *ret_line = 0;
    if (at == *n) return true;
    if (p[at] == '#') {
        if (at + 2 < *n && p[at + 1] == 'L') *ret_line = number(p + at + 2, digits(p + at + 2, *n - at - 2));
        return *n = at, true;
    }
    if (at + 1 < *n && p[at + 1] == ':') return *n = at, true;
    d = digits(p + at + 1, *n - at - 1);
    if (!d || d > 8) return false;
    for (size_t i = at + 1 + d; i < *n; i++)
        if (!strchr("0123456789-:", p[i])) return false;
    *ret_line = number(p + at + 1, d);
    return *n = at, true;
}

static bool bad_character(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)p[i] <= ' ' || p[i] == 0x7f || strchr("*?{}[]<>$%\\`=\"'()|;,!^&~", p[i])) return true;
    return false;
}

/* Digits, dots, dashes: a date, a version, a fraction. */
static bool numeric(const char *p, size_t n)
{
    return strspn(p, "0123456789./-") >= n;
}

static bool is_domain(const char *p, size_t n)
{
    size_t dot = n;
    for (size_t i = 1; i < n; i++)
        if (p[i] == '.') dot = i;
    return dot < n && listed(domains, countof(domains), p + dot + 1, n - dot - 1, true);
}

static bool ending_known(const char *name)
{
    const char *dot = strrchr(name, '.');
    if (listed(names, countof(names), name, strlen(name), false)) return true;
    return dot && dot != name && listed(endings, countof(endings), dot + 1, strlen(dot + 1), false);
}

static bool shape_good(const char *p, size_t n)
{
    if (!n || n >= TEXT_PATH_MAX || strchr("/-@+#:", p[0]) || bad_character(p, n) || numeric(p, n)) return false;
    for (size_t i = 0; i + 1 < n; i++) {
        if (p[i] == '.' && p[i + 1] == '.') return false;
        if (p[i] == ':' && p[i + 1] == '/') return false; /* a URL */
    }
    return true;
}

enum path_look token_look(const char *p, size_t n, struct token *ret)
{
    const char *slash, *name;
    bool folder = false;
    if (n > 2 && strncmp(p, "./", 2) == 0) p += 2, n -= 2;
    if (!n || n >= TEXT_PATH_MAX) return LOOK_NONE;
    memcpy(ret->path, p, n);
    ret->path[n] = '\0';
    if (!shape_good(ret->path, n) || !take_suffix(ret->path, &n, &ret->line)) return LOOK_NONE;
    while (n && ret->path[n - 1] == '/') n--, folder = true;
    ret->path[n] = '\0';
    if (!n || numeric(ret->path, n)) return LOOK_NONE;
    slash = strchr(ret->path, '/');
    ret->slashed = slash != NULL;
    if (slash && is_domain(ret->path, (size_t)(slash - ret->path))) return LOOK_NONE;
    name = words_base(ret->path);
    if (!folder && ending_known(name)) {
        if (slash) return LOOK_PATH;
        return listed(products, countof(products), name, strlen(name), true) ? LOOK_NONE : LOOK_WEAK;
    }
    return slash || folder ? LOOK_FOLDER : LOOK_NONE;
}

bool path_generated(const struct checking *c, const char *path)
{
    for (const char *p = path; *p;) {
        size_t n = strcspn(p, "/");
        if (listed(generated, countof(generated), p, n, false)) {
            const char *folder = arena_dup_n(c->work, path, (size_t)(p - path) + n);
            return folder && !tree_is_dir(c->in->codebases.v[0].tree, folder);
        }
        p += n;
        while (*p == '/') p++;
    }
    return false;
}
