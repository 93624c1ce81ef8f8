/* Steps that change the schema: migrations, filling, taking the old form out of use and away. */
#include "planner/offline/phases/steps.h"

#include <string.h>

static const struct {
    const char *tool, *note;
} migration_notes[] = {
    {"alembic", "`down_revision` is `{newest}`; `downgrade()` is written as well"},
    {"knex", "it exports `up` and `down`, like `{newest}`"},
    {"golang-migrate", "both directions are files of their own, as for `{newest}`"},
    {"django", "the tool writes it from the model change; it follows `{newest}`"},
    {"rails", "`change` is enough where Rails can reverse it; it follows `{newest}`"},
    {"flyway", "it is a new file after `{newest}`, which is never edited"},
    {"prisma", "written without being applied, its SQL read before the commit; it follows `{newest}`"},
};

static const char *tool_note(const struct scene *s, const char *newest)
{
    size_t c;
    const struct survey_migrations *m = scene_migrations(s, &c);
    for (size_t i = 0; m && m->tool && i < countof(migration_notes); i++)
        if (prose_has_word(m->tool, migration_notes[i].tool))
            return FILL(s->a, migration_notes[i].note,
                        {"newest", newest ? newest : migration_label(s, m->newest ? m->newest : "")});
    return m && m->newest ? arena_fmt(s->a, "it follows `%s`", newest ? newest : migration_label(s, m->newest))
                          : "it is the repository's first, in plain SQL";
}

static void sql_block(const struct scene *s, struct step *st, const char *text)
{
    struct code_block *c = prose_blank(text) ? NULL : PUSH(s->a, st->code);
    if (c) *c = (struct code_block){.language = "sql", .text = text};
}

enum columns { COLUMNS_OLD, COLUMNS_NEW, COLUMNS_REQUIRED };

/* The columns that go, that come for them, or that must not be empty any more; NULL: none. */
static const char *columns_text(const struct scene *s, const struct work *w, enum columns which)
{
    struct schema_change v[SCHEMA_MAX];
    size_t n = schema_changes(s, w->needs.v, w->needs.n, v, SCHEMA_MAX);
    text_list l = {0};
    for (size_t i = 0; i < n; i++) {
        bool required = v[i].kind == SCHEMA_REQUIRE;
        if (which == COLUMNS_NEW && v[i].to) prose_list_add(s->a, &l, schema_name(s, &v[i], v[i].to));
        if (which == (required ? COLUMNS_REQUIRED : COLUMNS_OLD))
            prose_list_add(s->a, &l, schema_name(s, &v[i], v[i].column));
    }
    return l.n ? prose_join(s->a, l.v, l.n, 4) : NULL;
}

static const char *schema_statements(const struct scene *s, const struct work *w, enum schema_part part)
{
    struct schema_change v[SCHEMA_MAX];
    size_t n = schema_changes(s, w->needs.v, w->needs.n, v, SCHEMA_MAX);
    return schema_sql(s, v, n, part);
}

static const char *is_are(const char *list)
{
    return strstr(list, " and ") ? "" : "s";
}

void step_migration(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *to = columns_text(s, w, COLUMNS_NEW), *old = columns_text(s, w, COLUMNS_OLD),
               *required = columns_text(s, w, COLUMNS_REQUIRED), *how;
    (void)d;
    if (to || required)
        how = arena_fmt(s->a, "%s%s%s%s%s%s%s%s", to ? "It adds " : "", to ? to : "", to ? " beside " : "",
                        to ? old : "", to && required ? "; " : "", required ? required : "",
                        required ? arena_fmt(s->a, " still accept%s NULL", is_are(required)) : "",
                        to ? ", and today's release runs on" : "");
    else if (index_only(s))
        how = "It changes no row; where the database can, the index is built without blocking writers "
              "(`CONCURRENTLY` in PostgreSQL, outside a transaction)";
    else
        how = arena_fmt(s->a, "It only adds, so the release of today runs on while `%s` is applied",
                        migration_label(s, w->path));
    st->title = arena_fmt(s->a, "Write the migration `%s`", migration_label(s, w->path));
    st->text = arena_fmt(s->a, "%s; %s.\n\n%s", how, tool_note(s, NULL), step_rules(bp, w));
}

void step_backfill(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *to = columns_text(s, w, COLUMNS_NEW), *old = columns_text(s, w, COLUMNS_OLD),
               *required = columns_text(s, w, COLUMNS_REQUIRED);
    (void)d;
    st->title = to ? arena_fmt(s->a, "Write both, then fill %s", to) : arena_fmt(s->a, "Fill old rows of %s", required);
    st->text =
        arena_fmt(s->a, "%s%s%s",
                  to ? arena_fmt(s->a,
                                 "From this release on every write sets %s and %s. Then the old rows are filled in "
                                 "pieces of 1,000 by key; the job can be stopped and started again, and is done "
                                 "when no row of %s is empty.",
                                 old, to, to)
                     : "",
                  to && required ? "\n\n" : "",
                  required ? arena_fmt(s->a,
                                       "New rows always have a value in %s; old ones get one in pieces of 1,000 by "
                                       "key. The contracting migration waits until the count of empty ones is 0.",
                                       required)
                           : "");
    sql_block(s, st, schema_statements(s, w, SCHEMA_FILL));
}

