/* The engine around the rules: order and identity of findings, the short contract, advice, hostile and large input. */
#include "unit/check_fixture.h"
#include "unit/check_main.h"

#include "check/inner.h"
#include "pland/base/clock.h"

static bool has(const struct fixture *f, const char *rule)
{
    return finding_of(&f->r, rule) != NULL;
}

static void advice_is(struct fixture *f, const char *rule, bool expected)
{
    run_check(f);
    ck_assert_msg(has(f, rule) == expected, "%s %s:%s", rule, expected ? "is missing" : "is too much", all_findings(f));
}

START_TEST(test_findings_are_ordered_and_keep_their_ids)
{
    struct fixture f;
    char id[20];
    fixture_open(&f);
    change(&f, "/closing/done", "[]");
    change(&f, "/phases/1/steps/0/files/1/path", "\"src/auth/tokne.py\"");
    change(&f, "/phases/2/steps/0/files/-", "{\"path\":\"test/x.py\",\"change\":\"create\",\"why\":\"x\"}");
    change(&f, "/overview", "\"Errors, access, metrics, version: `src/nope.py` and again `src/nope.py`.\"");
    run_check(&f);
    ck_assert_uint_eq(f.r.findings.n, 4);
    ck_assert_str_eq(f.r.findings.v[0].anchor, "overview");
    ck_assert_str_eq(f.r.findings.v[1].anchor, "ph2.s1");
    ck_assert_str_eq(f.r.findings.v[2].anchor, "done");
    ck_assert_str_eq(f.r.findings.v[3].rule, "new-folder");
    ck_assert_int_eq(f.r.verdict.failed, 3);
    ck_assert_uint_eq(strlen(f.r.findings.v[1].id), 16);
    (void)snprintf(id, sizeof id, "%s", f.r.findings.v[1].id);
    change(&f, "/phases/1/title", "\"Another title\"");
    change(&f, "/closing/done", "[{\"item\":\"Reviewed\"}]");
    run_check(&f);
    ck_assert_str_eq(f.r.findings.v[1].id, id);
    change(&f, "/phases/1/steps/0/files/1/path", "\"src/auth/tokn.py\"");
    run_check(&f);
    ck_assert_str_ne(f.r.findings.v[1].id, id);
    fixture_close(&f);
}
END_TEST

START_TEST(test_result_survives_its_record)
{
    struct fixture f;
    struct check_result back = { .verdict = { 0 } };
    struct err e = { 0 };
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    fixture_open(&f);
    change(&f, "/closing/done", "[]");
    run_check(&f);
    record_encode(&check_result_record, &f.r, &b);
    OK(buf_check(&b, &e));
    OK(record_parse(&check_result_record, b.p, b.n, &back, f.a, &e));
    ck_assert_uint_eq(back.findings.n, 1);
    ck_assert_str_eq(back.findings.v[0].id, f.r.findings.v[0].id);
    ck_assert_int_eq(back.findings.v[0].severity, SEVERITY_ERROR);
    ck_assert_int_eq(back.verdict.verified, f.r.verdict.verified);
    ck_assert(check_has_errors(&back));
    fixture_close(&f);
}
END_TEST

START_TEST(test_small_plans_have_a_shorter_contract)
{
    struct fixture f;
    fixture_open(&f);
    f.in.size = SIZE_SMALL;
    change(&f, "/closing", "{}");
    change(&f, "/phases/0/manual", "[]");
    change(&f, "/out_of_scope", NULL);
    run_check(&f);
    ck_assert_msg(f.r.findings.n == 0, "%s", all_findings(&f));
    change(&f, "/phases/0/automated", "[]");
    change(&f, "/requirements", "[]");
    run_check(&f);
    ck_assert(has(&f, "phase-automated") && has(&f, "section-present"));
    fixture_close(&f);
}
END_TEST

START_TEST(test_a_reason_replaces_a_section)
{
    struct fixture f;
    fixture_open(&f);
    change(&f, "/closing/migration", NULL);
    run_check(&f);
    ck_assert(has(&f, "section-present"));
    change(&f, "/closing/not_applicable", "[{\"section\":\"migration\",\"reason\":\"no data changes\"}]");
    run_check(&f);
    ck_assert_msg(f.r.findings.n == 0, "%s", all_findings(&f));
    fixture_close(&f);
}
END_TEST

