/* Risks, the way back, the definition of done and the schedule: rows with the situation that calls for them. */
#include "planner/offline/drafts.h"

#include <string.h>
#include "planner/offline/strategy.h"

/* --- risks -------------------------------------------------------------------------------------------------------- */
static bool migrates(const struct scene *s)
{
    return scene_layer_count(s, LAYER_DATA) > 0 && s->strategy != STRATEGY_DERIVE;
}
static bool no_tests_near(const struct scene *s)
{
    const struct place *c = scene_centre(s);
    bool exists = false;
    if (s->empty || !c || !language_of_path(c->path)) return false;
    (void)test_file_for(s, c->codebase, c->path, &exists);
    return !exists;
}
static bool no_ci(const struct scene *s)
{
    return !s->empty && s->survey && s->survey->ci.n == 0;
}
static bool changes_api(const struct scene *s)
{
    return scene_layer_count(s, LAYER_API) > 0 && !s->empty;
}
static bool queued(const struct scene *s)
{
    return s->strategy == STRATEGY_QUEUE;
}
static bool cached(const struct scene *s)
{
    return s->strategy == STRATEGY_CACHE;
}
static bool secure(const struct scene *s)
{
    return scene_is(s, KIND_SECURITY);
}
static bool refactors(const struct scene *s)
{
    return scene_is(s, KIND_REFACTOR);
}
static bool upgrades(const struct scene *s)
{
    return scene_is(s, KIND_UPGRADE);
}
static bool fixes(const struct scene *s)
{
    return scene_is(s, KIND_BUG);
}
static bool limits(const struct scene *s)
{
    for (size_t i = 0; i < s->needs.n; i++)
        if (s->needs.v[i].measured) return true;
    return false;
}
static bool interface_change(const struct scene *s)
{
    return scene_layer_count(s, LAYER_FRONTEND) > 0;
}
static bool vague(const struct scene *s)
{
    return s->x.requirements.n == 0 && !fixes(s);
}
static bool unread(const struct scene *s)
{
    return s->b->missing.n > 0;
}
static bool starts_empty(const struct scene *s)
{
    return s->empty;
}

static const struct {
    bool (*applies)(const struct scene *);
    const char *risk; /* templates: {file} {tables} {endpoint} {title} {first} {missing} */
    int likelihood, impact;
    const char *mitigation, *contingency;
} risk_rows[] = {
    {migrates, "The migration of {tables} takes longer on real data than on a copy and blocks writers.", LEVEL_MEDIUM,
     LEVEL_HIGH, "It only adds, and is timed on a copy of real size before the release.",
     "Stop it; the code that runs does not need it. Apply it again in a quiet hour."},
    {no_tests_near, "{file} has no test of its own today, so a change in it can break what nobody checks.",
     LEVEL_MEDIUM, LEVEL_MEDIUM, "The first test of {file} is written before the change and shows today's behaviour.",
     "Revert the phase; the test stays."},
    {no_ci, "No CI configuration was found: tests run only when somebody remembers.", LEVEL_MEDIUM, LEVEL_MEDIUM,
     "The automated criteria of each phase are run by hand and their output goes into the merge request.",
     "Run them on the main branch and revert what fails."},
    {changes_api, "A client relies on something about {endpoint} that is not written down.", LEVEL_LOW, LEVEL_HIGH,
     "Fields are only added; status codes of today's cases are pinned by tests.",
     "Revert the API phase alone; rules and data stay."},
    {queued, "Work is done twice or not at all when a worker stops in the middle.", LEVEL_MEDIUM, LEVEL_HIGH,
     "Every piece has an id, and doing it again changes nothing; a test stops the worker between its steps.",
     "Stop the worker; waiting work stays in the queue until it runs again."},
    {cached, "Old data is shown because one write forgets to drop its entry.", LEVEL_MEDIUM, LEVEL_MEDIUM,
     "Entries live for a short time in any case, and all writes go through {file}.",
     "Switch the cache off; results come from the source."},
    {secure, "The change opens a way around the check it adds ({title}).", LEVEL_LOW, LEVEL_HIGH,
     "Every rule has a test for the case that must be refused, written by somebody else than the code.",
     "Revert, revoke what was issued since the release, and look through the log for use."},
    {refactors, "Something outside the tests relied on what {file} did by accident.", LEVEL_MEDIUM, LEVEL_MEDIUM,
     "Behaviour is pinned first, oddities included, and callers move one at a time.",
     "Put the old interface back; it stays until the last caller has moved."},
    {upgrades, "A plugin or a caller does not work with the new version and is found late.", LEVEL_MEDIUM, LEVEL_HIGH,
     "All removed calls are listed before the version is raised; the whole test run decides.",
     "Set the version back in the manifest and lock file; no data depends on it."},
    {fixes, "The cause is not where the report points, and the fix treats a symptom.", LEVEL_MEDIUM, LEVEL_MEDIUM,
     "The reproduction test comes first and must fail for the reported reason.",
     "Revert the fix, keep the test, look one caller further up."},
    {limits, "The limits hold on a test machine and not under real load ({limits}).", LEVEL_MEDIUM, LEVEL_MEDIUM,
     "Measured with data of real size before and after, with the same script.",
     "Go back to the measured state before; the numbers show which phase cost what."},
    {interface_change, "It looks right in one browser and cannot be used by keyboard or with a screen reader.",
     LEVEL_MEDIUM, LEVEL_LOW, "The manual criteria name two browsers and the keyboard.",
     "Hide the new element; nothing else depends on it."},
    {vague, "The ticket is short, and something else was meant than {first}.", LEVEL_MEDIUM, LEVEL_MEDIUM,
     "The requirement is quoted in the plan and approved before work begins.",
     "Refine the plan; the phases not yet begun follow."},
    {unread, "What the ticket refers to and nobody could read ({missing}) would change the plan.", LEVEL_MEDIUM,
     LEVEL_MEDIUM, "It is asked for; the assumption to go on without it is on record.",
     "Give the content and refine the sections it concerns."},
    {starts_empty, "The layout chosen for the new project does not fit where it will run.", LEVEL_MEDIUM, LEVEL_LOW,
     "The first phase is small and shown to whoever will run it.",
     "Change the layout after the first phase; the rules do not depend on it."},
};

