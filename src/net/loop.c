/* The curl loop: one thread, curl_multi_socket_action over epoll, an eventfd to wake it.
 *
 * Two clocks of events: libcurl's own timer (curl_at) and our limits on silence and total time (watch_at), which
 * libcurl cannot express (long until the head, short inside the stream). Reading pushes a transfer's limit into the
 * future without touching watch_at, so the list is walked about once per limit, not once per read. */
#include "pland/net/http.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "net/transfer.h"
#include "pland/base/clock.h"
#include "pland/base/log.h"

enum { MAX_REQUESTS = 4096, MAX_RUNNING = 1024, KEPT_CONNECTIONS = 256, EVENTS = 128, WAIT_MAX = 60000 };

struct http_loop {
    struct queue queue;
    struct setup setup;
    int epoll_fd, wake_fd;
    bool global, started;
    pthread_t thread;
    /* The rest belongs to the thread. */
    CURLM *multi;
    struct transfer_list active;
    size_t n_active, max_active;
    int64_t curl_at, watch_at; /* monotonic ms; INT64_MAX: nothing */
};

static int on_timer(CURLM *multi, long ms, void *arg)
{
    struct http_loop *l = arg;
    (void)multi;
    l->curl_at = ms < 0 ? INT64_MAX : clock_mono() + ms;
    return 0;
}

static int on_socket(CURL *curl, curl_socket_t fd, int what, void *arg, void *known)
{
    struct http_loop *l = arg;
    struct epoll_event ev = { .data.fd = fd };
    (void)curl;
    if (what == CURL_POLL_REMOVE) {
        (void)epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        return 0;
    }
    if (what & CURL_POLL_IN) ev.events |= EPOLLIN;
    if (what & CURL_POLL_OUT) ev.events |= EPOLLOUT;
    if (known && epoll_ctl(l->epoll_fd, EPOLL_CTL_MOD, fd, &ev) == 0) return 0;
    if (epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, fd, &ev) != 0) {
        log_error("cannot watch a socket", LOG_I("errno", errno));
        return -1;
    }
    (void)curl_multi_assign(l->multi, fd, l);
    return 0;
}

static void loop_wake(struct http_loop *l)
{
    const uint64_t one = 1;
    ssize_t n;
    do n = write(l->wake_fd, &one, sizeof one);
    while (n < 0 && errno == EINTR); /* EAGAIN: it is awake already */
}

/* Ends a transfer: the id is void first, then the caller hears of it, then its lane has room again. */
static void loop_end(struct http_loop *l, struct transfer *t, enum http_end end, CURLcode code)
{
    unsigned lane = t->lane;
    bool running = t->running;
    if (running) {
        (void)curl_multi_remove_handle(l->multi, t->easy.curl);
        TAILQ_REMOVE(&l->active, t, link);
        l->n_active--;
    }
    queue_forget(&l->queue, t);
    transfer_tell(t, end, code);
    transfer_free(t);
    queue_left(&l->queue, lane, running);
}

static void loop_begin(struct http_loop *l, struct transfer *t)
{
    CURLMcode code;
    TAILQ_INSERT_TAIL(&l->active, t, link);
    l->n_active++;
    transfer_begin(t, &l->watch_at);
    code = curl_multi_add_handle(l->multi, t->easy.curl);
    if (code != CURLM_OK) loop_end(l, t, HTTP_END_NOMEM, CURLE_OUT_OF_MEMORY);
}

/* What other threads and callbacks asked for. */
static void loop_mail(struct http_loop *l)
{
    struct transfer *t;
    while ((t = queue_cancelled(&l->queue))) loop_end(l, t, HTTP_END_CANCELLED, CURLE_OK);
    while (l->n_active < l->max_active && (t = queue_next(&l->queue))) loop_begin(l, t);
}

static void loop_event(struct http_loop *l, const struct epoll_event *ev)
{
    int bits = 0, running;
    if (ev->data.fd == l->wake_fd) {
        uint64_t count;
        (void)!read(l->wake_fd, &count, sizeof count);
        l->watch_at = 0; /* something new may wait with a limit of its own */
        return;
    }
    if (ev->events & EPOLLIN) bits |= CURL_CSELECT_IN;
    if (ev->events & EPOLLOUT) bits |= CURL_CSELECT_OUT;
    if (ev->events & (EPOLLERR | EPOLLHUP)) bits |= CURL_CSELECT_IN | CURL_CSELECT_OUT; /* reading tells why */
    (void)curl_multi_socket_action(l->multi, ev->data.fd, bits, &running);
}

