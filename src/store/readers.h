/* A fixed pool of read connections, opened when first needed. Any thread. */
#ifndef STORE_READERS_H
#define STORE_READERS_H

#include "store/driver.h"

struct readers;

_must_check_ enum err_kind readers_new(const struct engine *engine, const char *place, int max, struct readers **ret,
                                       struct err *e);
void readers_free(struct readers *r); /* none in use any more; accepts NULL */
/* Waits for a free connection when all are in use. */
_must_check_ enum err_kind readers_take(struct readers *r, struct conn **ret, struct err *e);
void readers_give(struct readers *r, struct conn *c);

#endif
