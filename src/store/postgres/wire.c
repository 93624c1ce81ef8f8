/* The wire over LISTEN and NOTIFY. Texts that wait go out together, one to a line, as many as a payload takes: the first
 * at once, what comes right behind it a moment later, for every NOTIFY is a transaction at the server. */
#include "store/postgres/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "pland/base/buf.h"
#include "pland/base/clock.h"
#include "pland/base/lock.h"
#include "pland/base/log.h"
#include "store/postgres/inner.h"

#define CHANNEL "pland"
#define MISSED "*" /* told in place of texts that did not go out in time */
enum { PAYLOAD_MAX = 7900, WAITING_MAX = 1 << 20, GAP_MS = 3, AGAIN_MS = 1000, LOOK_MS = 2000 };

struct wire {
    char *place;
    wire_fn *heard;
    void *arg;
    pthread_t thread;
    int wake; /* eventfd: texts wait, or it is over */
    struct postgres_conn *conn; /* the thread's own; NULL: not connected */
    int64_t look_at;            /* when it is time to look for what was not told; monotonic, the thread's own */
    int64_t tell_at;            /* what waits goes out not before; likewise */
    struct lock lock; /* guards waiting, stopping */
    struct buf waiting;
    bool stopping;
};

static bool stopping(struct wire *w)
{
    HOLD(&w->lock);
    return w->stopping;
}

/* --- connection ------------------------------------------------------------------------------------------------- */
static void disconnect(struct wire *w)
{
    if (w->conn) postgres_close(&w->conn->base);
    w->conn = NULL;
}

/* What is told is not worth a wait for the disk. */
static bool connected(struct wire *w)
{
    struct conn *c = NULL;
    struct err e;
    if (w->conn && PQstatus(w->conn->db) == CONNECTION_OK) return true;
    disconnect(w);
    if (postgres_open(w->place, CONN_TOOL, &c, &e) != ERR_OK) return false;
    w->conn = postgres_of(c);
    if (postgres_engine.script(c, "SET synchronous_commit = off; LISTEN " CHANNEL, &e) != ERR_OK) {
        log_warn("the database cannot be listened to", LOG_E(&e));
        disconnect(w);
        return false;
    }
    w->heard(w->arg, NULL);
    return true;
}

/* --- telling ---------------------------------------------------------------------------------------------------- */
void wire_tell(struct wire *w, const char *text)
{
    if (!w) return;
    HOLD(&w->lock);
    if (w->waiting.n + strlen(text) + 1 > WAITING_MAX || w->waiting.failed) {
        buf_clear(&w->waiting);
        text = MISSED;
    }
    buf_str(&w->waiting, text);
    buf_char(&w->waiting, '\n');
    if (w->waiting.n == strlen(text) + 1) (void)eventfd_write(w->wake, 1);
}

static bool some_wait(struct wire *w)
{
    HOLD(&w->lock);
    return w->waiting.n > 0;
}

static void take_waiting(struct wire *w, struct buf *ret)
{
    struct buf empty = BUF_INIT(WAITING_MAX + WIRE_TEXT);
    HOLD(&w->lock);
    *ret = w->waiting;
    w->waiting = empty;
}

static bool send_payload(struct wire *w, const char *payload)
{
    static const char sql[] = "SELECT pg_notify('" CHANNEL "', $1)";
    PGconn *db = w->conn->db;
    PGresult *r = PQsendQueryParams(db, sql, 1, NULL, &payload, NULL, NULL, 0) ? postgres_last_result(w->conn) : NULL;
    bool sent = PQresultStatus(r) == PGRES_TUPLES_OK;
    PQclear(r);
    return sent;
}

/* text is cut at line ends into payloads. */
static void send_all(struct wire *w, char *text)
{
    while (*text) {
        size_t n = strlen(text);
        char kept = '\0';
        for (; n > PAYLOAD_MAX || (text[n] && text[n - 1] != '\n');) n = n > PAYLOAD_MAX ? PAYLOAD_MAX : n - 1;
        kept = text[n];
        text[n] = '\0';
        if (!send_payload(w, text)) {
            wire_tell(w, MISSED);
            return;
        }
        text[n] = kept;
        text += n;
    }
}

static void tell(struct wire *w)
{
    auto_buf text = BUF_INIT(1);
    if (clock_mono() < w->tell_at) return;
    take_waiting(w, &text);
    if (!text.n) return;
    send_all(w, text.p);
    w->tell_at = clock_mono() + GAP_MS;
}

/* --- hearing ---------------------------------------------------------------------------------------------------- */
static void hear_lines(struct wire *w, char *payload)
{
    char *rest = NULL;
    for (char *line = strtok_r(payload, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
        w->heard(w->arg, strcmp(line, MISSED) == 0 ? NULL : line);
}

static void hear(struct wire *w)
{
    PGnotify *n;
    if (!PQconsumeInput(w->conn->db)) {
        disconnect(w);
        return;
    }
    while ((n = PQnotifies(w->conn->db))) {
        if (n->be_pid != w->conn->pid) hear_lines(w, n->extra);
        PQfreemem(n);
    }
}

static void look(struct wire *w)
{
    if (clock_mono() < w->look_at) return;
    w->heard(w->arg, "");
    w->look_at = clock_mono() + LOOK_MS;
}

static void wait_for_news(struct wire *w)
{
    int64_t left = (some_wait(w) ? w->tell_at : w->look_at) - clock_mono();
    struct pollfd fds[2] = { { .fd = w->wake, .events = POLLIN } };
    eventfd_t count;
    if (w->conn) fds[1] = (struct pollfd){ .fd = PQsocket(w->conn->db), .events = POLLIN };
    if (poll(fds, w->conn ? 2 : 1, w->conn ? (int)(left > 0 ? left : 0) : AGAIN_MS) < 0 && errno != EINTR) return;
    if (fds[0].revents) (void)eventfd_read(w->wake, &count);
}

static void *run(void *arg)
{
    struct wire *w = arg;
    while (!stopping(w)) {
        if (connected(w)) {
            tell(w);
            hear(w); /* an answer may have brought some along */
            look(w);
        }
        if (!w->conn || PQstatus(w->conn->db) == CONNECTION_OK) wait_for_news(w);
    }
    disconnect(w);
    return NULL;
}

/* --- start, stop ------------------------------------------------------------------------------------------------ */
static void release(struct wire *w)
{
    if (w->wake >= 0) (void)close(w->wake);
    buf_release(&w->waiting);
    lock_release(&w->lock);
    free(w->place);
    free(w);
}

enum err_kind postgres_wire_start(const char *place, wire_fn *heard, void *arg, struct wire **ret, struct err *e)
{
    struct wire *w = calloc(1, sizeof *w);
    int r;
    if (!w) return err_nomem(e);
    *w = (struct wire){ .place = strdup(place), .heard = heard, .arg = arg, .wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                        .waiting = BUF_INIT(WAITING_MAX + WIRE_TEXT) };
    lock_init(&w->lock);
    r = w->wake < 0 ? errno : w->place ? thread_start(&w->thread, "store-wire", run, w) : ENOMEM;
    if (r) {
        release(w);
        return err_errno(e, r, "the wire between daemons cannot be started");
    }
    *ret = w;
    return ERR_OK;
}

static void close_wire(struct wire *w)
{
    HOLD(&w->lock);
    w->stopping = true;
    (void)eventfd_write(w->wake, 1);
}

void wire_stop(struct wire *w)
{
    if (!w) return;
    close_wire(w);
    (void)pthread_join(w->thread, NULL);
    release(w);
}
