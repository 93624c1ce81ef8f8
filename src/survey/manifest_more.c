/* Smaller manifests: Bazel's packages, cargo-make, Perl's, Lua's, and frameworks whose commands are files. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#include "survey/toml.h"

/* --- Bazel: cc_binary(name = "router", srcs = ["main.cc"]) is run as //:router -------------------------------------
 */
void manifest_bazel_build(struct scan *c, const struct manifest_text *m)
{
    struct line_walk w = {.at = m->text};
    for (const char *p = strstr(m->text, "_binary("), *end; p; p = strstr(end, "_binary(")) {
        struct command_at d = {.path = m->path, .line = line_next(&w, p), .dir = "", .kind = COMMAND_RUN};
        const char *name, *srcs, *file = NULL;
        end = p + strcspn(p, ")");
        name = memmem(p, (size_t)(end - p), "name", 4);
        srcs = memmem(p, (size_t)(end - p), "srcs", 4);
        if (!name || !(name = quoted(c->a, name, NULL))) continue;
        if (srcs) file = quoted(c->a, srcs, NULL);
        if (file) entry_of_file(c, m->dir, file);
        scan_command_named(c, &d, "bazel run //%s:%s", m->dir, name);
    }
}

/* --- cargo-make --------------------------------------------------------------------------------------------------- */
struct ctx {
    struct scan *c;
    const struct manifest_text *m;
    const char *last, *program;
    bool first_argument;
};

/* What a task executes says what it is for when its name does not. */
static void cargo_make_runs(struct ctx *x, const char *line)
{
    struct survey_command *d = x->c->s->commands.n ? &x->c->s->commands.v[x->c->s->commands.n - 1] : NULL;
    if (line && d && is(d->path, x->m->path) && d->kind == COMMAND_OTHER)
        d->kind = (int)command_kind_of_line(x->c->a, line);
}

static void cargo_make_item(void *arg, const struct toml_item *i)
{
    struct ctx *x = arg;
    struct command_at d = {.path = x->m->path, .line = i->line - 1, .dir = x->m->dir};
    if (!starts(i->section, "tasks.") || strchr(i->section + 6, '.')) return;
    if (is(i->key, "command")) x->program = i->text;
    if (!is(x->last, i->section)) {
        d.kind = (int)command_kind_guess(i->section + 6);
        scan_command_named(x->c, &d, "cargo make %s", i->section + 6);
        x->first_argument = true;
    }
    x->last = i->section;
    if (is(i->key, "script")) cargo_make_runs(x, i->text);
    else if (is(i->key, "args") && i->element && x->first_argument && x->program) {
        x->first_argument = false;
        cargo_make_runs(x, arena_fmt(x->c->a, "%s %s", x->program, i->text));
    }
}

void manifest_cargo_make(struct scan *c, const struct manifest_text *m)
{
    struct ctx x = {.c = c, .m = m};
    int64_t wrong = toml_read(m->text, c->a, cargo_make_item, &x);
    if (wrong) scan_problem(c, m->path, wrong, "does not parse as TOML");
}

/* --- Perl --------------------------------------------------------------------------------------------------------- */
/* 'Dancer2' => '0.400000' */
static void perl_pairs(struct scan *c, const struct manifest_text *m, const char *key, bool dev)
{
    const char *p = strstr(m->text, key), *end;
    struct line_walk w = {.at = m->text};
    if (!p) return;
    end = p + strcspn(p, "}");
    for (p += strlen(key); p < end;) {
        struct survey_dependency d = {.ecosystem = "cpan", .dev = dev, .path = m->path};
        p += strspn(p, " \t\r\n=>{,");
        if (p >= end) return;
        d.line = line_next(&w, p);
        if (*p == '\'' || *p == '"') d.name = quoted(c->a, p, &p);
        else {
            size_t n = name_span(p, "_:");
            d.name = arena_dup_n(c->a, p, n);
            p += n ? n : 1;
        }
        p += strspn(p, " \t=>");
        if (*p == '\'' || *p == '"') d.version = quoted(c->a, p, &p);
        else {
            size_t n = name_span(p, ".");
            d.version = arena_dup_n(c->a, p, n);
            p += n;
        }
        if (d.name && d.name[0] && isalpha((unsigned char)d.name[0])) scan_dependency(c, &d);
        p += strcspn(p, ",}");
    }
}

