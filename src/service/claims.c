/* Claims: a phase is worked on by one at a time, under a lease, so that it is free again when somebody falls silent. A
 * lease that has run out is as good as none, whether the janitor has been by or not. */
#include <string.h>
#include "pland/base/id.h"
#include "pland/base/log.h"
#include "service/admin.h"
#include "service/handoff.h"
#include "service/scope.h"
#include "service/view.h"

enum { LEASE_S = 3600, EXPIRE_ROWS = 100 };

const char *claim_holder(struct txn *tx, const struct claim_row *c, struct arena *a)
{
    struct person_row p = { 0 };
    struct err e;
    if (c->holder) return c->holder;
    if (!c->person || store_person_get_n(tx, c->person, a, &p, &e) != ERR_OK) return "somebody";
    return p.name;
}

/* --- the time of a phase ------------------------------------------------------------------------------------------ */
static enum err_kind begin_phase(struct plan_txn *p, const char *phase, const char *reason, struct err *e)
{
    struct progress_row row = { 0 };
    enum err_kind k = store_progress_get(p->tx, p->row.n, phase, p->arena, &row, e);
    if (k != ERR_OK && k != ERR_NOT_FOUND) return k;
    if (k == ERR_NOT_FOUND)
        row = (struct progress_row){.plan = p->row.n, .phase = phase, .at = p->now, .person = p->actor};
    row.status = PROGRESS_STARTED;
    row.done_at = 0;
    if (!row.started_at) row.started_at = p->now;
    if (reason) row.reason = reason;
    return store_progress_put(p->tx, &row, e);
}

enum err_kind claim_end(struct txn *tx, const struct claim_row *c, int64_t at, struct arena *a, struct err *e)
{
    struct progress_row row = { 0 };
    enum err_kind k = store_progress_get(tx, c->plan, c->phase, a, &row, e);
    if (k == ERR_OK) {
        if (at > c->at) row.worked_ms += at - c->at;
        k = store_progress_put(tx, &row, e);
    }
    if (k != ERR_OK && k != ERR_NOT_FOUND) return k;
    return store_claim_delete(tx, c->n, e);
}

/* --- which phase -------------------------------------------------------------------------------------------------- */
struct claiming {
    struct plan_txn p;
    struct call *call;
    struct under_way u;
    size_t index;
    int64_t lease_until;
};

static const struct claim_row *live_claim(const struct claiming *x, size_t i)
{
    const struct claim_row *c = under_way_claim(&x->u, x->u.document.phases.v[i].id);
    return c && c->lease_until > x->p.now ? c : NULL;
}

static void say_until(const struct claiming *x, size_t i, const struct claim_row *c, struct buf *b)
{
    buf_fmt(b, "P%zu is claimed by %.100s until ", i + 1, claim_holder(x->p.tx, c, x->p.arena));
    buf_time(b, c->lease_until);
}

static enum err_kind next_free(struct claiming *x, struct err *e)
{
    auto_buf why = BUF_INIT(900);
    size_t number = 0;
    for (size_t i = 0; i < x->u.document.phases.n; i++) {
        const struct claim_row *c = live_claim(x, i);
        if (under_way_ended(&x->u, x->u.document.phases.v[i].id)) continue;
        if (!c && !under_way_waits_for(&x->u, i, &number)) {
            x->index = i;
            return ERR_OK;
        }
        if (why.n) buf_str(&why, "; ");
        if (c) say_until(x, i, c, &why);
        else buf_fmt(&why, "P%zu waits for P%zu", i + 1, number);
    }
    return err_set(e, ERR_CONFLICT, "no phase is free: %s", buf_cstr(&why));
}

