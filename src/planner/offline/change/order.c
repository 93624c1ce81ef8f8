/* Carrying out orders about the plan itself. */
#include "planner/offline/change/order.h"

#include <stdlib.h>
#include <string.h>

static enum err_kind refuse(struct err *e, const char *why, const char *what)
{
    return err_at(e, ERR_INVALID, "/instruction", "%s%s", what ? what : "", why);
}

static size_t index_of(const struct order *o, const struct phase *p) { return (size_t)(p - o->d->phases.v); }

/* Every phase comes after those that it depends on; else the id of one that does not, and of what it needs. */
static bool in_order(const struct document *d, const char **ret_phase, const char **ret_needs)
{
    for (size_t i = 0; i < d->phases.n; i++)
        for (size_t j = 0; j < d->phases.v[i].depends_on.n; j++)
            for (size_t k = i + 1; k < d->phases.n; k++) {
                if (!prose_same(d->phases.v[k].id, d->phases.v[i].depends_on.v[j])) continue;
                *ret_phase = d->phases.v[i].id;
                *ret_needs = d->phases.v[k].id;
                return false;
            }
    return true;
}

static enum err_kind check_order(const struct order *o, struct err *e)
{
    const char *phase, *needs;
    if (in_order(o->d, &phase, &needs)) return ERR_OK;
    return err_at(e, ERR_INVALID, "/instruction", "the phase %s depends on %s and cannot come before it", phase, needs);
}

/* --- drop, rename, estimate --------------------------------------------------------------------------------------- */
enum err_kind order_drop(struct order *o, struct err *e)
{
    if (o->d->phases.n < 2) return refuse(e, " is the only phase: reject the plan instead", o->phase->id);
    edit_drop_phase(o->d, o->a, o->phase->id);
    return ERR_OK;
}

enum err_kind order_rename(struct order *o, struct err *e)
{
    if (prose_blank(o->text)) return refuse(e, "the new title says nothing", NULL);
    o->phase->title = o->text;
    return ERR_OK;
}

static struct estimate estimate_of(int64_t m)
{
    struct estimate x = { m > 15 ? m * 65 / 100 / 15 * 15 : m, m, (m * 17 / 10 + 14) / 15 * 15 };
    if (x.optimistic <= 0) x.optimistic = m;
    return x;
}

enum err_kind order_estimate(struct order *o, struct err *e)
{
    (void)e;
    o->phase->estimate = estimate_of(o->number);
    return ERR_OK;
}

/* --- places ------------------------------------------------------------------------------------------------------- */
static void move_to(struct document *d, size_t from, size_t to)
{
    struct phase p = d->phases.v[from];
    if (from < to) memmove(d->phases.v + from, d->phases.v + from + 1, (to - from) * sizeof p);
    else memmove(d->phases.v + to + 1, d->phases.v + to, (from - to) * sizeof p);
    d->phases.v[to] = p;
}

/* Where the phase at `from` ends up. */
static size_t place_of(const struct order *o, size_t from)
{
    size_t other = o->other ? index_of(o, o->other) : 0;
    switch (o->where) {
    case ORDER_FIRST: return 0;
    case ORDER_BEFORE: return from < other ? other - 1 : other;
    case ORDER_AFTER: return from < other ? other : other + 1;
    case ORDER_LAST: break;
    }
    return o->d->phases.n - 1;
}

enum err_kind order_move(struct order *o, struct err *e)
{
    size_t from = index_of(o, o->phase);
    move_to(o->d, from, place_of(o, from));
    return check_order(o, e);
}

enum err_kind order_swap(struct order *o, struct err *e)
{
    struct phase p = *o->phase;
    *o->phase = *o->other;
    *o->other = p;
    return check_order(o, e);
}

/* A new last phase with an id of its own; pointers into the list are stale afterwards. */
static struct phase *new_phase(struct order *o)
{
    struct phase *p;
    for (size_t i = 0; i < o->d->phases.n; i++) {
        const char *id = o->d->phases.v[i].id;
        int64_t n = strncmp(id, "ph", 2) == 0 ? strtoll(id + 2, NULL, 10) : 0;
        if (n >= *o->next) *o->next = n + 1;
    }
    p = PUSH(o->a, o->d->phases);
    if (!p) return NULL;
    *p = (struct phase){ .id = arena_fmt(o->a, "ph%lld", (long long)(*o->next)++), .drafted_by = o->b->drafted_by };
    return p;
}

