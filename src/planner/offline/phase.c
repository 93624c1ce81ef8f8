/* One phase written out: steps, criteria, rollback. */
#include "planner/offline/writing.h"

#include <string.h>
#include "planner/offline/strategy.h"

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

static bool has_code(const struct draft *d)
{
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].path && file_is_code(d->works.v[i].path)) return true;
    return false;
}

static void test_criteria(const struct blueprint *bp, const struct draft *d, struct phase *p)
{
    const struct scene *s = bp->s;
    size_t codebase = codebase_of(d);
    const struct survey_command *test = scene_command(s, codebase, COMMAND_TEST);
    const char *narrow = d->test_file ? narrow_test(s, codebase, d->test_file) : NULL;
    bool proves = d->kind != PHASE_PIN && d->needs.n + (d->kind == PHASE_REPRODUCE) > 0;
    if (narrow && d->kind == PHASE_REPRODUCE)
        add_known(s, p, arena_fmt(s->a, "! %s", narrow),
                  "the new test fails with the reported behaviour in its message", BEFORE_FAIL);
    else if (narrow)
        add_known(s, p, narrow,
                  d->kind == PHASE_PIN
                      ? "all pass against the code as it is"
                      : arena_fmt(s->a, "the tests for %s pass", draft_rules(s, d->needs.v, d->needs.n)),
                  proves || d->test_is_new ? BEFORE_FAIL : BEFORE_PASS);
    if (test && d->kind != PHASE_REPRODUCE && (has_code(d) || !narrow))
        add_known(s, p, test->name,
                  narrow || !d->test_file || !proves
                      ? "all tests pass, those that were there before unchanged"
                      : arena_fmt(s->a, "all tests pass, those of `%s` among them", d->test_file),
                  BEFORE_PASS);
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
                                             : "all tests pass",
                      d->kind == PHASE_SETUP ? BEFORE_FAIL : BEFORE_PASS, setup_phase(bp));
        return;
    }
    if (d->kind == PHASE_DATA && (c = scene_command(s, codebase, COMMAND_MIGRATE)) != NULL)
        add_known(s, p, c->name, "ends with status 0 on a copy of the database, and a second run changes nothing",
                  BEFORE_PASS);
    test_criteria(bp, d, p);
    if (has_code(d) && (c = scene_command(s, codebase, COMMAND_LINT)) != NULL)
        add_known(s, p, c->name, "no new finding", BEFORE_PASS);
    if (has_code(d) && !s->small && (d->kind == PHASE_FRONTEND || p->automated.n == 0) &&
        (c = scene_command(s, codebase, COMMAND_BUILD)) != NULL)
        add_known(s, p, c->name, "builds without warnings", BEFORE_PASS);
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
    if (p->automated.n == 0)
        add_automated(s, p, "git status --porcelain", "nothing is left uncommitted", BEFORE_PASS, "system");
}

/* --- manual ------------------------------------------------------------------------------------------------------- */
/* one: a single requirement's text; many: their ids alone, since the steps spell them out. */
static const struct {
    const char *one, *many;
} manual_rows[LAYER_N_] = {
    [LAYER_SETUP] = {"Try {id} by hand: {text}.", "Try {ids} by hand, one after the other."},
    [LAYER_DATA] = {"Apply the migration to a copy of real data and look at the rows for {id}: {text}.",
                    "Apply the migration to a copy of real data and look at rows that {ids} are about."},
    [LAYER_LOGIC] = {"Go through an example of {id} with somebody who knows the subject: {text}.",
                     "With somebody who knows the subject, go through one example each of {ids}."},
    [LAYER_API] = {"Send one valid and one invalid request and compare the answers with {id}: {text}.",
                   "Send one valid and one invalid request each for {ids} and compare the answers with the ticket."},
    [LAYER_CLI] = {"Run it in a terminal and in a script and compare with {id}: {text}.",
                   "Run {ids} in a terminal and in a script."},
    [LAYER_FRONTEND] = {"In two browsers, and once by keyboard alone, look at {id}: {text}.",
                        "In two browsers, and once by keyboard alone, go through {ids}."},
    [LAYER_TESTS] = {"Break {id} on purpose and see a test fail: {text}.",
                     "Break {ids} on purpose, one at a time, and see a test fail each time."},
    [LAYER_OPERATIONS] = {"Look at {id} in the running system: {text}.", "Look at {ids} in the running system."},
    [LAYER_DOCS] = {"Let somebody who did not write it follow the page for {id}: {text}.",
                    "Let somebody who did not write them follow the pages for {ids}."},
};

static void manual_for_layer(const struct scene *s, const struct draft *d, enum layer l, struct phase *p)
{
    text_list ids = {0};
    const struct need *first = NULL;
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct need *n = d->needs.v[i];
        if (n->layer != l) continue;
        if (n->endpoint && n->endpoint->method && l == LAYER_API && p->manual.n < 4) {
            prose_list_add(
                s->a, &p->manual,
                arena_fmt(s->a, "Call `%s %s` once as intended and once with something missing, and compare with %s.",
                          n->endpoint->method, n->endpoint->path, n->r.id));
            continue;
        }
        if (!first) first = n;
        prose_list_add(s->a, &ids, n->r.id);
    }
    if (first)
        prose_list_add(s->a, &p->manual,
                       FILL(s->a, ids.n == 1 ? manual_rows[l].one : manual_rows[l].many, {"id", first->r.id},
                            {"text", plain_need(s, first, 200)}, {"ids", prose_join(s->a, ids.v, ids.n, 0)}));
}

