/* The contract: what every plan must have. Sections, criteria, rollbacks, estimates, dependencies. */
#include "check/inner.h"

#include <string.h>

/* Sections that may be empty without a word: computed at render, or empty because there is nothing to say. */
static const char *const optional[] = { "questions", "assumptions", "timeline" };
/* All that a small plan needs besides its phases. */
static const char *const small[] = { "header", "overview", "requirements" };

static bool in_list(const char *const *v, size_t n, const char *s)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i], s) == 0) return true;
    return false;
}

void rules_sections(struct checking *c)
{
    const char *id;
    for (size_t i = 0; (id = section_id(i)) != NULL; i++) {
        if (c->small ? !in_list(small, countof(small), id) : in_list(optional, countof(optional), id)) continue;
        if (section_present(c->d, id) || !words_blank(section_waiver(c->d, id))) continue;
        check_report(c, RULE_SECTION, id, id, NULL, "the section `%s` is empty and no reason is given", id);
    }
    if (!c->d->phases.n) check_report(c, RULE_PHASES, "header", "phases", NULL, "the plan has no phases");
}

/* --- phases ------------------------------------------------------------------------------------------------------- */
static bool any_command(const struct phase *p)
{
    for (size_t i = 0; i < p->automated.n; i++)
        if (!words_blank(p->automated.v[i].command)) return true;
    return false;
}

static bool any_manual(const struct phase *p)
{
    for (size_t i = 0; i < p->manual.n; i++)
        if (!words_blank(p->manual.v[i])) return true;
    return false;
}

static void estimate(struct checking *c, const struct phase *p)
{
    const struct estimate *x = &p->estimate;
    if (x->optimistic <= 0 || x->likely <= 0 || x->pessimistic <= 0)
        check_report(c, RULE_ESTIMATE, p->id, "zero", NULL, "the estimate is not above zero");
    else if (x->optimistic > x->likely || x->likely > x->pessimistic)
        check_report(c, RULE_ESTIMATE, p->id, "order", NULL, "the estimate is out of order: %lld, %lld, %lld minutes",
                     (long long)x->optimistic, (long long)x->likely, (long long)x->pessimistic);
}

void rules_phases(struct checking *c)
{
    for (size_t i = 0; i < c->d->phases.n; i++) {
        const struct phase *p = &c->d->phases.v[i];
        if (!p->steps.n) check_report(c, RULE_PHASE_STEPS, p->id, "steps", NULL, "the phase has no steps");
        if (!any_command(p))
            check_report(c, RULE_PHASE_AUTOMATED, p->id, "automated", NULL, "no command checks this phase");
        if (!any_manual(p))
            check_report(c, RULE_PHASE_MANUAL, p->id, "manual", NULL, "nothing is left for a person to check");
        if (words_blank(p->rollback))
            check_report(c, RULE_PHASE_ROLLBACK, p->id, "rollback", NULL, "the phase does not say how it is undone");
        estimate(c, p);
    }
}

/* --- dependencies ------------------------------------------------------------------------------------------------- */
/* Takes away phases whose dependencies are all away, until nothing moves; what is left is in a circle or behind one. */
static bool *in_circle(struct checking *c)
{
    size_t n = c->d->phases.n;
    bool *left = arena_alloc(c->work, n + 1), moved = true;
    if (!left) return NULL;
    memset(left, 1, n);
    while (moved) {
        moved = false;
        for (size_t i = 0; i < n; i++) {
            const struct phase *p = &c->d->phases.v[i];
            bool waits = false;
            for (size_t j = 0; j < p->depends_on.n; j++) {
                size_t on = words_phase(c->d, p->depends_on.v[j]);
                waits = waits || (on != SIZE_MAX && left[on]);
            }
            if (!left[i] || waits) continue;
            left[i] = false;
            moved = true;
        }
    }
    return left;
}

void rules_dependencies(struct checking *c)
{
    const bool *circle = in_circle(c);
    for (size_t i = 0; circle && i < c->d->phases.n; i++) {
        const struct phase *p = &c->d->phases.v[i];
        bool inside = false;
        for (size_t j = 0; j < p->depends_on.n; j++) {
            const char *id = p->depends_on.v[j];
            size_t on = words_phase(c->d, id);
            if (on == SIZE_MAX)
                check_report(c, RULE_DEPENDENCY, p->id, id, NULL, "there is no phase `%.60s`", id ? id : "");
            else if (circle[i] && circle[on]) inside = true;
            else if (on >= i)
                check_report(c, RULE_DEPENDENCY_ORDER, p->id, id, NULL, "the phase needs `%.60s`, which comes later",
                             id);
        }
        if (inside)
            check_report(c, RULE_DEPENDENCY_CYCLE, p->id, p->id, NULL,
                         "the phase needs itself through the phases it depends on");
    }
}
