/* Adding rows to a survey, reading files for it, and the small questions about paths that every detector asks. */
#include "survey/inner.h"

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#define MAX_DEPENDENCIES 4000
#define MAX_COMMANDS 2000

struct survey_manifest *scan_manifest(struct scan *c, const char *path, const char *kind)
{
    struct survey_manifest *row = arena_push(c->a, &c->s->manifests, sizeof *row);
    if (row) *row = (struct survey_manifest){ .path = arena_dup(c->a, path), .kind = kind };
    return row;
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
    row->role = role_of(d->ecosystem, d->name);
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

void scan_evidence(struct scan *c, struct finding *f, const char *path, int64_t line, const char *note)
{
    struct evidence *row = f ? arena_push(c->a, &f->evidence, sizeof *row) : NULL;
    if (row) *row = (struct evidence){ arena_dup(c->a, path), line, arena_dup(c->a, note) };
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
        *row =
            (struct survey_note){ kind, arena_dup(c->a, path), line, text && text[0] ? arena_dup(c->a, text) : NULL };
}

bool scan_read(struct scan *c, const struct tree_file *f, size_t max, bool loud, struct buf *ret)
{
    struct err e = { 0 };
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

int64_t line_of(const char *text, const char *at)
{
    int64_t n = 1;
    for (; text < at; text++) n += *text == '\n';
    return n;
}

const char *path_base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *path_dir(struct arena *a, const char *path)
{
    const char *slash = strrchr(path, '/');
    return arena_dup_n(a, path, slash ? (size_t)(slash - path) : 0);
}

int path_depth(const char *path)
{
    int n = 0;
    for (; *path; path++) n += *path == '/';
    return n;
}

bool path_like(const char *pattern, const char *path)
{
    return fnmatch(pattern, strchr(pattern, '/') ? path : path_base(path), 0) == 0;
}

static bool has_component(const char *path, const char *const *names, size_t n)
{
    while (*path) {
        size_t len = strcspn(path, "/");
        for (size_t i = 0; i < n && path[len] == '/'; i++)
            if (strlen(names[i]) == len && strncmp(path, names[i], len) == 0) return true;
        path += len + (path[len] == '/');
    }
    return false;
}

bool path_foreign(const char *path)
{
    static const char *const dirs[] = { "node_modules", "vendor", "third_party", "third-party", "bower_components",
                                        "dist", ".venv", "venv", ".yarn", "Pods", "__pycache__", "target" };
    static const char *const files[] = { "*.min.js", "*.min.css", "*.pb.go", "*_pb2.py", "*.pb.c", "*.pb.h", "*.map" };
    if (has_component(path, dirs, countof(dirs))) return true;
    for (size_t i = 0; i < countof(files); i++)
        if (path_like(files[i], path)) return true;
    return false;
}

bool path_fixture(const char *path)
{
    static const char *const dirs[] = { "testdata",      "fixtures",  "__fixtures__",
                                        "test-fixtures", "test_data", "codebases" };
    return has_component(path, dirs, countof(dirs));
}

const char *next_line(const char **at, size_t *ret_n)
{
    const char *line = *at, *end;
    if (!line || !*line) return NULL;
    end = strchr(line, '\n');
    *ret_n = end ? (size_t)(end - line) : strlen(line);
    *at = end ? end + 1 : line + *ret_n;
    if (*ret_n && line[*ret_n - 1] == '\r') --*ret_n;
    return line;
}

const char *trim_copy(struct arena *a, const char *p, size_t n)
{
    while (n && isspace((unsigned char)*p)) {
        p++;
        n--;
    }
    while (n && isspace((unsigned char)p[n - 1])) n--;
    return arena_dup_n(a, p, n);
}
