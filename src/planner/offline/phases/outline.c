/* The outline: title, approach, overview, requirements, phases. */
#include "planner/offline/drafts.h"

#include <string.h>
#include "planner/offline/dialogue/strategy.h"

const char *approach_text(const struct scene *s)
{
    const struct strategy *st = &strategies[s->strategy];
    struct var v[STRATEGY_VARS];
    size_t n = strategy_vars(s, v);
    const char *summary = strategy_fill(s, st->summary, v, n);
    if (!prose_blank(s->b->own)) return prose_sentence(s->a, s->b->own);
    if (s->small && s->strategy != STRATEGY_FIX) {
        const struct place *c = scene_centre(s);
        return c ? arena_fmt(s->a, "One phase changes `%s`%s.", c->full, c->test ? "" : " and its tests")
                 : "One phase makes the change together with its test.";
    }
    return summary ? arena_fmt(s->a, "%s. %s", st->title, summary) : arena_fmt(s->a, "%s.", st->title);
}

const char *approach_why_text(const struct scene *s)
{
    struct var v[STRATEGY_VARS];
    size_t n = strategy_vars(s, v);
    const struct options *o = s->b->options;
    const struct place *c = scene_centre(s);
    const char *reason = strategy_fill(s, strategies[s->strategy].reason, v, n);
    if (!prose_blank(s->b->choice_reason)) return prose_sentence(s->a, s->b->choice_reason);
    if (o && !prose_blank(o->why_single)) return o->why_single;
    if (o && s->b->chosen && o->recommended && !prose_same(o->recommended, s->b->chosen))
        return arena_fmt(s->a, "Option %s was chosen over the recommended option %s.", s->b->chosen, o->recommended);
    if (reason && (!s->small || s->strategy == STRATEGY_FIX)) return reason;
    if (s->small && c)
        return arena_fmt(s->a, "%s %s %s%s%s%s.", scene_cite(s, c),
                         c->mentioned ? "is named in the ticket;" : "is closest to it;", s->size_why,
                         c->why && !c->mentioned ? " (" : "", c->why && !c->mentioned ? c->why : "",
                         c->why && !c->mentioned ? ")" : "");
    if (s->needs.n == 1) return "It is the smallest change that covers the requirement.";
    return arena_fmt(s->a, "It is the smallest change that covers all %zu requirements.", s->needs.n);
}

/* "Of the 7 requirements 2 concern stored data (R5, R6), 3 the API (R1 …)." */
static const char *spread(const struct scene *s)
{
    auto_buf b = BUF_INIT(8192);
    size_t shown = 0;
    for (enum layer l = 0; l < LAYER_N_; l++) {
        text_list ids = {0};
        for (size_t i = 0; i < s->needs.n; i++)
            if (s->needs.v[i].layer == l) prose_list_add(s->a, &ids, s->needs.v[i].r.id);
        if (ids.n == 0) continue;
        buf_fmt(&b, "%s%s (%s)", shown++ ? "; " : "", layer_nouns[l], prose_join(s->a, ids.v, ids.n, 0));
    }
    return prose_take(s->a, &b);
}

static bool changes(const struct blueprint *bp, const struct place *p)
{
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n; j++)
            if (prose_same(bp->drafts.v[i].works.v[j].path, p->full)) return true;
    return false;
}

static const char *overview_text(const struct scene *s, const struct blueprint *bp)
{
    auto_buf b = BUF_INIT(65536);
    if (s->needs.n == 1)
        buf_fmt(&b, "One requirement, on %s: %s\n\n", layer_nouns[s->needs.v[0].layer], s->needs.v[0].r.text);
    if (s->needs.n > 1) buf_fmt(&b, "The %zu requirements concern %s.\n\n", s->needs.n, spread(s));
    if (s->places.n > 0 && !s->small) {
        buf_fmt(&b, "Where %s meets the code:\n\n", s->topic);
        for (size_t i = 0, shown = 0; i < s->places.n && shown < 5; i++) {
            if (!s->places.v[i].mentioned && !changes(bp, &s->places.v[i])) continue;
            shown++;
            buf_fmt(&b, "- %s: %s\n", scene_cite(s, &s->places.v[i]),
                    s->places.v[i].why ? s->places.v[i].why : "close to the ticket's words");
        }
    }
    if (s->b->corrections.n > 0) {
        buf_str(&b, "\nCorrected by the people who asked:\n\n");
        for (size_t i = 0; i < s->b->corrections.n; i++)
            buf_fmt(&b, "- %s\n", prose_sentence(s->a, prose_short(s->a, s->b->corrections.v[i], 400)));
    }
    while (b.n > 0 && b.p[b.n - 1] == '\n') b.n--;
    return prose_take(s->a, &b);
}

static void outline_phase(const struct scene *s, const struct draft *d, struct phase_outline *ret)
{
    *ret = (struct phase_outline){.id = d->id, .title = d->title, .goal = d->goal, .estimate = d->estimate};
    memcpy(&ret->depends_on, &d->depends_on, sizeof ret->depends_on);
    memcpy(&ret->provides, &d->provides, sizeof ret->provides);
    memcpy(&ret->uses, &d->uses, sizeof ret->uses);
    for (size_t i = 0; i < d->needs.n; i++) prose_list_add(s->a, &ret->requirements, d->needs.v[i]->r.id);
}

enum err_kind offline_outline(const struct scene *s, const struct blueprint *bp, struct outline *ret, struct err *e)
{
    bool page = s->small && s->needs.n == 1 && s->b->corrections.n == 0; /* the reason is all there is to say */
    *ret = (struct outline){.title = prose_short(s->a, s->title, 250),
                            .approach = approach_text(s),
                            .approach_why = page ? NULL : approach_why_text(s),
                            .overview = page ? approach_why_text(s) : overview_text(s, bp)};
    for (size_t i = 0; i < s->needs.n; i++) {
        struct requirement *r = PUSH(s->a, ret->requirements);
        if (r) *r = s->needs.v[i].r;
    }
    for (size_t i = 0; i < s->x.out_of_scope.n && i < 50; i++)
        prose_list_add(s->a, &ret->out_of_scope, prose_sentence(s->a, s->x.out_of_scope.v[i].text));
    for (size_t i = 0; i < s->x.optional.n && i < 50; i++)
        prose_list_add(s->a, &ret->out_of_scope,
                       arena_fmt(s->a, "%s (the ticket calls it optional).",
                                 prose_bare(s->a, prose_sentence(s->a, s->x.optional.v[i].text))));
    for (size_t i = 0; i < bp->drafts.n; i++) {
        struct phase_outline *p = PUSH(s->a, ret->phases);
        if (p) outline_phase(s, &bp->drafts.v[i], p);
    }
    return prose_check(s->a, e);
}
