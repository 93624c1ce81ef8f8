/* Layouts that well-known projects have: each test is a way of writing that was once misread. */
#include "unit/check_main.h"
#include "unit/survey_fixture.h"

#include <sys/stat.h>

struct made_file { const char *path, *text; };

static void survey_files(struct scratch *s, struct surveyed *d, const struct made_file *files, size_t n)
{
    scratch_open(s);
    for (size_t i = 0; i < n; i++) {
        char path[PATH_MAX];
        put(s->roots, files[i].path, files[i].text);
        path_of(path, "%s/%s", s->roots, files[i].path);
        if (strncmp(files[i].text, "#!", 2) == 0 || strncmp(files[i].text, "int x", 5) == 0)
            ck_assert_int_eq(chmod(path, 0755), 0);
    }
    survey_path(d, s->roots);
}

static void close_files(struct scratch *s, struct surveyed *d)
{
    surveyed_close(d);
    scratch_close(s);
}

static const struct survey_command *command(const struct survey *s, const char *name)
{
    for (size_t i = 0; i < s->commands.n; i++)
        if (strcmp(s->commands.v[i].name, name) == 0) return &s->commands.v[i];
    return NULL;
}

struct expected { const char *name; enum command_kind kind; int line; }; /* line 0: any */

static void expect_commands(const struct survey *s, const struct expected *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct survey_command *c = command(s, v[i].name);
        ck_assert_msg(c != NULL, "no command '%s'", v[i].name);
        ck_assert_msg(c->kind == (int)v[i].kind, "%s: kind %d", v[i].name, c->kind);
        ck_assert_msg(!v[i].line || v[i].line == (int)c->line, "%s: line %d", v[i].name, (int)c->line);
    }
}

static void expect_none(const struct survey *s, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++) ck_assert_msg(!command(s, names[i]), "'%s' is no command", names[i]);
}

static bool starts_at(const struct survey *s, const char *path)
{
    for (size_t i = 0; i < s->entry_points.n; i++)
        if (strcmp(s->entry_points.v[i].path, path) == 0) return true;
    return false;
}

START_TEST(laravel_groups_carry_their_prefixes)
{
    static const struct made_file files[] = {
        { "routes/web.php",
          "<?php\n"
          "Route::prefix('vaults')->name('vaults.')->group(function () {\n"
          "    Route::get('', [V::class, 'index']);\n"
          "    Route::middleware('can:view,vault')->prefix('{vault}')->group(function () {\n"
          "        // update dashboard's tab\n"
          "        Route::put('tab', [T::class, 'update']);\n"
          "    });\n"
          "});\n"
          "Route::name('s.')->prefix('')->group(function () {\n"
          "    Route::view('about', 'about');\n"
          "});\n"
          "Route::middleware('auth')->get('/me', [M::class, 'show']);\n"
          "Route::match(['get', 'post'], '/hook', [H::class, 'call']);\n"
          "Route::resource('photo-categories', C::class)->only(['index', 'edit']);\n"
          "Route::apiResource('photos.comments', C::class)->only('show');\n" },
        { "composer.json", "{\"require\": {\"laravel/framework\": \"^12.0\"}}" },
    };
    static const struct { const char *method, *route; int line; } expected[] = {
        { "GET", "/vaults", 3 },
        { "PUT", "/vaults/{vault}/tab", 6 },
        { "GET", "/about", 10 },
        { "GET", "/me", 12 },
        { "GET", "/hook", 13 },
        { "POST", "/hook", 13 },
        { "GET", "/photo-categories", 14 },
        { "GET", "/photo-categories/{photo_category}/edit", 14 },
        { "GET", "/photos/{photo}/comments/{comment}", 15 },
    };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    ck_assert_uint_eq(d.survey.api.n, countof(expected));
    for (size_t i = 0; i < countof(expected); i++) {
        ck_assert_str_eq(d.survey.api.v[i].route, expected[i].route);
        ck_assert_str_eq(d.survey.api.v[i].method, expected[i].method);
        ck_assert_int_eq((int)d.survey.api.v[i].line, expected[i].line);
    }
    close_files(&s, &d);
}
END_TEST

