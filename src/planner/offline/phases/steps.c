/* The steps of a phase in words: one writer per kind of work, filled with files, definitions, rules. */
#include "planner/offline/phases/steps.h"

#include <string.h>
#include "planner/offline/dialogue/strategy.h"

/* --- what has been said ------------------------------------------------------------------------------------------- */
static bool spells(enum work_kind k)
{
    return k == WORK_MIGRATION || k == WORK_CHANGE || k == WORK_NEW || k == WORK_MANIFEST || k == WORK_CONFIG ||
           k == WORK_DOC;
}

/* Has a step before this one given the whole text of the requirement? Phases are drafted one by one, each over the same
 * blueprint, so that all agree. */
static bool said(const struct blueprint *bp, const struct work *w, const struct need *n)
{
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n; j++) {
            const struct work *earlier = &bp->drafts.v[i].works.v[j];
            if (earlier == w) return false;
            for (size_t k = 0; spells(earlier->kind) && k < earlier->needs.n; k++)
                if (earlier->needs.v[k] == n) return true;
        }
    return false;
}

const char *step_rules(const struct blueprint *bp, const struct work *w)
{
    auto_buf b = BUF_INIT(65536);
    for (size_t i = 0; i < w->needs.n; i++) {
        const struct need *n = w->needs.v[i];
        buf_fmt(&b, "%s- **%s** %s", i ? "\n" : "", n->r.id, said(bp, w, n) ? need_name(bp->s, n, 64) : n->r.text);
    }
    return prose_take(bp->s->a, &b);
}

/* Hints that no earlier step gave. */
static const char *with_hints(const struct blueprint *bp, const char *text, const struct work *w, size_t most)
{
    const struct scene *s = bp->s;
    text_list hints = {0}, before = {0};
    LIST(const struct need *) earlier = {0};
    auto_buf b = BUF_INIT(65536);
    size_t given = 0;
    for (size_t i = 0, end = 0; i < bp->drafts.n && !end; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n && !end; j++) {
            const struct work *x = &bp->drafts.v[i].works.v[j];
            end = x == w;
            for (size_t k = 0; !end && k < x->needs.n && spells(x->kind); k++) {
                const struct need **slot = PUSH(s->a, earlier);
                if (slot) *slot = x->needs.v[k];
            }
        }
    hints_for(s, earlier.v, earlier.n, 100, &before);
    hints_for(s, w->needs.v, w->needs.n, 100, &hints);
    buf_str(&b, text);
    for (size_t i = 0; i < hints.n && given < most; i++)
        if (!prose_list_has(before.v, before.n, hints.v[i]))
            buf_fmt(&b, "%s%s", given++ || (s->small && s->needs.n == 1 && w->path) ? " " : "\n\n", hints.v[i]);
    return prose_take(s->a, &b);
}

/* Answers and corrections stand in the first step that builds something. */
static const char *with_agreed(const struct blueprint *bp, const struct draft *d, const struct work *w,
                               const char *text)
{
    const struct work *first = NULL;
    for (size_t i = 0; i < d->works.n && !first; i++)
        if (spells(d->works.v[i].kind)) first = &d->works.v[i];
    if (!first && d->works.n) first = &d->works.v[0];
    if (w != first) return text;
    for (size_t i = 0; i < d->agreed.n; i++)
        text = arena_fmt(bp->s->a, "%s%s- **%s** %s", text, i ? "\n" : "\n\nAgreed since the ticket was written:\n\n",
                         d->agreed.v[i].id ? d->agreed.v[i].id : "Corrected:", d->agreed.v[i].text);
    return text;
}

/* --- where -------------------------------------------------------------------------------------------------------- */
static const char *where(const struct scene *s, const struct work *w)
{
    const struct place *p = w->place;
    const struct symbol *sym = NULL;
    int64_t line = 0;
    for (size_t i = 0; i < w->needs.n && !sym; i++) {
        if (w->needs.v[i]->place != p) continue;
        sym = w->needs.v[i]->symbol;
        if (line == 0) line = w->needs.v[i]->line;
    }
    if (!w->path) return "";
    if (w->note) return arena_fmt(s->a, "In `%s` (%s)", w->path, w->note);
    if (p && sym)
        return arena_fmt(s->a, "In `%s`, beginning with `%s` (line %lld)", w->path, sym->name, (long long)sym->line);
    if (p && line > 0) return arena_fmt(s->a, "In `%s`, beginning at line %lld", w->path, (long long)line);
    return arena_fmt(s->a, "In `%s`", w->path);
}

