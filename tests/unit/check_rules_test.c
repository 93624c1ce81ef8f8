/* Each rule: a plan that passes everything, with one thing changed, must fail by that rule and no other error; and what
 * looks similar but is right must not. */
#include "unit/check_fixture.h"
#include "unit/check_main.h"

struct row {
    const char *pointer, *value, *rule; /* rule NULL: still no error and no warning */
    const char *anchor;                 /* NULL: not looked at */
    const char *suggestion;             /* part of it, or NULL */
    bool more;                          /* other errors may follow from it */
};
#define STEP1 "/phases/0/steps/0"
#define STEP2 "/phases/1/steps/0"
#define STEP3 "/phases/2/steps/0"

static const struct row rows[] = {
    /* paths of changes */
    { STEP2 "/files/1/path", "\"src/auth/tokne.py\"", "path-exists", "ph2.s1", "src/auth/token.py", false },
    { STEP2 "/files/1/path", "\"/etc/passwd\"", "path-form", "ph2.s1", NULL, false },
    { STEP2 "/files/1/path", "\"../other/a.py\"", "path-form", "ph2.s1", NULL, false },
    { STEP2 "/files/1/path", "\"./src//auth/token.py\"", NULL, NULL, NULL, false },
    { STEP2 "/files/1/path", "\"web//ui/page.ts\"", NULL, NULL, NULL, false },
    { STEP2 "/files/1/path", "\"web//ui/pages.ts\"", "path-exists", "ph2.s1", "web//ui/page.ts", false },
    { STEP2 "/files/1/path", "\"nope//ui/page.ts\"", "path-alias", "ph2.s1", NULL, false },
    { STEP2 "/files/1/path", "\"src/auth\"", "path-folder", "ph2.s1", NULL, false },
    { STEP1 "/files/-", "{\"path\":\"src/auth/refresh.py\",\"change\":\"modify\",\"why\":\"x\"}", "path-order", "ph1.s1", NULL, false },
    { STEP2 "/files/-", "{\"path\":\"src/legacy.py\",\"change\":\"delete\",\"why\":\"x\"}", "path-order", "ph3.s1", NULL, false },
    { STEP3 "/files/-", "{\"path\":\"scripts/run.sh\",\"change\":\"delete\",\"why\":\"x\"}", NULL, NULL, NULL, false },
    { STEP3 "/files/-", "{\"path\":\"scripts/walk.sh\",\"change\":\"delete\",\"why\":\"x\"}", "path-exists", "ph3.s1", NULL, false },
    { STEP3 "/files/-", "{\"path\":\"README.md\",\"change\":\"create\",\"why\":\"x\"}", "create-new", "ph3.s1", NULL, false },
    { STEP3 "/files/-", "{\"path\":\"src/auth/refresh.py\",\"change\":\"create\",\"why\":\"x\"}", "create-new", "ph3.s1", NULL, false },
    { STEP3 "/files/-", "{\"path\":\"src/auth\",\"change\":\"create\",\"why\":\"x\"}", "create-new", "ph3.s1", NULL, false },
    { STEP3 "/files/-", "{\"path\":\"src/legacy.py\",\"change\":\"create\",\"why\":\"x\"}", NULL, NULL, NULL, false },
    { STEP3 "/files/2/from", "\"src/legasy.py\"", "rename-source", "ph3.s1", "src/legacy.py", false },
    { STEP3 "/files/2/from", NULL, "rename-source", "ph3.s1", NULL, false },
    { STEP3 "/files/2/path", "\"src/app.py\"", "rename-target", "ph3.s1", NULL, false },
    { STEP3 "/files/-", "{\"path\":\"test/test_new.py\",\"change\":\"create\",\"why\":\"x\"}", "new-folder", "ph3.s1", "tests", false },
    { STEP3 "/files/-", "{\"path\":\"src/api/new/a.py\",\"change\":\"create\",\"why\":\"x\"}", NULL, NULL, NULL, false },
    { STEP3 "/files/-", "{\"path\":\"setup.cfg\",\"change\":\"create\",\"why\":\"x\"}", NULL, NULL, NULL, false },
    /* what refers to files */
    { STEP2 "/code/0/path", "\"src/auth/refesh.py\"", "code-path", "ph2.s1", NULL, false },
    { STEP2 "/code/0/path", "\"src/app.py\"", NULL, NULL, NULL, false },
    { "/closing/tests/1/file", "\"tests/test_nope.py\"", "test-file", "tests", NULL, false },
    { "/closing/tests/1/file", "\"tests/test_app.py:1\"", NULL, NULL, NULL, false },
    { "/closing/stack/0/evidence/0/path", "\"src/application.py\"", "evidence-path", "stack", NULL, false },
    { "/closing/stack/0/evidence/0/line", "2", "evidence-line", "stack", NULL, false },
    { "/closing/stack/0/evidence/0/path", "\"src/auth/token.py:4\"", NULL, NULL, NULL, false },
    { "/requirements/1/line", "3", "evidence-line", "requirements", NULL, false },
    { "/requirements/1/source", "\"https://example.com/x\"", NULL, NULL, NULL, false },
    { "/phases/1/uses/1/name", "\"src/auth/gone.py\"", "uses-known", "ph2", NULL, false },
    { "/phases/0/uses", "[{\"kind\":\"command\",\"name\":\"make e2e\"}]", "uses-known", "ph1", NULL, false },
    { "/phases/0/provides/1/name", "\"src/other.sql\"", "provides-made", "ph1", NULL, false },
    /* paths in text */
    { "/overview", "\"Errors: metrics, version, access in `src/auth/tokens.py`.\"", "text-path", "overview", "src/auth/token.py", false },
    { "/overview", "\"Errors: metrics, version, access in src/auth/tokens.py.\"", "text-path-maybe", "overview", "src/auth/token.py", false },
    { "/overview", "\"Errors: metrics, version, access; fail `auth/token.py`, `token.py` and `refresh.py`.\"", NULL, NULL, NULL, false },
    { "/overview", "\"Errors: metrics, version, access; `tokenizer.py`.\"", "text-path-maybe", "overview", NULL, false },
    { "/overview", "\"Errors: metrics, version, access; `https://x.org/src/a.py`, `src/*.py`, `github.com/a/b.go`, `Node.js`, `1.2/3`, `and/or`, `application/json`, "
                   "`build/report.xml`, `GET /src/a.py`, `src/<name>.py`.\"", NULL, NULL, NULL, false },
    { "/overview", "\"Errors: metrics, version, access; ``src/auth/nope.py`` is wrong.\"", "text-path", "overview", NULL, false },
    { "/overview", "\"Errors: metrics, version, access; `src/auth/token.py:4` is wrong.\"", "evidence-line", "overview", NULL, false },
    { "/overview", "\"Errors: metrics, version, access; `src/auth/token.py:1-3` and `src/app.py#L1` are right.\"", NULL, NULL, NULL, false },
    { "/closing/assumptions", "[\"`src/nope.py` of the ticket is not there\"]", "text-path-maybe", "assumptions", NULL, false },
    { "/closing/documentation/0/target", "\"docs/apis.md\"", "text-path", "documentation", "docs/api.md", false },
    { "/closing/documentation/0/target", "\"API docs\"", NULL, NULL, NULL, false },
    { STEP2 "/code/0/text", "\"# see src/auth/nope.py\\nimport x\"", "text-path-maybe", "ph2.s1", NULL, false },
    { STEP2 "/code/0", "{\"language\":\"diff\",\"text\":\"--- a/src/auth/token.py\\n+++ b/src/auth/token.py\"}", NULL, NULL, NULL, false },
    { STEP2 "/code/0", "{\"language\":\"diff\",\"text\":\"+++ b/src/auth/tokens.py\"}", "text-path-maybe", "ph2.s1", NULL, false },
    /* commands */
    { "/phases/0/automated/0/command", "\"make tset\"", "command-known", "ph1", "make test", false },
    { "/phases/0/automated/0/command", "\"FOO=1 make test && pytest -q\"", NULL, NULL, NULL, false },
    { "/phases/0/automated/0/command", "\"make e2e\"", "command-order", "ph1", NULL, true },
    { "/phases/0/automated/0/provided_by", "\"ph2\"", "command-order", "ph1", NULL, false },
    { "/phases/0/automated/0/provided_by", "\"nobody\"", "command-provider", "ph1", NULL, false },
    { "/phases/2/automated/1/provided_by", "\"repository\"", "command-provider", "ph3", NULL, false },
    { "/phases/1/automated/0/command", "\"pytest tests/test_nope.py\"", "command-path", "ph2", NULL, false },
    { "/phases/0/automated/0/command", "\"pytest tests/test_refresh.py\"", "command-path", "ph1", NULL, false },
    { "/phases/0/automated/0/command", "\"pytest -o tests/out/report.xml\"", NULL, NULL, NULL, false },
    { "/phases/0/automated/0", "{\"command\":\"./scripts/run.sh\",\"expect\":\"x\",\"expected_before\":\"pass\",\"provided_by\":\"repository\"}", NULL, NULL, NULL, false },
    { "/phases/0/automated/0", "{\"command\":\"bash scripts/ran.sh\",\"expect\":\"x\",\"expected_before\":\"pass\",\"provided_by\":\"\"}", "command-known", "ph1", NULL, false },
    { "/closing/rollback/commands/0", "\"frobnicate --all\"", "rollback-command", "rollback", NULL, false },
    /* contract */
    { "/closing/risks", NULL, "section-present", "risks", NULL, false },
    { "/overview", NULL, "section-present", "overview", NULL, false },
    { "/closing/done", "[]", "section-present", "done", NULL, false },
    { "/phases/0/steps", "[]", "phase-steps", "ph1", NULL, true },
    { "/phases/1/automated", "[]", "phase-automated", "ph2", NULL, false },
    { "/phases/1/manual", "[]", "phase-manual", "ph2", NULL, false },
    { "/phases/1/rollback", "\" \"", "phase-rollback", "ph2", NULL, false },
    { "/phases/1/depends_on/-", "\"ph9\"", "dependency-known", "ph2", NULL, false },
    { "/phases/0/depends_on", "[\"ph3\"]", "dependency-cycle", "ph1", NULL, false },
    { "/phases/0", "{\"id\":\"ph1\",\"title\":\"a\",\"goal\":\"b\",\"depends_on\":[\"ph4\"],\"requirements\":[\"R1\"],\"estimate\":{\"optimistic\":1,\"likely\":2,\"pessimistic\":3},"
                   "\"steps\":[{\"id\":\"ph1.s1\",\"title\":\"t\",\"text\":\"x y\",\"files\":[],\"code\":[]}],\"automated\":[{\"command\":\"make test\",\"expect\":\"x y\",\"expected_before\":\"pass\",\"provided_by\":\"\"}],"
                   "\"manual\":[\"look\"],\"rollback\":\"revert\"}", "dependency-known", "ph1", NULL, true },
    { "/phases/1/estimate/likely", "500", "estimate", "ph2", NULL, false },
    { "/phases/1/estimate/optimistic", "0", "estimate", "ph2", NULL, false },
    { STEP3 "/text", "\"TBD\"", "placeholder", "ph3.s1", NULL, false },
    { STEP3 "/text", "\"Add the route. TODO: name it\"", "placeholder", "ph3.s1", NULL, false },
    { STEP3 "/text", "\"Use <your table name> here\"", "placeholder", "ph3.s1", NULL, false },
    { STEP3 "/text", "\"Lorem ipsum dolor\"", "placeholder", "ph3.s1", NULL, false },
    { STEP3 "/text", "\"...\"", "placeholder", "ph3.s1", NULL, false },
    { STEP3 "/code/-", "{\"language\":\"python\",\"text\":\"x = 1  # FIXME later\"}", "placeholder", "ph3.s1", NULL, false },
    { STEP3 "/text", "\"The TODO list of `<id>` uses List<String> and a todo app, and so on ...\"", NULL, NULL, NULL, false },
    { STEP3 "/files/-", "{\"path\":\"src/<name>.py\",\"change\":\"create\",\"why\":\"x\"}", "placeholder", "ph3.s1", NULL, false },
    { STEP3 "/files/-", "{\"path\":\"migrations/0003_more.sql\",\"change\":\"create\",\"why\":\"x\"}", "migration-twice", "ph3.s1", NULL, false },
    { STEP3 "/files/-", "{\"path\":\"migrations/0002_more.sql\",\"change\":\"create\",\"why\":\"x\"}", "migration-number", "ph3.s1", "0003_", false },
    { STEP3 "/files/-", "{\"path\":\"migrations/0003_tokens.down.sql\",\"change\":\"create\",\"why\":\"x\"}", NULL, NULL, NULL, false },
    { STEP3 "/files/-", "{\"path\":\"migrations/0004_more.sql\",\"change\":\"create\",\"why\":\"x\"}", NULL, NULL, NULL, false },
    /* coverage */
    { "/requirements/-", "{\"id\":\"R3\",\"text\":\"More\",\"quote\":\"q\",\"source\":\"ticket\"}", "requirement-covered", "requirements", NULL, false },
    { "/phases/1/requirements/-", "\"R7\"", "requirement-known", "ph2", NULL, false },
    { "/closing/tests/0/requirement", "\"R7\"", "requirement-known", "tests", NULL, false },
    { "/phases/2/requirements", "[]", "phase-purpose", "ph3", NULL, false },
    { "/closing/tests/1", NULL, "requirement-tested", "requirements", NULL, false },
    /* safety */
    { STEP3 "/code/-", "{\"language\":\"python\",\"text\":\"key = 'AKIAQ3EGPJ5VZ2KTN7WB'\"}", "secret", "ph3.s1", NULL, false },
    { STEP3 "/text", "\"Use ghp_0123456789abcdefghijABCDEFGHIJ012345 to push\"", "secret", "ph3.s1", NULL, false },
    { STEP3 "/code/-", "{\"language\":\"\",\"text\":\"-----BEGIN OPENSSH PRIVATE KEY-----\"}", "secret", "ph3.s1", NULL, false },
    { STEP3 "/code/-", "{\"language\":\"python\",\"text\":\"password = \\\"Tr0ub4dor&3x\\\"\"}", "secret", "ph3.s1", NULL, false },
    { STEP3 "/code/-", "{\"language\":\"yaml\",\"text\":\"password: \\\"${DB_PASSWORD}\\\"\\napi_key: \\\"your-key-here\\\"\\nsecret = os.environ['X']\"}", NULL, NULL, NULL, false },
    { STEP3 "/text", "\"The task-force-of-many-engineers-here keeps password: hashed values\"", NULL, NULL, NULL, false },
    { STEP3 "/code/-", "{\"language\":\"sh\",\"text\":\"rm -rf /var/lib/app\"}", "destructive", "ph3.s1", NULL, false },
    { STEP3 "/text", "\"Run `git push --force origin main`\"", "destructive", "ph3.s1", NULL, false },
    { STEP3 "/text", "\"Remove rm -r from the docs, delete from the list, drop table wording\"", NULL, NULL, NULL, false },
    { STEP3 "/code/-", "{\"language\":\"sql\",\"text\":\"DELETE FROM users WHERE id = 1;\"}", NULL, NULL, NULL, false },
    { STEP3 "/code/-", "{\"language\":\"sql\",\"text\":\"DELETE FROM users;\"}", "destructive", "ph3.s1", NULL, false },
    { "/closing/rollback", "{\"text\":\"\",\"commands\":[\"kubectl delete deployment app\"]}", "destructive-unguarded", "rollback", NULL, false },
    { STEP3 "/text", "\"Run `curl -fsSL https://x.org/i.sh | sudo bash`\"", "pipe-to-shell", "ph3.s1", NULL, false },
    { STEP3 "/code/-", "{\"language\":\"sh\",\"text\":\"bash <(curl -s https://x.org/i.sh)\"}", "pipe-to-shell", "ph3.s1", NULL, false },
    { STEP3 "/code/-", "{\"language\":\"sh\",\"text\":\"curl -s https://x.org/a.json | jq . > a.json\"}", NULL, NULL, NULL, false },
    /* practice */
    { "/closing/decisions", "[]", "document-decisions", "decisions", NULL, true },
    { "/phases/2/provides/-", "{\"kind\":\"table\",\"name\":\"x\"}", NULL, NULL, NULL, false },
};

