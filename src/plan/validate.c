/* What a decoded document must satisfy beyond its tables: ids that are there and unique, references that resolve,
 * dependencies without cycles. Gives steps their missing ids. */
#include "pland/plan/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/sections.h"

struct check {
    struct document *d;
    struct arena *a;
    struct err *e;
};

static _printf_(2, 3) char *pointer(char (*at)[80], const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(*at, sizeof *at, fmt, ap);
    va_end(ap);
    return *at;
}

/* "ph" or "s" and a number from 1 that has no leading zero; 0 when it is not written like that. */
static unsigned long numbered(const char *s, const char *prefix)
{
    size_t n = strlen(prefix);
    char *end;
    unsigned long v;
    if (strncmp(s, prefix, n) != 0 || s[n] < '1' || s[n] > '9' || strlen(s + n) > 9) return 0;
    v = strtoul(s + n, &end, 10);
    return *end == '\0' ? v : 0;
}

static const struct requirement *requirement_of(const struct document *d, const char *id)
{
    for (size_t i = 0; i < d->requirements.n; i++)
        if (strcmp(d->requirements.v[i].id, id) == 0) return &d->requirements.v[i];
    return NULL;
}

static enum err_kind check_requirements(struct check *c)
{
    char at[80];
    for (size_t i = 0; i < c->d->requirements.n; i++) {
        const struct requirement *r = &c->d->requirements.v[i];
        (void)pointer(&at, "/requirements/%zu/id", i);
        if (!r->id || !r->id[0]) return err_at(c->e, ERR_INVALID, at, "a requirement needs an id");
        if (requirement_of(c->d, r->id) != r) return err_at(c->e, ERR_INVALID, at, "%s is there twice", r->id);
    }
    return ERR_OK;
}

/* --- ids of phases and steps ----------------------------------------------------------------------------------- */
/* The number of "ph1.s3" within phase "ph1", or 0. */
static unsigned long step_number(const struct phase *p, const struct step *s)
{
    size_t n = strlen(p->id);
    if (!s->id || strncmp(s->id, p->id, n) != 0 || s->id[n] != '.') return 0;
    return numbered(s->id + n + 1, "s");
}

static enum err_kind check_steps(struct check *c, struct phase *p, size_t at_phase)
{
    char at[80];
    unsigned long next = 1;
    for (size_t i = 0; i < p->steps.n; i++) {
        const struct step *s = &p->steps.v[i];
        unsigned long n = step_number(p, s);
        if (!s->id) continue;
        (void)pointer(&at, "/phases/%zu/steps/%zu/id", at_phase, i);
        if (!n) return err_at(c->e, ERR_INVALID, at, "must be %s.s and a number", p->id);
        for (size_t j = 0; j < i; j++)
            if (p->steps.v[j].id && strcmp(p->steps.v[j].id, s->id) == 0)
                return err_at(c->e, ERR_INVALID, at, "%s is there twice", s->id);
        if (n >= next) next = n + 1;
    }
    for (size_t i = 0; i < p->steps.n; i++)
        if (!p->steps.v[i].id) p->steps.v[i].id = arena_fmt(c->a, "%s.s%lu", p->id, next++);
    return arena_check(c->a, c->e);
}

