/* Routes in Python: FastAPI, Flask, Starlette, Django and its REST framework. */
#include "survey/routes.h"

#include <string.h>

enum tag { VERB, ROUTE, ROUTER, BLUEPRINT, INCLUDE, REGISTER, PATH, RE_PATH, DRF, ADD_URL, CONSTANT };
static const struct {
    const char *text;
    enum tag tag;
} literals[] = {
    {".get(", VERB},
    {".post(", VERB},
    {".put(", VERB},
    {".patch(", VERB},
    {".delete(", VERB},
    {".route(", ROUTE},
    {".api_route(", ROUTE},
    {"APIRouter(", ROUTER},
    {"Blueprint(", BLUEPRINT},
    {"APIBlueprint(", BLUEPRINT},
    {"include_router(", INCLUDE},
    {"register_blueprint(", REGISTER},
    {"path(", PATH},
    {"re_path(", RE_PATH},
    {".register(", DRF},
    {"add_url_rule(", ADD_URL},
    {"= \"/", CONSTANT},
};

/* from .api import rooms, users; from app.api.rooms import router as rooms_router; import a.b as c */
static void read_import(struct route_file *x, const char *line, size_t n)
{
    const char *text = trim_copy(x->c->a, line, n), *p, *module;
    size_t len;
    if (!text || (!starts(text, "from ") && !starts(text, "import "))) return;
    p = text + (text[0] == 'f' ? 5 : 7);
    len = name_span(p, "_.");
    module = arena_dup_n(x->c->a, p, len);
    p += len;
    if (!module) return;
    if (text[0] == 'i') {
        const char *as = strstr(p, " as ");
        const char *last = strrchr(module, '.') ? strrchr(module, '.') + 1 : module;
        route_import(x, as ? arena_dup_n(x->c->a, as + 4, name_span(as + 4, "_")) : last, module);
        return;
    }
    p = strstr(p, "import");
    for (p = p ? p + 6 : ""; *p;) {
        const char *name, *as;
        p += strspn(p, " ,()\t");
        len = name_span(p, "_");
        if (!len) return;
        name = arena_dup_n(x->c->a, p, len);
        p += len;
        as = name;
        if (starts(p, " as ")) {
            len = name_span(p + 4, "_");
            as = arena_dup_n(x->c->a, p + 4, len);
            p += 4 + len;
        }
        route_import(x, as, name ? arena_fmt(x->c->a, "%s.%s", module, name) : NULL);
    }
}

static void read_imports(struct route_file *x)
{
    const char *at = x->f->text, *line;
    size_t n;
    while ((line = next_line(&at, &n)))
        if (n > 6 && (line[0] == 'f' || line[0] == 'i' || line[0] == ' ')) read_import(x, line, n);
}

static bool is_decorator(const char *text, const char *at)
{
    while (at > text && at[-1] != '\n') at--;
    return at[strspn(at, " \t")] == '@';
}

static void take_verb(struct route_file *x, const char *at)
{
    const char *open = strchr(at, '('), *name = name_before(x->c->a, x->f->text, at),
               *route = first_argument(x->c->a, open + 1, NULL);
    const char *full;
    if (!is_decorator(x->f->text, at)) return;
    if (!route) route = named_argument(x->c->a, open + 1, "path");
    if (!route || (route[0] && route[0] != '/')) return;
    full = route_join(x->c->a, route_var_prefix(x, name), route);
    if (full) route_add(x, at, method_upper(x->c->a, at + 1, (size_t)(open - at - 1)), name, full, "decorator");
}

/* @app.route("/x", methods=["GET", "POST"]) */
static void take_route(struct route_file *x, const char *at)
{
    const char *open = strchr(at, '(') + 1, *name = name_before(x->c->a, x->f->text, at), *end = call_end(open), *p;
    const char *route = first_argument(x->c->a, open, NULL), *full;
    if (!is_decorator(x->f->text, at) || !route || (route[0] != '/' && route[0])) return;
    full = route_join(x->c->a, route_var_prefix(x, name), route);
    if (full && ends(route, "/") && !ends(full, "/")) full = arena_fmt(x->c->a, "%s/", full);
    p = memmem(open, (size_t)(end - open), "methods", 7);
    if (!p) {
        route_add(x, at, "GET", name, full, "decorator");
        return;
    }
    for (p += strcspn(p, "[("); p < end && *p && *p != ']';) {
        const char *method = NULL;
        p += strcspn(p, "'\"]");
        if (*p != ']' && p < end) method = quoted(x->c->a, p, &p);
        else break;
        if (!method) return;
        route_add(x, at, method_upper(x->c->a, method, strlen(method)), name, full, "decorator");
    }
}

