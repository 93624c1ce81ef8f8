/* The outside of a new file as its neighbours have it: rows by a mark in the neighbour's text, so that a controller
 * looks like the controllers that are there. Without a row the language's own skeleton is shown. */
#include "planner/offline/phases/frames.h"

#include <string.h>
#include "planner/offline/scene/facts.h"

struct frame {
    const char *ext, *mark; /* mark: in the neighbour */
    const char *text;       /* {package} {Type} {name} {camel} {Topic} {rules…} {routes} */
    const char *route;      /* one endpoint: {method} {Method} {path} {colon} {fn} {action} {args} {id} {rule}; NULL */
};
static const struct frame frames[] = {
    {"py", "APIRouter(", "\"\"\"{Topic}.\"\"\"\n\nfrom fastapi import APIRouter\n\nrouter = APIRouter()\n{routes}",
     "\n\n@router.{method}(\"{path}\")\ndef {fn}({pyargs}) -> dict:\n    \"\"\"{id}: {rule}.\"\"\"\n    raise "
     "NotImplementedError(\"{id}\")\n"},
    {"py", "Blueprint(",
     "\"\"\"{Topic}.\"\"\"\n\nfrom flask import Blueprint\n\nblueprint = Blueprint(\"{name}\", __name__)\n{routes}",
     "\n\n@blueprint.{method}(\"{path}\")\ndef {fn}({pyargs}):\n    \"\"\"{id}: {rule}.\"\"\"\n    raise "
     "NotImplementedError(\"{id}\")\n"},
    {"js", "Router()", "import { Router } from 'express';\n\nexport const {camel} = Router();\n{routes}",
     "\n// {id}: {rule}\n{camel}.{method}('{colon}', async (req, res) => {\n  throw new Error('{id}');\n});\n"},
    {"ts", "Router()", "import { Router } from 'express';\n\nexport const {camel} = Router();\n{routes}",
     "\n// {id}: {rule}\n{camel}.{method}('{colon}', async (req, res) => {\n  throw new Error('{id}');\n});\n"},
    {"jsx", "export ",
     "/**\n * {Topic}.\n *\n{rules*} */\nexport function {Type}({ value, onChange }) {\n  return <section "
     "aria-label=\"{Topic}\">{value}</section>;\n}\n",
     NULL},
    {"java", "@RestController",
     "package {package};\n\nimport org.springframework.web.bind.annotation.*;\n\n/** {Topic}. "
     "*/\n@RestController\npublic "
     "class {Type} {\n{routes}}\n",
     "    /** {id}: {rule}. */\n    @{Method}Mapping(\"{path}\")\n    public Object {camelfn}({javaargs}) {\n        "
     "throw "
     "new UnsupportedOperationException(\"{id}\");\n    }\n\n"},
    {"java", "@Service",
     "package {package};\n\nimport java.time.Clock;\nimport org.springframework.stereotype.Service;\n\n/**\n * "
     "{Topic}.\n *\n{rules*} */\n@Service\npublic class {Type} {\n    private final Clock clock;\n\n    public "
     "{Type}(Clock clock) {\n        this.clock = clock;\n    }\n}\n",
     NULL},
    {"java", "@Repository",
     "package {package};\n\nimport org.springframework.jdbc.core.simple.JdbcClient;\nimport "
     "org.springframework.stereotype.Repository;\n\n/**\n{rules*} */\n@Repository\npublic class {Type} {\n    private "
     "final JdbcClient jdbc;\n\n    public {Type}(JdbcClient jdbc) {\n        this.jdbc = jdbc;\n    }\n}\n",
     NULL},
    {"java", "package ",
     "package {package};\n\n/**\n * {Topic}.\n *\n{rules*} */\npublic final class {Type} {\n    private {Type}() "
     "{}\n}\n",
     NULL},
    {"rb", "< ApplicationController", "class {Type} < ApplicationController\n{routes}end\n",
     "  # {id}: {rule}\n  def {action}\n    head :not_implemented\n  end\n\n"},
    {"rb", "< ApplicationRecord", "{rules#}class {Type} < ApplicationRecord\nend\n", NULL},
    {"rb", "< ActiveJob::Base",
     "{rules#}class {Type} < ActiveJob::Base\n  queue_as :default\n\n  def perform(id)\n    raise "
     "NotImplementedError\n  "
     "end\nend\n",
     NULL},
    {"rb", "< ApplicationJob",
     "{rules#}class {Type} < ApplicationJob\n  queue_as :default\n\n  def perform(id)\n    raise NotImplementedError\n "
     " "
     "end\nend\n",
     NULL},
    {"go", "cobra.Command",
     "package {folder}\n\nimport \"github.com/spf13/cobra\"\n\n{rules//}func {camel}Command() *cobra.Command "
     "{\n\treturn "
     "&cobra.Command{\n\t\tUse:  \"{kebab}\",\n\t\tRunE: func(cmd *cobra.Command, args []string) error {\n\t\t\treturn "
     "cmd.Help()\n\t\t},\n\t}\n}\n",
     NULL},
    {"go", "package ",
     "package {folder}\n\nimport \"time\"\n\n// {Type} keeps these rules:\n//\n{rules//}type {Type} struct {\n\tnow "
     "func() "
     "time.Time\n}\n\n// New{Type} takes the clock, so that tests decide what time it is.\nfunc New{Type}(now func() "
     "time.Time) *{Type} {\n\treturn &{Type}{now: now}\n}\n",
     NULL},
    {"rs", "#[derive(ClapArgs)]",
     "//! {Topic}.\n//!\n{rules//!}\nuse clap::Args as ClapArgs;\n\n#[derive(ClapArgs)]\npub struct Args {}\n", NULL},
    {"php", "extends Controller",
     "<?php\n\nnamespace App\\Http\\Controllers;\n\nclass {Type} extends Controller\n{\n{routes}}\n",
     "    /** {id}: {rule}. */\n    public function {action}()\n    {\n        abort(501);\n    }\n\n"},
};

