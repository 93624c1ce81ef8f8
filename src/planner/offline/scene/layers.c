/* Layers: which one a path lies in, which one a requirement speaks of. */
#include "planner/offline/scene/scene.h"

#include <string.h>

const char *const layer_nouns[] = {[LAYER_SETUP] = "the project itself",
                                   [LAYER_DATA] = "stored data",
                                   [LAYER_LOGIC] = "business logic",
                                   [LAYER_API] = "the API",
                                   [LAYER_CLI] = "the command line",
                                   [LAYER_FRONTEND] = "the user interface",
                                   [LAYER_TESTS] = "tests",
                                   [LAYER_OPERATIONS] = "operations",
                                   [LAYER_DOCS] = "documentation"};

/* --- paths -------------------------------------------------------------------------------------------------------- */
/* A migration that exists is history: nothing is placed in it. */
static bool file_is_migration(const char *path)
{
    static const char *const dirs[] = {"migrations/", "migrate/", "db/migration/", "alembic/versions/", "changelog/"};
    for (size_t i = 0; i < countof(dirs); i++) {
        const char *at = strstr(path, dirs[i]);
        if (at && (at == path || at[-1] == '/')) return true;
    }
    return prose_same(file_base(path), "schema.rb") || prose_same(file_base(path), "structure.sql");
}

/* Holds the program together, or the shared errors: changed where a requirement speaks of it, never a home for more. */
static bool is_frame(const char *path)
{
    static const char *const stems[] = {"__init__", "mod",      "lib",        "index",       "main",
                                        "error",    "errors",   "exceptions", "application", "constants",
                                        "version",  "conftest", "config"};
    static const char *const ends[] = {"Exception", "Application", "ExceptionHandler", "Error"};
    static const char *const dirs[] = {"error/", "errors/",  "exception/", "exceptions/",
                                       "jobs/",  "workers/", "mailers/",   "middleware/"};
    struct span stem = file_stem(path);
    for (size_t i = 0; i < countof(stems); i++)
        if (span_is(stem, stems[i])) return true;
    for (size_t i = 0; i < countof(ends); i++)
        if (stem.n > strlen(ends[i]) && memcmp(stem.p + stem.n - strlen(ends[i]), ends[i], strlen(ends[i])) == 0)
            return true;
    for (size_t i = 0; i < countof(dirs); i++) {
        const char *at = strstr(path, dirs[i]);
        if (at && (at == path || at[-1] == '/')) return true;
    }
    return false;
}

/* Words of directories and file names, the first row that matches wins. */
static const struct {
    enum layer layer;
    const char *words[20];
} path_rows[] = {
    {LAYER_DOCS, {"docs", "doc", "readme", "changelog", "contributing", "adr"}},
    {LAYER_OPERATIONS,
     {"deploy", "deployment", "k8s", "kubernetes", "helm", "charts", "docker", "dockerfile", "compose", "terraform",
      "ansible", "github", "gitlab", "ci", "systemd", "monitoring", "infra"}},
    {LAYER_DATA,
     {"migrations", "migration", "migrate", "models", "model", "schema", "schemas", "entities", "entity",
      "repositories", "repository", "dao", "db", "database", "store", "storage", "prisma", "sql", "persistence"}},
    {LAYER_API,
     {"routes", "route", "router", "routers", "controllers", "controller", "handlers", "handler", "api", "endpoints",
      "endpoint", "views", "urls", "http", "web", "rest", "graphql", "resources", "server"}},
    {LAYER_FRONTEND,
     {"components", "component", "pages", "frontend", "ui", "client", "templates", "styles", "public", "widgets",
      "layouts", "screens", "hooks"}},
    {LAYER_CLI, {"cli", "cmd", "commands", "bin", "console"}},
};
static const struct {
    enum layer layer;
    const char *ext[10];
} ext_rows[] = {
    {LAYER_DATA, {"sql", "prisma"}},
    {LAYER_FRONTEND, {"tsx", "jsx", "vue", "svelte", "css", "scss", "html", "htm", "erb"}},
    {LAYER_DOCS, {"md", "rst", "txt", "adoc"}},
    {LAYER_OPERATIONS, {"tf", "tfvars", "yml", "yaml"}},
};

