/* Refining and repairing: what is meant changes, everything else stays byte for byte, and the checks hold again. */
#include "unit/planner_world.h"
#include "planner/prose.h"
#include "unit/check_main.h"

static void open_plan(struct world *w)
{
    world_open(w, "python-api");
    world_ticket_file(w, "sliding_sessions.md");
    world_plan(w);
    w->brief.head = &w->document;
    w->brief.next_section = (int64_t)w->document.phases.n + 1;
}

static struct document refine(struct world *w, const char *instruction, const char *section)
{
    struct step_result r;
    static const char *sections[1];
    sections[0] = section;
    w->brief.instruction = instruction;
    w->brief.sections.v = sections;
    w->brief.sections.n = section ? 1 : 0;
    world_step(w, STEP_REFINE, NULL, &r);
    return r.document;
}

static size_t changed_sections(struct world *w, const struct document *now, const char *expected)
{
    section_list before, after;
    size_t n = 0;
    ck_ok(w, document_split(&w->document, w->a, &before, &w->e));
    ck_ok(w, document_split(now, w->a, &after, &w->e));
    for (size_t i = 0; i < after.n; i++) {
        const struct section *old = section_find(&before, after.v[i].id);
        if (old && memcmp(&old->hash, &after.v[i].hash, sizeof old->hash) == 0) continue;
        n++;
        if (expected) ck_assert_msg(strcmp(after.v[i].id, expected) == 0, "%s has changed", after.v[i].id);
    }
    return n;
}

static void no_errors(struct world *w, const struct document *d)
{
    struct check_result r;
    struct document kept = w->document;
    w->document = *d;
    world_check(w, &r);
    w->document = kept;
    for (size_t i = 0; i < r.findings.n; i++)
        ck_assert_msg(r.findings.v[i].severity != SEVERITY_ERROR, "%s %s: %s", r.findings.v[i].rule,
                      r.findings.v[i].anchor, r.findings.v[i].message);
}

START_TEST(a_section_that_is_meant_changes_alone)
{
    static const char *const sections[] = {"ph2",           "risks", "decisions", "assumptions", "success", "done",
                                           "documentation", "scope", "overview",  "rollback",    "tests"};
    struct world w;
    open_plan(&w);
    for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++) {
        struct document d = refine(&w, "Log every extension with the session's id", sections[i]);
        ck_assert_uint_eq(changed_sections(&w, &d, sections[i]), 1);
        no_errors(&w, &d);
    }
    world_close(&w);
}
END_TEST

START_TEST(a_demand_without_a_section_becomes_a_requirement)
{
    struct world w;
    struct document d;
    const char *id;
    bool covered = false;
    open_plan(&w);
    d = refine(&w, "Sessions of locked customers must end at once", NULL);
    ck_assert_uint_eq(d.requirements.n, w.document.requirements.n + 1);
    id = d.requirements.v[d.requirements.n - 1].id;
    for (size_t p = 0; p < d.phases.n; p++)
        for (size_t i = 0; i < d.phases.v[p].requirements.n; i++)
            if (strcmp(d.phases.v[p].requirements.v[i], id) == 0) {
                covered = true;
                ck_assert_uint_eq(d.phases.v[p].steps.n, w.document.phases.v[p].steps.n + 1);
                ck_assert_int_gt(d.phases.v[p].estimate.likely, w.document.phases.v[p].estimate.likely);
            }
    ck_assert(covered);
    no_errors(&w, &d);
    world_close(&w);
}
END_TEST

START_TEST(structured_instructions)
{
    struct world w;
    struct document d;
    open_plan(&w);
    d = refine(&w, "rename P2 to The session clock", NULL);
    ck_assert_str_eq(d.phases.v[1].title, "The session clock");
    ck_assert_uint_eq(changed_sections(&w, &d, "ph2"), 1);
    d = refine(&w, "estimate P1 2d", NULL);
    ck_assert_int_eq(d.phases.v[0].estimate.likely, 960);
    for (size_t i = 0; i < w.document.phases.n; i++) {
        const char *gone = w.document.phases.v[i].id;
        d = refine(&w, arena_fmt(w.a, "drop P%zu", i + 1), NULL);
        ck_assert_uint_eq(d.phases.n, w.document.phases.n - 1);
        ck_assert_ptr_null(document_phase(&d, gone));
        no_errors(&w, &d);
    }
    world_close(&w);
}
END_TEST

/* --- orders about the phases ------------------------------------------------------------------------------------- */
static size_t place(const struct document *d, const char *id)
{
    for (size_t i = 0; i < d->phases.n; i++)
        if (strcmp(d->phases.v[i].id, id) == 0) return i;
    return SIZE_MAX;
}

static int64_t effort(const struct document *d)
{
    int64_t n = 0;
    for (size_t i = 0; i < d->phases.n; i++) n += d->phases.v[i].estimate.likely;
    return n;
}