/* --- endpoints ---------------------------------------------------------------------------------------------------- */
struct route {
    const char *method, *path; /* lower case; without query */
    const char *last;          /* its last named segment */
    bool one, named;           /* ends in a parameter; in a segment below the resource */
};

static const char *lower(struct arena *a, const char *s)
{
    char *t = arena_dup(a, s);
    for (char *p = t; p && *p; p++)
        if (*p >= 'A' && *p <= 'Z') *p = (char)(*p - 'A' + 'a');
    return t ? t : "";
}

static struct route route_of(const struct scene *s, const struct extract_endpoint *ep)
{
    struct route r = {.method = lower(s->a, ep->method ? ep->method : "GET"),
                      .path = arena_dup_n(s->a, ep->path, strcspn(ep->path, "?"))};
    size_t segments = 0;
    if (!r.path) r.path = "";
    for (const char *p = r.path; *p;) {
        size_t n;
        p += strspn(p, "/");
        n = strcspn(p, "/");
        if (n == 0) break;
        r.one = strchr("{:<", p[0]) != NULL;
        if (!r.one) r.last = arena_dup_n(s->a, p, n), segments++;
        p += n;
    }
    r.named = segments > 1 && !r.one;
    return r;
}

/* What Rails and Laravel call it. */
static const char *action_of(const struct scene *s, const struct route *r)
{
    if (r->named) return name_styled(s->a, r->last, NAME_SNAKE);
    if (strcmp(r->method, "post") == 0) return "create";
    if (strcmp(r->method, "delete") == 0) return "destroy";
    if (strcmp(r->method, "get") == 0) return r->one ? "show" : "index";
    return "update";
}

/* "/a/{id}/b" with each parameter written anew: prefix and suffix around its name. */
static const char *parameters(const struct scene *s, const char *path, const char *before, const char *after, bool only)
{
    auto_buf b = BUF_INIT(2000);
    bool any = false;
    for (const char *p = path; *p;) {
        size_t n = strcspn(p, "{"), m = p[n] ? strcspn(p + n, "}") : 0;
        if (!only) buf_add(&b, p, n);
        p += n;
        if (m < 2 || !p[m]) {
            if (!only) buf_str(&b, p);
            break;
        }
        buf_fmt(&b, "%s%s%.*s%s", only && any ? ", " : "", before, (int)m - 1, p + 1, after);
        any = true;
        p += m + 1;
    }
    return prose_take(s->a, &b);
}

const char *endpoint_call(const struct scene *s, const struct extract_endpoint *ep, const char **ret_method)
{
    struct route r = route_of(s, ep);
    auto_buf b = BUF_INIT(2000);
    *ret_method = r.method;
    for (const char *p = r.path ? r.path : ""; *p; p++) {
        if (*p != '{') {
            buf_char(&b, *p);
            continue;
        }
        buf_char(&b, '1');
        p += strcspn(p, "}");
        if (!*p) break;
    }
    return prose_take(s->a, &b);
}

/* For string literals and comments of any language. */
const char *harmless_text(const struct scene *s, const char *text)
{
    auto_buf b = BUF_INIT(4096);
    for (const char *p = text; p && *p; p++) {
        if (*p == '\'') buf_str(&b, "’");
        else if (*p == '\\' || *p == '\n' || (*p == '*' && p[1] == '/')) buf_char(&b, ' ');
        else if (*p != '"' && *p != '`') buf_char(&b, *p);
    }
    return prose_clean(s->a, (struct span){buf_cstr(&b), b.n}, 200);
}

const char *one_newline(char *text)
{
    size_t n = text ? strlen(text) : 0;
    while (n > 1 && text[n - 1] == '\n' && text[n - 2] == '\n') text[--n] = '\0';
    return text;
}