/* More than twenty thousand characters between the brackets of a group. */
START_TEST(laravel_groups_may_be_long)
{
    struct made_file files[1] = { { "routes/web.php", NULL } };
    struct scratch s;
    struct surveyed d;
    auto_buf text = BUF_INIT(100000);
    buf_str(&text, "<?php\nRoute::prefix('long')->group(function () {\n");
    for (int i = 0; i < 600; i++) buf_fmt(&text, "    Route::get('page%d', [PageController::class, 'show']);\n", i);
    buf_str(&text, "});\nRoute::get('after', [PageController::class, 'show']);\n");
    files[0].text = buf_cstr(&text);
    survey_files(&s, &d, files, countof(files));
    ck_assert_uint_eq(d.survey.api.n, 601);
    ck_assert_str_eq(d.survey.api.v[599].route, "/long/page599");
    ck_assert_str_eq(d.survey.api.v[600].route, "/after");
    close_files(&s, &d);
}
END_TEST

START_TEST(artisan_signatures_go_over_lines)
{
    static const struct made_file files[] = {
        { "app/Console/Commands/Setup.php",
          "<?php\nclass Setup {\n    protected $signature = 'app:setup\n        {--force : Do it}';\n}\n" },
        { "composer.json", "{\"scripts\": {\"t-reset\": \"@php artisan test --reset\", \"fix\": \"eslint --fix\"}}" },
        { "app/Console/Commands/None.php", "<?php\nclass None {\n    protected $signature;\n    const X = 'x';\n}\n" },
    };
    static const struct expected there[] = {
        { "php artisan app:setup", COMMAND_OTHER, 3 },
        { "composer t-reset", COMMAND_TEST, 1 },
        { "composer fix", COMMAND_FORMAT, 1 },
    };
    static const char *const absent[] = { "php artisan x" };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    expect_commands(&d.survey, there, countof(there));
    expect_none(&d.survey, absent, countof(absent));
    ck_assert_uint_eq(d.survey.manifests.n, 2); /* what commands share is none */
    close_files(&s, &d);
}
END_TEST

START_TEST(tox_lives_in_toml_too)
{
    static const struct made_file files[] = {
        { "pyproject.toml",
          "[project]\nname = \"x\"\n[tool.tox]\nenv_list = [\"py3.13\", \"style\"]\n"
          "[tool.tox.env.style]\ndescription = \"hooks\"\ncommands = [[\"pre-commit\", \"run\", \"--all-files\"]]\n"
          "[tool.tox.env.docs]\ncommands = [[\"sphinx-build\", \"docs\"]]\n"
          "[tool.tox.env.tests-min]\nbase_python = \"3.10\"\n" },
        { "sub/tox.toml", "env_list = [\"typing\"]\n[env.typing]\ncommands = [[\"ruff\", \"check\"]]\n" },
        { "old/tox.ini", "[tox]\nenvlist = lint,py310\n[testenv]\ncommands =\n  pytest\n[testenv:lint]\ncommands = flake8\n"
                         "[testenv:django]\ndeps = django\n" },
    };
    static const struct expected there[] = {
        { "tox -e style", COMMAND_LINT, 5 },      { "tox -e docs", COMMAND_BUILD, 8 },
        { "tox -e tests-min", COMMAND_TEST, 10 }, { "tox -e py3.13", COMMAND_TEST, 4 },
        { "tox -e typing", COMMAND_LINT, 2 },    { "tox -e lint", COMMAND_LINT, 6 },
        { "tox -e django", COMMAND_TEST, 8 },
    };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    expect_commands(&d.survey, there, countof(there));
    close_files(&s, &d);
}
END_TEST

