/* A disk that fails on demand, for tests: a SQLite VFS over the usual one whose Nth write, truncation or sync fails.
 * Registered only when a test asks for it. Process-wide: SQLite knows one default VFS. */
#ifndef STORE_SQLITE_FAULT_VFS_H
#define STORE_SQLITE_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>
#include "pland/base/err.h"

enum fault_disk { FAULT_DISK_FULL, FAULT_DISK_BROKEN };

/* Makes it the VFS of every database opened from now on. Before threads start. */
_must_check_ enum err_kind fault_vfs_register(struct err *e);
/* The nth write from now fails; stays: and all after it, until disarmed. */
void fault_vfs_arm(int64_t nth, enum fault_disk how, bool stays);
void fault_vfs_disarm(void);
int64_t fault_vfs_hits(void); /* failures since armed */

#endif
