/* Counters of one model: how long its calls took, how many tokens they had. Any thread. */
#ifndef LLM_METER_H
#define LLM_METER_H

#include <stdatomic.h>
#include "pland/llm/llm.h"

enum { METER_DURATIONS = 18, METER_TOKENS = 15 };

struct meter_histogram { _Atomic int64_t bucket[METER_DURATIONS], sum; };
struct meter {
    struct meter_histogram duration[LLM_FAULT_N_]; /* by how the call ended; sums in ms */
    struct meter_histogram tokens[2];              /* input, output */
};

void meter_add(struct meter *m, const struct llm_answer *a);

#endif
