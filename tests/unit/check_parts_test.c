/* Parts of the checks by themselves: braces, globs, the closest name, a repository's settings, phases that are done, what is
 * looked at again after the code has moved, the forms a plan may have. */
#include "unit/check_fixture.h"
#include "unit/check_main.h"

#include "check/inner.h"

START_TEST(test_braces)
{
    static const struct { const char *text, *parts; } rows[] = {
        { "a{b,c}d", "abd acd " }, { "{a,b}/{c,d}.x", "a/c.x a/d.x b/c.x b/d.x " }, { "a{b,{c,d}}e", "abe ace ade " },
        { "a{,s}.c", "a.c as.c " }, { "a{b}c", NULL }, { "a{b,c", NULL }, { "abc", NULL }, { "${HOME,}", "$HOME $ " },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        struct arena *a = arena_new(0);
        auto_buf b = BUF_INIT(1000);
        path_list l;
        ck_assert_msg(braces_expand(rows[i].text, strlen(rows[i].text), a, &l) == (rows[i].parts != NULL), "%s", rows[i].text);
        for (size_t k = 0; rows[i].parts && k < l.n; k++) buf_fmt(&b, "%s ", l.v[k]);
        if (rows[i].parts) ck_assert_str_eq(buf_cstr(&b), rows[i].parts);
        arena_free(a);
    }
}
END_TEST

START_TEST(test_globs)
{
    static const struct { const char *pattern, *path; bool match; } rows[] = {
        { "src/*.c", "src/a.c", true }, { "src/*.c", "src/b/a.c", false }, { "src/**/*.c", "src/a.c", true },
        { "src/**/*.c", "src/b/c/a.c", true }, { "src/**", "src/b/c", true }, { "**/a.c", "a.c", true }, { "**/a.c", "x/a.c", true },
        { "**/a.c", "x/ba.c", false }, { "src/?.c", "src/a.c", true }, { "src/?.c", "src/ab.c", false }, { "src/*", "src/b/c.c", true },
        { "a*b*c", "aXbYc", true }, { "a*b*c", "aXbY", false }, { "", "", true },
    };
    for (size_t i = 0; i < countof(rows); i++)
        ck_assert_msg(glob_match(rows[i].pattern, rows[i].path) == rows[i].match, "%s %s", rows[i].pattern, rows[i].path);
}
END_TEST

START_TEST(test_the_closest_name)
{
    static const struct { const char *wanted, *found; } rows[] = {
        { "lib/token.py", "src/auth/token.py" }, { "src/auth/tokne.py", "src/auth/token.py" }, { "src/auth/Token.py", "src/auth/token.py" },
        { "src/auth/tkn.py", "src/auth/token.py" }, { "test/test_app.py", "tests/test_app.py" }, { "src/completely_different.py", NULL },
        { "readme.md", "README.md" }, { "xoken.py", "src/auth/token.py" }, { "src/auth/tokens.py", "src/auth/token.py" }, { "a.py", NULL }, { "migrations/0002_user.sql", "migrations/0002_users.sql" },
    };
    struct fixture f;
    fixture_open(&f);
    struct near *x = near_new(f.tree, f.a);
    for (size_t i = 0; i < countof(rows); i++) {
        const char *found = near_closest(x, rows[i].wanted);
        ck_assert_msg(rows[i].found ? found && strcmp(found, rows[i].found) == 0 : !found || strcmp(rows[i].wanted, "a.py") == 0, "%s: %s", rows[i].wanted, found ? found : "nothing");
    }
    fixture_close(&f);
}
END_TEST

/* --- settings --------------------------------------------------------------------------------------------------------- */
static void settings(struct fixture *f, const char *text, struct check_settings *ret)
{
    struct err e = { 0 };
    OK(check_settings_read(text, strlen(text), f->a, ret, &e));
    f->in.settings = ret;
}

