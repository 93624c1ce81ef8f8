/* What people know better than a survey. Their sentences outrank what was found:
 *
 *   "pnpm, not npm"      (also "pnpm instead of npm"): commands that begin with npm begin with pnpm, and what was found
 *                        about npm is left out
 *   "test: make check"   the command of that kind (build test lint format migrate run deploy) before all others
 *   anything else        stands as it is
 *
 * and all of them are listed, with the day they were said, before everything that was found. Who said them is told by
 * the codebase's page, not here: surveys outlive people's names. */
#ifndef PLAND_SURVEY_CORRECT_H
#define PLAND_SURVEY_CORRECT_H

#include "pland/survey/survey.h"

struct survey_correction {
    const char *text;
    int64_t at; /* Unix ms */
};
struct survey_corrections { const struct survey_correction *v; size_t n; };

/* *ret is s as corrected; it shares the strings of both. Pure; memory from the arena. The same input gives the same
 * result, and without corrections *ret equals *s. */
_must_check_ enum err_kind survey_correct(const struct survey *s, const struct survey_corrections *c, struct arena *a,
                                          struct survey *ret, struct err *e);

#endif
