/* Builds on the Java virtual machine: pom.xml, Gradle's scripts and version catalogue, build.sbt. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#include "survey/toml.h"
#include "survey/xml.h"

/* --- Maven ------------------------------------------------------------------------------------------------------- */
/* The properties of a project and of those above it, which have been read before. */
static void keep_properties(struct scan *c, const char *path, const struct xml_node *properties)
{
    for (size_t i = 0; properties && i < properties->children.n; i++) {
        struct scan_property *row = arena_push(c->a, &c->properties, sizeof *row);
        if (row) *row = (struct scan_property){path, properties->children.v[i]->name, properties->children.v[i]->text};
    }
}

static const char *inherited(struct scan *c, const char *path, const char *name)
{
    for (size_t i = c->properties.n; i-- > 0;) {
        const struct scan_property *p = &c->properties.v[i];
        if (is(p->name, name) && strncmp(p->path, path, (size_t)(path_base(p->path) - p->path)) == 0) return p->value;
    }
    return NULL;
}

/* "${spring.version}" by the project's properties or those above; NULL when those do not say. */
static const char *resolve(struct scan *c, const struct manifest_text *m, const char *text)
{
    const char *name, *value;
    if (!text || !starts(text, "${") || !ends(text, "}")) return text;
    name = arena_dup_n(c->a, text + 2, strlen(text) - 3);
    value = name ? inherited(c, m->path, name) : NULL;
    return value && !starts(value, "${") ? value : NULL;
}

static void add_artifact(struct scan *c, const struct manifest_text *m, const struct xml_node *at)
{
    const char *group = xml_text(at, "groupId"), *artifact = xml_text(at, "artifactId");
    struct survey_dependency d = {.ecosystem = "maven", .path = m->path, .line = at->line};
    if (!group || !artifact) return;
    d.name = arena_fmt(c->a, "%s:%s", group, artifact);
    d.version = resolve(c, m, xml_text(at, "version"));
    d.dev = is(xml_text(at, "scope"), "test");
    if (d.name) scan_dependency(c, &d);
}

static void add_artifacts(struct scan *c, const struct manifest_text *m, const struct xml_node *list)
{
    for (size_t i = 0; list && i < list->children.n; i++)
        if (is(list->children.v[i]->name, "dependency")) add_artifact(c, m, list->children.v[i]);
}

/* The threshold of JaCoCo: <minimum>0.80</minimum> anywhere below its plugin. */
static const struct xml_node *find_below(const struct xml_node *node, const char *name, int depth)
{
    for (size_t i = 0; node && depth && i < node->children.n; i++) {
        const struct xml_node *found = node->children.v[i];
        if (!is(found->name, name)) found = find_below(found, name, depth - 1);
        if (found) return found;
    }
    return NULL;
}

static void read_plugins(struct scan *c, const struct manifest_text *m, const struct xml_node *plugins)
{
    for (size_t i = 0; plugins && i < plugins->children.n; i++) {
        const struct xml_node *p = plugins->children.v[i], *least;
        if (!is(xml_text(p, "artifactId"), "jacoco-maven-plugin")) continue;
        least = find_below(p, "minimum", 12);
        if (!least) scan_coverage(c, "jacoco", 0, m->path, p->line);
        else if (least->text[0] == '1') scan_coverage(c, "jacoco", 100, m->path, least->line);
        else if (starts(least->text, "0.") && isdigit((unsigned char)least->text[2])) {
            int64_t tens = least->text[2] - '0',
                    ones = isdigit((unsigned char)least->text[3]) ? least->text[3] - '0' : 0;
            scan_coverage(c, "jacoco", tens * 10 + ones, m->path, least->line);
        }
    }
}

void manifest_pom(struct scan *c, const struct manifest_text *m)
{
    const struct xml_node *project, *parent;
    struct xml_doc doc;
    struct survey_dependency java = {.name = "java", .ecosystem = "runtime", .path = m->path};
    if (!xml_read(m->text, m->n, c->a, &doc)) {
        scan_problem(c, m->path, doc.wrong_line, "does not parse: %s", doc.wrong);
        return;
    }
    project = doc.root;
    if (!is(project->name, "project")) {
        scan_problem(c, m->path, 1, "does not parse: there is no <project>");
        return;
    }
    scan_current(c)->name = xml_text(project, "artifactId");
    if (xml_child(project, "artifactId")) scan_current(c)->line = xml_child(project, "artifactId")->line;
    keep_properties(c, scan_current(c)->path, xml_child(project, "properties"));
    scan_current(c)->version = resolve(c, m, xml_text(project, "version"));
    parent = xml_child(project, "parent");
    if (parent && is(xml_text(parent, "artifactId"), "spring-boot-starter-parent")) add_artifact(c, m, parent);
    add_artifacts(c, m, xml_child(project, "dependencies"));
    add_artifacts(c, m, xml_child(xml_child(project, "dependencyManagement"), "dependencies"));
    read_plugins(c, m, xml_child(xml_child(project, "build"), "plugins"));
    read_plugins(c, m, xml_child(xml_child(xml_child(project, "build"), "pluginManagement"), "plugins"));
    java.version = xml_text(xml_child(project, "properties"), "java.version");
    if (!java.version) java.version = xml_text(xml_child(project, "properties"), "maven.compiler.release");
    if (java.version) {
        const struct xml_node *at = xml_child(xml_child(project, "properties"), "java.version");
        java.line = at ? at->line : 0;
        scan_dependency(c, &java);
    }
}