START_TEST(a_phase_is_split)
{
    struct world w;
    open_plan(&w);
    for (size_t i = 0; i < w.document.phases.n; i++) {
        const struct phase *was = &w.document.phases.v[i];
        struct document d;
        if (was->steps.n < 2) continue;
        d = refine(&w, arena_fmt(w.a, "split P%zu after %zu.1", i + 1, i + 1), NULL);
        ck_assert_uint_eq(d.phases.n, w.document.phases.n + 1);
        ck_assert_uint_eq(place(&d, was->id), i + 1); /* the rest keeps the id, so that nobody else changes */
        ck_assert_str_eq(d.phases.v[i].id, arena_fmt(w.a, "ph%lld", (long long)w.brief.next_section));
        ck_assert_uint_eq(d.phases.v[i].steps.n, 1);
        ck_assert_uint_eq(d.phases.v[i + 1].steps.n, was->steps.n - 1);
        ck_assert_str_eq(d.phases.v[i + 1].steps.v[0].id, was->steps.v[1].id);
        ck_assert_uint_eq(changed_sections(&w, &d, NULL), 2);
        ck_assert_int_eq(effort(&d), effort(&w.document));
        no_errors(&w, &d);
    }
    world_close(&w);
}
END_TEST

START_TEST(two_phases_become_one)
{
    struct world w;
    open_plan(&w);
    for (size_t i = 0; i + 1 < w.document.phases.n; i++) {
        const struct phase *x = &w.document.phases.v[i], *y = x + 1;
        struct document d = refine(&w, arena_fmt(w.a, "merge P%zu and P%zu", i + 1, i + 2), NULL);
        size_t at = place(&d, x->id) == SIZE_MAX ? place(&d, y->id) : place(&d, x->id);
        ck_assert_uint_eq(d.phases.n, w.document.phases.n - 1);
        ck_assert_uint_eq(at, i);
        ck_assert_uint_eq(d.phases.v[at].steps.n, x->steps.n + y->steps.n);
        ck_assert_str_eq(d.phases.v[at].steps.v[0].title, x->steps.v[0].title);
        ck_assert_str_eq(d.phases.v[at].steps.v[x->steps.n].title, y->steps.v[0].title);
        ck_assert_int_eq(effort(&d), effort(&w.document));
        no_errors(&w, &d);
    }
    world_close(&w);
}
END_TEST

START_TEST(phases_change_places)
{
    struct world w;
    struct document d;
    size_t n;
    open_plan(&w);
    n = w.document.phases.n;
    d = refine(&w, "add a phase after P1: Measure how long a session lasts today", NULL);
    ck_assert_uint_eq(d.phases.n, n + 1);
    ck_assert_str_eq(d.phases.v[1].title, "Measure how long a session lasts today");
    ck_assert_str_eq(d.phases.v[1].depends_on.v[0], w.document.phases.v[0].id);
    ck_assert_uint_eq(changed_sections(&w, &d, d.phases.v[1].id), 1);
    no_errors(&w, &d);
    w.document = d;
    w.brief.next_section++;
    d = refine(&w, "move P2 to the end", NULL);
    ck_assert_uint_eq(changed_sections(&w, &d, NULL), 0);
    ck_assert_str_eq(d.phases.v[n].title, "Measure how long a session lasts today");
    world_close(&w);
}
END_TEST

START_TEST(orders_that_cannot_be)
{
    static const struct { const char *text, *says; } rows[] = {
        { "split P1 after step 99", "a step must be left on both sides" },
        { "move P1 to the end", "cannot come before it" },
        { "merge P1 and P99", "not understood" },
        { "drop P3, rename P1 to Storage", "each on a line" },
        { "swap P1 and P2", "cannot come before it" },
        { "drop P1\nsplit P1 after step 99", "step" },
    };
    struct world w;
    open_plan(&w);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct step_result r;
        struct step_request step = { STEP_REFINE, NULL };
        w.brief.instruction = rows[i].text;
        ck_assert_int_eq(planner_offline(&w.brief, &step, w.a, &r, &w.e), ERR_INVALID);
        ck_assert_msg(strstr(w.e.msg, rows[i].says) != NULL, "%s: %s", rows[i].text, w.e.msg);
    }
    world_close(&w);
}
END_TEST

START_TEST(an_answer_takes_the_place_of_what_was_assumed)
{
    static struct question asked = { .id = "Q1", .text = "How long does a session last?", .preset = "30 minutes" };
    struct understanding u = { 0 };
    struct world w;
    struct document d;
    const char *assumed;
    open_plan(&w);
    if (w.brief.understanding) u = *w.brief.understanding;
    u.questions.v = &asked;
    u.questions.n = 1;
    w.brief.understanding = &u;
    assumed = planner_assumption(&asked, w.a);
    prose_list_add(w.a, &w.document.closing.assumptions, assumed);
    d = refine(&w, "q1: 20 minutes", NULL);
    ck_assert(!prose_list_has(d.closing.assumptions.v, d.closing.assumptions.n, assumed));
    ck_assert_str_eq(d.closing.decisions.v[d.closing.decisions.n - 1].decision, "How long does a session last?: 20 minutes.");
    ck_assert_uint_eq(changed_sections(&w, &d, NULL), 2);
    w.document = d;
    d = refine(&w, "Q1: an hour", NULL);
    ck_assert_uint_eq(d.closing.decisions.n, w.document.closing.decisions.n);
    world_close(&w);
}
END_TEST

