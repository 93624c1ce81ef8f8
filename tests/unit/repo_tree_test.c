/* Trees of every kind: what is listed and what is read. */
#include "unit/check_main.h"
#include "unit/repo_fixture.h"

START_TEST(git_tree_lists_and_reads_a_commit)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    char repo[PATH_MAX];
    auto_tree t = NULL;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    put(repo, "README.md", "changed, not committed\n");
    at = locate(&s, repo);
    OK(tree_open_git(&at, NULL, NULL, &t, &e));
    ck_assert_int_eq(tree_kind(t), TREE_GIT);
    ck_assert_uint_eq(strlen(tree_id(t)), 40);
    ck_assert_uint_eq(strlen(tree_commit(t)), 40);
    ck_assert_str_eq(tree_ref_name(t), "main");
    expect_paths(t, "README.md src/main.c");
    expect_text(t, "README.md", "# hello\n");
    ck_assert_int_eq(tree_find(t, "src/main.c")->mode, TREE_MODE_FILE);
    ck_assert_int_eq((int)tree_find(t, "README.md")->size, 8);
    expect_unread(t, "src", ERR_INVALID, "is a folder");
    expect_unread(t, "src/other.c", ERR_NOT_FOUND, "src/other.c");
    scratch_close(&s);
}
END_TEST

START_TEST(git_refs_resolve_as_people_write_them)
{
    static const char *const good[] = { "HEAD", "main", "v1", "side", "HEAD~1", "refs/heads/main", "v1^{commit}" };
    static const struct { const char *ref; enum err_kind kind;
    } bad[] = {
        { "nope", ERR_NOT_FOUND },
        { "-x", ERR_INVALID },
        { ":/first", ERR_INVALID },
        { "main@{1}", ERR_INVALID },
        { "main:README.md", ERR_INVALID },
        { "a b", ERR_INVALID },
        { "HEAD^{tree}", ERR_INVALID },
        { "main..side", ERR_INVALID },
        { "0123456789012345678901234567890123456789", ERR_NOT_FOUND },
    };
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    char repo[PATH_MAX], commit[41];
    scratch_open(&s);
    make_repo(&s, "api", repo);
    git(repo, "commit -q --allow-empty -m second");
    git(repo, "tag -a v1 -m tag");
    git(repo, "branch side");
    at = locate(&s, repo);
    for (size_t i = 0; i < countof(good); i++) {
        auto_tree t = NULL;
        OK(tree_open_git(&at, good[i], NULL, &t, &e));
        (void)snprintf(commit, sizeof commit, "%s", tree_commit(t));
    }
    for (size_t n = 7; n <= 40; n += 33) {
        char short_ref[41];
        auto_tree t = NULL;
        (void)snprintf(short_ref, sizeof short_ref, "%.*s", (int)n, commit);
        OK(tree_open_git(&at, short_ref, NULL, &t, &e));
        ck_assert_str_eq(tree_commit(t), commit);
    }
    for (size_t i = 0; i < countof(bad); i++) {
        struct tree *t = NULL;
        enum err_kind k = tree_open_git(&at, bad[i].ref, NULL, &t, &e);
        ck_assert_msg(k == bad[i].kind, "%s: %d %s", bad[i].ref, (int)k, e.msg);
    }
    scratch_close(&s);
}
END_TEST

START_TEST(special_content_is_named_not_read)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    char repo[PATH_MAX], lib[PATH_MAX];
    auto_tree t = NULL;
    scratch_open(&s);
    make_repo(&s, "lib", lib);
    make_repo(&s, "api", repo);
    put_bytes(repo, "logo.png", "\x89PNG\0\0", 6);
    put(repo, "model.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n");
    run("ln -s ../../outside %s/link; ln -s README.md %s/readme", repo, repo);
    put(repo, "run.sh", "#!/bin/sh\n");
    run("chmod +x %s/run.sh", repo);
    git(repo, "submodule add -q ../lib vendor/lib");
    git(repo, "add -A");
    git(repo, "commit -q -m more");
    at = locate(&s, repo);
    OK(tree_open_git(&at, NULL, NULL, &t, &e));
    expect_unread(t, "logo.png", ERR_MEDIA_TYPE, "binary");
    expect_unread(t, "model.bin", ERR_MEDIA_TYPE, "LFS pointer");
    expect_unread(t, "link", ERR_MEDIA_TYPE, "symbolic link to '../../outside'");
    expect_unread(t, "vendor/lib", ERR_MEDIA_TYPE, "submodule");
    ck_assert_int_eq(tree_find(t, "run.sh")->mode, TREE_MODE_EXEC);
    ck_assert_int_eq(tree_find(t, "vendor/lib")->mode, TREE_MODE_SUBMODULE);
    scratch_close(&s);
}
END_TEST