enum err_kind order_add(struct order *o, struct err *e)
{
    size_t other = o->other ? index_of(o, o->other) : 0, at;
    struct phase *p = new_phase(o);
    struct step *st;
    if (!p) return prose_check(o->a, e);
    if (o->other) o->other = &o->d->phases.v[other];
    p->title = prose_bare(o->a, prose_short(o->a, o->text, 120));
    p->goal = prose_sentence(o->a, o->text);
    p->why = "Asked for by the people who review the plan.";
    p->estimate = estimate_of(240);
    if (o->where == ORDER_AFTER) prose_list_add(o->a, &p->depends_on, o->other->id);
    st = edit_add_step(o->d, p, o->a, p->title, p->goal);
    if (!st) return prose_check(o->a, e);
    edit_ensure_criteria(o->d, p, o->a);
    at = index_of(o, p);
    move_to(o->d, at, place_of(o, at));
    return check_order(o, e);
}

/* --- splitting ---------------------------------------------------------------------------------------------------- */
/* What the steps from..to make goes with them. */
static void share_deliverables(struct order *o, struct phase *first, struct phase *second)
{
    for (size_t i = second->provides.n; i-- > 0;) {
        bool here = false;
        for (size_t s = 0; s < first->steps.n; s++)
            for (size_t f = 0; f < first->steps.v[s].files.n; f++)
                here = here || prose_same(first->steps.v[s].files.v[f].path, second->provides.v[i].name);
        if (!here) continue;
        struct deliverable *slot = PUSH(o->a, first->provides);
        if (slot) *slot = second->provides.v[i];
        REMOVE(second->provides, i);
    }
}

static int64_t part(int64_t minutes, size_t steps, size_t of)
{
    int64_t m = minutes * (int64_t)steps / (int64_t)of;
    return minutes >= 30 && m >= 15 ? m / 15 * 15 : m > 0 ? m : 1;
}

static void share_estimate(struct phase *first, struct phase *second, size_t steps, size_t of)
{
    struct estimate *x = &first->estimate, *y = &second->estimate, all = second->estimate;
    *x = (struct estimate){ part(all.optimistic, steps, of), part(all.likely, steps, of),
                            part(all.pessimistic, steps, of) };
    *y = (struct estimate){ all.optimistic - x->optimistic, all.likely - x->likely,
                            all.pessimistic - x->pessimistic };
    if (y->optimistic < 1) y->optimistic = 1;
    if (y->likely < y->optimistic) y->likely = y->optimistic;
    if (y->pessimistic < y->likely) y->pessimistic = y->likely;
}

/* The first steps become a phase of their own in front; the rest, with the criteria that need all, stays. */
enum err_kind order_split(struct order *o, struct err *e)
{
    size_t at = index_of(o, o->phase), all = o->phase->steps.n, n = o->named ? (size_t)o->number : (all + 1) / 2;
    const char *title = o->phase->title;
    struct phase *first, *second;
    if (all < 2) return refuse(e, " has one step: there is nothing to split", o->phase->id);
    if (n < 1 || n >= all) return refuse(e, ": a step must be left on both sides", o->phase->id);
    if (!(first = new_phase(o))) return prose_check(o->a, e);
    second = &o->d->phases.v[at];
    for (size_t i = 0; i < n; i++) {
        struct step *slot = PUSH(o->a, first->steps);
        if (slot) *slot = second->steps.v[i];
        if (slot) slot->id = NULL; /* document_validate() gives it one of its own */
    }
    for (size_t i = 0; i < n; i++) REMOVE(second->steps, 0);
    first->title = arena_fmt(o->a, "%s: %s", title, prose_inner(o->a, prose_short(o->a, first->steps.v[0].title, 80)));
    first->goal = arena_fmt(o->a, "The first %zu of %zu steps of “%s” are done: %s", n, all, title,
                            prose_sentence(o->a, first->steps.v[n - 1].title));
    first->why = second->why;
    for (size_t i = 0; i < second->requirements.n; i++)
        prose_list_add(o->a, &first->requirements, second->requirements.v[i]);
    for (size_t i = 0; i < second->depends_on.n; i++)
        prose_list_add(o->a, &first->depends_on, second->depends_on.v[i]);
    for (size_t i = 0; i < second->uses.n; i++) {
        struct deliverable *slot = PUSH(o->a, first->uses);
        if (slot) *slot = second->uses.v[i];
    }
    share_deliverables(o, first, second);
    share_estimate(first, second, n, all);
    prose_list_add(o->a, &second->depends_on, first->id);
    edit_ensure_criteria(o->d, first, o->a);
    if (first->automated.n && prose_same(first->automated.v[0].provided_by, second->id))
        first->automated.v[0].provided_by = "repository";
    move_to(o->d, o->d->phases.n - 1, at);
    return prose_check(o->a, e);
}

