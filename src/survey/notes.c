/* Files that say how the project is deployed, what it asks of contributors, and what it documents. One row per kind. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#include "survey/yaml.h"

#define NOTE_FILE_MAX ((size_t)256 << 10)
#define MAX_DOCS 60

enum topic { DEPLOY, CONVENTION, DOCUMENT };
/* Says in a few words what the file holds; *line is set to where. NULL: nothing to say. */
typedef const char *say_fn(struct scan *c, const struct buf *text, int64_t *line);
static say_fn say_dockerfile, say_compose, say_kubernetes, say_systemd, say_heading, say_owners;

struct kind {
    const char *pattern;
    enum topic topic;
    const char *name;
    say_fn *say;
    bool only_if_said; /* a pattern too wide to be a proof */
};
static const struct kind kinds[] = {
    { "Dockerfile", DEPLOY, "dockerfile", say_dockerfile, false },
    { "Dockerfile.*", DEPLOY, "dockerfile", say_dockerfile, false },
    { "*.Dockerfile", DEPLOY, "dockerfile", say_dockerfile, false },
    { "Containerfile", DEPLOY, "dockerfile", say_dockerfile, false },
    { "docker-compose*.y*ml", DEPLOY, "compose", say_compose, false },
    { "compose*.y*ml", DEPLOY, "compose", say_compose, true },
    { "Chart.yaml", DEPLOY, "helm", NULL, false },
    { "kustomization.y*ml", DEPLOY, "kustomize", NULL, false },
    { "skaffold.yaml", DEPLOY, "skaffold", NULL, false },
    { "*.service", DEPLOY, "systemd", say_systemd, true },
    { "*.service.in", DEPLOY, "systemd", say_systemd, true },
    { "*.tf", DEPLOY, "terraform", NULL, false },
    { "Procfile", DEPLOY, "procfile", NULL, false },
    { "fly.toml", DEPLOY, "fly.io", NULL, false },
    { "vercel.json", DEPLOY, "vercel", NULL, false },
    { "netlify.toml", DEPLOY, "netlify", NULL, false },
    { "serverless.y*ml", DEPLOY, "serverless", NULL, false },
    { "app.yaml", DEPLOY, "kubernetes", say_kubernetes, true },
    { ".goreleaser.y*ml", DEPLOY, "goreleaser", NULL, false },
    { "playbook*.y*ml", DEPLOY, "ansible", NULL, false },
    { "debian/control", DEPLOY, "debian package", NULL, false },
    { "*.spec", DEPLOY, "rpm package", NULL, false },
    { "CONTRIBUTING*", CONVENTION, "contributing", say_heading, false },
    { "AGENTS.md", CONVENTION, "agents", say_heading, false },
    { "CLAUDE.md", CONVENTION, "agents", say_heading, false },
    { ".cursorrules", CONVENTION, "agents", NULL, false },
    { ".github/copilot-instructions.md", CONVENTION, "agents", say_heading, false },
    { "CODEOWNERS", CONVENTION, "codeowners", say_owners, false },
    { "CODE_OF_CONDUCT*", CONVENTION, "code of conduct", NULL, false },
    { "SECURITY.md", CONVENTION, "security", say_heading, false },
    { "STYLE*.md", CONVENTION, "style", say_heading, false },
    { ".github/pull_request_template.md", CONVENTION, "pull request template", NULL, false },
    { ".github/PULL_REQUEST_TEMPLATE.md", CONVENTION, "pull request template", NULL, false },
    { ".editorconfig", CONVENTION, "editorconfig", NULL, false },
    { ".clang-format", CONVENTION, "formatter", NULL, false },
    { ".prettierrc*", CONVENTION, "formatter", NULL, false },
    { ".eslintrc*", CONVENTION, "linter", NULL, false },
    { "eslint.config.*", CONVENTION, "linter", NULL, false },
    { ".golangci.y*ml", CONVENTION, "linter", NULL, false },
    { "ruff.toml", CONVENTION, "linter", NULL, false },
    { ".pre-commit-config.yaml", CONVENTION, "pre-commit", NULL, false },
    { ".pland.yml", CONVENTION, "pland", NULL, false },
    { "README*", DOCUMENT, "readme", say_heading, false },
    { "CHANGELOG*", DOCUMENT, "changelog", NULL, false },
    { "LICENSE*", DOCUMENT, "license", NULL, false },
    { "COPYING*", DOCUMENT, "license", NULL, false },
    { "*openapi*.y*ml", DOCUMENT, "openapi", NULL, false },
    { "*openapi*.json", DOCUMENT, "openapi", NULL, false },
    { "*swagger*.y*ml", DOCUMENT, "openapi", NULL, false },
    { "*.graphql", DOCUMENT, "graphql schema", NULL, false },
    { "*.proto", DOCUMENT, "protocol buffers", NULL, false },
    { "*adr/*.md", DOCUMENT, "decision record", say_heading, false },
    { "*decisions/*.md", DOCUMENT, "decision record", say_heading, false },
    { "docs/*.md", DOCUMENT, "document", say_heading, false },
    { "doc/*.md", DOCUMENT, "document", say_heading, false },
    { "ARCHITECTURE*", DOCUMENT, "architecture", say_heading, false },
    { "*.yaml", DEPLOY, "kubernetes", say_kubernetes, true },
    { "*.yml", DEPLOY, "kubernetes", say_kubernetes, true },
};

