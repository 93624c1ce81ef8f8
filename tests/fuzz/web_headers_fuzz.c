/* Header values: the first byte says which parser, the rest is the value. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pland/service/negotiate.h"
#include "web/headers.h"
#include "web/proxies.h"

static void wanted(const char *value)
{
    static const char *const types[] = { "application/json", "text/markdown", "text/html" };
    int type = negotiate_type(value, types, 3);
    if (type < -1 || type > 2) abort();
    if (etag_listed(value, "\"e-1\"") && !strstr(value, "\"e-1\"") && !strchr(value, '*')) abort();
    if (etag_family_listed(value, "\"e-1\"") && !strstr(value, "\"e-1")) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void forwarded(const char *value)
{
    struct proxies *p;
    struct err e;
    char client[48];
    if (proxies_new("10.0.0.0/8, ::1", &p, &e) != ERR_OK) return;
    proxies_client(p, "10.0.0.1", value, client, sizeof client);
    proxies_free(p);
    if (proxies_new(value, &p, &e) == ERR_OK) proxies_free(p);
}

static void key(const char *value)
{
    const char *k;
    size_t n;
    if (header_idempotency_key(value, &k, &n) && (n == 0 || n > 255 || k < value || k + n > value + strlen(value)))
        abort();
}

static void trace(const char *value)
{
    struct trace t;
    if (trace_parse(value, &t) && (strlen(t.id) != 32 || strlen(t.parent) != 16 || strlen(t.flags) != 2)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *value = size ? calloc(1, size) : NULL;
    char out[40];
    if (!value) return 0;
    memcpy(value, data + 1, size - 1);
    switch (data[0] % 9) {
    case 0: (void)header_bearer(value, out, sizeof out); break;
    case 1: wanted(value); break;
    case 2:
        if (header_prefer_wait(value) < -1) abort();
        break;
    case 3: key(value); break;
    case 4: (void)header_media_type(value, out, sizeof out); break;
    case 5: (void)header_request_id(value); break;
    case 6:
        if (header_length(value) < -1) abort();
        break;
    case 7: trace(value); break;
    default: forwarded(value); break;
    }
    free(value);
    return 0;
}
