/* A small TOML reader: enough to take values out of pyproject.toml, Cargo.toml and Pipfile with their lines. */
#ifndef SURVEY_TOML_H
#define SURVEY_TOML_H

#include <stdint.h>
#include "pland/base/arena.h"

struct toml_item {
    const char *section; /* "tool.poetry.dependencies", without brackets; "" before the first */
    const char *key;     /* "name"; dotted keys as written, quotes removed */
    const char *text;    /* a string's content, else the value as written */
    bool dotted;         /* the key has dots outside quotes */
    bool element;        /* one element of an array */
    bool string;
    int64_t line, table; /* table: of the section's header, 0 before the first */
};
typedef void toml_fn(void *arg, const struct toml_item *item);
/* Calls fn for every value, and for every element of arrays (nested arrays and inline tables come as written).
 * 0: read to the end; else the line of what is wrong. Pure; strings live in the arena. text ends with NUL. */
int64_t toml_read(const char *text, struct arena *a, toml_fn *fn, void *arg);
/* The value of one key in an inline table as written ("{ version = \"1\", features = [] }"), or NULL. */
const char *toml_inline(struct arena *a, const char *text, const char *key);

#endif
