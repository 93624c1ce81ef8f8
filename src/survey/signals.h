/* What shows in code of how it is built up and how it treats errors. */
#ifndef SURVEY_SIGNALS_H
#define SURVEY_SIGNALS_H

#include "survey/inner.h"

enum topic { ARCHITECTURE, ERRORS };
/* Up to three literals that one line holds; a name that begins with a letter is no end of a longer one. */
struct signal {
    enum topic topic;
    const char *language, *first, *second, *third, *id, *text;
};
#define ANY_LANGUAGE "*"
#define MAX_SIGNALS 512
extern const struct signal signals[];
extern const size_t n_signals; /* at most MAX_SIGNALS */

#endif
