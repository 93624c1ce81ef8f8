/* Interfaces that are written down: OpenAPI in YAML and JSON, and the HTTP events of serverless.yml. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#include "survey/json.h"
#include "survey/routes.h"
#include "survey/yaml.h"

#define FILE_MAX ((size_t)4 << 20)

static const char *const methods[] = {"get", "post", "put", "patch", "delete", "head", "options", "trace"};

static const char *method_of(const char *key)
{
    static const char *const upper[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"};
    for (size_t i = 0; i < countof(methods); i++)
        if (strcasecmp(key, methods[i]) == 0) return upper[i];
    return NULL;
}

static void add(struct scan *c, const char *method, const char *route, const char *path, int64_t line,
                const char *source)
{
    const struct survey_route d = {.method = method,
                                   .route = arena_dup(c->a, route),
                                   .path = arena_dup(c->a, path),
                                   .line = line,
                                   .source = source};
    if (d.route && d.path) scan_route(c, &d);
}

static void yaml_paths(struct scan *c, const char *path, const struct yaml_node *root)
{
    const struct yaml_node *paths = yaml_get(root, "paths");
    for (size_t i = 0; paths && i < paths->pairs.n; i++) {
        const struct yaml_node *item = paths->pairs.v[i].value;
        for (size_t j = 0; j < item->pairs.n; j++) {
            const char *method = method_of(item->pairs.v[j].key);
            if (method) add(c, method, paths->pairs.v[i].key, path, item->pairs.v[j].line, "OpenAPI");
        }
    }
}

static void json_paths(struct scan *c, const char *path, const struct buf *text)
{
    struct manifest_text m = {.path = path, .text = buf_cstr(text), .n = text->n};
    struct err e = {0};
    auto_json root = NULL;
    const char *route, *verb;
    json_t *item, *v;
    if (json_parse_loose(m.text, m.n, &root, &e) != ERR_OK) return;
    json_object_foreach(json_object_get(root, "paths"), route, item)
        json_object_foreach(item, verb, v) if (method_of(verb))
            add(c, method_of(verb), route, path, json_line(&m, route, verb), "OpenAPI");
}

/* handler: src/upload.handler */
static void serverless_entry(struct scan *c, const char *path, const char *handler)
{
    static const char *const ends_with[] = {"ts", "js", "mjs", "py", "go", "rb"};
    const char *dot = handler ? strrchr(handler, '.') : NULL, *dir = path_dir(c->a, path);
    for (size_t i = 0; dot && dir && i < countof(ends_with); i++) {
        const char *file = arena_fmt(c->a, "%.*s.%s", (int)(dot - handler), handler, ends_with[i]);
        if (file) entry_of_file(c, dir, file);
    }
}

/* functions: x: events: - http: { method: get, path: /x }, - httpApi: "GET /x" */
static void serverless(struct scan *c, const char *path, const struct yaml_node *root)
{
    static const char *const kinds[] = {"http", "httpApi"};
    const struct yaml_node *functions = yaml_get(root, "functions");
    for (size_t i = 0; functions && i < functions->pairs.n; i++) {
        const struct yaml_node *events = yaml_get(functions->pairs.v[i].value, "events");
        serverless_entry(c, path, yaml_str(functions->pairs.v[i].value, "handler"));
        for (size_t j = 0; events && j < events->items.n; j++)
            for (size_t k = 0; k < countof(kinds); k++) {
                const struct yaml_node *http = yaml_get(events->items.v[j], kinds[k]);
                const char *method = yaml_str(http, "method"), *route = yaml_str(http, "path");
                if (http && http->s) {
                    size_t n = strcspn(http->s, " ");
                    method = arena_dup_n(c->a, http->s, n);
                    route = http->s + n + strspn(http->s + n, " ");
                }
                if (!method || !route || !route[0]) continue;
                method = method_of(method) ? method_of(method) : "ANY";
                add(c, method, route[0] == '/' ? route : arena_fmt(c->a, "/%s", route), path, http->line, "Serverless");
            }
    }
}

/* Resources: X: Type: AWS::Serverless::Function; its handler lies below CodeUri, and it answers what its events say. */
static void sam_function(struct scan *c, const char *path, const struct yaml_node *properties)
{
    const struct yaml_node *events = yaml_get(properties, "Events");
    const char *handler = yaml_str(properties, "Handler"), *code = yaml_str(properties, "CodeUri");
    char *file = handler ? arena_dup(c->a, handler) : NULL, *last = file ? strrchr(file, '.') : NULL;
    for (char *p = file; p && p < last; p++)
        if (*p == '.') *p = '/'; /* Python's modules */
    if (file && code && starts(code, "./")) code += 2;
    if (file && code && code[0] && !is(code, "."))
        file = (char *)arena_fmt(c->a, "%.*s/%s", (int)(strlen(code) - ends(code, "/")), code, file);
    serverless_entry(c, path, file);
    for (size_t i = 0; events && i < events->pairs.n; i++) {
        const struct yaml_node *event = events->pairs.v[i].value, *at = yaml_get(event, "Properties");
        const char *type = yaml_str(event, "Type"), *method = yaml_str(at, "Method"), *route = yaml_str(at, "Path");
        if ((!is(type, "Api") && !is(type, "HttpApi")) || !route || route[0] != '/') continue;
        method = method ? method_of(method) : NULL;
        add(c, method ? method : "ANY", route, path, yaml_get(at, "Path")->line, "Serverless");
    }
}

