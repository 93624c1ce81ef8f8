/* Markdown's events, by md4c. */
#ifndef PLAND_PLAN_MARKDOWN_EVENTS_H
#define PLAND_PLAN_MARKDOWN_EVENTS_H

#include <md4c.h>
#include <stdbool.h>
#include <stddef.h>
#include "pland/base/err.h"

enum { MARKDOWN_MAX = 8 << 20 /* bytes */ };

/* Calls the parser's functions with user; what they are given lives as long as their call. One that does not answer 0 ends
 * it, which is no error here. ERR_TOO_LARGE: over MARKDOWN_MAX. ERR_NOMEM. ERR_INTERNAL: md4c went on behind the end of the
 * text; what was told until then is right. */
_must_check_ enum err_kind markdown_events(const char *md, size_t n, const MD_PARSER *parser, void *user, struct err *e);

/* The address of a link when it is written out, without references (&amp;), and leads to http or https. */
bool markdown_link(const MD_ATTRIBUTE *url);

#endif
