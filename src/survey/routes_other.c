/* Routes in PHP (Laravel, Slim, Symfony), Rust (axum, actix, Rocket), C# (ASP.NET) and Swift (Vapor). */
#include "survey/routes.h"

#include <ctype.h>
#include <string.h>

static struct needles *made(struct route_file *x, int which, const char *const *literals, size_t n)
{
    struct needles **p = &x->c->routes->needles[which];
    if (*p) return *p;
    *p = needles_new(x->c->a, n);
    for (size_t i = 0; *p && i < n; i++) needles_add(*p, literals[i], (int)i);
    return *p;
}

/* --- PHP --------------------------------------------------------------------------------------------------------- */
/* The text of prefix('x') or 'prefix' => 'x' between two places; NULL: none. */
static const char *php_prefix(struct route_file *x, const char *at, const char *end)
{
    for (const char *p = at; (p = memmem(p, (size_t)(end - p), "prefix", 6)); p++) {
        const char *value = p + 6 + (p[6] == '\'' || p[6] == '"');
        size_t n = strspn(value, " \t\r\n=>(");
        if (n && value + n < end && (value[n] == '\'' || value[n] == '"')) return quoted(x->c->a, value + n, NULL);
    }
    return NULL;
}

/* "photos.comments" is "photos/{photo}/comments"; *ret_id: what names one of the last. */
static const char *php_resource_path(struct arena *a, const char *name, const char **ret_id)
{
    auto_buf b = BUF_INIT(1000);
    for (const char *p = name; *p;) {
        size_t n = strcspn(p, ".");
        const char *part = arena_dup_n(a, p, n);
        char *id = part ? arena_dup(a, route_singular(a, path_base(part))) : NULL;
        for (char *q = id; q && *q; q++)
            if (*q == '-') *q = '_';
        p += n;
        if (!id) return NULL;
        buf_fmt(&b, *p ? "%s/{%s}/" : "%s", part, id);
        p += *p != '\0';
        *ret_id = id;
    }
    return arena_dup(a, buf_cstr(&b));
}

static void php_resource(struct route_file *x, const char *at, bool forms)
{
    static const struct {
        const char *name, *method, *rest;
        bool form;
    } actions[] = {
        {"index", "GET", "%s", false},           {"create", "GET", "%s/create", true},
        {"store", "POST", "%s", false},          {"show", "GET", "%s/{%s}", false},
        {"edit", "GET", "%s/{%s}/edit", true},   {"update", "PUT", "%s/{%s}", false},
        {"destroy", "DELETE", "%s/{%s}", false},
    };
    const char *rest, *name = first_argument(x->c->a, strchr(at, '(') + 1, &rest), *end = at + strcspn(at, ";"),
                      *id = "";
    const char *path = name ? php_resource_path(x->c->a, name, &id) : NULL;
    const char *only = strstr(rest, "only"), *except = strstr(rest, "except");
    if (!path) return;
    for (size_t i = 0; i < countof(actions); i++) {
        const char *hit;
        if (actions[i].form && !forms) continue;
        if (only && only < end && (!(hit = strstr(only, actions[i].name)) || hit > end)) continue;
        if (except && except < end && (hit = strstr(except, actions[i].name)) && hit < end) continue;
        route_add(x, at, actions[i].method, NULL, arena_fmt(x->c->a, actions[i].rest, path, id), "Laravel");
    }
}

/* #[Route('/x', methods: ['GET', 'POST'])]: a row for each; none said: any. */
static void php_methods(struct route_file *x, const char *at, const char *open, const char *route)
{
    const char *end = call_end(open), *p = memmem(open, (size_t)(end - open), "methods:", 8), *stop;
    if (!p) {
        route_add(x, at, "ANY", NULL, route, "Symfony");
        return;
    }
    p += 8 + strspn(p + 8, " \n");
    for (stop = *p == '[' ? call_end(p + 1) : end; p < stop; p++) {
        const char *method = *p == '\'' || *p == '"' ? quoted(x->c->a, p, &p) : NULL;
        if (method) route_add(x, at, method_upper(x->c->a, method, strlen(method)), NULL, route, "Symfony");
        if (method && stop == end) return;
    }
}

