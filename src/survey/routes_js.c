/* Routes in JavaScript and TypeScript: Express and its like, Fastify, NestJS, Next.js, SvelteKit. */
#include "survey/routes.h"

#include <string.h>

enum tag { CALL, USE, REGISTER, ROUTE, CREATE, CONTROLLER, DECORATOR, GLOBAL_PREFIX, EXPORT };
static const struct {
    const char *text;
    enum tag tag;
} literals[] = {
    {".get(", CALL},
    {".post(", CALL},
    {".put(", CALL},
    {".patch(", CALL},
    {".delete(", CALL},
    {".all(", CALL},
    {".use(", USE},
    {".register(", REGISTER},
    {".route(", ROUTE},
    {"Router(", CREATE},
    {"express()", CREATE},
    {"fastify(", CREATE},
    {"Fastify(", CREATE},
    {"new Hono(", CREATE},
    {"new Koa(", CREATE},
    {"new Elysia(", CREATE},
    {"@Controller(", CONTROLLER},
    {"@Get(", DECORATOR},
    {"@Post(", DECORATOR},
    {"@Put(", DECORATOR},
    {"@Patch(", DECORATOR},
    {"@Delete(", DECORATOR},
    {"@All(", DECORATOR},
    {"setGlobalPrefix(", GLOBAL_PREFIX},
    {"export async function ", EXPORT},
    {"export function ", EXPORT},
    {"export const ", EXPORT},
};
struct framework {
    const char *dependency, *name;
};
static const struct framework frameworks[] = {
    {"express", "Express"},       {"fastify", "Fastify"}, {"koa", "Koa"},
    {"@koa/router", "Koa"},       {"hono", "Hono"},       {"elysia", "Elysia"},
    {"@nestjs/common", "NestJS"}, {"restify", "Restify"}, {"polka", "Polka"},
};

static const char *framework_of(struct route_file *x)
{
    for (size_t i = 0; i < countof(frameworks); i++)
        if (dependency_above(x->c->s, "npm", frameworks[i].dependency, x->f->path)) return frameworks[i].name;
    return NULL;
}

/* Names that servers and routers have; clients (axios, api, http) do not. */
static bool is_router(struct route_file *x, const char *name)
{
    static const char *const usual[] = {"app",      "router", "server", "fastify", "routes",
                                        "instance", "route",  "r",      "api"};
    const struct routes *r = x->c->routes;
    for (size_t i = r->vars.n; i-- > 0 && r->vars.v[i].path == x->f->path;)
        if (is(r->vars.v[i].name, name)) return true;
    for (size_t i = 0; i < countof(usual) - 1; i++)
        if (is(name, usual[i])) return true;
    return ends(name, "Router") || ends(name, "router");
}

/* import x from './users.js'; const x = require('./users'); import { a, b as c } from '…' */
static void read_imports(struct route_file *x)
{
    const char *at = x->f->text, *line;
    size_t n;
    while ((line = next_line(&at, &n))) {
        const char *from = memmem(line, n, " from ", 6), *require = memmem(line, n, "require(", 8), *module, *p;
        if (!from && !require) continue;
        module = quoted(x->c->a, from ? from : require, NULL);
        if (!module || module[0] != '.') {
            if (!module || !strchr(module, '/')) continue;
        }
        for (p = line; p < (from ? from : require); p++) {
            size_t len = name_span(p, "_$");
            const char *name = len ? arena_dup_n(x->c->a, p, len) : NULL;
            if (name && !is(name, "import") && !is(name, "const") && !is(name, "as") && !is(name, "type"))
                route_import(x, name, module);
            p += len;
        }
    }
}

