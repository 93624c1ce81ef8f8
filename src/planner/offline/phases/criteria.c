/* How a phase is shown to be done: commands with what passing looks like, and what a person tries. */
#include "planner/offline/writing.h"

#include <string.h>
#include "planner/offline/dialogue/strategy.h"
#include "planner/offline/scene/facts.h"

static size_t codebase_of(const struct draft *d)
{
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].path) return d->works.v[i].codebase;
    return 0;
}

static void add_automated(const struct scene *s, struct phase *p, const char *command, const char *expect, int before,
                          const char *by)
{
    struct automated *x;
    if (!command) return;
    for (size_t i = 0; i < p->automated.n; i++)
        if (strcmp(p->automated.v[i].command, command) == 0) return;
    x = PUSH(s->a, p->automated);
    if (x) *x = (struct automated){.command = command, .expect = expect, .expected_before = before, .provided_by = by};
}

static void add_known(const struct scene *s, struct phase *p, const char *command, const char *expect, int before)
{
    enum command_status k = command ? scene_command_known(s, command) : COMMAND_UNKNOWN;
    if (k != COMMAND_UNKNOWN)
        add_automated(s, p, command, expect, before, k == COMMAND_SYSTEM ? "system" : "repository");
}

static const char *setup_phase(const struct blueprint *bp)
{
    for (size_t i = 0; i < bp->drafts.n; i++)
        if (bp->drafts.v[i].kind == PHASE_SETUP) return bp->drafts.v[i].id;
    return bp->drafts.n ? bp->drafts.v[0].id : NULL;
}

/* The files are not known yet, as when a fault has still to be found. */
static bool unknown_files(const struct draft *d)
{
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].kind == WORK_CHANGE && !d->works.v[i].path) return true;
    return false;
}

static bool has_code(const struct draft *d)
{
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].path && (file_is_code(d->works.v[i].path) || d->works.v[i].kind == WORK_MANIFEST))
            return true;
    return false;
}

/* "`src/a.c` and `src/b.c`": the code files of the phase, for what a command is looked at for. */
static const char *code_files(const struct scene *s, const struct draft *d)
{
    text_list l = {0};
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].path && file_is_code(d->works.v[i].path) && !file_is_test(d->works.v[i].path))
            tick_add(s->a, &l, d->works.v[i].path);
    for (size_t i = 0; i < d->works.n && l.n == 0; i++) /* what the tests of the phase are about */
        if (d->works.v[i].place && (d->kind == PHASE_PIN || d->kind == PHASE_REPRODUCE))
            tick_add(s->a, &l, d->works.v[i].place->full);
    for (size_t i = 0; i < d->works.n && l.n == 0; i++)
        if (d->works.v[i].kind == WORK_MANIFEST) tick_add(s->a, &l, d->works.v[i].path);
    if (l.n == 0) tick_add(s->a, &l, d->test_file);
    return l.n ? prose_join(s->a, l.v, l.n, 2) : s->topic;
}

/* The tests that are there, and no other. */
static bool only_runs(const struct draft *d)
{
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].kind != WORK_TEST || d->works.v[i].path) return false;
    return d->works.n > 0;
}

static void test_criteria(const struct blueprint *bp, const struct draft *d, struct phase *p)
{
    const struct scene *s = bp->s;
    size_t codebase = codebase_of(d);
    const struct survey_command *test = scene_command(s, codebase, COMMAND_TEST);
    const char *narrow = d->test_file ? narrow_test(s, codebase, d->test_file) : NULL;
    bool kept = scene_is(s, KIND_REFACTOR) && (d->kind == PHASE_LOGIC || d->kind == PHASE_TESTS) && !d->test_is_new;
    bool proves = d->kind != PHASE_PIN && !kept && d->needs.n + (d->kind == PHASE_REPRODUCE) > 0;
    if (narrow && d->kind == PHASE_REPRODUCE)
        add_known(s, p, arena_fmt(s->a, "! %s", narrow),
                  "the new test fails with the reported behaviour in its message", BEFORE_FAIL);
    else if (narrow)
        add_known(s, p, narrow,
                  kept ? "all pass as they did before the move"
                  : d->kind == PHASE_PIN
                      ? arena_fmt(s->a, "all pass against %s as it is", code_files(s, d))
                      : arena_fmt(s->a, "the tests for %s pass", draft_rules(s, d->needs.v, d->needs.n)),
                  proves || d->test_is_new ? BEFORE_FAIL : BEFORE_PASS);
    if (test && d->kind != PHASE_REPRODUCE && (has_code(d) || unknown_files(d) || d->kind == PHASE_TESTS))
        add_known(s, p, test->name,
                  only_runs(d)       ? "all tests pass, none is skipped that ran before"
                  : d->test_file     ? arena_fmt(s->a, "passes with `%s`, today's tests unchanged", d->test_file)
                  : unknown_files(d) ? "passes, the new test among the others"
                                     : arena_fmt(s->a, "passes with the change of %s", code_files(s, d)),
                  BEFORE_PASS);
}

