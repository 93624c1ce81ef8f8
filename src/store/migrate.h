/* The schema's versions: numbered files, up and down, with checksums. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "embedded/file.h"
#include "pland/base/clock.h"
#include "store/driver.h"
#include "store/txn.h"

struct migrate_job {
    struct conn *conn;                 /* a writer, no transaction open */
    const char *place;
    const struct embedded_file *files; /* "0001_name.up.sql", "0001_name.down.sql", …; ends with .name == NULL */
    const struct clock *clock;
};

#define MIGRATE_META "schema" /* what of meta is about the schema, not about the instance */
enum { MIGRATE_NEWEST = -1 };
/* Brings the schema to the target, alone: who migrates the same database meanwhile is waited for. A database with data
 * in it is copied aside first. A newer pland's is left as it is where that one has said that this one may run beside it.
 * ERR_CONFLICT: it has not, a file was edited after it was applied, or daemons run that would not understand what a
 * migration does. ret: version reached. */
_must_check_ enum err_kind migrate(const struct migrate_job *j, int64_t target, int64_t *ret, struct err *e);
/* Only looks; ERR_CONFLICT also when migrations are missing. */
_must_check_ enum err_kind migrate_check(const struct migrate_job *j, int64_t *ret, struct err *e);
/* The newest version there is. */
int64_t migrate_newest(const struct embedded_file *files);
/* ERR_BUSY: since this program looked, a newer one has migrated the database beyond what version `known` can use. */
_must_check_ enum err_kind migrate_fits(struct txn *tx, int64_t known, struct err *e);

#endif
