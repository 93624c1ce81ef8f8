/* Connecting. The place is a connection string as libpq takes it; what it does not say comes from PG* variables, the
 * service file and .pgpass, as everywhere. */
#include "store/postgres/inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/log.h"

enum { OLDEST = 130000 };

/* A connection that leads nowhere any more is found out within ten seconds or so, used or not. */
static const struct { const char *name, *value; } parameters[] = {
    { "fallback_application_name", "pland" },
    { "client_encoding", "UTF8" },
    { "connect_timeout", "10" },
    { "keepalives_idle", "10" },
    { "keepalives_interval", "5" },
    { "keepalives_count", "2" },
    { "tcp_user_timeout", "10000" },
};

/* Readers begin to connect and go on in postgres_alive(), for they must not wait. */
static PGconn *begin(const char *place, bool wait)
{
    const char *names[countof(parameters) + 2] = { NULL }, *values[countof(parameters) + 2] = { NULL };
    size_t n = 0;
    for (; n < countof(parameters); n++) {
        names[n] = parameters[n].name;
        values[n] = parameters[n].value;
    }
    names[n] = "dbname"; /* last: what it says itself wins */
    values[n] = place;
    return wait ? PQconnectdbParams(names, values, 1) : PQconnectStartParams(names, values, 1);
}

/* What a server says unasked, such as why it ends a connection; libpq's own way is a bare line on stderr. */
static void notice(void *arg, const char *text)
{
    char line[300];
    (void)arg;
    (void)snprintf(line, sizeof line, "%.*s", (int)strcspn(text, "\n"), text);
    log_info("the database speaks", LOG_S("text", line));
}

static enum err_kind check_server(struct postgres_conn *c, struct err *e)
{
    int version = PQserverVersion(c->db);
    if (version >= OLDEST) return ERR_OK;
    return err_set(e, ERR_INVALID, "PostgreSQL %d is too old: 13 or newer", version / 10000);
}

static enum err_kind connect_to(struct postgres_conn *c, const char *place, enum conn_role role, struct err *e)
{
    enum err_kind k;
    c->base.role = role;
    c->session = 1;
    c->db = begin(place, role != CONN_READER);
    if (!c->db) return err_nomem(e);
    (void)PQsetNoticeProcessor(c->db, notice, NULL);
    if (PQstatus(c->db) == CONNECTION_BAD) return postgres_fail(c, NULL, e);
    if (role == CONN_READER) {
        c->connecting = true;
        c->polling = PGRES_POLLING_WRITING;
        return ERR_OK;
    }
    if ((k = check_server(c, e)) != ERR_OK || (k = postgres_settle(c, e)) != ERR_OK) return k;
    return role == CONN_WRITER ? postgres_is_session(c, place, e) : ERR_OK;
}

enum err_kind postgres_open(const char *place, enum conn_role role, struct conn **ret, struct err *e)
{
    struct postgres_conn *c = calloc(1, sizeof *c);
    enum err_kind k = c ? connect_to(c, place, role, e) : err_nomem(e);
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
