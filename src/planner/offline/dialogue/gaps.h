/* Gaps: what a ticket of some kind usually says and this one does not. A row asks when its situation is there, nothing
 * in the ticket answers it, and the code does not either. */
#ifndef PLANNER_OFFLINE_GAPS_H
#define PLANNER_OFFLINE_GAPS_H

#include "planner/offline/scene/scene.h"

enum { GAP_VARS = 8, GAP_OPTIONS = 4 };
struct gap_vars {
    struct var v[GAP_VARS];
    size_t n;
};
typedef bool gap_fn(const struct scene *s, struct gap_vars *v); /* finds the subject: variables of the templates */

struct gap {
    int weight;                       /* how much of the plan hangs on the answer; the highest are asked first */
    gap_fn *there;
    const char *const *answered;      /* words that answer it, in the ticket or the constraints; NULL-terminated */
    const char *text, *why;           /* templates */
    const char *options[GAP_OPTIONS]; /* the first is the default */
    const char *searched;
};
extern const struct gap gaps[];
extern const size_t gaps_n;

const char *gap_fill(const struct scene *s, const char *template, const struct gap_vars *v); /* NULL: a name is absent */

#endif
