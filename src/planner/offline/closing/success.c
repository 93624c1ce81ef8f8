/* When the work is a success, and the tests that show it: one row for each requirement, in few words. */
#include "planner/offline/closing/closing.h"

#include <string.h>

enum { MAX_ROWS = 40 };

/* The draft that builds it; NULL. */
static const struct draft *draft_of(const struct blueprint *bp, const struct need *n)
{
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; j < bp->drafts.v[i].needs.n; j++)
            if (bp->drafts.v[i].needs.v[j] == n) return &bp->drafts.v[i];
    return NULL;
}

/* Where it is measured when it is, else where it is built. */
static const struct draft *proves(const struct blueprint *bp, const struct need *n)
{
    for (size_t k = 0; n->measured && k < bp->drafts.n; k++)
        if (bp->drafts.v[k].kind == PHASE_TESTS) return &bp->drafts.v[k];
    return draft_of(bp, n);
}

/* The one that is written for it, else the phase's own. */
static const char *test_file_of(const struct draft *d, const struct need *n)
{
    for (size_t i = 0; i < d->works.n; i++)
        for (size_t j = 0; d->works.v[i].kind == WORK_TEST && j < d->works.v[i].needs.n; j++)
            if (d->works.v[i].needs.v[j] == n) return d->works.v[i].path;
    return d->test_file;
}

/* --- success ------------------------------------------------------------------------------------------------------ */
static void success_add(const struct scene *s, struct closing *c, const char *text, const char *measure)
{
    struct success *x = text ? PUSH(s->a, c->success) : NULL;
    if (x) *x = (struct success){.text = text, .measure = measure};
}

static const char *measure_of(const struct scene *s, const struct need *n, const struct draft *d)
{
    const struct extract_limit *l = need_limit(s, n);
    const char *test = d ? test_file_of(d, n) : NULL, *file = test ? arena_fmt(s->a, "`%s`", test) : NULL;
    if (l && l->unit[0] && l->bound != BOUND_AT_LEAST)
        return arena_fmt(s->a, "%s%s%s", limit_text(s, l), n->measured ? ", measured in " : ", shown in ",
                         file ? file : "a run that is kept with the change");
    if (test && scene_is(s, KIND_REFACTOR)) return arena_fmt(s->a, "`%s` passes as before", test);
    if (test && n->layer != LAYER_DOCS && n->layer != LAYER_OPERATIONS)
        return arena_fmt(s->a, "`%s` passes", test_name(s, n, test));
    return n->layer == LAYER_DOCS         ? arena_fmt(s->a, "%s is found by somebody who looks for it", n->r.id)
           : n->layer == LAYER_OPERATIONS ? arena_fmt(s->a, "%s is seen in the running system", n->r.id)
           : n->layer == LAYER_FRONTEND ? arena_fmt(s->a, "%s is seen in two browsers, and by keyboard alone", n->r.id)
           : n->layer == LAYER_TESTS && scene_command(s, 0, COMMAND_TEST)
               ? arena_fmt(s->a, "`%s` passes, nothing skipped", scene_command(s, 0, COMMAND_TEST)->name)
               : arena_fmt(s->a, "%s is shown at the hand-over", n->r.id);
}

/* "fail_under = 80" and its like, in the files that carry it. */
static const char *coverage_target(const struct scene *s, const char **ret_path)
{
    static const char *const marks[] = {"cov-fail-under", "fail_under", "coverageThreshold", "fail-under",
                                        "minimum_coverage"};
    static const char *const files[] = {".coveragerc", "setup.cfg",    "tox.ini", "jest.config.js",
                                        "codecov.yml", ".codecov.yml", "Makefile"};
    const struct survey *sv = s->survey;
    size_t manifests = sv ? sv->manifests.n : 0, ci = sv ? sv->ci.n : 0;
    for (size_t i = 0; sv && i < manifests + ci + countof(files) && i < 40; i++) {
        const char *path = i < manifests        ? sv->manifests.v[i].path
                           : i < manifests + ci ? sv->ci.v[i - manifests].path
                                                : files[i - manifests - ci];
        auto_buf b = BUF_INIT(64 * 1024);
        struct err ignored;
        if (!path || !tree_find(scene_tree(s, 0), path)) continue;
        if (tree_read(scene_tree(s, 0), path, 64 * 1024, &b, &ignored) != ERR_OK) continue;
        for (size_t m = 0; m < countof(marks); m++) {
            const char *hit = strstr(buf_cstr(&b), marks[m]), *digit = hit ? hit + strcspn(hit, "0123456789") : NULL;
            size_t n = digit && digit - hit < 80 ? strspn(digit, "0123456789") : 0;
            if (n == 0 || n > 3) continue;
            *ret_path = path;
            return arena_dup_n(s->a, digit, n);
        }
    }
    return NULL;
}

void success_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    const struct survey_command *test = scene_command(s, 0, COMMAND_TEST);
    const char *where = NULL, *target = s->small ? NULL : coverage_target(s, &where);
    for (size_t i = 0; i < s->needs.n && i < MAX_ROWS; i++) {
        const struct need *n = &s->needs.v[i];
        success_add(s, c, arena_fmt(s->a, "%s: %s", n->r.id, need_name(s, n, 84)), measure_of(s, n, proves(bp, n)));
    }
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; j < bp->drafts.v[i].agreed.n; j++) {
            const struct agreement *x = &bp->drafts.v[i].agreed.v[j];
            if (x->id)
                success_add(s, c, arena_fmt(s->a, "%s: %s", x->id, x->text),
                            x->border ? arena_fmt(s->a, "tried with %s", x->border)
                                      : arena_fmt(s->a, "%s is shown at the hand-over", x->id));
        }
    if (target)
        success_add(s, c, arena_fmt(s->a, "Coverage with the change of %s stays at %s %% or more", s->topic, target),
                    arena_fmt(s->a, "the target of `%s`", where));
    if (!s->small && test && bp->drafts.n > 1)
        success_add(s, c, arena_fmt(s->a, "Nothing but %s behaves differently", s->topic),
                    arena_fmt(s->a, "today's tests pass unchanged (`%s`)", test->name));
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

static const char *scenario_of(const struct scene *s, const struct need *n)
{
    const struct extract_limit *l = need_limit(s, n);
    const char *border = need_border(s, n), *name = need_name(s, n, 84);
    if (n->layer == LAYER_DOCS)
        return arena_fmt(s->a, "A reader who did not write it finds: %s", prose_inner(s->a, name));
    if (n->measured && l && !strstr(name, l->value)) return arena_fmt(s->a, "%s: %s", name, limit_text(s, l));
    return border ? arena_fmt(s->a, "%s: %s", name, border) : name;
}

void tests_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    for (size_t i = 0; i < s->needs.n; i++) {
        const struct need *n = &s->needs.v[i];
        const struct draft *d = proves(bp, n);
        bool page = d && n->layer == LAYER_DOCS && d->kind == PHASE_DOCS;
        const char *file = !d || page ? NULL : test_file_of(d, n);
        struct test_scenario *t = d ? PUSH(s->a, c->tests) : NULL;
        if (t)
            *t = (struct test_scenario){.level = page ? TEST_E2E : level_of(n, d),
                                        .name = scenario_of(s, n),
                                        .file = file ? file : "",
                                        .requirement = n->r.id};
    }
    if (c->tests.n == 0) waive(s, c, "tests", "only documents change; they are read by a person instead");
}
