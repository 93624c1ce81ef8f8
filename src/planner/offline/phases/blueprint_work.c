/* The files of each phase: what is changed, what is new and where, its tests and its documents. */
#include "planner/offline/phases/blueprint.h"

#include <string.h>
#include "planner/offline/dialogue/strategy.h"

static bool change_tracked(const struct blueprint *bp, const char *full)
{
    return prose_list_has(bp->created.v, bp->created.n, full);
}

/* create, or modify when an earlier step or the tree has the file. */
static int change_of(struct blueprint *bp, size_t codebase, const char *path, const char *full)
{
    struct tree *t = scene_tree(bp->s, codebase);
    if ((t && tree_find(t, path)) || change_tracked(bp, full)) return CHANGE_MODIFY;
    prose_list_add(bp->s->a, &bp->created, full);
    return CHANGE_CREATE;
}

struct work *draft_work(struct blueprint *bp, struct draft *d, enum work_kind kind, size_t codebase, const char *path)
{
    const char *full = path ? scene_path(bp->s, codebase, path) : NULL;
    struct work *w;
    for (size_t i = 0; full && i < d->works.n; i++)
        if (d->works.v[i].path && d->works.v[i].kind == kind && strcmp(d->works.v[i].path, full) == 0)
            return &d->works.v[i];
    w = PUSH(bp->s->a, d->works);
    if (!w) return NULL;
    *w = (struct work){.kind = kind, .path = full, .codebase = codebase};
    if (full) w->change = change_of(bp, codebase, path, full);
    return w;
}

void draft_for(struct blueprint *bp, struct work *w, const struct need *n)
{
    const struct need **slot;
    for (size_t i = 0; w && i < w->needs.n; i++)
        if (w->needs.v[i] == n) return;
    slot = w ? PUSH(bp->s->a, w->needs) : NULL;
    if (slot) *slot = n;
}

void draft_for_all(struct blueprint *bp, struct draft *d, struct work *w)
{
    for (size_t i = 0; i < d->needs.n; i++) draft_for(bp, w, d->needs.v[i]);
}

static enum layer layer_of_phase(const struct draft *d)
{
    static const enum layer of[PHASE_KIND_N_] = {
        [PHASE_BUGFIX] = LAYER_N_,         [PHASE_SMALL] = LAYER_N_,    [PHASE_SETUP] = LAYER_LOGIC,
        [PHASE_REPRODUCE] = LAYER_LOGIC,   [PHASE_PIN] = LAYER_LOGIC,   [PHASE_DATA] = LAYER_DATA,
        [PHASE_LOGIC] = LAYER_LOGIC,       [PHASE_API] = LAYER_API,     [PHASE_CLI] = LAYER_CLI,
        [PHASE_FRONTEND] = LAYER_FRONTEND, [PHASE_TESTS] = LAYER_TESTS, [PHASE_OPERATIONS] = LAYER_OPERATIONS,
        [PHASE_DOCS] = LAYER_DOCS};
    if (of[d->kind] != LAYER_N_) return of[d->kind];
    return d->needs.n ? d->needs.v[0]->layer : LAYER_LOGIC;
}

/* --- code --------------------------------------------------------------------------------------------------------- */
static struct work *new_module(struct blueprint *bp, struct draft *d, const struct place *near)
{
    size_t codebase = 0;
    const struct scene *s = bp->s;
    const char *file = NULL;
    struct work *w;
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].kind == WORK_NEW) return &d->works.v[i];
    if (s->empty && s->lang && s->lang->starter) {
        struct var v[] = {{"name", name_styled(s->a, s->topic, s->lang->file)},
                          {"Name", name_styled(s->a, s->topic, NAME_PASCAL)}};
        file = template_fill(s->a, s->lang->starter, v, countof(v));
    }
    if (!file) file = new_file(s, near, s->topic, &codebase);
    for (int i = 2; file && !s->empty && change_tracked(bp, scene_path(s, codebase, file)) && i < 9; i++)
        file = new_file(s, near,
                        arena_fmt(s->a, "%s %s", s->topic,
                                  layer_of_phase(d) == LAYER_API        ? "endpoint"
                                  : layer_of_phase(d) == LAYER_FRONTEND ? "view"
                                  : layer_of_phase(d) == LAYER_CLI      ? "command"
                                                                        : "part"),
                        &codebase);
    w = file ? draft_work(bp, d, WORK_NEW, codebase, file) : NULL;
    if (w) w->near = near;
    return w;
}

