/* Protects against running out of memory: whichever allocation fails, the answer is ERR_NOMEM and nothing is lost. */
#include "unit/nth.h"

#include <string.h>

#include "pland/plan/dialogue.h"
#include "pland/plan/message.h"
#include "unit/plan_fixture.h"

static struct document full;
static section_list sections;
static const char *text;

/* No assertions in here: Check itself allocates. */
static enum err_kind do_split(struct err *e)
{
    auto_arena a = arena_new(0);
    section_list l;
    return a ? document_split(&full, a, &l, e) : err_nomem(e);
}

static enum err_kind do_join(struct err *e)
{
    auto_arena a = arena_new(0);
    struct document d;
    return a ? document_join(&sections, a, &d, e) : err_nomem(e);
}

static enum err_kind do_validate(struct err *e)
{
    auto_arena a = arena_new(0);
    struct document d = full;
    enum err_kind k = ERR_OK;
    for (int i = 0; a && k == ERR_OK && i < 100; i++) k = document_validate(&d, a, e); /* beyond the first block */
    return a ? k : err_nomem(e);
}

static enum err_kind do_hash(struct err *e)
{
    (void)document_hash(&full, e);
    return e->kind;
}

static enum err_kind do_markdown(struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    document_markdown(&full, NULL, &b);
    return buf_check(&b, e);
}

static enum err_kind do_read(struct err *e)
{
    auto_arena a = arena_new(0);
    struct document d;
    return a ? document_from_markdown(text, strlen(text), &full, 1, a, &d, e) : err_nomem(e);
}

static enum err_kind do_json(struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    document_json(&full, NULL, &b);
    return buf_check(&b, e);
}

static enum err_kind do_html(struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    return document_html(&full, NULL, &b, e);
}

static enum err_kind do_diff(struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    return text_diff("a\nb\nc\n", "a\nx\nc\n", "from", "to", &b, e);
}

static enum err_kind do_message(struct err *e)
{
    auto_arena a = arena_new(0);
    struct message_plan p = { .state = PLAN_AWAITING_APPROVAL, .revision = 1, .head = &full };
    struct message m;
    enum err_kind k = ERR_OK;
    for (int i = 0; a && k == ERR_OK && i < 30; i++) /* beyond the first block */
        k = message_parse("refine P1, risks: retry three times\n- and log it\n\nsplit phase 2\nP2: shorter", &p, a, &m, e);
    return a ? k : err_nomem(e);
}

static void every_allocation(enum err_kind (*work)(struct err *))
{
    struct arena *a = arena_new(0);
    long n = 0;
    bool hit;
    full = fixture(a, "full.json");
    ck_assert_int_eq(document_split(&full, a, &sections, &(struct err){ 0 }), ERR_OK);
    do {
        struct err e = { 0 };
        enum err_kind k;
        nth_arm(++n);
        k = work(&e);
        nth_disarm();
        hit = nth_hit();
        ck_assert_msg(k == (hit ? ERR_NOMEM : ERR_OK), "allocation %ld: %d %s", n, (int)k, e.msg);
    } while (hit);
    ck_assert_int_gt(n, 2);
    arena_free(a);
}

static enum err_kind do_compare(struct err *e)
{
    auto_arena a = arena_new(0);
    auto_comparison c = { 0 };
    struct rendering how = { 0 };
    struct document changed = full;
    section_list after;
    struct compared_revision from = { .name = "from", .sections = &sections, .how = &how }, to = from;
    enum err_kind k;
    changed.overview = "This line is long enough to have moved.";
    if (!a) return err_nomem(e);
    if ((k = document_split(&changed, a, &after, e)) != ERR_OK) return k;
    to.sections = &after;
    return compare_revisions(&from, &to, a, &c, e);
}

static enum err_kind do_quote(struct err *e)
{
    auto_arena a = arena_new(0);
    struct quotable q = { 0 };
    const char *where = NULL;
    enum err_kind k = a ? quotable_make(&sections, text, a, &q, e) : err_nomem(e);
    return k == ERR_OK ? quotable_follow(&q, "ph1", "One Redis for all nodes", a, &where, e) : k;
}

static enum err_kind do_affected(struct err *e)
{
    auto_arena a = arena_new(0);
    struct document from = full;
    struct affected_sections l = { 0 };
    from.header.approach = "Another way";
    from.phases.n--;
    return a ? document_affected(&from, &full, NULL, a, &l, e) : err_nomem(e);
}

START_TEST(split) { NTH_SKIP(); every_allocation(do_split); } END_TEST
START_TEST(join) { NTH_SKIP(); every_allocation(do_join); } END_TEST
START_TEST(validate) { NTH_SKIP(); every_allocation(do_validate); } END_TEST
START_TEST(hash) { NTH_SKIP(); every_allocation(do_hash); } END_TEST
START_TEST(markdown) { NTH_SKIP(); every_allocation(do_markdown); } END_TEST
START_TEST(reading)
{
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, "full.json");
    NTH_SKIP();
    document_markdown(&d, NULL, &b);
    text = buf_cstr(&b);
    every_allocation(do_read);
}
END_TEST
START_TEST(json) { NTH_SKIP(); every_allocation(do_json); } END_TEST
START_TEST(html) { NTH_SKIP(); every_allocation(do_html); } END_TEST
START_TEST(message) { NTH_SKIP(); every_allocation(do_message); } END_TEST
START_TEST(diff) { NTH_SKIP(); every_allocation(do_diff); } END_TEST
START_TEST(compare) { NTH_SKIP(); every_allocation(do_compare); } END_TEST
START_TEST(quote) { NTH_SKIP(); text = "<!-- ph1 -->\n### P1 A title\n"; every_allocation(do_quote); } END_TEST
START_TEST(affected) { NTH_SKIP(); every_allocation(do_affected); } END_TEST

UNIT_MAIN("plan_nomem", { split, join, validate, hash, markdown, reading, json, html, diff, compare, quote, affected,
                          message })
