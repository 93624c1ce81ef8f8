/* The code where this ticket meets it: which files, how a call gets there, what tests and what CI know of it. */
#include "planner/offline/scene/reality.h"

#include <string.h>
#include "planner/offline/scene/facts.h"
#include "planner/offline/dialogue/strategy.h"

enum { MAX_TOUCHED = 6, MAX_CHAIN = 4, MAX_CITED = 4 };

struct finding *say(const struct scene *s, finding_list *l, const char *text)
{
    struct finding *f = text ? PUSH(s->a, *l) : NULL;
    if (f) f->text = text;
    return f;
}

void prove(const struct scene *s, struct finding *f, const char *path, int64_t line, const char *note)
{
    struct evidence *e = f && path ? PUSH(s->a, f->evidence) : NULL;
    if (e) *e = (struct evidence){.path = path, .line = line, .note = note};
}

static void prove_fact(const struct scene *s, struct finding *f, struct fact at)
{
    if (at.file) prove(s, f, at.file->full, at.line, NULL);
}

/* --- files -------------------------------------------------------------------------------------------------------- */
/* The files that requirements meet, each once, the one with most requirements first. */
static size_t touched(const struct scene *s, const struct place **ret, size_t max)
{
    size_t n = 0, counts[64] = {0};
    for (size_t i = 0; i < s->needs.n; i++) {
        const struct place *p = s->needs.v[i].place;
        size_t at = 0;
        if (!p || p->test) continue;
        while (at < n && ret[at] != p) at++;
        if (at == n && n < max) ret[n++] = p;
        if (at < n) counts[at]++;
        for (; at > 0 && at < n && counts[at] > counts[at - 1]; at--) {
            const struct place *q = ret[at];
            size_t c = counts[at];
            ret[at] = ret[at - 1], counts[at] = counts[at - 1];
            ret[at - 1] = q, counts[at - 1] = c;
        }
    }
    return n;
}

static const char *ids_at(const struct scene *s, const struct place *p, size_t *ret_n)
{
    text_list ids = {0};
    for (size_t i = 0; i < s->needs.n; i++)
        if (s->needs.v[i].place == p) prose_list_add(s->a, &ids, s->needs.v[i].r.id);
    *ret_n = ids.n;
    return prose_join(s->a, ids.v, ids.n, 8);
}

static const struct symbol *symbol_at(const struct scene *s, const struct place *p)
{
    for (size_t i = 0; i < s->needs.n; i++)
        if (s->needs.v[i].place == p && s->needs.v[i].symbol) return s->needs.v[i].symbol;
    return NULL;
}

static void touched_files(const struct scene *s, finding_list *l)
{
    const struct place *v[MAX_TOUCHED];
    size_t n = touched(s, v, MAX_TOUCHED), homeless = 0;
    text_list ids = {0};
    for (size_t i = 0; i < n; i++) {
        size_t count;
        const char *who = ids_at(s, v[i], &count);
        const struct symbol *sym = symbol_at(s, v[i]);
        const struct code_file *f = facts_file(s, v[i]->codebase, v[i]->path);
        fact_list users = {0};
        struct finding *said;
        facts_importers(s, v[i]->codebase, v[i]->path, false, &users);
        said = say(s, l,
                   arena_fmt(s->a, "%s %s `%s`%s%s%s", who, count == 1 ? "meets" : "meet", v[i]->full,
                             f ? arena_fmt(s->a, ", %lld lines", (long long)f->lines) : "",
                             sym ? arena_fmt(s->a, ", at `%s`", sym->name) : "",
                             users.n ? arena_fmt(s->a, "; %zu file%s import%s it", users.n, users.n == 1 ? "" : "s",
                                                 users.n == 1 ? "s" : "")
                                     : ""));
        prove(s, said, v[i]->full, sym ? sym->line : v[i]->line, NULL);
        for (size_t j = 0; j < users.n && j < MAX_CITED - 1; j++) prove_fact(s, said, users.v[j]);
    }
    for (size_t i = 0; i < s->needs.n; i++)
        if (!s->needs.v[i].place && ++homeless) prose_list_add(s->a, &ids, s->needs.v[i].r.id);
    if (homeless && homeless == s->needs.n && !s->empty && homeless > 1) {
        const struct place *c = scene_centre(s);
        struct finding *said =
            say(s, l, arena_fmt(s->a, "Nothing in the code does yet what the %zu requirements ask for%s%s", homeless,
                                c ? "; closest is " : "", c ? arena_fmt(s->a, "`%s`", c->full) : ""));
        if (c) prove(s, said, c->full, c->line, c->why);
    } else if (homeless && !s->empty)
        (void)say(s, l,
                  arena_fmt(s->a, "Nothing in the code does what %s %s for, so %s something new",
                            prose_join(s->a, ids.v, ids.n, 8), homeless == 1 ? "asks" : "ask",
                            homeless == 1 ? "it needs" : "they need"));
}

