/* Routes in Python: FastAPI, Flask, Starlette, Litestar, Django and its REST framework. */
#include "survey/routes.h"

#include <string.h>

enum tag { VERB, ROUTE, ROUTER, BLUEPRINT, INCLUDE, REGISTER, PATH, RE_PATH, DRF, ADD_URL, CONSTANT, BARE, HANDLERS };
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
    {"url(", RE_PATH},
    {".register(", DRF},
    {"add_url_rule(", ADD_URL},
    {"= \"/", CONSTANT},
    {"@get(", BARE},
    {"@post(", BARE},
    {"@put(", BARE},
    {"@patch(", BARE},
    {"@delete(", BARE},
    {"route_handlers=", HANDLERS},
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
    if (pattern) { /* r'^articles/feed/?$': a slash that may be there */
        size_t n = strlen(route);
        n -= n && route[n - 1] == '$';
        if (n > 1 && route[n - 1] == '?' && route[n - 2] == '/') n -= 2;
        route = arena_dup_n(x->c->a, route, n);
        if (route) route = route_clean(x->c->a, route);
    }
    if (!route) return;
    include = memmem(rest, (size_t)(end > rest ? end - rest : 0), "include(", 8);
    if (include) {
        const char *p = include + 8, *to = first_argument(x->c->a, p, NULL);
        p += strspn(p, " \t\r\n(");
        if (!to && p[name_span(p, "_.")] == '(') return; /* what a function makes */
        route_mount(x, "urlpatterns", route, to ? to : arena_dup_n(x->c->a, p, name_span(p, "_.")));
        return;
    }
    if (memmem(rest, (size_t)(end > rest ? end - rest : 0), "admin.site", 10)) return;
    route_add(x, at, "ANY", "urlpatterns", route, "Django");
}

/* router.register("patients", PatientViewSet) */
static void take_viewset(struct route_file *x, const char *at)
{
    const char *open = strchr(at, '(') + 1, *rest, *route = first_argument(x->c->a, open, &rest), *last;
    const char *name = name_before(x->c->a, x->f->text, at);
    if (!route || !strstr(name, "router") || !is_django(x)) return;
    if (*route == 'r' && route[1] == '"') route++;
    rest += strspn(rest, " ,\t\r\n");
    last = arena_dup_n(x->c->a, rest, name_span(rest, "_."));
    if (!last) return;
    if (strrchr(last, '.')) last = strrchr(last, '.') + 1;
    route_add(x, at, arena_fmt(x->c->a, "=%s", last), name,
              arena_fmt(x->c->a, "%s%s", route, ends(route, "/") ? "" : "/"), "Django REST framework");
}

/* lookup_field = 'slug', in a class's body: what the parameter is called. */
static void look_up(struct route_file *x, const char *name, const char *body)
{
    const char *end = strstr(body, "\nclass ");
    size_t n = end ? (size_t)(end - body) : strlen(body);
    const char *at = memmem(body, n, "lookup_field =", 14);
    if (at) route_constant(x, arena_fmt(x->c->a, "%s lookup", name), quoted(x->c->a, at, NULL));
}

/* class PatientViewSet(mixins.ListModelMixin, viewsets.GenericViewSet): what it is made of says what it answers. */
static void read_viewsets(struct route_file *x)
{
    if (!strstr(x->f->text, "rest_framework") && !strstr(x->f->text, "ViewSet(")) return;
    for (const char *p = strstr(x->f->text, "class "); p; p = strstr(p + 6, "class ")) {
        size_t n = name_span(p + 6, "_");
        const char *open = p + 6 + n, *name = arena_dup_n(x->c->a, p + 6, n);
        if ((p > x->f->text && p[-1] != '\n') || !n || *open != '(') continue;
        route_constant(x, name, arena_dup_n(x->c->a, open + 1, (size_t)(call_end(open + 1) - open - 1)));
        look_up(x, name, call_end(open + 1));
    }
}

/* --- Litestar ---------------------------------------------------------------------------------------------------- */
/* class Rooms(Controller): path = "/rooms": the class that a place in its body belongs to; NULL: none. */
static const char *controller_at(struct route_file *x, const char *at, const char **ret_path)
{
    const char *found, *path, *end;
    *ret_path = "";
    if (at == x->f->text || at[-1] == '\n') return NULL; /* not within a body */
    for (const char *p = x->seen ? x->seen : x->f->text; p < at && (p = memmem(p, (size_t)(at - p), "\nclass ", 7));
         p++)
        x->class = p + 7;
    x->seen = at;
    found = x->class;
    if (!found) return NULL;
    end = strstr(found, "\n    @");
    path = strstr(found, "\n    path");
    if (path && (!end || path < end) && memchr(path, '=', strcspn(path + 1, "\n")))
        *ret_path = quoted(x->c->a, path + 1, NULL);
    if (!*ret_path) *ret_path = "";
    return arena_dup_n(x->c->a, found, name_span(found, "_"));
}

