/* Manifests in TOML: pyproject.toml (PEP 621, dependency groups, poetry, task runners), Cargo.toml, Pipfile. */
#include "survey/inner.h"

#include <string.h>

#include "survey/toml.h"

struct ctx {
    struct scan *c;
    const struct manifest_text *m;
};

static void add(const struct ctx *x, const struct toml_item *i, const char *ecosystem, const char *name,
                const char *version, bool dev)
{
    struct survey_dependency d = {
        .name = name, .version = version, .ecosystem = ecosystem, .dev = dev, .path = x->m->path, .line = i->line};
    scan_dependency(x->c, &d);
}

static void add_requirement(const struct ctx *x, const struct toml_item *i, bool dev)
{
    const char *name, *version;
    if (!i->string) return;
    split_requirement(x->c->a, i->text, &name, &version);
    add(x, i, "pypi", name, version, dev);
}

/* { workspace = true }: the version stands in the workspace's manifest. */
static bool from_workspace(const struct toml_item *i)
{
    const char *p = strstr(i->text, "workspace");
    return (i->dotted && ends(i->key, ".workspace")) || (!i->string && p && strstr(p, "true"));
}

/* name = "1.2" or name = { version = "1.2", … } */
static void add_pair(const struct ctx *x, const struct toml_item *i, const char *ecosystem, bool dev)
{
    const char *version = i->string ? i->text : toml_inline(x->c->a, i->text, "version");
    const char *dot = i->dotted ? strchr(i->key, '.') : NULL;
    const char *name = dot ? arena_dup_n(x->c->a, i->key, (size_t)(dot - i->key)) : i->key;
    if (i->element) return;
    if ((dot && !is(dot, ".version")) || from_workspace(i)) version = NULL;
    if (is(ecosystem, "pypi") && is(i->key, "python")) add(x, i, "runtime", "python", version, false);
    else if (name) add(x, i, ecosystem, name, version, dev);
}

static void add_command(const struct ctx *x, const struct toml_item *i, const char *runner, const char *name,
                        enum command_kind kind)
{
    const struct command_at d = {
        .kind = (int)kind, .path = x->m->path, .line = i->line, .dir = x->m->dir, .what = i->string ? i->text : NULL};
    scan_command_named(x->c, &d, "%s%s%s", runner, runner[0] ? " " : "", name);
}

struct task_runner {
    const char *section, *runner;
};
static const struct task_runner task_runners[] = {
    {"tool.poe.tasks", "poe"},       {"tool.pdm.scripts", "pdm run"},
    {"tool.taskipy.tasks", "task"},  {"tool.hatch.envs.default.scripts", "hatch run"},
    {"tool.rye.scripts", "rye run"}, {"envs.default.scripts", "hatch run"},
};

/* [tool.hatch.envs.lint.scripts] style = "…" is `hatch run lint:style`. */
static void hatch_script(const struct ctx *x, const struct toml_item *i)
{
    const char *p = strstr(i->section, "envs."), *end = p ? strstr(p, ".scripts") : NULL;
    struct command_at d = {.path = x->m->path, .line = i->line, .dir = x->m->dir, .what = i->text};
    if (!end || end[8] || starts(p, "envs.default.") || (p != i->section && !starts(i->section, "tool.hatch."))) return;
    d.kind = (int)command_kind_guess(i->key);
    scan_command_named(x->c, &d, "hatch run %.*s:%s", (int)(end - p - 5), p + 5, i->key);
}

/* What a script of the package is called with. */
static const char *script_runner(const struct ctx *x)
{
    if (strstr(x->m->text, "[tool.poetry]") || scan_in_dir(x->c, x->m->dir, "poetry.lock")) return "poetry run";
    return "";
}

static void pyproject_project(const struct ctx *x, const struct toml_item *i)
{
    if (is(i->key, "name") && !i->element) {
        scan_current(x->c)->name = i->text;
        scan_current(x->c)->line = i->line;
        scan_current(x->c)->package = true;
    }
    if (is(i->key, "version") && i->string) scan_current(x->c)->version = i->text;
    if (is(i->key, "requires-python")) add(x, i, "runtime", "python", i->text, false);
    if (is(i->key, "dependencies") && i->element) add_requirement(x, i, false);
}

