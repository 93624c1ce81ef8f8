/* What is known of a model's health: how many calls it takes at once, how long it is left alone.
 *
 * After a failure the model rests, longer with each one in a row, or as long as its server asks for. After BROKEN in a row
 * it is out of order: when it has rested, one call alone tries whether it works again. Calls at once are halved when the
 * server says that it is too much, and grow by one after as many good answers. Any thread. */
#ifndef LLM_GATE_H
#define LLM_GATE_H

#include "pland/base/lock.h"
#include "pland/llm/llm.h"

struct gate {
    struct lock lock; /* guards the rest */
    size_t limit, max;
    size_t good;         /* answers since limit was changed */
    int bad;             /* failures in a row */
    bool probing;        /* a call is under way that decides */
    int64_t base_ms, rest_until, halved_at; /* monotonic */
    char why[400];
};

void gate_init(struct gate *g, size_t max, int64_t base_ms);
void gate_release(struct gate *g);
bool gate_admit(struct gate *g, struct llm_rest *ret);
void gate_unadmit(struct gate *g);
/* A call that began then ended so. asked_ms: what the server wants, -1: nothing. Returns how long the model now rests;
 * *ret_limit: calls at once from now on. */
int64_t gate_end(struct gate *g, enum llm_fault f, int64_t begun, int64_t asked_ms, const char *why, size_t *ret_limit);

#endif
