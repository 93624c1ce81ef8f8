/* Risks: rows with the situation of ticket and code that calls for them, and the ways back. */
#include "planner/offline/closing/closing.h"

#include <string.h>
#include "planner/offline/dialogue/strategy.h"

/* --- situations --------------------------------------------------------------------------------------------------- */
static bool migrates(const struct scene *s)
{
    return scene_layer_count(s, LAYER_DATA) > 0 && s->strategy != STRATEGY_DERIVE && !s->empty;
}
/* Nothing reads or writes them yet. */
static bool only_new_tables(const struct scene *s)
{
    size_t fresh = 0, named = 0;
    for (size_t i = 0; i < s->x.tables.n; i++) {
        named += s->x.tables.v[i].table != NULL;
        fresh += table_is_new(s, s->x.tables.v[i].table);
    }
    return named > 0 && fresh == named;
}
static bool adds(const struct scene *s)
{
    return migrates(s) && !index_only(s) && !schema_contracts(s) && !only_new_tables(s);
}
static bool indexes(const struct scene *s)
{
    return migrates(s) && index_only(s);
}
static bool contracts(const struct scene *s)
{
    return migrates(s) && schema_contracts(s);
}
/* The repository's migrations go one way only. */
static bool one_way(const struct scene *s)
{
    size_t c;
    const struct survey_migrations *m = scene_migrations(s, &c);
    return migrates(s) && m && !m->paired &&
           (prose_has_word(m->tool, "plain sql") || prose_has_word(m->tool, "flyway"));
}
static bool no_tests_near(const struct scene *s)
{
    const struct place *c = scene_centre(s);
    bool exists = false;
    if (s->empty || !c || !language_of_path(c->path)) return false;
    return test_file_for(s, c->codebase, c->path, &exists) && !exists;
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
    return scene_is(s, KIND_SECURITY) && !scene_is(s, KIND_BUG);
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
static bool several(const struct scene *s)
{
    text_list order;
    return s->b->codebases.n > 1 && draft_releases(s, &order) > 1;
}

static const struct {
    bool (*applies)(const struct scene *);
    const char
        *risk; /* templates: {file} {tables} {endpoint} {title} {first} {missing} {migration} {test} {phases} … */
    int likelihood, impact;
    const char *mitigation, *contingency;
} risk_rows[] = {
    {adds, "{migration} takes longer on real data than on a copy and blocks writers of {tables}.", LEVEL_LOW,
     LEVEL_HIGH, "{migration} is timed on a copy of real size first.",
     "Stop {migration}: the running code does not need it."},
    {indexes, "Building the index on {tables} blocks writers.", LEVEL_LOW, LEVEL_HIGH,
     "{migration} builds it without blocking where the database can, timed on a copy.", "Drop the index of {tables}."},
    {contracts, "Something that nobody looked at still uses the old form of {tables}.", LEVEL_MEDIUM, LEVEL_HIGH,
     "{tables}: both forms are written until no read of the old one is left.",
     "Go back to the release before; the old form of {tables} is there until the last phase."},
    {one_way, "Migrations here have no way back: {migration} cannot be undone by the tool.", LEVEL_LOW, LEVEL_HIGH,
     "{migration} comes with the statements that undo it, tried on a copy.",
     "Run them by hand, after the code is back."},
    {no_tests_near, "{file} has no test of its own, so a change in it can break what nobody checks.", LEVEL_MEDIUM,
     LEVEL_MEDIUM, "{test} shows what {file} does today before it changes.", "Put {file} back; {test} stays."},
    {no_ci, "No CI configuration was found: the tests of {topic} run only when somebody remembers.", LEVEL_MEDIUM,
     LEVEL_MEDIUM, "{command} is run for each phase and its output kept with the change of {topic}.",
     "Run {command} on the main branch and revert what fails."},
    {changes_api, "A client relies on something about {endpoint} that is not written down.", LEVEL_LOW, LEVEL_HIGH,
     "Answers of {endpoint} only gain fields; today's status codes are pinned by tests.",
     "Take back the phase of {endpoint} alone."},
    {several, "The repositories are released at different times and meet {topic} half done.", LEVEL_MEDIUM, LEVEL_HIGH,
     "Each side of {topic} accepts the old form of the other.", "Put back the one that was released last."},
    {queued, "{topic} is done twice or not at all when a worker stops in the middle.", LEVEL_MEDIUM, LEVEL_HIGH,
     "Every piece of {topic} has an id; a test stops the worker between its steps.",
     "Stop the worker; waiting {topic} stays in the queue."},
    {cached, "Old {topic} is shown because one write forgets to drop its entry.", LEVEL_MEDIUM, LEVEL_MEDIUM,
     "Entries of {topic} live for a short time, and all writes go through {file}.", "Switch the cache of {topic} off."},
    {secure, "The change opens a way around what it protects ({first}).", LEVEL_LOW, LEVEL_HIGH,
     "{rules}: a test for the case that must be refused, written by somebody else than the code.",
     "Revert, and look through the log since the release of {topic} for use."},
    {refactors, "Something outside the tests relied on what {file} did by accident.", LEVEL_MEDIUM, LEVEL_MEDIUM,
     "Behaviour of {file} is pinned first, oddities included.", "Put {file} back until the last caller has moved."},
    {upgrades, "A plugin or a caller does not work with the new version and is found late ({topic}).", LEVEL_MEDIUM,
     LEVEL_HIGH, "Removed calls are listed before the version of {manifest} changes; {command} decides.",
     "Set the version in {manifest} back."},
    {fixes, "The cause of \"{title}\" is not in {file}, and the fix treats a symptom.", LEVEL_MEDIUM, LEVEL_MEDIUM,
     "{test} fails for the reported reason before anything changes.",
     "Put {file} back, keep {test}, look one caller further up."},
    {limits, "The limits hold on a test machine and not under real load ({limits}).", LEVEL_MEDIUM, LEVEL_MEDIUM,
     "{measured}: measured before and after with data of real size.",
     "Take back the phase that the measurement of {topic} points to."},
    {interface_change, "It looks right in one browser and cannot be used by keyboard ({topic}).", LEVEL_MEDIUM,
     LEVEL_LOW, "{shown}: tried in two browsers and without a mouse.", "Hide the new element of {topic}."},
    {vague, "The ticket is short, and something else was meant than {first}.", LEVEL_MEDIUM, LEVEL_MEDIUM,
     "{rules} quotes the ticket and is approved before work begins.", "Refine the plan of {topic}."},
    {unread, "Nobody could read {missing}, and what it says would change the plan.", LEVEL_MEDIUM, LEVEL_MEDIUM,
     "Asked for: {missing}.", "Give the content of {missing} and refine what it concerns."},
    {starts_empty, "The layout of the new project does not fit where {topic} will run.", LEVEL_MEDIUM, LEVEL_LOW,
     "The first phase is shown to whoever will run {topic}.", "Change the layout before the rules of {topic} follow."},
};

/* --- variables ---------------------------------------------------------------------------------------------------- */
static const char *migration_name(const struct scene *s, const struct blueprint *bp)
{
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n; j++)
            if (bp->drafts.v[i].works.v[j].kind == WORK_MIGRATION)
                return arena_fmt(s->a, "`%s`", migration_label(s, bp->drafts.v[i].works.v[j].path));
    return "the change of the schema";
}

