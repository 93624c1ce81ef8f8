/* What people said of a codebase: corrections of its survey, and paths that are left out of it. */
#ifndef PLAND_STORE_CORRECTIONS_H
#define PLAND_STORE_CORRECTIONS_H

#include "pland/store/store.h"

enum correction_kind { CORRECTION_SAID, CORRECTION_EXCLUDE };
extern const char *const correction_kind_names[];
struct correction_row {
    int64_t n, repository;
    int kind;
    const char *text;
    int64_t created_at, created_by; /* Unix ms, people.n */
};
struct correction_list { struct correction_row *v; size_t n; };

/* Both kinds, in the order they were given. */
_must_check_ enum err_kind store_correction_list(struct txn *tx, int64_t repository, struct arena *a,
                                                 struct correction_list *ret, struct err *e);
/* ERR_CONFLICT: it was said already. */
_must_check_ enum err_kind store_correction_insert(struct txn *tx, struct correction_row *r, struct err *e);
_must_check_ enum err_kind store_correction_delete(struct txn *tx, int64_t n, struct err *e);

#endif
