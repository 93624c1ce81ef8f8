/* What whoever implements a plan is given, made of texts that mean no good; and when memory runs out. */
#include "unit/nth.h"
#include "unit/plan_fixture.h"
#include "unit/plan_nasty.h"

#include "pland/plan/handover.h"

static struct handover over(const struct document *d)
{
    return (struct handover){ .d = d, .plan = "plan_1", .how = { .revision = 2 },
                              .at = { .commit = "0123456789abcdef", .branch = "feature/x", .test = "make check" } };
}

static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part)) n++;
    return n;
}

START_TEST(a_brief_says_what_is_there_and_what_is_to_do)
{
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, "full.json");
    struct handover h = over(&d);
    ck_assert_uint_ge(d.phases.n, 2);
    for (size_t i = 0; i < d.phases.n; i++) {
        const struct phase *p = &d.phases.v[i];
        buf_clear(&b);
        brief_markdown(&h, i, &b);
        ck_assert_int_eq(b.failed, ERR_OK);
        ck_assert_uint_eq(count(buf_cstr(&b), "\n- [ ] "), p->automated.n + p->manual.n);
        ck_assert_uint_eq(count(buf_cstr(&b), "\n## The work\n"), 1);
        ck_assert_uint_eq(count(buf_cstr(&b), "\n### P"), 1); /* no other phase's work */
        ck_assert_ptr_nonnull(strstr(buf_cstr(&b), p->depends_on.n ? "with the work of P" : "make the branch `feature/x`"));
        ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "planctl verify plan_1 P"));
    }
}
END_TEST

START_TEST(boxes_are_ticked_by_what_passed)
{
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, "full.json");
    struct handover h = over(&d);
    const struct passed_criterion passed[] = { { d.phases.v[0].id, d.phases.v[0].manual.v[0] },
                                               { d.phases.v[1].id, "of other words" } };
    const struct phase_mark marks[] = { { d.phases.v[0].id, "done" } };
    h.how.passed.v = passed;
    h.how.passed.n = countof(passed);
    brief_markdown(&h, 0, &b);
    ck_assert_uint_eq(count(buf_cstr(&b), "- [x] "), 1);
    buf_clear(&b);
    document_markdown(&d, &h.how, &b);
    ck_assert_uint_eq(count(buf_cstr(&b), "- [x] "), 1);
    buf_clear(&b);
    h.marks.v = marks;
    h.marks.n = countof(marks);
    tasks_markdown(&h, &b);
    ck_assert_uint_eq(count(buf_cstr(&b), "- [x] "), d.phases.v[0].steps.n + 1);
    buf_clear(&b);
    phases_mermaid(&h, &b);
    ck_assert_uint_eq(count(buf_cstr(&b), "    class "), 1);
}
END_TEST

static void check_issues(const char *text, size_t n, const struct document *d, const char *body)
{
    struct err e = { 0 };
    auto_json issues = NULL;
    const json_t *issue;
    size_t i;
    ck_assert_msg(json_parse(text, n, &issues, &e) == ERR_OK, "%s", e.msg);
    ck_assert_uint_eq(json_array_size(issues), d->phases.n);
    json_array_foreach(issues, i, issue)
    {
        ck_assert_uint_le(strlen(json_string_value(json_object_get(issue, "title"))), 255);
        ck_assert_uint_lt(strlen(json_string_value(json_object_get(issue, body))), 65536);
    }
}

/* Every line of a chart is one of the few that there are, whatever a title says. */
static void check_chart(const char *text)
{
    for (const char *at = text; *at;) {
        size_t n = strcspn(at, "\n");
        bool known = strncmp(at, "flowchart LR", 12) == 0 || strncmp(at, "    ph", 6) == 0 ||
                     strncmp(at, "    class", 9) == 0;
        size_t quotes = 0;
        for (size_t i = 0; i < n; i++) quotes += at[i] == '"';
        ck_assert_msg(known && (quotes == 0 || quotes == 2), "%.*s", (int)n, at);
        at += n + (at[n] == '\n');
    }
}

START_TEST(no_text_breaks_out)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        auto_arena a = arena_new(0);
        auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
        struct document d = { 0 };
        struct err e = { 0 };
        struct handover h = over(&d);
        struct nasty g = { .state = seed, .a = a, .mildness = (int)(seed % 3) };
        d = nasty_document(&g);
        ck_assert_msg(document_validate(&d, a, &e) == ERR_OK, "%s %s", e.at, e.msg);
        tasks_markdown(&h, &b);
        ck_assert_uint_eq(count(buf_cstr(&b), "\n## P"), d.phases.n); /* no headings of the text's own */
        for (const char *at = buf_cstr(&b); *at; at += strcspn(at, "\n"), at += *at == '\n')
            ck_assert_msg(strncmp(at, "- [", 3) != 0 || strncmp(at + 6, "T", 1) == 0, "%.60s", at);
        for (int form = ISSUES_GITHUB; form <= ISSUES_GITLAB; form++) {
            buf_clear(&b);
            issues_json(&h, (enum issue_form)form, &b);
            check_issues(buf_cstr(&b), b.n, &d, form == ISSUES_GITHUB ? "body" : "description");
        }
        buf_clear(&b);
        phases_mermaid(&h, &b);
        check_chart(buf_cstr(&b));
    }
}
END_TEST

START_TEST(an_issue_fits)
{
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, "full.json");
    struct handover h = over(&d);
    char *title = arena_alloc(a, 3001), *code = arena_alloc(a, 200001);
    struct code_block block = { "src/a.c", "c", code };
    for (size_t i = 0; i < 1000; i++) memcpy(title + 3 * i, "\xe2\x82\xac", 3);
    memset(code, 'x', 200000);
    d.phases.v[0].title = title;
    d.phases.v[0].steps.v[0].code.v = &block;
    d.phases.v[0].steps.v[0].code.n = 1;
    issues_json(&h, ISSUES_GITHUB, &b);
    check_issues(buf_cstr(&b), b.n, &d, "body");
    d.phases.v[0].steps.v[0].text = code; /* no code to leave out */
    buf_clear(&b);
    issues_json(&h, ISSUES_GITLAB, &b);
    check_issues(buf_cstr(&b), b.n, &d, "description");
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "cut here"));
}
END_TEST

static enum err_kind do_all(const struct handover *h, struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    for (size_t i = 0; i < h->d->phases.n; i++) brief_markdown(h, i, &b);
    tasks_markdown(h, &b);
    issues_json(h, ISSUES_GITHUB, &b);
    phases_mermaid(h, &b);
    return buf_check(&b, e);
}

START_TEST(no_memory_is_an_error_not_a_shorter_text)
{
    auto_arena a = arena_new(0);
    struct document d;
    struct handover h;
    NTH_SKIP();
    d = fixture(a, "full.json");
    h = over(&d);
    for (long n = 1; n < 2000; n++) {
        struct err e = { 0 };
        enum err_kind k;
        nth_arm(n);
        k = do_all(&h, &e);
        nth_disarm();
        if (!nth_hit()) {
            ck_assert_int_eq(k, ERR_OK);
            ck_assert_int_gt(n, 3);
            return;
        }
        ck_assert_msg(k == ERR_NOMEM, "allocation %ld", n);
    }
    ck_abort_msg("allocations do not end");
}
END_TEST

UNIT_MAIN("plan_handover", { a_brief_says_what_is_there_and_what_is_to_do, boxes_are_ticked_by_what_passed,
                             no_text_breaks_out, an_issue_fits, no_memory_is_an_error_not_a_shorter_text })
