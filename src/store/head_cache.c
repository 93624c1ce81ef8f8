/* A table of heads, one to a slot; a newcomer takes the slot of whoever was there. */
#include "store/head_cache.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/lock.h"

enum { SLOTS = 64, BYTES_MAX = 64 * 1024, FORMAT_MAX = 16, ETAG_MAX = 80 };

struct slot {
    char plan_id[ID_LEN], format[FORMAT_MAX], etag[ETAG_MAX];
    int64_t project, revision, epoch;
    char *bytes; /* NULL: the slot is empty */
    size_t n;
};

struct head_cache {
    _Atomic int64_t epoch;
    struct lock lock; /* guards slots */
    struct slot slots[SLOTS];
};

enum err_kind head_cache_new(struct head_cache **ret, struct err *e)
{
    struct head_cache *c = calloc(1, sizeof *c);
    if (!c) return err_nomem(e);
    lock_init(&c->lock);
    *ret = c;
    return ERR_OK;
}

void head_cache_free(struct head_cache *c)
{
    if (!c) return;
    for (size_t i = 0; i < SLOTS; i++) free(c->slots[i].bytes);
    lock_release(&c->lock);
    free(c);
}

int64_t head_cache_epoch(const struct head_cache *c)
{
    return c ? atomic_load(&c->epoch) : HEAD_EPOCH_NONE;
}

static struct slot *slot_of(struct head_cache *c, const struct head_key *key)
{
    uint32_t h = 2166136261u; /* FNV-1a; the end of an id is random */
    for (const char *s = key->plan_id; *s; s++) h = (h ^ (unsigned char)*s) * 16777619u;
    return &c->slots[(h ^ (unsigned char)key->format[0]) % SLOTS];
}

static bool usable(const struct head_cache *c, int64_t epoch)
{
    return c && epoch % 2 == 0 && epoch == atomic_load(&c->epoch);
}

static bool holds(const struct slot *s, const struct head_key *key, int64_t epoch)
{
    return s->bytes && s->epoch == epoch && strcmp(s->plan_id, key->plan_id) == 0 &&
           strcmp(s->format, key->format) == 0 && (key->project == 0 || key->project == s->project);
}

bool head_cache_get(struct head_cache *c, int64_t epoch, const struct head_key *key, head_alloc_fn *alloc, void *arg,
                    struct arena *a, struct head_bytes *ret, enum err_kind *ret_kind, struct err *e)
{
    const struct slot *s;
    char *to;
    if (!usable(c, epoch)) return false;
    HOLD(&c->lock);
    s = slot_of(c, key);
    if (!holds(s, key, epoch)) return false;
    *ret = (struct head_bytes){ .revision = s->revision, .etag = arena_dup(a, s->etag), .n = s->n };
    to = ret->etag ? alloc(arg, s->n) : NULL;
    *ret_kind = to ? ERR_OK : err_nomem(e);
    if (!to) return true;
    memcpy(to, s->bytes, s->n);
    ret->bytes = to;
    return true;
}

static bool fits(const struct head_key *key, const struct head_bytes *head)
{
    return head->n > 0 && head->n <= BYTES_MAX && strlen(key->plan_id) < ID_LEN && strlen(key->format) < FORMAT_MAX &&
           strlen(head->etag) < ETAG_MAX;
}

void head_cache_put(struct head_cache *c, int64_t epoch, const struct head_key *key, const struct head_bytes *head)
{
    struct slot *s;
    char *bytes;
    if (!usable(c, epoch) || !fits(key, head) || !(bytes = malloc(head->n))) return;
    memcpy(bytes, head->bytes, head->n);
    HOLD(&c->lock);
    s = slot_of(c, key);
    free(s->bytes);
    *s = (struct slot){ .project = key->project, .revision = head->revision, .epoch = epoch, .bytes = bytes,
        .n = head->n };
    memcpy(s->plan_id, key->plan_id, strlen(key->plan_id));
    memcpy(s->format, key->format, strlen(key->format));
    memcpy(s->etag, head->etag, strlen(head->etag));
}

void head_cache_close(struct head_cache *c)
{
    if (c && atomic_load(&c->epoch) % 2 == 0) (void)atomic_fetch_add(&c->epoch, 1);
}

void head_cache_open(struct head_cache *c)
{
    if (c && atomic_load(&c->epoch) % 2 == 1) (void)atomic_fetch_add(&c->epoch, 1);
}
