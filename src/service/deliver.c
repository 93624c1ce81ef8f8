/* Events become deliveries in the event's own transaction, so none is ever lost. Bodies follow Standard Webhooks:
 * {type, timestamp, data}, thin: whoever wants more reads the plan. */
#include "service/deliver.h"

#include <string.h>
#include "pland/base/buf.h"
#include "pland/base/id.h"
#include "pland/base/record.h"
#include "pland/store/jobs.h"
#include "service/plan_txn.h"
#include "service/slack.h"

static bool wanted(const struct hook_row *h, const char *type)
{
    const json_t *item;
    size_t i;
    if (h->disabled_at || (h->format && !slack_has(type))) return false;
    if (!h->events) return true;
    auto_json list = json_loads(h->events, 0, NULL);
    json_array_foreach(list, i, item)
        if (json_is_string(item) && strcmp(json_string_value(item), type) == 0) return true;
    return json_array_size(list) == 0;
}

enum err_kind deliver_to(struct txn *tx, struct service *s, const struct hook_row *h, const char *type,
                         const char *body, struct outcome *out, struct err *e)
{
    struct id id;
    enum err_kind k;
    id_new(&id, "msg_", s->clock);
    struct delivery_row d = { .hook = h->n, .id = id.s, .type = type, .body = body, .state = DELIVERY_PENDING,
        .at = clock_now(s->clock) };
    if ((k = store_delivery_insert(tx, &d, e)) != ERR_OK) return k;
    struct job j = { .kind = JOB_DELIVER, .state = JOB_QUEUED, .priority = 3, .run_at = d.at, .person = -h->n,
        .subject = id.s };
    if ((k = store_job_add(tx, &j, e)) != ERR_OK) return k;
    outcome_notice(out, NOTICE_JOBS, 0, 0);
    return ERR_OK;
}

static void open_body(const char *type, int64_t at, struct buf *b)
{
    buf_str(b, "{\"type\":");
    buf_json(b, type);
    buf_str(b, ",\"timestamp\":\"");
    buf_time(b, at);
    buf_str(b, "\",\"data\":");
}

static void event_body(const struct event_row *ev, struct buf *b)
{
    open_body(ev->type, ev->at, b);
    buf_str(b, "{\"plan\":");
    buf_json(b, ev->plan_id);
    buf_str(b, ",\"seq\":");
    buf_int(b, ev->seq);
    buf_str(b, ",\"event\":");
    buf_str(b, ev->data ? ev->data : "{}");
    buf_str(b, "}}");
}

enum err_kind deliver_event(struct txn *tx, struct service *s, struct arena *a, const struct plan_row *p,
                            const struct event_row *ev, struct outcome *out, struct err *e)
{
    struct hook_list hooks = { 0 };
    const struct slack_about about = { .plan = ev->plan_id, .title = p->title, .base = s->public_url };
    auto_buf body = BUF_INIT(EVENT_MAX + 1024);
    auto_buf chat = BUF_INIT(EVENT_MAX);
    enum err_kind k = store_hook_list(tx, p->project, a, &hooks, e);
    for (size_t i = 0; k == ERR_OK && i < hooks.n; i++) {
        struct buf *b = hooks.v[i].format ? &chat : &body;
        if (!wanted(&hooks.v[i], ev->type)) continue;
        if (!b->n && b == &chat) slack_body(ev->type, ev->data, &about, b);
        if (!b->n) event_body(ev, b);
        if ((k = buf_check(b, e)) == ERR_OK) k = deliver_to(tx, s, &hooks.v[i], ev->type, buf_cstr(b), out, e);
    }
    return k;
}

enum err_kind deliver_about_hook(struct txn *tx, struct service *s, const struct hook_row *to, const char *type,
                                 const char *data, struct outcome *out, struct err *e)
{
    auto_buf body = BUF_INIT(64 * 1024);
    if (to->format) {
        slack_body(type, data, &(struct slack_about){ 0 }, &body);
    } else {
        open_body(type, clock_now(s->clock), &body);
        buf_fmt(&body, "%s}", data);
    }
    enum err_kind k = buf_check(&body, e);
    return k == ERR_OK ? deliver_to(tx, s, to, type, buf_cstr(&body), out, e) : k;
}

enum err_kind deliver_news(struct txn *tx, struct service *s, struct arena *a, const struct hook_row *about,
                           const char *type, const char *data, struct outcome *out, struct err *e)
{
    struct hook_list hooks = { 0 };
    enum err_kind k = store_hook_list(tx, about->project, a, &hooks, e);
    for (size_t i = 0; k == ERR_OK && i < hooks.n; i++)
        if (hooks.v[i].n != about->n && wanted(&hooks.v[i], type))
            k = deliver_about_hook(tx, s, &hooks.v[i], type, data, out, e);
    return k;
}
