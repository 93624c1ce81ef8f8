/* Which phases a change needs, in dependency order. */
#include "planner/offline/blueprint.h"

#include <string.h>
#include "planner/offline/strategy.h"

static bool is_full(const struct scene *s)
{
    return !s->small;
}
static bool bug_small(const struct scene *s)
{
    return s->small && scene_is(s, KIND_BUG);
}
static bool other_small(const struct scene *s)
{
    return s->small && !scene_is(s, KIND_BUG);
}
static bool no_code_yet(const struct scene *s)
{
    return is_full(s) && s->empty;
}
static bool bug_full(const struct scene *s)
{
    return is_full(s) && !s->empty && s->strategy == STRATEGY_FIX;
}
static bool pinned(const struct scene *s)
{
    return is_full(s) && !s->empty && scene_is(s, KIND_REFACTOR);
}
static bool data(const struct scene *s)
{
    return is_full(s) && scene_layer_count(s, LAYER_DATA) > 0;
}
static bool logic(const struct scene *s)
{
    return is_full(s) && scene_layer_count(s, LAYER_LOGIC) > 0;
}
static bool api(const struct scene *s)
{
    return is_full(s) && scene_layer_count(s, LAYER_API) > 0;
}
static bool cli(const struct scene *s)
{
    return is_full(s) && scene_layer_count(s, LAYER_CLI) > 0;
}
static bool frontend(const struct scene *s)
{
    return is_full(s) && scene_layer_count(s, LAYER_FRONTEND) > 0;
}

static size_t code_layers(const struct scene *s)
{
    size_t n = 0;
    for (enum layer l = LAYER_DATA; l <= LAYER_FRONTEND; l++) n += scene_layer_count(s, l) > 0;
    return n;
}

static bool measured(const struct scene *s)
{
    for (size_t i = 0; i < s->needs.n; i++)
        if (s->needs.v[i].measured) return true;
    return false;
}

static bool tests(const struct scene *s)
{
    return is_full(s) && (scene_layer_count(s, LAYER_TESTS) > 0 || code_layers(s) >= 2 || measured(s));
}
static bool operations(const struct scene *s)
{
    bool deployed = s->survey && (s->survey->deploy.n > 0 || s->survey->deployment.n > 0);
    return is_full(s) && (scene_layer_count(s, LAYER_OPERATIONS) > 0 ||
                          (deployed && (scene_layer_count(s, LAYER_DATA) > 0 || s->strategy == STRATEGY_QUEUE ||
                                        s->strategy == STRATEGY_SERVICE)));
}
static bool docs(const struct scene *s)
{
    return is_full(s) && scene_layer_count(s, LAYER_DOCS) > 0;
}

/* layer: whose requirements the phase takes; LAYER_N_: all of them (small plans), LAYER_SETUP: none. */
static const struct {
    bool (*applies)(const struct scene *);
    enum layer layer;
    const char *title, *goal, *why;
} rows[PHASE_KIND_N_] = {
    [PHASE_BUGFIX] = {bug_small, LAYER_N_, "Reproduce and fix: {subject}",
                      "The reported case behaves as expected, and a test that failed before keeps it so.", NULL},
    [PHASE_SMALL] = {other_small, LAYER_N_, "{subject}", "{rules} {hold} in {files}, with a test that shows it.", NULL},
    [PHASE_SETUP] = {no_code_yet, LAYER_SETUP, "Project skeleton in {language}",
                     "An empty but complete project: `{command}` runs a first test, so that every later phase can be "
                     "checked by the same command.",
                     "No codebase was named, so the first phase makes the place where the requirements can be met."},
    [PHASE_REPRODUCE] =
        {bug_full, LAYER_SETUP, "Reproduce: {subject}",
         "A test fails for the reported reason, so that the fix can be judged by it.",
         "It serves every requirement of the fix: without a failing test nobody can tell that the cause was met."},
    [PHASE_PIN] =
        {pinned, LAYER_SETUP, "Pin today's behaviour of {files}",
         "Tests describe what {files} {do} today, so that every later step can show that nothing changed for callers.",
         "A refactoring without such tests cannot show that it changed nothing."},
    [PHASE_DATA] = {data, LAYER_DATA, "Data: {tables}",
                    "{Tables} can hold what the later phases read and write. The code that runs today goes on working "
                    "against the new schema.",
                    NULL},
    [PHASE_LOGIC] = {logic, LAYER_LOGIC, "Rules: {topic}",
                     "{rules} {hold} in {files}, proven by unit tests before anything outside calls them.", NULL},
    [PHASE_API] =
        {api, LAYER_API, "API: {endpoints}",
         "{rules} {hold} for clients of {endpoints}, with validation and errors in the form the other endpoints use.",
         NULL},
    [PHASE_CLI] = {cli, LAYER_CLI, "Command line: {topic}",
                   "{rules} {hold} for people and scripts at the terminal, exit status and help included.", NULL},
    [PHASE_FRONTEND] = {frontend, LAYER_FRONTEND, "User interface: {topic}",
                        "{rules} {hold} for people who look at the page, by mouse and by keyboard.", NULL},
    [PHASE_TESTS] = {tests, LAYER_TESTS, "Tests across the parts: {topic}",
                     "The parts are shown to work together{limits}.",
                     "The earlier phases test their own part; this one follows {rules} through all of them."},
    [PHASE_OPERATIONS] =
        {operations, LAYER_OPERATIONS, "Roll-out and monitoring: {topic}",
         "The change runs in production in an order that can be stopped at any point, and somebody sees when it "
         "misbehaves.",
         "The earlier phases change stored data or add a process that has to be released in order and watched."},
    [PHASE_DOCS] = {docs, LAYER_DOCS, "Documentation: {topic}",
                    "People who use or run this find the new behaviour described where they look for it.", NULL},
};

