/* What people said after the research shapes the scene: corrections point at other files or demand more, and the chosen
 * strategy moves requirements to other layers. */
#include "planner/offline/scene/shape.h"

#include <string.h>
#include "planner/offline/dialogue/strategy.h"

/* --- corrections -------------------------------------------------------------------------------------------------- */
/* "…, not in src/b.c": the path is denied when one of these stands shortly before it. */
static bool denied(const char *text, const char *path)
{
    static const char *const words[] = {"not", "instead of", "rather than", "no longer", "never", "isn't", NULL};
    static const char *const turns[] = {"but", "it is", "they are", "use", NULL};
    const char *at = strstr(text, path), *from = at;
    struct span before;
    size_t no, turn;
    while (from && from > text && at - from < 30 && !strchr(";.!?", from[-1])) from--;
    if (!at) return false;
    before = (struct span){from, (size_t)(at - from)};
    if (!span_has_any(before, words)) return false;
    no = span_find_word(before, span_has_any(before, words));
    turn = span_has_any(before, turns) ? span_find_word(before, span_has_any(before, turns)) : 0;
    return turn <= no;
}

bool corrected_away(const struct brief *b, const char *path)
{
    for (size_t i = 0; i < b->corrections.n; i++)
        if (denied(b->corrections.v[i], path)) return true;
    return false;
}

/* The files that corrections name come first, those they deny are left out. */
static enum err_kind correct_relevance(const struct scene *s, const struct codebase *from, struct codebase *to,
                                       struct err *e)
{
    struct relevance *r = &to->relevance;
    memset(&r->files, 0, sizeof r->files);
    for (size_t i = 0; i < s->b->corrections.n; i++) {
        struct path_mentions found = {0};
        enum err_kind k = from->tree ? survey_mentions(from->tree, s->b->corrections.v[i], s->a, &found, e) : ERR_OK;
        if (k != ERR_OK) return k;
        for (size_t j = 0; j < found.paths.n; j++) {
            struct relevant_file *f =
                corrected_away(s->b, found.paths.v[j].path) || !tree_find(from->tree, found.paths.v[j].path)
                    ? NULL
                    : PUSH(s->a, r->files);
            if (f)
                *f = (struct relevant_file){.path = found.paths.v[j].path,
                                            .score = 2000000,
                                            .why = "named in a correction",
                                            .line = found.paths.v[j].line,
                                            .mentioned = true};
        }
    }
    for (size_t i = 0; i < from->relevance.files.n; i++) {
        struct relevant_file *f = corrected_away(s->b, from->relevance.files.v[i].path) ? NULL : PUSH(s->a, r->files);
        if (f) *f = from->relevance.files.v[i];
    }
    return ERR_OK;
}

enum err_kind shape_by_corrections(struct scene *s, struct err *e)
{
    struct brief *b;
    struct codebase *v;
    if (s->b->corrections.n == 0) return ERR_OK;
    b = arena_alloc(s->a, sizeof *b);
    v = arena_alloc(s->a, (s->b->codebases.n + 1) * sizeof *v);
    if (!b || !v) return err_nomem(e);
    *b = *s->b;
    for (size_t c = 0; c < b->codebases.n; c++) {
        enum err_kind k;
        v[c] = s->b->codebases.v[c];
        if ((k = correct_relevance(s, &s->b->codebases.v[c], &v[c], e)) != ERR_OK) return k;
    }
    b->codebases.v = v;
    s->b = b;
    return ERR_OK;
}

bool correction_demands(const char *text)
{
    return prose_has_any(text, (const char *const[]){"must", "should", "shall", "has to", "have to", "needs to",
                                                     "need to", "only", "never", "always", NULL}) != NULL;
}

