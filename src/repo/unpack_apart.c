/* Reading an upload in a process of its own. libarchive and its decompressors are C that reads what anybody sends: should
 * one of them be led astray, it is in a process that has a copy of nothing (it was started anew by exec), a processor
 * time, an address space and file sizes with limits, no way to other files than the folder of trees (Landlock, where the
 * kernel has it) and no more rights than it began with; its death is an answer like any other. The archive goes in by
 * standard input, the result comes back as one line of JSON. */
#include "pland/repo/pack.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "pland/base/log.h"
#include "pland/base/record.h"
#include "pland/repo/child.h"
#include "repo/inner.h"

#define MEMORY_MAX ((int64_t)2 << 30)
#define LISTING_ROOM ((int64_t)1 << 30) /* besides max_bytes: a listing may be as large */
#define CPU_S 600
#define WALL_MS 900000
#define ANSWER_MAX ((size_t)4 << 20)

struct answer {
    int64_t kind; /* enum err_kind */
    const char *message, *tree;
    int64_t files, bytes;
    LIST(struct pack_note) notes;
    bool more_notes;
};
static const struct field note_fields[] = {
    F_STR(struct pack_note, path, FIELD_REQUIRED, 0, 0, "path"),
    F_STR(struct pack_note, why, FIELD_REQUIRED, 0, 0, "why"),
};
static const struct record note_record = RECORD("note", struct pack_note, note_fields);
static const struct field answer_fields[] = {
    F_INT(struct answer, kind, 0, 0, ERR_N_ - 1, "kind of error"),
    F_STR(struct answer, message, 0, 0, 0, "error"),
    F_STR(struct answer, tree, 0, 0, TREE_ID_LEN, "id of the pinned tree"),
    F_INT(struct answer, files, 0, 0, 0, "files"),
    F_INT(struct answer, bytes, 0, 0, 0, "bytes"),
    F_LIST(struct answer, notes, 0, &note_record, 0, "notes"),
    F_BOOL(struct answer, more_notes, 0, "more notes"),
};
static const struct record answer_record = RECORD("answer", struct answer, answer_fields);

/* --- the child ------------------------------------------------------------------------------------------------------ */
#define READ_DIR LANDLOCK_ACCESS_FS_READ_DIR
#define CHANGE_TREES                                                                                                   \
    (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |         \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG)
#define EVERYTHING                                                                                                     \
    (CHANGE_TREES | LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_SOCK |         \
     LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

static bool allow(int rules, const char *path, uint64_t what)
{
    struct landlock_path_beneath_attr at = { .allowed_access = what };
    auto_fd fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    at.parent_fd = fd;
    return fd >= 0 && syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &at, 0) == 0;
}

/* A kernel without Landlock: the other limits have to do. One that has it must obey. */
static enum err_kind only_trees(const char *data_dir, struct err *e)
{
    const struct landlock_ruleset_attr attr = { .handled_access_fs = EVERYTHING };
    char trees[PATH_MAX];
    auto_fd made = -1;
    auto_fd rules = -1;
    enum err_kind k = trees_open(data_dir, true, LOCK_SH, &made, e);
    if (k != ERR_OK) return k;
    rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof attr, 0);
    if (rules < 0) return ERR_OK;
    if ((size_t)snprintf(trees, sizeof trees, "%s/trees", data_dir) < sizeof trees && allow(rules, data_dir, READ_DIR) &&
        allow(rules, trees, CHANGE_TREES) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
        syscall(SYS_landlock_restrict_self, rules, 0) == 0)
        return ERR_OK;
    return err_errno(e, errno, "the reader of archives cannot be confined");
}

static int64_t number(const char *text)
{
    return strtoll(text, NULL, 10);
}

