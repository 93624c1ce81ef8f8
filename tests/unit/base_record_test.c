/* Records: decoding with pointers and words for people, encoding, canonical bytes, schemas. */
#include "pland/base/record.h"

#include <string.h>

#include "base/record_read.h"
#include "unit/check_main.h"

struct point { int64_t x, y; };
struct line { const char *name; LIST(struct point) points; };
struct thing {
    const char *title, *note;
    int64_t count, cost, due;
    bool urgent;
    int mode, level;
    struct point at;
    struct line *line;
    LIST(struct line) lines;
    LIST(const char *) labels;
    const char *extra;
    const char *maker;
};
static const char *const mode_names[] = { "interactive", "auto", NULL };
static const char *const level_names[] = { "low", "high", NULL };
static const struct field point_fields[] = {
    F_INT(struct point, x, FIELD_REQUIRED, -10, 10, "across"),
    F_INT(struct point, y, 0, 0, 0, NULL),
};
static const struct record point_record = RECORD("point", struct point, point_fields);
static const struct field line_fields[] = {
    F_STR(struct line, name, FIELD_NONBLANK, 0, 20, "its name"),
    F_LIST(struct line, points, 0, &point_record, 3, NULL),
};
static const struct record line_record = RECORD("line", struct line, line_fields);
static const struct field thing_fields[] = {
    F_STR(struct thing, title, FIELD_REQUIRED | FIELD_NONBLANK, 2, 10, "what it is"),
    F_STR(struct thing, note, FIELD_ALWAYS, 0, 0, NULL),
    F_INT(struct thing, count, FIELD_ALWAYS, 1, 0, NULL),
    F_MONEY(struct thing, cost, 0, "dollars"),
    F_TIME(struct thing, due, FIELD_NULLABLE, NULL),
    F_BOOL(struct thing, urgent, 0, NULL),
    F_ENUM(struct thing, mode, 0, mode_names, "how"),
    F_ENUM(struct thing, level, FIELD_REQUIRED, level_names, NULL),
    F_REC(struct thing, at, 0, &point_record, "where"),
    F_OPT(struct thing, line, 0, &line_record, NULL),
    F_LIST(struct thing, lines, FIELD_REQUIRED, &line_record, 2, "all of them"),
    F_STRS(struct thing, labels, 0, 3, 5, NULL),
    F_JSON(struct thing, extra, 0, 40, NULL),
    F_STR(struct thing, maker, FIELD_INTERNAL | FIELD_UNHASHED, 0, 50, NULL),
};
static const struct record thing_record = RECORD("thing", struct thing, thing_fields);
#define LEAST "\"title\":\"abc\",\"level\":\"high\",\"lines\":[]"

static enum err_kind parse(struct arena *a, const char *text, struct thing *t, struct err *e)
{
    *t = (struct thing){ .mode = 1 };
    return record_parse(&thing_record, text, strlen(text), t, a, e);
}

START_TEST(everything_is_decoded)
{
    auto_arena a = arena_new(0);
    struct thing t;
    struct err e = { .msg = "" };
    enum err_kind k = parse(a, "{\"title\":\"Fünf\",\"note\":\"\",\"count\":7,\"cost\":2.5,"
                               "\"due\":\"2026-11-23T10:00:00Z\",\"urgent\":true,\"mode\":\"interactive\","
                               "\"level\":\"high\",\"at\":{\"x\":-10,\"y\":5},"
                               "\"line\":{\"name\":\"l\"},\"lines\":[{\"points\":[{\"x\":1},{\"x\":2},{\"x\":3}]},{}],"
                               "\"labels\":[\"a\",\"bcdef\"],\"extra\":{ \"b\" : [1, 2.5, null] },\"maker\":\"me\"}",
                           &t, &e);
    ck_assert_msg(k == ERR_OK, "%s: %s", e.at, e.msg);
    ck_assert_str_eq(t.title, "Fünf");
    ck_assert_str_eq(t.note, "");
    ck_assert_int_eq(t.count, 7);
    ck_assert_int_eq(t.cost, 2500000);
    ck_assert_int_eq(t.due, 1795428000000);
    ck_assert(t.urgent && t.mode == 0 && t.level == 1);
    ck_assert(t.at.x == -10 && t.at.y == 5);
    ck_assert_str_eq(t.line->name, "l");
    ck_assert_uint_eq(t.line->points.n, 0);
    ck_assert_uint_eq(t.lines.n, 2);
    ck_assert_uint_eq(t.lines.v[0].points.n, 3);
    ck_assert_int_eq(t.lines.v[0].points.v[2].x, 3);
    ck_assert_ptr_null(t.lines.v[1].name);
    ck_assert_uint_eq(t.labels.n, 2);
    ck_assert_str_eq(t.labels.v[1], "bcdef");
    ck_assert_str_eq(t.extra, "{\"b\":[1,2.5,null]}");
    ck_assert_str_eq(t.maker, "me");
}
END_TEST

