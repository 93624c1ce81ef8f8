/* The closing sections: the stack the change rests on, decisions, assumptions, questions. */
#include "planner/offline/closing/closing.h"

#include <string.h>
#include "planner/offline/change/edit.h"
#include "planner/offline/dialogue/strategy.h"

void waive(const struct scene *s, struct closing *c, const char *section, const char *reason)
{
    struct waived_section *w = PUSH(s->a, c->not_applicable);
    if (w) *w = (struct waived_section){.section = section, .reason = reason};
}

/* --- stack -------------------------------------------------------------------------------------------------------- */
static void cite(const struct scene *s, struct stack_choice *x, const char *path, int64_t line)
{
    struct evidence *e = path && scene_tree(s, 0) && tree_find(scene_tree(s, 0), path) ? PUSH(s->a, x->evidence) : NULL;
    if (e) *e = (struct evidence){.path = path, .line = line};
}

static const char *stack_tables(const struct scene *s, const struct blueprint *bp)
{
    text_list l = {0};
    for (size_t i = 0; i < s->x.tables.n; i++) tick_add(s->a, &l, s->x.tables.v[i].table);
    (void)bp;
    return l.n ? prose_join(s->a, l.v, l.n, 3) : NULL;
}

static const char *stack_endpoints(const struct scene *s, const struct blueprint *bp)
{
    text_list l = {0};
    for (size_t i = 0; i < s->x.endpoints.n; i++) tick_add(s->a, &l, s->x.endpoints.v[i].path);
    (void)bp;
    return l.n ? prose_join(s->a, l.v, l.n, 2) : NULL;
}

static const char *stack_tests(const struct scene *s, const struct blueprint *bp)
{
    text_list l = {0};
    for (size_t i = 0; i < bp->drafts.n; i++) tick_add(s->a, &l, bp->drafts.v[i].test_file);
    return l.n ? prose_join(s->a, l.v, l.n, 2) : NULL;
}

static const char *files_in(const struct scene *s, const struct blueprint *bp, enum layer layer)
{
    text_list l = {0};
    for (size_t i = 0; i < bp->drafts.n; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n; j++) {
            const char *path = bp->drafts.v[i].works.v[j].path;
            if (path && file_is_code(path) && layer_of_path(path) == layer) tick_add(s->a, &l, path);
        }
    return l.n ? prose_join(s->a, l.v, l.n, 2) : NULL;
}

static const char *stack_pages(const struct scene *s, const struct blueprint *bp)
{
    return files_in(s, bp, LAYER_FRONTEND);
}
static const char *stack_commands(const struct scene *s, const struct blueprint *bp)
{
    return files_in(s, bp, LAYER_CLI);
}

/* What a dependency's role has to do with this change; NULL from the function: nothing. */
static const struct {
    const char *role, *text;
    const char *(*concerns)(const struct scene *s, const struct blueprint *bp);
    enum layer layer;
} role_rows[] = {
    {"web framework", "serves {what}", stack_endpoints, LAYER_API},
    {"validation", "checks what reaches {what}", stack_endpoints, LAYER_API},
    {"ORM", "reads and writes {what}", stack_tables, LAYER_DATA},
    {"query builder", "reads and writes {what}", stack_tables, LAYER_DATA},
    {"database driver", "carries {what}", stack_tables, LAYER_DATA},
    {"migrations", "changes the schema of {what}", stack_tables, LAYER_DATA},
    {"UI framework", "draws {what}", stack_pages, LAYER_FRONTEND},
    {"browser tests", "shows {what} in a browser", stack_pages, LAYER_FRONTEND},
    {"command line", "reads the options of {what}", stack_commands, LAYER_CLI},
    {"test framework", "runs {what}", stack_tests, LAYER_N_},
    {"queue", "carries the work of the background", NULL, LAYER_LOGIC},
};

static const char *role_text(const struct scene *s, const struct blueprint *bp, const char *role)
{
    for (size_t i = 0; i < countof(role_rows); i++) {
        const char *what;
        if (!prose_same(role, role_rows[i].role)) continue;
        if (role_rows[i].layer != LAYER_N_ && scene_layer_count(s, role_rows[i].layer) == 0) return NULL;
        what = role_rows[i].concerns ? role_rows[i].concerns(s, bp) : NULL;
        if (!what && role_rows[i].concerns) return NULL;
        return what ? FILL(s->a, role_rows[i].text, {"what", what}) : role_rows[i].text;
    }
    return NULL;
}

