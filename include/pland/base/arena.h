/* Memory that lives and dies together: one arena per request, step or document.
 *
 * Not thread-safe; one owner at a time. Allocation failure is sticky: the call returns NULL, as does every later one,
 * and arena_check() reports it. A NULL arena behaves like one that has no memory. Memory is zeroed. Blocks grow from
 * 1 KiB to 64 KiB; nothing is freed before arena_free(). */
#ifndef PLAND_BASE_ARENA_H
#define PLAND_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include "pland/base/err.h"

struct arena;

struct arena *arena_new(size_t max); /* at most max bytes in all; 0 = 256 MiB. NULL: out of memory */
void arena_free(struct arena *a);    /* accepts NULL */
void *arena_alloc(struct arena *a, size_t n);
char *arena_dup(struct arena *a, const char *s);             /* NULL stays NULL */
char *arena_dup_n(struct arena *a, const void *p, size_t n); /* adds a NUL */
_printf_(2, 3) char *arena_fmt(struct arena *a, const char *fmt, ...);
/* Grows an array by one: returns the new zeroed element, updates *v and *n. The capacity is a power of two, so the list
 * must be empty, grown by this function alone, or decoded by base/record.h. NULL: failed, the list is unchanged. */
void *arena_push(struct arena *a, void *list /* LIST(T) * */, size_t size);
_must_check_ enum err_kind arena_check(const struct arena *a, struct err *e);

DEFINE_CLEANUP(auto_arena_fn, struct arena *, arena_free);
#define auto_arena AUTO(auto_arena_fn) struct arena *

#endif
