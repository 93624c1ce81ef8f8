/* Protects the way there and back: whatever is in a document, its Markdown is read without loss, and what an editor
 * does to white space, line ends, list markers and tables changes nothing. PLAND_EVERY=10000 makes so many documents. */
#include "pland/plan/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/plan_fixture.h"
#include "unit/plan_nasty.h"

static struct err err;

static size_t how_many(void)
{
    const char *s = getenv("PLAND_EVERY");
    long n = s ? strtol(s, NULL, 10) : 0;
    return n > 0 ? (size_t)n : 400;
}

/* --- what editors do ------------------------------------------------------------------------------------------- */
struct edit {
    struct nasty *g;
    bool crlf, strip, add, markers, blank, table;
};

static bool fence_line(const char *s, size_t n)
{
    size_t in = 0;
    while (in < n && in < 4 && s[in] == ' ') in++;
    return in < 4 && n >= in + 3 && (strncmp(s + in, "```", 3) == 0 || strncmp(s + in, "~~~", 3) == 0);
}

static void edit_table(const char *s, size_t n, struct buf *b)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\\' && i + 1 < n) buf_char(b, s[i++]);
        else if (s[i] == '|') {
            buf_str(b, i ? "   |  " : "|  ");
            continue;
        }
        buf_char(b, s[i]);
    }
}

static void edit_line(const struct edit *k, const char *s, size_t n, bool code, struct buf *b)
{
    size_t in = strspn(s, " ");
    while (k->strip && n > 0 && strchr(" \t", s[n - 1])) n--;
    if (!code && k->blank && nasty_below(k->g, 6) == 0) buf_str(b, k->crlf ? "\r\n" : "\n");
    if (!code && k->table && n > 0 && *s == '|') edit_table(s, n, b);
    else if (!code && k->markers && in + 1 < n && s[in] == '-' && s[in + 1] == ' ') {
        buf_add(b, s, in);
        buf_char(b, nasty_below(k->g, 2) ? '*' : '+');
        buf_add(b, s + in + 1, n - in - 1);
    } else buf_add(b, s, n);
    if (!code && k->add && nasty_below(k->g, 3) == 0) buf_str(b, "  ");
    buf_str(b, k->crlf ? "\r\n" : "\n");
}

static void edited(const struct edit *k, const char *md, struct buf *b)
{
    size_t ticks = 0;
    char fence = '\0';
    while (*md) {
        size_t n = strcspn(md, "\n"), in = strspn(md, " "), run = 0;
        bool opens = !ticks && fence_line(md, n);
        while (in + run < n && md[in + run] == (ticks ? fence : md[in])) run++;
        if (opens && md[in] == '`' && memchr(md + in + run, '`', n - in - run)) opens = false;
        edit_line(k, md, n, ticks > 0 || opens, b);
        if (opens) ticks = run, fence = md[in];
        else if (ticks && in < 4 && run >= ticks && in + run + strspn(md + in + run, " ") == n) ticks = 0;
        md += n + (md[n] != '\0');
    }
}

/* --- there and back -------------------------------------------------------------------------------------------- */
static void show(const char *what, const struct document *d, const char *md)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    record_encode(&document_record, d, &b);
    (void)fprintf(stderr, "%s\n--- document\n%s\n--- Markdown\n%s\n", what, buf_cstr(&b), md);
}

static bool same(const struct document *x, const struct document *y)
{
    struct sha256 hx = document_hash(x, &err), hy = document_hash(y, &err);
    const char *cx = x->header.created, *cy = y->header.created;
    return memcmp(&hx, &hy, sizeof hx) == 0 && (cx && cy ? strcmp(cx, cy) == 0 : !cx && !cy);
}

static void reads_as(const char *what, const char *md, const struct document *base, const struct document *d,
                     struct arena *a)
{
    struct document back = { 0 };
    enum err_kind k = document_from_markdown(md, strlen(md), base, 1, a, &back, &err);
    if (k != ERR_OK || !same(d, &back)) {
        show(what, d, md);
        if (k == ERR_OK) show("read as", &back, "");
    }
    ck_assert_msg(k == ERR_OK, "%s: %s %s", what, err.at, err.msg);
    ck_assert_msg(same(d, &back), "%s: another document", what);
}

