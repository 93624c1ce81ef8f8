/* An opened tree of files: what plans are checked against.
 *
 * A struct tree is immutable, reference counted, and may be read from several threads at once: the listing is built
 * when it is opened; GIT trees own a libgit2 handle guarded by a lock of the tree, all other kinds read with pread().
 * Paths are relative, with '/', never leading, never trailing, byte order sorted. Symbolic links and submodules are
 * listed as what they are and never followed.
 *
 *   GIT       a commit of a repository, read from its object store or from its pin; id = the commit's tree id
 *   WORKTREE  the files of a working tree as they are now, without what git ignores
 *   FOLDER    a folder without git; version-control and dependency folders are left out
 *   UPLOAD    an uploaded tar (always pinned)
 *   EMPTY     no files; the base of a plan without a repository
 * The id of WORKTREE, FOLDER and UPLOAD is a SHA-256 over mode, blob id and path of every file, so equal files give
 * equal ids. A live WORKTREE or FOLDER reads the disk and checks each read against the listing (ERR_CONFLICT "changed
 * since it was pinned"); tree_pin() copies the bytes below the data directory, after which nothing can change. */
#ifndef PLAND_REPO_TREE_H
#define PLAND_REPO_TREE_H

#include <stdbool.h>
#include <stdint.h>
#include "pland/base/arena.h"
#include "pland/base/buf.h"
#include "pland/repo/repo.h"

enum tree_kind { TREE_GIT, TREE_WORKTREE, TREE_FOLDER, TREE_UPLOAD, TREE_EMPTY, TREE_KIND_N_ };
extern const char *const tree_kind_names[]; /* NULL-terminated */

#define TREE_ID_LEN 65 /* hex with NUL: 40 digits for GIT and EMPTY, 64 for the others */
#define TREE_MODE_FILE 0100644
#define TREE_MODE_EXEC 0100755
#define TREE_MODE_LINK 0120000
#define TREE_MODE_SUBMODULE 0160000
#define TREE_EMPTY_ID "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

struct tree_limits { /* 0: the default */
    int64_t max_files;      /* 1,000,000 */
    int64_t max_bytes;      /* of an upload, and of what a pin copies: 2 GiB */
    int64_t max_file_bytes; /* larger files are pinned by name only: 2 MiB */
};

struct tree_file {
    const char *path;
    int64_t size;  /* bytes; of a link its target's length; 0 for submodules */
    uint32_t mode; /* TREE_MODE_… */
    bool kept;     /* its bytes can be read; false: pinned by name only (binary, large), unreadable, submodule */
    char oid[41];  /* git blob id; zeros when unknown */
};
struct tree_files { const struct tree_file *v; size_t n; };

struct tree;

/* ref: branch, tag, commit (also abbreviated), "HEAD", "main~2"; NULL or "": HEAD. ERR_NOT_FOUND names the ref. */
_must_check_ enum err_kind tree_open_git(const struct repo_location *at, const char *ref, const struct tree_limits *l,
                                         struct tree **ret, struct err *e);
_must_check_ enum err_kind tree_open_worktree(const struct repo_location *at, const struct tree_limits *l,
                                              struct tree **ret, struct err *e);
_must_check_ enum err_kind tree_open_folder(const struct repo_location *at, const struct tree_limits *l,
                                            struct tree **ret, struct err *e);
_must_check_ enum err_kind tree_open_empty(struct tree **ret, struct err *e);
/* WORKTREE when at is a repository with a working tree, else FOLDER; pinned below data_dir, tried again when files
 * change meanwhile (ERR_BUSY when they do not stop). What services use. */
_must_check_ enum err_kind tree_open_snapshot(const struct repo_location *at, const char *data_dir,
                                              const struct tree_limits *l, struct tree **ret, struct err *e);

/* A commit, pinned below data_dir: after this the repository may move, lose the commit or go away. Quick when the
 * commit's tree is pinned already. A tree whose text is larger than max_bytes is read in place, with a warning in the
 * log. What services use. */
_must_check_ enum err_kind tree_open_commit(const struct repo_location *at, const char *ref, const char *data_dir,
                                            const struct tree_limits *l, struct tree **ret, struct err *e);

/* The last pin of a git repository, with which its next commit's shares. NULL: there is none. */
_must_check_ enum err_kind tree_open_last(const struct repo_location *at, const char *data_dir, struct tree **ret,
                                          struct err *e);
/* As tree_open_commit() without opening it: for what is only to be ready when somebody asks. */
struct tree_pinned_commit {
    char commit[41], ref[256]; /* ref: the branch HEAD is on when none was asked for; "": none */
    char tree[TREE_ID_LEN];    /* "": it is empty, or too large to be copied */
};
/* last: from tree_open_last(), or NULL, and then it is opened when it is needed. */
_must_check_ enum err_kind tree_pin_commit(const struct repo_location *at, const char *ref, struct tree *last, const char *data_dir,
                                           const struct tree_limits *l, struct tree_pinned_commit *ret, struct err *e);

/* Copies text up to max_file_bytes and the names of the rest to data_dir/trees/<id>/ (temporary folder, fsync,
 * rename); a tree that is there already is only marked as in use. Files that the last pin of the same place has are
 * referred to, not copied again. Any kind may be pinned. */
