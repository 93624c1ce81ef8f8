/* Time, injected: schedules use the wall clock of this object, waits use the monotonic clock.
 * Tests set it by hand. Thread-safe. */
#ifndef PLAND_BASE_CLOCK_H
#define PLAND_BASE_CLOCK_H

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

struct clock {
    _Atomic int64_t fixed_ms; /* 0: the real clock; else the wall clock stands at this Unix time in ms */
};

int64_t clock_now(const struct clock *c); /* Unix milliseconds; NULL: the real clock */
int64_t clock_mono(void);                 /* monotonic milliseconds, for waits and durations */
int64_t clock_mono_us(void);
struct timespec clock_deadline(int64_t ms_from_now); /* CLOCK_MONOTONIC, for condition variables */
/* Pause before attempt n (0-based): base doubled n times, at most cap, with 20 % of jitter either way. */
int64_t clock_backoff(int64_t base_ms, int64_t n, int64_t cap_ms);
/* "2026-11-23T10:00:00Z" with or without fraction, Z or offset; also a plain date. -1: not a time, or one
 * before 1970. Offsets without a colon are read as well; of fractions three digits count. */
int64_t clock_parse(const char *s);

#endif
