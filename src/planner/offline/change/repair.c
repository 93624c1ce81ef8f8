/* Repairing: one row per rule of the checks, each a fix of what the finding names. A rule without a row is left to
 * people: its finding stays. */
#include "planner/offline/change/repair.h"

#include <stdlib.h>
#include <string.h>

/* --- commands ----------------------------------------------------------------------------------------------------- */
static const char *provider_of(const struct repairing *r, const char *command)
{
    enum command_status k = scene_command_known(r->s, command);
    for (size_t i = 0; k == COMMAND_UNKNOWN && i < r->d->phases.n; i++)
        for (size_t j = 0; j < r->d->phases.v[i].provides.n; j++)
            if (r->d->phases.v[i].provides.v[j].kind == DELIVERS_COMMAND &&
                survey_command_is(command, r->d->phases.v[i].provides.v[j].name))
                return r->d->phases.v[i].id;
    return k == COMMAND_UNKNOWN ? NULL : k == COMMAND_SYSTEM ? "system" : "repository";
}

static bool concerns(const struct repairing *r, const struct automated *x)
{
    return prose_same(x->command, r->f->evidence) ||
           (r->f->evidence && strlen(r->f->evidence) > 2 && strstr(x->command, r->f->evidence));
}

static void fix_command(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    const struct survey_command *test = scene_command(r->s, 0, COMMAND_TEST);
    for (size_t i = p ? p->automated.n : 0; i-- > 0;) {
        struct automated *x = &p->automated.v[i];
        const char *by;
        if (!concerns(r, x)) continue;
        if (r->f->suggestion && (by = provider_of(r, r->f->suggestion)) != NULL)
            x->command = r->f->suggestion, x->provided_by = by;
        else if (test && (by = provider_of(r, test->name)) != NULL)
            *x = (struct automated){
                .command = test->name, .expect = "all tests pass", .expected_before = BEFORE_PASS, .provided_by = by};
        else REMOVE(p->automated, i);
    }
    for (size_t i = p ? p->automated.n : 0; i-- > 1;)
        for (size_t j = 0; j < i; j++)
            if (strcmp(p->automated.v[i].command, p->automated.v[j].command) == 0) {
                REMOVE(p->automated, i);
                break;
            }
    if (p) edit_ensure_criteria(r->d, p, r->a);
}

/* A command that is known names a file that is not there. */
static void fix_command_path(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    for (size_t i = 0; p && repair_exists(r, r->f->suggestion) && i < p->automated.n; i++)
        if (concerns(r, &p->automated.v[i]))
            p->automated.v[i].command =
                edit_replaced(r->a, p->automated.v[i].command, r->f->evidence, r->f->suggestion);
    if (!repair_exists(r, r->f->suggestion)) {
        struct check_finding f = *r->f;
        struct repairing again = *r;
        f.suggestion = NULL;
        again.f = &f;
        fix_command(&again);
    }
}

static void fix_provider(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    for (size_t i = 0; p && i < p->automated.n; i++) {
        const char *by = concerns(r, &p->automated.v[i]) ? provider_of(r, p->automated.v[i].command) : NULL;
        if (by) p->automated.v[i].provided_by = by;
    }
}

static void fix_rollback_command(struct repairing *r)
{
    for (size_t i = r->d->closing.rollback.commands.n; i-- > 0;)
        if (!r->f->evidence || strstr(r->d->closing.rollback.commands.v[i], r->f->evidence))
            REMOVE(r->d->closing.rollback.commands, i);
}

/* --- contract ----------------------------------------------------------------------------------------------------- */
static void fix_section(struct repairing *r)
{
    struct waived_section *w;
    if (prose_same(r->f->anchor, "overview")) {
        r->d->overview = r->d->header.approach ? r->d->header.approach : r->d->header.title;
        return;
    }
    w = PUSH(r->a, r->d->closing.not_applicable);
    if (w)
        *w = (struct waived_section){.section = r->f->anchor,
                                     .reason = "neither the ticket nor the codebase calls for it"};
}

static void fix_phase(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    if (p) edit_ensure_criteria(r->d, p, r->a);
}

