#include <assert.h>
#include <string.h>

#include "ringlog/ringlog.h"

int main(void)
{
    struct rl_ring *ring = NULL;
    char text[64];
    size_t n = 0;
    assert(rl_open(&ring, 32) == RL_OK);
    assert(rl_read(ring, text, sizeof text, &n) == RL_EMPTY);
    assert(rl_write(ring, "hello", 5) == RL_OK);
    assert(rl_read(ring, text, sizeof text, &n) == RL_OK);
    assert(n == 7 && memcmp(text, "5 hello", 7) == 0);
    assert(rl_write(ring, "far too long for a ring of thirty-two", 37) == RL_TOO_LONG);
    rl_close(ring);
    return 0;
}
