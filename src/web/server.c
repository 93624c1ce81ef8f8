/* Starting and stopping: the daemon, its options, and everything that requests share. */
#include "web/server.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pland/base/clock.h"
#include "pland/base/hash.h"
#include "pland/base/log.h"
#include "web/listen.h"
#include "web/openapi.h"
#include "web/poll.h"

/* One connection's memory for headers and buffers: headers of 6 KiB and a target of 8 KiB fit. */
enum { CONNECTION_MEMORY = 24 * 1024, POOL_THREADS = 4, POOL_WAITING = 256, GRACE_MS = 5000 };

uint64_t web_unique(struct web *w) /* splitmix64 */
{
    uint64_t z = atomic_fetch_add_explicit(&w->seed, UINT64_C(0x9E3779B97F4A7C15), memory_order_relaxed);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static _printf_(2, 0) void mhd_says(void *cls, const char *fmt, va_list ap)
{
    struct web *w = cls;
    char line[256];
    (void)vsnprintf(line, sizeof line, fmt, ap);
    line[strcspn(line, "\r\n")] = '\0';
    if (pthread_equal(pthread_self(), w->starter)) (void)snprintf(w->trouble, sizeof w->trouble, "%s", line);
    log_debug("libmicrohttpd", LOG_S("text", line));
}

/* --- TLS ---------------------------------------------------------------------------------------------------------- */
static enum err_kind read_pem(const char *setting, const char *file, char **ret, struct err *e)
{
    enum { PEM_MAX = 1 << 20 };
    auto_buf b = BUF_INIT(PEM_MAX);
    char chunk[4096];
    ssize_t n;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return err_errno(e, errno, "%s: %.200s", setting, file);
    while ((n = read(fd, chunk, sizeof chunk)) > 0) buf_add(&b, chunk, (size_t)n);
    (void)close(fd);
    if (n < 0) return err_errno(e, errno, "%s: %.200s", setting, file);
    if (b.failed != ERR_OK || b.n == 0)
        return err_set(e, ERR_INVALID, "%s: %.200s is empty or too large", setting, file);
    *ret = buf_take(&b, &(size_t){0});
    return ERR_OK;
}

static enum err_kind load_tls(struct web *w, struct err *e)
{
    const char *cert = w->config->tls_cert ? w->config->tls_cert : "",
               *key = w->config->tls_key ? w->config->tls_key : "";
    enum err_kind k;
    if (!*cert && !*key) return ERR_OK;
    if (!*cert || !*key) return err_set(e, ERR_INVALID, "tls-cert and tls-key belong together: set both, or neither");
    if (MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
        return err_set(e, ERR_INVALID, "tls-cert: this libmicrohttpd was built without TLS");
    if ((k = read_pem("tls-cert", cert, &w->cert, e)) != ERR_OK || (k = read_pem("tls-key", key, &w->key, e)) != ERR_OK)
        return k;
    w->tls = true;
    return ERR_OK;
}

/* --- parts -------------------------------------------------------------------------------------------------------- */
static void each_second(void *arg)
{
    struct web *w = arg;
    conns_reap(&w->conns);
}

static enum err_kind load_openapi(struct web *w, struct err *e)
{
    auto_buf b = BUF_INIT((size_t)8 << 20);
    enum err_kind k = web_openapi_json(&b, e);
    if (k == ERR_NOT_FOUND) return ERR_OK;
    if (k == ERR_OK) w->openapi = buf_take(&b, &w->n_openapi);
    return k;
}

static void taken_elsewhere(void *arg, const struct notice *n)
{
    rate_taken_elsewhere(((struct web *)arg)->rate, (uint64_t)n->plan, n->seq, clock_mono());
}

static enum err_kind make_rate(struct web *w, struct err *e)
{
    enum err_kind k = rate_new(w->config->rate, &w->rate, e);
    if (k != ERR_OK) return k;
    w->rate_subscription = bus_subscribe(w->service->bus, NOTICE_RATE, 0, taken_elsewhere, w);
    return w->rate_subscription ? ERR_OK : err_nomem(e);
}

static enum err_kind make_parts(struct web *w, struct err *e)
{
    const struct config *c = w->config;
    enum err_kind k;
    if ((k = load_tls(w, e)) != ERR_OK || (k = load_openapi(w, e)) != ERR_OK) return k;
    conns_init(&w->conns, c->request_timeout * 1000, c->idle_timeout * 1000, w->tls);
    w->conns_ready = true;
    if ((k = proxies_new(c->trusted_proxies, &w->proxies, e)) != ERR_OK) return k;
    if ((k = make_rate(w, e)) != ERR_OK || (k = metrics_new(&w->metrics, e)) != ERR_OK) return k;
    if ((k = pool_new(POOL_THREADS, POOL_WAITING, &w->pool, e)) != ERR_OK) return k;
    const struct hub_config hub = {.service = w->service,
                                   .max_streams = (size_t)c->max_streams,
                                   .max_per_token = (size_t)c->max_streams_per_token,
                                   .beat_s = c->stream_heartbeat};
    if ((k = hub_new(&hub, &w->hub, e)) != ERR_OK || (k = polls_start(w, e)) != ERR_OK) return k;
    return timers_new(each_second, w, &w->timers, e);
}

static void free_parts(struct web *w)
{
    polls_stop(w);
    hub_free(w->hub);
    timers_free(w->timers);
    pool_free(w->pool);
    metrics_free(w->metrics);
    if (w->rate_subscription) bus_unsubscribe(w->service->bus, w->rate_subscription);
    rate_free(w->rate);
    proxies_free(w->proxies);
    if (w->conns_ready) conns_release(&w->conns);
    cond_release(&w->hold_none);
    lock_release(&w->hold_lock);
    lock_release(&w->polls.lock);
    if (w->key) explicit_bzero(w->key, strlen(w->key));
    free(w->key);
    free(w->cert);
    free(w->openapi);
    free(w);
}

/* A connection is a descriptor; some more are for files, the database and what goes out. */
static void raise_descriptors(int64_t connections)
{
    struct rlimit l;
    rlim_t want = (rlim_t)connections + 256;
    if (getrlimit(RLIMIT_NOFILE, &l) != 0 || l.rlim_cur >= want) return;
    l.rlim_cur = want < l.rlim_max ? want : l.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &l);
    if (l.rlim_cur < want)
        log_warn("fewer descriptors than max-connections asks for", LOG_I("descriptors", l.rlim_cur),
                 LOG_I("max_connections", connections));
}

/* --- the daemon --------------------------------------------------------------------------------------------------- */
struct options {
    struct MHD_OptionItem v[12];
    size_t n;
};

static void option(struct options *o, enum MHD_OPTION name, intptr_t value, void *pointer)
{
    o->v[o->n++] = (struct MHD_OptionItem){name, value, pointer};
}

static void fill_options(const struct web *w, int fd, struct options *o)
{
    const struct config *c = w->config;
    int64_t threads = c->http_threads, most = c->max_connections > threads ? c->max_connections : threads;
    option(o, MHD_OPTION_LISTEN_SOCKET, fd, NULL);
    option(o, MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY, NULL);
    option(o, MHD_OPTION_CONNECTION_LIMIT, (intptr_t)most, NULL);
    /* Its timer only closes; ours, which looks once a second, answers a slow request and must come first. */
    option(o, MHD_OPTION_CONNECTION_TIMEOUT,
           (intptr_t)(c->idle_timeout > c->request_timeout + 2 ? c->idle_timeout : c->request_timeout + 2), NULL);
    if (threads > 1) option(o, MHD_OPTION_THREAD_POOL_SIZE, (intptr_t)threads, NULL);
    /* Everybody behind a trusted proxy comes from its address. */
    if (c->max_connections_per_ip > 0 && !proxies_any(w->proxies))
        option(o, MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)c->max_connections_per_ip, NULL);
    if (w->tls) {
        option(o, MHD_OPTION_HTTPS_MEM_CERT, 0, w->cert);
        option(o, MHD_OPTION_HTTPS_MEM_KEY, 0, w->key);
    }
    option(o, MHD_OPTION_END, 0, NULL);
}

