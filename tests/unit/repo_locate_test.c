/* Roots and locating: what is allowed works whoever owns it, and everything that leads outside is refused by name. */
#include "unit/check_main.h"
#include "unit/repo_fixture.h"

/* Locates `path` and expects a refusal whose message holds `part`. */
static void expect_refused(const struct scratch *s, const char *path, enum err_kind kind, const char *part)
{
    struct err e = { 0 };
    struct repo_location at;
    auto_roots roots = NULL;
    OK(repo_roots_new(s->roots, &roots, &e));
    REFUSED(kind, repo_locate(roots, path, &at, &e), part);
}

START_TEST(roots_are_compared_by_component)
{
    struct scratch s;
    struct err e = { 0 };
    char list[PATH_MAX], sibling[PATH_MAX], below[PATH_MAX];
    auto_roots roots = NULL;
    auto_roots none = NULL;
    auto_roots all = NULL;
    scratch_open(&s);
    path_of(list, "%s::%s", s.roots, s.data);
    OK(repo_roots_new(list, &roots, &e));
    ck_assert_uint_eq(repo_roots_count(roots), 2);
    ck_assert_str_eq(repo_roots_at(roots, 1), s.data);
    ck_assert_ptr_null(repo_roots_at(roots, 2));
    path_of(sibling, "%s-other", s.roots);
    path_of(below, "%s/x", s.roots);
    ck_assert(repo_roots_hold(roots, s.roots));
    ck_assert(repo_roots_hold(roots, below));
    ck_assert(!repo_roots_hold(roots, sibling));
    ck_assert(!repo_roots_hold(roots, s.top));
    OK(repo_roots_new("", &none, &e));
    ck_assert(!repo_roots_hold(none, "/"));
    OK(repo_roots_new("/", &all, &e));
    ck_assert(repo_roots_hold(all, s.outside) && repo_roots_hold(all, "/"));
    scratch_close(&s);
}
END_TEST

START_TEST(roots_must_be_existing_absolute_folders)
{
    struct err e = { 0 };
    struct repo_roots *r = NULL;
    REFUSED(ERR_INVALID, repo_roots_new("relative", &r, &e), "not an absolute path");
    REFUSED(ERR_INVALID, repo_roots_new("/nonexistent-folder", &r, &e), "/nonexistent-folder");
    REFUSED(ERR_INVALID, repo_roots_new("/etc/passwd", &r, &e), "not a folder");
    ck_assert_ptr_null(r);
}
END_TEST

START_TEST(finds_out_what_a_path_is)
{
    struct scratch s;
    char repo[PATH_MAX], path[PATH_MAX];
    struct repo_location at;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    at = locate(&s, repo);
    ck_assert(at.git && !at.bare);
    ck_assert_str_eq(at.worktree, repo);
    path_of(path, "%s/.git", repo);
    ck_assert_str_eq(at.gitdir, path);
    path_of(path, "%s/src/../src", repo);
    at = locate(&s, path);
    ck_assert(!at.git && at.gitdir[0] == '\0' && at.worktree[0] == '\0');
    git(s.roots, "clone -q --bare api api.git");
    path_of(path, "%s/api.git", s.roots);
    at = locate(&s, path);
    ck_assert(at.git && at.bare && at.worktree[0] == '\0');
    scratch_close(&s);
}
END_TEST

START_TEST(refuses_what_is_not_there_or_no_folder)
{
    struct scratch s;
    char path[PATH_MAX];
    scratch_open(&s);
    put(s.roots, "file", "x");
    path_of(path, "%s/file", s.roots);
    expect_refused(&s, path, ERR_INVALID, "is not a folder");
    path_of(path, "%s/absent", s.roots);
    expect_refused(&s, path, ERR_NOT_FOUND, "absent");
    expect_refused(&s, "", ERR_INVALID, "empty");
    put(s.roots, "broken/.git/HEAD", "ref: refs/heads/main\n");
    path_of(path, "%s/broken", s.roots);
    expect_refused(&s, path, ERR_INVALID, "not a repository");
    put(s.roots, "odd/.git", "something else\n");
    path_of(path, "%s/odd", s.roots);
    expect_refused(&s, path, ERR_INVALID, "git did not write");
    scratch_close(&s);
}
END_TEST