/* "`a`, `b` and 2 more"; NULL: none. */
static const char *place_symbols(const struct scene *s, const struct place *p, size_t most)
{
    text_list l = {0};
    for (size_t i = 0; p && i < p->symbols.n; i++) tick_add(s->a, &l, p->symbols.v[i].name);
    return l.n ? prose_join(s->a, l.v, l.n, most) : NULL;
}

/* Its name; with its folder where the phase has another file of the same name. */
static const char *work_label(const struct scene *s, const struct draft *d, const struct work *w)
{
    const char *base = file_base(w->path);
    struct span dir = file_dir(w->path);
    const char *slash = dir.n ? memrchr(dir.p, '/', dir.n) : NULL, *folder = slash ? slash + 1 : dir.p;
    for (size_t i = 0; dir.n > 0 && i < d->works.n; i++) {
        const char *other = d->works.v[i].path;
        if (other && strcmp(file_base(other), base) == 0 && strcmp(other, w->path) != 0)
            return arena_fmt(s->a, "%.*s/%s", (int)(dir.n - (size_t)(folder - dir.p)), folder, base);
    }
    return base;
}

static const char *for_whom(const struct scene *s, const struct work *w)
{
    return w->needs.n == 1 ? prose_inner(s->a, need_name(s, w->needs.v[0], 56))
                           : draft_rules(s, w->needs.v, w->needs.n);
}

/* --- one writer per kind of work ---------------------------------------------------------------------------------- */
static void on_measure(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const struct place *c = scene_centre(s);
    const char *what = s->x.endpoints.n ? arena_fmt(s->a, "`%s`", s->x.endpoints.v[0].path) : s->topic;
    if (w->needs.n > 0) {
        st->title = arena_fmt(s->a, "Measure %s", draft_rules(s, w->needs.v, w->needs.n));
        st->text = arena_fmt(s->a,
                             "On the running system, before this plan and after it, three times each; the numbers are "
                             "kept with the change:\n\n%s",
                             step_rules(bp, w));
        return;
    }
    st->title = arena_fmt(s->a, "Measure %s before it changes", what);
    st->text = arena_fmt(s->a,
                         "Record what %s costs today%s: median and 95th percentile, rows read against rows returned, "
                         "number of queries. The same measurement decides about %s.",
                         what, c ? arena_fmt(s->a, " in `%s`", c->full) : "", draft_rules(s, d->needs.v, d->needs.n));
}

