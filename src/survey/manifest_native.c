/* Build systems of C and C++: CMake, Meson, Autoconf, Ninja, and Bazel's module file. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#define MAX_ARGUMENTS 64
#define ARGUMENT_MAX 8000 /* of a call that is looked into */
#define MAX_CALLS 2000

/* --- CMake: name(argument …) over as many lines as it takes --------------------------------------------------------
 */
struct call {
    const char *name;
    int64_t line;
    const char *v[MAX_ARGUMENTS];
    size_t n;
};

static const char *skip_blank(const char *p, int64_t *line)
{
    for (;; p++) {
        if (*p == '#') p += strcspn(p, "\n");
        if (*p == '\n') ++*line;
        if (!*p || !isspace((unsigned char)*p)) return p;
    }
}

/* The next call at or after p; NULL: none. */
static const char *next_call(struct arena *a, const char *p, int64_t *line, struct call *ret)
{
    for (;;) {
        size_t n;
        p = skip_blank(p, line);
        if (!*p) return NULL;
        n = name_span(p, "_");
        if (!n) {
            p++;
            continue;
        }
        ret->name = arena_dup_n(a, p, n);
        ret->line = *line;
        ret->n = 0;
        p = skip_blank(p + n, line);
        if (*p == '(') break;
    }
    for (int depth = 1; depth && *p;) {
        size_t n;
        p = skip_blank(p + 1, line);
        while (*p == '(' || *p == ')') {
            depth += *p == '(' ? 1 : -1;
            if (!depth) return p + 1;
            p = skip_blank(p + 1, line);
        }
        if (*p == '"') {
            for (n = 0, p++; p[n] && p[n] != '"'; n++) n += p[n] == '\\' && p[n + 1];
            for (size_t i = 0; i < n; i++) *line += p[i] == '\n';
        } else n = strcspn(p, " \t\r\n()#\"");
        if (n && ret->n < MAX_ARGUMENTS) ret->v[ret->n++] = arena_dup_n(a, p, n);
        p += n;
        if (*p == '(' || *p == ')') p--;
        else if (*p == '#' || *p == '\n') p--;
    }
    return *p ? p : NULL;
}

static const char *after_word(const struct call *k, const char *word)
{
    for (size_t i = 0; i + 1 < k->n; i++)
        if (is(k->v[i], word)) return k->v[i + 1];
    return NULL;
}

static void cmake_project(struct scan *c, const struct call *k)
{
    struct survey_manifest *row = scan_current(c);
    if (!k->n || strchr(k->v[0], '$')) return;
    row->name = k->v[0];
    row->version = after_word(k, "VERSION");
    row->line = k->line;
    row->package = !path_test(row->path) && !path_aside(row->path);
}

/* pkg_check_modules(PREFIX [REQUIRED] [IMPORTED_TARGET] module…) */
static void cmake_modules(struct scan *c, const struct manifest_text *m, const struct call *k)
{
    static const char *const words[] = {"REQUIRED", "QUIET", "IMPORTED_TARGET", "GLOBAL", "NO_CMAKE_PATH"};
    for (size_t i = 1; i < k->n; i++) {
        size_t n = strcspn(k->v[i], "<>=");
        struct survey_dependency d = {.ecosystem = "system", .path = m->path, .line = k->line};
        bool keyword = false;
        for (size_t j = 0; j < countof(words); j++) keyword |= is(words[j], k->v[i]);
        if (keyword) continue;
        d.name = arena_dup_n(c->a, k->v[i], n);
        d.version = k->v[i] + n + strspn(k->v[i] + n, "<>=");
        scan_dependency(c, &d);
    }
}

static void cmake_target(struct scan *c, const struct manifest_text *m, const struct call *k)
{
    struct command_at d = {.path = m->path, .line = k->line, .dir = ""};
    if (!k->n || strchr(k->v[0], '$') || (k->n > 1 && is(k->v[1], "ALL")) || !after_word(k, "COMMAND")) return;
    d.kind = (int)command_kind_guess(k->v[0]);
    scan_command_named(c, &d, "cmake --build build --target %s", k->v[0]);
}

static bool registers_tests(const struct call *k)
{
    if (strcasecmp(k->name, "include") == 0) return k->n && is(k->v[0], "CTest");
    return strcasecmp(k->name, "enable_testing") == 0 || strcasecmp(k->name, "add_test") == 0 ||
           ends(k->name, "discover_tests");
}

/* Test frameworks that are fetched or lie in a folder: FetchContent_Declare(googletest …), add_subdirectory(…/Catch2)
 */
