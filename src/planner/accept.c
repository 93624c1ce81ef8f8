/* A model's answer: decoded, completed with ids, its references held to what exists. Messages go back to the model. */
#include "pland/planner/planner.h"

#include <string.h>

#include "pland/plan/changes.h"
#include "pland/planner/look.h"
#include "planner/message.h"
#include "planner/prose.h"

struct accepting {
    const struct brief *b;
    const struct step_request *step;
    struct arena *a;
    struct err *e;
};
typedef enum err_kind accept_fn(struct accepting *x, struct step_result *r);

static _printf_(3, 4) enum err_kind refuse(struct accepting *x, const char *at, const char *fmt, ...)
{
    char text[300];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    return err_at(x->e, ERR_INVALID, at, "%s", text);
}

static enum err_kind on_understanding(struct accepting *x, struct step_result *r)
{
    struct understanding *u = &r->understanding;
    if (u->size == SIZE_AUTO) u->size = SIZE_FULL; /* undecided: the one that leaves nothing out */
    if (x->b->size != SIZE_AUTO) u->size = x->b->size;
    for (size_t i = 0; i < u->questions.n; i++) {
        struct question *q = &u->questions.v[i];
        if (prose_blank(q->preset))
            return refuse(x, arena_fmt(x->a, "/questions/%zu/default", i),
                          "every question needs a default the plan can go on with");
        q->id = arena_fmt(x->a, "Q%zu", i + 1);
    }
    return ERR_OK;
}

static enum err_kind on_options(struct accepting *x, struct step_result *r)
{
    struct options *o = &r->options;
    const char *recommended = NULL;
    if (o->options.n == 0) return refuse(x, "/options", "offer at least one option");
    if (o->options.n > 3) return refuse(x, "/options", "offer at most three options");
    for (size_t i = 0; i < o->options.n; i++) {
        const char *id = arena_fmt(x->a, "%c", (char)('A' + (char)i));
        for (size_t j = 0; j < i; j++)
            if (prose_same(o->options.v[j].title, o->options.v[i].title))
                return refuse(x, arena_fmt(x->a, "/options/%zu/title", i),
                              "two options have the same title; they must differ in substance");
        if (prose_same(o->options.v[i].id, o->recommended)) recommended = id;
        o->options.v[i].id = id;
    }
    if (!recommended)
        return refuse(x, "/recommended", "must be the id of one of the options, not %.60s", o->recommended);
    if (o->options.n == 1 && prose_blank(o->why_single))
        return refuse(x, "/why_single", "with one option only, say why there is no sensible alternative");
    if (o->options.n > 1) o->why_single = NULL;
    o->recommended = recommended;
    return ERR_OK;
}

/* --- outline ------------------------------------------------------------------------------------------------------ */
static bool has_requirement(const struct outline *o, const char *id)
{
    for (size_t i = 0; i < o->requirements.n; i++)
        if (prose_same(o->requirements.v[i].id, id)) return true;
    return false;
}

static enum err_kind outline_requirements(struct accepting *x, struct outline *o)
{
    if (o->requirements.n == 0) return refuse(x, "/requirements", "name at least one requirement");
    for (size_t i = 0; i < o->requirements.n; i++) {
        for (size_t j = 0; j < i; j++)
            if (prose_same(o->requirements.v[j].id, o->requirements.v[i].id))
                return refuse(x, arena_fmt(x->a, "/requirements/%zu/id", i), "%.60s is there twice",
                              o->requirements.v[i].id);
        if (prose_blank(o->requirements.v[i].source)) o->requirements.v[i].source = "ticket";
    }
    return ERR_OK;
}

static enum err_kind phase_references(struct accepting *x, const struct outline *o, size_t i)
{
    const struct phase_outline *p = &o->phases.v[i];
    for (size_t j = 0; j < p->requirements.n; j++)
        if (!has_requirement(o, p->requirements.v[j]))
            return refuse(x, arena_fmt(x->a, "/phases/%zu/requirements/%zu", i, j), "there is no requirement %.60s",
                          p->requirements.v[j]);
    for (size_t j = 0; j < p->depends_on.n; j++) {
        const char *d = p->depends_on.v[j];
        size_t number = 0;
        for (const char *s = strncmp(d, "ph", 2) == 0 ? d + 2 : ""; *s >= '0' && *s <= '9' && number < 1000; s++)
            number = number * 10 + (size_t)(*s - '0');
        if (number < 1 || number > o->phases.n)
            return refuse(x, arena_fmt(x->a, "/phases/%zu/depends_on/%zu", i, j),
                          "must be ph1 to ph%zu, the place in your list, not %.60s", o->phases.n, d);
        if (number >= i + 1)
            return refuse(x, arena_fmt(x->a, "/phases/%zu/depends_on/%zu", i, j),
                          "a phase comes after those it depends on; %.20s does not", d);
        p->depends_on.v[j] = arena_fmt(
            x->a, "ph%lld", (long long)((x->b->next_section > 0 ? x->b->next_section : 1) + (int64_t)number - 1));
    }
    return ERR_OK;
}

