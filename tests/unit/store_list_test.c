/* The contract of lists of plans: every filter alone, together, and with texts that try to be more. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include "pland/store/repositories.h"

static const struct plan_filter any = { .state = -1, .activity = -1, .stale = -1, .limit = 100 };

/* Four plans: 1 and 2 in project 1, 3 in project 2, 4 ended. */
static void put_four(struct fixture *fp)
{
    static const struct { int64_t project; int state; const char *title, *labels, *key, *url; bool stale; } rows[] = {
        { 1, PLAN_RESEARCHING, "Add rate limits to the API", "[\"api\",\"p1\"]", "acme/api#1", NULL, false },
        { 1, PLAN_AWAITING_APPROVAL, "100% coverage_x", "[\"web\"]", NULL, "https://t/2", true },
        { 2, PLAN_DRAFTING, "Rate cards", NULL, "acme/api#3", NULL, false },
        { 1, PLAN_COMPLETED, "Old \\ work", "[\"say \\\"hi\\\"\"]", NULL, NULL, false },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        struct plan_row p = fixture_plan(fp, (int64_t)i + 1);
        p.project = rows[i].project, p.state = rows[i].state, p.title = rows[i].title, p.labels = rows[i].labels;
        p.ticket_key = rows[i].key, p.ticket_url = rows[i].url, p.stale = rows[i].stale;
        p.owner = (int64_t)i + 1;
        p.updated_at = 1000 * ((int64_t)i + 1);
        ck_assert_int_eq(store_plan_insert(fp->tx, &p, &fp->e), ERR_OK);
    }
}

/* The last characters of the ids found, newest first: "31" */
static const char *found(struct fixture *fp, struct plan_filter filter)
{
    struct plan_list list;
    static _Thread_local char digits[16];
    enum err_kind k = store_plan_list(fp->tx, &filter, fp->arena, &list, &fp->e);
    ck_assert_msg(k == ERR_OK, "%s", fp->e.msg);
    ck_assert_uint_lt(list.n, sizeof digits);
    for (size_t i = 0; i < list.n; i++) digits[i] = list.v[i].id[strlen(list.v[i].id) - 1];
    digits[list.n] = '\0';
    return digits;
}
#define FOUND(expected, ...) \
    do { \
        struct plan_filter filter_ = any; \
        __VA_ARGS__; \
        ck_assert_str_eq(found(&f, filter_), expected); \
    } while (0)

START_TEST(every_filter_alone)
{
    struct fixture f;
    fixture_open(&f);
    fixture_begin(&f);
    FOUND("", (void)0);
    put_four(&f);
    FOUND("4321", (void)0);
    FOUND("421", filter_.project = 1);
    FOUND("2", filter_.state = PLAN_AWAITING_APPROVAL);
    FOUND("31", filter_.activity = ACTIVITY_WORKING);
    FOUND("2", filter_.activity = ACTIVITY_WAITING);
    FOUND("4", filter_.activity = ACTIVITY_ENDED);
    FOUND("3", filter_.owner = 3);
    FOUND("1", filter_.ticket = "acme/api#1");
    FOUND("2", filter_.ticket = "https://t/2");
    FOUND("2", filter_.stale = 1);
    FOUND("431", filter_.stale = 0);
    FOUND("43", filter_.updated_since = 3000);
    FOUND("21", filter_.before = 3);
    FOUND("43", filter_.limit = 2);
    FOUND("4", filter_.limit = 0);
    fixture_close(&f);
}
END_TEST

START_TEST(words_are_found_whatever_their_case_and_are_no_patterns)
{
    struct fixture f;
    fixture_open(&f);
    fixture_begin(&f);
    put_four(&f);
    FOUND("31", filter_.q = "RATE");
    FOUND("1", filter_.q = "limits rate");
    FOUND("31", filter_.q = " ACME/api ");
    FOUND("2", filter_.q = "100%");
    FOUND("2", filter_.q = "%");
    FOUND("2", filter_.q = "_");
    FOUND("4", filter_.q = "\\");
    FOUND("", filter_.q = "' OR 1=1 --");
    FOUND("4321", filter_.q = "  ");
    fixture_close(&f);
}
END_TEST

START_TEST(a_label_is_found_whole)
{
    struct fixture f;
    fixture_open(&f);
    fixture_begin(&f);
    put_four(&f);
    FOUND("1", filter_.label = "api");
    FOUND("", filter_.label = "ap");
    FOUND("", filter_.label = "API");
    FOUND("4", filter_.label = "say \"hi\"");
    FOUND("", filter_.label = "\",\"");
    fixture_close(&f);
}
END_TEST

START_TEST(filters_come_together_and_by_codebase)
{
    struct fixture f;
    struct repository_row r = { .id = "repo_1", .name = "api", .project = 1, .path = "/srv/api" };
    struct plan_base b = { .alias = "api", .ref = "main" };
    struct plan_base_list list;
    fixture_open(&f);
    fixture_begin(&f);
    put_four(&f);
    OK(store_repository_insert(f.tx, &r, &f.e));
    b.repository = r.n;
    OK(store_base_put(f.tx, 2, 0, &b, &f.e));
    FOUND("2", filter_.repository = "api");
    FOUND("2", filter_.repository = "repo_1");
    FOUND("", filter_.repository = "other");
    FOUND("2", filter_ = (struct plan_filter){ .project = 1,
                                               .state = PLAN_AWAITING_APPROVAL,
                                               .activity = ACTIVITY_WAITING,
                                               .owner = 2,
                                               .ticket = "https://t/2",
                                               .q = "coverage 100 %",
                                               .label = "web",
                                               .repository = "api",
                                               .stale = 1,
                                               .updated_since = 1,
                                               .before = 9,
                                               .limit = 5 });
    b.commit = "c0ffee", b.tree = "7ree";
    OK(store_base_put(f.tx, 2, 0, &b, &f.e));
    OK(store_base_put(f.tx, 2, 1, &b, &f.e));
    OK(store_base_list(f.tx, 2, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 2);
    ck_assert_str_eq(list.v[0].name, "api");
    ck_assert_str_eq(list.v[0].repository_id, "repo_1");
    ck_assert_str_eq(list.v[0].commit, "c0ffee");
    ck_assert_str_eq(list.v[0].tree, "7ree");
    FAILS(ERR_CONFLICT, store_repository_delete(f.tx, r.n, &f.e));
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("store_list", {
    every_filter_alone, words_are_found_whatever_their_case_and_are_no_patterns, a_label_is_found_whole,
    filters_come_together_and_by_codebase,
})