START_TEST(refuses_paths_outside_the_roots)
{
    struct scratch s;
    char path[PATH_MAX];
    scratch_open(&s);
    expect_refused(&s, s.outside, ERR_FORBIDDEN, "outside the allowed folders (setting: roots)");
    path_of(path, "%s/../outside", s.roots);
    expect_refused(&s, path, ERR_FORBIDDEN, "outside");
    run("ln -s %s %s/link", s.outside, s.roots);
    path_of(path, "%s/link", s.roots);
    expect_refused(&s, path, ERR_FORBIDDEN, "link");
    run("mkdir %s-other", s.roots);
    path_of(path, "%s-other", s.roots);
    expect_refused(&s, path, ERR_FORBIDDEN, "-other");
    scratch_close(&s);
}
END_TEST

/* A secret repository outside, and six ways of pointing at it from below the roots. */
START_TEST(refuses_git_files_that_lead_outside)
{
    struct scratch s;
    char repo[PATH_MAX], path[PATH_MAX];
    scratch_open(&s);
    make_repo(&s, "secret", repo);
    run("mv %s %s/secret", repo, s.outside);
    run("mkdir %s/a %s/b", s.roots, s.roots);
    run("echo 'gitdir: %s/secret/.git' > %s/a/.git", s.outside, s.roots);
    path_of(path, "%s/a", s.roots);
    expect_refused(&s, path, ERR_FORBIDDEN, ".git file");
    run("echo 'gitdir: ../../outside/secret/.git' > %s/a/.git", s.roots);
    expect_refused(&s, path, ERR_FORBIDDEN, ".git file");
    run("ln -s %s/secret/.git %s/b/.git", s.outside, s.roots);
    path_of(path, "%s/b", s.roots);
    expect_refused(&s, path, ERR_FORBIDDEN, "b/.git");
    scratch_close(&s);
}
END_TEST

START_TEST(refuses_commondir_alternates_and_links_that_lead_outside)
{
    struct scratch s;
    char repo[PATH_MAX], secret[PATH_MAX];
    scratch_open(&s);
    make_repo(&s, "secret", secret);
    run("mv %s %s/secret", secret, s.outside);
    make_repo(&s, "api", repo);
    run("echo %s/secret/.git > %s/.git/commondir", s.outside, repo);
    expect_refused(&s, repo, ERR_FORBIDDEN, "commondir");
    run("rm %s/.git/commondir; echo %s/secret/.git/objects > %s/.git/objects/info/alternates", repo, s.outside, repo);
    expect_refused(&s, repo, ERR_FORBIDDEN, "alternates");
    run("echo objects/x > %s/.git/objects/info/alternates", repo);
    expect_refused(&s, repo, ERR_INVALID, "neither absolute nor relative");
    run("rm %s/.git/objects/info/alternates; mv %s/.git/objects %s/objects; ln -s %s/objects %s/.git/objects", repo,
        repo, s.outside, s.outside, repo);
    expect_refused(&s, repo, ERR_FORBIDDEN, "symbolic link");
    run("rm %s/.git/objects; mv %s/objects %s/.git/objects; rm -r %s/.git/refs/heads; ln -s %s/secret/.git/refs/heads "
        "%s/.git/refs/heads",
        repo, s.outside, repo, repo, s.outside, repo);
    expect_refused(&s, repo, ERR_FORBIDDEN, "refs/heads");
    scratch_close(&s);
}
END_TEST