static void pyproject_item(void *arg, const struct toml_item *i)
{
    const struct ctx *x = arg;
    if (is(i->section, "project") || is(i->section, "tool.poetry")) pyproject_project(x, i);
    else if ((is(i->section, "project.optional-dependencies") || is(i->section, "dependency-groups")) && i->element)
        add_requirement(x, i, true);
    else if (is(i->section, "tool.uv") && is(i->key, "dev-dependencies") && i->element) add_requirement(x, i, true);
    else if (is(i->section, "tool.poetry.dependencies")) add_pair(x, i, "pypi", false);
    else if (is(i->section, "tool.poetry.dev-dependencies") ||
             (starts(i->section, "tool.poetry.group.") && strstr(i->section, ".dependencies")))
        add_pair(x, i, "pypi", true);
    else if (is(i->section, "project.scripts") || is(i->section, "tool.poetry.scripts")) {
        add_command(x, i, script_runner(x), i->key, COMMAND_RUN);
        if (i->string) entry_of_module(x->c, x->m->dir, i->text);
    } else if (ends(i->section, ".dependencies") && strstr(i->section, "envs.") && i->element)
        add_requirement(x, i, true);
    else if (strstr(i->section, "envs.") && is(i->key, "dependencies") && i->element) add_requirement(x, i, true);
    for (size_t r = 0; r < countof(task_runners); r++)
        if (is(i->section, task_runners[r].section) && !strchr(i->key, '.'))
            add_command(x, i, task_runners[r].runner, i->key, command_kind_guess(i->key));
    if (strstr(i->section, "envs.")) hatch_script(x, i);
}

/* --- tox ---------------------------------------------------------------------------------------------------------- */
static void tox_named(const struct ctx *x, const char *name, int64_t line, const char *what)
{
    struct command_at d = {.path = x->m->path, .line = line, .dir = x->m->dir, .what = what};
    if (!name[0] || strpbrk(name, "{}$ ,")) return;
    d.kind = (int)command_kind_guess(name);
    if (d.kind == COMMAND_OTHER && (starts(name, "py") || strstr(name, "-py"))) d.kind = COMMAND_TEST;
    scan_command_named(x->c, &d, "tox -e %s", name);
}

/* [["pytest", "-v"], …] comes as `["pytest", "-v"]`: the words without their marks. */
static const char *tox_what(struct arena *a, const struct toml_item *i)
{
    char *s = is(i->key, "commands") && i->element ? arena_dup(a, i->text) : NULL;
    for (char *p = s; p && *p; p++)
        if (strchr("[]\",'\n", *p)) *p = ' ';
    return s ? trim_copy(a, s, strlen(s)) : NULL;
}

/* [tool.tox.env.style] of pyproject.toml is [env.style] in tox.toml; *ret_name NULL: another section. */
static bool tox_section(const struct ctx *x, const struct toml_item *i, const char **ret_name)
{
    bool own = is(path_base(x->m->path), "tox.toml");
    const char *section = own ? i->section : starts(i->section, "tool.tox") ? i->section + strlen("tool.tox") : NULL;
    *ret_name = NULL;
    if (!section) return false;
    section += section[0] == '.';
    if (starts(section, "env.")) *ret_name = section + strlen("env.");
    return !section[0] || *ret_name;
}

static void tox_commands(void *arg, const struct toml_item *i)
{
    const struct ctx *x = arg;
    const char *name;
    if (tox_section(x, i, &name) && name && is(i->key, "commands")) tox_named(x, name, i->table, tox_what(x->c->a, i));
}

/* The environments that have no commands of their own. */
static void tox_environments(void *arg, const struct toml_item *i)
{
    const struct ctx *x = arg;
    const char *name;
    if (tox_section(x, i, &name) && name && !i->element && i->string) tox_named(x, name, i->table, NULL);
}

static void tox_list(void *arg, const struct toml_item *i)
{
    const struct ctx *x = arg;
    const char *name;
    if (!tox_section(x, i, &name) || !i->element || !i->string) return;
    if (!name && (is(i->key, "env_list") || is(i->key, "envlist"))) tox_named(x, i->text, i->line, NULL);
}

