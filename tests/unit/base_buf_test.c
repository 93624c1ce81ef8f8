/* The buffer: its maximum, sticky failure, and the text forms. JSON output is read back by jansson. */
#include "pland/base/buf.h"

#include <jansson.h>
#include <string.h>

#include "unit/check_main.h"

START_TEST(grows_and_ends_in_nul)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct err e;
    ck_assert_str_eq(buf_cstr(&b), "");
    for (int i = 0; i < 10000; i++) buf_str(&b, "abc");
    ck_assert_uint_eq(b.n, 30000);
    ck_assert_uint_eq(strlen(b.p), b.n);
    ck_assert_int_eq(buf_check(&b, &e), ERR_OK);
    buf_clear(&b);
    ck_assert_str_eq(buf_cstr(&b), "");
    ck_assert_uint_gt(b.cap, 0);
}
END_TEST

START_TEST(maximum_is_exact_and_failure_sticky)
{
    auto_buf b = BUF_INIT(5);
    struct err e;
    buf_str(&b, "abc");
    buf_str(&b, "de");
    ck_assert_int_eq(buf_check(&b, &e), ERR_OK);
    buf_add(&b, "", 0);
    buf_str(&b, NULL);
    ck_assert_int_eq(buf_check(&b, &e), ERR_OK);
    buf_char(&b, 'f');
    ck_assert_int_eq(buf_check(&b, &e), ERR_TOO_LARGE);
    ck_assert_str_eq(e.msg, "the result is larger than 5 bytes");
    ck_assert_str_eq(buf_cstr(&b), "abcde");
    ck_assert_ptr_null(buf_take(&b, NULL));
    buf_clear(&b);
    buf_str(&b, "ab");
    ck_assert_int_eq(buf_check(&b, &e), ERR_OK);
    buf_fmt(&b, "%s", "xyz!");
    ck_assert_int_eq(b.failed, ERR_TOO_LARGE);
    buf_char(&b, 'c');
    ck_assert_str_eq(buf_cstr(&b), "ab");
}
END_TEST

START_TEST(maximum_zero_takes_nothing)
{
    auto_buf b = BUF_INIT(0);
    buf_add(&b, "", 0);
    ck_assert_int_eq(b.failed, ERR_OK);
    buf_char(&b, 'x');
    ck_assert_int_eq(b.failed, ERR_TOO_LARGE);
}
END_TEST

START_TEST(huge_lengths_do_not_wrap)
{
    auto_buf b = BUF_INIT(SIZE_MAX);
    volatile size_t huge = SIZE_MAX - 4; /* the compiler would see that no object is so large */
    buf_char(&b, 'x');
    buf_add(&b, "y", huge);
    ck_assert_int_ne(b.failed, ERR_OK);
    ck_assert_str_eq(buf_cstr(&b), "x");
}
END_TEST

START_TEST(take_moves_the_bytes_out)
{
    struct buf b = BUF_INIT(100);
    size_t n = 99;
    char *p = buf_take(&b, &n);
    ck_assert_str_eq(p, "");
    ck_assert_uint_eq(n, 0);
    free(p);
    buf_str(&b, "hello");
    p = buf_take(&b, &n);
    ck_assert_str_eq(p, "hello");
    ck_assert_uint_eq(n, 5);
    ck_assert_str_eq(buf_cstr(&b), "");
    ck_assert_uint_eq(b.max, 100);
    free(p);
    buf_release(&b);
    buf_release(NULL);
}
END_TEST

START_TEST(numbers_and_formats)
{
    auto_buf b = BUF_INIT(2000);
    char wide[600];
    buf_int(&b, 0);
    buf_char(&b, ' ');
    buf_int(&b, INT64_MIN);
    buf_char(&b, ' ');
    buf_int(&b, INT64_MAX);
    buf_fmt(&b, " %d-%s", 5, "x");
    ck_assert_str_eq(b.p, "0 -9223372036854775808 9223372036854775807 5-x");
    buf_clear(&b);
    memset(wide, 'w', sizeof wide);
    wide[599] = '\0';
    for (size_t n = 250; n < 260; n++) {
        buf_clear(&b);
        buf_fmt(&b, "%.*s|", (int)n, wide);
        ck_assert_uint_eq(b.n, n + 1);
        ck_assert_int_eq(b.p[n], '|');
    }
    buf_fmt(&b, "%s", wide);
    ck_assert_uint_eq(b.n, 260 + 599);
    ck_assert_uint_eq(strlen(b.p), b.n);
}
END_TEST

