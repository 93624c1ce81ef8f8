/* Webhooks out (hooks, deliveries) and in (sources, inbound), model calls. Secrets are stored sealed. */
#ifndef PLAND_STORE_HOOKS_H
#define PLAND_STORE_HOOKS_H

#include "pland/store/store.h"

struct hook_row {
    int64_t n, project;
    const char *id, *url;
    const void *secret; size_t n_secret; /* sealed */
    const char *events;                  /* JSON array of types, NULL: all */
    int64_t created_at, created_by, disabled_at, failing_since;
    const char *disabled_why;
    const char *format;                  /* NULL: Standard Webhooks; "slack" */
    const void *old_secret; size_t n_old_secret; /* sealed: signs, too, until old_until */
    int64_t old_until;
    int64_t failures, rest_until;        /* in a row; nothing is sent before */
};
struct hook_list { struct hook_row *v; size_t n; };
_must_check_ enum err_kind store_hook_insert(struct txn *tx, struct hook_row *h, struct err *e);
_must_check_ enum err_kind store_hook_get(struct txn *tx, int64_t project, const char *id, struct arena *a,
                                          struct hook_row *ret, struct err *e);
_must_check_ enum err_kind store_hook_get_n(struct txn *tx, int64_t n, struct arena *a, struct hook_row *ret,
                                            struct err *e);
_must_check_ enum err_kind store_hook_list(struct txn *tx, int64_t project /* 0: all */, struct arena *a,
                                           struct hook_list *ret, struct err *e);
_must_check_ enum err_kind store_hook_update(struct txn *tx, const struct hook_row *h, struct err *e);
_must_check_ enum err_kind store_hook_delete(struct txn *tx, int64_t n, struct err *e);

enum delivery_state { DELIVERY_PENDING, DELIVERY_DONE, DELIVERY_FAILED };
extern const char *const delivery_state_names[];
struct delivery_row {
    int64_t n, hook;
    const char *id;      /* msg_…: stable over attempts */
    const char *type, *body;
    int state;
    int64_t attempts, at, last_at;
    int last_status;     /* HTTP; 0: none */
    const char *last_error;
};
struct delivery_list { struct delivery_row *v; size_t n; };
_must_check_ enum err_kind store_delivery_insert(struct txn *tx, struct delivery_row *d, struct err *e);
_must_check_ enum err_kind store_delivery_get(struct txn *tx, const char *id, struct arena *a, struct delivery_row *ret,
                                              struct err *e);
_must_check_ enum err_kind store_delivery_update(struct txn *tx, const struct delivery_row *d, struct err *e);
/* Those that failed since a time, and those that wait for their next attempt, are due at once; their jobs are made or
 * moved to now. *ret: how many. */
_must_check_ enum err_kind store_delivery_recover(struct txn *tx, int64_t hook, int64_t since, int64_t now, int64_t *ret,
                                                  struct err *e);
struct attempt_row { int64_t n, delivery, at, ms; int status; const char *error; };
struct attempt_list { struct attempt_row *v; size_t n; };
_must_check_ enum err_kind store_attempt_insert(struct txn *tx, struct attempt_row *a, struct err *e);
_must_check_ enum err_kind store_attempt_list(struct txn *tx, int64_t delivery, struct arena *a,
                                              struct attempt_list *ret, struct err *e);
_must_check_ enum err_kind store_delivery_list(struct txn *tx, int64_t hook, int64_t before, int limit, struct arena *a,
                                               struct delivery_list *ret, struct err *e);
/* Forgets the oldest deliveries from before a time that are settled, limit at most; *ret: how many. */
_must_check_ enum err_kind store_delivery_prune(struct txn *tx, int64_t before, int limit, int64_t *ret, struct err *e);

struct source_row {
    int64_t n, project;
    const char *id, *name, *kind; /* "generic", "github" … */
    const void *secret; size_t n_secret;
    const char *settings;         /* JSON: service/sources.h */
    int64_t created_at, created_by;
    const void *credential; size_t n_credential; /* for its API, sealed; NULL: it is not called */
    int64_t synced_at;            /* until when its changes are known, by its clock; 0: nothing yet */
    int64_t next_at;              /* when it is asked next; 0: never */
    const char *error;            /* why its API could not be called the last time, or NULL */
};
struct source_list { struct source_row *v; size_t n; };
_must_check_ enum err_kind store_source_insert(struct txn *tx, struct source_row *r, struct err *e);
_must_check_ enum err_kind store_source_get(struct txn *tx, int64_t project /* 0: any */, const char *id,
                                            struct arena *a, struct source_row *ret, struct err *e);
_must_check_ enum err_kind store_source_get_n(struct txn *tx, int64_t n, struct arena *a, struct source_row *ret,
                                              struct err *e);
_must_check_ enum err_kind store_source_list(struct txn *tx, int64_t project, struct arena *a, struct source_list *ret,
                                             struct err *e);
/* name, secret, settings, credential, synced_at, next_at, error */
_must_check_ enum err_kind store_source_update(struct txn *tx, const struct source_row *r, struct err *e);
/* Those that are to be asked by now. */
_must_check_ enum err_kind store_source_due(struct txn *tx, int64_t now, struct arena *a, struct source_list *ret,
                                            struct err *e);
/* What waits for the source's API is tried at once, as if for the first time. */
_must_check_ enum err_kind store_source_hasten(struct txn *tx, int64_t source, int64_t now, struct err *e);
_must_check_ enum err_kind store_source_delete(struct txn *tx, int64_t n, struct err *e);

struct inbound_row {
    int64_t n, source, at;
    const char *delivery; /* what the sender calls it */
    const char *body;
    bool done;
    const char *outcome;
    const char *event;    /* what the sender's header says it is, or NULL */
    const char *digest;   /* of the body, where the delivery's id is not signed; else NULL */
};
struct inbound_list { struct inbound_row *v; size_t n; };
/* ERR_CONFLICT: this delivery, or one of this digest, was taken before. */
_must_check_ enum err_kind store_inbound_insert(struct txn *tx, struct inbound_row *r, struct err *e);
_must_check_ enum err_kind store_inbound_get(struct txn *tx, int64_t n, struct arena *a, struct inbound_row *ret,
                                             struct err *e);
_must_check_ enum err_kind store_inbound_done(struct txn *tx, int64_t n, const char *outcome, struct err *e);
/* Newest first; before: cursor, rows with n < before; 0: from the newest. */
_must_check_ enum err_kind store_inbound_list(struct txn *tx, int64_t source, int64_t before, int limit, struct arena *a,
                                              struct inbound_list *ret, struct err *e);
/* How many the source has sent since. */
_must_check_ enum err_kind store_inbound_count(struct txn *tx, int64_t source, int64_t since, int64_t *ret, struct err *e);
/* Forgets the oldest deliveries from before a time that are dealt with, limit at most; *ret: how many. */
_must_check_ enum err_kind store_inbound_prune(struct txn *tx, int64_t before, int limit, int64_t *ret, struct err *e);

#endif
