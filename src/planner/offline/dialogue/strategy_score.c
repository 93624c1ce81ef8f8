/* When a strategy fits a ticket, and which one a plan follows. */
#include "planner/offline/dialogue/strategy_rows.h"

#include <string.h>

static bool feature(const struct scene *s)
{
    return !s->empty && !scene_is(s, KIND_BUG) && !scene_is(s, KIND_REFACTOR) && !scene_is(s, KIND_UPGRADE);
}

static size_t matched(const struct scene *s)
{
    size_t n = 0;
    for (size_t i = 0; i < s->needs.n; i++) n += s->needs.v[i].place != NULL;
    return n;
}

static const char *const async_words[] = {
    "in the background", "in background", "background job*", "asynchron*", "queue*",  "worker",
    "by e-mail",         "by email",      "an e-mail",       "an email",   "e-mails", "emails",
    "webhook*",          "retry",         "retries",         "export*",    "import*", "batch*",
    "notification*",     "schedule*",     "long-running",    NULL};
static const char *const async_strong[] = {"in the background",
                                           "in background",
                                           "background job*",
                                           "asynchron*",
                                           "queue*",
                                           "worker",
                                           "retry",
                                           "retries",
                                           "long-running",
                                           NULL};

/* In a demand, and not in the name of an option or a file; what runs at a terminal has nobody who waits. */
static bool demands(const struct scene *s, const char *const *words)
{
    for (size_t i = 0; i < s->needs.n; i++)
        if (prose_has_any(without_code(s, s->needs.v[i].r.text), words)) return true;
    return prose_has_any(s->title, words) != NULL;
}

static bool asynchronous(const struct scene *s, const char *const *words)
{
    return feature(s) && !scene_is(s, KIND_LIBRARY) &&
           !(scene_is(s, KIND_CLI) && scene_layer_count(s, LAYER_API) == 0) && demands(s, words);
}

int score_extend(const struct scene *s)
{
    return feature(s) && scene_centre(s) ? 50 + (matched(s) * 2 > s->needs.n ? 12 : 0) : 0;
}
/* The file in the middle bears the topic's name: it is the module. */
static bool module_is_there(const struct scene *s, const struct place *c)
{
    struct word_set topic = word_set_of(s->a, s->topic), name;
    if (!c || topic.words.n == 0) return false;
    name = word_set_of(s->a, name_words(s->a, arena_dup_n(s->a, file_stem(c->path).p, file_stem(c->path).n)));
    return name.words.n > 0 && word_set_shared(&topic, &name) == (int)name.words.n &&
           word_set_shared(&topic, &name) == (int)topic.words.n;
}

int score_module(const struct scene *s)
{
    const struct place *c = scene_centre(s);
    size_t inner =
        scene_layer_count(s, LAYER_LOGIC) + scene_layer_count(s, LAYER_FRONTEND) + scene_layer_count(s, LAYER_CLI);
    if (!feature(s) || module_is_there(s, c) ||
        (inner == 0 && (scene_layer_count(s, LAYER_API) == 0 || matched(s) * 2 > s->needs.n)))
        return 0;
    return 45 + (c && c->symbols.n > 25 ? 15 : 0) + (s->needs.n >= 6 ? 8 : 0) + (matched(s) * 2 < s->needs.n ? 8 : 0);
}
int score_queue(const struct scene *s)
{
    return asynchronous(s, async_words) ? (demands(s, async_strong) ? 72 : 40) : 0;
}
int score_sync(const struct scene *s)
{
    return asynchronous(s, async_words) ? 44 : 0;
}
/* Whether to store or to compute is open only as long as the ticket names no column. */
int score_schema(const struct scene *s)
{
    for (size_t i = 0; i < s->x.tables.n; i++)
        if (s->x.tables.v[i].column) return 0;
    return feature(s) && scene_layer_count(s, LAYER_DATA) > 0 && !scene_is(s, KIND_PERFORMANCE) ? 60 : 0;
}
int score_derive(const struct scene *s)
{
    return score_schema(s) ? 35 : 0;
}
static bool slow(const struct scene *s)
{
    return scene_is(s, KIND_PERFORMANCE);
}
int score_index(const struct scene *s)
{
    return !s->empty && slow(s) && (scene_has_database(s) || prose_has_word(s->b->ticket.body, "query")) ? 75 : 0;
}
int score_cache(const struct scene *s)
{
    return !s->empty && slow(s) ? 64 : 0;
}
int score_service(const struct scene *s)
{
    return scene_is(s, KIND_MICROSERVICE) && !s->empty ? 64 : 0;
}
int score_inplace(const struct scene *s)
{
    return scene_is(s, KIND_UPGRADE) && !s->empty ? 60 : 0;
}
int score_adapter(const struct scene *s)
{
    return scene_is(s, KIND_UPGRADE) && !s->empty ? 40 : 0;
}
int score_move(const struct scene *s)
{
    return scene_is(s, KIND_REFACTOR) && !scene_is(s, KIND_UPGRADE) && !s->empty ? 40 : 0;
}
int score_stepwise(const struct scene *s)
{
    return score_move(s) ? 60 : 0;
}
int score_fix(const struct scene *s)
{
    return scene_is(s, KIND_BUG) && !score_move(s) && !score_inplace(s) ? 80 : 0;
}
int score_project(const struct scene *s)
{
    return s->empty ? 60 : 0;
}
int score_flat(const struct scene *s)
{
    return s->empty ? 40 : 0;
}
int score_slice(const struct scene *s)
{
    bool code = s->empty || scene_centre(s); /* pages are not sliced: each is of use by itself */
    return s->needs.n >= 3 && !scene_is(s, KIND_BUG) && code ? 12 : 0;
}

