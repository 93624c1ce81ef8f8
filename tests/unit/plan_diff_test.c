/* Protects the text diff: applying it to the old text gives the new one, and it is small where little changed. */
#include "pland/plan/document.h"
#include "pland/plan/dialogue.h"

#include <stdlib.h>
#include <string.h>

#include "unit/plan_fixture.h"

static struct err err;

static void diff(const char *from, const char *to, struct buf *b)
{
    buf_clear(b);
    ck_assert_int_eq(text_diff(from, to, "a", "b", b, &err), ERR_OK);
}

START_TEST(equal_texts_give_nothing)
{
    auto_buf b = BUF_INIT(1 << 20);
    diff("x\ny\n", "x\ny\n", &b);
    ck_assert_uint_eq(b.n, 0);
    diff("", "", &b);
    ck_assert_uint_eq(b.n, 0);
}
END_TEST

START_TEST(known_diffs)
{
    auto_buf b = BUF_INIT(1 << 20);
    diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n", &b);
    ck_assert_str_eq(buf_cstr(&b), "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
    diff("", "x\n", &b);
    ck_assert_str_eq(buf_cstr(&b), "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+x\n");
    diff("x\n", "", &b);
    ck_assert_str_eq(buf_cstr(&b), "--- a\n+++ b\n@@ -1,1 +0,0 @@\n-x\n");
    diff("x\n", "x", &b);
    ck_assert_str_eq(buf_cstr(&b),
                     "--- a\n+++ b\n@@ -1,1 +1,1 @@\n-x\n+x\n\\ No newline at end of file\n");
}
END_TEST

START_TEST(far_changes_get_hunks_of_their_own)
{
    auto_buf b = BUF_INIT(1 << 20);
    size_t hunks = 0;
    diff("a\n1\n2\n3\n4\n5\n6\n7\nz\n", "A\n1\n2\n3\n4\n5\n6\n7\nZ\n", &b);
    for (const char *s = buf_cstr(&b); (s = strstr(s, "@@ -")); s++) hunks++;
    ck_assert_uint_eq(hunks, 2);
    diff("a\n1\n2\n3\n4\n5\n6\nz\n", "A\n1\n2\n3\n4\n5\n6\nZ\n", &b);
    hunks = 0;
    for (const char *s = buf_cstr(&b); (s = strstr(s, "@@ -")); s++) hunks++;
    ck_assert_uint_eq(hunks, 1);
}
END_TEST

/* Applies a diff of texts that end in line breaks; dies where the diff does not fit. Counts edited lines. */
static size_t apply(const char *from, const char *d, struct buf *to)
{
    size_t line = 1, edits = 0;
    d = strstr(d, "@@ -");
    while (d && *d) {
        size_t n = strcspn(d, "\n") + 1;
        if (*d == '@') {
            char *end;
            size_t start = (size_t)strtoul(d + 4, &end, 10);
            if (strtoul(end + 1, NULL, 10) == 0) start++;
            for (; line < start; line++) {
                size_t m = strcspn(from, "\n") + 1;
                buf_add(to, from, m);
                from += m;
            }
        } else {
            if (*d != '+') {
                ck_assert_int_eq(strncmp(from, d + 1, n - 1), 0);
                from += n - 1;
                line++;
            }
            if (*d != '-') buf_add(to, d + 1, n - 1);
            if (*d != ' ') edits++;
        }
        d += n;
    }
    buf_str(to, from);
    return edits;
}

static void random_text(unsigned *seed, size_t lines, unsigned alphabet, struct buf *b)
{
    for (size_t i = 0; i < lines; i++) buf_fmt(b, "%u\n", (unsigned)rand_r(seed) % alphabet);
}

/* Length of the longest common subsequence of lines: the classic table, as the judge. */
static size_t lcs(const char *x, const char *y)
{
    static size_t t[64][64];
    const char *xs[64], *ys[64];
    size_t n = 0, m = 0;
    for (; *x; x = strchr(x, '\n') + 1) xs[n++] = x;
    for (; *y; y = strchr(y, '\n') + 1) ys[m++] = y;
    memset(t, 0, sizeof t);
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++) {
            size_t k = strcspn(xs[i - 1], "\n") + 1;
            t[i][j] = t[i - 1][j] > t[i][j - 1] ? t[i - 1][j] : t[i][j - 1];
            if (strncmp(xs[i - 1], ys[j - 1], k) == 0) t[i][j] = t[i - 1][j - 1] + 1;
        }
    return n + m - 2 * t[n][m];
}

