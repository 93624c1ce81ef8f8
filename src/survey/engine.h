/* Which database engine a part of the tree talks to. */
#ifndef SURVEY_ENGINE_H
#define SURVEY_ENGINE_H

#include "survey/inner.h"

/* "postgresql", "mysql", "sqlite" …, by the dependencies above a path, else by settings; NULL: nothing says so. */
const char *engine_of(struct scan *c, const char *path);

#endif
