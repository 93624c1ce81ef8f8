/* The diagram of an option: what a request passes on its way, drawn from the files and tables that the plan of this
 * option would touch. */
#include "planner/offline/drafts.h"

#include <string.h>
#include "planner/offline/scene/facts.h"
#include "planner/offline/dialogue/strategy.h"

enum { MARK_AS_IT_IS, MARK_CHANGED, MARK_NEW, NAME_WIDTH = 44, FILES_PER_LAYER = 4 };
static const char *const marks[] = {[MARK_AS_IT_IS] = "[ ]", [MARK_CHANGED] = "[~]", [MARK_NEW] = "[+]"};

static void line(struct buf *b, int mark, const char *name, const char *note)
{
    if (!name) return; /* out of memory: the arena says so */
    buf_fmt(b, "%s %s", marks[mark], name);
    if (note && *note) buf_fmt(b, "%*s%s", strlen(name) < NAME_WIDTH ? (int)(NAME_WIDTH - strlen(name)) : 2, "", note);
    buf_char(b, '\n');
}

static void arrow(struct buf *b, const char *what)
{
    buf_fmt(b, "     |%s%s\n     v\n", what ? "  " : "", what ? what : "");
}

/* Of all that is done to the file. */
static const char *ids_of(const struct blueprint *bp, const char *path)
{
    const struct scene *s = bp->s;
    text_list ids = {0};
    for (size_t d = 0; d < bp->drafts.n; d++)
        for (size_t i = 0; i < bp->drafts.v[d].works.n; i++) {
            const struct work *w = &bp->drafts.v[d].works.v[i];
            for (size_t j = 0; w->path && !strcmp(w->path, path) && j < w->needs.n; j++)
                if (!prose_list_has(ids.v, ids.n, w->needs.v[j]->r.id)) prose_list_add(s->a, &ids, w->needs.v[j]->r.id);
        }
    return ids.n ? prose_join(s->a, ids.v, ids.n, 6) : "";
}

static bool drawn(const struct work *w, enum layer l)
{
    static const bool kinds[WORK_KIND_N_] = {[WORK_CHANGE] = true, [WORK_NEW] = true, [WORK_WIRE] = true};
    return kinds[w->kind] && w->path && layer_of_path(w->path) == l && !file_is_test(w->path);
}

/* A layer's files, those of the plan first; without any, the one that requests pass unchanged. */
static size_t layer_lines(const struct blueprint *bp, enum layer l, struct buf *b)
{
    const struct scene *s = bp->s;
    text_list seen = {0};
    size_t more = 0;
    for (size_t d = 0; d < bp->drafts.n; d++)
        for (size_t i = 0; i < bp->drafts.v[d].works.n; i++) {
            const struct work *w = &bp->drafts.v[d].works.v[i];
            if (!drawn(w, l) || prose_list_has(seen.v, seen.n, w->path)) continue;
            if (seen.n >= FILES_PER_LAYER) {
                more++;
                continue;
            }
            prose_list_add(s->a, &seen, w->path);
            line(b, w->change == CHANGE_CREATE ? MARK_NEW : MARK_CHANGED, w->path,
                 w->kind == WORK_WIRE ? "calls what is new" : ids_of(bp, w->path));
        }
    if (more) buf_fmt(b, "    and %zu more\n", more);
    return seen.n;
}

static const char *endpoint_mark(const struct scene *s, const struct extract_endpoint *ep)
{
    const char *at = fact_cite(s, facts_endpoint(s, ep));
    return at ? "" : " (new)";
}

