/* The closing sections: what success is, the stack, tests, documents, decisions, assumptions. */
#include "planner/offline/drafts.h"

#include <string.h>
#include "planner/offline/strategy.h"

void waive(const struct scene *s, struct closing *c, const char *section, const char *reason)
{
    struct waived_section *w = PUSH(s->a, c->not_applicable);
    if (w) *w = (struct waived_section){.section = section, .reason = reason};
}

/* --- success ------------------------------------------------------------------------------------------------------ */
static const struct extract_limit *limit_of(const struct scene *s, const struct need *n)
{
    const struct extract_limit *best = NULL;
    for (size_t i = 0; i < s->x.limits.n; i++) {
        const struct extract_limit *l = &s->x.limits.v[i];
        if (l->line != n->r.line || !strstr(n->r.text, l->value) || l->bound == BOUND_AT_LEAST) continue;
        if (!best || (n->measured && limit_is_time(l) && !limit_is_time(best))) best = l;
    }
    return best;
}

static const char *phase_of(const struct blueprint *bp, const struct need *n, const struct draft **ret)
{
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; j < bp->drafts.v[i].needs.n; j++)
            if (bp->drafts.v[i].needs.v[j] == n) return *ret = &bp->drafts.v[i], bp->drafts.v[i].id;
    *ret = NULL;
    return NULL;
}

static void success_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    for (size_t i = 0; i < s->needs.n && i < 40; i++) {
        const struct need *n = &s->needs.v[i];
        const struct extract_limit *l = limit_of(s, n);
        const struct draft *d;
        struct success *x = PUSH(s->a, c->success);
        if (!x) return;
        (void)phase_of(bp, n, &d);
        x->text = arena_fmt(s->a, "%s: %s", n->r.id, n->r.text);
        if (l && l->unit[0])
            x->measure = arena_fmt(
                s->a, "%s, %s by a test%s%s", limit_text(s, l), limit_is_time(l) && n->measured ? "measured" : "shown",
                d && d->test_file ? " in " : "", d && d->test_file ? arena_fmt(s->a, "`%s`", d->test_file) : "");
        else if (n->endpoint && n->endpoint->method)
            x->measure = arena_fmt(s->a, "`%s %s` answers as required", n->endpoint->method, n->endpoint->path);
        else if (d && d->test_file) x->measure = arena_fmt(s->a, "`%s` passes", test_name(s, n, d->test_file));
        else x->measure = "seen by a person who did not write it";
    }
}

/* --- stack -------------------------------------------------------------------------------------------------------- */
static void cite(const struct scene *s, struct stack_choice *x, const char *path, int64_t line)
{
    struct evidence *e = path && scene_tree(s, 0) && tree_find(scene_tree(s, 0), path) ? PUSH(s->a, x->evidence) : NULL;
    if (e) *e = (struct evidence){.path = path, .line = line};
}

static void stack_write(const struct scene *s, struct closing *c)
{
    const struct survey *sv = s->survey;
    struct stack_choice *x;
    if (s->empty || !sv) {
        x = s->lang ? PUSH(s->a, c->stack) : NULL;
        if (x)
            *x = (struct stack_choice){.choice = s->lang->name,
                                       .why = "Nothing exists yet and the ticket leaves the choice open or names it; "
                                              "one language with its own test runner keeps the start small."};
        return;
    }
    for (size_t i = 0; i < sv->languages.n && i < 2; i++) {
        x = PUSH(s->a, c->stack);
        if (!x) return;
        *x = (struct stack_choice){
            .choice = sv->languages.v[i].name,
            .why = arena_fmt(s->a, "%lld.%lld %% of the code is written in it; the change adds no other language.",
                             (long long)sv->languages.v[i].share / 10, (long long)sv->languages.v[i].share % 10)};
        cite(s, x, sv->languages.v[i].example, 0);
    }
    for (size_t i = 0; i < sv->dependencies.n && c->stack.n < 8; i++) {
        const struct survey_dependency *dep = &sv->dependencies.v[i];
        if (!dep->role) continue;
        x = PUSH(s->a, c->stack);
        if (!x) return;
        *x = (struct stack_choice){.choice =
                                       dep->version ? arena_fmt(s->a, "%s %s", dep->name, dep->version) : dep->name,
                                   .why = arena_fmt(s->a, "In use as %s; nothing new is needed for it.", dep->role)};
        cite(s, x, dep->path, dep->line);
    }
    if (c->stack.n == 0) waive(s, c, "stack", "the repository has no code or manifest that names a technology");
}

