/* Secrets in text: keys whose form gives them away, and passwords written as values. What looks like an example or a
 * reference is none. Pure; any thread. */
#ifndef PLAND_CHECK_SECRET_H
#define PLAND_CHECK_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct secret {
    const char *at;
    size_t n;
    const char *what; /* "a GitHub token" */
    bool opens;       /* only the head line of a block that goes on behind it */
};
/* The first at p or behind it in the text that begins at begin. code: values count only in quotes. */
bool secret_find(const char *begin, const char *p, bool code, struct secret *ret);

#endif
