/* Outgoing webhooks inside a transaction: one delivery and one job for each hook that wants an event. */
#ifndef SERVICE_DELIVER_H
#define SERVICE_DELIVER_H

#include "pland/service/service.h"
#include "pland/store/hooks.h"
#include "pland/store/plans.h"

enum { EVENT_MAX = 1 << 20 /* bytes of an event's data: two texts of 64 KiB, however they are escaped */ };

_must_check_ enum err_kind deliver_event(struct txn *tx, struct service *s, struct arena *a, const struct plan_row *p,
                                         const struct event_row *ev, struct outcome *out, struct err *e);
_must_check_ enum err_kind deliver_to(struct txn *tx, struct service *s, const struct hook_row *h, const char *type,
                                      const char *body, struct outcome *out, struct err *e);

/* What happened to a hook itself, told to one hook; or to all others of its project that want to know. */
_must_check_ enum err_kind deliver_about_hook(struct txn *tx, struct service *s, const struct hook_row *to,
                                              const char *type, const char *data, struct outcome *out, struct err *e);
_must_check_ enum err_kind deliver_news(struct txn *tx, struct service *s, struct arena *a,
                                        const struct hook_row *about, const char *type, const char *data,
                                        struct outcome *out, struct err *e);

#endif