/* --- tests -------------------------------------------------------------------------------------------------------- */
static int level_of(const struct need *n, const struct draft *d)
{
    if (n->measured) return TEST_PERFORMANCE;
    if (d->kind == PHASE_FRONTEND) return TEST_E2E;
    return d->kind == PHASE_API || d->kind == PHASE_DATA || d->kind == PHASE_TESTS || n->layer == LAYER_API ||
                   n->layer == LAYER_DATA
               ? TEST_INTEGRATION
               : TEST_UNIT;
}

static const char *any_test_file(const struct blueprint *bp)
{
    for (size_t i = 0; i < bp->drafts.n; i++)
        if (bp->drafts.v[i].test_file) return bp->drafts.v[i].test_file;
    return NULL;
}

static void tests_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    for (size_t i = 0; i < s->needs.n; i++) {
        const struct need *n = &s->needs.v[i];
        const struct draft *d = NULL;
        struct test_scenario *t;
        const char *file;
        (void)phase_of(bp, n, &d);
        for (size_t k = 0; n->measured && k < bp->drafts.n; k++)
            if (bp->drafts.v[k].kind == PHASE_TESTS) d = &bp->drafts.v[k];
        if (!d) continue;
        if (n->layer == LAYER_DOCS && d->kind == PHASE_DOCS) {
            t = PUSH(s->a, c->tests);
            if (t)
                *t = (struct test_scenario){.level = TEST_E2E,
                                            .name = arena_fmt(s->a,
                                                              "Somebody who did not write it finds it on the page: %s",
                                                              plain_need(s, n, 160)),
                                            .file = "",
                                            .requirement = n->r.id};
            continue;
        }
        file = d->test_file ? d->test_file : any_test_file(bp);
        t = PUSH(s->a, c->tests);
        if (t)
            *t = (struct test_scenario){.level = level_of(n, d),
                                        .name = plain_need(s, n, 200),
                                        .file = file ? file : "",
                                        .requirement = n->r.id};
    }
    if (c->tests.n == 0) waive(s, c, "tests", "only documents change; they are read by a person instead");
}

/* --- documents ---------------------------------------------------------------------------------------------------- */
static void document(const struct scene *s, struct closing *c, const char *target, const char *change)
{
    struct documentation *x;
    for (size_t i = 0; i < c->documentation.n; i++)
        if (strcmp(c->documentation.v[i].target, target) == 0) return;
    x = PUSH(s->a, c->documentation);
    if (x) *x = (struct documentation){.target = target, .change = change};
}

static const char *in_tree(const struct scene *s, const char *const *names)
{
    struct tree *t = scene_tree(s, 0);
    for (; t && *names; names++)
        if (tree_find(t, *names)) return *names;
    return NULL;
}

static void documents_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    const char *log = in_tree(s, (const char *const[]){"CHANGELOG.md", "CHANGES.md", "NEWS.md", "CHANGELOG", NULL});
    const char *readme = in_tree(s, (const char *const[]){"README.md", "README.rst", "README", "readme.md", NULL});
    const char *api =
        in_tree(s, (const char *const[]){"openapi.yaml", "openapi.yml", "openapi.json", "api/openapi.yaml",
                                         "docs/openapi.yaml", "swagger.json", "docs/api.md", "API.md", NULL});
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n; j++)
            if (bp->drafts.v[i].works.v[j].kind == WORK_DOC)
                document(s, c, bp->drafts.v[i].works.v[j].path,
                         arena_fmt(s->a, "what phase %s says", bp->drafts.v[i].id));
    if (api && s->x.endpoints.n)
        document(s, c, api, arena_fmt(s->a, "`%s`: parameters, answers and errors", s->x.endpoints.v[0].path));
    if (log) document(s, c, log, arena_fmt(s->a, "an entry for \"%s\"", s->title));
    if (readme && !scene_is(s, KIND_BUG) && !scene_is(s, KIND_REFACTOR))
        document(s, c, readme,
                 s->x.endpoints.n || scene_is(s, KIND_CLI)
                     ? "how the new behaviour is used, with one example"
                     : "one sentence where the changed behaviour is described, if it is");
    if (scene_layer_count(s, LAYER_DATA) > 0 || s->strategy == STRATEGY_QUEUE)
        document(s, c, "runbook",
                 s->strategy == STRATEGY_QUEUE ? "how to look at waiting work, stop the worker and start it again"
                                               : "how to apply the migration and how to go back");
    if (c->documentation.n == 0)
        waive(s, c, "documentation", "the repository has no document that describes this behaviour");
}

