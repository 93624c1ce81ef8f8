/* Options: the strategies that fit, each in the terms of this ticket and codebase, with a diagram of real folders. */
#include "planner/offline/drafts.h"

#include <string.h>
#include "planner/offline/strategy.h"

static const char *folder(const struct scene *s, const struct place *p)
{
    struct span dir = file_dir(p->full);
    return dir.n ? arena_fmt(s->a, "%.*s/  %s", (int)dir.n, dir.p, file_base(p->full)) : arena_fmt(s->a, "%s", p->full);
}

static void box(struct buf *b, const char *line, const char *note)
{
    if (b->n > 0) buf_str(b, "   |\n   v\n");
    buf_fmt(b, "[ %s ]%s%s\n", line, note ? "  " : "", note ? note : "");
}

const char *diagram_text(const struct scene *s, enum strategy_id id)
{
    const struct place *api = scene_place(s, LAYER_API), *logic = scene_place(s, LAYER_LOGIC),
                       *data = scene_place(s, LAYER_DATA), *ui = scene_place(s, LAYER_FRONTEND),
                       *cli = scene_place(s, LAYER_CLI), *centre = scene_centre(s);
    const struct extract_endpoint *ep = s->x.endpoints.n ? &s->x.endpoints.v[0] : NULL;
    const char *fresh = strategies[id].fresh ? fresh_path(s) : NULL;
    auto_buf b = BUF_INIT(16384);
    if (ui && (scene_layer_count(s, LAYER_FRONTEND) > 0 || ep))
        box(&b, folder(s, ui), scene_layer_count(s, LAYER_FRONTEND) ? "changed" : NULL);
    else if (cli && scene_layer_count(s, LAYER_CLI) > 0) box(&b, folder(s, cli), "changed");
    else
        box(&b, ep ? "client" : "caller", ep ? arena_fmt(s->a, "%s %s", ep->method ? ep->method : "", ep->path) : NULL);
    if (api) box(&b, folder(s, api), scene_layer_count(s, LAYER_API) ? "changed" : "as it is");
    if (id == STRATEGY_QUEUE) box(&b, "queue", "one entry for each piece of work; entries survive a restart");
    if (id == STRATEGY_CACHE) box(&b, "cache", "dropped by every write behind it");
    if (id == STRATEGY_SERVICE) box(&b, "network", "time limit, retry, works without it");
    if (fresh) box(&b, fresh, id == STRATEGY_QUEUE ? "new, run by a worker" : "new");
    if (centre && centre != api && (!fresh || id != STRATEGY_SERVICE))
        box(&b, folder(s, centre), fresh ? "calls it or is called by it" : "changed");
    else if (logic && logic != api && !fresh)
        box(&b, folder(s, logic), scene_layer_count(s, LAYER_LOGIC) ? "changed" : "as it is");
    if (data && data != centre)
        box(&b, folder(s, data),
            id == STRATEGY_DERIVE              ? "read only"
            : scene_layer_count(s, LAYER_DATA) ? "changed"
                                               : "as it is");
    if (scene_has_database(s))
        box(&b, "database",
            id == STRATEGY_SCHEMA || (scene_layer_count(s, LAYER_DATA) && id != STRATEGY_DERIVE) ? "one migration"
                                                                                                 : "schema as it is");
    return prose_take(s->a, &b);
}

static void fill_list(const struct scene *s, const char *const templates[4], const struct var *v, size_t n,
                      text_list *ret)
{
    for (size_t i = 0; i < 4 && templates[i]; i++) prose_list_add(s->a, ret, strategy_fill(s, templates[i], v, n));
}

static void write_option(const struct scene *s, enum strategy_id id, size_t index, struct option *ret)
{
    const struct strategy *st = &strategies[id];
    struct var v[STRATEGY_VARS];
    size_t n = strategy_vars(s, v);
    const char *summary = strategy_fill(s, st->summary, v, n), *best = strategy_fill(s, st->best_for, v, n);
    text_list pros = {0}, cons = {0};
    fill_list(s, st->pros, v, n, &pros);
    fill_list(s, st->cons, v, n, &cons);
    *ret = (struct option){.id = arena_fmt(s->a, "%c", (char)('A' + (char)index)),
                           .title = st->title,
                           .summary = summary ? summary : arena_fmt(s->a, "%s for \"%s\".", st->title, s->title),
                           .diagram = diagram_text(s, id),
                           .best_for = best ? best : "a change of this size",
                           .effort = duration_words(s->a, plain_effort(s) * st->effort_percent / 100),
                           .risk = st->risk};
    memcpy(&ret->pros, &pros, sizeof ret->pros);
    memcpy(&ret->cons, &cons, sizeof ret->cons);
}

/* The best-scored strategy that is not in taken. */
static enum strategy_id next_best(const struct scene *s, const bool *taken)
{
    enum strategy_id best = STRATEGY_N_;
    int top = 0;
    for (enum strategy_id i = 0; i < STRATEGY_N_; i++) {
        int score = taken[i] ? 0 : strategies[i].score(s);
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

enum err_kind offline_options(const struct scene *s, struct options *ret, struct err *e)
{
    bool taken[STRATEGY_N_] = {0};
    struct var v[STRATEGY_VARS];
    size_t n = strategy_vars(s, v), most;
    enum strategy_id first;
    const char *reason;
    *ret = (struct options){0};
    for (size_t i = 0; s->b->options && !prose_blank(s->b->more) && i < s->b->options->options.n; i++)
        for (enum strategy_id k = 0; k < STRATEGY_N_; k++)
            if (prose_same(strategies[k].title, s->b->options->options.v[i].title)) taken[k] = true;
    first = next_best(s, taken);
    if (first == STRATEGY_N_ && !prose_blank(s->b->more)) memset(taken, 0, sizeof taken), first = next_best(s, taken);
    if (first == STRATEGY_N_) first = scene_is(s, KIND_BUG) ? STRATEGY_FIX : STRATEGY_EXTEND;
    most = single(s, first, taken) ? 1 : 3;
    for (enum strategy_id k = first; ret->options.n < most && k != STRATEGY_N_; k = next_best(s, taken)) {
        struct option *o = PUSH(s->a, ret->options);
        taken[k] = true;
        if (o) write_option(s, k, ret->options.n - 1, o);
    }
    ret->recommended = "A";
    reason = strategy_fill(s, strategies[first].reason, v, n);
    ret->reason = reason ? reason
                         : arena_fmt(s->a, "It covers all %zu requirement%s with the least change.", s->needs.n,
                                     s->needs.n == 1 ? "" : "s");
    if (!prose_blank(s->b->more))
        ret->reason = arena_fmt(s->a, "Other options were asked for because: %s %s",
                                prose_sentence(s->a, prose_short(s->a, s->b->more, 300)), ret->reason);
    if (ret->options.n == 1)
        ret->why_single =
            first == STRATEGY_FIX
                ? "A defect has one cause; the choice is where to meet it, and the reproduction test decides that."
            : s->small
                ? arena_fmt(s->a, "The change is small: %s. An alternative would cost more to weigh than to make.",
                            s->size_why)
                : arena_fmt(s->a, "%s leaves no second way that differs in substance.",
                            s->needs.n == 1 ? "The one requirement" : "What the ticket asks for");
    return prose_check(s->a, e);
}
