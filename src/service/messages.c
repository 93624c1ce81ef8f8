/* POST …/messages: what people write in their own words becomes the verbs that it says. What is in one of the written
 * forms is done at once; what can be read in more than one way is shown first, and done when somebody confirms it. */
#include "service/messages.h"

#include <string.h>
#include "pland/base/id.h"
#include "pland/plan/message.h"
#include "pland/store/documents.h"
#include "pland/store/messages.h"
#include "service/parts.h"
#include "service/tickets.h"

/* --- what a message may refer to ---------------------------------------------------------------------------------- */
static enum err_kind talk_of(struct plan_txn *p, struct message_plan *ret, struct err *e)
{
    struct understanding *u = arena_alloc(p->arena, sizeof *u);
    struct options *o = arena_alloc(p->arena, sizeof *o);
    struct document *d = arena_alloc(p->arena, sizeof *d);
    struct revision_row head = { 0 };
    bool found = false;
    enum err_kind k = arena_check(p->arena, e);
    *ret = (struct message_plan){ .state = (enum plan_state)p->row.state, .revision = p->row.revision };
    if (k != ERR_OK) return k;
    if ((k = part_read(p->tx, p->row.n, "understanding", &understanding_record, u, p->arena, &found, e)) != ERR_OK)
        return k;
    if (found) ret->understanding = u;
    if ((k = part_read(p->tx, p->row.n, "options", &options_record, o, p->arena, &found, e)) != ERR_OK) return k;
    if (found) ret->options = o;
    if (!p->row.revision) return ERR_OK;
    if ((k = store_revision_get(p->tx, p->row.n, 0, true, p->arena, &head, e)) != ERR_OK ||
        (k = revision_document(&head, p->row.created_at, p->arena, d, e)) != ERR_OK)
        return k;
    ret->head = d;
    return ERR_OK;
}

/* What was not said is left out of what is kept and shown. */
static enum err_kind keep_reading(struct plan_txn *p, const struct message *m, struct message_row *r, struct err *e)
{
    auto_buf b = BUF_INIT(1 << 20);
    struct message shown = *m;
    size_t size = (m->actions.n + 1) * sizeof *shown.actions.v;
    enum err_kind k;
    if (!(shown.actions.v = arena_alloc(p->arena, size))) return err_nomem(e);
    for (size_t i = 0; i < m->actions.n; i++) {
        shown.actions.v[i] = m->actions.v[i];
        if (shown.actions.v[i].usd < 0) shown.actions.v[i].usd = 0;
        if (shown.actions.v[i].tokens < 0) shown.actions.v[i].tokens = 0;
    }
    record_encode(&message_record, &shown, &b);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    r->understood = arena_dup_n(p->arena, buf_cstr(&b), b.n);
    r->why = m->doubt;
    r->plan_state = p->row.state;
    r->revision = p->row.revision;
    return arena_check(p->arena, e);
}

/* --- doing it: each kind of action is the use case of its own route ------------------------------------------------ */
struct doing {
    struct txn *tx;
    struct call *call; /* in the name of who wrote it */
    int64_t plan;
    struct arena *arena;
    const struct message *m;
    struct outcome *out;
};

static enum err_kind run(struct doing *x, usecase_fn *fn, const void *in, struct err *e)
{
    x->call->in = in;
    x->out->href[0] = '\0';
    return fn(x->tx, x->call, x->out, e);
}

static enum err_kind do_answers(struct doing *x, struct err *e)
{
    struct answers_request *in = arena_alloc(x->arena, sizeof *in);
    for (size_t i = 0; in && i < x->m->actions.n; i++) {
        const struct message_action *t = &x->m->actions.v[i];
        struct answer *answer = t->kind == MESSAGE_ANSWER ? arena_push(x->arena, &in->answers, sizeof *answer) : NULL;
        const char **text = t->kind == MESSAGE_CORRECT ? arena_push(x->arena, &in->corrections, sizeof *text) : NULL;
        if (t->kind == MESSAGE_DEFAULTS) in->accept_defaults = true;
        if (answer) *answer = (struct answer){ t->question, t->text };
        if (text) *text = t->text;
    }
    return in ? run(x, service_plan_answers, in, e) : err_nomem(e);
}

