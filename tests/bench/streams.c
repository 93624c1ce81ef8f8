/* Both ends of the measurement of event streams.
 *   streams serve            a bare epoll broadcaster: prints its port; whatever asks for /fire makes it send one event to
 *                            everybody else, nothing more than a write() for each
 *   streams follow PORT N    opens N streams with the request on standard input, which ends with a line of a dot; then sends
 *                            each further request, waits until every stream has got an event, and prints p50, p99
 *                            and the last in microseconds since just before the request was sent */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512, CONNECTING = 64 };

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void watch(int poll, int fd, uint32_t what)
{
    struct epoll_event ev = { .events = what, .data.fd = fd };
    if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &ev) != 0) die("epoll_ctl");
}

/* --- the broadcaster ---------------------------------------------------------------------------------------------- */
static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n",
                  done[] = "HTTP/1.1 204 No Content\r\n\r\n";

static void broadcast(const int *fds, int n, const char *chunk, size_t len)
{
    for (int i = 0; i < n; i++)
        if (write(fds[i], chunk, len) != (ssize_t)len) die("write");
}

static void heard(int fd, int *fds, int *n, const char *chunk, size_t len)
{
    char request[8192];
    ssize_t got = read(fd, request, sizeof request - 1);
    if (got <= 0) {
        (void)close(fd);
        return;
    }
    request[got] = '\0';
    if (strstr(request, "/fire")) {
        broadcast(fds, *n, chunk, len);
        if (write(fd, done, sizeof done - 1) < 0) die("write");
    } else {
        if (write(fd, head, sizeof head - 1) < 0) die("write");
        fds[(*n)++] = fd;
    }
}

static int serve(void)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof a;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), poll = epoll_create1(0), n = 0, fds[20000];
    char event[400], chunk[500];
    /* of the size of one of pland's */
    (void)snprintf(event, sizeof event, "id: ABCDEFGH-12\nevent: plan.updated\ndata: {\"seq\":12,\"type\":\"plan.updated\",\"at\":"
                   "\"2026-11-29T10:00:00.000Z\",\"actor\":\"per_01M8M98PQXW6B2JWQ510E1NK4N\",\"data\":{\"title\":\"Round 12\"}}\n\n");
    size_t len = (size_t)snprintf(chunk, sizeof chunk, "%zx\r\n%s\r\n", strlen(event), event);
    if (bind(listener, (struct sockaddr *)&a, sizeof a) != 0 || listen(listener, 4096) != 0) die("listen");
    (void)getsockname(listener, (struct sockaddr *)&a, &size);
    printf("%d\n", ntohs(a.sin_port));
    (void)fflush(stdout);
    watch(poll, listener, EPOLLIN);
    for (;;) {
        struct epoll_event ev[EVENTS];
        int got = epoll_wait(poll, ev, EVENTS, -1);
        for (int i = 0; i < got; i++) {
            int fd = ev[i].data.fd;
            if (fd != listener) heard(fd, fds, &n, chunk, len);
            else while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));
                watch(poll, fd, EPOLLIN);
            }
        }
    }
}

/* --- the followers ------------------------------------------------------------------------------------------------ */
static int dial(int port)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0) die("connect");
    return fd;
}

static void request(int fd, const char *text)
{
    if (write(fd, text, strlen(text)) != (ssize_t)strlen(text)) die("write");
}

/* Reads until every stream has shown the word once more; notes when. */
static void gather(int poll, int n, const char *word, int64_t since, int64_t *at, unsigned char *seen)
{
    int left = n;
    memset(seen, 0, 65536);
    while (left > 0) {
        struct epoll_event ev[EVENTS];
        int got = epoll_wait(poll, ev, EVENTS, 30000);
        if (got <= 0) {
            fprintf(stderr, "%d streams got nothing\n", left);
            exit(1);
        }
        for (int i = 0; i < got; i++) {
            char text[8192];
            int fd = ev[i].data.fd;
            ssize_t size = read(fd, text, sizeof text - 1);
            if (size <= 0) die("a stream ended");
            text[size] = '\0';
            if (seen[fd] || !strstr(text, word)) continue;
            seen[fd] = 1;
            at[n - left--] = now_us() - since;
        }
    }
}

static int order(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Text from standard input up to a line of a dot, with CR LF. */
static size_t read_request(char *ret, size_t cap)
{
    size_t n = 0;
    char line[8192];
    while (fgets(line, sizeof line, stdin) && strcmp(line, ".\n") != 0) {
        line[strcspn(line, "\n")] = '\0';
        n += (size_t)snprintf(ret + n, cap - n, "%s\r\n", line);
    }
    return n;
}

static int follow(int port, int n)
{
    static unsigned char seen[65536];
    static char open_request[16384], fire[16384];
    int64_t *at = calloc((size_t)n, sizeof *at);
    int poll = epoll_create1(0);
    if (!at || !read_request(open_request, sizeof open_request)) return 2;
    for (int i = 0; i < n; i++) {
        int fd = dial(port);
        request(fd, open_request);
        (void)fcntl(fd, F_SETFL, O_NONBLOCK);
        watch(poll, fd, EPOLLIN);
        if (i % CONNECTING == CONNECTING - 1) (void)usleep(2000); /* a backlog is finite */
    }
    gather(poll, n, "200 OK", now_us(), at, seen);
    puts("open");
    (void)fflush(stdout);
    while (read_request(fire, sizeof fire)) {
        char answer[4096];
        int fd = dial(port);
        int64_t since = now_us();
        request(fd, fire);
        gather(poll, n, "plan.updated", since, at, seen);
        if (read(fd, answer, sizeof answer) <= 0) die("no answer");
        (void)close(fd);
        qsort(at, (size_t)n, sizeof *at, order);
        printf("%lld %lld %lld\n", (long long)at[n / 2], (long long)at[n * 99 / 100], (long long)at[n - 1]);
        (void)fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "serve") == 0) return serve();
    if (argc == 4 && strcmp(argv[1], "follow") == 0) return follow(atoi(argv[2]), atoi(argv[3]));
    return 2;
}