static void stack_languages(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    for (size_t i = 0; i < s->survey->languages.n && c->stack.n < 3; i++) {
        const struct survey_language *l = &s->survey->languages.v[i];
        text_list files = {0};
        struct stack_choice *x;
        for (size_t k = 0; k < bp->drafts.n; k++)
            for (size_t j = 0; j < bp->drafts.v[k].works.n; j++) {
                const char *path = bp->drafts.v[k].works.v[j].path;
                const struct language *of = path ? language_of_path(path) : NULL;
                if (of && prose_same(of->name, l->name)) tick_add(s->a, &files, path);
            }
        x = files.n ? PUSH(s->a, c->stack) : NULL;
        if (!x) continue;
        *x = (struct stack_choice){.choice = l->name,
                                   .why = arena_fmt(s->a, "language of %s", prose_join(s->a, files.v, files.n, 2))};
        cite(s, x, l->example, 0);
    }
}

static void stack_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    const struct survey *sv = s->survey;
    struct stack_choice *x;
    if (s->empty || !sv) {
        x = s->lang ? PUSH(s->a, c->stack) : NULL;
        if (x)
            *x = (struct stack_choice){.choice = s->lang->name,
                                       .why = arena_fmt(s->a, "%s needs one language with its own test runner (`%s`).",
                                                        s->topic, project_test_command(s))};
        return;
    }
    stack_languages(s, bp, c);
    for (size_t i = 0; i < sv->dependencies.n && c->stack.n < 8; i++) {
        const struct survey_dependency *dep = &sv->dependencies.v[i];
        const char *text = dep->role ? role_text(s, bp, dep->role) : NULL;
        bool upgraded = scene_is(s, KIND_UPGRADE) &&
                        (prose_has_word(s->title, dep->name) || prose_has_word(s->b->ticket.body, dep->name));
        if (upgraded) text = arena_fmt(s->a, "what %s raises", s->topic);
        x = text ? PUSH(s->a, c->stack) : NULL;
        if (!x) continue;
        *x = (struct stack_choice){
            .choice = dep->version ? arena_fmt(s->a, "%s %s", dep->name, dep->version) : dep->name, .why = text};
        cite(s, x, dep->path, dep->line);
    }
    if (c->stack.n == 0) waive(s, c, "stack", arena_fmt(s->a, "%s needs no code and adds no technology", s->topic));
}

/* --- decisions, assumptions, questions ---------------------------------------------------------------------------- */
static const struct answer *answered(const struct brief *b, const char *id)
{
    for (size_t i = 0; i < b->answers.n; i++)
        if (prose_same(b->answers.v[i].question, id)) return &b->answers.v[i];
    return NULL;
}

static void decide(const struct scene *s, struct closing *c, const char *what, const char *why, const text_list *others)
{
    struct decision *d = what ? PUSH(s->a, c->decisions) : NULL;
    if (!d) return;
    *d = (struct decision){.decision = what, .why = why};
    if (others) memcpy(&d->alternatives, others, sizeof d->alternatives);
}

/* A default that was taken is an assumption, not a decision of people. */
static bool assumed(const struct scene *s, const struct question *q)
{
    const char *sentence = planner_assumption(q, s->a);
    for (size_t i = 0; sentence && i < s->b->assumptions.n; i++)
        if (prose_same(s->b->assumptions.v[i], sentence)) return true;
    return false;
}

/* What speaks against another option; a file that only it would make is not named, since this plan makes no such file.
 */
static const char *against(const struct scene *s, const struct option *x)
{
    const char *file = fresh_path(s), *text = x->cons.n ? arena_fmt(s->a, "%s: %s", x->title, x->cons.v[0]) : x->title;
    if (!file || !text || !strstr(text, file) || strategies[s->strategy].fresh) return text;
    return edit_replaced(s->a, text, arena_fmt(s->a, "`%s`", file), "a module of its own");
}

/* In its title: the header has it in full. One page with nothing chosen between says it once. */
static void decide_approach(const struct scene *s, struct closing *c)
{
    const struct options *o = s->b->options;
    const struct option *taken = NULL;
    text_list others = {0};
    const char *chosen = s->b->chosen ? s->b->chosen : o ? o->recommended : NULL, *what, *why;
    for (size_t i = 0; o && i < o->options.n; i++) {
        const struct option *x = &o->options.v[i];
        if (prose_same(x->id, chosen) && prose_blank(s->b->own)) taken = x;
        else prose_list_add(s->a, &others, against(s, x));
    }
    if (s->small && !taken && others.n == 0 && prose_blank(s->b->own)) return;
    what = taken ? arena_fmt(s->a, "Option %s: %s.", taken->id, taken->title) : approach_text(s);
    why = taken && taken->pros.n && prose_blank(s->b->choice_reason) ? prose_sentence(s->a, taken->pros.v[0])
                                                                     : approach_why_text(s);
    decide(s, c, what, why, &others);
}