static enum err_kind check_ids(struct check *c)
{
    char at[80];
    for (size_t i = 0; i < c->d->phases.n; i++) {
        struct phase *p = &c->d->phases.v[i];
        enum err_kind k;
        (void)pointer(&at, "/phases/%zu/id", i);
        if (!p->id) return err_at(c->e, ERR_INVALID, at, "a phase needs an id");
        if (!numbered(p->id, "ph")) return err_at(c->e, ERR_INVALID, at, "must be ph and a number");
        if (phase_index(c->d, p->id) != i) return err_at(c->e, ERR_INVALID, at, "%s is there twice", p->id);
        k = check_steps(c, p, i);
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

/* --- references ------------------------------------------------------------------------------------------------ */
static enum err_kind check_provided_by(struct check *c, const struct phase *p, size_t at_phase)
{
    char at[80];
    for (size_t i = 0; i < p->automated.n; i++) {
        const char *by = p->automated.v[i].provided_by;
        if (!by || !by[0] || strcmp(by, "repository") == 0 || strcmp(by, "system") == 0) continue;
        if (phase_index(c->d, by) != SIZE_MAX) continue;
        (void)pointer(&at, "/phases/%zu/automated/%zu/provided_by", at_phase, i);
        return err_at(c->e, ERR_INVALID, at, "must be repository, system or the id of a phase, not %s", by);
    }
    return ERR_OK;
}

static enum err_kind check_references(struct check *c)
{
    char at[80];
    for (size_t i = 0; i < c->d->phases.n; i++) {
        const struct phase *p = &c->d->phases.v[i];
        enum err_kind k;
        for (size_t j = 0; j < p->depends_on.n; j++) {
            (void)pointer(&at, "/phases/%zu/depends_on/%zu", i, j);
            if (phase_index(c->d, p->depends_on.v[j]) == SIZE_MAX)
                return err_at(c->e, ERR_INVALID, at, "there is no phase %s", p->depends_on.v[j]);
        }
        for (size_t j = 0; j < p->requirements.n; j++) {
            (void)pointer(&at, "/phases/%zu/requirements/%zu", i, j);
            if (!requirement_of(c->d, p->requirements.v[j]))
                return err_at(c->e, ERR_INVALID, at, "there is no requirement %s", p->requirements.v[j]);
        }
        k = check_provided_by(c, p, i);
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

static enum err_kind check_tests(struct check *c)
{
    char at[80];
    for (size_t i = 0; i < c->d->closing.tests.n; i++) {
        const char *r = c->d->closing.tests.v[i].requirement;
        if (!r || !r[0] || requirement_of(c->d, r)) continue;
        (void)pointer(&at, "/closing/tests/%zu/requirement", i);
        return err_at(c->e, ERR_INVALID, at, "there is no requirement %s", r);
    }
    return ERR_OK;
}

static enum err_kind check_waivers(struct check *c)
{
    char at[80];
    for (size_t i = 0; i < c->d->closing.not_applicable.n; i++) {
        const char *id = c->d->closing.not_applicable.v[i].section;
        const struct section_kind *k = section_kind_of(id);
        (void)pointer(&at, "/closing/not_applicable/%zu/section", i);
        if (!k) return err_at(c->e, ERR_INVALID, at, "there is no section %s", id ? id : "without id");
        if (k->fixed) return err_at(c->e, ERR_INVALID, at, "every plan has the section %s", id);
        for (size_t j = 0; j < i; j++)
            if (strcmp(c->d->closing.not_applicable.v[j].section, id) == 0)
                return err_at(c->e, ERR_INVALID, at, "%s is there twice", id);
    }
    return ERR_OK;
}

/* --- cycles ---------------------------------------------------------------------------------------------------- */
static bool ready(const struct document *d, const struct phase *p, const bool *done)
{
    for (size_t j = 0; j < p->depends_on.n; j++)
        if (!done[phase_index(d, p->depends_on.v[j])]) return false;
    return true;
}

/* Marks what can be done, round after round; what is left depends on itself. */
static enum err_kind check_cycles(struct check *c)
{
    const struct document *d = c->d;
    bool *done = arena_alloc(c->a, d->phases.n ? d->phases.n : 1);
    bool moved = true;
    char at[80];
    if (!done) return arena_check(c->a, c->e);
    while (moved) {
        moved = false;
        for (size_t i = 0; i < d->phases.n; i++) {
            if (done[i] || !ready(d, &d->phases.v[i], done)) continue;
            done[i] = moved = true;
        }
    }
    for (size_t i = 0; i < d->phases.n; i++)
        if (!done[i])
            return err_at(c->e, ERR_INVALID, pointer(&at, "/phases/%zu/depends_on", i),
                          "%s depends on itself through the phases it needs", d->phases.v[i].id);
    return ERR_OK;
}

enum err_kind document_validate(struct document *d, struct arena *a, struct err *e)
{
    static enum err_kind (*const checks[])(struct check *) = {
        check_requirements, check_ids, check_references, check_tests, check_waivers, check_cycles,
    };
    struct check c = { .d = d, .a = a, .e = e };
    if (!d->header.title || !d->header.title[0]) return err_at(e, ERR_INVALID, "/header/title", "a plan needs a title");
    for (size_t i = 0; i < countof(checks); i++) {
        enum err_kind k = checks[i](&c);
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}