bool file_is_named_test(const char *path)
{
    struct span stem = file_stem(path);
    const char *base = file_base(path);
    if (span_starts(stem, "test_") || strstr(base, ".test.") || strstr(base, ".spec.")) return true;
    return (stem.n > 5 &&
            (memcmp(stem.p + stem.n - 5, "_test", 5) == 0 || memcmp(stem.p + stem.n - 5, "_spec", 5) == 0)) ||
           (stem.n > 6 && memcmp(stem.p + stem.n - 6, "_tests", 6) == 0) ||
           (stem.n > 4 && memcmp(stem.p + stem.n - 4, "Test", 4) == 0) ||
           (stem.n > 5 && memcmp(stem.p + stem.n - 5, "Tests", 5) == 0);
}

bool file_is_test(const char *path)
{
    const char *slash;
    for (const char *p = path; (slash = strchr(p, '/')) != NULL; p = slash + 1) {
        struct span dir = {p, (size_t)(slash - p)};
        if (span_is(dir, "test") || span_is(dir, "tests") || span_is(dir, "spec") || span_is(dir, "__tests__") ||
            span_is(dir, "e2e") || span_is(dir, "specs"))
            return true;
    }
    return file_is_named_test(path);
}

bool file_is_code(const char *path)
{
    return language_of_path(path) != NULL;
}

/* Where the words of a path begin: "app/userController.py" has four. The letters they begin with have one bit each, so
 * that most words of the tables need no closer look: this runs for every file. */
enum { PATH_WORDS = 48 };
struct path_words {
    const char *at[PATH_WORDS];
    size_t n;
    unsigned letters;
};

static bool word_border(char c)
{
    return !prose_is_word_char(c) || c == '_' || (c >= 'A' && c <= 'Z');
}

static struct path_words path_words_of(const char *path)
{
    struct path_words w;
    w.n = w.letters = 0;
    for (const char *p = path; *p && w.n < PATH_WORDS; p++) {
        if (p > path && prose_is_word_char(p[-1]) && p[-1] != '_' && !(p[0] >= 'A' && p[0] <= 'Z')) continue;
        w.letters |= 1u << (*p & 31);
        w.at[w.n++] = p;
    }
    return w;
}

/* Does a directory or the file's stem hold the word as one of its words ("user_controller", "userController")? */
static bool path_word(const struct path_words *w, const char *word)
{
    size_t n;
    if (!(w->letters >> (*word & 31) & 1u)) return false;
    n = strlen(word);
    for (size_t i = 0; i < w->n; i++)
        if ((*w->at[i] | 0x20) == *word && strncasecmp(w->at[i], word, n) == 0 && word_border(w->at[i][n])) return true;
    return false;
}

/* "knexfile.js", "vite.config.ts", "alembic/env.py": settings of tools that happen to be code. */
static bool is_tool_settings(const char *path)
{
    static const char *const stems[] = {"knexfile", "gulpfile", "gruntfile", "rakefile", "conftest",
                                        "setup",    "manage",   "noxfile",   "fabfile",  "env"};
    struct span stem = file_stem(path);
    for (size_t i = 0; i < countof(stems); i++)
        if (span_is(stem, stems[i]) &&
            (i < countof(stems) - 1 || strstr(path, "migrations/") || strstr(path, "alembic/")))
            return true;
    return strstr(file_base(path), ".config.") != NULL || strstr(file_base(path), "rc.js") != NULL;
}

/* Told to machines and newcomers; nothing about a change is described there unless it is named. */
static bool is_house_rule(const char *path)
{
    static const char *const names[] = {"AGENTS.md",      "CLAUDE.md",  "CONTRIBUTING.md", "CODE_OF_CONDUCT.md",
                                        "SECURITY.md",    "CODEOWNERS", "LICENSE",         "LICENSE.md",
                                        "MAINTAINERS.md", "AUTHORS.md"};
    for (size_t i = 0; i < countof(names); i++)
        if (prose_same(file_base(path), names[i])) return true;
    return false;
}

