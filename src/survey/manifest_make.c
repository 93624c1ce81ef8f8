/* Build files: targets of Makefiles and justfiles, what CMakeLists.txt says about the project, its needs and tests. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#include "survey/yaml.h"

/* A rule's line: target names before a single colon. NULL: none. */
static const char *rule_end(const char *line, size_t n)
{
    const char *colon = memchr(line, ':', n);
    if (!n || isspace((unsigned char)line[0]) || line[0] == '#' || line[0] == '.' || !colon) return NULL;
    if (colon + 1 < line + n && (colon[1] == '=' || (colon[1] == ':' && colon + 2 < line + n && colon[2] == '=')))
        return NULL;
    if (memchr(line, '=', (size_t)(colon - line)) || memchr(line, '$', (size_t)(colon - line)) ||
        memchr(line, '%', (size_t)(colon - line)))
        return NULL;
    return colon;
}

static bool is_target(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)p[i]) && !strchr("-_.+/:", p[i])) return false;
    return n > 0 && n < 100;
}

/* The first recipe line after `at`, without @ and -. */
static const char *recipe(struct arena *a, const char *at)
{
    size_t n;
    const char *line = next_line(&at, &n);
    if (!line || line[0] != '\t') return NULL;
    while (n && strchr("\t @-", *line)) {
        line++;
        n--;
    }
    return trim_copy(a, line, n);
}

/* Names that look like files are commands only when a .PHONY line says so. */
static bool is_phony(const char *text, const char *name, size_t n)
{
    for (const char *p = strstr(text, ".PHONY"); p; p = strstr(p + 1, ".PHONY")) {
        const char *end = p + strcspn(p, "\n");
        for (const char *w = p; w < end; w += strcspn(w, " \t\n") + 1)
            if ((size_t)(end - w) >= n && strncmp(w, name, n) == 0 && strchr(" \t\r\n", w[n])) return true;
    }
    return false;
}

static void add_targets(struct scan *c, const struct manifest_text *m, const char *p, const char *end,
                        const char *after, int64_t line)
{
    while (p < end) {
        size_t n = strcspn(p, " \t:");
        if (n > (size_t)(end - p)) n = (size_t)(end - p);
        if (is_target(p, n) && ((!memchr(p, '.', n) && !memchr(p, '/', n)) || is_phony(m->text, p, n))) {
            const char *name = arena_dup_n(c->a, p, n);
            struct survey_command d = { .path = m->path, .line = line, .dir = m->dir, .what = recipe(c->a, after) };
            if (!name) return;
            d.kind = (int)command_kind_guess(name);
            d.name = arena_fmt(c->a, "make %s", name);
            if (d.name) scan_command(c, &d);
        }
        p += n;
        while (p < end && isspace((unsigned char)*p)) p++;
    }
}

void manifest_make(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    bool continued = false;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *end = continued ? NULL : rule_end(line, n);
        continued = n && line[n - 1] == '\\';
        if (end) add_targets(c, m, line, end, at, number);
    }
}

void manifest_just(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        size_t len = 0, from = n && line[0] == '@';
        struct survey_command d = { .path = m->path, .line = number, .dir = m->dir };
        const char *name;
        while (from + len < n && (isalnum((unsigned char)line[from + len]) || strchr("-_", line[from + len]))) len++;
        if (!len || !memchr(line, ':', n) || strstr(line, ":=") == memchr(line, ':', n)) continue;
        if (from + len < n && !strchr(" :", line[from + len])) continue;
        name = arena_dup_n(c->a, line + from, len);
        if (!name || strcmp(name, "set") == 0 || strcmp(name, "alias") == 0 || strcmp(name, "export") == 0) continue;
        d.kind = (int)command_kind_guess(name);
        d.name = arena_fmt(c->a, "just %s", name);
        if (d.name) scan_command(c, &d);
    }
}

