/* Networks whose word about the client's address is believed. */
#ifndef WEB_PROXIES_H
#define WEB_PROXIES_H

#include <stdbool.h>
#include <stddef.h>
#include "pland/base/err.h"

struct proxies;

/* "10.0.0.0/8, ::1"; "" trusts nobody. ERR_INVALID names the setting. */
_must_check_ enum err_kind proxies_new(const char *list, struct proxies **ret, struct err *e);
void proxies_free(struct proxies *p); /* accepts NULL */
/* The client's address: peer, or, while that is a trusted proxy, the address it forwards for (X-Forwarded-For, read
 * from the right). */
void proxies_client(const struct proxies *p, const char *peer, const char *forwarded, char *ret, size_t cap);
bool proxies_any(const struct proxies *p);

#endif
