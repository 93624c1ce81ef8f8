/* Requests a minute for each caller: token buckets in a table of fixed size. Thread-safe.
 *
 * A bucket holds a minute's worth and fills evenly. The table keeps the callers seen last; one pushed out starts
 * again with a full bucket, which errs to the caller's side.
 *
 * Daemons that share a database tell each other what callers take, whenever it has come to a twentieth of a minute's worth,
 * and take that from their own buckets, which may so come to owe as much as they hold. However a caller spreads its
 * requests, it gets its quota and, for each further daemon, at most that twentieth and what is on its way. */
#ifndef WEB_RATE_H
#define WEB_RATE_H

#include <stdbool.h>
#include <stdint.h>
#include "pland/base/err.h"

struct rate;
struct rate_state {
    bool on;           /* false: no limit is set */
    int64_t quota;     /* requests a minute */
    int64_t remaining; /* requests that may follow at once */
    int64_t reset;     /* seconds until the bucket is full, or, at remaining 0, until one request fits */
    int64_t tell;      /* requests that the other daemons are to be told of now; 0: none yet */
};

/* per_minute 0: no limit. */
_must_check_ enum err_kind rate_new(int64_t per_minute, struct rate **ret, struct err *e);
void rate_free(struct rate *r); /* accepts NULL */
/* Takes one request of key's bucket at now (monotonic ms); false: the bucket is empty. */
bool rate_take(struct rate *r, uint64_t key, int64_t now_ms, struct rate_state *ret);
/* Another daemon told of n requests of key. */
void rate_taken_elsewhere(struct rate *r, uint64_t key, int64_t n, int64_t now_ms);

#endif
