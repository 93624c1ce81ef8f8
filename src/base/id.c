/* ULIDs with a prefix. Within one millisecond the random part counts up, so that ids sort by creation.
 *
 * Static state: the last id made and a store of random bytes, both under one mutex. Ids never repeat in a process
 * only because every caller shares it, which is why it is not an object. A forked child must exec() before making
 * ids. */
#include "pland/base/id.h"

#include <sodium.h>
#include <stdint.h>
#include <string.h>

#include "pland/base/lock.h"

enum { TIME_CHARS = 10, RANDOM_CHARS = 16, ULID_CHARS = TIME_CHARS + RANDOM_CHARS, PREFIX_MAX = 8 };
enum { SECRET_CHARS = 40, SECRET_PREFIX_MAX = 23 };
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

struct ulid {
    uint64_t ms; /* 48 bits */
    uint64_t hi; /* 40 bits of randomness … */
    uint64_t lo; /* … and 40 more */
};
#define BITS_40 (((uint64_t)1 << 40) - 1)
#define BITS_48 (((uint64_t)1 << 48) - 1)

static struct {
    struct lock lock; /* guards the rest */
    struct ulid last;
    unsigned char pool[640]; /* random bytes, drawn at once: a system call per id would cost most of its time */
    size_t left;
} state = { .lock = { PTHREAD_ERRORCHECK_MUTEX_INITIALIZER_NP } };

static uint64_t random_40(void)
{
    uint64_t v = 0;
    if (state.left < 5) {
        randombytes_buf(state.pool, sizeof state.pool);
        state.left = sizeof state.pool;
    }
    for (int i = 0; i < 5; i++) v = v << 8 | state.pool[--state.left];
    return v;
}

static struct ulid next(uint64_t now)
{
    struct ulid *u = &state.last;
    HOLD(&state.lock);
    if (now > u->ms) {
        *u = (struct ulid){ .ms = now & BITS_48, .hi = random_40(), .lo = random_40() };
        return *u;
    }
    u->lo = (u->lo + 1) & BITS_40;
    if (u->lo == 0) u->hi = (u->hi + 1) & BITS_40;
    if (u->lo == 0 && u->hi == 0) u->ms++; /* all 2^80 used up: borrow from the next millisecond */
    return *u;
}

static void base32(char *ret, int chars, uint64_t v)
{
    while (chars-- > 0) {
        ret[chars] = alphabet[v & 31];
        v >>= 5;
    }
}

/* The prefix with its underscore, whether or not it was given with one; returns the length. */
static size_t put_prefix(char *ret, const char *prefix)
{
    size_t n = strnlen(prefix, PREFIX_MAX);
    memcpy(ret, prefix, n);
    if (n == 0 || ret[n - 1] != '_') ret[n++] = '_';
    return n;
}

void id_new(struct id *ret, const char *prefix, const struct clock *clock)
{
    int64_t now = clock_now(clock);
    struct ulid u = next(now > 0 ? (uint64_t)now : 0);
    size_t n = put_prefix(ret->s, prefix);
    base32(ret->s + n, TIME_CHARS, u.ms);
    base32(ret->s + n + TIME_CHARS, RANDOM_CHARS / 2, u.hi);
    base32(ret->s + n + TIME_CHARS + RANDOM_CHARS / 2, RANDOM_CHARS / 2, u.lo);
    ret->s[n + ULID_CHARS] = '\0';
}

void id_secret(char *ret, const char *prefix)
{
    unsigned char raw[64];
    size_t n = strnlen(prefix, SECRET_PREFIX_MAX), left = 0;
    memcpy(ret, prefix, n);
    for (size_t end = n + SECRET_CHARS; n < end;) {
        if (left == 0) {
            randombytes_buf(raw, sizeof raw);
            left = sizeof raw;
        }
        unsigned v = raw[--left] & 63u;
        if (v < 62) ret[n++] = base62[v]; /* 62 and 63 are thrown away: every character equally likely */
    }
    ret[n] = '\0';
    sodium_memzero(raw, sizeof raw);
}
