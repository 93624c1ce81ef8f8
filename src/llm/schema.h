/* How much of JSON Schema a vendor's structured output takes. Ours use few words, see record_schema(); what is counted
 * here is how large they are. */
#ifndef LLM_SCHEMA_H
#define LLM_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

struct schema_limits {        /* 0: none is known */
    size_t properties, depth; /* members of all objects; objects within objects */
    size_t values, bytes;     /* of all enums; names and values together */
    size_t optional, unions;  /* members that may be left out; that are of several types, null among them */
};
struct schema_size {
    size_t properties, depth, values, bytes, optional, unions;
};

/* False: text is no JSON. */
bool schema_measure(const char *text, struct schema_size *ret);
bool schema_fits(const struct schema_limits *l, const char *text);
/* Could a server that enforces the schema have said this? An object with all members that are required, and no other.
 */
bool schema_plausible(const char *text, const char *answer, size_t n);

#endif
