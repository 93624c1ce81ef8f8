/* The checkpoint thread: moves the write-ahead log into the database while writes go on, so that no commit has to. */
#ifndef STORE_CHECKPOINT_H
#define STORE_CHECKPOINT_H

#include "store/driver.h"

struct checkpointer;

_must_check_ enum err_kind checkpointer_start(const struct engine *engine, const char *place, struct checkpointer **ret,
                                              struct err *e);
void checkpointer_stop(struct checkpointer *p); /* accepts NULL */
/* The log has now so many bytes; called after every commit, quick. */
void checkpointer_grown(struct checkpointer *p, int64_t log_bytes);

#endif
