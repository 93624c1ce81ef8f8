/* What a request's headers say about representations: which type is wanted, which ones the client has. Pure. */
#ifndef PLAND_SERVICE_NEGOTIATE_H
#define PLAND_SERVICE_NEGOTIATE_H

#include <stdbool.h>
#include <stddef.h>

/* The index of the type ("text/html") that an Accept header likes best, by quality, then by its own order, then by the
 * order of types; the first one when there is no header, -1 when none is accepted (RFC 9110 12.5.1). Parameters other
 * than q are skipped. */
int negotiate_type(const char *accept, const char *const *types, size_t n);

/* Whether a list of entity tags (If-Match, If-None-Match) names etag, which is quoted; "*" does. Weak comparison for
 * both headers: pland gives strong tags only, and what a proxy made weak was read all the same. */
bool etag_listed(const char *list, const char *etag);
/* The same for any representation of what etag stands for: "r1-abc" is named by "r1-abc.markdown" too; "*" is not
 * enough. */
bool etag_family_listed(const char *list, const char *etag);

#endif
