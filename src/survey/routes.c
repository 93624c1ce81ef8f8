/* Routes of web frameworks: every file is read on its own; prefixes under which one file serves what another defines
 * are resolved when all have been read. */
#include "survey/routes.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ROUTES 4000
#define ROUTE_MAX 300                  /* bytes; a longer one is none */
#define ROUTE_TEXT ((size_t)256 << 10) /* of a file, looked through for routes */

struct reader_row {
    const char *language;
    route_reader *read;
};
static const struct reader_row readers[] = {
    {"JavaScript", routes_js}, {"TypeScript", routes_js}, {"Python", routes_python}, {"Go", routes_go},
    {"Java", routes_jvm},      {"Kotlin", routes_jvm},    {"Scala", routes_jvm},     {"Ruby", routes_lines},
    {"Elixir", routes_lines},  {"Perl", routes_lines},    {"PHP", routes_php},       {"Rust", routes_rust},
    {"C#", routes_dotnet},     {"Swift", routes_swift},
};

/* --- adding ------------------------------------------------------------------------------------------------------ */
void route_add(struct route_file *x, const char *at, const char *method, const char *var, const char *route,
               const char *source)
{
    struct routes *r = x->c->routes;
    struct found_route *row;
    const char *full = route_join(x->c->a, route_prefix(x, at), route);
    if (route_is_told(x, at)) return;
    if (r->routes.n >= MAX_ROUTES || !full || strlen(full) > ROUTE_MAX || strpbrk(full, " \n\t")) return;
    row = arena_push(x->c->a, &r->routes, sizeof *row);
    if (row) *row = (struct found_route){method, full, x->f->path, var, source, line_of(x->f->text, at)};
}

void route_mount(struct route_file *x, const char *var, const char *prefix, const char *target)
{
    struct found_mount *row =
        target && x->c->routes->mounts.n < MAX_MOUNTS ? arena_push(x->c->a, &x->c->routes->mounts, sizeof *row) : NULL;
    if (row) *row = (struct found_mount){x->f->path, var, prefix, target, NULL};
}

void route_var(struct route_file *x, const char *name, const char *prefix)
{
    struct found_var *row = name && prefix ? arena_push(x->c->a, &x->c->routes->vars, sizeof *row) : NULL;
    if (row) *row = (struct found_var){x->f->path, name, prefix};
}

const char *route_var_prefix(struct route_file *x, const char *name)
{
    const struct routes *r = x->c->routes;
    for (size_t i = r->vars.n; name && i-- > 0 && r->vars.v[i].path == x->f->path;)
        if (is(r->vars.v[i].name, name)) return r->vars.v[i].prefix;
    return "";
}

void route_import(struct route_file *x, const char *name, const char *module)
{
    struct found_var *row = name && module ? arena_push(x->c->a, &x->c->routes->imports, sizeof *row) : NULL;
    if (row) *row = (struct found_var){x->f->path, name, module};
}

void route_constant(struct route_file *x, const char *name, const char *value)
{
    struct found_var *row = value ? arena_push(x->c->a, &x->c->routes->constants, sizeof *row) : NULL;
    if (row) *row = (struct found_var){x->f->path, name, value};
}

/* --- blocks ------------------------------------------------------------------------------------------------------ */
/* Behind a text in quotes, or the next character. */
static const char *step(const char *p)
{
    char quote = *p;
    if (quote != '"' && quote != '\'' && quote != '`') return p + 1;
    for (p++; *p && *p != quote; p++) {
        if (*p == '\\' && p[1]) p++;
        if (*p == '\n' && quote != '`') return p;
    }
    return *p ? p + 1 : p;
}

/* The bracket that closes what is open at `at`, at most `max` bytes on; NULL: none. */
static const char *closing(const char *at, size_t max)
{
    int depth = 1;
    for (const char *p = at; *p && (size_t)(p - at) <= max; p = step(p)) {
        if (strchr("([{", *p)) depth++;
        else if (strchr(")]}", *p) && --depth == 0) return p;
    }
    return NULL;
}

