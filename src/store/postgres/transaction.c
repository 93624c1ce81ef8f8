/* Transactions: how they begin, what is certain at their end. */
#include "store/postgres/inner.h"

#include <stdio.h>
#include <string.h>

/* --- begin ------------------------------------------------------------------------------------------------------ */
/* One statement at a time: the text may be several. */
static enum err_kind send_begin(struct postgres_conn *c, const char *sql, struct err *e)
{
    enum err_kind k = ERR_OK;
    while (k == ERR_OK && *sql) {
        char one[80];
        size_t n = strcspn(sql, ";");
        (void)snprintf(one, sizeof one, "%.*s", (int)n, sql);
        k = pipeline_text(c, one, e);
        sql += n + (sql[n] != '\0');
    }
    return k;
}

static enum err_kind start(struct postgres_conn *c, const char *sql, struct err *e)
{
    enum err_kind k = postgres_alive(c, e);
    c->failed = false;
    c->base.again = false; /* who cannot be reached now will not be at once */
    if (k != ERR_OK || (k = send_begin(c, sql, e)) != ERR_OK) return k;
    c->begun = sql;
    c->fresh = true;
    return ERR_OK;
}

/* With the beginning of one that writes: its number, and what it will ask for. */
static enum err_kind send_rest(struct postgres_conn *c, struct err *e)
{
    static const char sql[] = "SELECT pg_current_xact_id()::text, left(pg_walfile_name(pg_current_wal_lsn()), 8)";
    enum err_kind k = pipeline_text(c, sql, e);
    if (k != ERR_OK) return k;
    c->sent[c->n_sent - 1].numbers = true;
    return pipeline_refresh(c, e);
}

/* What the last transaction's end left to be heard goes by; then a connection that was closed shows it. */
static enum err_kind begin(struct postgres_conn *c, const char *sql, struct err *e)
{
    struct err old;
    if (c->n_sent) (void)!pipeline_wait(c, NULL, &old);
    c->base.wrong = false;
    c->xid[0] = '\0';
    for (int i = 0; i < 2; i++) (void)PQconsumeInput(c->db);
    enum err_kind k = start(c, sql, e);
    return k == ERR_OK && strcmp(sql, postgres_engine.begin_write) == 0 ? send_rest(c, e) : k;
}

bool postgres_again(struct postgres_conn *c, struct err *e)
{
    const char *sql = c->begun;
    bool fresh = c->fresh;
    c->fresh = false;
    if (!fresh || !sql || c->base.role == CONN_WRITER || PQstatus(c->db) != CONNECTION_BAD) return false;
    return start(c, sql, e) == ERR_OK;
}

/* --- end -------------------------------------------------------------------------------------------------------- */
/* Nobody waits for it; what is still under way is over first, lest its failure hide this. */
static enum err_kind roll_back(struct postgres_conn *c, struct err *e)
{
    enum err_kind k = c->n_sent ? pipeline_sync(c, e) : ERR_OK;
    c->begun = NULL;
    if (k == ERR_OK) k = pipeline_text(c, "ROLLBACK", e);
    return k == ERR_OK ? pipeline_sync(c, e) : k;
}

/* The lock comes first: with it nothing of the lost session is under way any more. Another timeline (a standby that took
 * over) may know the number as another transaction's. */
static enum err_kind ask(struct postgres_conn *c, char ret[XID_MAX], struct err *e)
{
    char sql[160];
    PGresult *r = NULL;
    enum err_kind k = start(c, postgres_engine.begin_write, e);
    if (k != ERR_OK) return k;
    (void)snprintf(sql, sizeof sql, "SELECT pg_xact_status('%s') WHERE left(pg_walfile_name(pg_current_wal_lsn()), 8) = '%s'",
                   c->xid, c->timeline);
    if ((k = pipeline_text(c, sql, e)) == ERR_OK) k = pipeline_wait(c, &r, e);
    ret[0] = '\0';
    if (k == ERR_OK && PQntuples(r)) (void)snprintf(ret, XID_MAX, "%s", PQgetvalue(r, 0, 0));
    PQclear(r);
    return k == ERR_OK ? roll_back(c, e) : k;
}

/* The connection was lost while a COMMIT was under way: was it done? */
static enum err_kind find_out(struct postgres_conn *c, struct err *e)
{
    char status[XID_MAX];
    struct err why;
    if (!c->xid[0]) return ERR_BUSY;
    if (ask(c, status, &why) != ERR_OK || (strcmp(status, "committed") != 0 && strcmp(status, "aborted") != 0)) {
        c->base.again = false;
        c->base.unknown = true;
        return err_set(e, ERR_BUSY, "the connection to the database was lost during a commit: it is not known whether it was done");
    }
    c->base.again = status[0] == 'a';
    return c->base.again ? ERR_BUSY : ERR_OK;
}

/* Once everything before it is done, as expected. COMMIT after a statement that failed is told as a success that rolled
 * back. */
static enum err_kind commit(struct postgres_conn *c, struct err *e)
{
    PGresult *r = NULL;
    enum err_kind k = c->n_sent ? pipeline_wait(c, NULL, e) : ERR_OK;
    if (k != ERR_OK) return k;
    if ((k = pipeline_text(c, "COMMIT", e)) == ERR_OK) k = pipeline_wait(c, &r, e);
    if (k == ERR_OK && strcmp(PQcmdStatus(r), "COMMIT") != 0) k = err_set(e, ERR_INTERNAL, "a transaction was rolled back at its end");
    PQclear(r);
    if (k == ERR_OK || PQstatus(c->db) == CONNECTION_BAD) c->begun = NULL;
    return k != ERR_OK && PQstatus(c->db) == CONNECTION_BAD ? find_out(c, e) : k;
}

enum err_kind postgres_control(struct postgres_conn *c, const char *sql, struct err *e)
{
    if (strncmp(sql, "BEGIN", 5) == 0) return begin(c, sql, e);
    if (strcmp(sql, "COMMIT") == 0) return commit(c, e);
    if (strcmp(sql, "ROLLBACK") == 0) return roll_back(c, e);
    if (strncmp(sql, "ROLLBACK TO", 11) != 0) return pipeline_text(c, sql, e);
    enum err_kind k = c->n_sent ? pipeline_sync(c, e) : ERR_OK;
    if (k == ERR_OK) k = pipeline_text(c, sql, e);
    c->failed = false;
    return k == ERR_OK ? pipeline_wait(c, NULL, e) : k;
}
