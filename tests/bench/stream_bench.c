/* Many streams of a model at once: what pland's loop and decoding cost beside a bare curl_multi_socket_action loop that
 * receives the same bytes and throws them away.
 *
 *     build/release/stream_bench [STREAMS, 1000] [SECONDS for each measurement, 3] [KB of each prompt, 200]
 *
 * Every measurement is a process of its own, against a server (stream_peer.h) that is another one; pland's and the bare
 * one take turns. Prints rows like tests/bench/run and judges nothing. */
#include <curl/curl.h>
#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pland/llm/llm.h"
#include "stream_peer.h"

enum { ROUNDS = 3, CANCELS = 20, SETTLE_MS = 500, PATIENCE_MS = 30000 };

struct figures {
    double kb, us, cancel_ms, rate;
}; /* above idle; CPU for a token; the slowest of CANCELS; tokens a second */
struct shared {
    struct board board;
    struct figures figures;
};

struct bench {
    struct shared *shared;
    int streams, seconds;
    char *prompt, *body;
    const char *api, *cert; /* cert: NULL: no TLS */
};

/* --- measuring, the same for both ----------------------------------------------------------------------------------
 */
static double anon_kb(void)
{
    char line[128];
    double kb = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f)) (void)sscanf(line, "RssAnon: %lf", &kb);
    if (f) (void)fclose(f);
    return kb;
}

static double cpu_us(void)
{
    struct rusage r;
    (void)getrusage(RUSAGE_SELF, &r);
    return (double)(r.ru_utime.tv_sec + r.ru_stime.tv_sec) * 1e6 + (double)(r.ru_utime.tv_usec + r.ru_stime.tv_usec);
}

static void await_streams(const struct bench *b, int n)
{
    for (int ms = 0; b->shared->board.streaming != n; ms++) {
        if (ms > PATIENCE_MS) errx(1, "%d of %d streams", b->shared->board.streaming, n);
        (void)usleep(1000);
    }
}

static void measure(const struct bench *b, struct figures *f, double idle_kb)
{
    const struct board *board = &b->shared->board;
    double cpu;
    int64_t tokens, at;
    await_streams(b, b->streams);
    (void)usleep(SETTLE_MS * 1000);
    cpu = cpu_us(), tokens = board->tokens, at = now_us();
    (void)usleep((useconds_t)b->seconds * 1000000);
    f->us = (cpu_us() - cpu) / (double)(board->tokens - tokens);
    f->rate = (double)(board->tokens - tokens) * 1e6 / (double)(now_us() - at);
    f->kb = anon_kb() - idle_kb;
}

/* --- pland ----------------------------------------------------------------------------------------------------------
 */
struct ended {
    _Atomic int good, cancelled, bad;
    size_t bytes; /* of what arrived; the loop's thread only */
};

static void on_delta(void *arg, const char *p, size_t n)
{
    struct ended *e = arg;
    (void)p;
    e->bytes += n;
}

static void on_done(void *arg, const struct llm_answer *a)
{
    struct ended *e = arg;
    if (a->fault == LLM_FAULT_CANCELLED) e->cancelled++;
    else if (a->kind == ERR_OK && a->finish == LLM_STOP && a->n_text > 100) e->good++;
    else if (!e->bad++) warnx("%s", a->message);
}

/* One after the other, spread over all of them: when did the server see it? */
static double cancel_some(const struct bench *b, struct llm *m, const uint64_t *calls)
{
    int64_t slowest = 0;
    for (int i = 0; i < CANCELS; i++) {
        int which = i * (b->streams / CANCELS);
        int64_t at = now_us(), took;
        llm_cancel(m, calls[which]);
        while (!b->shared->board.gone_at[which]) {
            if (now_us() - at > 1000000) errx(1, "a cancelled stream goes on");
            (void)usleep(200);
        }
        took = b->shared->board.gone_at[which] - at;
        if (took > slowest) slowest = took;
    }
    return (double)slowest / 1000;
}

static void open_model(const struct bench *b, struct http_loop **ret_loop, struct llm **ret)
{
    const struct http_config hc = { .ca_file = b->cert, .max_running = STREAMS_MAX };
    char url[64];
    const struct llm_config c = {
        .name = "bench", .api = b->api, .base_url = url, .model = "bench-1", .max_concurrency = (size_t)b->streams
    };
    struct err e;
    (void)snprintf(url, sizeof url, "%s://127.0.0.1:%d/v1", b->cert ? "https" : "http", b->shared->board.port);
    if (http_loop_start(&hc, ret_loop, &e) != ERR_OK || llm_open(&c, *ret_loop, ret, &e) != ERR_OK)
        errx(1, "%s", e.msg);
}

