/* A connection with its prepared statements and transaction control. One thread at a time. */
#ifndef STORE_CONN_H
#define STORE_CONN_H

#include "store/driver.h"

_must_check_ enum err_kind conn_open(const struct engine *engine, const char *place, enum conn_role role,
                                     struct fault *fault, struct conn **ret, struct err *e);
void conn_close(struct conn *c); /* accepts NULL */
/* The statement for this text, prepared once per connection; sql is static: its address is the key. */
_must_check_ enum err_kind conn_statement(struct conn *c, const char *sql, struct stmt **ret, struct err *e);

_must_check_ enum err_kind conn_begin(struct conn *c, bool write, struct err *e);
/* Waits for what was posted. A guess that was wrong is an error, and sets c->wrong. */
_must_check_ enum err_kind conn_settle(struct conn *c, struct err *e);
_must_check_ enum err_kind conn_commit(struct conn *c, struct err *e); /* on failure the transaction is rolled back */
void conn_rollback(struct conn *c);                                    /* nothing when no transaction is open */
/* One level of savepoint. A false return of conn_undo() means that the whole transaction is lost. */
_must_check_ enum err_kind conn_savepoint(struct conn *c, struct err *e);
_must_check_ enum err_kind conn_keep(struct conn *c, struct err *e);
_must_check_ bool conn_undo(struct conn *c);

#endif
