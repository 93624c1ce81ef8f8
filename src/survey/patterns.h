/* Many file name patterns against many paths: each path is tried only against the patterns that could fit its name. */
#ifndef SURVEY_PATTERNS_H
#define SURVEY_PATTERNS_H

#include <stdbool.h>
#include "pland/base/arena.h"

#define PATTERN_BUCKETS 256
/* Patterns in the order of their table. Without '/' a pattern is matched against the base name, with '/' against the
 * whole path; '*' spans '/'. */
struct patterns {
    const char *const *v; /* of the arena */
    size_t n;
    int by_base[PATTERN_BUCKETS], by_end[PATTERN_BUCKETS]; /* first pattern of a bucket; -1: none */
    int others;                                            /* those that begin and end with a wildcard */
    int *next;
};

/* rows: a table whose rows begin with `const char *pattern`. false: out of memory. */
bool patterns_make(struct patterns *p, struct arena *a, const void *rows, size_t n, size_t row_size);
/* '*', '?' and [abc]; the whole text. Pure, the same in every locale. */
bool pattern_fits(const char *pattern, const char *text);
/* The lowest pattern of at least `from` that matches; -1: none. */
int patterns_next(const struct patterns *p, const char *path, int from);

#endif
