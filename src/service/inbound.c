/* What sources have sent, and deliveries that go out: as tracker/ needs them. */
#include "pland/service/inbound.h"

#include <stdlib.h>
#include <string.h>
#include "pland/store/jobs.h"
#include "service/plan_txn.h"

enum { MINUTE_MS = 60000, DELIVERIES_PER_MINUTE = 600 };

enum err_kind inbound_job(struct txn *tx, const struct inbound_row *r, struct outcome *out, struct err *e)
{
    char subject[24];
    struct job j = { .kind = JOB_INBOUND, .state = JOB_QUEUED, .priority = 2, .run_at = r->at, .subject = subject };
    (void)snprintf(subject, sizeof subject, "%lld", (long long)r->n);
    outcome_notice(out, NOTICE_JOBS, 0, 0);
    return store_job_insert(tx, &j, e);
}

/* The signature was verified; the body waits in the store for a worker. A delivery seen before is fine and done. */
enum err_kind service_inbound_take(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct inbound_request *in = c->prepared;
    struct inbound_row r = { .source = in->source, .at = clock_now(c->service->clock), .delivery = in->delivery,
        .event = in->event, .body = arena_dup_n(c->arena, c->body, c->n_body) };
    struct sha256_hex hex;
    int64_t lately = 0;
    enum err_kind k;
    out->status = 202;
    if (!r.body) return err_nomem(e);
    if (in->unsigned_id) {
        hex = hash_hex(c->body, c->n_body);
        r.digest = hex.s;
    }
    if ((k = store_inbound_count(tx, in->source, r.at - MINUTE_MS, &lately, e)) != ERR_OK) return k;
    if (lately >= DELIVERIES_PER_MINUTE)
        return err_set(e, ERR_RATE, "this source may send %d webhooks a minute", DELIVERIES_PER_MINUTE);
    k = store_inbound_insert(tx, &r, e);
    if (k == ERR_CONFLICT) return ERR_OK;
    return k == ERR_OK ? inbound_job(tx, &r, out, e) : k;
}

/* --- for tracker/ ------------------------------------------------------------------------------------------------- */
struct find {
    const char *id;
    int64_t n;
    struct arena *arena;
    struct source_row *source;
    struct inbound_row *inbound;
};

static enum err_kind find_source(struct txn *tx, void *arg, struct err *e)
{
    struct find *f = arg;
    return store_source_get(tx, 0, f->id, f->arena, f->source, e);
}

enum err_kind service_source_find(struct service *s, const char *id, struct arena *a, struct source_row *ret,
                                  struct err *e)
{
    return store_read(s->store, find_source, &(struct find){ .id = id, .arena = a, .source = ret }, e);
}

static enum err_kind find_inbound(struct txn *tx, void *arg, struct err *e)
{
    struct find *f = arg;
    enum err_kind k = store_inbound_get(tx, f->n, f->arena, f->inbound, e);
    return k == ERR_OK ? store_source_get_n(tx, f->inbound->source, f->arena, f->source, e) : k;
}

enum err_kind service_inbound_find(struct service *s, int64_t n, struct arena *a, struct inbound_row *ret,
                                   struct source_row *ret_source, struct err *e)
{
    return store_read(s->store, find_inbound, &(struct find){ .n = n, .arena = a, .inbound = ret,
        .source = ret_source }, e);
}

struct settle { int64_t n; const char *outcome; };

static enum err_kind settle(struct txn *tx, void *arg, struct err *e)
{
    const struct settle *s = arg;
    return store_inbound_done(tx, s->n, s->outcome, e);
}

enum err_kind service_inbound_settle(struct service *s, int64_t n, const char *outcome, struct err *e)
{
    return store_exec(s->store, settle, &(struct settle){ n, outcome }, e);
}
