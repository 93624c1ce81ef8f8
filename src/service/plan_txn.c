/* Transactions on a plan: row first, events numbered under it, jobs and deliveries beside it, row last. */
#include "service/plan_txn.h"

#include <stdarg.h>
#include <string.h>
#include "pland/base/buf.h"
#include "pland/service/negotiate.h"
#include "pland/store/messages.h"
#include "service/deliver.h"
#include "service/tickets.h"

enum err_kind plan_txn_begin(struct plan_txn *p, struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    *p = (struct plan_txn){ .tx = tx, .service = c->service, .arena = c->arena, .now = clock_now(c->service->clock),
        .actor = c->caller.person, .out = out };
    return store_plan_get(tx, c->id, c->caller.project, c->arena, &p->row, e);
}

enum err_kind plan_txn_step(struct plan_txn *p, struct txn *tx, struct service *s, struct arena *a, const struct job *j,
                            struct outcome *out, struct err *e)
{
    enum err_kind k;
    *p = (struct plan_txn){ .tx = tx, .service = s, .arena = a, .now = clock_now(s->clock), .out = out };
    k = store_plan_get_n(tx, j->plan, a, &p->row, e);
    if (k == ERR_NOT_FOUND || k == ERR_GONE) return err_set(e, ERR_CONFLICT, "the plan is gone");
    if (k != ERR_OK) return k;
    if (p->row.generation != j->generation) return err_set(e, ERR_CONFLICT, "the plan has moved on");
    return ERR_OK;
}

void plan_etag(const struct service *s, const struct plan_row *row, char ret[80])
{
    (void)snprintf(ret, 80, "\"%s-%lld\"", s->epoch, (long long)row->seq);
}

enum err_kind plan_txn_match(const struct plan_txn *p, const struct call *c, struct err *e)
{
    char etag[80];
    if (!c->if_match) return ERR_OK;
    plan_etag(p->service, &p->row, etag);
    if (etag_listed(c->if_match, etag)) return ERR_OK;
    (void)err_set(e, ERR_PRECONDITION, "the plan has changed: its ETag is now %s", etag);
    return plan_txn_newer(p, e);
}

enum err_kind plan_txn_newer(const struct plan_txn *p, struct err *e)
{
    size_t n = strlen(e->extra);
    if (e->kind != ERR_STATE && e->kind != ERR_CONFLICT && e->kind != ERR_PRECONDITION) return e->kind;
    if (p->row.revision && !strstr(e->extra, "\"revision\":") && n + 40 < sizeof e->extra)
        (void)snprintf(e->extra + n, sizeof e->extra - n, "%s\"revision\":%lld", n ? "," : "",
                       (long long)p->row.revision);
    return e->kind;
}

enum err_kind plan_txn_verb(struct plan_txn *p, enum plan_verb v, struct err *e)
{
    enum plan_state next;
    enum err_kind k = plan_apply((enum plan_state)p->row.state, v, (enum plan_state)p->row.resume, &next, e);
    if (k != ERR_OK) return plan_txn_newer(p, e);
    p->row.state = (int)next;
    return ERR_OK;
}

enum err_kind plan_txn_outcome(struct plan_txn *p, enum plan_outcome o, struct err *e)
{
    enum plan_state next;
    enum err_kind k = plan_advance((enum plan_state)p->row.state, o, &next, e);
    if (k != ERR_OK) return k;
    if (o == OUTCOME_BUDGET || o == OUTCOME_FAILED) p->row.resume = p->row.state;
    p->row.state = (int)next;
    return ERR_OK;
}

void outcome_notice(struct outcome *out, enum notice_kind kind, int64_t plan, int64_t seq)
{
    for (size_t i = 0; i < out->n_notices; i++) {
        if (out->notices[i].kind != kind || out->notices[i].plan != plan) continue;
        out->notices[i].seq = seq;
        return;
    }
    if (out->n_notices < countof(out->notices)) out->notices[out->n_notices++] = (struct notice){ .kind = kind, .plan = plan, .seq = seq };
}