const char *call_end(const char *at)
{
    const char *end = closing(at, 20000);
    return end ? end : at;
}

const char *text_find(const char *at, const char *chars, size_t max)
{
    for (const char *p = at; *p && (size_t)(p - at) <= max; p = step(p))
        if (strchr(chars, *p)) return p;
    return NULL;
}

const char *call_after(const char *at)
{
    const char *end = call_end(at);
    return end + (*end != '\0');
}

void route_block(struct route_file *x, const char *at, const char *prefix)
{
    const char *outer = route_prefix(x, at), *open = at + strcspn(at, "{");
    if (x->n == MAX_BLOCKS || !*open) return;
    x->blocks[x->n].prefix = route_join(x->c->a, outer, prefix);
    x->blocks[x->n].end = closing(open + 1, ROUTE_TEXT);
    if (!x->blocks[x->n].end) x->blocks[x->n].end = x->f->text + x->f->n;
    if (x->blocks[x->n].prefix) x->n++;
}

const char *route_prefix(struct route_file *x, const char *at)
{
    while (x->n && x->blocks[x->n - 1].end && x->blocks[x->n - 1].end < at) x->n--;
    return x->n ? x->blocks[x->n - 1].prefix : "";
}

/* --- text -------------------------------------------------------------------------------------------------------- */
const char *route_join(struct arena *a, const char *prefix, const char *route)
{
    size_t n = prefix && route ? strlen(prefix) : 0;
    if (!prefix || !route || n > ROUTE_MAX) return NULL;
    while (n && prefix[n - 1] == '/') n--;
    if (!route[0] || (is(route, "/") && n)) return arena_fmt(a, "%.*s%s", (int)n, prefix, is(route, "/") ? "/" : "");
    return arena_fmt(a, "%.*s%s%s", (int)n, prefix, route[0] == '/' ? "" : "/", route);
}

/* One parameter at p: where it ends, its name in *ret. NULL: none begins here. */
static const char *parameter(const char *p, bool fresh, const char **ret, size_t *ret_n)
{
    const char *close = NULL, *name;
    if (strncmp(p, "(?P<", 4) == 0) {
        *ret = p + 4;
        *ret_n = strcspn(p + 4, ">");
        return call_after(p + 1);
    }
    if (*p == '<') {
        close = p + strcspn(p, ">");
        name = p + 1;
        for (const char *q = p; q < close; q++)
            if (*q == ':') name = q + 1;
    } else if (*p == '{') {
        int depth = 0;
        for (close = p; *close; close++) {
            depth += (*close == '{') - (*close == '}');
            if (!depth) break;
        }
        name = p + 1 + strspn(p + 1, "*$");
    } else if (*p == '[' && fresh) {
        close = p + strcspn(p, "]");
        name = p + 1 + strspn(p + 1, "[.");
    } else if ((*p == ':' || (*p == '*' && p[1])) && fresh) {
        *ret = p + 1;
        *ret_n = name_span(p + 1, "_");
        p += 1 + *ret_n;
        if (*p == '(' && p[1] != '/') p = call_after(p + 1); /* Rails' "(/:page)" may be left out */
        return p + (*p == '?' || *p == '+');
    } else return NULL;
    if (!*close) return NULL;
    *ret = name;
    *ret_n = name_span(name, "_-.");
    return close + 1 + (close[1] == ']');
}

const char *route_clean(struct arena *a, const char *route)
{
    auto_buf b = BUF_INIT(1000);
    for (const char *p = route; *p;) {
        const char *name = NULL, *end;
        size_t n = 0;
        end =
            parameter(p, b.n && (*p == ':' ? strchr("/~@.-(", b.p[b.n - 1]) != NULL : b.p[b.n - 1] == '/'), &name, &n);
        if (end && n) buf_fmt(&b, "{%.*s}", (int)n, name);
        else if (end && (*p == ':' || *p == '*')) { /* a part of any text has no name */ buf_char(&b, *p);
            end = p + 1;
        } else if (!end && !strchr("^$", *p)) buf_char(&b, *p);
        p = end ? end : p + 1;
    }
    if (!b.n || b.p[0] != '/') return arena_fmt(a, "/%s", buf_cstr(&b));
    return arena_dup(a, buf_cstr(&b));
}

