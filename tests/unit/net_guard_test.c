/* Protects: no URL that came through the API leads pland into a private network, however it is spelt. */
#include "pland/net/guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>
#include "net/url.h"
#include "unit/check_main.h"

struct url_row {
    const char *url;
    enum err_kind want;
    const char *words; /* part of the message, or NULL */
};

/* With no network allowed. ERR_OK for names: their addresses are looked at when they are connected to. */
static const struct url_row rows[] = {
    { "https://example.com/hook", ERR_OK, NULL },
    { "http://example.com", ERR_OK, NULL },
    { "HTTPS://EXAMPLE.COM:8443/a?b=c#d", ERR_OK, NULL },
    { "https://93.184.216.34/", ERR_OK, NULL },
    { "https://1.1.1.1:443/", ERR_OK, NULL },
    { "https://[2606:4700::1111]/", ERR_OK, NULL },
    { "https://xn--bcher-kva.example/", ERR_OK, NULL },
    { "https://example.com./", ERR_OK, NULL },
    { "https://172.15.255.255/", ERR_OK, NULL },
    { "https://172.32.0.1/", ERR_OK, NULL },
    { "https://100.63.255.255/", ERR_OK, NULL },
    { "https://100.128.0.1/", ERR_OK, NULL },
    { "https://11.0.0.1/", ERR_OK, NULL },
    { "https://223.255.255.255/", ERR_OK, NULL },
    { "https://[64:ff9b::808:808]/", ERR_OK, NULL },
    { "https://[2002:808:808::1]/", ERR_OK, NULL },
    { "https://localhost.example.com/", ERR_OK, NULL },
    /* loopback, in every spelling */
    { "http://127.0.0.1/", ERR_FORBIDDEN, "allow-networks" },
    { "http://127.0.0.1:6379/", ERR_FORBIDDEN, "loopback" },
    { "http://127.255.255.254/", ERR_FORBIDDEN, "loopback" },
    { "http://127.1/", ERR_FORBIDDEN, "127.0.0.1" },
    { "http://127.0.1/", ERR_FORBIDDEN, "127.0.0.1" },
    { "http://0x7f000001/", ERR_FORBIDDEN, "loopback" },
    { "http://0x7f.0.0.1/", ERR_FORBIDDEN, "loopback" },
    { "http://0177.0.0.1/", ERR_FORBIDDEN, "loopback" },
    { "http://017700000001/", ERR_FORBIDDEN, "loopback" },
    { "http://2130706433/", ERR_FORBIDDEN, "loopback" },
    { "http://127.0.0.1./", ERR_FORBIDDEN, "loopback" },
    { "http://%31%32%37.0.0.1/", ERR_FORBIDDEN, "loopback" },
    { "http://\xEF\xBC\x91\xEF\xBC\x92\xEF\xBC\x97.0.0.1/", ERR_INVALID, "xn--" },
    { "http://127\xE3\x80\x82" "0\xE3\x80\x82" "0\xE3\x80\x82" "1/", ERR_INVALID, "xn--" },
    { "http://%EF%BC%91%EF%BC%92%EF%BC%97.0.0.1/", ERR_INVALID, NULL },
    { "http://0x7f.1/", ERR_FORBIDDEN, "127.0.0.1" },
    { "http://0x7F000001:80/", ERR_FORBIDDEN, "loopback" },
    { "http://0000177.0000.0.01/", ERR_FORBIDDEN, "loopback" },
    { "http://127%2e0%2e0%2e1/", ERR_FORBIDDEN, "loopback" },
    { "http://0x7f000001./", ERR_FORBIDDEN, "loopback" },
    { "http:/127.0.0.1/", ERR_FORBIDDEN, "loopback" },
    { "http:///127.0.0.1/", ERR_FORBIDDEN, "loopback" },
    { "http://127.0.0.1#@example.com/", ERR_FORBIDDEN, "loopback" },
    { "http://127.0.0.1?@example.com/", ERR_FORBIDDEN, "loopback" },
    { "hTTp://127.0.0.1:65535/", ERR_FORBIDDEN, "loopback" },
    { "http://\xE2\x91\xA0\xE2\x91\xA1\xE2\x91\xA6.0.0.1/", ERR_INVALID, "xn--" },
    { "http://127.0.0.1\t/", ERR_INVALID, "white space" },
    { " http://127.0.0.1/", ERR_INVALID, "white space" },
    { "http://[::ffff:0:127.0.0.1]/", ERR_FORBIDDEN, "reserved" },
    { "http://[0:0:0:0:0:ffff:127.0.0.1]/", ERR_FORBIDDEN, "loopback" },
    { "http://[::1%25lo]/", ERR_FORBIDDEN, "loopback" },
    { "http://[::1%251]/", ERR_FORBIDDEN, "loopback" },
    { "http://[64:ff9b::127.0.0.1]/", ERR_FORBIDDEN, "loopback" },
    { "http://[::1]/", ERR_FORBIDDEN, "loopback" },
    { "http://[0:0:0:0:0:0:0:1]:80/", ERR_FORBIDDEN, "loopback" },
    { "http://[0000:0000:0000:0000:0000:0000:0000:0001]/", ERR_FORBIDDEN, "loopback" },
    { "http://[::ffff:127.0.0.1]/", ERR_FORBIDDEN, "loopback" },
    { "http://[::ffff:7f00:1]/", ERR_FORBIDDEN, "loopback" },
    { "http://[::127.0.0.1]/", ERR_FORBIDDEN, "reserved" },
    { "http://[64:ff9b::7f00:1]/", ERR_FORBIDDEN, "loopback" },
    { "http://[2002:7f00:1::]/", ERR_FORBIDDEN, "loopback" },
    /* unspecified */
    { "http://0.0.0.0/", ERR_FORBIDDEN, "0.0.0.0/8" },
    { "http://0/", ERR_FORBIDDEN, "0.0.0.0/8" },
    { "http://[::]/", ERR_FORBIDDEN, "unspecified" },
    /* private, shared, link-local (clouds' metadata), unique local */
    { "http://10.0.0.1/", ERR_FORBIDDEN, "10.0.0.0/8" },
    { "http://10.255.255.255/", ERR_FORBIDDEN, "private" },
    { "http://172.16.0.1/", ERR_FORBIDDEN, "172.16.0.0/12" },
    { "http://172.31.255.255/", ERR_FORBIDDEN, "private" },
    { "http://192.168.1.1/", ERR_FORBIDDEN, "private" },
    { "http://0xc0a80101/", ERR_FORBIDDEN, "192.168.1.1" },
    { "http://100.64.0.1/", ERR_FORBIDDEN, "shared" },
    { "http://100.127.255.255/", ERR_FORBIDDEN, "shared" },
    { "http://169.254.169.254/latest/meta-data/", ERR_FORBIDDEN, "link-local" },
    { "http://2852039166/", ERR_FORBIDDEN, "169.254.169.254" },
    { "http://[::ffff:a9fe:a9fe]/", ERR_FORBIDDEN, "link-local" },
    { "http://[fe80::1]/", ERR_FORBIDDEN, "link-local" },
    { "http://[fe80::1%25eth0]/", ERR_FORBIDDEN, "link-local" },
    { "http://[febf::1]/", ERR_FORBIDDEN, "link-local" },
    { "http://[fc00::1]/", ERR_FORBIDDEN, "unique local" },
    { "http://[fd00:ec2::254]/", ERR_FORBIDDEN, "unique local" },
    { "http://0xa9fea9fe/", ERR_FORBIDDEN, "169.254.169.254" },
    { "http://0xa9.0xfe.0xa9.0xfe/", ERR_FORBIDDEN, "169.254.169.254" },
    { "http://0251.0376.0251.0376/", ERR_FORBIDDEN, "169.254.169.254" },
    { "http://169.254.43518/", ERR_FORBIDDEN, "169.254.169.254" },
    { "http://169.16689662/", ERR_FORBIDDEN, "169.254.169.254" },
    { "http://169.254.169.254./", ERR_FORBIDDEN, "link-local" },
    { "http://[64:ff9b::a9fe:a9fe]/", ERR_FORBIDDEN, "link-local" },
    { "http://[2002:a9fe:a9fe::1]/", ERR_FORBIDDEN, "link-local" },
    { "http://[::169.254.169.254]/", ERR_FORBIDDEN, "reserved" },
    { "http://[fec0::1]/", ERR_FORBIDDEN, "reserved" },
    { "http://[64:ff9b::a00:1]/", ERR_FORBIDDEN, "private" },
    { "http://[64:ff9b:1::1]/", ERR_FORBIDDEN, "reserved" },
    { "http://[2002:c0a8:101::1]/", ERR_FORBIDDEN, "private" },
    { "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", ERR_FORBIDDEN, "protocol" },
    /* multicast, documentation, benchmarking, reserved */
    { "http://224.0.0.1/", ERR_FORBIDDEN, "multicast" },
    { "http://239.255.255.255/", ERR_FORBIDDEN, "multicast" },
    { "http://240.0.0.1/", ERR_FORBIDDEN, "reserved" },
    { "http://255.255.255.255/", ERR_FORBIDDEN, "reserved" },
    { "http://192.0.0.1/", ERR_FORBIDDEN, "reserved" },
    { "http://192.0.2.1/", ERR_FORBIDDEN, "documentation" },
    { "http://198.18.0.1/", ERR_FORBIDDEN, "benchmarking" },
    { "http://198.19.255.255/", ERR_FORBIDDEN, "benchmarking" },
    { "http://198.51.100.1/", ERR_FORBIDDEN, "documentation" },
    { "http://203.0.113.1/", ERR_FORBIDDEN, "documentation" },
    { "http://192.88.99.1/", ERR_FORBIDDEN, "6to4" },
    { "http://[ff02::1]/", ERR_FORBIDDEN, "multicast" },
    { "http://[2001:db8::1]/", ERR_FORBIDDEN, "documentation" },
    { "http://[3fff::1]/", ERR_FORBIDDEN, "documentation" },
    { "http://[4000::1]/", ERR_FORBIDDEN, "reserved" },
    /* not URLs that we use */
    { "ftp://example.com/", ERR_INVALID, "http://" },
    { "file:///etc/passwd", ERR_INVALID, "http://" },
    { "gopher://example.com/_x", ERR_INVALID, "http://" },
    { "javascript:alert(1)", ERR_INVALID, NULL },
    { "dict://127.0.0.1:11211/", ERR_INVALID, "http://" },
    { "ldap://example.com/", ERR_INVALID, "http://" },
    { "example.com/path", ERR_INVALID, "http://" },
    { "//example.com/", ERR_INVALID, NULL },
    { "", ERR_INVALID, NULL },
    { "http://", ERR_INVALID, NULL },
    { "http://user@example.com/", ERR_INVALID, "user" },
    { "http://user:secret@example.com/", ERR_INVALID, "user" },
    { "http://example.com@127.0.0.1/", ERR_INVALID, "user" },
    { "http://example.com:99999/", ERR_INVALID, NULL },
    { "http://example.com:8o/", ERR_INVALID, NULL },
    { "http://exa mple.com/", ERR_INVALID, NULL },
    { "http://example.com/a b", ERR_INVALID, "white space" },
    { "http://example.com/\r\nHost: x", ERR_INVALID, "control" },
    { "http://example.com\\@127.0.0.1/", ERR_INVALID, "backslash" },
    { "http://127.0.0.1%00.example.com/", ERR_INVALID, NULL },
    { "http://example.com%2f@x/", ERR_INVALID, NULL },
    { "http://[::1/", ERR_INVALID, NULL },
    { "http://[::g]/", ERR_INVALID, NULL },
    { "http://./", ERR_INVALID, NULL },
};

