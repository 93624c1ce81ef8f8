/* Many literals looked for in one pass over a text. */
#ifndef SURVEY_NEEDLES_H
#define SURVEY_NEEDLES_H

#include <stdbool.h>
#include <stdint.h>
#include "pland/base/arena.h"

#define NEEDLE_BUCKETS 256
struct needles {
    uint8_t seen[8192];        /* which pairs of first bytes there are */
    int heads[NEEDLE_BUCKETS]; /* numbered from 1; 0: none */
    struct {
        const char *text;
        size_t n;
        int tag, next;
    } * v;
    size_t n, room;
};
/* Room for n literals of at least two bytes; NULL: out of memory. */
struct needles *needles_new(struct arena *a, size_t n);
void needles_add(struct needles *p, const char *text, int tag);
/* The next place at or after *at where a literal begins. false: none is left. Call it
 * until then; several literals may begin at one place. */
#define NEEDLE_HITS 4000 /* more places than this are not looked at: work on one text is bounded */
struct needle_walk {
    const char *at, *end;
    int next, hits;
};
bool needles_next(const struct needles *p, struct needle_walk *w, int *ret_tag, const char **ret_at);

#endif
