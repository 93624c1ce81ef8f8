/* What a ticket is told about its plan, and that it was told. */
#include <stdlib.h>
#include <string.h>
#include "pland/service/sources.h"
#include "pland/store/documents.h"
#include "service/plan_txn.h"
#include "service/view_plan.h"

struct load {
    struct service *service;
    int64_t n;
    struct arena *arena;
    struct ticket_told *told;
};

static void *take_bytes(void *arg, size_t n)
{
    return arena_alloc(arg, n + 1);
}

static enum err_kind load_plan(struct txn *tx, struct load *l, struct err *e)
{
    struct ticket_told *t = l->told;
    struct call c = { .service = l->service, .arena = l->arena, .id = t->plan.id };
    struct head_bytes head = { 0 };
    struct revision_row r = { 0 };
    auto_buf needs = BUF_INIT(4 << 20);
    enum err_kind k = plan_needs_message(tx, &c, &t->plan, &needs, e);
    if (k != ERR_OK || (k = buf_check(&needs, e)) != ERR_OK) return k;
    t->needs = arena_dup(l->arena, buf_cstr(&needs));
    t->error = t->plan.error;
    if ((k = store_part_get(tx, t->plan.n, "staleness", l->arena, &t->staleness, e)) != ERR_OK ||
        (k = store_part_get(tx, t->plan.n, "verification", l->arena, &t->verification, e)) != ERR_OK ||
        (k = store_part_get(tx, t->plan.n, "end_reason", l->arena, &t->end, e)) != ERR_OK ||
        (k = store_ticket_get(tx, t->plan.n, l->arena, &t->ticket, &t->request, e)) != ERR_OK)
        return k;
    if (!t->plan.revision) return ERR_OK;
    if ((k = store_revision_get(tx, t->plan.n, 0, false, l->arena, &r, e)) != ERR_OK) return k;
    t->verified = r.verified, t->to_create = r.to_create, t->unprovable = r.unprovable, t->failed = r.failed;
    k = store_head_get(tx, t->plan.id, 0, "markdown", take_bytes, l->arena, l->arena, &head, e);
    if (k != ERR_OK) return k == ERR_NOT_FOUND ? ERR_OK : k;
    t->markdown = arena_dup_n(l->arena, head.bytes, head.n);
    return ERR_OK;
}

static enum err_kind load(struct txn *tx, void *arg, struct err *e)
{
    struct load *l = arg;
    struct ticket_told *t = l->told;
    enum err_kind k;
    *t = (struct ticket_told){ .needs = NULL };
    if ((k = store_ticket_get_n(tx, l->n, l->arena, &t->row, e)) != ERR_OK ||
        (k = store_source_get_n(tx, t->row.source, l->arena, &t->source, e)) != ERR_OK ||
        (k = store_reply_open(tx, l->n, l->arena, &t->replies, e)) != ERR_OK)
        return k;
    k = t->row.plan ? store_plan_get_n(tx, t->row.plan, l->arena, &t->plan, e) : ERR_NOT_FOUND;
    if (k == ERR_NOT_FOUND || k == ERR_GONE) {
        t->plan = (struct plan_row){ 0 };
        return ERR_OK;
    }
    if (k == ERR_OK) k = load_plan(tx, l, e);
    return k == ERR_OK ? arena_check(l->arena, e) : k;
}

enum err_kind service_ticket_told(struct service *s, const struct job *j, struct arena *a, struct ticket_told *ret,
                                  struct err *e)
{
    struct load l = { .service = s, .n = strtoll(j->subject ? j->subject : "0", NULL, 10), .arena = a, .told = ret };
    return store_read(s->store, load, &l, e);
}

/* --- what was written --------------------------------------------------------------------------------------------- */
struct written {
    int64_t n;
    const char *comment;
    const struct job *job;
    const char *node, *shown;
    const struct ticket_told *told;
    const struct clock *clock;
    bool again;
};