static void expect_json(const char *s, size_t n, const char *want)
{
    auto_buf b = BUF_INIT(1000);
    buf_json_n(&b, s, n);
    ck_assert_str_eq(b.p, want);
}

START_TEST(json_strings)
{
    auto_buf b = BUF_INIT(100);
    buf_json(&b, NULL);
    ck_assert_str_eq(b.p, "null");
    expect_json("", 0, "\"\"");
    expect_json("a\"b\\c/<d>&", 10, "\"a\\\"b\\\\c/<d>&\"");
    expect_json("\b\f\n\r\t\x01\x1f\x7f", 8, "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
    expect_json("a\0b", 3, "\"a\\u0000b\"");
    expect_json("grüße €𝄞", 15, "\"grüße €𝄞\"");
    expect_json("12345678\"", 9, "\"12345678\\\"\"");
    expect_json("a\xffz", 3, "\"a\uFFFDz\"");
    expect_json("\xc3", 1, "\"\uFFFD\"");
    expect_json("\xe2\x82x", 3, "\"\uFFFD\uFFFDx\"");
    expect_json("\xed\xa0\x80", 3, "\"\uFFFD\uFFFD\uFFFD\"");
    expect_json("\xc0\xaf", 2, "\"\uFFFD\uFFFD\"");
    expect_json("\xf4\x90\x80\x80", 4, "\"\uFFFD\uFFFD\uFFFD\uFFFD\"");
}
END_TEST

/* Any bytes give JSON that another reader accepts; valid UTF-8 comes back unchanged. */
START_TEST(json_of_random_bytes_is_valid)
{
    unsigned seed = 12345;
    for (int round = 0; round < 20000; round++) {
        auto_buf b = BUF_INIT(1000);
        char raw[40];
        json_t *v;
        size_t n = (seed = seed * 1103515245u + 12345u) >> 16 & 31;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1103515245u + 12345u;
            raw[i] = (char)(seed >> 16 & (round % 2 ? 0xff : 0x7f));
        }
        buf_json_n(&b, raw, n);
        v = json_loadb(b.p, b.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        ck_assert_ptr_nonnull(v);
        if (round % 2 == 0) {
            ck_assert_uint_eq(json_string_length(v), n);
            ck_assert_int_eq(memcmp(json_string_value(v), raw, n), 0);
        }
        json_decref(v);
    }
}
END_TEST

START_TEST(json_punctuation)
{
    auto_buf b = BUF_INIT(100);
    buf_char(&b, '{');
    buf_key(&b, "a");
    buf_char(&b, '[');
    for (int i = 0; i < 3; i++) {
        buf_comma(&b);
        buf_int(&b, i);
    }
    buf_char(&b, ']');
    buf_key(&b, "b\"");
    buf_json(&b, "{");
    buf_key(&b, "c");
    buf_str(&b, "1}");
    ck_assert_str_eq(b.p, "{\"a\":[0,1,2],\"b\\\"\":\"{\",\"c\":1}");
    buf_clear(&b);
    buf_key(&b, "first");
    ck_assert_str_eq(b.p, "\"first\":");
}
END_TEST

START_TEST(html_is_escaped)
{
    auto_buf b = BUF_INIT(100);
    buf_html(&b, NULL);
    buf_html(&b, "");
    buf_html(&b, "<a href=\"x\">'&'é</a>");
    ck_assert_str_eq(b.p, "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;é&lt;/a&gt;");
}
END_TEST

static void expect_time(int64_t ms, const char *want)
{
    auto_buf b = BUF_INIT(100);
    buf_time(&b, ms);
    ck_assert_str_eq(b.p, want);
}

START_TEST(times)
{
    expect_time(0, "1970-01-01T00:00:00.000Z");
    expect_time(-1, "1969-12-31T23:59:59.999Z");
    expect_time(951782400123, "2000-02-29T00:00:00.123Z");
    expect_time(1795428000000, "2026-11-23T10:00:00.000Z");
    expect_time(INT64_MAX, "9999-12-31T23:59:59.999Z");
    expect_time(INT64_MIN, "0000-01-01T00:00:00.000Z");
}
END_TEST

UNIT_MAIN("base buf", { grows_and_ends_in_nul, maximum_is_exact_and_failure_sticky, maximum_zero_takes_nothing,
                        huge_lengths_do_not_wrap, take_moves_the_bytes_out, numbers_and_formats, json_strings,
                        json_of_random_bytes_is_valid, json_punctuation, html_is_escaped, times })
