/* Manifests of other ecosystems, and damaged ones: a finding each, never a failure. */
#include "unit/check_main.h"
#include "unit/survey_fixture.h"

#include "survey/toml.h"
#include "survey/yaml.h"

struct made_file { const char *path, *text; };

static void survey_files(struct scratch *s, struct surveyed *d, const struct made_file *files, size_t n)
{
    scratch_open(s);
    for (size_t i = 0; i < n; i++) put(s->roots, files[i].path, files[i].text);
    survey_path(d, s->roots);
}

static void close_files(struct scratch *s, struct surveyed *d)
{
    surveyed_close(d);
    scratch_close(s);
}

static bool has_command(const struct survey *s, const char *name)
{
    for (size_t i = 0; i < s->commands.n; i++)
        if (strcmp(s->commands.v[i].name, name) == 0) return true;
    return false;
}

static const struct survey_dependency *dependency(const struct survey *s, const char *name)
{
    for (size_t i = 0; i < s->dependencies.n; i++)
        if (strcmp(s->dependencies.v[i].name, name) == 0) return &s->dependencies.v[i];
    return NULL;
}

static void expect_dependency(const struct survey *s, const char *name, const char *version, bool dev)
{
    const struct survey_dependency *d = dependency(s, name);
    ck_assert_msg(d != NULL, "no dependency '%s'", name);
    ck_assert_msg(version ? d->version && strcmp(d->version, version) == 0 : !d->version, "%s: version %s", name,
                  d->version ? d->version : "(none)");
    ck_assert_msg(d->dev == dev, "%s: dev", name);
}

START_TEST(damaged_manifests_are_findings)
{
    static const struct made_file files[] = {
        { "package.json", "{\n  \"scripts\": {\n    \"test\": \"x\",\n  }\n}\n" },
        { "a/package.json", "[1, 2]" },
        { "pyproject.toml", "[project]\nname = \"x\"\ndependencies = [\n  \"a\",\n" },
        { "Cargo.toml", "[package\nname = 1\n" },
        { ".github/workflows/x.yml", "on: push\njobs:\n  a: [\n" },
        { "pom.xml", "<html></html>" },
        { "b/pom.xml", "<project><dependency><groupId>x</groupId>" },
        { "go.mod", "module x\nrequire (\n" },
        { "Makefile", "test:\n\ttrue\n" },
    };
    static const struct { const char *path; int line;
    } wrong[] = {
        { "Cargo.toml", 1 },
        { "package.json", 4 },
        { "pom.xml", 1 },
        { "pyproject.toml", 5 },
        { "a/package.json", 1 },
        { "b/pom.xml", 1 },
        { ".github/workflows/x.yml", 4 },
    };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    ck_assert_uint_eq(d.survey.problems.n, countof(wrong));
    for (size_t i = 0; i < countof(wrong); i++) {
        ck_assert_str_eq(d.survey.problems.v[i].evidence.v[0].path, wrong[i].path);
        ck_assert_msg((int)d.survey.problems.v[i].evidence.v[0].line == wrong[i].line, "%s: %d", wrong[i].path,
                      (int)d.survey.problems.v[i].evidence.v[0].line);
    }
    ck_assert(has_command(&d.survey, "make test"));
    close_files(&s, &d);
}
END_TEST

START_TEST(binary_and_huge_manifests_are_findings)
{
    struct scratch s;
    struct surveyed d;
    char *big = malloc(2 << 20);
    scratch_open(&s);
    ck_assert_ptr_nonnull(big);
    memset(big, 'a', 2 << 20);
    put_bytes(s.roots, "package.json", "{\0}", 3);
    put_bytes(s.roots, "Makefile", big, 2 << 20);
    free(big);
    survey_path(&d, s.roots);
    ck_assert_uint_eq(d.survey.problems.n, 2);
    ck_assert_ptr_nonnull(strstr(d.survey.problems.v[0].text, "cannot be read"));
    close_files(&s, &d);
}
END_TEST