static const char *rules_where(const struct scene *s, bool (*wanted)(const struct need *))
{
    text_list l = {0};
    if (!wanted && s->needs.n > 3)
        return arena_fmt(s->a, "%s to %s", s->needs.v[0].r.id, s->needs.v[s->needs.n - 1].r.id);
    for (size_t i = 0; i < s->needs.n; i++)
        if (!wanted || wanted(&s->needs.v[i])) prose_list_add(s->a, &l, s->needs.v[i].r.id);
    return l.n ? prose_join(s->a, l.v, l.n, 8) : "the change";
}
static bool is_measured(const struct need *n)
{
    return n->measured;
}
static bool is_shown(const struct need *n)
{
    return n->layer == LAYER_FRONTEND;
}

static const char *bounds(const struct scene *s)
{
    text_list l = {0};
    for (size_t i = 0; i < s->needs.n; i++) {
        const struct extract_limit *x = s->needs.v[i].measured ? need_limit(s, &s->needs.v[i]) : NULL;
        if (x) prose_list_add(s->a, &l, limit_text(s, x));
    }
    return l.n ? prose_join(s->a, l.v, l.n, 3) : "time";
}

static const char *test_of(const struct scene *s, const struct blueprint *bp)
{
    for (size_t i = 0; i < bp->drafts.n; i++)
        if (bp->drafts.v[i].test_file) return arena_fmt(s->a, "`%s`", bp->drafts.v[i].test_file);
    return "a first test";
}

