/* See stream_peer.h: one thread over epoll. A stream belongs to the slot of the millisecond in which it began; each
 * millisecond the streams of one slot get their next token. */
#include "stream_peer.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_MAX = 16 << 10, EVENTS = 512 };

struct conn {
    LIST_ENTRY(conn) slot;
    int fd, number;
    SSL *ssl;
    bool streaming, greeted;
    char head[HEAD_MAX]; /* of the request, and the beginning of its body */
    size_t n, left;      /* of the body */
};
LIST_HEAD(conns, conn);

struct peer {
    struct board *board;
    const struct script *script;
    SSL_CTX *tls;
    int epoll_fd, fd;
    struct conns slots[TOKEN_MS];
    char chunk[1024]; /* a token, ready to be sent */
    int n_chunk;
};

#define CHUNK                                                                                                          \
    "{\"id\":\"chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG\",\"object\":\"chat.completion.chunk\",\"created\":1795000000,"  \
    "\"model\":\"bench-1-2026-08-01\",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_44709d6fcb\","          \
    "\"choices\":["
const struct script script_openai = {
    "data: " CHUNK "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"logprobs\":"
                   "null,\"finish_reason\":null}]}\n\n",
    "data: " CHUNK "{\"index\":0,\"delta\":{\"content\":\" token\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n",
    "data: " CHUNK "{\"index\":0,\"delta\":{},\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n",
};
const struct script script_anthropic = {
    "event: message_start\ndata: "
    "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
    "\"model\":\"bench-1\",\"content\":[],\"stop_reason\":null,\"usage\":{\"input_tokens\":25,\"output_tokens\":1}}}"
    "\n\n"
    "event: content_block_start\ndata: "
    "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
    "event: content_block_delta\ndata: "
    "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" token\"}}\n\n",
    "event: message_delta\ndata: "
    "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_tokens\":15}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
};

int64_t now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* --- TLS ---------------------------------------------------------------------------------------------------------- */
static SSL_CTX *certified(const char *file)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x = X509_new();
    X509_EXTENSION *san = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "IP:127.0.0.1");
    SSL_CTX *c = SSL_CTX_new(TLS_server_method());
    FILE *f = fopen(file, "w");
    if (!key || !x || !san || !c || !f) errx(1, "no certificate");
    (void)X509_set_version(x, 2);
    (void)ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    (void)X509_gmtime_adj(X509_getm_notBefore(x), -60);
    (void)X509_gmtime_adj(X509_getm_notAfter(x), 86400);
    (void)X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"bench", -1,
                                     -1, 0);
    (void)X509_set_issuer_name(x, X509_get_subject_name(x));
    (void)X509_set_pubkey(x, key);
    (void)X509_add_ext(x, san, -1);
    if (!X509_sign(x, key, EVP_sha256()) || !PEM_write_X509(f, x) || fclose(f) != 0) errx(1, "no certificate");
    if (SSL_CTX_use_certificate(c, x) != 1 || SSL_CTX_use_PrivateKey(c, key) != 1) errx(1, "no certificate");
    (void)SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS);
    return c;
}

/* As read() and write(): 0 is the end, -1 with EAGAIN when it would wait. */
static ssize_t tls_result(const struct conn *c, int n)
{
    int why = n > 0 ? SSL_ERROR_NONE : SSL_get_error(c->ssl, n);
    if (n > 0) return n;
    errno = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? EAGAIN : EIO;
    return why == SSL_ERROR_ZERO_RETURN ? 0 : -1;
}

static ssize_t conn_read(struct conn *c, char *p, size_t n)
{
    ERR_clear_error(); /* what is left there would be taken for this one's */
    return c->ssl ? tls_result(c, SSL_read(c->ssl, p, (int)n)) : read(c->fd, p, n);
}

/* Socket buffers hold more than a stream sends while nobody reads for seconds: what does not fit is a broken bench. */
static void conn_write(struct conn *c, const char *p, size_t n)
{
    ssize_t done =
        (ERR_clear_error(), c->ssl) ? tls_result(c, SSL_write(c->ssl, p, (int)n)) : send(c->fd, p, n, MSG_NOSIGNAL);
    if (done < 0 && errno == EAGAIN) warnx("stream %d: the client does not read", c->number);
}

/* --- streams ------------------------------------------------------------------------------------------------------ */
static void conn_close(struct peer *p, struct conn *c)
{
    if (c->streaming) {
        p->board->gone_at[c->number] = now_us();
        p->board->streaming--;
        LIST_REMOVE(c, slot);
    }
    SSL_free(c->ssl);
    (void)close(c->fd);
    free(c);
}

static void send_chunk(struct conn *c, const char *text)
{
    char all[4096];
    int n = snprintf(all, sizeof all, "%zx\r\n%s\r\n", strlen(text), text);
    conn_write(c, all, (size_t)n);
}