int repo_unpack_serve(int argc, const char *const *argv)
{
    struct answer out = { .kind = ERR_OK };
    struct pack_report report = { 0 };
    auto_buf text = BUF_INIT(ANSWER_MAX);
    auto_arena a = arena_new(0);
    auto_tree tree = NULL;
    struct err e = { 0 }, none;
    if (argc != 5 || !a) return 2;
    const struct tree_limits limits = { number(argv[2]), number(argv[3]), number(argv[4]) };
    out.kind = only_trees(argv[0], &e);
    if (out.kind == ERR_OK) out.kind = repo_unpack_fd(STDIN_FILENO, argv[0], argv[1][0] ? argv[1] : NULL, &limits, a, &report, &tree, &e);
    out.message = out.kind == ERR_OK ? NULL : e.msg;
    out.tree = tree ? tree_id(tree) : NULL;
    out.files = report.files;
    out.bytes = report.bytes;
    out.notes.v = report.notes.v;
    out.notes.n = report.notes.n;
    out.more_notes = report.more_notes;
    record_encode(&answer_record, &out, &text);
    return buf_check(&text, &none) == ERR_OK && disk_write(STDOUT_FILENO, text.p, text.n, &none) == ERR_OK ? 0 : 1;
}

/* --- who started it ------------------------------------------------------------------------------------------------- */
static enum err_kind died(const struct child_end *end, struct err *e)
{
    if (end->late || end->signal == SIGXCPU) return err_set(e, ERR_TOO_LARGE, "the archive takes too long to read");
    if (end->signal == SIGXFSZ) return err_set(e, ERR_TOO_LARGE, "the archive holds more than is taken (setting: max-tree-bytes)");
    log_warn("the reader of an upload died", LOG_I("code", end->code), LOG_I("signal", end->signal));
    return err_set(e, ERR_INVALID, "the archive is damaged in a way that cannot be read");
}

static enum err_kind take(const struct buf *text, struct arena *a, struct pack_report *report, char ret_tree[TREE_ID_LEN], struct err *e)
{
    struct answer in = { .kind = ERR_OK };
    struct err why;
    if (record_parse(&answer_record, buf_cstr(text), text->n, &in, a, &why) != ERR_OK) return err_set(e, ERR_INVALID, "the archive is damaged in a way that cannot be read");
    if (in.kind == ERR_NOMEM) return err_set(e, ERR_TOO_LARGE, "the archive needs more memory than reading one may use");
    if (in.kind != ERR_OK) return err_set(e, (enum err_kind)in.kind, "%s", in.message ? in.message : "the archive cannot be read");
    if (!in.tree || !tree_id_valid(in.tree)) return err_set(e, ERR_INTERNAL, "the reader of archives named no tree");
    *report = (struct pack_report){ .files = in.files, .bytes = in.bytes, .more_notes = in.more_notes };
    report->notes.v = in.notes.v;
    report->notes.n = in.notes.n;
    (void)snprintf(ret_tree, TREE_ID_LEN, "%s", in.tree);
    return ERR_OK;
}

enum err_kind repo_unpack_apart(const char *program, const void *p, size_t n, const char *data_dir, const char *commit,
                                const struct tree_limits *l, struct arena *a, struct pack_report *report,
                                char ret_tree[TREE_ID_LEN], struct err *e)
{
    static const char *const nothing[] = { "PATH=" CHILD_PATH, NULL };
    char real[PATH_MAX], limits[3][24];
    int64_t max_bytes = l && l->max_bytes > 0 ? l->max_bytes : REPO_MAX_BYTES;
    auto_buf out = BUF_INIT(ANSWER_MAX);
    struct child_end end;
    enum err_kind k;
    if (!realpath(data_dir, real)) return err_errno(e, errno, "the data directory '%.200s'", data_dir);
    (void)snprintf(limits[0], sizeof limits[0], "%lld", (long long)(l ? l->max_files : 0));
    (void)snprintf(limits[1], sizeof limits[1], "%lld", (long long)max_bytes);
    (void)snprintf(limits[2], sizeof limits[2], "%lld", (long long)(l ? l->max_file_bytes : 0));
    const char *const argv[] = { "pland", REPO_UNPACK_COMMAND, real, commit ? commit : "", limits[0], limits[1], limits[2], NULL };
    const struct child c = { .program = program, .argv = argv, .envp = nothing, .input = p, .n_input = n, .wall_ms = WALL_MS,
        .cpu_s = CPU_S, .memory = MEMORY_MAX, .file_bytes = max_bytes + LISTING_ROOM, .files = 64, .out = &out };
    if ((k = child_run(&c, &end, e)) != ERR_OK) return k;
    return end.code == 0 ? take(&out, a, report, ret_tree, e) : died(&end, e);
}