static void cmake_fetched(struct scan *c, const struct manifest_text *m, const struct call *k)
{
    static const struct {
        const char *sign, *name;
    } known[] = {{"googletest", "GTest"}, {"gtest_main", "GTest"}, {"Catch2", "Catch2"}, {"doctest", "doctest"}};
    bool links =
        strcasecmp(k->name, "target_link_libraries") == 0 || strcasecmp(k->name, "target_include_directories") == 0;
    if (!links && strcasecmp(k->name, "FetchContent_Declare") != 0 && strcasecmp(k->name, "add_subdirectory") != 0 &&
        strcasecmp(k->name, "CPMAddPackage") != 0)
        return;
    for (size_t i = links; i < k->n; i++)
        for (size_t j = 0; j < countof(known); j++) {
            const struct survey_dependency d = {
                .name = known[j].name, .ecosystem = "system", .dev = true, .path = m->path, .line = k->line};
            const char *own = scan_current(c)->name;
            if (strstr(k->v[i], known[j].sign) && (!own || strcasecmp(own, known[j].name) != 0)) scan_dependency(c, &d);
        }
}

/* A build that looks for the package it makes itself tries how others would use it. */
static bool is_own_package(const struct scan *c, const char *name)
{
    for (size_t i = 0; i < c->s->manifests.n; i++)
        if (is(c->s->manifests.v[i].kind, "cmake") && c->s->manifests.v[i].name &&
            strcasecmp(c->s->manifests.v[i].name, name) == 0)
            return true;
    return false;
}

void manifest_cmake(struct scan *c, const struct manifest_text *m)
{
    const char *p = m->text;
    int64_t line = 1;
    struct call k;
    while (p && (p = next_call(c->a, p, &line, &k)) && k.name) {
        if (registers_tests(&k)) c->ctest = true;
        cmake_fetched(c, m, &k);
        if (strcasecmp(k.name, "project") == 0) cmake_project(c, &k);
        else if (strcasecmp(k.name, "pkg_check_modules") == 0) cmake_modules(c, m, &k);
        else if (strcasecmp(k.name, "add_custom_target") == 0) cmake_target(c, m, &k);
        else if (strcasecmp(k.name, "find_package") == 0 && k.n && !is(k.v[0], "PkgConfig") && !strchr(k.v[0], '$') &&
                 !is_own_package(c, k.v[0])) {
            struct survey_dependency d = {.name = k.v[0], .ecosystem = "system", .path = m->path, .line = k.line};
            if (k.n > 1 && isdigit((unsigned char)k.v[1][0])) d.version = k.v[1];
            scan_dependency(c, &d);
        }
    }
}

/* --- Meson ------------------------------------------------------------------------------------------------------- */
static bool is_comment_line(const char *text, const char *at)
{
    for (int i = 0; i < 2000 && at > text && at[-1] != '\n'; i++) at--;
    return at[strspn(at, " \t")] == '#';
}

/* name( at the start of a word; what follows the bracket. */
static const char *call_of(const char *text, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = strstr(text, name); p; p = strstr(p + 1, name))
        if (!is_comment_line(text, p) &&
            (p == text || (!isalnum((unsigned char)p[-1]) && p[-1] != '_' && p[-1] != '.')) && p[n] == '(')
            return p + n + 1;
    return NULL;
}

/* The value of `key: '…'` or `key = "…"` before the call ends. */
static const char *keyword(struct arena *a, const char *p, const char *key)
{
    size_t n = strlen(key);
    const char *end = p;
    while (*end && *end != ')' && end - p < ARGUMENT_MAX) end++;
    for (const char *q = strstr(p, key); q && q < end; q = strstr(q + 1, key)) {
        const char *v = q + n + strspn(q + n, " \t");
        if (*v == ':' || *v == '=') return quoted(a, v, NULL);
    }
    return NULL;
}

/* The first argument when it is a text, be it on the next line. */
static const char *first_text(struct arena *a, const char *p)
{
    p += strspn(p, " \t\r\n");
    return *p == '\'' || *p == '"' ? quoted(a, p, NULL) : NULL;
}