void manifest_taskfile(struct scan *c, const struct manifest_text *m)
{
    struct yaml_docs docs;
    const struct yaml_node *tasks;
    if (!yaml_read(m->text, m->n, c->a, &docs)) {
        scan_problem(c, m->path, docs.wrong_line, "does not parse as YAML: %s", docs.wrong);
        return;
    }
    tasks = docs.docs.n ? yaml_get(docs.docs.v[0], "tasks") : NULL;
    for (size_t i = 0; tasks && i < tasks->pairs.n; i++) {
        const struct yaml_pair *p = &tasks->pairs.v[i];
        struct survey_command d = {
            .path = m->path, .line = p->line, .dir = m->dir, .kind = (int)command_kind_guess(p->key)
        };
        d.name = arena_fmt(c->a, "task %s", p->key);
        if (d.name) scan_command(c, &d);
    }
}

/* --- CMake ------------------------------------------------------------------------------------------------------ */
/* `name(first second …)`: does the line call it? Returns the first argument. */
static const char *call_argument(struct arena *a, const char *text, const char *name, const char **ret_rest)
{
    size_t n = strlen(name);
    const char *p;
    if (strncasecmp(text, name, n) != 0) return NULL;
    p = text + n;
    p += strspn(p, " \t");
    if (*p != '(') return NULL;
    p++;
    p += strspn(p, " \t");
    n = strcspn(p, " \t)");
    *ret_rest = p + n + strspn(p + n, " \t");
    return n ? arena_dup_n(a, p, n) : NULL;
}

static void cmake_project(struct scan *c, const char *name, const char *rest)
{
    struct survey_manifest *row = &c->s->manifests.v[c->s->manifests.n - 1];
    const char *version = strstr(rest, "VERSION");
    row->name = name;
    if (!version) return;
    version += strlen("VERSION");
    version += strspn(version, " \t");
    row->version = arena_dup_n(c->a, version, strcspn(version, " \t)"));
}

/* pkg_check_modules(PREFIX [REQUIRED] [IMPORTED_TARGET] module…) */
static void cmake_modules(struct scan *c, const struct manifest_text *m, const char *rest, int64_t line)
{
    static const char *const words[] = { "REQUIRED", "QUIET", "IMPORTED_TARGET", "GLOBAL", "NO_CMAKE_PATH" };
    while (*rest && *rest != ')') {
        size_t n = strcspn(rest, " \t)");
        const char *module = arena_dup_n(c->a, rest, strcspn(rest, " \t)<>="));
        struct survey_dependency d = { .name = module, .ecosystem = "system", .path = m->path, .line = line };
        bool keyword = false;
        for (size_t i = 0; module && i < countof(words); i++) keyword |= strcmp(words[i], module) == 0;
        if (module && !keyword) scan_dependency(c, &d);
        rest += n;
        rest += strspn(rest, " \t");
    }
}

void manifest_cmake(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line, *rest, *arg;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n);
        if (!text) return;
        if ((arg = call_argument(c->a, text, "project", &rest))) cmake_project(c, arg, rest);
        else if ((arg = call_argument(c->a, text, "pkg_check_modules", &rest))) cmake_modules(c, m, rest, number);
        else if ((arg = call_argument(c->a, text, "find_package", &rest))) {
            struct survey_dependency d = { .name = arg, .ecosystem = "system", .path = m->path, .line = number };
            if (isdigit((unsigned char)rest[0])) d.version = arena_dup_n(c->a, rest, strcspn(rest, " \t)"));
            if (strcmp(arg, "PkgConfig") != 0) scan_dependency(c, &d);
        } else if ((arg = call_argument(c->a, text, "add_test", &rest)) && strcmp(arg, "NAME") == 0) {
            struct survey_command d = { .kind = COMMAND_TEST, .path = m->path, .line = number, .dir = "" };
            const char *name = arena_dup_n(c->a, rest, strcspn(rest, " \t)"));
            if (!name || strchr(name, '$')) continue;
            d.name = arena_fmt(c->a, "ctest -R %s", name);
            if (d.name) scan_command(c, &d);
        }
    }
}