START_TEST(reading_stops_at_the_limit)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    char repo[PATH_MAX];
    auto_tree t = NULL;
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct tree *none = NULL;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    at = locate(&s, repo);
    OK(tree_open_git(&at, NULL, NULL, &t, &e));
    REFUSED(ERR_TOO_LARGE, tree_read(t, "README.md", 7, &b, &e), "README.md");
    OK(tree_read(t, "README.md", 8, &b, &e));
    REFUSED(ERR_TOO_LARGE, tree_open_git(&at, NULL, &(struct tree_limits){ .max_files = 1 }, &none, &e), "max_files");
    REFUSED(ERR_TOO_LARGE, tree_open_folder(&at, &(struct tree_limits){ .max_files = 1 }, &none, &e), "max_files");
    scratch_close(&s);
}
END_TEST

START_TEST(worktree_is_what_git_does_not_ignore)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    char repo[PATH_MAX], lib[PATH_MAX];
    auto_tree t = NULL;
    scratch_open(&s);
    make_repo(&s, "lib", lib);
    make_repo(&s, "api", repo);
    put(repo, "build/keep.o", "tracked although ignored\n");
    git(repo, "add -f build/keep.o");
    git(repo, "submodule add -q ../lib vendor/lib");
    git(repo, "commit -q -m more");
    put(repo, ".gitignore", "build/\n*.log\n");
    put(repo, "build/other.o", "x");
    put(repo, "x.log", "x");
    put(repo, "new/deep/file.c", "int new;\n");
    run("rm %s/README.md; mkfifo %s/pipe; ln -s /etc %s/new/etc", repo, repo, repo);
    at = locate(&s, repo);
    OK(tree_open_worktree(&at, NULL, &t, &e));
    expect_paths(t, ".gitignore .gitmodules build/keep.o new/deep/file.c new/etc src/main.c vendor/lib");
    expect_text(t, "new/deep/file.c", "int new;\n");
    ck_assert_int_eq(tree_find(t, "vendor/lib")->mode, TREE_MODE_SUBMODULE);
    ck_assert_int_eq(tree_find(t, "new/etc")->mode, TREE_MODE_LINK);
    ck_assert_uint_eq(strlen(tree_commit(t)), 40);
    ck_assert_uint_eq(strlen(tree_id(t)), 64);
    scratch_close(&s);
}
END_TEST

START_TEST(folder_works_without_git_and_skips_dependencies)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    auto_tree t = NULL;
    auto_tree same = NULL;
    scratch_open(&s);
    put(s.roots, "a/b.c", "int b;\n");
    put(s.roots, "a/node_modules/x/index.js", "x");
    put(s.roots, ".hg/store", "x");
    put(s.roots, "z \xc3\xa9\n", "odd name\n");
    run("ln -s / %s/root", s.roots);
    at = locate(&s, s.roots);
    OK(tree_open_folder(&at, NULL, &t, &e));
    expect_paths(t, "a/b.c root z \xc3\xa9\n");
    ck_assert_ptr_null(tree_commit(t));
    OK(tree_open_folder(&at, NULL, &same, &e));
    ck_assert_str_eq(tree_id(t), tree_id(same));
    scratch_close(&s);
}
END_TEST

START_TEST(equal_files_have_equal_ids_and_a_change_is_noticed)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    char repo[PATH_MAX];
    auto_tree work = NULL;
    auto_tree folder = NULL;
    auto_tree committed = NULL;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    at = locate(&s, repo);
    OK(tree_open_worktree(&at, NULL, &work, &e));
    OK(tree_open_folder(&at, NULL, &folder, &e));
    OK(tree_open_git(&at, NULL, NULL, &committed, &e));
    ck_assert_str_eq(tree_id(work), tree_id(folder));
    ck_assert_str_eq(tree_find(work, "README.md")->oid, tree_find(committed, "README.md")->oid);
    put(repo, "README.md", "# other\n");
    expect_unread(work, "README.md", ERR_CONFLICT, "has changed since it was pinned");
    run("rm %s/README.md", repo);
    expect_unread(folder, "README.md", ERR_CONFLICT, "changed");
    run("ln -s /etc/passwd %s/README.md", repo);
    expect_unread(folder, "README.md", ERR_CONFLICT, "changed");
    run("rm -r %s/src; mkdir %s/src; ln -s %s/src %s/src2; rmdir %s/src; ln -s %s %s/src", repo, repo, s.outside, repo,
        repo, s.outside, repo);
    put(s.outside, "main.c", "int main(void) { return 0; }\n");
    expect_unread(folder, "src/main.c", ERR_CONFLICT, "changed");
    scratch_close(&s);
}
END_TEST

