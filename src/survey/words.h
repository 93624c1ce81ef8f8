/* A simple command as words, without what merely surrounds it (environment, sudo, npx, poetry run …). */
#ifndef SURVEY_WORDS_H
#define SURVEY_WORDS_H

#include "survey/shell.h"

#define WORDS_MAX 64
struct words { const char *v[WORDS_MAX]; size_t n; };

void words_see(const struct shell_part *part, struct words *ret);
/* The first part of a text. Pure; strings live in the arena. */
void words_of(const char *text, struct arena *a, struct words *ret);
/* Is w a use of the command `match`? Options of w between the words are passed over; make takes its targets anywhere.
 */
bool words_match(const struct words *match, const struct words *w);
bool word_in(const char *const *list, size_t n, const char *word);
bool word_is_assignment(const char *w);

#endif
