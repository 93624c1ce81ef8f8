/* Protects: the guard's second look at the address connected to (rebinding, connections used again, proxies), and
 * planctl's blocking client. */
#include "pland/net/http.h"

#include <stdlib.h>
#include "unit/check_main.h"
#include "unit/net_peer.h"

static bool script(const struct peer_request *r, void *arg)
{
    (void)arg;
    if (strcmp(r->path, "/part") == 0) return peer_say(r->fd, "HTTP/1.1 200 OK\r\n\r\nab") && false;
    if (strcmp(r->path, "/short") == 0)
        return peer_say(r->fd, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab") && false;
    if (r->n_body) {
        return peer_fmt(r->fd, "HTTP/1.1 201 Created\r\nLocation: /made\r\nETag: \"7\"\r\nContent-Length: %zu\r\n\r\n",
                        r->n_body) &&
               peer_send(r->fd, r->body, r->n_body);
    }
    return peer_fmt(r->fd, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(r->head), r->head);
}

struct fixture {
    struct peer peer;
    struct http_client *client;
    char url[320];
    struct err e;
};

static void setup(struct fixture *f, const struct http_config *c)
{
    memset(f, 0, sizeof *f);
    peer_start(&f->peer, script, NULL);
    ck_assert_int_eq(http_client_new(c, &f->client, &f->e), ERR_OK);
}

static void teardown(struct fixture *f)
{
    http_client_free(f->client);
    peer_stop(&f->peer);
}

static enum err_kind fetch(struct fixture *f, const char *host, const char *path, enum http_dest dest, struct buf *body)
{
    struct http_reply reply = { 0 };
    struct http_request r = { .url = f->url, .dest = dest };
    enum err_kind k;
    (void)snprintf(f->url, sizeof f->url, "http://%s:%u%s", host, f->peer.port, path);
    k = http_fetch(f->client, &r, NULL, NULL, &reply, &f->e);
    if (body && k == ERR_OK) *body = reply.body;
    else buf_release(&reply.body);
    return k;
}

START_TEST(test_fetch)
{
    const struct http_config c = { 0 };
    struct fixture f;
    struct http_reply reply;
    struct http_request r = { .method = "POST", .url = f.url, .body = "ticket", .n_body = 6 };
    setup(&f, &c);
    (void)snprintf(f.url, sizeof f.url, "http://localhost:%u/plans", f.peer.port);
    ck_assert_int_eq(http_fetch(f.client, &r, NULL, NULL, &reply, &f.e), ERR_OK);
    ck_assert_int_eq(reply.status, 201);
    ck_assert_str_eq(buf_cstr(&reply.body), "ticket");
    ck_assert_int_eq(reply.retry_after_ms, -1);
    ck_assert_str_eq(http_client_header(f.client, "location"), "/made");
    ck_assert_str_eq(http_client_header(f.client, "ETAG"), "\"7\"");
    ck_assert_ptr_null(http_client_header(f.client, "X-None"));
    buf_release(&reply.body);
    ck_assert_int_eq(fetch(&f, "localhost", "/plans", HTTP_OPERATOR, NULL), ERR_OK);
    ck_assert_ptr_null(http_client_header(f.client, "location"));
    ck_assert_int_eq(fetch(&f, "localhost", "/short", HTTP_OPERATOR, NULL), ERR_UPSTREAM);
    ck_assert_str_ne(f.e.msg, "");
    teardown(&f);
}
END_TEST

START_TEST(test_upload)
{
    enum { SIZE = 1000000 };
    const struct http_config c = { 0 };
    struct fixture f;
    struct http_reply reply;
    struct http_request r = { .method = "PUT", .url = f.url, .n_body = SIZE };
    setup(&f, &c);
    (void)snprintf(f.url, sizeof f.url, "http://127.0.0.1:%u/snapshot", f.peer.port);
    r.upload = tmpfile();
    ck_assert_ptr_nonnull(r.upload);
    for (int i = 0; i < SIZE; i++) (void)putc('a' + i % 26, r.upload);
    rewind(r.upload);
    ck_assert_int_eq(http_fetch(f.client, &r, NULL, NULL, &reply, &f.e), ERR_OK);
    ck_assert_uint_eq(reply.body.n, SIZE);
    for (size_t i = 0; i < SIZE; i++) ck_assert(reply.body.p[i] == (char)('a' + i % 26));
    (void)fclose(r.upload);
    buf_release(&reply.body);
    teardown(&f);
}
END_TEST

static bool first_byte(void *arg, const char *p, size_t n)
{
    *(char *)arg = n ? p[0] : '?';
    return false;
}

START_TEST(test_stream_stopped_by_the_reader)
{
    const struct http_config c = { 0 };
    struct fixture f;
    struct http_reply reply;
    struct http_request r = { .url = f.url };
    char byte = 0;
    setup(&f, &c);
    (void)snprintf(f.url, sizeof f.url, "http://127.0.0.1:%u/part", f.peer.port);
    ck_assert_int_eq(http_fetch(f.client, &r, first_byte, &byte, &reply, &f.e), ERR_OK);
    ck_assert_int_eq(byte, 'a');
    ck_assert_int_eq(reply.status, 200);
    ck_assert_uint_eq(reply.body.n, 0);
    teardown(&f);
}
END_TEST

/* A name that passes as text is refused when it turns out to lead inside. */
START_TEST(test_name_that_leads_inside)
{
    const struct http_config c = { 0 };
    struct fixture f;
    setup(&f, &c);
    ck_assert_int_eq(fetch(&f, "localhost", "/", HTTP_API, NULL), ERR_FORBIDDEN);
    ck_assert_ptr_nonnull(strstr(f.e.msg, "allow-networks"));
    ck_assert_ptr_nonnull(strstr(f.e.msg, "localhost leads to"));
    ck_assert_int_eq(atomic_load(&f.peer.accepted), 0);
    teardown(&f);
}
END_TEST

/* … also when an operator's request has left an open connection to it. */
START_TEST(test_kept_connection_is_checked)
{
    const struct http_config c = { 0 };
    struct fixture f;
    setup(&f, &c);
    ck_assert_int_eq(fetch(&f, "localhost", "/", HTTP_OPERATOR, NULL), ERR_OK);
    ck_assert_int_eq(fetch(&f, "localhost", "/", HTTP_API, NULL), ERR_FORBIDDEN);
    ck_assert_ptr_nonnull(strstr(f.e.msg, "allow-networks"));
    ck_assert_int_eq(atomic_load(&f.peer.requests), 1);
    teardown(&f);
}
END_TEST

START_TEST(test_allowed_network_is_reached)
{
    static const char *const networks[] = { "127.0.0.0/8" };
    struct http_config c = { 0 };
    struct guard *g = NULL;
    struct fixture f;
    struct err e;
    ck_assert_int_eq(guard_new(networks, 1, &g, &e), ERR_OK);
    c.guard = g;
    setup(&f, &c);
    ck_assert_int_eq(fetch(&f, "localhost", "/", HTTP_API, NULL), ERR_OK);
    ck_assert_int_eq(fetch(&f, "127.0.0.1", "/", HTTP_API, NULL), ERR_OK);
    teardown(&f);
    guard_free(g);
}
END_TEST

START_TEST(test_no_proxy_from_the_environment)
{
    const struct http_config c = { 0 };
    struct fixture f;
    ck_assert_int_eq(setenv("http_proxy", "http://127.0.0.1:1", 1) + setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
    setup(&f, &c);
    ck_assert_int_eq(fetch(&f, "127.0.0.1", "/", HTTP_OPERATOR, NULL), ERR_OK);
    teardown(&f);
}
END_TEST

START_TEST(test_egress_proxy)
{
    char proxy[64];
    struct http_config c = { .proxy = proxy, .no_proxy = "127.0.0.1,.direct.example" };
    struct fixture f;
    auto_buf body = BUF_INIT(0);
    ck_assert_int_eq(setenv("no_proxy", "*", 1), 0);
    memset(&f, 0, sizeof f);
    peer_start(&f.peer, script, NULL);
    (void)snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", f.peer.port);
    ck_assert_int_eq(http_client_new(&c, &f.client, &f.e), ERR_OK);
    /* Public names go to the proxy, whose own address is the operator's business. */
    ck_assert_int_eq(fetch(&f, "hooks.example.com", "/x", HTTP_API, &body), ERR_OK);
    ck_assert_msg(strncmp(buf_cstr(&body), "GET http://hooks.example.com:", 29) == 0, "%s", buf_cstr(&body));
    buf_release(&body);
    /* What is listed goes there directly. */
    ck_assert_int_eq(fetch(&f, "127.0.0.1", "/x", HTTP_OPERATOR, &body), ERR_OK);
    ck_assert_msg(strncmp(buf_cstr(&body), "GET /x ", 7) == 0, "%s", buf_cstr(&body));
    /* Internal names and addresses are not asked of the proxy on behalf of the API. */
    ck_assert_int_eq(fetch(&f, "metadata.google.internal", "/x", HTTP_API, NULL), ERR_FORBIDDEN);
    ck_assert_ptr_nonnull(strstr(f.e.msg, "no-proxy"));
    ck_assert_int_eq(fetch(&f, "169.254.169.254", "/x", HTTP_API, NULL), ERR_FORBIDDEN);
    ck_assert_int_eq(atomic_load(&f.peer.requests), 2);
    teardown(&f);
}
END_TEST

UNIT_MAIN("net_client", { test_fetch, test_upload, test_stream_stopped_by_the_reader, test_name_that_leads_inside,
                          test_kept_connection_is_checked, test_allowed_network_is_reached,
                          test_no_proxy_from_the_environment, test_egress_proxy })