/* A new file for a thing of its own, and the line that makes it known. */
static struct work *thing_work(struct blueprint *bp, struct draft *d, const struct need *n)
{
    const struct scene *s = bp->s;
    const struct need *named = n;
    const char *thing, *file, *registrar;
    struct work *w;
    size_t codebase = 0;
    int64_t line = 0;
    for (size_t i = 0; i < d->needs.n && !need_thing(s, named); i++)
        if (d->needs.v[i]->apart) named = d->needs.v[i];
    thing = need_thing(s, named);
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].kind == WORK_NEW && d->works.v[i].near == n->apart && prose_same(d->works.v[i].note, thing))
            return &d->works.v[i];
    file = thing ? new_file(s, n->apart, thing, &codebase) : NULL;
    w = file ? draft_work(bp, d, WORK_NEW, codebase, file) : NULL;
    if (!w) return NULL;
    w->near = n->apart;
    w->note = thing;
    registrar = registrar_of(s, n->apart, &line);
    if (registrar) {
        struct work *wire = draft_work(bp, d, WORK_WIRE, codebase, registrar);
        if (wire)
            wire->note =
                arena_fmt(s->a, "where `%s` is registered, line %lld", file_base(n->apart->path), (long long)line);
    }
    for (size_t i = 0; i < d->works.n; i++) /* adding the other moved it */
        if (d->works.v[i].kind == WORK_NEW && d->works.v[i].note == thing) return &d->works.v[i];
    return NULL;
}

/* "Move the commands `run` and `shell` to a module of its own": called after what moves. */
static const char *moved_name(const struct scene *s, const struct need *n)
{
    static const char *const own[] = {
        "module of its own", "own module", "another one", "separate module",     "new module", "own file",
        "new file",          "own class",  "own package", "module of their own", NULL};
    static const char *const dull[] = {"code",     "logic", "part",    "parts", "functions",
                                       "function", "class", "classes", "rest"};
    const char *the = strstr(n->r.text, " the "), *tick = strchr(n->r.text, '`');
    size_t len = the ? strcspn(the + 5, " ,.;:(") : 0;
    if (!scene_is(s, KIND_REFACTOR) || !prose_has_any(n->r.text, own)) return NULL;
    for (size_t i = 0; i < countof(dull); i++)
        if (the && span_is((struct span){the + 5, len}, dull[i])) len = 0;
    if (len > 3 && the[5] != '`') return name_words(s->a, arena_dup_n(s->a, the + 5, len));
    return tick ? name_words(s->a, arena_dup_n(s->a, tick + 1, strcspn(tick + 1, "`"))) : NULL;
}

static struct work *moved_work(struct blueprint *bp, struct draft *d, const char *name)
{
    const struct scene *s = bp->s;
    const struct place *from = scene_centre(s);
    size_t codebase = 0;
    const char *file = from ? new_file(s, from, name, &codebase) : NULL;
    struct work *w = file ? draft_work(bp, d, WORK_NEW, codebase, file) : NULL;
    if (w) w->near = from;
    return w;
}

static struct work *cause_work(struct blueprint *bp, struct draft *d)
{
    for (size_t i = 0; i < d->works.n; i++)
        if (d->works.v[i].kind == WORK_CHANGE && !d->works.v[i].path) return &d->works.v[i];
    return draft_work(bp, d, WORK_CHANGE, 0, NULL);
}

/* Where a requirement goes when no new file is wanted. */
static const struct place *kept_place(const struct need *n, const struct place *fallback)
{
    return n->place ? n->place : n->apart ? n->apart : fallback;
}

/* A phase for those who call the rules follows: nobody else has to. */
static bool called_later(const struct scene *s)
{
    return scene_layer_count(s, LAYER_API) + scene_layer_count(s, LAYER_CLI) + scene_layer_count(s, LAYER_FRONTEND) > 0;
}

/* Rust knows a file only when a module names it. */
static void register_module(struct blueprint *bp, struct draft *d)
{
    for (size_t i = 0, n = d->works.n; i < n; i++) {
        const struct work w = d->works.v[i];
        int64_t line = 0;
        const char *in = w.kind == WORK_NEW && w.near && strcmp(file_ext(w.path), "rs") == 0
                             ? registrar_of(bp->s, w.near, &line)
                             : NULL;
        struct work *wire = in ? draft_work(bp, d, WORK_WIRE, w.codebase, in) : NULL;
        if (wire)
            wire->note =
                arena_fmt(bp->s->a, "where `%s` is declared, line %lld", file_base(w.near->path), (long long)line);
    }
}

/* Of the layer's files the one that most requirements meet; NULL: none meets one. */
static const struct place *most_used(const struct scene *s, enum layer l)
{
    const struct place *best = NULL;
    size_t top = 0;
    for (size_t i = 0; i < s->needs.n; i++) {
        const struct place *p = s->needs.v[i].place;
        size_t n = 0;
        for (size_t j = 0; p && p->layer == l && j < s->needs.n; j++) n += s->needs.v[j].place == p;
        if (n > top) top = n, best = p;
    }
    return best;
}

