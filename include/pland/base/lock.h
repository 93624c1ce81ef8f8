/* Error-checking mutexes and monotonic condition variables. A failure (deadlock, foreign unlock) is a bug: abort. */
#ifndef PLAND_BASE_LOCK_H
#define PLAND_BASE_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include "pland/base/macros.h"

struct lock { pthread_mutex_t m; };
struct cond { pthread_cond_t c; };

void lock_init(struct lock *l);
void lock_release(struct lock *l);
void lock_enter(struct lock *l);
void lock_leave(struct lock *l);
void cond_init(struct cond *c); /* waits by CLOCK_MONOTONIC */
void cond_release(struct cond *c);
void cond_wait(struct cond *c, struct lock *l);
bool cond_wait_ms(struct cond *c, struct lock *l, int64_t ms); /* false: timed out */
void cond_signal(struct cond *c);
void cond_broadcast(struct cond *c);

static inline void auto_lock_fn(struct lock **l) { if (*l) lock_leave(*l); }
/* Holds the lock until the end of the scope. */
#define HOLD_NAME_2(line) held_##line
#define HOLD_NAME(line) HOLD_NAME_2(line)
#define HOLD(lockp) AUTO(auto_lock_fn) struct lock *HOLD_NAME(__LINE__) _unused_ = (lock_enter(lockp), (lockp))

/* Starts a thread with all signals blocked, a name (15 characters) and 1 MiB of stack. Returns 0 or an errno. */
int thread_start(pthread_t *ret, const char *name, void *(*fn)(void *), void *arg);

#endif
