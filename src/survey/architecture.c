/* Architecture in words of a closed list, each from signs that can be shown. Runs when everything else is known. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

static struct finding *fact(struct scan *c, const char *id, int confidence, const char *text)
{
    return scan_fact(c, &c->s->architecture, id, confidence, text);
}

static void say(struct scan *c, const char *id, int confidence, const char *text, const char *path, int64_t line)
{
    struct finding *f = fact(c, id, confidence, text);
    if (f && f->evidence.n < 4) scan_evidence(c, f, path, line, NULL);
}

static bool is_known(const struct scan *c, const char *id)
{
    for (size_t i = 0; i < c->s->architecture.n; i++)
        if (is(c->s->architecture.v[i].id, id)) return true;
    return false;
}

/* --- packages ---------------------------------------------------------------------------------------------------- */
static bool counts_as_part(const struct survey_manifest *m)
{
    static const char *const kinds[] = {"npm",     "python", "cargo", "go",        "composer",
                                        "bundler", "mix",    "dart",  "setuptools"};
    for (size_t i = 0; i < countof(kinds); i++)
        if (m->package && is(m->kind, kinds[i])) return strchr(m->path, '/') != NULL;
    return false;
}

/* Several packages side by side in one repository. */
static void monorepo(struct scan *c)
{
    size_t n = 0, outer = 0;
    for (size_t i = 0; i < c->s->manifests.n; i++) {
        const struct survey_manifest *m = &c->s->manifests.v[i];
        if (counts_as_part(m)) n++;
        if (m->package && !strchr(m->path, '/') &&
            (is(m->kind, "maven") || is(m->kind, "gradle") || is(m->kind, "dotnet")))
            outer++;
    }
    if (n < 2 || outer) return;
    for (size_t i = 0; i < c->s->manifests.n; i++)
        if (counts_as_part(&c->s->manifests.v[i]))
            say(c, "monorepo", 90, "several packages live in one repository", c->s->manifests.v[i].path, 1);
}

/* Applications of one build that find each other in a registry or behind a gateway. */
static void spring_services(struct scan *c)
{
    static const char *const names[] = {"eureka", "spring-cloud-gateway", "spring-cloud-config", "spring-cloud"};
    size_t apps = 0, n = 0;
    for (size_t i = 0; i < c->s->entry_points.n; i++)
        apps += is(c->s->entry_points.v[i].what, "the Spring Boot application");
    for (size_t i = 0; i < c->s->frameworks.n; i++)
        for (size_t j = 0; j < countof(names); j++) n += is(c->s->frameworks.v[i].name, names[j]);
    for (size_t i = 0; apps >= 3 && n && i < c->s->entry_points.n; i++)
        say(c, "microservices", 85, "services are built and deployed one by one", c->s->entry_points.v[i].path,
            c->s->entry_points.v[i].line);
}

/* Three parts or more that are deployed on their own. */
static void microservices(struct scan *c)
{
    size_t n = 0, services = 0;
    for (size_t i = 0; i < c->s->deploy.n; i++) {
        bool part = is(c->s->deploy.v[i].kind, "dockerfile") && path_depth(c->s->deploy.v[i].path) >= 2;
        n += part;
        services += part && (starts(c->s->deploy.v[i].path, "services/") || strstr(c->s->deploy.v[i].path, "service/"));
    }
    spring_services(c);
    if ((n < 3 && services < 2) || c->s->manifests.n < 2) return;
    for (size_t i = 0; i < c->s->deploy.n; i++)
        if (is(c->s->deploy.v[i].kind, "dockerfile") && path_depth(c->s->deploy.v[i].path) >= 2)
            say(c, "microservices", 80, "services are built and deployed one by one", c->s->deploy.v[i].path, 0);
}

/* --- what it is -------------------------------------------------------------------------------------------------- */
static const struct survey_dependency *with_role(const struct scan *c, const char *role, bool dev_too)
{
    for (size_t i = 0; i < c->s->dependencies.n; i++) {
        const struct survey_dependency *d = &c->s->dependencies.v[i];
        if (is(d->role, role) && (dev_too || !d->dev)) return d;
    }
    return NULL;
}

static bool has_entry(const struct scan *c, const char *word)
{
    for (size_t i = 0; i < c->s->entry_points.n; i++)
        if (strstr(c->s->entry_points.v[i].what, word)) return true;
    return false;
}

