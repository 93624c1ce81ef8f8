/* The words of a ticket that are worth looking for. */
#ifndef SURVEY_QUERY_H
#define SURVEY_QUERY_H

#include "pland/survey/relevance.h"

#define QUERY_MAX 40
struct query_word {
    const char *stem; /* lower case */
    int weight;       /* how often, the title counting three times */
    size_t order;     /* of first appearance */
};
struct query { struct query_word v[QUERY_MAX]; size_t n; };

/* The heaviest words, heaviest first. Pure; stems live in the arena. */
_must_check_ enum err_kind query_make(const char *title, const char *text, struct arena *a, struct query *ret,
                                      struct err *e);

#endif
