/* What people write to a plan in their own words, and what was made of it. */
#ifndef PLAND_STORE_MESSAGES_H
#define PLAND_STORE_MESSAGES_H

#include "pland/store/store.h"

enum message_state {
    MESSAGE_STATE_READING,  /* a model reads it */
    MESSAGE_STATE_PROPOSED, /* waits for somebody to confirm what was understood */
    MESSAGE_STATE_DONE,
    MESSAGE_STATE_UNCLEAR,  /* nothing was understood: why says how to say it */
    MESSAGE_STATE_REFUSED   /* understood and not possible: why */
};
extern const char *const message_state_names[];
struct message_row {
    int64_t n, plan, at, author;
    const char *id, *text;
    int role;                /* enum role: of who wrote it */
    int state;
    int plan_state;          /* enum plan_state, in which it was understood */
    int64_t revision;        /* newest then */
    const char *understood;  /* JSON of message_record, or NULL */
    bool spoken;             /* read by a model: its actions are those of understood, else they are read again */
    const char *why;
    int64_t done_at;         /* 0: not */
};
struct message_list { struct message_row *v; size_t n; };
_must_check_ enum err_kind store_message_insert(struct txn *tx, struct message_row *r, struct err *e); /* sets n */
_must_check_ enum err_kind store_message_update(struct txn *tx, const struct message_row *r, struct err *e); /* state and all after it */
_must_check_ enum err_kind store_message_get(struct txn *tx, int64_t plan, const char *id, struct arena *a,
                                             struct message_row *ret, struct err *e);
/* Nobody reads any more what is being read of this plan. */
_must_check_ enum err_kind store_message_give_up(struct txn *tx, int64_t plan, const char *why, struct err *e);
/* Newest first. */
_must_check_ enum err_kind store_message_list(struct txn *tx, int64_t plan, int64_t before, int limit, struct arena *a,
                                              struct message_list *ret, struct err *e);

#endif