/* A web framework has routes to show and to test what it is for; it answers nothing itself. */
static bool is_framework(const struct scan *c)
{
    static const char *const ecosystems[] = {"npm", "pypi", "go", "crates", "rubygems", "packagist", "hex", "cpan"};
    for (size_t i = 0; i < c->s->manifests.n; i++)
        for (size_t e = 0; e < countof(ecosystems) && c->s->manifests.v[i].name; e++) {
            const struct role *r = role_row(ecosystems[e], c->s->manifests.v[i].name);
            if (c->s->manifests.v[i].package && r && is(r->role, "web framework")) return true;
        }
    return false;
}

static void web_service(struct scan *c)
{
    const struct survey_dependency *d = with_role(c, "web framework", false);
    if (is_framework(c)) return;
    for (size_t i = 0; i < c->s->api.n; i++)
        if (!is(c->s->api.v[i].source, "OpenAPI") && !is(c->s->api.v[i].source, "Serverless")) {
            if (!d && !c->s->entry_points.n && is(c->s->api.v[i].source, "decorator")) continue;
            say(c, "web-service", 95, "it answers HTTP requests", c->s->api.v[i].path, c->s->api.v[i].line);
            return;
        }
    if (d && (has_entry(c, "erver") || has_entry(c, "pplication")) && !is_known(c, "web-frontend"))
        say(c, "web-service", 80, "it answers HTTP requests", d->path, d->line);
}

static void web_frontend(struct scan *c)
{
    static const char *const marks[] = {"angular.json",    "next.config.js",   "next.config.mjs",  "next.config.ts",
                                        "nuxt.config.ts",  "svelte.config.js", "astro.config.mjs", "gatsby-config.js",
                                        "remix.config.js", "astro.config.ts",  "next.config.cjs"};
    bool d = with_role(c, "UI framework", true) || scan_named(c, "package.json", NULL);
    for (size_t i = 0; i < c->s->entry_points.n; i++)
        if (strstr(c->s->entry_points.v[i].what, "user interface")) {
            say(c, "web-frontend", 95, "it has a user interface that runs in browsers", c->s->entry_points.v[i].path,
                c->s->entry_points.v[i].line);
            return;
        }
    for (size_t i = 0; i < c->s->dependencies.n; i++)
        if (strstr(c->s->dependencies.v[i].name, "BlazorWebAssembly"))
            say(c, "web-frontend", 90, "it has a user interface that runs in browsers", c->s->dependencies.v[i].path,
                c->s->dependencies.v[i].line);
    for (size_t i = 0; d && i < countof(marks); i++) {
        const struct scan_file *f = scan_named(c, marks[i], NULL);
        if (f && !f->test) say(c, "web-frontend", 85, "it has a user interface that runs in browsers", f->f->path, 0);
    }
}

static void command_line(struct scan *c)
{
    const struct survey_dependency *d = with_role(c, "command line", false);
    for (size_t i = 0; i < c->s->commands.n; i++) {
        const struct survey_command *k = &c->s->commands.v[i];
        if (k->kind != COMMAND_RUN ||
            (!ends(k->path, "pyproject.toml") && !ends(k->path, "setup.py") && !ends(k->path, "setup.cfg") &&
             (!ends(k->path, "package.json") || strchr(k->name, ' '))))
            continue;
        if (strstr(k->name, "manage.py") || k->implied || is_known(c, "web-service") || is_known(c, "worker")) continue;
        say(c, "cli", 85, "it is used from the command line", k->path, k->line);
    }
    if (d && has_entry(c, "program")) say(c, "cli", 90, "it is used from the command line", d->path, d->line);
    if (d || is_known(c, "web-service") || is_known(c, "web-frontend") || with_role(c, "web framework", false)) return;
    for (size_t i = 0; i < c->s->entry_points.n; i++)
        if (strstr(c->s->entry_points.v[i].what, "main function") && !is_known(c, "worker") &&
            !starts(c->s->entry_points.v[i].path, "tools/"))
            say(c, "cli", 70, "it is used from the command line", c->s->entry_points.v[i].path,
                c->s->entry_points.v[i].line);
}

