/* CI pipelines: one row per system says where its files are and under which keys commands stand. */
#include "survey/ci.h"

#include <string.h>

#include "survey/implied.h"

#define MAX_TEXT 400
#define MAX_INCLUDED 100 /* pipelines, when files include others */

static const struct ci_system systems[] = {
    {".github/workflows/*.yml", "GitHub Actions", {"run"}, ci_github},
    {".github/workflows/*.yaml", "GitHub Actions", {"run"}, ci_github},
    {".gitlab-ci.yml", "GitLab CI", {"before_script", "script", "after_script"}, ci_gitlab},
    {".gitlab/ci/*.yml", "GitLab CI", {"before_script", "script", "after_script"}, ci_gitlab},
    {".circleci/config.yml", "CircleCI", {"run", "command"}, ci_circle},
    {"azure-pipelines*.yml", "Azure Pipelines", {"script", "bash", "pwsh", "powershell"}, ci_azure},
    {".azure-pipelines/*.yml", "Azure Pipelines", {"script", "bash", "pwsh", "powershell"}, ci_azure},
    {".azuredevops/*.yml", "Azure Pipelines", {"script", "bash", "pwsh", "powershell"}, ci_azure},
    {".azure/pipelines/*.yml", "Azure Pipelines", {"script", "bash", "pwsh", "powershell"}, ci_azure},
    {"eng/pipelines/*.yml", "Azure Pipelines", {"script", "bash", "pwsh", "powershell"}, ci_azure},
    {"bitbucket-pipelines.yml", "Bitbucket Pipelines", {"script"}, ci_bitbucket},
    {".travis.yml",
     "Travis",
     {"before_install", "install", "before_script", "script", "after_success", "deploy"},
     ci_travis},
    {".drone.yml", "Drone", {"commands"}, ci_drone},
    {".woodpecker.yml", "Woodpecker", {"commands"}, ci_drone},
    {".woodpecker.yaml", "Woodpecker", {"commands"}, ci_drone},
    {".woodpecker/*.yml", "Woodpecker", {"commands"}, ci_drone},
    {".woodpecker/*.yaml", "Woodpecker", {"commands"}, ci_drone},
    {".forgejo/workflows/*.y*ml", "Forgejo/Gitea Actions", {"run"}, ci_github},
    {".gitea/workflows/*.y*ml", "Forgejo/Gitea Actions", {"run"}, ci_github},
    {".buildkite/*.yml", "Buildkite", {"command", "commands"}, ci_buildkite},
    {".buildkite/*.yaml", "Buildkite", {"command", "commands"}, ci_buildkite},
    {".builds/*.yml", "SourceHut", {"tasks"}, NULL},
    {".cirrus.yml", "Cirrus", {"script", "test_script", "build_script", "install_script"}, NULL},
    {"appveyor.yml",
     "AppVeyor",
     {"install", "before_build", "build_script", "test_script", "deploy_script", "cmd", "ps", "pwsh", "sh"},
     NULL},
    {".appveyor.yml",
     "AppVeyor",
     {"install", "before_build", "build_script", "test_script", "deploy_script", "cmd", "ps", "pwsh", "sh"},
     NULL},
    {".semaphore/*.yml", "Semaphore", {"commands"}, ci_semaphore},
    {"Jenkinsfile", "Jenkins", {NULL}, NULL},
    {"Jenkinsfile.*", "Jenkins", {NULL}, NULL},
};

static const struct ci_system *gitlab_row(void)
{
    for (size_t i = 0; i < countof(systems); i++)
        if (systems[i].read == ci_gitlab) return &systems[i];
    return NULL;
}

void ci_trigger(const struct ci_ctx *x, const char *name)
{
    const char **row;
    for (size_t i = 0; i < x->ci->triggers.n; i++)
        if (is(x->ci->triggers.v[i], name)) return;
    row = arena_push(x->c->a, &x->ci->triggers, sizeof *row);
    if (row) *row = name;
}