/* Names of places to deploy to among what a parameter may be. */
static void sam_stages(struct scan *c, const char *path, const struct yaml_node *parameters)
{
    for (size_t i = 0; parameters && i < parameters->pairs.n; i++) {
        const struct yaml_node *values = yaml_get(parameters->pairs.v[i].value, "AllowedValues");
        for (size_t j = 0; values && j < values->items.n; j++)
            if (values->items.v[j]->s &&
                (strcasestr(parameters->pairs.v[i].key, "stage") || strcasestr(parameters->pairs.v[i].key, "env")))
                scan_environment(c, values->items.v[j]->s, path, values->items.v[j]->line);
    }
}

static void sam(struct scan *c, const char *path, const struct yaml_node *root)
{
    const struct yaml_node *resources = yaml_get(root, "Resources");
    sam_stages(c, path, yaml_get(root, "Parameters"));
    for (size_t i = 0; resources && i < resources->pairs.n; i++)
        if (is(yaml_str(resources->pairs.v[i].value, "Type"), "AWS::Serverless::Function"))
            sam_function(c, path, yaml_get(resources->pairs.v[i].value, "Properties"));
}

/* "GET  /posts/:id  controllers.Posts.show(id)" in conf/routes of Play. */
static void play(struct scan *c)
{
    auto_buf text = BUF_INIT(FILE_MAX + 1);
    for (const struct scan_file *f = scan_named(c, "routes", NULL); f; f = scan_named(c, "routes", f)) {
        const char *at, *line;
        size_t n;
        if (!path_like("*conf/routes", f->f->path) || f->test || !scan_read(c, f->f, FILE_MAX, false, &text)) continue;
        at = buf_cstr(&text);
        for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
            size_t verb = name_span(line, ""), from = verb + strspn(line + verb, " \t");
            const char *method = verb && verb < n ? arena_dup_n(c->a, line, verb) : NULL;
            if (!method || !isupper((unsigned char)*method) || !(method = method_of(method)) || line[from] != '/')
                continue;
            add(c, method, route_clean(c->a, arena_dup_n(c->a, line + from, strcspn(line + from, " \t\n"))), f->f->path,
                number, "Play");
        }
    }
}

struct api_file {
    const char *pattern;
};
static const struct api_file documents[] = {
    {"*openapi*.yaml"}, {"*openapi*.yml"},   {"*openapi*.json"}, {"*swagger*.yaml"},
    {"*swagger*.yml"},  {"*swagger*.json"},  {"api.yaml"},       {"api.yml"},
    {"serverless.yml"}, {"serverless.yaml"}, {"template.yaml"},  {"template.yml"},
};

static void read_document(struct scan *c, const char *path, const struct buf *text)
{
    struct yaml_docs docs;
    bool is_json = ends(path, ".json"), server = starts(path_base(path), "serverless.");
    bool model = starts(path_base(path), "template.");
    if (model && !strstr(buf_cstr(text), "AWS::Serverless")) return;
    if (!server && !model && !strstr(buf_cstr(text), "openapi") && !strstr(buf_cstr(text), "swagger")) return;
    if (is_json) {
        json_paths(c, path, text);
        return;
    }
    if (!yaml_read(buf_cstr(text), text->n, c->a, &docs)) {
        scan_problem(c, path, docs.wrong_line, "does not parse as YAML: %s", docs.wrong);
        return;
    }
    for (size_t i = 0; i < docs.docs.n; i++) {
        if (server) serverless(c, path, docs.docs.v[i]);
        else if (model) sam(c, path, docs.docs.v[i]);
        else if (yaml_get(docs.docs.v[i], "openapi") || yaml_get(docs.docs.v[i], "swagger"))
            yaml_paths(c, path, docs.docs.v[i]);
    }
}

void detect_openapi(struct scan *c)
{
    auto_buf text = BUF_INIT(FILE_MAX + 1);
    struct patterns names;
    if (!patterns_make(&names, c->a, documents, countof(documents), sizeof documents[0])) return;
    for (size_t i = 0; i < c->files.n && !c->failed; i++) {
        const struct scan_file *f = &c->files.v[i];
        if (f->foreign || f->fixture || f->test || patterns_next(&names, f->f->path, 0) < 0) continue;
        if (scan_read(c, f->f, FILE_MAX, false, &text)) read_document(c, f->f->path, &text);
    }
    play(c);
}
