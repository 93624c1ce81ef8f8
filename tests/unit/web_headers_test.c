/* Request headers: what is understood, and that nothing else is. */
#include "web/headers.h"

#include <string.h>

#include "unit/check_main.h"

START_TEST(test_bearer)
{
    char s[64];
    ck_assert(header_bearer("Bearer pland_abc", s, sizeof s));
    ck_assert_str_eq(s, "pland_abc");
    ck_assert(header_bearer("bearer   x ", s, sizeof s));
    ck_assert_str_eq(s, "x");
    ck_assert(!header_bearer("Basic eDp5", s, sizeof s));
    ck_assert(!header_bearer("Bearer", s, sizeof s));
    ck_assert(!header_bearer("Bearer ", s, sizeof s));
    ck_assert(!header_bearer("Bearer a b", s, sizeof s));
    ck_assert(!header_bearer("Bearer a,b", s, sizeof s));
    ck_assert(!header_bearer("Bearerx", s, sizeof s));
    ck_assert(!header_bearer("Bearer 12345", s, 5));
}
END_TEST

START_TEST(test_prefer_wait)
{
    ck_assert_int_eq(header_prefer_wait("wait=10"), 10);
    ck_assert_int_eq(header_prefer_wait("respond-async, Wait = 5"), 5);
    ck_assert_int_eq(header_prefer_wait("foo; bar=\"a,wait=3\", wait=7; x=y"), 7);
    ck_assert_int_eq(header_prefer_wait("foo=\"\\\",wait=9\""), -1);
    ck_assert_int_eq(header_prefer_wait("wait"), -1);
    ck_assert_int_eq(header_prefer_wait("wait=-1"), -1);
    ck_assert_int_eq(header_prefer_wait("wait=1x"), -1);
    ck_assert_int_eq(header_prefer_wait("waiting=1"), -1);
    ck_assert_int_eq(header_prefer_wait(""), -1);
    ck_assert_int_gt(header_prefer_wait("wait=99999999999999999999999"), 1000000);
}
END_TEST

START_TEST(test_idempotency_key)
{
    char longest[258];
    const char *key;
    size_t n;
    ck_assert(header_idempotency_key("abc", &key, &n) && n == 3);
    ck_assert(header_idempotency_key(" \"a b\" ", &key, &n) && n == 3 && memcmp(key, "a b", 3) == 0);
    ck_assert(!header_idempotency_key("", &key, &n));
    ck_assert(!header_idempotency_key("\"\"", &key, &n));
    ck_assert(!header_idempotency_key("a\"b", &key, &n));
    ck_assert(!header_idempotency_key("\x80", &key, &n));
    memset(longest, 'k', sizeof longest);
    longest[256] = '\0';
    ck_assert(!header_idempotency_key(longest, &key, &n));
    longest[255] = '\0';
    ck_assert(header_idempotency_key(longest, &key, &n) && n == 255);
}
END_TEST

START_TEST(test_media_type)
{
    char s[32];
    ck_assert(header_media_type("Application/JSON; charset=utf-8", s, sizeof s));
    ck_assert_str_eq(s, "application/json");
    ck_assert(header_media_type("text/markdown", s, sizeof s));
    ck_assert(!header_media_type("json", s, sizeof s));
    ck_assert(!header_media_type("/json", s, sizeof s));
    ck_assert(!header_media_type("text/", s, sizeof s));
    ck_assert(!header_media_type("text/plain, text/html", s, sizeof s));
    ck_assert(!header_media_type("", s, sizeof s));
    ck_assert(!header_media_type("application/abcdefghijklmnopqrstuvwxyz", s, sizeof s));
}
END_TEST

START_TEST(test_request_id)
{
    ck_assert(header_request_id("3f0c9b1e-7a43-4f0e-9b1d-1f2e3d4c5b6a"));
    ck_assert(header_request_id("a"));
    ck_assert(!header_request_id(""));
    ck_assert(!header_request_id("a b"));
    ck_assert(!header_request_id("a\n"));
    ck_assert(!header_request_id("0123456789012345678901234567890123456789"));
}
END_TEST

START_TEST(test_length)
{
    ck_assert_int_eq(header_length("0"), 0);
    ck_assert_int_eq(header_length("123"), 123);
    ck_assert_int_eq(header_length(""), -1);
    ck_assert_int_eq(header_length("-1"), -1);
    ck_assert_int_eq(header_length("1 "), -1);
    ck_assert_int_eq(header_length("99999999999999999999"), -1);
}
END_TEST

START_TEST(test_trace)
{
    struct trace t;
    ck_assert(trace_parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", &t));
    ck_assert_str_eq(t.id, "4bf92f3577b34da6a3ce929d0e0e4736");
    ck_assert_str_eq(t.parent, "00f067aa0ba902b7");
    ck_assert_str_eq(t.flags, "01");
    ck_assert(trace_parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", &t));
    ck_assert(!trace_parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", &t));
    ck_assert(!trace_parse("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x", &t));
    ck_assert(!trace_parse("ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", &t));
    ck_assert(!trace_parse("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", &t));
    ck_assert(!trace_parse("00-00000000000000000000000000000000-00f067aa0ba902b7-01", &t));
    ck_assert(!trace_parse("00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", &t));
    ck_assert(!trace_parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", &t));
    ck_assert(!trace_parse("", &t));
}
END_TEST

UNIT_MAIN("web headers", {test_bearer, test_prefer_wait, test_idempotency_key, test_media_type,
                          test_request_id, test_length, test_trace})
