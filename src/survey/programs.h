/* What well-known programs are for. */
#ifndef SURVEY_PROGRAMS_H
#define SURVEY_PROGRAMS_H

#include "survey/inner.h"
#include "survey/words.h"

struct program {
    const char *words; /* its own, and those that follow it */
    enum command_kind kind;
};
/* All rows of one program are in one of them. */
extern const struct program programs_code[], programs_tools[];
extern const size_t n_programs_code, n_programs_tools;

/* enum command_kind of a simple command; -1: its program is not known. Pure. */
int program_kind(struct arena *a, const struct words *w);

#endif
