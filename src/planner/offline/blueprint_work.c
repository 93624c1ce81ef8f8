/* The files of each phase: what is changed, what is new and where, its tests and its documents. */
#include "planner/offline/blueprint.h"

#include <string.h>
#include "planner/offline/strategy.h"

bool change_tracked(const struct blueprint *bp, const char *full)
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

static void for_all(struct blueprint *bp, struct draft *d, struct work *w)
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

/* --- tests -------------------------------------------------------------------------------------------------------- */
static void add_test(struct blueprint *bp, struct draft *d, size_t codebase, const char *source, enum work_kind kind)
{
    bool exists = false;
    const char *file = test_file_for(bp->s, codebase, source, &exists);
    struct work *w = file ? draft_work(bp, d, kind, codebase, file) : NULL;
    if (!w || d->test_file) return;
    d->test_file = w->path;
    d->test_is_new = w->change == CHANGE_CREATE;
}

static const char *inner_path(const struct work *w)
{
    const char *cut = w->path ? strstr(w->path, "//") : NULL;
    return cut ? cut + 2 : w->path;
}

static void tests_for_changes(struct blueprint *bp, struct draft *d)
{
    size_t n = d->works.n, added = 0;
    for (size_t i = 0; i < n && added < 2; i++) {
        struct work w = d->works.v[i];
        if ((w.kind != WORK_CHANGE && w.kind != WORK_NEW) || !language_of_path(w.path) || file_is_test(w.path))
            continue;
        if (!language_of_path(w.path)->test_file) continue;
        add_test(bp, d, w.codebase, inner_path(&w), WORK_TEST);
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

static void code_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    enum layer l = layer_of_phase(d);
    const struct place *fallback = scene_home(s, l);
    bool fresh = l == scene_fresh_layer(s);
    const struct place *wired = NULL;
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct need *n = d->needs.v[i];
        const struct place *p = fresh                                           ? NULL
                                : n->place                                      ? n->place
                                : fallback && fallback->layer != l && !s->small ? NULL
                                                                                : fallback;
        struct work *w = p ? draft_work(bp, d, WORK_CHANGE, p->codebase, p->path) : new_module(bp, d, fallback);
        if (!w) continue;
        if (p) w->place = p;
        else if (!wired || n->place) wired = n->place ? n->place : fallback && fallback->score > 0 ? fallback : wired;
        draft_for(bp, w, n);
    }
    if (wired && file_is_code(wired->path)) {
        bool has = false;
        for (size_t i = 0; i < d->works.n; i++) has = has || d->works.v[i].place == wired;
        struct work *w = has ? NULL : draft_work(bp, d, WORK_WIRE, wired->codebase, wired->path);
        if (w) w->place = wired;
    }
}

static void data_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    size_t codebase = 0;
    const char *down,
        *topic = s->x.tables.n && s->x.tables.v[0].table
                     ? arena_fmt(s->a, "%s %s", s->x.tables.v[0].table,
                                 s->x.tables.n > 1 && s->x.tables.v[1].column ? s->x.tables.v[1].column : s->topic)
                     : s->topic;
    const char *file = migration_file(s, s->x.tables.n ? topic : arena_fmt(s->a, "add %s", s->topic), &down),
               *cut = file ? strstr(file, "//") : NULL;
    struct work *w;
    (void)scene_migrations(s, &codebase);
    w = file ? draft_work(bp, d, WORK_MIGRATION, codebase, cut ? cut + 2 : file) : NULL;
    if (w && down) {
        w->second = down;
        w->second_change = CHANGE_CREATE;
        prose_list_add(s->a, &bp->created, down);
    }
    if (w) for_all(bp, d, w);
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct place *p = d->needs.v[i]->place ? d->needs.v[i]->place : scene_home(s, LAYER_DATA);
        struct work *c = p && p->layer == LAYER_DATA && !strstr(p->path, "migration") && file_is_code(p->path)
                             ? draft_work(bp, d, WORK_CHANGE, p->codebase, p->path)
                             : NULL;
        if (!c) continue;
        c->place = p;
        draft_for(bp, c, d->needs.v[i]);
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
    add_test(bp, d, 0, starter, WORK_TEST);
    (void)draft_work(bp, d, WORK_DOC, 0, "README.md");
}

