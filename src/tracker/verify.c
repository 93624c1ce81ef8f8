/* Incoming webhooks: the signature is checked over the raw bytes before anything else looks at them. Whatever is wrong
 * with it, and whether the source exists, answers alike. */
#include "tracker/inner.h"

#include <stdlib.h>
#include <string.h>

#define FRESH_MS (INT64_C(5) * 60 * 1000) /* either way */
enum { DELIVERY_MAX = 200 };

struct received {
    const struct call *call;
    const char *secret;
    int64_t now;
    const char *delivery; /* what the sender calls it; NULL: nothing */
    bool nomem;           /* it could not be checked at all */
};
typedef bool scheme_fn(struct received *r);

/* --- schemes ------------------------------------------------------------------------------------------------------ */
static bool parse_seconds(const char *s, int64_t *ret)
{
    size_t n = strspn(s, "0123456789");
    if (!n || n > 12 || s[n]) return false;
    *ret = strtoll(s, NULL, 10);
    return true;
}

/* webhook-id, webhook-timestamp, webhook-signature. */
static bool standard(struct received *r)
{
    const struct call *c = r->call;
    const char *id = call_param(c, "header:webhook-id"), *at = call_param(c, "header:webhook-timestamp");
    const char *given = call_param(c, "header:webhook-signature");
    char made[SIGNATURE_LEN];
    struct err e;
    enum err_kind k;
    int64_t seconds;
    if (!id || !at || !given || !*id || !parse_seconds(at, &seconds)) return false;
    k = signature_make(r->secret, id, seconds, c->body, c->n_body, made, &e);
    r->nomem = k == ERR_NOMEM;
    if (k != ERR_OK || !signature_listed(given, made)) return false;
    r->delivery = id;
    return seconds * 1000 >= r->now - FRESH_MS && seconds * 1000 <= r->now + FRESH_MS;
}

/* X-Pland-Signature, for senders that can do no more than an HMAC; repetition is caught by the delivery's id. */
static bool plain(struct received *r)
{
    const char *given = call_param(r->call, "header:x-pland-signature");
    if (!given || !signature_plain(given, r->secret, r->call->body, r->call->n_body)) return false;
    r->delivery = call_param(r->call, "header:x-pland-delivery");
    return true;
}

/* A request that carries the header of a scheme is judged by that scheme alone. */
static const struct {
    const char *kind, *header;
    scheme_fn *check;
} schemes[] = {
    { "generic", "header:webhook-signature", standard },
    { "generic", "header:x-pland-signature", plain },
};

static bool verified(const struct source_row *s, struct received *r)
{
    for (size_t i = 0; i < countof(schemes); i++)
        if (strcmp(schemes[i].kind, s->kind) == 0 && call_param(r->call, schemes[i].header)) return schemes[i].check(r);
    return false;
}

/* --- the whole ---------------------------------------------------------------------------------------------------- */
static enum err_kind refuse(struct err *e)
{
    return err_set(e, ERR_UNAUTHENTICATED, "the webhook's signature is missing, wrong or too old");
}

static enum err_kind check_body(const struct call *c, struct err *e)
{
    auto_json v = NULL;
    enum err_kind k;
    if (c->n_body > INBOUND_MAX) return err_set(e, ERR_TOO_LARGE, "the body has more than %zu bytes", INBOUND_MAX);
    k = json_parse(c->body ? c->body : "", c->n_body, &v, e);
    if (k != ERR_OK) return k;
    return json_is_object(v) ? ERR_OK : err_at(e, ERR_INVALID, "", "must be an object");
}

/* The sender's id of the delivery, or one made of the body: what was taken once is not taken again. */
static const char *delivery_id(const struct call *c, const char *given)
{
    struct sha256_hex hex;
    if (given && *given && strlen(given) <= DELIVERY_MAX) return given;
    hex = given && *given ? hash_hex(given, strlen(given)) : hash_hex(c->body ? c->body : "", c->n_body);
    return arena_fmt(c->arena, "sha256:%s", hex.s);
}

enum err_kind tracker_verify(struct call *c, struct err *e)
{
    struct source_row source = { 0 };
    struct received r = { .call = c, .now = clock_now(c->service->clock) };
    struct inbound_request *in;
    enum err_kind k;
    if (c->n_body > INBOUND_MAX) return err_set(e, ERR_TOO_LARGE, "the body has more than %zu bytes", INBOUND_MAX);
    k = c->id ? service_source_find(c->service, c->id, c->arena, &source, e) : ERR_NOT_FOUND;
    if (k == ERR_NOT_FOUND) return refuse(e);
    if (k != ERR_OK ||
        (k = service_unseal(c->service, source.secret, source.n_secret, c->arena, &r.secret, e)) != ERR_OK)
        return k;
    if (!r.secret[0] || !verified(&source, &r)) return r.nomem ? err_nomem(e) : refuse(e);
    if ((k = check_body(c, e)) != ERR_OK) return k;
    in = arena_alloc(c->arena, sizeof *in);
    if (!in) return err_nomem(e);
    *in = (struct inbound_request){ .source = source.n, .delivery = delivery_id(c, r.delivery) };
    if (!in->delivery) return err_nomem(e);
    c->prepared = in;
    return ERR_OK;
}