static enum err_kind named(struct claiming *x, const struct claim_request *in, struct err *e)
{
    size_t number = 0;
    const struct phase *first;
    const struct claim_row *c;
    auto_buf why = BUF_INIT(400);
    enum err_kind k = under_way_phase(&x->u, in->phase, "/phase", &x->index, e);
    if (k != ERR_OK) return k;
    if (under_way_ended(&x->u, x->u.document.phases.v[x->index].id))
        return err_at(e, ERR_CONFLICT, "/phase", "P%zu is %s", x->index + 1,
                      under_way_status(&x->u, x->u.document.phases.v[x->index].id));
    if ((c = live_claim(x, x->index))) {
        say_until(x, x->index, c, &why);
        return err_at(e, ERR_CONFLICT, "/phase", "%s", buf_cstr(&why));
    }
    if (!in->reason && (first = under_way_waits_for(&x->u, x->index, &number)))
        return err_at(e, ERR_CONFLICT, "/reason", "P%zu needs P%zu (%.100s), which is not done: say why it comes first",
                      x->index + 1, number, first->title);
    return ERR_OK;
}

/* --- taking and keeping ------------------------------------------------------------------------------------------- */
static enum err_kind tell(struct plan_txn *p, const char *type, const struct claim_row *c, struct err *e)
{
    auto_buf until = BUF_INIT(64);
    buf_time(&until, c->lease_until);
    return plan_txn_event(p, type,
                          json_pairs(p->arena, "claim", c->id, "phase", c->phase, "holder",
                                     claim_holder(p->tx, c, p->arena), "lease_until", buf_cstr(&until), NULL),
                          e);
}

static enum err_kind take(struct claiming *x, const struct claim_request *in, const char **ret_id, struct err *e)
{
    struct plan_txn *p = &x->p;
    enum err_kind k = in->phase ? named(x, in, e) : next_free(x, e);
    if (k != ERR_OK) return k;
    const char *phase = x->u.document.phases.v[x->index].id;
    const struct claim_row *over = under_way_claim(&x->u, phase); /* ran out, and nobody has cleared it away */
    struct id id;
    if (over && (k = claim_end(p->tx, over, over->lease_until, p->arena, e)) != ERR_OK) return k;
    id_new(&id, "clm_", p->service->clock);
    struct claim_row row = {.id = arena_dup(p->arena, id.s),
                            .plan = p->row.n,
                            .phase = phase,
                            .at = p->now,
                            .lease_until = x->lease_until,
                            .person = x->call->caller.person,
                            .token = x->call->caller.token,
                            .holder = in->holder};
    *ret_id = row.id;
    if ((k = begin_phase(p, phase, in->reason, e)) != ERR_OK || (k = store_claim_insert(p->tx, &row, e)) != ERR_OK)
        return k;
    if ((k = plan_txn_audit(p, x->call, "plan.claim", row.id, json_pairs(p->arena, "phase", phase, NULL), e)) != ERR_OK)
        return k;
    return tell(p, "phase.claimed", &row, e);
}

static enum err_kind mine(const struct call *c, const struct claim_row *row, struct err *e)
{
    if (row->person == c->caller.person || c->caller.role >= ROLE_ADMIN) return ERR_OK;
    return err_set(e, ERR_FORBIDDEN, "the claim is somebody else's");
}

static enum err_kind renew(struct claiming *x, const struct claim_request *in, struct err *e)
{
    struct claim_row row = { 0 };
    enum err_kind k = store_claim_get(x->p.tx, x->p.row.n, in->claim, x->p.arena, &row, e);
    if (k == ERR_NOT_FOUND)
        return err_at(e, ERR_CONFLICT, "/claim", "there is no claim %.60s any more: claim the phase again", in->claim);
    if (k != ERR_OK || (k = mine(x->call, &row, e)) != ERR_OK) return k;
    if (in->phase) return err_at(e, ERR_INVALID, "/phase", "a renewal names the claim alone");
    if (!in->lease && x->lease_until < row.lease_until) x->lease_until = row.lease_until; /* it is longer already */
    if ((k = store_claim_renew(x->p.tx, row.n, x->lease_until, e)) != ERR_OK) return k;
    if (x->lease_until < row.lease_until) {
        if ((k = store_token_shorten(x->p.tx, row.id, x->lease_until, e)) != ERR_OK) return k;
        outcome_notice(x->p.out, NOTICE_TOKENS, 0, 0);
    }
    row.lease_until = x->lease_until;
    return tell(&x->p, "phase.claim_renewed", &row, e);
}

/* For whoever works on it: no more than briefs and progress of this plan, and no longer than the lease. A token that is
 * narrowed itself makes no others, and is as good. */
