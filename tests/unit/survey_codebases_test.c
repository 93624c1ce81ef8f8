/* What the survey has to find in the small codebases, and that it finds the same every time. */
#include "unit/check_main.h"
#include "unit/survey_fixture.h"

static const struct survey_command *command(const struct survey *s, const char *name)
{
    for (size_t i = 0; i < s->commands.n; i++)
        if (strcmp(s->commands.v[i].name, name) == 0) return &s->commands.v[i];
    return NULL;
}

static const struct survey_dependency *dependency(const struct survey *s, const char *name)
{
    for (size_t i = 0; i < s->dependencies.n; i++)
        if (strcmp(s->dependencies.v[i].name, name) == 0) return &s->dependencies.v[i];
    return NULL;
}

static const struct survey_note *note(const struct survey_note *v, size_t n, const char *kind)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].kind, kind) == 0) return &v[i];
    return NULL;
}

static bool says(const struct finding *v, size_t n, const char *part)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(v[i].text, part)) return true;
    return false;
}
#define SAYS(list, part) ck_assert_msg(says((list).v, (list).n, part), "%s does not say '%s'", #list, part)

static void expect_command(const struct survey *s, const char *name, enum command_kind kind, const char *path, int line)
{
    const struct survey_command *c = command(s, name);
    ck_assert_msg(c != NULL, "no command '%s'", name);
    ck_assert_int_eq(c->kind, (int)kind);
    ck_assert_str_eq(c->path, path);
    ck_assert_msg(line == (int)c->line, "%s: line %d", name, (int)c->line);
}

START_TEST(python_api)
{
    struct surveyed d;
    const struct survey *s = &d.survey;
    survey_codebase(&d, "python-api");
    ck_assert_uint_eq(s->languages.n, 1);
    ck_assert_str_eq(s->languages.v[0].name, "Python");
    ck_assert_int_eq((int)s->languages.v[0].share, 1000);
    ck_assert_int_gt((int)s->languages.v[0].lines, 200);
    ck_assert_str_eq(dependency(s, "fastapi")->version, "0.110.0");
    ck_assert_str_eq(dependency(s, "fastapi")->role, "web framework");
    ck_assert_int_eq((int)dependency(s, "fastapi")->line, 7);
    ck_assert(dependency(s, "pytest")->dev && !dependency(s, "fastapi")->dev);
    ck_assert_str_eq(dependency(s, "python")->version, ">=3.11");
    expect_command(s, "make test", COMMAND_TEST, "Makefile", 6);
    expect_command(s, "make migrate", COMMAND_MIGRATE, "Makefile", 16);
    expect_command(s, "parcel-admin", COMMAND_RUN, "pyproject.toml", 24);
    expect_command(s, "pytest", COMMAND_TEST, "pyproject.toml", 26);
    ck_assert_str_eq(command(s, "make test")->what, "pytest");
    ck_assert(command(s, "pytest")->implied && !command(s, "make test")->implied);
    ck_assert_uint_eq(s->tests.n, 1);
    ck_assert_str_eq(s->tests.v[0].framework, "pytest");
    ck_assert_str_eq(s->tests.v[0].pattern, "tests/test_*.py");
    ck_assert_int_eq((int)s->tests.v[0].files, 2);
    ck_assert_uint_eq(s->migrations.n, 1);
    ck_assert_str_eq(s->migrations.v[0].tool, "alembic");
    ck_assert_str_eq(s->migrations.v[0].dir, "migrations/versions");
    ck_assert_str_eq(s->migrations.v[0].next, "0003_<name>.py");
    ck_assert_uint_eq(s->ci.n, 1);
    ck_assert_uint_eq(s->ci.v[0].commands.n, 4);
    ck_assert_str_eq(s->ci.v[0].commands.v[2].text, "make test");
    ck_assert_int_eq((int)s->ci.v[0].commands.v[2].line, 21);
    ck_assert_uint_eq(s->ci.v[0].triggers.n, 2);
    ck_assert_str_eq(note(s->deploy.v, s->deploy.n, "dockerfile")->text, "from python:3.11-slim");
    ck_assert_ptr_nonnull(note(s->conventions.v, s->conventions.n, "contributing"));
    SAYS(s->architecture, "parcels/api/: HTTP interface");
    SAYS(s->architecture, "FastAPI routers");
    SAYS(s->errors, "exceptions become HTTP answers in one handler");
    SAYS(s->testing, "tests run with `make test`");
    SAYS(s->database, "sqlalchemy >=2.0,<3 (ORM)");
    ck_assert_uint_eq(s->problems.n, 0);
    ck_assert(!s->partial);
    surveyed_close(&d);
}
END_TEST

