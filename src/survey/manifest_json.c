/* package.json, composer.json, CMakePresets.json and their like. */
#include "survey/json.h"

#include <string.h>

#include "survey/words.h"

static void note_package(struct scan *c, const json_t *root)
{
    struct survey_manifest *row = scan_current(c);
    row->name = arena_dup(c->a, json_string_value(json_object_get(root, "name")));
    row->version = arena_dup(c->a, json_string_value(json_object_get(root, "version")));
}

/* "npm:react@18", "workspace:*", "file:../x", "git+https://…": what is written is no version. */
static const char *plain_version(const char *v)
{
    return v && !strchr(v, ':') && !strchr(v, '/') ? v : NULL;
}

static void read_dependencies(struct scan *c, const struct manifest_text *m, json_t *root, const char *section,
                              const char *ecosystem, bool dev)
{
    const char *key;
    json_t *v;
    json_object_foreach(json_object_get(root, section), key, v)
    {
        struct survey_dependency d = {.name = key,
                                      .version = plain_version(json_string_value(v)),
                                      .ecosystem = ecosystem,
                                      .dev = dev,
                                      .path = m->path};
        if (is(ecosystem, "packagist") && is(key, "php")) d.ecosystem = "runtime";
        else if (is(ecosystem, "packagist") && !strchr(key, '/')) continue; /* ext-… */
        d.line = json_line(m, section, key);
        scan_dependency(c, &d);
    }
}

/* --- who runs the scripts --------------------------------------------------------------------------------------- */
struct script_runner {
    const char *lock, *name;
};
static const struct script_runner runners[] = {
    {"pnpm-lock.yaml", "pnpm"},   {"pnpm-workspace.yaml", "pnpm"},
    {"yarn.lock", "yarn"},        {".yarnrc.yml", "yarn"},
    {"bun.lockb", "bun"},         {"bun.lock", "bun"},
    {"package-lock.json", "npm"},
};

/* `"packageManager": "pnpm@9.1.0"` */
static const char *stated_runner(const json_t *root)
{
    static const char *const names[] = {"pnpm", "yarn", "bun", "npm"};
    const char *v = json_string_value(json_object_get(root, "packageManager"));
    for (size_t i = 0; v && i < countof(names); i++)
        if (starts(v, names[i]) && v[strlen(names[i])] == '@') return names[i];
    return NULL;
}

/* What a lock file in the folder, or in one above, says; npm when none does. */
const char *npm_runner(struct scan *c, const char *dir)
{
    char at[4200];
    if ((size_t)snprintf(at, sizeof at, "%s", dir) >= sizeof at) return "npm";
    for (;;) {
        char *slash = strrchr(at, '/');
        for (size_t i = 0; i < countof(runners); i++)
            if (scan_in_dir(c, at, runners[i].lock)) return runners[i].name;
        if (!at[0]) return "npm";
        *(slash ? slash : at) = '\0';
    }
}

/* The runner a manifest above states, when no lock file decides. */
static const char *runner_for(struct scan *c, const struct manifest_text *m, const json_t *root)
{
    const char *own = stated_runner(root), *runner;
    if (own) return own;
    runner = npm_runner(c, m->dir);
    if (!is(runner, "npm")) return runner;
    for (size_t i = c->s->dependencies.n; i-- > 0;) {
        const struct survey_dependency *d = &c->s->dependencies.v[i];
        size_t n = (size_t)(path_base(d->path) - d->path);
        if (is(d->ecosystem, "package manager") && strncmp(d->path, m->path, n) == 0) return d->name;
    }
    return runner;
}

/* "nodemon src/index.js", "node dist/main.js": the file that is run. */
static void entry_of_script(struct scan *c, const struct manifest_text *m, const char *line)
{
    static const char *const programs[] = {"node", "nodemon", "ts-node", "ts-node-dev", "tsx", "babel-node", "bun"};
    struct words w;
    words_of(line, c->a, &w);
    if (!w.n || !word_in(programs, countof(programs), w.v[0])) return;
    for (size_t i = 1; i < w.n; i++) {
        bool file = w.v[i][0] != '-' &&
                    (strstr(w.v[i], ".js") || strstr(w.v[i], ".ts") || strstr(w.v[i], ".mjs") || strchr(w.v[i], '/'));
        if (!file) continue;
        entry_of_built(c, m->dir, w.v[i]);
        return;
    }
}

static void read_scripts(struct scan *c, const struct manifest_text *m, json_t *root)
{
    static const char *const short_names[] = {"test", "start", "stop", "restart"};
    const char *key, *runner = runner_for(c, m, root);
    json_t *scripts = json_object_get(root, "scripts"), *v;
    json_object_foreach(scripts, key, v)
    {
        bool is_short = is(runner, "yarn");
        struct command_at at = {.path = m->path, .dir = m->dir, .what = json_string_value(v)};
        for (size_t i = 0; i < countof(short_names) && !is(runner, "bun"); i++) is_short |= is(key, short_names[i]);
        if (!json_is_string(v) || (starts(key, "pre") && json_object_get(scripts, key + 3)) ||
            (starts(key, "post") && json_object_get(scripts, key + 4)))
            continue;
        if (starts(key, "start") || is(key, "dev")) entry_of_script(c, m, at.what);
        at.kind = (int)command_kind_guess(key);
        at.line = json_line(m, "scripts", key);
        scan_command_named(c, &at, "%s %s%s", runner, is_short ? "" : "run ", key);
    }
}

