/* Which files a ticket is about, and which files its text names. */
#include "unit/check_main.h"
#include "unit/survey_fixture.h"

#include "survey/query.h"

static size_t rank_of(const struct relevance *r, const char *path)
{
    for (size_t i = 0; i < r->files.n; i++)
        if (strcmp(r->files.v[i].path, path) == 0) return i;
    return SIZE_MAX;
}

static void rank(struct surveyed *d, const struct relevance_query *q, struct relevance *ret)
{
    struct err e = {0};
    OK(survey_relevant(d->tree, &d->survey, q, d->arena, ret, &e));
}

START_TEST(words_of_the_ticket_find_files)
{
    struct surveyed d;
    struct relevance r;
    survey_codebase(&d, "node-web");
    rank(&d,
         &(struct relevance_query){.title = "Loans overdue by a week send a reminder",
                                   .text = "When due_at has passed, mail the borrower."},
         &r);
    ck_assert_uint_lt(rank_of(&r, "src/routes/loans.js"), 3);
    ck_assert_uint_lt(rank_of(&r, "src/services/due.js"), 4);
    ck_assert_ptr_nonnull(strstr(r.files.v[rank_of(&r, "src/routes/loans.js")].why, "loan"));
    ck_assert_int_gt((int)r.files.v[0].line, 0);
    ck_assert_uint_eq(rank_of(&r, "client/BookList.jsx"), SIZE_MAX);
    ck_assert(!r.partial);
    surveyed_close(&d);
}
END_TEST

START_TEST(mentions_come_first_and_bring_their_tests)
{
    struct surveyed d;
    struct relevance r;
    static const char *const named[] = {"services/tracking.py", "parcels/nope.py", "tracking.py"};
    survey_codebase(&d, "python-api");
    rank(&d,
         &(struct relevance_query){
             .title = "x", .text = "see `parcels/errors.py:8`.", .mentions = {(const char **)named, 3}},
         &r);
    ck_assert_str_eq(r.files.v[0].path, "parcels/services/tracking.py");
    ck_assert(r.files.v[0].mentioned && r.files.v[1].mentioned);
    ck_assert_str_eq(r.files.v[1].path, "parcels/errors.py");
    ck_assert_int_eq((int)r.files.v[1].line, 8);
    ck_assert_uint_eq(r.missing.n, 1);
    ck_assert_str_eq(r.missing.v[0], "parcels/nope.py");
    ck_assert_str_eq(r.files.v[2].path, "tests/test_tracking.py");
    ck_assert_ptr_nonnull(strstr(r.files.v[2].why, "tests parcels/services/tracking.py"));
    surveyed_close(&d);
}
END_TEST

START_TEST(schema_changes_bring_the_newest_migration)
{
    struct surveyed d;
    struct relevance r;
    survey_codebase(&d, "go-cli");
    rank(&d, &(struct relevance_query){.title = "Store a billing rate", .text = "New column in the database."}, &r);
    ck_assert_uint_lt(rank_of(&r, "migrations/000002_add_note.up.sql"), 5);
    rank(&d, &(struct relevance_query){.title = "Zebra", .text = NULL}, &r);
    ck_assert_uint_eq(r.files.n, 0);
    ck_assert_str_eq(r.words.v[0], "zebra");
    surveyed_close(&d);
}
END_TEST

START_TEST(limits_and_repeats)
{
    struct surveyed d;
    struct relevance one, two, few;
    struct relevance_query q = {.title = "parcels tracking customers", .limit = 4};
    struct err e = {0};
    auto_buf a = BUF_INIT(BUF_MAX_DEFAULT);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    survey_codebase(&d, "python-api");
    rank(&d, &q, &one);
    rank(&d, &q, &two);
    ck_assert_uint_eq(one.files.n, 4);
    record_encode(&relevance_record, &one, &a);
    record_encode(&relevance_record, &two, &b);
    ck_assert_str_eq(buf_cstr(&a), buf_cstr(&b));
    OK(buf_check(&a, &e));
    q.max_bytes = 500;
    rank(&d, &q, &few);
    ck_assert(few.partial && few.files.n == 4);
    surveyed_close(&d);
}
END_TEST

START_TEST(paths_in_prose_are_found)
{
    struct surveyed d;
    struct path_mentions m;
    struct err e = {0};
    survey_codebase(&d, "node-web");
    OK(survey_mentions(d.tree,
                       "In src/errors.js:9-14 and (`./src/db.js`), see due.js. Also server.js#L12, test/nope.js, "
                       "/etc/passwd, ../src/db.js, "
                       "https://x.example/src/errors.js and src/errors.js. Not e.g. this; nor 1.2, nor src/routes/.",
                       d.arena, &m, &e));
    ck_assert_uint_eq(m.paths.n, 4);
    ck_assert_str_eq(m.paths.v[0].path, "src/errors.js");
    ck_assert_int_eq((int)m.paths.v[0].line, 9);
    ck_assert_str_eq(m.paths.v[1].path, "src/db.js");
    ck_assert_str_eq(m.paths.v[2].path, "src/services/due.js");
    ck_assert_str_eq(m.paths.v[3].path, "src/server.js");
    ck_assert_int_eq((int)m.paths.v[3].line, 12);
    OK(survey_mentions(d.tree, NULL, d.arena, &m, &e));
    ck_assert_uint_eq(m.paths.n, 0);
    surveyed_close(&d);
}
END_TEST