/* --- the strategy ------------------------------------------------------------------------------------------------- */
static void move_layer(struct scene *s, enum layer from, enum layer to, bool forget)
{
    for (size_t i = 0; i < s->needs.n; i++) {
        struct need *n = &s->needs.v[i];
        if (n->layer != from) continue;
        n->layer = to;
        if (forget && n->place && n->place->layer != to) n->place = NULL, n->symbol = NULL;
    }
}

/* A slice keeps the first requirement and what must be stored for it; the others are named as not part of the plan. */
static bool in_slice(const struct scene *s, size_t i)
{
    const struct need *first = &s->needs.v[0], *n = &s->needs.v[i];
    return i == 0 || (n->layer == LAYER_DATA && first->layer != LAYER_DATA) ||
           (first->endpoint && n->endpoint == first->endpoint);
}

static void slice(struct scene *s)
{
    size_t kept = 0;
    if (s->b->outline || s->needs.n < 2) return;
    for (size_t i = 0; i < s->needs.n; i++) {
        struct need n = s->needs.v[i];
        struct extract_item *out = in_slice(s, i) ? NULL : PUSH(s->a, s->x.out_of_scope);
        if (out)
            *out = (struct extract_item){
                .text = arena_fmt(s->a, "Left for a ticket of its own: %s", prose_bare(s->a, n.r.text)),
                .quote = n.r.quote,
                .line = n.r.line};
        if (in_slice(s, i)) s->needs.v[kept++] = n;
    }
    s->needs.n = kept;
}

static void switched(struct scene *s)
{
    struct need *n = s->b->outline ? NULL : PUSH(s->a, s->needs);
    const char *name;
    if (!n) return;
    name = name_styled(s->a, s->topic, NAME_SNAKE);
    n->r = (struct requirement){.id = arena_fmt(s->a, "R%zu", s->needs.n),
                                .text = arena_fmt(s->a,
                                                  "A setting `%s_enabled`, off by default, decides whether the new "
                                                  "behaviour is used; off, everything is as before.",
                                                  name),
                                .quote = strategies[STRATEGY_FLAG].title,
                                .source = "choice"};
    n->layer = LAYER_LOGIC;
    if (!n->r.id || !n->r.text) s->needs.n--;
}

void shape_by_strategy(struct scene *s)
{
    switch (s->strategy) {
    case STRATEGY_DERIVE: move_layer(s, LAYER_DATA, LAYER_LOGIC, false); break;
    case STRATEGY_EDGE: move_layer(s, LAYER_LOGIC, LAYER_API, true); break;
    case STRATEGY_SLICE: slice(s); break;
    case STRATEGY_FLAG: switched(s); break;
    case STRATEGY_FIX:
    case STRATEGY_EXTEND:
    case STRATEGY_MODULE:
    case STRATEGY_QUEUE:
    case STRATEGY_SYNC:
    case STRATEGY_SCHEMA:
    case STRATEGY_INDEX:
    case STRATEGY_CACHE:
    case STRATEGY_SERVICE:
    case STRATEGY_INPLACE:
    case STRATEGY_ADAPTER:
    case STRATEGY_MOVE:
    case STRATEGY_STEPWISE:
    case STRATEGY_PROJECT:
    case STRATEGY_FLAT:
    case STRATEGY_N_: break;
    }
}

enum err_kind shape_as(const struct scene *s, enum strategy_id id, struct scene *ret, struct err *e)
{
    struct need *v = arena_alloc(s->a, (s->needs.n + 1) * sizeof *v);
    if (!v) return err_nomem(e);
    *ret = *s;
    if (s->needs.n) memcpy(v, s->needs.v, s->needs.n * sizeof *v);
    ret->needs.v = NULL;
    ret->needs.n = 0;
    for (size_t i = 0; i < s->needs.n; i++) {
        struct need *n = PUSH(s->a, ret->needs);
        if (n) *n = v[i];
    }
    memset(&ret->x.out_of_scope, 0, sizeof ret->x.out_of_scope);
    ret->strategy = id;
    shape_by_strategy(ret);
    return prose_check(s->a, e);
}
