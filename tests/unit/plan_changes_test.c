/* What a model changes of a document: sections and phases replaced, added, moved and removed, all else as it was. */
#include "unit/plan_fixture.h"

#include "pland/plan/changes.h"

struct laid {
    struct arena *a;
    struct document head, d;
    struct err e;
};

static void open_head(struct laid *l, const char *name)
{
    memset(l, 0, sizeof *l);
    l->a = arena_new(0);
    l->head = fixture(l->a, name);
}

static enum err_kind lay(struct laid *l, const char *text)
{
    struct changes c;
    auto_json v = NULL;
    enum err_kind k = json_parse(text, strlen(text), &v, &l->e);
    if (k == ERR_OK) k = changes_decode(v, l->a, &c, &l->e);
    return k == ERR_OK ? changes_apply(&c, &l->head, 9, "model", l->a, &l->d, &l->e) : k;
}
#define LAID(l, text) ck_assert_msg(lay(l, text) == ERR_OK, "%s: %s", (l)->e.at, (l)->e.msg)

#define PHASE(title) \
    "{\"title\":\"" title "\",\"goal\":\"g\",\"estimate\":{\"optimistic\":1,\"likely\":2,\"pessimistic\":3}," \
    "\"steps\":[{\"title\":\"s\",\"text\":\"t\"}],\"automated\":[],\"manual\":[\"m\"],\"rollback\":\"r\",\"why\":\"w\""

/* The hashes of the sections, as text: what is equal has not changed. */
static section_list split(struct laid *l, const struct document *d)
{
    section_list s;
    ck_assert(document_split(d, l->a, &s, &l->e) == ERR_OK);
    return s;
}

static size_t changed(struct laid *l, section_changes *ret)
{
    section_list before = split(l, &l->head), after = split(l, &l->d);
    ck_assert(section_diff(&before, &after, l->a, ret, &l->e) == ERR_OK);
    return ret->n;
}

START_TEST(nothing_given_is_nothing_changed)
{
    struct laid l;
    section_changes c;
    open_head(&l, "full.json");
    ck_assert_uint_ge(l.head.phases.n, 2);
    LAID(&l, "{}");
    ck_assert_uint_eq(changed(&l, &c), 0);
    LAID(&l, "{\"phases\":null,\"removed\":null,\"overview\":null,\"risks\":null,\"header\":null,\"not_applicable\":null}");
    ck_assert_uint_eq(changed(&l, &c), 0);
    arena_free(l.a);
}
END_TEST

START_TEST(sections_are_replaced_whole)
{
    struct laid l;
    section_changes c;
    open_head(&l, "full.json");
    ck_assert_uint_gt(l.head.closing.risks.n, 0);
    LAID(&l, "{\"risks\":[],\"overview\":\"Another.\",\"header\":{\"approach\":\"A way\"}}");
    ck_assert_uint_eq(changed(&l, &c), 3);
    ck_assert_uint_eq(l.d.closing.risks.n, 0);
    ck_assert_str_eq(l.d.overview, "Another.");
    ck_assert_str_eq(l.d.header.approach, "A way");
    ck_assert_str_eq(l.d.header.title, l.head.header.title);
    LAID(&l, "{\"rollback\":{\"text\":\"Back.\",\"commands\":[\"git revert\"]},\"assumptions\":[\"One\"]}");
    ck_assert_str_eq(l.d.closing.rollback.text, "Back.");
    ck_assert_uint_eq(l.d.closing.assumptions.n, 1);
    arena_free(l.a);
}
END_TEST

START_TEST(a_section_that_speaks_has_no_reason_not_to)
{
    struct laid l;
    open_head(&l, "full.json");
    LAID(&l, "{\"migration\":null,\"questions\":[],\"not_applicable\":[{\"section\":\"questions\",\"reason\":\"none\"}]}");
    ck_assert_str_eq(section_waiver(&l.d, "questions"), "none");
    l.head = l.d;
    LAID(&l, "{\"questions\":[\"Why?\"]}");
    ck_assert_ptr_null(section_waiver(&l.d, "questions"));
    ck_assert_str_eq(section_waiver(&l.head, "questions"), "none");
    arena_free(l.a);
}
END_TEST

START_TEST(a_phase_is_replaced_in_its_place)
{
    struct laid l;
    section_changes c;
    size_t n;
    open_head(&l, "full.json");
    n = l.head.phases.n;
    LAID(&l, "{\"phases\":[{\"id\":\"ph1\",\"after\":null,\"phase\":" PHASE("First") "}}]}");
    ck_assert_uint_eq(changed(&l, &c), 1);
    ck_assert_str_eq(c.v[0].id, "ph1");
    ck_assert_uint_eq(l.d.phases.n, n);
    ck_assert_str_eq(l.d.phases.v[0].title, "First");
    ck_assert_str_eq(l.d.phases.v[0].drafted_by, "model");
    ck_assert_str_eq(l.d.phases.v[0].steps.v[0].id, l.head.phases.v[0].steps.v[0].id);
    ck_assert_str_ne(l.head.phases.v[0].title, "First");
    arena_free(l.a);
}
END_TEST

