/* The wire: short texts between the daemons of one database, for waking workers and watchers. Nothing is kept and any of
 * it may be lost; the database is the truth. */
#ifndef PLAND_STORE_WIRE_H
#define PLAND_STORE_WIRE_H

#include "pland/store/store.h"

struct wire;
/* On the wire's thread; text: one that another daemon told, NULL: some may have been missed, "": some time has passed (a
 * second or two), and what somebody failed to tell can be looked for. */
typedef void wire_fn(void *arg, const char *text);

/* Listens and tells on a connection and a thread of its own, which connect again by themselves. *ret is NULL where the
 * database is not shared. */
_must_check_ enum err_kind wire_start(struct store *s, wire_fn *heard, void *arg, struct wire **ret, struct err *e);
/* text: at most WIRE_TEXT bytes, without a line end. Never waits. Any thread; w may be NULL. */
enum { WIRE_TEXT = 100 };
void wire_tell(struct wire *w, const char *text);
void wire_stop(struct wire *w); /* accepts NULL */

#endif