/* An alternate below the roots may itself point outside. */
START_TEST(follows_alternates_of_alternates)
{
    struct scratch s;
    char repo[PATH_MAX], middle[PATH_MAX];
    struct repo_location at;
    struct err e = { 0 };
    auto_tree t = NULL;
    scratch_open(&s);
    make_repo(&s, "middle", middle);
    git(s.roots, "clone -q --shared middle api");
    path_of(repo, "%s/api", s.roots);
    at = locate(&s, repo);
    OK(tree_open_git(&at, NULL, NULL, &t, &e));
    ck_assert_uint_eq(tree_files(t).n, 2);
    run("echo %s > %s/.git/objects/info/alternates", s.outside, middle);
    expect_refused(&s, repo, ERR_FORBIDDEN, "middle/.git/objects/info/alternates");
    scratch_close(&s);
}
END_TEST

START_TEST(linked_worktrees_and_submodules_work_below_the_roots)
{
    struct scratch s;
    char repo[PATH_MAX], path[PATH_MAX];
    struct repo_location at;
    struct err e = { 0 };
    auto_tree t = NULL;
    auto_tree sub = NULL;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    git(repo, "worktree add -q ../linked -b side");
    path_of(path, "%s/linked", s.roots);
    at = locate(&s, path);
    OK(tree_open_git(&at, "side", NULL, &t, &e));
    ck_assert_ptr_nonnull(tree_find(t, "src/main.c"));
    make_repo(&s, "lib", path);
    git(repo, "submodule add -q ../lib vendor/lib");
    path_of(path, "%s/vendor/lib", repo);
    at = locate(&s, path);
    OK(tree_open_worktree(&at, NULL, &sub, &e));
    ck_assert_uint_eq(tree_files(sub).n, 2);
    scratch_close(&s);
}
END_TEST

/* libgit2 alone refuses a repository of somebody else, and looks into HOME. */
START_TEST(another_owner_and_an_unreadable_home_work)
{
    struct scratch s;
    char repo[PATH_MAX], home[PATH_MAX];
    struct repo_location at;
    struct err e = { 0 };
    struct repo_info info;
    auto_tree t = NULL;
    auto_arena a = arena_new(0);
    scratch_open(&s);
    make_repo(&s, "api", repo);
    if (geteuid() == 0) run("chown -R 12345:12345 %s", repo);
    run("mkdir %s/home; printf '[broken' > %s/home/.gitconfig; chmod 0 %s/home", s.top, s.top, s.top);
    repo_global_shutdown();
    path_of(home, "%s/home", s.top);
    ck_assert_int_eq(setenv("HOME", home, 1), 0);
    OK(repo_global_init(&e));
    at = locate(&s, repo);
    OK(tree_open_git(&at, "main", NULL, &t, &e));
    OK(repo_describe(&at, a, &info, &e));
    ck_assert(!info.dirty);
    scratch_close(&s);
}
END_TEST

/* Neither include.path nor core.worktree nor core.excludesFile of a hostile configuration has any effect. */
START_TEST(a_repositorys_configuration_is_not_followed)
{
    struct scratch s;
    char repo[PATH_MAX];
    struct repo_location at;
    struct err e = { 0 };
    auto_tree t = NULL;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    put(s.outside, "broken", "[this is no configuration");
    put(s.outside, "excludes", "*.txt\n");
    put(repo, "notes.txt", "kept\n");
    run("printf '[include]\\n\\tpath = %s/broken\\n[core]\\n\\tworktree = %s\\n\\texcludesFile = %s/excludes\\n' >> "
        "%s/.git/config",
        s.outside, s.outside, s.outside, repo);
    at = locate(&s, repo);
    OK(tree_open_worktree(&at, NULL, &t, &e));
    ck_assert_ptr_nonnull(tree_find(t, "notes.txt"));
    ck_assert_ptr_null(tree_find(t, "broken"));
    scratch_close(&s);
}
END_TEST