static void there_and_back(struct nasty *g, const struct document *d, size_t i)
{
    const struct edit edits[] = {
        { g, .crlf = true }, { g, .strip = true }, { g, .add = true }, { g, .markers = true }, { g, .blank = true },
        { g, .table = true }, { g, true, true, true, true, true, true },
    };
    auto_buf md = BUF_INIT(BUF_MAX_DEFAULT), changed = BUF_INIT(BUF_MAX_DEFAULT), again = BUF_INIT(BUF_MAX_DEFAULT);
    struct document back = { 0 };
    document_markdown(d, NULL, &md);
    ck_assert_int_eq(md.failed, ERR_OK);
    reads_as("as it was rendered", buf_cstr(&md), NULL, d, g->a);
    ck_assert_int_eq(document_from_markdown(md.p, md.n, NULL, 1, g->a, &back, &err), ERR_OK);
    document_markdown(&back, NULL, &again);
    ck_assert_str_eq(buf_cstr(&md), buf_cstr(&again));
    edited(&edits[i % countof(edits)], buf_cstr(&md), &changed);
    reads_as("after an editor", buf_cstr(&changed), d, d, g->a);
}

START_TEST(nothing_is_lost)
{
    size_t n = how_many();
    for (size_t i = 0; i < n; i++) {
        auto_arena a = arena_new(0);
        struct nasty g = { .state = 0x9e3779b97f4a7c15u * (i + 1), .a = a, .mildness = (int)(i % 4) * 3 };
        struct document d = nasty_document(&g);
        ck_assert_msg(document_validate(&d, a, &err) == ERR_OK, "document %zu: %s %s", i, err.at, err.msg);
        there_and_back(&g, &d, i);
    }
}
END_TEST

START_TEST(seeds)
{
    static const char *const names[] = { "full.json", "small.json", "hostile.json" };
    for (size_t i = 0; i < countof(names) * 7; i++) {
        auto_arena a = arena_new(0);
        struct nasty g = { .state = i + 1, .a = a };
        struct document d = fixture(a, names[i % countof(names)]);
        there_and_back(&g, &d, i / countof(names));
    }
}
END_TEST

/* --- what people do -------------------------------------------------------------------------------------------- */
static char *replaced(struct arena *a, const char *md, const char *from, const char *to)
{
    const char *at = strstr(md, from);
    ck_assert_msg(at != NULL, "not in the Markdown: %s", from);
    return arena_fmt(a, "%.*s%s%s", (int)(at - md), md, to, at + strlen(from));
}

static struct document read_edited(struct arena *a, const struct document *base, const char *from, const char *to)
{
    auto_buf md = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = { 0 };
    const char *text;
    enum err_kind k;
    document_markdown(base, NULL, &md);
    text = replaced(a, buf_cstr(&md), from, to);
    k = document_from_markdown(text, strlen(text), base, 1, a, &d, &err);
    ck_assert_msg(k == ERR_OK, "%s: %s %s", to, err.at, err.msg);
    return d;
}

START_TEST(edits_by_hand)
{
    auto_arena a = arena_new(0);
    struct document full = fixture(a, "full.json"), d;
    d = read_edited(a, &full, "- One Redis for all nodes\n", "* One Redis for all\n  nodes\n+ Two `a|b`, <c> & 1. d\n");
    ck_assert_uint_eq(d.closing.assumptions.n, 2);
    ck_assert_str_eq(d.closing.assumptions.v[0], "One Redis for all nodes");
    ck_assert_str_eq(d.closing.assumptions.v[1], "Two `a|b`, <c> & 1. d");
    d = read_edited(a, &full, "## Phases\n", "## Phases\n\n### Measure first\n\nNumbers exist.\n\n- **Estimate:** 1 day 5 min (1 h to 2 days)\n"
                    "- **Provides:** file `m.txt`\n\n#### Write it down\n\nSo.\n\n- create `m.txt`: the numbers\n\n"
                    "**Code:** `m.txt`\n\n```text\n1\n```\n\n**Automated verification**\n\n- [x] `wc m.txt` — a line — fails before\n\n"
                    "**Manual verification**\n- Read it\n\n**Rollback of this phase**\n\nRemove it.\n\n");
    ck_assert_uint_eq(d.phases.n, 4);
    ck_assert_str_eq(d.phases.v[0].id, "ph4"); /* ph1 to ph3 were in use */
    ck_assert_str_eq(d.phases.v[0].steps.v[0].id, "ph4.s1");
    ck_assert_int_eq(d.phases.v[0].estimate.likely, 485);
    ck_assert_str_eq(d.phases.v[0].steps.v[0].code.v[0].text, "1\n");
    ck_assert_str_eq(d.phases.v[0].automated.v[0].provided_by, "repository");
    ck_assert_str_eq(d.phases.v[2].depends_on.v[0], "ph1"); /* "P1" is still the phase whose heading says P1 */
    d = read_edited(a, &full, "<!-- ph3.s2 -->\n#### 2.2 Answer 429\n", "#### Log it\n\nEach one.\n");
    ck_assert_str_eq(d.phases.v[1].steps.v[1].id, "ph3.s3"); /* ph3.s2 is gone and not used again */
    ck_assert_uint_eq(d.phases.v[1].automated.n, 3);
    d = read_edited(a, &full, "<!-- risks -->\n## Risks", "## Risks");
    ck_assert_uint_eq(d.closing.risks.n, 1);
}
END_TEST

