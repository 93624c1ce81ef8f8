/* Resolving a name for somebody else who connects: every address is checked, those that may be used are given out. */
#include "pland/net/guard.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "net/url.h"

static enum err_kind lookup_failed(int code, const char *host, struct err *e)
{
    if (code == EAI_MEMORY) return err_nomem(e);
    if (code == EAI_NONAME || code == EAI_NODATA)
        return err_set(e, ERR_NOT_FOUND, "there is no host '%.120s' in the DNS", host);
    return err_set(e, ERR_UPSTREAM, "'%.120s' cannot be resolved at the moment: %s", host, gai_strerror(code));
}

static void add(struct guard_addresses *ret, const struct addrinfo *a)
{
    char text[GUARD_ADDRESS_MAX];
    if (ret->n == countof(ret->v)) return;
    if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0 || strchr(text, '%')) return;
    memcpy(ret->v[ret->n++], text, sizeof text);
}

enum err_kind guard_resolve(const struct guard *g, const char *host, struct guard_addresses *ret, struct err *e)
{
    const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
    struct addrinfo *list = NULL;
    enum err_kind refused = ERR_OK;
    int code = getaddrinfo(host, NULL, &hints, &list);
    ret->n = 0;
    if (code) return lookup_failed(code, host, e);
    for (const struct addrinfo *a = list; a; a = a->ai_next) {
        enum err_kind k = guard_address(g, a->ai_addr, host, e);
        if (k == ERR_OK) add(ret, a);
        else refused = k;
    }
    freeaddrinfo(list);
    if (ret->n) return ERR_OK;
    return refused != ERR_OK ? refused : err_set(e, ERR_UPSTREAM, "'%.120s' has no address that can be used", host);
}

bool guard_host_internal(const char *host)
{
    return url_host_internal(host);
}
