/* Manifests made to hurt are findings in bounded time; a survey, and what is relevant for a ticket, are the same in every
 * locale and with every number of processors. */
#include "unit/check_main.h"
#include "unit/survey_fixture.h"

#include <locale.h>
#include <sched.h>

#include "survey/ctags.h"
#include "survey/inner.h"
#include "survey/routes.h"
#include "survey/toml.h"
#include "survey/xml.h"
#include "survey/yaml.h"

static void repeat(struct buf *b, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) buf_str(b, text);
}

/* Entities that would grow to gigabytes are never expanded, and none from outside is read. */
START_TEST(entities_of_xml_stay_as_they_are)
{
    static const char laughs[] = "<?xml version='1.0'?><!DOCTYPE p [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>"
                                 "<!ENTITY c '&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;'>"
                                 "<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
                                 "<project><artifactId>x&d;</artifactId><name>&f;</name></project>";
    static const char plain[] = "<!DOCTYPE p [<!ENTITY a 'ha'><!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
                                "<project><artifactId>x&a;</artifactId><name>&f;</name></project>";
    struct xml_doc doc;
    auto_arena a = arena_new(0);
    if (xml_read(laughs, strlen(laughs), a, &doc)) ck_assert_str_eq(xml_text(doc.root, "artifactId"), "x");
    ck_assert_msg(xml_read(plain, strlen(plain), a, &doc), "%s", doc.wrong);
    ck_assert_str_eq(xml_text(doc.root, "artifactId"), "x");
    ck_assert_ptr_null(xml_text(doc.root, "name"));
}
END_TEST

START_TEST(aliases_of_yaml_are_not_followed)
{
    static const char laughs[] = "a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: &c [*b, *b, *b]\nd: [*c, *c, *c]\n";
    struct yaml_docs docs;
    auto_arena a = arena_new(1 << 20);
    ck_assert(yaml_read(laughs, strlen(laughs), a, &docs));
    ck_assert_uint_eq(yaml_get(docs.docs.v[0], "d")->items.n, 3);
    ck_assert_uint_eq(yaml_get(docs.docs.v[0], "d")->items.v[0]->items.n, 0);
}
END_TEST

static void ignore(void *arg, const struct toml_item *item)
{
    (void)arg;
    (void)item;
}

START_TEST(deep_nesting_is_refused)
{
    struct xml_doc doc;
    struct yaml_docs docs;
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    repeat(&b, "<a>", 100000);
    ck_assert(!xml_read(b.p, b.n, a, &doc));
    buf_clear(&b);
    repeat(&b, "[", 100000);
    ck_assert(!yaml_read(b.p, b.n, a, &docs));
    buf_clear(&b);
    buf_str(&b, "a = ");
    repeat(&b, "[", 100000);
    ck_assert_int_eq((int)toml_read(buf_cstr(&b), a, ignore, NULL), 1);
}
END_TEST

