/* The comment that tells a ticket about its plan. */
#ifndef TRACKER_COMMENT_H
#define TRACKER_COMMENT_H

#include "tracker/kind.h"

/* What our comments are known by, on every system: in a comment that is not shown where there are such, else as code at
 * the end. */
#define MARK "pland:"
/* "pland:src_1:plan_2" into ret; what: the plan's id or "r" and a reply's number. */
void comment_mark(const char *source, const char *what, char ret[120]);

/* The whole comment, at most kind->comment_max bytes. public_url "": no links. */
_must_check_ enum err_kind comment_render(const struct ticket_told *t, const struct tracker_kind *kind,
                                          const char *public_url, struct buf *b, struct err *e);
_must_check_ enum err_kind comment_reply(const struct reply_row *r, const struct source_row *source,
                                         const struct tracker_kind *kind, struct buf *b, struct err *e);

#endif