static const char *risk_text(const struct scene *s, const char *template)
{
    const struct place *c = scene_centre(s);
    text_list missing = {0}, bounds = {0}, tables = {0};
    for (size_t i = 0; i < s->b->missing.n; i++) prose_list_add(s->a, &missing, file_base(s->b->missing.v[i].path));
    for (size_t i = 0; i < s->x.limits.n; i++)
        prose_list_add(s->a, &bounds, limit_is_time(&s->x.limits.v[i]) ? limit_text(s, &s->x.limits.v[i]) : NULL);
    for (size_t i = 0; i < s->x.tables.n; i++) tick_add(s->a, &tables, s->x.tables.v[i].table);
    return FILL(
        s->a, template, {"file", c ? arena_fmt(s->a, "`%s`", c->full) : "the changed code"},
        {"tables", tables.n ? prose_join(s->a, tables.v, tables.n, 3) : "the stored data"},
        {"endpoint", s->x.endpoints.n ? arena_fmt(s->a, "`%s`", s->x.endpoints.v[0].path) : "the API"},
        {"title", s->title},
        {"first", s->needs.n ? arena_fmt(s->a, "\"%s\"", plain_need(s, &s->needs.v[0], 120)) : "the title says"},
        {"missing", missing.n ? prose_join(s->a, missing.v, missing.n, 3) : ""},
        {"limits", bounds.n ? prose_join(s->a, bounds.v, bounds.n, 3) : ""});
}

/* What takes everything back, in the order it is done. */
static void rollback_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    auto_buf b = BUF_INIT(16384);
    const char *down = NULL;
    size_t codebase;
    const struct survey_migrations *m = scene_migrations(s, &codebase);
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n; j++)
            if (bp->drafts.v[i].works.v[j].kind == WORK_MIGRATION)
                down = bp->drafts.v[i].works.v[j].second ? bp->drafts.v[i].works.v[j].second
                                                         : bp->drafts.v[i].works.v[j].path;
    buf_str(&b, bp->drafts.n > 1
                    ? "Phases are taken back in reverse order, last one first; each is a range of commits of its own."
                    : "The change is one range of commits; reverting it is the way back.");
    if (down)
        buf_fmt(&b, " The schema goes back last (`%s`), when no running release uses it any more%s.", down,
                index_only(s) ? "; an index holds no data of its own"
                              : "; what was written to new columns until then is lost unless it is exported first");
    if (s->strategy == STRATEGY_QUEUE)
        buf_str(
            &b,
            " Stop the worker before the code goes back, and let the queue run empty or keep it for the next release.");
    c->rollback.text = prose_take(s->a, &b);
    prose_list_add(s->a, &c->rollback.commands, "git revert --no-edit HEAD");
    if (down && m && m->tool && prose_has_word(m->tool, "alembic"))
        prose_list_add(s->a, &c->rollback.commands, "alembic downgrade -1");
    if (down && m && m->tool && prose_has_word(m->tool, "knex"))
        prose_list_add(s->a, &c->rollback.commands, "npx knex migrate:rollback");
    for (size_t i = 1; i < c->rollback.commands.n; i++)
        if (scene_command_known(s, c->rollback.commands.v[i]) == COMMAND_UNKNOWN) c->rollback.commands.n = i;
}

