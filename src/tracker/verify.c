/* Incoming webhooks: the signature is checked over the raw bytes before anything else looks at them. Whatever is wrong
 * with it, and whether the source exists, answers alike. */
#include "tracker/inner.h"
#include "tracker/kind.h"

#include <string.h>

enum { DELIVERY_MAX = 200 };

/* A request that carries the header of a scheme is judged by that scheme alone. */
static bool verified(const struct tracker_kind *kind, struct received *r)
{
    for (const struct scheme *s = kind->schemes; s->header; s++)
        if (call_param(r->call, s->header)) return s->check(r);
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
    const struct tracker_kind *kind;
    struct inbound_request *in;
    enum err_kind k;
    if (c->n_body > INBOUND_MAX) return err_set(e, ERR_TOO_LARGE, "the body has more than %zu bytes", INBOUND_MAX);
    k = c->id ? service_source_find(c->service, c->id, c->arena, &source, e) : ERR_NOT_FOUND;
    if (k == ERR_NOT_FOUND) return refuse(e);
    if (k != ERR_OK ||
        (k = service_unseal(c->service, source.secret, source.n_secret, c->arena, &r.secret, e)) != ERR_OK)
        return k;
    kind = kind_find(source.kind);
    if (!kind || !r.secret[0] || !verified(kind, &r)) return r.nomem ? err_nomem(e) : refuse(e);
    if ((k = check_body(c, e)) != ERR_OK) return k;
    in = arena_alloc(c->arena, sizeof *in);
    if (!in) return err_nomem(e);
    *in = (struct inbound_request){ .source = source.n, .delivery = delivery_id(c, r.delivery),
        .event = kind->event_header ? call_param(c, kind->event_header) : NULL, .unsigned_id = !r.signed_id };
    if (!in->delivery) return err_nomem(e);
    c->prepared = in;
    return ERR_OK;
}