/* --- joining ------------------------------------------------------------------------------------------------------ */
static bool refers(const struct phase *p, const char *id)
{
    if (prose_list_has(p->depends_on.v, p->depends_on.n, id)) return true;
    for (size_t i = 0; i < p->automated.n; i++)
        if (prose_same(p->automated.v[i].provided_by, id)) return true;
    return false;
}

static size_t references(const struct document *d, const char *id)
{
    size_t n = 0;
    for (size_t i = 0; i < d->phases.n; i++) n += refers(&d->phases.v[i], id);
    return n;
}

static void take_lists(struct order *o, struct phase *into, const struct phase *p, bool in_front)
{
    size_t had = into->steps.n;
    for (size_t i = 0; i < p->steps.n; i++) {
        struct step *slot = PUSH(o->a, into->steps);
        if (slot) *slot = p->steps.v[i];
        if (slot) slot->id = NULL;
    }
    if (in_front && into->steps.n > had) { /* its steps come first */
        struct step *copy = arena_alloc(o->a, (had + 1) * sizeof *copy);
        size_t n = into->steps.n - had;
        if (!copy) return;
        memcpy(copy, into->steps.v, had * sizeof *copy);
        memmove(into->steps.v, into->steps.v + had, n * sizeof *copy);
        memcpy(into->steps.v + n, copy, had * sizeof *copy);
    }
    for (size_t i = 0; i < p->requirements.n; i++) edit_cover(o->d, into, o->a, p->requirements.v[i]);
    for (size_t i = 0; i < p->manual.n; i++)
        if (!prose_list_has(into->manual.v, into->manual.n, p->manual.v[i]))
            prose_list_add(o->a, &into->manual, p->manual.v[i]);
    for (size_t i = 0; i < p->depends_on.n; i++)
        if (!prose_same(p->depends_on.v[i], into->id) &&
            !prose_list_has(into->depends_on.v, into->depends_on.n, p->depends_on.v[i]))
            prose_list_add(o->a, &into->depends_on, p->depends_on.v[i]);
    for (size_t i = 0; i < p->automated.n; i++) {
        bool there = false;
        for (size_t j = 0; j < into->automated.n; j++)
            there = there || prose_same(into->automated.v[j].command, p->automated.v[i].command);
        struct automated *slot = there ? NULL : PUSH(o->a, into->automated);
        if (slot) *slot = p->automated.v[i];
    }
}

static bool has_name(const struct phase *p, const struct deliverable *x)
{
    for (size_t i = 0; i < p->provides.n; i++)
        if (p->provides.v[i].kind == x->kind && prose_same(p->provides.v[i].name, x->name)) return true;
    return false;
}

static void take_deliverables(struct order *o, struct phase *into, const struct phase *p)
{
    for (size_t i = 0; i < p->provides.n; i++) {
        struct deliverable *slot = has_name(into, &p->provides.v[i]) ? NULL : PUSH(o->a, into->provides);
        if (slot) *slot = p->provides.v[i];
    }
    for (size_t i = 0; i < p->uses.n; i++) {
        struct deliverable *slot = PUSH(o->a, into->uses);
        if (slot) *slot = p->uses.v[i];
    }
    for (size_t i = into->uses.n; i-- > 0;)
        if (has_name(into, &into->uses.v[i])) REMOVE(into->uses, i);
}

