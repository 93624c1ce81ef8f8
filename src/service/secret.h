/* Secrets that must be recoverable: made or taken, sealed under the instance's key. */
#ifndef SERVICE_SECRET_H
#define SERVICE_SECRET_H

#include "pland/service/service.h"

struct sealed { const char *plain; const void *bytes; size_t n; };

/* given NULL: a new secret "whsec_" + base64 of 32 random bytes. ERR_INVALID at /secret when given is neither that
 * form nor at least 16 characters long. All memory from a. */
_must_check_ enum err_kind secret_webhook(const struct service *s, struct arena *a, const char *given,
                                          struct sealed *ret, struct err *e);
/* Any text. */
_must_check_ enum err_kind secret_seal(const struct service *s, struct arena *a, const char *plain, struct sealed *ret,
                                       struct err *e);

#endif
