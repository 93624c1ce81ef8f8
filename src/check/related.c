/* Grounding of what refers to files without changing them: code blocks, test scenarios, what phases provide and use. */
#include "check/inner.h"

#include <string.h>

/* There, or there once the plan is done (whatever the order). */
static bool comes_true(struct checking *c, const char *anchor, struct spot *s)
{
    enum spot_state state = spot_state(c, s, ALWAYS_AFTER);
    if (state == SPOT_TREE) ref_note(c, anchor, s, 0);
    switch (state) {
    case SPOT_TREE:
    case SPOT_FOLDER: count_verified(c); return true;
    case SPOT_MADE:
    case SPOT_BELOW: count_to_create(c); return true;
    case SPOT_HIDDEN: count_unprovable(c); return true;
    case SPOT_GONE:
        if (s->first && s->first->kind == EVENT_GONE) { /* code or a test of a file that goes */
            count_verified(c);
            return true;
        }
        return false;
    case SPOT_ABSENT: break;
    }
    return false;
}

static void expect_path(struct checking *c, enum rule_id rule, const char *anchor, const char *written,
                        const char *what)
{
    struct spot *s;
    const char *closest;
    switch (spot_find(c, written, &s)) {
    case FORM_BAD:
        check_report(c, RULE_PATH_FORM, anchor, written, NULL, "`%.300s` is not a path inside the repository", written);
        return;
    case FORM_ALIAS:
        check_report(c, RULE_PATH_ALIAS, anchor, written, NULL, "`%.300s` names a codebase this plan does not have",
                     written);
        return;
    case FORM_GOOD: break;
    }
    if (!s || comes_true(c, anchor, s)) return;
    closest = spot_closest(c, s);
    if (closest)
        check_report(c, rule, anchor, s->written, closest,
                     "%s `%.300s` neither exists nor is it created; did you mean `%.300s`?", what, s->written, closest);
    else
        check_report(c, rule, anchor, s->written, NULL, "%s `%.300s` neither exists nor is it created", what,
                     s->written);
}

/* "tests/test_a.py::test_one", "a_test.go:12" and "tests/a.rs#name" without what follows the file. */
static const char *file_part(struct checking *c, const char *written)
{
    size_t n = strcspn(written, ":# \t");
    return written[n] ? arena_dup_n(c->work, written, n) : written;
}

static void code_blocks(struct checking *c)
{
    for (size_t i = 0; i < c->d->phases.n; i++) {
        const struct phase *p = &c->d->phases.v[i];
        for (size_t s = 0; s < p->steps.n; s++) {
            const struct step *step = &p->steps.v[s];
            for (size_t k = 0; k < step->code.n; k++) {
                const char *path = step->code.v[k].path;
                if (!words_blank(path))
                    expect_path(c, RULE_CODE_PATH, step->id ? step->id : p->id, path, "the code's file");
            }
        }
    }
}

void rules_related(struct checking *c)
{
    code_blocks(c);
    for (size_t i = 0; i < c->d->closing.tests.n; i++) {
        const struct test_scenario *t = &c->d->closing.tests.v[i];
        const char *file = words_blank(t->file) ? NULL : file_part(c, t->file);
        if (file) expect_path(c, RULE_TEST_FILE, "tests", file, "the test file");
    }
}

/* --- what phases provide and use ---------------------------------------------------------------------------------- */
static bool provided_before(const struct document *d, const struct deliverable *want, size_t phase)
{
    for (size_t i = 0; i < phase; i++)
        for (size_t j = 0; j < d->phases.v[i].provides.n; j++) {
            const struct deliverable *have = &d->phases.v[i].provides.v[j];
            if (have->kind == want->kind && have->name && strcmp(have->name, want->name) == 0) return true;
        }
    return false;
}

static size_t provided_later(const struct document *d, const struct deliverable *want, size_t phase)
{
    for (size_t i = phase + 1; i < d->phases.n; i++)
        if (provided_before(d, want, i + 1)) return i;
    return SIZE_MAX;
}

static void used_file(struct checking *c, const struct phase *p, size_t phase, const char *name)
{
    struct spot *s;
    size_t before = phase ? c->phase_end[phase - 1] : 0;
    enum spot_form form = spot_find(c, name, &s);
    const char *closest;
    if (form != FORM_GOOD || !s) return;
    switch (spot_state(c, s, before)) {
    case SPOT_TREE: ref_note(c, p->id, s, 0); count_verified(c); return;
    case SPOT_FOLDER: count_verified(c); return;
    case SPOT_MADE:
    case SPOT_BELOW: count_to_create(c); return;
    case SPOT_HIDDEN: count_unprovable(c); return;
    case SPOT_GONE:
    case SPOT_ABSENT: break;
    }
    closest = spot_closest(c, s);
    check_report(c, RULE_USES, p->id, s->written, closest, "the phase uses `%.300s`, which is not there by then",
                 s->written);
}

static void used(struct checking *c, const struct phase *p, size_t phase, const struct deliverable *u)
{
    size_t later;
    if (words_blank(u->name)) return;
    if (provided_before(c->d, u, phase)) {
        count_to_create(c);
        return;
    }
    later = provided_later(c->d, u, phase);
    if (later != SIZE_MAX)
        check_report(c, RULE_USES, p->id, u->name, NULL, "the phase uses `%.300s`, which only %s provides", u->name,
                     c->d->phases.v[later].id);
    else if (u->kind == DELIVERS_FILE) used_file(c, p, phase, u->name);
    else count_unprovable(c); /* a symbol, table, endpoint or command of the codebase */
}

static void provided_file(struct checking *c, const struct phase *p, size_t phase, const char *name)
{
    struct spot *s;
    size_t from = phase ? c->phase_end[phase - 1] : 0;
    if (spot_find(c, name, &s) != FORM_GOOD || !s) return;
    for (size_t i = from; i < c->phase_end[phase]; i++)
        if (c->touches.v[i].spot == s) return;
    for (size_t i = from; s->made_folder && i < c->phase_end[phase]; i++) {
        const struct spot *t = c->touches.v[i].spot;
        size_t n = strlen(s->path);
        if (t && strncmp(t->path, s->path, n) == 0 && t->path[n] == '/') return;
    }
    check_report(c, RULE_PROVIDES, p->id, s->written, NULL,
                 "the phase provides `%.300s`, but no step of it touches the file", s->written);
}

void rules_deliverables(struct checking *c)
{
    for (size_t i = 0; i < c->d->phases.n; i++) {
        const struct phase *p = &c->d->phases.v[i];
        for (size_t j = 0; j < p->uses.n; j++) used(c, p, i, &p->uses.v[j]);
        for (size_t j = 0; j < p->provides.n; j++)
            if (p->provides.v[j].kind == DELIVERS_FILE && !words_blank(p->provides.v[j].name))
                provided_file(c, p, i, p->provides.v[j].name);
    }
}