START_TEST(test_a_repository_tunes_the_rules)
{
    struct fixture f;
    struct check_settings s;
    fixture_open(&f);
    change(&f, "/phases/0/automated/0/command", "\"bazel test //...\"");
    change(&f, "/phases/2/steps/0/text", "\"It says `src/nope.py`. Then `terraform apply -auto-approve`.\"");
    run_check(&f);
    ck_assert(finding_of(&f.r, "command-known") && finding_of(&f.r, "text-path"));
    settings(&f, "checks:\n  rules:\n    text-path: off\n    phase-manual: advice\n  commands: [\"bazel test\"]\n  forbidden: [terraform apply]\n", &s);
    ck_assert_uint_eq(s.wrong.n, 0);
    run_check(&f);
    ck_assert(!finding_of(&f.r, "command-known") && !finding_of(&f.r, "text-path"));
    ck_assert_str_eq(finding_of(&f.r, "command-forbidden")->anchor, "ph3.s1");
    settings(&f, "checks:\n  system: [bazel]\n", &s);
    run_check(&f);
    ck_assert(!finding_of(&f.r, "command-known"));
    fixture_close(&f);
}
END_TEST

START_TEST(test_what_is_not_understood_is_said_and_changes_nothing)
{
    static const struct { const char *text; size_t wrong; } rows[] = {
        { "checks:\n  rules: {no-such-rule: off}\n", 1 }, { "checks:\n  rules: {text-path: loud}\n", 1 }, { "checks:\n  colour: red\n", 1 },
        { "checks: [\n", 1 }, { "checks:\n  commands: make\n", 1 }, { "checks:\n  forbidden: [[a]]\n", 1 }, { "other: 1\n", 0 }, { "", 0 }, { "checks:\n", 0 },
        { "\x01\x02", 1 },
    };
    struct fixture f;
    fixture_open(&f);
    for (size_t i = 0; i < countof(rows); i++) {
        struct check_settings s;
        settings(&f, rows[i].text, &s);
        ck_assert_msg(s.wrong.n == rows[i].wrong, "%s: %zu", rows[i].text, s.wrong.n);
        run_check(&f);
        ck_assert((finding_of(&f.r, "settings-known") != NULL) == (rows[i].wrong > 0));
    }
    fixture_close(&f);
}
END_TEST

/* --- done phases, moving code ------------------------------------------------------------------------------------------ */
/* The tree again, after changes on disk. */
static void reopen(struct fixture *f)
{
    char path[PATH_MAX];
    struct err e = { 0 };
    struct repo_location at;
    path_of(path, "%s/app", f->s.roots);
    at = locate(&f->s, path);
    tree_unref(f->tree);
    OK(tree_open_folder(&at, NULL, &f->tree, &e));
    f->codebases[0].tree = f->tree;
}

static void put_in(struct fixture *f, const char *name, const char *text)
{
    char path[PATH_MAX];
    path_of(path, "%s/app", f->s.roots);
    put(path, name, text);
}

START_TEST(test_what_a_done_phase_did_is_as_it_should_be)
{
    static const char *const done[] = { "ph1" };
    struct fixture f;
    fixture_open(&f);
    put_in(&f, "migrations/0003_tokens.sql", "CREATE TABLE tokens (id);\n");
    reopen(&f);
    run_check(&f);
    ck_assert_str_eq(finding_of(&f.r, "create-new")->evidence, "migrations/0003_tokens.sql");
    f.in.done.v = done;
    f.in.done.n = 1;
    run_check(&f);
    ck_assert_msg(f.r.verdict.failed == 0, "%s", all_findings(&f));
    fixture_close(&f);
}
END_TEST

static const struct check_move *move_of(const struct check_staleness *s, int fate)
{
    for (size_t i = 0; i < s->moves.n; i++)
        if (s->moves.v[i].fate == fate) return &s->moves.v[i];
    return NULL;
}

