/* Repairing: one row per rule of the checks, each a fix of what the finding names. A rule without a row is left to
 * people: its finding stays. */
#include <stdlib.h>
#include <string.h>
#include "planner/offline/edit.h"

struct repairing {
    const struct scene *s;
    struct document *d;
    struct arena *a;
    const struct check_finding *f;
};
typedef void repair_fn(struct repairing *r);

static struct tree *tree_of(const struct repairing *r, const char *path, const char **inner)
{
    const char *cut = strstr(path, "//");
    *inner = cut ? cut + 2 : path;
    for (size_t c = 1; cut && c < r->s->b->codebases.n; c++) {
        const char *alias = r->s->b->codebases.v[c].base.alias;
        if (alias && strlen(alias) == (size_t)(cut - path) && memcmp(alias, path, strlen(alias)) == 0) return r->s->b->codebases.v[c].tree;
    }
    return scene_tree(r->s, 0);
}

static bool exists(const struct repairing *r, const char *path)
{
    const char *inner;
    struct tree *t = path ? tree_of(r, path, &inner) : NULL;
    return t && tree_find(t, inner) != NULL;
}

/* --- files of steps ------------------------------------------------------------------------------------------------------ */
typedef bool change_fn(struct repairing *r, struct step *st, size_t i); /* true: done, look no further */

static void each_change(struct repairing *r, change_fn *fn)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    size_t from = p ? (size_t)(p - r->d->phases.v) : 0, to = p ? from + 1 : r->d->phases.n;
    for (; from < to; from++)
        for (size_t s = 0; s < r->d->phases.v[from].steps.n; s++) {
            struct step *st = &r->d->phases.v[from].steps.v[s];
            if (strchr(r->f->anchor ? r->f->anchor : "", '.') && !prose_same(st->id, r->f->anchor)) continue;
            for (size_t i = 0; i < st->files.n; i++)
                if ((prose_same(st->files.v[i].path, r->f->evidence) || prose_same(st->files.v[i].from, r->f->evidence)) && fn(r, st, i)) return;
        }
}

static const char *replace_text(const char *s, const char *key, void *arg)
{
    struct repairing *r = arg;
    bool kept = strcmp(key, "quote") == 0 || strcmp(key, "id") == 0 || strncmp(key, "ticket_", 7) == 0;
    return kept || !r->f->evidence || !strstr(s, r->f->evidence) ? s : edit_replaced(r->a, s, r->f->evidence, r->f->suggestion);
}

static bool missing_file(struct repairing *r, struct step *st, size_t i)
{
    struct file_change *f = &st->files.v[i];
    if (exists(r, r->f->suggestion)) {
        edit_texts_at(r->d, r->f->anchor, replace_text, r);
        return true;
    }
    if (f->change == CHANGE_DELETE) REMOVE(st->files, i);
    else f->change = CHANGE_CREATE, f->from = NULL;
    return true;
}

static bool existing_file(struct repairing *r, struct step *st, size_t i)
{
    (void)r;
    if (st->files.v[i].change == CHANGE_CREATE) st->files.v[i].change = CHANGE_MODIFY;
    return false;
}

static bool drop_change(struct repairing *r, struct step *st, size_t i)
{
    (void)r;
    REMOVE(st->files, i);
    return true;
}

/* The first change of the path makes it, later ones modify it. */
static void reorder(struct repairing *r)
{
    bool made = exists(r, r->f->evidence);
    for (size_t p = 0; p < r->d->phases.n; p++)
        for (size_t s = 0; s < r->d->phases.v[p].steps.n; s++)
            for (size_t i = 0; i < r->d->phases.v[p].steps.v[s].files.n; i++) {
                struct file_change *f = &r->d->phases.v[p].steps.v[s].files.v[i];
                if (!prose_same(f->path, r->f->evidence) || f->change == CHANGE_RENAME) continue;
                f->change = made ? (f->change == CHANGE_DELETE ? CHANGE_DELETE : CHANGE_MODIFY) : CHANGE_CREATE;
                made = f->change != CHANGE_DELETE;
            }
}

static void fix_missing(struct repairing *r) { each_change(r, missing_file); }
static void fix_existing(struct repairing *r) { each_change(r, existing_file); }
static void fix_drop(struct repairing *r) { each_change(r, drop_change); }

