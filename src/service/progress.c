/* POST …/progress: what became of a phase and of its criteria. Phases go in the order of what they depend on; out of
 * order needs a reason, on record. The time a phase took follows from its claims, else from its start. */
#include <string.h>
#include <strings.h>
#include "service/handoff.h"

struct reporting {
    struct plan_txn p;
    struct call *call;
    const struct progress_request *in;
    struct under_way u;
    size_t index; /* of the phase */
    const struct phase *phase;
    struct progress_row row;
    struct criterion_list criteria; /* of the plan, as they stood */
};

/* --- what is refused ---------------------------------------------------------------------------------------------- */
static enum err_kind check_holder(struct reporting *x, struct err *e)
{
    const struct claim_row *c = under_way_claim(&x->u, x->phase->id);
    auto_buf until = BUF_INIT(64);
    if (!c || c->person == x->call->caller.person || c->lease_until <= x->p.now ||
        x->call->caller.role >= ROLE_APPROVER)
        return ERR_OK;
    buf_time(&until, c->lease_until);
    return err_set(e, ERR_CONFLICT, "P%zu is claimed by %.100s until %s", x->index + 1,
                   claim_holder(x->p.tx, c, x->p.arena), buf_cstr(&until));
}

/* The last failed criterion of the phase, those of this report included; NULL: none. */
static const char *failing(const struct reporting *x)
{
    for (size_t i = 0; i < x->criteria.n; i++)
        if (strcmp(x->criteria.v[i].phase, x->phase->id) == 0 && x->criteria.v[i].status == CRITERION_FAILED)
            return x->criteria.v[i].criterion;
    return NULL;
}

static enum err_kind check_order(struct reporting *x, const struct progress_row *was, struct err *e)
{
    size_t number = 0;
    const struct phase *first = under_way_waits_for(&x->u, x->index, &number);
    const char *failed = x->in->status == PROGRESS_DONE ? failing(x) : NULL;
    if (x->in->reason || x->in->status == PROGRESS_SKIPPED) return ERR_OK;
    if (first)
        return err_at(e, ERR_CONFLICT, "/reason", "P%zu needs P%zu (%.100s), which is not done: say why it comes first",
                      x->index + 1, number, first->title);
    if (was && was->status != PROGRESS_STARTED && x->in->status == PROGRESS_STARTED)
        return err_at(e, ERR_CONFLICT, "/reason", "P%zu was %s: say why it is begun again", x->index + 1,
                      progress_status_names[was->status]);
    if (failed)
        return err_at(e, ERR_CONFLICT, "/reason",
                      "'%.200s' failed when it was last run: report it again, or say why P%zu is done", failed,
                      x->index + 1);
    return ERR_OK;
}

/* --- criteria ----------------------------------------------------------------------------------------------------- */
/* "A2" is the second automated one, "M1" the first manual one; else its text. NULL: there is none. */
static const char *criterion_of(const struct phase *p, const char *want)
{
    char id[24];
    for (size_t i = 0; i < p->automated.n; i++) {
        (void)snprintf(id, sizeof id, "A%zu", i + 1);
        if (strcasecmp(id, want) == 0 || strcmp(p->automated.v[i].command, want) == 0) return p->automated.v[i].command;
    }
    for (size_t i = 0; i < p->manual.n; i++) {
        (void)snprintf(id, sizeof id, "M%zu", i + 1);
        if (strcasecmp(id, want) == 0 || strcmp(p->manual.v[i], want) == 0) return p->manual.v[i];
    }
    return NULL;
}

/* Into the store, and over what is known of it here. */
static enum err_kind put(struct reporting *x, struct criterion_row row, struct err *e)
{
    struct criterion_row *slot = NULL;
    row.plan = x->p.row.n;
    row.phase = x->phase->id;
    row.at = x->p.now;
    row.person = x->call->caller.person;
    for (size_t i = 0; i < x->criteria.n; i++)
        if (strcmp(x->criteria.v[i].phase, row.phase) == 0 && strcmp(x->criteria.v[i].criterion, row.criterion) == 0)
            slot = &x->criteria.v[i];
    if (!slot && !(slot = arena_push(x->p.arena, &x->criteria, sizeof *slot))) return err_nomem(e);
    *slot = row;
    return store_criterion_put(x->p.tx, &row, e);
}

static enum err_kind put_criteria(struct reporting *x, struct err *e)
{
    enum err_kind k = store_criterion_list(x->p.tx, x->p.row.n, x->p.arena, &x->criteria, e);
    char at[48];
    for (size_t i = 0; k == ERR_OK && i < x->in->evidence.n; i++) { /* commands as planctl ran them */
        const struct run_evidence *v = &x->in->evidence.v[i];
        const char *text = criterion_of(x->phase, v->command);
        if (!text) continue;
        k = put(x,
                (struct criterion_row){.criterion = text,
                                       .output = v->output,
                                       .commit = v->commit,
                                       .status = v->exit == 0 ? CRITERION_PASSED : CRITERION_FAILED},
                e);
    }
    for (size_t i = 0; k == ERR_OK && i < x->in->criteria.n; i++) {
        const struct criterion_report *v = &x->in->criteria.v[i];
        const char *text = criterion_of(x->phase, v->criterion);
        (void)snprintf(at, sizeof at, "/criteria/%zu/criterion", i);
        if (!text)
            return err_at(e, ERR_INVALID, at,
                          "P%zu has no such criterion; it has %zu automated (A1 …) and %zu manual (M1 …)", x->index + 1,
                          x->phase->automated.n, x->phase->manual.n);
        k = put(x,
                (struct criterion_row){.criterion = text,
                                       .status = v->status,
                                       .output = v->output,
                                       .commit = v->commit,
                                       .url = v->url,
                                       .note = v->note},
                e);
    }
    return k;
}

