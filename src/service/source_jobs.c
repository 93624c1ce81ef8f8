/* Jobs that call a source's API: whose they are, and how they end. */
#include <stdlib.h>
#include <string.h>
#include "pland/service/inbound.h"

struct whose {
    const struct job *job;
    struct arena *arena;
    struct source_row *source;
};

static enum err_kind find_source(struct txn *tx, void *arg, struct err *e)
{
    struct whose *w = arg;
    const char *subject = w->job->subject ? w->job->subject : "";
    struct ticket_row ticket = { 0 };
    struct inbound_row inbound = { 0 };
    enum err_kind k;
    if (w->job->kind == JOB_POLL) return store_source_get(tx, 0, subject, w->arena, w->source, e);
    if (w->job->kind == JOB_TICKET) k = store_ticket_get_n(tx, strtoll(subject, NULL, 10), w->arena, &ticket, e);
    else k = store_inbound_get(tx, strtoll(subject, NULL, 10), w->arena, &inbound, e);
    if (k != ERR_OK) return k;
    return store_source_get_n(tx, ticket.n ? ticket.source : inbound.source, w->arena, w->source, e);
}

enum err_kind service_job_source(struct service *s, const struct job *j, struct arena *a, struct source_row *ret,
                                 struct err *e)
{
    return store_read(s->store, find_source, &(struct whose){ .job = j, .arena = a, .source = ret }, e);
}

/* --- how an attempt ends ------------------------------------------------------------------------------------------ */
bool source_called_alike(const struct source_row *a, const struct source_row *b)
{
    return a->n_credential == b->n_credential &&
           (!a->n_credential || memcmp(a->credential, b->credential, a->n_credential) == 0) &&
           strcmp(a->settings ? a->settings : "", b->settings ? b->settings : "") == 0;
}

struct ending {
    const struct source_attempt *attempt;
    int64_t now;
};

/* Whoever changes a source makes what waits for it due at once; what is under way then finds here that it was changed.
 * Both look and write in one transaction, so neither misses the other. */
static enum err_kind end(struct txn *tx, void *arg, struct err *e)
{
    const struct ending *x = arg;
    const struct source_attempt *t = x->attempt;
    const struct job *j = t->job;
    auto_arena a = arena_new(0);
    struct source_row now = { 0 };
    enum err_kind k = a ? store_source_get_n(tx, t->was->n, a, &now, e) : err_nomem(e);
    if (k == ERR_NOT_FOUND) return store_job_finish(tx, j->n, t->node, JOB_DONE, NULL, e);
    if (k != ERR_OK) return k;
    if (!source_called_alike(&now, t->was)) {
        k = store_job_retry(tx, j->n, t->node, x->now, false, NULL, e);
        return k == ERR_OK ? store_source_hasten(tx, now.n, x->now, e) : k;
    }
    if (t->failed) {
        now.error = t->failed;
        if ((k = store_source_update(tx, &now, e)) != ERR_OK) return k;
    }
    if (!t->run_at) return store_job_finish(tx, j->n, t->node, JOB_DONE, NULL, e);
    return store_job_retry(tx, j->n, t->node, t->run_at, true, t->why, e);
}

enum err_kind service_source_attempted(struct service *s, const struct source_attempt *t, struct err *e)
{
    struct ending x = { .attempt = t, .now = clock_now(s->clock) };
    enum err_kind k = store_exec(s->store, end, &x, e);
    if (k == ERR_OK) bus_publish(s->bus, &(struct notice){ .kind = NOTICE_JOBS });
    return k;
}
