/* The steps of a phase in words: one template per kind of work, filled with files, definitions, rules. */
#include "planner/offline/writing.h"

#include <string.h>
#include "planner/offline/strategy.h"

const char *plain_need(const struct scene *s, const struct need *n, size_t max)
{
    return prose_bare(s->a, prose_short(s->a, n->r.text, max));
}

const char *rules_list(const struct scene *s, const struct need *const *v, size_t n)
{
    auto_buf b = BUF_INIT(65536);
    for (size_t i = 0; i < n; i++) buf_fmt(&b, "%s- **%s** %s", i ? "\n" : "", v[i]->r.id, v[i]->r.text);
    return prose_take(s->a, &b);
}

static const char *where(const struct scene *s, const struct work *w)
{
    const struct place *p = w->place;
    const struct symbol *sym = NULL;
    for (size_t i = 0; i < w->needs.n && !sym; i++)
        if (w->needs.v[i]->place == p) sym = w->needs.v[i]->symbol;
    if (!w->path) return "";
    if (w->note) return arena_fmt(s->a, "In `%s` (%s) ", w->path, w->note);
    if (p && sym)
        return arena_fmt(s->a, "In `%s`, beginning with `%s` (line %lld), ", w->path, sym->name, (long long)sym->line);
    if (p && p->line > 1)
        return arena_fmt(s->a, "In `%s` (line %lld has the ticket's words first) ", w->path, (long long)p->line);
    return arena_fmt(s->a, "In `%s` ", w->path);
}

static const char *with_hints(const struct scene *s, const char *text, const struct work *w, size_t most)
{
    text_list hints = {0};
    auto_buf b = BUF_INIT(65536);
    hints_for(s, w->needs.v, w->needs.n, most, &hints);
    buf_str(&b, text);
    for (size_t i = 0; i < hints.n; i++) buf_fmt(&b, "%s%s", i ? " " : "\n\n", hints.v[i]);
    return prose_take(s->a, &b);
}

static const char *symbols_text(const struct scene *s, const struct place *p, size_t most)
{
    text_list l = {0};
    for (size_t i = 0; p && i < p->symbols.n; i++) tick_add(s->a, &l, p->symbols.v[i].name);
    return l.n ? prose_join(s->a, l.v, l.n, most) : NULL;
}

/* --- one writer per kind of work ---------------------------------------------------------------------------------- */
typedef void writer(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st);

static void on_measure(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const struct place *c = scene_centre(s);
    (void)w;
    st->title = "Measure before changing anything";
    st->text = arena_fmt(s->a,
                         "Record what the case in the ticket costs today: time at the median and the 95th percentile, "
                         "rows read against rows returned, number of queries%s. Use data of the size the ticket names. "
                         "The same measurement decides in the end about %s.",
                         c ? arena_fmt(s->a, " in `%s`", c->full) : "", draft_rules(s, d->needs.v, d->needs.n));
}

static void on_pin(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *symbols = symbols_text(s, w->place, 6);
    (void)d;
    st->title = w->path ? arena_fmt(s->a, "Pin behaviour in `%s`", w->path) : "Pin behaviour by tests";
    st->text = arena_fmt(s->a,
                         "Describe %s as it behaves now%s: what it returns, what it refuses, odd cases included. These "
                         "tests pass before the first change and after every later step.",
                         w->place ? arena_fmt(s->a, "`%s`", w->place->full) : "the code to be taken apart",
                         symbols ? arena_fmt(s->a, ", one group of tests for each of %s", symbols) : "");
}

