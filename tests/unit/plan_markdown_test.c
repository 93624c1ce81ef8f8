/* Protects the renderings: an approver's order, numbers computed, anchors kept, and foreign text that stays text. */
#include "pland/plan/document.h"

#include <string.h>

#include "unit/plan_fixture.h"

static struct err err;

static size_t count(const char *s, const char *what)
{
    size_t n = 0;
    for (; (s = strstr(s, what)); s += strlen(what)) n++;
    return n;
}

static void in_order(const char *text, const char *const *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *at = strstr(text, v[i]);
        ck_assert_msg(at != NULL, "missing or out of order: %s", v[i]);
        text = at + strlen(v[i]);
    }
}

static void markdown(const struct document *d, struct buf *b)
{
    static const struct verdict v = { .verified = 41, .to_create = 9, .unprovable = 2 };
    struct sha256 h = document_hash(d, &err);
    document_markdown(d, &(struct rendering){ .revision = 3, .hash = &h, .verdict = &v }, b);
    ck_assert_int_eq(b->failed, ERR_OK);
}

START_TEST(ordered_for_the_approver)
{
    static const char *const order[] = {
        "# Rate limits for the public API\n", "**Revision 3** · `", "41 verified against the code, 9 to create, 2 not",
        "<!-- overview -->\n## What changes", "## Decisions waiting for you", "## Key decisions", "## Assumptions", "## Risks",
        "## Files by phase", "| P1 | rename | `src/store/older.c` → `src/store/old.c` |", "<!-- timeline -->",
        "| **Total** |  | 3 h 30 min | 6 h 45 min | 3 days 1 h |", "P1 → P2, 6 h at least",
        "6 h 45 min of work, 6 h 40 min left: **no**",
        "```mermaid\ngantt\n", "P2 Middleware :crit, ph3, after ph1, 720m\n", "```mermaid\nflowchart LR\n", "ph1 --> ph3\n",
        "## Before you approve", "**Is the timeline realistic?**",
        "<!-- requirements -->", "“limit to 100/min &#124; per token” — `ticket` line 3 | P1, P2 |", "## Traceability",
        "| R1 | P1, P2 | `make migrate`, `make test` |", "## Phases",
        "<!-- ph1 -->\n### P1 Store and migration", "<!-- ph1.s1 -->\n#### 1.1 Add the table", "```sql {open}\nCREATE TABLE",
        "**Code:** `src/long.c`\n\n<details>\n<summary>60 lines</summary>\n\n```c {open}\n", "```\n\n</details>\n",
        "- [ ] `make migrate` — ends with 0 — fails before\n", "**Manual verification**", "**Rollback of this phase**",
        "<!-- ph3 -->\n### P2 Middleware", "- **Needs:** P1\n", "**Not a heading**", "#### 2.2 Answer 429",
        "provided by the system, not provable here", "provided by P1\n\n  ```sh\n  set -e\n  make migrate\n",
        "### P3 Documentation", "## Test scenarios", "— `docker-compose.yml` line 12: the service\n",
        "```sh\nmake migrate-down",
        "## Definition of done", "Security scan — not applicable: no new input",
        "<!-- waived -->\n## Not applicable\n\n- Migration notes — no data moves\n",
    };
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, "full.json");
    markdown(&d, &b);
    in_order(buf_cstr(&b), order, countof(order));
}
END_TEST

START_TEST(a_small_plan_has_no_empty_sections)
{
    auto_arena a = arena_new(0);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, "small.json");
    document_markdown(&d, NULL, &b);
    ck_assert_ptr_eq(strstr(buf_cstr(&b), "# Fix the typo\n\n**Draft** · not checked yet\n"), b.p);
    ck_assert_uint_eq(count(buf_cstr(&b), "\n## "), 2); /* estimate, phases */
}
END_TEST

/* The judge is the other side: what a Markdown parser makes of it. */
static void headings(const char *name, size_t h2, size_t h3, size_t h4)
{
    auto_arena a = arena_new(0);
    auto_buf md = BUF_INIT(BUF_MAX_DEFAULT), html = BUF_INIT(BUF_MAX_DEFAULT), page = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, name);
    markdown(&d, &md);
    ck_assert_int_eq(markdown_html(md.p, md.n, &html, &err), ERR_OK);
    ck_assert_int_eq(document_html(&d, NULL, &page, &err), ERR_OK);
    for (int i = 0; i < 2; i++) {
        const char *s = buf_cstr(i ? &page : &html);
        ck_assert_uint_eq(count(s, "<h1>"), 1);
        ck_assert_uint_eq(count(s, "<h2>"), h2);
        ck_assert_uint_eq(count(s, "<h3>"), h3);
        ck_assert_uint_eq(count(s, "<h4>"), h4);
        ck_assert_ptr_null(strstr(s, "<script"));
        ck_assert_ptr_null(strstr(s, "javascript:alert(1)\""));
        ck_assert_ptr_null(strstr(s, "&lt;!-- risks"));
    }
}

START_TEST(foreign_text_makes_no_structure)
{
    headings("full.json", 19, 3, 3);
    headings("hostile.json", 19, 3, 3);
}
END_TEST

