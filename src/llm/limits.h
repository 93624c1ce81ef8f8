/* What a server says about its limits: how long until it takes another call. */
#ifndef LLM_LIMITS_H
#define LLM_LIMITS_H

#include "pland/net/http.h"

/* Milliseconds until the limit that is used up is open again; 0: none is, or the server does not say. */
int64_t limits_wait(const struct http_head *head);
/* "6m0s", "1h2m3.5s", "20ms" as milliseconds; -1: not a duration. */
int64_t limits_duration(const char *s);

#endif
