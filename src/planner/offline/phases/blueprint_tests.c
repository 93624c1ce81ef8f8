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
static bool only_existing_tests(const struct draft *d)
{
    static const char *const words[] = {"existing tests",  "all tests",  "test suite",
                                        "tests must pass", "tests pass", NULL};
    for (size_t i = 0; i < d->needs.n; i++)
        if (!prose_has_any(d->needs.v[i]->r.text, words)) return false;
    return d->needs.n > 0;
}

void tests_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    const struct place *near = scene_home(s, LAYER_API), *p;
    const char *ext = near ? file_ext(near->path) : s->lang ? s->lang->ext : NULL, *source;
    struct span dir = near ? file_dir(near->path) : (struct span){"", 0};
    struct work *w;
    size_t codebase = near ? near->codebase : 0;
    bool exists;
    source = ext ? arena_fmt(s->a, "%.*s%s%s.%s", (int)dir.n, dir.p, dir.n ? "/" : "",
                             name_styled(s->a, arena_fmt(s->a, "%s flow", s->topic),
                                         near && language_of_path(near->path) ? language_of_path(near->path)->file
                                         : s->lang                            ? s->lang->file
                                                                              : NAME_SNAKE),
                             ext)
                 : NULL;
    for (size_t i = 0; i < d->needs.n; i++) {
        p = d->needs.v[i]->place;
        w = p && p->test ? draft_work(bp, d, WORK_TEST, p->codebase, p->path) : NULL;
        if (w) draft_for(bp, w, d->needs.v[i]);
    }
    source = source && !only_existing_tests(d) ? test_file_for(s, codebase, source, &exists) : NULL;
    w = source ? draft_work(bp, d, WORK_TEST, codebase, source) : draft_work(bp, d, WORK_TEST, 0, NULL);
    if (!w) return;
    d->test_file = w->path;
    d->test_is_new = w->path && w->change == CHANGE_CREATE;
    draft_for_all(bp, d, w);
}
