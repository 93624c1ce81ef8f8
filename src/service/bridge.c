/* Notices cross as "kind plan seq". What came over the wire is not sent back. Who dies between his commit and telling of it
 * has told nobody: now and then new events are looked for, so that this costs those who wait a moment only. */
#include "service/bridge.h"

#include <stdio.h>
#include <stdlib.h>

#include <string.h>

#include "pland/base/log.h"
#include "pland/store/plans.h"
#include "pland/store/wire.h"

#define TOLD_KINDS (NOTICE_PLAN | NOTICE_JOBS | NOTICE_VOID | NOTICE_TOKENS | NOTICE_RESUMED | NOTICE_BUDGETS)
#define ALL_KINDS (TOLD_KINDS | NOTICE_RATE)
enum { MOVED_MAX = 1000 /* events */, PAGES_MAX = 50 /* in one look */ };

struct bridge {
    struct service *service;
    struct bus *bus;
    struct wire *wire;
    uint64_t subscription;
    int64_t seen; /* the newest event that was looked for; the wire's thread */
};

static _Thread_local bool from_elsewhere;

static void send(struct bridge *b, const struct notice *n)
{
    char text[WIRE_TEXT];
    (void)snprintf(text, sizeof text, "%d %lld %lld", (int)n->kind, (long long)n->plan, (long long)n->seq);
    wire_tell(b->wire, text);
}

static void told_here(void *arg, const struct notice *n)
{
    if (!from_elsewhere) send(arg, n);
}

void service_tell_others(struct service *s, const struct notice *n)
{
    if (s->bridge) send(s->bridge, n);
}

/* Something may have been missed: everybody who waits looks again. */
static void wake_all(struct bridge *b)
{
    bus_publish_all(b->bus, &(struct notice){ .kind = NOTICE_PLAN });
    bus_publish(b->bus, &(struct notice){ .kind = NOTICE_JOBS });
    bus_publish(b->bus, &(struct notice){ .kind = NOTICE_TOKENS });
}

struct look { struct bridge *bridge; struct arena *arena; struct event_moved_list moved; const char *paused; };

static enum err_kind read_moved(struct txn *tx, void *arg, struct err *e)
{
    struct look *l = arg;
    enum err_kind k = store_event_moved(tx, l->bridge->seen, MOVED_MAX, l->arena, &l->moved, e);
    return k == ERR_OK && l->bridge->service->paused ? store_meta_get(tx, "paused", l->arena, &l->paused, e) : k;
}

/* A page of new events; false: there are none. */
static bool look_at_page(struct bridge *b)
{
    auto_arena arena = arena_new(0);
    struct look l = { .bridge = b, .arena = arena };
    struct err e;
    if (!arena || store_read(b->service->store, read_moved, &l, &e) != ERR_OK) return false; /* then the next time */
    for (size_t i = 0; i < l.moved.n; i++) {
        bus_publish(b->bus, &(struct notice){ .kind = NOTICE_PLAN, .plan = l.moved.v[i].plan, .seq = l.moved.v[i].seq });
        b->seen = l.moved.v[i].n;
    }
    if (l.paused && strcmp(l.paused, "1") != 0) bus_publish(b->bus, &(struct notice){ .kind = NOTICE_RESUMED });
    return l.moved.n > 0;
}

static void look_for_untold(struct bridge *b)
{
    for (int i = 0; i < PAGES_MAX && look_at_page(b); i++) continue;
}

static void told_elsewhere(void *arg, const char *text)
{
    struct bridge *b = arg;
    long long plan, seq;
    int kind;
    from_elsewhere = true;
    if (!text) wake_all(b);
    else if (!*text) look_for_untold(b);
    else if (sscanf(text, "%d %lld %lld", &kind, &plan, &seq) == 3 && (kind & ALL_KINDS))
        bus_publish(b->bus, &(struct notice){ .kind = (enum notice_kind)kind, .plan = plan, .seq = seq });
    from_elsewhere = false;
}

static enum err_kind read_newest(struct txn *tx, void *arg, struct err *e)
{
    int64_t first;
    return store_event_bounds(tx, &first, &((struct bridge *)arg)->seen, e);
}

enum err_kind bridge_open(struct service *s, struct bridge **ret, struct err *e)
{
    struct bridge *b;
    enum err_kind k;
    if (!store_shared(s->store)) return ERR_OK;
    if (!(b = calloc(1, sizeof *b))) return err_nomem(e);
    b->service = s;
    b->bus = s->bus;
    k = store_read(s->store, read_newest, b, e);
    if (k == ERR_OK && (k = wire_start(s->store, told_elsewhere, b, &b->wire, e)) == ERR_OK &&
        !(b->subscription = bus_subscribe(s->bus, TOLD_KINDS, 0, told_here, b)))
        k = err_nomem(e);
    if (k == ERR_OK) *ret = b;
    else bridge_close(b);
    return k;
}

void bridge_close(struct bridge *b)
{
    if (!b) return;
    if (b->subscription) bus_unsubscribe(b->bus, b->subscription);
    wire_stop(b->wire);
    free(b);
}
