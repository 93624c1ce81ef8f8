/* Jira's wiki text, which self-hosted Jira (Data Center) takes for comments. */
#ifndef TRACKER_WIKI_H
#define TRACKER_WIKI_H

#include "pland/base/buf.h"

/* Markdown as wiki text: raw HTML is shown as text, images are links, nobody is mentioned, no macro is run. Links lead
 * to http and https only. A text that md4c cannot read becomes one block of code. */
_must_check_ enum err_kind wiki_from_markdown(const char *md, struct buf *b, struct err *e);

#endif