static void fix_form(struct repairing *r)
{
    char clean[4096];
    struct err ignored;
    struct check_finding f = *r->f;
    struct repairing again = *r;
    const char *path = r->f->evidence ? r->f->evidence + strspn(r->f->evidence, "/") : "";
    if (tree_normalise(path, clean, sizeof clean, &ignored) != ERR_OK) {
        each_change(r, drop_change);
        return;
    }
    f.suggestion = arena_dup(r->a, clean);
    again.f = &f;
    if (f.suggestion) edit_texts_at(r->d, f.anchor, replace_text, &again);
}

/* --- what cites --------------------------------------------------------------------------------------------------------------- */
static void fix_code_path(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    for (size_t s = 0; p && s < p->steps.n; s++)
        for (size_t i = 0; i < p->steps.v[s].code.n; i++)
            if (prose_same(p->steps.v[s].code.v[i].path, r->f->evidence)) p->steps.v[s].code.v[i].path = p->steps.v[s].files.n ? p->steps.v[s].files.v[0].path : NULL;
}

static void fix_test_file(struct repairing *r)
{
    const char *known = NULL;
    for (size_t p = 0; p < r->d->phases.n && !known; p++)
        for (size_t s = 0; s < r->d->phases.v[p].steps.n && !known; s++)
            for (size_t i = 0; i < r->d->phases.v[p].steps.v[s].files.n && !known; i++)
                if (file_is_test(r->d->phases.v[p].steps.v[s].files.v[i].path)) known = r->d->phases.v[p].steps.v[s].files.v[i].path;
    for (size_t i = 0; i < r->d->closing.tests.n; i++)
        if (prose_same(r->d->closing.tests.v[i].file, r->f->evidence)) r->d->closing.tests.v[i].file = exists(r, r->f->suggestion) ? r->f->suggestion : known ? known : "";
}

static void fix_evidence(struct repairing *r)
{
    for (size_t i = 0; i < r->d->closing.stack.n; i++)
        for (size_t j = r->d->closing.stack.v[i].evidence.n; j-- > 0;) {
            struct evidence *e = &r->d->closing.stack.v[i].evidence.v[j];
            size_t n = e->path ? strlen(e->path) : 0;
            if (!e->path || !r->f->evidence || strncmp(r->f->evidence, e->path, n) != 0 || (r->f->evidence[n] != '\0' && r->f->evidence[n] != ':')) continue;
            if (exists(r, e->path)) e->line = 0;
            else if (exists(r, r->f->suggestion)) e->path = r->f->suggestion, e->line = 0;
            else REMOVE(r->d->closing.stack.v[i].evidence, j);
        }
}

/* "src/a.c:900": the line goes, the path stays. */
static void fix_line(struct repairing *r)
{
    const char *colon = r->f->evidence ? strrchr(r->f->evidence, ':') : NULL;
    struct check_finding f = *r->f;
    struct repairing again = *r;
    fix_evidence(r);
    if (!colon) return;
    f.suggestion = arena_dup_n(r->a, r->f->evidence, (size_t)(colon - r->f->evidence));
    again.f = &f;
    if (f.suggestion) edit_texts_at(r->d, f.anchor, replace_text, &again);
}

static void fix_deliverable(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    for (size_t i = p ? p->uses.n : 0; i-- > 0;)
        if (prose_same(p->uses.v[i].name, r->f->evidence)) REMOVE(p->uses, i);
    for (size_t i = p && strcmp(r->f->rule, "provides-made") == 0 ? p->provides.n : 0; i-- > 0;)
        if (prose_same(p->provides.v[i].name, r->f->evidence)) REMOVE(p->provides, i);
}

/* A path in prose that is nowhere: the closest one, or its words. */
static void fix_text_path(struct repairing *r)
{
    struct check_finding f = *r->f;
    struct repairing again = *r;
    struct span stem = file_stem(f.evidence ? f.evidence : "");
    if (!f.evidence || !*f.evidence) return;
    if (!exists(r, f.suggestion)) f.suggestion = name_words(r->a, arena_dup_n(r->a, stem.p, stem.n));
    again.f = &f;
    if (f.suggestion && *f.suggestion) edit_texts_at(r->d, f.anchor, replace_text, &again);
}

/* --- commands ------------------------------------------------------------------------------------------------------------------ */
static const char *provider_of(const struct repairing *r, const char *command)
{
    enum command_status k = scene_command_known(r->s, command);
    for (size_t i = 0; k == COMMAND_UNKNOWN && i < r->d->phases.n; i++)
        for (size_t j = 0; j < r->d->phases.v[i].provides.n; j++)
            if (r->d->phases.v[i].provides.v[j].kind == DELIVERS_COMMAND && survey_command_is(command, r->d->phases.v[i].provides.v[j].name)) return r->d->phases.v[i].id;
    return k == COMMAND_UNKNOWN ? NULL : k == COMMAND_SYSTEM ? "system" : "repository";
}