/* What a chain of calls over lines began with: "Router" in `Router().use(a)\n.use(` and "app" in `app\n.use(`. */
static const char *chain_head(const struct route_file *x, const char *at)
{
    const char *floor = at - x->f->text > 4000 ? at - 4000 : x->f->text;
    for (;;) {
        while (at > floor && strchr(" \t\r\n", at[-1])) at--;
        if (at > floor && at[-1] == ')') {
            int depth = 0;
            do {
                at--;
                depth += (*at == ')') - (*at == '(');
            } while (depth && at > floor);
            if (depth) return NULL;
        }
        while (at > floor && name_span(at - 1, "_$")) at--;
        if (at == floor || at[-1] != '.') return at;
        at--;
    }
}

/* What is called at a place: the name before it, the name that a router made in the same statement is given, or
 * "default" for one that has none, as in `export default Router().use(…)`. */
static const char *called_on(struct route_file *x, const char *at)
{
    static const char *const makers[] = {"Router(", "express.Router(", "express(", "new Router("};
    const char *name = name_before(x->c->a, x->f->text, at), *head;
    if (name[0]) return name;
    head = chain_head(x, at);
    if (head && head - x->f->text >= 4 && starts(head - 4, "new ")) head -= 4;
    for (size_t i = 0; head && i < countof(makers); i++)
        if (starts(head, makers[i])) {
            name = assigned_name(x->c->a, x->f->text, head);
            return name && name[0] ? name : "default";
        }
    return head ? arena_dup_n(x->c->a, head, name_span(head, "_$")) : "";
}

static void take_call(struct route_file *x, const char *at, const char *source)
{
    const char *rest, *name = name_before(x->c->a, x->f->text, at), *open = strchr(at, '(');
    const char *route = first_argument(x->c->a, open + 1, &rest);
    const char *method = method_upper(x->c->a, at + 1, (size_t)(open - at - 1));
    if (!route || (route[0] != '/' && route[0] != '*')) return;
    rest += strspn(rest, " \t\r\n");
    if (*rest != ',') return; /* app.get('setting') */
    if (!name[0]) {           /* .get(…).post(…): what the chain began with */
        const char *line = at;
        while (line > x->f->text && (line[-1] != ';' && !(line[-1] == '\n' && line[0] == '\n'))) line--;
        if (!strstr(line, "new Elysia(") || strstr(line, "new Elysia(") > at)
            if (!strstr(line, "new Hono(") || strstr(line, "new Hono(") > at) {
                name = called_on(x, at);
                if (name && (is(name, "default") || is_router(x, name)))
                    route_add(x, at, method, name, route[1] ? route : "", source);
                return;
            }
        open = strstr(line, "prefix:");
        if (open && open < at) {
            const char *prefix = quoted(x->c->a, open, NULL);
            route = prefix ? route_join(x->c->a, prefix, route) : route;
        }
        name = assigned_name(x->c->a, x->f->text, strstr(line, "new Elysia(") ? strstr(line, "new Elysia(") : line);
        route_add(x, at, method, name, route, source);
        return;
    }
    if (!is_router(x, name)) return;
    route = route_join(x->c->a, route_var_prefix(x, name), route);
    if (route) route_add(x, at, method, name, is(source, "Fastify") || route[1] ? route : "", source);
}

/* router.route('/x').get(h).post(h), and Fastify's route({ method: 'GET', url: '/x' }) */
static void take_route(struct route_file *x, const char *at, const char *source)
{
    const char *rest, *name = name_before(x->c->a, x->f->text, at), *route = first_argument(x->c->a, at + 7, &rest),
                      *end;
    if (!name[0]) { /* the name stands on the line before */
        const char *p = at;
        while (p > x->f->text && strchr(" \t\r\n", p[-1])) p--;
        name = name_before(x->c->a, x->f->text, p);
    }
    if (!is_router(x, name)) return;
    if (!route) {
        const char *method = named_argument(x->c->a, at + 7, "method"), *url = named_argument(x->c->a, at + 7, "url");
        if (method && url) route_add(x, at, method, name, url, source);
        return;
    }
    if (rest[strspn(rest, " ")] == ',') { /* Hono: app.route('/boards', boards) */
        rest += strspn(rest, " ,\n");
        route_mount(x, name, route, arena_dup_n(x->c->a, rest, name_span(rest, "_$.")));
        return;
    }
    end = rest + strcspn(rest, ";");
    for (const char *p = rest; (p = strchr(p, '.')) && p < end; p++) {
        size_t n = name_span(p + 1, "");
        static const char *const verbs[] = {"get", "post", "put", "patch", "delete", "all"};
        for (size_t i = 0; i < countof(verbs); i++)
            if (n == strlen(verbs[i]) && strncmp(p + 1, verbs[i], n) == 0 && p[1 + n] == '(')
                route_add(x, at, method_upper(x->c->a, p + 1, n), name, route[1] ? route : "", source);
    }
}

