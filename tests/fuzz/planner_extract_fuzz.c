/* Extraction takes any bytes: no crash, bounded output, valid strings. */
#include <stdlib.h>
#include <string.h>
#include "pland/planner/extract.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(0);
    struct err e = {0};
    struct extract x;
    if (!a) return 0;
    if (planner_extract(size % 2 ? "Title `x` GET /y" : NULL, (const char *)data, size, a, &x, &e) != ERR_OK) abort();
    if (x.requirements.n > 2 * EXTRACT_MAX_REQUIREMENTS || x.paths.n > EXTRACT_MAX_ITEMS ||
        x.limits.n > EXTRACT_MAX_ITEMS)
        abort();
    for (size_t i = 0; i < x.requirements.n; i++)
        if (!x.requirements.v[i].text || !x.requirements.v[i].quote || strpbrk(x.requirements.v[i].text, "\n\r"))
            abort();
    arena_free(a);
    return 0;
}
