/* The words of a ticket that are worth looking for. */
#ifndef SURVEY_QUERY_H
#define SURVEY_QUERY_H

#include "pland/survey/relevance.h"
#include "survey/terms.h"

#define QUERY_MAX TERM_SET_MAX
struct query_word {
    const char *stem, *word; /* lower case; word: as it was first met, for people */
    int weight;              /* how often; the title counts three times, code and identifiers twice */
    size_t order;            /* of first appearance */
};
struct query {
    struct query_word v[QUERY_MAX];
    size_t n;
    struct term_set set; /* the same stems in the same order */
};

/* The heaviest words, heaviest first. Pure; strings live in the arena. */
_must_check_ enum err_kind query_make(const char *title, const char *text, struct arena *a, struct query *ret,
                                      struct err *e);

#endif
