/* The commits before a tree: walked through libgit2, kept beside a pin in one file, `history`. It is a line of format,
 * one with the SHA-256 of the rest, then one record a commit: id, message and paths, each ended by a zero byte, an
 * empty one at the end. Commits that the last pin of the same place knows are taken from there. */
#include "repo/inner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/hash.h"
#include "pland/base/log.h"
#include "repo/history.h"

#define FORMAT "pland history 1\n"
#define HISTORY_MAX ((size_t)64 << 20)
#define MESSAGE_MAX 1000
#define TREES_MAX 2000 /* folders of one commit that are compared */
#define MAX_DEPTH 256

DEFINE_CLEANUP(auto_git_walk_fn, git_revwalk *, git_revwalk_free);

/* --- what one commit changes ---------------------------------------------------------------------------------------
 */
struct changes {
    git_repository *git;
    struct buf *out; /* paths, each ended by a zero byte */
    char path[PATH_MAX];
    int paths, trees;
};

static int compare(struct changes *c, const git_oid *from, const git_oid *to, size_t n_path, int depth);

static int compare_entry(struct changes *c, const git_tree_entry *old, const git_tree_entry *new, size_t n, int depth)
{
    const char *name = git_tree_entry_name(new);
    size_t len = strlen(name);
    bool folder = git_tree_entry_type(new) == GIT_OBJECT_TREE;
    if (old && git_oid_equal(git_tree_entry_id(old), git_tree_entry_id(new))) return 0;
    if (n + len + 2 > sizeof c->path) return 0;
    memcpy(c->path + n, name, len + 1);
    if (folder) {
        c->path[n + len] = '/';
        if (old && git_tree_entry_type(old) != GIT_OBJECT_TREE) old = NULL;
        return compare(c, old ? git_tree_entry_id(old) : NULL, git_tree_entry_id(new), n + len + 1, depth + 1);
    }
    if (++c->paths <= HISTORY_PATHS) buf_add(c->out, c->path, n + len + 1);
    return 0;
}

static int compare(struct changes *c, const git_oid *from, const git_oid *to, size_t n_path, int depth)
{
    AUTO(auto_git_tree_fn) git_tree *old = NULL;
    AUTO(auto_git_tree_fn) git_tree *new = NULL;
    int rc = git_tree_lookup(&new, c->git, to);
    if (rc == 0 && from) rc = git_tree_lookup(&old, c->git, from);
    if (++c->trees > TREES_MAX || depth > MAX_DEPTH) c->paths = HISTORY_PATHS + 1;
    for (size_t i = 0, n = rc == 0 ? git_tree_entrycount(new) : 0; i < n && rc == 0; i++) {
        const git_tree_entry *entry = git_tree_entry_byindex(new, i);
        if (c->paths > HISTORY_PATHS) break;
        rc =
            compare_entry(c, old ? git_tree_entry_byname(old, git_tree_entry_name(entry)) : NULL, entry, n_path, depth);
    }
    return rc;
}

/* --- commits already known -----------------------------------------------------------------------------------------
 */
struct known {
    const char **v;
    size_t n;
}; /* records by id */

