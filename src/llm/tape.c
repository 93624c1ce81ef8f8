/* Recording and replaying. Lines are {"request","status","stream","body"}; bytes that are no UTF-8 are recorded as U+FFFD. */
#include "llm/tape.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>
#include "pland/base/lock.h"
#include "pland/base/log.h"
#include "pland/base/record.h"

enum { TAPE_MAX = 1 << 30, LINE_MAX_BYTES = 64 << 20 };

struct entry {
    struct tape_key key;
    struct take take;
    json_t *line; /* holds the body */
    bool given;
};

struct order {
    struct entry *entry;
    take_fn *fn;
    void *arg;
    STAILQ_ENTRY(order) link;
};

struct tape {
    bool replays, started, closing;
    int fd; /* of what is recorded */
    struct entry *v;
    size_t n;
    pthread_t thread;
    struct lock lock; /* guards the file, entries' given, orders, closing */
    struct cond changed;
    STAILQ_HEAD(, order) orders;
};

struct tape_key tape_key(const char *path, const struct buf *body)
{
    auto_buf all = BUF_INIT(BUF_MAX_DEFAULT);
    struct tape_key k = { "" };
    struct sha256_hex h;
    buf_fmt(&all, "%s\n", path);
    buf_add(&all, body->p ? body->p : "", body->n);
    h = hash_hex(all.p ? all.p : "", all.n);
    (void)snprintf(k.hex, sizeof k.hex, "%s", h.s);
    return k;
}

bool tape_replays(const struct tape *t)
{
    return t->replays;
}

static struct tape *tape_new(bool replays)
{
    struct tape *t = calloc(1, sizeof *t);
    if (!t) return NULL;
    t->replays = replays;
    t->fd = -1;
    lock_init(&t->lock);
    cond_init(&t->changed);
    STAILQ_INIT(&t->orders);
    return t;
}

enum err_kind tape_record(const char *path, struct tape **ret, struct err *e)
{
    struct tape *t = tape_new(false);
    if (!t) return err_nomem(e);
    t->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (t->fd < 0) {
        int failed = errno;
        tape_close(t);
        return err_errno(e, failed, "cannot record to %.200s", path);
    }
    *ret = t;
    return ERR_OK;
}

void tape_write(struct tape *t, const struct tape_key *key, int status, bool stream, const struct buf *body)
{
    auto_buf line = BUF_INIT(LINE_MAX_BYTES);
    HOLD(&t->lock);
    buf_fmt(&line, "{\"request\":\"%s\",\"status\":%d,\"stream\":%s,\"body\":", key->hex, status, stream ? "true" : "false");
    buf_json_n(&line, body->p ? body->p : "", body->n);
    buf_str(&line, "}\n");
    if (body->failed != ERR_OK || line.failed != ERR_OK || write(t->fd, line.p, line.n) != (ssize_t)line.n)
        log_warn("an answer could not be recorded", LOG_I("errno", errno));
}

/* --- replaying ---------------------------------------------------------------------------------------------------- */
static struct order *next_order(struct tape *t)
{
    HOLD(&t->lock);
    struct order *o;
    while (STAILQ_EMPTY(&t->orders) && !t->closing) cond_wait(&t->changed, &t->lock);
    o = STAILQ_FIRST(&t->orders);
    if (o) STAILQ_REMOVE_HEAD(&t->orders, link);
    return o;
}

static void *play(void *arg)
{
    struct tape *t = arg;
    struct order *o;
    while ((o = next_order(t))) {
        o->fn(o->arg, &o->entry->take);
        free(o);
    }
    return NULL;
}

static bool take_line(struct tape *t, const char *p, size_t n)
{
    struct entry x = { .line = json_loadb(p, n, JSON_ALLOW_NUL, NULL) }, *grown;
    const char *key = json_string_value(json_object_get(x.line, "request"));
    json_t *body = json_object_get(x.line, "body");
    if (!key || strlen(key) >= sizeof x.key.hex || !json_is_string(body) || !(grown = realloc(t->v, (t->n + 1) * sizeof *grown))) {
        json_decref(x.line);
        return false;
    }
    memcpy(x.key.hex, key, strlen(key) + 1);
    x.take = (struct take){ (int)json_integer_value(json_object_get(x.line, "status")), json_is_true(json_object_get(x.line, "stream")),
                            json_string_value(body), json_string_length(body) };
    t->v = grown;
    t->v[t->n++] = x;
    return true;
}

static enum err_kind read_all(const char *path, struct buf *b, struct err *e)
{
    char chunk[65536];
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC), failed = errno;
    if (fd < 0) return err_errno(e, failed, "cannot replay %.200s", path);
    while ((n = read(fd, chunk, sizeof chunk)) > 0) buf_add(b, chunk, (size_t)n);
    failed = errno;
    (void)close(fd);
    return n < 0 ? err_errno(e, failed, "cannot replay %.200s", path) : buf_check(b, e);
}

static enum err_kind load(struct tape *t, const char *path, struct err *e)
{
    auto_buf all = BUF_INIT(TAPE_MAX);
    int64_t number = 0;
    int failed;
    enum err_kind k = read_all(path, &all, e);
    if (k != ERR_OK) return k;
    for (const char *p = all.p, *end = all.p ? all.p + all.n : NULL; p < end;) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        number++;
        if (!stop) stop = end; /* it was cut while it was recorded, or ends without one */
        if (!take_line(t, p, (size_t)(stop - p))) return err_set(e, ERR_INVALID, "%.200s:%lld: this is no line of a tape", path, (long long)number);
        p = stop + 1;
    }
    failed = thread_start(&t->thread, "tape", play, t);
    if (failed) return err_errno(e, failed, "cannot start the thread that replays");
    t->started = true;
    return ERR_OK;
}

enum err_kind tape_replay(const char *path, struct tape **ret, struct err *e)
{
    struct tape *t = tape_new(true);
    enum err_kind k = t ? load(t, path, e) : err_nomem(e);
    if (k != ERR_OK) tape_close(t);
    else *ret = t;
    return k;
}

static struct entry *find(struct tape *t, const struct tape_key *key)
{
    struct entry *last = NULL;
    for (size_t i = 0; i < t->n; i++) {
        if (strcmp(t->v[i].key.hex, key->hex) != 0) continue;
        last = &t->v[i];
        if (!last->given) break;
    }
    if (last) last->given = true;
    return last;
}

enum err_kind tape_play(struct tape *t, const struct tape_key *key, take_fn *fn, void *arg, struct err *e)
{
    HOLD(&t->lock);
    struct entry *x = find(t, key);
    struct order *o;
    if (!x) return err_set(e, ERR_NOT_FOUND, "this request is not on the tape");
    if (!(o = calloc(1, sizeof *o))) return err_nomem(e);
    *o = (struct order){ .entry = x, .fn = fn, .arg = arg };
    STAILQ_INSERT_TAIL(&t->orders, o, link);
    cond_broadcast(&t->changed);
    return ERR_OK;
}

void tape_close(struct tape *t)
{
    if (!t) return;
    if (t->started) {
        lock_enter(&t->lock);
        t->closing = true;
        cond_broadcast(&t->changed);
        lock_leave(&t->lock);
        (void)pthread_join(t->thread, NULL); /* after the last take */
    }
    for (size_t i = 0; i < t->n; i++) json_decref(t->v[i].line);
    free(t->v);
    if (t->fd >= 0) (void)close(t->fd);
    cond_release(&t->changed);
    lock_release(&t->lock);
    free(t);
}
