/* Trees as tar: what planctl sends and what an upload is made of (tar, plain or compressed with gzip or zstd).
 *
 * An upload is never unpacked into folders: entries stream into a pinned tree (see tree.h), so no name in an archive
 * can reach the file system. Names are checked all the same. Safe on any thread; libarchive handles are local. */
#ifndef PLAND_REPO_PACK_H
#define PLAND_REPO_PACK_H

#include "pland/repo/tree.h"

struct pack_note { const char *path, *why; };
struct pack_report {
    int64_t files, bytes;
    LIST(struct pack_note) notes; /* what was left out or looks odd, by name; at most 100 */
    bool more_notes;
};

/* Reads an archive from fd (or from memory) to its end, pins it below data_dir as an UPLOAD tree. commit may be NULL.
 * ERR_INVALID: damaged, not a tar, an absolute name, a name that leaves by "..", a hard link to something
 * not in the archive, a name twice (the message names the entry). ERR_TOO_LARGE: more files or bytes than
 * the limits. Left out with a note: devices, sockets, pipes, symbolic links that lead outside,
 * version-control folders. A note only: names that
 * differ in case alone. A single leading folder that holds everything (`git archive --prefix`) is kept as it is. */
_must_check_ enum err_kind repo_unpack_fd(int fd, const char *data_dir, const char *commit, const struct tree_limits *l,
                                          struct arena *a, struct pack_report *report, struct tree **ret,
                                          struct err *e);
_must_check_ enum err_kind repo_unpack(const void *p, size_t n, const char *data_dir, const char *commit,
                                       const struct tree_limits *l, struct arena *a, struct pack_report *report,
                                       struct tree **ret, struct err *e);

/* The same in a process of its own with limits, started from program, whose main() hands the arguments behind
 * REPO_UNPACK_COMMAND to repo_unpack_serve() and exits with what that returns. Notes live in the arena. ERR_TOO_LARGE
 * also: it took too much memory or time; ERR_INVALID also: the reader died of it. */
#define REPO_UNPACK_COMMAND "read-archive"
_must_check_ enum err_kind repo_unpack_apart(const char *program, const void *p, size_t n, const char *data_dir,
                                             const char *commit, const struct tree_limits *l, struct arena *a,
                                             struct pack_report *report, char ret_tree[TREE_ID_LEN], struct err *e);
int repo_unpack_serve(int argc, const char *const *argv);

/* Writes the files of a tree as tar.gz to fd (not closed), deterministic: sorted, no times, no owners. Count and size
 * are known beforehand from tree_files(). Submodules and files whose bytes are not kept are left out. */
_must_check_ enum err_kind repo_pack(struct tree *t, int fd, struct err *e);

#endif