START_TEST(python_in_its_other_shapes)
{
    static const struct made_file files[] = {
        { "pyproject.toml", "[tool.poetry]\nname = 'shop'\n[tool.poetry.dependencies]\npython = \"^3.12\"\nflask = "
                            "{version = \"^3.0\", extras = [\"async\"]}\n"
                            "\"ruamel.yaml\" = \"*\"\n[tool.poetry.group.dev.dependencies]\npytest = "
                            "\"^8\"\n[dependency-groups]\nlint = [\"ruff>=0.4\"] # more\n"
                            "[tool.poe.tasks]\ncheck = \"ruff check\"\n" },
        { "requirements.txt",
          "# pinned\nrequests==2.31.0\nDjango>=4.2,<5 # lts\n-r other.txt\n\npkg @ https://x.example/p.whl\n" },
        { "requirements-dev.txt", "black\n" },
        { "tox.ini", "[tox]\nenvlist = py312\n[testenv]\ncommands = pytest\n[testenv:lint]\ncommands = ruff check\n" },
        { "manage.py", "import django\n" },
        { "shop/migrations/0001_initial.py", "x = 1\n" },
        { "shop/migrations/0009_more.py", "x = 1\n" },
        { "shop/migrations/0010_last.py", "x = 1\n" },
        { "shop/tests/test_a.py", "def test(): pass\n" },
    };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    expect_dependency(&d.survey, "flask", "^3.0", false);
    expect_dependency(&d.survey, "ruamel.yaml", "*", false);
    expect_dependency(&d.survey, "pytest", "^8", true);
    expect_dependency(&d.survey, "ruff", ">=0.4", true);
    expect_dependency(&d.survey, "requests", "2.31.0", false);
    expect_dependency(&d.survey, "Django", ">=4.2,<5", false);
    expect_dependency(&d.survey, "black", NULL, true);
    expect_dependency(&d.survey, "python", "^3.12", false);
    ck_assert(has_command(&d.survey, "poe check") && has_command(&d.survey, "tox -e lint") &&
              has_command(&d.survey, "tox"));
    ck_assert(has_command(&d.survey, "python manage.py test") && has_command(&d.survey, "./manage.py"));
    ck_assert_str_eq(d.survey.migrations.v[0].tool, "Django");
    ck_assert_str_eq(d.survey.migrations.v[0].next, "0011_<name>.py");
    ck_assert_str_eq(d.survey.tests.v[0].framework, "pytest");
    close_files(&s, &d);
}
END_TEST

START_TEST(rust_java_ruby_php)
{
    static const struct made_file files[] = {
        { "rs/Cargo.toml",
          "[package]\nname = \"t\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\naxum = \"0.7\"\n"
          "sqlx = { version = \"0.7\", features = [\"postgres\"] }\ntokio.workspace = "
          "true\n[dependencies.serde]\nversion = \"1\"\n[dev-dependencies]\ninsta = \"1\"\n" },
        { "rs/src/main.rs", "fn main() {}\n" },
        { "rs/migrations/20240101000000_init.sql", "create table a (id int);\n" },
        { "j/pom.xml",
          "<project>\n<artifactId>shop</artifactId>\n<dependencies>\n<dependency>\n<groupId>org.flywaydb</"
          "groupId>\n<artifactId>flyway-core</artifactId>\n"
          "</dependency>\n<dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.13</"
          "version><scope>test</scope></dependency>\n</dependencies>\n</project>\n" },
        { "j/src/main/resources/db/migration/V1__init.sql", "select 1;\n" },
        { "j/src/main/resources/db/migration/V12__more.sql", "select 1;\n" },
        { "rb/Gemfile", "source 'https://rubygems.org'\nruby '3.3.0'\ngem 'rails', '~> 7.1'\ngroup :development, :test "
                        "do\n  gem \"rspec-rails\"\nend\ngem 'pg'\n" },
        { "rb/db/migrate/20240101000000_create_a.rb", "class A; end\n" },
        { "php/composer.json", "{\"require\": {\"php\": \"^8.2\", \"laravel/framework\": \"^11\"}, \"require-dev\": "
                               "{\"phpunit/phpunit\": \"^11\"}, \"scripts\": {\"test\": \"phpunit\"}}" },
    };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    expect_dependency(&d.survey, "axum", "0.7", false);
    expect_dependency(&d.survey, "sqlx", "0.7", false);
    expect_dependency(&d.survey, "tokio", NULL, false);
    expect_dependency(&d.survey, "serde", "1", false);
    expect_dependency(&d.survey, "insta", "1", true);
    expect_dependency(&d.survey, "junit:junit", "4.13", true);
    expect_dependency(&d.survey, "rails", "~> 7.1", false);
    expect_dependency(&d.survey, "rspec-rails", NULL, true);
    expect_dependency(&d.survey, "ruby", "3.3.0", false);
    expect_dependency(&d.survey, "pg", NULL, false);
    expect_dependency(&d.survey, "laravel/framework", "^11", false);
    ck_assert_str_eq(dependency(&d.survey, "php")->ecosystem, "runtime");
    ck_assert(has_command(&d.survey, "cargo test") && has_command(&d.survey, "mvn test") &&
              has_command(&d.survey, "composer test"));
    ck_assert_uint_eq(d.survey.migrations.n, 3);
    ck_assert_str_eq(d.survey.migrations.v[0].next, "V13__<name>.sql");
    ck_assert_str_eq(d.survey.migrations.v[0].tool, "Flyway");
    ck_assert_str_eq(d.survey.migrations.v[1].tool, "Rails");
    ck_assert_str_eq(d.survey.migrations.v[2].next, "<YYYYMMDDHHMMSS>_<name>.sql");
    close_files(&s, &d);
}
END_TEST