/* A file that only stands for its layer gives way to the one that the ticket is about. */
static const struct place *settled_home(const struct scene *s, enum layer l)
{
    const struct place *home = scene_home(s, l), *centre = scene_centre(s), *used = most_used(s, l);
    bool met = false;
    if (used && s->strategy == STRATEGY_EXTEND) return used;
    for (size_t i = 0; i < s->needs.n; i++) met = met || s->needs.v[i].place == centre;
    return home && home->score == 0 && centre && met && l == LAYER_LOGIC && s->strategy == STRATEGY_EXTEND ? centre
                                                                                                           : home;
}

static void code_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    enum layer l = layer_of_phase(d);
    const struct place *fallback = settled_home(s, l);
    bool fresh = l == scene_fresh_layer(s);
    bool extends = s->strategy == STRATEGY_EXTEND && !prose_blank(s->b->own); /* asked for: no new file */
    bool unfound = s->strategy == STRATEGY_FIX && !s->empty; /* a fault is not mended by a new module */
    const struct place *wired = NULL;
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct need *n = d->needs.v[i];
        const struct place *p = extends                                         ? kept_place(n, fallback)
                                : fresh || n->apart                             ? NULL
                                : n->place                                      ? n->place
                                : fallback && fallback->layer != l && !s->small ? NULL
                                                                                : fallback;
        const char *moved = moved_name(s, n);
        struct work *w = moved      ? moved_work(bp, d, moved)
                         : p        ? draft_work(bp, d, WORK_CHANGE, p->codebase, p->path)
                         : unfound  ? cause_work(bp, d)
                         : n->apart ? thing_work(bp, d, n)
                                    : new_module(bp, d, fallback);
        if (!w) continue;
        if (moved) {
            wired = scene_centre(s);
            draft_for(bp, w, n);
            continue;
        }
        if (n->apart && !p && !unfound) {
            draft_for(bp, w, n);
            continue;
        }
        if (p) w->place = p;
        else if (!wired || n->place) wired = n->place ? n->place : fallback && fallback->score > 0 ? fallback : wired;
        draft_for(bp, w, n);
    }
    register_module(bp, d);
    if (wired && file_is_code(wired->path) && (wired->mentioned || l != LAYER_LOGIC || !called_later(s))) {
        bool has = false;
        for (size_t i = 0; i < d->works.n; i++) has = has || d->works.v[i].place == wired;
        struct work *w = has ? NULL : draft_work(bp, d, WORK_WIRE, wired->codebase, wired->path);
        if (w) w->place = wired;
    }
}

/* --- the other phases --------------------------------------------------------------------------------------------- */
const char *project_path(const struct scene *s, const char *template)
{
    struct var v[] = {{"name", name_styled(s->a, s->topic, s->lang->file)},
                      {"Name", name_styled(s->a, s->topic, NAME_PASCAL)},
                      {"kebab", name_styled(s->a, s->topic, NAME_KEBAB)}};
    return template ? template_fill(s->a, template, v, countof(v)) : NULL;
}

const char *project_test_command(const struct scene *s)
{
    return s->empty && s->lang ? s->lang->test_command : NULL;
}

static void setup_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    const char *starter = s->lang ? project_path(s, s->lang->starter) : NULL;
    if (!starter) return;
    (void)draft_work(bp, d, WORK_MANIFEST, 0, s->lang->manifest);
    (void)draft_work(bp, d, WORK_NEW, 0, starter);
    draft_test(bp, d, 0, starter, WORK_TEST);
    (void)draft_work(bp, d, WORK_DOC, 0, "README.md");
}

/* Where people who run it look: a page of its own where there is a folder for it, else the README. */
static const char *runbook(const struct scene *s)
{
    struct tree *t = scene_tree(s, 0);
    if (t && tree_is_dir(t, "docs"))
        return arena_fmt(s->a, "docs/%s-rollout.md", name_styled(s->a, s->topic, NAME_KEBAB));
    return document_in(s, "README.md");
}

/* The module that an earlier phase makes: what it counts and logs is written there. */
static struct work *made_before(struct blueprint *bp, struct draft *d)
{
    for (size_t i = 0; i < bp->drafts.n && &bp->drafts.v[i] != d; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n; j++) {
            const struct work *w = &bp->drafts.v[i].works.v[j];
            if (w->kind == WORK_NEW && w->path) return draft_work(bp, d, WORK_CHANGE, w->codebase, work_inner_path(w));
        }
    return NULL;
}

