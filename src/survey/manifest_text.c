/* Manifests that are lines: requirements.txt, go.mod, Gemfile, tox.ini, and pom.xml, of which only the plain part is
 * read. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

static struct survey_manifest *current(struct scan *c)
{
    return &c->s->manifests.v[c->s->manifests.n - 1];
}

void manifest_requirements(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    bool dev = strstr(path_base(m->path), "dev") || strstr(path_base(m->path), "test");
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n);
        struct survey_dependency d = { .ecosystem = "pypi", .dev = dev, .path = m->path, .line = number };
        if (!text || !text[0] || text[0] == '#' || text[0] == '-') continue;
        split_requirement(c->a, text, &d.name, &d.version);
        scan_dependency(c, &d);
    }
}

/* "github.com/x/y v1.2.3 // indirect" */
static void gomod_require(struct scan *c, const struct manifest_text *m, const char *text, int64_t line)
{
    struct survey_dependency d = { .ecosystem = "go", .path = m->path, .line = line };
    size_t n = strcspn(text, " \t");
    if (strstr(text, "// indirect")) return;
    d.name = arena_dup_n(c->a, text, n);
    text += n;
    text += strspn(text, " \t");
    d.version = trim_copy(c->a, text, strcspn(text, " \t/"));
    if (d.name && strchr(d.name, '.')) scan_dependency(c, &d);
}

void manifest_gomod(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    bool inside = false;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n);
        if (!text || !text[0] || strncmp(text, "//", 2) == 0) continue;
        if (inside && text[0] == ')') inside = false;
        else if (inside) gomod_require(c, m, text, number);
        else if (strncmp(text, "require (", 9) == 0) inside = true;
        else if (strncmp(text, "require ", 8) == 0) gomod_require(c, m, text + 8, number);
        else if (strncmp(text, "module ", 7) == 0) current(c)->name = text + 7;
        else if (strncmp(text, "go ", 3) == 0) {
            struct survey_dependency d = {
                .name = "go", .version = text + 3, .ecosystem = "runtime", .path = m->path, .line = number
            };
            current(c)->version = text + 3;
            scan_dependency(c, &d);
        }
    }
}

/* The text between the first two equal quotes at or after p, and what follows them. */
static const char *quoted(struct arena *a, const char *p, const char **ret_rest)
{
    char quote[2] = { 0 };
    p += strcspn(p, "'\"");
    if (!*p) return NULL;
    quote[0] = *p++;
    *ret_rest = p + strcspn(p, quote);
    if (!**ret_rest) return NULL;
    return arena_dup_n(a, p, (size_t)((*ret_rest)++ - p));
}

void manifest_gemfile(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line, *rest;
    bool dev = false;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n);
        struct survey_dependency d = { .ecosystem = "rubygems", .dev = dev, .path = m->path, .line = number };
        if (!text) return;
        if (strncmp(text, "group ", 6) == 0) dev = strstr(text, ":test") || strstr(text, ":development");
        else if (strcmp(text, "end") == 0) dev = false;
        else if (strncmp(text, "gem ", 4) == 0 || strncmp(text, "ruby ", 5) == 0) {
            d.name = quoted(c->a, text, &rest);
            if (!d.name) continue;
            if (text[0] == 'r') {
                d.version = d.name;
                d.name = "ruby";
                d.ecosystem = "runtime";
            } else if (*rest == ',') {
                rest += 1 + strspn(rest + 1, " \t");
                if (*rest == '"' || *rest == '\'') d.version = quoted(c->a, rest, &rest);
            }
            scan_dependency(c, &d);
        }
    }
}

void manifest_tox(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        struct survey_command d = { .path = m->path, .line = number, .dir = m->dir };
        const char *text = trim_copy(c->a, line, n);
        if (!text) return;
        if (strncmp(text, "[testenv:", 9) != 0) {
            if (strncmp(text, "[testenv]", 9) != 0) continue;
            d.name = "tox";
            d.kind = COMMAND_TEST;
        } else {
            const char *env = arena_dup_n(c->a, text + 9, strcspn(text + 9, "]"));
            if (!env) return;
            d.name = arena_fmt(c->a, "tox -e %s", env);
            d.kind = (int)command_kind_guess(env);
        }
        if (d.name) scan_command(c, &d);
    }
}

/* --- Terraform -------------------------------------------------------------------------------------------------- */
/* Providers of a required_providers block, and the version of Terraform itself. */
void manifest_terraform(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line, *rest;
    struct survey_dependency d = { 0 };
    bool inside = false;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n);
        if (!text) return;
        if (strncmp(text, "required_version", 16) == 0) {
            struct survey_dependency t = { .name = "terraform", .ecosystem = "runtime", .path = m->path };
            t.line = number;
            t.version = quoted(c->a, text, &rest);
            scan_dependency(c, &t);
        }
        if (strncmp(text, "required_providers", 18) == 0) inside = true;
        if (!inside) continue;
        if (strncmp(text, "source", 6) == 0)
            d = (struct survey_dependency){
                .name = quoted(c->a, text, &rest), .ecosystem = "terraform", .path = m->path, .line = number
            };
        if (strncmp(text, "version", 7) == 0 && d.name) d.version = quoted(c->a, text, &rest);
        if (text[0] != '}') continue;
        inside = d.name != NULL; /* the second one ends the block */
        scan_dependency(c, &d);
        d.name = NULL;
    }
}

/* --- pom.xml ---------------------------------------------------------------------------------------------------- */
/* The text of <name>…</name> between from and end. */
static const char *element(struct arena *a, const char *from, const char *end, const char *name)
{
    char open[64], close[64];
    const char *p, *q;
    (void)snprintf(open, sizeof open, "<%s>", name);
    (void)snprintf(close, sizeof close, "</%s>", name);
    p = memmem(from, (size_t)(end - from), open, strlen(open));
    if (!p) return NULL;
    p += strlen(open);
    q = memmem(p, (size_t)(end - p), close, strlen(close));
    return q ? trim_copy(a, p, (size_t)(q - p)) : NULL;
}

void manifest_pom(struct scan *c, const struct manifest_text *m)
{
    const char *end = m->text + m->n, *p = m->text;
    const char *head = strstr(m->text, "<dependencies>");
    if (!strstr(m->text, "<project")) {
        scan_problem(c, m->path, 1, "does not parse: there is no <project>");
        return;
    }
    current(c)->name = element(c->a, m->text, head ? head : end, "artifactId");
    while ((p = strstr(p, "<dependency>"))) {
        const char *stop = strstr(p, "</dependency>"), *group, *artifact, *scope;
        struct survey_dependency d = { .ecosystem = "maven", .path = m->path, .line = line_of(m->text, p) };
        if (!stop) {
            scan_problem(c, m->path, d.line, "does not parse: <dependency> is not closed");
            return;
        }
        group = element(c->a, p, stop, "groupId");
        artifact = element(c->a, p, stop, "artifactId");
        scope = element(c->a, p, stop, "scope");
        d.version = element(c->a, p, stop, "version");
        d.dev = scope && strcmp(scope, "test") == 0;
        if (group && artifact) d.name = arena_fmt(c->a, "%s:%s", group, artifact);
        scan_dependency(c, &d);
        p = stop;
    }
}
