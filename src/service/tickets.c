/* What tracker/ does with a ticket: each in one transaction with the plan that it is about. */
#include "service/tickets.h"

#include <string.h>
#include "pland/base/id.h"
#include "pland/service/sources.h"
#include "pland/store/documents.h"

enum { WORKING_PAUSE_MS = 1500, PLANS_PER_HOUR = 60, HOUR_MS = 3600000 };

/* --- telling ------------------------------------------------------------------------------------------------------ */
enum err_kind ticket_wake(struct txn *tx, int64_t ticket, int64_t run_at, struct outcome *out, struct err *e)
{
    char subject[24];
    struct job j = { .kind = JOB_TICKET, .state = JOB_QUEUED, .priority = 3, .run_at = run_at, .subject = subject };
    enum err_kind k;
    (void)snprintf(subject, sizeof subject, "%lld", (long long)ticket);
    k = store_job_insert(tx, &j, e);
    if (k == ERR_CONFLICT) k = store_job_sooner(tx, JOB_TICKET, subject, run_at, e);
    if (k == ERR_OK) outcome_notice(out, NOTICE_JOBS, 0, 0);
    return k;
}

enum err_kind tickets_tell(struct plan_txn *p, struct err *e)
{
    struct ticket_list l = { 0 };
    bool working = plan_activity((enum plan_state)p->row.state) == ACTIVITY_WORKING;
    enum err_kind k = store_ticket_of_plan(p->tx, p->row.n, p->arena, &l, e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++)
        k = ticket_wake(p->tx, l.v[i].n, p->now + (working ? WORKING_PAUSE_MS : 0), p->out, e);
    return k;
}

/* --- what is known ------------------------------------------------------------------------------------------------ */
static bool ended(const struct plan_row *p)
{
    return plan_activity((enum plan_state)p->state) == ACTIVITY_ENDED && p->state != PLAN_FAILED;
}

static enum err_kind known(struct txn *tx, const struct source_row *source, const char *ticket, struct arena *a,
                           struct ticket_known *ret, struct err *e)
{
    enum err_kind k = store_ticket_find(tx, source->n, ticket, a, &ret->row, e);
    if (k == ERR_NOT_FOUND) return ERR_OK;
    if (k != ERR_OK) return k;
    ret->found = true;
    if (!ret->row.plan) return ERR_OK;
    k = store_plan_get_n(tx, ret->row.plan, a, &ret->plan, e);
    if (k == ERR_NOT_FOUND || k == ERR_GONE || (k == ERR_OK && ended(&ret->plan))) {
        ret->plan = (struct plan_row){ 0 };
        return ERR_OK;
    }
    return k;
}

struct look {
    const struct source_row *source;
    const char *ticket;
    struct arena *arena;
    struct ticket_known *ret;
};

static enum err_kind look(struct txn *tx, void *arg, struct err *e)
{
    const struct look *l = arg;
    *l->ret = (struct ticket_known){ .found = false };
    return known(tx, l->source, l->ticket, l->arena, l->ret, e);
}

enum err_kind service_ticket_known(struct service *s, const struct source_row *source, const char *ticket,
                                   struct arena *a, struct ticket_known *ret, struct err *e)
{
    return store_read(s->store, look, &(struct look){ source, ticket, a, ret }, e);
}

/* Takes over what is newer; the row is there afterwards. */
static enum err_kind keep(struct txn *tx, struct call *c, const struct ticket_action *in, struct ticket_known *t,
                          struct err *e)
{
    enum err_kind k = known(tx, in->source, in->ticket, c->arena, t, e);
    if (k != ERR_OK) return k;
    if (t->found && in->updated_at && in->updated_at < t->row.updated_at)
        return err_set(e, ERR_CONFLICT, "something newer is known of %.100s", in->ticket);
    t->row.source = in->source->n;
    t->row.ticket = in->ticket;
    if (in->state) t->row.state = in->state;
    if (in->updated_at) t->row.updated_at = in->updated_at;
    if (t->found) return store_ticket_update(tx, &t->row, e);
    return store_ticket_insert(tx, &t->row, e);
}

enum err_kind service_ticket_note(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct ticket_known t = { .found = false };
    enum err_kind k = keep(tx, c, c->in, &t, e);
    out->status = 204;
    return k == ERR_OK && t.plan.n ? ticket_wake(tx, t.row.n, clock_now(c->service->clock), out, e) : k;
}

/* --- making a plan ------------------------------------------------------------------------------------------------ */
static enum err_kind limit(struct txn *tx, const struct ticket_action *in, int64_t now, struct err *e)
{
    int64_t made = 0, most = in->plans_per_hour ? in->plans_per_hour : PLANS_PER_HOUR;
    enum err_kind k = store_ticket_made(tx, in->source->n, now - HOUR_MS, &made, e);
    if (k != ERR_OK || made < most) return k;
    return err_set(e, ERR_RATE, "%s makes %lld plans an hour at most", in->source->name, (long long)most);
}