void step_switch(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *old = columns_text(s, w, COLUMNS_OLD), *to = columns_text(s, w, COLUMNS_NEW),
               *where = w->path ? arena_fmt(s->a, "`%s`", w->path) : "the code";
    (void)d;
    st->title =
        arena_fmt(s->a, "Take %s out of use%s", old, w->path ? arena_fmt(s->a, " in `%s`", file_base(w->path)) : "");
    st->text = arena_fmt(
        s->a,
        "Every read in %s %s, then the writes to %s end. Look for the name in queries, reports and jobs "
        "outside of %s as well (%s).",
        where, to ? arena_fmt(s->a, "takes %s", to) : "goes", old, where, draft_rules(s, w->needs.v, w->needs.n));
}

static const char *expanding(const struct blueprint *bp)
{
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n; j++)
            if (bp->drafts.v[i].works.v[j].kind == WORK_MIGRATION)
                return migration_label(bp->s, bp->drafts.v[i].works.v[j].path);
    return NULL;
}

void step_contract(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *old = columns_text(s, w, COLUMNS_OLD), *required = columns_text(s, w, COLUMNS_REQUIRED);
    (void)d;
    st->title = arena_fmt(s->a, "Write the migration `%s`", migration_label(s, w->path));
    st->text = arena_fmt(
        s->a, "%s%s%s; %s.%s\n\n%s",
        old ? arena_fmt(s->a,
                        "It runs when the release without %s has been in use so long that nobody goes back before it",
                        old)
            : "It runs",
        required ? old ? ", and " : " when " : "", required ? arena_fmt(s->a, "no row has an empty %s", required) : "",
        tool_note(s, expanding(bp)), old ? arena_fmt(s->a, " Back up %s first and try the restore.", old) : "",
        step_rules(bp, w));
    sql_block(s, st, schema_statements(s, w, SCHEMA_CONTRACT));
}

/* --- switched on apart from the deployment ------------------------------------------------------------------------ */
void step_flag(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *inner = w->path && strstr(w->path, "//") ? strstr(w->path, "//") + 2 : w->path,
               *beside = inner ? flag_neighbour(s, w->codebase, inner) : NULL;
    st->title = arena_fmt(s->a, "Add the switch `%s`, off", flag_name(s));
    st->text = arena_fmt(
        s->a,
        "`%s` gets `%s`%s. While it is off, %s behave%s as before this plan; tests of this phase run with "
        "it on and once with it off.",
        w->path, flag_name(s), beside ? arena_fmt(s->a, ", read and written like `%s`", beside) : "",
        s->x.endpoints.n ? arena_fmt(s->a, "`%s`", s->x.endpoints.v[0].path) : draft_rules(s, d->needs.v, d->needs.n),
        s->x.endpoints.n || d->needs.n < 2 ? "s" : "");
}

/* --- release ------------------------------------------------------------------------------------------------------ */
static const char *release_detail(const struct blueprint *bp, const char *what)
{
    const struct scene *s = bp->s;
    size_t c = 0;
    const struct survey_migrations *m = scene_migrations(s, &c);
    const struct survey_command *migrate = m ? scene_command(s, c, COMMAND_MIGRATE) : NULL;
    const char *file = expanding(bp);
    if (prose_same(what, "the migration") || prose_same(what, "the index"))
        return arena_fmt(s->a, "%s%s%s: %s", file ? "`" : "", file ? file : "it", file ? "`" : "",
                         migrate ? arena_fmt(s->a, "`%s`, while today's release runs on", migrate->name)
                                 : "while today's release runs on");
    if (prose_same(what, "the schema"))
        return "the new columns first, by hand where data is live; today's release runs on";
    if (prose_same(what, "the code"))
        return arena_fmt(s->a, "watch %s and the error rate%s",
                         s->x.endpoints.n ? arena_fmt(s->a, "the time of `%s`", s->x.endpoints.v[0].path) : s->topic,
                         flag_wanted(s) ? ", which must not move while the switch is off" : "");
    if (prose_same(what, "the worker"))
        return arena_fmt(s->a, "the number of waiting pieces of %s falls again", s->topic);
    if (what[0] == '`' && flag_wanted(s) && strstr(what, flag_name(s)))
        return arena_fmt(s->a, "on for one instance or a few users first, then for all; then the switch goes");
    return arena_fmt(s->a, "deployed by itself, the others as they were");
}

void step_release(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    text_list order;
    auto_buf b = BUF_INIT(16384);
    (void)d;
    (void)draft_releases(s, &order);
    st->title = arena_fmt(s->a, "Release %s", prose_join(s->a, order.v, order.n, 0));
    for (size_t i = 0; i < order.n; i++)
        buf_fmt(&b, "%s- %s: %s", i ? "\n" : "", order.v[i], release_detail(bp, order.v[i]));
    if (w->path) buf_fmt(&b, "\n\n`%s` keeps this order for %s, and whom to call.", w->path, s->topic);
    st->text = prose_take(s->a, &b);
}
