/* What the templates of strategies are filled with. */
#include "planner/offline/dialogue/strategy.h"

#include <string.h>
#include "planner/offline/phases/blueprint.h"

/* When no requirement meets a file: the first of the layer that most of them speak of. */
static const struct place *closest_of_kind(const struct scene *s)
{
    enum layer top = LAYER_N_;
    for (enum layer l = LAYER_DATA; l <= LAYER_FRONTEND; l++)
        if (scene_layer_count(s, l) > (top == LAYER_N_ ? 0 : scene_layer_count(s, top))) top = l;
    return top == LAYER_N_ ? NULL : scene_place(s, top);
}

/* What only holds data does nothing by itself: rules are called from the code that works with it. */
static const struct place *acting(const struct scene *s, const struct place *p)
{
    const struct place *logic =
        p && p->layer == LAYER_DATA && !s->small && !scene_is(s, KIND_BUG) ? scene_place(s, LAYER_LOGIC) : NULL;
    size_t rules = scene_layer_count(s, LAYER_LOGIC);
    return logic && rules * 2 > s->needs.n ? logic : p;
}

const struct place *scene_centre(const struct scene *s)
{
    const struct place *best = NULL;
    size_t top = 0;
    for (size_t i = 0; i < s->needs.n; i++) {
        const struct place *p = s->needs.v[i].place;
        size_t n = 0;
        if (!p || p->test || p->layer == LAYER_DOCS) continue;
        for (size_t j = 0; j < s->needs.n; j++) n += s->needs.v[j].place == p;
        if (n <= top) continue;
        top = n;
        best = p;
    }
    best = acting(s, best);
    if (!best) best = closest_of_kind(s);
    for (size_t i = 0; !best && i < s->places.n; i++) {
        const struct place *p = &s->places.v[i];
        if (!p->test && file_is_code(p->path) && p->layer != LAYER_OPERATIONS && !strstr(p->path, "migration") &&
            strcmp(file_ext(p->path), "sql") != 0)
            best = p;
    }
    return best;
}

/* The first of the layer's own files, else the closest in kind. */
const struct place *scene_home(const struct scene *s, enum layer l)
{
    static const enum layer order[][3] = {[LAYER_DATA] = {LAYER_DATA, LAYER_LOGIC, LAYER_API},
                                          [LAYER_LOGIC] = {LAYER_LOGIC, LAYER_API, LAYER_DATA},
                                          [LAYER_API] = {LAYER_API, LAYER_LOGIC, LAYER_CLI},
                                          [LAYER_CLI] = {LAYER_CLI, LAYER_LOGIC, LAYER_API},
                                          [LAYER_FRONTEND] = {LAYER_FRONTEND, LAYER_FRONTEND, LAYER_FRONTEND}};
    if (l < LAYER_DATA || l > LAYER_FRONTEND) return scene_centre(s);
    for (size_t i = 0; i < 3; i++) {
        const struct place *p = scene_place(s, order[l][i]);
        if (p && !(prose_same(file_ext(p->path), "sql"))) return p;
    }
    return l == LAYER_FRONTEND ? NULL : scene_centre(s);
}

enum layer scene_fresh_layer(const struct scene *s)
{
    static const enum layer order[] = {LAYER_LOGIC, LAYER_API, LAYER_CLI, LAYER_FRONTEND};
    for (size_t i = 0; i < countof(order) && !s->small; i++)
        if (scene_layer_count(s, order[i]) > 0) return strategies[s->strategy].fresh ? order[i] : LAYER_N_;
    return LAYER_N_;
}

/* Where the new module of a fresh strategy would lie, whichever strategy is followed in the end. */
const char *fresh_path(const struct scene *s)
{
    struct scene as_fresh = *s;
    size_t codebase = 0;
    enum layer l;
    const char *file;
    as_fresh.strategy = STRATEGY_MODULE;
    l = scene_fresh_layer(&as_fresh);
    if (l == LAYER_N_) return NULL;
    if (s->empty) return s->lang ? project_path(s, s->lang->starter) : NULL;
    file = new_file(s, scene_home(s, l), s->topic, &codebase);
    return file ? scene_path(s, codebase, file) : NULL;
}

