/* Options: the strategies that fit, each with the plan it would lead to behind its effort and its diagram. */
#include "planner/offline/drafts.h"

#include <string.h>
#include "planner/offline/scene/shape.h"
#include "planner/offline/dialogue/strategy.h"

static void fill_list(const struct scene *s, const char *const templates[5], const struct var *v, size_t n,
                      text_list *ret)
{
    for (size_t i = 0; i < 5 && templates[i] && ret->n < 4; i++)
        prose_list_add(s->a, ret, strategy_fill(s, templates[i], v, n));
}

static const char *half_days(struct arena *a, int64_t minutes)
{
    int64_t halves = (minutes + 119) / 240;
    if (halves < 1) halves = 1;
    return arena_fmt(a, "%lld%s", (long long)halves / 2, halves % 2 ? ".5" : "");
}

/* "about 3 days in 5 phases (2 to 5.5)" */
static const char *effort_text(const struct scene *s, const struct blueprint *bp)
{
    int64_t low = 0, high = 0, likely = 0;
    for (size_t i = 0; i < bp->drafts.n; i++) {
        low += bp->drafts.v[i].estimate.optimistic;
        likely += bp->drafts.v[i].estimate.likely;
        high += bp->drafts.v[i].estimate.pessimistic;
    }
    if (likely < 420)
        return arena_fmt(s->a, "about %lld hours in %zu phase%s (%lld to %lld)", (long long)(likely + 30) / 60,
                         bp->drafts.n, bp->drafts.n == 1 ? "" : "s", (long long)(low + 30) / 60,
                         (long long)(high + 30) / 60);
    return arena_fmt(s->a, "about %s day%s in %zu phase%s (%s to %s)", half_days(s->a, likely),
                     prose_same(half_days(s->a, likely), "1") ? "" : "s", bp->drafts.n,
                     bp->drafts.n == 1 ? "" : "s", half_days(s->a, low), half_days(s->a, high));
}

static enum err_kind write_option(const struct scene *s, enum strategy_id id, size_t index, struct option *ret,
                                  struct err *e)
{
    const struct strategy *st = &strategies[id];
    struct var v[STRATEGY_VARS];
    size_t n = strategy_vars(s, v);
    const char *summary = strategy_fill(s, st->summary, v, n), *best = strategy_fill(s, st->best_for, v, n);
    text_list pros = {0}, cons = {0};
    struct scene as;
    struct blueprint bp;
    enum err_kind k = shape_as(s, id, &as, e);
    if (k == ERR_OK) k = blueprint_make(&as, &bp, e);
    if (k != ERR_OK) return k;
    fill_list(s, st->pros, v, n, &pros);
    fill_list(s, st->cons, v, n, &cons);
    *ret = (struct option){.id = arena_fmt(s->a, "%c", (char)('A' + (char)index)),
                           .title = st->title,
                           .summary = summary ? summary : arena_fmt(s->a, "%s for \"%s\".", st->title, s->title),
                           .diagram = diagram_text(&bp),
                           .best_for = best ? best : "a change of this size",
                           .effort = effort_text(s, &bp),
                           .risk = st->risk,
                           .risk_why = strategy_fill(s, st->risk_why, v, n)};
    memcpy(&ret->pros, &pros, sizeof ret->pros);
    memcpy(&ret->cons, &cons, sizeof ret->cons);
    return prose_check(s->a, e);
}

/* Who asks for other options may name what is wanted, or what is not: 1, -1, or 0 when the strategy is not named. */
static int named_in_more(const struct scene *s, const struct strategy *st)
{
    static const char *const no[] = {"no", "not", "without", "never", "cannot", "can't", "don't", NULL};
    struct span more = {s->b->more, s->b->more ? strlen(s->b->more) : 0}, before;
    for (const char *const *w = st->words; *w; w++) {
        size_t at = span_find_word(more, *w);
        if (at >= more.n) continue;
        before = (struct span){more.p + (at > 24 ? at - 24 : 0), at > 24 ? 24 : at};
        return span_has_any(before, no) ? -1 : 1;
    }
    return 0;
}

/* Possible for any change of code that is there, whatever the ticket says. */
static bool on_request(const struct scene *s, enum strategy_id id)
{
    static const enum strategy_id any[] = {STRATEGY_EXTEND, STRATEGY_MODULE,   STRATEGY_QUEUE, STRATEGY_CACHE,
                                           STRATEGY_SERVICE, STRATEGY_STEPWISE, STRATEGY_FLAG,  STRATEGY_SLICE};
    for (size_t i = 0; i < countof(any); i++)
        if (any[i] == id) return !s->empty;
    return false;
}