/* --- texts of a phase --------------------------------------------------------------------------------------------- */
const char *draft_rules(const struct scene *s, const struct need *const *v, size_t n)
{
    text_list l = {0};
    for (size_t i = 0; i < n; i++) prose_list_add(s->a, &l, v[i]->r.id);
    return l.n ? prose_join(s->a, l.v, l.n, 8) : "the change";
}

static const char *files_text(const struct scene *s, const struct draft *d)
{
    text_list l = {0};
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].path && (d->works.v[i].kind == WORK_CHANGE || d->works.v[i].kind == WORK_NEW ||
                                   d->works.v[i].kind == WORK_MANIFEST || d->works.v[i].kind == WORK_DOC))
            tick_add(s->a, &l, d->works.v[i].path);
    if (l.n == 0) {
        const struct place *c = scene_centre(s);
        tick_add(s->a, &l, c ? c->full : NULL);
    }
    return l.n ? prose_join(s->a, l.v, l.n, 2) : "the code";
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

static const char *tables_of(const struct scene *s)
{
    text_list l = {0};
    for (size_t i = 0; i < s->x.tables.n; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        if (t->table && t->column) tick_add(s->a, &l, arena_fmt(s->a, "%s.%s", t->table, t->column));
        else if (t->column) tick_add(s->a, &l, t->column);
    }
    for (size_t i = 0; l.n == 0 && i < s->x.tables.n; i++) tick_add(s->a, &l, s->x.tables.v[i].table);
    return l.n ? prose_join(s->a, l.v, l.n, 3) : arena_fmt(s->a, "storage for %s", s->topic);
}