/* EXE_FILES => ['script/mojo', …] */
static void perl_programs(struct scan *c, const struct manifest_text *m)
{
    const char *p = strstr(m->text, "EXE_FILES"), *end;
    if (!p) return;
    p += strcspn(p, "[;");
    end = p + strcspn(p, "];");
    while (p < end && (p += strcspn(p, "'\"];")) < end) {
        const char *file = quoted(c->a, p, &p);
        if (!file) return;
        entry_of_file(c, m->dir, file);
    }
}

void manifest_perl(struct scan *c, const struct manifest_text *m)
{
    static const char *const keys[] = {"NAME", "DISTNAME", "module_name"};
    for (size_t i = 0; i < countof(keys) && !scan_current(c)->name; i++) {
        const char *at = strstr(m->text, keys[i]);
        if (!at) continue;
        scan_current(c)->name = quoted(c->a, at + strlen(keys[i]), NULL);
        scan_current(c)->line = line_of(m->text, at);
    }
    perl_programs(c, m);
    perl_pairs(c, m, "PREREQ_PM", false);
    perl_pairs(c, m, "TEST_REQUIRES", true);
}

/* requires 'Dancer2', '0.400000'; */
void manifest_cpanfile(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line, *rest = "";
    bool dev = false;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n);
        struct survey_dependency d = {.ecosystem = "cpan", .path = m->path, .line = number};
        if (!text) return;
        if (starts(text, "on ")) dev = !strstr(text, "runtime");
        if (text[0] == '}') dev = false;
        if (!starts(text, "requires ")) continue;
        d.name = quoted(c->a, text, &rest);
        d.version = d.name && *rest == ',' ? quoted(c->a, rest, NULL) : NULL;
        d.dev = dev;
        if (d.name) scan_dependency(c, &d);
    }
}

/* --- Lua ---------------------------------------------------------------------------------------------------------- */
static void rock_list(struct scan *c, const struct manifest_text *m, const char *key, bool dev)
{
    const char *p = strstr(m->text, key), *end;
    struct line_walk w = {.at = m->text};
    if (!p || (p > m->text && (isalnum((unsigned char)p[-1]) || p[-1] == '_'))) return;
    p += strcspn(p, "{");
    end = p + strcspn(p, "}");
    while (p < end) {
        struct survey_dependency d = {.ecosystem = "luarocks", .dev = dev, .path = m->path};
        const char *text;
        p += strcspn(p, "'\"}");
        if (p >= end || *p == '}') return;
        d.line = line_next(&w, p);
        text = quoted(c->a, p, &p);
        if (!text) return;
        split_requirement(c->a, text, &d.name, &d.version);
        scan_dependency(c, &d);
    }
}

/* ["turnstile"] = "lib/turnstile/init.lua": where others begin to use the rock. */
static void rock_modules(struct scan *c, const struct manifest_text *m)
{
    const char *p = strstr(m->text, "modules"), *end, *rest = NULL, *file = NULL;
    if (!p) return;
    p += strcspn(p, "{");
    end = p + strcspn(p, "}");
    while (!file && p < end && (p = memchr(p, '=', (size_t)(end - p)))) {
        const char *text = quoted(c->a, p, &rest);
        if (text && ends(text, ".lua")) file = text;
        p++;
    }
    if (file) entry_of_file(c, m->dir, file);
    scan_keep(c, scan_current(c)->path, "library", "rock");
}

void manifest_rockspec(struct scan *c, const struct manifest_text *m)
{
    const char *name = strstr(m->text, "package = ");
    if (name) {
        scan_current(c)->name = quoted(c->a, name, NULL);
        scan_current(c)->line = line_of(m->text, name);
    }
    rock_modules(c, m);
    rock_list(c, m, "dependencies", false);
    rock_list(c, m, "test_dependencies", true);
    rock_list(c, m, "build_dependencies", true);
}

/* --- languages with a manifest that says little more than a name ---------------------------------------------------
 */
