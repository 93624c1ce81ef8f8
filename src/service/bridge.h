/* The bridge between this daemon's bus and those of the other daemons of its database. */
#ifndef SERVICE_BRIDGE_H
#define SERVICE_BRIDGE_H

#include "pland/service/service.h"

struct bridge;
/* *ret stays NULL where the database is not shared. */
_must_check_ enum err_kind bridge_open(struct service *s, struct bridge **ret, struct err *e);
void bridge_close(struct bridge *b); /* accepts NULL */

#endif