/* Route::match(['get', 'post'], '/x', …) */
static void php_match(struct route_file *x, const char *open)
{
    const char *p = open + strspn(open, " \t\r\n["), *verbs[8], *route;
    size_t n = 0;
    while (n < countof(verbs) && (*p == '\'' || *p == '"') && (verbs[n] = quoted(x->c->a, p, &p))) {
        n++;
        p += strspn(p, " \t\r\n,");
    }
    if (*p != ']') return;
    p += 1 + strspn(p + 1, " \t\r\n,");
    route = first_argument(x->c->a, p, NULL);
    for (size_t i = 0; route && i < n; i++)
        route_add(x, open, method_upper(x->c->a, verbs[i], strlen(verbs[i])), NULL, route, "Laravel");
}

/* What a chain that began with middleware(), prefix() … ends with: a group, or a single route. */
static void php_chain(struct route_file *x, const char *at)
{
    static const char *const verbs[] = {"get", "post", "put", "patch", "delete", "any", "resource", "apiResource"};
    const char *end = text_find(at, ";{", 2000), *prefix = end ? php_prefix(x, at, end) : NULL;
    for (const char *p = at; end && (p = memmem(p, (size_t)(end - p), "->", 2)); p += 2) {
        const char *route;
        size_t n = name_span(p + 2, ""), i = 0;
        while (i < countof(verbs) && (strlen(verbs[i]) != n || strncmp(verbs[i], p + 2, n) != 0)) i++;
        if (i == countof(verbs) || p[2 + n] != '(') continue;
        route = first_argument(x->c->a, p + 3 + n, NULL);
        if (i >= 6) php_resource(x, p, i == 6);
        else if (route)
            route_add(x, at, method_upper(x->c->a, verbs[i], n), NULL, route_join(x->c->a, prefix ? prefix : "", route),
                      "Laravel");
        return;
    }
    if (end && *end == '{' && prefix) route_block(x, end, prefix);
}

/* #[Route('/x', methods: ['GET'])] of a method, or of a class for all its methods. */
static void php_attribute(struct route_file *x, const char *at, const char *open, const char **outer)
{
    const char *after = call_end(open);
    const char *route = first_argument(x->c->a, open, NULL), *class = strstr(after, "class ");
    if (!route) route = named_argument(x->c->a, open, "path");
    if (!route) return;
    if (class && class - after < 80) *outer = route;
    else php_methods(x, at, open, route_join(x->c->a, *outer, route));
}

enum php { PHP_VERB, PHP_VIEW, PHP_GROUP, PHP_MATCH, PHP_RESOURCE, PHP_API, PHP_SLIM, PHP_SLIM_GROUP, PHP_ATTRIBUTE };

void routes_php(struct route_file *x)
{
    static const char *const literals[] = {
        "Route::get(",   "Route::post(",       "Route::put(",         "Route::patch(",  "Route::delete(",
        "Route::any(",   "Route::options(",    "Route::view(",        "Route::prefix(", "Route::group(",
        "Route::name(",  "Route::middleware(", "Route::controller(",  "Route::domain(", "Route::as(",
        "Route::match(", "Route::resource(",   "Route::apiResource(", "$app->get(",     "$app->post(",
        "$app->put(",    "$app->patch(",       "$app->delete(",       "$group->get(",   "$group->post(",
        "$group->put(",  "$group->patch(",     "$group->delete(",     "#[Route(",       "$app->group("};
    static const unsigned char kinds[countof(literals)] = {
        [7] = PHP_VIEW,   [8] = PHP_GROUP,      [9] = PHP_GROUP,       [10] = PHP_GROUP, [11] = PHP_GROUP,
        [12] = PHP_GROUP, [13] = PHP_GROUP,     [14] = PHP_GROUP,      [15] = PHP_MATCH, [16] = PHP_RESOURCE,
        [17] = PHP_API,   [18] = PHP_SLIM,      [19] = PHP_SLIM,       [20] = PHP_SLIM,  [21] = PHP_SLIM,
        [22] = PHP_SLIM,  [23] = PHP_SLIM,      [24] = PHP_SLIM,       [25] = PHP_SLIM,  [26] = PHP_SLIM,
        [27] = PHP_SLIM,  [28] = PHP_ATTRIBUTE, [29] = PHP_SLIM_GROUP,
    };
    struct needles *p = made(x, 4, literals, countof(literals));
    struct needle_walk w = {x->f->text, x->f->text + x->f->n, 0, 0};
    bool api = ends(x->f->path, "routes/api.php");
    const char *at, *outer = "";
    int tag;
    if (api) x->blocks[x->n++] = (struct block){.prefix = "/api", .end = x->f->text + x->f->n};
    while (p && needles_next(p, &w, &tag, &at)) {
        const char *text = literals[tag], *open = strchr(at, '(') + 1, *verb = strpbrk(text, ":>"), *route;
        if (line_is_comment(x->f->text, at)) continue;
        route = first_argument(x->c->a, open, NULL);
        if (kinds[tag] == PHP_GROUP) php_chain(x, at);
        else if (kinds[tag] == PHP_MATCH) php_match(x, open);
        else if (kinds[tag] == PHP_RESOURCE || kinds[tag] == PHP_API) php_resource(x, at, kinds[tag] == PHP_RESOURCE);
        else if (kinds[tag] == PHP_ATTRIBUTE) php_attribute(x, at, open, &outer);
        else if (kinds[tag] == PHP_SLIM_GROUP && route) route_block(x, open, route);
        else if (kinds[tag] == PHP_VIEW && route) route_add(x, at, "GET", NULL, route, "Laravel");
        else if (route && verb) {
            verb += strspn(verb, ":>");
            route_add(x, at, method_upper(x->c->a, verb, (size_t)(strchr(verb, '(') - verb)), api ? "<api>" : NULL,
                      route, kinds[tag] == PHP_SLIM ? "Slim" : "Laravel");
        }
    }
}