static void pin_works(struct blueprint *bp, struct draft *d, enum work_kind kind)
{
    const struct place *c = scene_centre(bp->s);
    if (c) add_test(bp, d, c->codebase, c->path, kind);
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

static void tests_works(struct blueprint *bp, struct draft *d)
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
    for_all(bp, d, w);
}

static const char *document_in(const struct scene *s, const char *name)
{
    struct tree *t = scene_tree(s, 0);
    const struct tree_file *f = t ? tree_find(t, name) : NULL;
    return f ? f->path : NULL;
}

/* Where people who run it look: a page of its own where there is a folder for it, else the README. */
static const char *runbook(const struct scene *s)
{
    struct tree *t = scene_tree(s, 0);
    if (t && tree_is_dir(t, "docs"))
        return arena_fmt(s->a, "docs/%s-rollout.md", name_styled(s->a, s->topic, NAME_KEBAB));
    return document_in(s, "README.md");
}

static void operations_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    const struct place *p = scene_home(s, LAYER_LOGIC);
    const char *page = runbook(s);
    struct work *w;
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct place *own = d->needs.v[i]->place ? d->needs.v[i]->place : p;
        w = own ? draft_work(bp, d, own->layer == LAYER_OPERATIONS ? WORK_CONFIG : WORK_CHANGE, own->codebase,
                             own->path)
                : NULL;
        if (w) w->place = own;
        if (w) draft_for(bp, w, d->needs.v[i]);
    }
    (void)draft_work(bp, d, WORK_RELEASE, 0, page);
}

static const char *page_for(const struct scene *s, const struct need *n)
{
    if (prose_has_word(n->r.text, "changelog*")) return "CHANGELOG.md";
    return document_in(s, "README.md") ? "README.md" : "docs/README.md";
}

static void docs_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    for (size_t i = 0; i < d->needs.n; i++) {
        const struct need *n = d->needs.v[i];
        const struct place *p = n->place ? n->place : scene_place(s, LAYER_DOCS);
        bool own_page = !p || p->layer != LAYER_DOCS || prose_has_word(n->r.text, "changelog*");
        draft_for(bp,
                  own_page ? draft_work(bp, d, WORK_DOC, 0, page_for(s, n))
                           : draft_work(bp, d, WORK_DOC, p->codebase, p->path),
                  n);
    }
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

void draft_works(struct blueprint *bp, struct draft *d)
{
    const struct scene *s = bp->s;
    bool first_code = true;
    for (size_t i = 0; i + 1 < bp->drafts.n; i++) first_code = first_code && bp->drafts.v[i].kind < PHASE_DATA;
    if (first_code && d->kind >= PHASE_DATA && d->kind <= PHASE_FRONTEND &&
        (s->strategy == STRATEGY_INDEX || s->strategy == STRATEGY_CACHE))
        (void)draft_work(bp, d, WORK_MEASURE, 0, NULL);
    switch (d->kind) {
    case PHASE_BUGFIX:
        pin_works(bp, d, WORK_REPRODUCE);
        small_works(bp, d);
        break;
    case PHASE_SMALL:
        small_works(bp, d);
        if (!scene_is(s, KIND_UPGRADE)) tests_for_changes(bp, d);
        break;
    case PHASE_SETUP: setup_works(bp, d); break;
    case PHASE_REPRODUCE: pin_works(bp, d, WORK_REPRODUCE); break;
    case PHASE_PIN: pin_works(bp, d, WORK_PIN); break;
    case PHASE_DATA:
        data_works(bp, d);
        tests_for_changes(bp, d);
        break;
    case PHASE_LOGIC:
        small_works(bp, d);
        if (!scene_is(s, KIND_UPGRADE)) tests_for_changes(bp, d);
        break;
    case PHASE_API:
    case PHASE_CLI:
    case PHASE_FRONTEND:
        code_works(bp, d);
        tests_for_changes(bp, d);
        break;
    case PHASE_TESTS: tests_works(bp, d); break;
    case PHASE_OPERATIONS: operations_works(bp, d); break;
    case PHASE_DOCS: docs_works(bp, d); break;
    case PHASE_KIND_N_: break;
    }
}
