/* Where a branch left the trunk: what was merged from there is not its own. */
#include "unit/check_main.h"
#include "unit/repo_fixture.h"

#include "pland/repo/branched.h"

static void id_of(const struct repo_location *at, const char *ref, char ret[41])
{
    struct err e = { 0 };
    auto_tree t = NULL;
    OK(tree_open_git(at, ref, NULL, &t, &e));
    (void)snprintf(ret, 41, "%s", tree_commit(t));
}

static void commit_on(const char *repo, const char *branch, const char *file)
{
    char line[200];
    (void)snprintf(line, sizeof line, "checkout -q -B %s", branch);
    if (strcmp(branch, "main") == 0) (void)snprintf(line, sizeof line, "checkout -q main");
    git(repo, line);
    put(repo, file, file);
    git(repo, "add -A");
    (void)snprintf(line, sizeof line, "commit -q -m %s", file);
    git(repo, line);
}

START_TEST(a_branch_begins_where_it_last_met_the_trunk)
{
    struct scratch s;
    struct err e = { 0 };
    char repo[PATH_MAX], base[41], tip[41], own[41], from[41];
    scratch_open(&s);
    make_repo(&s, "api", repo);
    struct repo_location at = locate(&s, repo);
    id_of(&at, "main", base);
    OK(repo_branched(&at, base, "main", base, from, &e)); /* nothing was done yet */
    ck_assert_str_eq(from, base);
    commit_on(repo, "feature", "own");
    id_of(&at, "feature", own);
    OK(repo_branched(&at, base, "main", own, from, &e));
    ck_assert_str_eq(from, base);
    commit_on(repo, "main", "others");
    id_of(&at, "main", tip);
    git(repo, "checkout -q feature");
    git(repo, "merge -q --no-edit main");
    id_of(&at, "feature", own);
    OK(repo_branched(&at, base, "main", own, from, &e));
    ck_assert_str_eq(from, tip);
    OK(repo_branched(&at, base, NULL, own, from, &e)); /* HEAD is the branch itself: main is found by its name */
    ck_assert_str_eq(from, tip);
    OK(repo_branched(&at, base, "nowhere", own, from, &e));
    ck_assert_str_eq(from, base);
    git(repo, "checkout -q main");
    git(repo, "merge -q --no-edit feature"); /* the trunk has all of it */
    OK(repo_branched(&at, base, "main", own, from, &e));
    ck_assert_str_eq(from, base);
    ck_assert(repo_branched(&at, base, "main", "no commit", from, &e) != ERR_OK);
    scratch_close(&s);
}
END_TEST

START_TEST(a_merge_begins_at_what_it_was_merged_into)
{
    struct scratch s;
    struct err e = { 0 };
    char repo[PATH_MAX], base[41], before[41], merge[41], from[41];
    scratch_open(&s);
    make_repo(&s, "api", repo);
    struct repo_location at = locate(&s, repo);
    id_of(&at, "main", base);
    commit_on(repo, "feature", "own");
    commit_on(repo, "main", "others");
    id_of(&at, "main", before);
    OK(repo_merged(&at, base, NULL, before, from, &e)); /* no merge, and nothing is said: all since the base */
    ck_assert_str_eq(from, base);
    git(repo, "merge -q --no-ff --no-edit feature");
    id_of(&at, "main", merge);
    OK(repo_merged(&at, base, base, merge, from, &e));
    ck_assert_str_eq(from, before);
    commit_on(repo, "main", "squashed");
    id_of(&at, "main", before);
    OK(repo_merged(&at, base, merge, before, from, &e));
    ck_assert_str_eq(from, merge);
    OK(repo_merged(&at, base, "0123456789012345678901234567890123456789", before, from, &e)); /* another history's */
    ck_assert_str_eq(from, base);
    ck_assert(repo_merged(&at, base, NULL, "no commit", from, &e) != ERR_OK);
    scratch_close(&s);
}
END_TEST

UNIT_MAIN("repo_branched", { a_branch_begins_where_it_last_met_the_trunk, a_merge_begins_at_what_it_was_merged_into })
