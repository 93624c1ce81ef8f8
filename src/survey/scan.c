/* Adding rows to a survey, reading files for it, and the small questions about paths that every detector asks. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#define MAX_DEPENDENCIES 4000
#define MAX_COMMANDS 2000

struct survey_manifest *scan_manifest(struct scan *c, const char *path, const char *kind)
{
    struct survey_manifest *row = arena_push(c->a, &c->s->manifests, sizeof *row);
    if (row) *row = (struct survey_manifest){.path = arena_dup(c->a, path), .kind = kind};
    return row;
}

struct survey_manifest *scan_current(struct scan *c)
{
    return &c->s->manifests.v[c->s->manifests.n - 1];
}

/* true: there are as many rows as a survey holds; said once. */
static bool cut_off(struct scan *c, size_t n, size_t max, const char *what)
{
    if (n < max) return false;
    for (size_t i = 0; i < c->s->problems.n; i++)
        if (strstr(c->s->problems.v[i].text, what)) return true;
    scan_problem(c, NULL, 0, "only the first %zu %s are listed", max, what);
    c->s->partial = true;
    return true;
}

void scan_dependency(struct scan *c, const struct survey_dependency *d)
{
    struct survey_dependency *row;
    const struct role *role;
    if (!d->name || !d->name[0] || cut_off(c, c->s->dependencies.n, MAX_DEPENDENCIES, "dependencies")) return;
    for (size_t i = 0; i < c->s->dependencies.n; i++) {
        const struct survey_dependency *known = &c->s->dependencies.v[i];
        if (strcmp(known->path, d->path) == 0 && strcmp(known->name, d->name) == 0) return;
    }
    row = arena_push(c->a, &c->s->dependencies, sizeof *row);
    if (!row) return;
    *row = *d;
    row->name = arena_dup(c->a, d->name);
    row->version = d->version && d->version[0] ? arena_dup(c->a, d->version) : NULL;
    row->path = arena_dup(c->a, d->path);
    role = role_row(d->ecosystem, d->name);
    row->role = role ? role->role : NULL;
}

void scan_command(struct scan *c, const struct survey_command *d)
{
    struct survey_command *row;
    if (cut_off(c, c->s->commands.n, MAX_COMMANDS, "commands")) return;
    for (size_t i = 0; i < c->s->commands.n; i++) {
        const struct survey_command *known = &c->s->commands.v[i];
        if (strcmp(known->name, d->name) == 0 && strcmp(known->dir, d->dir) == 0) return;
    }
    row = arena_push(c->a, &c->s->commands, sizeof *row);
    if (!row) return;
    *row = *d;
    row->name = arena_dup(c->a, d->name);
    row->match = arena_dup(c->a, d->match ? d->match : d->name);
    row->path = arena_dup(c->a, d->path);
    row->dir = arena_dup(c->a, d->dir);
    row->what = d->what && d->what[0] ? arena_dup(c->a, d->what) : NULL;
}

void scan_command_named(struct scan *c, const struct command_at *at, const char *fmt, ...)
{
    struct survey_command d = {.path = at->path, .dir = at->dir, .line = at->line, .kind = at->kind, .what = at->what};
    char name[600];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(name, sizeof name, fmt, ap);
    va_end(ap);
    d.name = name;
    if (d.kind == KIND_BY_NAME || d.kind == COMMAND_OTHER) d.kind = (int)command_kind_of(c->a, name, at->what);
    if (d.kind == COMMAND_DEPLOY && command_kind_of(c->a, name, at->what) == COMMAND_MIGRATE)
        d.kind = COMMAND_MIGRATE; /* db:push: drizzle-kit push */
    if (d.kind == COMMAND_RUN && command_kind_of_line(c->a, name) == COMMAND_RUN)
        d.kind = (int)command_kind_of(c->a, name, at->what); /* watch: ng build --watch */
    if ((d.kind == COMMAND_TEST || (d.kind == COMMAND_FORMAT && command_kind_of_line(c->a, name) == COMMAND_FORMAT)) &&
        command_kind_of(c->a, name, at->what) == COMMAND_LINT)
        d.kind = COMMAND_LINT; /* check: eslint, style: pre-commit run */
    scan_command(c, &d);
}

struct finding *scan_finding(struct scan *c, void *list, const char *fmt, ...)
{
    struct finding *row = arena_push(c->a, list, sizeof *row);
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (row) row->text = arena_dup(c->a, text);
    return row;
}

struct finding *scan_fact(struct scan *c, void *list, const char *id, int confidence, const char *text)
{
    struct {
        struct finding *v;
        size_t n;
    } *rows = list;
    struct finding *f;
    for (size_t i = 0; i < rows->n; i++)
        if (is(rows->v[i].text, text) && (rows->v[i].id == id || is(rows->v[i].id, id))) return &rows->v[i];
    f = scan_finding(c, list, "%s", text);
    if (f) {
        f->id = id;
        f->confidence = confidence;
    }
    return f;
}

