/* Memory for libgit2, which reads through NULL when an allocation fails. A failed one is tried again for a second,
 * while the rest of the process lets go of what it holds; then the process ends with a message rather than with a wild
 * read. */
#include "repo/memory.h"

#include <git2.h>
#include <git2/sys/alloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pland/base/log.h"

#define TRIES 100
#define PAUSE_NS 10000000L

static void wait_or_end(int tries, size_t n)
{
    const struct timespec pause = { .tv_nsec = PAUSE_NS };
    if (tries < TRIES) {
        (void)nanosleep(&pause, NULL);
        return;
    }
    log_error("out of memory while reading a repository", LOG_I("bytes", n));
    abort();
}

static void *take(size_t n, const char *file, int line)
{
    void *p;
    (void)file;
    (void)line;
    for (int i = 0; !(p = malloc(n ? n : 1)); i++) wait_or_end(i, n);
    return p;
}

static void *take_again(void *old, size_t n, const char *file, int line)
{
    void *p;
    (void)file;
    (void)line;
    for (int i = 0; !(p = realloc(old, n ? n : 1)); i++) wait_or_end(i, n);
    return p;
}

/* NULL: the product is no size at all, which libgit2 does look at. */
static void *take_array(size_t n, size_t size, const char *file, int line)
{
    return size && n > SIZE_MAX / size ? NULL : take(n * size, file, line);
}

static void *take_array_again(void *old, size_t n, size_t size, const char *file, int line)
{
    return size && n > SIZE_MAX / size ? NULL : take_again(old, n * size, file, line);
}

static void *take_zeroed(size_t n, size_t size, const char *file, int line)
{
    void *p = take_array(n, size, file, line);
    return p ? memset(p, 0, n * size) : NULL;
}

static char *copy_exactly(const char *s, size_t n, const char *file, int line)
{
    char *p = take(n + 1, file, line);
    memcpy(p, s, n);
    p[n] = '\0';
    return p;
}

static char *copy(const char *s, const char *file, int line)
{
    return copy_exactly(s, strlen(s), file, line);
}

static char *copy_at_most(const char *s, size_t n, const char *file, int line)
{
    return copy_exactly(s, strnlen(s, n), file, line);
}

int memory_for_libgit2(void)
{
    git_allocator a = { .gmalloc = take,
                        .gcalloc = take_zeroed,
                        .gstrdup = copy,
                        .gstrndup = copy_at_most,
                        .gsubstrdup = copy_exactly,
                        .grealloc = take_again,
                        .greallocarray = take_array_again,
                        .gmallocarray = take_array,
                        .gfree = free };
    return git_libgit2_opts(GIT_OPT_SET_ALLOCATOR, &a);
}
