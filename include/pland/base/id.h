/* Prefixed, time-sortable ids: "plan_" + 26 characters of Crockford base 32 (48 bits of milliseconds, 80 of
 * randomness, as the ULID specification has it). Ids made by one process never repeat and sort by creation.
 * Thread-safe. */
#ifndef PLAND_BASE_ID_H
#define PLAND_BASE_ID_H

#include <stdbool.h>
#include "pland/base/clock.h"

#define ID_LEN 40 /* with NUL; prefixes have at most 8 characters */

struct id { char s[ID_LEN]; };

/* prefix: "plan_" or "plan", the underscore is added where it is not given. clock NULL: the real one. */
void id_new(struct id *ret, const char *prefix, const struct clock *clock);
/* A secret: prefix + 40 base-62 characters from the system's generator. ret holds at least 64 bytes. */
void id_secret(char *ret, const char *prefix);

#endif
