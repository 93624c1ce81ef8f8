/* Everything git would follow from a git directory has to stay below the roots. */
#ifndef REPO_LAYOUT_H
#define REPO_LAYOUT_H

#include "pland/repo/repo.h"

/* Resolves name relative to the folder base. ERR_FORBIDDEN names what, when it is outside the roots; ERR_NOT_FOUND: it
 * leads nowhere. */
_must_check_ enum err_kind layout_resolve(const struct repo_roots *r, const char *base, const char *name,
                                          const char *what, char ret[PATH_MAX], struct err *e);
/* Checks commondir, object alternates and symbolic links of a git directory. */
_must_check_ enum err_kind layout_check(const struct repo_roots *r, const char *gitdir, struct err *e);
/* Reads a small text file; white space at its end is cut. ERR_NOT_FOUND when absent. */
_must_check_ enum err_kind layout_line(const char *dir, const char *name, char *ret, size_t n, struct err *e);

#endif