static enum err_kind hand_token(struct claiming *x, const char *claim, struct outcome *out, struct err *e)
{
    struct call *c = x->call;
    const char *secret = NULL;
    struct token_row t = {.name = arena_fmt(c->arena, "claim %s", claim),
                          .role = ROLE_PLANNER,
                          .project = x->p.row.project,
                          .person = c->caller.person,
                          .expires_at = x->lease_until,
                          .plan = x->p.row.id,
                          .claim = claim,
                          .verbs = "briefs claim claims progress"};
    enum err_kind k;
    if (c->caller.plan[0]) return ERR_OK;
    if (!t.name) return err_nomem(e);
    if ((k = token_issue(x->p.tx, c, &t, &secret, e)) != ERR_OK) return k;
    out->once = arena_fmt(c->arena, "\"token\":\"%s\"", secret);
    return arena_check(c->arena, e);
}

enum err_kind service_plan_claim(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    static const struct claim_request none = { 0 };
    const struct claim_request *in = c->in ? c->in : &none;
    struct claiming x = {.call = c};
    const char *id = in->claim;
    int64_t lease = in->lease ? in->lease : LEASE_S;
    enum err_kind k = plan_txn_begin(&x.p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_verb(&x.p, VERB_CLAIM, e)) != ERR_OK) return k;
    if ((k = under_way_read(tx, &x.p.row, 0, c->arena, &x.u, e)) != ERR_OK) return k;
    x.lease_until = x.p.now + lease * 1000;
    k = in->claim ? renew(&x, in, e) : take(&x, in, &id, e);
    if (k == ERR_OK && in->token) k = hand_token(&x, id, out, e);
    if (k != ERR_OK) return k;
    (void)snprintf(out->href, sizeof out->href, "/plans/%s/claims/%s", x.p.row.id, id);
    return plan_txn_end(&x.p, in->claim ? 200 : 201, e);
}

/* Whoever worked with one does so no more. */
static enum err_kind revoke_tokens(const struct plan_txn *p, const struct call *c, const char *claim, struct err *e)
{
    struct token_list l = { 0 };
    enum err_kind k = store_token_of_claim(p->tx, claim, p->arena, &l, e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        k = store_token_revoke(p->tx, l.v[i].n, p->now, e);
        if (k == ERR_OK) k = audit_note(p->tx, c, l.v[i].project, "token.revoke", l.v[i].id, e);
    }
    if (l.n) outcome_notice(p->out, NOTICE_TOKENS, 0, 0);
    return k;
}

enum err_kind service_claim_release(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct claim_row row = { 0 };
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = store_claim_get(tx, p.row.n, c->sub, c->arena, &row, e)) != ERR_OK ||
        (k = mine(c, &row, e)) != ERR_OK)
        return k;
    if ((k = claim_end(tx, &row, p.now < row.lease_until ? p.now : row.lease_until, c->arena, e)) != ERR_OK ||
        (k = revoke_tokens(&p, c, row.id, e)) != ERR_OK)
        return k;
    if ((k = tell(&p, "phase.claim_released", &row, e)) != ERR_OK || (k = plan_txn_end(&p, 204, e)) != ERR_OK) return k;
    out->href[0] = '\0';
    return ERR_OK;
}

/* --- leases that run out ------------------------------------------------------------------------------------------ */
struct expiring {
    struct service *service;
    struct arena *arena;
    struct outcome out;
    size_t gone;
};

static enum err_kind expire_one(struct txn *tx, struct expiring *x, const struct claim_row *c, struct err *e)
{
    struct plan_txn p = {
        .tx = tx, .service = x->service, .arena = x->arena, .now = clock_now(x->service->clock), .out = &x->out};
    enum err_kind k = store_plan_get_n(tx, c->plan, x->arena, &p.row, e);
    if (k != ERR_OK || (k = claim_end(tx, c, c->lease_until, x->arena, e)) != ERR_OK) return k;
    if ((k = tell(&p, "phase.claim_expired", c, e)) != ERR_OK) return k;
    return plan_txn_end(&p, 200, e);
}