START_TEST(build_files_and_runners)
{
    static const struct made_file files[] = {
        { "Makefile", "V := 1\nCC ?= cc\n.PHONY: x\nall: build\n%.o: %.c\n\tcc\nbuild/x: y\n\ttrue\nmulti one: "
                      "dep\n\t@echo $(V)\n$(V): z\nX = a:b\nlong: a \\\n  b: c\nout.txt: y\n" },
        { "justfile",
          "set shell := ['bash']\nversion := '1'\ntest *args:\n  cargo test\n@lint: test\n  true\nalias t := test\n" },
        { "Taskfile.yml", "version: '3'\ntasks:\n  build:\n    cmds: [go build]\n  db:migrate: {}\n" },
        { "CMakeLists.txt", "project(demo VERSION 1.2.3 LANGUAGES C)\nfind_package(SQLite3 3.40 "
                            "REQUIRED)\npkg_check_modules(J REQUIRED IMPORTED_TARGET jansson libcurl>=7)\n"
                            "add_test(NAME smoke COMMAND smoke)\nadd_test(NAME ${n} COMMAND x)\n" },
        { "scripts/deploy.sh", "#!/bin/sh\n" },
        { "scripts/notes.txt", "no\n" },
        { "web/package.json", "{\"name\": \"web\", \"scripts\": {\"pretest\": \"x\", \"test\": \"jest\", \"predict\": "
                              "\"y\"}, \"devDependencies\": {\"jest\": \"^29\"}}" },
        { "web/yarn.lock", "" },
        { "node_modules/x/package.json", "{\"scripts\": {\"evil\": \"x\"}}" },
        { "Jenkinsfile", "pipeline {\n  steps {\n    sh 'make all'\n    sh \"true\"\n  }\n}\n" },
    };
    static const char *const there[] = { "make all",       "make multi",          "make one",   "make long",
                                         "just test",      "just lint",           "task build", "task db:migrate",
                                         "./scripts/deploy.sh", "yarn test",  "yarn predict" };
    static const char *const absent[] = { "make x",       "make build/x",        "make .PHONY",  "make X",
                                          "just set",     "just version",        "just alias",   "yarn pretest",
                                          "make out.txt", "./scripts/notes.txt", "npm run evil", "make b" };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    for (size_t i = 0; i < countof(there); i++) ck_assert_msg(has_command(&d.survey, there[i]), "no '%s'", there[i]);
    for (size_t i = 0; i < countof(absent); i++)
        ck_assert_msg(!has_command(&d.survey, absent[i]), "'%s' is no command", absent[i]);
    expect_dependency(&d.survey, "SQLite3", "3.40", false);
    expect_dependency(&d.survey, "jansson", NULL, false);
    expect_dependency(&d.survey, "libcurl", "7", false);
    ck_assert_uint_eq(d.survey.ci.n, 1);
    ck_assert_uint_eq(d.survey.ci.v[0].commands.n, 2);
    ck_assert_int_eq((int)d.survey.ci.v[0].commands.v[0].line, 3);
    close_files(&s, &d);
}
END_TEST