START_TEST(absent_fields_keep_their_defaults)
{
    auto_arena a = arena_new(0);
    struct thing t;
    struct err e;
    ck_assert_int_eq(parse(a, "{" LEAST "}", &t, &e), ERR_OK);
    ck_assert_int_eq(t.mode, 1);
    ck_assert(!t.urgent && !t.line && !t.note && !t.extra && t.labels.n == 0 && t.lines.n == 0);
    ck_assert_int_eq(parse(a, "{" LEAST ",\"mode\":null,\"line\":null,\"labels\":null,\"due\":null}", &t, &e), ERR_OK);
    ck_assert(t.mode == 1 && !t.line && t.labels.n == 0 && t.due == 0);
}
END_TEST

START_TEST(what_is_wrong_is_named)
{
    static const struct { const char *text, *at, *msg; } rows[] = {
        { "[]", "", "expected an object" },
        { "{\"title\":\"abc\",\"level\":\"low\"}", "/lines", "required field is missing" },
        { "{" LEAST ",\"a/b~c\":1}", "/a~1b~0c",
          "unknown field; known are title, note, count, cost, due, urgent, mode, level, at, line, lines, "
          "labels, extra, maker" },
        { "{\"title\":null}", "/title", "expected a string" },
        { "{\"title\":5}", "/title", "expected a string" },
        { "{\"title\":\"a\"}", "/title", "must have at least 2 characters, has 1" },
        { "{\"title\":\"12345678901\"}", "/title", "must have at most 10 characters, has 11" },
        { "{\"title\":\"ääääää\"}", "/title", "must have at most 10 bytes, has 12" },
        { "{\"title\":\" \\n\\t \"}", "/title", "must not be blank" },
        { "{\"count\":\"5\"}", "/count", "expected a whole number" },
        { "{\"count\":5.0}", "/count", "expected a whole number" },
        { "{\"count\":0}", "/count", "must be at least 1" },
        { "{\"at\":{\"x\":11}}", "/at/x", "must be at most 10" },
        { "{\"at\":{\"x\":-11}}", "/at/x", "must be at least -10" },
        { "{\"at\":{}}", "/at/x", "required field is missing" },
        { "{\"at\":[]}", "/at", "expected an object" },
        { "{\"cost\":-0.5}", "/cost", "must not be negative" },
        { "{\"cost\":1e13}", "/cost", "must be at most 9000000000000" },
        { "{\"cost\":\"1\"}", "/cost", "expected a number" },
        { "{\"due\":\"soon\"}", "/due", "expected a time such as \"2026-11-23T10:00:00Z\"" },
        { "{\"due\":5}", "/due", "expected a time such as \"2026-11-23T10:00:00Z\"" },
        { "{\"urgent\":1}", "/urgent", "expected true or false" },
        { "{\"mode\":\"Auto\"}", "/mode", "must be one of interactive, auto" },
        { "{\"mode\":1}", "/mode", "expected a string" },
        { "{\"line\":5}", "/line", "expected an object" },
        { "{\"line\":{\"points\":[{\"x\":1},{\"x\":1,\"z\":1}]}}", "/line/points/1/z",
          "unknown field; known are x, y" },
        { "{\"lines\":{}}", "/lines", "expected a list" },
        { "{\"lines\":[{},{},{}]}", "/lines", "must have at most 2 elements, has 3" },
        { "{\"lines\":[{},{\"name\":\" \"}]}", "/lines/1/name", "must not be blank" },
        { "{\"lines\":[null]}", "/lines/0", "expected an object" },
        { "{\"labels\":\"a\"}", "/labels", "expected a list of strings" },
        { "{\"labels\":[\"a\",\"b\",\"c\",\"d\"]}", "/labels", "must have at most 3 elements, has 4" },
        { "{\"labels\":[\"a\",5]}", "/labels/1", "expected a string" },
        { "{\"labels\":[\"abcdef\"]}", "/labels/0", "must have at most 5 characters, has 6" },
        { "{\"extra\":\"123456789012345678901234567890123456789\"}", "/extra",
          "must have at most 40 bytes as compact JSON" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        auto_arena a = arena_new(0);
        struct thing t;
        struct err e;
        ck_assert_msg(parse(a, rows[i].text, &t, &e) == ERR_INVALID, "accepted: %s", rows[i].text);
        ck_assert_str_eq(e.at, rows[i].at);
        ck_assert_str_eq(e.msg, rows[i].msg);
    }
}
END_TEST

START_TEST(syntax_comes_first_and_the_root_can_be_elsewhere)
{
    auto_arena a = arena_new(0);
    struct thing t = { 0 };
    struct err e;
    auto_json v = json_pack("{s:{s:i}}", "at", "x", 99);
    ck_assert_int_eq(parse(a, "{\"nope\":}", &t, &e), ERR_SYNTAX);
    ck_assert_str_eq(e.at, "");
    ck_assert_int_eq(record_decode(&thing_record, v, &t, a, "/plan", &e), ERR_INVALID);
    ck_assert_str_eq(e.at, "/plan/at/x");
}
END_TEST

START_TEST(long_pointers_and_long_lists_of_names_are_cut)
{
    static const char *const many[] = {
        "alpha-alpha-alpha-alpha", "beta-beta-beta-beta-beta", "gamma-gamma-gamma-gamma", "delta-delta-delta-delta",
        "epsilon-epsilon-epsilon", "zeta-zeta-zeta-zeta-zeta", "eta-eta-eta-eta-eta-eta", "theta-theta-theta-theta",
        "iota-iota-iota-iota-iota", "kappa-kappa-kappa-kappa", "lambda-lambda-lambda", NULL,
    };
    static const struct field rows[] = { F_ENUM(struct thing, mode, 0, many, NULL) };
    static const struct record r = RECORD("many", struct thing, rows);
    auto_arena a = arena_new(0);
    struct thing t = { 0 };
    struct err e;
    char text[1000];
    int n = snprintf(text, sizeof text, "{\"%0500d\":1}", 7);
    ck_assert_int_eq(record_parse(&r, text, (size_t)n, &t, a, &e), ERR_INVALID);
    ck_assert_uint_eq(strlen(e.at), sizeof e.at - 1);
    ck_assert_int_eq(record_parse(&r, "{\"mode\":\"x\"}", 12, &t, a, &e), ERR_INVALID);
    ck_assert_int_eq(strncmp(e.msg, "must be one of alpha", 20), 0);
    ck_assert_str_eq(e.msg + strlen(e.msg) - 5, ", …");
    ck_assert_ptr_null(strstr(e.msg, "lambda"));
}
END_TEST

/* What is read directly is accepted the long way too, and comes to the same. Returns whether it was read directly. */
static bool read_both_ways(const char *text, size_t n)
{
    auto_arena a = arena_new(0);
    auto_json v = NULL;
    auto_buf x = BUF_INIT(10000), y = BUF_INIT(10000);
    struct thing t = { .mode = 1 }, u = { .mode = 1 };
    struct err e = { 0 };
    if (!record_read(&thing_record, text, n, &t, a)) return false;
    ck_assert_msg(json_parse(text, n, &v, &e) == ERR_OK, "%.*s: %s", (int)n, text, e.msg);
    ck_assert_msg(record_decode(&thing_record, v, &u, a, "", &e) == ERR_OK, "%.*s: %s %s", (int)n, text, e.at, e.msg);
    record_encode(&thing_record, &t, &x);
    record_encode(&thing_record, &u, &y);
    ck_assert_msg(strcmp(buf_cstr(&x), buf_cstr(&y)) == 0, "%.*s:\n%s\n%s", (int)n, text, x.p, y.p);
    return true;
}

START_TEST(texts_are_read_directly_as_they_are_the_long_way)
{
    static const char whole[] =
        " {\"title\" : \"a\\n\\u00e9\\u20ac\\\"\", \"note\":null,\"count\":12 ,\"cost\":1.25e1,\"due\":\"2026-11-23T10:00:00Z\","
        "\"urgent\":true,\"mode\":\"auto\",\"level\":\"high\",\"at\":{\"x\":-7,\"y\":0},\"line\":{\"name\":\"\xc3\xa9\",\"points\":[]},"
        "\"lines\":[{\"points\":[{\"x\":1},{\"y\":-0,\"x\":10}]},{}], \"labels\":[\"abc\",\"\\t\"],\"extra\":{\"k\":[1,{\"]\":\"}\"}]}}\n";
    static const char changes[] = "\"\\{}[],:0-9.eutn \n\x01\x80\xc3";
    const size_t n = sizeof whole - 1;
    char text[sizeof whole + 1];
    size_t direct = 0;
    ck_assert(read_both_ways(whole, n));
    for (size_t i = 0; i < n; i++) {
        ck_assert(!read_both_ways(whole, i) || i + 1 == n); /* all but the line feed */
        memcpy(text, whole, i);
        memcpy(text + i, whole + i + 1, n - i - 1);
        direct += read_both_ways(text, n - 1);
        for (size_t j = 0; j < sizeof changes - 1; j++) {
            memcpy(text, whole, n);
            text[i] = changes[j];
            direct += read_both_ways(text, n);
            memcpy(text + i + 1, whole + i, n - i);
            direct += read_both_ways(text, n + 1);
        }
    }
    ck_assert_uint_gt(direct, 1000);
}
END_TEST

START_TEST(numbers_of_any_length)
{
    static const char *const numbers[] = { "999999999999999999", "9999999999999999999", "99999999999999999999999", "-999999999999999999",
                                           "123456789012345678901", "9223372036854775807", "-9223372036854775808", "00", "1.0" };
    static const struct field fields[] = { F_INT(struct thing, count, 0, 0, 0, NULL) };
    static const struct record r = RECORD("count", struct thing, fields);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        auto_arena a = arena_new(0);
        auto_buf in = BUF_INIT(100);
        struct thing t = { 0 };
        buf_fmt(&in, "{\"count\":%s}", numbers[i]);
        if (record_read(&r, in.p, in.n, &t, a)) ck_assert_int_eq(t.count, strtoll(numbers[i], NULL, 10));
        else ck_assert(i != 0 && i != 3); /* long ones go the long way */
    }
}
END_TEST

