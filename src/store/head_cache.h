/* The heads that were read last, for as long as no head is written: GET …/revisions/head asks for the same few again and
 * again. For a database that only this process writes.
 *
 * Order is kept by an epoch: even while no head is being written, odd from the first write of one to the end of its
 * transaction. A transaction notes the epoch before its snapshot begins; what it finds is served and kept under that
 * epoch only, so nobody sees an older head than the database would have shown. All functions accept a NULL cache, which
 * holds nothing; thread-safe, except that closing and opening are the writer's. */
#ifndef STORE_HEAD_CACHE_H
#define STORE_HEAD_CACHE_H

#include "pland/base/id.h"
#include "pland/store/documents.h"

enum { HEAD_EPOCH_NONE = 1 }; /* odd: with it nothing is found or kept */

struct head_cache;
struct head_key { const char *plan_id, *format; int64_t project; /* of the caller; 0: any */ };

_must_check_ enum err_kind head_cache_new(struct head_cache **ret, struct err *e);
void head_cache_free(struct head_cache *c);
int64_t head_cache_epoch(const struct head_cache *c);
/* False: not there. Else *ret_kind says how copying it out went: ERR_OK with *ret set, or ERR_NOMEM. */
bool head_cache_get(struct head_cache *c, int64_t epoch, const struct head_key *key, head_alloc_fn *alloc, void *arg,
                    struct arena *a, struct head_bytes *ret, enum err_kind *ret_kind, struct err *e);
/* project: the plan's own. Without memory, or for a large one, nothing is kept. */
void head_cache_put(struct head_cache *c, int64_t epoch, const struct head_key *key, const struct head_bytes *head);
void head_cache_close(struct head_cache *c); /* before a head is written or removed */
void head_cache_open(struct head_cache *c);  /* after the end of every writing transaction */

#endif