START_TEST(test_advice)
{
    struct fixture f;
    fixture_open(&f);
    change(&f, "/phases/0/provides/0/kind", "\"symbol\"");
    change(&f, "/phases/1/uses/0/kind", "\"symbol\"");
    advice_is(&f, "database-first", false);
    change(&f, "/phases/0/provides/-", "{\"kind\":\"endpoint\",\"name\":\"GET /a\"}");
    change(&f, "/phases/1/provides/-", "{\"kind\":\"table\",\"name\":\"late\"}");
    advice_is(&f, "database-first", true);
    advice_is(&f, "design-for-testing", false);
    change(&f, "/phases/2/automated/0/command", "\"make\"");
    advice_is(&f, "design-for-testing", true);
    change(&f, "/overview", "\"Tokens.\"");
    change(&f, "/closing/risks/0/contingency", "\"\"");
    change(&f, "/closing/rollback/text", "\"Undo.\"");
    change(&f, "/phases/0/automated/0/expect", "\"all pass\"");
    for (int i = 0; i < 3; i++) {
        char at[64];
        (void)snprintf(at, sizeof at, "/phases/%d/rollback", i);
        change(&f, at, "\"Revert.\"");
    }
    change(&f, "/phases/2/automated/1/command", "\"curl -fsS localhost:8000/\"");
    advice_is(&f, "consider-operations", true);
    advice_is(&f, "plan-for-failure", true);
    change(&f, "/overview", "\"On errors: see the log. Version 1 stays.\"");
    advice_is(&f, "consider-operations", false);
    advice_is(&f, "plan-for-failure", false);
    change(&f, "/phases/0/steps/0/text", "\"Add it.\"");
    change(&f, "/closing/migration", "\"Additive only.\"");
    change(&f, "/overview", "\"x\"");
    change(&f, "/phases/0/steps/0/files/0/path", "\"src/db.sql\"");
    change(&f, "/phases/0/steps/0/code", "[]");
    change(&f, "/phases/0/provides/1/name", "\"src/db.sql\"");
    advice_is(&f, "version-everything", true);
    fixture_close(&f);
}
END_TEST

START_TEST(test_security_is_asked_of_interfaces)
{
    struct fixture f;
    fixture_open(&f);
    advice_is(&f, "security-by-design", false);
    change(&f, "/phases",
           "[{\"id\":\"ph1\",\"title\":\"a\",\"goal\":\"b\",\"provides\":[{\"kind\":\"endpoint\",\"name\":\"GET "
           "/a\"}],\"requirements\":[\"R1\",\"R2\"],"
           "\"estimate\":{\"optimistic\":1,\"likely\":2,\"pessimistic\":3},\"steps\":[{\"id\":\"ph1.s1\",\"title\":"
           "\"t\",\"text\":\"d\",\"files\":[],\"code\":[]}],"
           "\"automated\":[{\"command\":\"make "
           "test\",\"expect\":\"x\",\"expected_before\":\"pass\",\"provided_by\":\"\"}],\"manual\":[\"m\"],"
           "\"rollback\":\"r\"}]");
    change(&f, "/closing/tests",
           "[{\"level\":\"unit\",\"name\":\"a\",\"file\":\"\",\"requirement\":\"R1\"},{\"level\":\"unit\",\"name\":"
           "\"a\",\"file\":\"\",\"requirement\":\"R2\"}]");
    change(&f, "/overview", "\"Version 1 logs errors.\"");
    advice_is(&f, "security-by-design", true);
    change(&f, "/overview", "\"Version 1 logs errors of authenticated callers.\"");
    advice_is(&f, "security-by-design", false);
    fixture_close(&f);
}
END_TEST

START_TEST(test_dependencies_and_emptiness)
{
    struct fixture f;
    fixture_open(&f);
    change(&f, "/phases/0/depends_on", "[\"ph2\"]");
    change(&f, "/phases/1/depends_on", "[]");
    run_check(&f);
    ck_assert(has(&f, "dependency-order") && !has(&f, "dependency-cycle"));
    change(&f, "/phases", "[]");
    run_check(&f);
    ck_assert(has(&f, "phases-present") && has(&f, "requirement-covered"));
    fixture_close(&f);
}
END_TEST

START_TEST(test_destruction_without_a_way_back)
{
    struct fixture f;
    fixture_open(&f);
    change(&f, "/phases/2/steps/0/text", "\"Run `rm -rf data/`\"");
    change(&f, "/phases/2/rollback", "\"\"");
    run_check(&f);
    ck_assert(has(&f, "destructive-unguarded") && !has(&f, "destructive"));
    fixture_close(&f);
}
END_TEST

START_TEST(test_secrets_do_not_show_in_findings)
{
    struct fixture f;
    fixture_open(&f);
    change(&f, "/phases/2/steps/0/text", "\"Use ghp_0123456789abcdefghijABCDEFGHIJ012345 to push\"");
    run_check(&f);
    ck_assert_ptr_nonnull(finding_of(&f.r, "secret"));
    ck_assert_ptr_null(strstr(finding_of(&f.r, "secret")->evidence, "0123456789"));
    ck_assert_ptr_null(strstr(finding_of(&f.r, "secret")->message, "0123456789"));
    fixture_close(&f);
}
END_TEST

