/* The files of phases that change the schema: migrations, the code that reads and writes the tables, filling. */
#include "planner/offline/phases/blueprint.h"

#include <string.h>
#include "planner/offline/dialogue/strategy.h"

static const char *migration_topic(const struct scene *s)
{
    const char *table = NULL, *column = NULL;
    for (size_t i = 0, columns = 0; i < s->x.tables.n && columns < 2; i++) { /* of a renamed column the new name */
        const struct extract_table *t = &s->x.tables.v[i];
        if (t->table && (!table || t->column)) table = t->table;
        if (t->column) column = t->column, columns++;
    }
    if (table && table_is_new(s, table)) return arena_fmt(s->a, "create %s", table);
    return table ? arena_fmt(s->a, "%s %s", table, column ? column : s->topic) : s->topic;
}

/* Files of two migrations that begin with the same digits. */
static bool migration_number_taken(const struct blueprint *bp, const char *file)
{
    const char *base = file_base(file);
    size_t n = strspn(base + (*base == 'V'), "0123456789") + (*base == 'V');
    for (size_t i = 0; n > 0 && i < bp->created.n; i++)
        if (strncmp(file_base(bp->created.v[i]), base, n) == 0 && file_dir(bp->created.v[i]).n == file_dir(file).n)
            return true;
    return false;
}

/* The code that reads and writes what the requirements of this phase speak of. */
static void model_works(struct blueprint *bp, struct draft *d, enum work_kind kind)
{
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct need *n = d->needs.v[i];
        size_t codebase = 0;
        const char *own = n->apart ? new_file(bp->s, n->apart, need_thing(bp->s, n), &codebase) : NULL;
        struct work *fresh = own ? draft_work(bp, d, WORK_NEW, codebase, own) : NULL;
        if (fresh) {
            fresh->near = n->apart;
            draft_for(bp, fresh, n);
            continue;
        }
        const struct place *p = d->needs.v[i]->place ? d->needs.v[i]->place : scene_home(bp->s, LAYER_DATA);
        struct work *c = p && p->layer == LAYER_DATA && !strstr(p->path, "migration") && file_is_code(p->path)
                             ? draft_work(bp, d, kind, p->codebase, p->path)
                             : NULL;
        if (!c) continue;
        c->place = p;
        draft_for(bp, c, d->needs.v[i]);
    }
}

/* Where the schema is kept whole and no tool changes it, the files that hold it. */
static bool schema_works(struct blueprint *bp, struct draft *d)
{
    text_list files = {0};
    (void)schema_files(bp->s, &files);
    for (size_t i = 0; i < files.n; i++) {
        struct work *w = draft_work(bp, d, WORK_CHANGE, 0, files.v[i]);
        if (!w) return false;
        w->note = "the schema that a new database begins with";
        draft_for_all(bp, d, w);
    }
    return files.n > 0;
}

size_t schema_files(const struct scene *s, text_list *ret)
{
    enum { MOST = 4 };
    size_t c;
    struct tree_files files = scene_tree(s, 0) ? tree_files(scene_tree(s, 0)) : (struct tree_files){0};
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; !scene_migrations(s, &c) && i < files.n && ret->n < MOST; i++)
        if (strcmp(file_base(files.v[i].path), "schema.sql") == 0) prose_list_add(s->a, ret, files.v[i].path);
    return ret->n;
}

void data_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    size_t codebase = 0;
    const char *down,
        *file = migration_file(s, s->x.tables.n ? migration_topic(s) : arena_fmt(s->a, "add %s", s->topic), &down),
        *cut = file ? strstr(file, "//") : NULL;
    struct work *w;
    if (schema_works(bp, d)) {
        model_works(bp, d, WORK_CHANGE);
        return;
    }
    (void)scene_migrations(s, &codebase);
    w = file ? draft_work(bp, d, WORK_MIGRATION, codebase, cut ? cut + 2 : file) : NULL;
    if (w && down) {
        w->second = down;
        w->second_change = CHANGE_CREATE;
        prose_list_add(s->a, &bp->created, down);
    }
    if (w) draft_for_all(bp, d, w);
    model_works(bp, d, WORK_CHANGE);
    if (schema_fills(s)) draft_for_all(bp, d, draft_work(bp, d, WORK_BACKFILL, codebase, NULL));
}

void switch_works(struct blueprint *bp, struct draft *d)
{
    model_works(bp, d, WORK_SWITCH);
    if (d->works.n == 0) draft_for_all(bp, d, draft_work(bp, d, WORK_SWITCH, 0, NULL));
    draft_tests(bp, d);
}

/* The migration that may come only when no running release uses the old form. */
void contract_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    size_t codebase = 0;
    const char *down, *cut;
    const char *file = migration_file(s, arena_fmt(s->a, "contract %s", migration_topic(s)), &down);
    struct work *w;
    while (file && migration_number_taken(bp, file)) {
        file = schema_next_number(s, file);
        down = schema_next_number(s, down);
    }
    (void)scene_migrations(s, &codebase);
    cut = file ? strstr(file, "//") : NULL;
    w = file ? draft_work(bp, d, WORK_CONTRACT, codebase, cut ? cut + 2 : file) : NULL;
    if (!w) return;
    draft_for_all(bp, d, w);
    if (!down) return;
    w->second = down;
    w->second_change = CHANGE_CREATE;
    prose_list_add(s->a, &bp->created, down);
}