static enum err_kind start_daemon(struct web *w, int fd, struct err *e)
{
    unsigned flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (w->tls ? MHD_USE_TLS : 0U);
    struct options o = {.n = 0};
    sigset_t all, before;
    fill_options(w, fd, &o);
    w->starter = pthread_self();
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before); /* the daemon's threads inherit it: signals go to main */
    w->daemon =
        MHD_start_daemon(flags, 0, NULL, NULL, request_handle, w, MHD_OPTION_EXTERNAL_LOGGER, mhd_says, w,
                         MHD_OPTION_URI_LOG_CALLBACK, request_uri, w, MHD_OPTION_NOTIFY_COMPLETED, request_completed, w,
                         MHD_OPTION_NOTIFY_CONNECTION, request_connection, w, MHD_OPTION_ARRAY, o.v, MHD_OPTION_END);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (w->daemon) return ERR_OK;
    if (fcntl(fd, F_GETFD) >= 0) (void)close(fd);
    return err_set(e, w->tls ? ERR_INVALID : ERR_INTERNAL, "%s: %s",
                   w->tls ? "tls-cert and tls-key cannot be used" : "the HTTP server cannot start",
                   w->trouble[0] ? w->trouble : "no reason given");
}

static struct web *new_web(const struct web_config *c, struct service *s)
{
    struct web *w = calloc(1, sizeof *w);
    uint64_t seed;
    if (!w) return NULL;
    hash_random(&seed, sizeof seed);
    atomic_init(&w->seed, seed);
    w->hooks = *c;
    w->config = c->config;
    w->service = s;
    w->polls.max = (size_t)(c->config->max_connections / 2 > 0 ? c->config->max_connections / 2 : 1);
    lock_init(&w->polls.lock);
    lock_init(&w->hold_lock);
    cond_init(&w->hold_none);
    return w;
}

