/* Locks abort on misuse; conditions time out by the monotonic clock; threads start with signals blocked. */
#include "pland/base/lock.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pland/base/clock.h"
#include "unit/check_main.h"

struct counter {
    struct lock lock; /* guards n */
    struct cond changed;
    int n;
};

static void *count(void *p)
{
    struct counter *c = p;
    for (int i = 0; i < 10000; i++) {
        HOLD(&c->lock);
        c->n++;
        cond_signal(&c->changed);
    }
    return NULL;
}

START_TEST(counting_under_a_lock)
{
    struct counter c = { .n = 0 };
    pthread_t t[4];
    lock_init(&c.lock);
    cond_init(&c.changed);
    for (int i = 0; i < 4; i++) ck_assert_int_eq(thread_start(&t[i], "counter", count, &c), 0);
    {
        HOLD(&c.lock);
        while (c.n < 40000) cond_wait(&c.changed, &c.lock);
    }
    for (int i = 0; i < 4; i++) (void)pthread_join(t[i], NULL);
    ck_assert_int_eq(c.n, 40000);
    cond_release(&c.changed);
    lock_release(&c.lock);
}
END_TEST

START_TEST(waiting_ends)
{
    struct lock l;
    struct cond c;
    int64_t start = clock_mono();
    lock_init(&l);
    cond_init(&c);
    lock_enter(&l);
    while (cond_wait_ms(&c, &l, 50)) continue; /* a spurious wake-up is allowed */
    lock_leave(&l);
    ck_assert_int_ge(clock_mono() - start, 50);
    ck_assert_int_le(clock_mono() - start, 5000);
    cond_broadcast(&c);
    cond_release(&c);
    lock_release(&l);
}
END_TEST

static void lock_twice(struct lock *l)
{
    lock_enter(l);
    lock_enter(l);
}

/* The signal that ends a child which misuses a lock, its words to the terminal left out. */
static int misuse(void (*fn)(struct lock *))
{
    int status = 0;
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        const struct rlimit none = { 0, 0 };
        struct lock l;
        (void)setrlimit(RLIMIT_CORE, &none);
        (void)close(STDERR_FILENO);
        (void)signal(SIGABRT, SIG_DFL);
        lock_init(&l);
        fn(&l);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

START_TEST(misuse_aborts)
{
    ck_assert_int_eq(misuse(lock_twice), SIGABRT);
    ck_assert_int_eq(misuse(lock_leave), SIGABRT);
    ck_assert_int_eq(misuse(lock_release), 0);
}
END_TEST

static void *look(void *p)
{
    char *name = p;
    sigset_t mask;
    volatile char deep[256 * 1024]; /* fits the stack */
    deep[0] = deep[sizeof deep - 1] = 1;
    (void)pthread_getname_np(pthread_self(), name, 16);
    (void)pthread_sigmask(SIG_SETMASK, NULL, &mask);
    return sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGUSR1) == 1 && deep[0] ? p : NULL;
}

START_TEST(threads_have_names_and_blocked_signals)
{
    char name[16];
    sigset_t mask;
    void *result = NULL;
    pthread_t t;
    ck_assert_int_eq(thread_start(&t, "a-name-that-is-too-long", look, name), 0);
    (void)pthread_join(t, &result);
    ck_assert_ptr_eq(result, name);
    ck_assert_str_eq(name, "a-name-that-is-");
    (void)pthread_sigmask(SIG_SETMASK, NULL, &mask);
    ck_assert_int_eq(sigismember(&mask, SIGTERM), 0);
}
END_TEST

UNIT_MAIN("base lock", { counting_under_a_lock, waiting_ends, misuse_aborts, threads_have_names_and_blocked_signals })