static enum err_kind do_choice(struct doing *x, struct err *e)
{
    const struct message_action *t = &x->m->actions.v[0];
    struct choice_request in = { 0 };
    if (t->kind == MESSAGE_CHOOSE) in = (struct choice_request){ .option = t->option, .reason = t->text };
    if (t->kind == MESSAGE_MORE) in.more = t->text;
    if (t->kind == MESSAGE_OWN)
        in = (struct choice_request){ .own = t->text, .reason = t->reason ? t->reason : "Said without a reason." };
    return run(x, service_plan_choice, &in, e);
}

static enum err_kind do_refine(struct doing *x, struct err *e)
{
    enum err_kind k = ERR_OK;
    for (size_t i = 0; k == ERR_OK && i < x->m->actions.n; i++) {
        const struct message_action *t = &x->m->actions.v[i];
        struct refine_request in = { .instruction = t->text };
        in.sections.v = t->sections.v;
        in.sections.n = t->sections.n;
        k = run(x, service_plan_refine, &in, e);
    }
    return k;
}

static enum err_kind do_ticket(struct doing *x, struct err *e)
{
    const struct message_action *t = &x->m->actions.v[0];
    const struct ticket_request in = { .ticket = { .title = t->option, .body = t->text } };
    return run(x, service_plan_ticket, &in, e);
}

/* "approve r3" names the very revision, as an ETag would; what it says never changes. */
static enum err_kind do_approve(struct doing *x, struct err *e)
{
    const struct approval_request in = { .revision = x->m->actions.v[0].revision };
    struct revision_row named = { 0 };
    char etag[80];
    enum err_kind k;
    if (x->call->caller.role < ROLE_APPROVER)
        return err_set(e, ERR_FORBIDDEN, "an approval needs the role %s", role_names[ROLE_APPROVER]);
    if ((k = store_revision_get(x->tx, x->plan, in.revision, false, x->arena, &named, e)) != ERR_OK) return k;
    revision_etag(&named, NULL, NULL, etag);
    x->call->if_match = etag;
    return run(x, service_plan_approve, &in, e);
}

static enum err_kind do_reject(struct doing *x, struct err *e)
{
    return run(x, service_plan_reject, &(struct reason_request){ .reason = x->m->actions.v[0].text }, e);
}

static enum err_kind do_budget(struct doing *x, struct err *e)
{
    struct budget b = { .usd = x->m->actions.v[0].usd, .tokens = x->m->actions.v[0].tokens };
    struct plan_patch in;
    plan_patch_init(&in);
    in.budget = &b;
    return run(x, service_plan_patch, &in, e);
}

static enum err_kind (*const doers[PLAN_VERB_N_])(struct doing *x, struct err *e) = {
    [VERB_ANSWERS] = do_answers, [VERB_CHOICE] = do_choice, [VERB_REFINE] = do_refine, [VERB_TICKET] = do_ticket,
    [VERB_APPROVE] = do_approve, [VERB_REJECT] = do_reject, [VERB_BUDGET] = do_budget,
};

/* Carries out the actions; the plan's row is read again afterwards, as they have written it. */
static enum err_kind carry_out(struct plan_txn *p, struct call *c, const struct message *m, struct message_row *r,
                               struct err *e)
{
    struct call inner = *c;
    struct doing x = { .tx = p->tx, .call = &inner, .plan = p->row.n, .arena = p->arena, .m = m, .out = p->out };
    enum plan_verb verb = message_verb(m);
    enum err_kind k;
    inner.id = p->row.id;
    inner.sub = NULL;
    if (!doers[verb]) return err_set(e, ERR_INTERNAL, "no message says %s", plan_verb_names[verb]);
    if ((k = doers[verb](&x, e)) == ERR_INVALID) (void)snprintf(e->at, sizeof e->at, "/text"); /* nothing else was sent */
    if (k != ERR_OK) return k;
    r->state = MESSAGE_STATE_DONE;
    r->done_at = p->now;
    return store_plan_get_n(p->tx, p->row.n, p->arena, &p->row, e);
}

