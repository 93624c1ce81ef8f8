/* Changes of a schema that live data feels: renamed, removed and newly required columns go by expand and contract. */
#include "planner/offline/phases/blueprint.h"

#include <string.h>

static const struct {
    const char *words[7];
    enum schema_kind kind;
} rows[] = {
    {{"rename*", "new name"}, SCHEMA_RENAME},
    {{"not null", "non-null*", "never null", "mandatory", "must not be empty", "made required"}, SCHEMA_REQUIRE},
    {{"drop", "remove", "removed", "delete the column", "get rid of"}, SCHEMA_REMOVE},
};

/* The i-th text in backticks that is not the table, NULL when there are fewer. */
static const char *ticked(const struct scene *s, const char *text, const char *table, size_t i)
{
    for (const char *p = text; (p = strchr(p, '`')) != NULL;) {
        const char *end = strchr(p + 1, '`');
        const char *name = end ? arena_dup_n(s->a, p + 1, (size_t)(end - p - 1)) : NULL;
        if (!name) return NULL;
        if (!prose_same(name, table) && i-- == 0) return name;
        p = end + 1;
    }
    return NULL;
}

static bool is_name(const char *s)
{
    size_t n = s ? strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.") : 0;
    return n > 0 && s[n] == '\0';
}

static const char *column_of(struct scene const *s, const char *name, const char **table)
{
    const char *dot = name ? strchr(name, '.') : NULL;
    if (!dot) return name;
    *table = arena_dup_n(s->a, name, (size_t)(dot - name));
    return dot + 1;
}

static const char *table_of(const struct scene *s, const struct need *n)
{
    for (size_t i = 0; i < s->x.tables.n; i++)
        if (s->x.tables.v[i].table && s->x.tables.v[i].line == n->r.line) return s->x.tables.v[i].table;
    return NULL;
}

bool schema_change_of(const struct scene *s, const struct need *n, struct schema_change *ret)
{
    const char *table = s->empty || n->layer != LAYER_DATA ? NULL : table_of(s, n);
    const char *first = s->empty || n->layer != LAYER_DATA ? NULL : ticked(s, n->r.text, table, 0), *second;
    if (!is_name(first)) return false;
    second = ticked(s, n->r.text, table, 1);
    for (size_t i = 0; i < countof(rows); i++) {
        if (!prose_has_any(n->r.text, rows[i].words)) continue;
        if (rows[i].kind == SCHEMA_RENAME && !is_name(second)) continue;
        *ret = (struct schema_change){.kind = rows[i].kind, .need = n, .table = table};
        ret->column = column_of(s, first, &ret->table);
        if (ret->kind == SCHEMA_RENAME) ret->to = column_of(s, second, &ret->table);
        return true;
    }
    return false;
}

size_t schema_changes(const struct scene *s, const struct need *const *v, size_t n, struct schema_change *ret,
                      size_t max)
{
    size_t found = 0;
    for (size_t i = 0; i < n && found < max; i++) found += schema_change_of(s, v[i], &ret[found]);
    return found;
}

static bool any_of(const struct scene *s, bool (*wanted)(enum schema_kind))
{
    for (size_t i = 0; i < s->needs.n; i++) {
        struct schema_change c;
        if (schema_change_of(s, &s->needs.v[i], &c) && wanted(c.kind)) return true;
    }
    return false;
}

static bool moves(enum schema_kind k)
{
    return k == SCHEMA_RENAME || k == SCHEMA_REMOVE;
}
static bool every(enum schema_kind k)
{
    (void)k;
    return true;
}

bool schema_contracts(const struct scene *s)
{
    return any_of(s, every);
}
bool schema_switches(const struct scene *s)
{
    return any_of(s, moves);
}

static bool fills(enum schema_kind k)
{
    return k != SCHEMA_REMOVE;
}
bool schema_fills(const struct scene *s)
{
    return any_of(s, fills);
}

/* Stored data only gets less: nothing is added beforehand. */
bool schema_only_removes(const struct scene *s)
{
    size_t all = 0, removed = 0;
    for (size_t i = 0; i < s->needs.n; i++) {
        struct schema_change c;
        all += s->needs.v[i].layer == LAYER_DATA;
        removed += schema_change_of(s, &s->needs.v[i], &c) && c.kind == SCHEMA_REMOVE;
    }
    return all > 0 && removed == all;
}

/* "`customers.name`" */
const char *schema_name(const struct scene *s, const struct schema_change *c, const char *column)
{
    return c->table ? arena_fmt(s->a, "`%s.%s`", c->table, column) : arena_fmt(s->a, "`%s`", column);
}

/* --- statements --------------------------------------------------------------------------------------------------- */
/* What the expanding step adds, fills and the contracting one takes away, one statement a line; "" when nothing. */
const char *schema_sql(const struct scene *s, const struct schema_change *v, size_t n, enum schema_part part)
{
    auto_buf b = BUF_INIT(16384);
    for (size_t i = 0; i < n; i++) {
        const struct schema_change *c = &v[i];
        if (!c->table) continue;
        if (part == SCHEMA_FILL && c->kind == SCHEMA_RENAME)
            buf_fmt(&b, "UPDATE %s SET %s = %s WHERE %s IS NULL AND id > :last AND id <= :last + 1000;\n", c->table,
                    c->to, c->column, c->to);
        if (part == SCHEMA_FILL && c->kind == SCHEMA_REQUIRE)
            buf_fmt(&b, "SELECT count(*) FROM %s WHERE %s IS NULL;\n", c->table, c->column);
        if (part == SCHEMA_CONTRACT && moves(c->kind))
            buf_fmt(&b, "ALTER TABLE %s DROP COLUMN %s;\n", c->table, c->column);
        if (part == SCHEMA_CONTRACT && c->kind == SCHEMA_REQUIRE)
            buf_fmt(&b, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n", c->table, c->column);
    }
    return prose_take(s->a, &b);
}

/* --- numbers of later migrations ---------------------------------------------------------------------------------- */
/* "migrations/0003_x.py" → "migrations/0004_x.py": a second migration in one plan comes after the first. */
const char *schema_next_number(const struct scene *s, const char *path)
{
    char *copy = path ? arena_dup(s->a, path) : NULL, *p;
    size_t n;
    if (!copy) return path;
    p = copy + (file_base(copy) - copy);
    if (*p == 'V') p++;
    n = strspn(p, "0123456789");
    while (n > 0 && p[n - 1] == '9') p[--n] = '0';
    if (n > 0) p[n - 1]++;
    return copy;
}