/* Lines broken at 60 columns, those of a list item indented, as formatters do. */
static void wrapped(const char *md, struct buf *b)
{
    bool code = false, table;
    while (*md) {
        size_t n = strcspn(md, "\n"), at = 0, column = 0;
        if (fence_line(md, n)) code = !code;
        table = code || *md == '|' || *md == '#' || *md == '<' || n == 0 || fence_line(md, n);
        while (at < n) {
            size_t word = strcspn(md + at, " \n"), tick = 0;
            if (at + word > n) word = n - at;
            for (size_t i = 0; i < at; i++) tick += md[i] == '`';
            if (!table && column > 60 && tick % 2 == 0 && at && md[at - 1] == ' ' && word > 2 && md[at] > 'A') {
                b->n--; /* the blank */
                buf_str(b, strchr("-*", *md) ? "\n  " : "\n");
                column = 0;
            }
            buf_add(b, md + at, word);
            column += word + 1;
            at += word;
            if (at < n) buf_char(b, md[at++]);
        }
        buf_char(b, '\n');
        md += n + (md[n] != '\0');
    }
}

/* What "smart" editors do to words: not to code, where their makers know better. */
static void smart(const char *md, struct buf *b)
{
    bool open = true, code = false;
    for (size_t tick = 0; *md; md++) {
        if (*md == '\n') tick = 0, code = fence_line(md + 1, strcspn(md + 1, "\n")) ? !code : code;
        if (*md == '`') tick++;
        if (code || tick % 2 || *md == '<' || (md[0] == '"' && md[1] == ']')) buf_char(b, *md);
        else if (*md == '"') buf_str(b, open ? "\xe2\x80\x9c" : "\xe2\x80\x9d"), open = !open;
        else if (*md == '\'') buf_str(b, "\xe2\x80\x99");
        else if (strncmp(md, "...", 3) == 0) buf_str(b, "\xe2\x80\xa6"), md += 2;
        else buf_char(b, *md);
    }
}

START_TEST(what_formatters_and_smart_editors_do_changes_nothing)
{
    auto_arena a = arena_new(0);
    auto_buf md = BUF_INIT(BUF_MAX_DEFAULT), x = BUF_INIT(BUF_MAX_DEFAULT), y = BUF_INIT(BUF_MAX_DEFAULT);
    struct document full = fixture(a, "full.json");
    full.overview = "It's \"sliding\": every request extends the session, and nobody who works is signed out while they do.\n\n"
                    "- the first of the things that this is about is rather long, so that it's broken\n- the second... is not";
    full.phases.v[0].manual.v[0] = "See that \"it\" isn't signed out...";
    document_markdown(&full, NULL, &md);
    wrapped(buf_cstr(&md), &x);
    ck_assert_str_ne(buf_cstr(&x), buf_cstr(&md));
    reads_as("wrapped", buf_cstr(&x), &full, &full, a);
    smart(buf_cstr(&x), &y);
    ck_assert_str_ne(buf_cstr(&x), buf_cstr(&y));
    reads_as("smart", buf_cstr(&y), &full, &full, a);
}
END_TEST

START_TEST(quotation_marks_that_somebody_wants_stay)
{
    auto_arena a = arena_new(0);
    struct document full = fixture(a, "full.json"), d;
    d = read_edited(a, &full, "- One Redis for all nodes\n", "- One \xe2\x80\x9cRedis\xe2\x80\x9d for all nodes\n");
    ck_assert_str_eq(d.closing.assumptions.v[0], "One \xe2\x80\x9cRedis\xe2\x80\x9d for all nodes");
    full.closing.assumptions.v[0] = "One \xe2\x80\x9cRedis\xe2\x80\x9d for all nodes";
    d = read_edited(a, &full, "- One \xe2\x80\x9cRedis\xe2\x80\x9d", "- One \"Redis\"");
    ck_assert_str_eq(d.closing.assumptions.v[0], "One \"Redis\" for all nodes");
}
END_TEST

START_TEST(front_matter_is_passed_over)
{
    auto_arena a = arena_new(0);
    auto_buf md = BUF_INIT(BUF_MAX_DEFAULT), x = BUF_INIT(BUF_MAX_DEFAULT);
    struct document full = fixture(a, "full.json"), d = { 0 };
    document_markdown(&full, NULL, &md);
    buf_fmt(&x, "---\nplan: plan_1\nrevision: 3\n---\n%s", buf_cstr(&md));
    reads_as("front matter", buf_cstr(&x), NULL, &full, a);
    buf_str(&x, "\nWhat is this?\n");
    ck_assert_int_eq(document_from_markdown(x.p, x.n, NULL, 1, a, &d, &err), ERR_INVALID);
    buf_clear(&x);
    buf_fmt(&x, "---\nplan: plan_1\n%s", buf_cstr(&md)); /* it never ends */
    ck_assert_int_eq(document_from_markdown(x.p, x.n, NULL, 1, a, &d, &err), ERR_INVALID);
}
END_TEST

