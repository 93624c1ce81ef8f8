/* Making the scene: extraction over everything the people wrote, requirements, files, kinds, size. */
#include "planner/offline/scene/scene.h"

#include <string.h>
#include "planner/offline/scene/facts.h"
#include "planner/offline/scene/shape.h"

const struct survey *scene_survey(const struct scene *s, size_t codebase)
{
    return codebase < s->b->codebases.n ? s->b->codebases.v[codebase].survey : NULL;
}

struct tree *scene_tree(const struct scene *s, size_t codebase)
{
    return codebase < s->b->codebases.n ? s->b->codebases.v[codebase].tree : NULL;
}

const char *scene_path(const struct scene *s, size_t codebase, const char *path)
{
    const char *alias = codebase > 0 && codebase < s->b->codebases.n ? s->b->codebases.v[codebase].base.alias : NULL;
    return alias && path ? arena_fmt(s->a, "%s//%s", alias, path) : path;
}

size_t scene_layer_count(const struct scene *s, enum layer l)
{
    size_t n = 0;
    for (size_t i = 0; i < s->needs.n; i++) n += s->needs.v[i].layer == l;
    return n;
}

bool scene_has_database(const struct scene *s)
{
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        const struct survey *sv = scene_survey(s, c);
        if (sv && (sv->migrations.n > 0 || sv->database.n > 0)) return true;
    }
    return s->x.tables.n > 0;
}

const struct survey_migrations *scene_migrations(const struct scene *s, size_t *ret_codebase)
{
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        const struct survey *sv = scene_survey(s, c);
        if (!sv || sv->migrations.n == 0) continue;
        *ret_codebase = c;
        return &sv->migrations.v[0];
    }
    return NULL;
}

/* A header whose source is among the places too stands back for it. */
static bool is_header(const struct scene *s, const struct place *p)
{
    const char *ext = file_ext(p->path);
    if (ext[0] != 'h' || (ext[1] != '\0' && strcmp(ext, "hpp") != 0)) return false;
    for (size_t i = 0; i < s->places.n; i++)
        if (!s->places.v[i].test && s->places.v[i].codebase == p->codebase && file_ext(s->places.v[i].path)[0] == 'c')
            return true;
    return false;
}

const struct place *scene_place(const struct scene *s, enum layer l)
{
    for (size_t i = 0; i < s->places.n; i++)
        if (s->places.v[i].layer == l && !s->places.v[i].test && !is_header(s, &s->places.v[i]) &&
            !(l == LAYER_DATA && strstr(s->places.v[i].path, "migration")) &&
            (l == LAYER_DOCS || l == LAYER_OPERATIONS || file_is_code(s->places.v[i].path)))
            return &s->places.v[i];
    return NULL;
}

const char *scene_cite(const struct scene *s, const struct place *p)
{
    return p->line > 0 ? arena_fmt(s->a, "`%s:%lld`", p->full, (long long)p->line) : arena_fmt(s->a, "`%s`", p->full);
}

bool scene_text_has(const struct scene *s, const char *const *words)
{
    return prose_has_any(s->title, words) || prose_has_any(s->b->ticket.body, words) ||
           prose_has_any(s->b->constraints, words);
}

const char *without_code(const struct scene *s, const char *text)
{
    auto_buf b = BUF_INIT(16384);
    bool code = false;
    if (!text || !strchr(text, '`')) return text;
    for (const char *p = text; *p; p++) {
        if (*p == '`') code = !code, buf_char(&b, ' ');
        else if (!code) buf_char(&b, *p);
    }
    return prose_take(s->a, &b);
}

/* --- requirements ------------------------------------------------------------------------------------------------- */
bool limit_is_time(const struct extract_limit *l)
{
    static const char *const units[] = {"ms",     "milliseconds", "millisecond", "s",     "sec",  "seconds",
                                        "second", "minutes",      "minute",      "hours", "hour", "rps",
                                        "req/s",  "qps",          "percent",     "%",     NULL};
    return prose_has_any(l->unit, units) || strstr(l->unit, "/s") || prose_has_word(l->unit, "per second");
}

const char *limit_text(const struct scene *s, const struct extract_limit *l)
{
    static const char *const words[] = {
        [BOUND_EXACT] = "", [BOUND_AT_MOST] = "at most ", [BOUND_AT_LEAST] = "at least "};
    return arena_fmt(s->a, "%s%s%s%s", words[l->bound], l->value, l->unit[0] && l->unit[0] != '%' ? " " : "", l->unit);
}

