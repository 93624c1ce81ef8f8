/* Pinning commit after commit: what a pin takes over from the one before is exactly what git would have listed, and what
 * it writes anew stays little however long the chain grows. */
#include "unit/check_main.h"
#include "unit/repo_fixture.h"

#include "pland/repo/carry.h"

enum { FOLDERS = 6, FILES = 5 };

static void commit_all(const char *repo)
{
    git(repo, "add -A");
    git(repo, "commit -q --allow-empty -m more");
}

static void make_many(const struct scratch *s, char repo[PATH_MAX])
{
    char name[64];
    path_of(repo, "%s/many", s->roots);
    run("git init -q -b main %s", repo);
    for (int d = 0; d < FOLDERS; d++) {
        run("mkdir -p %s/d%d/sub", repo, d);
        for (int f = 0; f < FILES; f++) {
            (void)snprintf(name, sizeof name, "d%d/%sf%d.c", d, f % 2 ? "sub/" : "", f);
            put(repo, name, name);
        }
    }
    run("head -c 4000 /dev/zero >%s/d0/binary", repo);
    run("head -c 3000000 /dev/zero | tr '\\0' x >%s/d1/large.txt", repo);
    commit_all(repo);
}

/* The pinned commit lists what git lists, and every text can be read. */
static void expect_same(const struct scratch *s, const struct repo_location *at)
{
    struct err e = { 0 };
    auto_tree pinned = NULL;
    auto_tree live = NULL;
    struct tree_files a, b;
    OK(tree_open_commit(at, "main", s->data, NULL, &pinned, &e));
    OK(tree_open_git(at, "main", NULL, &live, &e));
    a = tree_files(pinned);
    b = tree_files(live);
    ck_assert_uint_eq(a.n, b.n);
    for (size_t i = 0; i < a.n; i++) {
        auto_buf x = BUF_INIT(1 << 20), y = BUF_INIT(1 << 20);
        ck_assert_str_eq(a.v[i].path, b.v[i].path);
        ck_assert_str_eq(a.v[i].oid, b.v[i].oid);
        ck_assert_int_eq(a.v[i].size, b.v[i].size);
        ck_assert_uint_eq(a.v[i].mode, b.v[i].mode);
        if (!a.v[i].kept) continue;
        OK(tree_read_bytes(pinned, &a.v[i], 0, &x, &e));
        OK(tree_read_bytes(live, &b.v[i], 0, &y, &e));
        ck_assert_uint_eq(x.n, y.n);
        ck_assert_int_eq(x.n ? memcmp(x.p, y.p, x.n) : 0, 0);
    }
}

START_TEST(a_pin_after_another_lists_what_git_lists)
{
    static const char *const changes[] = {
        "echo new >d3/added.c", "rm d2/f0.c", "git mv d1 moved", "chmod +x d4/f0.c", "rm -r d5 && echo file >d5", "rm d5 && mkdir d5 && echo x >d5/again.c",
        "ln -s f0.c d4/link", "cp -r d3 copied", "git update-index --add --cacheinfo 160000,1111111111111111111111111111111111111111,module",
        "mv d3/added.c d0/elsewhere.c && echo more >>d0/f2.c", "rm -r d0 d3 d4 moved copied", "echo a >d5-b && mkdir -p d5/b && echo c >d5/b/c",
    };
    struct scratch s;
    struct repo_location at;
    char repo[PATH_MAX];
    scratch_open(&s);
    make_many(&s, repo);
    at = locate(&s, repo);
    expect_same(&s, &at);
    for (size_t i = 0; i < countof(changes); i++) {
        run("cd %s && %s", repo, changes[i]);
        if (strncmp(changes[i], "git update", 10) != 0) git(repo, "add -A");
        git(repo, "commit -q --allow-empty -m change");
        expect_same(&s, &at);
    }
    scratch_close(&s);
}
END_TEST

static off_t content_of(const struct scratch *s, const char *tree)
{
    char path[PATH_MAX];
    struct stat st;
    path_of(path, "%s/trees/%s/content", s->data, tree);
    ck_assert_int_eq(stat(path, &st), 0);
    return st.st_size;
}