_must_check_ enum err_kind tree_pin(struct tree *t, const char *data_dir, const struct tree_limits *l, struct err *e);
/* ERR_NOT_FOUND: no such pin; ERR_IO: its files are damaged (the id is checked). */
_must_check_ enum err_kind tree_open_pinned(const char *data_dir, const char *id, struct tree **ret, struct err *e);
bool tree_pinned(const char *data_dir, const char *id); /* there, and marked as in use now */
/* Removes pins that nothing refers to: not in uses, not made or marked within min_age_s seconds, and not sharing their
 * bytes with one that stays. Does nothing while trees are pinned or held. */
struct tree_uses { const char *const *v; size_t n; };
_must_check_ enum err_kind tree_collect(const char *data_dir, const struct tree_uses *uses, int64_t min_age_s,
                                        int64_t *ret_removed, struct err *e);
/* While *ret is open nothing is removed by tree_collect(), in any process. The caller closes it. */
_must_check_ enum err_kind tree_hold(const char *data_dir, int *ret, struct err *e);
/* Removes what interrupted pins left behind; at start, while nothing else pins. */
_must_check_ enum err_kind tree_sweep(const char *data_dir, struct err *e);

/* A view of a tree without the files that one of the patterns names, as git's pathspecs do: "legacy" and all below it,
 * "*.gen.go" anywhere. Its id is its own, so what is found out about it is kept apart. Holds a reference to the whole
 * tree; without patterns it is the whole tree. */
struct tree_patterns { const char *const *v; size_t n; };
_must_check_ enum err_kind tree_open_without(struct tree *whole, const struct tree_patterns *without, struct tree **ret,
                                             struct err *e);

struct tree *tree_ref(struct tree *t);
void tree_unref(struct tree *t); /* accepts NULL */

enum tree_kind tree_kind(const struct tree *t);
const char *tree_id(const struct tree *t);
const char *tree_commit(const struct tree *t); /* 40 hex digits; NULL: none. A WORKTREE's is the HEAD it was taken at */
const char *tree_ref_name(const struct tree *t); /* the ref as it was asked for, or the branch HEAD is on; NULL */
struct tree_files tree_files(const struct tree *t);
/* NULL: no such file. A leading "./" and doubled or trailing slashes are not accepted: see tree_normalise(). */
const struct tree_file *tree_find(const struct tree *t, const char *path);
bool tree_is_dir(const struct tree *t, const char *path); /* "" is the top, a directory always */
/* Files below a directory, as a slice of tree_files(). */
struct tree_files tree_below(const struct tree *t, const char *dir);
/* The existing path closest to path (same base name first, then edit distance); NULL: nothing close. */
const char *tree_closest(const struct tree *t, const char *path);

/* Reads a whole text file. ERR_NOT_FOUND; ERR_TOO_LARGE: more than max bytes (0: 64 MiB); ERR_MEDIA_TYPE: binary, a
 * Git LFS pointer, a symbolic link (the message names its target) or a submodule; ERR_CONFLICT: a live file has
 * changed; ERR_NOT_FOUND with "was not kept" when the pin has only its name. */
_must_check_ enum err_kind tree_read(struct tree *t, const char *path, size_t max, struct buf *ret, struct err *e);
/* The same without looking at the content: bytes, or a link's target. */
_must_check_ enum err_kind tree_read_bytes(struct tree *t, const struct tree_file *f, size_t max, struct buf *ret,
                                           struct err *e);

/* Many text files, as fast as they can be had: fn is called once for each of which[] (indices into tree_files()) that is
 * kept text of at most max bytes, in no order, on up to two threads at once. text ends with NUL, is borrowed, and is not
 * compared with its blob id when it comes from a pin: for looking, not for quoting. Binary files, links and Git LFS
 * pointers are passed over. */
typedef void tree_text_fn(void *arg, size_t i, const char *text, size_t n); /* i: index into tree_files() */
struct tree_which { const size_t *v; size_t n; };
_must_check_ enum err_kind tree_each_text(struct tree *t, const struct tree_which *which, size_t max, tree_text_fn *fn,
                                          void *arg, struct err *e);

struct tree_hit { const char *path; int64_t line; const char *text; };
struct tree_hits { LIST(struct tree_hit) hits; bool more; };
/* Lines holding a literal, in path order; below: a directory or file to look in, NULL: everywhere. Binary files and
 * files above 2 MiB are passed over. Text is cut at 300 bytes on a character's border. */
_must_check_ enum err_kind tree_search(struct tree *t, const char *literal, bool fold_case, const char *below,
                                       size_t limit, struct arena *a, struct tree_hits *ret, struct err *e);

enum tree_change_kind { TREE_ADDED, TREE_REMOVED, TREE_CHANGED };
struct tree_change { const char *path; int kind; };
struct tree_changes { LIST(struct tree_change) changes; };
/* Paths that differ between two trees, sorted. Paths are copied into the arena. */
_must_check_ enum err_kind tree_diff(const struct tree *from, const struct tree *to, struct arena *a,
                                     struct tree_changes *ret, struct err *e);

/* A path as people write it ("./src//a.c", "src/") to the form of this file, into ret[n]. ERR_INVALID: absolute, leaves
 * the tree by "..", empty, control characters, too long. Pure. */
_must_check_ enum err_kind tree_normalise(const char *path, char *ret, size_t n, struct err *e);
/* Text has no NUL in its first 8000 bytes. Pure. */
bool tree_bytes_are_text(const void *p, size_t n);

DEFINE_CLEANUP(auto_tree_fn, struct tree *, tree_unref);
#define auto_tree AUTO(auto_tree_fn) struct tree *

#endif
