/* How far two names are apart. Pure. */
#ifndef PLAND_BASE_DISTANCE_H
#define PLAND_BASE_DISTANCE_H

#include <stddef.h>

#define DISTANCE_NAME_MAX 128 /* bytes; longer names are never close */

/* Levenshtein distance in bytes, or limit + 1 when it is larger or a name is too long. */
size_t name_distance(const char *a, size_t na, const char *b, size_t nb, size_t limit);
/* How many leading and trailing components two paths share; at most 99. */
size_t path_shared(const char *a, const char *b);

#endif