/* --- Rust -------------------------------------------------------------------------------------------------------- */
/* get(a).post(b), web::get().to(a): every method in the call's second argument. */
static void rust_methods(struct route_file *x, const char *at, const char *rest, const char *end, const char *route)
{
    static const char *const verbs[] = {"get", "post", "put", "patch", "delete", "any"};
    for (const char *p = rest; p < end; p++)
        for (size_t i = 0; i < countof(verbs); i++) {
            size_t n = strlen(verbs[i]);
            if (strncmp(p, verbs[i], n) != 0 || p[n] != '(' || isalnum((unsigned char)p[-1]) || p[-1] == '_') continue;
            route_add(x, at, method_upper(x->c->a, verbs[i], n), NULL, route, "Rust");
        }
}

/* The function a place is in. */
static const char *function_of(struct route_file *x, const char *at)
{
    const char *found = NULL, *from = at;
    while (from > x->f->text && from[-1] != ';' && from[-1] != '{' && from[-1] != '}') from--;
    for (const char *p = from; p < at; p++) /* let feeds = Router::new().route(…) */
        if (starts(p, "let ") && memchr(p, '=', (size_t)(at - p)))
            return arena_dup_n(x->c->a, p + 4, name_span(p + 4, "_"));
    for (const char *p = strstr(x->f->text, "fn "); p && p < at; p = strstr(p + 1, "fn ")) found = p + 3;
    return found ? arena_dup_n(x->c->a, found, name_span(found, "_")) : NULL;
}

static void rust_nest(struct route_file *x, const char *at, const char *open)
{
    const char *rest, *route = first_argument(x->c->a, open, &rest), *p;
    if (!route) return;
    p = rest + strspn(rest, ", \n\t");
    if (starts(p, "Router::new()")) {
        if (x->n < MAX_BLOCKS) {
            x->blocks[x->n].prefix = route_join(x->c->a, route_prefix(x, at), route);
            x->blocks[x->n++].end = call_end(open);
        }
    } else route_mount(x, function_of(x, at), route, arena_dup_n(x->c->a, p, name_span(p, "_:")));
}

void routes_rust(struct route_file *x)
{
    static const char *const literals[] = {".route(", ".nest(",   ".nest_service(", "#[get(",      "#[post(",
                                           "#[put(",  "#[patch(", "#[delete(",      "web::scope(", "web::resource("};
    struct needles *p = made(x, 5, literals, countof(literals));
    struct needle_walk w = {x->f->text, x->f->text + x->f->n, 0, 0};
    const char *at;
    int tag;
    if (!strstr(x->f->text, "axum") && !strstr(x->f->text, "actix_web") && !strstr(x->f->text, "rocket") &&
        !strstr(x->f->text, "poem"))
        return;
    while (p && needles_next(p, &w, &tag, &at)) {
        const char *open = strchr(at, '(') + 1, *rest = open, *route = first_argument(x->c->a, open, &rest);
        size_t before = x->c->routes->routes.n;
        if (line_is_comment(x->f->text, at) || (!route && tag != 1)) continue;
        if (tag == 0) rust_methods(x, at, rest, call_end(open), route);
        else if (tag == 1) rust_nest(x, at, open);
        else if (tag >= 3 && tag <= 7) {
            const char *verb = literals[tag] + 2;
            route_add(x, at, method_upper(x->c->a, verb, strlen(verb) - 1), NULL, route, "Rust");
        } else if (tag == 8 && x->n < MAX_BLOCKS) { /* scope("/x").route(…)…: to the end of the chain */
            for (const char *q = call_after(open), *end = call_end(q); q < end; q++)
                if (starts(q, ".service(") || starts(q, ".configure("))
                    route_mount(x, NULL, route,
                                arena_dup_n(x->c->a, strchr(q, '(') + 1, name_span(strchr(q, '(') + 1, "_:")));
            x->blocks[x->n].prefix = route_join(x->c->a, route_prefix(x, at), route);
            x->blocks[x->n++].end = call_end(call_after(open));
        } else if (tag == 9) {
            const char *after = call_end(open), *end = after + strcspn(after, ";");
            for (const char *q = strstr(after, "web::"); q && q < end && q - after < 400; q = strstr(q + 1, "web::")) {
                if (starts(q, "web::resource") || starts(q, "web::scope")) break;
                rust_methods(x, at, q + 5, q + 5 + strcspn(q + 5, "("), route);
            }
        }
        for (; before < x->c->routes->routes.n; before++) x->c->routes->routes.v[before].var = function_of(x, at);
    }
}

