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
/* Route::prefix('public')->middleware(…)->group(function () {…}), Route::group(['prefix' => 'x'], …) */
static void php_group(struct route_file *x, const char *at)
{
    const char *end = at + strcspn(at, ";{"), *prefix = strstr(at, "prefix"), *open = prefix;
    if (*end != '{' || !prefix || prefix > end) return;
    prefix = quoted(x->c->a, prefix + 7 + strspn(prefix + 7, "' =>("), NULL);
    if (!prefix) prefix = quoted(x->c->a, open + 6, NULL);
    if (prefix) route_block(x, end, prefix);
}

static void php_resource(struct route_file *x, const char *at)
{
    static const struct {
        const char *name, *method;
        bool member, form;
    } actions[] = {
        {"index", "GET", false, false}, {"store", "POST", false, false},    {"show", "GET", true, false},
        {"update", "PUT", true, false}, {"destroy", "DELETE", true, false},
    };
    const char *rest, *name = first_argument(x->c->a, strchr(at, '(') + 1, &rest), *base, *end = at + strcspn(at, ";"),
                      *id;
    const char *only = strstr(rest, "only("), *except = strstr(rest, "except(");
    if (!name) return;
    base = path_base(name);
    id = ends(base, "s") ? arena_dup_n(x->c->a, base, strlen(base) - 1) : base;
    for (size_t i = 0; i < countof(actions); i++) {
        const char *hit;
        if (only && only < end && (!(hit = strstr(only, actions[i].name)) || hit > end)) continue;
        if (except && except < end && (hit = strstr(except, actions[i].name)) && hit < end) continue;
        route_add(x, at, actions[i].method, NULL, arena_fmt(x->c->a, actions[i].member ? "%s/{%s}" : "%s", name, id),
                  "Laravel");
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

void routes_php(struct route_file *x)
{
    static const char *const literals[] = {
        "Route::get(",         "Route::post(",   "Route::put(",   "Route::patch(",      "Route::delete(",
        "Route::any(",         "Route::prefix(", "Route::group(", "Route::middleware(", "Route::resource(",
        "Route::apiResource(", "$app->get(",     "$app->post(",   "$app->put(",         "$app->patch(",
        "$app->delete(",       "$group->get(",   "$group->post(", "$group->put(",       "$group->patch(",
        "$group->delete(",     "#[Route(",       "$app->group("};
    struct needles *p = made(x, 4, literals, countof(literals));
    struct needle_walk w = {x->f->text, x->f->text + x->f->n, 0, 0};
    bool api = ends(x->f->path, "routes/api.php");
    const char *at, *outer = "";
    int tag;
    if (api) x->blocks[x->n++] = (struct block){.prefix = "/api", .end = x->f->text + x->f->n};
    while (p && needles_next(p, &w, &tag, &at)) {
        const char *text = literals[tag], *open = strchr(at, '(') + 1, *verb = strpbrk(text, ":>"), *route;
        if (line_is_comment(x->f->text, at)) continue;
        if (verb) verb += strspn(verb, ":>");
        route = first_argument(x->c->a, open, NULL);
        if (strstr(text, "prefix(") || strstr(text, "middleware(") || is(text, "Route::group(")) php_group(x, at);
        else if (is(text, "$app->group(") && route) route_block(x, open, route);
        else if (strstr(text, "esource(")) php_resource(x, at);
        else if (text[0] == '#') {
            const char *after = call_end(open);
            if (!route) route = named_argument(x->c->a, open, "path");
            if (route && strstr(after, "class ") && strstr(after, "class ") - after < 80) outer = route;
            else if (route) php_methods(x, at, open, route_join(x->c->a, outer, route));
        } else if (route && verb)
            route_add(x, at, method_upper(x->c->a, verb, (size_t)(strchr(verb, '(') - verb)), api ? "<api>" : NULL,
                      route, text[0] == 'R' ? "Laravel" : "Slim");
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