static void on_reproduce(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *actual = s->x.actual ? prose_bare(s->a, prose_short(s->a, s->x.actual, 200)) : NULL,
               *expected = s->x.expected ? prose_bare(s->a, prose_short(s->a, s->x.expected, 200)) : NULL;
    (void)d;
    st->title = w->path ? arena_fmt(s->a, "Reproduce the report in `%s`", w->path) : "Reproduce the report in a test";
    st->text =
        arena_fmt(s->a,
                  "Write the reported case as a test%s%s. It has to fail for that reason and no other, which its "
                  "message shows.%s",
                  expected ? arena_fmt(s->a, ": it asks for \"%s\"", expected) : arena_fmt(s->a, ": \"%s\"", s->title),
                  actual ? arena_fmt(s->a, " and today gets \"%s\"", actual) : "",
                  s->x.reproduction ? " Follow the ticket's steps to reproduce, with its own values." : "");
    st->text = with_hints(s, st->text, w, 1);
}

static void on_manifest(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    if (d->kind == PHASE_SETUP) {
        st->title = arena_fmt(s->a, "Lay out the project with `%s`", w->path);
        st->text = arena_fmt(
            s->a, "One manifest, one folder for code, one for tests. `%s` runs every test from the first commit on.",
            project_test_command(s));
        return;
    }
    st->title =
        w->path ? arena_fmt(s->a, "Raise %s in `%s`", w->note ? w->note : "the version", w->path) : "Raise the version";
    st->text = arena_fmt(
        s->a,
        "Read the release notes from %s to the new version and list every removed or changed call with the "
        "files that use it. Then raise the version together with the plugins that depend on it, in one commit "
        "that holds nothing else.\n\n%s",
        w->note ? w->note : "the present version", rules_list(s, w->needs.v, w->needs.n));
}

static const struct {
    const char *tool, *note;
} migration_notes[] = {
    {"alembic", "Set `down_revision` to the newest revision (`{newest}`) and write `downgrade()` as well."},
    {"knex", "Export `up` and `down`; `down` is what the rollback of this phase runs."},
    {"golang-migrate", "Both directions are files of their own, as for `{newest}`."},
    {"django", "Let the tool generate it from the model change, then read what it wrote; it follows `{newest}`."},
    {"rails", "Use `change` only for what Rails can reverse; else write `up` and `down`."},
    {"flyway", "Applied versions are never edited: this is a new file after `{newest}`."},
    {"prisma", "Generate it without applying it, and read the SQL before it is committed; it follows `{newest}`."},
};

static void on_migration(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    size_t c;
    const struct survey_migrations *m = scene_migrations(s, &c);
    const char *note = "";
    for (size_t i = 0; m && m->tool && i < countof(migration_notes); i++)
        if (prose_has_word(m->tool, migration_notes[i].tool))
            note = FILL(s->a, migration_notes[i].note, {"newest", file_base(m->newest ? m->newest : "")});
    (void)d;
    st->title = arena_fmt(s->a, "Write the migration `%s`", file_base(w->path));
    st->text = arena_fmt(
        s->a, "%s %s%s\n\n%s",
        m ? arena_fmt(s->a, "It is the next one in `%s`.", scene_path(s, c, m->dir))
          : "The repository has no migrations yet; this is the first, in plain SQL.",
        index_only(s) ? "It changes no row. On a table that is written to, build the index without blocking writers "
                        "where the database can (`CONCURRENTLY` in PostgreSQL, outside a transaction)."
                      : "It only adds: new columns accept NULL or have a default, nothing is renamed or dropped, so "
                        "that the release that runs now keeps working while the migration is applied.",
        *note ? arena_fmt(s->a, " %s", note) : "", rules_list(s, w->needs.v, w->needs.n));
}

static void on_change(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *rules = draft_rules(s, w->needs.v, w->needs.n);
    bool fix = d->kind == PHASE_BUGFIX;
    st->title = w->path ? arena_fmt(s->a, "%s `%s`: %s",
                                    fix                          ? "Fix"
                                    : w->change == CHANGE_CREATE ? "Add"
                                                                 : "Change",
                                    file_base(w->path), w->needs.n == 1 ? plain_need(s, w->needs.v[0], 70) : rules)
                        : rules;
    st->text = arena_fmt(s->a, "%s%s:\n\n%s", where(s, w),
                         fix               ? "change the cause, not the place where it shows, until this holds"
                         : w->needs.n == 1 ? "make this hold"
                                           : "make these hold",
                         rules_list(s, w->needs.v, w->needs.n));
    st->text = with_hints(s, st->text, w, 2);
    if (fix)
        st->text = arena_fmt(
            s->a,
            "%s\n\nThen look for the same mistake in the files beside it and list what was found in the merge request.",
            st->text);
}