struct made { const char *path, *before, *text; size_t times; const char *after; };
/* One line of many bytes, or a bracket that is opened a hundred thousand times, in every kind of manifest. */
static const struct made hostile[] = {
    { "package.json", "{\"scripts\": {\"a\": \"", "x", 900000, "\"}}" },
    { "a/package.json", "{\"a\": ", "[", 100000, "" },
    { "b/package.json", "{\"scripts\": {", "\"a\": \"b\", ", 50000, "\"c\": \"d\"}}" },
    { "pyproject.toml", "[project]\nname = \"", "y", 900000, "\"\n" },
    { "AController.cs", "class AController {\n", "[HttpGet]\n", 24000, "}\n" },
    { "a.py", "from litestar import get\nclass A(Controller):\n    path = \"/x\"\n", "    @get()\n", 20000, "" },
    { "Cargo.toml", "[dependencies]\n", "a = { version = \"1\" }\n", 30000, "" },
    { "pom.xml", "<project>", "<dependency>", 60000, "" },
    { "x.csproj", "<Project><ItemGroup>", "<PackageReference Include=\"a\"/>", 20000, "</ItemGroup></Project>" },
    { "build.gradle", "", "implementation 'a:b:c' ", 30000, "" },
    { "build.sbt", "", "\"a\" % \"b\" ", 60000, "" },
    { "Makefile", "", "a b c d e f g h ", 50000, ": x\n" },
    { "c/Makefile", ".PHONY:", " x", 100000, "\nx:\n\ttrue\n" },
    { "CMakeLists.txt", "project(", "(", 200000, "" },
    { "meson.build", "", "dependency('", 60000, "" },
    { "configure.ac", "", "PKG_CHECK_MODULES([", 40000, "" },
    { "tox.ini", "[tox]\nenvlist = ", "{a,b}", 30000, "\n" },
    { "mix.exs", "defp deps do\n", "{:a, \"1\"}, ", 60000, "" },
    { "Gemfile", "", "gem 'x', ", 90000, "" },
    { "Rakefile", "", "namespace :a do\n", 50000, "" },
    { "CODEOWNERS", "", "**/", 200000, "a @x\n" },
    { "openapi.yaml", "openapi: 3\npaths:\n", "  /a: {get: {}}\n", 20000, "" },
    { "src/routes.rb", "routes.draw do\n", " namespace :a do\n", 50000, "" },
    { "src/app.js", "const app = express()\n", "app.use('/a', ", 50000, "" },
    { "src/main.rs", "use axum;\n", ".nest(\"/a\", ", 50000, "" },
    { "src/app.py", "", "\"\"\"", 100000, "@app.get(\"/x\")\n" },
    { "src/urls.py", "urlpatterns = [\n", "path(", 60000, "" },
    { "routes/web.php", "<?php\n", "Route::resource(e('aut')->group(function Route::delete('/orders/{order}', [O);\n", 20, "" },
    { "src/open.php", "<?php\n", "Route::prefix('a')->group(function () {\n", 6000, "" },
    { "src/closed.php", "<?php\n", "Route::name('a')->group(function () {}); Route::match(['get', \n", 4000, "" },
    { "src/mains.c", "", "#ifdef A_TEST\nint main(\n", 30000, "" },
    { "tox.toml", "", "[env.a]\ncommands = [[\"x\"]]\n", 30000, "" },
    { "d/Makefile", "", "%: x\n\t-M $@\n", 60000, "" },
    { "d/CMakeLists.txt", "project(x)\n", "find_package(x)\n", 50000, "" },
    { "src/api.go", "package main\n", "g = g.Group(\"/0123456789012345678901234567890123456789\")\n", 4500, "" },
    { "src/A.java", "import org.springframework.web;\n", "@RequestMapping(\n", UNIT_SHARE, "@RequestMapping(" },
    { "Makefile.PL", "PREREQ_PM => {", "a,", 400000, "}" },
    { "setup.py", "setup(name='x', install_requires=[", "'a',", 200000, "])" },
    { "x.rockspec", "dependencies = {", "'a',", 200000, "}" },
    { "b/setup.py", "setup(entry_points={'console_scripts': [", "'a=b:c',", 120000, "]})" },
    { "BUILD.bazel", "", "cc_binary(", 90000, "" },
    { "c/BUILD.bazel", "", "cc_binary()\n", 80000, "" },
    { "src/listen.js", "// express(", ".listen(", 120000, "" },
    { "src/fast.py", "\"\"\"\n", "= FastAPI(\n", 90000, "" },
    { "src/many.py", "", "import a\nimport a\nimport a\napp.include_router(z)\n@b.get('/y')\n@c.get('/y')\n", 1300, "" },
    { "src/x.go", "package main\n", "r.Route(\"/a\", func(r) {", 30000, "" },
    { "Jenkinsfile", "", "sh '''", 100000, "" },
    { "Jenkinsfile.x", "", "stage('a')", 60000, "" },
};

START_TEST(hostile_manifests_are_findings)
{
    struct scratch s;
    struct surveyed d;
    scratch_open(&s);
    for (size_t i = 0; i < countof(hostile); i++) {
        auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
        buf_str(&b, hostile[i].before);
        repeat(&b, hostile[i].text, hostile[i].times / UNIT_SHARE);
        buf_str(&b, hostile[i].after);
        put(s.roots, hostile[i].path, buf_cstr(&b));
    }
    survey_path(&d, s.roots);
    ck_assert_uint_ge(d.survey.problems.n, 2);
    ck_assert_ptr_null(survey_owner_of(&d.survey, "src/app.py"));
    surveyed_close(&d);
    scratch_close(&s);
}
END_TEST

/* What a reader of routes could not read leaves it where it was, and never beyond the text's end. */
START_TEST(arguments_that_cannot_be_read_stay_where_they_are)
{
    static const char open_parameter[] = "/:id(\0/beyond", call[] = "e('x", name[] = "none here";
    const char *rest = NULL;
    auto_arena a = arena_new(0);
    ck_assert_ptr_null(first_argument(a, call, &rest));
    ck_assert_ptr_eq(rest, call);
    ck_assert_ptr_null(quoted(a, name, &rest));
    ck_assert_ptr_eq(rest, name);
    ck_assert_ptr_eq(call_after(call + strlen(call)), call + strlen(call));
    ck_assert_str_eq(route_clean(a, open_parameter), "/{id}");
}
END_TEST

static void expect_owner(const struct survey *s, const char *path, const char *owner)
{
    const struct survey_owner *o = survey_owner_of(s, path);
    ck_assert_msg(owner ? o && strcmp(o->owners.v[0], owner) == 0 : !o, "%s: %s", path, o ? o->owners.v[0] : "nobody");
}