START_TEST(new_phases_refer_to_each_other)
{
    struct laid l;
    size_t n;
    open_head(&l, "full.json");
    n = l.head.phases.n;
    LAID(&l, "{\"phases\":[{\"id\":\"new1\",\"after\":\"ph1\",\"phase\":" PHASE("One") ",\"depends_on\":[\"ph1\"]}},"
             "{\"id\":\"new2\",\"after\":\"new1\",\"phase\":" PHASE("Two") ",\"depends_on\":[\"new1\"]}},"
             "{\"id\":\"new3\",\"phase\":" PHASE("Last") "}},{\"id\":\"new4\",\"after\":\"\",\"phase\":" PHASE("Zero") "}}]}");
    ck_assert_uint_eq(l.d.phases.n, n + 4);
    ck_assert_str_eq(l.d.phases.v[0].id, "ph12");
    ck_assert_str_eq(l.d.phases.v[1].id, "ph1");
    ck_assert_str_eq(l.d.phases.v[2].id, "ph9");
    ck_assert_str_eq(l.d.phases.v[3].id, "ph10");
    ck_assert_str_eq(l.d.phases.v[3].depends_on.v[0], "ph9");
    ck_assert_str_eq(l.d.phases.v[3].steps.v[0].id, "ph10.s1");
    ck_assert_str_eq(l.d.phases.v[n + 3].id, "ph11");
    arena_free(l.a);
}
END_TEST

START_TEST(phases_move_and_go)
{
    struct laid l;
    size_t n;
    const char *last;
    char text[1000];
    open_head(&l, "full.json");
    LAID(&l, "{\"phases\":[{\"id\":\"a\",\"phase\":" PHASE("A") "}},{\"id\":\"b\",\"phase\":" PHASE("B") "}}]}");
    l.head = l.d;
    n = l.head.phases.n;
    last = l.head.phases.v[n - 1].id;
    (void)snprintf(text, sizeof text, "{\"phases\":[{\"id\":\"%s\",\"after\":\"\",\"phase\":" PHASE("B") "}}]}", last);
    LAID(&l, text);
    ck_assert_str_eq(l.d.phases.v[0].id, last);
    ck_assert_uint_eq(l.d.phases.n, n);
    (void)snprintf(text, sizeof text, "{\"removed\":[\"%s\"]}", last);
    LAID(&l, text);
    ck_assert_uint_eq(l.d.phases.n, n - 1);
    arena_free(l.a);
}
END_TEST

static const struct { const char *text, *at; } bad[] = {
    {"{\"removed\":[\"ph77\"]}", "/removed/0"},
    {"{\"phases\":[{\"id\":\"x\",\"after\":\"ph77\",\"phase\":" PHASE("A") "}}]}", "/phases/0/after"},
    {"{\"phases\":[{\"id\":\"x\",\"phase\":" PHASE("A") "}},{\"id\":\"x\",\"phase\":" PHASE("B") "}}]}", "/phases/1/id"},
    {"{\"phases\":[{\"id\":\"x\"}]}", "/phases/0/phase"},
    {"{\"phases\":[{\"id\":\"ph1\",\"phase\":" PHASE("A") ",\"depends_on\":[\"ph77\"]}}]}", "/phases/0/depends_on/0"},
    {"{\"overview\":7}", "/overview"},
    {"{\"closing\":{}}", "/closing"},
};

START_TEST(what_is_wrong_is_told_with_its_place)
{
    struct laid l;
    open_head(&l, "full.json");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ck_assert_msg(lay(&l, bad[i].text) == ERR_INVALID, "%zu", i);
        ck_assert_str_eq(l.e.at, bad[i].at);
    }
    ck_assert(lay(&l, "not JSON") == ERR_SYNTAX);
    arena_free(l.a);
}
END_TEST

START_TEST(the_schema_names_every_section)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    changes_schema(NULL, &b);
    for (size_t i = 0; section_id(i); i++) ck_assert_msg(strstr(buf_cstr(&b), section_id(i)) != NULL, "%s", section_id(i));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "\"removed\""));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "\"not_applicable\""));
}
END_TEST

UNIT_MAIN("plan_changes",
          {nothing_given_is_nothing_changed, sections_are_replaced_whole, a_section_that_speaks_has_no_reason_not_to,
           a_phase_is_replaced_in_its_place, new_phases_refer_to_each_other, phases_move_and_go,
           what_is_wrong_is_told_with_its_place, the_schema_names_every_section})
