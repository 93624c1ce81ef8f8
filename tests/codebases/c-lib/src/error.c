#include "ringlog/ringlog.h"

static const char *const texts[] = {
    [RL_OK] = "fine",
    [RL_NOMEM] = "out of memory",
    [RL_TOO_LONG] = "longer than the ring",
    [RL_EMPTY] = "nothing to read",
};

const char *rl_error_text(enum rl_error error)
{
    return texts[error];
}
