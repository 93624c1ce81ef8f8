/* Protects comments' places and what a change means for the rest: text is found again by its words wherever it went,
 * and sections that use what has changed are named with the reason. */
#include "pland/plan/dialogue.h"
#include "unit/check_main.h"
#include "unit/plan_fixture.h"

static struct err err;

static struct quotable quotable_of(const struct document *d, struct arena *a)
{
    auto_buf md = BUF_INIT(BUF_MAX_DEFAULT);
    section_list l;
    struct quotable q;
    document_markdown(d, NULL, &md);
    ck_assert_int_eq(document_split(d, a, &l, &err), ERR_OK);
    ck_assert_int_eq(quotable_make(&l, arena_dup_n(a, buf_cstr(&md), md.n), a, &q, &err), ERR_OK);
    return q;
}

static bool holds(const struct quotable *q, const char *section, const char *quote, struct arena *a)
{
    bool ret = false;
    ck_assert_int_eq(quotable_holds(q, section, quote, a, &ret, &err), ERR_OK);
    return ret;
}

static const char *follow(const struct quotable *q, const char *section, const char *quote, struct arena *a)
{
    const char *ret;
    ck_assert_int_eq(quotable_follow(q, section, quote, a, &ret, &err), ERR_OK);
    return ret;
}

START_TEST(text_is_found_as_people_copy_it)
{
    static const struct { const char *section, *quote; bool there; } rows[] = {
        { "assumptions", "One Redis for all nodes", true },
        { "assumptions", "One  Redis\n  for all", true },
        { "assumptions", "**One Redis** for “all” nodes…", true },
        { "assumptions", "ne Redis for all nod", true }, /* a selection may cut words */
        { "assumptions", "Two Redis", false },
        { "assumptions", NULL, true },
        { "ph1", "One Redis for all nodes", false },
        { "nowhere", NULL, false },
        { "risks", "low | high", true }, /* as the table of the page has it */
    };
    auto_arena a = arena_new(0);
    struct document d = fixture(a, "full.json");
    struct quotable q = quotable_of(&d, a);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_msg(holds(&q, rows[i].section, rows[i].quote, a) == rows[i].there, "%s", rows[i].quote);
    ck_assert(!quote_says(" * \n“”") && quote_says("`a`"));
}
END_TEST

START_TEST(a_quote_is_followed)
{
    auto_arena a = arena_new(0);
    struct document d = fixture(a, "full.json");
    struct quotable q = quotable_of(&d, a);
    const char *text = "One Redis for all nodes";
    ck_assert_str_eq(follow(&q, "assumptions", text, a), "assumptions");
    ck_assert_str_eq(follow(&q, "ph1", text, a), "assumptions"); /* went elsewhere */
    ck_assert_ptr_null(follow(&q, "ph1", "One Redis for no nodes", a));
    ck_assert_ptr_null(follow(&q, "ph99", NULL, a));
    d.closing.questions.v = d.closing.assumptions.v; /* now it stands in two sections */
    d.closing.questions.n = d.closing.assumptions.n;
    q = quotable_of(&d, a);
    ck_assert_ptr_null(follow(&q, "ph1", text, a));
    ck_assert_str_eq(follow(&q, "questions", text, a), "questions");
}
END_TEST

/* --- what a change means ---------------------------------------------------------------------------------------- */
static const char *why(const struct affected_sections *l, const char *section)
{
    for (size_t i = 0; i < l->sections.n; i++)
        if (strcmp(l->sections.v[i].section, section) == 0) return l->sections.v[i].why;
    return "";
}

static struct affected_sections affected(const struct document *from, const struct document *to,
                                         const struct affected_sections *earlier, struct arena *a)
{
    struct affected_sections ret;
    ck_assert_int_eq(document_affected(from, to, earlier, a, &ret, &err), ERR_OK);
    return ret;
}

#define SAYS(l, section, text) ck_assert_msg(strstr(why(&(l), section), text) != NULL, "%s: %s", section, why(&(l), section))