enum err_kind web_start(const struct web_config *c, struct service *s, struct web **ret, struct err *e)
{
    struct web *w = new_web(c, s);
    struct listener l;
    enum err_kind k;
    if (!w) return err_nomem(e);
    raise_descriptors(c->config->max_connections);
    k = make_parts(w, e);
    if (k == ERR_OK) k = listener_open(c->config->listen, &l, e);
    if (k == ERR_OK) {
        w->port = l.port;
        (void)snprintf(w->address, sizeof w->address, "%s", l.text);
        k = start_daemon(w, l.fd, e);
    }
    if (k != ERR_OK) {
        free_parts(w);
        return k;
    }
    *ret = w;
    return ERR_OK;
}

int web_port(const struct web *w)
{
    return w->port;
}

const char *web_address(const struct web *w)
{
    return w->address;
}

void web_drain(struct web *w)
{
    atomic_store(&w->draining, true);
    polls_wake_all(w);
    hub_close(w->hub);
}

/* Suspended requests must all come back: stopping the daemon with one of them is undefined. Those being answered get
 * a moment; a client that does not take its answer does not keep us. */
static void wait_for_requests(struct web *w)
{
    int64_t until = clock_mono() + GRACE_MS;
    HOLD(&w->hold_lock);
    atomic_store(&w->stopping, true);
    while (w->held > 0) cond_wait(&w->hold_none, &w->hold_lock);
    while (atomic_load(&w->requests) > 0 && clock_mono() < until) (void)cond_wait_ms(&w->hold_none, &w->hold_lock, 50);
}

void web_stop(struct web *w)
{
    if (!w) return;
    web_drain(w);
    wait_for_requests(w);
    hub_wait(w->hub, clock_mono() + GRACE_MS / 2);
    MHD_stop_daemon(w->daemon);
    free_parts(w);
}
