/* What the renderings of a handed-off plan share. */
#ifndef PLAN_HANDOVER_INNER_H
#define PLAN_HANDOVER_INNER_H

#include "pland/plan/handover.h"

const char *handover_status(const struct handover *h, const char *phase);
/* "P1, P2", or "nothing". */
void handover_needs(const struct document *d, const struct phase *p, struct buf *b);
/* Which plan and which code, as list items. */
void handover_origin(const struct handover *h, struct buf *b);

#endif