/* routes.forEach(r => router.use(r.path, r.route)): each { path: '/x', route: users } of the file is mounted. */
static bool take_table(struct route_file *x, const char *name, const char *open)
{
    const char *dot = open + name_span(open, "_$"), *next, *key, *value;
    size_t n;
    if (*dot != '.') return false;
    n = name_span(dot + 1, "_$");
    key = arena_fmt(x->c->a, "%.*s:", (int)n, dot + 1);
    next = dot + 1 + n + strspn(dot + 1 + n, ", \t\n");
    if (strncmp(next, open, (size_t)(dot - open) + 1) != 0) return false;
    next += dot - open + 1;
    value = arena_fmt(x->c->a, "%.*s:", (int)name_span(next, "_$"), next);
    for (const char *p = key && value ? strstr(x->f->text, key) : NULL; p && x->c->routes->mounts.n < MAX_MOUNTS;
         p = strstr(p + 1, key)) {
        const char *prefix = first_argument(x->c->a, p + strlen(key), NULL), *end = p + strcspn(p, "}");
        const char *to = memmem(p, (size_t)(end - p), value, strlen(value));
        if (!prefix || !to) continue;
        to += strlen(value) + strspn(to + strlen(value), " \t");
        route_mount(x, name, prefix, arena_dup_n(x->c->a, to, name_span(to, "_$.")));
    }
    return true;
}

/* app.use('/api', guard, users); app.register(users, { prefix: '/users' }); app.use('/x', require('./x')) */
static void take_mount(struct route_file *x, const char *at, bool use)
{
    const char *rest, *name = called_on(x, at), *open = strchr(at, '(') + 1, *end = call_end(open);
    const char *prefix = use ? first_argument(x->c->a, open, &rest) : named_argument(x->c->a, open, "prefix");
    const char *p, *target, *import = NULL;
    if (end == open) return;
    if (!use) {
        p = open + strspn(open, " \t\r\n");
        import = starts(p, "import(") || starts(p, "require(") ? quoted(x->c->a, p, NULL) : NULL;
        target = import ? import : arena_dup_n(x->c->a, p, name_span(p, "_$."));
    } else if (!prefix) {
        p = open + strspn(open, " \t\r\n");
        if (take_table(x, name, p)) return;
        target = arena_dup_n(x->c->a, p, name_span(p, "_$."));
        prefix = "";
    } else {
        p = rest < end ? memmem(rest, (size_t)(end - rest), "require(", 8) : NULL;
        target = p ? quoted(x->c->a, p, NULL) : NULL;
        if (!target) {
            for (p = end; p > rest && strchr(" \t\r\n)", p[-1]);) p--;
            while (p > rest && (name_span(p - 1, "_$.") || p[-1] == '(')) p--;
            target = arena_dup_n(x->c->a, p, name_span(p, "_$."));
        }
    }
    if (target && target[0] && (prefix || !use)) route_mount(x, name, prefix ? prefix : "", target);
}

/* --- NestJS ------------------------------------------------------------------------------------------------------ */
static const char *controller_path(struct route_file *x, const char *at)
{
    const char *path = first_argument(x->c->a, at, NULL);
    if (!path) path = named_argument(x->c->a, at, "path");
    return path ? path : "";
}

