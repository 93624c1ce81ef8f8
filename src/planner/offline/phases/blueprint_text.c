/* A phase in words and numbers: title, goal and reason, what it gives to later ones, what it costs. */
#include "planner/offline/phases/blueprint.h"

#include <string.h>
#include "planner/offline/dialogue/strategy.h"
#include "planner/offline/writing.h"

static const struct {
    const char *title, *goal, *why;
} rows[PHASE_KIND_N_] = {
    [PHASE_BUGFIX] = {"Reproduce and fix: {subject}", "{wanted}.", NULL},
    [PHASE_SMALL] = {"{subject}", "{rules} {hold} in {files}.", NULL},
    [PHASE_SETUP] = {"Project skeleton in {language}",
                     "`{command}` runs a first test of {topic}, so that every later phase is checked by it.",
                     "No codebase was named: this phase makes the place for {topic}."},
    [PHASE_REPRODUCE] = {"Reproduce: {subject}", "A test in {tests} fails as the report says.",
                         "The fix of {topic} is judged by this test."},
    [PHASE_PIN] = {"Pin today's behaviour of {files}", "Tests say what {files} {do} today.",
                   "Only with them can the later phases show that callers of {files} see no change."},
    [PHASE_DATA] = {"Data: {tables}", "{Tables} {exist} for {rules}; the release that runs today works on beside {it}.",
                    NULL},
    [PHASE_LOGIC] = {"Rules: {topic}", "{rules} {hold} in {files}, shown by tests before anything outside calls {it}.",
                     NULL},
    [PHASE_API] = {"API: {endpoints}", "{rules} {hold} for clients of {endpoints}.", NULL},
    [PHASE_CLI] = {"Command line: {topic}", "{rules} {hold} at the terminal and in scripts.", NULL},
    [PHASE_FRONTEND] = {"User interface: {topic}", "{rules} {hold} on the page, by mouse and by keyboard.", NULL},
    [PHASE_TESTS] = {"Tests across the parts: {topic}", "{Parts} {work} together{limits}.",
                     "The phases before test their own part of {topic}; this one goes through all of them."},
    [PHASE_OPERATIONS] = {"Roll-out: {topic}", "{order}: each can be stopped and taken back by itself.",
                          "{Topic} is more than one deployment: {order}."},
    [PHASE_SWITCH] = {"Switch: {old} out of use",
                      "{files} {do} without {old} while the column is still there, so that going back is a deployment.",
                      NULL},
    [PHASE_CONTRACT] = {"Contract: {old}", "{final}.", NULL},
    [PHASE_DOCS] = {"Documentation: {topic}", "{rules} {hold} in {files}.", NULL},
};

const char *draft_rules(const struct scene *s, const struct need *const *v, size_t n)
{
    text_list l = {0};
    for (size_t i = 0; i < n; i++) prose_list_add(s->a, &l, v[i]->r.id);
    return l.n ? prose_join(s->a, l.v, l.n, 8) : "the change";
}

/* --- variables ---------------------------------------------------------------------------------------------------- */
static const char *works_text(const struct scene *s, const struct draft *d, bool tests)
{
    text_list l = {0};
    for (size_t i = 0; i < d->works.n; i++) {
        const struct work *w = &d->works.v[i];
        bool code = w->kind == WORK_CHANGE || w->kind == WORK_NEW || w->kind == WORK_MANIFEST || w->kind == WORK_DOC ||
                    w->kind == WORK_SWITCH;
        bool test = w->kind == WORK_TEST || w->kind == WORK_PIN || w->kind == WORK_REPRODUCE;
        if (w->path && (tests ? test : code)) tick_add(s->a, &l, w->path);
    }
    if (l.n == 0 && !tests) {
        const struct place *c = scene_centre(s);
        tick_add(s->a, &l, c ? c->full : NULL);
    }
    return l.n ? prose_join(s->a, l.v, l.n, 2) : tests ? "the test suite" : "the code";
}

static const char *endpoints_of(const struct scene *s, const struct draft *d)
{
    text_list l = {0};
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct extract_endpoint *ep = d->needs.v[i]->endpoint;
        if (ep)
            tick_add(s->a, &l,
                     arena_fmt(s->a, "%s%s%s", ep->method ? ep->method : "", ep->method ? " " : "", ep->path));
    }
    return l.n ? prose_join(s->a, l.v, l.n, 3) : s->topic;
}