/* @get("/{room_id:int}"): what serves it, a controller or the function itself, is mounted by name. */
static void take_bare(struct route_file *x, const char *at)
{
    const char *open = strchr(at, '(') + 1, *route = first_argument(x->c->a, open, NULL), *path, *name, *def;
    if (!strstr(x->f->text, "litestar") && !strstr(x->f->text, "starlite")) return;
    if (!route) route = named_argument(x->c->a, open, "path");
    name = controller_at(x, at, &path);
    def = name ? NULL : strstr(call_end(open), "def ");
    if (def) name = arena_dup_n(x->c->a, def + 4, name_span(def + 4, "_"));
    route_add(x, at, method_upper(x->c->a, at + 1, (size_t)(open - at - 2)), name,
              route_join(x->c->a, path, route && !is(route, "/") ? route : ""), "Litestar");
}

/* Router(path="/api", route_handlers=[Rooms, health]), Litestar(route_handlers=[…]) */
static void take_handlers(struct route_file *x, const char *at)
{
    const char *open = at, *end, *prefix, *name;
    int depth = 0;
    while (open > x->f->text && !(*open == '(' && depth == 0)) {
        depth += (*open == ')') - (*open == '(');
        open--;
    }
    if (*open != '(') return;
    prefix = named_argument(x->c->a, open + 1, "path");
    name = assigned_name(x->c->a, x->f->text, open);
    end = call_end(open + 1);
    for (const char *p = at + strlen("route_handlers="); p < end && *p != ']'; p++) {
        size_t n = name_span(p, "_");
        if (n) route_mount(x, name, prefix ? prefix : "", arena_dup_n(x->c->a, p, n));
        p += n ? n - 1 : 0;
    }
}

void routes_python(struct route_file *x)
{
    struct needles **p = &x->c->routes->needles[1];
    struct needle_walk w = {x->f->text, x->f->text + x->f->n, 0, 0};
    bool imported = false;
    const char *at;
    int tag;
    if (!*p) {
        *p = needles_new(x->c->a, countof(literals));
        for (size_t i = 0; *p && i < countof(literals); i++) needles_add(*p, literals[i].text, (int)literals[i].tag);
    }
    read_viewsets(x);
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
        case BARE: take_bare(x, at); break;
        case HANDLERS: take_handlers(x, at); break;
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

/* --- Django REST framework's sets of views ------------------------------------------------------------------------ */
struct viewset_verb {
    const char *base, *method;
    bool detail;
};
static const struct viewset_verb viewset_verbs[] = {
    {"ListModelMixin", "GET", false},       {"CreateModelMixin", "POST", false},
    {"RetrieveModelMixin", "GET", true},    {"UpdateModelMixin", "PUT", true},
    {"UpdateModelMixin", "PATCH", true},    {"DestroyModelMixin", "DELETE", true},
    {"ModelViewSet", "GET", false},         {"ModelViewSet", "POST", false},
    {"ModelViewSet", "GET", true},          {"ModelViewSet", "PUT", true},
    {"ModelViewSet", "PATCH", true},        {"ModelViewSet", "DELETE", true},
    {"ReadOnlyModelViewSet", "GET", false}, {"ReadOnlyModelViewSet", "GET", true},
};

static const char *constant_of(const struct routes *r, const char *name, size_t n)
{
    for (size_t i = 0; n && i < r->constants.n; i++)
        if (strlen(r->constants.v[i].name) == n && strncmp(r->constants.v[i].name, name, n) == 0)
            return r->constants.v[i].prefix;
    return NULL;
}

/* The rows that a class of these bases answers to, a bit each; bases of one's own are looked into. */
static unsigned viewset_rows(const struct routes *r, const char *bases, int depth)
{
    unsigned rows = 0;
    for (const char *p = bases; p && *p && depth < 5; p += *p != '\0') {
        size_t n = name_span(p, "_");
        for (size_t i = 0; n && i < countof(viewset_verbs); i++)
            if (strlen(viewset_verbs[i].base) == n && strncmp(viewset_verbs[i].base, p, n) == 0) rows |= 1U << i;
        if (n) rows |= viewset_rows(r, constant_of(r, p, n), depth + 1);
        p += n;
    }
    return rows;
}

void routes_viewset(struct scan *c, const struct survey_route *d)
{
    unsigned rows = viewset_rows(c->routes, constant_of(c->routes, d->method + 1, strlen(d->method + 1)), 0);
    struct survey_route one = *d;
    const char *key = arena_fmt(c->a, "%s lookup", d->method + 1);
    const char *parameter = key ? constant_of(c->routes, key, strlen(key)) : NULL;
    for (size_t i = 0; i < countof(viewset_verbs); i++) {
        if (!(rows >> i & 1)) continue;
        one.method = viewset_verbs[i].method;
        one.route =
            viewset_verbs[i].detail ? arena_fmt(c->a, "%s{%s}/", d->route, parameter ? parameter : "pk") : d->route;
        if (one.route) scan_route(c, &one);
    }
    one.method = "ANY";
    if (!rows) scan_route(c, &one);
}
