/* Trusted proxies: a list of networks, and the client's address as they report it. */
#include "web/proxies.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PROXIES_MAX = 64 };

struct address {
    uint8_t b[16];
}; /* IPv4 as ::ffff:a.b.c.d */
struct network {
    struct address base;
    unsigned bits; /* of 128 */
};
struct proxies {
    struct network v[PROXIES_MAX];
    size_t n;
};

static bool parse_address(const char *s, struct address *ret, bool *ret_four)
{
    static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};
    *ret_four = inet_pton(AF_INET, s, ret->b + 12) == 1;
    if (*ret_four) memcpy(ret->b, mapped, sizeof mapped);
    return *ret_four || inet_pton(AF_INET6, s, ret->b) == 1;
}

static bool parse_network(const char *s, size_t n, struct network *ret)
{
    char text[64], *slash, *end;
    bool four;
    unsigned long bits, most;
    if (n >= sizeof text) return false;
    memcpy(text, s, n);
    text[n] = '\0';
    if ((slash = strchr(text, '/')) != NULL) *slash++ = '\0';
    if (!parse_address(text, &ret->base, &four)) return false;
    most = four ? 32 : 128;
    bits = slash ? strtoul(slash, &end, 10) : most;
    if (slash && (*slash < '0' || *slash > '9' || *end != '\0' || bits > most)) return false;
    ret->bits = (unsigned)bits + (four ? 96 : 0);
    return true;
}

static enum err_kind add_all(struct proxies *p, const char *list, struct err *e)
{
    const char *at = list;
    for (;;) {
        size_t n;
        at += strspn(at, ", \t");
        if (*at == '\0') return ERR_OK;
        n = strcspn(at, ", \t");
        if (p->n == PROXIES_MAX) return err_set(e, ERR_INVALID, "trusted-proxies: more than %d networks", PROXIES_MAX);
        if (!parse_network(at, n, &p->v[p->n]))
            return err_set(e, ERR_INVALID, "trusted-proxies: '%.*s' is not a network such as 10.0.0.0/8 or ::1",
                           (int)(n < 80 ? n : 80), at);
        p->n++;
        at += n;
    }
}

enum err_kind proxies_new(const char *list, struct proxies **ret, struct err *e)
{
    struct proxies *p = calloc(1, sizeof *p);
    enum err_kind k;
    if (!p) return err_nomem(e);
    if ((k = add_all(p, list ? list : "", e)) != ERR_OK) {
        free(p);
        return k;
    }
    *ret = p;
    return ERR_OK;
}

void proxies_free(struct proxies *p)
{
    free(p);
}

bool proxies_any(const struct proxies *p)
{
    return p->n > 0;
}

static bool inside(const struct network *net, const struct address *a)
{
    unsigned whole = net->bits / 8, rest = net->bits % 8;
    if (memcmp(net->base.b, a->b, whole) != 0) return false;
    return rest == 0 || (net->base.b[whole] ^ a->b[whole]) >> (8 - rest) == 0;
}

static bool trusted(const struct proxies *p, const char *text)
{
    struct address a;
    bool four;
    if (!parse_address(text, &a, &four)) return false;
    for (size_t i = 0; i < p->n; i++)
        if (inside(&p->v[i], &a)) return true;
    return false;
}

/* The last member of the first n bytes of a list; sets *ret_n to where it begins, less the comma. */
static bool last_member(const char *list, size_t n, char *ret, size_t cap, size_t *ret_n)
{
    size_t end = n, begin;
    while (end > 0 && (list[end - 1] == ' ' || list[end - 1] == '\t')) end--;
    for (begin = end; begin > 0 && list[begin - 1] != ','; begin--) {
    }
    *ret_n = begin > 0 ? begin - 1 : 0;
    while (begin < end && (list[begin] == ' ' || list[begin] == '\t')) begin++;
    if (begin == end || end - begin >= cap) return false;
    memcpy(ret, list + begin, end - begin);
    ret[end - begin] = '\0';
    return true;
}

void proxies_client(const struct proxies *p, const char *peer, const char *forwarded, char *ret, size_t cap)
{
    size_t n = forwarded ? strlen(forwarded) : 0;
    char member[48];
    struct address a;
    bool four;
    (void)snprintf(ret, cap, "%s", peer);
    if (p->n == 0) return;
    while (n > 0 && trusted(p, ret)) {
        if (!last_member(forwarded, n, member, sizeof member, &n) || !parse_address(member, &a, &four)) return;
        (void)snprintf(ret, cap, "%s", member);
    }
}
