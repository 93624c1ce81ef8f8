/* The guard: allowed networks, and the check of one address. The text rules for URLs are in url.c. */
#include "pland/net/guard.h"

#include <netinet/in.h>
#include <stdlib.h>
#include "net/address.h"
#include "net/url.h"

struct guard {
    size_t n;
    struct network allowed[];
};

enum err_kind guard_new(const char *const *networks, size_t n, struct guard **ret, struct err *e)
{
    auto_guard g = calloc(1, sizeof *g + n * sizeof g->allowed[0]);
    if (!g) return err_nomem(e);
    for (size_t i = 0; i < n; i++) {
        if (!network_parse(networks[i], &g->allowed[i])) {
            return err_set(e, ERR_INVALID, "allow-networks: '%.60s' is not a network such as 10.1.0.0/16 or fd00::/8",
                           networks[i]);
        }
    }
    g->n = n;
    *ret = TAKE(g);
    return ERR_OK;
}

void guard_free(struct guard *g)
{
    free(g);
}

static bool guard_allows(const struct guard *g, const struct address *a)
{
    for (size_t i = 0; g && i < g->n; i++) {
        if (network_has(&g->allowed[i], a)) return true;
    }
    return false;
}

static enum err_kind check(const struct guard *g, const struct address *a, const char *host, struct err *e)
{
    struct address inner;
    char text[INET6_ADDRSTRLEN];
    const char *range = address_range(a, &inner);
    if (!range || guard_allows(g, a) || guard_allows(g, &inner)) return ERR_OK;
    address_format(a, text, sizeof text);
    return err_set(e, ERR_FORBIDDEN, "%.120s leads to %s, which is %s; the setting allow-networks can allow it", host,
                   text, range);
}

enum err_kind guard_address(const struct guard *g, const struct sockaddr *sa, const char *host, struct err *e)
{
    struct address a;
    if (!address_from(sa, &a)) return err_set(e, ERR_FORBIDDEN, "%.120s is not an internet address", host);
    return check(g, &a, host, e);
}

enum err_kind guard_host(const struct guard *g, const char *host, struct err *e)
{
    struct address a;
    return address_parse(host, &a) ? check(g, &a, host, e) : ERR_OK;
}

enum err_kind guard_url(const struct guard *g, const char *url, struct err *e)
{
    struct url u = { 0 };
    enum err_kind k = url_parse(&u, g, HTTP_API, url, e);
    url_release(&u);
    return k;
}
