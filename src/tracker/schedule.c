/* When an outgoing webhook is tried again. Up to a tenth is added at random, so that a receiver that comes back is not
 * met by everything at once. */
#include "tracker/inner.h"

#define SECONDS(n) (INT64_C(1000) * (n))
#define MINUTES(n) SECONDS(60 * (n))
#define HOURS(n) MINUTES(60 * (n))

static const int64_t delays[] = { /* after the first attempt, the second … */
    SECONDS(5), MINUTES(5), MINUTES(30), HOURS(2), HOURS(5), HOURS(10), HOURS(14), HOURS(20), HOURS(24),
};

int64_t schedule_next(int64_t attempts, int64_t now, int64_t retry_after_ms, uint16_t random)
{
    int64_t delay;
    if (attempts < 1 || attempts > (int64_t)countof(delays)) return 0;
    delay = delays[attempts - 1];
    delay += delay / 10 * random / UINT16_MAX;
    if (retry_after_ms > HOURS(24)) retry_after_ms = HOURS(24);
    return now + (retry_after_ms > delay ? retry_after_ms : delay);
}