static bool concerns(const struct repairing *r, const struct automated *x)
{
    return prose_same(x->command, r->f->evidence) || (r->f->evidence && strlen(r->f->evidence) > 2 && strstr(x->command, r->f->evidence));
}

static void fix_command(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    const struct survey_command *test = scene_command(r->s, 0, COMMAND_TEST);
    for (size_t i = p ? p->automated.n : 0; i-- > 0;) {
        struct automated *x = &p->automated.v[i];
        const char *by;
        if (!concerns(r, x)) continue;
        if (r->f->suggestion && (by = provider_of(r, r->f->suggestion)) != NULL) x->command = r->f->suggestion, x->provided_by = by;
        else if (test && (by = provider_of(r, test->name)) != NULL) *x = (struct automated){ .command = test->name, .expect = "all tests pass", .expected_before = BEFORE_PASS, .provided_by = by };
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
        if (!r->f->evidence || strstr(r->d->closing.rollback.commands.v[i], r->f->evidence)) REMOVE(r->d->closing.rollback.commands, i);
}

/* --- contract ------------------------------------------------------------------------------------------------------------------- */
static void fix_section(struct repairing *r)
{
    struct waived_section *w;
    if (prose_same(r->f->anchor, "overview")) {
        r->d->overview = r->d->header.approach ? r->d->header.approach : r->d->header.title;
        return;
    }
    w = PUSH(r->a, r->d->closing.not_applicable);
    if (w) *w = (struct waived_section){ .section = r->f->anchor, .reason = "neither the ticket nor the codebase calls for it" };
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
    if (e->optimistic <= 0 || e->optimistic > e->likely) e->optimistic = e->likely * 7 / 10 > 0 ? e->likely * 7 / 10 : 1;
    if (e->pessimistic < e->likely) e->pessimistic = e->likely * 17 / 10;
}

/* Takes the sentence out that the words stand in. */
static const char *without_sentence(const char *s, const char *key, void *arg)
{
    struct repairing *r = arg;
    const char *hit = r->f->evidence ? strstr(s, r->f->evidence) : NULL, *from = hit, *to = hit;
    if (!hit || strcmp(key, "quote") == 0) return s;
    while (from > s && !(strchr(".!?\n", from[-1]) && (from[0] == ' ' || from[-1] == '\n'))) from--;
    while (*to && !(strchr(".!?", *to) && (to[1] == ' ' || to[1] == '\0' || to[1] == '\n')) && *to != '\n') to++;
    if (*to && *to != '\n') to++;
    if (from == s && *to == '\0') return prose_bare(r->a, edit_replaced(r->a, s, r->f->evidence, "as the ticket says"));
    return arena_fmt(r->a, "%.*s%s", (int)(from - s), s, to);
}

static void fix_placeholder(struct repairing *r)
{
    edit_texts_at(r->d, r->f->anchor, without_sentence, r);
}

static void fix_migration(struct repairing *r)
{
    struct check_finding f = *r->f;
    struct repairing again = *r;
    const char *down, *words = f.evidence ? name_words(r->a, arena_dup_n(r->a, file_stem(f.evidence).p, file_stem(f.evidence).n)) : NULL;
    while (words && ((*words >= '0' && *words <= '9') || *words == ' ')) words++;
    f.suggestion = words && *words ? migration_file(r->s, words, &down) : NULL;
    again.f = &f;
    if (f.suggestion) edit_texts_at(r->d, f.anchor, replace_text, &again);
}

/* --- coverage -------------------------------------------------------------------------------------------------------------------- */
static const struct requirement *requirement_named(const struct repairing *r)
{
    for (size_t i = 0; i < r->d->requirements.n; i++)
        if (prose_same(r->d->requirements.v[i].id, r->f->evidence) || (r->f->message && prose_has_word(r->f->message, r->d->requirements.v[i].id))) return &r->d->requirements.v[i];
    return NULL;
}

static void fix_coverage(struct repairing *r)
{
    const struct requirement *q = requirement_named(r);
    struct phase *p = q ? edit_closest(r->d, r->a, q->text) : NULL;
    if (!p) return;
    edit_cover(r->d, p, r->a, q->id);
    (void)edit_add_step(r->d, p, r->a, prose_bare(r->a, prose_short(r->a, q->text, 90)), arena_fmt(r->a, "Make this hold:\n\n- **%s** %s", q->id, q->text));
    prose_list_add(r->a, &p->manual, arena_fmt(r->a, "See that %s holds: %s", q->id, q->text));
}

static void fix_unknown_requirement(struct repairing *r)
{
    for (size_t i = 0; i < r->d->phases.n; i++)
        for (size_t j = r->d->phases.v[i].requirements.n; j-- > 0;)
            if (prose_same(r->d->phases.v[i].requirements.v[j], r->f->evidence)) REMOVE(r->d->phases.v[i].requirements, j);
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
    if (t) *t = (struct test_scenario){ .level = TEST_INTEGRATION, .name = prose_bare(r->a, prose_short(r->a, q->text, 200)), .file = file, .requirement = q->id };
}

/* --- safety ------------------------------------------------------------------------------------------------------------------------- */
static const char *blank_secret(const char *s, const char *key, void *arg)
{
    struct repairing *r = arg;
    (void)key;
    return r->f->evidence && *r->f->evidence && strstr(s, r->f->evidence) ? edit_replaced(r->a, s, r->f->evidence, "${SECRET}") : s;
}

static void fix_secret(struct repairing *r)
{
    edit_texts_at(r->d, r->f->anchor, blank_secret, r);
}

static void fix_destructive(struct repairing *r)
{
    struct phase *p = edit_phase(r->d, r->f->anchor);
    const char *text = arena_fmt(r->a, "Before `%s` runs, back up what it removes and try the restore; going back means restoring that backup.", r->f->evidence ? r->f->evidence : "the destructive command");
    if (p) p->rollback = prose_blank(p->rollback) ? text : arena_fmt(r->a, "%s %s", p->rollback, text);
    else r->d->closing.rollback.text = prose_blank(r->d->closing.rollback.text) ? text : arena_fmt(r->a, "%s %s", r->d->closing.rollback.text, text);
}

static void fix_pipe(struct repairing *r)
{
    fix_command(r);
    fix_rollback_command(r);
    edit_texts_at(r->d, r->f->anchor, without_sentence, r);
}

static const struct { const char *rule; repair_fn *fn; } rows[] = {
    { "path-exists", fix_missing }, { "path-form", fix_form }, { "path-alias", fix_form }, { "path-order", reorder }, { "path-folder", fix_drop }, { "create-new", fix_existing }, { "rename-source", fix_missing }, { "rename-target", fix_drop },
    { "code-path", fix_code_path }, { "test-file", fix_test_file }, { "evidence-path", fix_evidence }, { "evidence-line", fix_line }, { "uses-known", fix_deliverable }, { "provides-made", fix_deliverable }, { "text-path", fix_text_path },
    { "text-path-maybe", fix_text_path }, { "command-known", fix_command }, { "command-order", fix_command }, { "command-path", fix_command }, { "command-provider", fix_provider }, { "rollback-command", fix_rollback_command },
    { "section-present", fix_section }, { "phase-steps", fix_phase }, { "phase-automated", fix_phase }, { "phase-manual", fix_phase }, { "phase-rollback", fix_phase }, { "dependency-known", fix_dependency }, { "dependency-order", fix_dependency },
    { "dependency-cycle", fix_dependency }, { "estimate", fix_estimate }, { "placeholder", fix_placeholder }, { "migration-twice", fix_migration }, { "migration-number", fix_migration }, { "requirement-covered", fix_coverage },
    { "requirement-known", fix_unknown_requirement }, { "phase-purpose", fix_purpose }, { "requirement-tested", fix_untested }, { "secret", fix_secret }, { "destructive-unguarded", fix_destructive }, { "pipe-to-shell", fix_pipe },
};

enum err_kind offline_repair(const struct brief *b, struct arena *a, struct document *ret, struct err *e)
{
    struct scene s;
    enum err_kind k;
    if (!b->head) return err_set(e, ERR_INTERNAL, "there is no revision to repair");
    k = document_copy(b->head, a, ret, e);
    if (k == ERR_OK) k = scene_make(b, a, &s, e);
    for (size_t i = 0; k == ERR_OK && i < b->findings.n; i++) {
        struct repairing r = { .s = &s, .d = ret, .a = a, .f = &b->findings.v[i] };
        for (size_t row = 0; r.f->rule && row < countof(rows); row++)
            if (strcmp(rows[row].rule, r.f->rule) == 0) rows[row].fn(&r);
    }
    if (k == ERR_OK) k = arena_check(a, e);
    return k == ERR_OK ? document_validate(ret, a, e) : k;
}