struct survey_ci_job *ci_job(const struct ci_ctx *x, const char *name, int64_t line)
{
    struct survey_ci_job *row;
    for (size_t i = 0; i < x->ci->jobs.n; i++)
        if (is(x->ci->jobs.v[i].name, name)) return &x->ci->jobs.v[i];
    row = name && name[0] && x->ci->jobs.n < CI_JOBS ? arena_push(x->c->a, &x->ci->jobs, sizeof *row) : NULL;
    if (row) *row = (struct survey_ci_job){.name = arena_dup(x->c->a, name), .line = line};
    return row;
}

const char *ci_environment(const struct ci_ctx *x, const struct yaml_node *environment)
{
    const char *name = environment && environment->s ? environment->s : yaml_str(environment, "name");
    size_t n = name ? strcspn(name, "/.") : 0; /* review/$BRANCH, production.web */
    name = n ? arena_dup_n(x->c->a, name, n) : NULL;
    if (!name || strchr(name, '$')) return NULL;
    scan_environment(x->c, name, x->ci->path, environment->line);
    return name;
}

/* Lines that are only the shell's own brackets. */
static bool is_syntax(const char *text)
{
    static const char *const words[] = {"fi", "done", "else", "then", "do",  "esac",  "}",    "{",
                                        ")",  "(",    ";;",   "EOF",  "fi;", "done;", "esac;"};
    return word_in(words, countof(words), text);
}

void ci_line(const struct ci_ctx *x, const char *p, size_t n, int64_t line, const char *dir)
{
    char *text = (char *)trim_copy(x->c->a, p, n < MAX_TEXT ? n : MAX_TEXT);
    struct survey_ci_command *row;
    for (char *q = text; q && *q; q++) /* lines that go on are one */
        if (*q == '\\' && (q[1] == '\n' || q[1] == '\r')) q[0] = q[1] = ' ';
    if (!text || !text[0] || text[0] == '#' || is_syntax(text)) return;
    if (x->ci->commands.n == CI_COMMANDS) {
        x->c->s->partial = true;
        return;
    }
    row = arena_push(x->c->a, &x->ci->commands, sizeof *row);
    if (row) *row = (struct survey_ci_command){text, line, dir};
}

/* `cd server` sends what follows in the same script elsewhere. */
static const char *moved(const struct ci_ctx *x, const char *text, const char *dir)
{
    const char *to, *end;
    if (!text || !starts(text, "cd ")) return dir;
    to = text + 3 + strspn(text + 3, " ");
    end = to + strcspn(to, " \n;&");
    if (*to == '$' || *to == '/' || *to == '~' || *to == '.' || *to == '-') return dir;
    while (end > to && end[-1] == '/') end--;
    return dir ? arena_fmt(x->c->a, "%s/%.*s", dir, (int)(end - to), to) : arena_dup_n(x->c->a, to, (size_t)(end - to));
}

/* A block of shell: one command a line, lines ending in a backslash joined. */
static void add_block(const struct ci_ctx *x, const struct yaml_node *node, const char *dir)
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
        ci_line(x, from, (size_t)(line + n - from), first, dir);
        dir = moved(x, trim_copy(x->c->a, from, (size_t)(line + n - from)), dir);
        from = NULL;
    }
    if (from) ci_line(x, from, strlen(from), first, dir);
}

static bool is_key(const struct ci_system *sys, const char *key)
{
    for (size_t i = 0; i < countof(sys->keys) && sys->keys[i]; i++)
        if (strcmp(sys->keys[i], key) == 0) return true;
    return false;
}

/* The folder a step runs in, from what stands beside its command. */
static const char *folder_of(const struct yaml_node *node, const char *outer)
{
    static const char *const keys[] = {"working-directory", "working_directory", "workingDirectory"};
    const char *dir = NULL;
    for (size_t i = 0; i < countof(keys) && !dir; i++) dir = yaml_str(node, keys[i]);
    if (!dir) dir = yaml_str(yaml_get(yaml_get(node, "defaults"), "run"), "working-directory");
    if (!dir) return outer;
    if (starts(dir, "./")) dir += 2;
    return strpbrk(dir, "$~") || is(dir, ".") ? outer : dir;
}

