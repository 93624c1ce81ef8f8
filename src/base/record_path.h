/* Where a decoder is, as a chain of frames on the C stack; turned into a JSON pointer only when something is wrong. */
#ifndef BASE_RECORD_PATH_H
#define BASE_RECORD_PATH_H

#include <stddef.h>

struct path {
    const struct path *up; /* NULL: the outermost */
    const char *key;       /* NULL: the index counts */
    size_t index;
};

/* Writes prefix and the path as an RFC 6901 pointer, cut to fit. */
void path_pointer(char *ret, size_t cap, const char *prefix, const struct path *p);

#endif