static void loop_wait(struct http_loop *l)
{
    struct epoll_event ev[EVENTS];
    int64_t now = clock_mono(), at = l->curl_at < l->watch_at ? l->curl_at : l->watch_at;
    int ms = at <= now ? 0 : at - now > WAIT_MAX ? WAIT_MAX : (int)(at - now), running;
    int n = epoll_wait(l->epoll_fd, ev, EVENTS, ms);
    for (int i = 0; i < n; i++) loop_event(l, &ev[i]);
    if (clock_mono() >= l->curl_at) {
        l->curl_at = INT64_MAX;
        (void)curl_multi_socket_action(l->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
}

static void loop_collect(struct http_loop *l)
{
    CURLMsg *m;
    int left;
    while ((m = curl_multi_info_read(l->multi, &left))) {
        CURLcode code = m->data.result;
        void *t = NULL;
        if (m->msg != CURLMSG_DONE) continue;
        (void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
        loop_end(l, t, HTTP_END_ANSWERED, code);
    }
}

static void loop_expire(struct http_loop *l)
{
    int64_t now = clock_mono(), next, least = INT64_MAX;
    struct transfer *t, *after;
    if (now < l->watch_at) return;
    for (t = TAILQ_FIRST(&l->active); t; t = after) {
        int64_t at = transfer_deadline(t);
        after = TAILQ_NEXT(t, link);
        if (at <= now) loop_end(l, t, transfer_overdue(t, now), CURLE_OK);
        else if (at < least) least = at;
    }
    while ((t = queue_expired(&l->queue, now, &next))) loop_end(l, t, HTTP_END_TOO_LATE, CURLE_OK);
    l->watch_at = least < next ? least : next;
}

static void *loop_run(void *arg)
{
    struct http_loop *l = arg;
    struct transfer *t;
    while (!queue_stopping(&l->queue)) {
        loop_mail(l);
        loop_wait(l);
        loop_collect(l);
        loop_expire(l);
    }
    while ((t = TAILQ_FIRST(&l->active))) loop_end(l, t, HTTP_END_STOPPED, CURLE_OK);
    while ((t = queue_flush(&l->queue))) loop_end(l, t, HTTP_END_STOPPED, CURLE_OK);
    return NULL;
}

static enum err_kind loop_multi(struct http_loop *l, struct err *e)
{
    CURLMcode code;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return err_nomem(e);
    l->global = true;
    l->multi = curl_multi_init();
    if (!l->multi) return err_nomem(e);
    code = curl_multi_setopt(l->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    if (code == CURLM_OK) code = curl_multi_setopt(l->multi, CURLMOPT_SOCKETDATA, l);
    if (code == CURLM_OK) code = curl_multi_setopt(l->multi, CURLMOPT_TIMERFUNCTION, on_timer);
    if (code == CURLM_OK) code = curl_multi_setopt(l->multi, CURLMOPT_TIMERDATA, l);
    if (code == CURLM_OK) code = curl_multi_setopt(l->multi, CURLMOPT_MAXCONNECTS, (long)KEPT_CONNECTIONS);
    return code == CURLM_OK ? ERR_OK : err_nomem(e);
}

static enum err_kind loop_files(struct http_loop *l, struct err *e)
{
    struct epoll_event ev = { .events = EPOLLIN };
    l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    ev.data.fd = l->wake_fd;
    if (l->epoll_fd < 0 || l->wake_fd < 0 || epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, l->wake_fd, &ev) != 0) {
        return err_errno(e, errno, "cannot set up the loop for outgoing requests");
    }
    return ERR_OK;
}

static enum err_kind loop_init(struct http_loop *l, const struct http_config *c, struct err *e)
{
    enum err_kind k = queue_init(&l->queue, c->max_requests ? c->max_requests : MAX_REQUESTS, e);
    int failed;
    TAILQ_INIT(&l->active);
    l->max_active = c->max_running ? c->max_running : MAX_RUNNING;
    l->curl_at = l->watch_at = INT64_MAX;
    if (k == ERR_OK) k = setup_init(&l->setup, c, e);
    if (k == ERR_OK) k = loop_multi(l, e);
    if (k == ERR_OK) k = loop_files(l, e);
    if (k != ERR_OK) return k;
    failed = thread_start(&l->thread, "http", loop_run, l);
    if (failed) return err_errno(e, failed, "cannot start the thread for outgoing requests");
    l->started = true;
    return ERR_OK;
}

enum err_kind http_loop_start(const struct http_config *c, struct http_loop **ret, struct err *e)
{
    struct http_loop *l = calloc(1, sizeof *l);
    enum err_kind k;
    if (!l) return err_nomem(e);
    l->epoll_fd = l->wake_fd = -1;
    k = loop_init(l, c, e);
    if (k != ERR_OK) http_loop_stop(l);
    else *ret = l;
    return k;
}

void http_loop_stop(struct http_loop *l)
{
    if (!l) return;
    if (l->started) {
        queue_stop(&l->queue);
        loop_wake(l);
        (void)pthread_join(l->thread, NULL);
    }
    (void)curl_multi_cleanup(l->multi);
    if (l->global) curl_global_cleanup();
    if (l->epoll_fd >= 0) (void)close(l->epoll_fd);
    if (l->wake_fd >= 0) (void)close(l->wake_fd);
    queue_release(&l->queue);
    setup_release(&l->setup);
    free(l);
}

enum err_kind http_lane_open(struct http_loop *l, size_t max_running, size_t max_waiting, unsigned *ret, struct err *e)
{
    return queue_lane_open(&l->queue, max_running, max_waiting, ret, e);
}

void http_lane_limit(struct http_loop *l, unsigned lane, size_t max_running)
{
    queue_lane_limit(&l->queue, lane, max_running);
    loop_wake(l);
}

void http_lane_close(struct http_loop *l, unsigned lane)
{
    queue_lane_cancel(&l->queue, lane);
    loop_wake(l);
    queue_lane_wait(&l->queue, lane);
}

enum err_kind http_send(struct http_loop *l, const struct http_request *r, const struct http_events *events, void *arg,
                        uint64_t *ret_id, struct err *e)
{
    auto_transfer t = NULL;
    enum err_kind k = transfer_new(&l->setup, r, events, arg, &t, e);
    if (k == ERR_OK) k = queue_put(&l->queue, t, ret_id, e);
    if (k != ERR_OK) return k;
    (void)TAKE(t);
    loop_wake(l);
    return ERR_OK;
}

void http_cancel(struct http_loop *l, uint64_t id)
{
    if (queue_cancel(&l->queue, id)) loop_wake(l);
}
