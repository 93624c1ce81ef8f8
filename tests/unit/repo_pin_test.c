/* Pinned trees never change and say when they are damaged; searching and comparing; reading from several threads. */
#include "unit/check_main.h"
#include "unit/repo_fixture.h"

#include <pthread.h>

#include "pland/repo/history.h"
#include "repo/inner.h"

START_TEST(a_snapshot_never_changes)
{
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    struct tree_limits limits = {.max_file_bytes = 100};
    char repo[PATH_MAX], id[TREE_ID_LEN], big[200];
    auto_tree t = NULL;
    auto_tree again = NULL;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    memset(big, 'x', sizeof big);
    put_bytes(repo, "big.txt", big, sizeof big);
    put_bytes(repo, "logo.png", "\x89PNG\0\0", 6);
    put(repo, "empty", "");
    run("ln -s README.md %s/link", repo);
    at = locate(&s, repo);
    OK(tree_open_snapshot(&at, s.data, &limits, &t, &e));
    run("rm -rf %s", repo);
    expect_paths(t, "README.md big.txt empty link logo.png src/main.c");
    expect_text(t, "README.md", "# hello\n");
    expect_text(t, "empty", "");
    expect_unread(t, "big.txt", ERR_NOT_FOUND, "was not kept");
    expect_unread(t, "logo.png", ERR_NOT_FOUND, "was not kept");
    expect_unread(t, "link", ERR_MEDIA_TYPE, "link to 'README.md'");
    (void)snprintf(id, sizeof id, "%s", tree_id(t));
    OK(tree_open_pinned(s.data, id, &again, &e));
    ck_assert_int_eq(tree_kind(again), TREE_WORKTREE);
    ck_assert_str_eq(tree_commit(again), tree_commit(t));
    ck_assert_str_eq(tree_ref_name(again), "main");
    expect_text(again, "src/main.c", "int main(void) { return 0; }\n");
    scratch_close(&s);
}
END_TEST

START_TEST(history_stays_with_the_pin)
{
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    struct history h;
    char repo[PATH_MAX], first[TREE_ID_LEN], id[TREE_ID_LEN];
    auto_arena a = arena_new(0);
    scratch_open(&s);
    make_repo(&s, "api", repo);
    put(repo, "README.md", "# other\n");
    put(repo, "docs/a.md", "a\n");
    git(repo, "add -A");
    git(repo, "commit -q -m \"Say hello\"");
    at = locate(&s, repo);
    for (int i = 0; i < 2; i++) { /* the second takes the first one's history from its pin */
        auto_tree t = NULL;
        OK(tree_open_commit(&at, NULL, s.data, NULL, &t, &e));
        (void)snprintf(i ? id : first, TREE_ID_LEN, "%s", tree_id(t));
        put(repo, "src/main.c", "int main(void) { return 1; }\n");
        if (!i) git(repo, "commit -q -a -m \"Fail\"");
    }
    run("rm -rf %s", repo);
    for (int i = 0; i < 2; i++) {
        auto_tree t = NULL;
        OK(tree_open_pinned(s.data, i ? first : id, &t, &e));
        OK(tree_history(t, a, &h, &e));
        ck_assert_uint_eq(h.commits.n, i ? 1 : 2);
        ck_assert_str_eq(h.commits.v[h.commits.n - 1].message, "Say hello\n");
        ck_assert_uint_eq(h.commits.v[h.commits.n - 1].paths.n, 2);
        ck_assert_str_eq(h.commits.v[h.commits.n - 1].paths.v[1], "docs/a.md");
        if (!i) ck_assert_str_eq(h.commits.v[0].paths.v[0], "src/main.c");
    }
    run("printf x >> %s/trees/%s/history", s.data, id); /* a damaged one is none */
    {
        auto_tree t = NULL;
        OK(tree_open_pinned(s.data, id, &t, &e));
        OK(tree_history(t, a, &h, &e));
        ck_assert_uint_eq(h.commits.n, 0);
    }
    scratch_close(&s);
}
END_TEST

static void note(void *arg, size_t i, const char *text, size_t n)
{
    int *seen = arg;
    ck_assert_uint_eq(strlen(text), n);
    seen[i]++;
}