static const char *risk_text(const struct scene *s, const struct blueprint *bp, const char *template)
{
    const struct place *c = scene_centre(s);
    const struct survey_command *test = scene_command(s, 0, COMMAND_TEST);
    text_list missing = {0}, tables = {0};
    for (size_t i = 0; i < s->b->missing.n; i++) prose_list_add(s->a, &missing, file_base(s->b->missing.v[i].path));
    for (size_t i = 0; i < s->x.tables.n; i++) tick_add(s->a, &tables, s->x.tables.v[i].table);
    const char *text = FILL(
        s->a, template, {"file", c ? arena_fmt(s->a, "`%s`", c->full) : "the changed code"},
        {"tables", tables.n ? prose_join(s->a, tables.v, tables.n, 3) : arena_fmt(s->a, "the data of %s", s->topic)},
        {"endpoint", s->x.endpoints.n ? arena_fmt(s->a, "`%s`", s->x.endpoints.v[0].path)
                                      : arena_fmt(s->a, "the API (%s)", s->topic)},
        {"title", prose_short(s->a, s->title, 100)}, {"topic", s->topic}, {"migration", migration_name(s, bp)},
        {"test", test_of(s, bp)}, {"rules", rules_where(s, NULL)}, {"measured", rules_where(s, is_measured)},
        {"shown", rules_where(s, is_shown)}, {"command", test ? arena_fmt(s->a, "`%s`", test->name) : "the test run"},
        {"manifest", s->survey && s->survey->manifests.n ? arena_fmt(s->a, "`%s`", s->survey->manifests.v[0].path)
                                                         : "the manifest"},
        {"first", s->needs.n ? arena_fmt(s->a, "\"%s\"", need_name(s, &s->needs.v[0], 90)) : "the title says"},
        {"missing", missing.n ? prose_join(s->a, missing.v, missing.n, 3) : ""}, {"limits", bounds(s)});
    return prose_sentence(s->a, text);
}

void risks_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    for (size_t i = 0; i < countof(risk_rows) && c->risks.n < (s->small ? 1u : 7u); i++) {
        struct risk *r = risk_rows[i].applies(s) ? PUSH(s->a, c->risks) : NULL;
        if (!r) continue;
        *r = (struct risk){.risk = risk_text(s, bp, risk_rows[i].risk),
                           .likelihood = risk_rows[i].likelihood,
                           .impact = risk_rows[i].impact,
                           .mitigation = risk_text(s, bp, risk_rows[i].mitigation),
                           .contingency = risk_text(s, bp, risk_rows[i].contingency)};
    }
    if (c->risks.n == 0 && !s->small)
        waive(s, c, "risks",
              arena_fmt(s->a, "%s has tests beside it, CI runs them, no data and no interface changes", s->topic));
}

/* --- the way back ------------------------------------------------------------------------------------------------- */
/* What takes everything back, in the order it is done. */
void rollback_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
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
    if (flag_wanted(s)) buf_fmt(&b, "First `%s` off, which needs no deployment. ", flag_name(s));
    if (bp->drafts.n > 1)
        buf_fmt(&b, "The phases of %s go back from the last to the first, each a range of commits of its own.",
                s->topic);
    else buf_fmt(&b, "The change of %s is one range of commits; reverting it is the way back.", s->topic);
    if (down)
        buf_fmt(&b, " `%s` goes back last, when no running release uses it%s.", migration_label(s, down),
                index_only(s)         ? "; it holds no data of its own"
                : only_new_tables(s)  ? "; what was written to it by then goes with it"
                : schema_contracts(s) ? "; after the contracting migration only the backup brings the old form back"
                                      : "; what was written to it by then is lost unless it is exported");
    if (s->strategy == STRATEGY_QUEUE)
        buf_fmt(&b, " The worker of %s stops before the code goes back; its queue runs empty or waits.", s->topic);
    c->rollback.text = prose_take(s->a, &b);
    prose_list_add(s->a, &c->rollback.commands, "git revert --no-edit HEAD");
    if (down && m && m->tool && prose_has_word(m->tool, "alembic"))
        prose_list_add(s->a, &c->rollback.commands, "alembic downgrade -1");
    if (down && m && m->tool && prose_has_word(m->tool, "knex"))
        prose_list_add(s->a, &c->rollback.commands, "npx knex migrate:rollback");
    for (size_t i = 1; i < c->rollback.commands.n; i++)
        if (scene_command_known(s, c->rollback.commands.v[i]) == COMMAND_UNKNOWN) c->rollback.commands.n = i;
}

void migration_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    const char *text;
    if (!migrates(s)) {
        waive(s, c, "migration",
              s->empty                    ? arena_fmt(s->a, "%s has no data yet", s->topic)
              : scene_is(s, KIND_UPGRADE) ? arena_fmt(s->a, "%s changes versions, not stored data", s->topic)
                                          : arena_fmt(s->a, "%s changes no stored data", s->topic));
        return;
    }
    text =
        index_only(s) ? "{migration} is built while today's release runs; no row changes, so {topic} may be released "
                        "before or after it."
        : schema_contracts(s)
            ? "1. {migration} adds; today's release runs on.\n2. The release that writes both forms of {tables}.\n"
              "3. Old rows of {tables} are filled.\n4. The release that uses the new form only.\n5. The contracting "
              "migration, after a backup, when nobody will go back behind 4."
        : only_new_tables(s)
            ? "1. {migration} is applied while today's release runs on; {tables} stays empty.\n2. The code of {topic} "
              "follows, and fills it."
            : "1. {migration} is applied while today's release runs on.\n2. The code of {topic} follows; rows of "
              "{tables} written before have no value, which it reads as \"not known yet\".";
    c->migration = risk_text(s, bp, text);
}