START_TEST(users_of_what_changed_are_named)
{
    auto_arena a = arena_new(0);
    struct document from = fixture(a, "full.json"), to = fixture(a, "full.json");
    struct affected_sections l;
    const char *phase = NULL;
    ck_assert_uint_eq(affected(&from, &from, NULL, a).sections.n, 0);
    to.requirements.v[0].text = "Something else";
    l = affected(&from, &to, NULL, a);
    for (size_t i = 0; i < from.phases.n && !phase; i++)
        for (size_t j = 0; j < from.phases.v[i].requirements.n; j++)
            if (strcmp(from.phases.v[i].requirements.v[j], from.requirements.v[0].id) == 0) phase = from.phases.v[i].id;
    SAYS(l, phase, "whose text has changed");
    to = fixture(a, "full.json");
    to.header.approach = "Another way";
    l = affected(&from, &to, NULL, a);
    SAYS(l, "overview", "the approach, which has changed");
}
END_TEST

START_TEST(a_name_that_nobody_provides_is_missed)
{
    auto_arena a = arena_new(0);
    struct document from = fixture(a, "full.json"), to = fixture(a, "full.json");
    struct deliverable x = { DELIVERS_SYMBOL, "clock_now" };
    struct affected_sections l, later;
    struct phase *user_from = &from.phases.v[1], *user_to = &to.phases.v[1];
    from.phases.v[0].provides.v = &x;
    from.phases.v[0].provides.n = 1;
    user_from->uses.v = user_to->uses.v = &x;
    user_from->uses.n = user_to->uses.n = 1;
    to.phases.v[0].provides.n = 0;
    l = affected(&from, &to, NULL, a);
    SAYS(l, user_to->id, "uses the symbol `clock_now`, which no phase provides any more");
    ck_assert_str_eq(l.sections.v[0].because, from.phases.v[0].id);
    later = affected(&to, &to, &l, a); /* until it is worked over */
    ck_assert_uint_eq(later.sections.n, l.sections.n);
    from = to;
    to = fixture(a, "full.json");
    to.phases.v[0] = from.phases.v[0];
    to.phases.v[1] = *user_to;
    to.phases.v[1].title = "Worked over";
    later = affected(&from, &to, &l, a);
    ck_assert_str_eq(why(&later, to.phases.v[1].id), "");
}
END_TEST

START_TEST(a_number_that_means_another_phase_is_told)
{
    auto_arena a = arena_new(0);
    struct document from = fixture(a, "full.json"), to = fixture(a, "full.json");
    struct phase first;
    struct affected_sections l;
    from.closing.migration = to.closing.migration = "Run it between P1 and P2, not in P12 or AP1.\nP3 comes last.";
    first = to.phases.v[0];
    to.phases.v[0] = to.phases.v[1];
    to.phases.v[1] = first;
    l = affected(&from, &to, NULL, a);
    SAYS(l, "migration", "says P1, which is P2 now");
    for (size_t i = 0; i < l.sections.n; i++) ck_assert_ptr_null(strstr(l.sections.v[i].why, "P3"));
}
END_TEST

/* What is told of it is one sentence, about the effort that the note was written for, as long as it is another. */
START_TEST(a_note_is_held_against_the_effort_it_was_written_for)
{
    auto_arena a = arena_new(0);
    struct document one = fixture(a, "full.json"), two = fixture(a, "full.json"), three = fixture(a, "full.json");
    struct affected_sections l;
    int64_t likely = one.phases.v[0].estimate.likely;
    one.closing.timeline.note = two.closing.timeline.note = three.closing.timeline.note = "Two weeks.";
    two.phases.v[0].estimate.likely = likely + 60;
    three.phases.v[1].estimate.likely += 480;
    l = affected(&one, &two, NULL, a);
    SAYS(l, "timeline", "its note was written for ");
    const char *first = why(&l, "timeline"), *of_work = strstr(first, " of work");
    l = affected(&two, &two, &l, a);
    ck_assert_str_eq(why(&l, "timeline"), first);
    ck_assert_str_eq(l.sections.v[0].because, two.phases.v[0].id);
    l = affected(&two, &three, &l, a); /* the effort after that is told, the one before stays */
    ck_assert_uint_eq(l.sections.n, 1);
    ck_assert_int_eq(strncmp(why(&l, "timeline"), first, (size_t)(of_work - first)), 0);
    ck_assert_str_ne(why(&l, "timeline"), first);
    l = affected(&three, &one, &l, a); /* it is right again */
    ck_assert_uint_eq(l.sections.n, 0);
}
END_TEST

UNIT_MAIN("plan_comments", { text_is_found_as_people_copy_it, a_quote_is_followed, users_of_what_changed_are_named,
                             a_name_that_nobody_provides_is_missed, a_number_that_means_another_phase_is_told,
                             a_note_is_held_against_the_effort_it_was_written_for })
