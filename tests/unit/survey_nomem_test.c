/* Any allocation may fail: an error comes back (libgit2 tries again), nothing crashes, nothing is left behind. */
#include "unit/check_main.h"
#include "unit/nth.h"
#include "unit/survey_fixture.h"

static enum err_kind survey_commit(const struct repo_location *at, struct err *e)
{
    struct survey s;
    struct relevance r;
    struct command_ref ref;
    auto_tree t = NULL;
    auto_arena a = arena_new(0);
    enum err_kind k = a ? tree_open_git(at, "main", NULL, &t, e) : err_nomem(e);
    if (k == ERR_OK) k = survey_run(t, a, &s, e);
    if (k == ERR_OK)
        k = survey_relevant(t, &s, &(struct relevance_query){ .title = "parcel status", .text = "see tracking.py" }, a,
                            &r, e);
    if (k == ERR_OK) (void)survey_command_known(&s, t, NULL, "CI=1 make test && pytest", a, &ref);
    return k == ERR_OK ? arena_check(a, e) : k;
}

START_TEST(surveying_survives_failing_allocations)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    char repo[PATH_MAX];
    long n = 0, failed = 0;
    NTH_SKIP();
    scratch_open(&s);
    path_of(repo, "%s/api", s.roots);
    run("cp -r %s/tests/codebases/python-api %s", SOURCE_DIR, repo);
    git(repo, "init -q -b main");
    git(repo, "add -A");
    git(repo, "commit -q -m first");
    at = locate(&s, repo);
    OK(survey_commit(&at, &e));
    for (bool hit = true; hit; n += 1 + n / 40) {
        enum err_kind k;
        nth_arm(n + 1);
        k = survey_commit(&at, &e);
        hit = nth_hit();
        nth_disarm();
        ck_assert_msg(hit || k == ERR_OK, "%ld: %s", n, e.msg);
        failed += k != ERR_OK;
    }
    ck_assert_int_gt(failed, 20);
    OK(survey_commit(&at, &e));
    scratch_close(&s);
}
END_TEST

/* Packing and unpacking are left out: libarchive reads through NULL when malloc fails. */
static enum err_kind pin_and_open(const struct scratch *s, const struct repo_location *at, struct err *e)
{
    auto_tree t = NULL;
    auto_tree again = NULL;
    auto_tree first = NULL;
    auto_tree second = NULL;
    const struct tree_uses none = { NULL, 0 };
    int64_t removed;
    enum err_kind k = tree_open_snapshot(at, s->data, NULL, &t, e);
    if (k == ERR_OK) k = tree_open_pinned(s->data, tree_id(t), &again, e);
    if (k == ERR_OK) k = tree_open_commit(at, "HEAD~1", s->data, NULL, &first, e);
    if (k == ERR_OK) k = tree_open_commit(at, NULL, s->data, NULL, &second, e); /* shares with the first */
    if (k == ERR_OK) k = tree_collect(s->data, &none, -1, &removed, e);
    return k;
}

START_TEST(pinning_survives_failing_allocations)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    char repo[PATH_MAX];
    long n = 0, failed = 0;
    NTH_SKIP();
    scratch_open(&s);
    make_repo(&s, "api", repo);
    put(repo, "README.md", "# other\n");
    git(repo, "commit -qam second");
    at = locate(&s, repo);
    OK(pin_and_open(&s, &at, &e));
    for (bool hit = true; hit; n += 1 + n / 60) {
        enum err_kind k;
        nth_arm(n + 1);
        k = pin_and_open(&s, &at, &e);
        hit = nth_hit();
        nth_disarm();
        ck_assert_msg(hit || k == ERR_OK, "%ld: %s", n, e.msg);
        failed += k != ERR_OK;
        run("test -z \"$(find %s/trees -name '.tmp*')\"", s.data);
    }
    ck_assert_int_gt(failed, 10);
    OK(pin_and_open(&s, &at, &e));
    scratch_close(&s);
}
END_TEST

UNIT_MAIN("survey_nomem", { surveying_survives_failing_allocations, pinning_survives_failing_allocations })
