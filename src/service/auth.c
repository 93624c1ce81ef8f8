/* Who a bearer token is: looked up by the hash of its secret, cached in memory until tokens change. */
#include "service/auth.h"

#include <stdlib.h>
#include <string.h>
#include "pland/base/lock.h"
#include "pland/service/service.h"

#define SLOTS 1024
#define TOUCH_MS 60000 /* last use is written at most once a minute */

struct slot { struct auth_entry entry; bool used; };
struct auth_cache {
    struct lock lock; /* guards slots and round */
    struct slot slots[SLOTS];
    uint64_t round;
    uint64_t subscription;
    int64_t max_age;
};

static void forget_all(void *arg, const struct notice *n)
{
    struct auth_cache *c = arg;
    (void)n;
    HOLD(&c->lock);
    c->round++;
    for (size_t i = 0; i < SLOTS; i++) c->slots[i].used = false;
}

enum err_kind auth_cache_new(struct bus *bus, int64_t max_age, struct auth_cache **ret, struct err *e)
{
    struct auth_cache *c = calloc(1, sizeof *c);
    if (!c) return err_nomem(e);
    lock_init(&c->lock);
    c->max_age = max_age;
    c->subscription = bus_subscribe(bus, NOTICE_TOKENS, 0, forget_all, c);
    if (c->subscription) {
        *ret = c;
        return ERR_OK;
    }
    lock_release(&c->lock);
    free(c);
    return err_nomem(e);
}

void auth_cache_free(struct auth_cache *c, struct bus *bus)
{
    if (!c) return;
    bus_unsubscribe(bus, c->subscription);
    lock_release(&c->lock);
    free(c);
}

struct lookup { struct sha256 hash; struct token_row row; struct arena *arena; };

static enum err_kind look_up(struct txn *tx, void *arg, struct err *e)
{
    struct lookup *l = arg;
    return store_token_by_hash(tx, &l->hash, l->arena, &l->row, e);
}

struct touch { struct store_write write; int64_t token, at; };

static enum err_kind write_touch(struct txn *tx, void *arg, struct err *e)
{
    const struct touch *t = arg;
    return store_token_used(tx, t->token, t->at, e);
}

static void touched(struct store_write *w)
{
    free(w->arg);
}

static void touch(struct service *s, int64_t token, int64_t now)
{
    struct touch *t = calloc(1, sizeof *t);
    struct err e;
    if (!t) return;
    *t = (struct touch){ .write = { .fn = write_touch, .arg = t, .done = touched }, .token = token, .at = now };
    if (store_submit(s->store, &t->write, &e) != ERR_OK) free(t);
}

static struct slot *slot_of(struct auth_cache *c, const struct sha256 *h)
{
    size_t i;
    memcpy(&i, h->b, sizeof i);
    return &c->slots[i % SLOTS];
}

uint64_t auth_cache_round(struct auth_cache *c)
{
    HOLD(&c->lock);
    return c->round;
}

void auth_cache_keep(struct auth_cache *c, uint64_t round, const struct auth_entry *entry)
{
    HOLD(&c->lock);
    if (round == c->round) *slot_of(c, &entry->hash) = (struct slot){ .entry = *entry, .used = true };
}

bool auth_cache_find(struct auth_cache *c, const struct sha256 *hash, int64_t now, struct caller *ret, bool *ret_touch)
{
    struct slot *s = slot_of(c, hash);
    struct auth_entry *known = &s->entry;
    HOLD(&c->lock);
    if (!s->used || !hash_equal(known->hash.b, hash->b, SHA256_LEN)) return false;
    if (known->expires_at && known->expires_at <= now) return false;
    if (c->max_age && clock_mono() - known->read_at >= c->max_age) return false;
    *ret = known->caller;
    *ret_touch = now - known->touched >= TOUCH_MS;
    if (*ret_touch) known->touched = now;
    return true;
}

const char *const token_verbs[] = {
    "plan",   "ticket", "answers", "choice", "approval",  "reject",      "cancel",  "retry",  "handoff", "briefs", "progress",
    "claim",  "claims", "checks",  "waivers", "rebase",   "verify",      "links",   "events", "audit",   "context",
    "revisions", "refinements", "comments", "calls", NULL,
};

int token_verb(const char *name, size_t n)
{
    for (int i = 0; token_verbs[i]; i++)
        if (strlen(token_verbs[i]) == n && memcmp(token_verbs[i], name, n) == 0) return i;
    return -1;
}

/* A verb that is not known any more is not granted. */
static uint64_t verbs_of(const char *text)
{
    uint64_t ret = 0;
    for (size_t n; text && *text; text += n + (text[n] != '\0')) {
        n = strcspn(text, " ");
        int i = token_verb(text, n);
        if (i >= 0) ret |= UINT64_C(1) << i;
    }
    return ret;
}

static enum err_kind live(const struct token_row *t, int64_t now, struct err *e)
{
    if (t->revoked_at) return err_set(e, ERR_UNAUTHENTICATED, "this token was revoked");
    if (t->expires_at && t->expires_at <= now) return err_set(e, ERR_UNAUTHENTICATED, "this token has expired");
    return ERR_OK;
}

/* *ret_touch: its last use, by whichever daemon, was not written of late. */
static enum err_kind authenticate(struct service *s, const struct sha256 *hash, int64_t now, struct caller *ret,
                                  bool *ret_touch, struct err *e)
{
    auto_arena arena = arena_new(0);
    struct lookup l = { .hash = *hash, .arena = arena };
    uint64_t round = auth_cache_round(s->auth);
    int64_t read_at = clock_mono();
    enum err_kind k;
    if (!arena) return err_nomem(e);
    k = store_read(s->store, look_up, &l, e);
    if (k == ERR_NOT_FOUND) return err_set(e, ERR_UNAUTHENTICATED, "this token is not known here");
    if (k != ERR_OK || (k = live(&l.row, now, e)) != ERR_OK) return k;
    *ret = (struct caller){ .token = l.row.n, .person = l.row.person, .project = l.row.project, .role = l.row.role };
    if (l.row.plan) (void)snprintf(ret->plan, sizeof ret->plan, "%s", l.row.plan);
    ret->verbs = verbs_of(l.row.verbs);
    struct auth_entry entry = { .hash = *hash, .caller = *ret, .expires_at = l.row.expires_at, .read_at = read_at };
    *ret_touch = now - l.row.last_used_at >= TOUCH_MS;
    entry.touched = *ret_touch ? now : l.row.last_used_at;
    auth_cache_keep(s->auth, round, &entry);
    return ERR_OK;
}

enum err_kind service_authenticate(struct service *s, const char *secret, struct caller *ret, struct err *e)
{
    struct sha256 hash = hash_sha256(secret, strlen(secret));
    int64_t now = clock_now(s->clock);
    bool due = true;
    if (!auth_cache_find(s->auth, &hash, now, ret, &due)) {
        enum err_kind k = authenticate(s, &hash, now, ret, &due, e);
        if (k != ERR_OK) return k;
    }
    if (due) touch(s, ret->token, now);
    return ERR_OK;
}