START_TEST(comments_are_worked_in_where_they_stand)
{
    static struct remark said[] = { { "risks", NULL, "Name what happens to open sessions" },
                                    { "ph2", "clock", "Take the time from one place" } };
    struct world w;
    struct document d;
    open_plan(&w);
    w.brief.remarks.v = said;
    w.brief.remarks.n = 2;
    d = refine(&w, NULL, NULL);
    ck_assert_uint_eq(changed_sections(&w, &d, NULL), 2);
    ck_assert_uint_eq(d.closing.risks.n, w.document.closing.risks.n + 1);
    ck_assert_uint_eq(d.phases.v[1].steps.n, w.document.phases.v[1].steps.n + 1);
    no_errors(&w, &d);
    world_close(&w);
}
END_TEST

/* --- repair ------------------------------------------------------------------------------------------------------- */
typedef void break_fn(struct document *d);
static struct phase *one(struct document *d)
{
    return &d->phases.v[1];
}
static void wrong_path(struct document *d)
{
    one(d)->steps.v[0].files.v[0] =
        (struct file_change){.path = "parcels/databse.py", .change = CHANGE_MODIFY, .why = "x"};
}
static void wrong_create(struct document *d)
{
    one(d)->steps.v[0].files.v[0] =
        (struct file_change){.path = "parcels/models.py", .change = CHANGE_CREATE, .why = "x"};
}
static void wrong_command(struct document *d)
{
    one(d)->automated.v[0].command = "make tset";
}
static void no_criteria(struct document *d)
{
    one(d)->automated.n = 0;
    one(d)->manual.n = 0;
    one(d)->rollback = "";
}
static void no_steps(struct document *d)
{
    one(d)->steps.n = 0;
}
static void uncovered(struct document *d)
{
    for (size_t i = 0; i < d->phases.n; i++) d->phases.v[i].requirements.n = 0;
}
static void no_section(struct document *d)
{
    d->closing.risks.n = 0;
}
static void bad_estimate(struct document *d)
{
    one(d)->estimate = (struct estimate){.optimistic = 9, .likely = 5, .pessimistic = 2};
}
static void vague(struct document *d)
{
    one(d)->steps.v[0].text = "Change the rules in the store. The rest is TBD. Then test it.";
}
static void bad_evidence(struct document *d)
{
    d->closing.stack.v[0].evidence.v[0].path = "parcels/none.py";
}
static void bad_prose(struct document *d)
{
    one(d)->goal = "Rules hold in `parcels/nowhere.py` from now on.";
}
static void bad_test_file(struct document *d)
{
    d->closing.tests.v[0].file = "tests/test_nowhere.py";
}
static void forward(struct document *d)
{
    static const char *ids[1];
    ids[0] = d->phases.v[2].id;
    one(d)->depends_on.v = ids;
    one(d)->depends_on.n = 1;
}
static break_fn *const breaks[] = {wrong_path, wrong_create,  wrong_command, no_criteria, no_steps,
                                   uncovered,  no_section,    bad_estimate,  vague,       bad_evidence,
                                   bad_prose,  bad_test_file, forward};

START_TEST(what_the_checks_find_is_repaired)
{
    for (size_t i = 0; i < sizeof breaks / sizeof breaks[0]; i++) {
        struct world w;
        struct check_result r;
        struct step_result repaired;
        struct buf b = BUF_INIT(BUF_MAX_DEFAULT);
        open_plan(&w);
        record_encode(&document_record, &w.document, &b);
        memset(&w.document, 0, sizeof w.document);
        ck_ok(&w, record_parse(&document_record, buf_cstr(&b), b.n, &w.document, w.a, &w.e));
        buf_release(&b);
        breaks[i](&w.document);
        world_check(&w, &r);
        ck_assert_msg(check_has_errors(&r), "break %zu is not found", i);
        for (int round = 0; round < 2 && check_has_errors(&r); round++) {
            memcpy(&w.brief.findings, &r.findings, sizeof w.brief.findings);
            w.brief.head = &w.document;
            world_step(&w, STEP_REPAIR, NULL, &repaired);
            w.document = repaired.document;
            world_check(&w, &r);
        }
        for (size_t f = 0; f < r.findings.n; f++)
            ck_assert_msg(r.findings.v[f].severity != SEVERITY_ERROR, "break %zu: %s %s: %s", i, r.findings.v[f].rule,
                          r.findings.v[f].anchor, r.findings.v[f].message);
        world_close(&w);
    }
}
END_TEST

UNIT_MAIN("planner_change", {a_section_that_is_meant_changes_alone, a_demand_without_a_section_becomes_a_requirement,
                             structured_instructions, a_phase_is_split, two_phases_become_one,
                             phases_change_places, orders_that_cannot_be,
                             an_answer_takes_the_place_of_what_was_assumed,
                             comments_are_worked_in_where_they_stand, what_the_checks_find_is_repaired})