enum err_kind service_ticket_plan(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct ticket_action *in = c->in;
    int64_t now = clock_now(c->service->clock);
    struct ticket_known t = { .found = false };
    struct call inner = *c;
    const char *slash;
    enum err_kind k = keep(tx, c, in, &t, e);
    if (k != ERR_OK) return k;
    if (t.plan.n) {
        out->status = 200;
        (void)snprintf(out->href, sizeof out->href, "/plans/%s", t.plan.id);
        return ERR_OK;
    }
    inner.in = in->plan;
    if ((k = limit(tx, in, now, e)) != ERR_OK || (k = service_plan_create(tx, &inner, out, e)) != ERR_OK) return k;
    slash = strrchr(out->href, '/');
    if ((k = store_plan_get(tx, slash ? slash + 1 : "", 0, c->arena, &t.plan, e)) != ERR_OK) return k;
    t.row.plan = t.plan.n;
    t.row.made_at = now;
    t.row.based_on = in->based_on;
    t.row.comment = t.row.shown = NULL; /* another plan, another comment */
    if ((k = store_ticket_update(tx, &t.row, e)) != ERR_OK) return k;
    return ticket_wake(tx, t.row.n, now, out, e);
}

/* --- acting on it ------------------------------------------------------------------------------------------------- */
static enum err_kind person_named(struct txn *tx, struct call *c, const char *name, int64_t *ret, struct err *e)
{
    struct person_row p = { 0 };
    struct id id;
    enum err_kind k = store_person_by_name(tx, name, c->arena, &p, e);
    if (k == ERR_NOT_FOUND) {
        id_new(&id, "per_", c->service->clock);
        p = (struct person_row){ .id = id.s, .name = name, .created_at = clock_now(c->service->clock) };
        k = store_person_insert(tx, &p, e);
    }
    *ret = p.n;
    return k;
}

static enum err_kind reply(struct txn *tx, struct call *c, const struct ticket_action *in, int64_t ticket,
                           struct outcome *out, struct err *e)
{
    struct reply_row r = { .ticket = ticket, .topic = in->topic, .body = in->reply };
    enum err_kind k = store_reply_insert(tx, &r, e);
    if (k != ERR_OK || !in->reply) return k;
    return ticket_wake(tx, ticket, clock_now(c->service->clock), out, e);
}

/* Approving wants the ETag of what was read: that is the revision named, when it is still the newest. */
static enum err_kind read_revision(struct txn *tx, struct call *c, int64_t plan, int64_t number, struct err *e)
{
    struct revision_row head = { 0 };
    char *etag = arena_alloc(c->arena, 80);
    enum err_kind k = store_revision_get(tx, plan, 0, false, c->arena, &head, e);
    if (k != ERR_OK) return k;
    if (!etag) return err_nomem(e);
    if (head.number != number)
        return err_set(e, ERR_PRECONDITION, "the newest revision is r%lld: read it first", (long long)head.number);
    revision_etag(&head, NULL, NULL, etag);
    c->if_match = etag;
    return ERR_OK;
}

enum err_kind service_ticket_act(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct ticket_action *in = c->in;
    struct ticket_known t = { .found = false };
    struct call inner = *c;
    enum err_kind k = known(tx, in->source, in->ticket, c->arena, &t, e);
    if (k != ERR_OK) return k;
    if (!t.plan.n) return err_set(e, ERR_NOT_FOUND, "there is no plan for this ticket");
    if (in->based_on && t.row.based_on && strcmp(in->based_on, t.row.based_on) == 0)
        return err_set(e, ERR_REUSED_KEY, "the plan rests on this text already"); /* somebody was faster */
    if (in->topic && (k = reply(tx, c, in, t.row.n, out, e)) == ERR_CONFLICT)
        return err_set(e, ERR_REUSED_KEY, "%.100s was dealt with before", in->topic);
    if (k != ERR_OK) return k;
    if (in->words && (k = ticket_words_limit(tx, c, t.plan.n, e)) != ERR_OK) return k;
    if (in->person && (k = person_named(tx, c, in->person, &inner.caller.person, e)) != ERR_OK) return k;
    if (in->approves && (k = read_revision(tx, &inner, t.plan.n, in->approves, e)) != ERR_OK) return k;
    inner.in = in->in;
    inner.id = t.plan.id;
    if (in->confirms && (k = ticket_proposal(tx, t.row.n, in->confirms, c->arena, &inner.sub, e)) != ERR_OK) return k;
    if ((k = in->run(tx, &inner, out, e)) != ERR_OK) return k;
    if (in->words) return tickets_owe(tx, c, t.row.n, t.plan.n, out, e);
    if (!in->based_on) return ERR_OK;
    t.row.based_on = in->based_on;
    return store_ticket_update(tx, &t.row, e);
}

enum err_kind service_ticket_reply(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct ticket_action *in = c->in;
    struct ticket_known t = { .found = false };
    enum err_kind k = keep(tx, c, in, &t, e);
    if (k == ERR_OK) k = reply(tx, c, in, t.row.n, out, e);
    out->status = 204;
    return k == ERR_CONFLICT ? ERR_OK : k;
}