static void decisions_write(const struct scene *s, const struct blueprint *bp, struct closing *c)
{
    const struct understanding *u = s->b->understanding;
    decide_approach(s, c);
    for (size_t i = 0; u && i < u->questions.n; i++) {
        const struct answer *a = answered(s->b, u->questions.v[i].id);
        if (a && !assumed(s, &u->questions.v[i]))
            decide(s, c, arena_fmt(s->a, "%s %s", u->questions.v[i].text, prose_sentence(s->a, a->answer)),
                   arena_fmt(s->a, "Answer to %s.", u->questions.v[i].id), NULL);
    }
    for (size_t i = 0; i < bp->drafts.n && !s->small; i++)
        for (size_t j = 0; j < bp->drafts.v[i].works.n; j++) {
            const struct work *w = &bp->drafts.v[i].works.v[j];
            if (w->kind != WORK_MIGRATION || index_only(s)) continue;
            decide(s, c, arena_fmt(s->a, "`%s` is applied before the code that needs it.", migration_label(s, w->path)),
                   schema_contracts(s) ? "Old and new releases run side by side until the contracting migration."
                                       : "Today's release has to run before and after it.",
                   NULL);
        }
    if (flag_wanted(s))
        decide(s, c, arena_fmt(s->a, "`%s` switches %s on, apart from its deployment.", flag_name(s), s->topic),
               "Several layers change at once under users who are there already.", NULL);
}

static void assumptions_write(const struct scene *s, struct closing *c)
{
    const struct understanding *u = s->b->understanding;
    for (size_t i = 0; i < s->b->assumptions.n; i++) prose_list_add(s->a, &c->assumptions, s->b->assumptions.v[i]);
    for (size_t i = 0; u && i < u->questions.n; i++) {
        const char *text = answered(s->b, u->questions.v[i].id) ? NULL : planner_assumption(&u->questions.v[i], s->a);
        if (text && !prose_list_has(c->assumptions.v, c->assumptions.n, text))
            prose_list_add(s->a, &c->assumptions, text);
    }
    if (s->needs.n == 1 && s->x.requirements.n == 0 && c->assumptions.n == 0)
        prose_list_add(s->a, &c->assumptions,
                       arena_fmt(s->a, "\"%s\" is all that is wanted.", prose_short(s->a, s->title, 120)));
    if (!s->empty && s->survey && !scene_command(s, 0, COMMAND_TEST))
        prose_list_add(
            s->a, &c->assumptions,
            arena_fmt(s->a, "No test command was found: %s is checked by its files and by people.", s->topic));
    for (size_t i = 0; i < s->x.questions.n; i++)
        if (!u || u->questions.n == 0) prose_list_add(s->a, &c->questions, s->x.questions.v[i].text);
    for (size_t i = 0; u && i < u->questions.n; i++)
        if (!answered(s->b, u->questions.v[i].id)) prose_list_add(s->a, &c->questions, u->questions.v[i].text);
}

/* A small plan is its phase: what stands there is not said again. */
static void small_closing(const struct scene *s, const struct blueprint *bp, struct closing *ret)
{
    risks_write(s, bp, ret);
    assumptions_write(s, ret);
    ret->questions.n = 0; /* each stands among the assumptions, with the default that was taken */
    if (s->needs.n > 2) tests_write(s, bp, ret);
    if (s->b->answers.n > 0) decisions_write(s, bp, ret);
    schedule_write(s, bp, ret);
}

enum err_kind offline_closing(const struct scene *s, const struct blueprint *bp, struct closing *ret, struct err *e)
{
    *ret = (struct closing){0};
    if (s->small) {
        small_closing(s, bp, ret);
        return prose_check(s->a, e);
    }
    success_write(s, bp, ret);
    stack_write(s, bp, ret);
    tests_write(s, bp, ret);
    risks_write(s, bp, ret);
    rollback_write(s, bp, ret);
    migration_write(s, bp, ret);
    documents_write(s, bp, ret);
    done_write(s, bp, ret);
    decisions_write(s, bp, ret);
    assumptions_write(s, ret);
    if (ret->assumptions.n == 0)
        waive(s, ret, "assumptions", arena_fmt(s->a, "ticket and code say all that %s rests on", s->topic));
    schedule_write(s, bp, ret);
    if (s->x.out_of_scope.n + s->x.optional.n == 0 && !(s->b->outline && s->b->outline->out_of_scope.n))
        waive(s, ret, "scope", "the ticket excludes nothing");
    return prose_check(s->a, e);
}