/* jest's and nyc's thresholds */
static void read_coverage(struct scan *c, const struct manifest_text *m, json_t *root)
{
    static const char *const tools[] = {"c8", "nyc"};
    json_t *global = json_object_get(json_object_get(json_object_get(root, "jest"), "coverageThreshold"), "global"), *v;
    const char *key;
    int64_t least = 0;
    json_object_foreach(global, key, v) if (is(key, "lines") || (!least && json_is_integer(v))) least =
        (int64_t)json_integer_value(v);
    if (least) scan_coverage(c, "jest", least, m->path, json_line(m, "coverageThreshold", "lines"));
    for (size_t i = 0; i < countof(tools); i++) {
        v = json_object_get(root, tools[i]);
        if (json_is_object(v))
            scan_coverage(c, tools[i], (int64_t)json_integer_value(json_object_get(v, "lines")), m->path,
                          json_line(m, tools[i], "lines"));
    }
}

static void state_runtime(struct scan *c, const struct manifest_text *m, const json_t *root)
{
    const char *node = json_string_value(json_object_get(json_object_get(root, "engines"), "node"));
    const char *manager = stated_runner(root);
    struct survey_dependency d = {.path = m->path};
    if (node) {
        d.name = "node";
        d.version = node;
        d.ecosystem = "runtime";
        d.line = json_line(m, "engines", "node");
        scan_dependency(c, &d);
    }
    if (!manager) return;
    d.name = manager;
    d.version = json_string_value(json_object_get(root, "packageManager")) + strlen(manager) + 1;
    d.ecosystem = "package manager";
    d.line = json_line(m, "packageManager", "");
    scan_dependency(c, &d);
}

/* "bin": a program, or several by name. */
static void read_programs(struct scan *c, const struct manifest_text *m, const json_t *root)
{
    json_t *bin = json_object_get(root, "bin"), *v;
    const char *name = json_string_value(json_object_get(root, "name")), *key;
    struct command_at at = {.path = m->path, .dir = m->dir, .line = json_line(m, "bin", ""), .kind = COMMAND_RUN};
    if (json_is_string(bin) && name) {
        entry_of_built(c, m->dir, json_string_value(bin));
        scan_command_named(c, &at, "%s", path_base(name));
    }
    json_object_foreach(bin, key, v)
    {
        if (!json_is_string(v)) continue;
        at.line = json_line(m, "bin", key);
        entry_of_built(c, m->dir, json_string_value(v));
        scan_command_named(c, &at, "%s", key);
    }
}

/* "prisma": { "seed": "ts-node seed.ts" } */
static void read_seed(struct scan *c, const struct manifest_text *m, json_t *root)
{
    struct command_at at = {.path = m->path, .dir = m->dir, .kind = COMMAND_OTHER};
    at.what = json_string_value(json_object_get(json_object_get(root, "prisma"), "seed"));
    at.line = json_line(m, "prisma", "seed");
    if (at.what) scan_command_named(c, &at, "npx prisma db seed");
}

/* An extension of an editor names what it starts with; a package that is published, what others import. */
static void read_purpose(struct scan *c, const struct manifest_text *m, json_t *root)
{
    static const char *const exports[] = {"exports", "module", "types", "typings", "main"};
    const char *main = json_string_value(json_object_get(root, "main")), *path = scan_current(c)->path;
    const char *name = json_string_value(json_object_get(root, "name"));
    bool published = !json_is_true(json_object_get(root, "private")) && name;
    if (json_object_get(json_object_get(root, "engines"), "vscode")) {
        scan_keep(c, path, "plugin", "of Visual Studio Code");
        if (main) entry_of_built(c, m->dir, main);
        return;
    }
    if (json_object_get(json_object_get(root, "devDependencies"), "electron") && main) entry_of_built(c, m->dir, main);
    if (name && (strstr(name, "eslint-plugin") || strstr(name, "babel-plugin"))) scan_keep(c, path, "plugin", name);
    for (size_t i = 0; published && i < countof(exports); i++)
        if (json_object_get(root, exports[i])) {
            scan_keep(c, path, "library", name);
            return;
        }
}

void manifest_npm(struct scan *c, const struct manifest_text *m)
{
    auto_json root = json_manifest(c, m);
    if (!root) return;
    note_package(c, root);
    state_runtime(c, m, root);
    read_dependencies(c, m, root, "dependencies", "npm", false);
    read_dependencies(c, m, root, "devDependencies", "npm", true);
    read_dependencies(c, m, root, "peerDependencies", "npm", false);
    read_scripts(c, m, root);
    read_programs(c, m, root);
    read_purpose(c, m, root);
    read_seed(c, m, root);
    read_coverage(c, m, root);
}