START_TEST(test_moved_changed_and_broken_are_told_apart)
{
    static const char *const done[] = { "ph2" };
    struct fixture f;
    struct err e = { 0 };
    struct check_result then;
    struct check_staleness s;
    fixture_open(&f);
    run_check(&f);
    then = f.r;
    ck_assert_uint_gt(then.refs.n, 5);
    OK(check_again(&f.d, &then, &f.in, f.a, &s, &e));
    ck_assert_msg(!s.broken && s.sections.n == 0 && s.moves.n == 0, "%zu sections", s.sections.n);

    put_in(&f, "src/auth/token.py", "\n\na = 1\nb  =  2\n c = 3\n"); /* line 3 is line 5 */
    reopen(&f);
    OK(check_again(&f.d, &then, &f.in, f.a, &s, &e));
    ck_assert_msg(!s.broken && move_of(&s, CHECK_MOVED), "%zu moves", s.moves.n);
    ck_assert(move_of(&s, CHECK_MOVED)->line == 3 && move_of(&s, CHECK_MOVED)->to == 5);
    ck_assert_str_eq(move_of(&s, CHECK_MOVED)->section, "ph2");

    put_in(&f, "src/auth/token.py", "a = 1\nb = 2\nc = 4\n");
    reopen(&f);
    OK(check_again(&f.d, &then, &f.in, f.a, &s, &e));
    ck_assert(!s.broken && move_of(&s, CHECK_CHANGED) && !move_of(&s, CHECK_MOVED));

    put_in(&f, "src/auth/refresh.py", "x\n"); /* somebody else has made what ph2 creates */
    reopen(&f);
    OK(check_again(&f.d, &then, &f.in, f.a, &s, &e));
    ck_assert(s.broken && strcmp(move_of(&s, CHECK_BROKEN)->path, "src/auth/refresh.py") == 0 && move_of(&s, CHECK_BROKEN)->finding);
    f.in.done.v = done; /* or ph2 itself */
    f.in.done.n = 1;
    OK(check_again(&f.d, &then, &f.in, f.a, &s, &e));
    ck_assert(!s.broken);
    fixture_close(&f);
}
END_TEST

/* --- forms ------------------------------------------------------------------------------------------------------------- */
START_TEST(test_forms_of_a_plan)
{
    struct fixture f;
    struct err e = { 0 };
    struct check_result r = { .verdict = { 0 } };
    check_commands commands;
    auto_buf md = BUF_INIT(BUF_MAX_DEFAULT), wrapped = BUF_INIT(BUF_MAX_DEFAULT);
    fixture_open(&f);
    change(&f, "/phases/1/steps/0/files/1/path", "\"src/auth/tokne.py\"");
    run_check(&f);
    char *json = json_dumps(f.plan, 0);
    OK(check_text(json, strlen(json), CHECK_AUTO, &f.in, f.a, &r, &e));
    ck_assert_int_eq(r.verdict.failed, f.r.verdict.failed);
    buf_fmt(&wrapped, "{\"revision\":1,\"document\":%s}", json);
    OK(check_text(wrapped.p, wrapped.n, CHECK_AUTO, &f.in, f.a, &r, &e));
    ck_assert_int_eq(r.verdict.failed, f.r.verdict.failed);
    OK(document_validate(&f.d, f.a, &e));
    document_markdown(&f.d, NULL, &md);
    OK(check_text(md.p, md.n, CHECK_AUTO, &f.in, f.a, &r, &e));
    ck_assert_int_eq(r.verdict.failed, f.r.verdict.failed);
    ck_assert_int_gt(finding_of(&r, "path-exists")->line, 10);
    OK(check_commands_of(md.p, md.n, CHECK_AUTO, f.a, &commands, &e));
    ck_assert_uint_eq(commands.n, 5);
    ck_assert_int_eq(check_text("{\"header\":", 10, CHECK_AUTO, &f.in, f.a, &r, &e), ERR_SYNTAX);
    ck_assert_int_eq(check_text("a\0b", 3, CHECK_AUTO, &f.in, f.a, &r, &e), ERR_INVALID);
    OK(check_text("", 0, CHECK_AUTO, &f.in, f.a, &r, &e));
    free(json);
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("check parts", { test_braces, test_globs, test_the_closest_name, test_a_repository_tunes_the_rules,
                           test_what_is_not_understood_is_said_and_changes_nothing, test_what_a_done_phase_did_is_as_it_should_be,
                           test_moved_changed_and_broken_are_told_apart, test_forms_of_a_plan })
