/* Addresses of remotes: whatever is taken has parts that git, ssh and a shell see no more in. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pland/repo/mirror.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char *url = malloc(n + 1);
    struct remote r;
    struct err e;
    if (!url) return 0;
    memcpy(url, data, n);
    url[n] = '\0';
    if (remote_parse(url, &r, &e) == ERR_OK) {
        if (!r.host[0] || r.host[0] == '-' || strpbrk(r.host, "'\"`$ \\;|&<>()@/")) abort();
        if (r.user[0] == '-' || strpbrk(r.user, "'\"`$ \\;|&<>()@/:")) abort();
        if (r.path[0] == '-' || !r.path[0] || strpbrk(r.path, "'\"`$ \\\n?#")) abort();
        if (r.user[0] && r.scheme != REMOTE_SSH) abort();
    }
    free(url);
    return 0;
}
