/* Keeping a connection: it is made again after the server has restarted or another one has taken its place, without
 * holding up whoever asks. An attempt goes on from call to call, each waiting for a moment only; between attempts there
 * is a pause, longer with each failure in a row, in which every call fails at once, unless another connection of this
 * daemon has got through meanwhile. */
#include "store/postgres/inner.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/clock.h"
#include "pland/base/log.h"

enum { ATTEMPT_MS = 30000, PAUSE_MS = 100, PAUSE_MAX_MS = 5000 };
/* Readers are asked by threads that serve connections; the writer has a thread of its own. */
enum { READER_WAIT_MS = 1000, WAIT_MS = 5000, READ_MS = 30000, STATEMENT_MS = 120000 };
/* What a new session has to answer within, and how long after the server should have ended a statement it is given up. */
enum { SETTLE_MS = 10000, GRACE_MS = 5000 };

/* --- a session -------------------------------------------------------------------------------------------------- */
/* Statements here take a millisecond, compiling one a second: it would be done whenever the planner guesses high.
 * A node that stands still in a transaction (stopped, or cut off) would hold the lock that all of them need: the server
 * ends it. Nobody waits for a lock or an answer for ever. The server finds out that a client has gone. A server that
 * acknowledges commits before it has written them is told not to. What somebody has set himself, by the address, for the
 * user or for the database, stays. */
static const char limits_sql[] =
    "SELECT set_config(o.name, o.value, false) FROM (VALUES"
    " ('jit', 'off'), ('client_min_messages', 'warning'), ('idle_in_transaction_session_timeout', '10000'), ('lock_timeout', '60000'),"
    " ('statement_timeout', '%d'), ('client_connection_check_interval', '5000'), ('tcp_keepalives_idle', '30'),"
    " ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3'), ('synchronous_commit', 'on')) o (name, value)"
    " JOIN pg_settings s ON s.name = o.name"
    " WHERE s.source NOT IN ('client', 'user', 'database', 'database user')"
    " AND (s.name <> 'synchronous_commit' OR s.setting = 'off');"
    " SELECT setting FROM pg_settings WHERE name = 'statement_timeout'";

enum err_kind postgres_limits(struct postgres_conn *c, struct err *e)
{
    char sql[sizeof limits_sql + 16];
    PGresult *r = NULL;
    enum err_kind k;
    int64_t most;
    (void)snprintf(sql, sizeof sql, limits_sql, c->base.role == CONN_READER ? READ_MS : STATEMENT_MS);
    if ((k = postgres_exec(c, sql, &r, e)) != ERR_OK) return k;
    most = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
    c->patience = most ? most + GRACE_MS : 0;
    PQclear(r);
    return ERR_OK;
}

/* Who looks at the server's sessions sees which connection of which daemon it is. */
static enum err_kind introduce(struct postgres_conn *c, struct err *e)
{
    static const char *const names[] = { [CONN_WRITER] = "writer", [CONN_READER] = "reader", [CONN_TOOL] = "tool" };
    char sql[200];
    PGresult *r = NULL;
    enum err_kind k;
    (void)snprintf(sql, sizeof sql,
                   "SELECT pg_backend_pid(), set_config('application_name', current_setting('application_name')"
                   " || ' %s', false)", names[c->base.role]);
    if ((k = postgres_exec(c, sql, &r, e)) != ERR_OK) return k;
    c->pid = (int)strtol(PQgetvalue(r, 0, 0), NULL, 10);
    PQclear(r);
    return ERR_OK;
}

enum err_kind postgres_settle(struct postgres_conn *c, struct err *e)
{
    enum err_kind k;
    c->patience = SETTLE_MS;
    if (PQsetnonblocking(c->db, 1) != 0) return postgres_fail(c, NULL, e);
    k = introduce(c, e);
    if (k == ERR_OK) k = postgres_limits(c, e);
    if (k == ERR_OK && c->base.role == CONN_WRITER) k = postgres_share(c, e);
    return k == ERR_OK && c->base.schema ? postgres_run_beside(&c->base, c->base.schema, e) : k;
}

static _Atomic int64_t reached; /* when any connection was made again last; monotonic */

/* --- attempts --------------------------------------------------------------------------------------------------- */
static enum err_kind away(struct postgres_conn *c, struct err *e)
{
    const char *said = PQerrorMessage(c->db);
    size_t n = strcspn(said, "\n");
    return err_set(e, ERR_BUSY, "the database cannot be reached at the moment%s%.*s%s", n ? " (" : "", (int)n, said,
                   n ? ")" : "");
}

static void rest(struct postgres_conn *c, int64_t now)
{
    c->failed_at = now;
    c->again = now + clock_backoff(PAUSE_MS, c->failures++, PAUSE_MAX_MS);
}

static enum err_kind start(struct postgres_conn *c, int64_t now)
{
    if (c->base.role == CONN_WRITER && !c->failures) log_warn("the connection to the database was lost");
    c->stale = false;
    c->connecting = PQresetStart(c->db) == 1;
    c->polling = PGRES_POLLING_WRITING; /* what libpq has first */
    c->until = now + ATTEMPT_MS;
    return c->connecting ? ERR_OK : ERR_BUSY;
}

/* True: the server has something to say, or takes something, in time. */
static bool ready(struct postgres_conn *c, int64_t until)
{
    struct pollfd fd = { .fd = PQsocket(c->db), .events = c->polling == PGRES_POLLING_READING ? POLLIN : POLLOUT };
    int64_t left = until - clock_mono();
    return fd.fd < 0 || (left > 0 && poll(&fd, 1, (int)left) != 0);
}

static bool poll_until(struct postgres_conn *c, int64_t until)
{
    while (c->polling != PGRES_POLLING_OK && c->polling != PGRES_POLLING_FAILED && ready(c, until))
        c->polling = PQconnectPoll(c->db);
    if (c->polling == PGRES_POLLING_FAILED) c->connecting = false;
    return c->polling == PGRES_POLLING_OK;
}

static enum err_kind settle(struct postgres_conn *c, struct err *e)
{
    enum err_kind k;
    c->connecting = false;
    c->session++;
    c->n_sent = 0;
    c->base.renewed = true;
    if ((k = postgres_settle(c, e)) != ERR_OK) {
        c->stale = true; /* begin afresh */
        return k;
    }
    if (c->base.role == CONN_WRITER) log_info("the database is there again", LOG_I("attempts", c->failures + 1));
    c->failures = 0;
    c->again = 0;
    atomic_store(&reached, clock_mono());
    return ERR_OK;
}

enum err_kind postgres_alive(struct postgres_conn *c, struct err *e)
{
    int64_t now;
    enum err_kind k;
    if (!c->connecting && !c->stale && PQstatus(c->db) == CONNECTION_OK) return ERR_OK;
    now = clock_mono();
    if (now < c->again && atomic_load(&reached) <= c->failed_at) return away(c, e);
    if (c->connecting && c->until && now > c->until) c->connecting = false;
    if (!c->connecting && start(c, now) != ERR_OK) return rest(c, now), away(c, e);
    if (!poll_until(c, now + (c->base.role == CONN_READER ? READER_WAIT_MS : WAIT_MS)))
        return rest(c, clock_mono()), away(c, e);
    if ((k = settle(c, e)) != ERR_OK) rest(c, clock_mono());
    return k;
}