START_TEST(money_is_rounded)
{
    static const struct { const char *text; int64_t millionths; const char *written; } rows[] = {
        { "0.1", 100000, "0.1" },       { "3", 3000000, "3" },           { "0.0000005", 1, "0.000001" },
        { "0.29", 290000, "0.29" },     { "12.345678", 12345678, "12.345678" }, { "1e3", 1000000000, "1000" },
        { "9000000000000", INT64_C(9000000000000) * 1000000, "9000000000000" },
    };
    static const struct field fields[] = { F_MONEY(struct thing, cost, 0, NULL) };
    static const struct record r = RECORD("cost", struct thing, fields);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        auto_arena a = arena_new(0);
        auto_buf in = BUF_INIT(100);
        auto_buf out = BUF_INIT(100);
        auto_buf want = BUF_INIT(100);
        struct thing t = { 0 };
        struct err e;
        buf_fmt(&in, "{\"cost\":%s}", rows[i].text);
        buf_fmt(&want, "{\"cost\":%s}", rows[i].written);
        ck_assert_int_eq(record_parse(&r, in.p, in.n, &t, a, &e), ERR_OK);
        ck_assert_int_eq(t.cost, rows[i].millionths);
        record_encode(&r, &t, &out);
        ck_assert_str_eq(out.p, want.p);
    }
    struct thing negative = { .cost = -500000 };
    auto_buf b = BUF_INIT(100);
    record_encode(&r, &negative, &b);
    negative.cost = -1250000;
    record_encode(&r, &negative, &b);
    ck_assert_str_eq(b.p, "{\"cost\":-0.5}{\"cost\":-1.25}");
}
END_TEST

