/* One thread that calls back at a time, and once a second in any case. */
#ifndef WEB_TIMERS_H
#define WEB_TIMERS_H

#include <stdint.h>
#include "pland/base/err.h"

struct timers;
/* Runs on the timer thread with the timers locked: quick, never adds or removes timers itself. */
typedef void timer_fn(void *arg);

/* Embedded in what it wakes. Zeroed: not set. */
struct timer {
    int64_t at; /* clock_mono() */
    timer_fn *fn;
    void *arg;
    struct timer *next, *prev;
};

_must_check_ enum err_kind timers_new(timer_fn *each_second, void *arg, struct timers **ret, struct err *e);
void timers_free(struct timers *t); /* ends the thread; what is still set never fires; accepts NULL */
void timer_set(struct timers *t, struct timer *timer, int64_t at, timer_fn *fn, void *arg);
/* After it returns fn is not running and will not run. A timer that has fired or was never set is fine. */
void timer_cancel(struct timers *t, struct timer *timer);

#endif
