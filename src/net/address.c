/* IP addresses as values, and the table of ranges that are not public (the IANA special-purpose registries). */
#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include "pland/base/macros.h"

struct range {
    uint8_t b[16];
    unsigned bits;
    unsigned inner; /* offset of the embedded IPv4 address that decides; 0: the whole range is refused */
    const char *name;
};

static const struct range v4_ranges[] = {
    { .b = { 0 }, .bits = 8, .name = "this network (0.0.0.0/8)" },
    { .b = { 10 }, .bits = 8, .name = "private (10.0.0.0/8)" },
    { .b = { 100, 64 }, .bits = 10, .name = "shared address space (100.64.0.0/10)" },
    { .b = { 127 }, .bits = 8, .name = "loopback (127.0.0.0/8)" },
    { .b = { 169, 254 }, .bits = 16, .name = "link-local (169.254.0.0/16)" },
    { .b = { 172, 16 }, .bits = 12, .name = "private (172.16.0.0/12)" },
    { .b = { 192, 0, 0 }, .bits = 24, .name = "reserved (192.0.0.0/24)" },
    { .b = { 192, 0, 2 }, .bits = 24, .name = "documentation (192.0.2.0/24)" },
    { .b = { 192, 88, 99 }, .bits = 24, .name = "6to4 relay (192.88.99.0/24)" },
    { .b = { 192, 168 }, .bits = 16, .name = "private (192.168.0.0/16)" },
    { .b = { 198, 18 }, .bits = 15, .name = "benchmarking (198.18.0.0/15)" },
    { .b = { 198, 51, 100 }, .bits = 24, .name = "documentation (198.51.100.0/24)" },
    { .b = { 203, 0, 113 }, .bits = 24, .name = "documentation (203.0.113.0/24)" },
    { .b = { 224 }, .bits = 4, .name = "multicast (224.0.0.0/4)" },
    { .b = { 240 }, .bits = 4, .name = "reserved (240.0.0.0/4)" },
};

/* The first row that matches decides; what is in none of them and not in 2000::/3 is reserved. */
static const struct range v6_ranges[] = {
    { .b = { [15] = 0 }, .bits = 128, .name = "unspecified (::)" },
    { .b = { [15] = 1 }, .bits = 128, .name = "loopback (::1)" },
    { .b = { 0x00, 0x64, 0xff, 0x9b }, .bits = 96, .inner = 12, .name = "NAT64 (64:ff9b::/96)" },
    { .b = { 0xfe, 0x80 }, .bits = 10, .name = "link-local (fe80::/10)" },
    { .b = { 0xfc }, .bits = 7, .name = "unique local (fc00::/7)" },
    { .b = { 0xff }, .bits = 8, .name = "multicast (ff00::/8)" },
    { .b = { 0x20, 0x02 }, .bits = 16, .inner = 2, .name = "6to4 (2002::/16)" },
    { .b = { 0x20, 0x01, 0x0d, 0xb8 }, .bits = 32, .name = "documentation (2001:db8::/32)" },
    { .b = { 0x20, 0x01 }, .bits = 23, .name = "protocol assignments (2001::/23)" },
    { .b = { 0x3f, 0xff }, .bits = 20, .name = "documentation (3fff::/20)" },
};

static const uint8_t v6_mapped[12] = { [10] = 0xff, [11] = 0xff };
static const struct network v6_global = { .base = { .v6 = true, .b = { 0x20 } }, .bits = 3 };

static bool bits_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(a, b, whole) != 0) return false;
    return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

static void address_unmap(struct address *a)
{
    if (!a->v6 || memcmp(a->b, v6_mapped, sizeof v6_mapped) != 0) return;
    memmove(a->b, a->b + 12, 4);
    memset(a->b + 4, 0, 12);
    a->v6 = false;
}

bool address_parse(const char *text, struct address *ret)
{
    struct address a = { 0 };
    struct in_addr v4;
    if (strchr(text, ':')) {
        if (inet_pton(AF_INET6, text, a.b) != 1) return false;
        a.v6 = true;
        address_unmap(&a);
    } else {
        if (text[0] == '\0' || strpbrk(text, " \t") || inet_aton(text, &v4) == 0) return false;
        memcpy(a.b, &v4, 4);
    }
    *ret = a;
    return true;
}

bool address_from(const struct sockaddr *sa, struct address *ret)
{
    struct address a = { 0 };
    struct sockaddr_in in4;
    struct sockaddr_in6 in6;
    if (sa->sa_family == AF_INET) {
        memcpy(&in4, sa, sizeof in4);
        memcpy(a.b, &in4.sin_addr, 4);
    } else if (sa->sa_family == AF_INET6) {
        memcpy(&in6, sa, sizeof in6);
        memcpy(a.b, &in6.sin6_addr, 16);
        a.v6 = true;
        address_unmap(&a);
    } else {
        return false;
    }
    *ret = a;
    return true;
}

void address_format(const struct address *a, char *ret, unsigned cap)
{
    if (!inet_ntop(a->v6 ? AF_INET6 : AF_INET, a->b, ret, cap) && cap) ret[0] = '\0';
}

static bool parse_bits(const char *s, unsigned max, unsigned *ret)
{
    unsigned v = 0;
    if (!*s || strlen(s) > 3) return false;
    for (; *s; s++) {
        if (*s < '0' || *s > '9') return false;
        v = v * 10 + (unsigned)(*s - '0');
    }
    *ret = v;
    return v <= max;
}

bool network_parse(const char *text, struct network *ret)
{
    struct network n = { 0 };
    char host[64];
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : strlen(text);
    if (len >= sizeof host) return false;
    memcpy(host, text, len);
    host[len] = '\0';
    /* Only the plain spellings here: what an operator writes should mean what it looks like. */
    if (inet_pton(AF_INET6, host, n.base.b) == 1) n.base.v6 = true;
    else if (inet_pton(AF_INET, host, n.base.b) != 1) return false;
    n.bits = n.base.v6 ? 128 : 32;
    if (slash && !parse_bits(slash + 1, n.bits, &n.bits)) return false;
    if (n.base.v6 && n.bits >= 96 && memcmp(n.base.b, v6_mapped, sizeof v6_mapped) == 0) {
        address_unmap(&n.base);
        n.bits -= 96;
    }
    *ret = n;
    return true;
}

bool network_has(const struct network *n, const struct address *a)
{
    return n->base.v6 == a->v6 && bits_equal(n->base.b, a->b, n->bits);
}

static const struct range *range_find(const struct address *a)
{
    const struct range *rows = a->v6 ? v6_ranges : v4_ranges;
    size_t n = a->v6 ? countof(v6_ranges) : countof(v4_ranges);
    for (size_t i = 0; i < n; i++) {
        if (bits_equal(rows[i].b, a->b, rows[i].bits)) return &rows[i];
    }
    return NULL;
}

const char *address_range(const struct address *a, struct address *ret_inner)
{
    const struct range *row = range_find(a);
    *ret_inner = *a;
    if (row && row->inner) {
        struct address inner = { 0 };
        memcpy(inner.b, a->b + row->inner, 4);
        *ret_inner = inner;
        row = range_find(&inner);
        return row ? row->name : NULL;
    }
    if (row) return row->name;
    return a->v6 && !network_has(&v6_global, a) ? "reserved (outside 2000::/3)" : NULL;
}