START_TEST(empty_and_full_are_encoded)
{
    auto_buf b = BUF_INIT(1000);
    struct point two[] = { { 1, 0 }, { 0, 2 } };
    struct line line = { .name = "n\n", .points = { two, 2 } };
    const char *labels[] = { "a", NULL };
    struct thing t = { .mode = -1, .level = 99 };
    record_encode(&thing_record, &t, &b);
    ck_assert_str_eq(b.p, "{\"title\":\"\",\"note\":\"\",\"count\":0,\"due\":null,\"at\":{\"x\":0},\"lines\":[]}");
    buf_clear(&b);
    t = (struct thing){ .title = "t", .count = -5, .cost = 1, .due = 1795428000123, .urgent = true, .mode = 1,
                        .at = { 3, 4 }, .line = &line, .labels = { labels, 2 }, .extra = "[1,2]", .maker = "m" };
    record_encode(&thing_record, &t, &b);
    ck_assert_str_eq(b.p, "{\"title\":\"t\",\"note\":\"\",\"count\":-5,\"cost\":0.000001,"
                          "\"due\":\"2026-11-23T10:00:00.123Z\",\"urgent\":true,\"mode\":\"auto\","
                          "\"level\":\"low\",\"at\":{\"x\":3,\"y\":4},"
                          "\"line\":{\"name\":\"n\\n\",\"points\":[{\"x\":1},{\"x\":0,\"y\":2}]},\"lines\":[],"
                          "\"labels\":[\"a\",\"\"],\"extra\":[1,2],\"maker\":\"m\"}");
}
END_TEST

