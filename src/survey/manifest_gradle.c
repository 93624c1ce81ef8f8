/* Gradle: build scripts and settings, line by line, and the version catalogue. */
#include "survey/inner.h"

#include <string.h>

#include "survey/toml.h"

/* What a plugin is there to be run for. */
struct plugin_goal {
    const char *plugin, *goal;
    enum command_kind kind;
};
/* "$kotlinVersion", "${versions.x}" by what this build script and those above have set; NULL: nothing says. */
static const char *gradle_value(struct scan *c, const struct manifest_text *m, const char *version)
{
    const char *name = version, *dot;
    if (version[0] != '$') return version;
    name += 1 + (name[1] == '{');
    name = arena_dup_n(c->a, name, name_span(name, "_.-"));
    dot = name ? strrchr(name, '.') : NULL;
    return name ? scan_inherited(c, m->path, dot ? dot + 1 : name) : NULL;
}

/* ext.x = "1", val x = "1", x = '1', x=1 in gradle.properties */
static void gradle_keep(struct scan *c, const char *line, bool plain)
{
    const char *equals = strchr(line, '='), *end = equals, *from, *value, *rest = "";
    if (!equals || equals == line || equals[1] == '=' || strchr("=!<>+", equals[-1])) return;
    while (end > line && end[-1] == ' ') end--;
    from = end;
    while (from > line && (name_span(from - 1, "_"))) from--;
    equals += 1 + strspn(equals + 1, " ");
    value = plain ? equals : *equals == '"' || *equals == '\'' ? quoted(c->a, equals, &rest) : NULL;
    if (value && from < end && !strchr(value, '$') && !rest[strspn(rest, " ;")])
        scan_keep(c, scan_current(c)->path, arena_dup_n(c->a, from, (size_t)(end - from)), value);
}

/* project(":importer").projectDir = file("jobs/importer") */
static void gradle_project_dir(struct scan *c, const char *line)
{
    const char *rest, *project = quoted(c->a, line, &rest), *dir = project ? strstr(rest, ".projectDir") : NULL;
    if (dir) dir = quoted(c->a, dir, NULL);
    if (dir) scan_keep(c, scan_current(c)->path, arena_fmt(c->a, "projectDir %s", dir + (*dir == '/')), project);
}

static void gradle_properties(struct scan *c, const struct manifest_text *m)
{
    const struct tree_file *f = scan_in_dir(c, m->dir, "gradle.properties");
    auto_buf text = BUF_INIT(65536);
    const char *at, *line;
    size_t n;
    if (!f || !scan_read(c, f, 65536, false, &text)) return;
    for (at = buf_cstr(&text); (line = next_line(&at, &n));) {
        const char *own = trim_copy(c->a, line, n);
        if (own && own[0] != '#') gradle_keep(c, own, true);
    }
}

/* "group:artifact:version" */
static void add_coordinates(struct scan *c, const struct manifest_text *m, const char *text, bool dev, int64_t line)
{
    struct survey_dependency d = {.ecosystem = "maven", .dev = dev, .path = m->path, .line = line};
    const char *artifact = strchr(text, ':'), *version = artifact ? strchr(artifact + 1, ':') : NULL;
    if (!artifact || strpbrk(text, " /\\")) return;
    d.name = version ? arena_dup_n(c->a, text, (size_t)(version - text)) : text;
    d.version = version ? gradle_value(c, m, version + 1) : NULL;
    scan_dependency(c, &d);
}

static const struct plugin_goal gradle_goals[] = {
    {"org.springframework.boot", "bootRun", COMMAND_RUN},
    {"application", "run", COMMAND_RUN},
    {"io.quarkus", "quarkusDev", COMMAND_RUN},
    {"io.micronaut.application", "run", COMMAND_RUN},
    {"org.flywaydb.flyway", "flywayMigrate", COMMAND_MIGRATE},
    {"com.diffplug.spotless", "spotlessCheck", COMMAND_FORMAT},
    {"org.jlleitschuh.gradle.ktlint", "ktlintCheck", COMMAND_LINT},
    {"io.gitlab.arturbosch.detekt", "detekt", COMMAND_LINT},
};

