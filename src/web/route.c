/* Finding a row of the route table. */
#include "web/routes.h"

#include <stdio.h>
#include <string.h>

#include "pland/web/web.h"

/* What follows the pattern's literal segment at p when it is s; NULL when it is another. */
static const char *literal(const char *p, const char *s)
{
    while (*p && *p != '/')
        if (*p++ != *s++) return NULL;
    return *s == '\0' ? p : NULL;
}

/* One pattern against the decoded segments; ids in the order of the pattern. */
static bool matches(const char *pattern, const struct target *t, const char *ids[2])
{
    const char *p = pattern + 1;
    size_t at = 0, n_ids = 0;
    ids[0] = ids[1] = NULL;
    while (*p) {
        const char *s;
        if (at == t->n_segments) return false;
        s = t->segments[at++];
        if (*p == '{') {
            if (*s == '\0') return false;
            if (n_ids < 2) ids[n_ids++] = s;
            p = strchrnul(p, '/');
        } else if (!(p = literal(p, s))) {
            return false;
        }
        if (*p == '/') p++;
    }
    return at == t->n_segments;
}

void route_find(const char *method, const struct target *t, struct route_match *ret)
{
    const char *wanted = strcmp(method, "HEAD") == 0 ? "GET" : method;
    *ret = (struct route_match){0};
    if (t->n_segments > TARGET_SEGMENTS) return;
    for (size_t i = 0; i < n_routes; i++) {
        const char *ids[2];
        if (!matches(routes[i].pattern, t, ids)) continue;
        ret->path_known = true;
        if (strcmp(routes[i].method, wanted) != 0) continue;
        ret->route = &routes[i];
        ret->id = ids[0];
        ret->sub = ids[1];
        return;
    }
}

void route_allow(const struct target *t, char *ret, size_t cap)
{
    size_t used = 0;
    ret[0] = '\0';
    for (size_t i = 0; i < n_routes && t->n_segments <= TARGET_SEGMENTS; i++) {
        const char *ids[2];
        const char *more = strcmp(routes[i].method, "GET") == 0 ? ", HEAD" : "";
        if (!matches(routes[i].pattern, t, ids)) continue;
        used += (size_t)snprintf(ret + used, cap - used, "%s%s, ", routes[i].method, more);
        if (used >= cap) return;
    }
    (void)snprintf(ret + used, cap - used, "OPTIONS");
}

bool route_takes(const struct route *r, const char *param)
{
    size_t n = strlen(param);
    const char *p = r->params ? r->params : "";
    while (*p) {
        size_t len = strcspn(p, " ");
        if (len == n && memcmp(p, param, n) == 0) return true;
        p += len + (p[len] == ' ');
    }
    return false;
}

size_t route_number(const struct route *r)
{
    return (size_t)(r - routes);
}

size_t web_routes(struct web_route *ret, size_t cap)
{
    for (size_t i = 0; i < n_routes && i < cap; i++)
        ret[i] = (struct web_route){routes[i].method, routes[i].pattern, (int)routes[i].role,
                                    routes[i].params ? routes[i].params : ""};
    return n_routes;
}

void web_routes_text(struct buf *b)
{
    for (size_t i = 0; i < n_routes; i++)
        buf_fmt(b, "%-6s %-48s %s\n", routes[i].method, routes[i].pattern, role_names[routes[i].role]);
}