START_TEST(a_long_chain_of_commits_writes_little)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    struct tree_pinned_commit pinned;
    char repo[PATH_MAX], text[64];
    off_t whole, most = 0;
    scratch_open(&s);
    make_many(&s, repo);
    run("head -c 200000 /dev/zero | tr '\\0' y >%s/d2/most.txt", repo);
    commit_all(repo);
    at = locate(&s, repo);
    OK(tree_pin_commit(&at, NULL, NULL, s.data, NULL, &pinned, &e));
    ck_assert_str_eq(pinned.ref, "main");
    whole = content_of(&s, pinned.tree);
    for (int i = 0; i < 50; i++) {
        (void)snprintf(text, sizeof text, "change %d\n", i);
        put(repo, i % 2 ? "d3/f0.c" : "d4/sub/f1.c", text);
        commit_all(repo);
        OK(tree_pin_commit(&at, "main", NULL, s.data, NULL, &pinned, &e));
        if (content_of(&s, pinned.tree) > most) most = content_of(&s, pinned.tree);
    }
    ck_assert_int_ge(whole, 200000);
    ck_assert_int_le(most, 1000); /* the least holders' few lines, never the large file */
    expect_same(&s, &at);
    scratch_close(&s);
}
END_TEST

/* --- carrying ------------------------------------------------------------------------------------------------------- */
struct carried { struct tree_arrival *to; int pieces, fail_at; };

static enum err_kind hand_over(void *arg, const struct tree_piece *p, struct err *e)
{
    struct carried *c = arg;
    ck_assert(p->n <= TREE_PIECE_MAX);
    if (++c->pieces == c->fail_at) return err_set(e, ERR_FULL, "no more");
    return tree_arrival_add(c->to, p, e);
}

/* Into the data directory "there"; how it ended. */
static enum err_kind carry(const struct scratch *s, const char *there, const char *id, int fail_at)
{
    struct carried c = { .fail_at = fail_at };
    struct err e = { 0 };
    enum err_kind k;
    OK(tree_arrival_new(there, &c.to, &e));
    k = tree_carry(s->data, id, hand_over, &c, &e);
    if (k == ERR_OK) k = tree_arrival_end(c.to, &e);
    tree_arrival_free(c.to);
    return k;
}

START_TEST(a_carried_tree_is_whole_or_absent)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    char repo[PATH_MAX], there[PATH_MAX], id[TREE_ID_LEN];
    scratch_open(&s);
    make_many(&s, repo);
    at = locate(&s, repo);
    for (int i = 0; i < 2; i++) { /* the second shares with the first */
        auto_tree t = NULL;
        OK(tree_open_commit(&at, "main", s.data, NULL, &t, &e));
        (void)snprintf(id, sizeof id, "%s", tree_id(t));
        put(repo, "d3/f0.c", "other\n");
        if (!i) commit_all(repo);
    }
    path_of(there, "%s/there", s.roots);
    run("mkdir %s", there);
    for (int fail_at = 1;; fail_at++) {
        enum err_kind k = carry(&s, there, id, fail_at);
        ck_assert_int_eq(tree_pinned(there, id), k == ERR_OK);
        run("! ls -A %s/trees | grep -q tmp", there);
        if (k == ERR_OK) break;
        ck_assert_int_eq(k, ERR_FULL);
    }
    ck_assert_int_eq(carry(&s, there, id, 0), ERR_OK); /* once more: nothing changes */
    run("rm -rf %s/* && cp -r %s/. %s", s.data, there, s.data);
    expect_same(&s, &at);
    scratch_close(&s);
}
END_TEST

START_TEST(what_is_no_piece_of_a_tree_is_refused)
{
    static const char *const files[] = { "", "content", "../x/content", "4b825dc642cb6eb9a060e54bf8d69288fbee4904/other",
                                         "4b825dc642cb6eb9a060e54bf8d69288fbee4904/../content", "/etc/passwd" };
    struct scratch s;
    struct err e = { 0 };
    scratch_open(&s);
    for (size_t i = 0; i < countof(files); i++) {
        struct tree_arrival *a = NULL;
        OK(tree_arrival_new(s.data, &a, &e));
        ck_assert_int_eq(tree_arrival_add(a, &(struct tree_piece){ files[i], "x", 1 }, &e), ERR_IO);
        tree_arrival_free(a);
    }
    scratch_close(&s);
}
END_TEST

UNIT_MAIN("repo_share", { a_carried_tree_is_whole_or_absent, what_is_no_piece_of_a_tree_is_refused, a_pin_after_another_lists_what_git_lists, a_long_chain_of_commits_writes_little })