/* A task as it is typed: from the top with the wrapper, or with the module's path; false: no name. */
static const char *gradle_call(struct scan *c, const struct manifest_text *m, const char *task, const char **ret_dir)
{
    auto_buf project = BUF_INIT(4096);
    const char *name = scan_inherited(c, m->path, arena_fmt(c->a, "projectDir %s", m->dir));
    bool own = scan_in_dir(c, m->dir, "gradlew"), top = scan_in_dir(c, "", "gradlew");
    bool module = m->dir[0] && !own &&
                  (top || scan_in_dir(c, "", "settings.gradle") || scan_in_dir(c, "", "settings.gradle.kts"));
    *ret_dir = module ? "" : m->dir;
    buf_fmt(&project, "%s ", own || top ? "./gradlew" : "gradle");
    if (module && name) buf_fmt(&project, "%s:", name);
    else if (module) {
        buf_char(&project, ':');
        for (const char *p = m->dir; *p; p++) buf_char(&project, *p == '/' ? ':' : *p);
        buf_char(&project, ':');
    }
    buf_str(&project, task);
    return arena_dup(c->a, buf_cstr(&project));
}

static void gradle_goal(struct scan *c, const struct manifest_text *m, const struct plugin_goal *row, int64_t line)
{
    struct survey_command d = {.path = m->path, .line = line, .kind = (int)row->kind, .implied = true};
    d.name = gradle_call(c, m, row->goal, &d.dir);
    if (d.name) scan_command(c, &d);
}

static void gradle_plugin(struct scan *c, const struct manifest_text *m, const char *line, int64_t number)
{
    const char *rest, *version, *id = quoted(c->a, line, &rest);
    struct survey_dependency d = {.ecosystem = "maven", .path = m->path, .line = number};
    if (!id) return;
    for (size_t i = 0; i < countof(gradle_goals) && !strstr(rest, "apply false"); i++)
        if (is(gradle_goals[i].plugin, id)) gradle_goal(c, m, &gradle_goals[i], number);
    if (!strchr(id, '.')) return; /* Gradle's own: java, application */
    version = strstr(rest, "version");
    d.name = id;
    d.version = version ? quoted(c->a, version, NULL) : NULL;
    if (d.version) d.version = gradle_value(c, m, d.version);
    scan_dependency(c, &d);
}

/* tasks.register('stage', Copy), task seed(type: JavaExec), tasks.register<JavaExec>("seed") */
static enum command_kind kind_of_type(const char *line, enum command_kind kind)
{
    static const struct {
        const char *type;
        enum command_kind kind;
    } types[] = {{"JavaExec", COMMAND_RUN}, {"Copy", COMMAND_BUILD},   {"Sync", COMMAND_BUILD},
                 {"Zip", COMMAND_BUILD},    {"Tar", COMMAND_BUILD},    {"Jar", COMMAND_BUILD},
                 {"Test", COMMAND_TEST},    {"Javadoc", COMMAND_BUILD}};
    for (size_t i = 0; i < countof(types); i++) {
        const char *at = strstr(line, types[i].type);
        if (at && at > line && strchr("<, :", at[-1]) && strchr(">,) :", at[strlen(types[i].type)]))
            return types[i].kind;
    }
    return kind;
}

static void gradle_task(struct scan *c, const struct manifest_text *m, const char *line, int64_t number)
{
    const char *p = strstr(line, "tasks.register"), *name = NULL, *call;
    struct command_at at = {.path = m->path, .line = number, .dir = ""};
    if (p && starts(p, "tasks.registering")) {
        p = strstr(line, "val "); /* val x by tasks.registering(…) */
        if (p) name = arena_dup_n(c->a, p + 4, name_span(p + 4, "_"));
    } else if (p) name = quoted(c->a, p, NULL);
    else if (starts(line, "task ")) name = arena_dup_n(c->a, line + 5, name_span(line + 5, "_"));
    else if (starts(line, "task(")) name = quoted(c->a, line, NULL);
    if (!name || !name[0] || strchr(name, '$')) return;
    at.kind = (int)command_kind_guess(name);
    if (at.kind == COMMAND_OTHER) at.kind = (int)kind_of_type(line, COMMAND_OTHER);
    call = gradle_call(c, m, name, &at.dir);
    if (call) scan_command_named(c, &at, "%s", call);
}

