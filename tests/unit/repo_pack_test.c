/* Uploads: a round trip, and every archive that tries to do more than hold files. */
#include "unit/check_main.h"
#include "unit/repo_fixture.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>

/* One entry of an archive made for a test. */
struct item {
    const char *name, *text;
    unsigned type;     /* AE_IF…, 0: a file */
    const char *link;  /* symbolic target */
    const char *hard;  /* hard link target */
    int64_t size;      /* claimed instead of the text's */
};
struct made { char bytes[1 << 20]; size_t n; };

static void make(struct made *m, int filter, const struct item *items, size_t n)
{
    struct archive *out = archive_write_new();
    ck_assert_int_eq(archive_write_set_format_pax(out), ARCHIVE_OK);
    ck_assert_int_ge(archive_write_add_filter(out, filter), ARCHIVE_WARN);
    ck_assert_int_eq(archive_write_open_memory(out, m->bytes, sizeof m->bytes, &m->n), ARCHIVE_OK);
    for (size_t i = 0; i < n; i++) {
        struct archive_entry *entry = archive_entry_new();
        size_t len = items[i].text ? strlen(items[i].text) : 0;
        archive_entry_set_pathname(entry, items[i].name);
        archive_entry_set_filetype(entry, items[i].type ? items[i].type : AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, items[i].size ? items[i].size : (la_int64_t)len);
        if (items[i].link) archive_entry_set_symlink(entry, items[i].link);
        if (items[i].hard) archive_entry_set_hardlink(entry, items[i].hard);
        ck_assert_int_ge(archive_write_header(out, entry), ARCHIVE_WARN);
        if (len) ck_assert_int_eq((int)archive_write_data(out, items[i].text, len), (int)len);
        archive_entry_free(entry);
    }
    (void)archive_write_free(out);
}

static struct made made;

static void expect_refused(const struct item *items, size_t n, enum err_kind kind, const char *part)
{
    struct scratch s;
    struct err e = { 0 };
    struct pack_report report;
    struct tree *t = NULL;
    auto_arena a = arena_new(0);
    scratch_open(&s);
    make(&made, ARCHIVE_FILTER_NONE, items, n);
    REFUSED(kind,
            repo_unpack(made.bytes, made.n, s.data, NULL, &(struct tree_limits){ .max_files = 5, .max_bytes = 1000 }, a,
                        &report, &t, &e),
            part);
    run("test -z \"$(ls -A %s/trees)\"", s.data);
    run("test -z \"$(ls -A %s)\"", s.outside);
    scratch_close(&s);
}

START_TEST(refuses_hostile_archives_by_name)
{
    static const struct { struct item items[2]; size_t n; enum err_kind kind; const char *part;
    } rows[] = {
        { { { .name = "/etc/cron.d/x", .text = "x" } }, 1, ERR_INVALID, "/etc/cron.d/x" },
        { { { .name = "a/../../outside/x", .text = "x" } }, 1, ERR_INVALID, "outside/x" },
        { { { .name = "../x", .type = AE_IFDIR } }, 1, ERR_INVALID, "../x" },
        { { { .name = "a\nb", .text = "x" } }, 1, ERR_INVALID, "control character" },
        { { { .name = "a", .text = "x" }, { .name = "a", .text = "y" } },
          2,
          ERR_INVALID,
          "'a' is in the archive twice" },
        { { { .name = "a", .text = "x" }, { .name = "./a", .text = "y" } }, 2, ERR_INVALID, "twice" },
        { { { .name = "a", .text = "x" }, { .name = "a/b", .text = "y" } }, 2, ERR_INVALID, "a file and a folder" },
        { { { .name = "l", .link = "x", .type = AE_IFLNK }, { .name = "l/b", .text = "y" } },
          2,
          ERR_INVALID,
          "a file and a folder" },
        { { { .name = "h", .hard = "../../etc/passwd" } }, 1, ERR_INVALID, "hard link 'h'" },
        { { { .name = "h", .hard = "/etc/passwd" } }, 1, ERR_INVALID, "hard link 'h'" },
        { { { .name = "h", .hard = "absent" } }, 1, ERR_INVALID, "not in the archive" },
        { { { .name = "big", .size = 1001 } }, 1, ERR_TOO_LARGE, "'big' alone" },
        { { { .name = "a", .size = 600 }, { .name = "b", .size = 600 } }, 2, ERR_TOO_LARGE, "'b'" },
    };
    for (size_t i = 0; i < countof(rows); i++) expect_refused(rows[i].items, rows[i].n, rows[i].kind, rows[i].part);
}
END_TEST

START_TEST(refuses_too_many_files)
{
    struct item items[6];
    char names[6][8];
    for (size_t i = 0; i < 6; i++) {
        (void)snprintf(names[i], sizeof names[i], "f%zu", i);
        items[i] = (struct item){ .name = names[i], .text = "x" };
    }
    expect_refused(items, 6, ERR_TOO_LARGE, "more than 5 files");
}
END_TEST

