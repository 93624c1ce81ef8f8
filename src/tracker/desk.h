/* Threads of the tracker's own for work that waits for other people's servers. */
#ifndef TRACKER_DESK_H
#define TRACKER_DESK_H

#include "pland/tracker/tracker.h"

struct desk;
_must_check_ enum err_kind desk_new(struct tracker *t, struct desk **ret, struct err *e);
void desk_free(struct desk *d); /* nothing under way any more; accepts NULL */

#endif