static void gradle_line(struct scan *c, const struct manifest_text *m, const char *line, int64_t number)
{
    static const char *const scopes[] = {"implementation",
                                         "api",
                                         "compileOnly",
                                         "runtimeOnly",
                                         "annotationProcessor",
                                         "ksp",
                                         "testImplementation",
                                         "testRuntimeOnly",
                                         "testCompileOnly",
                                         "testFixturesImplementation",
                                         "integrationTestImplementation",
                                         "debugImplementation",
                                         "classpath",
                                         "compile",
                                         "testCompile",
                                         "kapt",
                                         "developmentOnly",
                                         "androidTestImplementation"};
    for (size_t i = 0; i < countof(scopes); i++) {
        size_t n = strlen(scopes[i]);
        if (strncmp(line, scopes[i], n) == 0 && (line[n] == ' ' || line[n] == '(')) {
            const char *text = quoted(c->a, line, NULL);
            if (text) add_coordinates(c, m, text, strstr(scopes[i], "est") != NULL, number);
            return;
        }
    }
    gradle_keep(c, line, false);
    if (starts(line, "project(")) gradle_project_dir(c, line);
    if (starts(line, "id ") || starts(line, "id(") || starts(line, "apply plugin:")) gradle_plugin(c, m, line, number);
    if (is(line, "application") || starts(line, "application {")) gradle_goal(c, m, &gradle_goals[1], number);
    if (starts(line, "rootProject.name")) scan_current(c)->name = quoted(c->a, line, NULL);
    if (strstr(line, "tasks.register") || starts(line, "task")) gradle_task(c, m, line, number);
}

void manifest_gradle(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    size_t n;
    gradle_properties(c, m);
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n);
        if (!text) return;
        if (!starts(text, "//") && !starts(text, "*")) gradle_line(c, m, text, number);
    }
}

struct catalog {
    struct scan *c;
    const struct manifest_text *m;
    struct {
        const char *name, *version;
    } versions[200];
    size_t n;
};

static void catalog_item(void *arg, const struct toml_item *i)
{
    struct catalog *x = arg;
    struct survey_dependency d = {.ecosystem = "maven", .path = x->m->path, .line = i->line};
    const char *ref;
    if (is(i->section, "versions") && i->string && x->n < countof(x->versions)) {
        x->versions[x->n].name = i->key;
        x->versions[x->n++].version = i->text;
    }
    if ((!is(i->section, "libraries") && !is(i->section, "plugins")) || i->element) return;
    if (i->string) {
        add_coordinates(x->c, x->m, i->text, false, i->line);
        return;
    }
    d.name = toml_inline(x->c->a, i->text, is(i->section, "plugins") ? "id" : "module");
    if (!d.name) {
        const char *group = toml_inline(x->c->a, i->text, "group"), *name = toml_inline(x->c->a, i->text, "name");
        if (group && name) d.name = arena_fmt(x->c->a, "%s:%s", group, name);
    }
    d.version = toml_inline(x->c->a, i->text, "version");
    ref = toml_inline(x->c->a, i->text, "version.ref");
    for (size_t v = 0; ref && v < x->n; v++)
        if (is(x->versions[v].name, ref)) d.version = x->versions[v].version;
    if (d.name) scan_dependency(x->c, &d);
}

void manifest_gradle_catalog(struct scan *c, const struct manifest_text *m)
{
    struct catalog x = {.c = c, .m = m};
    int64_t wrong = toml_read(m->text, c->a, catalog_item, &x);
    if (wrong) scan_problem(c, m->path, wrong, "does not parse as TOML");
}