START_TEST(test_urls)
{
    size_t refused = 0;
    for (size_t i = 0; i < countof(rows); i++) {
        const struct url_row *r = &rows[i];
        struct err e = { 0 };
        enum err_kind k = guard_url(NULL, r->url, &e);
        ck_assert_msg(k == r->want, "%s: got %d (%s)", r->url, (int)k, e.msg);
        if (r->words) ck_assert_msg(strstr(e.msg, r->words) != NULL, "%s: '%s' lacks '%s'", r->url, e.msg, r->words);
        refused += r->want != ERR_OK;
    }
    ck_assert_uint_ge(refused, 100);
}
END_TEST

START_TEST(test_url_too_long)
{
    char url[9000];
    struct err e = { 0 };
    memset(url, 'a', sizeof url);
    memcpy(url, "http://example.com/", 19);
    url[sizeof url - 1] = '\0';
    ck_assert_int_eq(guard_url(NULL, url, &e), ERR_INVALID);
}
END_TEST

/* What the operator allows is allowed, no more. */
START_TEST(test_allowed_networks)
{
    static const char *const networks[] = { "10.1.0.0/16", "fd12:3456::/32", "127.0.0.1", "::ffff:192.168.7.0/120" };
    static const struct {
        const char *url;
        enum err_kind want;
    } allowed[] = {
        { "http://10.1.2.3/", ERR_OK },
        { "http://10.1.255.255/", ERR_OK },
        { "http://10.2.0.0/", ERR_FORBIDDEN },
        { "http://10.0.255.255/", ERR_FORBIDDEN },
        { "http://127.0.0.1/", ERR_OK },
        { "http://[::ffff:127.0.0.1]/", ERR_OK },
        { "http://127.0.0.2/", ERR_FORBIDDEN },
        { "http://192.168.7.9/", ERR_OK },
        { "http://192.168.8.9/", ERR_FORBIDDEN },
        { "http://[fd12:3456:7::1]/", ERR_OK },
        { "http://[fd12:3457::1]/", ERR_FORBIDDEN },
        { "http://[64:ff9b::a01:203]/", ERR_OK },
        { "http://[64:ff9b::a02:203]/", ERR_FORBIDDEN },
        { "http://user@10.1.2.3/", ERR_INVALID },
    };
    auto_guard g = NULL;
    struct err e = { 0 };
    ck_assert_int_eq(guard_new(networks, countof(networks), &g, &e), ERR_OK);
    for (size_t i = 0; i < countof(allowed); i++) {
        enum err_kind k = guard_url(g, allowed[i].url, &e);
        ck_assert_msg(k == allowed[i].want, "%s: got %d", allowed[i].url, (int)k);
    }
}
END_TEST