static void cargo_package(const struct ctx *x, const struct toml_item *i)
{
    if (is(i->key, "name")) {
        scan_current(x->c)->name = i->text;
        scan_current(x->c)->line = i->line;
    }
    if (is(i->key, "version") && i->string) scan_current(x->c)->version = i->text;
    if ((is(i->key, "rust-version") || is(i->key, "edition")) && i->string)
        add(x, i, "runtime", is(i->key, "edition") ? "rust edition" : "rust", i->text, false);
}

static bool cargo_dependencies(const struct toml_item *i, bool *ret_dev)
{
    *ret_dev = ends(i->section, "dev-dependencies") || ends(i->section, "build-dependencies");
    return *ret_dev || is(i->section, "dependencies") || is(i->section, "workspace.dependencies") ||
           (starts(i->section, "target.") && ends(i->section, ".dependencies"));
}

/* The folder of the outermost Cargo.toml above: its workspace knows the binaries of all members. */
static const char *cargo_root(const struct ctx *x)
{
    for (size_t i = 0; i < x->c->s->manifests.n; i++) {
        const struct survey_manifest *m = &x->c->s->manifests.v[i];
        if (is(m->kind, "cargo") && strncmp(m->path, x->m->path, (size_t)(path_base(m->path) - m->path)) == 0)
            return path_dir(x->c->a, m->path);
    }
    return x->m->dir;
}

static void cargo_item(void *arg, const struct toml_item *i)
{
    const struct ctx *x = arg;
    bool dev;
    if (is(i->section, "package") || is(i->section, "workspace.package")) cargo_package(x, i);
    else if (cargo_dependencies(i, &dev)) {
        add_pair(x, i, "crates", dev);
    } else if (starts(i->section, "dependencies.") && is(i->key, "version"))
        add(x, i, "crates", i->section + strlen("dependencies."), i->text, false);
    else if (is(i->section, "alias")) { /* .cargo/config.toml */
        struct command_at d = {.path = x->m->path, .line = i->line, .dir = ""};
        if (i->element) return;
        d.kind = (int)command_kind_guess(i->key);
        d.what = i->string ? arena_fmt(x->c->a, "cargo %s", i->text) : NULL;
        scan_command_named(x->c, &d, "cargo %s", i->key);
    } else if (is(i->section, "bin") && is(i->key, "name"))
        scan_command_named(
            x->c, &(struct command_at){.path = x->m->path, .line = i->line, .dir = cargo_root(x), .kind = COMMAND_RUN},
            "cargo run --bin %s", i->text);
}

static void pipfile_item(void *arg, const struct toml_item *i)
{
    const struct ctx *x = arg;
    if (is(i->section, "packages")) add_pair(x, i, "pypi", false);
    else if (is(i->section, "dev-packages")) add_pair(x, i, "pypi", true);
    else if (is(i->section, "requires") && is(i->key, "python_version")) add(x, i, "runtime", "python", i->text, false);
    else if (is(i->section, "scripts")) add_command(x, i, "pipenv run", i->key, command_kind_guess(i->key));
}

static void read_toml(struct scan *c, const struct manifest_text *m, toml_fn *fn)
{
    struct ctx x = {c, m};
    int64_t wrong = toml_read(m->text, c->a, fn, &x);
    if (wrong) scan_problem(c, m->path, wrong, "does not parse as TOML");
}

/* What a section defines is found there, and not in the list before it. */
void manifest_tox_toml(struct scan *c, const struct manifest_text *m)
{
    read_toml(c, m, tox_commands);
    read_toml(c, m, tox_environments);
    read_toml(c, m, tox_list);
}

void manifest_pyproject(struct scan *c, const struct manifest_text *m)
{
    read_toml(c, m, pyproject_item);
    if (strstr(m->text, "[tool.tox")) manifest_tox_toml(c, m);
}

void manifest_cargo(struct scan *c, const struct manifest_text *m)
{
    read_toml(c, m, cargo_item);
}

/* The project's own manifest where there is no better one. */
void manifest_pipfile(struct scan *c, const struct manifest_text *m)
{
    static const char *const better[] = {"pyproject.toml", "setup.py", "setup.cfg"};
    bool package = true;
    for (size_t i = 0; i < countof(better); i++) package &= !scan_in_dir(c, m->dir, better[i]);
    scan_current(c)->package = package;
    read_toml(c, m, pipfile_item);
}

void manifest_hatch(struct scan *c, const struct manifest_text *m)
{
    read_toml(c, m, pyproject_item);
}
