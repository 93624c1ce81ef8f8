/* Cuts a shell command line into simple commands and words, without running or expanding anything. */
#ifndef SURVEY_SHELL_H
#define SURVEY_SHELL_H

#include "pland/base/arena.h"

struct shell_part {
    LIST(const char *) words; /* quotes removed; redirections left out */
};
struct shell_line {
    LIST(struct shell_part) parts; /* between && || ; | & and line ends; empty ones left out */
};
/* Pure; memory from the arena. Unbalanced quotes end with the line. */
void shell_cut(const char *line, struct arena *a, struct shell_line *ret);

#endif