static void on_new(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *near =
        w->near ? arena_fmt(s->a, " It lies next to `%s` and is named as its neighbours are.", w->near->full) : "";
    if (d->kind == PHASE_SETUP) {
        st->title = arena_fmt(s->a, "Start `%s`", w->path);
        st->text = arena_fmt(s->a, "The module begins with what the other phases call: its name, what it holds and "
                                   "what it refuses. The rules themselves come in their own phases.");
        return;
    }
    st->title = arena_fmt(s->a, "%s `%s`", w->change == CHANGE_CREATE ? "Create" : "Complete", file_base(w->path));
    st->text = arena_fmt(
        s->a, "`%s` %s%s:\n\n%s%s", w->path,
        w->change == CHANGE_CREATE ? "holds what is new." : "takes these rules as well",
        w->change == CHANGE_CREATE ? arena_fmt(s->a, "%s In it", near) : "", rules_list(s, w->needs.v, w->needs.n),
        d->kind == PHASE_LOGIC
            ? "\n\nIt knows neither transport nor storage; both are passed in, so that its tests need no server."
            : "");
    st->text = with_hints(s, st->text, w, 2);
}

static void on_wire(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *fresh = "the new module";
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].kind == WORK_NEW) fresh = arena_fmt(s->a, "`%s`", d->works.v[i].path);
    st->title = arena_fmt(s->a, "Connect it in `%s`", file_base(w->path));
    st->text = arena_fmt(s->a,
                         "`%s` calls %s and passes results and errors on in the form it uses today. Signatures that "
                         "others call stay as they are.",
                         w->path, fresh);
}

static void on_test(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    auto_buf b = BUF_INIT(65536);
    bool across = d->kind == PHASE_TESTS;
    if (d->kind == PHASE_SETUP) {
        st->title = arena_fmt(s->a, "First test in `%s`", w->path);
        st->text = "It loads the module and checks one thing about it, so that a broken setup is noticed at once.";
        return;
    }
    st->title = w->path
                    ? arena_fmt(s->a, "%s `%s`", w->change == CHANGE_CREATE ? "Write" : "Extend", file_base(w->path))
                    : arena_fmt(s->a, "Test %s across the parts", draft_rules(s, w->needs.v, w->needs.n));
    if (!w->path && w->needs.n > 0) {
        st->text = arena_fmt(s->a,
                             "Run the whole test suite on the finished work, look at every test that was skipped, and "
                             "record the result in the merge request.\n\n%s",
                             rules_list(s, w->needs.v, w->needs.n));
        return;
    }
    buf_str(&b, across ? "Each of these goes through all parts, from the outside, with the real store:\n\n"
                       : "One test for each rule, seen to fail before the change:\n\n");
    for (size_t i = 0; i < w->needs.n; i++)
        buf_fmt(&b, "%s- `%s`: %s", i ? "\n" : "", test_name(s, w->needs.v[i], w->path),
                plain_need(s, w->needs.v[i], 200));
    for (size_t i = 0; across && i < s->x.limits.n && i < 6; i++)
        if (s->x.limits.v[i].bound == BOUND_AT_MOST && !limit_is_time(&s->x.limits.v[i]))
            buf_fmt(&b, "\n- the border of `%s`: the last value that is allowed and the first that is not",
                    s->x.limits.v[i].text);
    if (w->needs.n == 0)
        buf_fmt(&b, "- the way of the first requirement from the outside to the store and back: %s",
                s->needs.n ? plain_need(s, &s->needs.v[0], 160) : s->title);
    st->text = prose_take(s->a, &b);
}

