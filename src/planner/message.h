/* The message step: what a model makes of what somebody wrote. */
#ifndef PLANNER_MESSAGE_H
#define PLANNER_MESSAGE_H

#include "pland/planner/planner.h"

extern const struct record message_reading_record; /* its answer's schema */
/* Actions that the message itself says (each quotes it), that its plan takes, and that words may say: never an approval.
 * ERR_INVALID with the pointer, to be sent back. */
_must_check_ enum err_kind message_accept(const struct brief *b, const json_t *v, struct arena *a, struct message *ret,
                                          struct err *e);

#endif
