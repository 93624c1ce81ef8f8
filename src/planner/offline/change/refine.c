/* Refining: an instruction worked into the sections that are meant, everything else left byte for byte. */
#include "planner/offline/change/structure.h"

#include <stdlib.h>
#include <string.h>

/* --- a phase that takes a demand ---------------------------------------------------------------------------------- */

/* The file of the scene that the instruction is about, else the first code file the phase changes. */
static const char *file_for(const struct scene *s, const struct phase *p)
{
    const struct need *n = s->needs.n ? &s->needs.v[0] : NULL;
    if (n && n->place) return n->place->full;
    for (size_t i = 0; i < p->steps.n; i++)
        for (size_t j = 0; j < p->steps.v[i].files.n; j++) {
            const struct file_change *f = &p->steps.v[i].files.v[j];
            if (f->change != CHANGE_DELETE && file_is_code(f->path) && !file_is_test(f->path)) return f->path;
        }
    return NULL;
}

/* One more demand: in quarters of an hour, as all estimates. */
static void grow_estimate(struct phase *p)
{
    p->estimate.optimistic += 45;
    p->estimate.likely += 60;
    p->estimate.pessimistic += 105;
}

static void take_demand(const struct scene *s, struct document *d, struct phase *p, const char *demand, const char *id)
{
    struct arena *a = s->a;
    const char *file = file_for(s, p), *label = id ? arena_fmt(a, "**%s** ", id) : "";
    const struct need *first = s->needs.n ? &s->needs.v[0] : NULL;
    text_list hints = {0};
    struct step *st;
    struct file_change *f;
    const char *text;
    if (first) hints_for(s, &first, 1, 2, &hints);
    text = arena_fmt(a, "%s\n\n- %s%s%s%s%s%s",
                     file ? arena_fmt(a, "In `%s` make this hold:", file) : "Make this hold:", label,
                     prose_sentence(a, demand), hints.n ? "\n\n" : "", hints.n ? hints.v[0] : "",
                     hints.n > 1 ? " " : "", hints.n > 1 ? hints.v[1] : "");
    st = edit_add_step(d, p, a, prose_bare(a, prose_short(a, prose_sentence(a, demand), 90)), text);
    f = st && file ? PUSH(a, st->files) : NULL;
    if (f)
        *f = (struct file_change){.path = file,
                                  .change = CHANGE_MODIFY,
                                  .why = id ? arena_fmt(a, "behaviour for %s", id) : "asked for in a refinement"};
    prose_list_add(a, &p->manual,
                   arena_fmt(a, "See that this holds: %s", prose_sentence(a, prose_short(a, demand, 300))));
    grow_estimate(p);
}

/* --- sections of the closing part --------------------------------------------------------------------------------- */
typedef void section_fn(struct document *d, struct arena *a, const char *text);