START_TEST(names_say_what_commands_are_for)
{
    static const struct made_file files[] = {
        { "Makefile", "else # if not cross-compiling:\nstop-all:\n\ttrue\nall-local:\n\ttrue\ndist-hook:\n\ttrue\n"
                      "spellcheck:\n\ttrue\ndistcheck:\n\ttrue\ncheck:\n\ttrue\ndocs:\n\ttrue\nci:\n\ttrue\n" },
        { "runtest", "#!/bin/sh\nexit 0\n" },
        { "LICENSE", "#ifdef\n" },
        { "license.md", "MIT\n" },
        { "ci/test-complete", "#!/bin/sh\n" },
        { "docs/Makefile", "epub:\n\t$(SPHINXBUILD) -b epub $(O) out\nlinkcheck:\n\t$(SPHINXBUILD) -b linkcheck out\n" },
        { "scripts/table.c", "int x;\n" },
        { "scripts/gen-test-certs.sh", "#!/bin/sh\n" },
        { "scripts/cmakelint.sh", "#!/bin/sh\n" },
        { "fuzz-server-test.sh", "#!/bin/sh\n" },
    };
    static const struct expected there[] = {
        { "make stop-all", COMMAND_OTHER, 2 },   { "make all-local", COMMAND_BUILD, 4 },
        { "make dist-hook", COMMAND_OTHER, 6 },  { "make spellcheck", COMMAND_LINT, 8 },
        { "make distcheck", COMMAND_TEST, 10 },  { "make check", COMMAND_TEST, 12 },
        { "./ci/test-complete", COMMAND_TEST, 1 }, { "make epub", COMMAND_BUILD, 1 },
        { "make linkcheck", COMMAND_LINT, 3 },   { "make docs", COMMAND_BUILD, 14 },      { "make ci", COMMAND_TEST, 16 },
        { "./runtest", COMMAND_TEST, 1 },        { "./scripts/gen-test-certs.sh", COMMAND_OTHER, 1 },
        { "./scripts/cmakelint.sh", COMMAND_LINT, 1 }, { "./fuzz-server-test.sh", COMMAND_TEST, 1 },
    };
    static const char *const absent[] = { "make else", "make not", "make cross-compiling", "./scripts/table.c" };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    expect_commands(&d.survey, there, countof(there));
    expect_none(&d.survey, absent, countof(absent));
    ck_assert_str_eq(survey_command_of(&d.survey, COMMAND_TEST)->name, "make distcheck");
    close_files(&s, &d);
}
END_TEST

/* A script for one purpose is not how the tests of the project are run. */
START_TEST(the_build_runs_the_tests)
{
    static const struct made_file files[] = {
        { "fuzzing/server-test.sh", "#!/bin/sh\n" },
        { "test_docs.sh", "#!/bin/sh\n" },
        { "build.gradle.kts", "plugins {}\nval sources by tasks.registering(Copy::class) {\n}\n" },
        { "gradlew", "#!/bin/sh\n" },
        { "api/x.api", "public final class x\n" },
        { "src/commonMain/kotlin/A.kt", "package x\nclass A\n" },
        { "src/jvmTest/kotlin/ATest.kt", "package x\nclass ATest\nfun main() {}\nfun main(a: Array<String>) {}\n" },
        { "src/commonTest/kotlin/BTest.kt", "package x\nclass BTest\n" },
    };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    ck_assert_str_eq(survey_command_of(&d.survey, COMMAND_TEST)->name, "./gradlew test");
    ck_assert_ptr_nonnull(command(&d.survey, "./gradlew sources"));
    ck_assert_uint_eq(d.survey.entry_points.n, 0);
    ck_assert_uint_eq(d.survey.tests.n, 1);
    ck_assert_uint_eq(d.survey.tests.v[0].roots.n, 2);
    ck_assert_str_eq(d.survey.tests.v[0].roots.v[0], "src/commonTest");
    ck_assert_str_eq(d.survey.tests.v[0].roots.v[1], "src/jvmTest");
    for (size_t i = 0; i < d.survey.architecture.n; i++)
        ck_assert_ptr_null(strstr(d.survey.architecture.v[i].text, "HTTP interface"));
    close_files(&s, &d);
}
END_TEST

