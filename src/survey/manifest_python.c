/* Python's manifests that are not TOML: requirements files, setup.py, setup.cfg, tox.ini, noxfile.py. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

/* A project that has nothing but a list of requirements. */
static void note_plain_project(struct scan *c, const struct manifest_text *m)
{
    static const char *const better[] = {"pyproject.toml", "setup.py", "setup.cfg", "Pipfile"};
    bool has_code = false;
    if (!is(path_base(m->path), "requirements.txt") || starts(m->path, "tools/") || starts(m->path, "scripts/") ||
        starts(m->path, ".github/"))
        return;
    for (size_t i = 0; i < countof(better); i++)
        if (scan_in_dir(c, m->dir, better[i])) return;
    for (size_t i = 0; i < c->files.n && !has_code; i++)
        has_code = c->files.v[i].language && is(c->files.v[i].language->name, "Python") && !c->files.v[i].test &&
                   path_below(c->files.v[i].f->path, m->dir);
    scan_current(c)->package = has_code && !strstr(m->path, "docs/");
}

/* In a list that pip-compile or uv has made, what others merely bring along is no choice of the project:
 *     flask==3.1.3
 *         # via
 *         #   -r requirements.in */
static bool is_asked_for(const char *at)
{
    const char *line;
    size_t n;
    while ((line = next_line(&at, &n)) && n && (isspace((unsigned char)*line) || *line == '-')) {
        const char *own = line + strspn(line, " \t");
        if (*own == '#' && memmem(own, n - (size_t)(own - line), " -r ", 4)) return true;
    }
    return false;
}

void manifest_requirements(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    bool dev = strstr(m->path, "dev") || strstr(m->path, "test") || strstr(m->path, "docs");
    bool compiled = strstr(m->text, "# via -r ") || strstr(m->text, "#   -r ");
    size_t n;
    note_plain_project(c, m);
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n);
        struct survey_dependency d = {.ecosystem = "pypi", .dev = dev, .path = m->path, .line = number};
        if (!text || !text[0] || !isalnum((unsigned char)text[0])) continue;
        if (strstr(text, "://") && !strchr(text, '@')) continue;
        if (compiled && !is_asked_for(at)) continue;
        split_requirement(c->a, text, &d.name, &d.version);
        scan_dependency(c, &d);
    }
}

/* --- files of sections ------------------------------------------------------------------------------------------- */
struct ini {
    const char *section, *key, *value;
    int64_t line;
};
typedef void ini_fn(void *arg, const struct ini *i);

/* Calls fn for every value; a value over several lines comes line by line. */
static void ini_read(struct arena *a, const char *text, ini_fn *fn, void *arg)
{
    struct ini i = {.section = "", .key = ""};
    const char *at = text, *line;
    size_t n;
    for (i.line = 1; (line = next_line(&at, &n)); i.line++) {
        const char *p = trim_copy(a, line, n), *end;
        if (!p) return;
        if (!p[0] || p[0] == '#' || p[0] == ';') continue;
        if (isspace((unsigned char)line[0])) {
            i.value = p;
            fn(arg, &i);
            continue;
        }
        if (p[0] == '[') {
            i.section = arena_dup_n(a, p + 1, strcspn(p + 1, "]"));
            i.key = "";
            i.value = "";
            if (i.section) fn(arg, &i);
            continue;
        }
        end = p + strcspn(p, "=:");
        i.key = trim_copy(a, p, (size_t)(end - p));
        i.value = *end ? end + 1 + strspn(end + 1, " \t") : "";
        if (i.key) fn(arg, &i);
    }
}

/* --- tox --------------------------------------------------------------------------------------------------------- */
struct ctx {
    struct scan *c;
    const struct manifest_text *m;
    const char *base; /* what tox runs where an environment has no commands of its own; NULL: nothing */
};

