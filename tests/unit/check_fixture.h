/* A small codebase in a scratch folder, a plan for it that passes every rule, and changing one thing in that plan. */
#ifndef TESTS_CHECK_FIXTURE_H
#define TESTS_CHECK_FIXTURE_H

#include "unit/repo_fixture.h"

#include "pland/check/check.h"

static const char good_plan[] =
    "{\"header\":{\"title\":\"Refresh tokens\",\"approach\":\"Rotate on use\",\"approach_why\":\"smallest change\"},"
    "\"overview\":\"Tokens are issued in `src/auth/token.py` and stored by `migrations/0002_users.sql`. Errors are reported as before; "
    "access is validated, the version of the API stays, metrics count rotations.\","
    "\"requirements\":[{\"id\":\"R1\",\"text\":\"A token can be refreshed\",\"quote\":\"TODO: refresh tokens\",\"source\":\"ticket\",\"line\":1},"
    "{\"id\":\"R2\",\"text\":\"A used token is refused\",\"quote\":\"refuse used ones\",\"source\":\"docs/api.md\",\"line\":2}],"
    "\"out_of_scope\":[\"Single sign-on\"],"
    "\"phases\":["
    "{\"id\":\"ph1\",\"title\":\"Schema\",\"goal\":\"Tokens are stored\",\"provides\":[{\"kind\":\"table\",\"name\":\"tokens\"},{\"kind\":\"file\",\"name\":\"migrations/0003_tokens.sql\"}],"
    "\"requirements\":[\"R1\"],\"estimate\":{\"optimistic\":60,\"likely\":120,\"pessimistic\":240},"
    "\"steps\":[{\"id\":\"ph1.s1\",\"title\":\"Add the table\",\"text\":\"As in `migrations/0002_users.sql:2`, with an index.\","
    "\"files\":[{\"path\":\"migrations/0003_tokens.sql\",\"change\":\"create\",\"why\":\"table\"}],"
    "\"code\":[{\"path\":\"migrations/0003_tokens.sql\",\"language\":\"sql\",\"text\":\"CREATE TABLE tokens (id INTEGER PRIMARY KEY);\"}]}],"
    "\"automated\":[{\"command\":\"make test\",\"expect\":\"all pass\",\"expected_before\":\"pass\",\"provided_by\":\"repository\"}],"
    "\"manual\":[\"The table is there\"],\"rollback\":\"Drop the table with `DROP TABLE tokens`.\"},"
    "{\"id\":\"ph2\",\"title\":\"Logic\",\"goal\":\"Tokens rotate\",\"depends_on\":[\"ph1\"],\"uses\":[{\"kind\":\"table\",\"name\":\"tokens\"},{\"kind\":\"file\",\"name\":\"src/auth/token.py\"}],"
    "\"provides\":[{\"kind\":\"command\",\"name\":\"make e2e\"}],"
    "\"requirements\":[\"R1\",\"R2\"],\"estimate\":{\"optimistic\":60,\"likely\":120,\"pessimistic\":240},"
    "\"steps\":[{\"id\":\"ph2.s1\",\"title\":\"Rotate\",\"text\":\"See `src/auth/token.py:3` and `src/auth/`; `text/html` and `2026/01/02` are no paths.\","
    "\"files\":[{\"path\":\"src/auth/refresh.py\",\"change\":\"create\",\"why\":\"new\"},{\"path\":\"src/auth/token.py\",\"change\":\"modify\",\"why\":\"call it\"},"
    "{\"path\":\"src/auth/refresh.py\",\"change\":\"modify\",\"why\":\"again\"},{\"path\":\"Makefile\",\"change\":\"modify\",\"why\":\"target e2e\"},"
    "{\"path\":\"tests/test_refresh.py\",\"change\":\"create\",\"why\":\"tests\"}],"
    "\"code\":[{\"path\":\"src/auth/refresh.py\",\"language\":\"python\",\"text\":\"def refresh(token: str) -> str: ...\"}]}],"
    "\"automated\":[{\"command\":\"pytest tests/test_refresh.py -q\",\"expect\":\"all pass\",\"expected_before\":\"fail\",\"provided_by\":\"repository\"}],"
    "\"manual\":[\"Rotation works\"],\"rollback\":\"Revert the commit.\"},"
    "{\"id\":\"ph3\",\"title\":\"API\",\"goal\":\"Clients refresh\",\"depends_on\":[\"ph2\"],\"provides\":[{\"kind\":\"endpoint\",\"name\":\"POST /refresh\"}],"
    "\"requirements\":[\"R2\"],\"estimate\":{\"optimistic\":30,\"likely\":60,\"pessimistic\":90},"
    "\"steps\":[{\"id\":\"ph3.s1\",\"title\":\"Route\",\"text\":\"Add the route in `src/app.py`; see https://example.com/src/nope.py and `@scope/pkg.js`.\","
    "\"files\":[{\"path\":\"src/app.py\",\"change\":\"modify\",\"why\":\"route\"},{\"path\":\"docs/api.md\",\"change\":\"modify\",\"why\":\"describe\"},"
    "{\"path\":\"src/old.py\",\"change\":\"rename\",\"from\":\"src/legacy.py\",\"why\":\"clear name\"}],\"code\":[]}],"
    "\"automated\":[{\"command\":\"make e2e\",\"expect\":\"all pass\",\"expected_before\":\"fail\",\"provided_by\":\"ph2\"},"
    "{\"command\":\"curl -fsS localhost:8000/health\",\"expect\":\"200\",\"expected_before\":\"pass\",\"provided_by\":\"system\"}],"
    "\"manual\":[\"A client refreshes\"],\"rollback\":\"Revert the commit.\"}],"
    "\"closing\":{\"success\":[{\"text\":\"Refresh works\",\"measure\":\"95 % below 100 ms\"}],"
    "\"stack\":[{\"choice\":\"Python\",\"why\":\"as it is\",\"evidence\":[{\"path\":\"src/app.py\",\"line\":1}]}],"
    "\"tests\":[{\"level\":\"unit\",\"name\":\"refresh\",\"file\":\"tests/test_refresh.py::test_one\",\"requirement\":\"R1\"},"
    "{\"level\":\"integration\",\"name\":\"refuse\",\"file\":\"tests/test_app.py\",\"requirement\":\"R2\"}],"
    "\"risks\":[{\"risk\":\"Two refresh at once\",\"likelihood\":\"low\",\"impact\":\"low\",\"mitigation\":\"a lock\",\"contingency\":\"retry\"}],"
    "\"rollback\":{\"text\":\"Undo the phases backwards.\",\"commands\":[\"git revert HEAD\"]},"
    "\"documentation\":[{\"target\":\"docs/api.md\",\"change\":\"the route\"}],"
    "\"done\":[{\"item\":\"Reviewed\"}],\"migration\":\"Additive only.\","
    "\"decisions\":[{\"decision\":\"Rotate\",\"why\":\"safer\",\"alternatives\":[\"long-lived tokens\"]}]}}";