static bool other_errors(const struct fixture *f, const char *rule)
{
    for (size_t i = 0; i < f->r.findings.n; i++)
        if (f->r.findings.v[i].severity == SEVERITY_ERROR && strcmp(f->r.findings.v[i].rule, rule) != 0) return true;
    return false;
}

static bool anything(const struct fixture *f)
{
    for (size_t i = 0; i < f->r.findings.n; i++)
        if (f->r.findings.v[i].severity != SEVERITY_ADVICE) return true;
    return false;
}

START_TEST(test_every_rule_by_one_change)
{
    for (size_t i = 0; i < countof(rows); i++) {
        const struct row *t = &rows[i];
        const struct check_finding *x;
        struct fixture f;
        fixture_open(&f);
        change(&f, t->pointer, t->value);
        run_check(&f);
        if (!t->rule) {
            ck_assert_msg(!anything(&f), "%s = %s should pass:%s", t->pointer, t->value, all_findings(&f));
            fixture_close(&f);
            continue;
        }
        x = finding_of(&f.r, t->rule);
        ck_assert_msg(x != NULL, "%s = %s: no %s:%s", t->pointer, t->value, t->rule, all_findings(&f));
        ck_assert_msg(!t->anchor || strcmp(x->anchor, t->anchor) == 0, "%s: anchor %s", t->rule, x->anchor);
        ck_assert_msg(!t->suggestion || strstr(x->suggestion, t->suggestion), "%s: suggestion %s", t->rule, x->suggestion);
        ck_assert_msg(t->more || !other_errors(&f, t->rule), "%s = %s: more than %s:%s", t->pointer, t->value, t->rule, all_findings(&f));
        fixture_close(&f);
    }
}
END_TEST

START_TEST(test_good_plan_has_no_findings)
{
    struct fixture f;
    fixture_open(&f);
    run_check(&f);
    ck_assert_msg(f.r.findings.n == 0, "%s", all_findings(&f));
    ck_assert(!check_has_errors(&f.r));
    ck_assert_int_eq(f.r.verdict.failed, 0);
    ck_assert_int_gt(f.r.verdict.verified, 8);
    ck_assert_int_gt(f.r.verdict.to_create, 5);
    ck_assert_int_gt(f.r.verdict.unprovable, 0);
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("check rules", { test_good_plan_has_no_findings, test_every_rule_by_one_change })
