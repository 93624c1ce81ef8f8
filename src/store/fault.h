/* Failures on demand, for tests: the Nth statement or the Nth commit of the writer fails. Any thread sets, the
 * writer's thread asks. */
#ifndef STORE_FAULT_H
#define STORE_FAULT_H

#include <stdatomic.h>
#include <stdint.h>
#include "pland/base/err.h"

struct fault {
    _Atomic int64_t statements, commits; /* until one fails; 0: off */
    _Atomic int kind;
};

void fault_init(struct fault *f); /* builds with PLAND_FAULTS read PLAND_STORE_FAIL */
_must_check_ enum err_kind fault_statement(struct fault *f, struct err *e);
_must_check_ enum err_kind fault_commit(struct fault *f, struct err *e);

#endif
