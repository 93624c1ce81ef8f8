/* Refining: an instruction worked into the sections that are meant, everything else left byte for byte. */
#include "planner/offline/change/edit.h"

#include <stdlib.h>
#include <string.h>

/* --- structured forms --------------------------------------------------------------------------------------------- */
static const char *const drop_words[] = {"drop", "remove", "delete", "skip", "take out"};

/* "P3", "ph3", "phase 3" at the start of s; *rest after it. */
static struct phase *named_phase(struct document *d, struct arena *a, const char *s, const char **rest)
{
    char name[16];
    size_t n = 0, skip = strspn(s, " ");
    s += skip;
    if (strncasecmp(s, "the ", 4) == 0) s += 4;
    if (strncasecmp(s, "phase ", 6) == 0) s += 6;
    (void)a;
    if (s[0] >= '1' && s[0] <= '9') name[n++] = 'P';
    for (; *s && n < sizeof name - 1 && ((*s >= '0' && *s <= '9') || (n < 2 && strchr("PpHh", *s))); s++)
        name[n++] = *s;
    name[n] = '\0';
    if (prose_is_word_char(*s)) return NULL;
    *rest = s;
    return n > 1 ? edit_phase(d, name) : NULL;
}

static int64_t minutes_of(const char *s)
{
    char *end;
    double v;
    if (*s < '0' || *s > '9' || s[strspn(s, "0123456789.,")] == 'x') return 0; /* no "nan", "inf", "0x10" */
    v = strtod(s, &end);
    while (*end == ' ') end++;
    if (!(v > 0) || v > 10000) return 0;
    if (*end == 'd') return (int64_t)(v * 480);
    if (*end == 'h') return (int64_t)(v * 60);
    return *end == 'm' ? (int64_t)v : 0;
}

/* The phase that "drop P3", "rename P2 to …" or "estimate P2 4h" is about; NULL: not of these forms. */
static struct phase *structured_phase(struct document *d, struct arena *a, const char *instruction, bool *ret_drops)
{
    static const char *const other[] = {"rename ", "estimate "};
    struct span s = span_trim((struct span){instruction, strlen(instruction)});
    const char *rest;
    *ret_drops = true;
    for (size_t i = 0; i < countof(drop_words); i++) {
        struct phase *p = span_starts(s, drop_words[i]) ? named_phase(d, a, s.p + strlen(drop_words[i]), &rest) : NULL;
        if (p && rest[strspn(rest, " .!")] == '\0') return p;
    }
    *ret_drops = false;
    for (size_t i = 0; i < countof(other); i++)
        if (span_starts(s, other[i])) return named_phase(d, a, s.p + strlen(other[i]), &rest);
    return NULL;
}

/* "Split phase 2", "move P3 before P1": an order about the plan itself, which is no work for whoever implements it. */
static bool is_order_on_phases(const char *instruction)
{
    static const char *const verbs[] = {"split ", "move ", "merge ", "swap ", "join ", "combine ", "reorder "};
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

/* What such an instruction may not do: touch another section than the one meant, or leave a plan without phases. */
static enum err_kind structured_allowed(const struct brief *b, struct document *d, struct arena *a, struct err *e)
{
    bool drops, meant = b->sections.n == 0;
    struct phase *p = structured_phase(d, a, b->instruction, &drops);
    if (!p) return ERR_OK;
    if (drops && d->phases.n < 2)
        return err_at(e, ERR_INVALID, "/instruction", "%s is the only phase: reject the plan instead", p->id);
    for (size_t i = 0; i < b->sections.n; i++) meant = meant || edit_phase(d, b->sections.v[i]) == p;
    return meant ? ERR_OK : err_at(e, ERR_INVALID, "/sections", "the instruction is about %s", p->id);
}

/* "drop P3", "rename P2 to …", "estimate P2 4h"; false: not of these forms. */
static bool refine_structured(struct document *d, struct arena *a, const char *instruction)
{
    struct span s = span_trim((struct span){instruction, strlen(instruction)});
    const char *rest;
    struct phase *p;
    for (size_t i = 0; i < countof(drop_words); i++) {
        if (!span_starts(s, drop_words[i])) continue;
        p = named_phase(d, a, s.p + strlen(drop_words[i]), &rest);
        if (!p || rest[strspn(rest, " .!")] != '\0') continue;
        edit_drop_phase(d, a, p->id);
        return true;
    }
    if (span_starts(s, "rename ") && (p = named_phase(d, a, s.p + 7, &rest)) != NULL &&
        strncasecmp(rest, " to ", 4) == 0) {
        const char *title = prose_bare(a, prose_short(a, rest + 4, 200));
        if (!prose_blank(title)) p->title = title;
        return true;
    }
    if (span_starts(s, "estimate ") && (p = named_phase(d, a, s.p + 9, &rest)) != NULL) {
        int64_t m = minutes_of(rest + strspn(rest, " :=at"));
        if (m <= 0) return false;
        p->estimate = (struct estimate){.optimistic = m > 15 ? m * 65 / 100 / 15 * 15 : m,
                                        .likely = m,
                                        .pessimistic = (m * 17 / 10 + 14) / 15 * 15};
        if (p->estimate.optimistic <= 0) p->estimate.optimistic = m;
        return true;
    }
    return false;
}

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
    struct phase *p = at ? named_phase(d, a, at, &rest) : NULL;
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

enum err_kind offline_refine(const struct brief *b, struct arena *a, struct document *ret, struct err *e)
{
    struct scene s;
    enum err_kind k;
    if (!b->head) return err_set(e, ERR_INTERNAL, "there is no revision to refine");
    if (prose_blank(prose_bare(a, b->instruction))) return err_at(e, ERR_INVALID, "/instruction", "says nothing");
    k = document_copy(b->head, a, ret, e);
    if (k == ERR_OK && is_order_on_phases(b->instruction))
        return err_at(e, ERR_INVALID, "/instruction",
                      "the offline planner drops, renames and estimates phases; to move, split or join them edit the plan");
    if (k == ERR_OK) k = instruction_scene(b, a, &s, e);
    if (k == ERR_OK) k = structured_allowed(b, ret, a, e);
    if (k != ERR_OK) return k;
    if (!refine_structured(ret, a, b->instruction)) {
        for (size_t i = 0; i < b->sections.n; i++) {
            struct phase *p = edit_phase(ret, b->sections.v[i]);
            if (p) take_demand(&s, ret, p, b->instruction, NULL);
            else if (prose_same(b->sections.v[i], "requirements")) new_demand(&s, ret, b->instruction);
            else if (!refine_section(ret, a, b->sections.v[i], b->instruction))
                return err_at(e, ERR_INVALID, "/sections", "there is no section %s", b->sections.v[i]);
        }
        if (b->sections.n == 0) new_demand(&s, ret, b->instruction);
    }
    k = prose_check(a, e);
    return k == ERR_OK ? document_validate(ret, a, e) : k;
}
