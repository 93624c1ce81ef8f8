/* Scores of the strategies: 0 where one does not fit the ticket, else the higher the better it fits. */
#ifndef PLANNER_OFFLINE_STRATEGY_ROWS_H
#define PLANNER_OFFLINE_STRATEGY_ROWS_H

#include "planner/offline/dialogue/strategy.h"

int score_extend(const struct scene *s);
int score_module(const struct scene *s);
int score_queue(const struct scene *s);
int score_sync(const struct scene *s);
int score_schema(const struct scene *s);
int score_derive(const struct scene *s);
int score_index(const struct scene *s);
int score_cache(const struct scene *s);
int score_service(const struct scene *s);
int score_inplace(const struct scene *s);
int score_adapter(const struct scene *s);
int score_move(const struct scene *s);
int score_stepwise(const struct scene *s);
int score_fix(const struct scene *s);
int score_project(const struct scene *s);
int score_flat(const struct scene *s);
int score_slice(const struct scene *s);
int score_edge(const struct scene *s);
int score_flag(const struct scene *s);

#endif
