/* What led to a tree: the last commits before it, each with its message and the files it changed.
 *
 * A pin made of a commit (or of a working tree) keeps the history of that commit, so that it outlives the repository; a
 * commit read in place is asked. Uploads and folders have none: an empty list. The same commit gives the same list:
 * only counts bound it, never time. */
#ifndef PLAND_REPO_HISTORY_H
#define PLAND_REPO_HISTORY_H

#include "pland/repo/tree.h"

#define HISTORY_COMMITS 4000 /* looked at, newest first; merges and commits without a parent are left out */
#define HISTORY_PATHS 40     /* a commit that changes more files says little about any of them: left out */

struct past_commit {
    const char *message; /* at most 1,000 bytes */
    LIST(const char *) paths; /* changed or added */
};
struct history { LIST(struct past_commit) commits; /* newest first */ };

/* Memory from the arena. A history that is damaged or cannot be read is an empty one, with a warning in the log. */
_must_check_ enum err_kind tree_history(struct tree *t, struct arena *a, struct history *ret, struct err *e);

#endif