START_TEST(test_files_that_came_with_the_ticket_are_not_wrong)
{
    static const char *const given[] = { "docs/research.md" };
    struct fixture f;
    fixture_open(&f);
    change(&f, "/overview", "\"Errors, access, metrics, version: as `docs/research.md` says.\"");
    run_check(&f);
    ck_assert(has(&f, "text-path"));
    f.in.given.v = given;
    f.in.given.n = 1;
    run_check(&f);
    ck_assert_msg(f.r.findings.n == 0, "%s", all_findings(&f));
    fixture_close(&f);
}
END_TEST

/* A folder moved as a whole takes its files along. */
START_TEST(test_renamed_folder)
{
    struct fixture f;
    fixture_open(&f);
    change(&f, "/phases/2/steps/0/files",
           "[{\"path\":\"src/security\",\"change\":\"rename\",\"from\":\"src/auth\",\"why\":\"x\"},"
           "{\"path\":\"src/security/token.py\",\"change\":\"modify\",\"why\":\"x\"}]");
    run_check(&f);
    ck_assert_msg(!check_has_errors(&f.r), "%s", all_findings(&f));
    change(&f, "/phases/2/steps/0/files/-", "{\"path\":\"src/auth/token.py\",\"change\":\"modify\",\"why\":\"x\"}");
    run_check(&f);
    ck_assert(has(&f, "path-order"));
    fixture_close(&f);
}
END_TEST

START_TEST(test_empty_tree)
{
    struct fixture f;
    struct err e = { 0 };
    struct tree *empty = NULL;
    struct survey nothing = { .version = 1 };
    struct check_codebase one = { .survey = &nothing };
    fixture_open(&f);
    OK(tree_open_empty(&empty, &e));
    one.tree = empty;
    f.in.codebases.v = &one;
    f.in.codebases.n = 1;
    change(&f, "/phases/0/provides/-", "{\"kind\":\"command\",\"name\":\"make test\"}");
    run_check(&f);
    ck_assert(has(&f, "path-exists") && !has(&f, "new-folder"));
    ck_assert(!has(&f, "text-path"));
    tree_unref(empty);
    fixture_close(&f);
}
END_TEST

START_TEST(test_large_plan)
{
    struct fixture f;
    json_t *phases, *first;
    fixture_open(&f);
    phases = json_object_get(f.plan, "phases");
    first = json_array_get(phases, 0);
    for (int i = 4; i <= 20; i++) {
        json_t *p = json_deep_copy(first), *step = json_array_get(json_object_get(p, "steps"), 0),
               *files = json_array();
        char text[64];
        (void)snprintf(text, sizeof text, "ph%d", i);
        ck_assert_int_eq(json_object_set_new(p, "id", json_string(text)), 0);
        (void)snprintf(text, sizeof text, "ph%d.s1", i);
        ck_assert_int_eq(json_object_set_new(step, "id", json_string(text)), 0);
        for (int k = 0; k < 30; k++) {
            (void)snprintf(text, sizeof text, "src/auth/new_%d_%d.py", i, k);
            ck_assert_int_eq(
                json_array_append_new(files, json_pack("{s:s,s:s,s:s}", "path", text, "change", "create", "why", "x")),
                0);
        }
        ck_assert_int_eq(json_object_set_new(step, "files", files), 0);
        ck_assert_int_eq(json_array_append_new(phases, p), 0);
    }
    run_check(&f);
    ck_assert_int_gt(f.r.verdict.to_create, 500);
    fixture_close(&f);
}
END_TEST

START_TEST(test_table_and_page)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    check_rules_markdown(&b);
    for (size_t i = 0; i < RULE_N_; i++) {
        char cell[80];
        const struct rule *r = &check_rules[i];
        ck_assert_msg(r->id && r->title && r->fix && r->run, "row %zu is not complete", i);
        for (size_t j = 0; j < i; j++) ck_assert_str_ne(r->id, check_rules[j].id);
        (void)snprintf(cell, sizeof cell, "\n| `%s` | %s", r->id, severity_names[r->severity]);
        ck_assert_msg(strstr(buf_cstr(&b), cell) != NULL, "%s is not on the page", r->id);
    }
}
END_TEST

UNIT_MAIN("check engine",
          { test_findings_are_ordered_and_keep_their_ids, test_result_survives_its_record,
            test_small_plans_have_a_shorter_contract, test_a_reason_replaces_a_section, test_advice,
            test_security_is_asked_of_interfaces, test_dependencies_and_emptiness, test_destruction_without_a_way_back,
            test_secrets_do_not_show_in_findings, test_files_that_came_with_the_ticket_are_not_wrong,
            test_renamed_folder, test_empty_tree, test_large_plan, test_table_and_page })