static void migration_write(const struct scene *s, struct closing *c)
{
    if (!migrates(s)) {
        waive(s, c, "migration",
              s->empty                    ? "there is no data yet"
              : scene_is(s, KIND_UPGRADE) ? "stored data does not change; versions do"
                                          : "no stored data and no interface changes its form");
        return;
    }
    if (index_only(s)) {
        c->migration = risk_text(s, "The index on {tables} is built while the present release runs, without blocking "
                                    "writers where the database can. No row changes, so old and new code read the "
                                    "same; the new code may be released before or after it.");
        return;
    }
    c->migration = risk_text(s, "1. Apply the migration while the present release runs; it only adds, so the release "
                                "does not notice.\n2. Release the code that writes the new values. Rows written before "
                                "have no value: the code reads that as \"not known yet\".\n"
                                "3. Fill old rows of {tables} in pieces of a few thousand, if a rule needs them "
                                "filled.\n4. Only then add constraints such as NOT NULL, as a migration of its own.");
}

void risks_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    for (size_t i = 0; i < countof(risk_rows) && c->risks.n < (s->small ? 2u : 7u); i++) {
        struct risk *r = risk_rows[i].applies(s) ? PUSH(s->a, c->risks) : NULL;
        if (!r) continue;
        *r = (struct risk){.risk = risk_text(s, risk_rows[i].risk),
                           .likelihood = risk_rows[i].likelihood,
                           .impact = risk_rows[i].impact,
                           .mitigation = risk_text(s, risk_rows[i].mitigation),
                           .contingency = risk_text(s, risk_rows[i].contingency)};
    }
    if (c->risks.n == 0)
        waive(s, c, "risks", "tests lie beside the changed code, CI runs them, no data and no interface changes");
    rollback_write(s, bp, c);
    migration_write(s, c);
}

/* --- definition of done ------------------------------------------------------------------------------------------- */
static bool always(const struct scene *s)
{
    (void)s;
    return true;
}
static bool documented(const struct scene *s)
{
    return s->x.endpoints.n > 0 || scene_layer_count(s, LAYER_DOCS) > 0 || interface_change(s) ||
           scene_is(s, KIND_CLI) || s->empty;
}
static bool watched(const struct scene *s)
{
    return s->survey && (s->survey->deploy.n > 0 || scene_layer_count(s, LAYER_OPERATIONS) > 0);
}
static bool scanned(const struct scene *s)
{
    return secure(s) || changes_api(s) || upgrades(s);
}

static const struct {
    const char *item;
    bool (*applies)(const struct scene *);
    const char *waived;
} done_rows[] = {
    {"Reviewed by somebody who did not write it", always, NULL},
    {"Every requirement has a test that failed before and passes now", always, NULL},
    {"Documentation says what the change does", documented, "nothing that a document describes changes for users"},
    {"The limits of the ticket are measured and kept", limits, "the ticket sets no limit on time or rate"},
    {"Input validation, rights and dependencies are looked at for security", scanned,
     "no interface, right or dependency changes"},
    {"Deployed by the usual way, and the release before can be put back", watched,
     "the repository does not say that it is deployed"},
    {"Error rate and response times are watched for a day after release", watched,
     "nothing in the repository runs as a service"},
};

void done_write(const struct scene *s, struct closing *c)
{
    for (size_t i = 0; i < countof(done_rows); i++) {
        bool applies = done_rows[i].applies(s);
        struct done_item *x = s->small && !applies ? NULL : PUSH(s->a, c->done);
        if (x) *x = (struct done_item){.item = done_rows[i].item, .waived = applies ? NULL : done_rows[i].waived};
    }
}

/* --- schedule ----------------------------------------------------------------------------------------------------- */
int64_t work_minutes(const struct blueprint *bp)
{
    int64_t m = 0;
    for (size_t i = 0; i < bp->drafts.n; i++) m += bp->drafts.v[i].estimate.likely;
    return m;
}

const char *duration_words(struct arena *a, int64_t minutes)
{
    int64_t halves = (minutes + 119) / 240; /* half days */
    if (minutes < 240)
        return arena_fmt(a, "about %lld hour%s", (long long)((minutes + 59) / 60), minutes <= 60 ? "" : "s");
    return arena_fmt(a, "about %lld%s day%s", (long long)halves / 2, halves % 2 ? ".5" : "", halves == 2 ? "" : "s");
}

void schedule_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    const char *work = duration_words(s->a, work_minutes(bp));
    struct timeline *t = &c->timeline;
    if (!s->x.deadline && s->x.people == 0 && s->x.days == 0) {
        waive(s, c, "timeline", arena_fmt(s->a, "neither a date nor people are given; the work is %s", work));
        return;
    }
    t->deadline = s->x.deadline;
    t->people = s->x.people;
    t->available = s->x.days * 480 * (s->x.people > 1 ? s->x.people : 1);
    if (t->available > 0)
        t->note = arena_fmt(s->a, "%s of work, %s left: %s.", work, duration_words(s->a, t->available),
                            work_minutes(bp) <= t->available
                                ? "it fits"
                                : "it does not fit; the last phases go to a second release or more people help");
    else
        t->note = arena_fmt(s->a, "%s of work%s%s. How many days are left depends on the day work begins.", work,
                            s->x.people > 1 ? arena_fmt(s->a, " for %lld people", (long long)s->x.people) : "",
                            s->x.deadline ? arena_fmt(s->a, "; the ticket wants it %s", s->x.deadline) : "");
}