enum layer layer_of_path(const char *path)
{
    const char *ext = file_ext(path);
    struct path_words words;
    bool described;
    if (is_house_rule(path)) return LAYER_SETUP;
    if (is_tool_settings(path)) return LAYER_OPERATIONS;
    if (file_is_test(path)) return LAYER_TESTS;
    if (file_is_migration(path)) return LAYER_SETUP;
    words = path_words_of(path);
    described = path_word(&words, "openapi") || path_word(&words, "swagger");
    for (size_t i = 0; i < countof(ext_rows); i++)
        for (const char *const *x = ext_rows[i].ext; *x; x++)
            if (prose_same(ext, *x) && !(ext_rows[i].layer == LAYER_OPERATIONS && described)) return ext_rows[i].layer;
    if (described) return LAYER_DOCS;
    for (size_t i = 0; i < countof(path_rows); i++)
        for (const char *const *w = path_rows[i].words; *w; w++)
            if (path_word(&words, *w)) {
                bool frame = path_rows[i].layer != LAYER_DOCS && path_rows[i].layer != LAYER_OPERATIONS;
                return frame && is_frame(path) ? LAYER_SETUP : path_rows[i].layer;
            }
    return is_frame(path) ? LAYER_SETUP : LAYER_LOGIC;
}

/* Folders of the layers a repository keeps apart; logic has words of its own here, since everything else is logic. */
bool layer_folder(enum layer l, const char *path)
{
    static const char *const logic[] = {"services", "service",  "domain",   "core",      "usecases", "logic",
                                        "lib",      "internal", "business", "workflows", NULL};
    struct path_words words = path_words_of(path);
    if (file_dir(path).n == 0 || layer_of_path(path) != l) return false;
    for (const char *const *w = logic; l == LAYER_LOGIC && *w; w++)
        if (path_word(&words, *w)) return true;
    return l != LAYER_LOGIC;
}

/* --- requirements ------------------------------------------------------------------------------------------------- */
/* strong counts 3, weak 1; logic has 1 by itself and wins ties below 2. */
static const struct {
    enum layer layer;
    const char *strong[30], *weak[30];
} word_rows[] = {
    {LAYER_DATA,
     {"survive a restart", "survives a restart", "table", "column", "columns", "migration*", "schema", "foreign key",
      "backfill*", "database", "index for", "an index", "add index", "sql"},
     {"stored", "persist*", "store", "saved", "recorded", "remembered", "retention", "keeps a record", "unique"}},
    {LAYER_API,
     {"endpoint*", "status code", "http", "graphql", "rest api", "openapi schema", "query parameter*", "request body",
      "response body", "route", "per page", "paginat*"},
     {"api", "request", "requests", "answers", "answer", "header", "response*", "returns", "401",    "403",    "404",
      "409", "429",     "204",      "201",     "200",    "400",    "422",       "json",    "client", "clients"}},
    {LAYER_FRONTEND,
     {"page",      "button",        "screen",   "dialog",  "modal",   "css",        "theme",
      "component", "dropdown",      "checkbox", "footer",  "sidebar", "navigation", "contrast",
      "keyboard",  "screen reader", "tooltip",  "toggle*", "icon",    "frontend",   "user interface"},
     {"form", "display*", "show", "shows", "shown", "click*", "layout", "menu", "browser", "preview", "visible",
      "switch", "message"}},
    {LAYER_CLI,
     {"command line", "command-line", "subcommand", "cli", "stdout", "stderr", "exit code", "exit status", "--help",
      "man page"},
     {"flag", "option", "prints", "terminal", "print", "printing", "printed"}},
    {LAYER_OPERATIONS,
     {"deploy*",       "metric",    "metrics", "dashboard",    "alert*",
      "alarm*",        "on-call",   "as code", "logs are",     "docker*",
      "kubernetes",    "helm",      "ci",      "pipeline",     "environment variable*",
      "health check*", "terraform", "rollout", "feature flag", "container",
      "prometheus",    "grafana"},
     {"monitor*", "config*", "log", "logged", "logs", "logging"}},
    {LAYER_TESTS,
     {"test coverage", "unit test*", "integration test*", "end-to-end test*", "existing tests", "tests must",
      "all tests", "load test*", "test suite", "regression test*"},
     {"tests", "coverage"}},
    {LAYER_DOCS,
     {"readme", "changelog*", "documentation", "runbook", "the runbook", "document the", "documented", "docs",
      "release notes", "tutorial"},
     {"document", "describe", "explain"}},
};