START_TEST(many_texts_are_each_seen_once)
{
    enum { FILES = 300, SIZE = 20000 }; /* enough for two threads */
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    char repo[PATH_MAX], text[SIZE + 1], name[40];
    size_t which[FILES + 5];
    int seen[FILES + 5] = {0}, all = 0;
    auto_tree t = NULL;
    scratch_open(&s);
    path_of(repo, "%s/many", s.roots);
    ck_assert_int_eq(mkdir(repo, 0755), 0);
    memset(text, 'x', SIZE);
    text[SIZE] = '\0';
    for (int i = 0; i < FILES; i++) {
        (void)snprintf(name, sizeof name, "f%03d.txt", i);
        put(repo, name, text);
    }
    put_bytes(repo, "binary", "a\0b", 3);
    put(repo, "lfs", "version https://git-lfs.github.com/spec/v1\n");
    put_bytes(repo, "large", text, SIZE);
    run("cat %s/large >> %s/f000.txt", repo, repo);
    run("ln -s f001.txt %s/link", repo);
    at = locate(&s, repo);
    OK(tree_open_snapshot(&at, s.data, NULL, &t, &e));
    ck_assert_uint_eq(tree_files(t).n, FILES + 4);
    for (size_t i = 0; i < FILES + 4; i++) which[i] = i;
    OK(tree_each_text(t, &(struct tree_which){which, FILES + 4}, SIZE, note, seen, &e));
    for (size_t i = 0; i < FILES + 4; i++) all += seen[i];
    ck_assert_int_eq(all, FILES); /* without the binary file, the pointer, the link and what is too long */
    ck_assert_int_eq(seen[tree_find(t, "large") - tree_files(t).v], 1);
    ck_assert_int_eq(seen[tree_find(t, "f000.txt") - tree_files(t).v], 0);
    scratch_close(&s);
}
END_TEST

static int64_t collected(const struct scratch *s, const char *used, int64_t age)
{
    const char *ids[] = {used};
    struct tree_uses uses = {ids, used ? 1 : 0};
    struct err e = {0};
    int64_t n = -1;
    OK(tree_collect(s->data, &uses, age, &n, &e));
    return n;
}

static int64_t content_size(const struct scratch *s, const struct tree *t)
{
    char path[PATH_MAX];
    struct stat st;
    (void)snprintf(path, sizeof path, "%s/trees/%s/content", s->data, tree_id(t));
    ck_assert_int_eq(stat(path, &st), 0);
    return (int64_t)st.st_size;
}

static void commit_line(const char *repo, const char *text)
{
    put(repo, "README.md", text);
    run("git -C %s -c user.name=a -c user.email=a@b commit -qam more", repo);
}

START_TEST(commits_share_what_did_not_change)
{
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    char repo[PATH_MAX], line[40];
    auto_tree one = NULL;
    auto_tree two = NULL;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    at = locate(&s, repo);
    OK(tree_open_commit(&at, NULL, s.data, NULL, &one, &e));
    ck_assert_int_eq(content_size(&s, one), 8 + 29);
    commit_line(repo, "# other\n");
    OK(tree_open_commit(&at, NULL, s.data, NULL, &two, &e));
    ck_assert_int_eq(content_size(&s, two), 8);
    expect_text(two, "src/main.c", "int main(void) { return 0; }\n");
    tree_unref(TAKE(one));
    ck_assert_int_eq((int)collected(&s, tree_id(two), -1), 0); /* the first holds bytes of the second */
    for (int i = 0; i < 40; i++) {                             /* more than a tree may refer to */
        auto_tree next = NULL;
        (void)snprintf(line, sizeof line, "# line %d\n", i);
        commit_line(repo, line);
        OK(tree_open_commit(&at, NULL, s.data, NULL, &next, &e));
        expect_text(next, "README.md", line);
        expect_text(next, "src/main.c", "int main(void) { return 0; }\n");
        tree_unref(TAKE(two));
        two = TAKE(next);
    }
    ck_assert_int_ge((int)collected(&s, tree_id(two), -1), 39);
    run("rm -rf %s", repo);
    OK(tree_open_pinned(s.data, tree_id(two), &one, &e));
    expect_text(one, "README.md", line);
    expect_text(one, "src/main.c", "int main(void) { return 0; }\n");
    scratch_close(&s);
}
END_TEST