/* --- C# ---------------------------------------------------------------------------------------------------------- */
/* [controller] stands for the class's name without its ending. */
static const char *with_controller(struct route_file *x, const char *route, const char *at)
{
    const char *mark = strstr(route, "[controller]"), *class = strstr(at, "class ");
    size_t n = class ? name_span(class + 6, "_") : 0;
    if (!mark || !n) return route;
    if (n > 10 && strncmp(class + 6 + n - 10, "Controller", 10) == 0) n -= 10;
    return arena_fmt(x->c->a, "%.*s%.*s%s", (int)(mark - route), route, (int)n, class + 6, mark + 12);
}

/* The method that the attribute at a place stands above: its name without "Async". */
static const char *action_of(struct route_file *x, const char *at)
{
    const char *name, *p = at;
    size_t n;
    for (int i = 0; i < 12 && *p == '['; i++) { /* attributes, on lines of their own or after each other */
        p = call_after(p + 1);
        p += strspn(p, " \t\r\n");
    }
    p += strcspn(p, "(;{");
    name = *p == '(' ? name_before(x->c->a, x->f->text, p) : "";
    n = strlen(name);
    return n > 5 && ends(name, "Async") ? arena_dup_n(x->c->a, name, n - 5) : name;
}

/* The class a place is in, without "Controller"; NULL: it is none of MVC's. Places come in order. */
static const char *controller_of(struct route_file *x, const char *at)
{
    const char *p = x->seen ? x->seen : x->f->text;
    size_t n;
    while (p < at && (p = memmem(p, (size_t)(at - p), "class ", 6))) {
        if (p == x->f->text || strchr(" \n\t", p[-1])) x->class = p + 6;
        p += 6;
    }
    x->seen = at;
    n = x->class ? name_span(x->class, "_") : 0;
    return n > 10 && strncmp(x->class + n - 10, "Controller", 10) == 0 ? arena_dup_n(x->c->a, x->class, n - 10) : NULL;
}

/* Without a template the conventional route holds: /{controller}/{action}, and Index is the action left out. */
static const char *conventional(struct route_file *x, const char *at)
{
    const char *controller = controller_of(x, at), *action = action_of(x, at);
    if (!controller || !action || !action[0]) return "";
    return is(action, "Index") ? controller : arena_fmt(x->c->a, "%s/%s", controller, action);
}

static const char *with_action(struct route_file *x, const char *route, const char *at)
{
    const char *mark = route ? strstr(route, "[action]") : NULL;
    if (!mark) return route;
    return arena_fmt(x->c->a, "%.*s%s%s", (int)(mark - route), route, action_of(x, at), mark + 8);
}

static void dotnet_attribute(struct route_file *x, const char *at, const char *verb, const char *outer)
{
    const char *open = at + strcspn(at, "(]"), *route = *open == '(' ? first_argument(x->c->a, open + 1, NULL) : "";
    if (!route) route = "";
    if (!route[0] && !outer[0]) outer = conventional(x, at);
    if (route[0] == '/' || route[0] == '~') outer = "";
    if (route[0] == '~') route++;
    route_add(x, at, verb, NULL, with_action(x, route_join(x->c->a, outer, route), at), "ASP.NET");
}