int64_t plain_effort(const struct scene *s)
{
    int64_t minutes = 120;
    for (size_t i = 0; i < s->needs.n; i++)
        minutes += s->needs.v[i].layer == LAYER_DATA ? 180 : s->needs.v[i].layer == LAYER_DOCS ? 45 : 135;
    return minutes;
}

static const char *tables_text(const struct scene *s)
{
    text_list l = {0};
    for (size_t i = 0; i < s->x.tables.n; i++)
        tick_add(s->a, &l, s->x.tables.v[i].table ? s->x.tables.v[i].table : s->x.tables.v[i].column);
    return l.n ? prose_join(s->a, l.v, l.n, 4) : scene_has_database(s) ? "the database" : NULL;
}

static const char *endpoint_text(const struct scene *s)
{
    const struct extract_endpoint *ep = s->x.endpoints.n ? &s->x.endpoints.v[0] : NULL;
    return ep ? arena_fmt(s->a, "`%s%s%s`", ep->method ? ep->method : "", ep->method ? " " : "", ep->path) : NULL;
}

static const char *migrations_text(const struct scene *s)
{
    size_t c;
    const struct survey_migrations *m = scene_migrations(s, &c);
    return m && m->tool
               ? arena_fmt(s->a, "`%s` has %lld %s migrations", scene_path(s, c, m->dir), (long long)m->files, m->tool)
               : NULL;
}

/* What a caller would wait for, in the ticket's words. */
static const char *async_text(const struct scene *s)
{
    static const struct {
        const char *word, *what;
    } rows[] = {
        {"export*", "the export"},        {"import*", "the import"},          {"webhook*", "somebody else's server"},
        {"retry", "the retries"},         {"retries", "the retries"},         {"e-mail*", "the mail server"},
        {"email*", "the mail server"},    {"notification*", "notifications"}, {"batch*", "the batch"},
        {"report*", "the report"},        {"upload*", "the upload"},          {"queue*", "the queued work"},
        {"worker*", "the worker's work"}, {"in the background", "the work"},  {"asynchron*", "the work"}};
    for (size_t i = 0; i < countof(rows); i++)
        if (prose_has_word(s->title, rows[i].word)) return rows[i].what;
    for (size_t i = 0; i < countof(rows); i++)
        for (size_t k = 0; k < s->needs.n; k++)
            if (prose_has_word(without_code(s, s->needs.v[k].r.text), rows[i].word)) return rows[i].what;
    return NULL;
}

static const char *symbol_text(const struct scene *s, const struct place *p)
{
    for (size_t i = 0; p && i < s->needs.n; i++)
        if (s->needs.v[i].place == p && s->needs.v[i].symbol)
            return arena_fmt(s->a, " (`%s`, line %lld)", s->needs.v[i].symbol->name,
                             (long long)s->needs.v[i].symbol->line);
    return "";
}

/* "2 of 5 requirements have", "The one requirement has" */
static const char *counted(const struct scene *s, size_t n, const char *one, const char *many)
{
    if (s->needs.n == 1) return arena_fmt(s->a, "The one requirement %s", one);
    if (n == s->needs.n) return arena_fmt(s->a, "All %zu requirements %s", n, many);
    return arena_fmt(s->a, "%zu of %zu requirements %s", n, s->needs.n, n == 1 ? one : many);
}