static const char *limits_text(const struct scene *s)
{
    text_list l = {0};
    for (size_t i = 0; i < s->x.limits.n && l.n < 3; i++)
        for (size_t j = 0; j < s->needs.n; j++)
            if (s->needs.v[j].measured && s->needs.v[j].r.line == s->x.limits.v[i].line) {
                const char *text = limit_is_time(&s->x.limits.v[i]) ? limit_text(s, &s->x.limits.v[i]) : NULL;
                if (!prose_list_has(l.v, l.n, text)) prose_list_add(s->a, &l, text);
                break;
            }
    return l.n ? arena_fmt(s->a, " and to keep the limits the ticket sets (%s)", prose_join(s->a, l.v, l.n, 0)) : "";
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

static void draft_texts(const struct scene *s, struct draft *d)
{
    const char *rules = d->needs.n ? draft_rules(s, d->needs.v, d->needs.n) : "the requirements",
               *tables = tables_of(s);
    const char *command = project_test_command(s), *files = files_text(s, d);
    const struct var v[] = {
        {"subject", prose_short(s->a, s->title, 90)},
        {"topic", s->topic},
        {"rules", rules},
        {"hold", d->needs.n == 1 ? "holds" : "hold"},
        {"files", files},
        {"do", strstr(files, " and ") ? "do" : "does"},
        {"tables", tables},
        {"Tables", upper_first(s->a, tables)},
        {"endpoints", endpoints_of(s, d)},
        {"limits", limits_text(s)},
        {"language", s->lang ? s->lang->name : "the chosen language"},
        {"command", command ? command : ""},
    };
    d->title = prose_bare(s->a, template_fill(s->a, rows[d->kind].title, v, countof(v)));
    d->goal = upper_first(s->a, template_fill(s->a, rows[d->kind].goal, v, countof(v)));
    if (d->kind == PHASE_LOGIC && scene_is(s, KIND_UPGRADE) && !s->empty) {
        d->title = arena_fmt(s->a, "Upgrade: %s", s->topic);
        d->goal =
            arena_fmt(s->a, "The new version is in use in %s, and nothing that was removed is called any more.", files);
    }
    if (d->kind == PHASE_DATA && index_only(s)) {
        d->title = arena_fmt(s->a, "Data: index on %s", tables);
        d->goal = arena_fmt(s->a, "Reads by %s find their rows without a scan; no row and no column changes.", tables);
    }
    if (d->needs.n == 0 && rows[d->kind].why) d->why = template_fill(s->a, rows[d->kind].why, v, countof(v));
}

/* --- what phases give each other ---------------------------------------------------------------------------------- */
static void provide(const struct scene *s, struct draft *d, int kind, const char *name)
{
    struct deliverable *x;
    for (size_t i = 0; i < d->provides.n; i++)
        if (d->provides.v[i].kind == kind && strcmp(d->provides.v[i].name, name) == 0) return;
    x = name ? PUSH(s->a, d->provides) : NULL;
    if (x) *x = (struct deliverable){.kind = kind, .name = name};
}

static void draft_provides(const struct scene *s, struct draft *d)
{
    for (size_t i = 0; i < d->works.n; i++) {
        const struct work *w = &d->works.v[i];
        if (w->path && w->change == CHANGE_CREATE) provide(s, d, DELIVERS_FILE, w->path);
        if (w->second && w->second_change == CHANGE_CREATE) provide(s, d, DELIVERS_FILE, w->second);
    }
    if (d->kind == PHASE_SETUP) provide(s, d, DELIVERS_COMMAND, project_test_command(s));
    for (size_t i = 0; d->kind == PHASE_DATA && i < s->x.tables.n; i++) {
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
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct extract_endpoint *ep = d->needs.v[i]->endpoint;
        if (ep && ep->method && (d->kind == PHASE_API || s->small))
            provide(s, d, DELIVERS_ENDPOINT, arena_fmt(s->a, "%s %s", ep->method, ep->path));
    }
}

/* A phase uses what the phases before it provide and depends on the last of its own kind of chain. */
static void draft_depends(struct blueprint *bp, size_t index)
{
    struct draft *d = &bp->drafts.v[index];
    for (size_t i = 0; i < index; i++) {
        struct draft *before = &bp->drafts.v[i];
        bool siblings = (before->kind == PHASE_API && (d->kind == PHASE_CLI)) ||
                        (before->kind == PHASE_CLI && d->kind == PHASE_FRONTEND);
        bool direct = i + 1 == index || d->kind >= PHASE_TESTS || (siblings && i + 1 == index);
        if (siblings || !direct) continue;
        prose_list_add(bp->s->a, &d->depends_on, before->id);
        for (size_t j = 0; j < before->provides.n; j++) {
            struct deliverable *u =
                before->provides.v[j].kind == DELIVERS_FILE && file_is_test(before->provides.v[j].name)
                    ? NULL
                    : PUSH(bp->s->a, d->uses);
            if (u) *u = before->provides.v[j];
        }
    }
    if (index > 0 && d->depends_on.n == 0) prose_list_add(bp->s->a, &d->depends_on, bp->drafts.v[0].id);
}

/* --- estimates ---------------------------------------------------------------------------------------------------- */
static const struct {
    int64_t base, each;
} minutes[WORK_KIND_N_] = {
    [WORK_MEASURE] = {60, 0},    [WORK_PIN] = {120, 0},    [WORK_REPRODUCE] = {60, 0}, [WORK_MANIFEST] = {60, 15},
    [WORK_MIGRATION] = {75, 20}, [WORK_CHANGE] = {30, 40}, [WORK_NEW] = {75, 45},      [WORK_WIRE] = {30, 0},
    [WORK_REMOVE_OLD] = {45, 0}, [WORK_TEST] = {40, 25},   [WORK_CONFIG] = {45, 20},   [WORK_RELEASE] = {60, 0},
    [WORK_DOC] = {20, 10},
};

static int64_t quarter(int64_t m)
{
    return (m + 14) / 15 * 15;
}

static void draft_estimate(const struct scene *s, struct draft *d)
{
    int64_t likely = 15, percent = s->small ? 100 : strategies[s->strategy].effort_percent;
    for (size_t i = 0; i < d->works.n; i++)
        likely += minutes[d->works.v[i].kind].base + minutes[d->works.v[i].kind].each * (int64_t)d->works.v[i].needs.n;
    if (d->kind == PHASE_LOGIC) likely = likely * percent / 100;
    d->estimate = (struct estimate){
        .optimistic = quarter(likely * 6 / 10), .likely = quarter(likely), .pessimistic = quarter(likely * 19 / 10)};
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */
static void take_needs(const struct scene *s, struct draft *d, enum phase_kind kind)
{
    for (size_t i = 0; i < s->needs.n; i++) {
        const struct need *n = &s->needs.v[i], **slot;
        bool mine = rows[kind].layer == LAYER_N_ || (n->layer == rows[kind].layer && rows[kind].layer != LAYER_SETUP);
        if (kind == PHASE_TESTS && n->measured) mine = true;
        slot = mine ? PUSH(s->a, d->needs) : NULL;
        if (slot) *slot = n;
    }
}

enum err_kind blueprint_make(const struct scene *s, struct blueprint *ret, struct err *e)
{
    int64_t next = s->b->next_section > 0 ? s->b->next_section : 1;
    *ret = (struct blueprint){.s = s};
    for (enum phase_kind k = 0; k < PHASE_KIND_N_; k++) {
        struct draft *d = rows[k].applies(s) ? PUSH(s->a, ret->drafts) : NULL;
        if (!d) continue;
        d->kind = k;
        d->id = s->b->outline && ret->drafts.n <= s->b->outline->phases.n
                    ? s->b->outline->phases.v[ret->drafts.n - 1].id
                    : arena_fmt(s->a, "ph%lld", (long long)(next + (int64_t)ret->drafts.n - 1));
        take_needs(s, d, k);
        draft_works(ret, d);
        draft_texts(s, d);
        draft_provides(s, d);
        draft_depends(ret, ret->drafts.n - 1);
        draft_estimate(s, d);
    }
    return prose_check(s->a, e);
}

static bool speaks_of(const struct phase_outline *o, const char *const *words)
{
    return prose_has_any(o->title, words) || prose_has_any(o->goal, words);
}

const struct draft *blueprint_of(const struct blueprint *bp, const struct phase_outline *o, size_t index)
{
    static const struct {
        enum phase_kind kind;
        const char *words[8];
    } by_words[] = {
        {PHASE_DATA, {"data", "schema", "migration", "database", "model*"}},
        {PHASE_API, {"api", "endpoint*", "route*", "http"}},
        {PHASE_FRONTEND, {"frontend", "interface", "ui", "page", "component*"}},
        {PHASE_TESTS, {"test*", "quality", "performance"}},
        {PHASE_OPERATIONS, {"deploy*", "roll-out", "rollout", "monitor*", "release"}},
        {PHASE_DOCS, {"documentation", "docs"}},
        {PHASE_LOGIC, {"logic", "rules", "service*", "core"}},
    };
    for (size_t i = 0; i < bp->drafts.n; i++)
        if (prose_same(bp->drafts.v[i].title, o->title)) return &bp->drafts.v[i];
    for (size_t w = 0; w < countof(by_words); w++)
        for (size_t i = 0; i < bp->drafts.n && speaks_of(o, by_words[w].words); i++)
            if (bp->drafts.v[i].kind == by_words[w].kind) return &bp->drafts.v[i];
    return bp->drafts.n ? &bp->drafts.v[index < bp->drafts.n ? index : bp->drafts.n - 1] : NULL;
}
