/* Where a piece of work left the trunk. */
#ifndef PLAND_REPO_BRANCHED_H
#define PLAND_REPO_BRANCHED_H

#include "pland/repo/repo.h"

/* The commit that what ends in `commit` began at: where it last met trunk, so that what was merged from there meanwhile
 * is not taken for its own. trunk: branch, tag or commit; NULL: whichever there is of the remote's default branch, main,
 * master and HEAD. When the trunk has all of it already, or nothing in common with it: base. base and commit are ids of
 * 40 hex digits, as is what ret gets. Any thread. */
_must_check_ enum err_kind repo_branched(const struct repo_location *at, const char *base, const char *trunk,
                                         const char *commit, char ret[41], struct err *e);

/* The commit that a merge was made on: the first parent of a merge commit; of any other commit, `from` when it is an
 * ancestor, else base. Any thread. */
_must_check_ enum err_kind repo_merged(const struct repo_location *at, const char *base, const char *from,
                                       const char *commit, char ret[41], struct err *e);

#endif
