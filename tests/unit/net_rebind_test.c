/* Protects: a name server that answers differently each time it is asked, and a server that points elsewhere, lead
 * pland nowhere inside. The test is the resolver: its getaddrinfo() goes before the C library's. */
#include "pland/net/http.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include "unit/check_main.h"
#include "unit/net_peer.h"

static atomic_int asked;             /* how often the name was looked up */
static const char *answers[4];       /* the addresses given, in turn; the last one stays */
static _Atomic(const char *) name_asked_for;

static struct addrinfo *one(const char *address, const char *port, const struct addrinfo *hints)
{
    struct made { struct addrinfo ai; struct sockaddr_in sa; } *m = calloc(1, sizeof *m);
    ck_assert_ptr_nonnull(m);
    m->sa.sin_family = AF_INET;
    m->sa.sin_port = htons((uint16_t)(port ? atoi(port) : 0));
    ck_assert_int_eq(inet_pton(AF_INET, address, &m->sa.sin_addr), 1);
    m->ai = (struct addrinfo){ .ai_family = AF_INET,
                               .ai_socktype = hints && hints->ai_socktype ? hints->ai_socktype : SOCK_STREAM,
                               .ai_addrlen = sizeof m->sa,
                               .ai_addr = (struct sockaddr *)&m->sa };
    return &m->ai;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **ret)
{
    int i = atomic_fetch_add(&asked, 1);
    while (i > 0 && (i >= (int)countof(answers) || !answers[i])) i--;
    atomic_store(&name_asked_for, node && strcmp(node, "rebind.example") == 0 ? "rebind.example" : "another name");
    *ret = one(answers[i], service, hints);
    return 0;
}

void freeaddrinfo(struct addrinfo *list)
{
    free(list);
}

static void answer_with(const char *first, const char *then)
{
    atomic_store(&asked, 0);
    answers[0] = first;
    answers[1] = then;
}

static bool script(const struct peer_request *r, void *arg)
{
    (void)arg;
    if (strcmp(r->path, "/moved") == 0)
        return peer_say(r->fd, "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest/meta-data/\r\n"
                               "Content-Length: 0\r\n\r\n");
    return peer_say(r->fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
}

static enum err_kind fetch(const struct http_config *c, struct peer *p, const char *path, enum http_dest dest,
                           int *ret_status, struct err *e)
{
    struct http_client *client;
    struct http_reply reply = { 0 };
    char url[100];
    struct http_request r = { .url = url, .dest = dest };
    (void)snprintf(url, sizeof url, "http://rebind.example:%u%s", p->port, path);
    ck_assert_int_eq(http_client_new(c, &client, e), ERR_OK);
    enum err_kind k = http_fetch(client, &r, NULL, NULL, &reply, e);
    *ret_status = reply.status;
    buf_release(&reply.body);
    http_client_free(client);
    return k;
}

START_TEST(test_an_answer_that_changes)
{
    const struct http_config c = { 0 };
    struct guard_addresses found;
    struct peer p;
    struct err e;
    int status;
    answer_with("93.184.216.34", "127.0.0.1");
    peer_start(&p, script, NULL);
    ck_assert_int_eq(guard_url(NULL, "http://rebind.example/", &e), ERR_OK);
    ck_assert_int_eq(atomic_load(&asked), 0); /* nothing is decided by a look-up that is not the connection's */
    ck_assert_int_eq(guard_resolve(NULL, "rebind.example", &found, &e), ERR_OK);
    ck_assert_str_eq(found.v[0], "93.184.216.34"); /* who is told this one connects to this one */
    ck_assert_int_eq(fetch(&c, &p, "/", HTTP_API, &status, &e), ERR_FORBIDDEN);
    ck_assert_ptr_nonnull(strstr(e.msg, "rebind.example leads to 127.0.0.1"));
    ck_assert_ptr_nonnull(strstr(e.msg, "allow-networks"));
    ck_assert_int_eq(guard_resolve(NULL, "rebind.example", &found, &e), ERR_FORBIDDEN);
    ck_assert_int_eq(atomic_load(&p.accepted), 0);
    peer_stop(&p);
}
END_TEST

START_TEST(test_a_redirect_to_metadata)
{
    static const char *const networks[] = { "127.0.0.0/8" };
    struct http_config c = { 0 };
    struct guard *g = NULL;
    struct peer p;
    struct err e;
    int status;
    answer_with("127.0.0.1", NULL);
    peer_start(&p, script, NULL);
    ck_assert_int_eq(guard_new(networks, 1, &g, &e), ERR_OK);
    c.guard = g;
    ck_assert_int_eq(fetch(&c, &p, "/moved", HTTP_API, &status, &e), ERR_OK);
    ck_assert_int_eq(status, 302); /* an answer like any other: nobody goes there */
    ck_assert_int_eq(atomic_load(&p.requests), 1);
    ck_assert_int_eq(atomic_load(&asked), 1);
    ck_assert_str_eq(atomic_load(&name_asked_for), "rebind.example");
    guard_free(g);
    peer_stop(&p);
}
END_TEST

/* What the operator wrote is reached wherever it leads, and nothing else by it. */
START_TEST(test_the_operators_own)
{
    const struct http_config c = { 0 };
    struct peer p;
    struct err e;
    int status;
    answer_with("127.0.0.1", NULL);
    peer_start(&p, script, NULL);
    ck_assert_int_eq(fetch(&c, &p, "/", HTTP_OPERATOR, &status, &e), ERR_OK);
    ck_assert_int_eq(status, 200);
    ck_assert_int_eq(fetch(&c, &p, "/moved", HTTP_OPERATOR, &status, &e), ERR_OK);
    ck_assert_int_eq(status, 302);
    ck_assert_int_eq(fetch(&c, &p, "/", HTTP_API, &status, &e), ERR_FORBIDDEN);
    ck_assert_int_eq(atomic_load(&p.requests), 2);
    peer_stop(&p);
}
END_TEST

UNIT_MAIN("net rebind", { test_an_answer_that_changes, test_a_redirect_to_metadata, test_the_operators_own })
