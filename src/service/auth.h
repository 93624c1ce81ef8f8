/* The cache of tokens that service_open() makes. Everything is thread-safe. */
#ifndef SERVICE_AUTH_H
#define SERVICE_AUTH_H

#include "pland/service/service.h"

/* max_age: ms after which an entry is looked up again though nothing was told, for another daemon may have died before it
 * told; 0: never. */
_must_check_ enum err_kind auth_cache_new(struct bus *bus, int64_t max_age, struct auth_cache **ret, struct err *e);
void auth_cache_free(struct auth_cache *c, struct bus *bus);

struct auth_entry {
    struct sha256 hash; /* of the secret */
    struct caller caller;
    int64_t expires_at; /* 0: never */
    int64_t touched;    /* when its last use was written */
    int64_t read_at;    /* monotonic: before it was looked up */
};
/* How often everything was forgotten. Taken before a look-up whose result is to be kept. */
uint64_t auth_cache_round(struct auth_cache *c);
/* Keeps an entry, unless tokens have changed since that round: what was read before may be revoked now. */
void auth_cache_keep(struct auth_cache *c, uint64_t round, const struct auth_entry *entry);
/* False: not known, or expired. *ret_touch: its last use is to be written now. */
bool auth_cache_find(struct auth_cache *c, const struct sha256 *hash, int64_t now, struct caller *ret, bool *ret_touch);

#endif