const char *name_before(struct arena *a, const char *text, const char *at)
{
    const char *from = at, *name;
    while (from > text && (isalnum((unsigned char)from[-1]) || from[-1] == '_' || from[-1] == '$')) from--;
    name = arena_dup_n(a, from, (size_t)(at - from));
    return name ? name : "";
}

const char *assigned_name(struct arena *a, const char *text, const char *at)
{
    const char *from = at, *equals, *end;
    while (from > text && from[-1] != '\n') from--;
    equals = memchr(from, '=', (size_t)(at - from));
    if (!equals) return NULL;
    end = equals;
    while (end > from && strchr(" :\t", end[-1])) end--;
    for (const char *p = from; p < end; p++)
        if (*p == ':') end = p; /* const r: Router = … */
    while (end > from && end[-1] == ' ') end--;
    return name_before(a, from, end);
}

const char *first_argument(struct arena *a, const char *at, const char **ret_rest)
{
    size_t n;
    if (ret_rest) *ret_rest = at;
    at += strspn(at, " \t\r\n");
    n = name_span(at, "_.");
    if (n && n < ROUTE_MAX) { /* base + "/x": what stands before is not known here */
        const char *p = at + n + strspn(at + n, " ");
        p += *p == '+' ? 1 + strspn(p + 1, " ") : 0;
        if (p > at + n && strchr("\"'`", *p) && p[1] == '/') at = p;
    }
    if (*at == 'r' && (at[1] == '"' || at[1] == '\'')) at++; /* Python's raw text */
    if (*at != '"' && *at != '\'' && *at != '`') return NULL;
    return quoted(a, at, ret_rest);
}

const char *named_argument(struct arena *a, const char *at, const char *key)
{
    const char *end = call_end(at);
    size_t n = strlen(key);
    for (const char *p = strstr(at, key); p && p < end; p = strstr(p + 1, key)) {
        const char *v = p + n + strspn(p + n, " \t");
        if (p > at && (isalnum((unsigned char)p[-1]) || p[-1] == '_')) continue;
        if (*v != '=' && *v != ':') continue;
        v += 1 + strspn(v + 1, " \t{[");
        if (*v == '"' || *v == '\'' || *v == '`') return quoted(a, v, NULL);
    }
    return NULL;
}

const char *method_upper(struct arena *a, const char *p, size_t n)
{
    char *s = arena_dup_n(a, p, n);
    for (char *q = s; q && *q; q++) *q = (char)toupper((unsigned char)*q);
    return is(s, "ALL") || is(s, "ANY") ? "ANY" : s;
}

bool line_is_comment(const char *text, const char *at)
{
    const char *from = at;
    while (from > text && from[-1] != '\n') from--;
    from += strspn(from, " \t");
    return starts(from, "//") || *from == '*' || (*from == '#' && from[1] != '[') || starts(from, "/*");
}

/* --- one file ---------------------------------------------------------------------------------------------------- */
/* A file without what only its tests see: Rust keeps those at the end; Perl's programs end before their data. */
static size_t without_tests(const struct code_file *f)
{
    const char *tests = is(f->language, "Rust") ? strstr(f->text, "#[cfg(test)]\nmod ") : NULL;
    if (is(f->language, "Perl")) tests = strstr(f->text, "\n__END__");
    if (is(f->language, "Perl") && !tests) tests = strstr(f->text, "\n__DATA__");
    return tests ? (size_t)(tests - f->text) : f->n;
}