/* A page that a phase writes names what it is about: the migration, the switch, the new endpoint. */
static const char unsafe[] = "'{}$`\\\" <>|&;*?[]()"; /* in a shell */

/* A name in code that the ticket brings and no page or file has: "--count". */
static const char *new_word(const struct scene *s)
{
    for (size_t i = 0; i < s->needs.n; i++)
        for (const char *p = strchr(s->needs.v[i].r.text, '`'), *end; p; p = strchr(end + 1, '`')) {
            const char *word, *safe;
            end = strchr(p + 1, '`');
            if (!end) break;
            word = arena_dup_n(s->a, p + 1, (size_t)(end - p - 1));
            safe = word ? word + strspn(word, "-") : "";
            if (strlen(safe) < 4 || strpbrk(word, unsafe) || strchr(word, '/') || strchr(word, '.')) continue;
            if (!facts_find(s, (const char *const[]){word, NULL}).file) return word;
        }
    return NULL;
}

static bool page_has(const struct scene *s, const struct work *w, const char *word)
{
    auto_buf b = BUF_INIT(512 * 1024);
    struct err ignored;
    struct tree *t = scene_tree(s, w->codebase);
    return t && tree_read(t, w->path, 512 * 1024, &b, &ignored) == ERR_OK && strstr(buf_cstr(&b), word) != NULL;
}

static void page_criteria(const struct blueprint *bp, const struct draft *d, struct phase *p)
{
    const struct scene *s = bp->s;
    const char *word = flag_wanted(s) ? flag_name(s) : s->x.endpoints.n ? s->x.endpoints.v[0].path : NULL;
    if (word && strpbrk(word, unsafe)) word = NULL;
    if (!word && d->kind == PHASE_DOCS) word = new_word(s);
    for (size_t i = 0; i < bp->drafts.n && !word; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n && !word; j++)
            if (bp->drafts.v[i].works.v[j].kind == WORK_MIGRATION) {
                struct span stem = file_stem(bp->drafts.v[i].works.v[j].path);
                word = arena_dup_n(s->a, stem.p, stem.n);
            }
    for (size_t i = 0; word && !strpbrk(word, unsafe) && p->automated.n == 0 && i < d->works.n; i++) {
        const struct work *w = &d->works.v[i];
        if ((w->kind == WORK_RELEASE || w->kind == WORK_DOC) && w->path && !strstr(w->path, "//"))
            if (!page_has(s, w, word))
                add_known(s, p, arena_fmt(s->a, "grep -q %s%s %s", *word == '-' ? "-e " : "", word, w->path),
                          arena_fmt(s->a, "`%s` speaks of it", w->path), BEFORE_FAIL);
    }
}

static void last_criteria(const struct blueprint *bp, const struct draft *d, struct phase *p)
{
    const struct scene *s = bp->s;
    page_criteria(bp, d, p);
    for (size_t i = 0; p->automated.n == 0 && i < d->works.n; i++) {
        const struct work *w = &d->works.v[i];
        if (w->path && !strstr(w->path, "//") && w->change == CHANGE_CREATE)
            add_known(s, p, arena_fmt(s->a, "test -f %s", w->path), "the file is there", BEFORE_FAIL);
    }
    for (size_t i = 0; p->automated.n == 0 && i < d->works.n; i++) {
        const struct work *w = &d->works.v[i];
        if (w->path && !strstr(w->path, "//"))
            add_automated(s, p, arena_fmt(s->a, "git diff --exit-code HEAD~1 -- %s", w->path),
                          "status 1: the last commit changed the file", BEFORE_PASS, "system");
    }
    for (size_t i = 0; i < 2 && p->automated.n == 0; i++) {
        const struct survey_command *c = scene_command(s, 0, i ? COMMAND_TEST : COMMAND_BUILD);
        if (c) add_known(s, p, c->name, "passes as before", BEFORE_PASS);
    }
    if (p->automated.n == 0)
        add_automated(s, p, "git status --porcelain", "nothing is left uncommitted", BEFORE_PASS, "system");
}

