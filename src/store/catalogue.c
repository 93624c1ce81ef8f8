/* Reading and comparing catalogues: the engines' own queries are in driver.h. */
#include "store/catalogue.h"

#include <string.h>

#include "store/conn.h"

static const struct column column_columns[] = {
    C_TEXT(struct catalogue_column, name),
    C_TEXT(struct catalogue_column, type),
    C_INT(struct catalogue_column, key),
    C_BOOL(struct catalogue_column, needed),
};
static const struct shape column_shape = SHAPE("column", struct catalogue_column, column_columns);
static const struct column name_columns[] = { C_TEXT(struct catalogue_name, name) };
static const struct shape name_shape = SHAPE("table", struct catalogue_name, name_columns);

struct names { struct catalogue_name *v; size_t n; };
struct unordered { struct catalogue_table *v; size_t n; };

static enum err_kind read_table(struct txn *tx, const char *name, struct arena *a, struct catalogue_table *ret, struct err *e)
{
    const struct engine *engine = tx->conn->engine;
    enum err_kind k;
    ret->name = name;
    k = txn_all(tx, engine->columns, VALUES(v_text(name)), &column_shape, a, &ret->columns, e);
    return k == ERR_OK ? txn_all(tx, engine->parents, VALUES(v_text(name)), &name_shape, a, &ret->parents, e) : k;
}

static const struct catalogue_table *find(const struct catalogue_table *v, size_t n, const char *table)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].name, table) == 0) return &v[i];
    return NULL;
}

static bool parents_listed(const struct unordered *all, const struct catalogue_table *t)
{
    for (size_t i = 0; i < t->parents.n; i++) {
        const struct catalogue_table *parent = find(all->v, all->n, t->parents.v[i].name);
        if (parent && parent != t && !parent->listed) return false;
    }
    return true;
}

/* As often as there are tables at most: each round lists one or more, or never will. */
static enum err_kind order(struct unordered *all, struct arena *a, struct catalogue *ret, struct err *e)
{
    for (size_t before = SIZE_MAX; ret->tables.n < all->n && ret->tables.n != before;) {
        before = ret->tables.n;
        for (size_t i = 0; i < all->n; i++) {
            struct catalogue_table *t = &all->v[i], *slot;
            if (t->listed || !parents_listed(all, t)) continue;
            if (!(slot = arena_push(a, &ret->tables, sizeof *slot))) return arena_check(a, e);
            t->listed = true;
            *slot = *t;
        }
    }
    return ret->tables.n == all->n ? ERR_OK : err_set(e, ERR_INTERNAL, "tables refer to each other in a circle");
}

enum err_kind catalogue_read(struct txn *tx, struct arena *a, struct catalogue *ret, struct err *e)
{
    struct names names = { 0 };
    struct unordered all = { 0 };
    enum err_kind k = txn_all(tx, tx->conn->engine->tables, NULL, 0, &name_shape, a, &names, e);
    *ret = (struct catalogue){ 0 };
    all.v = arena_alloc(a, (names.n + 1) * sizeof *all.v);
    if (k != ERR_OK || !all.v) return k != ERR_OK ? k : err_nomem(e);
    for (all.n = 0; k == ERR_OK && all.n < names.n; all.n++) k = read_table(tx, names.v[all.n].name, a, &all.v[all.n], e);
    return k == ERR_OK ? order(&all, a, ret, e) : k;
}

const struct catalogue_table *catalogue_find(const struct catalogue *c, const char *table)
{
    return find(c->tables.v, c->tables.n, table);
}

/* --- comparing -------------------------------------------------------------------------------------------------- */
static const struct catalogue_column *column_of(const struct catalogue_table *t, const char *name)
{
    for (size_t i = 0; i < t->columns.n; i++)
        if (strcmp(t->columns.v[i].name, name) == 0) return &t->columns.v[i];
    return NULL;
}

/* Everything that one has is in the other. */
static enum err_kind within(const struct catalogue *one, const struct catalogue *other, struct err *e)
{
    for (size_t i = 0; i < one->tables.n; i++) {
        const struct catalogue_table *t = &one->tables.v[i], *u = catalogue_find(other, t->name);
        if (!u) return err_set(e, ERR_INTERNAL, "the table %s is in one of the databases only", t->name);
        for (size_t j = 0; j < t->columns.n; j++) {
            const struct catalogue_column *x = &t->columns.v[j], *y = column_of(u, x->name);
            if (!y) return err_set(e, ERR_INTERNAL, "the column %s.%s is in one of the databases only", t->name, x->name);
            if (strcmp(x->type, y->type) != 0 || x->key != y->key || x->needed != y->needed)
                return err_set(e, ERR_INTERNAL, "the column %s.%s is not the same in both databases", t->name, x->name);
        }
    }
    return ERR_OK;
}

enum err_kind catalogue_compare(const struct catalogue *one, const struct catalogue *other, struct err *e)
{
    enum err_kind k = within(one, other, e);
    return k == ERR_OK ? within(other, one, e) : k;
}
