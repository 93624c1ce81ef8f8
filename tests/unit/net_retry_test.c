/* Protects: what a peer says about coming back is understood, and nonsense is not. */
#include "pland/net/http.h"

#include "unit/check_main.h"

static const int64_t now = 1795428000000; /* 2026-11-23T10:00:00Z, a Monday */

static const struct {
    const char *value;
    int64_t want;
} rows[] = {
    { "0", 0 },
    { "7", 7000 },
    { " 120 ", 120000 },
    { "86400", 86400000 },
    { "86401", 86400000 },
    { "99999999999999999999", 86400000 },
    { "Mon, 23 Nov 2026 10:00:30 GMT", 30000 },
    { "Monday, 23-Nov-26 10:00:30 GMT", 30000 },
    { "Mon Nov 23 10:00:30 2026", 30000 },
    { "Mon, 23 Nov 2026 09:00:00 GMT", 0 },
    { "Mon, 23 Nov 2037 10:00:00 GMT", 86400000 },
    { "", -1 },
    { "soon", -1 },
    { "7s", -1 },
    { "1.5", -1 },
    { "-5", -1 },
    { "7 7", -1 },
};

START_TEST(test_retry_after)
{
    for (size_t i = 0; i < countof(rows); i++) {
        int64_t got = http_retry_after(rows[i].value, now);
        ck_assert_msg(got == rows[i].want, "'%s': %lld", rows[i].value, (long long)got);
    }
}
END_TEST

UNIT_MAIN("net_retry", { test_retry_after })
