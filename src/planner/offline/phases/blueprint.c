/* Which phases a change needs, in dependency order. */
#include "planner/offline/phases/blueprint.h"

#include <string.h>
#include "planner/offline/dialogue/strategy.h"

static bool is_full(const struct scene *s)
{
    return !s->small;
}
static bool bug_small(const struct scene *s)
{
    return s->small && scene_is(s, KIND_BUG);
}
static bool other_small(const struct scene *s)
{
    return s->small && !scene_is(s, KIND_BUG);
}
static bool no_code_yet(const struct scene *s)
{
    return is_full(s) && s->empty;
}
static bool bug_full(const struct scene *s)
{
    return is_full(s) && !s->empty && s->strategy == STRATEGY_FIX;
}
static bool pinned(const struct scene *s)
{
    return is_full(s) && !s->empty && scene_is(s, KIND_REFACTOR);
}
static bool in_layer(const struct scene *s, enum layer l)
{
    return is_full(s) && scene_layer_count(s, l) > 0;
}
static bool data(const struct scene *s)
{
    return in_layer(s, LAYER_DATA) && !schema_only_removes(s);
}
/* A fault is mended in one phase, wherever its parts lie. */
static bool logic(const struct scene *s)
{
    size_t n = 0;
    for (enum layer l = LAYER_LOGIC; bug_full(s) && l <= LAYER_FRONTEND; l++) n += scene_layer_count(s, l);
    return n > 0 || in_layer(s, LAYER_LOGIC);
}
static bool api(const struct scene *s)
{
    return in_layer(s, LAYER_API) && !bug_full(s);
}
static bool cli(const struct scene *s)
{
    return in_layer(s, LAYER_CLI) && !bug_full(s);
}
static bool frontend(const struct scene *s)
{
    return in_layer(s, LAYER_FRONTEND) && !bug_full(s);
}

static size_t code_layers(const struct scene *s)
{
    size_t n = 0;
    for (enum layer l = LAYER_DATA; l <= LAYER_FRONTEND; l++) n += scene_layer_count(s, l) > 0;
    return n;
}

static bool measured(const struct scene *s)
{
    for (size_t i = 0; i < s->needs.n; i++)
        if (s->needs.v[i].measured && s->needs.v[i].layer != LAYER_OPERATIONS) return true;
    return false;
}

/* What lies between the outside and the store is worth a test of its own; two inner layers are not. */
static bool tests(const struct scene *s)
{
    bool outward =
        scene_layer_count(s, LAYER_API) + scene_layer_count(s, LAYER_CLI) + scene_layer_count(s, LAYER_FRONTEND) > 0;
    return is_full(s) && (scene_layer_count(s, LAYER_TESTS) > 0 || (measured(s) && code_layers(s) != 1) ||
                          (!bug_full(s) && outward && code_layers(s) >= 2));
}
static bool operations(const struct scene *s)
{
    text_list order;
    return is_full(s) &&
           (scene_layer_count(s, LAYER_OPERATIONS) > 0 || (is_deployed(s) && draft_releases(s, &order) > 1));
}
static bool switched(const struct scene *s)
{
    return is_full(s) && schema_switches(s);
}
static bool contracted(const struct scene *s)
{
    return is_full(s) && schema_contracts(s);
}
static bool docs(const struct scene *s)
{
    return in_layer(s, LAYER_DOCS);
}

/* layer: whose requirements the phase takes; LAYER_N_: all of them (small plans), LAYER_SETUP: none. */
static const struct {
    bool (*applies)(const struct scene *);
    enum layer layer;
    bool by_codebase; /* one phase for each repository that has some of them */
} rows[PHASE_KIND_N_] = {
    [PHASE_BUGFIX] = {bug_small, LAYER_N_, false},
    [PHASE_SMALL] = {other_small, LAYER_N_, true},
    [PHASE_SETUP] = {no_code_yet, LAYER_SETUP, false},
    [PHASE_REPRODUCE] = {bug_full, LAYER_SETUP, false},
    [PHASE_PIN] = {pinned, LAYER_SETUP, false},
    [PHASE_DATA] = {data, LAYER_DATA, false},
    [PHASE_LOGIC] = {logic, LAYER_LOGIC, true},
    [PHASE_API] = {api, LAYER_API, true},
    [PHASE_CLI] = {cli, LAYER_CLI, true},
    [PHASE_FRONTEND] = {frontend, LAYER_FRONTEND, true},
    [PHASE_TESTS] = {tests, LAYER_TESTS, false},
    [PHASE_OPERATIONS] = {operations, LAYER_OPERATIONS, false},
    [PHASE_SWITCH] = {switched, LAYER_SETUP, false},
    [PHASE_CONTRACT] = {contracted, LAYER_SETUP, false},
    [PHASE_DOCS] = {docs, LAYER_DOCS, false},
};

/* --- who serves which requirement --------------------------------------------------------------------------------- */
static size_t codebase_of(const struct scene *s, const struct need *n)
{
    const struct place *home = n->place ? n->place : scene_home(s, n->layer);
    return home ? home->codebase : 0;
}

static bool takes(const struct scene *s, const struct draft *d, const struct need *n)
{
    enum layer l = rows[d->kind].layer;
    struct schema_change change;
    if (d->codebase != SIZE_MAX && codebase_of(s, n) != d->codebase) return false;
    if (d->kind == PHASE_TESTS && n->measured) /* else where it is built or run */
        return code_layers(s) != 1 && n->layer != LAYER_OPERATIONS;
    if (d->kind == PHASE_CONTRACT) return schema_change_of(s, n, &change);
    if (d->kind == PHASE_SWITCH) return schema_change_of(s, n, &change) && change.kind != SCHEMA_REQUIRE;
    if (d->kind == PHASE_LOGIC && bug_full(s)) return n->layer >= LAYER_LOGIC && n->layer <= LAYER_FRONTEND;
    return l == LAYER_N_ || (n->layer == l && l != LAYER_SETUP);
}

