/* Token buckets, set-associative: a key has the four places of its set, the one longest unused gives way. */
#include "web/rate.h"

#include <stdlib.h>

#include "pland/base/lock.h"

enum { SETS = 1024, WAYS = 4, UNIT = 60000 /* of a level: one request; a bucket gains `quota` units a millisecond */ };

struct bucket {
    uint64_t key; /* 0: free */
    int64_t level, at;
    int64_t untold; /* requests that the other daemons have not been told of */
};

struct rate {
    int64_t quota;
    struct lock lock; /* guards the buckets */
    struct bucket buckets[SETS][WAYS];
};

enum err_kind rate_new(int64_t per_minute, struct rate **ret, struct err *e)
{
    struct rate *r = calloc(1, sizeof *r);
    if (!r) return err_nomem(e);
    r->quota = per_minute;
    lock_init(&r->lock);
    *ret = r;
    return ERR_OK;
}

void rate_free(struct rate *r)
{
    if (!r) return;
    lock_release(&r->lock);
    free(r);
}

/* The key of a bucket that is in use. */
static uint64_t used_key(uint64_t key)
{
    return key | UINT64_C(1) << 63;
}

/* Spreads consecutive row numbers over the sets (Fibonacci hashing). */
static size_t set_of(uint64_t key)
{
    return (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 54) % SETS;
}

static struct bucket *bucket_of(struct rate *r, uint64_t key, int64_t now_ms)
{
    struct bucket *set = r->buckets[set_of(key)], *oldest = set;
    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].key == key) return &set[i];
        if (set[i].at < oldest->at || (set[i].key == 0 && oldest->key != 0)) oldest = &set[i];
    }
    *oldest = (struct bucket){.key = key, .level = r->quota * UNIT, .at = now_ms};
    return oldest;
}

static int64_t seconds(int64_t units, int64_t quota)
{
    int64_t ms = (units + quota - 1) / quota;
    return (ms + 999) / 1000;
}

static struct bucket *filled(struct rate *r, uint64_t key, int64_t now_ms)
{
    struct bucket *b = bucket_of(r, used_key(key), now_ms);
    int64_t full = r->quota * UNIT, gone = now_ms - b->at;
    if (gone <= 0) return b;
    b->level = gone >= 2 * UNIT || b->level + gone * r->quota > full ? full : b->level + gone * r->quota;
    b->at = now_ms;
    return b;
}

static int64_t due_to_tell(const struct rate *r, struct bucket *b)
{
    int64_t n = ++b->untold;
    if (n * 20 < r->quota) return 0;
    b->untold = 0;
    return n;
}

bool rate_take(struct rate *r, uint64_t key, int64_t now_ms, struct rate_state *ret)
{
    int64_t full = r->quota * UNIT;
    struct bucket *b;
    bool ok;
    *ret = (struct rate_state){.on = r->quota > 0, .quota = r->quota};
    if (r->quota == 0) return true;
    HOLD(&r->lock);
    b = filled(r, key, now_ms);
    ok = b->level >= UNIT;
    if (ok) b->level -= UNIT;
    if (ok) ret->tell = due_to_tell(r, b);
    ret->remaining = b->level > 0 ? b->level / UNIT : 0;
    ret->reset = ret->remaining > 0 ? seconds(full - b->level, r->quota) : seconds(UNIT - b->level, r->quota);
    if (!ok && ret->reset < 1) ret->reset = 1;
    return ok;
}

void rate_taken_elsewhere(struct rate *r, uint64_t key, int64_t n, int64_t now_ms)
{
    struct bucket *b;
    int64_t full = r->quota * UNIT, taken = n < 2 * r->quota ? n * UNIT : 2 * full;
    if (r->quota == 0 || n < 1) return;
    HOLD(&r->lock);
    b = filled(r, key, now_ms);
    b->level = b->level - taken < -full ? -full : b->level - taken;
}