START_TEST(refuses_what_is_no_archive)
{
    static const struct {
        const char *p;
        size_t n;
    } rows[] = { { "", 0 }, { "hello", 5 }, { "\x1f\x8b\x08\0\0\0\0\0\0\x03zz", 12 }, { "PK\x03\x04zip", 7 } };
    struct scratch s;
    struct err e = { 0 };
    struct pack_report report;
    struct tree *t = NULL;
    static const struct item one[] = { { .name = "a", .text = "some text that is long enough" } };
    auto_arena a = arena_new(0);
    scratch_open(&s);
    for (size_t i = 0; i < countof(rows); i++)
        REFUSED(ERR_INVALID, repo_unpack(rows[i].p, rows[i].n, s.data, NULL, NULL, a, &report, &t, &e),
                "cannot be read");
    make(&made, ARCHIVE_FILTER_NONE, one, 1);
    ck_assert_int_eq(repo_unpack(made.bytes, 520, s.data, NULL, NULL, a, &report, &t, &e), ERR_INVALID);
    REFUSED(ERR_INVALID, repo_unpack(made.bytes, made.n, s.data, "main", NULL, a, &report, &t, &e), "not a commit");
    scratch_close(&s);
}
END_TEST

START_TEST(keeps_what_is_fine_and_notes_the_rest)
{
    static const struct item items[] = {
        { .name = "./", .type = AE_IFDIR },
        { .name = "src/", .type = AE_IFDIR },
        { .name = "src/a.c", .text = "int a;\n" },
        { .name = "src/A.c", .text = "int A;\n" },
        { .name = "\xc3\xa9t\xc3\xa9.md", .text = "summer\n" },
        { .name = "link", .type = AE_IFLNK, .link = "src/a.c" },
        { .name = "src/up", .type = AE_IFLNK, .link = "../link" },
        { .name = "src/out", .type = AE_IFLNK, .link = "../../etc/passwd" },
        { .name = "abs", .type = AE_IFLNK, .link = "/etc/passwd" },
        { .name = "hard", .hard = "src/a.c" },
        { .name = ".git/config", .text = "[core]\n" },
        { .name = ".git/HEAD", .text = "ref: x\n" },
        { .name = "dev", .type = AE_IFCHR },
        { .name = "pipe", .type = AE_IFIFO },
    };
    static const int filters[] = { ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_ZSTD };
    static const char commit[] = "0123456789012345678901234567890123456789";
    for (size_t i = 0; i < countof(filters); i++) {
        struct scratch s;
        struct err e = { 0 };
        struct pack_report report;
        auto_tree t = NULL;
        auto_buf b = BUF_INIT(100);
        auto_arena a = arena_new(0);
        scratch_open(&s);
        make(&made, filters[i], items, countof(items));
        OK(repo_unpack(made.bytes, made.n, s.data, commit, NULL, a, &report, &t, &e));
        ck_assert_int_eq(tree_kind(t), TREE_UPLOAD);
        ck_assert_str_eq(tree_commit(t), commit);
        ck_assert_uint_eq(tree_files(t).n, 6);
        ck_assert_int_eq((int)report.files, 6);
        ck_assert_ptr_nonnull(tree_find(t, "\xc3\xa9t\xc3\xa9.md"));
        OK(tree_read(t, "hard", 0, &b, &e));
        ck_assert_str_eq(buf_cstr(&b), "int a;\n");
        ck_assert_ptr_null(tree_find(t, "abs"));
        ck_assert_uint_eq(report.notes.n, 6);
        ck_assert_str_eq(report.notes.v[0].path, "src/out");
        ck_assert_str_eq(report.notes.v[2].path, ".git");
        ck_assert_str_eq(report.notes.v[5].path, "src/a.c");
        scratch_close(&s);
    }
}
END_TEST

