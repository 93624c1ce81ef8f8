/* Clocks and dates; the calendar is compared with glibc's. */
#include "pland/base/clock.h"

#include <string.h>

#include "base/civil.h"
#include "pland/base/buf.h"
#include "unit/check_main.h"

START_TEST(a_fixed_clock_stands)
{
    struct clock c = { 0 };
    int64_t real = (int64_t)time(NULL) * 1000;
    ck_assert_int_ge(clock_now(&c), real - 1000);
    ck_assert_int_le(clock_now(&c), real + 5000);
    ck_assert_int_ge(clock_now(NULL), real - 1000);
    atomic_store(&c.fixed_ms, 42);
    ck_assert_int_eq(clock_now(&c), 42);
}
END_TEST

START_TEST(deadlines)
{
    struct timespec t = clock_deadline(1999), never = clock_deadline(INT64_MAX), past = clock_deadline(-5);
    int64_t ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
    ck_assert_int_ge(ms - clock_mono(), 1900);
    ck_assert_int_le(ms - clock_mono(), 2000);
    ck_assert(t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
    ck_assert(never.tv_sec > t.tv_sec);
    ck_assert(past.tv_sec <= t.tv_sec);
    ck_assert_int_le(clock_mono_us() / 1000 - clock_mono(), 1000);
}
END_TEST

START_TEST(times_are_read)
{
    static const struct { const char *text; int64_t ms; } rows[] = {
        { "1970-01-01", 0 },
        { "1970-01-01T00:00:00Z", 0 },
        { "2026-11-23", 1795392000000 },
        { "2026-11-23T10:00:00Z", 1795428000000 },
        { "2026-11-23t10:00:00z", 1795428000000 },
        { "2026-11-23 10:00:00Z", 1795428000000 },
        { "2026-11-23T10:00:00.5Z", 1795428000500 },
        { "2026-11-23T10:00:00.123456789Z", 1795428000123 },
        { "2026-11-23T12:30:00+02:30", 1795428000000 },
        { "2026-11-23T12:30:00.000+0230", 1795428000000 },
        { "2026-11-23T05:00:00-05:00", 1795428000000 },
        { "2024-02-29T00:00:00Z", 1709164800000 },
        { "2016-12-31T23:59:60Z", 1483228800000 },
        { "9999-12-31T23:59:59.999Z", 253402300799999 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) ck_assert_int_eq(clock_parse(rows[i].text), rows[i].ms);
}
END_TEST

START_TEST(what_is_no_time_is_refused)
{
    static const char *const rows[] = {
        "", "x", "2026", "2026-11", "2026-13-01", "2026-00-01", "2026-02-29", "2026-04-31", "2026-11-23T",
        "2026-11-23T10", "2026-11-23T10:00", "2026-11-23T10:00:00", "2026-11-23T24:00:00Z", "2026-11-23T10:60:00Z",
        "2026-11-23T10:00:61Z",
        "2026-11-23T10:00:00.Z", "2026-11-23T10:00:00Zx", "2026-11-23T10:00:00+", "2026-11-23T10:00:00+2",
        "2026-11-23T10:00:00+24:00", "2026-11-23T10:00:00+02:60", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+01:00",
        " 2026-11-23", "2026-1-1", "26-11-23", "2026-11-23X10:00:00Z", "+026-11-23",
    };
    ck_assert_int_eq(clock_parse(NULL), -1);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(clock_parse(rows[i]) == -1, "'%s' was taken", rows[i]);
}
END_TEST

START_TEST(the_calendar_is_gregorian)
{
    for (int64_t days = -719528; days < 2932896; days += 13) { /* the years 0000 to 9999 */
        struct tm tm;
        time_t t = (time_t)days * 86400;
        struct civil c = civil_of_days(days);
        ck_assert_ptr_nonnull(gmtime_r(&t, &tm));
        ck_assert(c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 && c.day == tm.tm_mday);
        ck_assert_int_eq(civil_to_days(c), days);
    }
    ck_assert_int_eq(civil_month_length(2000, 2), 29);
    ck_assert_int_eq(civil_month_length(1900, 2), 28);
    ck_assert_int_eq(civil_month_length(2023, 12), 31);
}
END_TEST

START_TEST(written_times_read_back)
{
    for (int64_t ms = 1; ms < 253402300799999; ms += INT64_C(86399999) * 37 + 1) {
        auto_buf b = BUF_INIT(40);
        buf_time(&b, ms);
        ck_assert_int_eq(clock_parse(b.p), ms);
    }
}
END_TEST

UNIT_MAIN("base clock", { a_fixed_clock_stands, deadlines, times_are_read, what_is_no_time_is_refused,
                          the_calendar_is_gregorian, written_times_read_back })
