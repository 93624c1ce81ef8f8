/* Builds on the Java virtual machine: pom.xml, build.sbt; Gradle has a file of its own. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#include "survey/xml.h"

/* --- Maven ------------------------------------------------------------------------------------------------------- */
/* The properties of a project and of those above it, which have been read before. */
static void keep_properties(struct scan *c, const char *path, const struct xml_node *properties)
{
    for (size_t i = 0; properties && i < properties->children.n; i++)
        scan_keep(c, path, properties->children.v[i]->name, properties->children.v[i]->text);
}

/* "${spring.version}" by the project's properties or those above; NULL when those do not say. */
static const char *resolve(struct scan *c, const struct manifest_text *m, const char *text)
{
    const char *name, *value;
    if (!text || !starts(text, "${") || !ends(text, "}")) return text;
    name = arena_dup_n(c->a, text + 2, strlen(text) - 3);
    value = name ? scan_inherited(c, m->path, name) : NULL;
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

/* What a plugin is there to be run for. */
struct plugin_goal {
    const char *plugin, *goal;
    enum command_kind kind;
};
static const struct plugin_goal maven_goals[] = {
    {"spring-boot-maven-plugin", "spring-boot:run", COMMAND_RUN},
    {"quarkus-maven-plugin", "quarkus:dev", COMMAND_RUN},
    {"micronaut-maven-plugin", "mn:run", COMMAND_RUN},
    {"jetty-maven-plugin", "jetty:run", COMMAND_RUN},
    {"flyway-maven-plugin", "flyway:migrate", COMMAND_MIGRATE},
    {"liquibase-maven-plugin", "liquibase:update", COMMAND_MIGRATE},
    {"spotless-maven-plugin", "spotless:check", COMMAND_FORMAT},
    {"spring-javaformat-maven-plugin", "spring-javaformat:apply", COMMAND_FORMAT},
};

/* ./mvnw -pl app spring-boot:run, when the wrapper stands above the module. */
static void maven_goal(struct scan *c, const struct manifest_text *m, const struct plugin_goal *row, int64_t line)
{
    struct survey_command d = {.path = m->path, .line = line, .kind = (int)row->kind, .dir = m->dir, .implied = true};
    if (scan_in_dir(c, m->dir, "mvnw")) d.name = arena_fmt(c->a, "./mvnw %s", row->goal);
    else if (!scan_in_dir(c, "", "mvnw")) d.name = arena_fmt(c->a, "mvn %s", row->goal);
    else {
        d.name = arena_fmt(c->a, "./mvnw -pl %s %s", m->dir, row->goal);
        d.dir = "";
    }
    if (d.name) scan_command(c, &d);
}

static void read_plugins(struct scan *c, const struct manifest_text *m, const struct xml_node *plugins, bool managed)
{
    for (size_t i = 0; plugins && i < plugins->children.n; i++) {
        const struct xml_node *p = plugins->children.v[i], *least;
        for (size_t j = 0; managed ? false : j < countof(maven_goals); j++)
            if (is(xml_text(p, "artifactId"), maven_goals[j].plugin))
                maven_goal(c, m, &maven_goals[j], xml_child(p, "artifactId")->line);
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
        const char *at = strstr(m->text, "<artifactId>");
        scan_problem(c, m->path, doc.wrong_line, "does not parse: %s", doc.wrong);
        if (at) scan_current(c)->line = line_of(m->text, at);
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
    read_plugins(c, m, xml_child(xml_child(project, "build"), "plugins"), false);
    read_plugins(c, m, xml_child(xml_child(xml_child(project, "build"), "pluginManagement"), "plugins"), true);
    java.version = xml_text(xml_child(project, "properties"), "java.version");
    if (!java.version) java.version = xml_text(xml_child(project, "properties"), "maven.compiler.release");
    if (java.version) {
        const struct xml_node *at = xml_child(xml_child(project, "properties"), "java.version");
        java.line = at ? at->line : 0;
        scan_dependency(c, &java);
    }
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
    const char *at = m->text, *line, *project = NULL;
    int64_t root = 0, declared = 0;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n), *name;
        struct command_at d = {.path = m->path, .line = number, .dir = m->dir};
        if (!text) return;
        if (starts(text, "//")) continue;
        if (strstr(text, "name") && strstr(text, ":=") && !scan_current(c)->name &&
            starts(text + strspn(text, "ThisBuild/ "), "name")) {
            text += strcspn(text, "\"");
            text += strspn(text, "\"") > 2 ? 2 : 0; /* """x""" */
            scan_current(c)->name = quoted(c->a, text, NULL);
            scan_current(c)->line = number;
        }
        if (strstr(text, "file(\".\")")) root = number;
        if (strstr(text, "JavaAppPackaging") && project) {
            const struct command_at run = {.path = m->path, .line = declared, .dir = m->dir, .kind = COMMAND_RUN};
            scan_command_named(c, &run, "sbt %s/run", project);
        }
        if (starts(text, "lazy val ") && strstr(text, "project")) {
            project = arena_dup_n(c->a, text + 9, name_span(text + 9, "_-"));
            declared = number;
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
    if (root) scan_current(c)->line = root;
}