static void on_pin(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *symbols = place_symbols(s, w->place, 6);
    (void)d;
    st->title = w->path ? arena_fmt(s->a, "Pin behaviour in `%s`", w->path) : "Pin behaviour by tests";
    st->text = arena_fmt(s->a, "Describe %s as it behaves now%s: what it returns, what it refuses, odd cases included.",
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
    st->text = arena_fmt(
        s->a, "Write the reported case as a test%s%s.%s",
        s->x.reproduction ? ", step by step with the ticket's own values" : "",
        expected ? arena_fmt(s->a, "; it expects: %s", prose_quoted(s->a, expected))
                 : arena_fmt(s->a, ": \"%s\"", s->title),
        actual ? arena_fmt(s->a, " Today: %s; the test must fail for this reason and no other.", prose_quoted(s->a, actual)) : "");
}

static void on_manifest(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *what = w->note ? w->note : s->topic;
    if (d->kind == PHASE_SETUP) {
        st->title = arena_fmt(s->a, "Lay out the project with `%s`", w->path);
        st->text = arena_fmt(s->a,
                             "One folder for the code of %s, one for its tests. `%s` runs every test from the "
                             "first commit on.",
                             s->topic, project_test_command(s));
        return;
    }
    st->title = w->path ? arena_fmt(s->a, "Raise %s in `%s`", w->note ? w->note : "the version", w->path)
                        : arena_fmt(s->a, "Raise the version of %s", s->topic);
    st->text = arena_fmt(s->a,
                         "List every call that the release notes after %s name as removed or changed, with the files "
                         "that use it. Then raise the version and what depends on it, in a commit that holds nothing "
                         "else.%s%s\n\n%s",
                         what, w->second_note ? " " : "", w->second_note ? w->second_note : "", step_rules(bp, w));
}

static void on_change(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    bool fix = d->kind == PHASE_BUGFIX || (d->kind == PHASE_LOGIC && s->strategy == STRATEGY_FIX);
    const char *verb = fix ? "Fix" : w->change == CHANGE_CREATE ? "Add" : "Change";
    struct span dir = file_dir(w->path ? w->path : "");
    if (fix && !w->path) {
        st->title = "Find the cause and fix it";
        st->text = with_hints(bp,
                              arena_fmt(s->a,
                                        "No file has the words of \"%s\": begin where the test of the step before "
                                        "goes wrong, then name the file by refining this plan.\n\n%s",
                                        prose_short(s->a, s->title, 90), step_rules(bp, w)),
                              w, 2);
        return;
    }
    st->title = w->path ? arena_fmt(s->a, "%s `%s`: %s", verb, work_label(s, d, w), for_whom(s, w))
                        : arena_fmt(s->a, "Meet %s", draft_rules(s, w->needs.v, w->needs.n));
    if (s->small && s->needs.n == 1) /* the page has its text just above */
        st->text =
            arena_fmt(s->a, "%s%s.", where(s, w),
                      !fix                                   ? ", make R1 hold"
                      : s->x.expected || s->x.requirements.n ? ", change the cause until R1 holds"
                                                             : ", change the cause until R1 does not happen any more");
    else
        st->text = arena_fmt(s->a, "%s%s:\n\n%s", where(s, w),
                             !fix                                   ? ""
                             : s->x.expected || s->x.requirements.n ? ", change the cause until this holds"
                                                                    : ", change the cause of this",
                             step_rules(bp, w));
    st->text = with_hints(bp, st->text, w, 2);
    if (fix && dir.n > 0)
        st->text = arena_fmt(s->a, "%s%sLook for the same mistake in the other files of `%.*s/`.", st->text,
                             s->small ? " " : "\n\n", (int)dir.n, dir.p);
}

static void on_new(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *stem = file_base(w->path);
    if (d->kind == PHASE_SETUP) {
        st->title = arena_fmt(s->a, "Start `%s`", w->path);
        st->text = arena_fmt(s->a,
                             "`%s` begins with what the other phases call for %s: its name, what it holds, what "
                             "it refuses.",
                             w->path, s->topic);
        return;
    }
    st->title = arena_fmt(s->a, "%s `%s`", w->change == CHANGE_CREATE ? "Create" : "Complete", stem);
    if (scene_is(s, KIND_REFACTOR) && w->near && w->change == CHANGE_CREATE) {
        st->text =
            with_hints(bp,
                       arena_fmt(s->a, "`%s` takes over from `%s`, line by line, in a commit that only moves:\n\n%s",
                                 w->path, w->near->full, step_rules(bp, w)),
                       w, 2);
        return;
    }
    st->text = arena_fmt(
        s->a, "`%s`%s %s:\n\n%s%s", w->path,
        w->change == CHANGE_CREATE && w->near ? arena_fmt(s->a, ", next to `%s`,", w->near->full) : "",
        w->change == CHANGE_CREATE ? "holds" : "takes as well", step_rules(bp, w),
        d->kind == PHASE_LOGIC && scene_layer_count(s, LAYER_API) + scene_layer_count(s, LAYER_DATA) > 0
            ? arena_fmt(s->a, "\n\nTransport and storage are passed to `%s`, so that its tests need no server.", stem)
            : "");
    st->text = with_hints(bp, st->text, w, 2);
}

static void on_wire(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    const char *fresh = "the new module", *symbols = place_symbols(s, w->place, 3);
    text_list made = {0};
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].kind == WORK_NEW) tick_add(s->a, &made, d->works.v[i].path);
    if (made.n) fresh = prose_join(s->a, made.v, made.n, 3);
    st->title = arena_fmt(s->a, "Connect %s in `%s`", made.n > 1 ? "them" : "it", file_base(w->path));
    if (scene_is(s, KIND_REFACTOR)) {
        st->text = arena_fmt(s->a, "`%s` imports what moved to %s, so that names which others take from it stay (%s).",
                             w->path, fresh, symbols ? symbols : "all that it offers today");
        return;
    }
    st->text = arena_fmt(s->a, "`%s`%s %s %s for %s; %s keep%s the signature callers know.", w->path,
                         w->note ? arena_fmt(s->a, " (%s)", w->note) : "", w->note ? "takes up" : "calls", fresh,
                         draft_rules(s, d->needs.v, d->needs.n), symbols ? symbols : "what it offers today",
                         symbols && strstr(symbols, " and ") ? "" : "s");
}

