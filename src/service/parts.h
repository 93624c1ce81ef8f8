/* Parts as values: reading and writing what the steps and the dialogue keep, through their records. */
#ifndef SERVICE_PARTS_H
#define SERVICE_PARTS_H

#include "pland/base/record.h"
#include "pland/store/plans.h"

/* Decodes part name into dst (as it is when absent); *ret_found may be NULL. */
_must_check_ enum err_kind part_read(struct txn *tx, int64_t plan, const char *name, const struct record *r, void *dst,
                                     struct arena *a, bool *ret_found, struct err *e);
_must_check_ enum err_kind part_write(struct txn *tx, int64_t plan, const char *name, const struct record *r,
                                      const void *src, struct err *e);

#endif
