/* Comments of people on the text of a plan. */
#ifndef PLAND_STORE_COMMENTS_H
#define PLAND_STORE_COMMENTS_H

#include "pland/store/store.h"

struct comment_row {
    int64_t n, plan;
    const char *id;
    const char *reply_to;      /* id of the comment that begins the thread; NULL: this one does */
    int64_t revision;          /* on which it was made; 0: on one of the plan that this one was forked from */
    int64_t at, author;
    const char *anchor;        /* section id, as it was made; of a reply: its thread's */
    const char *quote, *body;  /* quote NULL: about the section as a whole */
    int64_t changed_at;        /* 0: never */
    const char *section;       /* where it stands now; where it stood last, when it is outdated */
    int64_t outdated;          /* the revision since which what it quotes is nowhere; 0: it stands */
    int64_t resolved_at, resolved_by, resolved_in; /* 0: open; in: the revision that worked it in, 0: said by somebody */
};
struct comment_list { struct comment_row *v; size_t n; };
_must_check_ enum err_kind store_comment_insert(struct txn *tx, struct comment_row *r, struct err *e); /* sets n */
/* body and what comes after it */
_must_check_ enum err_kind store_comment_update(struct txn *tx, const struct comment_row *r, struct err *e);
/* Within the plan; ERR_NOT_FOUND. */
_must_check_ enum err_kind store_comment_get(struct txn *tx, int64_t plan, const char *id, struct arena *a,
                                             struct comment_row *ret, struct err *e);
/* All of a plan, oldest first. */
_must_check_ enum err_kind store_comment_list(struct txn *tx, int64_t plan, struct arena *a, struct comment_list *ret,
                                              struct err *e);

#endif
