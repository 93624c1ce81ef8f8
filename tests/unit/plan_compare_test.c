/* Protects the comparison of two revisions: it says what comparing their whole texts would say, however much of them is
 * shared, taken from a text that is there already, or made to look like something else. */
#include "pland/plan/dialogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/plan_fixture.h"

enum { PHASES = 9 };
static struct err err;

struct revision {
    struct document d;
    struct rendering how;
    section_list sections;
    struct buf text;
    struct compared_revision given;
};

static void revision(struct revision *r, const struct document *d, const char *name, struct arena *a)
{
    *r = (struct revision){ .d = *d, .text = BUF_INIT(BUF_MAX_DEFAULT) };
    ck_assert_msg(document_split(d, a, &r->sections, &err) == ERR_OK, "%s", err.msg);
    document_markdown(d, &r->how, &r->text);
    r->given = (struct compared_revision){ .name = name, .sections = &r->sections, .created = d->header.created, .how = &r->how };
}

static void give_text(struct revision *r)
{
    r->given.text = buf_cstr(&r->text);
    r->given.n_text = r->text.n;
}

/* The lines of one side, put together again. */
static void side_is(const struct comparison *c, char other, const struct buf *text)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    for (size_t i = 0, n = 0; i < c->lines.n; i++) {
        const struct compared_line *l = &c->lines.v[i];
        if (l->mark == other) continue;
        ck_assert_uint_eq(other == '+' ? l->from : l->to, ++n);
        buf_add(&b, l->text, l->n);
        buf_char(&b, '\n');
    }
    ck_assert_str_eq(buf_cstr(&b), buf_cstr(text));
}

static void agrees(struct revision *from, struct revision *to, const struct comparison *c)
{
    auto_buf unified = BUF_INIT(BUF_MAX_DEFAULT);
    ck_assert_int_eq(text_diff(buf_cstr(&from->text), buf_cstr(&to->text), "old", "new", &unified, &err), ERR_OK);
    ck_assert_uint_eq(unified.n, c->n_unified);
    ck_assert_int_eq(memcmp(buf_cstr(&unified), c->unified, unified.n), 0);
    side_is(c, '+', &from->text);
    side_is(c, '-', &to->text);
    for (size_t i = 0; i < c->sections.n; i++) {
        size_t added = 0, removed = 0;
        for (size_t j = 0; j < c->lines.n; j++) {
            if (strcmp(c->lines.v[j].section, c->sections.v[i].id) != 0) continue;
            added += c->lines.v[j].mark == '+';
            removed += c->lines.v[j].mark == '-';
        }
        ck_assert(c->counts[i].added == added && c->counts[i].removed == removed);
    }
}

/* Neither text given, each of them, and the other way round. */
static void compare_all_ways(const struct document *x, const struct document *y, struct arena *a)
{
    for (int way = 0; way < 3; way++) {
        struct revision from, to;
        auto_comparison c = { 0 };
        revision(&from, x, "old", a);
        revision(&to, y, "new", a);
        if (way == 1) give_text(&from);
        if (way == 2) give_text(&to);
        ck_assert_msg(compare_revisions(&from.given, &to.given, a, &c, &err) == ERR_OK, "%s", err.msg);
        agrees(&from, &to, &c);
        buf_release(&from.text);
        buf_release(&to.text);
    }
}

/* --- documents -------------------------------------------------------------------------------------------------- */
static struct document many(struct arena *a)
{
    struct document d = fixture(a, "full.json");
    struct phase *v = arena_alloc(a, (PHASES + 2) * sizeof *v);
    for (size_t i = 0; i < PHASES; i++) {
        struct phase *p = &v[i];
        *p = d.phases.v[i % d.phases.n];
        p->id = arena_fmt(a, "ph%zu", i + 1);
        p->title = arena_fmt(a, "%s %zu", p->title, i);
        p->depends_on.v = arena_alloc(a, sizeof *p->depends_on.v);
        p->depends_on.v[0] = arena_fmt(a, "ph%zu", i);
        p->depends_on.n = i > 0 && i % 3;
        p->steps.n = 0;
        p->automated.v = arena_alloc(a, sizeof *p->automated.v);
        p->automated.v[0] = (struct automated){ .command = "make test", .expect = "passes", .provided_by = i > 4 ? "ph2" : "repository" };
        p->automated.n = 1;
    }
    d.phases.v = v;
    d.phases.n = PHASES;
    return d;
}

