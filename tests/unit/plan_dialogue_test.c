/* The texts about a plan: the summary that asks for approval, the review questions, the hand-over; and corrections. */
#include "unit/nth.h"

#include <string.h>

#include "unit/plan_fixture.h"

static void holds(const char *text, const char *const *want, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *at = strstr(text, want[i]);
        ck_assert_msg(at != NULL, "missing or out of order: %s\n%s", want[i], text);
        text = at + strlen(want[i]);
    }
}

START_TEST(the_summary_says_what_approving_does)
{
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, "full.json");
    struct err e = { 0 };
    struct sha256 hash = document_hash(&d, &e);
    struct verdict v = { .verified = 12, .to_create = 3, .unprovable = 1 };
    struct rendering how = { .revision = 4, .hash = &hash, .verdict = &v };
    char named[64];
    (void)snprintf(named, sizeof named, "Approving binds revision 4 (`%.12s`)", hash_hex_of(&hash).s);
    const char *const want[] = {
        "The plan is ready: **",
        d.header.title,
        " phases, ",
        " of work (",
        "- P1 ",
        "Checked: 12 statements verified against the code, 3 to create, 1 not provable here, none",
        "**Key decisions**",
        d.closing.decisions.v[0].decision,
        "**Open questions:**",
        "**Before you approve**",
        "Is the timeline realistic?",
        "Is a requirement missing?",
        "Does the testing approach fit?",
        named,
        "needs approval again"};
    summary_markdown(&d, &how, &b);
    holds(buf_cstr(&b), want, countof(want));
    ck_assert_ptr_null(strstr(buf_cstr(&b), "(null)"));
    buf_clear(&b);
    v.failed = 2;
    summary_markdown(&d, &how, &b);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "**2 failed**: approving is refused"));
}
END_TEST

START_TEST(open_questions_are_listed)
{
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, "full.json");
    const char *open[] = { "Who pays?" };
    d.closing.questions.v = open, d.closing.questions.n = 1;
    summary_markdown(&d, NULL, &b);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "**Open questions:** \n\n- Who pays?\n"));
    buf_clear(&b);
    d.closing.questions.n = 0;
    d.closing.assumptions.n = 1;
    summary_markdown(&d, NULL, &b);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "**Open questions:** none; 1 assumption was made and is listed"));
}
END_TEST

/* The three questions are the same wherever they stand, and each says what the plan has and what an answer does. */
START_TEST(review_questions_stand_in_the_summary)
{
    auto_arena a = arena_new(0);
    auto_buf review = BUF_INIT(BUF_MAX_DEFAULT), summary = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, "full.json");
    struct totals t;
    d.closing.timeline = (struct timeline){ .deadline = "2026-12-18", .people = 2, .available = 480 };
    ck_assert_int_eq(document_totals(&d, a, &t, &(struct err){ 0 }), ERR_OK);
    review_questions_markdown(&d, &t, &review);
    summary_markdown(&d, NULL, &summary);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&summary), buf_cstr(&review)));
    const char *const want[] = {"for 2 people, wanted by 2026-12-18; it fits into the 1 day",
                                "What you add gets a phase", "scenario"};
    holds(buf_cstr(&review), want, countof(want));
}
END_TEST

START_TEST(the_hand_over_begins_with_the_first_steps)
{
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, "full.json");
    struct rendering how = { .revision = 2 };
    struct handover_place at = { .commit = "0123456789abcdef" }, nowhere = { 0 };
    const char *const want[] = { "Revision 2 is approved: ", "test scenario", "risk", "- P1 ",
                                 "1. Check out `0123456789abcdef` and make a branch", "2. Run ",
                                 "3. Begin with P1: ", "**Watch most for:**", "approved again" };
    const char *const known[] = { "1. Check out `0123456789abcdef` and make the branch `feature/x` of it",
                                  "2. Prepare the environment as `CONTRIBUTING.md` says", "3. Build with `make`",
                                  "4. Run `make check` and note what fails before any change", "5. Begin with P1: " };
    handoff_summary_markdown(&d, &how, &at, &b);
    holds(buf_cstr(&b), want, countof(want));
    buf_clear(&b);
    at = (struct handover_place){ at.commit, "feature/x", "make", "make check", "CONTRIBUTING.md" };
    handoff_summary_markdown(&d, &how, &at, &b);
    holds(buf_cstr(&b), known, countof(known));
    buf_clear(&b);
    handoff_summary_markdown(&d, &how, &nowhere, &b);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "1. Run "));
    ck_assert_ptr_null(strstr(buf_cstr(&b), "In this project"));
    buf_clear(&b);
    how.calibrated_phases = 12;
    how.calibrated_percent = 150;
    summary_markdown(&d, &how, &b);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "In this project 12 finished phases took 150 % of what was estimated"));
}
END_TEST

START_TEST(corrections_are_shown)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    const char *v[] = { "Sessions live in Redis.", "# no heading" };
    corrections_markdown(v, 0, &b);
    ck_assert_uint_eq(b.n, 0);
    corrections_markdown(v, 2, &b);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "- Sessions live in Redis.\n"));
    ck_assert_ptr_null(strstr(buf_cstr(&b), "\n# "));
}
END_TEST

static struct document kept;

static enum err_kind do_texts(struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    summary_markdown(&kept, NULL, &b);
    handoff_summary_markdown(&kept, NULL, &(struct handover_place){ 0 }, &b);
    review_questions_markdown(&kept, NULL, &b);
    return buf_check(&b, e);
}

START_TEST(no_memory_is_an_error_not_a_shorter_text)
{
    auto_arena a = arena_new(0);
    NTH_SKIP();
    kept = fixture(a, "full.json");
    for (long n = 1; n < 200; n++) {
        struct err e = { 0 };
        enum err_kind k;
        nth_arm(n);
        k = do_texts(&e);
        nth_disarm();
        if (!nth_hit()) {
            ck_assert_int_eq(k, ERR_OK);
            ck_assert_int_gt(n, 3);
            return;
        }
        ck_assert_int_eq(k, ERR_NOMEM);
    }
    ck_abort_msg("allocations do not end");
}
END_TEST

UNIT_MAIN("plan_dialogue", { the_summary_says_what_approving_does, open_questions_are_listed,
                             review_questions_stand_in_the_summary, the_hand_over_begins_with_the_first_steps,
                             corrections_are_shown, no_memory_is_an_error_not_a_shorter_text })
