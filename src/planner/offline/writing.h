/* Writing out a phase: steps, hints, code, criteria, rollback. */
#ifndef PLANNER_OFFLINE_WRITING_H
#define PLANNER_OFFLINE_WRITING_H

#include "planner/offline/phases/blueprint.h"

void step_write(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *ret);
/* What experience adds to requirements that speak of retries, pages, passwords …; at most `most`, each once. */
void hints_for(const struct scene *s, const struct need *const *needs, size_t n, size_t most, text_list *ret);
void code_for(const struct blueprint *bp, const struct draft *d, const struct work *w, struct step *st);
bool measured_later(const struct blueprint *bp); /* a phase of its own measures what has a limit on time */
const char *test_name(const struct scene *s, const struct need *n, const char *file); /* as the language names tests */
void criteria_write(const struct blueprint *bp, const struct draft *d, struct phase *ret); /* automated and manual */
void reviewers_write(const struct scene *s, struct phase *p); /* after the steps: adds to what is done by hand */
_must_check_ enum err_kind phase_write(const struct blueprint *bp, const struct draft *d, const struct phase_outline *o,
                                       struct phase *ret, struct err *e);
/* The requirement in a few words, on whole words, without "…" unless it is one long word. */
const char *need_name(const struct scene *s, const struct need *n, size_t max);
/* "R1 (…) and R3 (…)" */
const char *need_names(const struct scene *s, const struct need *const *v, size_t n, size_t most);
const struct extract_limit *need_limit(const struct scene *s, const struct need *n); /* it sets; NULL */
const char *need_border(const struct scene *s, const struct need *n); /* what a test tries around it; NULL */
const char *plain_need(const struct scene *s, const struct need *n,
                       size_t max); /* its text without full stop, cut, safe to stand in prose */

#endif