static void worker(struct scan *c)
{
    const struct survey_dependency *d = with_role(c, "job queue", false);
    for (size_t i = 0; i < c->s->entry_points.n; i++)
        if (strstr(path_base(c->s->entry_points.v[i].path), "worker"))
            say(c, "worker", 85, "work is done in the background", c->s->entry_points.v[i].path,
                c->s->entry_points.v[i].line);
    if (d) say(c, "worker", 85, "work is done in the background, from a queue", d->path, d->line);
}

static void event_driven(struct scan *c)
{
    const struct survey_dependency *d = with_role(c, "message queue", false);
    if (d) say(c, "event-driven", 80, "parts tell each other through messages", d->path, d->line);
}

/* Offered to other programs: packages without a program, and libraries that builds install. */
static void library(struct scan *c)
{
    static const struct {
        const char *base, *sign;
    } signs[] = {
        {"CMakeLists.txt", "add_library("}, {"Makefile.am", "LTLIBRARIES"},     {"meson.build", "library("},
        {"Package.swift", ".library("},     {"CMakeLists.txt", "add_library("},
    };
    auto_buf text = BUF_INIT(SCAN_FILE_MAX + 1);
    bool serves = is_known(c, "web-service") || is_known(c, "web-frontend") || is_known(c, "microservices");
    for (size_t i = 0; i < countof(signs); i++)
        for (const struct scan_file *f = scan_named(c, signs[i].base, NULL); f; f = scan_named(c, signs[i].base, f)) {
            const char *at;
            if (f->test || !scan_read(c, f->f, SCAN_FILE_MAX, false, &text)) continue;
            at = strstr(buf_cstr(&text), signs[i].sign);
            if (at && (is(signs[i].base, "Package.swift") || strstr(buf_cstr(&text), "install") ||
                       strstr(buf_cstr(&text), "lib_LT") ||
                       (strstr(buf_cstr(&text), "PUBLIC") && scan_named(c, "CMakeLists.txt", NULL))))
                say(c, "library", 85, "it is built as a library", f->f->path, line_of(buf_cstr(&text), at));
        }
    for (size_t i = 0; i < c->properties.n; i++)
        if (is(c->properties.v[i].name, "library") && !serves && !path_test(c->properties.v[i].path))
            say(c, "library", 85, "a package that others import", c->properties.v[i].path, 1);
    if (serves || c->s->entry_points.n || is_known(c, "serverless") || is_known(c, "worker")) return;
    for (size_t i = 0; i < c->s->manifests.n; i++) {
        const struct survey_manifest *m = &c->s->manifests.v[i];
        if (m->package && m->name && c->s->languages.n && !is(m->kind, "helm") && !is(m->kind, "terraform"))
            say(c, "library", 75, "a package without a program: others use it", m->path, 1);
    }
}

static void plugin(struct scan *c)
{
    for (size_t i = 0; i < c->properties.n; i++)
        if (is(c->properties.v[i].name, "plugin"))
            say(c, "plugin", 90, "it extends another program", c->properties.v[i].path, 1);
    for (const struct scan_file *f = scan_named(c, "plugin.xml", NULL); f; f = scan_named(c, "plugin.xml", f))
        if (strstr(f->f->path, "META-INF/")) say(c, "plugin", 90, "it extends another program", f->f->path, 1);
}

static void by_language(struct scan *c)
{
    int64_t share = 0;
    size_t texts = 0;
    for (size_t i = 0; i < c->s->languages.n; i++)
        if (!is(c->s->languages.v[i].name, "HCL") && !is(c->s->languages.v[i].name, "Shell"))
            share += c->s->languages.v[i].share;
    for (size_t i = 0; i < c->s->deploy.n && share < 500; i++) {
        const char *kind = c->s->deploy.v[i].kind;
        if (is(kind, "terraform") || is(kind, "ansible") || is(kind, "helm") || is(kind, "kustomize") ||
            is(kind, "kubernetes"))
            say(c, "infrastructure", 90, "it describes infrastructure", c->s->deploy.v[i].path, c->s->deploy.v[i].line);
    }
    for (size_t i = 0; i < c->files.n; i++)
        texts +=
            ends(c->files.v[i].base, ".md") || ends(c->files.v[i].base, ".rst") || ends(c->files.v[i].base, ".adoc");
    if (texts < 2 || texts * 2 < c->files.n || share >= 500) return;
    for (size_t i = 0, n = 0; i < c->files.n && n < 2; i++)
        if (ends(c->files.v[i].base, ".md") || ends(c->files.v[i].base, ".rst") || ends(c->files.v[i].base, ".adoc")) {
            say(c, "documentation", 90, "most of it is text for readers", c->files.v[i].f->path, 0);
            n++;
        }
}