static void take_needs(const struct scene *s, struct draft *d)
{
    for (size_t i = 0; i < s->needs.n; i++) {
        const struct need *n = &s->needs.v[i], **slot = takes(s, d, n) ? PUSH(s->a, d->needs) : NULL;
        if (slot) *slot = n;
    }
}

/* --- what depends on what ----------------------------------------------------------------------------------------- */
static bool independent(const struct draft *before, const struct draft *d)
{
    if (before->kind == PHASE_API && d->kind == PHASE_CLI) return true;
    if (before->kind == PHASE_CLI && d->kind == PHASE_FRONTEND) return true;
    return before->kind == d->kind; /* the same layer in two repositories */
}

/* A phase uses what the phases before it provide and depends on the last of its own kind of chain. */
static void draft_depends(struct blueprint *bp, size_t index)
{
    struct draft *d = &bp->drafts.v[index];
    for (size_t i = 0; i < index; i++) {
        struct draft *before = &bp->drafts.v[i];
        bool direct = i + 1 == index || d->kind >= PHASE_TESTS || before->kind + 1 == d->kind;
        for (size_t j = i + 1; j < index && !direct; j++)
            direct = independent(before, &bp->drafts.v[j]) && j + 1 == index;
        if (independent(before, d) || !direct) continue;
        prose_list_add(bp->s->a, &d->depends_on, before->id);
        for (size_t j = 0; j < before->provides.n; j++) {
            struct deliverable *u = d->uses.n == DELIVERABLES_MAX || (before->provides.v[j].kind == DELIVERS_FILE &&
                                                                      file_is_test(before->provides.v[j].name))
                                        ? NULL
                                        : PUSH(bp->s->a, d->uses);
            if (u) *u = before->provides.v[j];
        }
    }
    for (size_t i = 0; index > 0 && d->depends_on.n == 0 && i < index; i++)
        if (!independent(&bp->drafts.v[i], d)) prose_list_add(bp->s->a, &d->depends_on, bp->drafts.v[i].id);
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */
static void add_draft(const struct scene *s, struct blueprint *bp, enum phase_kind kind, size_t codebase)
{
    struct draft probe = {.kind = kind, .codebase = codebase}, *d;
    int64_t next = s->b->next_section > 0 ? s->b->next_section : 1;
    take_needs(s, &probe);
    if (codebase != SIZE_MAX && probe.needs.n == 0) return;
    d = PUSH(s->a, bp->drafts);
    if (!d) return;
    *d = probe;
    d->id = s->b->outline && bp->drafts.n <= s->b->outline->phases.n
                ? s->b->outline->phases.v[bp->drafts.n - 1].id
                : arena_fmt(s->a, "ph%lld", (long long)(next + (int64_t)bp->drafts.n - 1));
    draft_works(bp, d);
}

enum err_kind blueprint_make(const struct scene *s, struct blueprint *ret, struct err *e)
{
    *ret = (struct blueprint){.s = s};
    for (enum phase_kind k = 0; k < PHASE_KIND_N_; k++) {
        if (!rows[k].applies(s)) continue;
        if (!rows[k].by_codebase || s->b->codebases.n < 2) add_draft(s, ret, k, SIZE_MAX);
        for (size_t c = 0; rows[k].by_codebase && s->b->codebases.n > 1 && c < s->b->codebases.n; c++)
            add_draft(s, ret, k, c);
    }
    agreed_place(ret);
    for (size_t i = 0; i < ret->drafts.n; i++) {
        draft_texts(s, &ret->drafts.v[i]);
        draft_provides(s, &ret->drafts.v[i]);
        draft_depends(ret, i);
        draft_estimate(s, &ret->drafts.v[i]);
    }
    return prose_check(s->a, e);
}

static bool speaks_of(const struct phase_outline *o, const char *const *words)
{
    return prose_has_any(o->title, words) || prose_has_any(o->goal, words);
}

const struct draft *blueprint_of(const struct blueprint *bp, const struct phase_outline *o, size_t index)
{
    static const struct {
        enum phase_kind kind;
        const char *words[8];
    } by_words[] = {
        {PHASE_DATA, {"data", "schema", "migration", "database", "model*"}},
        {PHASE_API, {"api", "endpoint*", "route*", "http"}},
        {PHASE_FRONTEND, {"frontend", "interface", "ui", "page", "component*"}},
        {PHASE_TESTS, {"test*", "quality", "performance"}},
        {PHASE_OPERATIONS, {"deploy*", "roll-out", "rollout", "monitor*", "release"}},
        {PHASE_DOCS, {"documentation", "docs"}},
        {PHASE_LOGIC, {"logic", "rules", "service*", "core"}},
    };
    for (size_t i = 0; i < bp->drafts.n; i++)
        if (prose_same(bp->drafts.v[i].title, o->title)) return &bp->drafts.v[i];
    for (size_t w = 0; w < countof(by_words); w++)
        for (size_t i = 0; i < bp->drafts.n && speaks_of(o, by_words[w].words); i++)
            if (bp->drafts.v[i].kind == by_words[w].kind) return &bp->drafts.v[i];
    return bp->drafts.n ? &bp->drafts.v[index < bp->drafts.n ? index : bp->drafts.n - 1] : NULL;
}
