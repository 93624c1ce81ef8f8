/* Manifests in YAML: Taskfile, pubspec.yaml, Chart.yaml, pnpm-workspace.yaml, pre-commit's hooks. */
#include "survey/inner.h"

#include <string.h>

#include "survey/yaml.h"

/* The first document; NULL: does not parse (a problem says so) or is empty. */
static const struct yaml_node *document(struct scan *c, const struct manifest_text *m)
{
    struct yaml_docs docs;
    if (yaml_read(m->text, m->n, c->a, &docs)) return docs.docs.n ? docs.docs.v[0] : NULL;
    scan_problem(c, m->path, docs.wrong_line, "does not parse as YAML: %s", docs.wrong);
    return NULL;
}

/* The first command of a task: a text, or the first of a list under `cmds`. */
static const char *first_command(const struct yaml_node *task)
{
    const struct yaml_node *cmds = yaml_get(task, "cmds");
    if (task && task->s) return task->s;
    if (!cmds && task && task->items.n) cmds = task;
    if (cmds && cmds->items.n) return cmds->items.v[0]->s ? cmds->items.v[0]->s : yaml_str(cmds->items.v[0], "cmd");
    return yaml_str(task, "cmd");
}

void manifest_taskfile(struct scan *c, const struct manifest_text *m)
{
    const struct yaml_node *tasks = yaml_get(document(c, m), "tasks");
    for (size_t i = 0; tasks && i < tasks->pairs.n; i++) {
        const struct yaml_pair *p = &tasks->pairs.v[i];
        struct command_at d = {.path = m->path, .line = p->line, .dir = m->dir, .what = first_command(p->value)};
        if (is(yaml_str(p->value, "internal"), "true")) continue;
        d.kind = (int)command_kind_guess(p->key);
        scan_command_named(c, &d, "task %s", p->key);
    }
}

static void pub_dependencies(struct scan *c, const struct manifest_text *m, const struct yaml_node *map, bool dev)
{
    for (size_t i = 0; map && i < map->pairs.n; i++) {
        const struct survey_dependency d = {.name = map->pairs.v[i].key,
                                            .version = map->pairs.v[i].value->s,
                                            .ecosystem = "pub",
                                            .dev = dev,
                                            .path = m->path,
                                            .line = map->pairs.v[i].line};
        scan_dependency(c, &d);
    }
}

void manifest_pubspec(struct scan *c, const struct manifest_text *m)
{
    const struct yaml_node *root = document(c, m);
    if (!root) return;
    scan_current(c)->name = yaml_str(root, "name");
    scan_current(c)->version = yaml_str(root, "version");
    pub_dependencies(c, m, yaml_get(root, "dependencies"), false);
    pub_dependencies(c, m, yaml_get(root, "dev_dependencies"), true);
}

void manifest_chart(struct scan *c, const struct manifest_text *m)
{
    const struct yaml_node *root = document(c, m);
    if (!root) return;
    scan_current(c)->name = yaml_str(root, "name");
    scan_current(c)->version = yaml_str(root, "version");
    scan_current(c)->package = true;
}

void manifest_workspace_yaml(struct scan *c, const struct manifest_text *m)
{
    (void)document(c, m);
}

void manifest_precommit(struct scan *c, const struct manifest_text *m)
{
    const struct yaml_node *repos = yaml_get(document(c, m), "repos");
    for (size_t i = 0; repos && i < repos->items.n; i++) {
        const struct yaml_node *hooks = yaml_get(repos->items.v[i], "hooks");
        for (size_t j = 0; hooks && j < hooks->items.n; j++) {
            const char *id = yaml_str(hooks->items.v[j], "id");
            const char *entry = yaml_str(hooks->items.v[j], "entry");
            enum command_kind kind = entry ? command_kind_of_line(c->a, entry) : COMMAND_LINT;
            const struct command_at d = {.path = m->path,
                                         .line = hooks->items.v[j]->line,
                                         .dir = m->dir,
                                         .kind =
                                             kind == COMMAND_FORMAT || kind == COMMAND_TEST ? (int)kind : COMMAND_LINT,
                                         .what = entry};
            if (id && is(yaml_str(repos->items.v[i], "repo"), "local"))
                scan_command_named(c, &d, "pre-commit run %s", id);
        }
    }
}
