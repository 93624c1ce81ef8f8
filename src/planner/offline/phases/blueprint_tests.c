/* The test files of each phase: those of the files it changes, those that pin or reproduce, those through all parts. */
#include "planner/offline/phases/blueprint.h"

#include <string.h>
#include "planner/offline/dialogue/strategy.h"

void draft_test(struct blueprint *bp, struct draft *d, size_t codebase, const char *source, enum work_kind kind)
{
    bool exists = false;
    const char *file = test_file_for(bp->s, codebase, source, &exists);
    struct work *w = file ? draft_work(bp, d, kind, codebase, file) : NULL;
    if (!w || d->test_file) return;
    d->test_file = w->path;
    d->test_is_new = w->change == CHANGE_CREATE;
}

const char *work_inner_path(const struct work *w)
{
    const char *cut = w->path ? strstr(w->path, "//") : NULL;
    return cut ? cut + 2 : w->path;
}

void draft_tests(struct blueprint *bp, struct draft *d)
{
    size_t n = d->works.n, added = 0;
    for (size_t i = 0; i < n && added < 2; i++) {
        struct work w = d->works.v[i];
        if ((w.kind != WORK_CHANGE && w.kind != WORK_NEW && w.kind != WORK_SWITCH) || !w.path ||
            !language_of_path(w.path) || file_is_test(w.path))
            continue;
        if (!language_of_path(w.path)->test_file) continue;
        draft_test(bp, d, w.codebase, work_inner_path(&w), WORK_TEST);
        if (d->works.n > n + added) {
            struct work *t = &d->works.v[d->works.n - 1];
            for (size_t j = 0; j < w.needs.n; j++) draft_for(bp, t, w.needs.v[j]);
            added++;
        } else {
            for (size_t k = n; k < d->works.n; k++)
                for (size_t j = 0; j < w.needs.n; j++) draft_for(bp, &d->works.v[k], w.needs.v[j]);
        }
    }
}

void pin_works(struct blueprint *bp, struct draft *d, enum work_kind kind)
{
    const struct place *c = scene_centre(bp->s);
    if (c) draft_test(bp, d, c->codebase, c->path, kind);
    for (size_t i = 0; i < d->works.n; i++) d->works.v[i].place = c;
    if (d->works.n == 0) (void)draft_work(bp, d, kind, 0, NULL);
}

/* "All existing tests must pass": asks for a run, not for a new test. */
static bool asks_for_run(const struct need *n)
{
    static const char *const words[] = {"existing tests",  "all tests",  "test suite",
                                        "tests must pass", "tests pass", NULL};
    return prose_has_any(n->r.text, words) != NULL;
}

/* A test that goes through all parts lies where those of the outermost part lie. */
static const char *flow_file(const struct scene *s, size_t *ret_codebase)
{
    const struct place *near = scene_home(s, LAYER_API);
    const struct language *l = near ? language_of_path(near->path) : NULL;
    const char *ext = near ? file_ext(near->path) : s->lang ? s->lang->ext : NULL, *source;
    struct span dir = near ? file_dir(near->path) : (struct span){"", 0};
    bool exists;
    if (!l) l = s->lang;
    *ret_codebase = near ? near->codebase : 0;
    source = ext ? arena_fmt(s->a, "%.*s%s%s.%s", (int)dir.n, dir.p, dir.n ? "/" : "",
                             name_styled(s->a, arena_fmt(s->a, "%s flow", s->topic), l ? l->file : NAME_SNAKE), ext)
                 : NULL;
    return source ? test_file_for(s, *ret_codebase, source, &exists) : NULL;
}

void tests_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    size_t codebase, run = 0;
    const char *file = flow_file(s, &codebase);
    struct work *w;
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct need *n = d->needs.v[i];
        const struct place *p = n->place && n->place->test ? n->place : NULL;
        if (asks_for_run(n)) {
            run++;
            continue;
        }
        w = p ? draft_work(bp, d, WORK_TEST, p->codebase, p->path) : draft_work(bp, d, WORK_TEST, codebase, file);
        draft_for(bp, w, n);
    }
    if (d->needs.n == 0) (void)draft_work(bp, d, WORK_TEST, codebase, file);
    for (size_t i = 0; i < d->works.n && !d->test_file; i++) {
        d->test_file = d->works.v[i].path;
        d->test_is_new = d->test_file && d->works.v[i].change == CHANGE_CREATE;
    }
    w = run > 0 ? draft_work(bp, d, WORK_TEST, 0, NULL) : NULL;
    for (size_t i = 0; i < d->needs.n; i++)
        if (asks_for_run(d->needs.v[i])) draft_for(bp, w, d->needs.v[i]);
}
