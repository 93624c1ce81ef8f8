/* Every text reader of the survey. The first byte says which, so that one corpus serves all. */
#include <stdlib.h>
#include <string.h>

#include "survey/inner.h"
#include "survey/query.h"
#include "survey/shell.h"
#include "survey/toml.h"
#include "survey/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static manifest_fn *const manifests[] = {
    manifest_npm,   manifest_composer, manifest_presets, manifest_pyproject, manifest_cargo,
    manifest_pipfile, manifest_requirements, manifest_gomod, manifest_make, manifest_just,
    manifest_cmake, manifest_pom,      manifest_gemfile, manifest_tox,       manifest_taskfile,
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
    } else read_ticket(t, text, a);
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
    read_one(data[0] % (countof(manifests) + 4), t, text, n - 1, a);
    free(text);
    return 0;
}