void scan_evidence(struct scan *c, struct finding *f, const char *path, int64_t line, const char *note)
{
    struct evidence *row = f ? arena_push(c->a, &f->evidence, sizeof *row) : NULL;
    if (row) *row = (struct evidence){arena_dup(c->a, path), line, arena_dup(c->a, note)};
}

void scan_problem(struct scan *c, const char *path, int64_t line, const char *fmt, ...)
{
    struct finding *f;
    char text[400];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    f = scan_finding(c, &c->s->problems, "%s", text);
    if (path) scan_evidence(c, f, path, line, NULL);
}

void scan_note(struct scan *c, void *list, const char *kind, const char *path, int64_t line, const char *text)
{
    struct survey_note *row = arena_push(c->a, list, sizeof *row);
    if (row)
        *row = (struct survey_note){kind, arena_dup(c->a, path), line, text && text[0] ? arena_dup(c->a, text) : NULL};
}

bool scan_read(struct scan *c, const struct tree_file *f, size_t max, bool loud, struct buf *ret)
{
    struct err e = {0};
    enum err_kind k;
    if (c->failed) return false;
    if (!loud && (!f->kept || f->mode == TREE_MODE_LINK || f->size > (int64_t)max)) return false;
    buf_clear(ret);
    k = tree_read(c->t, f->path, max, ret, &e);
    if (k == ERR_OK) return true;
    if (k == ERR_MEDIA_TYPE || k == ERR_TOO_LARGE || k == ERR_NOT_FOUND) {
        if (loud) scan_problem(c, f->path, 0, "cannot be read: %s", e.msg);
    } else {
        *c->e = e;
        c->failed = k;
    }
    return false;
}

/* --- values of builds ------------------------------------------------------------------------------------------- */
void scan_keep(struct scan *c, const char *path, const char *name, const char *value)
{
    struct scan_property *row = value ? arena_push(c->a, &c->properties, sizeof *row) : NULL;
    if (row) *row = (struct scan_property){path, name, value};
}

const char *scan_inherited(const struct scan *c, const char *path, const char *name)
{
    for (size_t i = c->properties.n; i-- > 0;) {
        const struct scan_property *p = &c->properties.v[i];
        if (is(p->name, name) && strncmp(p->path, path, (size_t)(path_base(p->path) - p->path)) == 0) return p->value;
    }
    return NULL;
}

/* --- small rows ------------------------------------------------------------------------------------------------- */
/* What places of deployment are called. */
void scan_environment(struct scan *c, const char *name, const char *path, int64_t line)
{
    static const char *const names[] = {
        "production", "prod",    "prd",        "live", "staging",     "stage",   "stg",     "development",
        "dev",        "preview", "review",     "qa",   "uat",         "sandbox", "preprod", "pre-production",
        "canary",     "demo",    "acceptance", "test", "integration", "beta"};
    struct survey_environment *row;
    char lower[40] = "";
    bool known = false;
    for (size_t i = 0; name[i] && i + 1 < sizeof lower; i++) lower[i] = (char)tolower((unsigned char)name[i]);
    for (size_t i = 0; i < countof(names) && !known; i++) known = is(lower, names[i]);
    for (size_t i = 0; i < c->s->environments.n; i++) known &= !is(c->s->environments.v[i].name, lower);
    row = known ? arena_push(c->a, &c->s->environments, sizeof *row) : NULL;
    if (row) *row = (struct survey_environment){arena_dup(c->a, lower), arena_dup(c->a, path), line};
}

void scan_coverage(struct scan *c, const char *tool, int64_t minimum, const char *path, int64_t line)
{
    struct survey_coverage *row = NULL;
    for (size_t i = 0; i < c->s->coverage.n && !row; i++)
        if (is(c->s->coverage.v[i].tool, tool)) row = &c->s->coverage.v[i];
    if (row && (row->minimum || !minimum)) return;
    if (!row) row = arena_push(c->a, &c->s->coverage, sizeof *row);
    if (row) *row = (struct survey_coverage){tool, minimum, arena_dup(c->a, path), line};
}

void scan_entry_point(struct scan *c, const char *path, int64_t line, const char *what)
{
    struct survey_entry_point *row;
    for (size_t i = 0; i < c->s->entry_points.n; i++)
        if (is(c->s->entry_points.v[i].path, path)) return;
    if (c->s->entry_points.n >= 200) return;
    row = arena_push(c->a, &c->s->entry_points, sizeof *row);
    if (row) *row = (struct survey_entry_point){arena_dup(c->a, path), line, what};
}