void manifest_meson(struct scan *c, const struct manifest_text *m)
{
    const char *p = call_of(m->text, "project");
    if (p) {
        scan_current(c)->name = first_text(c->a, p);
        scan_current(c)->version = keyword(c->a, p, "version");
        scan_current(c)->package = scan_current(c)->name != NULL;
        scan_current(c)->line = line_of(m->text, p);
    }
    for (int i = 0; i < MAX_CALLS && (p = call_of(i ? p : m->text, "dependency")); i++) {
        struct survey_dependency d = {.ecosystem = "system", .path = m->path, .line = line_of(m->text, p)};
        d.name = first_text(c->a, p);
        d.version = keyword(c->a, p, "version");
        if (d.name) scan_dependency(c, &d);
    }
    p = m->text;
    for (int i = 0; i < MAX_CALLS && (p = call_of(p, "run_target")); i++) {
        struct command_at d = {.path = m->path, .line = line_of(m->text, p), .dir = "", .kind = KIND_BY_NAME};
        const char *name = first_text(c->a, p);
        if (!name) continue;
        d.kind = (int)command_kind_guess(name);
        scan_command_named(c, &d, "meson compile -C build %s", name);
    }
}

/* --- Autoconf ---------------------------------------------------------------------------------------------------- */
/* One macro argument: "[…]" or plain, up to a comma or the end. */
static const char *macro_argument(struct arena *a, const char *p, const char **ret_rest)
{
    size_t n;
    p += strspn(p, " \t\r\n");
    if (*p == '[') {
        for (n = 0, p++; p[n] && p[n] != ']' && n < ARGUMENT_MAX; n++) {
        }
        *ret_rest = p + n + (p[n] == ']');
    } else {
        for (n = 0; p[n] && !strchr(",)\n", p[n]) && n < ARGUMENT_MAX; n++) {
        }
        *ret_rest = p + n;
    }
    *ret_rest += strspn(*ret_rest, " \t\r\n");
    if (**ret_rest == ',') ++*ret_rest;
    return trim_copy(a, p, n);
}

/* "zlib >= 1.2.11 glib-2.0" */
static void autoconf_modules(struct scan *c, const struct manifest_text *m, const char *list, int64_t line)
{
    while (list && *list) {
        struct survey_dependency d = {.ecosystem = "system", .path = m->path, .line = line};
        size_t n;
        list += strspn(list, " \t\r\n");
        n = strcspn(list, " \t\r\n<>=");
        if (!n) return;
        d.name = arena_dup_n(c->a, list, n);
        list += n;
        list += strspn(list, " \t\r\n");
        if (*list && strchr("<>=", *list)) {
            list += strspn(list, "<>= \t");
            n = strcspn(list, " \t\r\n");
            d.version = arena_dup_n(c->a, list, n);
            list += n;
        }
        if (d.name && !strchr(d.name, '$')) scan_dependency(c, &d);
    }
}

void manifest_autoconf(struct scan *c, const struct manifest_text *m)
{
    const char *p = call_of(m->text, "AC_INIT"), *rest;
    if (p) {
        scan_current(c)->name = macro_argument(c->a, p, &rest);
        scan_current(c)->version = macro_argument(c->a, rest, &rest);
        scan_current(c)->line = line_of(m->text, p);
    }
    p = m->text;
    for (int i = 0; i < MAX_CALLS && (p = call_of(p, "PKG_CHECK_MODULES")); i++) {
        int64_t line = line_of(m->text, p);
        (void)macro_argument(c->a, p, &rest);
        autoconf_modules(c, m, macro_argument(c->a, rest, &rest), line);
    }
}

/* --- Ninja, Bazel ------------------------------------------------------------------------------------------------ */
void manifest_ninja(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        struct command_at d = {.path = m->path, .line = number, .dir = m->dir};
        size_t len = n > 6 && starts(line, "build ") ? name_span(line + 6, "-_") : 0;
        const char *name = len && starts(line + 6 + len, ": phony") ? arena_dup_n(c->a, line + 6, len) : NULL;
        if (!name) continue;
        d.kind = (int)command_kind_guess(name);
        scan_command_named(c, &d, "ninja %s", name);
    }
}

void manifest_bazel(struct scan *c, const struct manifest_text *m)
{
    const char *p = call_of(m->text, "module");
    if (p) {
        scan_current(c)->name = keyword(c->a, p, "name");
        scan_current(c)->version = keyword(c->a, p, "version");
        scan_current(c)->package = scan_current(c)->name != NULL;
    }
    p = m->text;
    for (int i = 0; i < MAX_CALLS && (p = call_of(p, "bazel_dep")); i++) {
        struct survey_dependency d = {.ecosystem = "bazel", .path = m->path, .line = line_of(m->text, p)};
        d.name = keyword(c->a, p, "name");
        d.version = keyword(c->a, p, "version");
        if (d.name) scan_dependency(c, &d);
    }
}
