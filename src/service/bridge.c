/* Notices cross as "kind plan seq". What came over the wire is not sent back. */
#include "service/bridge.h"

#include <stdio.h>
#include <stdlib.h>

#include "pland/store/wire.h"

#define ALL_KINDS (NOTICE_PLAN | NOTICE_JOBS | NOTICE_VOID | NOTICE_TOKENS | NOTICE_RESUMED)

struct bridge {
    struct bus *bus;
    struct wire *wire;
    uint64_t subscription;
};

static _Thread_local bool from_elsewhere;

static void told_here(void *arg, const struct notice *n)
{
    struct bridge *b = arg;
    char text[WIRE_TEXT];
    if (from_elsewhere) return;
    (void)snprintf(text, sizeof text, "%d %lld %lld", (int)n->kind, (long long)n->plan, (long long)n->seq);
    wire_tell(b->wire, text);
}

/* Something may have been missed: everybody who waits looks again. */
static void wake_all(struct bridge *b)
{
    bus_publish_all(b->bus, &(struct notice){ .kind = NOTICE_PLAN });
    bus_publish(b->bus, &(struct notice){ .kind = NOTICE_JOBS });
    bus_publish(b->bus, &(struct notice){ .kind = NOTICE_TOKENS });
}

static void told_elsewhere(void *arg, const char *text)
{
    struct bridge *b = arg;
    long long plan, seq;
    int kind;
    from_elsewhere = true;
    if (!text) wake_all(b);
    else if (sscanf(text, "%d %lld %lld", &kind, &plan, &seq) == 3 && (kind & ALL_KINDS))
        bus_publish(b->bus, &(struct notice){ .kind = (enum notice_kind)kind, .plan = plan, .seq = seq });
    from_elsewhere = false;
}

enum err_kind bridge_open(struct service *s, struct bridge **ret, struct err *e)
{
    struct bridge *b;
    enum err_kind k;
    if (!store_shared(s->store)) return ERR_OK;
    if (!(b = calloc(1, sizeof *b))) return err_nomem(e);
    b->bus = s->bus;
    if ((k = wire_start(s->store, told_elsewhere, b, &b->wire, e)) == ERR_OK &&
        !(b->subscription = bus_subscribe(s->bus, ALL_KINDS, 0, told_here, b)))
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
