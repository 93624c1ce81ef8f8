/* One order about the plan itself, and how each is carried out. */
#ifndef PLANNER_OFFLINE_ORDER_H
#define PLANNER_OFFLINE_ORDER_H

#include "planner/offline/change/edit.h"

enum order_where { ORDER_LAST, ORDER_FIRST, ORDER_BEFORE, ORDER_AFTER };
struct order {
    const struct brief *b;
    struct document *d;
    struct arena *a;
    int64_t *next;               /* number of the next new phase */
    struct phase *phase, *other; /* in d */
    enum order_where where;
    int64_t number;              /* minutes; of a step */
    bool named;                  /* the step was */
    const char *text;
    const struct question *question;
};
typedef enum err_kind order_fn(struct order *o, struct err *e);
/* ERR_INVALID at /instruction: it cannot be. */
order_fn order_drop, order_rename, order_estimate, order_split, order_join, order_swap, order_move, order_add,
    order_answer, order_correct;

#endif
