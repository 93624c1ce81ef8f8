/* Tickets of sources: which plan each has become, pland's comment in it, and what is answered there. */
#ifndef PLAND_STORE_TICKETS_H
#define PLAND_STORE_TICKETS_H

#include "pland/store/store.h"

struct ticket_row {
    int64_t n, source;
    const char *ticket;   /* what the tracker's API calls it: "acme/api#12" */
    int64_t plan;         /* plans.n; 0: none (yet) */
    int64_t made_at;      /* of the plan */
    int64_t updated_at;   /* newest that the tracker has told of, by its clock */
    const char *state;    /* JSON: the ticket as it was told last */
    const char *based_on; /* digest of title and body that the plan rests on */
    const char *comment;  /* id of pland's comment; NULL: none is known */
    const char *shown;    /* digest of what the comment shows */
};
struct ticket_list {
    struct ticket_row *v;
    size_t n;
};
_must_check_ enum err_kind store_ticket_find(struct txn *tx, int64_t source, const char *ticket, struct arena *a,
                                             struct ticket_row *ret, struct err *e);
_must_check_ enum err_kind store_ticket_get_n(struct txn *tx, int64_t n, struct arena *a, struct ticket_row *ret,
                                              struct err *e);
/* Those of a plan: one, or more when several sources tell of the same ticket. */
_must_check_ enum err_kind store_ticket_of_plan(struct txn *tx, int64_t plan, struct arena *a, struct ticket_list *ret,
                                                struct err *e);
/* ERR_CONFLICT: the source has this ticket already. Sets n. */
_must_check_ enum err_kind store_ticket_insert(struct txn *tx, struct ticket_row *r, struct err *e);
_must_check_ enum err_kind store_ticket_update(struct txn *tx, const struct ticket_row *r,
                                               struct err *e); /* all from plan on */
/* How many tickets of the source have become plans since. */
_must_check_ enum err_kind store_ticket_made(struct txn *tx, int64_t source, int64_t since, int64_t *ret,
                                             struct err *e);

struct reply_row {
    int64_t n, ticket;
    const char *topic;   /* what it answers, once: "comment 17", "refused mallory" */
    const char *body;    /* Markdown; NULL: nothing is said, it is only dealt with */
    const char *comment; /* its id there; NULL: not written yet */
};
struct reply_list {
    struct reply_row *v;
    size_t n;
};
/* ERR_CONFLICT: this was answered before. */
_must_check_ enum err_kind store_reply_insert(struct txn *tx, struct reply_row *r, struct err *e);
_must_check_ enum err_kind store_reply_get(struct txn *tx, int64_t ticket, int64_t n, struct arena *a,
                                           struct reply_row *ret, struct err *e);
/* Those of a topic in the plan's tickets that have no text. */
_must_check_ enum err_kind store_reply_about(struct txn *tx, int64_t plan, const char *topic, struct arena *a,
                                             struct reply_list *ret, struct err *e);
/* Gives one its text. */
_must_check_ enum err_kind store_reply_say(struct txn *tx, int64_t n, const char *body, struct err *e);
/* Those that are still to be written, oldest first. */
_must_check_ enum err_kind store_reply_open(struct txn *tx, int64_t ticket, struct arena *a, struct reply_list *ret,
                                            struct err *e);
_must_check_ enum err_kind store_reply_written(struct txn *tx, int64_t n, const char *comment, struct err *e);

#endif