START_TEST(what_is_not_understood_is_said)
{
    static const struct { const char *from, *to, *at, *says; } rows[] = {
        { "- One Redis for all nodes\n", "Just words\n", "line 42", "expected a list item" },
        { "| low | high |", "| rarely | high |", "line 49", "expected low, medium or high, not 'rarely'" },
        { "- **Needs:** P1\n", "- **Needs:** P7\n", "line ", "there is no phase P7" },
        { "- **Estimate:** 2 h (1 h to 1 day)", "- **Estimate:** soon", "line ", "expected an estimate such as" },
        { "## Phases\n", "## Thoughts\n\nMine.\n\n## Phases\n", "line ", "there is no section 'Thoughts'" },
        { "Buckets survive a restart.", "Buckets <!-- TODO --> survive.", "line ", "a comment cannot be kept here" },
        { "— ends with 0 — fails before", "— ends with 0", "line ", "\"— fails before\"" },
        { "Run the down migration.\n", "```\nleft open\n", "line ", "inside a block of code: one before it has no end" },
        { "# Rate limits for the public API\n", "", "line 1", "begins with its title" },
        { "<!-- ph3 -->", "<!-- ph1 -->", "/phases/1/id", "ph1 is there twice" },
        { "- **Covers:** R1, R2", "- **Covers:** R1, R9", "/phases/1/requirements/1", "there is no requirement R9" },
        { "- [ ] `make migrate`", "- [ ] ", "/phases/0/automated/0/command", "" },
        { "- **People:** 1", "- **People:** some", "line ", "a number of people" },
        { "<!-- ph2 -->\n", "<!-- ph2 -->\ntext\n", "line ", "stands before no heading" },
        { "- create `migrations/0007_bucket.sql`: the table\n", "- create `migrations/0007_bucket.sql`: the table\nwords\n",
          "line ", "expected a list item" },
    };
    auto_arena a = arena_new(0);
    auto_buf md = BUF_INIT(BUF_MAX_DEFAULT);
    struct document full = fixture(a, "full.json"), d = { 0 };
    document_markdown(&full, NULL, &md);
    for (size_t i = 0; i < countof(rows); i++) {
        const char *text = replaced(a, buf_cstr(&md), rows[i].from, rows[i].to);
        ck_assert_msg(document_from_markdown(text, strlen(text), &full, 1, a, &d, &err) == ERR_INVALID, "%s", rows[i].to);
        ck_assert_msg(strncmp(err.at, rows[i].at, strlen(rows[i].at)) == 0, "%s: at %s", rows[i].to, err.at);
        ck_assert_msg(strstr(err.msg, rows[i].says) != NULL, "%s: %s", rows[i].to, err.msg);
    }
    ck_assert_int_eq(document_from_markdown("# \xff", 3, NULL, 1, a, &d, &err), ERR_INVALID);
    ck_assert_int_eq(document_from_markdown("", 0, NULL, 1, a, &d, &err), ERR_INVALID);
}
END_TEST

START_TEST(code_that_is_not_shown_comes_from_the_base)
{
    auto_arena a = arena_new(0);
    struct document full = fixture(a, "full.json");
    for (int code = CODE_FULL; code <= CODE_NONE; code++) {
        auto_buf md = BUF_INIT(BUF_MAX_DEFAULT);
        struct document d = { 0 };
        size_t lines;
        document_markdown(&full, &(struct rendering){ .code = code }, &md);
        ck_assert_int_eq(strstr(buf_cstr(&md), "CREATE TABLE") != NULL, code != CODE_NONE);
        ck_assert_int_eq(strstr(buf_cstr(&md), "int x59;") != NULL, code == CODE_FULL);
        ck_assert_int_eq(strstr(buf_cstr(&md), "**Code:** `src/long.c` — 60 lines not shown\n") != NULL, code != CODE_FULL);
        reads_as("without its code", buf_cstr(&md), &full, &full, a);
        if (code == CODE_FULL) continue;
        ck_assert_int_eq(document_from_markdown(md.p, md.n, NULL, 1, a, &d, &err), ERR_INVALID);
        ck_assert_int_eq(document_phase_lines(&full, 0, &lines, &err), ERR_OK);
        ck_assert_uint_lt(lines, 25);
    }
}
END_TEST

UNIT_MAIN("plan_roundtrip", { seeds, nothing_is_lost, edits_by_hand, what_formatters_and_smart_editors_do_changes_nothing,
                              quotation_marks_that_somebody_wants_stay, front_matter_is_passed_over, what_is_not_understood_is_said,
                              code_that_is_not_shown_comes_from_the_base })