/* Whoever named the phase that is gone names the one that took it in. */
static void redirect(struct order *o, const char *gone, const char *to)
{
    for (size_t i = 0; i < o->d->phases.n; i++) {
        struct phase *p = &o->d->phases.v[i];
        for (size_t j = p->depends_on.n; j-- > 0;) {
            if (!prose_same(p->depends_on.v[j], gone)) continue;
            if (prose_same(p->id, to) || prose_list_has(p->depends_on.v, p->depends_on.n, to)) REMOVE(p->depends_on, j);
            else p->depends_on.v[j] = to;
        }
        for (size_t j = 0; j < p->automated.n; j++)
            if (prose_same(p->automated.v[j].provided_by, gone)) p->automated.v[j].provided_by = to;
    }
}

/* Both become one; it keeps the id that fewer others would have to give up, and stands where one of the two stood. */
enum err_kind order_join(struct order *o, struct err *e)
{
    struct phase *x = o->phase, *y = o->other, gone;
    bool keep_x = references(o->d, x->id) >= references(o->d, y->id);
    struct phase *into = keep_x ? x : y, *other = keep_x ? y : x;
    size_t a = index_of(o, into), b = index_of(o, other), first = a < b ? a : b;
    const char *phase, *needs;
    gone = *other;
    take_lists(o, into, &gone, b < a);
    take_deliverables(o, into, &gone);
    into->title = b < a ? arena_fmt(o->a, "%s; %s", gone.title, prose_inner(o->a, into->title))
                        : arena_fmt(o->a, "%s; %s", into->title, prose_inner(o->a, gone.title));
    into->goal = b < a ? arena_fmt(o->a, "%s %s", gone.goal, into->goal)
                       : arena_fmt(o->a, "%s %s", into->goal, gone.goal);
    into->rollback = arena_fmt(o->a, "%s %s", into->rollback ? into->rollback : "", gone.rollback ? gone.rollback : "");
    if (into->requirements.n) into->why = NULL;
    else if (!into->why) into->why = gone.why;
    into->estimate.optimistic += gone.estimate.optimistic;
    into->estimate.likely += gone.estimate.likely;
    into->estimate.pessimistic += gone.estimate.pessimistic;
    redirect(o, gone.id, into->id);
    REMOVE(o->d->phases, b);
    if (b < a) a--;
    if (!in_order(o->d, &phase, &needs)) {
        move_to(o->d, a, first < a ? first : (b > a ? b - 1 : b));
        return check_order(o, e);
    }
    return prose_check(o->a, e);
}

/* --- answers ------------------------------------------------------------------------------------------------------ */
static void decide(struct order *o, const char *decision, const char *why)
{
    struct decision *x = PUSH(o->a, o->d->closing.decisions);
    if (x) *x = (struct decision){ .decision = decision, .why = why };
    for (size_t w = o->d->closing.not_applicable.n; w-- > 0;)
        if (prose_same(o->d->closing.not_applicable.v[w].section, "decisions")) REMOVE(o->d->closing.not_applicable, w);
}

/* The default that was assumed is no assumption any more, and the question is open no longer. */
enum err_kind order_answer(struct order *o, struct err *e)
{
    const char *assumed = planner_assumption(o->question, o->a);
    struct closing *c = &o->d->closing;
    const char *about = prose_bare(o->a, prose_short(o->a, o->question->text, 200));
    for (size_t i = c->assumptions.n; i-- > 0;)
        if (prose_same(c->assumptions.v[i], assumed)) REMOVE(c->assumptions, i);
    for (size_t i = c->questions.n; i-- > 0;)
        if (strstr(c->questions.v[i], o->question->text)) REMOVE(c->questions, i);
    for (size_t i = c->decisions.n; i-- > 0;) /* an earlier answer to the same */
        if (strncmp(c->decisions.v[i].decision, about, strlen(about)) == 0) REMOVE(c->decisions, i);
    decide(o, arena_fmt(o->a, "%s: %s", about, prose_sentence(o->a, o->text)),
           arena_fmt(o->a, "Answer to %s by the people who review the plan.", o->question->id));
    return prose_check(o->a, e);
}

enum err_kind order_correct(struct order *o, struct err *e)
{
    prose_list_add(o->a, &o->d->closing.assumptions, prose_sentence(o->a, o->text));
    for (size_t w = o->d->closing.not_applicable.n; w-- > 0;)
        if (prose_same(o->d->closing.not_applicable.v[w].section, "assumptions"))
            REMOVE(o->d->closing.not_applicable, w);
    return prose_check(o->a, e);
}
