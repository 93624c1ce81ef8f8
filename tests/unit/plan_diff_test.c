/* Protects the text diff: applying it to the old text gives the new one, and it is small where little changed. */
#include "pland/plan/document.h"

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

UNIT_MAIN("plan_diff", { equal_texts_give_nothing, known_diffs, far_changes_get_hunks_of_their_own,
                         random_diffs_apply_and_are_minimal, texts_with_nothing_in_common_stay_cheap })
