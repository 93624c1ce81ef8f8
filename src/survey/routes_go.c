/* Routes in Go: net/http, chi, gin, echo, fiber, gorilla/mux. */
#include "survey/routes.h"

#include <ctype.h>
#include <string.h>

enum tag { VERB, HANDLE, ROUTE, GROUP, MOUNT, METHOD };
static const struct {
    const char *text;
    enum tag tag;
} literals[] = {
    {".Get(", VERB},    {".Post(", VERB},   {".Put(", VERB},         {".Patch(", VERB},        {".Delete(", VERB},
    {".Head(", VERB},   {".GET(", VERB},    {".POST(", VERB},        {".PUT(", VERB},          {".PATCH(", VERB},
    {".DELETE(", VERB}, {".HEAD(", VERB},   {".Any(", VERB},         {".HandleFunc(", HANDLE}, {".Handle(", HANDLE},
    {".Route(", ROUTE}, {".Group(", GROUP}, {".PathPrefix(", GROUP}, {".Mount(", MOUNT},       {".Method(", METHOD},
};

/* "GET /x" of net/http, "/x" with .Methods("GET") of gorilla, "/x" alone. */
static void take_handle(struct route_file *x, const char *at)
{
    const char *open = strchr(at, '(') + 1, *rest, *route = first_argument(x->c->a, open, &rest), *end, *name, *full;
    size_t n;
    if (!route || (!strchr(route, '/') && route[0])) return;
    name = name_before(x->c->a, x->f->text, at);
    n = name_span(route, "");
    if (n && isupper((unsigned char)route[0]) && route[n] == ' ') {
        full = route + n + strspn(route + n, " ");
        if (full[0] == '/') route_add(x, at, arena_dup_n(x->c->a, route, n), name, full, "net/http");
        return;
    }
    if (route[0] != '/') return;
    full = route_join(x->c->a, route_var_prefix(x, name), route);
    end = call_end(open);
    if (starts(end, ").Methods(")) {
        for (const char *p = end + 10; *p && *p != ')' && *p != '\n';) { /* "GET", http.MethodPost */
            n = name_span(p, ".");
            if (n > 11 && strncmp(p, "http.Method", 11) == 0)
                route_add(x, at, method_upper(x->c->a, p + 11, n - 11), name, full, "gorilla/mux");
            else if (n && p[-1] == '"') route_add(x, at, arena_dup_n(x->c->a, p, n), name, full, "gorilla/mux");
            p += n ? n : 1;
        }
        return;
    }
    route_add(x, at, "ANY", name, full, "net/http");
}

static void take_verb(struct route_file *x, const char *at)
{
    const char *open = strchr(at, '('), *rest, *route = first_argument(x->c->a, open + 1, &rest), *full;
    const char *name = name_before(x->c->a, x->f->text, at);
    if (!route || (route[0] && route[0] != '/') || rest[strspn(rest, " ")] != ',') return;
    if (is(name, "http") || is(name, "client") || is(name, "c")) return;
    full = route_join(x->c->a, route_var_prefix(x, name), route);
    if (full) route_add(x, at, method_upper(x->c->a, at + 1, (size_t)(open - at - 1)), name, full, "router");
}

/* v1 := r.Group("/v1"), or r.Group("/v1", func(r) {…}) */
static void take_group(struct route_file *x, const char *at)
{
    const char *open = strchr(at, '(') + 1, *rest, *route = first_argument(x->c->a, open, &rest);
    const char *name = name_before(x->c->a, x->f->text, at), *to, *full;
    if (!route) return;
    full = route_join(x->c->a, route_var_prefix(x, name), route);
    to = assigned_name(x->c->a, x->f->text, at);
    if (to && full) route_var(x, to, full);
    else if (rest[strspn(rest, " ")] == ',' && strstr(rest, "func(")) route_block(x, rest, route);
}

void routes_go(struct route_file *x)
{
    struct needles **p = &x->c->routes->needles[2];
    struct needle_walk w = {x->f->text, x->f->text + x->f->n, 0, 0};
    const char *at;
    int tag;
    if (!*p) {
        *p = needles_new(x->c->a, countof(literals));
        for (size_t i = 0; *p && i < countof(literals); i++) needles_add(*p, literals[i].text, (int)literals[i].tag);
    }
    while (*p && needles_next(*p, &w, &tag, &at)) {
        const char *open = strchr(at, '(') + 1, *rest, *route;
        if (line_is_comment(x->f->text, at)) continue;
        switch ((enum tag)tag) {
        case VERB: take_verb(x, at); break;
        case HANDLE: take_handle(x, at); break;
        case GROUP: take_group(x, at); break;
        case ROUTE:
            route = first_argument(x->c->a, open, &rest);
            if (route) route_block(x, rest, route);
            break;
        case MOUNT:
            route = first_argument(x->c->a, open, &rest);
            rest = route ? rest + strspn(rest, ", ") : NULL;
            if (rest)
                route_mount(x, name_before(x->c->a, x->f->text, at), route,
                            arena_dup_n(x->c->a, rest, name_span(rest, "_.")));
            break;
        case METHOD: {
            const char *method = first_argument(x->c->a, open, &rest);
            route = method ? first_argument(x->c->a, rest + strspn(rest, ", "), NULL) : NULL;
            if (route && route[0] == '/') route_add(x, at, method, name_before(x->c->a, x->f->text, at), route, "chi");
            break;
        }
        }
    }
}
