/* The schema's versions: numbered files, up and down, with checksums. */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "embedded/file.h"
#include "pland/base/clock.h"
#include "store/driver.h"

struct migrate_job {
    struct conn *conn;                 /* a writer, no transaction open */
    const char *place;
    const struct embedded_file *files; /* "0001_name.up.sql", "0001_name.down.sql", …; ends with .name == NULL */
    const struct clock *clock;
};

enum { MIGRATE_NEWEST = -1 };
/* Brings the schema to the target. A database with data in it is copied aside first. ERR_CONFLICT: applied
 * by a newer pland, or a file was edited after it was applied. ret: version reached. */
_must_check_ enum err_kind migrate(const struct migrate_job *j, int64_t target, int64_t *ret, struct err *e);
/* Only looks; ERR_CONFLICT also when migrations are missing. */
_must_check_ enum err_kind migrate_check(const struct migrate_job *j, int64_t *ret, struct err *e);

#endif