static void collect(const struct ci_ctx *x, const struct yaml_node *node, const char *dir)
{
    dir = folder_of(node, dir);
    for (size_t i = 0; i < node->pairs.n; i++) {
        const struct yaml_node *v = node->pairs.v[i].value;
        if (!is_key(x->sys, node->pairs.v[i].key)) {
            collect(x, v, dir);
            continue;
        }
        if (v->s) add_block(x, v, dir);
        for (size_t j = 0; j < v->items.n; j++) {
            if (v->items.v[j]->s) add_block(x, v->items.v[j], dir);
            for (size_t k = 0; k < v->items.v[j]->items.n; k++) /* lists within the list are put in its place */
                if (v->items.v[j]->items.v[k]->s) add_block(x, v->items.v[j]->items.v[k], dir);
            dir = moved(x, v->items.v[j]->s, dir);
        }
        collect(x, v, dir);
    }
    for (size_t i = 0; i < node->items.n; i++) collect(x, node->items.v[i], dir);
}

static void read_pipeline(struct scan *c, const struct ci_system *sys, const char *path, const struct buf *text)
{
    struct yaml_docs docs;
    struct survey_ci *ci = arena_push(c->a, &c->s->ci, sizeof *ci);
    struct ci_ctx x = {c, ci, sys};
    if (!ci) return;
    *ci = (struct survey_ci){.system = sys->name, .path = arena_dup(c->a, path)};
    if (!yaml_read(buf_cstr(text), text->n, c->a, &docs)) {
        scan_problem(c, path, docs.wrong_line, "does not parse as YAML: %s", docs.wrong);
        return;
    }
    for (size_t i = 0; i < docs.docs.n; i++) {
        if (!ci->name) ci->name = yaml_str(docs.docs.v[i], "name");
        if (sys->read) sys->read(&x, docs.docs.v[i]);
        collect(&x, docs.docs.v[i], NULL);
    }
}

/* Checks that settings kept in the repository call required. */
static void required_checks(struct scan *c, const struct yaml_node *node)
{
    const struct yaml_node *list = yaml_get(yaml_get(node, "required_status_checks"), "contexts");
    for (size_t i = 0; list && i < list->items.n; i++)
        for (size_t p = 0; p < c->s->ci.n; p++)
            for (size_t j = 0; j < c->s->ci.v[p].jobs.n; j++)
                if (is(c->s->ci.v[p].jobs.v[j].name, list->items.v[i]->s)) c->s->ci.v[p].jobs.v[j].required = true;
    for (size_t i = 0; node && i < node->pairs.n; i++) required_checks(c, node->pairs.v[i].value);
    for (size_t i = 0; node && i < node->items.n; i++) required_checks(c, node->items.v[i]);
}

static void read_settings(struct scan *c, struct buf *text)
{
    static const char *const paths[] = {".github/settings.yml", ".asf.yaml"};
    for (size_t i = 0; i < countof(paths); i++) {
        const struct tree_file *f = tree_find(c->t, paths[i]);
        struct yaml_docs docs;
        if (f && scan_read(c, f, SCAN_FILE_MAX, false, text) && yaml_read(buf_cstr(text), text->n, c->a, &docs) &&
            docs.docs.n)
            required_checks(c, docs.docs.v[0]);
    }
}

/* What .gitlab-ci.yml includes of this repository is part of the pipeline. */
static void read_included(struct scan *c, const char *name, struct buf *text)
{
    const char *path = name + (name[0] == '/');
    const struct tree_file *f;
    for (size_t i = 0; i < c->s->ci.n; i++)
        if (is(c->s->ci.v[i].path, path)) return;
    f = tree_find(c->t, path);
    if (f && c->s->ci.n < MAX_INCLUDED && scan_read(c, f, SCAN_FILE_MAX, true, text))
        read_pipeline(c, gitlab_row(), path, text);
}

static void read_includes(struct scan *c, struct buf *text)
{
    const struct tree_file *f = tree_find(c->t, ".gitlab-ci.yml");
    const struct yaml_node *list;
    struct yaml_docs docs;
    if (!f || !scan_read(c, f, SCAN_FILE_MAX, false, text) || !yaml_read(buf_cstr(text), text->n, c->a, &docs)) return;
    list = docs.docs.n ? yaml_get(docs.docs.v[0], "include") : NULL;
    if (!list) return;
    if (list->s) read_included(c, list->s, text);
    if (yaml_str(list, "local")) read_included(c, yaml_str(list, "local"), text);
    for (size_t i = 0; i < list->items.n; i++) {
        const char *name = list->items.v[i]->s ? list->items.v[i]->s : yaml_str(list->items.v[i], "local");
        if (name) read_included(c, name, text);
    }
}

