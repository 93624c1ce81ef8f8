/* One attempt to deliver an outgoing webhook by Standard Webhooks: sent by the HTTP loop, recorded by the recorder. */
#include "tracker/inner.h"

#include <stdio.h>
#include <string.h>

#include "pland/base/log.h"

#define FAILING_MS (INT64_C(5) * 24 * 60 * 60 * 1000) /* a hook that has failed for so long is switched off */
#define AGAIN_MS 5000                                 /* when it was not the receiver's fault */
enum { ANSWER_MAX = 64 * 1024, SIGNATURES_LEN = 2 * SIGNATURE_LEN };

/* --- how it ended ------------------------------------------------------------------------------------------------- */
/* The receiver has spoken, even when what follows its status was too much or broke off. */
static bool answered(const struct delivery *d)
{
    return d->status > 0 && (d->end == HTTP_END_ANSWERED || d->end == HTTP_END_TOO_LARGE || d->end == HTTP_END_IDLE ||
                             d->end == HTTP_END_BROKEN);
}

static bool not_tried(const struct delivery *d)
{
    return d->end == HTTP_END_CANCELLED || d->end == HTTP_END_STOPPED || d->end == HTTP_END_NOMEM;
}

static const struct { int from, to; const char *why; } meanings[] = {
    { 300, 399, "redirects are not followed" },
    { 410, 410, "the receiver says the endpoint is gone" },
    { 429, 429, "the receiver asks for fewer" },
    { 100, 599, "the receiver refused it" },
};

static const char *failure(const struct delivery *d)
{
    for (size_t i = 0; i < countof(meanings); i++)
        if (answered(d) && d->status >= meanings[i].from && d->status <= meanings[i].to)
            return arena_fmt(d->arena, "status %d: %s", d->status, meanings[i].why);
    return arena_fmt(d->arena, "%s", d->message[0] ? d->message : http_end_name(d->end));
}

/* over: its job is ended or queued again already. */
static void finish(struct delivery *d, int64_t run_at, const char *why, bool over)
{
    d->done(d->arg, run_at, why, over);
    arena_free(d->arena);
}

/* Why the hook is to be switched off, or NULL. */
static const char *disables(const struct delivery *d, int64_t now)
{
    if (answered(d) && d->status == 410) return "410: the receiver says the endpoint is gone";
    if (d->hook.failing_since && now - d->hook.failing_since > FAILING_MS) return "failing for five days";
    return NULL;
}

static bool throttled(const struct delivery *d)
{
    return answered(d) && (d->status == 429 || d->status == 502 || d->status == 503 || d->status == 504);
}

static void not_recorded(struct delivery *d, const struct err *e)
{
    int64_t again = d->attempt.run_at ? d->attempt.run_at : clock_now(d->tracker->service->clock) + AGAIN_MS;
    log_warn("a delivery's attempt could not be recorded", LOG_S("delivery", d->row.id), LOG_E(e));
    finish(d, again, d->row.last_error, false);
}

static void recorded(struct delivery_attempt *t) /* writer thread */
{
    struct delivery *d = t->arg;
    if (t->write.result == ERR_OK) finish(d, t->run_at, d->row.last_error, true);
    else if (t->write.result == ERR_NOT_FOUND) finish(d, 0, d->row.last_error, false); /* the hook was removed meanwhile */
    else not_recorded(d, &t->write.err);
}

static void take_outcome(struct delivery *d, int64_t now)
{
    bool ok = answered(d) && d->status >= 200 && d->status <= 299;
    uint16_t random = 0;
    d->attempt = (struct delivery_attempt){ .service = d->tracker->service, .job = d->job, .delivery = &d->row,
        .made = true, .ok = ok, .ms = d->elapsed_ms, .done = recorded, .arg = d };
    d->row.attempts++;
    d->row.last_at = now;
    d->row.last_status = answered(d) ? d->status : 0;
    d->row.last_error = NULL;
    d->row.state = DELIVERY_DONE;
    if (ok) return;
    hash_random(&random, sizeof random);
    d->attempt.disable = disables(d, now);
    d->attempt.rest_ms = throttled(d) && d->retry_after_ms > 0 ? d->retry_after_ms : 0;
    d->attempt.run_at = d->attempt.disable ? 0 : schedule_next(d->row.attempts, now, d->retry_after_ms, random);
    d->row.last_error = failure(d);
    d->row.state = d->attempt.run_at ? DELIVERY_PENDING : DELIVERY_FAILED;
}

void delivery_record(struct delivery *d)
{
    int64_t now = clock_now(d->tracker->service->clock);
    struct err e;
    if (not_tried(d)) {
        finish(d, now + AGAIN_MS, "the attempt was not made", false);
        return;
    }
    take_outcome(d, now);
    if (service_delivery_attempt(&d->attempt, &e) != ERR_OK) not_recorded(d, &e);
}

