/* Protects the document as a value: hashes that move exactly with the content, splitting and joining without loss,
 * what validation refuses and where it points, what is computed. */
#include "pland/plan/document.h"

#include <string.h>

#include "unit/plan_fixture.h"

static struct err err;

static struct arena *fresh(void)
{
    struct arena *a = arena_new(0);
    ck_assert_ptr_nonnull(a);
    return a;
}

static struct sha256 hash(const struct document *d)
{
    struct sha256 h = document_hash(d, &err);
    ck_assert_msg(err.kind == ERR_OK, "%s", err.msg);
    return h;
}

static bool equal(struct sha256 x, struct sha256 y)
{
    return memcmp(&x, &y, sizeof x) == 0;
}

static section_list split(const struct document *d, struct arena *a)
{
    section_list l = { 0 };
    ck_assert_msg(document_split(d, a, &l, &err) == ERR_OK, "%s", err.msg);
    return l;
}

START_TEST(split_and_join_lose_nothing)
{
    static const char *const names[] = { "full.json", "small.json", "hostile.json" };
    for (size_t i = 0; i < countof(names); i++) {
        auto_arena a = fresh();
        struct document d = fixture(a, names[i]), back;
        section_list l = split(&d, a), again;
        ck_assert_msg(document_join(&l, a, &back, &err) == ERR_OK, "%s", err.msg);
        again = split(&back, a);
        ck_assert_uint_eq(l.n, again.n);
        for (size_t j = 0; j < l.n; j++) {
            ck_assert_str_eq(l.v[j].id, again.v[j].id);
            ck_assert_str_eq(l.v[j].bytes, again.v[j].bytes);
            ck_assert(equal(l.v[j].hash, again.v[j].hash));
            ck_assert(equal(l.v[j].hash, hash_sha256(l.v[j].bytes, l.v[j].n)));
        }
        ck_assert(equal(hash(&d), hash(&back)));
    }
}
END_TEST

START_TEST(sections_have_the_documented_shape)
{
    auto_arena a = fresh();
    struct document d = fixture(a, "full.json");
    section_list l = split(&d, a);
    const struct section *s = section_find(&l, "assumptions");
    ck_assert_str_eq(s->bytes, "{\"id\":\"assumptions\",\"body\":{\"assumptions\":[\"One Redis for all nodes\"]}}");
    s = section_find(&l, "migration");
    ck_assert_str_eq(s->bytes, "{\"id\":\"migration\",\"body\":{},\"not_applicable\":\"no data moves\"}");
    ck_assert_str_eq(l.v[0].id, "header");
    ck_assert_ptr_null(strstr(l.v[0].bytes, "created"));
    ck_assert_str_eq(section_find(&l, "ph3")->title, "Middleware");
    ck_assert_ptr_eq(section_find(&l, "ph2"), section_find(&l, "ph3") + 1);
    ck_assert_ptr_null(section_find(&l, "files"));
    for (size_t i = 0; section_id(i); i++) ck_assert_ptr_nonnull(section_find(&l, section_id(i)));
}
END_TEST

START_TEST(the_hash_moves_with_content_only)
{
    auto_arena a = fresh();
    struct document d = fixture(a, "full.json");
    struct sha256 first = hash(&d);
    struct waived_section *w;
    d.header.created = "2030-01-01T00:00:00Z";
    ck_assert(equal(first, hash(&d)));
    d.phases.v[1].automated.v[0].expected_before = BEFORE_FAIL;
    ck_assert(!equal(first, hash(&d)));
    d.phases.v[1].automated.v[0].expected_before = BEFORE_PASS;
    ck_assert(equal(first, hash(&d)));
    w = arena_push(a, &d.closing.not_applicable, sizeof *w);
    *w = (struct waived_section){ "scope", "none" };
    first = hash(&d);
    d.closing.not_applicable.v[1] = d.closing.not_applicable.v[0]; /* the order of reasons is no content */
    d.closing.not_applicable.v[0] = (struct waived_section){ "scope", "none" };
    ck_assert(equal(first, hash(&d)));
}
END_TEST