static void begin(struct peer *p, struct conn *c)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nx-request-id: "
                               "req_1\r\nTransfer-Encoding: chunked\r\n\r\n";
    conn_write(c, head, sizeof head - 1);
    send_chunk(c, p->script->begin);
    c->streaming = true;
    p->board->streaming++;
    LIST_INSERT_HEAD(&p->slots[c->number % TOKEN_MS], c, slot);
}

static void finish(struct peer *p, struct conn *c)
{
    send_chunk(c, p->script->end);
    conn_write(c, "0\r\n\r\n", 5);
    c->streaming = c->greeted = false;
    c->n = 0;
    p->board->streaming--;
    LIST_REMOVE(c, slot);
}

static void tick(struct peer *p, int64_t ms)
{
    struct conn *c = LIST_FIRST(&p->slots[ms % TOKEN_MS]), *next;
    for (; c; c = next) {
        next = LIST_NEXT(c, slot);
        if (p->board->finish) {
            finish(p, c);
            continue;
        }
        conn_write(c, p->chunk, (size_t)p->n_chunk);
        p->board->tokens++;
    }
}

/* --- requests ----------------------------------------------------------------------------------------------------- */
/* The number stands in the head, as the end of a header. */
static void head_read(struct conn *c, const char *end)
{
    const char *length = strcasestr(c->head, "content-length:"), *number = strcasestr(c->head, "traceparent: ");
    size_t body = c->n - (size_t)(end + 4 - c->head), want = length ? strtoul(length + 15, NULL, 10) : 0;
    c->greeted = true;
    c->left = want > body ? want - body : 0;
    c->number = number ? atoi(number + 13) % STREAMS_MAX : 0;
}

static bool conn_input(struct peer *p, struct conn *c)
{
    char skip[65536];
    while (true) {
        char *to = c->greeted ? skip : c->head + c->n, *end;
        ssize_t n = conn_read(c, to, c->greeted ? sizeof skip : HEAD_MAX - 1 - c->n);
        if (n <= 0) return n < 0 && errno == EAGAIN;
        if (c->greeted) {
            c->left -= (size_t)n < c->left ? (size_t)n : c->left;
        } else {
            c->n += (size_t)n;
            c->head[c->n] = '\0';
            if ((end = strstr(c->head, "\r\n\r\n"))) head_read(c, end);
            else if (c->n == HEAD_MAX - 1) return false;
        }
        if (c->greeted && !c->left && !c->streaming) begin(p, c);
    }
}

static void accept_all(struct peer *p)
{
    int fd, on = 1;
    while ((fd = accept4(p->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct conn *c = calloc(1, sizeof *c);
        struct epoll_event ev = { .events = EPOLLIN | EPOLLRDHUP, .data.ptr = c };
        if (!c) errx(1, "no memory");
        c->fd = fd;
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (p->tls) {
            c->ssl = SSL_new(p->tls);
            (void)SSL_set_fd(c->ssl, fd);
            SSL_set_accept_state(c->ssl);
        }
        (void)epoll_ctl(p->epoll_fd, EPOLL_CTL_ADD, fd, &ev);
    }
}

static void listen_any(struct peer *p)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    struct epoll_event ev = { .events = EPOLLIN };
    p->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    p->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (bind(p->fd, (struct sockaddr *)&at, n) != 0 || listen(p->fd, STREAMS_MAX) != 0 ||
        getsockname(p->fd, (struct sockaddr *)&at, &n) != 0 || epoll_ctl(p->epoll_fd, EPOLL_CTL_ADD, p->fd, &ev) != 0)
        err(1, "listen");
    p->board->port = ntohs(at.sin_port);
}

_Noreturn void peer_serve(struct board *b, const struct script *s, const char *cert)
{
    static struct peer p;
    struct epoll_event ev[EVENTS];
    int64_t ms = now_us() / 1000;
    (void)signal(SIGPIPE, SIG_IGN);
    p.board = b;
    p.script = s;
    p.tls = cert ? certified(cert) : NULL;
    p.n_chunk = snprintf(p.chunk, sizeof p.chunk, "%zx\r\n%s\r\n", strlen(s->token), s->token);
    listen_any(&p);
    while (true) {
        int n = epoll_wait(p.epoll_fd, ev, EVENTS, ms < now_us() / 1000 ? 0 : 1);
        for (int i = 0; i < n; i++) {
            struct conn *c = ev[i].data.ptr;
            if (!c) accept_all(&p);
            else if (!conn_input(&p, c)) conn_close(&p, c);
        }
        if (ms < now_us() / 1000) tick(&p, ms++); /* one, even when it is late: clients come first */
    }
}