void manifest_composer(struct scan *c, const struct manifest_text *m)
{
    auto_json root = json_manifest(c, m);
    const char *key;
    json_t *v;
    if (!root) return;
    note_package(c, root);
    read_dependencies(c, m, root, "require", "packagist", false);
    read_dependencies(c, m, root, "require-dev", "packagist", true);
    json_object_foreach(json_object_get(root, "scripts"), key, v)
    {
        struct command_at at = {.path = m->path, .dir = m->dir, .what = json_string_value(v)};
        if (json_is_array(v)) at.what = json_string_value(json_array_get(v, 0));
        if (at.what && starts(at.what, "@php ")) at.what++;        /* the PHP that runs composer */
        if (starts(key, "post-") || starts(key, "pre-")) continue; /* hooks of composer's own commands */
        at.kind = (int)command_kind_guess(key);
        at.line = json_line(m, "scripts", key);
        scan_command_named(c, &at, "composer %s", key);
    }
}

struct preset_list {
    const char *key, *words;
    enum command_kind kind;
};
static const struct preset_list preset_lists[] = {
    {"configurePresets", "cmake --preset", COMMAND_BUILD},
    {"buildPresets", "cmake --build --preset", COMMAND_BUILD},
    {"testPresets", "ctest --preset", COMMAND_TEST},
    {"packagePresets", "cpack --preset", COMMAND_BUILD},
    {"workflowPresets", "cmake --workflow --preset", COMMAND_TEST},
};

void manifest_presets(struct scan *c, const struct manifest_text *m)
{
    auto_json root = json_manifest(c, m);
    if (!root) return;
    for (size_t i = 0; i < countof(preset_lists); i++) {
        size_t j;
        json_t *v;
        json_array_foreach(json_object_get(root, preset_lists[i].key), j, v)
        {
            const char *name = json_string_value(json_object_get(v, "name"));
            struct command_at at = {.path = m->path, .dir = m->dir, .kind = (int)preset_lists[i].kind};
            if (!name || json_is_true(json_object_get(v, "hidden"))) continue;
            at.line = json_line_of_text(m, preset_lists[i].key, name);
            scan_command_named(c, &at, "%s %s", preset_lists[i].words, name);
        }
    }
}

void manifest_deno(struct scan *c, const struct manifest_text *m)
{
    auto_json root = json_manifest(c, m);
    const char *key;
    json_t *v;
    if (!root) return;
    note_package(c, root);
    scan_current(c)->package = true;
    json_object_foreach(json_object_get(root, "tasks"), key, v)
    {
        struct command_at at = {.path = m->path,
                                .dir = m->dir,
                                .line = json_line(m, "tasks", key),
                                .kind = (int)command_kind_guess(key),
                                .what = json_string_value(v)};
        scan_command_named(c, &at, "deno task %s", key);
    }
}

/* Of these only that they are well formed is looked at: their tasks run the packages' own scripts. */
void manifest_turbo(struct scan *c, const struct manifest_text *m)
{
    auto_json root = json_manifest(c, m);
    (void)root;
}

void manifest_nx(struct scan *c, const struct manifest_text *m)
{
    manifest_turbo(c, m);
}

/* What Nx runs of a project: npx nx build api. Others have a project.json too. */
void manifest_nx_project(struct scan *c, const struct manifest_text *m)
{
    auto_json root = json_manifest(c, m);
    const char *name, *target;
    json_t *v, *targets;
    if (!root) return;
    targets = json_object_get(root, "targets");
    name = json_string_value(json_object_get(root, "name"));
    if (!json_is_object(targets)) return;
    if (!name) name = path_base(m->dir);
    scan_current(c)->name = arena_dup(c->a, name);
    json_object_foreach(targets, target, v)
    {
        const char *runner = npm_runner(c, m->dir);
        struct command_at at = {.path = m->path, .dir = "", .line = json_line(m, "targets", target)};
        at.what = json_string_value(json_object_get(v, "command"));
        at.kind = (int)command_kind_guess(target);
        scan_command_named(c, &at, "%s nx %s %s", is(runner, "npm") ? "npx" : runner, target, name);
    }
}

void manifest_lerna(struct scan *c, const struct manifest_text *m)
{
    manifest_turbo(c, m);
}

void manifest_global_json(struct scan *c, const struct manifest_text *m)
{
    auto_json root = json_manifest(c, m);
    const char *version = root ? json_string_value(json_object_get(json_object_get(root, "sdk"), "version")) : NULL;
    struct survey_dependency d = {.name = "dotnet", .version = version, .ecosystem = "runtime", .path = m->path};
    if (!version) return;
    d.line = json_line(m, "sdk", "version");
    scan_dependency(c, &d);
}