START_TEST(inserting_a_phase_changes_no_other_section)
{
    auto_arena a = fresh();
    struct document d = fixture(a, "full.json");
    section_list before = split(&d, a), after;
    section_changes c = { 0 };
    struct phase first = d.phases.v[0];
    struct phase *p = arena_push(a, &d.phases, sizeof *p);
    memmove(&d.phases.v[1], &d.phases.v[0], (d.phases.n - 1) * sizeof *p);
    d.phases.v[0] = (struct phase){ .id = "ph4", .title = "Before all", .goal = "x", .steps = first.steps };
    d.phases.v[0].steps.n = 0;
    after = split(&d, a);
    ck_assert_int_eq(section_diff(&before, &after, a, &c, &err), ERR_OK);
    ck_assert_uint_eq(c.n, 1);
    ck_assert_str_eq(c.v[0].id, "ph4");
    ck_assert_int_eq(c.v[0].fate, SECTION_ADDED);
}
END_TEST

START_TEST(diff_by_section)
{
    auto_arena a = fresh();
    struct document d = fixture(a, "full.json");
    section_list before = split(&d, a), after;
    section_changes c = { 0 };
    d.phases.n = 2;
    d.closing.risks.v[0].impact = LEVEL_LOW;
    after = split(&d, a);
    ck_assert_int_eq(section_diff(&before, &after, a, &c, &err), ERR_OK);
    ck_assert_uint_eq(c.n, 2);
    ck_assert_str_eq(c.v[0].id, "risks");
    ck_assert_int_eq(c.v[0].fate, SECTION_CHANGED);
    ck_assert_str_eq(c.v[1].id, "ph2");
    ck_assert_str_eq(section_fate_names[c.v[1].fate], "removed");
}
END_TEST

static void join_refused(section_list *l, size_t i, const char *bytes)
{
    auto_arena a = fresh();
    struct document d;
    struct section kept = l->v[i];
    l->v[i].bytes = bytes;
    l->v[i].n = strlen(bytes);
    ck_assert_msg(document_join(l, a, &d, &err) != ERR_OK, "%s", bytes);
    l->v[i] = kept;
}

START_TEST(join_refuses_foreign_bytes)
{
    auto_arena a = fresh();
    struct document d = fixture(a, "full.json");
    section_list l = split(&d, a);
    join_refused(&l, 1, "");
    join_refused(&l, 1, "{}");
    join_refused(&l, 1, "[]");
    join_refused(&l, 1, "{\"id\":\"overview\"}");
    join_refused(&l, 1, "{\"id\":\"overview\",\"body\":[]}");
    join_refused(&l, 1, "{\"id\":\"overview\",\"body\":{\"risks\":[]}}");
    join_refused(&l, 1, "{\"id\":\"overview\",\"body\":{},\"extra\":1}");
    join_refused(&l, 1, "{\"id\":\"overview\",\"body\":{},\"not_applicable\":\"x\"}");
    join_refused(&l, 1, "{\"id\":\"risks\",\"body\":{\"risks\":[]}}"); /* twice */
    join_refused(&l, 1, l.v[10].bytes);
    join_refused(&l, 0, l.v[1].bytes); /* no header */
    for (size_t i = 0; i < l.n; i++)
        if (strcmp(l.v[i].id, "ph3") == 0) join_refused(&l, i, section_find(&l, "ph2")->bytes);
    ck_assert_int_eq(document_join(&l, a, &d, &err), ERR_OK);
}
END_TEST

/* --- validation ------------------------------------------------------------------------------------------------ */
static void invalid(void (*spoil)(struct document *), const char *at)
{
    auto_arena a = fresh();
    struct document d = fixture(a, "full.json");
    spoil(&d);
    ck_assert_msg(document_validate(&d, a, &err) == ERR_INVALID, "%s", at);
    ck_assert_str_eq(err.at, at);
}

