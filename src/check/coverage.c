/* Coverage: requirement → phase → test, and nothing without a reason. */
#include "check/inner.h"

#include <string.h>

static bool requirement_known(const struct document *d, const char *id)
{
    for (size_t i = 0; id && i < d->requirements.n; i++)
        if (d->requirements.v[i].id && strcmp(d->requirements.v[i].id, id) == 0) return true;
    return false;
}

static bool in_phases(const struct document *d, const char *id)
{
    for (size_t i = 0; i < d->phases.n; i++)
        for (size_t j = 0; j < d->phases.v[i].requirements.n; j++)
            if (d->phases.v[i].requirements.v[j] && strcmp(d->phases.v[i].requirements.v[j], id) == 0) return true;
    return false;
}

static bool in_tests(const struct document *d, const char *id)
{
    for (size_t i = 0; i < d->closing.tests.n; i++)
        if (d->closing.tests.v[i].requirement && strcmp(d->closing.tests.v[i].requirement, id) == 0) return true;
    return false;
}

static void requirements(struct checking *c)
{
    bool waived = section_waiver(c->d, "tests") != NULL;
    for (size_t i = 0; i < c->d->requirements.n; i++) {
        const struct requirement *r = &c->d->requirements.v[i];
        if (words_blank(r->id)) continue;
        if (!in_phases(c->d, r->id))
            check_report(c, RULE_REQUIREMENT_COVERED, "requirements", r->id, NULL, "no phase covers %.60s: %.300s",
                         r->id, r->text ? r->text : "");
        if (!waived && !in_tests(c->d, r->id))
            check_report(c, RULE_REQUIREMENT_TESTED, "requirements", r->id, NULL, "no test scenario shows %.60s",
                         r->id);
    }
}

void rules_coverage(struct checking *c)
{
    requirements(c);
    for (size_t i = 0; i < c->d->phases.n; i++) {
        const struct phase *p = &c->d->phases.v[i];
        for (size_t j = 0; j < p->requirements.n; j++)
            if (!requirement_known(c->d, p->requirements.v[j]))
                check_report(c, RULE_REQUIREMENT_KNOWN, p->id, p->requirements.v[j], NULL,
                             "there is no requirement %.60s", p->requirements.v[j]);
        if (!p->requirements.n && words_blank(p->why))
            check_report(c, RULE_PHASE_PURPOSE, p->id, "requirements", NULL,
                         "the phase serves no requirement and does not say why it is needed");
    }
    for (size_t i = 0; i < c->d->closing.tests.n; i++) {
        const char *id = c->d->closing.tests.v[i].requirement;
        if (!words_blank(id) && !requirement_known(c->d, id))
            check_report(c, RULE_REQUIREMENT_KNOWN, "tests", id, NULL, "there is no requirement %.60s", id);
    }
}
