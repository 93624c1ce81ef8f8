/* Wall and monotonic time, and reading of RFC 3339 times. */
#include "pland/base/clock.h"

#include "pland/base/hash.h"

#include <stdbool.h>
#include <string.h>

#include "base/civil.h"

int64_t clock_now(const struct clock *c)
{
    struct timespec t;
    int64_t fixed = c ? atomic_load(&c->fixed_ms) : 0;
    if (fixed != 0) return fixed;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_mono(void)
{
    return clock_mono_us() / 1000;
}

int64_t clock_mono_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct timespec clock_deadline(int64_t ms_from_now)
{
    const int64_t century = (int64_t)100 * 366 * 86400 * 1000;
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    if (ms_from_now < 0) ms_from_now = 0;
    if (ms_from_now > century) ms_from_now = century;
    t.tv_sec += (time_t)(ms_from_now / 1000);
    t.tv_nsec += (long)(ms_from_now % 1000) * 1000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    return t;
}

/* --- reading times -------------------------------------------------------------------------------------------- */
static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly n digits between lo and hi; moves *s behind them. */
static bool number(const char **s, int n, int lo, int hi, int *ret)
{
    int v = 0;
    for (int i = 0; i < n; i++, (*s)++) {
        if (!digit(**s)) return false;
        v = v * 10 + (**s - '0');
    }
    *ret = v;
    return v >= lo && v <= hi;
}

static bool expect(const char **s, char c)
{
    if (**s != c) return false;
    (*s)++;
    return true;
}

static bool date(const char **s, int64_t *ret_days)
{
    int year, month, day;
    if (!number(s, 4, 1970, 9999, &year) || !expect(s, '-') || !number(s, 2, 1, 12, &month) || !expect(s, '-'))
        return false;
    if (!number(s, 2, 1, civil_month_length(year, month), &day)) return false;
    *ret_days = civil_to_days((struct civil){ .year = year, .month = month, .day = day });
    return true;
}

/* Milliseconds of ".123456"; further digits are cut off. No dot: 0. */
static bool fraction(const char **s, int *ret_ms)
{
    int scale = 100;
    *ret_ms = 0;
    if (**s != '.') return true;
    (*s)++;
    if (!digit(**s)) return false;
    for (; digit(**s); (*s)++, scale /= 10) *ret_ms += (**s - '0') * scale;
    return true;
}

/* "Z" or "+01:00"; "+0100" as well, since trackers send it. */
static bool offset(const char **s, int *ret_minutes)
{
    int sign, hours, minutes;
    *ret_minutes = 0;
    if (expect(s, 'Z') || expect(s, 'z')) return true;
    if (**s != '+' && **s != '-') return false;
    sign = **s == '-' ? -1 : 1;
    (*s)++;
    if (!number(s, 2, 0, 23, &hours)) return false;
    (void)expect(s, ':');
    if (!number(s, 2, 0, 59, &minutes)) return false;
    *ret_minutes = sign * (hours * 60 + minutes);
    return true;
}

int64_t clock_parse(const char *s)
{
    int64_t days, ms;
    int h, m, sec, frac, off;
    if (!s || !date(&s, &days)) return -1;
    if (*s == '\0') return days * 86400000;
    if (*s != 'T' && *s != 't' && *s != ' ') return -1;
    s++;
    if (!number(&s, 2, 0, 23, &h) || !expect(&s, ':') || !number(&s, 2, 0, 59, &m) || !expect(&s, ':')) return -1;
    if (!number(&s, 2, 0, 60, &sec) || !fraction(&s, &frac) || !offset(&s, &off) || *s != '\0') return -1;
    ms = ((days * 24 + h) * 60 + m - off) * 60000 + (int64_t)sec * 1000 + frac;
    return ms < 0 ? -1 : ms;
}

int64_t clock_backoff(int64_t base_ms, int64_t n, int64_t cap_ms)
{
    int64_t ms = base_ms > 0 ? base_ms : 1;
    uint16_t noise;
    while (n-- > 0 && ms < cap_ms) ms *= 2;
    if (ms > cap_ms) ms = cap_ms;
    hash_random(&noise, sizeof noise);
    return ms - ms / 5 + ms * 2 / 5 * noise / UINT16_MAX;
}