START_TEST(a_commit_is_its_own_even_when_its_tree_is_another_s)
{
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    char repo[PATH_MAX], first[41];
    auto_tree one = NULL;
    auto_tree two = NULL;
    auto_tree gone = NULL;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    at = locate(&s, repo);
    OK(tree_open_commit(&at, NULL, s.data, NULL, &one, &e));
    (void)snprintf(first, sizeof first, "%s", tree_commit(one));
    run("git -C %s -c user.name=a -c user.email=a@b commit -q --allow-empty -m nothing", repo);
    OK(tree_open_commit(&at, "main", s.data, NULL, &two, &e));
    ck_assert_str_eq(tree_id(one), tree_id(two));
    ck_assert_str_ne(tree_commit(two), first);
    ck_assert_int_eq(tree_kind(two), TREE_GIT);
    run("rm -rf %s/.git/objects/*", repo);
    expect_text(two, "README.md", "# hello\n"); /* evidence outlives the repository */
    OK(tree_open_pinned(s.data, tree_id(one), &gone, &e));
    expect_text(gone, "README.md", "# hello\n");
    scratch_close(&s);
}
END_TEST

START_TEST(what_is_too_large_to_copy_is_read_in_place)
{
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    struct tree_limits limits = {.max_bytes = 36};
    char repo[PATH_MAX];
    struct tree *none = NULL;
    auto_tree t = NULL;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    at = locate(&s, repo);
    OK(tree_open_commit(&at, NULL, s.data, &limits, &t, &e));
    expect_text(t, "README.md", "# hello\n");
    REFUSED(ERR_NOT_FOUND, tree_open_pinned(s.data, tree_id(t), &none, &e), "no tree");
    REFUSED(ERR_TOO_LARGE, tree_pin(t, s.data, &limits, &e), "max-tree-bytes");
    run("test -z \"$(ls -A %s/trees)\"", s.data); /* nothing is left of the attempt */
    scratch_close(&s);
}
END_TEST

START_TEST(binaries_are_looked_at_once_and_limits_may_change)
{
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    struct tree_limits small = {.max_file_bytes = 20};
    char repo[PATH_MAX];
    auto_tree one = NULL;
    auto_tree two = NULL;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    put_bytes(repo, "logo.png", "\x89PNG\0\0", 6);
    run("git -C %s add . && git -C %s -c user.name=a -c user.email=a@b commit -qm logo", repo, repo);
    at = locate(&s, repo);
    OK(tree_open_commit(&at, NULL, s.data, &small, &one, &e));
    expect_unread(one, "src/main.c", ERR_NOT_FOUND, "was not kept");
    commit_line(repo, "# other\n");
    OK(tree_open_commit(&at, NULL, s.data, NULL, &two, &e));
    expect_text(two, "src/main.c", "int main(void) { return 0; }\n");
    expect_unread(two, "logo.png", ERR_NOT_FOUND, "was not kept");
    scratch_close(&s);
}
END_TEST

START_TEST(pins_of_earlier_formats_open)
{
    static const char *const edits[] = { "1s/3/2/", "-e 1s/2/1/ -e 8d" }; /* the second with no line of what is shared */
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    auto_tree t = NULL;
    scratch_open(&s);
    put(s.roots, "a", "some text\n");
    at = locate(&s, s.roots);
    OK(tree_open_snapshot(&at, s.data, NULL, &t, &e));
    run("cd %s/trees/%s && sed -i \"7s/.*/$(tail -n +9 listing | sha256sum | cut -c-64)/\" listing", s.data, tree_id(t));
    for (size_t i = 0; i < countof(edits); i++) {
        auto_tree old = NULL;
        run("sed -i %s %s/trees/%s/listing", edits[i], s.data, tree_id(t));
        OK(tree_open_pinned(s.data, tree_id(t), &old, &e));
        expect_text(old, "a", "some text\n");
        ck_assert_int_eq((int)collected(&s, tree_id(t), -1), 0);
    }
    scratch_close(&s);
}
END_TEST