START_TEST(the_last_rule_of_codeowners_decides)
{
    static const char rules[] = "# who\n* @all\n*.js @js\n/build/ @build\ndocs/* @docs\napps/ @apps\n"
                                "/scripts/**/test @deep\nsrc/app.py @py @second # both\n/private/\n";
    struct scratch s;
    struct surveyed d;
    scratch_open(&s);
    put(s.roots, ".github/CODEOWNERS", rules);
    survey_path(&d, s.roots);
    ck_assert_uint_eq(d.survey.owners.n, 8);
    expect_owner(&d.survey, "README.md", "@all");
    expect_owner(&d.survey, "a/b/x.js", "@js");
    expect_owner(&d.survey, "build/x/y.c", "@build");
    expect_owner(&d.survey, "lib/build/y.c", "@all");
    expect_owner(&d.survey, "docs/a.md", "@docs");
    expect_owner(&d.survey, "docs/b/a.md", "@all");
    expect_owner(&d.survey, "x/apps/y", "@apps");
    expect_owner(&d.survey, "scripts/a/b/test", "@deep");
    expect_owner(&d.survey, "src/app.py", "@py");
    expect_owner(&d.survey, "private/x", NULL);
    ck_assert_uint_eq(survey_owner_of(&d.survey, "src/app.py")->owners.n, 2);
    surveyed_close(&d);
    scratch_close(&s);
}
END_TEST

static void encode(const char *name, struct buf *ret)
{
    struct surveyed d;
    struct relevance r;
    struct err e = { 0 };
    char path[PATH_MAX];
    path_of(path, "%s/tests/survey/corpus/%s", SOURCE_DIR, name);
    survey_path(&d, path);
    buf_clear(ret);
    record_encode(&survey_record, &d.survey, ret);
    OK(survey_relevant(d.tree, &d.survey, &(struct relevance_query){.title = "The service fails to read its version from the package"},
                       d.arena, &r, &e));
    ck_assert_msg(r.files.n > 0, "%s", name);
    for (size_t i = 0; i < r.files.n; i++)
        buf_fmt(ret, "\n%s:%lld %lld %s", r.files.v[i].path, (long long)r.files.v[i].line, (long long)r.files.v[i].score,
                r.files.v[i].why);
    surveyed_close(&d);
}

START_TEST(locale_and_processors_change_nothing)
{
    static const char *const names[] = { "03-pnpm-turbo-shop", "05-rails-library", "06-spring-maven-claims",
                                         "13-polyglot-energy" };
    static const char *const locales[] = { "C", "C.UTF-8", "de_DE.UTF-8", "de_DE.ISO-8859-1", "tr_TR.UTF-8" };
    cpu_set_t one;
    for (size_t i = 0; i < countof(names); i++) {
        auto_buf first = BUF_INIT(BUF_MAX_DEFAULT);
        auto_buf next = BUF_INIT(BUF_MAX_DEFAULT);
        encode(names[i], &first);
        for (size_t l = 0; l < countof(locales); l++) {
            if (!setlocale(LC_ALL, locales[l])) continue; /* not installed here */
            encode(names[i], &next);
            ck_assert_str_eq(buf_cstr(&first), buf_cstr(&next));
        }
        (void)setlocale(LC_ALL, "C");
    }
    CPU_ZERO(&one);
    CPU_SET(0, &one);
    if (sched_setaffinity(0, sizeof one, &one) != 0) return; /* not allowed here */
    for (size_t i = 0; i < countof(names); i++) {
        auto_buf first = BUF_INIT(BUF_MAX_DEFAULT);
        auto_buf next = BUF_INIT(BUF_MAX_DEFAULT);
        encode(names[i], &first);
        encode(names[i], &next);
        ck_assert_str_eq(buf_cstr(&first), buf_cstr(&next));
    }
}
END_TEST

static void count(void *arg, size_t text, const char *line, size_t n)
{
    (void)text;
    (void)line;
    *(size_t *)arg += n > 0;
}

START_TEST(ctags_may_be_missing)
{
    struct err e = { 0 };
    size_t tags = 0, done = 0;
    auto_buf request = BUF_INIT(4096);
    ctags_ask(&request, "a.c", "int main(void) { return 0; }\n", 29);
    ck_assert_int_eq((int)ctags_run("/nonexistent/ctags", &request, count, &tags, &done, &e), (int)ERR_NOT_FOUND);
    OK(ctags_run(CTAGS_PROGRAM, &request, count, &tags, &done, &e));
    ck_assert_uint_eq(done, 1);
    ck_assert_uint_eq(tags, 1);
}
END_TEST

START_TEST(symbols_are_listed)
{
    struct surveyed d;
    bool found = false;
    survey_codebase(&d, "python-api");
    for (size_t i = 0; i < d.survey.symbols.n; i++)
        found |= strcmp(d.survey.symbols.v[i].kind, "class") == 0 && d.survey.symbols.v[i].line > 0;
    ck_assert(found);
    ck_assert_uint_eq(d.survey.problems.n, 0);
    surveyed_close(&d);
}
END_TEST

UNIT_MAIN("survey_hostile", { entities_of_xml_stay_as_they_are, aliases_of_yaml_are_not_followed, deep_nesting_is_refused,
                              hostile_manifests_are_findings,
                              arguments_that_cannot_be_read_stay_where_they_are, the_last_rule_of_codeowners_decides,
                              locale_and_processors_change_nothing, ctags_may_be_missing, symbols_are_listed })
