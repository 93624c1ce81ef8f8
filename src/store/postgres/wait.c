/* Waiting for the server, never without end. One whose process stands still while its kernel still takes and
 * acknowledges what is sent is not found out by TCP, and libpq itself would wait for ever: so it is only asked for what
 * is there. A server ends what takes too long by its statement_timeout; one that has said nothing for a while longer
 * will not say anything, and its connection is cut. From there on it is a connection that was lost, as any other. */
#include "store/postgres/inner.h"

#include <poll.h>
#include <sys/socket.h>

#include "pland/base/clock.h"
#include "pland/base/log.h"

enum { LOOK_MS = 20 };

static void give_up(struct postgres_conn *c)
{
    log_warn("the database says nothing: its connection is given up", LOG_I("pid", c->pid),
             LOG_I("seconds", c->patience / 1000));
    (void)shutdown(PQsocket(c->db), SHUT_RDWR);
}

/* Waits until something comes, or goes when `sending`, or it may be that an encrypted connection has read ahead, which no
 * socket shows. Moves *until when the server has shown a sign of life. False: it has not, for too long. */
static bool wait_for(struct postgres_conn *c, bool sending, int64_t *until)
{
    struct pollfd fd = { .fd = PQsocket(c->db), .events = (short)(sending ? POLLIN | POLLOUT : POLLIN) };
    int64_t left = c->patience ? *until - clock_mono() : INT32_MAX;
    bool hides = PQsslInUse(c->db) || PQgssEncInUse(c->db);
    if (left <= 0) return false;
    if (poll(&fd, 1, (int)(hides && left > LOOK_MS ? LOOK_MS : left)) > 0) *until = clock_mono() + c->patience;
    return true;
}

/* Sends what libpq still has, and reads meanwhile, for a server that nobody listens to stops listening; with `answer`
 * until there is a result. What goes wrong is told by libpq with the next result. */
static void talk(struct postgres_conn *c, bool answer)
{
    int64_t until = clock_mono() + c->patience;
    int waiting;
    c->unsent = c->held = 0;
    while ((waiting = PQflush(c->db)) > 0 || (answer && PQisBusy(c->db))) {
        if (PQsocket(c->db) < 0) return;
        if (!wait_for(c, waiting > 0, &until)) {
            give_up(c);
            return;
        }
        if (!PQconsumeInput(c->db)) return;
    }
}

void postgres_flush(struct postgres_conn *c)
{
    talk(c, false);
}

PGresult *postgres_result(struct postgres_conn *c)
{
    talk(c, true);
    return PQgetResult(c->db);
}

PGresult *postgres_last_result(struct postgres_conn *c)
{
    PGresult *last = NULL, *r;
    while ((r = postgres_result(c))) {
        PQclear(last);
        last = r;
    }
    return last;
}
