/* Checked locks: an error from pthreads here is a bug of ours, and carrying on would corrupt data. */
#include "pland/base/lock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/clock.h"

/* 1 MiB: JSON is at most 64 levels deep, but libgit2, libcurl's resolver and SQLite each like some 100 KiB of stack,
 * and sanitizer builds need two to three times as much. Only touched pages cost memory. */
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
/* The sanitizers keep their own state of each thread on its stack, and frames are larger. */
enum { STACK_SIZE = 8 << 20 };
#else
enum { STACK_SIZE = 1 << 20 };
#endif

static void must(int errnum, const char *what)
{
    if (errnum == 0) return;
    (void)fprintf(stderr, "pland: bug: %s: %s\n", what, strerrordesc_np(errnum));
    abort();
}

void lock_init(struct lock *l)
{
    pthread_mutexattr_t attr;
    must(pthread_mutexattr_init(&attr), "mutex attributes");
    must(pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK), "mutex type");
    must(pthread_mutex_init(&l->m, &attr), "mutex");
    must(pthread_mutexattr_destroy(&attr), "mutex attributes");
}

void lock_release(struct lock *l)
{
    must(pthread_mutex_destroy(&l->m), "destroying a mutex");
}

void lock_enter(struct lock *l)
{
    must(pthread_mutex_lock(&l->m), "locking a mutex");
}

void lock_leave(struct lock *l)
{
    must(pthread_mutex_unlock(&l->m), "unlocking a mutex");
}

void cond_init(struct cond *c)
{
    pthread_condattr_t attr;
    must(pthread_condattr_init(&attr), "condition attributes");
    must(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC), "condition clock");
    must(pthread_cond_init(&c->c, &attr), "condition");
    must(pthread_condattr_destroy(&attr), "condition attributes");
}

void cond_release(struct cond *c)
{
    must(pthread_cond_destroy(&c->c), "destroying a condition");
}

void cond_wait(struct cond *c, struct lock *l)
{
    must(pthread_cond_wait(&c->c, &l->m), "waiting for a condition");
}

bool cond_wait_ms(struct cond *c, struct lock *l, int64_t ms)
{
    struct timespec until = clock_deadline(ms);
    int rc = pthread_cond_timedwait(&c->c, &l->m, &until);
    if (rc == ETIMEDOUT) return false;
    must(rc, "waiting for a condition");
    return true;
}

void cond_signal(struct cond *c)
{
    must(pthread_cond_signal(&c->c), "signalling a condition");
}

void cond_broadcast(struct cond *c)
{
    must(pthread_cond_broadcast(&c->c), "signalling a condition");
}

/* --- threads -------------------------------------------------------------------------------------------------- */
struct start {
    void *(*fn)(void *);
    void *arg;
    char name[16];
};

static void *run(void *p)
{
    struct start s = *(struct start *)p;
    free(p);
    (void)pthread_setname_np(pthread_self(), s.name);
    return s.fn(s.arg);
}

/* The child inherits the mask of its creator: block everything, create, put the mask back. */
static int create_masked(pthread_t *ret, const pthread_attr_t *attr, struct start *s)
{
    sigset_t all, old;
    int rc;
    (void)sigfillset(&all);
    rc = pthread_sigmask(SIG_SETMASK, &all, &old);
    if (rc != 0) return rc;
    rc = pthread_create(ret, attr, run, s);
    must(pthread_sigmask(SIG_SETMASK, &old, NULL), "signal mask");
    return rc;
}

int thread_start(pthread_t *ret, const char *name, void *(*fn)(void *), void *arg)
{
    pthread_attr_t attr;
    struct start *s = malloc(sizeof *s);
    int rc;
    if (!s) return ENOMEM;
    *s = (struct start){ .fn = fn, .arg = arg };
    (void)snprintf(s->name, sizeof s->name, "%s", name);
    rc = pthread_attr_init(&attr);
    if (rc == 0) {
        rc = pthread_attr_setstacksize(&attr, STACK_SIZE);
        if (rc == 0) rc = create_masked(ret, &attr, s);
        (void)pthread_attr_destroy(&attr);
    }
    if (rc != 0) free(s);
    return rc;
}