/* Work at the entry of requests: the ticket speaks of every request rather than of one. */
int score_edge(const struct scene *s)
{
    static const char *const words[] = {
        "every request", "all requests",   "each request",     "rate limit*", "every authenticated*",
        "all endpoints", "every endpoint", "middleware",       "cors",        "request id*",
        "per client",    "per token",      "security header*", NULL};
    return feature(s) && scene_layer_count(s, LAYER_LOGIC) > 0 && scene_place(s, LAYER_API) && scene_text_has(s, words)
               ? 47
               : 0;
}
/* Behind a switch: what people use today changes, or the ticket speaks of going step by step. */
int score_flag(const struct scene *s)
{
    static const char *const words[] = {"feature flag*", "gradual*", "roll out*",  "rollout",  "beta",        "pilot",
                                        "opt in",        "opt-in",   "switch off", "turn off", "kill switch", NULL};
    if (!feature(s) || s->needs.n < 2) return 0;
    return scene_text_has(s, words) ? 49 : scene_is(s, KIND_SECURITY) || s->x.endpoints.n > 0 ? 14 : 0;
}

static enum strategy_id by_title(const char *title)
{
    for (enum strategy_id i = 0; title && i < STRATEGY_N_; i++)
        if (strcmp(strategies[i].title, title) == 0) return i;
    return STRATEGY_N_;
}

static enum strategy_id by_words(const char *text)
{
    for (enum strategy_id i = 0; i < STRATEGY_N_; i++)
        for (const char *const *w = strategies[i].words; *w; w++)
            if (prose_has_word(text, *w)) return i;
    return STRATEGY_EXTEND;
}

static enum strategy_id best_scored(const struct scene *s)
{
    enum strategy_id best = STRATEGY_EXTEND;
    int top = 0;
    for (enum strategy_id i = 0; i < STRATEGY_N_; i++) {
        int score = strategies[i].score(s);
        if (score <= top) continue;
        top = score;
        best = i;
    }
    return best;
}

enum strategy_id strategy_chosen(const struct scene *s)
{
    const struct brief *b = s->b;
    const char *id = b->chosen;
    if (!prose_blank(b->own)) return by_words(b->own);
    if (!id && b->options) id = b->options->recommended;
    for (size_t i = 0; b->options && id && i < b->options->options.n; i++) {
        const struct option *o = &b->options->options.v[i];
        enum strategy_id found;
        if (!prose_same(o->id, id)) continue;
        found = by_title(o->title);
        return found != STRATEGY_N_ ? found : by_words(o->title);
    }
    if (s->small && !s->empty && scene_is(s, KIND_BUG)) return STRATEGY_FIX;
    return s->small && !s->empty ? STRATEGY_EXTEND : best_scored(s);
}
