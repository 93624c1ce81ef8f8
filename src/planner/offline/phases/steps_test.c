/* Steps that write tests: what each shows, and the values on both sides of a border. */
#include "planner/offline/phases/steps.h"

#include <string.h>

/* A test that is there, to write the new one like it; NULL. */
static const char *model_test(const struct scene *s, const struct work *w)
{
    const char *model = test_to_follow(s, w->codebase, work_inner_path(w));
    return model ? scene_path(s, w->codebase, model) : NULL;
}

static const char *given_when_then(const struct scene *s, const struct need *n)
{
    return strncmp(n->r.text, "Given ", 6) == 0 ? arena_fmt(s->a, "the scenario of %s, word for word", n->r.id) : NULL;
}

static const char *shows(const struct scene *s, const struct need *n)
{
    const struct extract_limit *l = need_limit(s, n);
    const char *border = need_border(s, n), *scenario = given_when_then(s, n);
    if (n->measured && l) return arena_fmt(s->a, "%s, measured: %s", n->r.id, limit_text(s, l));
    if (scenario) return scenario;
    if (border) return arena_fmt(s->a, "%s: %s", n->r.id, border);
    return arena_fmt(s->a, "%s, %s", n->r.id, prose_inner(s->a, need_name(s, n, 84)));
}

static void agreed_tests(const struct scene *s, const struct draft *d, struct buf *b)
{
    for (size_t i = 0; i < d->agreed.n; i++)
        if (d->agreed.v[i].id)
            buf_fmt(b, "\n- %s: %s", d->agreed.v[i].id,
                    d->agreed.v[i].border ? d->agreed.v[i].border
                                          : prose_inner(s->a, prose_short(s->a, d->agreed.v[i].text, 120)));
}

/* The phase's last test step carries what was agreed, so that it stands there once. */
static bool carries_agreed(const struct draft *d, const struct work *w)
{
    for (size_t i = d->works.n; i-- > 0;)
        if (d->works.v[i].kind == WORK_TEST) return &d->works.v[i] == w;
    return false;
}

bool measured_later(const struct blueprint *bp)
{
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; bp->drafts.v[i].kind == PHASE_TESTS && j < bp->drafts.v[i].needs.n; j++)
            if (bp->drafts.v[i].needs.v[j]->measured) return true;
    return false;
}

void step_test(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st)
{
    const struct scene *s = bp->s;
    auto_buf b = BUF_INIT(65536);
    size_t listed = 0;
    bool across = d->kind == PHASE_TESTS;
    const char *model = w->path && w->change == CHANGE_CREATE ? model_test(s, w) : NULL;
    if (d->kind == PHASE_SETUP) {
        st->title = arena_fmt(s->a, "First test in `%s`", w->path);
        st->text = arena_fmt(s->a, "`%s` loads the module and checks one thing about it, so that a broken setup shows.",
                             file_base(w->path));
        return;
    }
    st->title = w->path
                    ? arena_fmt(s->a, "%s `%s`", w->change == CHANGE_CREATE ? "Write" : "Extend", file_base(w->path))
                    : arena_fmt(s->a, "Run all tests for %s", draft_rules(s, w->needs.v, w->needs.n));
    if (!w->path && w->needs.n > 0) {
        st->text =
            arena_fmt(s->a, "Run the whole suite on the finished work and look at every test that was skipped.\n\n%s",
                      step_rules(bp, w));
        return;
    }
    if (model) buf_fmt(&b, "`%s` follows `%s`", file_base(w->path), model);
    else if (w->path) buf_fmt(&b, "`%s`", file_base(w->path));
    else buf_fmt(&b, "The tests of %s", s->topic);
    buf_str(&b, across && w->change == CHANGE_CREATE ? ", goes through all parts from the outside and shows:\n\n"
                : model                              ? " and shows:\n\n"
                                                     : " shows:\n\n");
    for (size_t i = 0; i < w->needs.n; i++)
        if (across || !w->needs.v[i]->measured || !measured_later(bp) || w->needs.n == 1)
            buf_fmt(&b, "%s- `%s`: %s", listed++ ? "\n" : "", test_name(s, w->needs.v[i], w->path),
                    shows(s, w->needs.v[i]));
    if (w->needs.n == 0)
        buf_fmt(&b, "- %s from the outside to what is stored and back: %s",
                s->needs.n ? s->needs.v[0].r.id : "the change",
                s->needs.n ? prose_inner(s->a, need_name(s, &s->needs.v[0], 84)) : s->title);
    if (carries_agreed(d, w)) agreed_tests(s, d, &b);
    st->text = prose_take(s->a, &b);
}
