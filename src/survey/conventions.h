/* How test files of each framework are named and what shows that it is used. */
#ifndef SURVEY_CONVENTIONS_H
#define SURVEY_CONVENTIONS_H

#include "survey/inner.h"

struct convention {
    const char *framework, *language;
    const char *patterns[6];            /* base names, or paths when they hold a '/' */
    const char *ecosystem, *dependency; /* needed above the file, unless both are NULL */
    const char *marker;                 /* or a file that shows the framework is used */
    bool beside;                        /* tests stand beside the code by custom: "" is where they live */
};
/* Of several rows with the same patterns the first that applies takes the file. */
extern const struct convention conventions[];
extern const size_t n_conventions;

#endif