static size_t tables_of(const struct scene *s, const char **ret)
{
    text_list l = {0};
    struct schema_change c;
    for (size_t i = 0; i < s->needs.n; i++)
        if (schema_change_of(s, &s->needs.v[i], &c))
            prose_list_add(s->a, &l, schema_name(s, &c, c.to ? c.to : c.column));
    for (size_t i = 0; !schema_contracts(s) && i < s->x.tables.n; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        if (t->table && t->column) tick_add(s->a, &l, arena_fmt(s->a, "%s.%s", t->table, t->column));
        else if (t->column) tick_add(s->a, &l, t->column);
    }
    for (size_t i = 0; l.n == 0 && i < s->x.tables.n; i++) tick_add(s->a, &l, s->x.tables.v[i].table);
    *ret = l.n ? prose_join(s->a, l.v, l.n, 3) : arena_fmt(s->a, "storage for %s", s->topic);
    return l.n;
}

static const char *limits_text(const struct scene *s, const struct draft *d)
{
    text_list l = {0};
    for (size_t i = 0; i < d->needs.n && l.n < 3; i++) {
        const struct extract_limit *x = d->needs.v[i]->measured ? need_limit(s, d->needs.v[i]) : NULL;
        if (x && limit_is_time(x))
            prose_list_add(s->a, &l, arena_fmt(s->a, "%s (%s)", limit_text(s, x), d->needs.v[i]->r.id));
    }
    return l.n ? arena_fmt(s->a, " and keep to %s", prose_join(s->a, l.v, l.n, 0)) : "";
}

static const char *old_columns(const struct scene *s, bool final)
{
    text_list l = {0};
    struct schema_change c;
    for (size_t i = 0; i < s->needs.n; i++) {
        if (!schema_change_of(s, &s->needs.v[i], &c)) continue;
        if (!final && c.kind != SCHEMA_REQUIRE) prose_list_add(s->a, &l, schema_name(s, &c, c.column));
        else if (!final && !schema_switches(s)) prose_list_add(s->a, &l, schema_name(s, &c, c.column));
        if (final)
            prose_list_add(s->a, &l,
                           arena_fmt(s->a, c.kind == SCHEMA_REQUIRE ? "%s is never empty" : "%s is gone",
                                     schema_name(s, &c, c.column)));
    }
    return l.n ? prose_join(s->a, l.v, l.n, 3) : "the old form";
}

/* What goes into production, in this order. */
size_t draft_releases(const struct scene *s, text_list *ret)
{
    size_t repositories = 0;
    text_list files;
    memset(ret, 0, sizeof *ret);
    if (scene_layer_count(s, LAYER_DATA) > 0 && !schema_only_removes(s))
        prose_list_add(s->a, ret,
                       index_only(s)             ? "the index"
                       : schema_files(s, &files) ? "the schema"
                                                 : "the migration");
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        bool used = false;
        for (size_t i = 0; i < s->needs.n; i++)
            used = used || (s->needs.v[i].place && s->needs.v[i].place->codebase == c);
        if (!used) continue;
        repositories++;
        if (s->b->codebases.n > 1)
            prose_list_add(s->a, ret,
                           arena_fmt(s->a, "`%s`",
                                     s->b->codebases.v[c].base.alias ? s->b->codebases.v[c].base.alias
                                                                     : s->b->codebases.v[c].base.repository));
    }
    if (s->b->codebases.n < 2 || repositories == 0) prose_list_add(s->a, ret, "the code");
    if (s->strategy == STRATEGY_QUEUE) prose_list_add(s->a, ret, "the worker");
    if (flag_wanted(s)) prose_list_add(s->a, ret, arena_fmt(s->a, "`%s`", flag_name(s)));
    return ret->n;
}

static const char *upper_first(struct arena *a, const char *s)
{
    char *t = arena_dup(a, s);
    if (t && t[0] >= 'a' && t[0] <= 'z') t[0] = (char)(t[0] - 'a' + 'A');
    return t;
}

bool index_only(const struct scene *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->needs.n; i++) {
        if (s->needs.v[i].layer != LAYER_DATA) continue;
        n++;
        if (!prose_has_any(s->needs.v[i].r.text, (const char *const[]){"index", "indexes", "indices", NULL}))
            return false;
    }
    return n > 0;
}

static const char *wanted(const struct scene *s)
{
    if (!prose_blank(s->x.expected))
        return arena_fmt(s->a, "The reported case ends as expected: %s",
                         prose_quoted(s->a, prose_bare(s->a, prose_short(s->a, s->x.expected, 160))));
    return arena_fmt(s->a, "\"%s\" does not happen any more", prose_short(s->a, s->title, 120));
}

static const char *alias_of(const struct scene *s, const struct draft *d)
{
    const struct base *b = d->codebase < s->b->codebases.n ? &s->b->codebases.v[d->codebase].base : NULL;
    return b ? arena_fmt(s->a, " in `%s`", b->alias ? b->alias : b->repository) : "";
}

