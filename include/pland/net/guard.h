/* The guard: which addresses pland may talk to.
 *
 * What the operator configured (models, trackers) is allowed exactly as written. A URL that came through the API is
 * checked twice: as text (guard_url: scheme, no user information, a literal address must be public) and when a socket
 * is opened (guard_address: the very address that is connected to). "Public" excludes loopback, private, link-local,
 * shared (CGNAT), unique-local, multicast, unspecified, reserved and documentation ranges, and IPv6 forms that embed
 * such an IPv4 address, unless one of the configured networks contains it. Refusals name the setting that allows it.
 *
 * A guard never changes after guard_new(); any thread may use it. */
#ifndef PLAND_NET_GUARD_H
#define PLAND_NET_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include "pland/base/err.h"

struct sockaddr;

enum http_dest {
    HTTP_OPERATOR, /* configured by the operator */
    HTTP_API       /* came through the API: hooks, sources, links */
};

struct guard;

/* networks: "10.1.0.0/16", "fd00::/8" or single addresses (the setting allow-networks). ERR_INVALID names a bad one. */
_must_check_ enum err_kind guard_new(const char *const *networks, size_t n, struct guard **ret, struct err *e);
void guard_free(struct guard *g);

/* Text check of a URL that came through the API; nothing is resolved, so any thread may wait for it. g may be NULL:
 * no private network is allowed. ERR_INVALID: not a usable http(s) URL; ERR_FORBIDDEN: a private address. */
_must_check_ enum err_kind guard_url(const struct guard *g, const char *url, struct err *e);

/* Checks an address about to be connected to; host is only for the message. ERR_FORBIDDEN: refused. */
_must_check_ enum err_kind guard_address(const struct guard *g, const struct sockaddr *sa, const char *host,
                                         struct err *e);

/* The same for text: a literal address is checked; a name passes, its addresses are checked when it is connected to. */
_must_check_ enum err_kind guard_host(const struct guard *g, const char *host, struct err *e);

/* Resolves host for a program that connects by itself and is told the address, so that it cannot get another one. Only
 * addresses that guard_address() allows are given. Blocks on the DNS. ERR_NOT_FOUND: no such host; ERR_FORBIDDEN: all of
 * its addresses are refused; ERR_UPSTREAM: the DNS does not answer. */
#define GUARD_ADDRESS_MAX 64
struct guard_addresses {
    char v[4][GUARD_ADDRESS_MAX]; /* numeric, IPv6 without brackets */
    size_t n;
};
_must_check_ enum err_kind guard_resolve(const struct guard *g, const char *host, struct guard_addresses *ret,
                                         struct err *e);
/* Would this name reach something internal when somebody else (the egress proxy) resolves it? */
bool guard_host_internal(const char *host);

DEFINE_CLEANUP(auto_guard_fn, struct guard *, guard_free);
#define auto_guard AUTO(auto_guard_fn) struct guard *

#endif