static void no_title(struct document *d) { d->header.title = NULL; }
static void no_phase_id(struct document *d) { d->phases.v[1].id = NULL; }
static void odd_phase_id(struct document *d) { d->phases.v[1].id = "ph01"; }
static void same_phase_id(struct document *d) { d->phases.v[1].id = "ph1"; }
static void foreign_step_id(struct document *d) { d->phases.v[1].steps.v[0].id = "ph1.s9"; }
static void same_step_id(struct document *d) { d->phases.v[1].steps.v[1].id = "ph3.s1"; }
static void same_requirement(struct document *d) { d->requirements.v[1].id = "R1"; }
static void lost_requirement(struct document *d) { d->phases.v[1].requirements.v[1] = "R9"; }
static void lost_dependency(struct document *d) { d->phases.v[1].depends_on.v[0] = "ph9"; }
static void lost_provider(struct document *d) { d->phases.v[1].automated.v[2].provided_by = "nobody"; }
static void lost_test(struct document *d) { d->closing.tests.v[1].requirement = "R9"; }
static void lost_section(struct document *d) { d->closing.not_applicable.v[0].section = "nothing"; }
static void fixed_section(struct document *d) { d->closing.not_applicable.v[0].section = "overview"; }
static const char *on_middleware[] = { "ph3" };
static void circle(struct document *d)
{
    d->phases.v[0].depends_on.v = on_middleware;
    d->phases.v[0].depends_on.n = 1;
}

START_TEST(validation_points_at_what_is_wrong)
{
    invalid(no_title, "/header/title");
    invalid(no_phase_id, "/phases/1/id");
    invalid(odd_phase_id, "/phases/1/id");
    invalid(same_phase_id, "/phases/1/id");
    invalid(foreign_step_id, "/phases/1/steps/0/id");
    invalid(same_step_id, "/phases/1/steps/1/id");
    invalid(same_requirement, "/requirements/1/id");
    invalid(lost_requirement, "/phases/1/requirements/1");
    invalid(lost_dependency, "/phases/1/depends_on/0");
    invalid(lost_provider, "/phases/1/automated/2/provided_by");
    invalid(lost_test, "/closing/tests/1/requirement");
    invalid(lost_section, "/closing/not_applicable/0/section");
    invalid(fixed_section, "/closing/not_applicable/0/section");
    invalid(circle, "/phases/0/depends_on");
}
END_TEST

START_TEST(missing_step_ids_are_given_and_others_kept)
{
    auto_arena a = fresh();
    struct document d = fixture(a, "full.json");
    d.phases.v[1].steps.v[0].id = NULL;
    d.phases.v[1].steps.v[1].id = "ph3.s7";
    ck_assert_int_eq(document_validate(&d, a, &err), ERR_OK);
    ck_assert_str_eq(d.phases.v[1].steps.v[0].id, "ph3.s8");
    ck_assert_str_eq(d.phases.v[1].steps.v[1].id, "ph3.s7");
}
END_TEST

START_TEST(phases_are_found_by_id_and_number)
{
    auto_arena a = fresh();
    struct document d = fixture(a, "full.json");
    ck_assert_ptr_eq(document_phase(&d, "ph3"), &d.phases.v[1]);
    ck_assert_ptr_eq(document_phase(&d, "P2"), &d.phases.v[1]);
    ck_assert_ptr_null(document_phase(&d, "P4"));
    ck_assert_ptr_null(document_phase(&d, "P0"));
    ck_assert_ptr_null(document_phase(&d, "P2x"));
    ck_assert_ptr_null(document_phase(&d, ""));
    ck_assert_ptr_null(document_phase(&d, NULL));
    ck_assert(section_present(&d, "risks"));
    ck_assert(section_present(&d, "ph2"));
    ck_assert(!section_present(&d, "migration"));
    ck_assert_str_eq(section_waiver(&d, "migration"), "no data moves");
    ck_assert_ptr_null(section_waiver(&d, "risks"));
}
END_TEST