static bool has_measure(const struct scene *s, const struct requirement *r)
{
    static const char *const units[] = {"ms",     "milliseconds", "millisecond", "s",          "seconds",
                                        "second", "rps",          "req/s",       "percentile", NULL};
    for (size_t i = 0; i < s->x.limits.n; i++) {
        const struct extract_limit *l = &s->x.limits.v[i];
        if (l->line != r->line || !strstr(r->text, l->value)) continue;
        if (prose_has_any(l->unit, units) && l->bound != BOUND_EXACT &&
            (prose_has_any(l->unit, (const char *const[]){"ms", "milliseconds", "millisecond", NULL}) ||
             prose_has_any(r->text,
                           (const char *const[]){"take", "takes", "respond*", "answer*", "within", "latency", "load*",
                                                 "under", "percentile", "fast*", "finish*", "complete*", NULL})))
            return true;
        if (strstr(l->unit, "/s") || prose_has_word(l->unit, "per second")) return true;
    }
    return false;
}

/* The longest of those it names, with its method before those without: "DELETE /tokens/{id}" rather than "/tokens". */
static const struct extract_endpoint *endpoint_of(const struct scene *s, const struct requirement *r)
{
    const struct extract_endpoint *best = NULL;
    size_t top = 0;
    for (size_t i = 0; r->text && i < s->x.endpoints.n; i++) {
        const struct extract_endpoint *ep = &s->x.endpoints.v[i];
        size_t score = strstr(r->text, ep->path) ? 2 * strlen(ep->path) : 0;
        if (score > 0 && ep->method && prose_has_word(r->text, ep->method)) score++;
        if (score > top) top = score, best = ep;
    }
    return best;
}

/* Of a long paragraph the sentence that demands. */
static const char *quote_of(const struct scene *s, const char *text, const char *line)
{
    enum { LONG_LINE = 200 };
    const char *bare = line && strlen(line) > LONG_LINE ? prose_bare(s->a, text) : NULL;
    return bare && strstr(line, bare) ? prose_short(s->a, text, 500) : line;
}

static void add_need(struct scene *s, const char *text, const char *quote, const char *source, int64_t line)
{
    struct need *n;
    if (!text || !*text || s->needs.n >= EXTRACT_MAX_REQUIREMENTS) return;
    n = PUSH(s->a, s->needs);
    if (!n) return;
    quote = quote_of(s, text, quote);
    n->r = (struct requirement){.id = arena_fmt(s->a, "R%zu", s->needs.n),
                                .text = prose_sentence(s->a, text),
                                .quote = quote,
                                .source = source,
                                .line = line};
    if (!n->r.id || prose_blank(n->r.text)) s->needs.n--;
}

/* Constraints bind like the ticket: every sentence or bullet of them. */
static enum err_kind add_constraints(struct scene *s, struct err *e)
{
    struct extract x;
    const char *text = s->b->constraints ? arena_fmt(s->a, "## Requirements\n%s", s->b->constraints) : NULL;
    enum err_kind k = text ? planner_extract(NULL, text, strlen(text), s->a, &x, e) : ERR_OK;
    if (k != ERR_OK || !text) return k;
    for (size_t i = 0; i < x.requirements.n; i++)
        add_need(s, x.requirements.v[i].text, x.requirements.v[i].quote, "constraints", x.requirements.v[i].line - 1);
    if (x.requirements.n == 0 && !prose_blank(s->b->constraints))
        add_need(s, prose_short(s->a, s->b->constraints, 500), prose_short(s->a, s->b->constraints, 500), "constraints",
                 1);
    return ERR_OK;
}

/* Files that came as tickets demand too, in sections that say so. */
static enum err_kind add_from_files(struct scene *s, struct err *e)
{
    for (size_t i = 0; i < s->b->files.n; i++) {
        const struct brief_file *f = &s->b->files.v[i];
        struct extract x;
        enum err_kind k;
        if (f->reading != READ_TICKET || !f->content) continue;
        k = planner_extract(NULL, f->content, strlen(f->content), s->a, &x, e);
        if (k != ERR_OK) return k;
        for (size_t j = 0; j < x.requirements.n && j < 50; j++)
            add_need(s, x.requirements.v[j].text, x.requirements.v[j].quote, f->path, x.requirements.v[j].line);
    }
    return ERR_OK;
}

static enum err_kind needs_from_ticket(struct scene *s, struct err *e)
{
    enum err_kind k;
    for (size_t i = 0; i < s->x.requirements.n; i++) {
        const struct extract_item *it = &s->x.requirements.v[i];
        bool bare = strncmp(it->text, "Expected: ", 10) == 0; /* of a report: says nothing without its title */
        add_need(s, bare ? arena_fmt(s->a, "%s: expected is %s", s->title, prose_inner(s->a, it->text + 10)) : it->text,
                 it->quote, "ticket", it->line);
    }
    k = add_from_files(s, e);
    if (k != ERR_OK) return k;
    if (s->needs.n == 0) add_need(s, s->title, s->title, "ticket", 0);
    for (size_t i = 0; i < s->b->corrections.n && i < 20; i++)
        if (correction_demands(s->b->corrections.v[i]))
            add_need(s, prose_short(s->a, s->b->corrections.v[i], 500), prose_short(s->a, s->b->corrections.v[i], 500),
                     "correction", 0);
    for (size_t i = 0; i < s->b->answers.n && i < 20; i++) {
        const char *quote = NULL, *text = answer_demand(s, &s->b->answers.v[i], &quote);
        if (text) add_need(s, text, quote, "answer", 0);
    }
    return add_constraints(s, e);
}