static void take_decorator(struct route_file *x, const char *at, const char *controller)
{
    const char *open = strchr(at, '('), *path = controller_path(x, open + 1);
    const char *full = route_join(x->c->a, controller, path);
    if (full) route_add(x, at, method_upper(x->c->a, at + 1, (size_t)(open - at - 1)), "<controller>", full, "NestJS");
}

/* --- routes by the names of files ----------------------------------------------------------------------------------
 */
/* app/api/users/[id]/route.ts → /api/users/[id]; NULL: no such file. */
static const char *route_of_file(struct route_file *x, const char **ret_source)
{
    const char *path = x->f->path, *from, *end;
    bool next = starts(path_base(path), "route."), svelte = starts(path_base(path), "+server.");
    auto_buf b = BUF_INIT(1000);
    if (!next && !svelte) return NULL;
    *ret_source = next ? "Next.js" : "SvelteKit";
    from = strstr(path, next ? "app/" : "routes/");
    end = path_base(path);
    if (!from || from > end) return NULL;
    for (const char *p = from + (next ? 4 : 7); p < end;) {
        size_t n = strcspn(p, "/");
        if (*p != '(') buf_fmt(&b, "/%.*s", (int)n, p);
        p += n + 1;
    }
    return arena_dup(x->c->a, b.n ? buf_cstr(&b) : "/");
}

static void take_export(struct route_file *x, const char *at, const char *route, const char *source)
{
    static const char *const verbs[] = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"};
    const char *p = starts(at, "export const ") ? at + 13 : strstr(at, "function ") + 9;
    size_t n = name_span(p, "_");
    for (size_t i = 0; i < countof(verbs); i++)
        if (strlen(verbs[i]) == n && strncmp(verbs[i], p, n) == 0) route_add(x, at, verbs[i], NULL, route, source);
}

static struct needles *ready(struct route_file *x)
{
    struct needles **p = &x->c->routes->needles[0];
    if (*p) return *p;
    *p = needles_new(x->c->a, countof(literals));
    for (size_t i = 0; *p && i < countof(literals); i++) needles_add(*p, literals[i].text, (int)literals[i].tag);
    return *p;
}

void routes_js(struct route_file *x)
{
    const char *source = framework_of(x), *by_name = NULL, *named_source = NULL, *controller = "", *at;
    struct needles *needles = ready(x);
    struct needle_walk w = {x->f->text, x->f->text + x->f->n, 0, 0};
    bool imported = false;
    int tag;
    by_name = route_of_file(x, &named_source);
    if (!needles || (!source && !by_name)) return;
    while (needles_next(needles, &w, &tag, &at)) {
        if (line_is_comment(x->f->text, at)) continue;
        if (!imported && source) read_imports(x);
        imported = true;
        switch ((enum tag)tag) {
        case CALL:
            if (source && !is(source, "NestJS")) take_call(x, at, source);
            break;
        case USE:
            if (source) take_mount(x, at, true);
            break;
        case REGISTER:
            if (source) take_mount(x, at, false);
            break;
        case ROUTE:
            if (source) take_route(x, at, source);
            break;
        case CREATE: {
            const char *prefix = strchr(at, '(') ? named_argument(x->c->a, strchr(at, '(') + 1, "prefix") : NULL;
            route_var(x, assigned_name(x->c->a, x->f->text, at), prefix ? prefix : "");
            break;
        }
        case CONTROLLER: controller = controller_path(x, at + 12); break;
        case DECORATOR:
            if (is(source, "NestJS")) take_decorator(x, at, controller);
            break;
        case GLOBAL_PREFIX: {
            const char *prefix = first_argument(x->c->a, at + 16, NULL);
            if (prefix) route_mount(x, NULL, prefix, "<controllers>");
            break;
        }
        case EXPORT:
            if (by_name) take_export(x, at, by_name, named_source);
            break;
        }
    }
}
