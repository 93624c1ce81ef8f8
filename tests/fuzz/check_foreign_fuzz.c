/* The reader of foreign plans over a small listing: any bytes; then the same through check_text(). Findings have lines inside
 * the text. */
#include <stdlib.h>
#include <string.h>

#include "pland/check/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct tree *tree;
    struct err e = { 0 };
    struct survey s = { 0 };
    struct check_result r = { 0 };
    struct check_codebase c;
    struct check_input in = { .codebases = { &c, 1 } };
    struct arena *a = arena_new(64 << 20);
    int64_t lines = 1;
    if (!tree && tree_open_empty(&tree, &e) != ERR_OK) abort();
    c = (struct check_codebase){ .tree = tree, .survey = &s };
    for (size_t i = 0; i < size; i++) lines += data[i] == '\n';
    if (check_foreign((const char *)data, size, &in, a, &r, &e) == ERR_OK)
        for (size_t i = 0; i < r.findings.n; i++)
            if (r.findings.v[i].line < 0 || r.findings.v[i].line > lines) abort();
    (void)!check_text((const char *)data, size, CHECK_AUTO, &in, a, &r, &e);
    arena_free(a);
    return 0;
}
