/* Refining and repairing: what is meant changes, everything else stays byte for byte, and the checks hold again. */
#include "unit/planner_world.h"
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
                             structured_instructions, what_the_checks_find_is_repaired})