static enum err_kind expire(struct txn *tx, void *arg, struct err *e)
{
    struct expiring *x = arg;
    struct claim_list over = { 0 };
    enum err_kind k = store_claims_over(tx, clock_now(x->service->clock), EXPIRE_ROWS, x->arena, &over, e);
    memset(&x->out, 0, sizeof x->out);
    for (size_t i = 0; k == ERR_OK && i < over.n; i++) k = expire_one(tx, x, &over.v[i], e);
    x->gone = over.n;
    return k;
}

static enum err_kind look(struct txn *tx, void *arg, struct err *e)
{
    struct expiring *x = arg;
    struct claim_list over = { 0 };
    enum err_kind k = store_claims_over(tx, clock_now(x->service->clock), 1, x->arena, &over, e);
    x->gone = over.n;
    return k;
}

enum err_kind claims_expire(struct service *s, struct err *e)
{
    auto_arena a = arena_new(0);
    struct expiring x = {.service = s, .arena = a};
    enum err_kind k = a ? store_read(s->store, look, &x, e) : err_nomem(e);
    if (k != ERR_OK || !x.gone) return k; /* nearly always: nothing is written */
    if ((k = store_exec(s->store, expire, &x, e)) != ERR_OK) return k;
    for (size_t i = 0; i < x.out.n_notices; i++) bus_publish(s->bus, &x.out.notices[i]);
    log_info("claims of phases ran out", LOG_I("claims", (int64_t)x.gone));
    return ERR_OK;
}

/* --- views -------------------------------------------------------------------------------------------------------- */
static void claim_json(struct txn *tx, struct call *c, const struct plan_row *p, const struct under_way *u,
                       const struct claim_row *row, struct buf *b)
{
    buf_char(b, '{');
    view_text(b, "id", row->id);
    view_text(b, "phase", row->phase);
    for (size_t i = 0; i < u->document.phases.n; i++) {
        if (strcmp(u->document.phases.v[i].id, row->phase) != 0) continue;
        buf_key(b, "number");
        buf_fmt(b, "\"P%zu\"", i + 1);
        view_text(b, "title", u->document.phases.v[i].title);
    }
    view_text(b, "holder", claim_holder(tx, row, c->arena));
    view_text(b, "person", scope_person(tx, row->person, c->arena));
    view_time(b, "at", row->at);
    view_time(b, "lease_until", row->lease_until);
    buf_key(b, "brief");
    buf_fmt(b, "\"%s/plans/%s/briefs/%s\"", c->service->public_url, p->id, row->phase);
    buf_char(b, '}');
}

static enum err_kind load(struct txn *tx, struct read *r, struct plan_row *p, struct under_way *u, struct err *e)
{
    enum err_kind k = store_plan_get(tx, r->call->id, r->call->caller.project, r->call->arena, p, e);
    if (k != ERR_OK || !p->revision) return k;
    return under_way_read(tx, p, 0, r->call->arena, u, e);
}

static enum err_kind read_claim(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_row p = { 0 };
    struct under_way u = { 0 };
    struct claim_row row = { 0 };
    enum err_kind k = load(tx, r, &p, &u, e);
    if (k != ERR_OK || (k = store_claim_get(tx, p.n, r->call->sub, r->call->arena, &row, e)) != ERR_OK) return k;
    claim_json(tx, r->call, &p, &u, &row, r->view->body);
    return ERR_OK;
}

static enum err_kind read_claims(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct plan_row p = { 0 };
    struct under_way u = { 0 };
    enum err_kind k = load(tx, r, &p, &u, e);
    if (k != ERR_OK) return k;
    buf_str(r->view->body, "{\"claims\":[");
    for (size_t i = 0; i < u.claims.n; i++) {
        if (u.claims.v[i].lease_until <= clock_now(r->call->service->clock)) continue;
        buf_comma(r->view->body);
        claim_json(tx, r->call, &p, &u, &u.claims.v[i], r->view->body);
    }
    buf_str(r->view->body, "]}");
    return ERR_OK;
}

enum err_kind view_claim(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_claim, e);
}
enum err_kind view_claims(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_claims, e);
}