/* A comma as the file's last byte once had the reader look behind the text. */
START_TEST(gemfile_that_ends_in_a_comma)
{
    static const struct made_file files[] = { { "Gemfile", "gem 'pg',  '~> 1.5'\ngem 'rails'," } };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    expect_dependency(&d.survey, "pg", "~> 1.5", false);
    expect_dependency(&d.survey, "rails", NULL, false);
    close_files(&s, &d);
}
END_TEST

/* --- the readers themselves ----------------------------------------------------------------------------------------
 */
static void note_item(void *arg, const struct toml_item *i)
{
    buf_fmt(arg, "%s|%s|%s%s@%d\n", i->section, i->key, i->element ? "*" : "", i->text, (int)i->line);
}

START_TEST(toml_is_read_with_lines)
{
    auto_buf b = BUF_INIT(100000);
    auto_arena a = arena_new(0);
    ck_assert_int_eq((int)toml_read("a = 1 # x\n[t.'q.r']\nb.c = \"x\\\"y\"\nd = '''\nl1\nl2'''\ne = [ # c\n 'x', {v = "
                                    "\"]\"},\n [1, 2],\n]\nf = { g = 'h, i' }\n",
                                    a, note_item, &b),
                     0);
    ck_assert_str_eq(buf_cstr(&b), "|a|1@1\nt.q.r|b.c|x\"y@3\nt.q.r|d|\nl1\nl2@4\nt.q.r|e|*x@8\nt.q.r|e|*{v = "
                                   "\"]\"}@8\nt.q.r|e|*[1, 2]@9\nt.q.r|f|{ g = 'h, i' }@11\n");
    ck_assert_str_eq(toml_inline(a, "{ version = \"1\", x = 2 }", "version"), "1");
    ck_assert_ptr_null(toml_inline(a, "{ git = \"version\" }", "version"));
    ck_assert_ptr_null(toml_inline(a, "{ version = 1 }", "version"));
}
END_TEST

START_TEST(broken_toml_names_the_line)
{
    static const struct { const char *text; int line;
    } rows[] = {
        { "a", 1 },        { "a =", 1 },          { "\na = \"x\n", 2 },      { "[t", 1 },
        { "[[t]\n", 1 },   { "a = [1,\n2\n", 3 }, { "a = 1 2 = 3\n= 4", 2 }, { "a = { b\n", 2 },
        { "'a\" = 1", 1 }, { "a = \"\\", 1 },     { "a = '''x\n\n", 3 },     { "= 1", 1 },
        { "[]", 1 },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        auto_buf b = BUF_INIT(100000);
        auto_arena a = arena_new(0);
        int64_t line = toml_read(rows[i].text, a, note_item, &b);
        ck_assert_msg((int)line == rows[i].line, "%s: %d", rows[i].text, (int)line);
    }
}
END_TEST

START_TEST(yaml_bombs_and_depth_are_refused)
{
    struct yaml_docs docs;
    auto_buf deep = BUF_INIT(10000);
    auto_arena a = arena_new(0);
    static const char bomb[] = "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b]\n";
    ck_assert(yaml_read(bomb, sizeof bomb - 1, a, &docs));
    ck_assert_uint_eq(yaml_get(docs.docs.v[0], "c")->items.n, 5);
    ck_assert_uint_eq(yaml_get(docs.docs.v[0], "c")->items.v[0]->items.n, 0);
    for (int i = 0; i < 200; i++) buf_char(&deep, '[');
    ck_assert(!yaml_read(deep.p, deep.n, a, &docs));
    ck_assert_ptr_nonnull(strstr(docs.wrong, "too deep"));
    ck_assert(!yaml_read("a: b: c", 7, a, &docs));
    ck_assert_int_eq((int)docs.wrong_line, 1);
    ck_assert(yaml_read("", 0, a, &docs) && docs.docs.n == 0);
    ck_assert_ptr_null(yaml_str(NULL, "x"));
}
END_TEST

UNIT_MAIN("survey_manifests", { damaged_manifests_are_findings, binary_and_huge_manifests_are_findings,
                                python_in_its_other_shapes, rust_java_ruby_php, build_files_and_runners,
                                gemfile_that_ends_in_a_comma, toml_is_read_with_lines, broken_toml_names_the_line,
                                yaml_bombs_and_depth_are_refused })