static enum err_kind on_outline(struct accepting *x, struct step_result *r)
{
    struct outline *o = &r->outline;
    enum err_kind k = outline_requirements(x, o);
    if (k != ERR_OK) return k;
    if (o->phases.n == 0) return refuse(x, "/phases", "a plan needs at least one phase");
    for (size_t i = 0; i < o->phases.n; i++) {
        struct estimate *e = &o->phases.v[i].estimate;
        k = phase_references(x, o, i);
        if (k != ERR_OK) return k;
        if (e->likely <= 0 || e->optimistic > e->likely || e->likely > e->pessimistic)
            return refuse(x, arena_fmt(x->a, "/phases/%zu/estimate", i),
                          "must be above zero with optimistic ≤ likely ≤ pessimistic");
        o->phases.v[i].id =
            arena_fmt(x->a, "ph%lld", (long long)((x->b->next_section > 0 ? x->b->next_section : 1) + (int64_t)i));
    }
    for (size_t i = 0; i < o->requirements.n; i++) {
        bool covered = false;
        for (size_t j = 0; j < o->phases.n; j++)
            covered = covered || prose_list_has(o->phases.v[j].requirements.v, o->phases.v[j].requirements.n,
                                                o->requirements.v[i].id);
        if (!covered)
            return refuse(x, arena_fmt(x->a, "/requirements/%zu", i), "no phase covers %.60s", o->requirements.v[i].id);
    }
    return ERR_OK;
}

/* --- phase -------------------------------------------------------------------------------------------------------- */
static const struct phase_outline *row_of(const struct brief *b, const char *id)
{
    for (size_t i = 0; b->outline && i < b->outline->phases.n; i++)
        if (prose_same(b->outline->phases.v[i].id, id)) return &b->outline->phases.v[i];
    return NULL;
}

static enum err_kind phase_criteria(struct accepting *x, struct phase *p)
{
    if (p->steps.n == 0) return refuse(x, "/steps", "a phase needs steps");
    if (p->automated.n == 0) return refuse(x, "/automated", "at least one criterion must be checked by a command");
    if (p->manual.n == 0) return refuse(x, "/manual", "at least one criterion must be checked by a person");
    if (prose_blank(p->rollback)) return refuse(x, "/rollback", "say how this phase alone is undone");
    for (size_t i = 0; i < p->automated.n; i++) {
        const char *by = p->automated.v[i].provided_by;
        if (prose_blank(by)) p->automated.v[i].provided_by = "repository";
        else if (strcmp(by, "repository") != 0 && strcmp(by, "system") != 0 && !row_of(x->b, by))
            return refuse(x, arena_fmt(x->a, "/automated/%zu/provided_by", i),
                          "must be repository, system or the id of a phase, not %.60s", by);
    }
    return ERR_OK;
}

static enum err_kind on_phase(struct accepting *x, struct step_result *r)
{
    const struct phase_outline *row = row_of(x->b, x->step->subject);
    struct phase *p = &r->phase;
    if (!row)
        return err_set(x->e, ERR_INTERNAL, "the outline has no phase %s",
                       x->step->subject ? x->step->subject : "without id");
    p->id = row->id;
    p->title = row->title;
    p->drafted_by = x->b->drafted_by;
    memcpy(&p->depends_on, &row->depends_on, sizeof p->depends_on);
    memcpy(&p->requirements, &row->requirements, sizeof p->requirements);
    if (p->estimate.likely <= 0 || p->estimate.optimistic > p->estimate.likely ||
        p->estimate.likely > p->estimate.pessimistic)
        p->estimate = row->estimate;
    for (size_t i = 0; i < p->steps.n; i++) p->steps.v[i].id = arena_fmt(x->a, "%s.s%zu", p->id, i + 1);
    if (p->requirements.n == 0 && prose_blank(p->why)) p->why = p->goal;
    return phase_criteria(x, p);
}

/* --- closing and changes ---------------------------------------------------------------------------------- */
static enum err_kind on_closing(struct accepting *x, struct step_result *r)
{
    struct closing *c = &r->closing;
    for (size_t i = 0; i < c->tests.n; i++) {
        const char *id = c->tests.v[i].requirement;
        if (prose_blank(id)) c->tests.v[i].requirement = NULL;
        else if (x->b->outline && !has_requirement(x->b->outline, id))
            return refuse(x, arena_fmt(x->a, "/tests/%zu/requirement", i), "there is no requirement %.60s", id);
    }
    return ERR_OK;
}