/* --- the way of a call -------------------------------------------------------------------------------------------- */
/* From the file upwards over what imports it, to where nothing does: written from the outside in. */
static void flow(const struct scene *s, finding_list *l)
{
    const struct place *v[MAX_TOUCHED], *start = NULL;
    size_t n = touched(s, v, MAX_TOUCHED), up = 0;
    struct fact chain[MAX_CHAIN];
    const char *path;
    fact_list down = {0};
    text_list names = {0};
    struct finding *said;
    for (size_t i = 0; i < n && !start; i++)
        if (v[i]->layer == LAYER_API || v[i]->layer == LAYER_CLI) start = v[i];
    if (!start) start = n ? v[0] : scene_centre(s);
    if (!start || !facts_file(s, start->codebase, start->path)) return;
    for (path = start->path; up < MAX_CHAIN;) {
        fact_list users = {0};
        bool again = false;
        facts_importers(s, start->codebase, path, false, &users);
        if (users.n == 0) break;
        for (size_t i = 0; i < up; i++) again = again || chain[i].file == users.v[0].file;
        if (again || strcmp(users.v[0].file->path, start->path) == 0) break;
        chain[up++] = users.v[0];
        path = users.v[0].file->path;
    }
    facts_imports(s, start->codebase, start->path, &down);
    if (up == 0 && down.n == 0) return;
    for (size_t i = up; i > 0; i--) tick_add(s->a, &names, chain[i - 1].file->full);
    tick_add(s->a, &names, start->full);
    said = say(s, l,
               arena_fmt(s->a, "%s: %s%s%s",
                         start->layer == LAYER_API   ? "A request passes"
                         : start->layer == LAYER_CLI ? "A command passes"
                                                     : "Calls come by",
                         prose_join(s->a, names.v, names.n, 0), down.n ? ", which builds on " : "",
                         down.n ? prose_join(s->a,
                                             (const char *const[]){arena_fmt(s->a, "`%s`", down.v[0].file->full),
                                                                   down.n > 1 ? arena_fmt(s->a, "`%s`",
                                                                                          down.v[1].file->full)
                                                                              : "",
                                                                   down.n > 2 ? arena_fmt(s->a, "`%s`",
                                                                                          down.v[2].file->full)
                                                                              : ""},
                                             down.n > 3 ? 3 : down.n, 3)
                                : ""));
    for (size_t i = up; i > 0; i--) prove_fact(s, said, chain[i - 1]);
    for (size_t i = 0; i < down.n && i < 1; i++) prove(s, said, start->full, down.v[i].line, NULL);
}

/* --- what the ticket names ---------------------------------------------------------------------------------------- */
static void endpoints(const struct scene *s, finding_list *l)
{
    for (size_t i = 0; i < s->x.endpoints.n && i < 4; i++) {
        const struct extract_endpoint *ep = &s->x.endpoints.v[i];
        struct fact at = facts_endpoint(s, ep);
        const char *name = arena_fmt(s->a, "`%s%s%s`", ep->method ? ep->method : "", ep->method ? " " : "", ep->path);
        if (at.file) prove_fact(s, say(s, l, arena_fmt(s->a, "%s is served today", name)), at);
        else if (!s->empty && facts_of(s)->files.n > 0 && !facts_of(s)->partial)
            (void)say(s, l,
                      arena_fmt(s->a, "%s is served nowhere in the %zu source files, so it is new", name,
                                facts_of(s)->files.n));
    }
}

static void tables(const struct scene *s, finding_list *l)
{
    text_list seen = {0};
    for (size_t i = 0; i < s->x.tables.n && seen.n < 4; i++) {
        const char *table = s->x.tables.v[i].table, *column = s->x.tables.v[i].column;
        struct fact at;
        if (!table || prose_list_has(seen.v, seen.n, table)) continue;
        prose_list_add(s->a, &seen, table);
        at = facts_table(s, table);
        if (at.file)
            prove_fact(s,
                       say(s, l,
                           arena_fmt(s->a, "Table `%s` is there%s", table,
                                     column && !prose_has_word(at.file->content, column)
                                         ? arena_fmt(s->a, ", without a column `%s`", column)
                                         : "")),
                       at);
        else if (!s->empty && !facts_of(s)->partial)
            (void)say(s, l,
                      arena_fmt(s->a, "No migration or model of this repository has a table `%s`%s", table,
                                column ? ", although the ticket wants a column in it" : ""));
    }
}