static void manual_write(const struct blueprint *bp, const struct draft *d, struct phase *p)
{
    const struct scene *s = bp->s;
    if (d->kind == PHASE_BUGFIX)
        prose_list_add(s->a, &p->manual,
                       s->x.reproduction ? "Follow the steps of the report by hand and see the expected result."
                                         : arena_fmt(s->a, "Do by hand what the report describes: %s.",
                                                     d->needs.n ? plain_need(s, d->needs.v[0], 200) : s->title));
    for (enum layer l = 0; l < LAYER_N_ && d->kind != PHASE_BUGFIX; l++) manual_for_layer(s, d, l, p);
    if (p->manual.n > 0) return;
    prose_list_add(
        s->a, &p->manual,
        d->kind == PHASE_SETUP        ? "A second person clones it, runs the tests and needs no further instruction."
        : d->kind == PHASE_OPERATIONS ? "Go back one step on a test system and see that the release before still works."
        : d->kind == PHASE_REPRODUCE  ? "Read the failure: it names the reported behaviour."
        : d->kind == PHASE_PIN        ? "Change one line of the pinned code and see a test fail."
                                      : "Read the diff with somebody who knows this part of the code.");
}

void criteria_write(const struct blueprint *bp, const struct draft *d, struct phase *ret)
{
    automated_write(bp, d, ret);
    manual_write(bp, d, ret);
}

/* --- rollback ----------------------------------------------------------------------------------------------------- */
static const char *paths_text(const struct scene *s, const struct draft *d, int change)
{
    text_list l = {0};
    for (size_t i = 0; i < d->works.n; i++) {
        if (d->works.v[i].path && d->works.v[i].change == change) tick_add(s->a, &l, d->works.v[i].path);
        if (d->works.v[i].second && d->works.v[i].second_change == change) tick_add(s->a, &l, d->works.v[i].second);
    }
    return l.n ? prose_join(s->a, l.v, l.n, 4) : NULL;
}

const char *rollback_text(const struct blueprint *bp, const struct draft *d)
{
    const struct scene *s = bp->s;
    const char *made = paths_text(s, d, CHANGE_CREATE), *changed = paths_text(s, d, CHANGE_MODIFY), *head = "";
    for (size_t i = 0; i < d->works.n; i++) {
        const struct work *w = &d->works.v[i];
        if (w->kind != WORK_MIGRATION) continue;
        head = index_only(s) ? arena_fmt(s->a, "%s takes the index away again; no data is lost. ",
                                         w->second ? arena_fmt(s->a, "`%s`", w->second)
                                                   : arena_fmt(s->a, "Undoing `%s`", file_base(w->path)))
               : w->second
                   ? arena_fmt(s->a,
                               "Put the code back first, then run `%s`; values written to the new columns are lost, so "
                               "export them if they matter. ",
                               w->second)
                   : arena_fmt(s->a,
                               "Put the code back first, then undo `%s` (it only adds, so leaving it applied is safe "
                               "as well); values written to the new columns are lost when it is undone. ",
                               file_base(w->path));
    }
    return arena_fmt(s->a, "%sRevert the commits of this phase%s%s%s%s%s.%s", head, made || changed ? "; that " : "",
                     made ? arena_fmt(s->a, "removes %s", made) : "", made && changed ? " and " : "",
                     changed ? "puts back " : "", changed ? changed : "",
                     d->kind == PHASE_OPERATIONS ? " Then deploy the release before this one again." : "");
}

enum err_kind phase_write(const struct blueprint *bp, const struct draft *d, const struct phase_outline *o,
                          struct phase *ret, struct err *e)
{
    const struct scene *s = bp->s;
    *ret = (struct phase){.id = o ? o->id : d->id,
                          .title = o ? o->title : d->title,
                          .goal = o ? o->goal : d->goal,
                          .why = d->why,
                          .estimate = o ? o->estimate : d->estimate,
                          .drafted_by = s->b->drafted_by ? s->b->drafted_by : "offline"};
    if (o) {
        memcpy(&ret->provides, &o->provides, sizeof ret->provides);
        memcpy(&ret->uses, &o->uses, sizeof ret->uses);
        memcpy(&ret->depends_on, &o->depends_on, sizeof ret->depends_on);
        memcpy(&ret->requirements, &o->requirements, sizeof ret->requirements);
    }
    if (ret->requirements.n == 0 && !ret->why) ret->why = ret->goal;
    for (size_t i = 0; i < d->works.n; i++) {
        struct step *st = PUSH(s->a, ret->steps);
        if (st) step_write(bp, d, &d->works.v[i], st);
    }
    if (ret->steps.n == 0) {
        struct step *st = PUSH(s->a, ret->steps);
        if (st) *st = (struct step){.title = ret->title, .text = ret->goal};
    }
    for (size_t i = 0; i < ret->steps.n; i++) ret->steps.v[i].id = arena_fmt(s->a, "%s.s%zu", ret->id, i + 1);
    criteria_write(bp, d, ret);
    ret->rollback = rollback_text(bp, d);
    return prose_check(s->a, e);
}
