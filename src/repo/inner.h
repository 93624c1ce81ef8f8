/* What the files of this room share: the tree object, its operations, the list being built, libgit2 errors. */
#ifndef REPO_INNER_H
#define REPO_INNER_H

#include <git2.h>
#include <git2/sys/repository.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>
#include "pland/base/hash.h"
#include "pland/base/lock.h"
#include "pland/repo/tree.h"

#define REPO_MAX_FILES 1000000
#define REPO_MAX_BYTES ((int64_t)2 << 30)
#define REPO_MAX_FILE_BYTES ((int64_t)2 << 20)
#define REPO_HASH_WHOLE ((int64_t)64 << 20) /* larger files get a truncated SHA-256 instead of a blob id */
#define REPO_READ_MAX ((size_t)64 << 20)
#define REPO_ZERO_OID "0000000000000000000000000000000000000000"

/* Where a pinned file's bytes are: at an offset of the content of the tree itself (holder 0) or of an earlier pin. */
#define PIN_SHARED_MAX 15
#define PLACE_UNKEPT ((int64_t)-1)
#define PLACE_BINARY ((int64_t)-2) /* looked at and found to be no text */
#define PLACE(holder, offset) (((int64_t)(holder) << 48) | (offset))
#define PLACE_HOLDER(place) ((int)((place) >> 48))
#define PLACE_OFFSET(place) ((place) & (((int64_t)1 << 48) - 1))

/* --- the list of files while it grows ------------------------------------------------------------------------- */
struct file_list {
    struct arena *arena; /* holds the paths */
    struct tree_file *v;
    int64_t *offset;     /* into the pinned content: PLACE() or PLACE_…; NULL unless with_offsets */
    size_t n, cap;
    size_t max;
    bool with_offsets;
    bool lent; /* v is another list's */
};
_must_check_ enum err_kind list_init(struct file_list *l, const struct tree_limits *limits, bool with_offsets,
                                     struct err *e);
void list_release(struct file_list *l);
/* Makes an empty list one of all files of another one, added in its order; that one stays as it is for as long. Only
 * their places differ. */
_must_check_ enum err_kind list_lend(struct file_list *l, const struct file_list *to, struct err *e);
/* As list_add(), but the path has to stay. */
_must_check_ enum err_kind list_put(struct file_list *l, const struct tree_file *f, int64_t offset, struct err *e);
/* Copies path; the other members are taken as they are. */
_must_check_ enum err_kind list_add(struct file_list *l, const struct tree_file *f, int64_t offset, struct err *e);
/* Sorts by path. ret_twice: the first path that is there twice, or NULL. */
_must_check_ enum err_kind list_sort(struct file_list *l, const char **ret_twice, struct err *e);
void list_id(const struct file_list *l, char ret[TREE_ID_LEN]); /* after list_sort() */

/* --- the tree -------------------------------------------------------------------------------------------------- */
struct tree_ops {
    enum err_kind (*read)(struct tree *t, const struct tree_file *f, struct buf *ret, struct err *e);
    /* f->size bytes, quickly: from any thread, not compared with the blob id. NULL: read() has to do. */
    enum err_kind (*fill)(struct tree *t, const struct tree_file *f, char *into, struct err *e);
};
struct tree {
    atomic_int refs;
    enum tree_kind kind;
    const struct tree_ops *ops;
    char id[TREE_ID_LEN];
    char commit[41];
    char ref[256];
    struct file_list list;
    struct lock lock; /* guards git and odb of GIT and live WORKTREE trees, and the place in history */
    git_repository *git;
    git_odb *odb;
    int history; /* a pinned tree's file of that name, or -1 */
    int fd; /* the folder of a live tree, the content file of a pinned one, or -1 */
    struct tree *base; /* a pin of an earlier commit of the same place: found when this one was listed, shared with when it is pinned */
    char origin[65]; /* which place it was read from, so that its next pin shares with its last; "": none */
    char shared_id[PIN_SHARED_MAX][TREE_ID_LEN]; /* a pinned tree's holders 1 to 15; "": none */
    int shared[PIN_SHARED_MAX];                  /* their content files, or -1 */
    struct tree *whole; /* what this tree was made from by leaving files out, or NULL */
};
struct tree *tree_new(enum tree_kind kind, const struct tree_ops *ops); /* one reference; NULL: out of memory */
/* Sorts the list and sets the id from it. */
_must_check_ enum err_kind tree_seal(struct tree *t, struct err *e);

bool tree_bytes_are_lfs(const void *p, size_t n); /* a Git LFS pointer */

/* --- libgit2 --------------------------------------------------------------------------------------------------- */
/* Maps a libgit2 failure (rc < 0) and its message; clears libgit2's own. */
_printf_(3, 4) enum err_kind git_fail(struct err *e, int rc, const char *fmt, ...);
/* Opens what repo_locate() found without reading any configuration file. */
_must_check_ enum err_kind git_open_located(const struct repo_location *at, git_repository **ret, struct err *e);
void blob_hex(const void *p, size_t n, char ret[41]); /* "" when libgit2 has no memory */

/* Values of a repository's own configuration, read without following includes. Each is "" when absent. */
struct git_settings {
    char origin[1024], any_remote[1024], object_format[32];
};
_must_check_ enum err_kind git_settings_read(const char *gitdir, struct git_settings *ret, struct err *e);

