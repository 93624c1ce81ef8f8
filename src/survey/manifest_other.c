/* Elixir's mix.exs, Swift's Package.swift, go.mod, and the provider blocks of Terraform. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

/* --- go.mod ------------------------------------------------------------------------------------------------------ */
/* "github.com/x/y v1.2.3 // indirect" */
static void gomod_require(struct scan *c, const struct manifest_text *m, const char *text, int64_t line)
{
    struct survey_dependency d = {.ecosystem = "go", .path = m->path, .line = line};
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
    const char *at = m->text, *line, *block = NULL;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n);
        if (!text || !text[0] || starts(text, "//")) continue;
        if (block && text[0] == ')') block = NULL;
        else if (block) {
            if (starts(block, "require")) gomod_require(c, m, text, number);
        } else if (ends(text, "(")) block = text;
        else if (starts(text, "require ")) gomod_require(c, m, text + 8, number);
        else if (starts(text, "module ")) {
            scan_current(c)->name = trim_copy(c->a, text + 7, strcspn(text + 7, " \t"));
            scan_current(c)->line = number;
        } else if (starts(text, "go ")) {
            struct survey_dependency d = {
                .name = "go", .version = text + 3, .ecosystem = "runtime", .path = m->path, .line = number};
            scan_current(c)->version = text + 3;
            scan_dependency(c, &d);
        }
    }
}

/* --- mix --------------------------------------------------------------------------------------------------------- */
/* {:phoenix, "~> 1.7", only: :test} */
static void mix_dependency(struct scan *c, const struct manifest_text *m, const char *text, int64_t line)
{
    struct survey_dependency d = {.ecosystem = "hex", .path = m->path, .line = line};
    const char *p = strstr(text, "{:"), *rest;
    size_t n = p ? name_span(p + 2, "_") : 0;
    if (!n || p[2 + n] != ',') return;
    d.name = arena_dup_n(c->a, p + 2, n);
    p += 3 + n;
    p += strspn(p, " ");
    if (*p == '"') d.version = quoted(c->a, p, &rest);
    d.dev = strstr(p, "only:") != NULL && !strstr(p, ":prod");
    if (d.name) scan_dependency(c, &d);
}

/* `setup: ["deps.get", …]` or `"ecto.setup": […]` */
static void mix_alias(struct scan *c, const struct manifest_text *m, const char *text, int64_t line)
{
    struct command_at d = {.path = m->path, .line = line, .dir = m->dir};
    const char *name, *rest;
    size_t n;
    if (*text == '[') text++;
    if (*text == '"') {
        name = quoted(c->a, text, &rest);
        if (!name || *rest != ':') return;
    } else {
        n = name_span(text, "_.");
        if (!n || text[n] != ':' || text[n + 1] != ' ') return;
        name = arena_dup_n(c->a, text, n);
        rest = text + n;
    }
    if (!name) return;
    d.kind = (int)command_kind_guess(name);
    if (starts(name, "ecto.")) d.kind = COMMAND_MIGRATE;
    d.what = quoted(c->a, rest, NULL);
    if (d.what) d.what = arena_fmt(c->a, "mix %s", d.what);
    scan_command_named(c, &d, "mix %s", name);
}

/* A task of the project's own: its name is its file's. */
static void mix_task(struct scan *c, const struct manifest_text *m)
{
    struct command_at d = {.path = m->path, .line = 1, .dir = ""};
    const char *base = path_base(m->path);
    const char *name =
        strstr(m->text, "use Mix.Task") && path_depth(m->path) == 3 ? arena_dup_n(c->a, base, strlen(base) - 3) : NULL;
    if (!name) return;
    d.kind = (int)command_kind_guess(name);
    scan_command_named(c, &d, "mix %s", name);
}