START_TEST(random_diffs_apply_and_are_minimal)
{
    unsigned seed = 7;
    for (int round = 0; round < 2000; round++) {
        auto_buf x = BUF_INIT(1 << 20), y = BUF_INIT(1 << 20), d = BUF_INIT(1 << 20), back = BUF_INIT(1 << 20);
        unsigned alphabet = 2 + (unsigned)round % 9;
        random_text(&seed, (size_t)(rand_r(&seed) % 40), alphabet, &x);
        random_text(&seed, (size_t)(rand_r(&seed) % 40), alphabet, &y);
        diff(buf_cstr(&x), buf_cstr(&y), &d);
        ck_assert_uint_eq(apply(buf_cstr(&x), buf_cstr(&d), &back), lcs(buf_cstr(&x), buf_cstr(&y)));
        ck_assert_str_eq(buf_cstr(&back), buf_cstr(&y));
    }
}
END_TEST

START_TEST(texts_with_nothing_in_common_stay_cheap)
{
    auto_buf x = BUF_INIT(BUF_MAX_DEFAULT), y = BUF_INIT(BUF_MAX_DEFAULT), d = BUF_INIT(BUF_MAX_DEFAULT);
    auto_buf back = BUF_INIT(BUF_MAX_DEFAULT);
    for (int i = 0; i < 20000; i++) {
        buf_fmt(&x, "x%d\n", i);
        buf_fmt(&y, "y%d\n", i);
    }
    diff(buf_cstr(&x), buf_cstr(&y), &d);
    ck_assert_uint_eq(apply(buf_cstr(&x), buf_cstr(&d), &back), 40000);
    ck_assert_int_eq(strcmp(buf_cstr(&back), buf_cstr(&y)), 0);
}
END_TEST

static void compare(const char *x, const char *y, struct arena *a, struct comparison *ret)
{
    ck_assert_int_eq(compare_markdown(x, y, "revision 1", "revision 2", a, ret, &err), ERR_OK);
}

START_TEST(revisions_differ_where_they_were_changed)
{
    auto_arena a = arena_new(0);
    auto_buf x = BUF_INIT(1 << 20), y = BUF_INIT(1 << 20);
    struct document from = fixture(a, "full.json"), to = fixture(a, "full.json");
    struct comparison c;
    document_markdown(&from, NULL, &x);
    compare(buf_cstr(&x), buf_cstr(&x), a, &c);
    ck_assert(c.n_unified == 0 && c.blocks.n == 0);
    to.phases.v[1].manual.v[0] = "Try it on staging";
    document_markdown(&to, NULL, &y);
    compare(buf_cstr(&x), buf_cstr(&y), a, &c);
    ck_assert_ptr_nonnull(strstr(c.unified, "--- revision 1\n+++ revision 2\n"));
    ck_assert_ptr_nonnull(strstr(c.unified, "\n-- [ ] Try it by hand\n+- [ ] Try it on staging\n"));
    for (size_t i = 0; i < c.lines.n; i++) /* each line knows its section */
        if (c.lines.v[i].mark != ' ') ck_assert_str_eq(c.lines.v[i].section, to.phases.v[1].id);
}
END_TEST

START_TEST(moved_text_is_shown_as_moved)
{
    auto_arena a = arena_new(0);
    auto_buf x = BUF_INIT(1 << 20), y = BUF_INIT(1 << 20), page = BUF_INIT(1 << 20);
    struct document from = fixture(a, "full.json"), to = fixture(a, "full.json");
    struct phase first = to.phases.v[0];
    struct comparison c;
    section_list old, new;
    section_changes changes;
    struct change_reasons why = { 0 };
    size_t moved = 0;
    to.phases.v[0] = to.phases.v[2];
    to.phases.v[2] = first;
    document_markdown(&from, NULL, &x);
    document_markdown(&to, NULL, &y);
    compare(buf_cstr(&x), buf_cstr(&y), a, &c);
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
    ck_assert_int_eq(document_split(&from, a, &old, &err), ERR_OK);
    ck_assert_int_eq(document_split(&to, a, &new, &err), ERR_OK);
    ck_assert_int_eq(section_diff(&old, &new, a, &changes, &err), ERR_OK);
    for (size_t i = 0; i < changes.n; i++) ck_assert(changes.v[i].fate == SECTION_MOVED && changes.v[i].moved);
    ck_assert_uint_eq(changes.n, 2); /* the middle one stays */
    compare_html(&c, &changes, &why, "A <b>title</b>", 1, 2, &page);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&page), "class=\"mov\""));
    ck_assert_ptr_null(strstr(buf_cstr(&page), "<b>title"));
}
END_TEST

UNIT_MAIN("plan_diff", { equal_texts_give_nothing, known_diffs, far_changes_get_hunks_of_their_own,
                         random_diffs_apply_and_are_minimal, texts_with_nothing_in_common_stay_cheap,
                         revisions_differ_where_they_were_changed, moved_text_is_shown_as_moved })
