/* Manifests in TOML: pyproject.toml (PEP 621, dependency groups, poetry, task runners), Cargo.toml, Pipfile. */
#include "survey/inner.h"

#include <string.h>

#include "survey/toml.h"

struct ctx {
    struct scan *c;
    const struct manifest_text *m;
};

static struct survey_manifest *current(struct scan *c)
{
    return &c->s->manifests.v[c->s->manifests.n - 1];
}

static bool starts(const char *s, const char *prefix)
{
    return strncmp(s, prefix, strlen(prefix)) == 0;
}

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static void add(const struct ctx *x, const struct toml_item *i, const char *ecosystem, const char *name,
                const char *version, bool dev)
{
    struct survey_dependency d = {
        .name = name, .version = version, .ecosystem = ecosystem, .dev = dev, .path = x->m->path, .line = i->line
    };
    scan_dependency(x->c, &d);
}

static void add_requirement(const struct ctx *x, const struct toml_item *i, bool dev)
{
    const char *name, *version;
    if (!i->string) return;
    split_requirement(x->c->a, i->text, &name, &version);
    add(x, i, "pypi", name, version, dev);
}

/* name = "1.2" or name = { version = "1.2", … } */
static void add_pair(const struct ctx *x, const struct toml_item *i, const char *ecosystem, bool dev)
{
    const char *version = i->string ? i->text : toml_inline(x->c->a, i->text, "version");
    const char *dot = i->dotted ? strchr(i->key, '.') : NULL;
    const char *name = dot ? arena_dup_n(x->c->a, i->key, (size_t)(dot - i->key)) : i->key;
    if (i->element) return;
    if (dot && !is(dot, ".version")) version = NULL;
    if (is(ecosystem, "pypi") && is(i->key, "python")) add(x, i, "runtime", "python", version, false);
    else if (name) add(x, i, ecosystem, name, version, dev);
}

static void add_command(const struct ctx *x, const struct toml_item *i, const char *runner, const char *name,
                        enum command_kind kind)
{
    struct survey_command d = {
        .kind = (int)kind, .path = x->m->path, .line = i->line, .dir = x->m->dir, .what = i->string ? i->text : NULL
    };
    d.name = runner[0] ? arena_fmt(x->c->a, "%s %s", runner, name) : name;
    if (d.name) scan_command(x->c, &d);
}

struct task_runner { const char *section, *runner; };
static const struct task_runner task_runners[] = {
    { "tool.poe.tasks", "poe" }, { "tool.pdm.scripts", "pdm run" }, { "tool.taskipy.tasks", "task" },
    { "tool.hatch.envs.default.scripts", "hatch run" }, { "tool.rye.scripts", "rye run" },
};

static void pyproject_project(const struct ctx *x, const struct toml_item *i)
{
    if (is(i->key, "name") && !i->element) current(x->c)->name = i->text;
    if (is(i->key, "version") && i->string) current(x->c)->version = i->text;
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
    else if (is(i->section, "project.scripts") || is(i->section, "tool.poetry.scripts"))
        add_command(x, i, "", i->key, COMMAND_RUN);
    for (size_t r = 0; r < countof(task_runners); r++)
        if (is(i->section, task_runners[r].section) && !strchr(i->key, '.'))
            add_command(x, i, task_runners[r].runner, i->key, command_kind_guess(i->key));
}

static void cargo_item(void *arg, const struct toml_item *i)
{
    const struct ctx *x = arg;
    if (is(i->section, "package") || is(i->section, "workspace.package")) {
        if (is(i->key, "name")) current(x->c)->name = i->text;
        if (is(i->key, "version") && i->string) current(x->c)->version = i->text;
        if (is(i->key, "rust-version") || is(i->key, "edition"))
            add(x, i, "runtime", is(i->key, "edition") ? "rust edition" : "rust", i->text, false);
    } else if (is(i->section, "dependencies") || is(i->section, "workspace.dependencies"))
        add_pair(x, i, "crates", false);
    else if (is(i->section, "dev-dependencies") || is(i->section, "build-dependencies")) add_pair(x, i, "crates", true);
    else if (starts(i->section, "dependencies.") && is(i->key, "version"))
        add(x, i, "crates", i->section + strlen("dependencies."), i->text, false);
    else if (is(i->section, "bin") && is(i->key, "name")) add_command(x, i, "cargo run --bin", i->text, COMMAND_RUN);
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
    struct ctx x = { c, m };
    int64_t wrong = toml_read(m->text, c->a, fn, &x);
    if (wrong) scan_problem(c, m->path, wrong, "does not parse as TOML");
}

void manifest_pyproject(struct scan *c, const struct manifest_text *m)
{
    read_toml(c, m, pyproject_item);
}

void manifest_cargo(struct scan *c, const struct manifest_text *m)
{
    read_toml(c, m, cargo_item);
}

void manifest_pipfile(struct scan *c, const struct manifest_text *m)
{
    read_toml(c, m, pipfile_item);
}
