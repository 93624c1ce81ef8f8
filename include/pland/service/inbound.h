/* What tracker/ needs of sources, deliveries and secrets. */
#ifndef PLAND_SERVICE_INBOUND_H
#define PLAND_SERVICE_INBOUND_H

#include "pland/service/service.h"
#include "pland/service/sources.h"
#include "pland/store/hooks.h"
#include "pland/store/jobs.h"

/* Opens a sealed secret; the text lives in the arena. */
_must_check_ enum err_kind service_unseal(const struct service *s, const void *sealed, size_t n, struct arena *a,
                                          const char **ret, struct err *e);
_must_check_ enum err_kind service_source_find(struct service *s, const char *id, struct arena *a,
                                               struct source_row *ret, struct err *e);
_must_check_ enum err_kind service_inbound_find(struct service *s, int64_t n, struct arena *a, struct inbound_row *ret,
                                                struct source_row *ret_source, struct err *e);
_must_check_ enum err_kind service_inbound_settle(struct service *s, int64_t n, const char *outcome, struct err *e);
/* A delivery with its hook. ERR_NOT_FOUND: the hook or delivery is gone. */
_must_check_ enum err_kind service_delivery_find(struct service *s, const char *id, struct arena *a,
                                                 struct delivery_row *ret, struct hook_row *ret_hook, struct err *e);
/* Records an attempt, and what it says about the hook (disable: 410 or failing for days). A delivery that is settled
 * with it ends its job, so that whoever sees it settled may have it sent again. */
_must_check_ enum err_kind service_delivery_attempt(struct service *s, const struct job *j,
                                                    const struct delivery_row *d, bool ok, const char *disable,
                                                    struct err *e);

#endif
