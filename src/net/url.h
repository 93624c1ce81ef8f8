/* A parsed URL, as libcurl will use it, checked by the guard's text rules for its kind of destination. */
#ifndef NET_URL_H
#define NET_URL_H

#include <curl/curl.h>
#include <stdbool.h>
#include "pland/net/guard.h"

struct url {
    CURLU *u;   /* given to libcurl as it is, so that nothing is parsed twice */
    char *host; /* lower case, ASCII, without brackets and final dot */
    bool https;
};

_must_check_ enum err_kind url_parse(struct url *ret, const struct guard *g, enum http_dest dest, const char *text,
                                     struct err *e);
void url_release(struct url *u);
/* Would this name reach something internal when somebody else (the egress proxy) resolves it? */
bool url_host_internal(const char *host);
/* list: "localhost,.corp.example,10.0.0.5" or "*"; a name matches itself and its subdomains. */
bool url_host_listed(const char *host, const char *list);

#endif