static void on_config(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    (void)d;
    st->title = arena_fmt(s->a, "Set up `%s`", file_base(w->path));
    st->text = with_hints(s,
                          arena_fmt(s->a, "In `%s`, following the entries that are there:\n\n%s", w->path,
                                    rules_list(s, w->needs.v, w->needs.n)),
                          w, 2);
}

static void on_release(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    bool data = scene_layer_count(s, LAYER_DATA) > 0;
    (void)d;
    st->title = "Release in order and watch";
    st->text = arena_fmt(s->a,
                         "Order of release: %sthe new code%s. After each step look at the error rate and at the time "
                         "of %s for ten minutes; stop and go back one step when either leaves its usual range.%s",
                         data ? "the migration, then " : "", s->strategy == STRATEGY_QUEUE ? ", then the worker" : "",
                         s->x.endpoints.n ? arena_fmt(s->a, "`%s`", s->x.endpoints.v[0].path) : "the changed parts",
                         w->path ? arena_fmt(s->a, " `%s` says this, and who is to be called.", w->path) : "");
}

static void on_doc(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    st->title = arena_fmt(s->a, "%s `%s`", w->change == CHANGE_CREATE ? "Write" : "Update", file_base(w->path));
    if (d->kind == PHASE_SETUP)
        st->text = arena_fmt(
            s->a, "What the project is for (\"%s\"), how to run its tests (`%s`), and nothing that is not true yet.",
            s->title, project_test_command(s));
    else
        st->text = arena_fmt(s->a, "In `%s`, in the place where readers look for it:\n\n%s", w->path,
                             rules_list(s, w->needs.v, w->needs.n));
}

static writer *const writers[WORK_KIND_N_] = {
    [WORK_MEASURE] = on_measure,
    [WORK_PIN] = on_pin,
    [WORK_REPRODUCE] = on_reproduce,
    [WORK_MANIFEST] = on_manifest,
    [WORK_MIGRATION] = on_migration,
    [WORK_CHANGE] = on_change,
    [WORK_NEW] = on_new,
    [WORK_WIRE] = on_wire,
    [WORK_REMOVE_OLD] = on_change,
    [WORK_TEST] = on_test,
    [WORK_CONFIG] = on_config,
    [WORK_RELEASE] = on_release,
    [WORK_DOC] = on_doc,
};
static const char *const reasons[WORK_KIND_N_] = {
    [WORK_PIN] = "tests of today's behaviour",
    [WORK_REPRODUCE] = "the reported case as a test",
    [WORK_MANIFEST] = "versions and commands",
    [WORK_MIGRATION] = "schema change",
    [WORK_CHANGE] = "behaviour for {rules}",
    [WORK_NEW] = "rules for {rules}",
    [WORK_WIRE] = "calls the new module",
    [WORK_REMOVE_OLD] = "no longer needed",
    [WORK_TEST] = "tests for {rules}",
    [WORK_CONFIG] = "settings for {rules}",
    [WORK_RELEASE] = "order of release and what to watch",
    [WORK_DOC] = "describes {rules}",
};

static const char *const setup_reasons[WORK_KIND_N_] = {
    [WORK_NEW] = "the module to begin with", [WORK_TEST] = "the first test", [WORK_DOC] = "purpose and commands"};

static void touch(const struct scene *s, struct step *st, const char *path, int change, const char *why)
{
    struct file_change *f = path ? PUSH(s->a, st->files) : NULL;
    if (f) *f = (struct file_change){.path = path, .change = change, .why = why};
}

void step_write(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *ret)
{
    const struct scene *s = bp->s;
    const char *why = d->kind == PHASE_SETUP && setup_reasons[w->kind] ? setup_reasons[w->kind]
                      : reasons[w->kind]
                          ? FILL(s->a, reasons[w->kind], {"rules", draft_rules(s, w->needs.v, w->needs.n)})
                          : "";
    *ret = (struct step){0};
    writers[w->kind](bp, d, w, ret);
    touch(s, ret, w->path, w->change, why);
    touch(s, ret, w->second, w->second_change, "the way back");
    code_for(bp, d, w, ret);
}
