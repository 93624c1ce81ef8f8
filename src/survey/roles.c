/* Looks dependencies up, and lists the frameworks among them. */
#include "survey/roles.h"

#include <ctype.h>
#include <string.h>

/* "github.com/go-chi/chi/v5": without the major version. */
static size_t without_major(const char *name)
{
    const char *slash = strrchr(name, '/');
    if (slash && slash[1] == 'v' && isdigit((unsigned char)slash[2]) &&
        slash[2 + strspn(slash + 2, "0123456789")] == '\0')
        return (size_t)(slash - name);
    return strlen(name);
}

/* Python says that case and the marks - _ . do not matter. */
static bool same_name(const char *ecosystem, const char *known, const char *name, size_t n)
{
    bool python = strcmp(ecosystem, "pypi") == 0;
    if (strlen(known) != n) return false;
    for (size_t i = 0; i < n; i++) {
        char x = (char)tolower((unsigned char)known[i]), y = (char)tolower((unsigned char)name[i]);
        if (x == y || (python && strchr("-_.", x) && y && strchr("-_.", y))) continue;
        return false;
    }
    return true;
}

static const struct role *row_in(const struct role *rows, size_t n_rows, const char *ecosystem, const char *name,
                                 size_t n)
{
    for (size_t i = 0; i < n_rows; i++)
        if (strcmp(rows[i].ecosystem, ecosystem) == 0 && same_name(ecosystem, rows[i].name, name, n)) return &rows[i];
    return NULL;
}

const struct role *role_row(const char *ecosystem, const char *name)
{
    size_t n = strcmp(ecosystem, "go") == 0 ? without_major(name) : strlen(name);
    const struct role *found = row_in(roles_script, n_roles_script, ecosystem, name, n);
    return found ? found : row_in(roles_compiled, n_roles_compiled, ecosystem, name, n);
}

/* Of several conditions the one that says from where on: ">=1.2" of "<2,>=1.2". */
static const char *lower_bound(const char *version)
{
    const char *p = version;
    while (p && (*p == '<' || *p == '!')) {
        p = strchr(p, ',');
        if (p) p += 1 + strspn(p + 1, " ");
    }
    return p ? p : version;
}

/* The first number with its dots: "^1.2.3" and ">=1.2.3,<2" say 1.2.3; "v1.8.0" 1.8.0. */
static const char *number_of(struct arena *a, const char *version)
{
    size_t n;
    if (!version) return NULL;
    version = lower_bound(version);
    version += strcspn(version, "0123456789");
    n = name_span(version, ".-+*");
    while (n && strchr(".-+", version[n - 1])) n--;
    return n ? arena_dup_n(a, version, n) : NULL;
}

void detect_frameworks(struct scan *c)
{
    for (size_t i = 0; i < c->s->dependencies.n; i++) {
        const struct survey_dependency *d = &c->s->dependencies.v[i];
        const struct role *r = role_row(d->ecosystem, d->name);
        const char *name = r && r->framework ? is(r->framework, ROLE_SAME) ? d->name : r->framework : NULL;
        const char *version = number_of(c->a, d->version);
        struct survey_framework *row = NULL;
        if (!name) continue;
        for (size_t j = 0; j < c->s->frameworks.n && !row; j++)
            if (is(c->s->frameworks.v[j].name, name) && is(c->s->frameworks.v[j].path, d->path))
                row = &c->s->frameworks.v[j];
        if (row) {
            if (!row->version) row->version = version;
            continue;
        }
        row = arena_push(c->a, &c->s->frameworks, sizeof *row);
        if (row) *row = (struct survey_framework){name, version, r->role, d->path, d->line};
    }
}