static void run_pland(const struct bench *b)
{
    static uint64_t calls[STREAMS_MAX];
    struct ended ended = { 0 };
    struct http_loop *loop = NULL;
    struct llm *m = NULL;
    struct figures *f = &b->shared->figures;
    double idle;
    struct err e;
    open_model(b, &loop, &m);
    idle = anon_kb();
    for (int i = 0; i < b->streams; i++) {
        char number[16];
        const struct llm_request r = {
            .step = "phase", .system = "You plan.", .context = b->prompt, .user = "Go on.", .traceparent = number
        };
        (void)snprintf(number, sizeof number, "%d", i);
        if (llm_call(m, &r, on_done, on_delta, &ended, &calls[i], &e) != ERR_OK) errx(1, "%s", e.msg);
    }
    measure(b, f, idle);
    f->cancel_ms = cancel_some(b, m, calls);
    b->shared->board.finish = true;
    await_streams(b, 0);
    while (ended.good + ended.cancelled + ended.bad < b->streams) (void)usleep(1000);
    if (ended.bad || ended.cancelled != CANCELS) errx(1, "%d streams ended badly", ended.bad);
    llm_close(m);
    http_loop_stop(loop);
}

/* --- the bare loop --------------------------------------------------------------------------------------------------
 */
struct bare {
    CURLM *multi;
    int epoll_fd;
    int64_t timer_at;
};

static int on_timer(CURLM *multi, long ms, void *arg)
{
    struct bare *x = arg;
    (void)multi;
    x->timer_at = ms < 0 ? INT64_MAX : now_us() + ms * 1000;
    return 0;
}

static int on_socket(CURL *curl, curl_socket_t fd, int what, void *arg, void *known)
{
    struct bare *x = arg;
    struct epoll_event ev = { .events = (what & CURL_POLL_IN ? EPOLLIN : 0u) | (what & CURL_POLL_OUT ? EPOLLOUT : 0u),
                              .data.fd = fd };
    (void)curl;
    if (what == CURL_POLL_REMOVE) return epoll_ctl(x->epoll_fd, EPOLL_CTL_DEL, fd, NULL), 0;
    (void)epoll_ctl(x->epoll_fd, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, fd, &ev);
    (void)curl_multi_assign(x->multi, fd, x);
    return 0;
}

static size_t on_bytes(char *p, size_t size, size_t n, void *arg)
{
    (void)p, (void)arg;
    return size * n;
}