static void to_overview(struct document *d, struct arena *a, const char *t)
{
    d->overview = arena_fmt(a, "%s\n\n%s", d->overview ? d->overview : "", t);
}
static void to_scope(struct document *d, struct arena *a, const char *t)
{
    prose_list_add(a, &d->out_of_scope, t);
}
static void to_assumptions(struct document *d, struct arena *a, const char *t)
{
    prose_list_add(a, &d->closing.assumptions, t);
}
static void to_questions(struct document *d, struct arena *a, const char *t)
{
    prose_list_add(a, &d->closing.questions, t);
}
static void to_migration(struct document *d, struct arena *a, const char *t)
{
    d->closing.migration = d->closing.migration ? arena_fmt(a, "%s\n\n%s", d->closing.migration, t) : t;
}
static void to_rollback(struct document *d, struct arena *a, const char *t)
{
    d->closing.rollback.text = d->closing.rollback.text ? arena_fmt(a, "%s %s", d->closing.rollback.text, t) : t;
}
static void to_timeline(struct document *d, struct arena *a, const char *t)
{
    d->closing.timeline.note = d->closing.timeline.note ? arena_fmt(a, "%s %s", d->closing.timeline.note, t) : t;
}
static void to_header(struct document *d, struct arena *a, const char *t)
{
    d->header.approach = d->header.approach ? arena_fmt(a, "%s %s", d->header.approach, t) : t;
}
static void to_risks(struct document *d, struct arena *a, const char *t)
{
    struct risk *r = PUSH(a, d->closing.risks);
    if (r)
        *r = (struct risk){.risk = t,
                           .likelihood = LEVEL_MEDIUM,
                           .impact = LEVEL_MEDIUM,
                           .mitigation = "The phase it concerns is watched for it during review and after release.",
                           .contingency = "Take the phase back by its own rollback."};
}
static void to_tests(struct document *d, struct arena *a, const char *t)
{
    const char *file = d->closing.tests.n ? d->closing.tests.v[0].file : "",
               *r = d->closing.tests.n ? d->closing.tests.v[0].requirement : NULL;
    struct test_scenario *x = PUSH(a, d->closing.tests);
    if (x)
        *x =
            (struct test_scenario){.level = TEST_INTEGRATION, .name = prose_bare(a, t), .file = file, .requirement = r};
}
static void to_success(struct document *d, struct arena *a, const char *t)
{
    struct success *x = PUSH(a, d->closing.success);
    if (x) *x = (struct success){.text = t, .measure = "shown at the handover"};
}
static void to_stack(struct document *d, struct arena *a, const char *t)
{
    struct stack_choice *x = PUSH(a, d->closing.stack);
    if (x)
        *x = (struct stack_choice){.choice = prose_bare(a, t), .why = "Asked for by the people who review the plan."};
}
static void to_documentation(struct document *d, struct arena *a, const char *t)
{
    struct documentation *x = PUSH(a, d->closing.documentation);
    if (x) *x = (struct documentation){.target = prose_bare(a, prose_short(a, t, 120)), .change = t};
}
static void to_done(struct document *d, struct arena *a, const char *t)
{
    struct done_item *x = PUSH(a, d->closing.done);
    if (x) x->item = t;
}
static void to_decisions(struct document *d, struct arena *a, const char *t)
{
    struct decision *x = PUSH(a, d->closing.decisions);
    if (x) *x = (struct decision){.decision = t, .why = "Decided by the people who review the plan."};
}

static const struct {
    const char *section;
    section_fn *fn;
} section_rows[] = {
    {"header", to_header},
    {"overview", to_overview},
    {"scope", to_scope},
    {"assumptions", to_assumptions},
    {"questions", to_questions},
    {"migration", to_migration},
    {"rollback", to_rollback},
    {"timeline", to_timeline},
    {"risks", to_risks},
    {"tests", to_tests},
    {"success", to_success},
    {"stack", to_stack},
    {"documentation", to_documentation},
    {"done", to_done},
    {"decisions", to_decisions},
};

/* One section of the closing part changed by words; false: no such section. */
static bool refine_section(struct document *d, struct arena *a, const char *section, const char *instruction)
{
    for (size_t i = 0; i < countof(section_rows); i++) {
        if (strcmp(section_rows[i].section, section) != 0) continue;
        section_rows[i].fn(d, a, prose_sentence(a, prose_short(a, instruction, 1500)));
        for (size_t w = d->closing.not_applicable.n; w-- > 0;)
            if (prose_same(d->closing.not_applicable.v[w].section, section)) REMOVE(d->closing.not_applicable, w);
        return true;
    }
    return false;
}