/* Who begins: a client with the endpoints, somebody at a terminal, or the code that calls. */
static void caller(const struct scene *s, struct buf *b)
{
    size_t n = s->x.endpoints.n;
    if (n == 0) {
        buf_fmt(b, "%s\n",
                scene_layer_count(s, LAYER_CLI)        ? "somebody at a terminal"
                : scene_layer_count(s, LAYER_FRONTEND) ? "somebody with a browser"
                : scene_place(s, LAYER_API)            ? "client"
                                                       : "calling code");
        return;
    }
    buf_str(b, "client: ");
    for (size_t i = 0; i < n && i < 3; i++) {
        const struct extract_endpoint *ep = &s->x.endpoints.v[i];
        buf_fmt(b, "%s%s%s%s%s", i ? ", " : "", ep->method ? ep->method : "", ep->method ? " " : "", ep->path,
                endpoint_mark(s, ep));
    }
    if (n > 3) buf_fmt(b, " and %zu more", n - 3);
    buf_char(b, '\n');
}

/* What stands between the layers for some strategies. */
static const struct {
    enum strategy_id id;
    enum layer before;
    const char *what;
} between[] = {
    {STRATEGY_QUEUE, LAYER_LOGIC, "[+] queue: one entry for each piece of work, kept over a restart"},
    {STRATEGY_CACHE, LAYER_DATA, "[+] cache: dropped by every write behind it"},
    {STRATEGY_SERVICE, LAYER_LOGIC, "[+] network: time limit, retry, works without it"},
    {STRATEGY_FLAG, LAYER_LOGIC, "[+] switch: off, everything goes the way it goes today"},
    {STRATEGY_EDGE, LAYER_LOGIC, "what passed the step above"},
};

static void tables(const struct blueprint *bp, struct buf *b)
{
    const struct scene *s = bp->s;
    const char *migration = NULL;
    text_list names = {0}, columns = {0};
    bool known = false;
    for (size_t d = 0; d < bp->drafts.n; d++)
        for (size_t i = 0; i < bp->drafts.v[d].works.n; i++)
            if (bp->drafts.v[d].works.v[i].kind == WORK_MIGRATION) migration = bp->drafts.v[d].works.v[i].path;
    for (size_t i = 0; i < s->x.tables.n; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        if (t->table && !prose_list_has(names.v, names.n, t->table)) prose_list_add(s->a, &names, t->table);
        if (t->column && !prose_list_has(columns.v, columns.n, t->column)) prose_list_add(s->a, &columns, t->column);
        known = known || facts_table(s, t->table).file;
    }
    if (names.n == 0 && !migration && !scene_has_database(s)) return;
    arrow(b, NULL);
    line(b,
         !migration          ? MARK_AS_IT_IS
         : names.n && !known ? MARK_NEW
                             : MARK_CHANGED,
         names.n ? arena_fmt(s->a, "table %s", prose_join(s->a, names.v, names.n, 3)) : "database",
         migration ? arena_fmt(s->a, "%s%sby %s", columns.n ? prose_join(s->a, columns.v, columns.n, 3) : "",
                               columns.n ? " " : "", migration_label(s, migration))
                   : "schema as it is");
}

const char *diagram_text(const struct blueprint *bp)
{
    static const enum layer order[] = {LAYER_FRONTEND, LAYER_CLI, LAYER_API, LAYER_LOGIC, LAYER_DATA};
    const struct scene *s = bp->s;
    auto_buf b = BUF_INIT(32768);
    caller(s, &b);
    for (size_t i = 0; i < countof(order); i++) {
        auto_buf part = BUF_INIT(8192);
        const struct place *p = scene_place(s, order[i]);
        const char *what = NULL;
        if (layer_lines(bp, order[i], &part) == 0 && order[i] == LAYER_API && p && s->x.endpoints.n > 0)
            line(&part, MARK_AS_IT_IS, p->full, NULL);
        for (size_t j = 0; j < countof(between); j++)
            if (between[j].id == s->strategy && between[j].before == order[i]) what = between[j].what;
        if (part.n == 0 && !what) continue;
        arrow(&b, what);
        buf_add(&b, buf_cstr(&part), part.n);
    }
    tables(bp, &b);
    buf_str(&b, "\n[+] new  [~] changed  [ ] as it is");
    return prose_take(s->a, &b);
}
