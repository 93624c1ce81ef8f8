/* Jira Cloud's document format (Atlassian Document Format, version 1). */
#ifndef TRACKER_ADF_H
#define TRACKER_ADF_H

#include <jansson.h>
#include "pland/base/buf.h"

/* Markdown as a document: raw HTML is shown as text, images are links, nobody is mentioned. Links lead to http and
 * https only. A text that md4c cannot read becomes one block of code. */
_must_check_ enum err_kind adf_from_markdown(const char *md, struct buf *b, struct err *e);
/* The text of a document, a block a line; a plain string is itself. */
void adf_text(const json_t *v, struct buf *b);

#endif
