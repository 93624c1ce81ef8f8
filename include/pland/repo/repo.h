/* Where codebases may come from: the roots an operator allows, and locating one codebase below them.
 *
 * libgit2's own ownership check and its search for user and system configuration are switched off by
 * repo_global_init() and replaced by the rule of this file: everything a codebase is made of (the folder, a `.git`
 * file's target, its commondir, alternates, included configuration, symbolic links inside the git directory) stays
 * below the roots, whoever owns it. A repository of another user and an unreadable HOME therefore work. */
#ifndef PLAND_REPO_REPO_H
#define PLAND_REPO_REPO_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include "pland/base/arena.h"
#include "pland/base/err.h"

/* Before threads start, once per process, and after they ended. Sets process-wide options of libgit2. */
_must_check_ enum err_kind repo_global_init(struct err *e);
void repo_global_shutdown(void);

/* Immutable after repo_roots_new(), so any number of threads may read it. */
struct repo_roots;
/* list: absolute directories separated by ':'. Each must exist; it is kept as its real path. "/" allows everything
 * (what planctl uses). An empty list allows nothing. ERR_INVALID names the part that is wrong. */
_must_check_ enum err_kind repo_roots_new(const char *list, struct repo_roots **ret, struct err *e);
void repo_roots_free(struct repo_roots *r); /* accepts NULL */
size_t repo_roots_count(const struct repo_roots *r);
const char *repo_roots_at(const struct repo_roots *r, size_t i);
/* Is this real path (no symlinks, no "..") a root or below one? Compares whole components. */
bool repo_roots_hold(const struct repo_roots *r, const char *real_path);

struct repo_location {
    char path[PATH_MAX];   /* real path of the folder that was asked for */
    bool git;              /* it is a git repository (a working tree or a bare one) */
    bool bare;
    char gitdir[PATH_MAX]; /* real path; "" without git */
    char worktree[PATH_MAX]; /* real path of the working tree's top; "" when bare or without git */
};
/* Resolves path and everything git would follow from it. A folder inside a working tree is located as that folder
 * without git unless it is the top. ERR_NOT_FOUND: does not exist; ERR_FORBIDDEN: outside the roots, or something of
 * it leads outside, named in the message with the setting that would allow it; ERR_INVALID: not a folder, or git
 * files that make no sense. */
_must_check_ enum err_kind repo_locate(const struct repo_roots *r, const char *path, struct repo_location *ret,
                                       struct err *e);

/* What a folder is, for people and for planctl. */
struct repo_info {
    bool git, bare, dirty; /* dirty: tracked files changed, or untracked files not ignored */
    bool unborn;           /* a repository without a commit */
    const char *branch;    /* NULL: detached or no git */
    const char *commit;    /* 40 hex digits, NULL: none */
    const char *remote;    /* URL of origin (or the only remote), without user name and password; NULL: none */
    const char *toplevel;  /* top of the working tree */
};
_must_check_ enum err_kind repo_describe(const struct repo_location *at, struct arena *a, struct repo_info *ret,
                                         struct err *e);
/* Goes up from path to the top of the working tree it lies in; path itself when there is no git. For planctl. */
_must_check_ enum err_kind repo_toplevel(const char *path, char ret[PATH_MAX], struct err *e);

DEFINE_CLEANUP(auto_roots_fn, struct repo_roots *, repo_roots_free);
#define auto_roots AUTO(auto_roots_fn) struct repo_roots *

#endif
