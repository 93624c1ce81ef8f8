/* Strategies: ways of making a change that differ in substance. One row each: when it fits, what it means, what speaks
 * for and against it. */
#ifndef PLANNER_OFFLINE_STRATEGY_H
#define PLANNER_OFFLINE_STRATEGY_H

#include "planner/offline/scene/scene.h"

struct strategy {
    const char *title;
    int (*score)(const struct scene *s);     /* 0: does not fit this ticket */
    const char *summary, *best_for, *reason; /* templates, see strategy_vars() */
    const char *pros[5], *cons[5];           /* templates; one that needs an absent variable is left out */
    int effort_percent;                      /* of the plain effort */
    int risk;                                /* enum level */
    const char *risk_why;                    /* template */
    bool fresh;                              /* the logic goes to a new module */
    const char *words[8];                    /* that name it in an approach of one's own */
};
extern const struct strategy strategies[STRATEGY_N_];

enum { STRATEGY_VARS = 48 };
/* Variables of the templates: {file} {symbol} {why} {new} {test} {endpoint} {table} {topic} {title} {count}. An absent
 * one has the value NULL. */
size_t strategy_vars(const struct scene *s, struct var ret[STRATEGY_VARS]);
size_t strategy_facts(const struct scene *s, struct var *ret); /* those that rest on the code; at most 22 */
/* The template filled, NULL when it uses a variable that is absent here. */
const char *strategy_fill(const struct scene *s, const char *template, const struct var *v, size_t n);
/* The place the change turns around: of the logic, else of the API, the interface, anything. NULL: none. */
const struct place *scene_centre(const struct scene *s);
/* The first of the layer's own files, else the closest in kind; NULL: none. */
const struct place *scene_home(const struct scene *s, enum layer l);
/* The layer whose rules go to a new module; LAYER_N_: the strategy has none. */
enum layer scene_fresh_layer(const struct scene *s);
const char *fresh_path(const struct scene *s); /* of that module, with alias; NULL: none */
int64_t plain_effort(const struct scene *s);   /* minutes */

#endif