/* The first line that starts with word; its rest. */
static const char *after_word(struct scan *c, const struct buf *text, const char *word, int64_t *line)
{
    const char *at = buf_cstr(text), *p;
    size_t n, len = strlen(word);
    for (int64_t number = 1; (p = next_line(&at, &n)); number++)
        if (n > len && strncasecmp(p, word, len) == 0) {
            *line = number;
            return trim_copy(c->a, p + len, n - len < 120 ? n - len : 120);
        }
    return NULL;
}

static const char *say_dockerfile(struct scan *c, const struct buf *text, int64_t *line)
{
    const char *from = after_word(c, text, "FROM ", line);
    return from ? arena_fmt(c->a, "from %s", from) : NULL;
}

static const char *say_heading(struct scan *c, const struct buf *text, int64_t *line)
{
    return after_word(c, text, "# ", line);
}

static const char *say_systemd(struct scan *c, const struct buf *text, int64_t *line)
{
    return after_word(c, text, "ExecStart=", line);
}

static const char *say_owners(struct scan *c, const struct buf *text, int64_t *line)
{
    const char *at = buf_cstr(text), *p;
    size_t n;
    int64_t rules = 0, number = 1;
    for (; (p = next_line(&at, &n)); number++) {
        if (!n || *p == '#') continue;
        if (!rules++) *line = number;
    }
    return rules ? arena_fmt(c->a, "%lld rules", (long long)rules) : NULL;
}

static const char *say_compose(struct scan *c, const struct buf *text, int64_t *line)
{
    struct yaml_docs docs;
    const struct yaml_node *services;
    auto_buf b = BUF_INIT(500);
    if (!yaml_read(buf_cstr(text), text->n, c->a, &docs) || !docs.docs.n) return NULL;
    services = yaml_get(docs.docs.v[0], "services");
    if (!services || !services->pairs.n) return NULL;
    *line = services->line > 1 ? services->line - 1 : 1;
    for (size_t i = 0; i < services->pairs.n; i++) {
        const char *image = yaml_str(services->pairs.v[i].value, "image");
        buf_fmt(&b, "%s%s", i ? ", " : "services: ", services->pairs.v[i].key);
        if (image) buf_fmt(&b, " (%s)", image);
    }
    return arena_dup(c->a, buf_cstr(&b));
}

/* Every document of the file that has apiVersion and kind. */
static const char *say_kubernetes(struct scan *c, const struct buf *text, int64_t *line)
{
    struct yaml_docs docs;
    auto_buf b = BUF_INIT(500);
    if (!strstr(buf_cstr(text), "apiVersion:") || !strstr(buf_cstr(text), "kind:")) return NULL;
    if (!yaml_read(buf_cstr(text), text->n, c->a, &docs)) return NULL;
    for (size_t i = 0; i < docs.docs.n; i++) {
        const char *kind = yaml_str(docs.docs.v[i], "kind"),
                   *name = yaml_str(yaml_get(docs.docs.v[i], "metadata"), "name");
        if (!kind || !yaml_str(docs.docs.v[i], "apiVersion")) continue;
        if (!*line) *line = docs.docs.v[i]->line;
        buf_fmt(&b, "%s%s %s", b.n ? ", " : "", kind, name ? name : "");
    }
    return b.n ? arena_dup(c->a, buf_cstr(&b)) : NULL;
}

static void *list_of(struct scan *c, enum topic topic)
{
    if (topic == DEPLOY) return &c->s->deploy;
    return topic == CONVENTION ? (void *)&c->s->conventions : (void *)&c->s->docs;
}

/* true: the file is this row's. */
static bool note_file(struct scan *c, const struct kind *row, const struct tree_file *f, struct buf *text)
{
    const char *said = NULL;
    int64_t line = 0;
    if (row->say && scan_read(c, f, NOTE_FILE_MAX, false, text)) said = row->say(c, text, &line);
    if (row->only_if_said && !said) return false;
    if (row->topic == DOCUMENT && c->s->docs.n == MAX_DOCS) return true;
    scan_note(c, list_of(c, row->topic), row->name, f->path, said ? line : 0, said);
    return true;
}

void detect_notes(struct scan *c)
{
    struct tree_files files = tree_files(c->t);
    auto_buf text = BUF_INIT(NOTE_FILE_MAX + 1);
    for (size_t i = 0; i < files.n && !c->failed; i++) {
        const struct tree_file *f = &files.v[i];
        if (path_foreign(f->path) || path_fixture(f->path) || f->mode == TREE_MODE_SUBMODULE) continue;
        for (size_t k = 0; k < countof(kinds); k++)
            if (path_like(kinds[k].pattern, f->path) && note_file(c, &kinds[k], f, &text)) break;
    }
}