static void take_out(struct document *d, size_t i)
{
    d->phases.n--;
    memmove(d->phases.v + i, d->phases.v + i + 1, (d->phases.n - i) * sizeof *d->phases.v);
}

static void put_in(struct document *d, size_t i, struct phase p)
{
    memmove(d->phases.v + i + 1, d->phases.v + i, (d->phases.n - i) * sizeof *d->phases.v);
    d->phases.v[i] = p;
    d->phases.n++;
}

/* One of the things that happen to plans. */
static void change(struct document *d, unsigned *seed, struct arena *a)
{
    size_t i = (size_t)rand_r(seed) % d->phases.n, j = (size_t)rand_r(seed) % d->phases.n;
    struct phase p = d->phases.v[i];
    switch (rand_r(seed) % 9) {
    case 0: take_out(d, i); put_in(d, j, p); break;
    case 1: if (d->phases.n > 2) take_out(d, i); break;
    case 2: if (d->phases.n > PHASES) break;
        p.id = arena_fmt(a, "ph%d", 20 + rand_r(seed) % 1000);
        put_in(d, j, p);
        break;
    case 3: d->header.drafted_by = arena_fmt(a, "model %d", rand_r(seed) % 2); break;
    case 4: d->overview = arena_fmt(a, "In %d words.", rand_r(seed)); break;
    case 5: d->phases.v[i].title = arena_fmt(a, "Another title %d", rand_r(seed)); break;
    default: d->phases.v[i].goal = arena_fmt(a, "A goal of %d.\n\nWith more.", rand_r(seed)); break;
    }
}

START_TEST(random_revisions_compare_as_their_texts_do)
{
    unsigned seed = 11;
    for (int round = 0; round < 150; round++) {
        auto_arena a = arena_new(0);
        struct document from = many(a), to = from;
        to.phases.v = arena_alloc(a, (PHASES + 2) * sizeof *to.phases.v);
        memcpy(to.phases.v, from.phases.v, PHASES * sizeof *to.phases.v);
        for (int n = 1 + rand_r(&seed) % 5; n > 0; n--) change(&to, &seed, a);
        compare_all_ways(&from, &to, a);
    }
}
END_TEST

/* A page of one or two phases has its anchors elsewhere. */
START_TEST(small_and_large_plans_compare)
{
    auto_arena a = arena_new(0);
    struct document from = many(a), to = from;
    for (size_t n = 0; n < 25; n++) {
        from.phases.n = n % 5;
        to.phases.n = n / 5;
        compare_all_ways(&from, &to, a);
    }
}
END_TEST

/* The beginning of a phase, as its text has it, stands in a block of code of one before. */
START_TEST(code_that_looks_like_a_phase_is_code)
{
    static const struct { size_t phase; const char *code; } looks[] = {
        { 2, "x\n<!-- ph4 -->\n### P4 Take this\nx\n" },
        { 2, "<!-- ph9 -->\n### P9 And this\n" },
        { 7, "<!-- ph9 -->\n### P9 And this\n" },
        { 8, "<!-- ph10 -->\n### P10 And this\n" },
        { 2, "y\n<!-- ph3 -->\n### P3 Me\n<!-- ph4 -->\n### P4 Too\n<!-- x -->\n### P" },
    };
    for (size_t n = 0; n < countof(looks) * PHASES; n++) { /* each with every phase changed */
        size_t i = n / PHASES;
        auto_arena a = arena_new(0);
        struct document from = many(a), to = from;
        struct code_block block = { .path = "a.md", .language = "md", .text = looks[i].code };
        struct step s = { .id = "ph3.s1", .title = "Write", .text = "Write it.", .code = { &block, 1 } };
        from.phases.v[looks[i].phase].steps.v = &s;
        from.phases.v[looks[i].phase].steps.n = 1;
        to.phases.v = arena_alloc(a, (PHASES + 2) * sizeof *to.phases.v);
        memcpy(to.phases.v, from.phases.v, PHASES * sizeof *to.phases.v);
        to.phases.v[n % PHASES].goal = "Another.";
        compare_all_ways(&from, &to, a);
    }
}
END_TEST