/* The files of a working tree that git does not ignore, by libgit2's status. dirty: changed or untracked. */
struct worktree_entry { const char *path; uint32_t mode; const char *oid; bool dirty; };
typedef enum err_kind worktree_fn(void *arg, const struct worktree_entry *entry, struct err *e);
_must_check_ enum err_kind git_worktree_each(git_repository *repo, worktree_fn *fn, void *arg, struct err *e);

DEFINE_CLEANUP(auto_git_fn, git_repository *, git_repository_free);
DEFINE_CLEANUP(auto_git_object_fn, git_object *, git_object_free);
DEFINE_CLEANUP(auto_git_commit_fn, git_commit *, git_commit_free);
DEFINE_CLEANUP(auto_git_tree_fn, git_tree *, git_tree_free);
DEFINE_CLEANUP(auto_git_ref_fn, git_reference *, git_reference_free);
DEFINE_CLEANUP(auto_git_index_fn, git_index *, git_index_free);
DEFINE_CLEANUP(auto_git_odb_object_fn, git_odb_object *, git_odb_object_free);
DEFINE_CLEANUP(auto_pathspec_fn, git_pathspec *, git_pathspec_free);
#define auto_git AUTO(auto_git_fn) git_repository *

/* --- disk ------------------------------------------------------------------------------------------------------ */
/* Opens rel below the folder root, following no symbolic link in any component. -1 with errno. */
int disk_open(int root, const char *rel, int flags);
/* Reads what fd holds, at most max bytes. */
_must_check_ enum err_kind disk_read(int fd, const char *name, size_t max, struct buf *ret, struct err *e);
/* lstat, read and hash one path below root into *f (path is not set). kept says whether it could be read. */
_must_check_ enum err_kind disk_stat(int root, const char *rel, struct tree_file *f, bool *ret_listed, struct err *e);
_must_check_ enum err_kind disk_link(int root, const char *rel, struct buf *ret, struct err *e);
_must_check_ enum err_kind disk_write(int fd, const void *p, size_t n, struct err *e);
static inline void auto_fd_fn(int *fd)
{
    if (*fd >= 0) (void)close(*fd);
    *fd = -1;
}
#define auto_fd AUTO(auto_fd_fn) int

/* --- pinning --------------------------------------------------------------------------------------------------- */
struct pin { /* a pinned tree being written */
    int dir, tmp, content; /* data_dir/trees, the temporary folder in it, its content file */
    char name[32];
    int64_t size, total, max_bytes, max_file_bytes; /* size: of content; total: with what is shared */
    struct file_list list;
    struct tree *base;            /* an earlier pin of the same place, or NULL */
    int base_holder;              /* what base itself is among the holders */
    const struct tree_file **known; /* base's files by blob id; NULL while they were not needed */
    size_t next, missed;            /* where in base's order the next file is expected; how often it was not there */
    char shared_id[PIN_SHARED_MAX][TREE_ID_LEN];
    bool used[PIN_SHARED_MAX], dropped[PIN_SHARED_MAX]; /* dropped: of base's holders; what they hold is copied */
};
_must_check_ enum err_kind pin_begin(struct pin *p, const char *data_dir, const struct tree_limits *l, struct err *e);
/* bytes NULL: the name only. Text within the limits is kept, other content only named. */
_must_check_ enum err_kind pin_add(struct pin *p, const struct tree_file *f, const void *bytes, size_t n,
                                   struct err *e);
struct pin_about {
    enum tree_kind kind;
    const char *id, *commit, *ref;
}; /* id NULL: from the list, which is sorted then */
_must_check_ enum err_kind pin_commit(struct pin *p, const struct pin_about *about, char ret_id[TREE_ID_LEN],
                                      struct err *e);
void pin_release(struct pin *p); /* removes what was not committed */
_must_check_ enum err_kind pin_size(struct pin *p, int64_t n, struct err *e); /* n more bytes of text: ERR_TOO_LARGE */
/* Opens the last pin of t's place as t->base. None is fine. */
_must_check_ enum err_kind tree_find_base(struct tree *t, const char *data_dir, struct err *e);
/* Opens data_dir/trees and takes its lock: LOCK_SH while pinning, LOCK_EX while removing. */
_must_check_ enum err_kind trees_open(const char *data_dir, bool create, int lock, int *ret, struct err *e);
bool pin_touch(int trees, const char *id); /* it is there, and it is in use now */
void origin_of(const char *path, char ret[65]);

/* The lines at the head of a listing, and how the digest of its records was made. */
#define PIN_FORMAT "pland tree 3"
struct pin_header {
    char *id, *kind, *commit, *ref, *count, *digest, *shared, *records;
    struct sha256_hex (*digest_of)(const void *p, size_t n);
};
struct sha256_hex pin_digest(const void *p, size_t n); /* of PIN_FORMAT: BLAKE2b-256 in hex */
/* Appends the records of a sorted list to fd; ret_digest: what pin_digest() gives for them. */
_must_check_ enum err_kind records_write(int fd, const struct file_list *l, struct sha256_hex *ret_digest, struct err *e);
/* n bytes of records, a zero byte after them. ERR_IO: damaged. */
_must_check_ enum err_kind records_read(const char *text, size_t n, struct file_list *l, struct err *e);
bool pin_header_cut(char *text, struct pin_header *h);
void pin_header_shared(const struct pin_header *h, char ret[PIN_SHARED_MAX][TREE_ID_LEN]);
void pin_remove(int dir, const char *name); /* a pinned tree or a temporary one, below dir */
bool tree_id_valid(const char *id);

#endif
