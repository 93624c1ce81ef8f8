/* What a ticket says, read without a model: Markdown, plain text, Jira wiki markup, e-mail style.
 *
 * Linear in the text, bounded in what it returns, takes any bytes. Lines are 1-based lines of the text given; 0 means
 * the title. All strings are valid UTF-8 without control characters and live in the arena. Pure. */
#ifndef PLAND_PLANNER_EXTRACT_H
#define PLAND_PLANNER_EXTRACT_H

#include <stdbool.h>
#include <stdint.h>
#include "pland/base/arena.h"

enum { EXTRACT_MAX_REQUIREMENTS = 200, EXTRACT_MAX_ITEMS = 200 };

struct extract_item {
    const char *text;  /* markup removed; bullets below a lead-in carry it: "The export must contain: order id" */
    const char *quote; /* the ticket's line as it stands */
    int64_t line;
    bool in_code; /* of a path: only a code block or a log has it */
};
typedef LIST(struct extract_item) extract_items;
struct extract_endpoint {
    const char *method; /* NULL: only the path is named */
    const char *path;   /* "/users/{id}" as written */
    int64_t line;
};
struct extract_table {
    const char *table;  /* NULL: a column alone */
    const char *column; /* NULL: the table alone */
    int64_t line;
};
enum extract_bound { BOUND_EXACT, BOUND_AT_MOST, BOUND_AT_LEAST };
struct extract_limit {
    const char *text;  /* "< 100 ms" as written */
    const char *value; /* "100" */
    const char *unit;  /* "ms", "requests per minute"; "" when none is given */
    int bound;         /* enum extract_bound */
    int64_t line;
};
struct extract {
    extract_items requirements; /* by line, each once */
    extract_items out_of_scope, optional, questions;
    LIST(struct extract_endpoint) endpoints;
    LIST(struct extract_table) tables;
    LIST(struct extract_limit) limits;
    extract_items paths; /* text = the path; trailing '/' for folders */
    extract_items identifiers, commands, links, versions;
    LIST(const char *) labels;
    const char *summary;           /* first sentence of prose that is not a heading; NULL: none */
    const char *expected, *actual; /* of a bug report; NULL: not said */
    const char *deadline;          /* "2026-12-01" when the whole date is given, else as written: "Friday" */
    int64_t deadline_line;
    int64_t people;    /* 0: not said */
    int64_t days;      /* days of work (for all people together, or the time left); 0: not said */
    bool reproduction; /* has steps to reproduce */
    bool truncated;    /* a bound cut something */
};

/* title may be NULL; text need not end in NUL. ERR_NOMEM or ERR_TOO_LARGE (arena) only. */
_must_check_ enum err_kind planner_extract(const char *title, const char *text, size_t n, struct arena *a,
                                           struct extract *ret, struct err *e);

#endif