static void tox_environment(const struct ctx *x, const char *name, int64_t line, const char *what)
{
    struct command_at d = {.path = x->m->path, .line = line, .dir = x->m->dir};
    d.what = what ? what : x->base;
    if (!name[0] || strpbrk(name, "{}$ ")) return;
    d.kind = (int)command_kind_guess(name);
    if (d.kind == COMMAND_OTHER && (starts(name, "py") || strstr(name, "-py"))) d.kind = COMMAND_TEST;
    if (d.kind == COMMAND_OTHER && !what && x->base) d.kind = (int)command_kind_of_line(x->c->a, x->base);
    scan_command_named(x->c, &d, "tox -e %s", name);
}

/* "py{311,312}-django" gives each of its names. */
static void tox_expand(const struct ctx *x, const char *name, int64_t line, int depth)
{
    const char *open = strchr(name, '{'), *close = open ? strchr(open, '}') : NULL;
    if (!open || !close || depth > 3) {
        tox_environment(x, name, line, NULL);
        return;
    }
    for (const char *p = open + 1; p < close;) {
        size_t n = strcspn(p, ",}");
        const char *one = arena_fmt(x->c->a, "%.*s%.*s%s", (int)(open - name), name, (int)n, p, close + 1);
        if (one) tox_expand(x, one, line, depth + 1);
        p += n + 1;
    }
}

/* Commas outside braces, blanks and line ends part the names. */
static void tox_list(const struct ctx *x, const char *list, int64_t line)
{
    while (*list) {
        size_t n = 0;
        const char *one;
        list += strspn(list, ", \t");
        for (int depth = 0; list[n] && (depth || !strchr(", \t", list[n])); n++)
            depth += (list[n] == '{') - (list[n] == '}');
        one = n ? arena_dup_n(x->c->a, list, n) : NULL;
        if (one) tox_expand(x, one, line, 0);
        list += n;
    }
}

/* What the section's `commands` begins with. */
static const char *tox_what(const struct ctx *x, const char *section)
{
    const char *p = strstr(x->m->text, section), *end, *rest;
    size_t n;
    if (!p) return NULL;
    p += strlen(section);
    end = strstr(p, "\n[");
    p = strstr(p, "\ncommands");
    if (!p || (end && p > end)) return NULL;
    p += strlen("\ncommands");
    p += strspn(p, " \t=\r\n");
    rest = p;
    p = next_line(&rest, &n);
    return p ? trim_copy(x->c->a, p, n) : NULL;
}

static void tox_item(void *arg, const struct ini *i)
{
    const struct ctx *x = arg;
    char section[200];
    if (i->key[0] == '\0' && starts(i->section, "testenv:") &&
        (size_t)snprintf(section, sizeof section, "[%s]", i->section) < sizeof section)
        tox_environment(x, i->section + 8, i->line, tox_what(x, section));
}

static void tox_listed(void *arg, const struct ini *i)
{
    if (is(i->section, "tox") && (is(i->key, "envlist") || is(i->key, "env_list"))) tox_list(arg, i->value, i->line);
}

void manifest_tox(struct scan *c, const struct manifest_text *m)
{
    struct ctx x = {c, m, NULL};
    x.base = tox_what(&x, "[testenv]");
    ini_read(c->a, m->text, tox_item, &x); /* what a section defines is found there, and not in the list before it */
    ini_read(c->a, m->text, tox_listed, &x);
}

/* --- nox --------------------------------------------------------------------------------------------------------- */
void manifest_nox(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line, *decorator = NULL;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        struct command_at d = {.path = m->path, .line = number, .dir = m->dir};
        const char *text = trim_copy(c->a, line, n), *name, *named;
        if (!text) return;
        if (starts(text, "@nox.session") || starts(text, "@session")) decorator = text;
        if (!starts(line, "def ") || !decorator) continue;
        named = strstr(decorator, "name=");
        name = named ? quoted(c->a, named, NULL) : arena_dup_n(c->a, text + 4, name_span(text + 4, "_"));
        decorator = NULL;
        if (!name) continue;
        d.kind = (int)command_kind_guess(name);
        scan_command_named(c, &d, "nox -s %s", name);
    }
}

