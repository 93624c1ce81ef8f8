/* Manifests in JSON: package.json, composer.json, CMakePresets.json. jansson keeps no lines, so these are looked up. */
#include "survey/inner.h"

#include <string.h>

static json_t *parse(struct scan *c, const struct manifest_text *m)
{
    json_error_t je;
    json_t *root = json_loadb(m->text, m->n, 0, &je);
    if (root && json_is_object(root)) return root;
    scan_problem(c, m->path, root ? 1 : je.line, "does not parse: %s", root ? "not an object" : je.text);
    json_decref(root);
    return NULL;
}

/* The line of `"key":` after `"section"`; the section's own when the key is not found. */
static int64_t line_of_key(const struct manifest_text *m, const char *section, const char *key)
{
    char quoted[300];
    const char *from = m->text, *p;
    (void)snprintf(quoted, sizeof quoted, "\"%.200s\"", section);
    p = strstr(m->text, quoted);
    if (p) from = p + strlen(quoted);
    if ((size_t)snprintf(quoted, sizeof quoted, "\"%s\"", key) < sizeof quoted)
        for (p = strstr(from, quoted); p; p = strstr(p + 1, quoted)) {
            const char *after = p + strlen(quoted);
            after += strspn(after, " \t\r\n");
            if (*after == ':') return line_of(m->text, p);
        }
    return line_of(m->text, from);
}

/* The line of `"text"` after `"section"`. */
static int64_t line_of_value(const struct manifest_text *m, const char *section, const char *text)
{
    char quoted[300];
    const char *from, *p;
    (void)snprintf(quoted, sizeof quoted, "\"%.200s\"", section);
    from = strstr(m->text, quoted);
    (void)snprintf(quoted, sizeof quoted, "\"%.200s\"", text);
    p = from ? strstr(from, quoted) : NULL;
    return p ? line_of(m->text, p) : 0;
}

static void note_package(struct scan *c, const json_t *root)
{
    struct survey_manifest *row = &c->s->manifests.v[c->s->manifests.n - 1];
    row->name = arena_dup(c->a, json_string_value(json_object_get(root, "name")));
    row->version = arena_dup(c->a, json_string_value(json_object_get(root, "version")));
}

static void read_dependencies(struct scan *c, const struct manifest_text *m, json_t *root, const char *section,
                              const char *ecosystem, bool dev)
{
    const char *key;
    json_t *v;
    json_object_foreach(json_object_get(root, section), key, v) {
        struct survey_dependency d = { .name = key, .version = json_string_value(v), .ecosystem = ecosystem, .dev = dev,
                                       .path = m->path, .line = line_of_key(m, section, key) };
        if (strcmp(ecosystem, "packagist") == 0 && !strchr(key, '/')) continue; /* php itself, ext-… */
        scan_dependency(c, &d);
    }
}

struct script_runner { const char *lock, *name; };
static const struct script_runner runners[] = { { "pnpm-lock.yaml", "pnpm" },
                                                { "yarn.lock", "yarn" },
                                                { "bun.lockb", "bun" } };

/* npm unless a lock file beside the manifest says otherwise. */
static const char *runner_of(struct scan *c, const char *dir)
{
    for (size_t i = 0; i < countof(runners); i++) {
        char path[4200];
        (void)snprintf(path, sizeof path, "%s%s%s", dir, dir[0] ? "/" : "", runners[i].lock);
        if (tree_find(c->t, path) || tree_find(c->t, runners[i].lock)) return runners[i].name;
    }
    return "npm";
}

static void read_scripts(struct scan *c, const struct manifest_text *m, json_t *root)
{
    static const char *const short_names[] = { "test", "start", "stop", "restart" };
    const char *key, *runner = runner_of(c, m->dir);
    json_t *v;
    json_object_foreach(json_object_get(root, "scripts"), key, v) {
        bool is_short = strcmp(runner, "npm") != 0 && strcmp(runner, "bun") != 0;
        struct survey_command d = { .kind = (int)command_kind_guess(key), .path = m->path, .dir = m->dir,
                                    .line = line_of_key(m, "scripts", key), .what = json_string_value(v) };
        for (size_t i = 0; i < countof(short_names) && strcmp(runner, "bun") != 0; i++)
            is_short |= strcmp(key, short_names[i]) == 0;
        d.name = arena_fmt(c->a, "%s %s%s", runner, is_short ? "" : "run ", key);
        d.match = d.name;
        if (strncmp(key, "pre", 3) == 0 && json_object_get(json_object_get(root, "scripts"), key + 3)) continue;
        if (d.name && json_is_string(v)) scan_command(c, &d);
    }
}

void manifest_npm(struct scan *c, const struct manifest_text *m)
{
    auto_json root = parse(c, m);
    const char *node;
    if (!root) return;
    note_package(c, root);
    node = json_string_value(json_object_get(json_object_get(root, "engines"), "node"));
    if (node) {
        struct survey_dependency d = { .name = "node",
                                       .version = node,
                                       .ecosystem = "runtime",
                                       .path = m->path,
                                       .line = line_of_key(m, "engines", "node") };
        scan_dependency(c, &d);
    }
    read_dependencies(c, m, root, "dependencies", "npm", false);
    read_dependencies(c, m, root, "devDependencies", "npm", true);
    read_dependencies(c, m, root, "peerDependencies", "npm", false);
    read_scripts(c, m, root);
}

void manifest_composer(struct scan *c, const struct manifest_text *m)
{
    auto_json root = parse(c, m);
    const char *key;
    json_t *v;
    if (!root) return;
    note_package(c, root);
    read_dependencies(c, m, root, "require", "packagist", false);
    read_dependencies(c, m, root, "require-dev", "packagist", true);
    json_object_foreach(json_object_get(root, "scripts"), key, v) {
        struct survey_command d = { .kind = (int)command_kind_guess(key), .path = m->path, .dir = m->dir,
                                    .line = line_of_key(m, "scripts", key), .what = json_string_value(v) };
        d.name = arena_fmt(c->a, "composer %s", key);
        if (d.name) scan_command(c, &d);
    }
}

struct preset_list { const char *key, *words; enum command_kind kind; };
static const struct preset_list preset_lists[] = {
    { "configurePresets", "cmake --preset", COMMAND_BUILD },
    { "buildPresets", "cmake --build --preset", COMMAND_BUILD },
    { "testPresets", "ctest --preset", COMMAND_TEST },
    { "workflowPresets", "cmake --workflow --preset", COMMAND_TEST },
};

void manifest_presets(struct scan *c, const struct manifest_text *m)
{
    auto_json root = parse(c, m);
    if (!root) return;
    for (size_t i = 0; i < countof(preset_lists); i++) {
        size_t j;
        json_t *v;
        json_array_foreach(json_object_get(root, preset_lists[i].key), j, v) {
            const char *name = json_string_value(json_object_get(v, "name"));
            struct survey_command d = { .kind = (int)preset_lists[i].kind, .path = m->path, .dir = m->dir };
            if (!name || json_is_true(json_object_get(v, "hidden"))) continue;
            d.line = line_of_value(m, preset_lists[i].key, name);
            d.name = arena_fmt(c->a, "%s %s", preset_lists[i].words, name);
            if (d.name) scan_command(c, &d);
        }
    }
}
