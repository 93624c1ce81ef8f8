/* Keeping the history of a tree with its pin. */
#ifndef REPO_HISTORY_H
#define REPO_HISTORY_H

#include "pland/repo/history.h"

/* Writes `history` into the folder dir when t knows a repository and a commit; base: the last pin of the same place, or
 * NULL. */
_must_check_ enum err_kind history_write(int dir, struct tree *t, struct tree *base, struct err *e);

#endif