void manifest_named(struct scan *c, const struct manifest_text *m)
{
    static const char *const keys[] = {"name:", "Name:", "(name ", "(defproject "};
    const char *base = path_base(m->path), *at = m->text, *line, *main = NULL, *folder = NULL;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n);
        if (!text) return;
        for (size_t i = 0; i < countof(keys) && !scan_current(c)->name; i++)
            if (starts(line, keys[i])) {
                text += strlen(keys[i]) + strspn(text + strlen(keys[i]), " \"");
                scan_current(c)->name = arena_dup_n(c->a, text, name_span(text, "-_./"));
                scan_current(c)->line = number;
            }
        if (starts(line, "executable ")) main = folder = NULL; /* Cabal's */
        if (strncasecmp(text, "main-is:", 8) == 0) main = text + 8 + strspn(text + 8, " \t");
        if (strncasecmp(text, "hs-source-dirs:", 15) == 0) folder = text + 15 + strspn(text + 15, " \t");
        if (starts(line, "test-suite ") || starts(line, "benchmark ")) break;
        if (main && folder) entry_of_file(c, m->dir, arena_fmt(c->a, "%s/%s", folder, main));
        else if (main) entry_of_file(c, m->dir, main);
    }
    if (!scan_current(c)->name && ends(base, ".nimble"))
        scan_current(c)->name = arena_dup_n(c->a, base, strlen(base) - strlen(".nimble"));
}

/* --- commands that are files -------------------------------------------------------------------------------------- */
/* protected $signature = 'orders:expire {--dry}'; */
/* #[AsCommand(name: 'app:import')], or $defaultName of older ones; bin/console stands above src/. */
void manifest_symfony(struct scan *c, const struct manifest_text *m)
{
    const char *attribute = strstr(m->text, "#[AsCommand("),
               *at = attribute ? attribute : strstr(m->text, "$defaultName");
    const char *text = attribute ? attribute + strlen("#[AsCommand(") : at, *name;
    size_t n = (size_t)(strstr(m->path, "src/") - m->path);
    struct command_at d = {.path = m->path, .dir = arena_dup_n(c->a, m->path, n ? n - 1 : 0)};
    if (!at || !d.dir) return;
    text += attribute ? strspn(text, " \n") : 0; /* the arguments may begin on the next line */
    name = quoted(c->a, text, NULL);
    if (!name || !strstr(m->text, "Symfony\\Component\\Console") || strpbrk(name, " {")) return;
    d.line = line_of(m->text, at);
    d.kind = (int)command_kind_guess(name);
    scan_command_named(c, &d, "bin/console %s", name);
}

void manifest_artisan(struct scan *c, const struct manifest_text *m)
{
    const char *at = strstr(m->text, "$signature"), *text = at ? at + strcspn(at, "'\";") : "";
    struct command_at d = {.path = m->path,
                           .dir = arena_dup_n(c->a, m->path, (size_t)(strstr(m->path, "app/Console") - m->path))};
    if (*text != '\'' && *text != '"') {
        c->s->manifests.n--; /* what commands share */
        return;
    }
    if (!d.dir) return;
    if (d.dir[0]) d.dir = arena_dup_n(c->a, d.dir, strlen(d.dir) - 1);
    d.line = line_of(m->text, at);
    text = arena_dup_n(c->a, text + 1, strcspn(text + 1, " {'\"\r\n")); /* arguments follow, over many lines */
    d.kind = text ? (int)command_kind_guess(text) : 0;
    if (text && text[0] && d.dir) scan_command_named(c, &d, "php artisan %s", text);
}

/* app/management/commands/name.py beside manage.py */
void manifest_django_command(struct scan *c, const struct manifest_text *m)
{
    const char *base = path_base(m->path);
    const char *name = arena_dup_n(c->a, base, strlen(base) - 3), *at = strstr(m->text, "class Command");
    const struct scan_file *manage = scan_named(c, "manage.py", NULL);
    struct command_at d = {.path = m->path, .line = at ? line_of(m->text, at) : 1};
    if (!at || !name || !manage) return;
    d.dir = path_dir(c->a, manage->f->path);
    d.kind = (int)command_kind_guess(name);
    if (d.dir) scan_command_named(c, &d, "python manage.py %s", name);
}

/* lane :beta do */
void manifest_fastfile(struct scan *c, const struct manifest_text *m)
{
    const char *at = m->text, *line;
    size_t n;
    for (int64_t number = 1; (line = next_line(&at, &n)); number++) {
        const char *text = trim_copy(c->a, line, n), *name;
        struct command_at d = {.path = m->path, .line = number, .dir = ""};
        if (!text || !starts(text, "lane :")) continue;
        name = arena_dup_n(c->a, text + 6, name_span(text + 6, "_"));
        d.kind = name ? (int)command_kind_guess(name) : 0;
        if (is(name, "beta")) d.kind = COMMAND_DEPLOY;
        if (name) scan_command_named(c, &d, "fastlane %s", name);
    }
}
