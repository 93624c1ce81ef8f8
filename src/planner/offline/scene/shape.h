/* Shaping the scene by what was said and chosen after the research. */
#ifndef PLANNER_OFFLINE_SHAPE_H
#define PLANNER_OFFLINE_SHAPE_H

#include "planner/offline/scene/scene.h"

/* Before the places are found: the brief's relevance is taken over with the corrections in it. */
_must_check_ enum err_kind shape_by_corrections(struct scene *s, struct err *e);
bool corrected_away(const struct brief *b, const char *path); /* a correction says that it is not this file */
bool correction_demands(const char *text);                    /* it asks for something, so it is a requirement */
/* An answer that differs from the default and asks for something: the requirement it becomes; NULL. */
const char *answer_demand(const struct scene *s, const struct answer *a, const char **ret_quote);
/* After the strategy is known: requirements move, are left out or are added as it means. */
void shape_by_strategy(struct scene *s);
/* The scene as another strategy would have it; needs are copied. */
_must_check_ enum err_kind shape_as(const struct scene *s, enum strategy_id id, struct scene *ret, struct err *e);

#endif