static enum err_kind put_comment(struct txn *tx, void *arg, struct err *e)
{
    const struct written *w = arg;
    auto_arena a = arena_new(0);
    struct ticket_row r = { 0 };
    enum err_kind k = a ? store_ticket_get_n(tx, w->n, a, &r, e) : err_nomem(e);
    if (k != ERR_OK) return k;
    r.comment = w->comment;
    return store_ticket_update(tx, &r, e);
}

enum err_kind service_ticket_commented(struct service *s, int64_t n, const char *comment, struct err *e)
{
    return store_exec(s->store, put_comment, &(struct written){ .n = n, .comment = comment }, e);
}

static enum err_kind put_reply(struct txn *tx, void *arg, struct err *e)
{
    const struct written *w = arg;
    return store_reply_written(tx, w->n, w->comment, e);
}

enum err_kind service_reply_written(struct service *s, int64_t n, const char *comment, struct err *e)
{
    return store_exec(s->store, put_reply, &(struct written){ .n = n, .comment = comment }, e);
}

/* Is there something that the job has not seen? */
static enum err_kind more(struct txn *tx, const struct written *w, const struct ticket_row *r, struct arena *a,
                          bool *ret, struct err *e)
{
    const struct ticket_told *t = w->told;
    struct reply_list replies = { 0 };
    struct plan_row p = { 0 };
    enum err_kind k = store_reply_open(tx, r->n, a, &replies, e);
    *ret = replies.n > 0 && t->source.credential;
    if (k != ERR_OK || *ret || !r->plan) return k;
    if (r->plan != t->plan.n) {
        *ret = true;
        return ERR_OK;
    }
    k = store_plan_get_n(tx, r->plan, a, &p, e);
    if (k == ERR_NOT_FOUND || k == ERR_GONE) return ERR_OK;
    *ret = p.seq > t->plan.seq;
    return k;
}

/* What was wrong with the source's API is over. */
static enum err_kind works(struct txn *tx, const struct written *w, struct arena *a, struct err *e)
{
    struct source_row now = { 0 };
    enum err_kind k;
    if (!w->told->source.error || !w->told->source.credential) return ERR_OK;
    k = store_source_get_n(tx, w->told->source.n, a, &now, e);
    if (k != ERR_OK || !now.error || !source_called_alike(&now, &w->told->source)) return k;
    now.error = NULL;
    return store_source_update(tx, &now, e);
}

static enum err_kind shown(struct txn *tx, void *arg, struct err *e)
{
    struct written *w = arg;
    auto_arena a = arena_new(0);
    struct ticket_row r = { 0 };
    enum err_kind k = a ? store_ticket_get_n(tx, w->n, a, &r, e) : err_nomem(e);
    if (k == ERR_NOT_FOUND) return store_job_finish(tx, w->job->n, w->node, JOB_DONE, NULL, e);
    if (k != ERR_OK || (k = works(tx, w, a, e)) != ERR_OK || (k = more(tx, w, &r, a, &w->again, e)) != ERR_OK) return k;
    if (w->shown && r.plan == w->told->plan.n) {
        r.shown = w->shown;
        if ((k = store_ticket_update(tx, &r, e)) != ERR_OK) return k;
    }
    if (!w->again) return store_job_finish(tx, w->job->n, w->node, JOB_DONE, NULL, e);
    return store_job_retry(tx, w->job->n, w->node, clock_now(w->clock), false, NULL, e);
}

enum err_kind service_ticket_shown(struct service *s, const struct job *j, const char *node,
                                   const struct ticket_told *t, const char *digest, struct err *e)
{
    struct written w = { .n = t->row.n, .job = j, .node = node, .shown = digest, .told = t, .clock = s->clock };
    enum err_kind k = store_exec(s->store, shown, &w, e);
    if (k == ERR_OK && w.again) bus_publish(s->bus, &(struct notice){ .kind = NOTICE_JOBS });
    return k;
}