static enum err_kind tell(struct plan_txn *p, const struct message_row *r, const char *restatement, struct err *e)
{
    return plan_txn_event(p, "plan.message",
                          json_pairs(p->arena, "message", r->id, "state", message_state_names[r->state], "understood",
                                     restatement && strlen(restatement) < 500 ? restatement : NULL, NULL),
                          e);
}

static enum err_kind show(struct plan_txn *p, const struct message_row *r, int status, struct err *e)
{
    (void)snprintf(p->out->href, sizeof p->out->href, "/plans/%s/messages/%s", p->row.id, r->id);
    return plan_txn_end(p, status, e);
}

/* --- the routes --------------------------------------------------------------------------------------------------- */
static bool has_model(const struct plan_txn *p) { return strcmp(p->row.provider, "offline") != 0; }

/* An approval that is said may need the owners of the files, as the other has. */
enum err_kind prepare_message(struct call *c, struct err *e)
{
    const struct message_request *in = c->in;
    return message_approves(in->text) ? prepare_approval(c, e) : ERR_OK;
}

enum err_kind service_message_take(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct message_request *in = c->in;
    struct message_plan talk;
    struct message m = { 0 };
    struct plan_txn p;
    struct id id;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK) return k;
    if (!plan_allows((enum plan_state)p.row.state, VERB_MESSAGE)) return plan_txn_verb(&p, VERB_MESSAGE, e);
    if ((k = talk_of(&p, &talk, e)) != ERR_OK) return k;
    if ((k = message_parse(in->text, &talk, c->arena, &m, e)) != ERR_OK) return plan_txn_newer(&p, e);
    id_new(&id, "msg_", c->service->clock);
    struct message_row r = { .plan = p.row.n, .id = arena_dup(c->arena, id.s), .at = p.now, .author = c->caller.person,
        .role = c->caller.role, .text = in->text, .state = MESSAGE_STATE_UNCLEAR };
    if ((k = keep_reading(&p, &m, &r, e)) != ERR_OK) return k;
    if (m.actions.n && m.ambiguous) r.state = MESSAGE_STATE_PROPOSED;
    else if (m.actions.n) k = carry_out(&p, c, &m, &r, e);
    else if (has_model(&p)) r.state = MESSAGE_STATE_READING;
    if (k != ERR_OK) return plan_txn_newer(&p, e);
    if ((k = store_message_insert(tx, &r, e)) != ERR_OK || (k = tell(&p, &r, m.restatement, e)) != ERR_OK) return k;
    if (r.state == MESSAGE_STATE_READING && (k = plan_txn_job(&p, JOB_MESSAGE, r.id, e)) != ERR_OK) return k;
    return show(&p, &r, r.state == MESSAGE_STATE_READING ? 202 : 201, e);
}

/* The actions of a message that was shown: what a form says is read again, so that nothing is lost on the way. */
static enum err_kind understood(struct plan_txn *p, const struct message_row *r, struct message *ret, struct err *e)
{
    struct message_plan talk;
    enum err_kind k = talk_of(p, &talk, e);
    if (k != ERR_OK) return k;
    if (!r->spoken) return message_parse(r->text, &talk, p->arena, ret, e);
    if ((k = record_parse(&message_record, r->understood, strlen(r->understood), ret, p->arena, e)) != ERR_OK)
        return err_wrap(e, "stored message"), e->kind = ERR_INTERNAL;
    for (size_t i = 0; i < ret->actions.n; i++) ret->actions.v[i].usd = ret->actions.v[i].tokens = -1;
    return message_check(ret, &talk, p->arena, e);
}