struct fixture {
    struct scratch s;
    struct tree *tree, *other;
    struct arena *a;
    struct survey survey;
    struct check_codebase codebases[2];
    struct check_input in;
    json_t *plan;
    struct document d;
    struct check_result r;
};

static struct survey_command fixture_commands[] = {
    { .name = "make test", .match = "make test", .kind = COMMAND_TEST, .path = "Makefile", .line = 1, .dir = "" },
    { .name = "pytest", .match = "pytest", .kind = COMMAND_TEST, .path = "Makefile", .line = 1, .dir = "", .implied = true },
};
static struct survey_migrations fixture_migrations[] = {
    { .dir = "migrations", .tool = "plain SQL", .naming = "NNNN_name.sql", .newest = "migrations/0002_users.sql", .next = "0003_<name>.sql", .number = 2, .files = 2 },
};

static void fixture_open(struct fixture *f)
{
    static const struct { const char *path, *text; } files[] = {
        { "README.md", "# app\n" }, { "Makefile", "test:\n\tpytest\n" }, { "src/app.py", "import auth\n" }, { "src/legacy.py", "pass\n" },
        { "src/auth/token.py", "a = 1\nb = 2\nc = 3\n" }, { "tests/test_app.py", "pass\n" }, { "docs/api.md", "# API\nrefuse used ones\n" },
        { "migrations/0001_init.sql", "CREATE TABLE a (id);\n" }, { "migrations/0002_users.sql", "CREATE TABLE users (\n id);\n" },
        { "scripts/run.sh", "exit 0\n" },
    };
    struct err e = { 0 };
    char path[PATH_MAX], web[PATH_MAX];
    struct repo_location at;
    memset(f, 0, sizeof *f);
    scratch_open(&f->s);
    path_of(path, "%s/app", f->s.roots);
    path_of(web, "%s/web", f->s.roots);
    ck_assert_int_eq(mkdir(path, 0755) | mkdir(web, 0755), 0);
    for (size_t i = 0; i < countof(files); i++) put(path, files[i].path, files[i].text);
    put(web, "ui/page.ts", "export {}\n");
    at = locate(&f->s, path);
    OK(tree_open_folder(&at, NULL, &f->tree, &e));
    at = locate(&f->s, web);
    OK(tree_open_folder(&at, NULL, &f->other, &e));
    f->a = arena_new(0);
    f->survey.commands.v = fixture_commands;
    f->survey.commands.n = countof(fixture_commands);
    f->survey.migrations.v = fixture_migrations;
    f->survey.migrations.n = countof(fixture_migrations);
    f->codebases[0] = (struct check_codebase){ .tree = f->tree, .survey = &f->survey };
    f->codebases[1] = (struct check_codebase){ .alias = "web", .tree = f->other, .survey = &f->survey };
    f->in.codebases.v = f->codebases;
    f->in.codebases.n = 2;
    f->in.size = SIZE_FULL;
    OK(json_parse(good_plan, sizeof good_plan - 1, &f->plan, &e));
}

