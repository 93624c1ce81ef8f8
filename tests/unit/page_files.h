/* Pages for others to read: with PLAND_PAGES=DIR in the environment they are written there, for the validator of
 * tests/lint/html.sh, for tests/scenario/test_html.py, and for people to look at. */
#ifndef TESTS_PAGE_FILES_H
#define TESTS_PAGE_FILES_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "pland/base/buf.h"

static inline void page_file(const char *name, const struct buf *b)
{
    const char *dir = getenv("PLAND_PAGES");
    char path[1000];
    FILE *f;
    if (!dir) return;
    (void)snprintf(path, sizeof path, "%s/%s.html", dir, name);
    f = fopen(path, "wb");
    ck_assert_msg(f != NULL, "%s", path);
    ck_assert_uint_eq(fwrite(b->p, 1, b->n, f), b->n);
    ck_assert_int_eq(fclose(f), 0);
}

#endif
