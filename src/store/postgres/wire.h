/* The wire of the PostgreSQL engine; wire_tell() and wire_stop() are its. */
#ifndef STORE_POSTGRES_WIRE_H
#define STORE_POSTGRES_WIRE_H

#include "pland/store/wire.h"

_must_check_ enum err_kind postgres_wire_start(const char *place, wire_fn *heard, void *arg, struct wire **ret, struct err *e);

#endif
