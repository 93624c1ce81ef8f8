/* Bundles: a directory's files in one tar file and back, for backups. */
#ifndef PLAND_REPO_BUNDLE_H
#define PLAND_REPO_BUNDLE_H

#include <stdbool.h>
#include "pland/base/err.h"

struct bundle_entry {
    const char *name; /* in the bundle: "pland.db", "trees" */
    const char *path; /* on disk: a file, or a directory taken with all below it */
};
/* Writes a new tar file (mode 0600, fsync'ed). ERR_CONFLICT: it exists. A path that does not exist is left out,
 * and so is what is below a directory under a temporary name (".tmp-…"). */
_must_check_ enum err_kind bundle_write(const char *file, const struct bundle_entry *entries, size_t n, struct err *e);
/* Unpacks into dir, which must be empty or absent. Only plain files and directories, no links, no names that lead
 * outside: ERR_INVALID. */
_must_check_ enum err_kind bundle_read(const char *file, const char *dir, struct err *e);

#endif
