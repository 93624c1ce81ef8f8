/* The survey in sentences, each with its evidence: what a reader and a model are shown first. */
#include "survey/inner.h"

#include <stdlib.h>
#include <string.h>

#define MAX_EVIDENCE 4

static void say_languages(struct scan *c)
{
    for (size_t i = 0; i < c->s->languages.n && i < 5; i++) {
        const struct survey_language *l = &c->s->languages.v[i];
        struct finding *f;
        if (i && l->share < 20) break;
        f = scan_finding(c, &c->s->stack, "%s: %lld %s, %lld %% of the code", l->name, (long long)l->files,
                         l->files == 1 ? "file" : "files", (long long)(l->share + 5) / 10);
        scan_evidence(c, f, l->example, 0, "its largest file");
    }
}

static void say_dependencies(struct scan *c)
{
    for (size_t i = 0; i < c->s->dependencies.n; i++) {
        const struct survey_dependency *d = &c->s->dependencies.v[i];
        bool data = d->role && (strstr(d->role, "ORM") || strstr(d->role, "database") || strstr(d->role, "query") ||
                                strcmp(d->role, "migrations") == 0);
        struct finding *f;
        if (strcmp(d->ecosystem, "runtime") == 0)
            f = scan_finding(c, &c->s->stack, "%s %s", d->name, d->version ? d->version : "");
        else if (!d->role) continue;
        else
            f = scan_finding(c, data ? (void *)&c->s->database : (void *)&c->s->stack, "%s%s%s (%s)", d->name,
                             d->version ? " " : "", d->version ? d->version : "", d->role);
        scan_evidence(c, f, d->path, d->line, NULL);
        if (f) f->confidence = 100;
    }
}

static void say_layers(struct scan *c)
{
    for (size_t i = 0; i < c->s->dirs.n; i++) {
        const struct survey_dir *d = &c->s->dirs.v[i];
        struct tree_files files = tree_below(c->t, d->path);
        struct finding *f;
        if (!d->what || strcmp(d->what, "source") == 0) continue;
        f = scan_finding(c, &c->s->architecture, "%s/: %s (%lld %s)", d->path, d->what, (long long)d->files,
                         d->files == 1 ? "file" : "files");
        for (size_t j = 0; j < files.n && j < 2; j++) scan_evidence(c, f, files.v[j].path, 0, NULL);
    }
}

static void say_tests(struct scan *c)
{
    const struct survey_command *run = survey_command_of(c->s, COMMAND_TEST);
    struct finding *f;
    for (size_t i = 0; i < c->s->tests.n; i++) {
        const struct survey_tests *t = &c->s->tests.v[i];
        f = scan_finding(c, &c->s->testing, "%s: %lld test %s named like %s", t->framework, (long long)t->files,
                         t->files == 1 ? "file" : "files", t->pattern ? t->pattern : t->example);
        scan_evidence(c, f, t->example, 0, "an example");
        if (t->evidence.path && strcmp(t->evidence.path, t->example) != 0)
            scan_evidence(c, f, t->evidence.path, t->evidence.line, t->evidence.note);
    }
    if (!c->s->tests.n && c->s->languages.n) {
        f = scan_finding(c, &c->s->testing, "no test files were found");
        scan_evidence(c, f, c->s->languages.v[0].example, 0, "code without tests beside it");
    }
    if (!run) return;
    f = scan_finding(c, &c->s->testing, "tests run with `%s`%s%s", run->name, run->dir[0] ? " in " : "", run->dir);
    scan_evidence(c, f, run->path, run->line, run->what);
}

static void say_ci(struct scan *c)
{
    for (size_t i = 0; i < c->s->ci.n; i++) {
        const struct survey_ci *ci = &c->s->ci.v[i];
        struct finding *f = scan_finding(c, &c->s->deployment, "%s%s%s runs %zu commands", ci->system,
                                         ci->name ? ": " : "", ci->name ? ci->name : "", ci->commands.n);
        if (!ci->commands.n) scan_evidence(c, f, ci->path, 0, NULL);
        for (size_t j = 0; j < ci->commands.n && j < MAX_EVIDENCE; j++)
            scan_evidence(c, f, ci->path, ci->commands.v[j].line, ci->commands.v[j].text);
    }
}

static void say_deploy(struct scan *c)
{
    for (size_t i = 0; i < c->s->deploy.n; i++) {
        const struct survey_note *n = &c->s->deploy.v[i];
        struct finding *f =
            scan_finding(c, &c->s->deployment, "%s%s%s", n->kind, n->text ? ": " : "", n->text ? n->text : "");
        scan_evidence(c, f, n->path, n->line, NULL);
        if (i == 19) break;
    }
}

