/* The token cache that service_open() makes. */
#ifndef SERVICE_AUTH_H
#define SERVICE_AUTH_H

#include "pland/service/service.h"

_must_check_ enum err_kind auth_cache_new(struct bus *bus, struct auth_cache **ret, struct err *e);
void auth_cache_free(struct auth_cache *c, struct bus *bus);

#endif
