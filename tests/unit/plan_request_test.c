/* Protects the bodies that clients send: what is taken, what is refused and where the pointer points. */
#include "pland/plan/request.h"

#include <string.h>

#include "unit/check_main.h"

static struct arena *arena; /* one for the program; the tests run in processes of their own */
static struct err err;

static enum err_kind parse(const struct record *r, const char *text, void *dst)
{
    if (!arena) arena = arena_new(0);
    ck_assert_ptr_nonnull(arena);
    err = (struct err){ 0 };
    return record_parse(r, text, strlen(text), dst, arena, &err);
}

static void refused(const struct record *r, const char *text, const char *at)
{
    union { struct plan_request plan; struct plan_patch patch; char room[1024]; } dst;
    memset(&dst, 0, sizeof dst);
    ck_assert_uint_le(r->size, sizeof dst);
    ck_assert_msg(parse(r, text, &dst) == ERR_INVALID, "%s: %s", text, err.msg);
    ck_assert_str_eq(err.at, at);
}

START_TEST(a_whole_plan_request)
{
    struct plan_request r = { 0 };
    const char *text =
        "{\"ticket\":{\"title\":\"Rate limits\",\"body\":\"# b\",\"url\":\"https://x/1\",\"key\":\"acme/api#12\","
        "\"labels\":[\"api\"]},\"repositories\":[{\"name\":\"api\",\"ref\":\"main\"},{\"name\":\"web\"}],"
        "\"links\":[\"https://x\"],\"files\":[{\"path\":\"docs/r.md\",\"content\":\"\"}],\"mentions\":[\"src/a.c\"],"
        "\"constraints\":\"c\",\"timeline\":\"t\",\"resources\":\"r\",\"mode\":\"auto\",\"size\":\"small\","
        "\"budget\":{\"usd\":2.5,\"tokens\":400000},\"project\":\"default\",\"if_exists\":\"return\"}";
    ck_assert_msg(parse(&plan_request_record, text, &r) == ERR_OK, "%s %s", err.at, err.msg);
    ck_assert_str_eq(r.ticket->key, "acme/api#12");
    ck_assert_uint_eq(r.repositories.n, 2);
    ck_assert_ptr_null(r.repositories.v[1].ref);
    ck_assert_str_eq(r.files.v[0].content, "");
    ck_assert_int_eq(r.mode, MODE_AUTO);
    ck_assert_int_eq(r.size, SIZE_SMALL);
    ck_assert_int_eq(r.budget->usd, 2500000);
    ck_assert_int_eq(r.budget->tokens, 400000);
    ck_assert_int_eq(r.if_exists, 1);
    ck_assert_int_eq(plan_request_check(&r, &err), ERR_OK);
}
END_TEST

START_TEST(an_empty_plan_request)
{
    struct plan_request r = { 0 };
    ck_assert_int_eq(parse(&plan_request_record, "{}", &r), ERR_OK);
    ck_assert_ptr_null(r.ticket);
    ck_assert_int_eq(r.mode, MODE_INTERACTIVE);
    ck_assert_int_eq(r.if_exists, 0);
    ck_assert_int_eq(plan_request_check(&r, &err), ERR_OK);
}
END_TEST

START_TEST(refusals_point_at_the_field)
{
    refused(&plan_request_record, "{\"ticket\":{}}", "/ticket/title");
    refused(&plan_request_record, "{\"ticket\":{\"title\":\" \\n\"}}", "/ticket/title");
    refused(&plan_request_record, "{\"mode\":\"manual\"}", "/mode");
    refused(&plan_request_record, "{\"size\":\"huge\"}", "/size");
    refused(&plan_request_record, "{\"if_exists\":\"maybe\"}", "/if_exists");
    refused(&plan_request_record, "{\"repositories\":[{\"ref\":\"main\"}]}", "/repositories/0/name");
    refused(&plan_request_record, "{\"budget\":{\"tokens\":-1}}", "/budget/tokens");
    refused(&plan_request_record, "{\"links\":[\"\"]}", "/links/0");
    refused(&plan_request_record, "{\"unknown\":1}", "/unknown");
    refused(&ticket_request_record, "{}", "/ticket");
    refused(&answers_request_record, "{\"answers\":[{\"question\":\"Q1\"}]}", "/answers/0/answer");
    refused(&refine_request_record, "{\"instruction\":\"\"}", "/instruction");
    refused(&refine_request_record, "{\"instruction\":\"x\",\"base_revision\":-1}", "/base_revision");
    refused(&progress_request_record, "{\"phase\":\"P1\"}", "/status");
    refused(&progress_request_record, "{\"phase\":\"P1\",\"status\":\"doing\"}", "/status");
}
END_TEST