/* --- computed -------------------------------------------------------------------------------------------------- */
START_TEST(totals_and_critical_path)
{
    auto_arena a = fresh();
    struct document d = fixture(a, "full.json");
    struct totals t;
    ck_assert_int_eq(document_totals(&d, a, &t, &err), ERR_OK);
    ck_assert_int_eq(t.work.optimistic, 210);
    ck_assert_int_eq(t.work.likely, 405);
    ck_assert_int_eq(t.work.pessimistic, 1500);
    ck_assert_int_eq(t.critical_path, 360);
    ck_assert_uint_eq(t.path.n, 2);
    ck_assert_uint_eq(t.path.v[0], 0);
    ck_assert_uint_eq(t.path.v[1], 1);
    circle(&d);
    ck_assert_int_eq(document_totals(&d, a, &t, &err), ERR_INVALID);
    d.phases.n = 0;
    ck_assert_int_eq(document_totals(&d, a, &t, &err), ERR_OK);
    ck_assert_uint_eq(t.path.n, 0);
}
END_TEST

START_TEST(durations_in_words)
{
    static const struct { int64_t minutes; const char *text; } rows[] = {
        { -5, "0 min" },    { 0, "0 min" },      { 45, "45 min" },     { 59, "59 min" },     { 60, "1 h" },
        { 90, "1 h 30 min" }, { 180, "3 h" },    { 476, "7 h 56 min" }, { 480, "1 day" },    { 500, "1 day 20 min" },
        { 720, "1 day 4 h" }, { 960, "2 days" }, { 1001, "2 days 41 min" }, { 4799, "9 days 7 h 59 min" },
        { 10000000, "20833 days 2 h 40 min" },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        auto_buf b = BUF_INIT(100);
        duration_text(rows[i].minutes, &b);
        ck_assert_str_eq(buf_cstr(&b), rows[i].text);
    }
}
END_TEST

START_TEST(json_carries_what_is_served)
{
    auto_arena a = fresh();
    struct document d = fixture(a, "full.json");
    struct sha256 h = hash(&d);
    struct verdict v = { .verified = 41, .to_create = 9, .unprovable = 2 };
    auto_buf b = BUF_INIT(1 << 20);
    auto_json j = NULL;
    struct document back = { 0 };
    document_json(&d, &(struct rendering){ .revision = 3, .hash = &h, .verdict = &v }, &b);
    ck_assert_msg(json_parse(buf_cstr(&b), b.n, &j, &err) == ERR_OK, "%s", err.msg);
    ck_assert_int_eq(json_integer_value(json_object_get(j, "revision")), 3);
    ck_assert_str_eq(json_string_value(json_object_get(j, "hash")), hash_hex_of(&h).s);
    ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(j, "checks"), "failed")), 0);
    ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(j, "totals"), "critical_path")), 360);
    ck_assert_uint_gt(json_array_size(json_object_get(j, "sections")), 18);
    ck_assert_int_eq(record_decode(&document_record, json_object_get(j, "document"), &back, a, "", &err), ERR_OK);
    ck_assert(equal(hash(&back), h));
    ck_assert_str_eq(back.header.created, d.header.created);
}
END_TEST

START_TEST(model_schemas_leave_our_ids_out)
{
    auto_buf b = BUF_INIT(1 << 20);
    auto_json j = NULL;
    json_t *p;
    record_schema(&phase_record, &b);
    ck_assert_int_eq(json_parse(buf_cstr(&b), b.n, &j, &err), ERR_OK);
    p = json_object_get(j, "properties");
    ck_assert_ptr_null(json_object_get(p, "id"));
    ck_assert_ptr_null(json_object_get(p, "drafted_by"));
    ck_assert_ptr_nonnull(json_object_get(p, "steps"));
    buf_clear(&b);
    record_schema(&understanding_record, &b);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "\"default\":"));
    ck_assert_ptr_null(strstr(buf_cstr(&b), "\"preset\""));
}
END_TEST

UNIT_MAIN("plan_document", { split_and_join_lose_nothing, sections_have_the_documented_shape,
                             the_hash_moves_with_content_only, inserting_a_phase_changes_no_other_section,
                             diff_by_section, join_refuses_foreign_bytes, validation_points_at_what_is_wrong,
                             missing_step_ids_are_given_and_others_kept, phases_are_found_by_id_and_number,
                             totals_and_critical_path, durations_in_words, json_carries_what_is_served,
                             model_schemas_leave_our_ids_out })