/* A JSON array; NULL: nothing was run. */
static const char *evidence_text(struct arena *a, const struct progress_request *in)
{
    auto_buf b = BUF_INIT(1 << 20);
    if (!in->evidence.n) return NULL;
    buf_char(&b, '[');
    for (size_t i = 0; i < in->evidence.n; i++) {
        buf_comma(&b);
        record_encode(&run_evidence_record, &in->evidence.v[i], &b);
    }
    buf_char(&b, ']');
    return arena_dup_n(a, buf_cstr(&b), b.n);
}

/* --- the row ------------------------------------------------------------------------------------------------------ */
static enum err_kind fill(struct reporting *x, const struct progress_row *was, struct err *e)
{
    const struct progress_request *in = x->in;
    const char *evidence = evidence_text(x->p.arena, in);
    struct progress_row *r = &x->row;
    if (was) *r = *was;
    r->plan = x->p.row.n;
    r->phase = x->phase->id;
    r->at = x->p.now;
    r->person = x->call->caller.person;
    r->status = in->status;
    r->note = in->note;
    r->commit = in->commit;
    if (in->reason) r->reason = in->reason;
    if (evidence) r->evidence = evidence;
    if (in->status == PROGRESS_STARTED) {
        r->done_at = 0;
        if (!r->started_at) r->started_at = x->p.now;
    } else if (!r->done_at) { /* a report that is repeated counts once */
        r->done_at = x->p.now;
        r->estimated = x->phase->estimate.likely;
        if (!r->worked_ms && r->started_at) r->worked_ms = x->p.now - r->started_at;
    }
    return arena_check(x->p.arena, e);
}

/* Done or skipped: nobody works on it any longer. */
static enum err_kind end_claim(struct reporting *x, struct progress_row *was, const struct progress_row **ret,
                               struct err *e)
{
    const struct claim_row *c = under_way_claim(&x->u, x->phase->id);
    enum err_kind k = ERR_OK;
    *ret = under_way_progress(&x->u, x->phase->id);
    if (!c || x->in->status == PROGRESS_STARTED) return ERR_OK;
    if ((k = claim_end(x->p.tx, c, x->p.now, x->p.arena, e)) != ERR_OK) return k;
    if ((k = store_progress_get(x->p.tx, x->p.row.n, x->phase->id, x->p.arena, was, e)) != ERR_OK) return k;
    *ret = was;
    return ERR_OK;
}

static enum err_kind load(struct reporting *x, struct err *e)
{
    enum err_kind k = under_way_read(x->p.tx, &x->p.row, 0, x->p.arena, &x->u, e);
    if (k != ERR_OK || (k = under_way_phase(&x->u, x->in->phase, "/phase", &x->index, e)) != ERR_OK) return k;
    x->phase = &x->u.document.phases.v[x->index];
    return check_holder(x, e);
}

static enum err_kind tell(struct reporting *x, struct err *e)
{
    struct plan_txn *p = &x->p;
    enum err_kind k =
        plan_txn_event(p, "progress.reported",
                       json_pairs(p->arena, "phase", x->phase->id, "status", progress_status_names[x->in->status],
                                  "commit", x->in->commit, "note", x->in->note, "reason", x->in->reason, NULL),
                       e);
    if (k != ERR_OK || p->row.done < p->row.total) return k;
    if ((k = plan_txn_outcome(p, OUTCOME_FINISHED, e)) != ERR_OK) return k;
    return plan_txn_event(p, "plan.completed", "{}", e);
}

enum err_kind service_plan_progress(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct reporting x = {.call = c, .in = c->in};
    struct progress_row read;
    const struct progress_row *was;
    enum err_kind k = plan_txn_begin(&x.p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_verb(&x.p, VERB_PROGRESS, e)) != ERR_OK || (k = load(&x, e)) != ERR_OK) return k;
    if ((k = put_criteria(&x, e)) != ERR_OK) return k;
    if ((k = check_order(&x, under_way_progress(&x.u, x.phase->id), e)) != ERR_OK) return k;
    if ((k = end_claim(&x, &read, &was, e)) != ERR_OK || (k = fill(&x, was, e)) != ERR_OK) return k;
    if ((k = store_progress_put(tx, &x.row, e)) != ERR_OK || (k = handoff_count(&x.p, e)) != ERR_OK) return k;
    if ((k = tell(&x, e)) != ERR_OK) return k;
    return plan_txn_end(&x.p, 200, e);
}
