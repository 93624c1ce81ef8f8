/* A glance at an event of a stream: nearly all of them carry a piece of text and nothing else of interest, and there
 * are many of them. What looks exactly as expected is taken without building JSON values; everything else is read as a
 * whole. */
#ifndef LLM_GLANCE_H
#define LLM_GLANCE_H

#include <stdbool.h>
#include "pland/base/buf.h"

enum glance_want {
    GLANCE_NULL,   /* if it is there, null */
    GLANCE_ZERO,   /* if it is there, 0 */
    GLANCE_EMPTY,  /* if it is there, null or "" */
    GLANCE_NOT,    /* if it is there, any text but this */
    GLANCE_WORD,   /* exactly this text */
    GLANCE_TEXT,   /* the piece: any text */
    GLANCE_OBJECT, /* an object whose members are as listed */
    GLANCE_ONLY    /* a list of one such object */
};

/* Members that matter, up to one without a key; others may be there and hold anything. Those of the last four kinds
 * have to be there. */
struct glance {
    const char *key;
    enum glance_want want;
    const char *word;
    const struct glance *inside;
};

/* True: data is one JSON object of that form, all in ASCII, and the piece is in ret (cleared first). */
bool glance(const struct glance *form, const char *data, size_t n, struct buf *ret);

#endif
