/* One named path to the file it stands for. */
#ifndef SURVEY_MENTIONS_H
#define SURVEY_MENTIONS_H

#include "pland/survey/relevance.h"

/* The file of the tree (its own string) that text names: exact, or the only one whose path ends so. NULL: none. */
const char *mention_resolve(const struct tree *t, const char *text);

#endif