START_TEST(records_are_read_as_they_were_written)
{
    static const struct { struct tree_file file; int64_t place; } files[] = {
        { { .path = "a b", .mode = TREE_MODE_FILE, .size = INT64_MAX, .kept = true }, PLACE(15, 1) },
        { { .path = " ", .mode = TREE_MODE_LINK }, PLACE_BINARY },
        { { .path = "\xff", .mode = UINT32_MAX, .size = 7 }, PLACE_UNKEPT },
    };
    char file[] = "/tmp/pland-records-XXXXXX", oid[41] = "0123456789012345678901234567890123456789";
    struct err e = {0};
    struct file_list out, in;
    struct sha256_hex digest;
    auto_buf text = BUF_INIT(BUF_MAX_DEFAULT);
    int fd = mkstemp(file);
    OK(list_init(&out, NULL, true, &e));
    OK(list_init(&in, NULL, true, &e));
    for (size_t i = 0; i < countof(files); i++) {
        struct tree_file f = files[i].file;
        memcpy(f.oid, oid, sizeof oid);
        OK(list_add(&out, &f, files[i].place, &e));
    }
    OK(records_write(fd, &out, &digest, &e));
    ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
    OK(disk_read(fd, file, BUF_MAX_DEFAULT, &text, &e));
    ck_assert_str_eq(digest.s, pin_digest(text.p, text.n).s);
    OK(records_read(text.p, text.n, &in, &e));
    ck_assert_uint_eq(in.n, countof(files));
    for (size_t i = 0; i < in.n; i++) {
        ck_assert_str_eq(in.v[i].path, files[i].file.path);
        ck_assert_str_eq(in.v[i].oid, oid);
        ck_assert_uint_eq(in.v[i].mode, files[i].file.mode);
        ck_assert_int_eq(in.v[i].size, files[i].file.size);
        ck_assert_int_eq(in.offset[i], files[i].place);
        ck_assert_int_eq(in.v[i].kept, files[i].file.kept);
    }
    list_release(&out);
    list_release(&in);
    (void)close(fd);
    (void)unlink(file);
}
END_TEST

START_TEST(damaged_records_are_refused)
{
#define OID "0123456789012345678901234567890123456789"
    static const char *const bad[] = {
        "", "1", "1 ", "1 2", " 2 " OID " 3 a", "8 2 " OID " 3 a", "1 x " OID " 3 a", "1 2 0123 3 a", "1 2 " OID, "1 2 " OID " ",
        "1 2 " OID "3 a", "1 2 " OID " 3", "1 2 " OID " 3 ", "1 2 " OID " - a", "1 9223372036854775808 " OID " 3 a",
        "1 2 " OID " 4503599627370496 a", /* a holder that there cannot be */
    };
    struct err e = {0};
    struct file_list in;
    OK(list_init(&in, NULL, true, &e));
    for (size_t i = 0; i < countof(bad); i++) REFUSED(ERR_IO, records_read(bad[i], strlen(bad[i]) + 1, &in, &e), "damaged");
    REFUSED(ERR_IO, records_read("1 2 " OID " 3 abc", 50, &in, &e), "damaged"); /* its end is missing */
    OK(records_read("1 2 " OID " 3 a", 49, &in, &e));
    ck_assert_uint_eq(in.n, 1);
    list_release(&in);
}
END_TEST

START_TEST(nothing_is_removed_while_trees_are_held)
{
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    auto_tree t = NULL;
    int held = -1;
    scratch_open(&s);
    put(s.roots, "a", "some text\n");
    at = locate(&s, s.roots);
    OK(tree_open_snapshot(&at, s.data, NULL, &t, &e));
    OK(tree_hold(s.data, &held, &e));
    ck_assert_int_eq((int)collected(&s, NULL, -1), 0);
    ck_assert(tree_pinned(s.data, tree_id(t)));
    ck_assert_int_eq(close(held), 0);
    ck_assert_int_eq((int)collected(&s, NULL, -1), 1);
    ck_assert(!tree_pinned(s.data, tree_id(t)));
    expect_text(t, "a", "some text\n"); /* an open tree can be read, and pinned again */
    OK(tree_pin(t, s.data, NULL, &e));
    ck_assert(tree_pinned(s.data, tree_id(t)));
    scratch_close(&s);
}
END_TEST

struct opener {
    const struct scratch *s;
    const struct repo_location *at;
};

static void *open_at_once(void *arg)
{
    const struct opener *o = arg;
    struct err e;
    auto_tree t = NULL;
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    bool ok = tree_open_commit(o->at, NULL, o->s->data, NULL, &t, &e) == ERR_OK;
    ok = ok && tree_read(t, "README.md", 0, &b, &e) == ERR_OK;
    return ok ? NULL : arg;
}

