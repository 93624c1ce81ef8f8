/* Writing JSON members of views. Every helper puts its own comma; absent values (NULL, time 0) are left out. */
#ifndef SERVICE_VIEW_H
#define SERVICE_VIEW_H

#include "pland/service/service.h"

struct read { struct call *call; struct view *view; };

/* Runs fn(tx, struct read *) in a read transaction and checks the buffer and the arena. */
_must_check_ enum err_kind view_read(struct call *c, struct view *v, store_fn *fn, struct err *e);
void view_text(struct buf *b, const char *key, const char *value);
void view_raw(struct buf *b, const char *key, const char *json);
void view_int(struct buf *b, const char *key, int64_t value);
void view_bool(struct buf *b, const char *key, bool value);
void view_time(struct buf *b, const char *key, int64_t unix_ms);
/* Closes a list page: `],"next_cursor":"…"}` when more is true. */
void view_page_end(struct view *v, bool more, int64_t cursor);

#endif