static const char *routes_text(const struct scene *s, const struct work *w, const char *template, const char *camel)
{
    auto_buf b = BUF_INIT(16384);
    text_list done = {0};
    for (size_t i = 0; template && i < w->needs.n; i++) {
        const struct need *n = w->needs.v[i];
        const char *fn, *key;
        struct route r;
        if (!n->endpoint) continue;
        r = route_of(s, n->endpoint);
        key = arena_fmt(s->a, "%s %s", r.method, r.path);
        if (prose_list_has(done.v, done.n, key)) continue;
        prose_list_add(s->a, &done, key);
        fn = name_styled(s->a, arena_fmt(s->a, "%s %s", r.method, parameters(s, r.path, "by ", "", false)), NAME_SNAKE);
        buf_str(&b, FILL(s->a, template, {"method", r.method}, {"Method", name_styled(s->a, r.method, NAME_PASCAL)},
                         {"path", r.path}, {"colon", parameters(s, r.path, ":", "", false)}, {"fn", fn},
                         {"camelfn", name_styled(s->a, name_words(s->a, fn), NAME_CAMEL)}, {"camel", camel},
                         {"action", action_of(s, &r)}, {"pyargs", parameters(s, r.path, "", ": str", true)},
                         {"javaargs", parameters(s, r.path, "@PathVariable String ", "", true)}, {"id", n->r.id},
                         {"rule", harmless_text(s, plain_need(s, n, 200))}));
    }
    return one_newline(prose_take(s->a, &b));
}

/* --- files -------------------------------------------------------------------------------------------------------- */
const char *package_of(const struct scene *s, const char *path)
{
    static const char *const roots[] = {"src/main/java/", "src/test/java/", "src/main/kotlin/", "src/test/kotlin/"};
    struct span dir = file_dir(path);
    char *t = arena_dup_n(s->a, dir.p, dir.n);
    for (size_t i = 0; t && i < countof(roots); i++) {
        char *at = strstr(t, roots[i]);
        if (at) t = at + strlen(roots[i]);
    }
    for (char *p = t; p && *p; p++)
        if (*p == '/') *p = '.';
    return t ? t : "";
}

/* As the files beside it say, else as the folder is called. */
const char *go_package(const struct scene *s, size_t codebase, const char *path)
{
    const struct facts *f = facts_of(s);
    struct span dir = file_dir(path);
    for (size_t i = 0; i < f->files.n; i++) {
        const struct code_file *c = &f->files.v[i];
        struct span d = file_dir(c->path);
        const char *clause = c->content && strncmp(c->content, "package ", 8) == 0 ? c->content
                             : c->content                                          ? strstr(c->content, "\npackage ")
                                                                                   : NULL;
        if (!clause || c->codebase != codebase || strcmp(file_ext(c->path), "go") != 0 || d.n != dir.n ||
            memcmp(d.p, dir.p, d.n) != 0 || c->test)
            continue;
        clause = strchr(clause, ' ') + 1;
        return arena_dup_n(s->a, clause, strcspn(clause, " \t\r\n/"));
    }
    return folder_of(s, path);
}

const char *folder_of(const struct scene *s, const char *path)
{
    struct span dir = file_dir(path);
    const char *slash = dir.n ? memrchr(dir.p, '/', dir.n) : NULL;
    if (dir.n == 0) return "main";
    return slash ? arena_dup_n(s->a, slash + 1, dir.n - (size_t)(slash + 1 - dir.p)) : arena_dup_n(s->a, dir.p, dir.n);
}

const char *inner_part(const char *full)
{
    const char *cut = full ? strstr(full, "//") : NULL;
    return cut ? cut + 2 : full;
}

const char *frame_code(const struct scene *s, const struct work *w, const struct var *v, size_t n_vars)
{
    const char *path = inner_part(w->path), *ext = file_ext(path), *routes, *half;
    const struct code_file *near = w->near ? facts_file(s, w->near->codebase, w->near->path) : NULL;
    const char *content = near ? near->content : w->near ? w->near->content : NULL;
    const char *camel =
        name_styled(s->a, name_words(s->a, arena_dup_n(s->a, file_stem(path).p, file_stem(path).n)), NAME_CAMEL);
    for (size_t i = 0; content && i < countof(frames); i++) {
        if (strcmp(frames[i].ext, ext) != 0 || !strstr(content, frames[i].mark)) continue;
        routes = routes_text(s, w, frames[i].route, camel);
        if (frames[i].route && !*routes) return NULL;
        half = template_fill(s->a, frames[i].text, v, n_vars);
        return half ? FILL(s->a, half, {"package", package_of(s, path)}, {"folder", go_package(s, w->codebase, path)},
                           {"camel", camel}, {"kebab", name_styled(s->a, name_words(s->a, camel), NAME_KEBAB)},
                           {"routes", routes})
                    : NULL;
    }
    return NULL;
}