/* MapMethods("/x", ["GET", HttpMethods.Options], …) */
static void dotnet_methods(struct route_file *x, const char *at, const char *full, const char *rest)
{
    static const char *const verbs[] = {"Get", "Post", "Put", "Patch", "Delete", "Options", "Head"};
    const char *end = rest + strcspn(rest, "[{");
    end += strcspn(end, "]}");
    for (const char *p = rest; p < end; p += *p != '\0') {
        size_t n = name_span(p, "");
        for (size_t i = 0; n && strchr("\".", p[-1]) && i < countof(verbs); i++)
            if (strlen(verbs[i]) == n && strncasecmp(p, verbs[i], n) == 0)
                route_add(x, at, method_upper(x->c->a, p, n), NULL, full, "ASP.NET");
        p += n;
    }
}

static void dotnet_map(struct route_file *x, const char *at, const char *verb)
{
    const char *open = strchr(at, '(') + 1, *name = name_before(x->c->a, x->f->text, at), *rest,
               *route = first_argument(x->c->a, open, &rest);
    const char *to, *full;
    if (!route) return;
    full = route_join(x->c->a, route_var_prefix(x, name), is(route, "/") ? "" : route);
    if (is(verb, "MANY")) {
        dotnet_methods(x, at, full, rest);
        return;
    }
    if (!is(verb, "GROUP")) {
        route_add(x, at, verb, NULL, full, "ASP.NET");
        return;
    }
    to = assigned_name(x->c->a, x->f->text, at);
    if (to) route_var(x, to, full);
}

void routes_dotnet(struct route_file *x)
{
    static const char *const literals[] = {"[HttpGet",   "[HttpPost", "[HttpPut",          "[HttpPatch",  "[HttpDelete",
                                           ".MapGet(",   ".MapPost(", ".MapPut(",          ".MapPatch(",  ".MapDelete(",
                                           ".MapGroup(", "[Route(",   ".MapHealthChecks(", ".MapMethods("};
    static const char *const verbs[] = {"GET", "POST",  "PUT",    "PATCH", "DELETE", "GET", "POST",
                                        "PUT", "PATCH", "DELETE", "GROUP", "",       "GET", "MANY"};
    struct needles *p = made(x, 6, literals, countof(literals));
    struct needle_walk w = {x->f->text, x->f->text + x->f->n, 0, 0};
    const char *at, *outer = "";
    int tag;
    while (p && needles_next(p, &w, &tag, &at)) {
        if (line_is_comment(x->f->text, at)) continue;
        if (tag < 5) dotnet_attribute(x, at, verbs[tag], outer);
        else if (tag == 11) {
            const char *route = first_argument(x->c->a, at + 7, NULL), *class = strstr(at, "class ");
            if (route && class && class - at < 400) outer = with_controller(x, route, at);
        } else dotnet_map(x, at, verbs[tag]);
    }
}

/* --- Swift ------------------------------------------------------------------------------------------------------- */
/* app.get("patterns", ":name") { … }; let users = app.grouped("users") */
static bool serves(struct route_file *x, const char *name)
{
    static const char *const usual[] = {"app", "routes", "router", "group", "api", "protected"};
    for (size_t i = 0; i < countof(usual); i++)
        if (is(name, usual[i])) return true;
    return route_var_prefix(x, name)[0] != '\0';
}

void routes_swift(struct route_file *x)
{
    static const char *const literals[] = {".get(",    ".post(",    ".put(",  ".patch(",
                                           ".delete(", ".grouped(", ".get {", ".post {"};
    struct needles *p = made(x, 7, literals, countof(literals));
    struct needle_walk w = {x->f->text, x->f->text + x->f->n, 0, 0};
    const char *at;
    int tag;
    if (!strstr(x->f->text, "import Vapor") && !strstr(x->f->text, "import Hummingbird")) return;
    while (p && needles_next(p, &w, &tag, &at)) {
        auto_buf b = BUF_INIT(500);
        const char *name = name_before(x->c->a, x->f->text, at), *q = at + strcspn(at, "({"), *end;
        if (line_is_comment(x->f->text, at) || !serves(x, name)) continue;
        end = *q == '(' ? call_end(q + 1) : q;
        for (q++; q < end;) {
            const char *part;
            q += strspn(q, " ,\n\t");
            part = *q == '"' ? quoted(x->c->a, q, &q) : NULL;
            if (!part) break;
            buf_fmt(&b, "%s%s", part[0] == '/' ? "" : "/", part);
        }
        if (tag == 5)
            route_var(x, assigned_name(x->c->a, x->f->text, at),
                      route_join(x->c->a, route_var_prefix(x, name), buf_cstr(&b)));
        else
            route_add(x, at, method_upper(x->c->a, at + 1, name_span(at + 1, "")), NULL,
                      route_join(x->c->a, route_var_prefix(x, name), buf_cstr(&b)), "Vapor");
    }
}