/* --- sending ------------------------------------------------------------------------------------------------------ */
static void on_done(void *arg, const struct http_result *r)
{
    struct delivery *d = arg;
    d->end = r->end;
    d->status = r->status;
    d->retry_after_ms = r->retry_after_ms;
    d->elapsed_ms = r->elapsed_ms;
    (void)snprintf(d->message, sizeof d->message, "%s", r->message);
    tracker_ended(d->tracker, d);
}

/* By the secret, and for a while by the one before, too. */
static enum err_kind sign(struct delivery *d, int64_t seconds, char ret[SIGNATURES_LEN], struct err *e)
{
    const struct hook_row *h = &d->hook;
    const struct service *s = d->tracker->service;
    size_t n = strlen(d->row.body);
    const char *secret = NULL, *old = NULL;
    char first[SIGNATURE_LEN], second[SIGNATURE_LEN];
    enum err_kind k = service_unseal(s, h->secret, h->n_secret, d->arena, &secret, e);
    if (k != ERR_OK || (k = signature_make(secret, d->row.id, seconds, d->row.body, n, first, e)) != ERR_OK) return k;
    (void)snprintf(ret, SIGNATURES_LEN, "%s", first);
    if (!h->n_old_secret || h->old_until <= clock_now(s->clock)) return ERR_OK;
    if ((k = service_unseal(s, h->old_secret, h->n_old_secret, d->arena, &old, e)) != ERR_OK ||
        (k = signature_make(old, d->row.id, seconds, d->row.body, n, second, e)) != ERR_OK)
        return k;
    (void)snprintf(ret, SIGNATURES_LEN, "%s %s", first, second);
    return ERR_OK;
}

static enum err_kind post(struct delivery *d, struct err *e)
{
    static const struct http_events events = { .on_done = on_done };
    int64_t seconds = clock_now(d->tracker->service->clock) / 1000;
    char signature[SIGNATURES_LEN], at[24];
    const struct http_header headers[] = {
        { "Content-Type", "application/json" }, { "webhook-id", d->row.id }, { "webhook-timestamp", at },
        { "webhook-signature", signature },
    };
    const struct http_request r = {
        .method = "POST",
        .url = d->hook.url,
        .dest = HTTP_API,
        .lane = d->tracker->lane,
        .headers = headers,
        .n_headers = countof(headers),
        .body = d->row.body,
        .n_body = strlen(d->row.body),
        .connect_ms = 5000,
        .head_ms = 15000,
        .idle_ms = 5000,
        .total_ms = 20000,
        .max_bytes = ANSWER_MAX,
    };
    enum err_kind k = sign(d, seconds, signature, e);
    if (k != ERR_OK) return k;
    (void)snprintf(at, sizeof at, "%lld", (long long)seconds);
    return http_send(d->tracker->loop, &r, &events, d, NULL, e);
}

/* A hook that is switched off gets nothing more. */
static enum err_kind give_up(struct delivery *d, struct err *e)
{
    enum err_kind k;
    d->row.state = DELIVERY_FAILED;
    d->row.last_error = "the hook is disabled";
    d->attempt = (struct delivery_attempt){ .service = d->tracker->service, .job = d->job, .delivery = &d->row };
    k = service_delivery_attempt_now(&d->attempt, e);
    if (k != ERR_OK && k != ERR_NOT_FOUND) return k;
    finish(d, 0, "the hook is disabled", k == ERR_OK);
    return ERR_OK;
}

static enum err_kind start(struct delivery *d, const char *id, struct err *e)
{
    enum err_kind k = service_delivery_find(d->tracker->service, id, d->arena, &d->row, &d->hook, e);
    if (k == ERR_NOT_FOUND || (k == ERR_OK && d->row.state != DELIVERY_PENDING)) {
        finish(d, 0, NULL, false);
        return ERR_OK;
    }
    if (k != ERR_OK) return k;
    if (d->hook.disabled_at) return give_up(d, e);
    k = post(d, e);
    if (k == ERR_BUSY) {
        finish(d, clock_now(d->tracker->service->clock) + AGAIN_MS, "too many deliveries are under way", false);
        return ERR_OK;
    }
    if (k != ERR_INVALID && k != ERR_FORBIDDEN) return k;
    d->end = HTTP_END_REFUSED; /* an address that is not allowed (yet): an attempt like any other */
    d->retry_after_ms = -1;
    (void)snprintf(d->message, sizeof d->message, "%.190s", e->msg);
    tracker_ended(d->tracker, d);
    return ERR_OK;
}

enum err_kind tracker_deliver(struct tracker *t, const struct job *j, tracker_done_fn *done, void *arg, struct err *e)
{
    struct arena *a = arena_new(0);
    struct delivery *d = arena_alloc(a, sizeof *d);
    enum err_kind k;
    if (!d) {
        arena_free(a);
        return err_nomem(e);
    }
    *d = (struct delivery){ .tracker = t, .arena = a, .job = j, .done = done, .arg = arg };
    k = j->subject ? start(d, j->subject, e) : err_set(e, ERR_INTERNAL, "the job names no delivery");
    if (k != ERR_OK) arena_free(a);
    return k;
}