static void fixture_close(struct fixture *f)
{
    json_decref(f->plan);
    arena_free(f->a);
    tree_unref(f->tree);
    tree_unref(f->other);
    scratch_close(&f->s);
}

/* "/phases/0/why" to the container and the last word. */
static json_t *walk_to(json_t *v, const char *pointer, char last[64])
{
    while (*pointer == '/') {
        size_t n = strcspn(++pointer, "/");
        (void)snprintf(last, 64, "%.*s", (int)n, pointer);
        pointer += n;
        if (!*pointer) return v;
        v = json_is_array(v) ? json_array_get(v, (size_t)atoi(last)) : json_object_get(v, last);
        ck_assert_msg(v != NULL, "no %s in the plan", last);
    }
    return NULL;
}

/* value NULL: removes; a pointer ending in "/-" appends. */
static _unused_ void change(struct fixture *f, const char *pointer, const char *value)
{
    char last[64];
    json_t *at = walk_to(f->plan, pointer, last), *v = value ? json_loads(value, JSON_DECODE_ANY, NULL) : NULL;
    ck_assert_msg(!value || v, "bad JSON %s", value);
    if (json_is_array(at)) {
        if (!v) ck_assert_int_eq(json_array_remove(at, (size_t)atoi(last)), 0);
        else if (strcmp(last, "-") == 0) ck_assert_int_eq(json_array_append_new(at, v), 0);
        else ck_assert_int_eq(json_array_set_new(at, (size_t)atoi(last), v), 0);
    } else if (v) ck_assert_int_eq(json_object_set_new(at, last, v), 0);
    else ck_assert_int_eq(json_object_del(at, last), 0);
}

static _unused_ void run_check(struct fixture *f)
{
    struct err e = { 0 };
    memset(&f->d, 0, sizeof f->d);
    memset(&f->r, 0, sizeof f->r);
    ck_assert_msg(record_decode(&document_record, f->plan, &f->d, f->a, "", &e) == ERR_OK, "%s: %s", e.at, e.msg);
    OK(check_run(&f->d, &f->in, f->a, &f->r, &e));
}

static _unused_ const struct check_finding *finding_of(const struct check_result *r, const char *rule)
{
    for (size_t i = 0; i < r->findings.n; i++)
        if (strcmp(r->findings.v[i].rule, rule) == 0) return &r->findings.v[i];
    return NULL;
}

static _unused_ char *all_findings(const struct fixture *f)
{
    static char text[8000];
    size_t n = 0;
    text[0] = '\0';
    for (size_t i = 0; i < f->r.findings.n && n < sizeof text - 600; i++) {
        const struct check_finding *x = &f->r.findings.v[i];
        n += (size_t)snprintf(text + n, sizeof text - n, "\n  %s %s @%s: %.300s", severity_names[x->severity], x->rule, x->anchor, x->message);
    }
    return text;
}

#endif