static void fix_dependency(struct repairing *r)
{
    for (size_t i = 0; i < r->d->phases.n; i++) {
        struct phase *p = &r->d->phases.v[i];
        for (size_t j = p->depends_on.n; j-- > 0;) {
            struct phase *on = edit_phase(r->d, p->depends_on.v[j]);
            if (!on || (size_t)(on - r->d->phases.v) >= i) REMOVE(p->depends_on, j);
        }
    }
}

static void fix_estimate(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    struct estimate *e = p ? &p->estimate : NULL;
    if (!e) return;
    if (e->likely <= 0) e->likely = e->pessimistic > 0 ? e->pessimistic : 60;
    if (e->optimistic <= 0 || e->optimistic > e->likely)
        e->optimistic = e->likely * 7 / 10 > 0 ? e->likely * 7 / 10 : 1;
    if (e->pessimistic < e->likely) e->pessimistic = e->likely * 17 / 10;
}

static void sentence_out(struct repairing *r)
{
    struct needle n = {r->a, r->f->evidence, "as the ticket says"};
    edit_texts_at(r->d, r->f->anchor, edit_without_sentence, &n);
}

/* The evidence names the field as well: "text: TBD". */
static void fix_placeholder(struct repairing *r)
{
    const char *colon = r->f->evidence ? strstr(r->f->evidence, ": ") : NULL;
    struct needle n = {r->a, colon ? colon + 2 : r->f->evidence, "as the ticket says"};
    edit_texts_at(r->d, r->f->anchor, edit_without_sentence, &n);
}

static void fix_migration(struct repairing *r)
{
    struct check_finding f = *r->f;
    struct repairing again = *r;
    const char *down,
        *words =
            f.evidence ? name_words(r->a, arena_dup_n(r->a, file_stem(f.evidence).p, file_stem(f.evidence).n)) : NULL;
    while (words && ((*words >= '0' && *words <= '9') || *words == ' ')) words++;
    f.suggestion = words && *words ? migration_file(r->s, words, &down) : NULL;
    again.f = &f;
    if (f.suggestion) edit_texts_at(r->d, f.anchor, repair_replaced, &again);
}

/* --- coverage ----------------------------------------------------------------------------------------------------- */
static const struct requirement *requirement_named(const struct repairing *r)
{
    for (size_t i = 0; i < r->d->requirements.n; i++)
        if (prose_same(r->d->requirements.v[i].id, r->f->evidence) ||
            (r->f->message && prose_has_word(r->f->message, r->d->requirements.v[i].id)))
            return &r->d->requirements.v[i];
    return NULL;
}

static void fix_coverage(struct repairing *r)
{
    const struct requirement *q = requirement_named(r);
    struct phase *p = q ? edit_closest(r->d, r->a, q->text) : NULL;
    if (!p) return;
    edit_cover(r->d, p, r->a, q->id);
    (void)edit_add_step(r->d, p, r->a, prose_bare(r->a, prose_short(r->a, q->text, 90)),
                        arena_fmt(r->a, "Make this hold:\n\n- **%s** %s", q->id, q->text));
    prose_list_add(r->a, &p->manual, arena_fmt(r->a, "See that %s holds: %s", q->id, q->text));
}

static void fix_unknown_requirement(struct repairing *r)
{
    for (size_t i = 0; i < r->d->phases.n; i++)
        for (size_t j = r->d->phases.v[i].requirements.n; j-- > 0;)
            if (prose_same(r->d->phases.v[i].requirements.v[j], r->f->evidence))
                REMOVE(r->d->phases.v[i].requirements, j);
    for (size_t i = 0; i < r->d->closing.tests.n; i++)
        if (prose_same(r->d->closing.tests.v[i].requirement, r->f->evidence))
            r->d->closing.tests.v[i].requirement = NULL;
}

static void fix_purpose(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    if (p && prose_blank(p->why)) p->why = p->goal;
}

static void fix_untested(struct repairing *r)
{
    const struct requirement *q = requirement_named(r);
    struct test_scenario *t = q ? PUSH(r->a, r->d->closing.tests) : NULL;
    const char *file = r->d->closing.tests.n > 1 ? r->d->closing.tests.v[0].file : "";
    if (t)
        *t = (struct test_scenario){.level = TEST_INTEGRATION,
                                    .name = prose_bare(r->a, prose_short(r->a, q->text, 200)),
                                    .file = file,
                                    .requirement = q->id};
}