static void automated_write(const struct blueprint *bp, const struct draft *d, struct phase *p)
{
    const struct scene *s = bp->s;
    size_t codebase = codebase_of(d);
    const struct survey_command *c;
    if (project_test_command(s)) {
        add_automated(s, p, project_test_command(s),
                      d->kind == PHASE_SETUP ? "the first test passes"
                      : d->needs.n           ? arena_fmt(s->a, "all tests pass, those for %s among them",
                                                         draft_rules(s, d->needs.v, d->needs.n))
                                             : arena_fmt(s->a, "all tests of %s pass", s->topic),
                      d->kind == PHASE_SETUP ? BEFORE_FAIL : BEFORE_PASS, setup_phase(bp));
        return;
    }
    for (size_t i = 0; i < d->works.n; i++) {
        const struct work *w = &d->works.v[i];
        c = w->kind == WORK_MIGRATION || w->kind == WORK_CONTRACT ? scene_command(s, w->codebase, COMMAND_MIGRATE)
                                                                  : NULL;
        if (c)
            add_known(s, p, c->name,
                      arena_fmt(s->a, "applies `%s` to a copy of the database; a second run changes nothing",
                                migration_label(s, w->path)),
                      BEFORE_PASS);
    }
    test_criteria(bp, d, p);
    if (has_code(d) && (c = scene_command(s, codebase, COMMAND_LINT)) != NULL)
        add_known(s, p, c->name, arena_fmt(s->a, "no finding in %s", code_files(s, d)), BEFORE_PASS);
    if (has_code(d) && !s->small && (d->kind == PHASE_FRONTEND || p->automated.n == 0) &&
        (c = scene_command(s, codebase, COMMAND_BUILD)) != NULL)
        add_known(s, p, c->name, arena_fmt(s->a, "builds %s without warnings", code_files(s, d)), BEFORE_PASS);
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].path && strcmp(file_ext(d->works.v[i].path), "tf") == 0 &&
            (c = scene_preview(s, d->works.v[i].codebase)) != NULL) {
            add_known(s, p, c->name,
                      arena_fmt(s->a, "shows what %s describe%s, and destroys nothing", code_files(s, d),
                                strstr(code_files(s, d), " and ") ? "" : "s"),
                      BEFORE_PASS);
            break;
        }
    last_criteria(bp, d, p);
}

/* --- manual ------------------------------------------------------------------------------------------------------- */
static const char *const manual_rows[LAYER_N_] = {
    [LAYER_SETUP] = "Try by hand: {names}.",
    [LAYER_DATA] = "Apply {migration} to a copy of real data and look at {names}.",
    [LAYER_LOGIC] = "With somebody who knows {topic}, try an example of {names}.",
    [LAYER_API] = "Send one valid and one invalid request for {names}.",
    [LAYER_CLI] = "In a terminal and in a script: {names}.",
    [LAYER_FRONTEND] = "In two browsers, and once by keyboard alone: {names}.",
    [LAYER_TESTS] = "Break it on purpose and see a test fail: {names}.",
    [LAYER_OPERATIONS] = "Look in the running system for {names}.",
    [LAYER_DOCS] = "Let somebody who did not write it try {topic} by these pages alone ({names}).",
};

static const struct {
    const char *method, *call;
} call_rows[] = {
    {"GET", "Call `{call}` as {id} says, and for something that is not there."},
    {"POST", "Call `{call}` as {id} says, twice in a row, and once with a field missing."},
    {"PUT", "Call `{call}` as {id} says, twice with the same body, and once with a wrong value."},
    {"PATCH", "Call `{call}` as {id} says, and once with a field nobody may set."},
    {"DELETE", "Call `{call}` as {id} says, and again for what is gone."},
};

static bool endpoint_row(const struct scene *s, const struct need *n, struct phase *p)
{
    for (size_t i = 0; n->endpoint && i < countof(call_rows); i++)
        if (prose_same(n->endpoint->method, call_rows[i].method)) {
            prose_list_add(s->a, &p->manual,
                           FILL(s->a, call_rows[i].call,
                                {"call", arena_fmt(s->a, "%s %s", n->endpoint->method, n->endpoint->path)},
                                {"id", n->r.id}));
            return true;
        }
    return false;
}

static const char *migration_name(const struct scene *s, const struct draft *d)
{
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].kind == WORK_MIGRATION || d->works.v[i].kind == WORK_CONTRACT)
            return arena_fmt(s->a, "`%s`", migration_label(s, d->works.v[i].path));
    return "the change of the schema";
}