static void serverless(struct scan *c)
{
    for (size_t i = 0; i < c->s->deploy.n; i++) {
        const struct survey_note *d = &c->s->deploy.v[i];
        if (is(d->kind, "serverless") || (is(d->kind, "cloudformation") && d->text && strstr(d->text, "Serverless")))
            say(c, "serverless", 95, "its functions run on demand", d->path, d->line);
    }
}

/* --- how it is built up ------------------------------------------------------------------------------------------- */
enum layer { LAYER_EDGE, LAYER_RULES, LAYER_DATA, LAYER_N };
struct layer_name {
    const char *name;
    enum layer layer;
};
static const struct layer_name layer_names[] = {
    {"api", LAYER_EDGE},
    {"http", LAYER_EDGE},
    {"httpapi", LAYER_EDGE},
    {"web", LAYER_EDGE},
    {"rest", LAYER_EDGE},
    {"routes", LAYER_EDGE},
    {"routers", LAYER_EDGE},
    {"controllers", LAYER_EDGE},
    {"controller", LAYER_EDGE},
    {"handlers", LAYER_EDGE},
    {"handler", LAYER_EDGE},
    {"endpoints", LAYER_EDGE},
    {"resource", LAYER_EDGE},
    {"presentation", LAYER_EDGE},
    {"transport", LAYER_EDGE},
    {"Controllers", LAYER_EDGE},
    {"Web", LAYER_EDGE},
    {"WebUI", LAYER_EDGE},
    {"Api", LAYER_EDGE},
    {"API", LAYER_EDGE},
    {"WebApi", LAYER_EDGE},
    {"Presentation", LAYER_EDGE},
    {"Core", LAYER_RULES},
    {"ApplicationCore", LAYER_RULES},
    {"UseCases", LAYER_RULES},
    {"Persistence", LAYER_DATA},
    {"ui", LAYER_EDGE},
    {"services", LAYER_RULES},
    {"service", LAYER_RULES},
    {"domain", LAYER_RULES},
    {"usecases", LAYER_RULES},
    {"usecase", LAYER_RULES},
    {"application", LAYER_RULES},
    {"core", LAYER_RULES},
    {"business", LAYER_RULES},
    {"Services", LAYER_RULES},
    {"Domain", LAYER_RULES},
    {"Application", LAYER_RULES},
    {"repositories", LAYER_DATA},
    {"repository", LAYER_DATA},
    {"store", LAYER_DATA},
    {"storage", LAYER_DATA},
    {"db", LAYER_DATA},
    {"dao", LAYER_DATA},
    {"persistence", LAYER_DATA},
    {"infrastructure", LAYER_DATA},
    {"Infrastructure", LAYER_DATA},
    {"database", LAYER_DATA},
    {"Repositories", LAYER_DATA},
    {"models", LAYER_DATA},
    {"data", LAYER_DATA},
};

/* "domain", or "Shop.Domain": projects of .NET bear the name of the whole before their own. */
static bool is_layer(const char *name, const char *folder, const char *end)
{
    size_t n = strlen(name);
    if (n > (size_t)(end - folder) || strncmp(end - n, name, n) != 0) return false;
    return n == (size_t)(end - folder) || (end[-(ptrdiff_t)n - 1] == '.' && isupper((unsigned char)name[0]));
}

/* One folder per layer, side by side: the edge, and rules or data. */
static void layered(struct scan *c)
{
    const struct scan_file *at[LAYER_N] = {NULL};
    size_t n = 0;
    for (size_t i = 0; i < c->files.n; i++) {
        const struct scan_file *f = &c->files.v[i];
        if (!f->language || f->foreign || f->fixture || f->test || is(f->language->name, "SQL") ||
            is(f->language->name, "HTML"))
            continue;
        for (const char *p = f->f->path, *next; (next = strchr(p, '/')); p = next + 1)
            for (size_t l = 0; l < countof(layer_names); l++)
                if (is_layer(layer_names[l].name, p, next) && !at[layer_names[l].layer]) at[layer_names[l].layer] = f;
    }
    for (size_t l = 0; l < LAYER_N; l++) n += at[l] != NULL;
    if (is_known(c, "monorepo")) return; /* folders of different packages are no layers */
    if (n < 3 && !(at[LAYER_EDGE] && n == 2 && (is_known(c, "web-service")))) return;
    if (is_known(c, "mvc") || is_known(c, "library")) return;
    for (size_t l = 0; l < LAYER_N; l++)
        if (at[l])
            say(c, "layered", n == 3 ? 85 : 70, "folders are layers: the edge, the rules, the data", at[l]->f->path, 0);
}

