/* Connecting. The place is a connection string as libpq takes it; what it does not say comes from PG* variables, the
 * service file and .pgpass, as everywhere. */
#include "store/postgres/inner.h"

#include <stdlib.h>

/* A node that stands still in a transaction (stopped, or cut off) would hold the lock that all of them need: the server
 * ends it. Nobody waits for that lock for ever. */
#define SESSION \
    "-c idle_in_transaction_session_timeout=10000 -c lock_timeout=60000 -c client_min_messages=warning"

static const struct { const char *name, *value; } parameters[] = {
    { "fallback_application_name", "pland" },
    { "client_encoding", "UTF8" },
    { "connect_timeout", "10" },
    { "keepalives_idle", "10" },
    { "keepalives_interval", "5" },
    { "keepalives_count", "3" },
    { "tcp_user_timeout", "20000" },
    { "options", SESSION },
};

enum err_kind postgres_alive(struct postgres_conn *c, struct err *e)
{
    enum err_kind k = ERR_OK;
    if (PQstatus(c->db) != CONNECTION_OK) {
        PQreset(c->db);
        c->session++;
    }
    if (PQstatus(c->db) != CONNECTION_OK) return postgres_fail(c, NULL, e);
    if (c->shares && c->entered != c->session && (k = postgres_share(c, e)) == ERR_OK) c->entered = c->session;
    return k;
}

static enum err_kind connect_to(struct postgres_conn *c, const char *place, struct err *e)
{
    const char *names[countof(parameters) + 2] = { NULL }, *values[countof(parameters) + 2] = { NULL };
    size_t n = 0;
    for (; n < countof(parameters); n++) {
        names[n] = parameters[n].name;
        values[n] = parameters[n].value;
    }
    names[n] = "dbname"; /* last: what it says itself wins */
    values[n] = place;
    c->db = PQconnectdbParams(names, values, 1);
    if (!c->db) return err_nomem(e);
    if (PQstatus(c->db) != CONNECTION_OK) return postgres_fail(c, NULL, e);
    if (PQserverVersion(c->db) < 130000) return err_set(e, ERR_INVALID, "PostgreSQL %d is too old: 13 or newer", PQserverVersion(c->db) / 10000);
    c->session = 1;
    return postgres_alive(c, e);
}

enum err_kind postgres_open(const char *place, enum conn_role role, struct conn **ret, struct err *e)
{
    struct postgres_conn *c = calloc(1, sizeof *c);
    enum err_kind k;
    if (c) c->shares = role == CONN_WRITER;
    k = c ? connect_to(c, place, e) : err_nomem(e);
    if (k != ERR_OK) {
        if (c) postgres_close(&c->base);
        return err_wrap(e, "opening the PostgreSQL database");
    }
    c->base.engine = &postgres_engine;
    *ret = &c->base;
    return ERR_OK;
}

void postgres_close(struct conn *base)
{
    PQfinish(postgres_of(base)->db);
    free(base);
}
