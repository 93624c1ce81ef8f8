/* XML with line numbers, by libxml2. Entities are never expanded, nothing outside the text is read. */
#ifndef SURVEY_XML_H
#define SURVEY_XML_H

#include <stdbool.h>
#include <stdint.h>
#include "pland/base/arena.h"

struct xml_attribute {
    const char *name, *value;
};
struct xml_node {
    const char *name; /* without its namespace's prefix */
    const char *text; /* all text directly below, trimmed; "" when there is none */
    int64_t line;
    struct xml_node *parent;
    LIST(struct xml_attribute) attributes;
    LIST(struct xml_node *) children;
};
struct xml_doc {
    const struct xml_node *root;
    const char *wrong; /* why it does not parse */
    int64_t wrong_line;
};
/* false: does not parse (or too deep, too large), ret->wrong says why. Memory from the arena. */
bool xml_read(const char *text, size_t n, struct arena *a, struct xml_doc *ret);
const struct xml_node *xml_child(const struct xml_node *node, const char *name); /* the first; accepts NULL */
const char *xml_text(const struct xml_node *node, const char *child);            /* NULL: not there or empty */
const char *xml_attribute(const struct xml_node *node, const char *name);        /* NULL: not there; accepts NULL */

#endif