START_TEST(node_web)
{
    struct surveyed d;
    const struct survey *s = &d.survey;
    survey_codebase(&d, "node-web");
    ck_assert_str_eq(s->manifests.v[0].name, "bookshelf-web");
    ck_assert_str_eq(dependency(s, "react")->role, "UI framework");
    ck_assert_str_eq(dependency(s, "node")->version, ">=20");
    expect_command(s, "npm test", COMMAND_TEST, "package.json", 10);
    expect_command(s, "npm run test:e2e", COMMAND_TEST, "package.json", 11);
    expect_command(s, "npm run migrate", COMMAND_MIGRATE, "package.json", 15);
    expect_command(s, "npm start", COMMAND_RUN, "package.json", 9);
    ck_assert_str_eq(s->tests.v[0].framework, "Vitest");
    ck_assert_str_eq(s->tests.v[0].pattern, "test/*.test.js");
    ck_assert_str_eq(s->migrations.v[0].tool, "knex");
    ck_assert_str_eq(s->migrations.v[0].next, "<YYYYMMDDHHMMSS>_<name>.js");
    ck_assert_uint_eq(s->ci.v[0].commands.n, 5);
    ck_assert_str_eq(note(s->deploy.v, s->deploy.n, "compose")->text, "services: web, db (postgres:16)");
    ck_assert_str_eq(note(s->deploy.v, s->deploy.n, "kubernetes")->text,
                     "Deployment bookshelf-web, Service bookshelf-web");
    ck_assert_ptr_nonnull(note(s->conventions.v, s->conventions.n, "agents"));
    ck_assert_str_eq(note(s->conventions.v, s->conventions.n, "codeowners")->text, "3 rules");
    SAYS(s->errors, "Express error handler");
    SAYS(s->architecture, "React function components");
    ck_assert_uint_eq(s->problems.n, 0);
    surveyed_close(&d);
}
END_TEST

START_TEST(go_cli)
{
    struct surveyed d;
    const struct survey *s = &d.survey;
    survey_codebase(&d, "go-cli");
    ck_assert_str_eq(s->languages.v[0].name, "Go");
    ck_assert_str_eq(s->languages.v[1].name, "SQL");
    ck_assert_str_eq(dependency(s, "go")->version, "1.22");
    ck_assert_str_eq(dependency(s, "github.com/spf13/cobra")->version, "v1.8.0");
    ck_assert_ptr_null(dependency(s, "github.com/spf13/pflag"));
    expect_command(s, "make build", COMMAND_BUILD, "Makefile", 8);
    expect_command(s, "go test ./...", COMMAND_TEST, "go.mod", 1);
    ck_assert_str_eq(survey_command_of(s, COMMAND_TEST)->name, "make test");
    ck_assert_ptr_null(survey_command_of(s, COMMAND_DEPLOY));
    ck_assert_str_eq(s->tests.v[0].framework, "go test");
    ck_assert_uint_eq(s->tests.v[0].dirs.n, 2);
    ck_assert(s->migrations.v[0].paired);
    ck_assert_str_eq(s->migrations.v[0].tool, "golang-migrate");
    ck_assert_str_eq(s->migrations.v[0].next, "000003_<name>.up.sql");
    ck_assert_int_eq((int)s->migrations.v[0].files, 4);
    SAYS(s->errors, "wrapped with %w");
    SAYS(s->architecture, "cobra commands");
    surveyed_close(&d);
}
END_TEST

START_TEST(c_lib)
{
    struct surveyed d;
    const struct survey *s = &d.survey;
    survey_codebase(&d, "c-lib");
    ck_assert_str_eq(s->manifests.v[0].name, "ringlog");
    ck_assert_str_eq(s->manifests.v[0].version, "0.3.1");
    expect_command(s, "ctest --preset debug", COMMAND_TEST, "CMakePresets.json", 8);
    expect_command(s, "cmake --preset release", COMMAND_BUILD, "CMakePresets.json", 5);
    ck_assert_str_eq(s->tests.v[0].framework, "CTest");
    ck_assert_str_eq(s->tests.v[0].pattern, "tests/*_test.c");
    ck_assert_uint_eq(s->migrations.n, 0);
    ck_assert_str_eq(s->ci.v[0].system, "GitLab CI");
    ck_assert_uint_eq(s->ci.v[0].commands.n, 5);
    SAYS(s->errors, "functions return an error enum");
    surveyed_close(&d);
}
END_TEST