static void special_texts(const struct scene *s, struct draft *d, const char *tables, const char *files)
{
    if (d->kind == PHASE_LOGIC && scene_is(s, KIND_REFACTOR) && !scene_is(s, KIND_UPGRADE) && !s->empty) {
        d->title = arena_fmt(s->a, "Move: %s", s->topic);
        d->goal = arena_fmt(s->a, "%s %s in %s, and the pinned tests pass as before.",
                            draft_rules(s, d->needs.v, d->needs.n), d->needs.n == 1 ? "holds" : "hold", files);
        return;
    }
    if (d->kind == PHASE_LOGIC && scene_is(s, KIND_UPGRADE) && !s->empty) {
        d->title = arena_fmt(s->a, "Upgrade: %s", s->topic);
        d->goal =
            arena_fmt(s->a, "The new version is in use in %s, and nothing that was removed is called any more.", files);
    } else if (d->kind == PHASE_LOGIC && s->strategy == STRATEGY_FIX) {
        d->title = prose_bare(s->a, arena_fmt(s->a, "Fix: %s", prose_short(s->a, s->title, 90)));
        d->goal = arena_fmt(s->a, "%s.", wanted(s));
    } else if (d->kind == PHASE_DATA && index_only(s)) {
        d->title = arena_fmt(s->a, "Data: index on %s", tables);
        d->goal = arena_fmt(s->a, "Reads by %s find their rows without a scan; no row and no column changes.", tables);
    } else if (d->kind == PHASE_DATA && schema_contracts(s)) {
        d->title = arena_fmt(s->a, "Expand: %s", tables);
        d->goal = arena_fmt(s->a, "Old and new form of %s stand side by side, both are written, old rows are filled.",
                            old_columns(s, false));
    } else if (d->kind == PHASE_TESTS && d->works.n == 1 && !d->works.v[0].path) {
        d->title = arena_fmt(s->a, "All tests: %s", s->topic);
        d->goal = "Every test that is there passes on the finished work.";
    } else if (d->kind == PHASE_OPERATIONS && d->needs.n > 0) {
        text_list order;
        if (draft_releases(s, &order) > 1 && is_deployed(s)) return;
        d->title = arena_fmt(s->a, "Operations: %s", prose_inner(s->a, need_name(s, d->needs.v[0], 48)));
        d->goal = arena_fmt(s->a, "%s can be seen in the running system.", draft_rules(s, d->needs.v, d->needs.n));
    }
}

void draft_texts(const struct scene *s, struct draft *d)
{
    const char *rules = d->needs.n ? draft_rules(s, d->needs.v, d->needs.n) : "the requirements", *tables;
    size_t n_tables = tables_of(s, &tables);
    const char *command = project_test_command(s), *files = works_text(s, d, false), *old = old_columns(s, false);
    const char *parts = s->x.endpoints.n ? endpoints_of(s, d) : s->topic;
    bool many = strstr(files, " and ") != NULL;
    text_list order;
    (void)draft_releases(s, &order);
    const struct var v[] = {
        {"subject", prose_short(s->a, s->title, 90)},
        {"topic", s->topic},
        {"Topic", upper_first(s->a, s->topic)},
        {"rules", rules},
        {"hold", d->needs.n == 1 ? "holds" : "hold"},
        {"files", files},
        {"tests", works_text(s, d, true)},
        {"do", many ? "do" : "does"},
        {"it", (d->kind == PHASE_DATA ? n_tables > 1 : many) ? "them" : "it"},
        {"tables", tables},
        {"Tables", upper_first(s->a, tables)},
        {"exist", n_tables > 1 ? "exist" : "exists"},
        {"endpoints", endpoints_of(s, d)},
        {"Parts", upper_first(s->a, arena_fmt(s->a, "the parts of %s", parts))},
        {"work", "work"},
        {"limits", limits_text(s, d)},
        {"order", prose_join(s->a, order.v, order.n, 0)},
        {"old", old},
        {"final", old_columns(s, true)},
        {"wanted", wanted(s)},
        {"language", s->lang ? s->lang->name : "the chosen language"},
        {"command", command ? command : ""},
    };
    d->title = template_fill(s->a, rows[d->kind].title, v, countof(v));
    d->goal = upper_first(s->a, template_fill(s->a, rows[d->kind].goal, v, countof(v)));
    if (d->needs.n == 0 && rows[d->kind].why) d->why = template_fill(s->a, rows[d->kind].why, v, countof(v));
    special_texts(s, d, tables, files);
    d->title = prose_bare(s->a, arena_fmt(s->a, "%s%s", d->title, alias_of(s, d)));
}