/* --- setuptools --------------------------------------------------------------------------------------------------- */
static void console_script(struct scan *c, const struct manifest_text *m, const char *text, int64_t line)
{
    const struct command_at d = {.path = m->path, .line = line, .dir = m->dir, .kind = COMMAND_RUN};
    size_t n = name_span(text, "-_.");
    const char *name = n && text[n + strspn(text + n, " ")] == '=' ? arena_dup_n(c->a, text, n) : NULL;
    if (!name) return;
    scan_command_named(c, &d, "%s", name);
    text = strchr(text, '=') + 1;
    entry_of_module(c, m->dir, text + strspn(text, " "));
}

static void cfg_item(void *arg, const struct ini *i)
{
    const struct ctx *x = arg;
    bool requires = (is(i->section, "options") && (is(i->key, "install_requires") || is(i->key, "tests_require"))) ||
                    is(i->section, "options.extras_require");
    struct survey_dependency d = {.ecosystem = "pypi", .path = x->m->path, .line = i->line};
    if (is(i->section, "metadata") && is(i->key, "name")) {
        scan_current(x->c)->name = i->value;
        scan_current(x->c)->package = true;
    } else if (is(i->section, "options") && is(i->key, "python_requires")) {
        d.name = "python";
        d.ecosystem = "runtime";
        d.version = i->value;
        scan_dependency(x->c, &d);
    } else if (is(i->section, "options.entry_points") && is(i->key, "console_scripts"))
        console_script(x->c, x->m, i->value, i->line);
    else if (requires && isalnum((unsigned char)i->value[0])) {
        d.dev = !is(i->section, "options");
        split_requirement(x->c->a, i->value, &d.name, &d.version);
        scan_dependency(x->c, &d);
    }
}

void manifest_setup_cfg(struct scan *c, const struct manifest_text *m)
{
    struct ctx x = {c, m, NULL};
    ini_read(c->a, m->text, cfg_item, &x);
}

/* The texts of `key=[ "…", "…" ]`. */
static void setup_list(struct scan *c, const struct manifest_text *m, const char *key, bool dev)
{
    const char *p = strstr(m->text, key), *end;
    struct line_walk w = {.at = m->text};
    if (!p) return;
    p += strlen(key);
    p += strspn(p, " \t=");
    if (*p != '[') return;
    end = p + strcspn(p, "]");
    while (p < end) {
        struct survey_dependency d = {.ecosystem = "pypi", .dev = dev, .path = m->path};
        const char *text;
        p += strcspn(p, "'\"");
        if (p >= end) return;
        d.line = line_next(&w, p);
        text = quoted(c->a, p, &p);
        if (!text) return;
        split_requirement(c->a, text, &d.name, &d.version);
        if (isalnum((unsigned char)text[0])) scan_dependency(c, &d);
    }
}

void manifest_setup_py(struct scan *c, const struct manifest_text *m)
{
    const char *p = strstr(m->text, "setup(");
    const char *name = p ? strstr(p, "name=") : NULL;
    struct line_walk w = {.at = m->text};
    if (name && strchr("\"'", name[5])) scan_current(c)->name = quoted(c->a, name, NULL);
    scan_current(c)->package = scan_current(c)->name != NULL;
    setup_list(c, m, "install_requires", false);
    setup_list(c, m, "tests_require", true);
    p = strstr(m->text, "console_scripts");
    for (const char *end = p ? p + strcspn(p, "]") : NULL; p && (p = strchr(p, '[')) && p < end;) {
        for (p++; p < end;) {
            const char *text = quoted(c->a, p += strcspn(p, "'\""), &p);
            if (!text) return;
            if (p < end) console_script(c, m, text, line_next(&w, p));
        }
    }
}