/* --- safety ------------------------------------------------------------------------------------------------------- */
/* The evidence shows how it begins and how long it is: "AKIAAB… (20 characters)". */
static const char *blank_secret(const char *s, const char *key, void *arg)
{
    struct repairing *r = arg;
    const char *cut = r->f->evidence ? strstr(r->f->evidence, "\xe2\x80\xa6 (") : NULL, *begins, *hit;
    size_t n = cut ? strtoul(cut + 5, NULL, 10) : 0;
    (void)key;
    begins =
        cut && n > 0 && cut > r->f->evidence ? arena_dup_n(r->a, r->f->evidence, (size_t)(cut - r->f->evidence)) : NULL;
    while (begins && (hit = strstr(s, begins)) != NULL && strlen(hit) >= n) {
        const char *shorter = arena_fmt(r->a, "%.*s${SECRET}%s", (int)(hit - s), s, hit + n);
        if (!shorter) break;
        s = shorter;
    }
    return s;
}

static void fix_secret(struct repairing *r)
{
    edit_texts_at(r->d, r->f->anchor, blank_secret, r);
}

static void fix_destructive(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    const char *text = arena_fmt(
        r->a, "Before `%s` runs, back up what it removes and try the restore; going back means restoring that backup.",
        r->f->evidence ? r->f->evidence : "the destructive command");
    if (p) p->rollback = prose_blank(p->rollback) ? text : arena_fmt(r->a, "%s %s", p->rollback, text);
    else
        r->d->closing.rollback.text = prose_blank(r->d->closing.rollback.text)
                                          ? text
                                          : arena_fmt(r->a, "%s %s", r->d->closing.rollback.text, text);
}

static void fix_pipe(struct repairing *r)
{
    fix_command(r);
    fix_rollback_command(r);
    sentence_out(r);
}

static const struct {
    const char *rule;
    repair_fn *fn;
} rows[] = {
    {"path-exists", repair_missing},
    {"path-form", repair_form},
    {"path-alias", repair_form},
    {"path-order", repair_order},
    {"path-folder", repair_drop},
    {"create-new", repair_existing},
    {"rename-source", repair_missing},
    {"rename-target", repair_drop},
    {"code-path", repair_code_path},
    {"test-file", repair_test_file},
    {"evidence-path", repair_evidence},
    {"evidence-line", repair_line},
    {"uses-known", repair_deliverable},
    {"provides-made", repair_deliverable},
    {"text-path", repair_text_path},
    {"text-path-maybe", repair_text_path},
    {"command-known", fix_command},
    {"command-order", fix_command},
    {"command-path", fix_command_path},
    {"command-provider", fix_provider},
    {"rollback-command", fix_rollback_command},
    {"section-present", fix_section},
    {"phase-steps", fix_phase},
    {"phase-automated", fix_phase},
    {"phase-manual", fix_phase},
    {"phase-rollback", fix_phase},
    {"dependency-known", fix_dependency},
    {"dependency-order", fix_dependency},
    {"dependency-cycle", fix_dependency},
    {"estimate", fix_estimate},
    {"placeholder", fix_placeholder},
    {"migration-twice", fix_migration},
    {"migration-number", fix_migration},
    {"requirement-covered", fix_coverage},
    {"requirement-known", fix_unknown_requirement},
    {"phase-purpose", fix_purpose},
    {"requirement-tested", fix_untested},
    {"secret", fix_secret},
    {"destructive-unguarded", fix_destructive},
    {"pipe-to-shell", fix_pipe},
};

enum err_kind offline_repair(const struct brief *b, struct arena *a, struct document *ret, struct err *e)
{
    struct scene s;
    enum err_kind k;
    if (!b->head) return err_set(e, ERR_INTERNAL, "there is no revision to repair");
    k = document_copy(b->head, a, ret, e);
    if (k == ERR_OK) k = scene_make(b, a, &s, e);
    for (size_t i = 0; k == ERR_OK && i < b->findings.n; i++) {
        struct repairing r = {.s = &s, .d = ret, .a = a, .f = &b->findings.v[i]};
        for (size_t row = 0; r.f->rule && row < countof(rows); row++)
            if (strcmp(rows[row].rule, r.f->rule) == 0) rows[row].fn(&r);
    }
    if (k == ERR_OK) k = prose_check(a, e);
    return k == ERR_OK ? document_validate(ret, a, e) : k;
}
