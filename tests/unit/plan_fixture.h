/* The documents that the tests of plan/ share: the seeds of the fuzzer. */
#ifndef TESTS_PLAN_FIXTURE_H
#define TESTS_PLAN_FIXTURE_H

#include <stdio.h>
#include <string.h>

#include "pland/plan/document.h"
#include "unit/check_main.h"

/* Reads SOURCE_DIR/tests/fuzz/corpus/<fuzzer>/<name> into a. */
static inline char *fixture_text(struct arena *a, const char *fuzzer, const char *name, size_t *ret_n)
{
    char path[500], *text = arena_alloc(a, 1 << 20);
    FILE *f;
    (void)snprintf(path, sizeof path, "%s/tests/fuzz/corpus/%s/%s", SOURCE_DIR, fuzzer, name);
    f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s", path);
    *ret_n = fread(text, 1, (1 << 20) - 1, f);
    (void)fclose(f);
    return text;
}

static inline struct document fixture(struct arena *a, const char *name)
{
    struct document d = { 0 };
    struct err e = { 0 };
    size_t n;
    const char *text = fixture_text(a, "plan_document_fuzz", name, &n);
    ck_assert_msg(record_parse(&document_record, text, n, &d, a, &e) == ERR_OK, "%s %s %s", name, e.at, e.msg);
    ck_assert_msg(document_validate(&d, a, &e) == ERR_OK, "%s %s %s", name, e.at, e.msg);
    return d;
}

#endif