/* prefix=settings.API_V1_STR: the name, to be looked up when all files have been read. */
static const char *named_constant(struct route_file *x, const char *open, const char *key)
{
    const char *end = call_end(open), *p = memmem(open, (size_t)(end - open), key, strlen(key)), *name;
    size_t n;
    if (!p) return NULL;
    p += strlen(key);
    p += strspn(p, " =");
    n = name_span(p, "_.");
    name = n ? arena_dup_n(x->c->a, p, n) : NULL;
    return name ? arena_fmt(x->c->a, "=%s", strrchr(name, '.') ? strrchr(name, '.') + 1 : name) : NULL;
}

static void take_mount(struct route_file *x, const char *at, const char *key)
{
    const char *open = strchr(at, '(') + 1, *prefix = named_argument(x->c->a, open, key);
    const char *name = at > x->f->text && at[-1] == '.' ? name_before(x->c->a, x->f->text, at - 1) : NULL;
    if (!prefix) prefix = named_constant(x, open, key);
    open += strspn(open, " \t\r\n");
    if (starts(open, "router=")) open += 7;
    route_mount(x, name, prefix ? prefix : "", arena_dup_n(x->c->a, open, name_span(open, "_.")));
}

static bool is_django(struct route_file *x)
{
    return strstr(x->f->text, "urlpatterns") || strstr(x->f->text, "django.urls");
}

/* path("visits/", include("visits.urls")) and path("x/", view) */
static void take_path(struct route_file *x, const char *at, bool pattern)
{
    const char *open = strchr(at, '(') + 1, *rest, *route = first_argument(x->c->a, open, &rest), *end = call_end(open),
               *include;
    if (at > x->f->text && (name_span(at - 1, "_.") || at[-1] == '.')) return;
    if (!route || !is_django(x)) return;
    if (pattern) route = route_clean(x->c->a, route);
    if (!route) return;
    include = memmem(rest, (size_t)(end > rest ? end - rest : 0), "include(", 8);
    if (include) {
        const char *p = include + 8, *to = first_argument(x->c->a, p, NULL);
        p += strspn(p, " \t\r\n(");
        route_mount(x, "urlpatterns", route, to ? to : arena_dup_n(x->c->a, p, name_span(p, "_.")));
        return;
    }
    if (memmem(rest, (size_t)(end > rest ? end - rest : 0), "admin.site", 10)) return;
    route_add(x, at, "ANY", "urlpatterns", route, "Django");
}

/* router.register("patients", PatientViewSet) */
static void take_viewset(struct route_file *x, const char *at)
{
    const char *open = strchr(at, '(') + 1, *rest, *route = first_argument(x->c->a, open, &rest);
    const char *name = name_before(x->c->a, x->f->text, at);
    if (!route || !strstr(name, "router") || !is_django(x)) return;
    if (*route == 'r' && route[1] == '"') route++;
    route_add(x, at, "ANY", name, arena_fmt(x->c->a, "%s%s", route, ends(route, "/") ? "" : "/"),
              "Django REST framework");
}

void routes_python(struct route_file *x)
{
    struct needles **p = &x->c->routes->needles[1];
    struct needle_walk w = {x->f->text, x->f->text + x->f->n, 0, 0 };
    bool imported = false;
    const char *at;
    int tag;
    if (!*p) {
        *p = needles_new(x->c->a, countof(literals));
        for (size_t i = 0; *p && i < countof(literals); i++) needles_add(*p, literals[i].text, (int)literals[i].tag);
    }
    while (*p && needles_next(*p, &w, &tag, &at)) {
        const char *paren = strchr(at, '('), *open = paren ? paren + 1 : at, *prefix;
        if (line_is_comment(x->f->text, at) || in_long_text(x->f->text, at)) continue;
        if (!imported) read_imports(x);
        imported = true;
        switch ((enum tag)tag) {
        case VERB: take_verb(x, at); break;
        case ROUTE: take_route(x, at); break;
        case ROUTER:
        case BLUEPRINT:
            prefix = named_argument(x->c->a, open, tag == ROUTER ? "prefix" : "url_prefix");
            route_var(x, assigned_name(x->c->a, x->f->text, at), prefix ? prefix : "");
            break;
        case INCLUDE: take_mount(x, at, "prefix"); break;
        case REGISTER: take_mount(x, at, "url_prefix"); break;
        case PATH: take_path(x, at, false); break;
        case RE_PATH: take_path(x, at, true); break;
        case DRF: take_viewset(x, at); break;
        case CONSTANT: /* API_V1_STR: str = "/api/v1" */
            prefix = assigned_name(x->c->a, x->f->text, at + 1);
            if (prefix && prefix[0] && name_span(prefix, "_") == strlen(prefix))
                route_constant(x, prefix, quoted(x->c->a, at, NULL));
            break;
        case ADD_URL: {
            const char *route = first_argument(x->c->a, open, NULL);
            if (route)
                route_add(x, at, "GET", at > x->f->text ? name_before(x->c->a, x->f->text, at - 1) : NULL, route,
                          "Flask");
            break;
        }
        }
    }
}