START_TEST(refuses_an_object_format_it_cannot_read)
{
    struct scratch s;
    char repo[PATH_MAX];
    struct repo_location at;
    struct err e = { 0 };
    struct tree *t = NULL;
    scratch_open(&s);
    path_of(repo, "%s/new", s.roots);
    run("mkdir %s", repo);
    git(repo, "init -q --object-format=sha256");
    at = locate(&s, repo);
    REFUSED(ERR_INVALID, tree_open_git(&at, NULL, NULL, &t, &e), "object format 'sha256'");
    scratch_close(&s);
}
END_TEST

START_TEST(describes_branch_commit_remote_and_dirt)
{
    struct scratch s;
    char repo[PATH_MAX], top[PATH_MAX], path[PATH_MAX];
    struct repo_location at;
    struct repo_info info;
    struct err e = { 0 };
    auto_arena a = arena_new(0);
    scratch_open(&s);
    make_repo(&s, "api", repo);
    git(repo, "remote add upstream https://x.example/u.git");
    git(repo, "remote add origin 'https://me:secret@git.example.org/acme/api.git'");
    at = locate(&s, repo);
    OK(repo_describe(&at, a, &info, &e));
    ck_assert(info.git && !info.dirty && !info.unborn && !info.bare);
    ck_assert_str_eq(info.branch, "main");
    ck_assert_uint_eq(strlen(info.commit), 40);
    ck_assert_str_eq(info.remote, "https://git.example.org/acme/api.git");
    put(repo, "new.c", "int x;\n");
    OK(repo_describe(&at, a, &info, &e));
    ck_assert(info.dirty);
    put(repo, ".git/info/exclude", "new.c\n");
    OK(repo_describe(&at, a, &info, &e));
    ck_assert(!info.dirty);
    run("chmod +x %s/README.md", repo);
    OK(repo_describe(&at, a, &info, &e));
    ck_assert(!info.dirty);
    put(repo, "README.md", "# other\n");
    OK(repo_describe(&at, a, &info, &e));
    ck_assert(info.dirty);
    git(repo, "checkout -q --detach -f");
    OK(repo_describe(&at, a, &info, &e));
    ck_assert(!info.dirty);
    ck_assert_ptr_null(info.branch);
    path_of(path, "%s/src", repo);
    OK(repo_toplevel(path, top, &e));
    ck_assert_str_eq(top, repo);
    scratch_close(&s);
}
END_TEST

START_TEST(describes_a_repository_without_commits_and_a_folder)
{
    struct scratch s;
    struct repo_location at;
    struct repo_info info;
    struct err e = { 0 };
    struct tree *t = NULL;
    char path[PATH_MAX];
    auto_arena a = arena_new(0);
    scratch_open(&s);
    path_of(path, "%s/new", s.roots);
    run("mkdir %s %s/plain", path, s.roots);
    git(path, "init -q -b main");
    at = locate(&s, path);
    OK(repo_describe(&at, a, &info, &e));
    ck_assert(info.git && info.unborn);
    ck_assert_ptr_null(info.commit);
    REFUSED(ERR_NOT_FOUND, tree_open_git(&at, NULL, NULL, &t, &e), "no commit");
    path_of(path, "%s/plain", s.roots);
    at = locate(&s, path);
    OK(repo_describe(&at, a, &info, &e));
    ck_assert(!info.git && !info.dirty);
    REFUSED(ERR_INVALID, tree_open_git(&at, NULL, NULL, &t, &e), "not a git repository");
    scratch_close(&s);
}
END_TEST

UNIT_MAIN("repo_locate", { roots_are_compared_by_component, roots_must_be_existing_absolute_folders,
                           finds_out_what_a_path_is, refuses_what_is_not_there_or_no_folder,
                           refuses_paths_outside_the_roots, refuses_git_files_that_lead_outside,
                           refuses_commondir_alternates_and_links_that_lead_outside, follows_alternates_of_alternates,
                           linked_worktrees_and_submodules_work_below_the_roots,
                           another_owner_and_an_unreadable_home_work, a_repositorys_configuration_is_not_followed,
                           refuses_an_object_format_it_cannot_read, describes_branch_commit_remote_and_dirt,
                           describes_a_repository_without_commits_and_a_folder })