/* --- what phases give each other ---------------------------------------------------------------------------------- */
static void provide(const struct scene *s, struct draft *d, int kind, const char *name)
{
    struct deliverable *x;
    for (size_t i = 0; i < d->provides.n; i++)
        if (d->provides.v[i].kind == kind && prose_same(d->provides.v[i].name, name)) return;
    x = name && d->provides.n < DELIVERABLES_MAX ? PUSH(s->a, d->provides) : NULL;
    if (x) *x = (struct deliverable){.kind = kind, .name = name};
}

static void provide_tables(const struct scene *s, struct draft *d)
{
    struct schema_change c;
    for (size_t i = 0; i < s->needs.n; i++)
        if (schema_change_of(s, &s->needs.v[i], &c) && c.to)
            provide(s, d, DELIVERS_TABLE, c.table ? arena_fmt(s->a, "%s.%s", c.table, c.to) : c.to);
    for (size_t i = 0; !schema_contracts(s) && i < s->x.tables.n; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        bool has_columns = false;
        for (size_t j = 0; j < s->x.tables.n && !t->column; j++)
            has_columns = has_columns || (s->x.tables.v[j].column && prose_same(s->x.tables.v[j].table, t->table));
        if (!has_columns && !index_only(s))
            provide(s, d, DELIVERS_TABLE,
                    t->table && t->column ? arena_fmt(s->a, "%s.%s", t->table, t->column)
                    : t->table            ? t->table
                                          : t->column);
    }
}

void draft_provides(const struct scene *s, struct draft *d)
{
    for (size_t i = 0; i < d->works.n; i++) {
        const struct work *w = &d->works.v[i];
        if (w->path && w->change == CHANGE_CREATE) provide(s, d, DELIVERS_FILE, w->path);
        if (w->second && w->second_change == CHANGE_CREATE) provide(s, d, DELIVERS_FILE, w->second);
    }
    if (d->kind == PHASE_SETUP) provide(s, d, DELIVERS_COMMAND, project_test_command(s));
    if (d->kind == PHASE_DATA) provide_tables(s, d);
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct extract_endpoint *ep = d->needs.v[i]->endpoint;
        if (ep && ep->method && (d->kind == PHASE_API || s->small))
            provide(s, d, DELIVERS_ENDPOINT, arena_fmt(s->a, "%s %s", ep->method, ep->path));
    }
}

/* --- estimates ---------------------------------------------------------------------------------------------------- */
/* base: of the step; fresh: more when the file is new; each: for every requirement it serves. Minutes. */
static const struct {
    int64_t base, fresh, each;
} minutes[WORK_KIND_N_] = {
    [WORK_MEASURE] = {60, 0, 0},   [WORK_PIN] = {60, 60, 0},       [WORK_REPRODUCE] = {45, 15, 0},
    [WORK_MANIFEST] = {60, 0, 15}, [WORK_MIGRATION] = {75, 0, 20}, [WORK_BACKFILL] = {90, 0, 15},
    [WORK_SWITCH] = {45, 0, 20},   [WORK_CONTRACT] = {60, 0, 15},  [WORK_FLAG] = {45, 15, 0},
    [WORK_CHANGE] = {30, 0, 40},   [WORK_NEW] = {45, 30, 45},      [WORK_WIRE] = {30, 0, 0},
    [WORK_TEST] = {25, 20, 20},    [WORK_CONFIG] = {30, 15, 20},   [WORK_RELEASE] = {60, 0, 0},
    [WORK_DOC] = {20, 10, 10},
};

static int64_t quarter(int64_t m)
{
    return (m + 14) / 15 * 15;
}

/* Code without a test of its own is slower to change, and harder to foresee. */
static bool untested(const struct draft *d)
{
    return d->test_file && d->test_is_new && d->kind != PHASE_SETUP && d->kind != PHASE_TESTS;
}

void draft_estimate(const struct scene *s, struct draft *d)
{
    int64_t likely = 15 + 20 * (int64_t)d->agreed.n, percent = s->small ? 100 : strategies[s->strategy].effort_percent,
            worst = untested(d) ? 200 : 170;
    for (size_t i = 0; i < d->works.n; i++) {
        const struct work *w = &d->works.v[i];
        likely += minutes[w->kind].base + (w->change == CHANGE_CREATE && w->path ? minutes[w->kind].fresh : 0) +
                  minutes[w->kind].each * (int64_t)w->needs.n;
    }
    if (d->kind == PHASE_LOGIC) likely = likely * percent / 100;
    if (d->kind == PHASE_DATA || d->kind == PHASE_CONTRACT) worst += 30; /* real data surprises */
    d->estimate = (struct estimate){.optimistic = quarter(likely * 65 / 100),
                                    .likely = quarter(likely),
                                    .pessimistic = quarter(likely * worst / 100)};
}
