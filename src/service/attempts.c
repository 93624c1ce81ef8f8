/* What became of an attempt to deliver a webhook: the delivery, its log, and what it says about the hook. */
#include "pland/service/inbound.h"
#include "service/deliver.h"

struct find {
    const char *id;
    struct arena *arena;
    struct delivery_row *delivery;
    struct hook_row *hook;
};

static enum err_kind find_delivery(struct txn *tx, void *arg, struct err *e)
{
    struct find *f = arg;
    enum err_kind k = store_delivery_get(tx, f->id, f->arena, f->delivery, e);
    return k == ERR_OK ? store_hook_get_n(tx, f->delivery->hook, f->arena, f->hook, e) : k;
}

enum err_kind service_delivery_find(struct service *s, const char *id, struct arena *a, struct delivery_row *ret,
                                    struct hook_row *ret_hook, struct err *e)
{
    return store_read(s->store, find_delivery, &(struct find){ id, a, ret, ret_hook }, e);
}

enum { PATIENCE = 3 /* failures in a row before a receiver rests */ };
#define REST_MS 1000
#define REST_MAX_MS 60000

/* Longer with each failure in a row; as long as it asks for, up to an hour. */
static int64_t rest_ms(int64_t failures, int64_t asked_ms)
{
    int64_t ms = failures <= PATIENCE ? 0 : REST_MS << (failures - PATIENCE - 1 < 6 ? failures - PATIENCE - 1 : 6);
    if (ms > REST_MAX_MS) ms = REST_MAX_MS;
    if (asked_ms > 3600000) asked_ms = 3600000;
    return asked_ms > ms ? asked_ms : ms;
}

static enum err_kind disabled(struct txn *tx, struct service *s, struct arena *a, const struct hook_row *h,
                              struct outcome *out, struct err *e)
{
    auto_buf body = BUF_INIT(4096);
    struct audit_row r = { .at = h->disabled_at, .project = h->project, .action = "hook.disable", .object = h->id };
    enum err_kind k;
    buf_str(&body, "{\"hook\":");
    buf_json(&body, h->id);
    buf_str(&body, ",\"why\":");
    buf_json(&body, h->disabled_why);
    buf_char(&body, '}');
    if ((k = buf_check(&body, e)) != ERR_OK) return k;
    r.detail = buf_cstr(&body);
    if ((k = store_audit_insert(tx, &r, e)) != ERR_OK) return k;
    return deliver_news(tx, s, a, h, "hook.disabled", buf_cstr(&body), out, e);
}

/* What is said about the hook; false: nothing new. */
static bool judge(const struct delivery_attempt *t, struct hook_row *h, int64_t now)
{
    if (t->ok && !h->failing_since && !h->failures) return false;
    if (t->ok) {
        h->failing_since = h->failures = h->rest_until = 0;
        return true;
    }
    if (!h->failing_since) h->failing_since = now;
    h->failures++;
    h->rest_until = now + rest_ms(h->failures, t->rest_ms);
    return true;
}

/* A lease that ran out changes nothing: the attempt was made all the same. */
static enum err_kind end_job(struct txn *tx, const struct delivery_attempt *t, struct err *e)
{
    const struct job *j = t->job;
    enum err_kind k = t->run_at ? store_job_retry(tx, j->n, j->owner, t->run_at, true, t->delivery->last_error, e)
                                : store_job_finish(tx, j->n, j->owner, JOB_DONE, NULL, e);
    return k == ERR_CONFLICT ? ERR_OK : k;
}

static enum err_kind about_hook(struct txn *tx, struct delivery_attempt *t, struct hook_row *h, struct arena *a,
                                struct err *e)
{
    int64_t now = clock_now(t->service->clock);
    bool disable = t->disable && !h->disabled_at;
    enum err_kind k;
    if (!judge(t, h, now)) return ERR_OK;
    if (disable) {
        h->disabled_at = now;
        h->disabled_why = t->disable;
    }
    if ((k = store_hook_update(tx, h, e)) != ERR_OK || !disable) return k;
    return disabled(tx, t->service, a, h, &t->out, e);
}

static enum err_kind attempt(struct txn *tx, void *arg, struct err *e)
{
    struct delivery_attempt *t = arg;
    const struct delivery_row *d = t->delivery;
    auto_arena a = arena_new(0);
    struct hook_row h = { 0 };
    struct attempt_row log = { .delivery = d->n, .at = clock_now(t->service->clock), .ms = t->ms,
        .status = d->last_status, .error = d->last_error };
    enum err_kind k;
    if (!a) return err_nomem(e);
    t->out.n_notices = 0;
    if ((k = end_job(tx, t, e)) != ERR_OK || (k = store_delivery_update(tx, d, e)) != ERR_OK ||
        (k = store_hook_get_n(tx, d->hook, a, &h, e)) != ERR_OK)
        return k;
    if (!t->made) return ERR_OK;
    if ((k = store_attempt_insert(tx, &log, e)) != ERR_OK) return k;
    return about_hook(tx, t, &h, a, e);
}

static void tell(const struct delivery_attempt *t)
{
    for (size_t i = 0; i < t->out.n_notices; i++) bus_publish(t->service->bus, &t->out.notices[i]);
}

static void written(struct store_write *w)
{
    struct delivery_attempt *t = w->arg;
    if (w->result == ERR_OK) tell(t);
    t->done(t);
}

enum err_kind service_delivery_attempt(struct delivery_attempt *t, struct err *e)
{
    t->write = (struct store_write){ .fn = attempt, .arg = t, .done = written };
    return store_submit(t->service->store, &t->write, e);
}

enum err_kind service_delivery_attempt_now(struct delivery_attempt *t, struct err *e)
{
    enum err_kind k = store_exec(t->service->store, attempt, t, e);
    if (k == ERR_OK) tell(t);
    return k;
}