START_TEST(cells_keep_their_pipes)
{
    auto_arena a = arena_new(0);
    auto_buf md = BUF_INIT(BUF_MAX_DEFAULT), html = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = fixture(a, "hostile.json");
    markdown(&d, &md);
    ck_assert_int_eq(markdown_html(md.p, md.n, &html, &err), ERR_OK);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&md), "| a&#92;&#124;b `c\\|d` &#92; |"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&md), "| &#96;a&#92;&#124;b&#96; |"));
}
END_TEST

static const char *hostile_blocks[] = {
    "- # heading", "> # heading", "1. # heading", "> a\n> ===", "a\n===", "a\n---", "   ## h ##", "# *x* y",
    "```\nleft open", "~~~\n```", "- ```\nleft", "    ```\n# h", "a\n    # h", "- a\n\n    # h",
    "text\n\n    ```\n\n# h\n",
    "<h2>raw</h2>", "<!-- ph9 -->", "`<!-- ph9 -->", "[a]: http://x\n\n[a]", "\\", "```a`b\n# h", "- ~~~\n# h",
    "`````\n```\n# h", "~~~ `x`\n# h", "a\\\n===", "\t# h", "- \t# h", "-\t# h", "1)# h\n1) # h", "***\n# h\n===",
    "|a|\n|-|\n# h", "a\r===", "a\r\n===\r\n", "```\n  ```\n# h", " ```\n    ```\n# h", "*\n  # h", "+ - 1. > # h",
    "a\n-\n# h", "\\` <!-- x `", "`<!-- x", "a\n  ==", "> a\n-", "> a\n>-", "a\n\n-\n\n    ```\n", "> - a\n>   -",
};

START_TEST(no_block_of_text_breaks_out)
{
    for (size_t i = 0; i < countof(hostile_blocks); i++) {
        auto_arena a = arena_new(0);
        auto_buf md = BUF_INIT(BUF_MAX_DEFAULT), html = BUF_INIT(BUF_MAX_DEFAULT);
        struct document d = fixture(a, "full.json");
        const char *s;
        d.overview = d.phases.v[0].steps.v[0].text = d.closing.timeline.note = hostile_blocks[i];
        d.phases.v[1].rollback = d.phases.v[0].goal = d.closing.rollback.text = hostile_blocks[i];
        d.closing.risks.v[0].risk = d.closing.assumptions.v[0] = d.phases.v[1].manual.v[0] = hostile_blocks[i];
        d.header.title = d.phases.v[1].title = d.phases.v[1].automated.v[0].command = hostile_blocks[i];
        document_markdown(&d, NULL, &md);
        ck_assert_int_eq(markdown_html(md.p, md.n, &html, &err), ERR_OK);
        s = buf_cstr(&html);
        ck_assert_msg(count(s, "<h1>") == 1 && count(s, "<h2>") == 19 && count(s, "<h3>") == 3 && count(s, "<h4>") == 3,
                      "%zu: %s", i, hostile_blocks[i]);
        ck_assert_msg(count(s, "<th ") == 25, "%zu: %s, %zu cells", i, hostile_blocks[i], count(s, "<th "));
        ck_assert_msg(strstr(s, "Migration notes — no data moves") != NULL, "%zu", i);
    }
}
END_TEST

START_TEST(dialogue_texts)
{
    struct evidence where = { .path = "Makefile", .line = 3 };
    struct finding f = { .text = "C11, libmicrohttpd" };
    const char *answers[] = { "yes", "no" };
    struct question q = { .id = "Q1", .text = "Per token?", .why = "schema", .preset = "yes", .searched = "src/http" };
    struct option o = { .id = "A", .title = "Bucket", .summary = "s", .diagram = "a -> b\n```", .risk = LEVEL_HIGH };
    struct understanding u = { .summary = "Limits." };
    struct options os = { .recommended = "A", .reason = "Fits." };
    static const char *const said[] = {
        "After research, I understand:\n\nLimits.\n", "**Stack**\n\n- C11, libmicrohttpd (`Makefile` line 3)\n",
        "## Clarifications needed", "1. **Q1** Per token?", "*Why it matters:* schema", "*Options:* yes; no",
        "*Default:* yes", "*Searched first:* src/http",
    };
    static const char *const offered[] = {
        "## Option A: Bucket", "````text\na -> b\n```\n````\n", "- **Risk:** high",
        "**Recommendation:** option A, Bucket",
        "Fits.", "Which fits best?",
    };
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    f.evidence.v = &where, f.evidence.n = 1;
    u.stack.v = &f, u.stack.n = 1;
    q.options.v = answers, q.options.n = 2;
    u.questions.v = &q, u.questions.n = 1;
    understanding_markdown(&u, &b);
    in_order(buf_cstr(&b), said, countof(said));
    buf_clear(&b);
    os.options.v = &o, os.options.n = 1;
    options_markdown(&os, &b);
    in_order(buf_cstr(&b), offered, countof(offered));
    buf_clear(&b);
    os.why_single = "Nothing else scales.";
    options_markdown(&os, &b);
    ck_assert_ptr_null(strstr(buf_cstr(&b), "Which fits best?"));
    buf_clear(&b);
    ticket_prompt_markdown(&b);
    ck_assert_uint_eq(count(buf_cstr(&b), "\n4. "), 1);
}
END_TEST

UNIT_MAIN("plan_markdown", { ordered_for_the_approver, a_small_plan_has_no_empty_sections,
                             foreign_text_makes_no_structure, cells_keep_their_pipes, no_block_of_text_breaks_out,
                             dialogue_texts })
