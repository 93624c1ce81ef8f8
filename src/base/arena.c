/* The arena: a chain of blocks, the first one in the same allocation as the arena itself. */
#include "pland/base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_GUARD 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_GUARD 1
#endif
#endif
#ifdef ARENA_GUARD
#include <sanitizer/asan_interface.h>
#endif

enum { ALIGN = 16, FIRST_BLOCK = 1024, LAST_BLOCK = 65536 };
#define MAX_DEFAULT ((size_t)256 << 20)

struct block {
    struct block *next;
    size_t size; /* bytes of this allocation */
};
struct arena {
    char *at, *end;      /* what is left of the current block */
    struct block *first; /* blocks after the arena's own */
    size_t used, max, next_size;
    enum err_kind failed; /* ERR_OK, ERR_NOMEM or ERR_TOO_LARGE */
};

/* Under AddressSanitizer free parts are poisoned and a gap follows each allocation, so that overruns are found. */
#ifdef ARENA_GUARD
enum { GAP = ALIGN };
static void hide(const void *p, size_t n) { __asan_poison_memory_region(p, n); }
static void show(const void *p, size_t n) { __asan_unpoison_memory_region(p, n); }
#else
enum { GAP = 0 };
static void hide(const void *p, size_t n) { (void)p, (void)n; }
static void show(const void *p, size_t n) { (void)p, (void)n; }
#endif

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

struct arena *arena_new(size_t max)
{
    struct arena *a = malloc(FIRST_BLOCK);
    if (!a) return NULL;
    *a = (struct arena){
        .at = (char *)a + aligned(sizeof *a),
        .end = (char *)a + FIRST_BLOCK,
        .used = FIRST_BLOCK,
        .max = max ? max : MAX_DEFAULT,
        .next_size = (size_t)FIRST_BLOCK * 2,
    };
    hide(a->at, (size_t)(a->end - a->at));
    return a;
}

void arena_free(struct arena *a)
{
    struct block *next;
    if (!a) return;
    for (struct block *b = a->first; b; b = next) {
        next = b->next;
        show(b, b->size);
        free(b);
    }
    show(a, FIRST_BLOCK);
    free(a);
}

static void *fail(struct arena *a, enum err_kind kind)
{
    a->failed = kind;
    return NULL;
}

/* A block whose payload is n bytes; NULL after setting the failure. */
static struct block *add_block(struct arena *a, size_t n)
{
    size_t size = aligned(sizeof(struct block)) + n;
    struct block *b;
    if (size > a->max || a->used > a->max - size) return fail(a, ERR_TOO_LARGE);
    b = malloc(size);
    if (!b) return fail(a, ERR_NOMEM);
    b->next = a->first;
    b->size = size;
    a->first = b;
    a->used += size;
    hide((char *)b + aligned(sizeof *b), n);
    return b;
}

/* Large pieces get a block of their own; the current block stays in use. */
static char *place(struct arena *a, size_t n)
{
    struct block *b;
    size_t payload;
    char *p;
    if (n <= (size_t)(a->end - a->at)) {
        p = a->at;
        a->at += n;
        return p;
    }
    payload = a->next_size - aligned(sizeof *b);
    if (n > payload / 2) {
        b = add_block(a, n);
        return b ? (char *)b + aligned(sizeof *b) : NULL;
    }
    b = add_block(a, payload);
    if (!b) return NULL;
    if (a->next_size < LAST_BLOCK) a->next_size *= 2;
    p = (char *)b + aligned(sizeof *b);
    a->at = p + n;
    a->end = p + payload;
    return p;
}

static void *take(struct arena *a, size_t n)
{
    char *p;
    if (!a || a->failed != ERR_OK) return NULL;
    if (n > a->max) return fail(a, ERR_TOO_LARGE);
    p = place(a, aligned((n ? n : 1) + GAP));
    if (p) show(p, n);
    return p;
}

void *arena_alloc(struct arena *a, size_t n)
{
    void *p = take(a, n);
    return p ? memset(p, 0, n) : NULL;
}

char *arena_dup_n(struct arena *a, const void *p, size_t n)
{
    char *copy = n < SIZE_MAX ? take(a, n + 1) : NULL;
    if (!copy) return NULL;
    if (n > 0) memcpy(copy, p, n);
    copy[n] = '\0';
    return copy;
}

char *arena_dup(struct arena *a, const char *s)
{
    return s ? arena_dup_n(a, s, strlen(s)) : NULL;
}

char *arena_fmt(struct arena *a, const char *fmt, ...)
{
    char small[256];
    char *p = NULL;
    va_list ap, again;
    int n;
    va_start(ap, fmt);
    va_copy(again, ap);
    n = vsnprintf(small, sizeof small, fmt, ap);
    if (n >= 0 && (size_t)n < sizeof small) p = arena_dup_n(a, small, (size_t)n);
    else if (n >= 0 && (p = take(a, (size_t)n + 1)) != NULL) (void)vsnprintf(p, (size_t)n + 1, fmt, again);
    else if (n < 0 && a && a->failed == ERR_OK) (void)fail(a, ERR_NOMEM);
    va_end(again);
    va_end(ap);
    return p;
}

void *arena_push(struct arena *a, void *list, size_t size)
{
    LIST(void) l; /* the layout of every LIST; copied, since the lists have other types */
    memcpy(&l, list, sizeof l);
    if ((l.n & (l.n - 1)) == 0) { /* full: the capacity is the next power of two */
        size_t cap = l.n ? l.n * 2 : 1;
        void *v = cap <= SIZE_MAX / 2 / size ? arena_alloc(a, cap * size) : NULL;
        if (!v) return NULL;
        if (l.n > 0) memcpy(v, l.v, l.n * size);
        l.v = v;
    }
    l.n++;
    memcpy(list, &l, sizeof l);
    return (char *)l.v + (l.n - 1) * size;
}

enum err_kind arena_check(const struct arena *a, struct err *e)
{
    if (a && a->failed == ERR_OK) return ERR_OK;
    if (!a || a->failed == ERR_NOMEM) return err_nomem(e);
    return err_set(e, a->failed, "more than %zu bytes of working memory", a->max);
}