static void needs_from_outline(struct scene *s)
{
    for (size_t i = 0; i < s->b->outline->requirements.n; i++) {
        struct need *n = PUSH(s->a, s->needs);
        if (n) n->r = s->b->outline->requirements.v[i];
    }
}

/* --- the rest ----------------------------------------------------------------------------------------------------- */
static enum err_kind schedule(struct scene *s, struct err *e)
{
    struct extract x;
    const char *said = arena_fmt(s->a, "## Timeline\n%s\n\n%s\n", s->b->timeline ? s->b->timeline : "",
                                 s->b->resources ? s->b->resources : "");
    enum err_kind k = said ? planner_extract(NULL, said, strlen(said), s->a, &x, e) : err_nomem(e);
    if (k != ERR_OK) return k;
    if (x.deadline) s->x.deadline = x.deadline;
    if (x.people) s->x.people = x.people;
    if (x.days) s->x.days = x.days;
    return ERR_OK;
}

static bool has_role(const struct scene *s, const char *role)
{
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        const struct survey *sv = scene_survey(s, c);
        for (size_t i = 0; sv && i < sv->dependencies.n; i++)
            if (prose_same(sv->dependencies.v[i].role, role)) return true;
    }
    return false;
}

static void choose_main(struct scene *s)
{
    s->main = s->b->codebases.n ? &s->b->codebases.v[0] : NULL;
    s->empty = true;
    for (size_t c = 0; c < s->b->codebases.n; c++)
        if (s->b->codebases.v[c].survey && s->b->codebases.v[c].survey->files > 0) s->empty = false;
    s->survey = s->main ? s->main->survey : NULL;
    if (s->survey)
        for (size_t i = 0; i < s->survey->languages.n && !s->lang; i++) {
            const struct language *l = language_named(s->survey->languages.v[i].name);
            if (l && l->interface_code) s->lang = l;
        }
    if (!s->lang && s->empty) s->lang = language_in_text(s->b->constraints);
    if (!s->lang && s->empty) s->lang = language_in_text(s->b->ticket.body);
    if (!s->lang && s->empty) s->lang = language_in_text(s->title);
    for (size_t i = 0; i < s->b->answers.n && !s->lang && s->empty; i++)
        s->lang = language_in_text(s->b->answers.v[i].answer);
    if (!s->lang && s->empty) s->lang = language_named("Python");
}

enum err_kind scene_make(const struct brief *b, struct arena *a, struct scene *ret, struct err *e)
{
    struct scene *s = ret;
    enum err_kind k;
    *s = (struct scene){.b = b, .a = a, .facts = arena_alloc(a, sizeof *s->facts)};
    if (!s->facts) return err_nomem(e);
    s->title = prose_bare(a, prose_short(a, b->ticket.title, 200));
    k = planner_extract(b->ticket.title, b->ticket.body, b->ticket.body ? strlen(b->ticket.body) : 0, a, &s->x, e);
    if (k == ERR_OK && prose_blank(s->title)) s->title = prose_bare(a, prose_short(a, s->x.summary, 120));
    if (k == ERR_OK && prose_blank(s->title)) s->title = "Change without a title";
    if (k == ERR_OK) k = schedule(s, e);
    if (k == ERR_OK) k = shape_by_corrections(s, e);
    if (k != ERR_OK) return k;
    choose_main(s);
    places_find(s);
    if (b->outline) needs_from_outline(s);
    else if ((k = needs_from_ticket(s, e)) != ERR_OK) return k;
    for (size_t i = 0; i < s->needs.n; i++) {
        struct need *n = &s->needs.v[i];
        n->endpoint = endpoint_of(s, &n->r);
        n->measured = has_measure(s, &n->r);
        n->layer = LAYER_LOGIC;
    }
    kinds_find(s);
    s->client_only = has_role(s, "UI framework") && !has_role(s, "web framework") && !scene_has_database(s);
    for (size_t i = 0; i < s->needs.n; i++) {
        enum layer l = layer_of_requirement(s, &s->needs.v[i]);
        s->needs.v[i].layer = s->client_only && (l == LAYER_API || l == LAYER_LOGIC) ? LAYER_FRONTEND : l;
    }
    needs_place(s);
    needs_apart(s);
    s->topic = scene_topic(s);
    size_decide(s);
    s->strategy = strategy_chosen(s);
    if ((b->chosen || b->own || b->outline) && prose_blank(b->more)) shape_by_strategy(s);
    return prose_check(a, e);
}