static void manual_for_layer(const struct scene *s, const struct draft *d, enum layer l, struct phase *p)
{
    LIST(const struct need *) rest = {0};
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct need *n = d->needs.v[i], **slot;
        if (n->layer != l || (l == LAYER_API && p->manual.n < 4 && endpoint_row(s, n, p))) continue;
        slot = PUSH(s->a, rest);
        if (slot) *slot = n;
    }
    if (rest.n && d->kind == PHASE_LOGIC && scene_is(s, KIND_REFACTOR))
        prose_list_add(s->a, &p->manual,
                       arena_fmt(s->a,
                                 "Read the diff with `git diff --color-moved`: for %s nothing but places has changed.",
                                 draft_rules(s, rest.v, rest.n)));
    else if (rest.n && d->kind == PHASE_TESTS && rest.v[0]->measured)
        prose_list_add(s->a, &p->manual,
                       arena_fmt(s->a, "Run the measurement of %s three times, once under load, and keep the numbers.",
                                 draft_rules(s, rest.v, rest.n)));
    else if (rest.n && only_runs(d))
        prose_list_add(s->a, &p->manual,
                       arena_fmt(s->a, "Compare the list of tests that ran with that of the release before (%s).",
                                 draft_rules(s, rest.v, rest.n)));
    else if (rest.n)
        prose_list_add(s->a, &p->manual,
                       FILL(s->a, manual_rows[l], {"names", need_names(s, rest.v, rest.n, 3)}, {"topic", s->topic},
                            {"migration", migration_name(s, d)}));
}

static const char *manual_without_needs(const struct scene *s, const struct draft *d)
{
    switch (d->kind) {
    case PHASE_SETUP:
        return arena_fmt(s->a, "A second person clones the project of %s and runs its tests without asking.", s->topic);
    case PHASE_OPERATIONS: {
        text_list order;
        (void)draft_releases(s, &order);
        return arena_fmt(s->a, "On a test system, take %s back again and see that %s still works.",
                         order.n ? order.v[order.n - 1] : "the release", s->topic);
    }
    case PHASE_REPRODUCE:
        return arena_fmt(s->a, "Read the failure: it says %s.",
                         s->x.actual ? prose_quoted(s->a, prose_bare(s->a, prose_short(s->a, s->x.actual, 120)))
                                     : "what was reported");
    case PHASE_TESTS:
        return arena_fmt(s->a, "Break one part of %s on purpose and see `%s` fail.", s->topic,
                         d->test_file ? d->test_file : "a test");
    case PHASE_PIN: return arena_fmt(s->a, "Change one line of %s and see a test fail.", code_files(s, d));
    case PHASE_BUGFIX:
    case PHASE_SMALL:
    case PHASE_DATA:
    case PHASE_LOGIC:
    case PHASE_API:
    case PHASE_CLI:
    case PHASE_FRONTEND:
    case PHASE_SWITCH:
    case PHASE_CONTRACT:
    case PHASE_DOCS:
    case PHASE_KIND_N_: break;
    }
    return arena_fmt(s->a, "Read the diff of %s with somebody who knows it.", code_files(s, d));
}

static void manual_agreed(const struct scene *s, const struct draft *d, struct phase *p)
{
    for (size_t i = 0; i < d->agreed.n; i++) {
        const struct agreement *x = &d->agreed.v[i];
        prose_list_add(s->a, &p->manual,
                       x->border
                           ? arena_fmt(s->a, "%s holds on both sides: %s.", x->id ? x->id : "The correction", x->border)
                           : arena_fmt(s->a, "%s holds: %s", x->id ? x->id : "The correction", x->text));
    }
}

static void manual_write(const struct blueprint *bp, const struct draft *d, struct phase *p)
{
    const struct scene *s = bp->s;
    if (d->kind == PHASE_BUGFIX)
        prose_list_add(
            s->a, &p->manual,
            arena_fmt(s->a,
                      s->x.reproduction ? "Follow the report's steps by hand: %s." : "Do by hand what is reported: %s.",
                      s->x.expected                       ? prose_bare(s->a, prose_short(s->a, s->x.expected, 160))
                      : d->needs.n && s->x.requirements.n ? arena_fmt(s->a, "%s holds", d->needs.v[0]->r.id)
                                                          : s->title));
    for (enum layer l = 0; l < LAYER_N_ && d->kind != PHASE_BUGFIX; l++) manual_for_layer(s, d, l, p);
    if (p->manual.n == 0) prose_list_add(s->a, &p->manual, manual_without_needs(s, d));
    manual_agreed(s, d, p);
}

void criteria_write(const struct blueprint *bp, const struct draft *d, struct phase *ret)
{
    automated_write(bp, d, ret);
    manual_write(bp, d, ret);
}