START_TEST(what_was_decoded_and_encoded_decodes_again)
{
    auto_arena a = arena_new(0);
    struct thing t;
    struct err e;
    auto_buf one = BUF_INIT(10000);
    auto_buf two = BUF_INIT(10000);
    ck_assert_int_eq(parse(a, "{" LEAST ",\"cost\":0.1,\"at\":{\"x\":0},\"line\":{},\"due\":\"2026-11-23\"}", &t, &e),
                     ERR_OK);
    t.count = 1;
    record_encode(&thing_record, &t, &one);
    ck_assert_int_eq(parse(a, one.p, &t, &e), ERR_OK);
    record_encode(&thing_record, &t, &two);
    ck_assert_str_eq(one.p, two.p);
    ck_assert_ptr_nonnull(strstr(one.p, "\"line\":{}"));
}
END_TEST

START_TEST(decoded_lists_can_grow)
{
    auto_arena a = arena_new(0);
    struct line l = { 0 };
    struct err e;
    const char text[] = "{\"points\":[{\"x\":1},{\"x\":2},{\"x\":3}]}";
    ck_assert_int_eq(record_parse(&line_record, text, strlen(text), &l, a, &e), ERR_OK);
    for (int i = 4; i <= 40; i++) ((struct point *)arena_push(a, &l.points, sizeof *l.points.v))->x = i;
    ck_assert_uint_eq(l.points.n, 40);
    for (int i = 0; i < 40; i++) ck_assert_int_eq(l.points.v[i].x, i + 1);
}
END_TEST

