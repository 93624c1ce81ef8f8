/* JSON text: what is refused and with which words, what is accepted, and that jansson's own reader agrees. */
#include "pland/base/record.h"

#include <string.h>

#include "unit/check_main.h"

static enum err_kind parse(const char *text, size_t n, json_t **ret, struct err *e)
{
    /* an exact copy, so that AddressSanitizer sees a read behind the end */
    char *copy = malloc(n ? n : 1);
    enum err_kind k;
    ck_assert_ptr_nonnull(copy);
    memcpy(copy, text, n);
    k = json_parse(copy, n, ret, e);
    free(copy);
    return k;
}

static void expect_error(const char *text, size_t n, const char *words)
{
    struct err e;
    json_t *v = NULL;
    ck_assert_msg(parse(text, n, &v, &e) == ERR_SYNTAX, "accepted: %s", text);
    ck_assert_ptr_null(v);
    ck_assert_msg(strstr(e.msg, words) != NULL, "%s: '%s' lacks '%s'", text, e.msg, words);
}

START_TEST(what_is_refused)
{
    static const struct { const char *text, *words; } rows[] = {
        { "", "line 1, column 1: the text ends too early" },
        { "  ", "column 3: the text ends too early" },
        { "{", "column 2: the text ends too early" },
        { "{\"a\"", "column 5: the text ends too early" },
        { "{\"a\":", "column 6: the text ends too early" },
        { "{\"a\":1", "column 7: the text ends too early" },
        { "[1,", "column 4: the text ends too early" },
        { "\"abc", "column 5: the text ends too early" },
        { "\"abc\\", "the text ends too early" },
        { "\"abc\\u12", "the text ends too early" },
        { "{\n  \"a\": 1,\n  oops: 2\n}", "line 3, column 3: expected a key in double quotes" },
        { "{\"a\":1,}", "column 8: expected a key in double quotes" },
        { "{\"a\" 1}", "column 6: expected ':'" },
        { "{\"a\":1 \"b\":2}", "column 8: expected ',' or '}'" },
        { "[1 2]", "column 4: expected ',' or ']'" },
        { "[1,]", "column 4: expected a value" },
        { "[,1]", "column 2: expected a value" },
        { "{} x", "column 4: text after the end of the value" },
        { "{}{}", "column 3: text after the end of the value" },
        { "{\"a\":1,\"b\":2,\"a\":3}", "column 14: this key is there twice" },
        { "{\"a\":1,\"\\u0061\":3}", "column 8: this key is there twice" },
        { "tru", "expected a value" },
        { "nulL", "expected a value" },
        { "True", "expected a value" },
        { "truex", "text after the end" },
        { "NaN", "expected a value" },
        { "'a'", "expected a value" },
        { "// c\n1", "expected a value" },
        { "\xEF\xBB\xBF{}", "expected a value" },
        { "01", "leading zero" },
        { "-", "the text ends too early" },
        { "-a", "expected a digit" },
        { "+1", "expected a value" },
        { ".5", "expected a value" },
        { "1.", "the text ends too early" },
        { "[1.]", "expected a digit" },
        { "[1e]", "expected a digit" },
        { "[1e+]", "expected a digit" },
        { "[1.5.5]", "expected ',' or ']'" },
        { "9223372036854775808", "beyond 64 bits" },
        { "-9223372036854775809", "beyond 64 bits" },
        { "1e400", "beyond what a double holds" },
        { "-1e400", "beyond what a double holds" },
        { "\"a\nb\"", "column 3: a control character" },
        { "\"a\x1f\"", "a control character" },
        { "\"\\x\"", "no such escape" },
        { "\"\\u12g4\"", "four hexadecimal digits" },
        { "\"a\\u0000\"", "column 3: \\u0000 is not accepted" },
        { "{\"a\\u0000\":1}", "\\u0000 is not accepted" },
        { "\"\\ud834\"", "half a surrogate pair" },
        { "\"\\ud834x\"", "half a surrogate pair" },
        { "\"\\ud834\\n\"", "half a surrogate pair" },
        { "\"\\ud834\\u0041\"", "half a surrogate pair" },
        { "\"\\udd1e\"", "half a surrogate pair" },
        { "\"\xff\"", "column 2: invalid UTF-8" },
        { "\"abcdefgh\xc3\"", "column 10: invalid UTF-8" },
        { "\"\xc0\x80\"", "invalid UTF-8" },
        { "\"\xed\xa0\x80\"", "invalid UTF-8" },
        { "{\"\xff\":1}", "invalid UTF-8" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_error(rows[i].text, strlen(rows[i].text), rows[i].words);
    expect_error("\0", 1, "expected a value");
    expect_error("{}\0", 3, "text after the end");
    expect_error("\"a\0b\"", 5, "a control character");
    expect_error("[1\0]", 4, "expected ',' or ']'");
}
END_TEST

START_TEST(a_number_may_be_long_but_not_endless)
{
    char text[200];
    struct err e;
    auto_json v = NULL;
    memset(text, '1', sizeof text);
    text[1] = '.';
    ck_assert_int_eq(parse(text, 128, &v, &e), ERR_OK);
    ck_assert_double_eq_tol(json_real_value(v), 1.1111111, 1e-6);
    expect_error(text, 129, "more than 128 characters");
}
END_TEST

static size_t nest(char *ret, size_t levels, char open, char close)
{
    size_t n = 0;
    for (size_t i = 0; i < levels; i++) {
        ret[n++] = open;
        if (open == '{') n += (size_t)snprintf(ret + n, 8, "\"k\":");
    }
    ret[n++] = '1';
    for (size_t i = 0; i < levels; i++) ret[n++] = close;
    return n;
}

START_TEST(nesting_has_a_limit)
{
    static char text[600000];
    struct err e;
    json_t *v = NULL;
    ck_assert_int_eq(parse(text, nest(text, 64, '[', ']'), &v, &e), ERR_OK);
    json_decref(v);
    v = NULL;
    ck_assert_int_eq(parse(text, nest(text, 64, '{', '}'), &v, &e), ERR_OK);
    json_decref(v);
    expect_error(text, nest(text, 65, '[', ']'), "line 1, column 65: more than 64 levels");
    expect_error(text, nest(text, 65, '{', '}'), "more than 64 levels");
    expect_error(text, nest(text, 100000, '[', ']'), "more than 64 levels");
    memcpy(text, "[[[]],[[[]]],\"[[[[\"]", 20); /* siblings and strings do not add up */
    v = NULL;
    ck_assert_int_eq(parse(text, 20, &v, &e), ERR_OK);
    json_decref(v);
}
END_TEST

START_TEST(values_come_out_right)
{
    static const char text[] = " {\"i\":-9223372036854775808,\"m\":9223372036854775807,\"z\":-0,\"r\":-1.5e-3,"
                               "\"R\":1E2,\"t\":true,\"f\":false,\"n\":null,\"a\":[ ],\"o\":{ },\"\":\"\","
                               "\"s\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u20AC\\ud834\\udd1e plain é\","
                               "\"\\u006b\":1}\r\n\t ";
    struct err e;
    auto_json v = NULL;
    ck_assert_int_eq(parse(text, sizeof text - 1, &v, &e), ERR_OK);
    ck_assert_int_eq(json_integer_value(json_object_get(v, "i")), INT64_MIN);
    ck_assert_int_eq(json_integer_value(json_object_get(v, "m")), INT64_MAX);
    ck_assert(json_is_integer(json_object_get(v, "z")));
    ck_assert_double_eq(json_real_value(json_object_get(v, "r")), -0.0015);
    ck_assert(json_is_real(json_object_get(v, "R")));
    ck_assert(json_is_true(json_object_get(v, "t")) && json_is_false(json_object_get(v, "f")));
    ck_assert(json_is_null(json_object_get(v, "n")) && json_is_array(json_object_get(v, "a")));
    ck_assert_str_eq(json_string_value(json_object_get(v, "s")), "\"\\/\b\f\n\r\té€𝄞 plain é");
    ck_assert_str_eq(json_string_value(json_object_get(v, "")), "");
    ck_assert_int_eq(json_integer_value(json_object_get(v, "k")), 1);
}
END_TEST

/* jansson accepts a superset: it knows no limit of 64 levels or 128 characters, which these texts do not reach. */
static void compare(const char *text, size_t n)
{
    struct err e;
    json_t *ours = NULL, *theirs;
    enum err_kind k = parse(text, n, &ours, &e);
    theirs = json_loadb(text, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    ck_assert_msg((k == ERR_OK) == (theirs != NULL), "%.*s: we say '%s'", (int)n, text, k == ERR_OK ? "yes" : e.msg);
    if (theirs) ck_assert_msg(json_equal(ours, theirs), "%.*s: other values", (int)n, text);
    json_decref(ours);
    json_decref(theirs);
}

static unsigned next_random(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 16;
}

START_TEST(jansson_agrees_on_mutations)
{
    static const char seed_text[] = "{\"title\":\"a\\n\\u00e9\\ud834\\udd1eé€\",\"n\":[0,-1,2.5e3,1E-2,123456789012],"
                                    "\"t\":true,\"f\":false,\"x\":null,\"deep\":[[[{\"a\":{}}]]],\"e\":\"\"}";
    static const char spice[] = "{}[]\",:\\ue+-.0129 \n\x01\xc3\xa9\xff\x80/bdtrfnl";
    unsigned seed = 1;
    for (int round = 0; round < 60000; round++) {
        char text[sizeof seed_text + 8];
        size_t n = sizeof seed_text - 1, at;
        memcpy(text, seed_text, n);
        for (unsigned changes = 1 + next_random(&seed) % 3; changes > 0; changes--) {
            char c = spice[next_random(&seed) % (sizeof spice - 1)];
            at = next_random(&seed) % n;
            switch (next_random(&seed) % 3) {
            case 0: text[at] = c; break;
            case 1: memmove(text + at, text + at + 1, --n - at); break;
            default: memmove(text + at + 1, text + at, n++ - at), text[at] = c; break;
            }
        }
        compare(text, n);
    }
}
END_TEST

START_TEST(jansson_agrees_on_what_buf_json_writes)
{
    unsigned seed = 7;
    for (int round = 0; round < 3000; round++) {
        auto_buf b = BUF_INIT(10000);
        char raw[64];
        size_t n = next_random(&seed) % sizeof raw;
        for (size_t i = 0; i < n; i++) raw[i] = (char)(1 + next_random(&seed) % 255);
        buf_json_n(&b, raw, n);
        compare(b.p, b.n);
    }
}
END_TEST

UNIT_MAIN("base json", { what_is_refused, a_number_may_be_long_but_not_endless, nesting_has_a_limit,
                         values_come_out_right, jansson_agrees_on_mutations, jansson_agrees_on_what_buf_json_writes })