START_TEST(rust_cli)
{
    struct surveyed d;
    const struct survey *s = &d.survey;
    survey_codebase(&d, "rust-cli");
    ck_assert_str_eq(s->languages.v[0].name, "Rust");
    ck_assert_str_eq(s->manifests.v[0].name, "pantry");
    ck_assert_str_eq(dependency(s, "clap")->role, "command line");
    ck_assert_str_eq(dependency(s, "rusqlite")->role, "database driver");
    ck_assert(dependency(s, "assert_cmd")->dev);
    expect_command(s, "cargo test", COMMAND_TEST, "Cargo.toml", 2);
    expect_command(s, "cargo clippy", COMMAND_LINT, "Cargo.toml", 2);
    ck_assert_str_eq(s->tests.v[0].framework, "cargo test");
    ck_assert_str_eq(s->tests.v[0].pattern, "tests/*.rs");
    ck_assert_str_eq(s->migrations.v[0].next, "0003_<name>.sql");
    ck_assert_uint_eq(s->ci.v[0].commands.n, 3);
    SAYS(s->errors, "errors are enums with a derived Error");
    ck_assert_uint_eq(s->problems.n, 0);
    surveyed_close(&d);
}
END_TEST

START_TEST(java_shop)
{
    struct surveyed d;
    const struct survey *s = &d.survey;
    survey_codebase(&d, "java-shop");
    ck_assert_str_eq(s->languages.v[0].name, "Java");
    ck_assert_str_eq(dependency(s, "org.springframework.boot:spring-boot-starter-web")->role, "web framework");
    ck_assert(dependency(s, "org.springframework.boot:spring-boot-starter-test")->dev);
    ck_assert_str_eq(survey_command_of(s, COMMAND_TEST)->name, "mvn test");
    ck_assert_str_eq(s->tests.v[0].framework, "JUnit");
    ck_assert_str_eq(s->migrations.v[0].tool, "Flyway");
    ck_assert_str_eq(s->migrations.v[0].dir, "src/main/resources/db/migration");
    ck_assert_str_eq(s->migrations.v[0].next, "V3__<name>.sql");
    SAYS(s->architecture, "HTTP routes are Spring REST controllers");
    SAYS(s->errors, "exceptions become HTTP answers in a ControllerAdvice");
    ck_assert_uint_eq(s->problems.n, 0);
    surveyed_close(&d);
}
END_TEST

START_TEST(ruby_web)
{
    struct surveyed d;
    const struct survey *s = &d.survey;
    survey_codebase(&d, "ruby-web");
    ck_assert_str_eq(s->languages.v[0].name, "Ruby");
    ck_assert_str_eq(dependency(s, "rails")->role, "web framework");
    ck_assert(dependency(s, "rspec-rails")->dev && !dependency(s, "sidekiq")->dev);
    ck_assert_str_eq(survey_command_of(s, COMMAND_TEST)->name, "bundle exec rspec");
    ck_assert_str_eq(survey_command_of(s, COMMAND_MIGRATE)->name, "bin/rails db:migrate");
    ck_assert_str_eq(s->tests.v[0].framework, "RSpec");
    ck_assert_str_eq(s->migrations.v[0].tool, "Rails");
    ck_assert_str_eq(s->migrations.v[0].next, "<YYYYMMDDHHMMSS>_<name>.rb");
    SAYS(s->architecture, "HTTP routes are Rails controllers");
    SAYS(s->errors, "rescue_from");
    ck_assert_uint_eq(s->problems.n, 0);
    surveyed_close(&d);
}
END_TEST