static void on_config(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    (void)d;
    st->title = arena_fmt(s->a, "Set up `%s`: %s", file_base(w->path), for_whom(s, w));
    st->text = with_hints(
        bp, arena_fmt(s->a, "In `%s`, after the entries that are there:\n\n%s", w->path, step_rules(bp, w)), w, 2);
}

/* ": R1 to R4", what readers have to know of. */
static const char *built_rules(const struct blueprint *bp)
{
    const struct scene *s = bp->s;
    text_list ids = {0};
    for (size_t i = 0; i < s->needs.n; i++)
        if (s->needs.v[i].layer != LAYER_DOCS && s->needs.v[i].layer != LAYER_TESTS)
            prose_list_add(s->a, &ids, s->needs.v[i].r.id);
    return ids.n ? arena_fmt(s->a, " (%s)", prose_join(s->a, ids.v, ids.n, 6)) : "";
}

static void on_doc(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    st->title = arena_fmt(s->a, "%s `%s`", w->change == CHANGE_CREATE ? "Write" : "Update", file_base(w->path));
    if (d->kind == PHASE_SETUP)
        st->text = arena_fmt(s->a, "What the project is for (\"%s\") and how to run its tests (`%s`).", s->title,
                             project_test_command(s));
    else if (prose_has_any(w->needs.n ? w->needs.v[0]->r.text : NULL,
                           (const char *const[]){"it", "this", "documented", "described", NULL}))
        st->text =
            arena_fmt(s->a, "`%s` describes %s as it is after this plan%s, with an example that can be copied (%s).",
                      w->path, s->topic, built_rules(bp), draft_rules(s, w->needs.v, w->needs.n));
    else st->text = arena_fmt(s->a, "`%s` says afterwards:\n\n%s", w->path, step_rules(bp, w));
}

typedef void writer(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st);
static const struct {
    writer *write;
    const char *reason, *setup_reason; /* why a file changes */
} rows[WORK_KIND_N_] = {
    [WORK_MEASURE] = {on_measure, NULL, NULL},
    [WORK_PIN] = {on_pin, "tests of today's behaviour", NULL},
    [WORK_REPRODUCE] = {on_reproduce, "the reported case", NULL},
    [WORK_MANIFEST] = {on_manifest, "versions and commands", NULL},
    [WORK_MIGRATION] = {step_migration, "schema for {rules}", NULL},
    [WORK_BACKFILL] = {step_backfill, NULL, NULL},
    [WORK_SWITCH] = {step_switch, "last use of the old form", NULL},
    [WORK_CONTRACT] = {step_contract, "final schema for {rules}", NULL},
    [WORK_FLAG] = {step_flag, "the switch, off at first", NULL},
    [WORK_CHANGE] = {on_change, "behaviour for {rules}", NULL},
    [WORK_NEW] = {on_new, "rules for {rules}", "the module to begin with"},
    [WORK_WIRE] = {on_wire, "calls the new module", NULL},
    [WORK_TEST] = {step_test, "tests for {rules}", "the first test"},
    [WORK_CONFIG] = {on_config, "settings for {rules}", NULL},
    [WORK_RELEASE] = {step_release, "order of release and what to watch", NULL},
    [WORK_DOC] = {on_doc, "describes {rules}", "purpose and commands"},
};

static void touch(const struct scene *s, struct step *st, const char *path, int change, const char *why)
{
    struct file_change *f = path ? PUSH(s->a, st->files) : NULL;
    if (f) *f = (struct file_change){.path = path, .change = change, .why = why};
}

void step_write(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *ret)
{
    const struct scene *s = bp->s;
    const char *reason = d->kind == PHASE_SETUP && rows[w->kind].setup_reason ? rows[w->kind].setup_reason
                         : rows[w->kind].reason                               ? rows[w->kind].reason
                                                                              : "";
    if (w->kind == WORK_WIRE && w->note) reason = "makes the new file known";
    if (w->kind == WORK_WIRE && scene_is(s, KIND_REFACTOR)) reason = "imports what moved";
    if (w->kind == WORK_NEW && scene_is(s, KIND_REFACTOR)) reason = "what moves for {rules}";
    *ret = (struct step){0};
    rows[w->kind].write(bp, d, w, ret);
    ret->text = with_agreed(bp, d, w, ret->text);
    touch(s, ret, w->path, w->change, FILL(s->a, reason, {"rules", draft_rules(s, w->needs.v, w->needs.n)}));
    touch(s, ret, w->second, w->second_change, "the way back");
    if (w->kind != WORK_MIGRATION || !schema_contracts(s)) code_for(bp, d, w, ret);
}
