/* Statements on their way. Nothing is waited for that nobody asks about (libpq's pipeline mode): statements go out one
 * after the other, and what they did is read when a result is needed, in order, or before the commit. What comes after
 * one that failed is skipped by the server up to the next sync point. */
#include "store/postgres/inner.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- sending ---------------------------------------------------------------------------------------------------- */
static enum err_kind enter(struct postgres_conn *c, struct err *e)
{
    if (PQpipelineStatus(c->db) != PQ_PIPELINE_OFF || PQenterPipelineMode(c->db)) return ERR_OK;
    return postgres_fail(c, NULL, e);
}

/* Room for two more, and a sync point behind them. */
static enum err_kind make_room(struct postgres_conn *c, struct err *e)
{
    enum err_kind k = enter(c, e);
    return k != ERR_OK || c->n_sent + 4 < SENT_MAX ? k : pipeline_wait(c, NULL, e);
}

static void note(struct postgres_conn *c, struct sent x)
{
    assert(c->n_sent < SENT_MAX);
    c->sent[c->n_sent++] = x;
}

enum err_kind pipeline_text(struct postgres_conn *c, const char *sql, struct err *e)
{
    enum err_kind k = make_room(c, e);
    if (k != ERR_OK) return k;
    if (!PQsendQueryParams(c->db, sql, 0, NULL, NULL, NULL, NULL, 0)) return postgres_fail(c, NULL, e);
    note(c, (struct sent){ .rows = ROWS_ANY });
    return ERR_OK;
}

/* A sync point: the server starts afresh behind it, whatever failed before. */
enum err_kind pipeline_sync(struct postgres_conn *c, struct err *e)
{
    if (c->n_sent && c->sent[c->n_sent - 1].sync) return ERR_OK;
    if (!PQpipelineSync(c->db)) return postgres_fail(c, NULL, e);
    note(c, (struct sent){ .sync = true });
    return ERR_OK;
}

static enum err_kind make_known(struct postgres_stmt *s, const char *name, struct err *e)
{
    struct postgres_conn *c = s->conn;
    Oid types[BINDINGS_MAX];
    if (s->session == c->session) return ERR_OK;
    for (size_t i = 0; i < s->n; i++) types[i] = s->bound[i].type;
    if (!PQsendPrepare(c->db, name, s->sql, (int)s->n, types)) return postgres_fail(c, NULL, e);
    note(c, (struct sent){ .rows = ROWS_ANY, .prepares = s });
    s->session = c->session;
    return ERR_OK;
}

/* libpq would keep up to 64 KB: the server may as well begin with them. */
static void let_go(struct postgres_conn *c, size_t bytes)
{
    c->unsent += bytes;
    c->held += bytes;
    if (c->unsent > UNSENT_MAX) postgres_flush(c);
    else if (c->held > HELD_MAX) c->held = 0, (void)PQflush(c->db);
}

static enum err_kind send(struct postgres_stmt *s, struct sent what, struct err *e)
{
    const char *values[BINDINGS_MAX];
    int lengths[BINDINGS_MAX], formats[BINDINGS_MAX];
    size_t bytes = 0;
    char name[16];
    enum err_kind k = make_room(s->conn, e);
    (void)snprintf(name, sizeof name, "s%u", s->number);
    if (k != ERR_OK || (k = make_known(s, name, e)) != ERR_OK) return k;
    for (size_t i = 0; i < s->n; i++) {
        values[i] = s->bound[i].p;
        lengths[i] = s->bound[i].n;
        bytes += (size_t)s->bound[i].n;
        formats[i] = s->bound[i].format;
    }
    if (!PQsendQueryPrepared(s->conn->db, name, (int)s->n, values, lengths, formats, 1)) return postgres_fail(s->conn, NULL, e);
    note(s->conn, what);
    let_go(s->conn, bytes);
    return ERR_OK;
}

enum err_kind pipeline_statement(struct postgres_stmt *s, int64_t rows, struct err *e)
{
    return send(s, (struct sent){ .rows = rows }, e);
}

