/* A provider: configuration, dialect, lane. Constant after llm_open but for its gate and meter, so any thread may read it. */
#ifndef LLM_PROVIDER_H
#define LLM_PROVIDER_H

#include "llm/dialect.h"
#include "llm/gate.h"
#include "llm/habits.h"
#include "llm/meter.h"
#include "llm/tape.h"
#include "pland/llm/llm.h"

struct llm {
    struct llm_config config; /* own copy, defaults filled in */
    const struct llm_dialect *dialect;
    struct http_loop *loop;
    char *url, *other_url; /* the second: without the /v1 that was put in, or NULL */
    struct habits habits;
    unsigned lane;
    struct gate gate; /* has a lock of its own */
    bool lane_open;
    struct meter meter;
    struct tape *tape; /* NULL: none */
};

#endif