START_TEST(checks_beyond_the_tables)
{
    static const struct { const char *text, *at; } bad[] = {
        { "{\"repository\":\"a\",\"repositories\":[{\"name\":\"b\"}]}", "/repository" },
        { "{\"repositories\":[{\"name\":\"a\"},{\"name\":\"b\",\"alias\":\"a\"}]}", "/repositories/1/alias" },
        { "{\"repositories\":[{\"name\":\"a\",\"alias\":\"x/y\"}]}", "/repositories/0/alias" },
        { "{\"files\":[{\"path\":\"/etc/passwd\",\"content\":\"\"}]}", "/files/0/path" },
        { "{\"files\":[{\"path\":\"a/../b\",\"content\":\"\"}]}", "/files/0/path" },
        { "{\"files\":[{\"path\":\"a/\",\"content\":\"\"}]}", "/files/0/path" },
        { "{\"files\":[{\"path\":\"a\",\"content\":\"\"},{\"path\":\"a\",\"content\":\"\"}]}", "/files/1/path" },
    };
    for (size_t i = 0; i < countof(bad); i++) {
        struct plan_request r = { 0 };
        ck_assert_int_eq(parse(&plan_request_record, bad[i].text, &r), ERR_OK);
        ck_assert_msg(plan_request_check(&r, &err) == ERR_INVALID, "%s", bad[i].text);
        ck_assert_str_eq(err.at, bad[i].at);
    }
}
END_TEST

START_TEST(answers_and_choices)
{
    struct answers_request a = { 0 };
    struct choice_request c = { .option = "A" };
    ck_assert_int_eq(answers_request_check(&a, &err), ERR_INVALID);
    a.accept_defaults = true;
    ck_assert_int_eq(answers_request_check(&a, &err), ERR_OK);
    a = (struct answers_request){ 0 };
    const char *twice =
        "{\"answers\":[{\"question\":\"Q1\",\"answer\":\"a\"},{\"question\":\"Q1\",\"answer\":\"b\"}]}";
    ck_assert_int_eq(parse(&answers_request_record, twice, &a), ERR_OK);
    ck_assert_int_eq(answers_request_check(&a, &err), ERR_INVALID);
    ck_assert_str_eq(err.at, "/answers/1/question");
    ck_assert_int_eq(choice_request_check(&c, &err), ERR_OK);
    c.more = "other";
    ck_assert_int_eq(choice_request_check(&c, &err), ERR_INVALID);
    c = (struct choice_request){ .own = "mine" };
    ck_assert_int_eq(choice_request_check(&c, &err), ERR_INVALID);
    ck_assert_str_eq(err.at, "/reason");
    c.reason = "because";
    ck_assert_int_eq(choice_request_check(&c, &err), ERR_OK);
    c = (struct choice_request){ 0 };
    ck_assert_int_eq(choice_request_check(&c, &err), ERR_INVALID);
}
END_TEST

START_TEST(a_patch_tells_no_labels_from_unchanged_ones)
{
    static const struct { const char *text; bool has; size_t n; int mode; } rows[] = {
        { "{}", false, 0, -1 },
        { "{\"labels\":null}", false, 0, -1 },
        { "{\"labels\":[]}", true, 0, -1 },
        { "{\"labels\":[\"a\",\"b\"],\"mode\":\"interactive\"}", true, 2, MODE_INTERACTIVE },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        struct plan_patch p;
        plan_patch_init(&p);
        ck_assert_int_eq(parse(&plan_patch_record, rows[i].text, &p), ERR_OK);
        ck_assert_int_eq(plan_patch_has_labels(&p), rows[i].has);
        ck_assert_uint_eq(p.labels.n, rows[i].n);
        ck_assert_int_eq(p.mode, rows[i].mode);
    }
}
END_TEST

UNIT_MAIN("plan_request", { a_whole_plan_request, an_empty_plan_request, refusals_point_at_the_field,
                            checks_beyond_the_tables, answers_and_choices,
                            a_patch_tells_no_labels_from_unchanged_ones })