START_TEST(test_bad_networks)
{
    static const char *const bad[] = { "", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0/8", "fd00::/129",
                                       "example.com", "10.0.0.0/8x", "0x0a.0.0.0/8", "10.0.0.0/0008" };
    for (size_t i = 0; i < countof(bad); i++) {
        struct guard *g = NULL;
        struct err e = { 0 };
        ck_assert_msg(guard_new(&bad[i], 1, &g, &e) == ERR_INVALID, "'%s' was taken", bad[i]);
        ck_assert_ptr_null(g);
        ck_assert_ptr_nonnull(strstr(e.msg, "allow-networks"));
    }
}
END_TEST

static enum err_kind check_address(const char *text)
{
    struct sockaddr_in in4 = { .sin_family = AF_INET };
    struct sockaddr_in6 in6 = { .sin6_family = AF_INET6 };
    struct err e = { 0 };
    if (inet_pton(AF_INET, text, &in4.sin_addr) == 1) return guard_address(NULL, (struct sockaddr *)&in4, "h", &e);
    ck_assert_int_eq(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
    return guard_address(NULL, (struct sockaddr *)&in6, "h", &e);
}

/* The second look, at the address that is really connected to. */
START_TEST(test_addresses)
{
    static const char *const inside[] = { "127.0.0.1", "10.9.8.7", "169.254.169.254", "::1", "::ffff:10.0.0.1",
                                          "fe80::1", "fd00::1", "64:ff9b::7f00:1", "2002:a00:1::", "0.0.0.0", "::",
                                          "255.255.255.255" };
    static const char *const outside[] = { "8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808" };
    const struct sockaddr_un local = { .sun_family = AF_UNIX };
    struct err e = { 0 };
    for (size_t i = 0; i < countof(inside); i++) {
        ck_assert_msg(check_address(inside[i]) == ERR_FORBIDDEN, "%s", inside[i]);
    }
    for (size_t i = 0; i < countof(outside); i++) ck_assert_msg(check_address(outside[i]) == ERR_OK, "%s", outside[i]);
    ck_assert_int_eq(guard_address(NULL, (const struct sockaddr *)&local, "h", &e), ERR_FORBIDDEN);
}
END_TEST

START_TEST(test_operator_urls_as_written)
{
    static const char *const urls[] = { "http://127.0.0.1:8080/v1", "http://user:pw@10.0.0.1/", "http://[::1]/",
                                        "https://llm.internal/v1" };
    for (size_t i = 0; i < countof(urls); i++) {
        struct url u = { 0 };
        struct err e = { 0 };
        ck_assert_msg(url_parse(&u, NULL, HTTP_OPERATOR, urls[i], &e) == ERR_OK, "%s: %s", urls[i], e.msg);
        url_release(&u);
    }
}
END_TEST

START_TEST(test_host_lists)
{
    ck_assert(url_host_listed("a.example.com", ".example.com"));
    ck_assert(url_host_listed("example.com", "x, .example.com"));
    ck_assert(url_host_listed("a.example.com", "example.com"));
    ck_assert(!url_host_listed("badexample.com", "example.com"));
    ck_assert(!url_host_listed("example.com", ""));
    ck_assert(!url_host_listed("example.com", ",. ,"));
    ck_assert(!url_host_listed("example.com", NULL));
    ck_assert(url_host_listed("10.0.0.5", "localhost,10.0.0.5"));
    ck_assert(url_host_listed("anything", "*"));
    ck_assert(url_host_internal("localhost") && url_host_internal("db") && url_host_internal("a.corp"));
    ck_assert(url_host_internal("metadata.google.internal") && url_host_internal("printer.local"));
    ck_assert(!url_host_internal("example.com") && !url_host_internal("10.0.0.1"));
}
END_TEST

UNIT_MAIN("net_guard", { test_urls, test_url_too_long, test_allowed_networks, test_bad_networks, test_addresses,
                         test_operator_urls_as_written, test_host_lists })