size_t strategy_vars(const struct scene *s, struct var ret[STRATEGY_VARS])
{
    const struct place *c = scene_centre(s);
    size_t n = 0, hits = 0;
    bool exists = false;
    const char *fresh = fresh_path(s), *test = c ? test_file_for(s, c->codebase, c->path, &exists) : NULL;
    struct span dir = c ? file_dir(c->full) : (struct span){"", 0};
    for (size_t i = 0; i < s->needs.n; i++) hits += s->needs.v[i].place != NULL;
    ret[n++] = (struct var){"file", c ? arena_fmt(s->a, "`%s`", c->full) : NULL};
    ret[n++] = (struct var){"met", c && hits ? arena_fmt(s->a, "`%s`", c->full) : NULL};
    ret[n++] = (struct var){"calls", c && hits ? arena_fmt(s->a, "; `%s` only calls it", c->full) : ""};
    ret[n++] = (struct var){"gains", c && hits ? arena_fmt(s->a, "`%s` gains one call, the rest is new", c->full)
                                               : "what is there does not change"};
    ret[n++] = (struct var){"dir", !c      ? NULL
                                   : dir.n ? arena_fmt(s->a, "`%.*s/`", (int)dir.n, dir.p)
                                           : arena_fmt(s->a, "`%s`", c->full)};
    ret[n++] = (struct var){"symbol", symbol_text(s, c)};
    ret[n++] = (struct var){"why", c && c->score > 0 ? c->why : NULL};
    ret[n++] = (struct var){"evidence", c ? arena_fmt(s->a, "its words lead to %s (%s)", scene_cite(s, c),
                                                      c->why ? c->why : "the closest file")
                                          : "no further change of design is needed"};
    ret[n++] = (struct var){"new", fresh ? arena_fmt(s->a, "`%s`", fresh) : NULL};
    ret[n++] = (struct var){"test", exists ? arena_fmt(s->a, "`%s`", scene_path(s, c->codebase, test)) : NULL};
    ret[n++] = (struct var){"definitions", c && c->symbols.n > 3 ? arena_fmt(s->a, "%zu", c->symbols.n) : NULL};
    ret[n++] = (struct var){"tables", tables_text(s)};
    ret[n++] = (struct var){"endpoint", endpoint_text(s)};
    ret[n++] = (struct var){"migrations", migrations_text(s)};
    ret[n++] = (struct var){"async", async_text(s)};
    ret[n++] = (struct var){"title", s->title};
    ret[n++] = (struct var){"count", arena_fmt(s->a, "%zu", s->needs.n)};
    ret[n++] = (struct var){"matched", arena_fmt(s->a, "%zu", hits)};
    ret[n++] = (struct var){"some_matched", hits > 0 ? counted(s, hits, "changes", "change") : NULL};
    ret[n++] = (struct var){"unmatched", counted(s, s->needs.n - hits, "has", "have")};
    return n + strategy_facts(s, ret + n);
}

static const char *more_var(const struct scene *s, const char *name)
{
    if (strcmp(name, "language") == 0) return s->lang ? s->lang->name : "";
    if (strcmp(name, "topic") == 0) return s->topic;
    if (strcmp(name, "first") == 0)
        return s->needs.n ? arena_fmt(s->a, "%s (%s)", s->needs.v[0].r.id,
                                      prose_bare(s->a, prose_short(s->a, s->needs.v[0].r.text, 120)))
                          : NULL;
    if (strcmp(name, "manifest") == 0)
        return s->survey && s->survey->manifests.n ? arena_fmt(s->a, "`%s`", s->survey->manifests.v[0].path) : NULL;
    return NULL;
}

const char *strategy_fill(const struct scene *s, const char *template, const struct var *v, size_t n)
{
    struct var used[8];
    size_t n_used = 0;
    for (const char *p = template ? strchr(template, '{') : NULL; p && n_used < countof(used); p = strchr(p + 1, '{')) {
        size_t len = strcspn(p + 1, "}"), i = 0;
        char *name = arena_dup_n(s->a, p + 1, len);
        const char *value = NULL;
        if (!name) return NULL;
        while (i < n && strcmp(v[i].name, name) != 0) i++;
        value = i < n ? v[i].value : more_var(s, name);
        if (!value) return NULL;
        used[n_used++] = (struct var){name, value};
    }
    return template ? template_fill(s->a, template, used, n_used) : NULL;
}