static bool is_meant(const struct brief *b, const char *section)
{
    for (size_t i = 0; i < b->sections.n; i++) {
        size_t n = strcspn(b->sections.v[i], ".");
        if (strlen(section) == n && memcmp(b->sections.v[i], section, n) == 0) return true;
    }
    return b->sections.n == 0;
}

static bool is_phase_of(const struct document *d, const char *id)
{
    for (size_t i = 0; i < d->phases.n; i++)
        if (prose_same(d->phases.v[i].id, id)) return true;
    return false;
}

/* Of the phases that there are, only those that were meant change or go. */
static void only_meant(const struct brief *b, struct changes *c)
{
    size_t n = 0;
    for (size_t i = 0; i < c->phases.n; i++)
        if (!is_phase_of(b->head, c->phases.v[i].id) || is_meant(b, c->phases.v[i].id))
            c->phases.v[n++] = c->phases.v[i];
    c->phases.n = n;
    n = 0;
    for (size_t i = 0; i < c->removed.n; i++)
        if (is_meant(b, c->removed.v[i])) c->removed.v[n++] = c->removed.v[i];
    c->removed.n = n;
}

/* Other sections that nobody meant stay as they were, whatever the model did to them. */
static enum err_kind keep_unmeant(struct accepting *x, struct document *d)
{
    section_list before, after;
    enum err_kind k = document_split(x->b->head, x->a, &before, x->e);
    if (k == ERR_OK) k = document_split(d, x->a, &after, x->e);
    for (size_t i = 0; k == ERR_OK && i < after.n; i++) {
        const struct section *old = section_find(&before, after.v[i].id);
        if (old && !is_meant(x->b, old->id)) after.v[i] = *old;
    }
    return k == ERR_OK ? document_join(&after, x->a, d, x->e) : k;
}

static enum err_kind on_changes(struct accepting *x, const json_t *v, struct step_result *r)
{
    int64_t next = x->b->next_section > 0 ? x->b->next_section : 1;
    struct document *d = &r->document;
    struct changes c;
    enum err_kind k;
    if (!x->b->head) return err_set(x->e, ERR_INTERNAL, "there is no revision to change");
    if ((k = changes_decode(v, x->a, &c, x->e)) != ERR_OK) return k;
    only_meant(x->b, &c);
    if ((k = changes_apply(&c, x->b->head, next, x->b->drafted_by, x->a, d, x->e)) != ERR_OK) return k;
    if (x->b->sections.n && (k = keep_unmeant(x, d)) != ERR_OK) return k;
    d->header.created = x->b->created;
    if (is_meant(x->b, "header")) d->header.drafted_by = x->b->drafted_by;
    return document_validate(d, x->a, x->e);
}

static const struct {
    accept_fn *fn;
    size_t offset;
} rows[STEP_KIND_N_] = { /* none for refine and repair, whose answers are changes, and for messages */
    [STEP_UNDERSTAND] = {on_understanding, offsetof(struct step_result, understanding)},
    [STEP_OPTIONS] = {on_options, offsetof(struct step_result, options)},
    [STEP_OUTLINE] = {on_outline, offsetof(struct step_result, outline)},
    [STEP_PHASE] = {on_phase, offsetof(struct step_result, phase)},
    [STEP_CLOSING] = {on_closing, offsetof(struct step_result, closing)},
};

enum err_kind planner_accept(const struct brief *b, const struct step_request *step, const char *text, struct arena *a,
                             struct step_result *ret, struct err *e)
{
    struct accepting x = {.b = b, .step = step, .a = a, .e = e};
    struct step_result *r = arena_alloc(a, sizeof *r);
    auto_json v = NULL;
    enum err_kind k;
    if (!r) return prose_check(a, e);
    r->kind = step->kind;
    k = json_parse(text, strlen(text), &v, e);
    if (k == ERR_SYNTAX) return e->kind = ERR_INVALID;
    if (k != ERR_OK) return k;
    (void)json_object_del(v, look_field.key); /* those are served before an answer is taken */
    if (step->kind == STEP_MESSAGE) k = message_accept(b, v, a, &r->message, e);
    else if (!rows[step->kind].fn) k = on_changes(&x, v, r);
    else k = record_decode(step_record(step->kind), v, (char *)r + rows[step->kind].offset, a, "", e);
    if (k == ERR_OK && rows[step->kind].fn) k = rows[step->kind].fn(&x, r);
    if (k == ERR_OK) k = prose_check(a, e);
    if (k == ERR_OK) *ret = *r;
    return k;
}