START_TEST(c_projects_that_test_themselves)
{
    static const struct made_file files[] = {
        { "CMakeLists.txt", "project(Quill C)\nadd_library(quill src/quill.c)\n" },
        { "tests/cmake/CMakeLists.txt", "project(consumer C)\nfind_package(QUILL REQUIRED)\nfind_package(ZLIB)\n" },
        { "tests/unit.c", "int main(void) { return 0; }\n" },
        { "tests/other.c", "int main(void) { return 0; }\n" },
        { "src/quill.c", "#ifdef QUILL_TEST_MAIN\nint main(void) { return 0; }\n#endif\n" },
        { "src/tool.c", "#ifdef _WIN32\nint wmain(void);\n#else\nint main(void) { return 0; }\n#endif\n" },
        { "win/quill.sln", "Project(\"{8BC9}\") = \"quill\", \"quill.vcxproj\", \"{52}\"\n" },
    };
    static const char *const absent[] = { "ctest --test-dir build", "dotnet build", "dotnet test" };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    expect_none(&d.survey, absent, countof(absent));
    ck_assert(starts_at(&d.survey, "src/tool.c") && !starts_at(&d.survey, "src/quill.c"));
    ck_assert_uint_eq(d.survey.dependencies.n, 1);
    ck_assert_str_eq(d.survey.dependencies.v[0].name, "ZLIB");
    ck_assert_str_eq(d.survey.tests.v[0].framework, "own programs");
    close_files(&s, &d);
}
END_TEST

START_TEST(ci_that_builds_what_it_fetched)
{
    static const struct made_file files[] = {
        { "CMakeLists.txt", "project(x C)\n" },
        { "scripts/lint.sh", "#!/bin/sh\n" },
        { "docs/Makefile", "help:\n\t@sphinx-build -M help\n%: Makefile\n\t@$(SPHINXBUILD) -M $@ x\n" },
        { "appveyor.yml", "build_script:\n  - cmd: cmake --build win\ntest_script:\n  - ctest -C Debug\n" },
        { ".semaphore/semaphore.yml", "blocks:\n  - name: b\n    task:\n      jobs:\n        - name: unit\n"
                                      "          commands:\n            - uv run --group dev tox run -e typing\n" },
        { ".github/workflows/ci.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: |\n          shellcheck --version\n"
                                      "          scripts/lint.sh\n          cd fetched\n          cmake --build . --verbose\n"
                                      "      - run: cmake --build out\n" },
    };
    static const struct expected there[] = {
        { "cmake --build out", COMMAND_BUILD, 10 },
        { "cmake --build win", COMMAND_BUILD, 2 },
        { "ctest -C Debug", COMMAND_TEST, 4 },
        { "make html", COMMAND_BUILD, 3 },
        { "uv run --group dev tox run -e typing", COMMAND_LINT, 7 },
    };
    static const char *const absent[] = { "shellcheck --version", "scripts/lint.sh", "cmake --build . --verbose" };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    expect_none(&d.survey, absent, countof(absent));
    expect_commands(&d.survey, there, countof(there));
    ck_assert_uint_eq(d.survey.ci.n, 3);
    ck_assert_ptr_nonnull(command(&d.survey, "./scripts/lint.sh"));
    close_files(&s, &d);
}
END_TEST

START_TEST(frameworks_speak_of_themselves_in_comments)
{
    static const struct made_file files[] = {
        { "package.json", "{\"name\": \"web\", \"scripts\": {\"test-cov\": \"nyc --reporter=html npm test\"}}" },
        { "lib/application.js", "/**\n *    var app = express();\n */\nserver.listen(80)\n" },
        { "src/app.py", "class App:\n    #: For example::\n    #:\n    #:    app = Flask(__name__)\n    x = 1\n" },
    };
    struct scratch s;
    struct surveyed d;
    survey_files(&s, &d, files, countof(files));
    ck_assert_uint_eq(d.survey.entry_points.n, 0);
    ck_assert_uint_eq(d.survey.coverage.n, 1);
    ck_assert_str_eq(d.survey.coverage.v[0].tool, "nyc");
    close_files(&s, &d);
}
END_TEST

UNIT_MAIN("survey_layouts",
          { laravel_groups_carry_their_prefixes, laravel_groups_may_be_long, artisan_signatures_go_over_lines,
            tox_lives_in_toml_too, names_say_what_commands_are_for, the_build_runs_the_tests,
            c_projects_that_test_themselves, ci_that_builds_what_it_fetched,
            frameworks_speak_of_themselves_in_comments })
