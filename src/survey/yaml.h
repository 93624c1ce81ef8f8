/* YAML with line numbers, by libyaml. Anchors are read, aliases are not followed (their value is null). */
#ifndef SURVEY_YAML_H
#define SURVEY_YAML_H

#include <stdint.h>
#include "pland/base/arena.h"

struct yaml_node;
struct yaml_pair {
    const char *key;
    int64_t line;
    const struct yaml_node *value;
};
struct yaml_node {
    const char *s; /* of a scalar; NULL for the others */
    bool block;    /* a literal or folded block: its text starts on the next line */
    int64_t line;
    LIST(struct yaml_pair) pairs;         /* of a mapping */
    LIST(const struct yaml_node *) items; /* of a sequence */
};
struct yaml_docs {
    LIST(const struct yaml_node *) docs;
    const char *wrong; /* why it does not parse */
    int64_t wrong_line;
};
/* false: does not parse (or too deep, too large), ret->wrong says why. Memory from the arena. */
bool yaml_read(const char *text, size_t n, struct arena *a, struct yaml_docs *ret);
const struct yaml_node *yaml_get(const struct yaml_node *map, const char *key); /* NULL: not there; accepts NULL */
const char *yaml_str(const struct yaml_node *map, const char *key);             /* a scalar's text, or NULL */

#endif