START_TEST(directories_are_slices_of_the_listing)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    auto_tree t = NULL;
    auto_tree empty = NULL;
    scratch_open(&s);
    put(s.roots, "a/x", "1");
    put(s.roots, "a/y/z", "1");
    put(s.roots, "a-b/x", "1");
    put(s.roots, "a.c", "1");
    put(s.roots, "ab/x", "1");
    at = locate(&s, s.roots);
    OK(tree_open_folder(&at, NULL, &t, &e));
    ck_assert_uint_eq(tree_below(t, "a").n, 2);
    ck_assert_str_eq(tree_below(t, "a").v[0].path, "a/x");
    ck_assert_uint_eq(tree_below(t, "a/y").n, 1);
    ck_assert_uint_eq(tree_below(t, "").n, 5);
    ck_assert_uint_eq(tree_below(t, "b").n, 0);
    ck_assert(tree_is_dir(t, "a") && tree_is_dir(t, "") && tree_is_dir(t, "a/y"));
    ck_assert(!tree_is_dir(t, "a.c") && !tree_is_dir(t, "a/") && !tree_is_dir(t, "c"));
    OK(tree_open_empty(&empty, &e));
    ck_assert_str_eq(tree_id(empty), TREE_EMPTY_ID);
    ck_assert(tree_is_dir(empty, "") && !tree_is_dir(empty, "a"));
    ck_assert_ptr_null(tree_find(empty, "a"));
    ck_assert_ptr_null(tree_closest(empty, "a"));
    expect_unread(empty, "a", ERR_NOT_FOUND, "'a'");
    scratch_close(&s);
}
END_TEST

START_TEST(the_closest_path_is_what_was_meant)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    auto_tree t = NULL;
    scratch_open(&s);
    put(s.roots, "src/auth/token.c", "1");
    put(s.roots, "src/web/token.c", "1");
    put(s.roots, "src/web/routes.c", "1");
    put(s.roots, "README.md", "1");
    at = locate(&s, s.roots);
    OK(tree_open_folder(&at, NULL, &t, &e));
    ck_assert_str_eq(tree_closest(t, "lib/web/token.c"), "src/web/token.c");
    ck_assert_str_eq(tree_closest(t, "src/web/route.c"), "src/web/routes.c");
    ck_assert_str_eq(tree_closest(t, "readme.md"), "README.md");
    ck_assert_ptr_null(tree_closest(t, "src/web/completely_different.c"));
    scratch_close(&s);
}
END_TEST

START_TEST(paths_are_normalised_or_refused)
{
    static const char *const rows[][2] = {
        { "./src//a.c", "src/a.c" }, { "src/", "src" }, { "a/./b", "a/b" }, { "...", "..." }
    };
    static const char *const bad[] = { "", ".", "/", "/etc/passwd", "..", "a/../b", "../x", "a\nb", "a\x7f" };
    struct err e = { 0 };
    char path[64];
    for (size_t i = 0; i < countof(rows); i++) {
        OK(tree_normalise(rows[i][0], path, sizeof path, &e));
        ck_assert_str_eq(path, rows[i][1]);
    }
    for (size_t i = 0; i < countof(bad); i++)
        ck_assert_int_eq(tree_normalise(bad[i], path, sizeof path, &e), ERR_INVALID);
    ck_assert_int_eq(tree_normalise("0123456789", path, 10, &e), ERR_INVALID);
    OK(tree_normalise("01234567", path, 10, &e));
}
END_TEST

START_TEST(files_can_be_left_out)
{
    static const char *const patterns[] = { "legacy", "*.gen.go", "docs/*.md" };
    const struct tree_patterns without = { patterns, countof(patterns) }, none = { NULL, 0 };
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    auto_tree whole = NULL;
    auto_tree view = NULL;
    auto_tree again = NULL;
    auto_tree same = NULL;
    scratch_open(&s);
    put(s.roots, "legacy/old.go", "1");
    put(s.roots, "legacy/deep/older.go", "1");
    put(s.roots, "legacy.go", "kept");
    put(s.roots, "api/user.gen.go", "1");
    put(s.roots, "api/user.go", "user");
    put(s.roots, "docs/a.md", "1");
    at = locate(&s, s.roots);
    OK(tree_open_folder(&at, NULL, &whole, &e));
    OK(tree_open_without(whole, &without, &view, &e));
    expect_paths(view, "api/user.go legacy.go");
    expect_text(view, "api/user.go", "user");
    expect_unread(view, "legacy/old.go", ERR_NOT_FOUND, "no file");
    OK(tree_open_without(whole, &without, &again, &e));
    ck_assert_str_eq(tree_id(view), tree_id(again));
    ck_assert_str_ne(tree_id(view), tree_id(whole));
    OK(tree_open_without(whole, &none, &same, &e));
    ck_assert_ptr_eq(same, whole);
    scratch_close(&s);
}
END_TEST

UNIT_MAIN("repo_tree", { git_tree_lists_and_reads_a_commit, git_refs_resolve_as_people_write_them,
                         special_content_is_named_not_read, reading_stops_at_the_limit,
                         worktree_is_what_git_does_not_ignore, folder_works_without_git_and_skips_dependencies,
                         equal_files_have_equal_ids_and_a_change_is_noticed, directories_are_slices_of_the_listing,
                         the_closest_path_is_what_was_meant, paths_are_normalised_or_refused, files_can_be_left_out })
