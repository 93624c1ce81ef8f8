/* Poolers between a daemon and its server. One that gives a session to each client for as long as it is connected is
 * none of our business. One that gives it for a transaction or a statement alone loses what belongs to a session: what
 * is listened to, prepared statements, locks, limits.
 *
 * Behind a pooler the process that libpq was told about is not the one that answers. Then two connections at once show
 * what kind it is: clients with sessions of their own never get the same process. */
#include "store/postgres/inner.h"

#include <stdlib.h>

static enum err_kind answering(struct postgres_conn *c, int *ret, struct err *e)
{
    PGresult *r = NULL;
    enum err_kind k = postgres_exec(c, "SELECT pg_backend_pid()", &r, e);
    if (k != ERR_OK) return k;
    *ret = (int)strtol(PQgetvalue(r, 0, 0), NULL, 10);
    PQclear(r);
    return ERR_OK;
}

/* The other one keeps its process busy by a transaction. */
static enum err_kind compare(struct postgres_conn *c, struct postgres_conn *other, struct err *e)
{
    int second = other->pid, now = 0;
    enum err_kind k = ERR_OK;
    if (second != c->pid) k = postgres_exec(other, "BEGIN", NULL, e);
    if (k == ERR_OK && second != c->pid) k = answering(other, &second, e);
    if (k == ERR_OK && second != c->pid) k = answering(c, &now, e);
    if (k != ERR_OK) return k;
    if (second != c->pid && now == c->pid) return ERR_OK;
    return err_set(e, ERR_INVALID, "the address leads to a pooler that shares sessions (pool_mode transaction or statement):"
                                   " pland needs sessions of its own (pool_mode session), or the server itself");
}

enum err_kind postgres_is_session(struct postgres_conn *c, const char *place, struct err *e)
{
    struct conn *other = NULL;
    enum err_kind k;
    if (c->pid == PQbackendPID(c->db)) return ERR_OK;
    k = postgres_open(place, CONN_TOOL, &other, e);
    if (k != ERR_OK) return k;
    k = compare(c, postgres_of(other), e);
    postgres_close(other);
    return k;
}