static void *bare_loop(void *arg)
{
    struct bare *x = arg;
    struct epoll_event ev[128];
    while (true) {
        int64_t now = now_us();
        int running, ms = x->timer_at <= now            ? 0
                          : x->timer_at - now > 1000000 ? 1000
                                                        : (int)((x->timer_at - now) / 1000) + 1;
        int n = epoll_wait(x->epoll_fd, ev, 128, ms);
        for (int i = 0; i < n; i++)
            (void)curl_multi_socket_action(x->multi, ev[i].data.fd,
                                           (ev[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP) ? CURL_CSELECT_IN : 0) |
                                               (ev[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0),
                                           &running);
        if (now_us() < x->timer_at) continue;
        x->timer_at = INT64_MAX;
        (void)curl_multi_socket_action(x->multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    return NULL;
}

static void bare_add(const struct bench *b, struct bare *x, int number)
{
    CURL *c = curl_easy_init();
    char line[64];
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    (void)snprintf(line, sizeof line, "traceparent: %d", number);
    headers = curl_slist_append(curl_slist_append(headers, line), "Expect:");
    (void)snprintf(line, sizeof line, "%s://127.0.0.1:%d/v1/x", b->cert ? "https" : "http", b->shared->board.port);
    (void)curl_easy_setopt(c, CURLOPT_URL, line);
    (void)curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    (void)curl_easy_setopt(c, CURLOPT_POSTFIELDS, b->body); /* one for all: it counts for no stream */
    (void)curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
    if (b->cert) (void)curl_easy_setopt(c, CURLOPT_CAINFO, b->cert);
    if (curl_multi_add_handle(x->multi, c) != CURLM_OK) errx(1, "curl");
}

static void run_bare(const struct bench *b)
{
    static struct bare x;
    double idle;
    pthread_t thread;
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    x.multi = curl_multi_init();
    x.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    x.timer_at = INT64_MAX;
    (void)curl_multi_setopt(x.multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    (void)curl_multi_setopt(x.multi, CURLMOPT_SOCKETDATA, &x);
    (void)curl_multi_setopt(x.multi, CURLMOPT_TIMERFUNCTION, on_timer);
    (void)curl_multi_setopt(x.multi, CURLMOPT_TIMERDATA, &x);
    idle = anon_kb();
    for (int i = 0; i < b->streams; i++) bare_add(b, &x, i);
    if (pthread_create(&thread, NULL, bare_loop, &x) != 0) errx(1, "thread");
    measure(b, &b->shared->figures, idle);
    _exit(0);
}

/* --- turns ----------------------------------------------------------------------------------------------------------
 */
static pid_t start(void (*run)(const struct bench *b), const struct bench *b)
{
    pid_t pid = fork();
    if (pid < 0) err(1, "fork");
    if (pid) return pid;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    run(b);
    exit(0);
}

static void run_peer(const struct bench *b)
{
    peer_serve(&b->shared->board, strcmp(b->api, "openai") == 0 ? &script_openai : &script_anthropic, b->cert);
}

static struct figures turn(const struct bench *b, void (*run)(const struct bench *b))
{
    int status;
    pid_t server, client;
    memset(b->shared, 0, sizeof *b->shared);
    server = start(run_peer, b);
    while (!b->shared->board.port) (void)usleep(1000);
    client = start(run, b);
    if (waitpid(client, &status, 0) != client || status) errx(1, "a measurement failed");
    (void)kill(server, SIGKILL);
    (void)waitpid(server, &status, 0);
    return b->shared->figures;
}

static int by_us(const void *a, const void *b)
{
    double x = ((const struct figures *)a)->us, y = ((const struct figures *)b)->us;
    return (x > y) - (x < y);
}

static void compare(const struct bench *b)
{
    struct figures own[ROUNDS], bare[ROUNDS], *p = &own[ROUNDS / 2], *q = &bare[ROUNDS / 2];
    char what[128];
    for (int i = 0; i < ROUNDS; i++) {
        bare[i] = turn(b, run_bare);
        own[i] = turn(b, run_pland);
    }
    qsort(own, ROUNDS, sizeof *own, by_us);
    qsort(bare, ROUNDS, sizeof *bare, by_us);
    (void)snprintf(what, sizeof what, "%d streams, %s%s: tokens/s: pland, bare", b->streams, b->api,
                   b->cert ? ", TLS" : "");
    printf("%-62s %.0f, %.0f\n", what, p->rate, q->rate);
    printf("%-62s %.1f, %.1f\n",
           b->cert ? "  MB above idle (bar: 130): pland, bare" : "  MB above idle (bar: 60): pland, bare", p->kb / 1024,
           q->kb / 1024);
    printf("%-62s %.2f, %.2f\n", "  CPU us for a token: pland, bare", p->us, q->us);
    printf("%-62s %.2f\n", "  pland / bare (bar: 1.6)", p->us / q->us);
    printf("%-62s %.1f\n", "  slowest of 20 cancelled, seen by the server, ms (bar: 100)", p->cancel_ms);
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    static const char *const apis[] = { "openai", "anthropic" };
    char cert[] = "/tmp/stream-bench-XXXXXX";
    struct bench b = { .streams = argc > 1 ? atoi(argv[1]) : 1000, .seconds = argc > 2 ? atoi(argv[2]) : 3 };
    size_t kb = argc > 3 ? strtoul(argv[3], NULL, 10) : 200;
    struct rlimit files;
    int fd = mkstemp(cert);
    (void)getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &files);
    b.shared = mmap(NULL, sizeof *b.shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    b.prompt = malloc((kb << 10) + 1);
    if (b.streams < CANCELS || b.streams > STREAMS_MAX || b.seconds < 1 || b.shared == MAP_FAILED || !b.prompt ||
        fd < 0)
        return 2;
    memset(b.prompt, 'x', kb << 10);
    b.prompt[kb << 10] = '\0';
    b.body = b.prompt;
    for (int tls = 0; tls < 2; tls++) {
        b.cert = tls ? cert : NULL;
        for (int i = 0; i < 2; i++) {
            b.api = apis[i];
            compare(&b);
        }
    }
    free(b.prompt);
    (void)munmap(b.shared, sizeof *b.shared);
    (void)close(fd);
    (void)unlink(cert);
    return 0;
}
