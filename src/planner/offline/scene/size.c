/* Small or full, by what the requirements touch, and the reason in words. */
#include "planner/offline/scene/scene.h"

#include <string.h>

enum { FEW = 2, FEW_OF_A_BUG = 4, FEW_IN_ONE_FILE = 3 };

struct extent {
    size_t needs, layers, files;
    const struct place *only; /* when all requirements meet this file */
    bool data, grows;         /* stored data changes; endpoints or files come in that are not there */
};

static struct extent extent_of(const struct scene *s)
{
    struct extent x = {.needs = s->needs.n, .data = scene_layer_count(s, LAYER_DATA) > 0};
    const struct place *seen[8];
    for (enum layer l = 0; l < LAYER_N_; l++) x.layers += l != LAYER_DOCS && scene_layer_count(s, l) > 0;
    for (size_t i = 0; i < s->needs.n; i++) {
        const struct place *p = s->needs.v[i].place;
        size_t j = 0;
        if (!p && s->needs.v[i].layer != LAYER_DOCS) x.grows = true;
        while (p && j < x.files && seen[j] != p) j++;
        if (p && j == x.files && x.files < countof(seen)) seen[x.files++] = p;
    }
    if (x.files == 1 && !x.grows) x.only = seen[0];
    return x;
}

static const char *count_text(const struct scene *s, const struct extent *x)
{
    if (x->only)
        return arena_fmt(s->a, "%zu requirement%s, all in `%s`", x->needs, x->needs == 1 ? "" : "s", x->only->full);
    return arena_fmt(s->a, "%zu requirement%s in %zu layer%s", x->needs, x->needs == 1 ? "" : "s", x->layers,
                     x->layers == 1 ? "" : "s");
}

static bool always_full(const struct scene *s)
{
    return scene_is(s, KIND_MICROSERVICE) || scene_is(s, KIND_UPGRADE);
}

static bool is_small(const struct scene *s, const struct extent *x)
{
    if (x->data) return false;
    if (scene_is(s, KIND_BUG) && x->needs <= FEW_OF_A_BUG) return true;
    if (always_full(s)) return false;
    return (x->needs <= FEW && x->layers <= 1) || (x->only && x->needs <= FEW_IN_ONE_FILE && x->layers <= 1);
}

void size_decide(struct scene *s)
{
    struct extent x = extent_of(s);
    const char *count = count_text(s, &x);
    if (s->b->understanding) {
        s->small = s->b->understanding->size == SIZE_SMALL;
        s->size_why = s->b->understanding->size_why;
    } else if (s->b->size != SIZE_AUTO) {
        s->small = s->b->size == SIZE_SMALL;
        s->size_why = arena_fmt(s->a, "asked for as %s; the ticket has %s", s->small ? "small" : "full", count);
    } else if (s->empty) {
        s->small = false;
        s->size_why = "there is no codebase yet, so the plan has to lay one out";
    } else {
        s->small = is_small(s, &x);
        s->size_why = arena_fmt(s->a, "%s%s%s", s->small && scene_is(s, KIND_BUG) ? "a bug fix with " : "", count,
                                s->small             ? " and no change of stored data"
                                : x.data             ? ", stored data among them"
                                : scene_is(s, KIND_UPGRADE) ? ", and an upgrade reaches everything that uses it"
                                : scene_is(s, KIND_MICROSERVICE) ? ", across services"
                                                                 : "");
    }
}