void routes_look(struct scan *c, const struct code_file *whole)
{
    struct code_file own = *whole;
    const struct code_file *f = &own;
    struct route_file x = {.c = c, .f = f};
    own.n = without_tests(whole);
    if (own.n > ROUTE_TEXT) own.n = ROUTE_TEXT;
    if (!c->routes) c->routes = arena_alloc(c->a, sizeof *c->routes);
    if (!c->routes || f->file->test || f->file->fixture) return;
    for (size_t i = 0; i < countof(readers); i++)
        if (is(readers[i].language, f->language)) readers[i].read(&x);
}

/* --- prefixes across files -----------------------------------------------------------------------------------------
 */
/* Files that every package may have: their name alone says nothing. */
static const char *const inner[] = {"index", "__init__", "mod", "router", "routes", "urls", "views", "routing"};

/* Is `path` the file of module `word`: word.ext, word/index.ext, word/routes.py …? */
static bool is_module(const char *path, const char *word, size_t n)
{
    const char *base = path_base(path), *dot = strchr(base, '.');
    size_t stem = dot ? (size_t)(dot - base) : strlen(base);
    const char *dir_end = base > path ? base - 1 : path, *dir = dir_end;
    if (stem == n && strncmp(base, word, n) == 0) return true;
    while (dir > path && dir[-1] != '/') dir--;
    for (size_t i = 0; i < countof(inner); i++)
        if (strlen(inner[i]) == stem && strncmp(base, inner[i], stem) == 0)
            return (size_t)(dir_end - dir) == n && strncmp(dir, word, n) == 0;
    return false;
}

static const char *import_of(const struct routes *r, const char *path, const char *name, size_t n)
{
    for (size_t i = 0; n && i < r->imports.n; i++)
        if (is(r->imports.v[i].path, path) && strlen(r->imports.v[i].name) == n &&
            strncmp(r->imports.v[i].name, name, n) == 0)
            return r->imports.v[i].prefix;
    return NULL;
}

/* "visits.urls" is none of clinic/urls.py: what a usual name stands in has to be the folder of the file. */
static bool folder_agrees(const char *module, const char *word, size_t n, const char *path)
{
    const char *end = word, *from, *dir = path_base(path), *stem = dir;
    bool usual = false;
    for (size_t i = 0; i < countof(inner); i++) usual |= strlen(inner[i]) == n && strncmp(inner[i], word, n) == 0;
    while (end > module && !name_span(end - 1, "_-")) end--;
    from = end;
    while (from > module && name_span(from - 1, "_-")) from--;
    if (!usual || from == end || dir == path) return true;
    for (int up = strncmp(stem, word, n) == 0 && stem[n] == '.' ? 1 : 2; up > 0; up--) {
        if (dir > path) dir--;
        while (dir > path && dir[-1] != '/') dir--;
    }
    return strncmp(dir, from, (size_t)(end - from)) == 0 && dir[end - from] == '/';
}

/* How well a module ("app.api.rooms", "./routes/users.js", "users") fits a path: parts that agree from the end. */
static int module_fit(const char *module, const char *path)
{
    const char *end = module + strlen(module);
    while (end > module) {
        const char *from = end;
        while (from > module && (isalnum((unsigned char)from[-1]) || strchr("_-", from[-1]))) from--;
        if (from < end && is_module(path, from, (size_t)(end - from))) {
            int fit = 2;
            if (!folder_agrees(module, from, (size_t)(end - from), path)) return 0;
            for (const char *p = module; p < from;) { /* folders of the module that the path has as well */
                size_t n = name_span(p, "_-");
                for (const char *q = n ? path : NULL; n && q; q = strchr(q, '/') ? strchr(q, '/') + 1 : NULL)
                    fit += strncmp(q, p, n) == 0 && q[n] == '/';
                p += n ? n : 1;
            }
            return fit;
        }
        end = from > module ? from - 1 : module;
        if (end > module && (is(end, ".js") || is(end, ".ts") || starts(end, ".js") || starts(end, ".mjs"))) continue;
    }
    return 0;
}