static int by_id(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *after(const char *s)
{
    return s + strlen(s) + 1;
}

static const char *record_end(const char *record)
{
    while (*record) record = after(record);
    return record + 1;
}

/* text: whole records, checked. Entries point into it. */
static enum err_kind known_make(struct known *k, const struct buf *text, struct err *e)
{
    const char *end = text->p + text->n;
    size_t n = 0;
    for (const char *p = text->p; p && p < end; p = record_end(p)) n++;
    k->v = calloc(n + 1, sizeof *k->v);
    if (!k->v) return err_nomem(e);
    for (const char *p = text->p; p && p < end; p = record_end(p)) k->v[k->n++] = p;
    if (n) qsort(k->v, n, sizeof *k->v, by_id);
    return ERR_OK;
}

/* --- walking -------------------------------------------------------------------------------------------------------
 */
static int add_commit(git_repository *git, git_commit *commit, const char *id, struct buf *out)
{
    AUTO(auto_git_commit_fn) git_commit *parent = NULL;
    struct changes c = {.git = git, .out = out};
    const char *message = git_commit_message(commit);
    size_t start = out->n, n = message ? strnlen(message, MESSAGE_MAX) : 0;
    int rc = git_commit_parent(&parent, commit, 0);
    buf_add(out, id, strlen(id) + 1);
    buf_add(out, n ? message : "-", n ? n : 1);
    buf_char(out, '\0');
    if (rc == 0) rc = compare(&c, git_commit_tree_id(parent), git_commit_tree_id(commit), 0, 0);
    if (rc == 0 && c.paths > HISTORY_PATHS) { /* remembered as one that says nothing */
        out->n = start;
        buf_add(out, id, strlen(id) + 1);
        buf_add(out, "-", 2);
    }
    buf_char(out, '\0');
    if (rc < 0 && start < out->n) out->n = start;
    return rc;
}

/* A commit that is not there (a shallow clone) ends the history, nothing else. */
static enum err_kind walk(git_repository *git, git_revwalk *revs, const struct known *known, struct buf *out,
                          struct err *e)
{
    git_oid oid;
    int rc = 0;
    for (int i = 0; i < HISTORY_COMMITS && rc == 0 && (rc = git_revwalk_next(&oid, revs)) == 0; i++) {
        AUTO(auto_git_commit_fn) git_commit *commit = NULL;
        char id[41], *key = id;
        const char **had;
        (void)git_oid_tostr(id, sizeof id, &oid);
        had = known->n ? bsearch(&key, known->v, known->n, sizeof *known->v, by_id) : NULL;
        if (had) buf_add(out, *had, (size_t)(record_end(*had) - *had));
        else if ((rc = git_commit_lookup(&commit, git, &oid)) == 0 && git_commit_parentcount(commit) == 1)
            rc = add_commit(git, commit, id, out);
    }
    if (rc == 0 || rc == GIT_ITEROVER || rc == GIT_ENOTFOUND) return git_error_clear(), buf_check(out, e);
    return git_fail(e, rc, "the history cannot be read");
}

static enum err_kind walk_from(git_repository *git, const char *commit, const struct buf *before, struct buf *out,
                               struct err *e)
{
    AUTO(auto_git_walk_fn) git_revwalk *revs = NULL;
    struct known known = {NULL, 0};
    git_oid head;
    enum err_kind k = known_make(&known, before, e);
    int rc = k == ERR_OK ? git_oid_fromstr(&head, commit) : 0;
    if (k == ERR_OK && rc == 0) rc = git_revwalk_new(&revs, git);
    if (k == ERR_OK && rc == 0) rc = git_revwalk_sorting(revs, GIT_SORT_TIME);
    if (k == ERR_OK && rc == 0) rc = git_revwalk_push(revs, &head);
    if (k == ERR_OK && rc < 0) k = git_fail(e, rc, "the history of %s cannot be read", commit);
    if (k == ERR_OK) k = walk(git, revs, &known, out, e);
    free(known.v);
    return k;
}

/* --- the file ------------------------------------------------------------------------------------------------------
 */
/* The records alone; none when there is no file, or a damaged one. */
static enum err_kind read_records(const struct tree *t, struct buf *ret, struct err *e)
{
    auto_buf text = BUF_INIT(HISTORY_MAX);
    const size_t head = sizeof FORMAT - 1 + 65;
    struct err why = {0};
    enum err_kind k;
    if (t->history < 0) return ERR_OK;
    if (lseek(t->history, 0, SEEK_SET) != 0) return err_errno(e, errno, "a tree's history cannot be read");
    k = disk_read(t->history, "history", HISTORY_MAX, &text, &why);
    if (k == ERR_NOMEM) return *e = why, k;
    if (k != ERR_OK || text.n < head || memcmp(text.p, FORMAT, sizeof FORMAT - 1) != 0 ||
        memcmp(hash_hex(text.p + head, text.n - head).s, text.p + sizeof FORMAT - 1, 64) != 0) {
        log_warn("the history of a tree is damaged and not used", LOG_S("tree", t->id));
        return ERR_OK;
    }
    buf_add(ret, text.p + head, text.n - head);
    return buf_check(ret, e);
}

enum err_kind history_write(int dir, struct tree *t, struct tree *base, struct err *e)
{
    auto_buf before = BUF_INIT(HISTORY_MAX), records = BUF_INIT(HISTORY_MAX);
    auto_fd fd = -1;
    enum err_kind k = ERR_OK;
    if (!t->git || !t->commit[0]) return ERR_OK;
    if (base) {
        HOLD(&base->lock);
        k = read_records(base, &before, e);
    }
    if (k == ERR_OK) k = walk_from(t->git, t->commit, &before, &records, e);
    if (k == ERR_TOO_LARGE || k == ERR_IO)
        return ERR_OK; /* messages and paths beyond reason, or objects that are gone */
    if (k != ERR_OK) return k;
    fd = openat(dir, "history", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return err_errno(e, errno, "a tree's history cannot be written");
    k = disk_write(fd, FORMAT, sizeof FORMAT - 1, e);
    if (k == ERR_OK) k = disk_write(fd, hash_hex(buf_cstr(&records), records.n).s, 64, e);
    if (k == ERR_OK) k = disk_write(fd, "\n", 1, e);
    if (k == ERR_OK) k = disk_write(fd, buf_cstr(&records), records.n, e);
    return k == ERR_OK ? ERR_OK : err_wrap(e, "a tree's history"); /* not synced: its hash tells when it is torn */
}

/* --- reading -------------------------------------------------------------------------------------------------------
 */
static void take_record(const char *record, struct arena *a, struct history *ret)
{
    const char *message = after(record), *path = after(message);
    struct past_commit *c = *path ? arena_push(a, &ret->commits, sizeof *c) : NULL;
    if (!c) return;
    c->message = arena_dup(a, message);
    for (; *path; path = after(path)) {
        const char **slot = arena_push(a, &c->paths, sizeof *slot);
        if (slot) *slot = arena_dup(a, path);
    }
}

enum err_kind tree_history(struct tree *t, struct arena *a, struct history *ret, struct err *e)
{
    auto_buf none = BUF_INIT(1), records = BUF_INIT(HISTORY_MAX);
    enum err_kind k;
    if (t->whole) return tree_history(t->whole, a, ret, e);
    HOLD(&t->lock);
    memset(ret, 0, sizeof *ret);
    if (t->git && t->commit[0]) k = walk_from(t->git, t->commit, &none, &records, e);
    else k = read_records(t, &records, e);
    if (k == ERR_TOO_LARGE || k == ERR_IO) {
        log_warn("the history of a tree is not used", LOG_S("tree", t->id), LOG_E(e));
        return ERR_OK;
    }
    for (const char *p = records.p; k == ERR_OK && p && p < records.p + records.n; p = record_end(p))
        take_record(p, a, ret);
    return k == ERR_OK ? arena_check(a, e) : k;
}