/* --- decisions, assumptions, questions ---------------------------------------------------------------------------- */
static const struct answer *answered(const struct brief *b, const char *id)
{
    for (size_t i = 0; i < b->answers.n; i++)
        if (prose_same(b->answers.v[i].question, id)) return &b->answers.v[i];
    return NULL;
}

static void decide(const struct scene *s, struct closing *c, const char *what, const char *why, const text_list *others)
{
    struct decision *d = what ? PUSH(s->a, c->decisions) : NULL;
    if (!d) return;
    *d = (struct decision){.decision = what, .why = why};
    if (others) memcpy(&d->alternatives, others, sizeof d->alternatives);
}

/* A default that was taken is an assumption, not a decision of people. */
static bool assumed(const struct scene *s, const struct question *q)
{
    const char *sentence = planner_assumption(q, s->a);
    for (size_t i = 0; sentence && i < s->b->assumptions.n; i++)
        if (prose_same(s->b->assumptions.v[i], sentence)) return true;
    return false;
}

static void decisions_write(const struct scene *s, struct closing *c)
{
    const struct options *o = s->b->options;
    const struct understanding *u = s->b->understanding;
    text_list others = {0};
    const char *chosen = s->b->chosen ? s->b->chosen : o ? o->recommended : NULL;
    for (size_t i = 0; o && i < o->options.n; i++)
        if (!prose_same(o->options.v[i].id, chosen) || !prose_blank(s->b->own))
            prose_list_add(s->a, &others,
                           o->options.v[i].cons.n
                               ? arena_fmt(s->a, "%s: %s", o->options.v[i].title, o->options.v[i].cons.v[0])
                               : o->options.v[i].title);
    decide(s, c, approach_text(s), approach_why_text(s), &others);
    for (size_t i = 0; u && i < u->questions.n; i++) {
        const struct answer *a = answered(s->b, u->questions.v[i].id);
        if (a && !assumed(s, &u->questions.v[i]))
            decide(s, c, arena_fmt(s->a, "%s %s", u->questions.v[i].text, prose_sentence(s->a, a->answer)),
                   "Answered by the people who asked.", NULL);
    }
    if (scene_layer_count(s, LAYER_DATA) > 0)
        decide(s, c, "Schema first, code second, each released by itself.",
               "The release that runs during the migration must work before and after it.", NULL);
}

static void assumptions_write(const struct scene *s, struct closing *c)
{
    const struct understanding *u = s->b->understanding;
    for (size_t i = 0; i < s->b->assumptions.n; i++) prose_list_add(s->a, &c->assumptions, s->b->assumptions.v[i]);
    for (size_t i = 0; u && i < u->questions.n; i++) {
        const char *text = answered(s->b, u->questions.v[i].id) ? NULL : planner_assumption(&u->questions.v[i], s->a);
        if (text && !prose_list_has(c->assumptions.v, c->assumptions.n, text))
            prose_list_add(s->a, &c->assumptions, text);
    }
    if (s->needs.n == 1 && s->x.requirements.n == 0)
        prose_list_add(s->a, &c->assumptions, "The ticket is its title: nothing beyond that sentence is wanted.");
    if (!s->empty && s->survey && !scene_command(s, 0, COMMAND_TEST))
        prose_list_add(
            s->a, &c->assumptions,
            "The repository has no test command, so criteria are checked by what files exist and by people.");
    if (c->assumptions.n == 0) waive(s, c, "assumptions", "ticket and code answer everything the plan relies on");
    for (size_t i = 0; i < s->x.questions.n; i++)
        if (!u || u->questions.n == 0) prose_list_add(s->a, &c->questions, s->x.questions.v[i].text);
    for (size_t i = 0; u && i < u->questions.n; i++)
        if (!answered(s->b, u->questions.v[i].id)) prose_list_add(s->a, &c->questions, u->questions.v[i].text);
    if (c->questions.n == 0) waive(s, c, "questions", "none is open");
}

enum err_kind offline_closing(const struct scene *s, const struct blueprint *bp, struct closing *ret, struct err *e)
{
    *ret = (struct closing){0};
    success_write(s, bp, ret);
    stack_write(s, ret);
    tests_write(s, bp, ret);
    risks_write(s, bp, ret);
    documents_write(s, bp, ret);
    done_write(s, ret);
    decisions_write(s, ret);
    assumptions_write(s, ret);
    schedule_write(s, bp, ret);
    if (s->x.out_of_scope.n + s->x.optional.n == 0 && !(s->b->outline && s->b->outline->out_of_scope.n))
        waive(s, ret, "scope", "the ticket excludes nothing");
    return prose_check(s->a, e);
}
