/* What well-known programs are for. */
#ifndef SURVEY_PROGRAMS_H
#define SURVEY_PROGRAMS_H

#include "survey/inner.h"
#include "survey/words.h"

/* enum command_kind of a simple command; -1: its program is not known. Pure. */
int program_kind(struct arena *a, const struct words *w);

#endif
