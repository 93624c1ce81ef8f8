/* The listening socket. */
#ifndef WEB_LISTEN_H
#define WEB_LISTEN_H

#include <stdbool.h>
#include <stddef.h>
#include "pland/base/err.h"

struct listener {
    int fd; /* non-blocking */
    int port;
    char text[80]; /* "127.0.0.1:7526", "[::1]:7526" */
};

/* "ADDR:PORT", "[ADDR]:PORT", a name that resolves, an empty ADDR for all addresses; port 0 takes a free one.
 * ERR_CONFLICT: in use; ERR_INVALID: not an address of this machine; both in words that name the setting. */
_must_check_ enum err_kind listener_open(const char *address, struct listener *ret, struct err *e);

#endif