START_TEST(several_plans_pin_one_tree_at_once)
{
    struct scratch s;
    struct repo_location at;
    struct opener o = {&s, &at};
    char repo[PATH_MAX];
    pthread_t threads[6];
    scratch_open(&s);
    make_repo(&s, "api", repo);
    at = locate(&s, repo);
    for (size_t i = 0; i < countof(threads); i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, open_at_once, &o), 0);
    for (size_t i = 0; i < countof(threads); i++) {
        void *bad;
        ck_assert_int_eq(pthread_join(threads[i], &bad), 0);
        ck_assert_ptr_null(bad);
    }
    run("test \"$(ls -A %s/trees | wc -l)\" = 2", s.data); /* the tree, and which was last */
    scratch_close(&s);
}
END_TEST

START_TEST(any_tree_can_be_pinned_and_a_pin_removed)
{
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    char repo[PATH_MAX], path[PATH_MAX];
    auto_tree t = NULL;
    auto_tree pinned = NULL;
    struct tree *none = NULL;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    at = locate(&s, repo);
    OK(tree_open_git(&at, NULL, NULL, &t, &e));
    OK(tree_pin(t, s.data, NULL, &e));
    OK(tree_pin(t, s.data, NULL, &e));
    run("rm -rf %s", repo);
    OK(tree_open_pinned(s.data, tree_id(t), &pinned, &e));
    ck_assert_int_eq(tree_kind(pinned), TREE_GIT);
    expect_text(pinned, "README.md", "# hello\n");
    ck_assert_int_eq((int)collected(&s, tree_id(t), -1), 0);
    ck_assert_int_eq((int)collected(&s, NULL, 60), 0); /* too young */
    ck_assert_int_eq((int)collected(&s, NULL, -1), 1);
    REFUSED(ERR_NOT_FOUND, tree_open_pinned(s.data, tree_id(t), &none, &e), tree_id(t));
    REFUSED(ERR_INVALID, tree_open_pinned(s.data, "../../etc", &none, &e), "not the id");
    path_of(path, "%s/trees", s.data);
    put(path, ".tmp-0123/listing", "half");
    put(path, ".tmp-last-01", "half");
    OK(tree_sweep(s.data, &e));
    run("rm %s/last-*", path);
    ck_assert_int_ne(rmdir(path), -1);
    scratch_close(&s);
}
END_TEST

START_TEST(a_damaged_pin_is_noticed)
{
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    struct tree *none = NULL;
    auto_tree t = NULL;
    scratch_open(&s);
    put(s.roots, "a", "some text\n");
    at = locate(&s, s.roots);
    OK(tree_open_snapshot(&at, s.data, NULL, &t, &e));
    run("printf X | dd of=%s/trees/%s/content conv=notrunc status=none", s.data, tree_id(t));
    expect_unread(t, "a", ERR_IO, "damaged");
    run("truncate -s 3 %s/trees/%s/content", s.data, tree_id(t));
    expect_unread(t, "a", ERR_IO, "damaged");
    run("sed -i s/100644/100755/ %s/trees/%s/listing", s.data, tree_id(t));
    REFUSED(ERR_IO, tree_open_pinned(s.data, tree_id(t), &none, &e), "damaged");
    run(": > %s/trees/%s/listing", s.data, tree_id(t));
    REFUSED(ERR_IO, tree_open_pinned(s.data, tree_id(t), &none, &e), "damaged");
    scratch_close(&s);
}
END_TEST

static void *read_often(void *arg)
{
    struct tree *t = tree_ref(arg);
    struct tree_files f = tree_files(t);
    size_t bad = 0;
    for (int i = 0; i < 40; i++) {
        auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
        struct err e;
        if (tree_read(t, f.v[(size_t)i % f.n].path, 0, &b, &e) != ERR_OK) bad++;
    }
    tree_unref(t);
    return (void *)bad;
}