/* --- Gradle ------------------------------------------------------------------------------------------------------ */
/* "group:artifact:version" */
static void add_coordinates(struct scan *c, const struct manifest_text *m, const char *text, bool dev, int64_t line)
{
    struct survey_dependency d = {.ecosystem = "maven", .dev = dev, .path = m->path, .line = line};
    const char *artifact = strchr(text, ':'), *version = artifact ? strchr(artifact + 1, ':') : NULL;
    if (!artifact || strpbrk(text, " /\\")) return;
    d.name = version ? arena_dup_n(c->a, text, (size_t)(version - text)) : text;
    d.version = version && version[1] != '$' ? version + 1 : NULL;
    scan_dependency(c, &d);
}

static void gradle_plugin(struct scan *c, const struct manifest_text *m, const char *line, int64_t number)
{
    const char *rest, *version, *id = quoted(c->a, line, &rest);
    struct survey_dependency d = {.ecosystem = "maven", .path = m->path, .line = number};
    if (!id) return;
    version = strstr(rest, "version");
    d.name = id;
    d.version = version ? quoted(c->a, version, NULL) : NULL;
    scan_dependency(c, &d);
}

static void gradle_task(struct scan *c, const struct manifest_text *m, const char *line, int64_t number)
{
    const char *p = strstr(line, "tasks.register"), *name = NULL, *runner = "gradle";
    struct command_at at = {.path = m->path, .line = number, .dir = ""};
    if (p && starts(p, "tasks.registering")) {
        p = strstr(line, "val "); /* val x by tasks.registering(…) */
        if (p) name = arena_dup_n(c->a, p + 4, name_span(p + 4, "_"));
    } else if (p) name = quoted(c->a, p, NULL);
    else if (starts(line, "task ")) name = arena_dup_n(c->a, line + 5, name_span(line + 5, "_"));
    else if (starts(line, "task(")) name = quoted(c->a, line, NULL);
    if (!name || !name[0] || strchr(name, '$')) return;
    if (scan_in_dir(c, "", "gradlew")) runner = "./gradlew";
    else at.dir = m->dir;
    at.kind = (int)command_kind_guess(name);
    if (m->dir[0] && !at.dir[0]) {
        auto_buf project = BUF_INIT(4096);
        buf_str(&project, m->dir);
        for (size_t i = 0; i < project.n; i++)
            if (project.p[i] == '/') project.p[i] = ':';
        scan_command_named(c, &at, "%s :%s:%s", runner, buf_cstr(&project), name);
    } else scan_command_named(c, &at, "%s %s", runner, name);
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
    if (starts(line, "id ") || starts(line, "id(")) gradle_plugin(c, m, line, number);
    if (starts(line, "rootProject.name")) scan_current(c)->name = quoted(c->a, line, NULL);
    if (strstr(line, "tasks.register") || starts(line, "task")) gradle_task(c, m, line, number);
}

void manifest_gradle(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    size_t n;
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

/* --- sbt --------------------------------------------------------------------------------------------------------- */
/* "org" %% "artifact" % "version" % Test */
static void sbt_dependency(struct scan *c, const struct manifest_text *m, const char *line, int64_t number)
{
    const char *rest, *group = quoted(c->a, line, &rest), *artifact, *version;
    struct survey_dependency d = {.ecosystem = "maven", .path = m->path, .line = number};
    while (group) {
        if (rest[strspn(rest, " ")] != '%') {
            group = quoted(c->a, rest, &rest);
            continue;
        }
        artifact = quoted(c->a, rest, &rest);
        if (!artifact) return;
        version = rest[strspn(rest, " ")] == '%' && rest[strspn(rest, " %")] == '"' ? quoted(c->a, rest, &rest) : NULL;
        d.name = arena_fmt(c->a, "%s:%s", group, artifact);
        d.version = version;
        d.dev = memmem(rest, strcspn(rest, ",)\""), "Test", 4) != NULL;
        if (d.name) scan_dependency(c, &d);
        group = quoted(c->a, rest, &rest);
    }
}

/* `val circeVersion = "0.14"` is looked up for `% circeVersion`. */
static const char *sbt_value(struct scan *c, const struct manifest_text *m, const char *line)
{
    const char *p = strrchr(line, '%'), *v;
    size_t n;
    char want[120];
    if (!p) return NULL;
    p += 1 + strspn(p + 1, " ");
    n = name_span(p, "_");
    if (!n || *p == '"' || (size_t)snprintf(want, sizeof want, "val %.*s ", (int)n, p) >= sizeof want) return NULL;
    v = strstr(m->text, want);
    return v ? quoted(c->a, v, NULL) : NULL;
}

void manifest_sbt(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n), *name;
        struct command_at d = {.path = m->path, .line = number, .dir = m->dir};
        if (!text) return;
        if (starts(text, "//")) continue;
        if (strstr(text, "name") && strstr(text, ":=") && !scan_current(c)->name &&
            starts(text + strspn(text, "ThisBuild/ "), "name")) {
            scan_current(c)->name = quoted(c->a, text, NULL);
            scan_current(c)->line = number;
        }
        if (strstr(text, "scalaVersion") && strstr(text, ":=")) {
            struct survey_dependency s = {.name = "scala", .ecosystem = "runtime", .path = m->path, .line = number};
            s.version = quoted(c->a, text, NULL);
            if (s.version) scan_dependency(c, &s);
        }
        if (strchr(text, '%')) {
            size_t before = c->s->dependencies.n;
            sbt_dependency(c, m, text, number);
            if (c->s->dependencies.n > before && !c->s->dependencies.v[before].version)
                c->s->dependencies.v[before].version = sbt_value(c, m, text);
        }
        if (!strstr(text, "addCommandAlias")) continue;
        name = quoted(c->a, text, &line);
        d.what = name ? quoted(c->a, line, NULL) : NULL;
        d.kind = name ? (int)command_kind_guess(name) : 0;
        if (name) scan_command_named(c, &d, "sbt %s", name);
    }
}
