/* What a call may cost, before it is made. */
#ifndef WORK_SPEND_H
#define WORK_SPEND_H

#include "work/task.h"

enum spend { SPEND_OK, SPEND_STOP, SPEND_WAIT };
/* May this step make the call? Otherwise why says which budget is in the way. Worker thread. */
_must_check_ enum err_kind spend_look(struct task *t, const struct llm *m, const struct llm_request *r, enum spend *ret,
                                      struct err *why, struct err *e);
/* Of the texts that are sent. */
int64_t spend_bytes(const struct llm_request *r);
/* Ends the step for now, for another reason than SPEND_OK. */
void spend_end(struct task *t, enum spend what, const struct err *why);

#endif
