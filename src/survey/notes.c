/* Files that say how the project is deployed, what it asks of contributors, and what it documents. One row per kind. */
#include "survey/inner.h"

#include <ctype.h>
#include <string.h>

#include "survey/yaml.h"

#define NOTE_FILE_MAX ((size_t)256 << 10)
#define MAX_DOCS 60
#define MAX_NOTES 200

enum topic { DEPLOY, CONVENTION, DOCUMENT };
/* Says in a few words what the file holds; *line is set to where. NULL: nothing to say. */
typedef const char *say_fn(struct scan *c, const struct buf *text, int64_t *line);
static say_fn say_dockerfile, say_compose, say_kubernetes, say_systemd, say_heading, say_owners, say_terraform,
    say_cloudformation, say_playbook, say_rpm, say_decision;

struct kind {
    const char *pattern;
    enum topic topic;
    const char *name;
    say_fn *say;
    bool only_if_said; /* a pattern too wide to be a proof */
};
static const struct kind kinds[] = {
    {"Dockerfile", DEPLOY, "dockerfile", say_dockerfile, false},
    {"Dockerfile.*", DEPLOY, "dockerfile", say_dockerfile, true},
    {"Dockerfile-*", DEPLOY, "dockerfile", say_dockerfile, true},
    {"*.Dockerfile", DEPLOY, "dockerfile", say_dockerfile, false},
    {"*.dockerfile", DEPLOY, "dockerfile", say_dockerfile, false},
    {"Containerfile", DEPLOY, "dockerfile", say_dockerfile, false},
    {"docker-compose*.yml", DEPLOY, "compose", say_compose, true},
    {"docker-compose*.yaml", DEPLOY, "compose", say_compose, true},
    {"compose*.yaml", DEPLOY, "compose", say_compose, true},
    {"compose*.yml", DEPLOY, "compose", say_compose, true},
    {"*stack*.yml", DEPLOY, "compose", say_compose, true},
    {"Chart.yaml", DEPLOY, "helm", NULL, false},
    {"kustomization.yaml", DEPLOY, "kustomize", NULL, false},
    {"kustomization.yml", DEPLOY, "kustomize", NULL, false},
    {"*.service", DEPLOY, "systemd", say_systemd, true},
    {"*.timer", DEPLOY, "systemd", NULL, false},
    {"*.socket", DEPLOY, "systemd", NULL, false},
    {"*.service.in", DEPLOY, "systemd", say_systemd, true},
    {"*.tf", DEPLOY, "terraform", say_terraform, true},
    {"Procfile", DEPLOY, "procfile", NULL, false},
    {"fly.toml", DEPLOY, "fly.io", NULL, false},
    {"fly.*.toml", DEPLOY, "fly.io", NULL, false},
    {"vercel.json", DEPLOY, "vercel", NULL, false},
    {"netlify.toml", DEPLOY, "netlify", NULL, false},
    {"serverless.yml", DEPLOY, "serverless", NULL, false},
    {"serverless.yaml", DEPLOY, "serverless", NULL, false},
    {"serverless.ts", DEPLOY, "serverless", NULL, false},
    {"template.yaml", DEPLOY, "cloudformation", say_cloudformation, true},
    {"template.yml", DEPLOY, "cloudformation", say_cloudformation, true},
    {"*cloudformation/*.y*ml", DEPLOY, "cloudformation", say_cloudformation, true},
    {"Pulumi.yaml", DEPLOY, "pulumi", NULL, false},
    {".goreleaser.yml", DEPLOY, "goreleaser", NULL, false},
    {".goreleaser.yaml", DEPLOY, "goreleaser", NULL, false},
    {"goreleaser.yml", DEPLOY, "goreleaser", NULL, false},
    {"playbook*.yml", DEPLOY, "ansible", NULL, false},
    {"playbook*.yaml", DEPLOY, "ansible", NULL, false},
    {"*playbooks/*.yml", DEPLOY, "ansible", NULL, false},
    {"site.yml", DEPLOY, "ansible", say_playbook, true},
    {"ansible.cfg", DEPLOY, "ansible", NULL, false},
    {"tasks/main.yml", DEPLOY, "ansible", NULL, false},
    {"debian/control", DEPLOY, "debian-package", NULL, false},
    {"packaging/debian/control", DEPLOY, "debian-package", NULL, false},
    {"*.spec", DEPLOY, "rpm-package", say_rpm, true},
    {"*.spec.in", DEPLOY, "rpm-package", say_rpm, true},
    {"flake.nix", DEPLOY, "nix", NULL, false},
    {"default.nix", DEPLOY, "nix", NULL, false},
    {"CONTRIBUTING*", CONVENTION, "contributing", say_heading, false},
    {"HACKING*", CONVENTION, "style", say_heading, false},
    {"AGENTS.md", CONVENTION, "agents", say_heading, false},
    {"CLAUDE.md", CONVENTION, "agents", say_heading, false},
    {"GEMINI.md", CONVENTION, "agents", say_heading, false},
    {".cursorrules", CONVENTION, "agents", NULL, false},
    {".cursor/rules/*", CONVENTION, "agents", NULL, false},
    {".github/copilot-instructions.md", CONVENTION, "agents", say_heading, false},
    {"CODEOWNERS", CONVENTION, "codeowners", say_owners, false},
    {"SECURITY.md", CONVENTION, "security", say_heading, false},
    {"SECURITY.txt", CONVENTION, "security", NULL, false},
    {"STYLE*.md", CONVENTION, "style", say_heading, false},
    {"*style-guide*.md", CONVENTION, "style", say_heading, false},
    {"*style_guide*.md", CONVENTION, "style", say_heading, false},
    {"*styleguide*.md", CONVENTION, "style", say_heading, false},
    {"CODE_STYLE*", CONVENTION, "style", say_heading, false},
    {"*code-style*.md", CONVENTION, "style", say_heading, false},
    {"*CODING_STYLE*", CONVENTION, "style", say_heading, false},
    {"*CodingGuidelines*", CONVENTION, "style", say_heading, false},
    {"docs/style*.md", CONVENTION, "style", say_heading, false},
    {"LICENSES/*.txt", CONVENTION, "license", NULL, false},
    {"*coding-style*.md", CONVENTION, "style", say_heading, false},
    {"*coding-standards*.md", CONVENTION, "style", say_heading, false},
    {"pull_request_template.md", CONVENTION, "pull-request-template", NULL, false},
    {"PULL_REQUEST_TEMPLATE.md", CONVENTION, "pull-request-template", NULL, false},
    {".github/PULL_REQUEST_TEMPLATE/*.md", CONVENTION, "pull-request-template", NULL, false},
    {".gitlab/merge_request_templates/*.md", CONVENTION, "pull-request-template", NULL, false},
    {".editorconfig", CONVENTION, "editorconfig", NULL, false},
    {".clang-format", CONVENTION, "formatter", NULL, false},
    {".prettierrc*", CONVENTION, "formatter", NULL, false},
    {"prettier.config.*", CONVENTION, "formatter", NULL, false},
    {"rustfmt.toml", CONVENTION, "formatter", NULL, false},
    {".rustfmt.toml", CONVENTION, "formatter", NULL, false},
    {".formatter.exs", CONVENTION, "formatter", NULL, false},
    {".scalafmt.conf", CONVENTION, "formatter", NULL, false},
    {".swift-format", CONVENTION, "formatter", NULL, false},
    {".swiftformat", CONVENTION, "formatter", NULL, false},
    {"pint.json", CONVENTION, "formatter", NULL, false},
    {".php-cs-fixer.php", CONVENTION, "formatter", NULL, false},
    {".php-cs-fixer.dist.php", CONVENTION, "formatter", NULL, false},
    {"stylua.toml", CONVENTION, "formatter", NULL, false},
    {".stylua.toml", CONVENTION, "formatter", NULL, false},
    {".perltidyrc", CONVENTION, "formatter", NULL, false},
    {"biome.json", CONVENTION, "linter", NULL, false},
    {"biome.jsonc", CONVENTION, "linter", NULL, false},
    {".eslintrc*", CONVENTION, "linter", NULL, false},
    {"eslint.config.*", CONVENTION, "linter", NULL, false},
    {".stylelintrc*", CONVENTION, "linter", NULL, false},
    {".golangci.yml", CONVENTION, "linter", NULL, false},
    {".golangci.yaml", CONVENTION, "linter", NULL, false},
    {".golangci.toml", CONVENTION, "linter", NULL, false},
    {"ruff.toml", CONVENTION, "linter", NULL, false},
    {".ruff.toml", CONVENTION, "linter", NULL, false},
    {".flake8", CONVENTION, "linter", NULL, false},
    {".pylintrc", CONVENTION, "linter", NULL, false},
    {"pylintrc", CONVENTION, "linter", NULL, false},
    {"mypy.ini", CONVENTION, "linter", NULL, false},
    {".rubocop.yml", CONVENTION, "linter", NULL, false},
    {".standard.yml", CONVENTION, "linter", NULL, false},
    {"clippy.toml", CONVENTION, "linter", NULL, false},
    {".clippy.toml", CONVENTION, "linter", NULL, false},
    {"deny.toml", CONVENTION, "linter", NULL, false},
    {".clang-tidy", CONVENTION, "linter", NULL, false},
    {".credo.exs", CONVENTION, "linter", NULL, false},
    {".swiftlint.yml", CONVENTION, "linter", NULL, false},
    {"detekt.yml", CONVENTION, "linter", NULL, false},
    {".spectral.y*ml", CONVENTION, "linter", NULL, false},
    {".erb_lint.yml", CONVENTION, "linter", NULL, false},
    {".erb-lint.yml", CONVENTION, "linter", NULL, false},
    {".haml-lint.yml", CONVENTION, "linter", NULL, false},
    {".reek.yml", CONVENTION, "linter", NULL, false},
    {"rector.php", CONVENTION, "linter", NULL, false},
    {"checkstyle.xml", CONVENTION, "linter", NULL, false},
    {"phpstan.neon", CONVENTION, "linter", NULL, false},
    {"phpstan.neon.dist", CONVENTION, "linter", NULL, false},
    {"phpcs.xml", CONVENTION, "linter", NULL, false},
    {"phpcs.xml.dist", CONVENTION, "linter", NULL, false},
    {"psalm.xml", CONVENTION, "linter", NULL, false},
    {".tflint.hcl", CONVENTION, "linter", NULL, false},
    {".ansible-lint", CONVENTION, "linter", NULL, false},
    {".yamllint", CONVENTION, "linter", NULL, false},
    {".yamllint.yml", CONVENTION, "linter", NULL, false},
    {".luacheckrc", CONVENTION, "linter", NULL, false},
    {".perlcriticrc", CONVENTION, "linter", NULL, false},
    {".markdownlint*", CONVENTION, "linter", NULL, false},
    {".vale.ini", CONVENTION, "linter", NULL, false},
    {".hadolint.yaml", CONVENTION, "linter", NULL, false},
    {"analysis_options.yaml", CONVENTION, "linter", NULL, false},
    {".pre-commit-config.yaml", CONVENTION, "pre-commit", NULL, false},
    {"lefthook.yml", CONVENTION, "pre-commit", NULL, false},
    {".husky/pre-commit", CONVENTION, "pre-commit", NULL, false},
    {".pland.yml", CONVENTION, "pland", NULL, false},
    {"History.md", CONVENTION, "changelog", NULL, false},
    {"Changes", CONVENTION, "changelog", NULL, false},
    {"Changelog*", CONVENTION, "changelog", NULL, false},
    {"Contributing*", CONVENTION, "contributing", say_heading, false},
    {"CHANGELOG*", CONVENTION, "changelog", NULL, false},
    {"CHANGES*", CONVENTION, "changelog", NULL, false},
    {"HISTORY.md", CONVENTION, "changelog", NULL, false},
    {"HISTORY.rst", CONVENTION, "changelog", NULL, false},
    {"NEWS", CONVENTION, "changelog", NULL, false},
    {"NEWS.md", CONVENTION, "changelog", NULL, false},
    {"RELEASES.md", CONVENTION, "changelog", NULL, false},
    {"LICENSE*", CONVENTION, "license", NULL, false},
    {"LICENCE*", CONVENTION, "license", NULL, false},
    {"COPYING", CONVENTION, "license", NULL, false},
    {"COPYING.*", CONVENTION, "license", NULL, false},
    {"license", CONVENTION, "license", NULL, false},
    {"license.md", CONVENTION, "license", NULL, false},
    {"license.txt", CONVENTION, "license", NULL, false},
    {"License.txt", CONVENTION, "license", NULL, false},
    {"changelog.md", CONVENTION, "changelog", NULL, false},
    {"contributing.md", CONVENTION, "contributing", say_heading, false},
    {"security.md", CONVENTION, "security", say_heading, false},
    {"UNLICENSE", CONVENTION, "license", NULL, false},
    {"*adr/[0123456789]*.md", CONVENTION, "adr", say_heading, false},
    {"*adrs/[0123456789]*.md", CONVENTION, "adr", say_heading, false},
    {"*adr/*.md", CONVENTION, "adr", say_decision, true},
    {"*decisions/*.md", CONVENTION, "adr", say_decision, true},
    {"PLAN.md", CONVENTION, "plan", say_heading, false},
    {"PLANS.md", CONVENTION, "plan", say_heading, false},
    {"ROADMAP.md", CONVENTION, "plan", say_heading, false},
    {"plans/*.md", CONVENTION, "plan", say_heading, false},
    {"docs/plans/*.md", CONVENTION, "plan", say_heading, false},
    {"doc/plans/*.md", CONVENTION, "plan", say_heading, false},
    {"*implementation-plan*.md", CONVENTION, "plan", say_heading, false},
    {"README*", DOCUMENT, "readme", say_heading, false},
    {"Readme.*", DOCUMENT, "readme", say_heading, false},
    {"readme.*", DOCUMENT, "readme", say_heading, false},
    {"*openapi*.yml", DOCUMENT, "openapi", NULL, false},
    {"*openapi*.yaml", DOCUMENT, "openapi", NULL, false},
    {"*openapi*.json", DOCUMENT, "openapi", NULL, false},
    {"*swagger*.yml", DOCUMENT, "openapi", NULL, false},
    {"*swagger*.yaml", DOCUMENT, "openapi", NULL, false},
    {"*.graphql", DOCUMENT, "graphql schema", NULL, false},
    {"*.proto", DOCUMENT, "protocol buffers", NULL, false},
    {"CODE-OF-CONDUCT*", DOCUMENT, "code of conduct", NULL, false},
    {"CODE_OF_CONDUCT*", DOCUMENT, "code of conduct", NULL, false},
    {"docs/*.md", DOCUMENT, "document", say_heading, false},
    {"doc/*.md", DOCUMENT, "document", say_heading, false},
    {"ARCHITECTURE*", DOCUMENT, "architecture", say_heading, false},
    {"*.yaml", DEPLOY, "kubernetes", say_kubernetes, true},
    {"*.yml", DEPLOY, "kubernetes", say_kubernetes, true},
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

/* Noted when the file's row is: a say function does not know its path. */
static void broken_yaml(struct scan *c, const struct yaml_docs *docs)
{
    scan_problem(c, c->reading, docs->wrong_line, "does not parse as YAML: %s", docs->wrong);
}

static const char *say_compose(struct scan *c, const struct buf *text, int64_t *line)
{
    struct yaml_docs docs;
    const struct yaml_node *services;
    auto_buf b = BUF_INIT(500);
    if (!yaml_read(buf_cstr(text), text->n, c->a, &docs)) {
        if (strstr(buf_cstr(text), "services:")) broken_yaml(c, &docs);
        return NULL;
    }
    if (!docs.docs.n) return NULL;
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

/* What is written like a manifest of Kubernetes and is none. */
static bool of_another_tool(const char *api_version)
{
    static const char *const tools[] = {
        "skaffold/", "backstage.io/", "kind.x-k8s.io/", "kustomize.config.k8s.io/", "ctlptl.dev/",
        "devspace",  "k3d.io/",       "helm.sh/",       "argocd-image-updater"};
    for (size_t i = 0; i < countof(tools); i++)
        if (starts(api_version, tools[i])) return true;
    return false;
}

/* Every document of the file that has apiVersion, kind and metadata. */
static const char *say_kubernetes(struct scan *c, const struct buf *text, int64_t *line)
{
    struct yaml_docs docs;
    auto_buf b = BUF_INIT(500);
    if (!strstr(buf_cstr(text), "apiVersion:") || !strstr(buf_cstr(text), "kind:")) return NULL;
    if (!yaml_read(buf_cstr(text), text->n, c->a, &docs)) return NULL;
    for (size_t i = 0; i < docs.docs.n; i++) {
        const char *kind = yaml_str(docs.docs.v[i], "kind"),
                   *name = yaml_str(yaml_get(docs.docs.v[i], "metadata"), "name");
        if (!kind || !yaml_str(docs.docs.v[i], "apiVersion") || !yaml_get(docs.docs.v[i], "metadata") ||
            of_another_tool(yaml_str(docs.docs.v[i], "apiVersion")))
            continue;
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

/* A folder of Terraform is one thing: its main.tf, or whichever file says most. */
static const char *say_terraform(struct scan *c, const struct buf *text, int64_t *line)
{
    static const char *const words[] = {"resource \"", "module \"", "provider \"", "terraform {", "data \""};
    for (size_t i = 0; i < countof(words); i++) {
        const char *rest = after_word(c, text, words[i], line);
        if (rest || (i == 3 && strstr(buf_cstr(text), words[i])))
            return arena_fmt(c->a, "%s%s", words[i], rest ? rest : "");
    }
    return NULL;
}

static const char *say_cloudformation(struct scan *c, const struct buf *text, int64_t *line)
{
    const char *said = after_word(c, text, "Transform:", line);
    if (said && strstr(said, "AWS::Serverless")) return said;
    return after_word(c, text, "AWSTemplateFormatVersion:", line);
}

static const char *say_playbook(struct scan *c, const struct buf *text, int64_t *line)
{
    const char *said = after_word(c, text, "- hosts:", line);
    return said ? said : strstr(buf_cstr(text), "  hosts:") ? "a playbook" : NULL;
}

static const char *say_rpm(struct scan *c, const struct buf *text, int64_t *line)
{
    return strstr(buf_cstr(text), "%description") ? after_word(c, text, "Name:", line) : NULL;
}

static const char *say_decision(struct scan *c, const struct buf *text, int64_t *line)
{
    return strstr(buf_cstr(text), "Status") || strstr(buf_cstr(text), "status") ? say_heading(c, text, line) : NULL;
}

/* Conventions are those of the project as a whole, or of a package of it: not of something deep inside. */
static bool too_deep(const struct kind *row, const char *path)
{
    if (row->topic == DEPLOY) return path_aside(path) || starts(path, ".github/workflows/");
    if (is(row->name, "license") && path_depth(path) > 0 && !starts(path, "LICENSES/")) return true;
    return row->topic == CONVENTION && path_depth(path) > 3;
}

static bool same_folder(const char *x, const char *y)
{
    size_t n = (size_t)(path_base(x) - x);
    return n == (size_t)(path_base(y) - y) && strncmp(x, y, n) == 0;
}

/* Of the files of one Terraform folder main.tf stands for all. */
static bool stands_already(const struct scan *c, const struct kind *row, const char *path)
{
    char main[4200];
    size_t n = (size_t)(path_base(path) - path);
    if (!is(row->name, "terraform")) return false;
    if (!is(path_base(path), "main.tf") && n + 8 < sizeof main) {
        memcpy(main, path, n);
        memcpy(main + n, "main.tf", 8);
        if (tree_find(c->t, main)) return true;
    }
    for (size_t i = c->s->deploy.n; i-- > 0;)
        if (is(c->s->deploy.v[i].kind, "terraform") && same_folder(c->s->deploy.v[i].path, path)) return true;
    return false;
}

/* true: the file is this row's. */
static bool note_file(struct scan *c, const struct kind *row, const struct scan_file *f, struct buf *text)
{
    const char *said = NULL;
    int64_t line = 0;
    if (too_deep(row, f->f->path)) return false;
    if (row->topic == CONVENTION && is(row->name, "adr") && strcasecmp(f->base, "readme.md") == 0) return false;
    if (is(row->name, "kubernetes") && strstr(f->f->path, "/templates/")) return true; /* a chart's */
    c->reading = f->f->path;
    if (row->say && scan_read(c, f->f, NOTE_FILE_MAX, false, text)) said = row->say(c, text, &line);
    if (row->only_if_said && !said) return false;
    if (stands_already(c, row, f->f->path)) return true;
    if (row->topic == DOCUMENT && c->s->docs.n >= MAX_DOCS) return true;
    if (row->topic == DEPLOY && (c->s->deploy.n >= MAX_NOTES || (f->test && !is(row->name, "terraform")))) return true;
    if (row->topic == CONVENTION && c->s->conventions.n >= MAX_NOTES) return true;
    scan_note(c, list_of(c, row->topic), row->name, f->f->path, said ? line : 0, said);
    return true;
}

/* The first lines of most files of code say under which licence they are. */
static void note_license_headers(struct scan *c)
{
    static const char *const signs[] = {"SPDX-License-Identifier", "Licensed under the ", "GNU General Public License",
                                        "GNU Lesser General",      "All rights reserved", "governed by a BSD",
                                        "Mozilla Public"};
    auto_buf text = BUF_INIT(NOTE_FILE_MAX + 1);
    const char *example = NULL;
    size_t seen = 0, with = 0, n = 0, step;
    for (size_t i = 0; i < c->files.n; i++) n += c->files.v[i].language && !c->files.v[i].foreign;
    step = n / 40 + 1;
    n = 0;
    for (size_t i = 0; i < c->files.n && !c->failed; i++) {
        const struct scan_file *f = &c->files.v[i];
        char head[800];
        if (!f->language || f->foreign || f->fixture || n++ % step) continue;
        if (!scan_read(c, f->f, NOTE_FILE_MAX, false, &text)) continue;
        (void)snprintf(head, sizeof head, "%s", buf_cstr(&text));
        seen++;
        for (size_t s = 0; s < countof(signs); s++)
            if (strstr(head, signs[s])) {
                with++;
                if (!example) example = f->f->path;
                break;
            }
    }
    if (example && with * 3 >= seen)
        scan_note(c, &c->s->conventions, "license-header", example, 1,
                  arena_fmt(c->a, "%zu of %zu files looked at", with, seen));
}

void detect_notes(struct scan *c)
{
    auto_buf text = BUF_INIT(NOTE_FILE_MAX + 1);
    struct patterns names;
    if (!patterns_make(&names, c->a, kinds, countof(kinds), sizeof kinds[0])) return;
    for (size_t i = 0; i < c->files.n && !c->failed; i++) {
        const struct scan_file *f = &c->files.v[i];
        int k = patterns_next(&names, f->f->path, 0);
        if (k < 0 || f->foreign || f->fixture || f->f->mode == TREE_MODE_SUBMODULE || f->f->mode == TREE_MODE_LINK)
            continue;
        while (k >= 0 && !note_file(c, &kinds[k], f, &text)) k = patterns_next(&names, f->f->path, k + 1);
    }
    note_license_headers(c);
}