/* Does the mount's target name the file of the route (and, when it says so, the variable)? */
static int target_fit(const struct found_mount *m, const struct found_route *to)
{
    size_t n = name_span(m->target, "_$");
    const char *module = m->module, *last = m->target + strlen(m->target);
    char joined[600];
    if (is(m->target, "<controllers>")) return is(to->var, "<controller>") ? 40 : 0;
    if (is(m->path, to->path)) {
        bool same = n && to->var && strlen(to->var) == n && strncmp(to->var, m->target, n) == 0;
        return same && !is(m->var, to->var) ? 50 : 0;
    }
    while (last > m->target && (isalnum((unsigned char)last[-1]) || last[-1] == '_')) last--;
    if ((size_t)snprintf(joined, sizeof joined, "%s/%s", module ? module : "", m->target) >= sizeof joined) return 0;
    if (module) {
        int fit = module_fit(joined, to->path), plain = module_fit(module, to->path);
        if (plain > fit) fit = plain;
        return fit ? fit + 10 + (to->var && is(to->var, last) ? 1 : 0) : 0;
    }
    return module_fit(m->target, to->path);
}

static const char *full_prefix(struct scan *c, const char *path, const char *var, int depth);

static const struct found_mount *mount_of(const struct routes *r, const struct found_route *to)
{
    const struct found_mount *best = NULL;
    int most = 0;
    for (size_t i = 0; i < r->mounts.n; i++) {
        int fit = target_fit(&r->mounts.v[i], to);
        if (fit > most) {
            most = fit;
            best = &r->mounts.v[i];
        }
    }
    return best;
}

/* "=NAME" by the constant of that name; "" when there is none. */
static const char *value_of(const struct routes *r, const char *prefix)
{
    if (prefix[0] != '=') return prefix;
    for (size_t i = 0; i < r->constants.n; i++)
        if (is(r->constants.v[i].name, prefix + 1)) return r->constants.v[i].prefix;
    return "";
}

static const char *full_prefix(struct scan *c, const char *path, const char *var, int depth)
{
    const struct found_route to = {.path = path, .var = var};
    const struct found_mount *m = mount_of(c->routes, &to);
    if (!m) return "";
    if (depth > 8) return NULL; /* they mount each other: one of them is another's namesake */
    return route_join(c->a, full_prefix(c, m->path, m->var, depth + 1), value_of(c->routes, m->prefix));
}

void scan_route(struct scan *c, const struct survey_route *d)
{
    struct survey_route *row;
    for (size_t i = 0; i < c->s->api.n; i++)
        if (is(c->s->api.v[i].method, d->method) && is(c->s->api.v[i].route, d->route) &&
            is(c->s->api.v[i].path, d->path))
            return;
    row = c->s->api.n < MAX_ROUTES ? arena_push(c->a, &c->s->api, sizeof *row) : NULL;
    if (row) *row = *d;
}

void routes_finish(struct scan *c)
{
    const char *last_path = NULL, *last_var = NULL, *prefix = "";
    for (size_t i = 0; c->routes && i < c->routes->mounts.n; i++) {
        struct found_mount *m = &c->routes->mounts.v[i];
        m->module = import_of(c->routes, m->path, m->target, name_span(m->target, "_$"));
    }
    for (size_t i = 0; c->routes && i < c->routes->routes.n; i++) {
        const struct found_route *f = &c->routes->routes.v[i];
        struct survey_route d = {.method = f->method, .line = f->line, .source = f->source};
        const char *full;
        if (!is(last_path, f->path) || (last_var != f->var && !is(last_var, f->var)))
            prefix = full_prefix(c, f->path, f->var, 0);
        if (!prefix) prefix = "";
        last_path = f->path;
        last_var = f->var;
        full = route_join(c->a, prefix, f->route);
        d.route = full ? route_clean(c->a, full) : NULL;
        d.path = arena_dup(c->a, f->path);
        if (!d.route || !d.method || !d.path) continue;
        if (d.method[0] == '=') routes_viewset(c, &d);
        else scan_route(c, &d);
    }
}