enum err_kind plan_txn_event(struct plan_txn *p, const char *type, const char *data, struct err *e)
{
    struct event_row ev = { .plan = p->row.n, .seq = ++p->row.seq, .at = p->now, .actor = p->actor,
        .plan_id = p->row.id, .type = type, .data = data };
    enum err_kind k = store_event_insert(p->tx, &ev, e);
    if (k != ERR_OK) return k;
    outcome_notice(p->out, NOTICE_PLAN, p->row.n, p->row.seq);
    return deliver_event(p->tx, p->service, p->arena, &p->row, &ev, p->out, e);
}

/* A person who waits for a refinement goes before bulk work. */
static const int64_t job_priority[JOB_KIND_N_] = {
    [JOB_RESEARCH] = 5, [JOB_OPTIONS] = 4, [JOB_OUTLINE] = 4, [JOB_PHASE] = 4, [JOB_CLOSING] = 3, [JOB_CHECK] = 1,
    [JOB_REPAIR] = 2, [JOB_REFINE] = 1, [JOB_DELIVER] = 3, [JOB_INBOUND] = 2, [JOB_MOVED] = 6, [JOB_IMPORT] = 1,
    [JOB_TICKET] = 3, [JOB_POLL] = 6,
    [JOB_MESSAGE] = 1,
};

enum err_kind plan_txn_job(struct plan_txn *p, enum job_kind kind, const char *subject, struct err *e)
{
    struct job j = { .plan = p->row.n, .kind = (int)kind, .state = JOB_QUEUED, .generation = p->row.generation,
        .priority = job_priority[kind], .run_at = p->now, .person = p->row.created_by, .subject = subject };
    enum err_kind k = store_job_add(p->tx, &j, e);
    if (k != ERR_OK) return k;
    outcome_notice(p->out, NOTICE_JOBS, 0, 0);
    return ERR_OK;
}

enum err_kind plan_txn_void(struct plan_txn *p, struct err *e)
{
    enum err_kind k;
    p->row.generation++;
    p->row.fanin = 0;
    p->row.waiting_until = 0;
    p->row.wait_reason = NULL;
    outcome_notice(p->out, NOTICE_VOID, p->row.n, p->row.generation);
    k = store_message_give_up(p->tx, p->row.n, "The plan has moved on while this was read: say it again.", e);
    return k == ERR_OK ? store_job_void(p->tx, p->row.n, e) : k;
}

enum err_kind plan_txn_end(struct plan_txn *p, int status, struct err *e)
{
    p->row.updated_at = p->now;
    p->out->status = status;
    if (!p->out->href[0]) (void)snprintf(p->out->href, sizeof p->out->href, "/plans/%s", p->row.id);
    enum err_kind k = store_plan_update(p->tx, &p->row, e);
    return k == ERR_OK ? tickets_tell(p, e) : k;
}

enum err_kind plan_txn_audit(struct plan_txn *p, const struct call *c, const char *action, const char *object,
                             const char *detail, struct err *e)
{
    struct audit_row r = { .at = p->now,
                           .project = p->row.project,
                           .person = c ? c->caller.person : p->actor,
                           .token = c ? c->caller.token : 0,
                           .plan = p->row.n,
                           .action = action,
                           .object = object,
                           .detail = detail };
    return store_audit_insert(p->tx, &r, e);
}

const char *json_pairs(struct arena *a, ...)
{
    auto_buf b = BUF_INIT(EVENT_MAX);
    va_list ap;
    const char *key;
    buf_char(&b, '{');
    va_start(ap, a);
    while ((key = va_arg(ap, const char *))) {
        const char *text = va_arg(ap, const char *);
        if (!text) continue;
        buf_key(&b, key);
        buf_json(&b, text);
    }
    va_end(ap);
    buf_char(&b, '}');
    return b.failed ? "{}" : arena_dup_n(a, b.p, b.n);
}

const char *json_strings(struct arena *a, const char *const *v, size_t n)
{
    auto_buf b = BUF_INIT(1 << 20);
    buf_char(&b, '[');
    for (size_t i = 0; i < n; i++) {
        buf_comma(&b);
        buf_json(&b, v[i]);
    }
    buf_char(&b, ']');
    return b.failed ? NULL : arena_dup_n(a, b.p, b.n);
}
