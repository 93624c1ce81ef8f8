/* Does a line define what stands at `at`? */
#ifndef SURVEY_OUTLINE_H
#define SURVEY_OUTLINE_H

#include <stdbool.h>

/* The line begins at the margin with a letter, or with a word that defines, and no bracket, assignment or colon comes
 * before `at`. A heading of a document counts as well. */
bool outline_defines(const char *line, const char *at);

#endif
