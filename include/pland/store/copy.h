/* Copying a whole database into an empty one, of whatever engine: every table that the source's catalogue names, every
 * column, the numbers that keys have got to. One snapshot of the source, one transaction in the target: all of it or
 * nothing. What arrived is read again and compared by count and hash before it is committed. */
#ifndef PLAND_STORE_COPY_H
#define PLAND_STORE_COPY_H

#include "pland/store/store.h"

struct store_copied { const char *table; int64_t rows; };
struct store_copied_list { struct store_copied *v; size_t n; };

/* Runs between rows and commit, in the transactions of both; may run longer than others. */
typedef enum err_kind store_copy_fn(struct txn *from, struct txn *to, void *arg, struct err *e);

/* readers, queue_max and read_only of the configurations say nothing here. Pieces of trees are left out where the target
 * is not shared: they lie in files there. ERR_CONFLICT: somebody uses one of the two, the source's schema is not the
 * newest, or the target holds something (the message says what). Blocking; no store may be open on either. */
_must_check_ enum err_kind store_copy(const struct store_config *from, const struct store_config *to, store_copy_fn *more,
                                      void *arg, struct arena *a, struct store_copied_list *ret, struct err *e);

#endif
