/* Foreign text as HTML text or attribute values. What a browser would refuse or act on without showing it is not passed
 * on: control characters become U+FFFD, characters that turn the direction of what follows are shown by their number. */
#ifndef PLAN_HTML_TEXT_H
#define PLAN_HTML_TEXT_H

#include "pland/base/buf.h"

void html_text(struct buf *b, const char *s, size_t n);
/* "&…;" as CommonMark has it: numbers and the names that people write; any other is the text that it is. */
void html_entity(struct buf *b, const char *s, size_t n);
/* For href: what a URL must not hold, and all that is not ASCII, percent-encoded. The scheme is the caller's affair. */
void html_url(struct buf *b, const char *s, size_t n);
void html_url_entity(struct buf *b, const char *s, size_t n);
/* Letters, digits and dots of an id; nothing else is in ours. */
void html_id(struct buf *b, const char *id);

#endif
