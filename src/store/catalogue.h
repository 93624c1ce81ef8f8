/* What tables a database has, as its engine's catalogue tells it. */
#ifndef STORE_CATALOGUE_H
#define STORE_CATALOGUE_H

#include "store/txn.h"

struct catalogue_column {
    const char *name, *type; /* INTEGER, TEXT, BLOB; another word is one that only this engine has */
    int64_t key;             /* its place in the primary key, from 1; 0: it is not part of it */
    bool needed;             /* it may not be null */
};
struct catalogue_name { const char *name; };
struct catalogue_table {
    const char *name;
    struct { struct catalogue_column *v; size_t n; } columns;
    struct { struct catalogue_name *v; size_t n; } parents; /* tables that its foreign keys refer to */
    bool listed;
};
struct catalogue { LIST(struct catalogue_table) tables; };

/* All tables but that of migrations, each behind those it refers to. */
_must_check_ enum err_kind catalogue_read(struct txn *tx, struct arena *a, struct catalogue *ret, struct err *e);
/* NULL: there is none. */
const struct catalogue_table *catalogue_find(const struct catalogue *c, const char *table);
/* ERR_INTERNAL: they are not the same tables with the same columns; says where. */
_must_check_ enum err_kind catalogue_compare(const struct catalogue *one, const struct catalogue *other, struct err *e);

#endif
