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
struct delivery_attempt {
    struct service *service;
    const struct job *job;
    const struct delivery_row *delivery; /* as it is now */
    bool made;           /* false: it is only settled, because its hook is switched off */
    bool ok;
    int64_t ms;          /* how long it took */
    int64_t run_at;      /* when to try again; 0: settled */
    int64_t rest_ms;     /* the receiver asks for a pause; 0: it does not */
    const char *disable; /* why the hook is to be switched off, or NULL: 410, or failing for days */
    void (*done)(struct delivery_attempt *t); /* writer thread; result in write */
    void *arg;
    struct store_write write;
    struct outcome out;
};
/* Records an attempt, and what it says about the hook, and ends its job or queues it again, in one transaction: whoever
 * sees a delivery settled may have it sent again. ERR_NOT_FOUND: the hook is gone, and the job as it was. t lives until
 * done; on failure done is not called. */
_must_check_ enum err_kind service_delivery_attempt(struct delivery_attempt *t, struct err *e);
/* The same, waiting. */
_must_check_ enum err_kind service_delivery_attempt_now(struct delivery_attempt *t, struct err *e);

#endif
