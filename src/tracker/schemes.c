/* How senders sign. Whatever the scheme, it is compared in constant time, over the raw bytes. */
#include "tracker/inner.h"

#include <stdlib.h>
#include <string.h>

bool fresh_seconds(const struct received *r, const char *s)
{
    size_t n = strspn(s, "0123456789");
    int64_t ms;
    if (!n || n > 12 || s[n]) return false;
    ms = strtoll(s, NULL, 10) * 1000;
    return ms >= r->now - FRESH_MS && ms <= r->now + FRESH_MS;
}

bool scheme_standard(struct received *r)
{
    const struct call *c = r->call;
    const char *id = call_param(c, "header:webhook-id"), *at = call_param(c, "header:webhook-timestamp");
    const char *given = call_param(c, "header:webhook-signature");
    char made[SIGNATURE_LEN];
    struct err e;
    enum err_kind k;
    if (!id || !at || !given || !*id || !*at || at[strspn(at, "0123456789")] || strlen(at) > 12) return false;
    k = signature_make(r->secret, id, strtoll(at, NULL, 10), c->body, c->n_body, made, &e);
    r->nomem = k == ERR_NOMEM;
    if (k != ERR_OK || !signature_listed(given, made)) return false;
    r->delivery = id;
    r->signed_id = true;
    return fresh_seconds(r, at);
}

bool scheme_hmac(struct received *r, const char *header, const char *delivery)
{
    const char *given = call_param(r->call, header);
    if (!given || !signature_plain(given, r->secret, r->call->body, r->call->n_body)) return false;
    r->delivery = call_param(r->call, delivery);
    return true;
}

bool scheme_token(struct received *r, const char *header)
{
    const char *given = call_param(r->call, header);
    struct sha256 a, b;
    if (!given) return false;
    a = hash_sha256(given, strlen(given)); /* of equal length, whatever is sent */
    b = hash_sha256(r->secret, strlen(r->secret));
    return hash_equal(a.b, b.b, sizeof a.b);
}
