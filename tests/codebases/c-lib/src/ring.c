#include "ringlog/ringlog.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"

struct rl_ring {
    pthread_mutex_t lock;
    size_t size, head, used;
    char bytes[];
};

enum rl_error rl_open(struct rl_ring **ret, size_t bytes)
{
    struct rl_ring *ring = calloc(1, sizeof *ring + bytes);
    if (!ring) return RL_NOMEM;
    if (pthread_mutex_init(&ring->lock, NULL) != 0) {
        free(ring);
        return RL_NOMEM;
    }
    ring->size = bytes;
    *ret = ring;
    return RL_OK;
}

void rl_close(struct rl_ring *ring)
{
    if (!ring) return;
    (void)pthread_mutex_destroy(&ring->lock);
    free(ring);
}

static void put(struct rl_ring *ring, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) ring->bytes[(ring->head + ring->used + i) % ring->size] = p[i];
    ring->used += n;
}

enum rl_error rl_write(struct rl_ring *ring, const char *text, size_t n)
{
    char head[RL_HEAD];
    size_t need = rl_head_make(head, n) + n;
    if (need > ring->size) return RL_TOO_LONG;
    pthread_mutex_lock(&ring->lock);
    while (ring->size - ring->used < need) {
        ring->head = (ring->head + 1) % ring->size;
        ring->used--;
    }
    put(ring, head, need - n);
    put(ring, text, n);
    pthread_mutex_unlock(&ring->lock);
    return RL_OK;
}

enum rl_error rl_read(struct rl_ring *ring, char *ret, size_t n, size_t *ret_n)
{
    enum rl_error error = RL_EMPTY;
    pthread_mutex_lock(&ring->lock);
    if (ring->used) {
        *ret_n = ring->used < n ? ring->used : n;
        for (size_t i = 0; i < *ret_n; i++) ret[i] = ring->bytes[(ring->head + i) % ring->size];
        error = RL_OK;
    }
    pthread_mutex_unlock(&ring->lock);
    return error;
}