void detect_ci(struct scan *c)
{
    auto_buf text = BUF_INIT(SCAN_FILE_MAX + 1);
    struct patterns names;
    if (!patterns_make(&names, c->a, systems, countof(systems), sizeof systems[0])) return;
    for (size_t i = 0; i < c->files.n && !c->failed; i++) {
        const struct scan_file *f = &c->files.v[i];
        int s = patterns_next(&names, f->f->path, 0);
        bool anywhere = s >= 0 && (starts(systems[s].pattern, "azure") || starts(systems[s].pattern, "Jenkins"));
        if (s < 0 || f->foreign || f->fixture) continue;
        if (!anywhere && !strchr(systems[s].pattern, '/') && strchr(f->f->path, '/')) continue;
        if (!scan_read(c, f->f, SCAN_FILE_MAX, true, &text)) continue;
        if (is(systems[s].name, "Jenkins")) ci_jenkins(c, f->f->path, &text);
        else read_pipeline(c, &systems[s], f->f->path, &text);
    }
    read_includes(c, &text);
    read_settings(c, &text);
}

/* --- commands that only CI knows -----------------------------------------------------------------------------------
 */
/* What makes sense outside CI: no variable of its, one command, and nothing that prepares the machine. */
static bool offers(struct scan *c, const struct survey_ci_command *cmd, const char *dir)
{
    static const char *const no[] = {"if",    "for",    "while", "case", "echo",     "export", "cd",    "sudo",
                                     "set",   "source", ".",     "test", "[",        "[[",     "mkdir", "rm",
                                     "cp",    "mv",     "cat",   "git",  "exit",     "return", "sleep", "eval",
                                     "local", "ssh",    "unset", "gh",   "function", "grep",   "sed",   "awk"};
    struct shell_line cut;
    struct words w;
    if (strpbrk(cmd->text, "$`>") || strstr(cmd->text, "{{") || strstr(cmd->text, " # ")) return false;
    if (ends(cmd->text, " --version") || ends(cmd->text, " --help")) return false;
    if (dir[0] && !tree_below(c->t, dir).n) return false; /* of something that was fetched */
    shell_cut(cmd->text, c->a, &cut);
    if (cut.parts.n != 1) return false;
    words_see(&cut.parts.v[0], &w);
    if (!w.n || word_in(no, countof(no), w.v[0]) || w.v[0][0] == '$') return false;
    if (strchr(w.v[0], '/') && !tree_find(c->t, w.v[0] + (starts(w.v[0], "./") ? 2 : 0)))
        return is(cmd->text, "./configure");
    if (is(w.v[0], "make") && strchr(cmd->text, '=')) return false;
    for (size_t i = 0; i < c->s->commands.n; i++) { /* a defined one, with options */
        const struct survey_command *d = &c->s->commands.v[i];
        struct words m;
        if (d->implied) continue;
        if (strchr(w.v[0], '/') && starts(d->name, "./") && is(d->name + 2, w.v[0])) return false;
        if (!is(d->dir, dir)) continue;
        words_of(d->name, c->a, &m);
        if (words_match(&m, &w)) return false;
    }
    return command_kind_of_line(c->a, cmd->text) != COMMAND_OTHER;
}

void detect_ci_commands(struct scan *c)
{
    for (size_t p = 0; p < c->s->ci.n; p++)
        for (size_t i = 0; i < c->s->ci.v[p].commands.n; i++) {
            const struct survey_ci_command *cmd = &c->s->ci.v[p].commands.v[i];
            struct survey_command at = {.path = c->s->ci.v[p].path, .line = cmd->line, .dir = cmd->dir ? cmd->dir : ""};
            struct command_at d = {.dir = at.dir};
            struct words w;
            if (!offers(c, cmd, d.dir)) continue;
            words_of(cmd->text, c->a, &w);
            (void)implied_place(c, &w, &at);
            d.path = at.path;
            d.line = at.line;
            d.kind = (int)command_kind_of_line(c->a, cmd->text);
            scan_command_named(c, &d, "%s", cmd->text);
        }
}
