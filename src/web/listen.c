/* Opening the listening socket, and saying clearly why it cannot be opened. */
#include "web/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

/* Splits at the last colon; brackets around the host are taken off. */
static bool split(const char *address, char *host, size_t cap, const char **ret_port)
{
    const char *colon = strrchr(address, ':');
    size_t n = colon ? (size_t)(colon - address) : 0, digits = colon ? strspn(colon + 1, "0123456789") : 0;
    if (n >= cap || digits == 0 || digits > 5 || colon[1 + digits] != '\0' || strtol(colon + 1, NULL, 10) > 65535)
        return false;
    if (n >= 2 && address[0] == '[' && address[n - 1] == ']') {
        address++;
        n -= 2;
    }
    memcpy(host, address, n);
    host[n] = '\0';
    *ret_port = colon + 1;
    return true;
}

static enum err_kind why(const char *address, int errnum, struct err *e)
{
    switch (errnum) {
    case EADDRINUSE:
        return err_set(
            e, ERR_CONFLICT,
            "listen: %.60s is in use; another pland may be running, or choose another port (0 takes a free one)",
            address);
    case EACCES:
        return err_set(e, ERR_FORBIDDEN,
                       "listen: %.60s is not allowed for this user; ports below 1024 need a privilege", address);
    case EADDRNOTAVAIL: return err_set(e, ERR_INVALID, "listen: %.60s is not an address of this machine", address);
    default: return err_errno(e, errnum, "listen: %.60s", address);
    }
}

static int open_one(const struct addrinfo *ai)
{
    int one = 1, fd = socket(ai->ai_family, ai->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, ai->ai_protocol);
    int saved;
    if (fd < 0) return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) return fd;
    saved = errno;
    (void)close(fd);
    errno = saved;
    return -1;
}

static void describe(struct listener *l)
{
    struct sockaddr_storage sa = {0};
    socklen_t n = sizeof sa;
    char host[INET6_ADDRSTRLEN] = "";
    (void)getsockname(l->fd, (struct sockaddr *)&sa, &n);
    if (sa.ss_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)&sa;
        (void)inet_ntop(AF_INET6, &six->sin6_addr, host, sizeof host);
        l->port = ntohs(six->sin6_port);
        (void)snprintf(l->text, sizeof l->text, "[%s]:%d", host, l->port);
        return;
    }
    const struct sockaddr_in *four = (const struct sockaddr_in *)(const void *)&sa;
    (void)inet_ntop(AF_INET, &four->sin_addr, host, sizeof host);
    l->port = ntohs(four->sin_port);
    (void)snprintf(l->text, sizeof l->text, "%s:%d", host, l->port);
}

enum err_kind listener_open(const char *address, struct listener *ret, struct err *e)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *list = NULL;
    const char *port;
    char host[256];
    int rc, errnum = EADDRNOTAVAIL;
    if (!split(address, host, sizeof host, &port))
        return err_set(e, ERR_INVALID, "listen: '%.60s' is not ADDR:PORT", address);
    rc = getaddrinfo(host[0] ? host : NULL, port, &hints, &list);
    if (rc != 0) return err_set(e, ERR_INVALID, "listen: %.60s: %s", address, gai_strerror(rc));
    ret->fd = -1;
    for (const struct addrinfo *ai = list; ai && ret->fd < 0; ai = ai->ai_next) {
        ret->fd = open_one(ai);
        if (ret->fd < 0) errnum = errno;
    }
    freeaddrinfo(list);
    if (ret->fd < 0) return why(address, errnum, e);
    describe(ret);
    return ERR_OK;
}