static void compare_documents(const struct document *x, const struct document *y, struct arena *a, struct comparison *ret)
{
    struct revision from, to;
    revision(&from, x, "revision 1", a);
    revision(&to, y, "revision 2", a);
    ck_assert_int_eq(compare_revisions(&from.given, &to.given, a, ret, &err), ERR_OK);
    buf_release(&from.text);
    buf_release(&to.text);
}

START_TEST(revisions_differ_where_they_were_changed)
{
    auto_arena a = arena_new(0);
    struct document from = fixture(a, "full.json"), to = fixture(a, "full.json");
    auto_comparison same = { 0 }, c = { 0 };
    compare_documents(&from, &from, a, &same);
    ck_assert(same.n_unified == 0 && same.blocks.n == 0 && same.sections.n == 0);
    to.phases.v[1].manual.v[0] = "Try it on staging";
    compare_documents(&from, &to, a, &c);
    ck_assert_ptr_nonnull(strstr(c.unified, "--- revision 1\n+++ revision 2\n"));
    ck_assert_ptr_nonnull(strstr(c.unified, "\n-- [ ] Try it by hand\n+- [ ] Try it on staging\n"));
    for (size_t i = 0; i < c.lines.n; i++) /* each line knows its section */
        if (c.lines.v[i].mark != ' ') ck_assert_str_eq(c.lines.v[i].section, to.phases.v[1].id);
    ck_assert_uint_eq(c.sections.n, 1);
    ck_assert_str_eq(c.sections.v[0].title, to.phases.v[1].title);
    ck_assert(c.counts[0].added == 1 && c.counts[0].removed == 1);
}
END_TEST

START_TEST(moved_text_is_shown_as_moved)
{
    auto_arena a = arena_new(0);
    auto_buf page = BUF_INIT(1 << 20);
    struct document from = fixture(a, "full.json"), to = fixture(a, "full.json");
    struct phase first = to.phases.v[0];
    auto_comparison c = { 0 };
    struct change_reasons why = { 0 };
    size_t moved = 0;
    to.phases.v[0] = to.phases.v[2];
    to.phases.v[2] = first;
    compare_documents(&from, &to, a, &c);
    for (size_t i = 0; i < c.lines.n; i++) {
        const struct compared_line *l = &c.lines.v[i];
        if (!l->moved) continue;
        moved++;
        ck_assert(l->mark == '-' ? l->from && !l->to : l->to && !l->from);
        for (size_t j = 0; j < c.lines.n; j++) { /* the other side is the same text */
            const struct compared_line *o = &c.lines.v[j];
            if (l->mark == '-' ? o->to == l->moved && o->mark != '-' : o->from == l->moved && o->mark != '+')
                ck_assert(o->n == l->n && memcmp(o->text, l->text, l->n) == 0);
        }
    }
    ck_assert_uint_gt(moved, 20);
    for (size_t i = 0; i < c.sections.n; i++) ck_assert(c.sections.v[i].fate == SECTION_MOVED && c.sections.v[i].moved);
    ck_assert_uint_eq(c.sections.n, 2); /* the middle one stays */
    compare_html(&c, &why, "A <b>title</b>", 1, 2, &page);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&page), "class=\"mov\""));
    ck_assert_ptr_null(strstr(buf_cstr(&page), "<b>title"));
}
END_TEST

UNIT_MAIN("plan_compare", { random_revisions_compare_as_their_texts_do, small_and_large_plans_compare,
                            code_that_looks_like_a_phase_is_code, revisions_differ_where_they_were_changed,
                            moved_text_is_shown_as_moved })
