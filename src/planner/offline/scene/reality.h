/* Statements about the code that belong to this ticket: the files it meets, the way of a call, its tests, its CI. */
#ifndef PLANNER_OFFLINE_REALITY_H
#define PLANNER_OFFLINE_REALITY_H

#include "planner/offline/scene/scene.h"

typedef LIST(struct finding) finding_list;
struct finding *say(const struct scene *s, finding_list *l, const char *text); /* NULL text or no memory: NULL */
void prove(const struct scene *s, struct finding *f, const char *path, int64_t line, const char *note);

void reality_architecture(const struct scene *s, finding_list *l);
void reality_testing(const struct scene *s, finding_list *l);
void reality_deploy(const struct scene *s, finding_list *l);

#endif
