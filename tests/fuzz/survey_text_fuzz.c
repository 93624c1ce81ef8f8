/* Every text reader of the survey. The first byte says which, so that one corpus serves all. */
#include <stdlib.h>
#include <string.h>

#include "survey/inner.h"
#include "survey/query.h"
#include "survey/shell.h"
#include "survey/toml.h"
#include "survey/xml.h"
#include "survey/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static manifest_fn *const manifests[] = {
    manifest_npm, manifest_composer, manifest_presets, manifest_pyproject, manifest_cargo, manifest_pipfile,
    manifest_requirements, manifest_gomod, manifest_make, manifest_just, manifest_cmake, manifest_pom,
    manifest_gemfile, manifest_tox, manifest_taskfile, manifest_gradle, manifest_gradle_catalog, manifest_sbt,
    manifest_csproj, manifest_packages_props, manifest_global_json, manifest_meson, manifest_autoconf, manifest_bazel,
    manifest_bazel_build, manifest_ninja, manifest_setup_py, manifest_setup_cfg, manifest_nox, manifest_mix,
    manifest_swift, manifest_terraform, manifest_rake, manifest_gemspec, manifest_chart, manifest_pubspec,
    manifest_precommit, manifest_deno, manifest_cargo_make, manifest_perl, manifest_cpanfile, manifest_rockspec,
    manifest_artisan, manifest_fastfile, manifest_hatch,
};

static void touch(void *arg, const struct toml_item *item)
{
    size_t *total = arg;
    *total += strlen(item->section) + strlen(item->key) + strlen(item->text);
}

static void read_manifest(manifest_fn *parse, struct tree *t, const char *text, struct arena *a)
{
    struct survey s = { .version = 0 };
    struct err e = { 0 };
    struct scan c = { .t = t, .a = a, .s = &s, .e = &e };
    const struct manifest_text m = { .path = "m", .dir = "", .text = text, .n = strlen(text) };
    auto_buf json = BUF_INIT(BUF_MAX_DEFAULT);
    (void)scan_manifest(&c, "m", "kind");
    parse(&c, &m);
    s.tree = "tree";
    record_encode(&survey_record, &s, &json);
}

/* Code of one language, looked at for signals, entry points and routes. */
static void read_code(unsigned which, struct tree *t, const char *text, struct arena *a)
{
    static const struct language languages[] = { { "js", "JavaScript" }, { "py", "Python" }, { "go", "Go" },
                                                 { "java", "Java" },     { "kt", "Kotlin" }, { "rb", "Ruby" },
                                                 { "ex", "Elixir" },     { "php", "PHP" },   { "rs", "Rust" },
                                                 { "cs", "C#" },         { "swift", "Swift" }, { "pl", "Perl" } };
    const struct language *l = &languages[which % countof(languages)];
    struct survey s = { .version = 0 };
    struct err e = { 0 };
    struct scan c = { .t = t, .a = a, .s = &s, .e = &e };
    static const struct tree_file entry = { .path = "src/x" };
    const struct scan_file file = { .f = &entry, .base = "x", .language = l };
    const struct code_file f = { &file, "src/x", l->name, text, strlen(text) };
    const struct survey_dependency d = { .name = "express", .ecosystem = "npm", .path = "package.json" };
    scan_dependency(&c, &d);
    signals_look(&c, &f);
    entry_look(&c, &f);
    routes_look(&c, &f);
    routes_finish(&c);
}

static void read_owners(const char *text, struct arena *a)
{
    struct survey_owner rule = { .pattern = text, .path = "CODEOWNERS" };
    const char *who = "@x";
    struct survey s = { .version = 0 };
    (void)a;
    rule.owners.v = &who;
    rule.owners.n = 1;
    s.owners.v = &rule;
    s.owners.n = 1;
    (void)survey_owner_of(&s, "src/a/b/c.c");
    (void)pattern_fits(text, "src/a/b/c.c");
}

static void read_command(const char *text, struct arena *a)
{
    static const struct survey none = { .version = 0 };
    struct command_ref ref;
    (void)survey_command_known(&none, NULL, NULL, text, a, &ref);
    (void)survey_command_is(text, "make check");
    (void)survey_command_is("make check", text);
}

static void read_ticket(struct tree *t, const char *text, struct arena *a)
{
    struct path_mentions mentions;
    struct query words;
    struct err e;
    if (query_make(text, text, a, &words, &e) != ERR_OK) return;
    if (survey_mentions(t, text, a, &mentions, &e) != ERR_OK) return;
}

static void read_one(unsigned which, struct tree *t, const char *text, size_t n, struct arena *a)
{
    struct yaml_docs docs;
    size_t total = 0;
    if (which < countof(manifests)) read_manifest(manifests[which], t, text, a);
    else if (which == countof(manifests)) read_command(text, a);
    else if (which == countof(manifests) + 1) (void)yaml_read(text, n, a, &docs);
    else if (which == countof(manifests) + 2) {
        (void)toml_read(text, a, touch, &total);
        (void)toml_inline(a, text, "version");
    } else if (which == countof(manifests) + 3) {
        struct xml_doc doc;
        (void)xml_read(text, n, a, &doc);
    } else if (which == countof(manifests) + 4) read_owners(text, a);
    else if (which == countof(manifests) + 5 && n) read_code((unsigned char)text[0], t, text + 1, a);
    else read_ticket(t, text, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct err e = { 0 };
    auto_tree t = NULL;
    auto_arena a = arena_new(0);
    char *text = n ? malloc(n) : NULL;
    if (!text || !a || tree_open_empty(&t, &e) != ERR_OK) {
        free(text);
        return 0;
    }
    memcpy(text, data + 1, n - 1);
    text[n - 1] = '\0';
    read_one(data[0] % (countof(manifests) + 7), t, text, n - 1, a);
    free(text);
    return 0;
}