static int score_of(const struct scene *s, enum strategy_id id)
{
    int score = strategies[id].score(s), named = named_in_more(s, &strategies[id]);
    if (named < 0) return 0;
    if (named > 0 && (score > 0 || on_request(s, id))) return score + 100;
    return score;
}

/* The best-scored strategy that is not in taken. */
static enum strategy_id next_best(const struct scene *s, const bool *taken)
{
    enum strategy_id best = STRATEGY_N_;
    int top = 0;
    for (enum strategy_id i = 0; i < STRATEGY_N_; i++) {
        int score = taken[i] ? 0 : score_of(s, i);
        if (score <= top) continue;
        top = score;
        best = i;
    }
    return best;
}

static bool single(const struct scene *s, enum strategy_id first, const bool *taken)
{
    bool more[STRATEGY_N_];
    enum strategy_id second;
    memcpy(more, taken, sizeof more);
    if (first == STRATEGY_N_) return true;
    more[first] = true;
    second = next_best(s, more);
    return (s->small || first == STRATEGY_FIX || second == STRATEGY_N_ || second == STRATEGY_SLICE) &&
           prose_blank(s->b->more);
}

static void forget_offered(const struct scene *s, bool taken[STRATEGY_N_])
{
    for (size_t i = 0; s->b->options && !prose_blank(s->b->more) && i < s->b->options->options.n; i++)
        for (enum strategy_id k = 0; k < STRATEGY_N_; k++)
            if (prose_same(strategies[k].title, s->b->options->options.v[i].title)) taken[k] = true;
}

static const char *reason_text(const struct scene *s, enum strategy_id first)
{
    struct var v[STRATEGY_VARS];
    size_t n = strategy_vars(s, v);
    const char *reason = strategy_fill(s, strategies[first].reason, v, n);
    auto_buf b = BUF_INIT(16384);
    if (!prose_blank(s->b->more))
        buf_fmt(&b, "Other options were asked for because: %s ",
                prose_sentence(s->a, prose_short(s->a, s->b->more, 300)));
    if (reason) buf_str(&b, reason);
    else
        buf_fmt(&b, "It covers all %zu requirement%s of \"%s\" with the least change.", s->needs.n,
                s->needs.n == 1 ? "" : "s", s->title);
    for (size_t i = 0; i < s->b->corrections.n && i < 5; i++)
        buf_fmt(&b, "%s%s", i ? " " : " Your corrections are taken into account: ",
                prose_sentence(s->a, prose_short(s->a, s->b->corrections.v[i], 300)));
    return prose_take(s->a, &b);
}

static const char *why_single(const struct scene *s, enum strategy_id first)
{
    const struct place *c = scene_centre(s);
    if (first == STRATEGY_FIX)
        return arena_fmt(s->a,
                         "A defect has one cause; the choice is where to meet it, and the reproduction test decides "
                         "that%s%s.",
                         c ? ", beginning at " : "", c ? scene_cite(s, c) : "");
    if (s->small)
        return arena_fmt(s->a, "The change is small: %s. An alternative would cost more to weigh than to make.",
                         s->size_why);
    return arena_fmt(s->a, "%s leaves no second way that differs in substance.",
                     s->needs.n == 1 ? "The one requirement" : arena_fmt(s->a, "\"%s\"", s->title));
}

enum err_kind offline_options(const struct scene *s, struct options *ret, struct err *e)
{
    bool taken[STRATEGY_N_] = {0};
    size_t most;
    enum strategy_id first;
    *ret = (struct options){0};
    forget_offered(s, taken);
    first = next_best(s, taken);
    if (first == STRATEGY_N_ && !prose_blank(s->b->more)) memset(taken, 0, sizeof taken), first = next_best(s, taken);
    if (first == STRATEGY_N_) first = scene_is(s, KIND_BUG) ? STRATEGY_FIX : STRATEGY_EXTEND;
    most = single(s, first, taken) ? 1 : 3;
    for (enum strategy_id k = first; ret->options.n < most && k != STRATEGY_N_; k = next_best(s, taken)) {
        struct option *o = PUSH(s->a, ret->options);
        enum err_kind failed;
        taken[k] = true;
        if (!o) break;
        if ((failed = write_option(s, k, ret->options.n - 1, o, e)) != ERR_OK) return failed;
    }
    ret->recommended = "A";
    ret->reason = reason_text(s, first);
    if (ret->options.n == 1) ret->why_single = why_single(s, first);
    return prose_check(s->a, e);
}
