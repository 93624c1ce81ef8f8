/* Which commits between two touched these files. */
#ifndef PLAND_REPO_TOUCHING_H
#define PLAND_REPO_TOUCHING_H

#include "pland/repo/repo.h"

struct repo_touches { LIST(const char *) v; }; /* "4f2a91c0ffee Move the tokens", newest first */
/* Reachable from to and not from `from` (both commit ids), at most 1000 looked at, at most 20 named. Paths as trees have
 * them. ERR_NOT_FOUND: one of the commits is gone. Any thread. */
_must_check_ enum err_kind repo_touching(const struct repo_location *at, const char *from, const char *to, const char *const *paths, size_t n, struct arena *a, struct repo_touches *ret, struct err *e);

#endif