void reality_architecture(const struct scene *s, finding_list *l)
{
    if (s->empty) return;
    touched_files(s, l);
    flow(s, l);
    endpoints(s, l);
    tables(s, l);
}

/* --- tests -------------------------------------------------------------------------------------------------------- */
void reality_testing(const struct scene *s, finding_list *l)
{
    const struct place *v[MAX_TOUCHED];
    size_t n = touched(s, v, MAX_TOUCHED);
    text_list bare = {0};
    for (size_t i = 0; i < n; i++) {
        fact_list tests = {0};
        bool exists = false;
        const char *test = test_file_for(s, v[i]->codebase, v[i]->path, &exists);
        struct finding *said;
        if (!file_is_code(v[i]->path)) continue;
        facts_importers(s, v[i]->codebase, v[i]->path, true, &tests);
        if (tests.n == 0 && exists) {
            said = say(s, l, arena_fmt(s->a, "`%s` bears the name of `%s`", scene_path(s, v[i]->codebase, test),
                                       v[i]->full));
            prove(s, said, scene_path(s, v[i]->codebase, test), 0, NULL);
        } else if (tests.n == 0) {
            tick_add(s->a, &bare, v[i]->full);
        } else {
            text_list names = {0};
            for (size_t j = 0; j < tests.n; j++) tick_add(s->a, &names, tests.v[j].file->full);
            bool set_up = true; /* fixtures are no tests */
            for (size_t j = 0; j < tests.n; j++) set_up = set_up && layer_of_path(tests.v[j].file->path) != LAYER_TESTS;
            said = say(s, l,
                       arena_fmt(s->a,
                                 set_up ? "The tests set `%s` up in %s; none is about it" : "`%s` is exercised by %s",
                                 v[i]->full, prose_join(s->a, names.v, names.n, 3)));
            for (size_t j = 0; j < tests.n && j < MAX_CITED; j++) prove_fact(s, said, tests.v[j]);
        }
    }
    if (bare.n)
        (void)say(s, l, arena_fmt(s->a, "No test imports %s or bears %s name",
                                  prose_join(s->a, bare.v, bare.n, 4), bare.n == 1 ? "its" : "their"));
}

/* --- deployment --------------------------------------------------------------------------------------------------- */
static const char *triggers_text(const struct scene *s, const struct survey_ci *ci)
{
    text_list l = {0};
    for (size_t i = 0; i < ci->triggers.n; i++) prose_list_add(s->a, &l, ci->triggers.v[i]);
    return l.n ? arena_fmt(s->a, " on %s", prose_join(s->a, l.v, l.n, 3)) : "";
}

static void ci_runs(const struct scene *s, size_t codebase, const struct survey_ci *ci, finding_list *l)
{
    text_list commands = {0};
    struct finding *said;
    const char *alias = codebase ? s->b->codebases.v[codebase].base.alias : NULL;
    bool migrates = false;
    for (size_t i = 0; i < ci->commands.n; i++) {
        tick_add(s->a, &commands, prose_short(s->a, ci->commands.v[i].text, 60));
        migrates = migrates || prose_has_any(ci->commands.v[i].text,
                                             (const char *const[]){"migrate*", "alembic", "upgrade", "knex", "flyway",
                                                                   "liquibase", "prisma", NULL});
    }
    if (commands.n == 0) return;
    said =
        say(s, l,
            arena_fmt(s->a, "%s%s%s%s runs %s%s", alias ? alias : "", alias ? ": " : "", ci->system ? ci->system : "CI",
                      triggers_text(s, ci), prose_join(s->a, commands.v, commands.n, 5),
                      scene_layer_count(s, LAYER_DATA) == 0 ? ""
                      : migrates                            ? ", so the new migration runs there too"
                                                            : "; the new migration is run by none of them"));
    prove(s, said, scene_path(s, codebase, ci->path), ci->commands.v[0].line, NULL);
}

void reality_deploy(const struct scene *s, finding_list *l)
{
    for (size_t c = 0; c < s->b->codebases.n; c++) {
        const struct survey *sv = scene_survey(s, c);
        for (size_t i = 0; sv && i < sv->ci.n && i < 3; i++) ci_runs(s, c, &sv->ci.v[i], l);
    }
}