static void operations_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    const struct place *p = scene_home(s, LAYER_LOGIC);
    const char *page = runbook(s);
    struct work *w;
    text_list order; /* with one thing to release there is no order to keep */
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct place *own = d->needs.v[i]->place ? d->needs.v[i]->place : p;
        if (d->needs.v[i]->measured && (!d->needs.v[i]->place || d->needs.v[i]->place->layer != LAYER_OPERATIONS)) {
            draft_for(bp, draft_work(bp, d, WORK_MEASURE, 0, NULL), d->needs.v[i]);
            continue;
        }
        if (d->needs.v[i]->apart) {
            draft_for(bp, thing_work(bp, d, d->needs.v[i]), d->needs.v[i]);
            continue;
        }
        w = !d->needs.v[i]->place && !scene_is(s, KIND_INFRASTRUCTURE) ? made_before(bp, d) : NULL;
        if (w) {
            draft_for(bp, w, d->needs.v[i]);
            continue;
        }
        w = own ? draft_work(bp, d, own->layer == LAYER_OPERATIONS ? WORK_CONFIG : WORK_CHANGE, own->codebase,
                             own->path)
                : NULL;
        if (w) w->place = own;
        if (w) draft_for(bp, w, d->needs.v[i]);
    }
    if (d->works.n == 0 || (is_deployed(s) && draft_releases(s, &order) > 1))
        (void)draft_work(bp, d, WORK_RELEASE, 0, page);
}

/* --- tables of phases --------------------------------------------------------------------------------------------- */
static void small_works(struct blueprint *bp, struct draft *d)
{
    if (scene_is(bp->s, KIND_UPGRADE) && !bp->s->empty) {
        draft_upgrade(bp, d);
        return;
    }
    if (layer_of_phase(d) == LAYER_DOCS) docs_works(bp, d);
    else code_works(bp, d);
}

/* The switch comes before what it switches: in the first phase that people outside see. */
static void flag_work(struct blueprint *bp, struct draft *d)
{
    size_t codebase = 0;
    const char *path;
    if (d->kind < PHASE_API || d->kind > PHASE_FRONTEND || !flag_wanted(bp->s)) return;
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n; j++)
            if (bp->drafts.v[i].works.v[j].kind == WORK_FLAG) return;
    path = flag_file(bp->s, &codebase);
    if (path) (void)draft_work(bp, d, WORK_FLAG, codebase, path);
}

/* The test that pins behaviour before it moves; NULL: none. */
static const char *pins(const struct blueprint *bp)
{
    for (size_t i = 0; i < bp->drafts.n; i++)
        if (bp->drafts.v[i].kind == PHASE_PIN) return bp->drafts.v[i].test_file;
    return NULL;
}

void draft_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    bool first_code = true;
    for (size_t i = 0; i + 1 < bp->drafts.n; i++) first_code = first_code && bp->drafts.v[i].kind < PHASE_DATA;
    if (first_code && d->kind >= PHASE_DATA && d->kind <= PHASE_FRONTEND &&
        (s->strategy == STRATEGY_INDEX || s->strategy == STRATEGY_CACHE))
        (void)draft_work(bp, d, WORK_MEASURE, 0, NULL);
    flag_work(bp, d);
    switch (d->kind) {
    case PHASE_BUGFIX:
        pin_works(bp, d, WORK_REPRODUCE);
        small_works(bp, d);
        break;
    case PHASE_SMALL:
        small_works(bp, d);
        if (!scene_is(s, KIND_UPGRADE)) draft_tests(bp, d);
        break;
    case PHASE_SETUP: setup_works(bp, d); break;
    case PHASE_REPRODUCE: pin_works(bp, d, WORK_REPRODUCE); break;
    case PHASE_PIN: pin_works(bp, d, WORK_PIN); break;
    case PHASE_DATA:
        data_works(bp, d);
        draft_tests(bp, d);
        break;
    case PHASE_LOGIC:
        small_works(bp, d);
        if (pins(bp)) d->test_file = pins(bp); /* nothing new to show: what is pinned holds */
        else if (!scene_is(s, KIND_UPGRADE)) draft_tests(bp, d);
        break;
    case PHASE_API:
    case PHASE_CLI:
    case PHASE_FRONTEND:
        code_works(bp, d);
        draft_tests(bp, d);
        break;
    case PHASE_TESTS: tests_works(bp, d); break;
    case PHASE_OPERATIONS: operations_works(bp, d); break;
    case PHASE_SWITCH: switch_works(bp, d); break;
    case PHASE_CONTRACT: contract_works(bp, d); break;
    case PHASE_DOCS: docs_works(bp, d); break;
    case PHASE_KIND_N_: break;
    }
}