static const char *ranked(const struct scratch *s, const struct repo_location *at, const char *title, struct buf *ret)
{
    struct survey survey;
    struct relevance r;
    struct err e = {0};
    auto_tree t = NULL;
    auto_arena a = arena_new(0);
    memset(&survey, 0, sizeof survey);
    buf_clear(ret);
    if (s) OK(tree_open_commit(at, NULL, s->data, NULL, &t, &e));
    else OK(tree_open_git(at, NULL, NULL, &t, &e));
    OK(survey_relevant(t, &survey, &(struct relevance_query){.title = title}, a, &r, &e));
    record_encode(&relevance_record, &r, ret);
    OK(buf_check(ret, &e));
    return buf_cstr(ret);
}

/* Nothing in the files says "throttling": the message of an old commit does, and what changed with them. */
START_TEST(the_past_says_what_words_do_not)
{
    struct scratch s;
    struct repo_location at;
    char repo[PATH_MAX];
    const char *json;
    auto_buf pinned = BUF_INIT(1 << 20);
    auto_buf live = BUF_INIT(1 << 20);
    scratch_open(&s);
    make_repo(&s, "api", repo);
    put(repo, "src/bucket.c", "int bucket;\n");
    put(repo, "src/gate.c", "int gate;\n");
    git(repo, "add -A");
    git(repo, "commit -q -m \"Files\"");
    put(repo, "src/bucket.c", "int bucket = 2;\n");
    git(repo, "commit -qam \"Throttling of clients\"");
    put(repo, "src/bucket.c", "int bucket = 3;\n");
    put(repo, "src/gate.c", "int gate = 3;\n");
    git(repo, "commit -qam \"Numbers\"");
    put(repo, "src/other.c", "int other;\n");
    git(repo, "add -A");
    git(repo, "commit -qm \"Another\"");
    at = locate(&s, repo);
    json = ranked(&s, &at, "Throttle each client", &pinned);
    ck_assert_msg(strstr(json, "\"files\":[{\"path\":\"src/bucket.c\"") != NULL, "%s", json);
    ck_assert_ptr_nonnull(strstr(json, "changed for the like"));
    ck_assert_ptr_nonnull(strstr(json, "changes with src/bucket.c"));
    ck_assert_ptr_nonnull(strstr(json, "{\"path\":\"src/gate.c\""));
    ck_assert_str_eq(ranked(NULL, &at, "Throttle each client", &live), buf_cstr(&pinned));
    run("rm -rf %s", repo);
    scratch_close(&s);
}
END_TEST

START_TEST(terms_of_identifiers_and_outlines)
{
    static const char text[] = "# Title\nimport x\nclass Token(Base):\n    def expires_at(self):\n        return 1\n"
                               "int main(void)\n{\n    call(1);\n}\n";
    struct query q;
    struct err e = {0};
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(1000);
    OK(query_make("sendFile HTTPServer snake_case", NULL, a, &q, &e));
    ck_assert_uint_eq(q.n, 8); /* "http" is in every ticket */
    ck_assert_str_eq(q.v[0].word, "sendfile");
    survey_outline(text, 900, &b);
    ck_assert_str_eq(buf_cstr(&b),
                     "1: # Title\n3: class Token(Base):\n4:     def expires_at(self):\n6: int main(void)\n");
    buf_clear(&b);
    survey_outline(text, 100, &b);
    ck_assert_uint_eq(b.n, 0);
}
END_TEST

START_TEST(query_words_are_stems_without_the_common_ones)
{
    static const char *const wanted[] = {"token", "retr", "expiryd", "expir", "dat", "cach"};
    struct query q;
    struct err e = {0};
    auto_arena a = arena_new(0);
    OK(query_make("Tokens", "Please add retries when the token's expiryDate should be a new one, caching 1234 it.", a,
                  &q, &e));
    for (size_t i = 0; i < countof(wanted); i++) {
        bool found = false;
        for (size_t j = 0; j < q.n; j++) found |= strcmp(q.v[j].stem, wanted[i]) == 0;
        ck_assert_msg(found, "no '%s'", wanted[i]);
    }
    ck_assert_uint_eq(q.n, countof(wanted));
    ck_assert_str_eq(q.v[0].stem, "token");
    ck_assert_int_eq(q.v[0].weight, 4);
    OK(query_make(NULL, NULL, a, &q, &e));
    ck_assert_uint_eq(q.n, 0);
}
END_TEST

UNIT_MAIN("survey_relevance", {words_of_the_ticket_find_files, mentions_come_first_and_bring_their_tests,
                               schema_changes_bring_the_newest_migration, limits_and_repeats, paths_in_prose_are_found,
                               the_past_says_what_words_do_not, terms_of_identifiers_and_outlines,
                               query_words_are_stems_without_the_common_ones})