START_TEST(infra_terraform)
{
    struct surveyed d;
    const struct survey *s = &d.survey;
    survey_codebase(&d, "infra-terraform");
    ck_assert_str_eq(s->languages.v[0].name, "HCL");
    ck_assert_str_eq(s->languages.v[1].name, "Python");
    ck_assert_str_eq(dependency(s, "hashicorp/aws")->version, "~> 5.46");
    ck_assert_str_eq(dependency(s, "hashicorp/aws")->role, "cloud provider");
    ck_assert_str_eq(dependency(s, "terraform")->version, ">= 1.7");
    expect_command(s, "make validate", COMMAND_LINT, "Makefile", 11);
    expect_command(s, "make test", COMMAND_TEST, "Makefile", 23);
    ck_assert_ptr_nonnull(command(s, "terraform fmt -check -recursive"));
    ck_assert_str_eq(command(s, "terraform plan")->dir, "");
    ck_assert_str_eq(s->tests.v[0].framework, "pytest");
    ck_assert_str_eq(s->tests.v[0].pattern, "lambda/tests/test_*.py");
    ck_assert_uint_eq(s->migrations.n, 0);
    ck_assert_uint_eq(s->problems.n, 0);
    surveyed_close(&d);
}
END_TEST

START_TEST(two_surveys_are_byte_identical_and_the_record_goes_both_ways)
{
    static const char *const names[] = { "python-api", "node-web",  "go-cli",   "c-lib",
                                         "rust-cli",   "java-shop", "ruby-web", "infra-terraform" };
    for (size_t i = 0; i < countof(names); i++) {
        struct surveyed one, two;
        struct survey back = { 0 };
        struct err e = { 0 };
        auto_buf a = BUF_INIT(BUF_MAX_DEFAULT);
        auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
        auto_buf c = BUF_INIT(BUF_MAX_DEFAULT);
        survey_codebase(&one, names[i]);
        survey_codebase(&two, names[i]);
        record_encode(&survey_record, &one.survey, &a);
        record_encode(&survey_record, &two.survey, &b);
        ck_assert_str_eq(buf_cstr(&a), buf_cstr(&b));
        OK(record_parse(&survey_record, a.p, a.n, &back, one.arena, &e));
        record_encode(&survey_record, &back, &c);
        ck_assert_str_eq(buf_cstr(&a), buf_cstr(&c));
        surveyed_close(&one);
        surveyed_close(&two);
    }
}
END_TEST

/* Every path and line a survey cites has to be there. */
START_TEST(all_evidence_resolves)
{
    static const char *const names[] = { "python-api", "node-web",  "go-cli",   "c-lib",
                                         "rust-cli",   "java-shop", "ruby-web", "infra-terraform" };
    for (size_t i = 0; i < countof(names); i++) {
        struct surveyed d;
        survey_codebase(&d, names[i]);
        const struct { const struct finding *v; size_t n; } lists[] = {
            { d.survey.stack.v, d.survey.stack.n }, { d.survey.architecture.v, d.survey.architecture.n },
            { d.survey.testing.v, d.survey.testing.n }, { d.survey.deployment.v, d.survey.deployment.n },
            { d.survey.database.v, d.survey.database.n }, { d.survey.errors.v, d.survey.errors.n },
        };
        for (size_t l = 0; l < countof(lists); l++)
            for (size_t f = 0; f < lists[l].n; f++) {
                ck_assert_msg(lists[l].v[f].evidence.n > 0, "no evidence for '%s'", lists[l].v[f].text);
                for (size_t k = 0; k < lists[l].v[f].evidence.n; k++)
                    ck_assert_ptr_nonnull(tree_find(d.tree, lists[l].v[f].evidence.v[k].path));
            }
        surveyed_close(&d);
    }
}
END_TEST

START_TEST(an_empty_tree_has_an_empty_survey)
{
    struct err e = { 0 };
    struct survey s;
    auto_tree t = NULL;
    auto_arena a = arena_new(0);
    OK(tree_open_empty(&t, &e));
    OK(survey_run(t, a, &s, &e));
    ck_assert_str_eq(s.tree, TREE_EMPTY_ID);
    ck_assert_uint_eq(s.languages.n + s.commands.n + s.tests.n + s.stack.n + s.problems.n, 0);
}
END_TEST

UNIT_MAIN("survey_codebases",
          { python_api, node_web, go_cli, c_lib, rust_cli, java_shop, ruby_web,
            infra_terraform, two_surveys_are_byte_identical_and_the_record_goes_both_ways,
            all_evidence_resolves, an_empty_tree_has_an_empty_survey })
