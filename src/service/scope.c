/* What a caller may touch, and the parameters that lists share. */
#include "service/scope.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "pland/store/plans.h"

enum err_kind scope_project(struct txn *tx, const struct call *c, const char *name, int64_t *ret, struct err *e)
{
    struct project_row p = { 0 };
    enum err_kind k;
    if (!name && c->caller.project) {
        *ret = c->caller.project;
        return ERR_OK;
    }
    k = store_project_get(tx, name ? name : "default", c->arena, &p, e);
    if (k == ERR_NOT_FOUND)
        return err_at(e, ERR_INVALID, "/project", "there is no project '%.100s'", name ? name : "default");
    if (k != ERR_OK) return k;
    if (c->caller.project && c->caller.project != p.n)
        return err_at(e, ERR_FORBIDDEN, "/project", "this token belongs to another project");
    *ret = p.n;
    return ERR_OK;
}

enum err_kind scope_provider(const struct service *s, const char *name, struct err *e)
{
    auto_buf names = BUF_INIT(4096);
    if (!name || strcmp(name, s->default_provider) == 0) return ERR_OK;
    for (const char *const *p = s->providers; p && *p; p++) {
        if (strcmp(*p, name) == 0) return ERR_OK;
        buf_fmt(&names, "%s%s", p == s->providers ? "" : ", ", *p);
    }
    return err_at(e, ERR_INVALID, "/provider", "no model '%.60s' is configured; there is %s", name, buf_cstr(&names));
}

enum err_kind scope_filter(struct txn *tx, const struct call *c, int64_t *ret, struct err *e)
{
    const char *name = call_param(c, "project");
    struct project_row p = { 0 };
    enum err_kind k;
    *ret = c->caller.project;
    if (!name) return ERR_OK;
    k = store_project_get(tx, name, c->arena, &p, e);
    if (k == ERR_NOT_FOUND) return err_set(e, ERR_INVALID, "project: there is no project '%.100s'", name);
    if (k != ERR_OK) return k;
    if (c->caller.project && c->caller.project != p.n)
        return err_set(e, ERR_FORBIDDEN, "this token belongs to another project");
    *ret = p.n;
    return ERR_OK;
}

bool scope_sees(const struct call *c, const struct repository_row *r)
{
    return !r->is_private || r->created_by == c->caller.person || c->caller.role >= ROLE_ADMIN;
}

const char *scope_person(struct txn *tx, int64_t n, struct arena *a)
{
    struct person_row p = { 0 };
    struct err e;
    if (!n || store_person_get_n(tx, n, a, &p, &e) != ERR_OK) return NULL;
    return p.id;
}

const char *scope_project_name(struct txn *tx, int64_t n, struct arena *a)
{
    struct project_row p = { 0 };
    struct err e;
    if (!n || store_project_get_n(tx, n, a, &p, &e) != ERR_OK) return NULL;
    return p.name;
}

enum err_kind scope_int(const struct call *c, const char *name, int64_t min, int64_t max, int64_t *ret, struct err *e)
{
    const char *s = call_param(c, name);
    char *end;
    long long v;
    if (!s) return ERR_OK;
    errno = 0;
    v = strtoll(s, &end, 10);
    if ((*s != '-' && (*s < '0' || *s > '9')) || *end || errno || v < min || v > max)
        return err_set(e, ERR_SYNTAX, "%s must be a whole number from %lld to %lld, not '%.40s'", name, (long long)min,
                       (long long)max, s);
    *ret = v;
    return ERR_OK;
}

enum err_kind scope_page(const struct call *c, int preset, int *ret_limit, int64_t *ret_cursor, struct err *e)
{
    int64_t limit = preset, cursor = 0;
    enum err_kind k = scope_int(c, "limit", 1, INT64_MAX, &limit, e);
    if (k != ERR_OK) return k;
    if ((k = scope_int(c, "cursor", 1, INT64_MAX, &cursor, e)) != ERR_OK)
        return err_set(e, ERR_SYNTAX, "cursor is not one that this service gave");
    *ret_limit = limit > 200 ? 200 : (int)limit;
    *ret_cursor = cursor;
    return ERR_OK;
}

const char *scope_path(const struct plan_base_list *bases, size_t i, const char *path)
{
    const char *cut = path ? strstr(path, "//") : NULL;
    const char *alias = bases->v[i].alias ? bases->v[i].alias : bases->v[i].name;
    if (!cut) return i ? NULL : path;
    if (!i || !alias || strncmp(path, alias, (size_t)(cut - path)) != 0 || alias[cut - path]) return NULL;
    return cut + 2;
}