static void say_migrations(struct scan *c)
{
    for (size_t i = 0; i < c->s->migrations.n; i++) {
        const struct survey_migrations *m = &c->s->migrations.v[i];
        struct finding *f =
            scan_finding(c, &c->s->database, "migrations (%s) live in %s, named %s%s; the next is %s",
                         m->tool ? m->tool : "unknown tool", m->dir[0] ? m->dir : ".", m->naming ? m->naming : "freely",
                         m->paired ? " with a down file each" : "", m->next ? m->next : "unnumbered");
        scan_evidence(c, f, m->newest, 0, "the newest");
    }
}

static void say_nothing_known(struct scan *c)
{
    struct tree_files files = tree_files(c->t);
    if (c->s->stack.n || !files.n) return;
    scan_evidence(
        c,
        scan_finding(c, &c->s->stack, "no programming language was recognised in %lld files", (long long)c->s->files),
        files.v[0].path, 0, NULL);
}

static void say_coverage(struct scan *c)
{
    for (size_t i = 0; i < c->s->coverage.n; i++) {
        const struct survey_coverage *k = &c->s->coverage.v[i];
        struct finding *f = k->minimum ? scan_finding(c, &c->s->testing, "%s asks for at least %lld %% coverage",
                                                      k->tool, (long long)k->minimum)
                                       : scan_finding(c, &c->s->testing, "coverage is measured by %s", k->tool);
        scan_evidence(c, f, k->path, k->line, NULL);
    }
}

/* Where tests keep what they share: conftest.py, factories, helpers, data. */
static void say_fixtures(struct scan *c)
{
    static const struct {
        const char *base, *text;
    } shared[] = {
        {"conftest.py", "fixtures are shared in conftest.py"}, {"rails_helper.rb", "specs share rails_helper.rb"},
        {"spec_helper.rb", "specs share spec_helper.rb"},      {"test_helper.rb", "tests share test_helper.rb"},
        {"test_helper.exs", "tests share test_helper.exs"},    {"setupTests.ts", "tests share setupTests.ts"},
        {"TestCase.php", "tests share TestCase.php"},          {"jest.setup.js", "tests share jest.setup.js"},
        {"vitest.setup.ts", "tests share vitest.setup.ts"},    {"factories.py", "test data comes from factories"},
        {"factories.rb", "test data comes from factories"},
    };
    struct finding *f = NULL;
    for (size_t i = 0; i < countof(shared); i++) {
        const struct scan_file *at = scan_named(c, shared[i].base, NULL);
        if (at) scan_evidence(c, scan_finding(c, &c->s->testing, "%s", shared[i].text), at->f->path, 0, NULL);
    }
    for (size_t i = 0; i < c->files.n && c->s->tests.n; i++) {
        if (!c->files.v[i].fixture || c->files.v[i].foreign) continue;
        if (!f) f = scan_finding(c, &c->s->testing, "data of tests is kept in files");
        scan_evidence(c, f, c->files.v[i].f->path, 0, NULL);
        if (!f || f->evidence.n == 2) break;
    }
}

static void say_ci_jobs(struct scan *c)
{
    for (size_t i = 0; i < c->s->ci.n; i++)
        for (size_t j = 0; j < c->s->ci.v[i].jobs.n; j++) {
            const struct survey_ci_job *job = &c->s->ci.v[i].jobs.v[j];
            if (!job->required && !job->environment) continue;
            scan_evidence(c,
                          scan_finding(c, &c->s->deployment, "CI job %s%s%s%s", job->name,
                                       job->environment ? " deploys to " : "", job->environment ? job->environment : "",
                                       job->required ? " is required" : ""),
                          c->s->ci.v[i].path, job->line, NULL);
        }
}

/* What was counted or read from a file is certain; folders by the custom of their names are less so. */
static void sure(void *list)
{
    struct {
        struct finding *v;
        size_t n;
    } *rows = list;
    for (size_t i = 0; i < rows->n; i++)
        if (!rows->v[i].confidence) rows->v[i].confidence = 100;
}

void detect_findings(struct scan *c)
{
    say_languages(c);
    say_dependencies(c);
    say_layers(c);
    say_tests(c);
    say_coverage(c);
    say_fixtures(c);
    say_ci(c);
    say_ci_jobs(c);
    say_deploy(c);
    say_migrations(c);
    say_nothing_known(c);
    sure(&c->s->stack);
    sure(&c->s->architecture);
    sure(&c->s->testing);
    sure(&c->s->deployment);
    sure(&c->s->database);
    sure(&c->s->errors);
}