START_TEST(what_planctl_packs_comes_back_the_same)
{
    struct scratch s;
    struct err e = { 0 };
    struct repo_location at;
    struct pack_report report;
    char repo[PATH_MAX], one[PATH_MAX], two[PATH_MAX];
    auto_tree live = NULL;
    auto_tree back = NULL;
    auto_arena a = arena_new(0);
    int fd;
    scratch_open(&s);
    make_repo(&s, "api", repo);
    put(repo, ".gitignore", "*.o\n");
    put(repo, "x.o", "no");
    put(repo, "d\xc3\xa9j\xc3\xa0 vu/empty", "");
    put(repo, "tool.sh", "#!/bin/sh\n");
    run("chmod +x %s/tool.sh; ln -s tool.sh %s/t", repo, repo);
    at = locate(&s, repo);
    OK(tree_open_worktree(&at, NULL, &live, &e));
    path_of(one, "%s/one.tar.gz", s.top);
    path_of(two, "%s/two.tar.gz", s.top);
    fd = open(one, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    OK(repo_pack(live, fd, &e));
    ck_assert_int_eq((int)lseek(fd, 0, SEEK_SET), 0);
    OK(repo_unpack_fd(fd, s.data, tree_commit(live), NULL, a, &report, &back, &e));
    (void)close(fd);
    ck_assert_str_eq(tree_id(back), tree_id(live));
    ck_assert_uint_eq(report.notes.n, 0);
    fd = open(two, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    OK(repo_pack(back, fd, &e));
    (void)close(fd);
    run("cmp %s %s", one, two);
    scratch_close(&s);
}
END_TEST

START_TEST(a_bomb_stops_at_the_limit)
{
    struct scratch s;
    struct err e = { 0 };
    struct pack_report report;
    struct tree *t = NULL;
    char path[PATH_MAX];
    auto_arena a = arena_new(0);
    int fd;
    scratch_open(&s);
    run("cd %s && truncate -s 300M zeros && tar --format=ustar -czf ../bomb.tar.gz zeros", s.outside);
    path_of(path, "%s/bomb.tar.gz", s.top);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    REFUSED(ERR_TOO_LARGE,
            repo_unpack_fd(fd, s.data, NULL, &(struct tree_limits){ .max_bytes = 100 << 20 }, a, &report, &t, &e),
            "zeros");
    (void)close(fd);
    run("test -z \"$(ls -A %s/trees)\"", s.data);
    scratch_close(&s);
}
END_TEST

static enum err_kind unpack_file(const struct scratch *s, const char *name, const struct tree_limits *l, struct arena *a, struct pack_report *report,
                                 struct tree **ret, struct err *e)
{
    char path[PATH_MAX];
    enum err_kind k;
    int fd;
    path_of(path, "%s/%s", s->top, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    k = repo_unpack_fd(fd, s->data, NULL, l, a, report, ret, e);
    (void)close(fd);
    return k;
}

START_TEST(sparse_files_count_with_their_holes)
{
    struct scratch s;
    struct err e = { 0 };
    struct pack_report report;
    auto_tree t = NULL;
    struct tree *none = NULL;
    auto_arena a = arena_new(0);
    scratch_open(&s);
    run("cd %s && truncate -s 300K holes && echo end >>holes && tar -cSf ../sparse.tar holes", s.outside);
    OK(unpack_file(&s, "sparse.tar", NULL, a, &report, &t, &e));
    ck_assert_int_eq((int)tree_find(t, "holes")->size, 300 * 1024 + 4);
    expect_unread(t, "holes", ERR_NOT_FOUND, "not kept"); /* zeros are no text */
    run("cd %s && truncate -s 40G vast && tar -cSf ../vast.tar vast && test $(stat -c %%s ../vast.tar) -lt 100000", s.outside);
    REFUSED(ERR_TOO_LARGE, unpack_file(&s, "vast.tar", NULL, a, &report, &none, &e), "vast");
    scratch_close(&s);
}
END_TEST

START_TEST(names_of_any_length_and_bytes)
{
    static char deep[4001], over[6001];
    struct scratch s;
    struct err e = { 0 };
    struct pack_report report;
    auto_tree t = NULL;
    struct tree *none = NULL;
    auto_arena a = arena_new(0);
    for (int i = 0; i < 4000; i++) deep[i] = i % 2 ? '/' : 'd';
    deep[3999] = 'x';
    memset(over, 'n', 6000);
    const struct item fine[] = { { .name = deep, .text = "x" }, { .name = "\xff\xfe.c", .text = "int x;\n" }, { .name = "win\\dows.c", .text = "y" } };
    const struct item longer[] = { { .name = over, .text = "x" } };
    scratch_open(&s);
    make(&made, ARCHIVE_FILTER_NONE, fine, countof(fine));
    OK(repo_unpack(made.bytes, made.n, s.data, NULL, NULL, a, &report, &t, &e));
    ck_assert_ptr_nonnull(tree_find(t, deep));
    ck_assert_uint_eq(tree_files(t).n, 3);
    make(&made, ARCHIVE_FILTER_NONE, longer, 1);
    REFUSED(ERR_INVALID, repo_unpack(made.bytes, made.n, s.data, NULL, NULL, a, &report, &none, &e), "too long");
    scratch_close(&s);
}
END_TEST

START_TEST(content_that_is_not_text_is_named)
{
    static const char pointer[] = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";
    static const struct item items[] = { { .name = "model.bin", .text = pointer }, { .name = "fine.c", .text = "int x;\n" } };
    struct scratch s;
    struct err e = { 0 };
    struct pack_report report;
    auto_tree t = NULL;
    auto_arena a = arena_new(0);
    scratch_open(&s);
    make(&made, ARCHIVE_FILTER_NONE, items, countof(items));
    OK(repo_unpack(made.bytes, made.n, s.data, NULL, NULL, a, &report, &t, &e));
    expect_unread(t, "model.bin", ERR_MEDIA_TYPE, "Git LFS pointer");
    expect_text(t, "fine.c", "int x;\n");
    scratch_close(&s);
}
END_TEST

UNIT_MAIN("repo_pack", { refuses_hostile_archives_by_name, refuses_too_many_files, refuses_what_is_no_archive,
                         keeps_what_is_fine_and_notes_the_rest, what_planctl_packs_comes_back_the_same,
                         a_bomb_stops_at_the_limit, sparse_files_count_with_their_holes, names_of_any_length_and_bytes,
                         content_that_is_not_text_is_named })