enum err_kind service_message_confirm(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct message_row r = { 0 };
    struct message m = { 0 };
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = store_message_get(tx, p.row.n, c->sub, c->arena, &r, e)) != ERR_OK) return k;
    if (r.state != MESSAGE_STATE_PROPOSED)
        return err_set(e, ERR_CONFLICT, "there is nothing to confirm: the message is %s", message_state_names[r.state]);
    if (r.plan_state != p.row.state || r.revision != p.row.revision) {
        (void)err_set(e, ERR_CONFLICT, "the plan was %s at revision %lld when this was understood; say it again",
                      plan_state_names[r.plan_state], (long long)r.revision);
        return plan_txn_newer(&p, e);
    }
    if ((k = understood(&p, &r, &m, e)) != ERR_OK || (k = carry_out(&p, c, &m, &r, e)) != ERR_OK)
        return plan_txn_newer(&p, e);
    if ((k = store_message_update(tx, &r, e)) != ERR_OK || (k = tell(&p, &r, m.restatement, e)) != ERR_OK) return k;
    return show(&p, &r, 200, e);
}

/* --- read by a model ---------------------------------------------------------------------------------------------- */
static enum err_kind settle(struct plan_txn *p, struct message_row *r, const struct message *m, struct err *e)
{
    struct call c = { .service = p->service,
                      .caller = { .person = r->author, .project = p->row.project, .role = r->role },
                      .arena = p->arena };
    struct err why;
    enum err_kind k;
    p->actor = r->author;
    if (!m->actions.n || m->ambiguous) {
        r->state = m->actions.n ? MESSAGE_STATE_PROPOSED : MESSAGE_STATE_UNCLEAR;
        return ERR_OK;
    }
    k = carry_out(p, &c, m, r, &why);
    if (k == ERR_OK) return ERR_OK;
    if (k != ERR_INVALID && k != ERR_CONFLICT && k != ERR_STATE && k != ERR_FORBIDDEN) return *e = why, k;
    r->state = MESSAGE_STATE_REFUSED;
    r->why = arena_dup(p->arena, why.msg);
    return ERR_OK;
}

/* In a ticket people talk to each other, too: what would void an approval is not done because of words alone. */
static enum err_kind be_careful(struct plan_txn *p, const struct message_row *r, struct message *m, struct err *e)
{
    bool in_ticket = false;
    enum err_kind k;
    if (!m->actions.n || m->ambiguous || (p->row.state != PLAN_APPROVED && p->row.state != PLAN_IMPLEMENTING)) return ERR_OK;
    if ((k = tickets_owed(p, r->id, &in_ticket, e)) != ERR_OK || !in_ticket) return k;
    m->ambiguous = true;
    m->doubt = "The plan is approved: what changes it takes a new approval.";
    return ERR_OK;
}

enum err_kind message_was_read(struct plan_txn *p, const struct step_done *d, struct err *e)
{
    struct message_row r = { 0 };
    struct message m = *d->message;
    enum err_kind k = store_message_get(p->tx, p->row.n, d->job.subject, p->arena, &r, e);
    if (k != ERR_OK || r.state != MESSAGE_STATE_READING) return k;
    if (r.plan_state != p->row.state || r.revision != p->row.revision)
        return message_not_read(p, r.id, "The plan has moved on while this was read: say it again.", e);
    r.spoken = true;
    if ((k = be_careful(p, &r, &m, e)) != ERR_OK || (k = keep_reading(p, &m, &r, e)) != ERR_OK ||
        (k = settle(p, &r, &m, e)) != ERR_OK || (k = store_message_update(p->tx, &r, e)) != ERR_OK ||
        (k = tickets_answer(p, &r, e)) != ERR_OK)
        return k;
    return tell(p, &r, m.restatement, e);
}

enum err_kind message_not_read(struct plan_txn *p, const char *id, const char *why, struct err *e)
{
    struct message_row r = { 0 };
    enum err_kind k = store_message_get(p->tx, p->row.n, id, p->arena, &r, e);
    if (k != ERR_OK || r.state != MESSAGE_STATE_READING) return k;
    r.state = MESSAGE_STATE_UNCLEAR;
    r.why = arena_fmt(p->arena, "%s %s", why, message_forms((enum plan_state)p->row.state));
    k = store_message_update(p->tx, &r, e);
    return k == ERR_OK ? tell(p, &r, NULL, e) : k;
}
