/* Commands that come with a manifest or a dependency, listed or not. */
#ifndef SURVEY_IMPLIED_H
#define SURVEY_IMPLIED_H

#include "survey/inner.h"
#include "survey/words.h"

/* The command a manifest or dependency of the survey brings along, listed or not; NULL: none. Pure; made in the arena.
 */
const struct survey_command *implied_command(const struct survey *s, const struct words *w, struct arena *a);

/* Is what CI runs in d->dir, word for word, such a command that builds or tests? Then d->path and d->line become the
 * place that brings it along. */
bool implied_place(struct scan *c, const struct words *w, struct survey_command *d);

#endif
