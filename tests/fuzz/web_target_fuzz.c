/* Addresses of requests: whatever parses also matches, escapes and parses again to the same values. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "web/routes.h"
#include "web/target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void again(const struct target *t)
{
    auto_buf b = BUF_INIT(1 << 20);
    auto_arena a = arena_new(0);
    struct target u;
    struct err e;
    buf_str(&b, "/x?");
    for (size_t i = 0; i < t->params.n; i++) {
        if (i) buf_char(&b, '&');
        target_escape(&b, t->params.v[i].name);
        buf_char(&b, '=');
        target_escape(&b, t->params.v[i].value);
    }
    if (!a || b.failed != ERR_OK || target_parse(buf_cstr(&b), a, &u, &e) != ERR_OK)
        return; /* escaping makes it longer */
    if (u.params.n != t->params.n) abort();
    for (size_t i = 0; i < t->params.n; i++)
        if (strcmp(u.params.v[i].value, t->params.v[i].value) != 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    auto_arena a = arena_new(0);
    char *uri = a ? arena_dup_n(a, data, size) : NULL;
    struct target t;
    struct route_match m;
    struct err e;
    char allow[64];
    if (!uri || target_parse(uri, a, &t, &e) != ERR_OK) return 0;
    route_find("GET", &t, &m);
    route_allow(&t, allow, sizeof allow);
    again(&t);
    return 0;
}
