/* "The Nth allocation fails": defines malloc, calloc, realloc and free of the test program (include it once).
 *
 *     long n = 0;
 *     do {
 *         nth_arm(++n);           // from here on, the n-th allocation of any thread returns NULL, once
 *         … run the code and let go of everything …
 *         nth_disarm();
 *         … it failed with ERR_NOMEM, or it succeeded and nth_hit() is false …
 *     } while (nth_hit());
 *
 * nth_arm_rest(n) fails the n-th and all that follow. nth_live() counts the blocks in use: compare it before and after
 * to find leaks. Sanitizers bring their own malloc: there NTH_SKIP() at the top of a test ends it. */
#ifndef TESTS_NTH_H
#define TESTS_NTH_H

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NTH_AVAILABLE 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define NTH_AVAILABLE 0
#endif
#endif
#ifndef NTH_AVAILABLE
#define NTH_AVAILABLE 1
#endif

#if NTH_AVAILABLE
#define NTH_SKIP() ((void)0)

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void __libc_free(void *p);

static _Atomic long nth_left; /* allocations until one fails; 0: not armed */
static _Atomic bool nth_rest, nth_was_hit;
static _Atomic long nth_blocks;

static bool nth_fails(void)
{
    long left = atomic_load(&nth_left);
    if (left == 0) return false;
    while (!atomic_compare_exchange_weak(&nth_left, &left, left == 1 && atomic_load(&nth_rest) ? 1 : left - 1))
        if (left == 0) return false;
    if (left != 1) return false;
    atomic_store(&nth_was_hit, true);
    errno = ENOMEM;
    return true;
}

static void *nth_count(void *p)
{
    if (p) atomic_fetch_add(&nth_blocks, 1);
    return p;
}

void *malloc(size_t n)
{
    return nth_fails() ? NULL : nth_count(__libc_malloc(n));
}

void *calloc(size_t n, size_t size)
{
    return nth_fails() ? NULL : nth_count(__libc_calloc(n, size));
}

void *realloc(void *p, size_t n)
{
    if (!p) return malloc(n);
    return nth_fails() ? NULL : __libc_realloc(p, n);
}

void free(void *p)
{
    if (p) atomic_fetch_sub(&nth_blocks, 1);
    __libc_free(p);
}

static inline void nth_set(long n, bool rest)
{
    atomic_store(&nth_was_hit, false);
    atomic_store(&nth_rest, rest);
    atomic_store(&nth_left, n);
}

static inline void nth_arm(long n) { nth_set(n, false); }
static inline void nth_arm_rest(long n) { nth_set(n, true); }
static inline void nth_disarm(void) { atomic_store(&nth_left, 0); }
static inline bool nth_hit(void) { return atomic_load(&nth_was_hit); } /* has one failed since nth_arm()? */
static inline long nth_live(void) { return atomic_load(&nth_blocks); }

#else
#define NTH_SKIP() return
static inline void nth_arm(long n) { (void)n; }
static inline void nth_arm_rest(long n) { (void)n; }
static inline void nth_disarm(void) {}
static inline bool nth_hit(void) { return false; }
static inline long nth_live(void) { return 0; }
#endif

#endif
