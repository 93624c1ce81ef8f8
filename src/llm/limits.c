/* Limits in headers: "…-remaining" is 0 until "…-reset", a duration or a time. */
#include "llm/limits.h"

#include <stdlib.h>
#include <string.h>
#include "pland/base/clock.h"

static const struct {
    const char *remaining, *reset;
} pairs[] = {
    { "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests" },
    { "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens" },
    { "anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset" },
    { "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset" },
    { "anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset" },
    { "anthropic-ratelimit-output-tokens-remaining", "anthropic-ratelimit-output-tokens-reset" },
};

static const struct {
    const char *name;
    double ms;
} units[] = { { "ms", 1 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 } };

int64_t limits_duration(const char *s)
{
    double sum = 0;
    if (!*s) return -1;
    while (*s) {
        char *end;
        size_t i;
        double v = *s >= '0' && *s <= '9' ? strtod(s, &end) : -1;
        if (v < 0 || v > 1e6) return -1;
        for (i = 0; i < countof(units) && strncmp(end, units[i].name, strlen(units[i].name)) != 0; i++) continue;
        if (i == countof(units)) return -1;
        sum += v * units[i].ms;
        s = end + strlen(units[i].name);
    }
    return sum < 1e9 ? (int64_t)sum : -1;
}

static int64_t until(const struct http_head *head, const char *reset)
{
    int64_t ms = limits_duration(reset), at;
    if (ms >= 0) return ms;
    at = clock_parse(reset);
    return at < 0 ? 0 : at - http_head_now(head);
}

int64_t limits_wait(const struct http_head *head)
{
    int64_t longest = 0;
    for (size_t i = 0; i < countof(pairs); i++) {
        const char *remaining = http_head_get(head, pairs[i].remaining), *reset = http_head_get(head, pairs[i].reset);
        int64_t ms = remaining && reset && strcmp(remaining, "0") == 0 ? until(head, reset) : 0;
        if (ms > longest) longest = ms;
    }
    return longest;
}