/* "Split phase 2 …": an order about the plan itself, which is no work for whoever implements it. */
static bool is_order_on_phases(const char *instruction)
{
    static const char *const verbs[] = {"split ",   "move ", "merge ",  "swap ",   "join ",    "combine ",
                                        "reorder ", "drop ", "delete ", "rename ", "estimate "};
    struct span s = span_trim((struct span){instruction, strlen(instruction)});
    for (size_t i = 0; i < countof(verbs); i++) {
        const char *at = s.p + strlen(verbs[i]);
        if (!span_starts(s, verbs[i])) continue;
        if (strncasecmp(at, "the ", 4) == 0) at += 4;
        if (strncasecmp(at, "phase", 5) == 0) at += 5 + strspn(at + 5, "s ");
        else if (*at == 'P') at++;
        else return false;
        return *at >= '0' && *at <= '9';
    }
    return false;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */
/* The instruction read as a ticket of its own over the same codebases. */
static enum err_kind instruction_scene(const struct brief *b, struct arena *a, struct scene *s, struct err *e)
{
    struct brief small = *b;
    small.ticket = (struct ticket){.title = b->instruction, .body = ""};
    small.constraints = NULL;
    small.outline = NULL;
    small.options = NULL;
    small.understanding = NULL;
    memset(&small.files, 0, sizeof small.files);
    return scene_make(&small, a, s, e);
}

static const char *next_requirement(const struct document *d, struct arena *a)
{
    unsigned long top = 0;
    for (size_t i = 0; i < d->requirements.n; i++) {
        unsigned long v = d->requirements.v[i].id[0] == 'R' ? strtoul(d->requirements.v[i].id + 1, NULL, 10) : 0;
        if (v > top) top = v;
    }
    return arena_fmt(a, "R%lu", top + 1);
}

static void new_demand(const struct scene *s, struct document *d, const char *instruction)
{
    struct arena *a = s->a;
    const char *id = next_requirement(d, a), *rest, *at = strstr(instruction, "P");
    struct phase *p = at ? structure_phase(d, at, &rest) : NULL;
    struct requirement *r = PUSH(a, d->requirements);
    struct test_scenario *t;
    const char *file = "";
    if (!r || !id) return;
    *r = (struct requirement){.id = id,
                              .text = prose_sentence(a, prose_short(a, instruction, 1500)),
                              .quote = prose_short(a, instruction, 500),
                              .source = "refinement"};
    if (!p) p = edit_closest(d, a, instruction);
    if (!p) return;
    edit_cover(d, p, a, id);
    take_demand(s, d, p, instruction, id);
    for (size_t i = 0; i < d->closing.tests.n && !file[0]; i++)
        if (d->closing.tests.v[i].file &&
            prose_list_has(p->requirements.v, p->requirements.n, d->closing.tests.v[i].requirement))
            file = d->closing.tests.v[i].file;
    t = PUSH(a, d->closing.tests);
    if (t)
        *t = (struct test_scenario){.level = TEST_INTEGRATION,
                                    .name = prose_bare(a, prose_short(a, instruction, 200)),
                                    .file = file,
                                    .requirement = id};
}

/* One text worked into the sections meant, or wherever it fits. */
static enum err_kind work_in(const struct brief *b, struct arena *a, struct document *d, struct err *e)
{
    struct scene s;
    bool done = false;
    enum err_kind k = structure_apply(b, b->instruction, d, a, &done, e);
    if (k != ERR_OK || done || (k = instruction_scene(b, a, &s, e)) != ERR_OK) return k;
    if (is_order_on_phases(b->instruction))
        return err_at(e, ERR_INVALID, "/instruction",
                      "not understood; such as, each on a line: split P2 after 2.1, merge P2 and P3, move P3 before P2, "
                      "swap P1 and P2, drop P4, rename P1 to Storage, estimate P1 4h");
    for (size_t i = 0; i < b->sections.n; i++) {
        struct phase *p = edit_phase(d, b->sections.v[i]);
        if (p) take_demand(&s, d, p, b->instruction, NULL);
        else if (prose_same(b->sections.v[i], "requirements")) new_demand(&s, d, b->instruction);
        else if (!refine_section(d, a, b->sections.v[i], b->instruction))
            return err_at(e, ERR_INVALID, "/sections", "there is no section %s", b->sections.v[i]);
    }
    if (b->sections.n == 0) new_demand(&s, d, b->instruction);
    return prose_check(a, e);
}

/* A comment is an instruction for the section that it stands in. */
static enum err_kind work_in_remarks(const struct brief *b, struct arena *a, struct document *d, struct err *e)
{
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < b->remarks.n; i++) {
        struct brief one = *b;
        const char *section = b->remarks.v[i].section;
        one.instruction = b->remarks.v[i].text;
        one.sections.v = &section;
        one.sections.n = 1;
        k = work_in(&one, a, d, e);
    }
    return k;
}

enum err_kind offline_refine(const struct brief *b, struct arena *a, struct document *ret, struct err *e)
{
    enum err_kind k;
    if (!b->head) return err_set(e, ERR_INTERNAL, "there is no revision to refine");
    if (b->instruction ? prose_blank(prose_bare(a, b->instruction)) : !b->remarks.n)
        return err_at(e, ERR_INVALID, "/instruction", "says nothing");
    if ((k = document_copy(b->head, a, ret, e)) != ERR_OK) return k;
    if (b->instruction && (k = work_in(b, a, ret, e)) != ERR_OK) return k;
    if ((k = work_in_remarks(b, a, ret, e)) != ERR_OK || (k = prose_check(a, e)) != ERR_OK) return k;
    return document_validate(ret, a, e);
}
