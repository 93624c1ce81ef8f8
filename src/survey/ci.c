/* CI pipelines: one row per system says where its files are and under which keys commands stand. */
#include "survey/inner.h"

#include <string.h>

#include "survey/yaml.h"

#define MAX_COMMANDS 200
#define MAX_TEXT 400

struct system {
    const char *pattern, *name;
    const char *keys[6]; /* their scalars, or the scalars in their lists, are command lines */
};
static const struct system systems[] = {
    { ".github/workflows/*.yml", "GitHub Actions", { "run" } },
    { ".github/workflows/*.yaml", "GitHub Actions", { "run" } },
    { ".gitlab-ci.yml", "GitLab CI", { "before_script", "script", "after_script" } },
    { ".circleci/config.yml", "CircleCI", { "run", "command" } },
    { "azure-pipelines.yml", "Azure Pipelines", { "script", "bash" } },
    { "bitbucket-pipelines.yml", "Bitbucket Pipelines", { "script" } },
    { ".travis.yml", "Travis CI", { "install", "before_script", "script", "deploy" } },
    { ".drone.yml", "Drone", { "commands" } },
    { ".woodpecker.yml", "Woodpecker", { "commands" } },
    { ".woodpecker/*.yml", "Woodpecker", { "commands" } },
    { ".forgejo/workflows/*.yml", "Forgejo Actions", { "run" } },
    { ".gitea/workflows/*.yml", "Gitea Actions", { "run" } },
    { ".builds/*.yml", "SourceHut", { "tasks" } },
};

static void add_line(struct scan *c, struct survey_ci *ci, const char *p, size_t n, int64_t line)
{
    const char *text = trim_copy(c->a, p, n < MAX_TEXT ? n : MAX_TEXT);
    struct survey_ci_command *row;
    if (!text || !text[0] || text[0] == '#') return;
    if (ci->commands.n == MAX_COMMANDS) {
        c->s->partial = true;
        return;
    }
    row = arena_push(c->a, &ci->commands, sizeof *row);
    if (row) *row = (struct survey_ci_command){ text, line };
}

/* A block of shell: one command a line, lines ending in a backslash joined. */
static void add_block(struct scan *c, struct survey_ci *ci, const struct yaml_node *node)
{
    const char *at = node->s, *line, *from = NULL;
    int64_t number = node->line + (node->block ? 1 : 0), first = number;
    size_t n;
    for (; (line = next_line(&at, &n)); number++) {
        if (!from) {
            from = line;
            first = number;
        }
        if (n && line[n - 1] == '\\') continue;
        add_line(c, ci, from, (size_t)(line + n - from), first);
        from = NULL;
    }
    if (from) add_line(c, ci, from, strlen(from), first);
}

static void add_commands(struct scan *c, struct survey_ci *ci, const struct yaml_node *node)
{
    if (node->s) add_block(c, ci, node);
    for (size_t i = 0; i < node->items.n; i++)
        if (node->items.v[i]->s) add_block(c, ci, node->items.v[i]);
}

static bool is_key(const struct system *sys, const char *key)
{
    for (size_t i = 0; i < countof(sys->keys) && sys->keys[i]; i++)
        if (strcmp(sys->keys[i], key) == 0) return true;
    return false;
}

static void collect(struct scan *c, const struct system *sys, struct survey_ci *ci, const struct yaml_node *node)
{
    for (size_t i = 0; i < node->pairs.n; i++) {
        if (is_key(sys, node->pairs.v[i].key)) add_commands(c, ci, node->pairs.v[i].value);
        collect(c, sys, ci, node->pairs.v[i].value);
    }
    for (size_t i = 0; i < node->items.n; i++) collect(c, sys, ci, node->items.v[i]);
}

static void add_trigger(struct scan *c, struct survey_ci *ci, const char *text)
{
    const char **row = text ? arena_push(c->a, &ci->triggers, sizeof *row) : NULL;
    if (row) *row = text;
}

static void read_triggers(struct scan *c, struct survey_ci *ci, const struct yaml_node *on)
{
    if (!on) return;
    if (on->s) add_trigger(c, ci, on->s);
    for (size_t i = 0; i < on->items.n; i++) add_trigger(c, ci, on->items.v[i]->s);
    for (size_t i = 0; i < on->pairs.n; i++) add_trigger(c, ci, on->pairs.v[i].key);
}

static void read_pipeline(struct scan *c, const struct system *sys, const char *path, const struct buf *text)
{
    struct yaml_docs docs;
    struct survey_ci *ci = arena_push(c->a, &c->s->ci, sizeof *ci);
    if (!ci) return;
    *ci = (struct survey_ci){ .system = sys->name, .path = arena_dup(c->a, path) };
    if (!yaml_read(buf_cstr(text), text->n, c->a, &docs)) {
        scan_problem(c, path, docs.wrong_line, "does not parse as YAML: %s", docs.wrong);
        return;
    }
    for (size_t i = 0; i < docs.docs.n; i++) {
        if (!ci->name) ci->name = yaml_str(docs.docs.v[i], "name");
        read_triggers(c, ci, yaml_get(docs.docs.v[i], "on"));
        collect(c, sys, ci, docs.docs.v[i]);
    }
}

/* sh 'make test' in a Jenkinsfile. */
static void read_jenkins(struct scan *c, const char *path, const struct buf *text)
{
    struct survey_ci *ci = arena_push(c->a, &c->s->ci, sizeof *ci);
    const char *at = buf_cstr(text), *line;
    size_t n;
    if (!ci) return;
    *ci = (struct survey_ci){ .system = "Jenkins", .path = arena_dup(c->a, path) };
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *p = trim_copy(c->a, line, n), *end;
        if (!p || strncmp(p, "sh ", 3) != 0 || !strchr("'\"", p[3]) || !p[3]) continue;
        end = strrchr(p + 4, p[3]);
        if (end) add_line(c, ci, p + 4, (size_t)(end - p - 4), number);
    }
}

void detect_ci(struct scan *c)
{
    struct tree_files files = tree_files(c->t);
    auto_buf text = BUF_INIT(SCAN_FILE_MAX + 1);
    for (size_t i = 0; i < files.n && !c->failed; i++) {
        const char *path = files.v[i].path;
        if (strcmp(path, "Jenkinsfile") == 0 && scan_read(c, &files.v[i], SCAN_FILE_MAX, true, &text))
            read_jenkins(c, path, &text);
        for (size_t s = 0; s < countof(systems); s++) {
            bool here = strchr(systems[s].pattern, '/') ? path_like(systems[s].pattern, path)
                                                        : strcmp(systems[s].pattern, path) == 0;
            if (!here) continue;
            if (scan_read(c, &files.v[i], SCAN_FILE_MAX, true, &text)) read_pipeline(c, &systems[s], path, &text);
            break;
        }
    }
}