START_TEST(canonical_bytes)
{
    auto_buf b = BUF_INIT(1000);
    struct point two[] = { { 1, 0 }, { 0, 2 } };
    struct line line = { .name = "n", .points = { two, 2 } };
    struct thing t = { .title = "t", .line = &line,
                       .extra = "{\"b\":{\"d\":1,\"c\":[{\"z\":1,\"y\":\"é\"}]},\"a\":2.5}",
                       .maker = "left out" };
    record_canonical(&thing_record, &t, &b);
    ck_assert_str_eq(b.p, "{\"at\":{\"x\":0},\"count\":0,\"due\":null,"
                          "\"extra\":{\"a\":2.5,\"b\":{\"c\":[{\"y\":\"é\",\"z\":1}],\"d\":1}},\"level\":\"low\","
                          "\"line\":{\"name\":\"n\",\"points\":[{\"x\":1},{\"x\":0,\"y\":2}]},\"lines\":[],"
                          "\"mode\":\"interactive\",\"note\":\"\",\"title\":\"t\"}");
    buf_clear(&b);
    t = (struct thing){ .extra = "not json" };
    record_canonical(&thing_record, &t, &b);
    ck_assert_ptr_nonnull(strstr(b.p, "\"extra\":\"not json\""));
}
END_TEST

START_TEST(encoding_stops_at_the_maximum)
{
    auto_buf b = BUF_INIT(20);
    struct thing t = { .extra = "{\"b\":1,\"a\":\"0123456789012345678901234567890\"}" };
    struct err e;
    record_canonical(&thing_record, &t, &b);
    ck_assert_int_eq(buf_check(&b, &e), ERR_TOO_LARGE);
}
END_TEST

START_TEST(schema)
{
    auto_buf b = BUF_INIT(10000);
    record_schema(&line_record, &b);
    ck_assert_str_eq(b.p,
        "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":[\"string\",\"null\"],\"description\":\"its name\"},"
        "\"points\":{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"object\",\"properties\":{"
        "\"x\":{\"type\":\"integer\",\"description\":\"across\"},\"y\":{\"type\":[\"integer\",\"null\"]}},"
        "\"required\":[\"x\",\"y\"],\"additionalProperties\":false}}},"
        "\"required\":[\"name\",\"points\"],\"additionalProperties\":false}");
}
END_TEST

START_TEST(schema_of_every_type)
{
    auto_buf b = BUF_INIT(10000);
    struct err e;
    auto_json v = NULL;
    json_t *p;
    record_schema(&thing_record, &b);
    ck_assert_int_eq(json_parse(b.p, b.n, &v, &e), ERR_OK);
    p = json_object_get(v, "properties");
    ck_assert_ptr_null(json_object_get(p, "maker"));
    ck_assert_uint_eq(json_object_size(p), 13);
    ck_assert_uint_eq(json_array_size(json_object_get(v, "required")), 13);
    ck_assert_ptr_nonnull(strstr(b.p, "\"mode\":{\"type\":[\"string\",\"null\"],\"enum\":[\"interactive\",\"auto\","
                                      "null],\"description\":\"how\"}"));
    ck_assert_ptr_nonnull(strstr(b.p, "\"level\":{\"type\":\"string\",\"enum\":[\"low\",\"high\"]}"));
    ck_assert_ptr_nonnull(strstr(b.p, "\"at\":{\"anyOf\":[{\"type\":\"object\""));
    ck_assert_ptr_nonnull(strstr(b.p, "{\"type\":\"null\"}],\"description\":\"where\"}"));
    ck_assert_ptr_nonnull(strstr(b.p, "\"labels\":{\"type\":[\"array\",\"null\"],\"items\":{\"type\":\"string\"}}"));
    ck_assert_ptr_nonnull(strstr(b.p, "\"cost\":{\"type\":[\"number\",\"null\"],\"description\":\"dollars\"}"));
}
END_TEST

UNIT_MAIN("base record", { everything_is_decoded, absent_fields_keep_their_defaults, what_is_wrong_is_named,
                           syntax_comes_first_and_the_root_can_be_elsewhere,
                           long_pointers_and_long_lists_of_names_are_cut, numbers_of_any_length, money_is_rounded,
                           texts_are_read_directly_as_they_are_the_long_way, empty_and_full_are_encoded,
                           what_was_decoded_and_encoded_decodes_again, decoded_lists_can_grow, canonical_bytes,
                           encoding_stops_at_the_maximum, schema, schema_of_every_type })