enum err_kind pipeline_refresh(struct postgres_conn *c, struct err *e)
{
    enum err_kind k = ERR_OK;
    size_t n = c->n_keepers;
    c->n_keepers = 0;
    for (size_t i = 0; i < n; i++) {
        struct postgres_stmt *s = c->keepers[i];
        bool wanted = s->used && s->n_kept_for && c->base.bold;
        PQclear(s->kept);
        s->kept = NULL;
        s->used = false;
        if (wanted && k == ERR_OK) k = send(s, (struct sent){ .rows = ROWS_ANY, .keeps = s }, e);
    }
    return k;
}

/* --- reading ---------------------------------------------------------------------------------------------------- */
static PGresult *read_one(struct postgres_conn *c)
{
    PGresult *r = postgres_result(c), *more;
    if (PQresultStatus(r) == PGRES_PIPELINE_SYNC) return r;
    while (r && (more = postgres_result(c))) PQclear(more); /* the end of this one */
    return r;
}

static bool as_expected(const struct sent *x, PGresult *r)
{
    return x->rows == ROWS_ANY || strtoll(PQcmdTuples(r), NULL, 10) == x->rows;
}

/* awaited: somebody waits for this very one and is told of its failure; of another's, only that a guess was wrong. */
static enum err_kind look_at(struct postgres_conn *c, const struct sent *x, PGresult *r, bool awaited, struct err *e)
{
    enum err_kind k = PQresultStatus(r) == PGRES_PIPELINE_SYNC ? ERR_OK : postgres_check(c, r, e);
    if (k != ERR_OK && x->prepares) x->prepares->session = 0;
    if (k == ERR_OK && !x->sync && !as_expected(x, r)) k = err_set(e, ERR_BUSY, "a write did not do what was expected");
    if (k != ERR_OK && !awaited) c->base.wrong = true;
    return k;
}

/* What a result is for, beside those who wait for the last one. True: it is somebody's now. */
static bool put_away(struct postgres_conn *c, const struct sent *x, PGresult *r)
{
    if (x->numbers) {
        (void)snprintf(c->xid, sizeof c->xid, "%s", PQgetvalue(r, 0, 0));
        (void)snprintf(c->timeline, sizeof c->timeline, "%s", PQgetvalue(r, 0, 1));
    }
    if (!x->keeps) return false;
    x->keeps->kept = r;
    x->keeps->era = c->base.era;
    return true;
}

/* Of several failures the first is told: the others follow from it. */
static enum err_kind read_all(struct postgres_conn *c, PGresult **ret_last, struct err *e)
{
    enum err_kind first = ERR_OK;
    size_t last = c->n_sent;
    while (last > 0 && c->sent[last - 1].sync) last--;
    for (size_t i = 0; i < c->n_sent; i++) {
        struct err why = { 0 };
        PGresult *r = read_one(c);
        enum err_kind k = look_at(c, &c->sent[i], r, ret_last && i + 1 == last, &why);
        if (k != ERR_OK && first == ERR_OK) *e = why, first = k;
        if (k == ERR_OK && put_away(c, &c->sent[i], r)) continue;
        if (ret_last && i + 1 == last && k == ERR_OK) *ret_last = r;
        else PQclear(r);
    }
    c->n_sent = 0;
    if (first == ERR_OK) return ERR_OK;
    c->failed = true;
    if (ret_last) PQclear(*ret_last), *ret_last = NULL;
    return first;
}

enum err_kind pipeline_wait(struct postgres_conn *c, PGresult **ret_last, struct err *e)
{
    enum err_kind k = pipeline_sync(c, e);
    if (k == ERR_OK) return read_all(c, ret_last, e);
    for (size_t i = 0; i < c->n_sent; i++)
        if (c->sent[i].prepares) c->sent[i].prepares->session = 0;
    c->n_sent = 0;
    return k;
}

/* --- ends ------------------------------------------------------------------------------------------------------- */
enum err_kind pipeline_leave(struct postgres_conn *c, struct err *e)
{
    enum err_kind k = c->n_sent ? pipeline_wait(c, NULL, e) : ERR_OK;
    if (PQpipelineStatus(c->db) != PQ_PIPELINE_OFF) (void)PQexitPipelineMode(c->db);
    return k;
}