void manifest_mix(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line, *where = "";
    int depth = 0;
    size_t n;
    if (ends(m->path, ".ex")) {
        mix_task(c, m);
        return;
    }
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n), *p;
        if (!text) return;
        if (text[0] == '#') continue;
        if (starts(text, "def")) {
            where = text;
            depth = 0;
        }
        if (starts(text, "app: :")) {
            scan_current(c)->name = arena_dup_n(c->a, text + 6, name_span(text + 6, "_"));
            scan_current(c)->line = 1;
        }
        if (starts(text, "version: \"")) scan_current(c)->version = quoted(c->a, text, NULL);
        if (starts(text, "elixir: \"")) {
            struct survey_dependency d = {.name = "elixir", .ecosystem = "runtime", .path = m->path, .line = number};
            d.version = quoted(c->a, text, NULL);
            scan_dependency(c, &d);
        }
        if (strstr(text, "{:") && strstr(where, "deps")) mix_dependency(c, m, text, number);
        if (strstr(where, "aliases") && where != text && depth <= 1) mix_alias(c, m, text, number);
        for (p = text; *p && where != text; p++) depth += (*p == '[') - (*p == ']');
    }
}

/* --- Swift ------------------------------------------------------------------------------------------------------- */
/* .package(url: "https://github.com/vapor/vapor.git", from: "4.89.0") */
static void swift_dependency(struct scan *c, const struct manifest_text *m, const char *text, int64_t line)
{
    struct survey_dependency d = {.ecosystem = "swift", .path = m->path, .line = line};
    const char *url = strstr(text, "url:"), *rest = NULL, *base;
    url = url ? quoted(c->a, url, &rest) : NULL;
    if (!url) return;
    base = path_base(url);
    d.name = arena_dup_n(c->a, base, ends(base, ".git") ? strlen(base) - 4 : strlen(base));
    d.version = quoted(c->a, rest, NULL);
    scan_dependency(c, &d);
}

void manifest_swift(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line, *pending = NULL;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n), *name;
        if (!text) return;
        if (strstr(text, "swift-tools-version")) {
            struct survey_dependency d = {.name = "swift", .ecosystem = "runtime", .path = m->path, .line = number};
            const char *v = strpbrk(text, "0123456789");
            d.version = v;
            if (v) scan_dependency(c, &d);
        }
        if (strstr(text, ".package(")) swift_dependency(c, m, text, number);
        name = strstr(text, "name:") ? quoted(c->a, strstr(text, "name:"), NULL) : NULL;
        if (name && !scan_current(c)->name && !pending) scan_current(c)->name = name;
        if (strstr(text, ".executableTarget(")) pending = text;
        else if (strstr(text, "arget(") || strstr(text, ".library(")) pending = NULL;
        if (pending && name) {
            struct command_at d = {.path = m->path, .line = number, .dir = m->dir, .kind = COMMAND_RUN};
            scan_command_named(c, &d, "swift run %s", name);
            pending = NULL;
        }
    }
}

/* --- Terraform --------------------------------------------------------------------------------------------------- */
/* `aws = { source = "hashicorp/aws", version = "~> 5.0" }` within required_providers, and required_version. */
void manifest_terraform(struct scan *c, const struct manifest_text *m)
{
    struct survey_dependency d = {.ecosystem = "terraform"};
    const char *at = m->text, *line;
    bool inside = false;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n), *source;
        if (!text) return;
        if (starts(text, "required_version")) {
            struct survey_dependency t = {.name = "terraform", .ecosystem = "runtime", .path = m->path, .line = number};
            t.version = quoted(c->a, text, NULL);
            scan_dependency(c, &t);
        }
        if (starts(text, "required_providers")) inside = true;
        source = inside ? strstr(text, "source") : NULL;
        if (source)
            d = (struct survey_dependency){
                .name = quoted(c->a, source, NULL), .ecosystem = "terraform", .path = m->path, .line = number};
        if (inside && d.name && strstr(text, "version") && !starts(text, "required_version"))
            d.version = quoted(c->a, strstr(text, "version"), NULL);
        if (!inside || !strchr(text, '}')) continue;
        if (d.name) {
            d.path = m->path;
            scan_dependency(c, &d);
            d.name = NULL;
        } else inside = false; /* the second bracket ends the block */
    }
}
