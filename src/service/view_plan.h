/* Pieces of plan views that several views show. */
#ifndef SERVICE_VIEW_PLAN_H
#define SERVICE_VIEW_PLAN_H

#include "pland/store/documents.h"
#include "pland/store/plans.h"
#include "service/view.h"

_must_check_ enum err_kind plan_summary_json(struct txn *tx, struct call *c, const struct plan_row *p, struct buf *b,
                                             struct err *e); /* members, no braces */
/* What the plan's state says to people: nothing in a working state. */
_must_check_ enum err_kind plan_needs_message(struct txn *tx, struct call *c, const struct plan_row *p, struct buf *b,
                                              struct err *e);
/* What is shown of a plan besides its row. */
struct plan_shown {
    const struct plan_row *row;
    const char *ticket, *request; /* JSON, or NULL */
    struct plan_base_list bases;
};
/* A plan that is new, as GET will show it: its row and what is given here are all there is of it. */
_must_check_ enum err_kind plan_show_new(struct txn *tx, struct call *c, const struct plan_shown *s, struct view *v,
                                         struct err *e);
void plan_base_json(const struct plan_base_list *l, struct buf *b);                               /* member "base" */
/* Member "affected": a revision's sections that use what has changed, and what to send to have them worked over. Nothing
 * when there are none. */
void affected_json(const char *plan, const char *affected, struct arena *a, struct buf *b);
void verdict_json(const struct revision_row *r, struct buf *b);

#endif