START_TEST(several_threads_read_one_tree)
{
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    char repo[PATH_MAX];
    struct tree *trees[2] = {NULL, NULL};
    scratch_open(&s);
    make_repo(&s, "api", repo);
    at = locate(&s, repo);
    OK(tree_open_git(&at, NULL, NULL, &trees[0], &e));
    OK(tree_open_snapshot(&at, s.data, NULL, &trees[1], &e));
    for (size_t i = 0; i < 2; i++) {
        pthread_t threads[4];
        for (size_t j = 0; j < 4; j++) ck_assert_int_eq(pthread_create(&threads[j], NULL, read_often, trees[i]), 0);
        for (size_t j = 0; j < 4; j++) {
            void *bad;
            ck_assert_int_eq(pthread_join(threads[j], &bad), 0);
            ck_assert_ptr_null(bad);
        }
        tree_unref(trees[i]);
    }
    scratch_close(&s);
}
END_TEST

START_TEST(search_finds_lines_in_path_order)
{
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    struct tree_hits hits;
    auto_tree t = NULL;
    auto_arena a = arena_new(0);
    scratch_open(&s);
    put(s.roots, "b/two.c", "x\nneedle one\nand Needle, needle again\r\n\nneedle");
    put(s.roots, "a.c", "needle\n");
    put_bytes(s.roots, "c.bin", "needle\0", 7);
    at = locate(&s, s.roots);
    OK(tree_open_folder(&at, NULL, &t, &e));
    OK(tree_search(t, "needle", false, NULL, 10, a, &hits, &e));
    ck_assert_uint_eq(hits.hits.n, 4);
    ck_assert_str_eq(hits.hits.v[0].path, "a.c");
    ck_assert_int_eq((int)hits.hits.v[2].line, 3);
    ck_assert_str_eq(hits.hits.v[2].text, "and Needle, needle again");
    ck_assert_int_eq((int)hits.hits.v[3].line, 5);
    ck_assert(!hits.more);
    OK(tree_search(t, "needle", false, "b", 2, a, &hits, &e));
    ck_assert(hits.more && hits.hits.n == 2);
    OK(tree_search(t, "NEEDLE ", true, "b/two.c", 9, a, &hits, &e));
    ck_assert_uint_eq(hits.hits.n, 2);
    REFUSED(ERR_NOT_FOUND, tree_search(t, "x", false, "nope", 9, a, &hits, &e), "nope");
    REFUSED(ERR_INVALID, tree_search(t, "", false, NULL, 9, a, &hits, &e), "literal");
    scratch_close(&s);
}
END_TEST

START_TEST(diff_names_what_differs)
{
    struct scratch s;
    struct err e = {0};
    struct repo_location at;
    struct tree_changes d;
    auto_tree from = NULL;
    auto_tree to = NULL;
    auto_arena a = arena_new(0);
    scratch_open(&s);
    put(s.roots, "changed", "1");
    put(s.roots, "gone", "1");
    put(s.roots, "same", "1");
    at = locate(&s, s.roots);
    OK(tree_open_folder(&at, NULL, &from, &e));
    put(s.roots, "changed", "2");
    put(s.roots, "added", "1");
    run("rm %s/gone", s.roots);
    OK(tree_open_folder(&at, NULL, &to, &e));
    OK(tree_diff(from, to, a, &d, &e));
    ck_assert_uint_eq(d.changes.n, 3);
    ck_assert_str_eq(d.changes.v[0].path, "added");
    ck_assert_int_eq(d.changes.v[0].kind, TREE_ADDED);
    ck_assert_int_eq(d.changes.v[1].kind, TREE_CHANGED);
    ck_assert_int_eq(d.changes.v[2].kind, TREE_REMOVED);
    scratch_close(&s);
}
END_TEST

UNIT_MAIN("repo_pin",
          {a_snapshot_never_changes, history_stays_with_the_pin, many_texts_are_each_seen_once,
           any_tree_can_be_pinned_and_a_pin_removed, a_damaged_pin_is_noticed, several_threads_read_one_tree,
           search_finds_lines_in_path_order, diff_names_what_differs, commits_share_what_did_not_change,
           a_commit_is_its_own_even_when_its_tree_is_another_s, what_is_too_large_to_copy_is_read_in_place,
           binaries_are_looked_at_once_and_limits_may_change, pins_of_earlier_formats_open,
           records_are_read_as_they_were_written, damaged_records_are_refused, nothing_is_removed_while_trees_are_held,
           several_plans_pin_one_tree_at_once})