static bool has_frontend(const struct scene *s)
{
    for (size_t i = 0; i < s->b->codebases.n; i++) {
        const struct survey *sv = s->b->codebases.v[i].survey;
        for (size_t j = 0; sv && j < sv->languages.n; j++)
            if (prose_has_any(sv->languages.v[j].name,
                              (const char *const[]){"CSS", "HTML", "Vue", "Svelte", "SCSS", "TSX", "JSX", NULL}))
                return true;
    }
    return scene_place(s, LAYER_FRONTEND) != NULL;
}

static bool names_table(const struct scene *s, const struct need *n)
{
    for (size_t i = 0; i < s->x.tables.n; i++)
        if (s->x.tables.v[i].line == n->r.line && n->r.line > 0 && prose_same(n->r.source, "ticket")) return true;
    return false;
}

/* "… is documented in the man page" asks for words, whatever it is that they describe. */
static const char *const documenting[] = {
    "documented in", "described in",  "mentioned in", "documented for", "document it", "explained in",
    "to the readme", "in the readme", "to the docs",  "in the docs",    NULL};
/* What stays is not built, it is shown by tests. */
static const char *const keeping[] = {
    "as today",     "as before",     "stays as it is",       "stay as they are",    "keeps working",
    "keep working", "unmodified",    "no behaviour change*", "no behavior change*", "stays unchanged",
    "is unchanged", "are unchanged", "does not change",      "do not change",       NULL};

static bool names_document(const char *text)
{
    static const char *const marks[] = {".md", ".rst", ".adoc", " docs/", " doc/", "`docs/"};
    for (size_t i = 0; i < countof(marks); i++)
        if (strstr(text, marks[i])) return true;
    return false;
}

/* "401", "422": what an endpoint answers. */
static bool names_status(const char *text)
{
    for (const char *p = text; *p; p++) {
        bool three = *p >= '2' && *p <= '5' && strspn(p, "0123456789") == 3 && (p == text || p[-1] == ' ');
        if (three && (p[1] <= '5') && (!p[3] || strchr(" .,;)", p[3])) && (p[3] != ' ' || !prose_is_word_char(p[4])))
            return true;
    }
    return false;
}

static int layer_score(const struct scene *s, const struct need *n, size_t row)
{
    int score = 0;
    enum layer l = word_rows[row].layer;
    for (const char *const *w = word_rows[row].strong; *w; w++) score += prose_has_word(n->r.text, *w) ? 3 : 0;
    for (const char *const *w = word_rows[row].weak; *w; w++) score += prose_has_word(n->r.text, *w) ? 1 : 0;
    if (l == LAYER_DATA && names_table(s, n)) score += 3;
    if (l == LAYER_DOCS && names_document(n->r.text)) score += 6;
    if (l == LAYER_DOCS && prose_has_any(n->r.text, documenting)) score += 8;
    if (l == LAYER_TESTS && !(n->endpoint && n->endpoint->method) && prose_has_any(n->r.text, keeping)) score += 9;
    if (l == LAYER_API && s->x.endpoints.n > 0 && names_status(n->r.text)) score += 2;
    if (l == LAYER_CLI && (strstr(n->r.text, " --") || strstr(n->r.text, "`--"))) score += 5;
    if (l == LAYER_FRONTEND && prose_has_word(n->r.text, "per page")) score -= 3;
    if (l == LAYER_DOCS && score > 0 && scene_is(s, KIND_DOCUMENTATION)) score += 2;
    if (l == LAYER_DATA && score > 0 && score < 3 && !scene_has_database(s)) score = 0;
    if (l == LAYER_API && n->measured && !n->endpoint) score = 0;
    if (l == LAYER_API && n->endpoint) score += 4;
    if (l == LAYER_FRONTEND && score > 0 && !s->empty && !has_frontend(s)) score -= 2;
    if (l == LAYER_FRONTEND && score > 0 && scene_is(s, KIND_FRONTEND)) score += 1;
    if (l == LAYER_CLI && score > 0 && scene_is(s, KIND_CLI)) score += 1;
    if (l == LAYER_API && score > 0 && !s->empty && !n->endpoint && !scene_is(s, KIND_API)) score -= 2;
    return score;
}

enum layer layer_of_requirement(const struct scene *s, const struct need *n)
{
    enum layer best = LAYER_LOGIC;
    int top = 1;
    for (size_t i = 0; i < countof(word_rows); i++) {
        int score = layer_score(s, n, i);
        if (score <= top) continue;
        top = score;
        best = word_rows[i].layer;
    }
    return best;
}