static void mvc(struct scan *c)
{
    static const struct {
        const char *ecosystem, *name;
    } frameworks[] = {
        {"rubygems", "rails"},
        {"packagist", "laravel/framework"},
        {"packagist", "symfony/framework-bundle"},
        {"hex", "phoenix"},
        {"pypi", "django"},
    };
    for (size_t i = 0; i < countof(frameworks); i++) {
        const struct survey_dependency *d = find_dependency(c->s, frameworks[i].ecosystem, frameworks[i].name);
        if (d && !d->dev && (c->s->api.n || c->s->migrations.n))
            say(c, "mvc", 90, "models, views and controllers as the framework has them", d->path, d->line);
    }
}

static const struct scan_file *file_below(struct scan *c, const char *folder)
{
    size_t n = strlen(folder);
    for (size_t i = 0; i < c->files.n; i++) {
        const struct scan_file *f = &c->files.v[i];
        if (!f->language || f->foreign || f->fixture || f->test) continue;
        for (const char *p = strstr(f->f->path, folder); p; p = strstr(p + 1, folder))
            if ((p == f->f->path || p[-1] == '/') && p[n] == '/') return f;
    }
    return NULL;
}

static void by_folders(struct scan *c)
{
    static const char *const pairs[][2] = {{"ports", "adapters"}, {"port", "adapter"}};
    for (size_t i = 0; i < countof(pairs); i++) {
        const struct scan_file *x = file_below(c, pairs[i][0]), *y = file_below(c, pairs[i][1]);
        if (!x || !y) continue;
        say(c, "hexagonal", 90, "ports in the middle, adapters around them", x->f->path, 0);
        say(c, "hexagonal", 90, "ports in the middle, adapters around them", y->f->path, 0);
    }
}

/* Parts of one build, each with a manifest of its own. */
static void modular(struct scan *c)
{
    static const char *const kinds[] = {"maven", "gradle", "dotnet"};
    for (size_t k = 0; k < countof(kinds); k++) {
        size_t n = 0;
        for (size_t i = 0; i < c->s->manifests.n; i++)
            n += is(c->s->manifests.v[i].kind, kinds[k]) && strchr(c->s->manifests.v[i].path, '/') &&
                 !strstr(c->s->manifests.v[i].path, ".sln") && !path_test(c->s->manifests.v[i].path);
        for (size_t i = 0; n >= 2 && i < c->s->manifests.n; i++)
            if (is(c->s->manifests.v[i].kind, kinds[k]) && strchr(c->s->manifests.v[i].path, '/') &&
                !path_test(c->s->manifests.v[i].path))
                say(c, "modular", 90, "the build is made of modules", c->s->manifests.v[i].path, 1);
    }
    if (scan_named(c, "build.sbt", NULL) && file_below(c, "modules"))
        say(c, "modular", 80, "the build is made of modules", file_below(c, "modules")->f->path, 0);
}

/* ASP.NET's pages: views beside controllers. */
static void views(struct scan *c)
{
    static const char *const marks[] = {"_ViewStart.cshtml", "_ViewImports.cshtml"};
    for (size_t i = 0; i < countof(marks) && file_below(c, "Controllers"); i++)
        for (const struct scan_file *f = scan_named(c, marks[i], NULL); f; f = scan_named(c, marks[i], f))
            if (strstr(f->f->path, "Views/"))
                say(c, "mvc", 85, "models, views and controllers as the framework has them", f->f->path, 0);
}

typedef void rule_fn(struct scan *c);
static rule_fn *const rules[] = {monorepo,   microservices, web_frontend, web_service, worker,  event_driven,
                                 serverless, command_line,  library,      mvc,         layered, by_folders,
                                 modular,    by_language,   plugin,       views};

void detect_architecture(struct scan *c)
{
    for (size_t i = 0; i < countof(rules); i++) rules[i](c);
}
