/* Any bytes as the JSON body of a route: every record of plan/request.h decodes or refuses with a place, and what it
 * decodes encodes to JSON that decodes to the same bytes again. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "pland/plan/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct record *const records[] = {
    &plan_request_record, &ticket_request_record, &answers_request_record, &choice_request_record, &refine_request_record,
    &approval_request_record, &reason_request_record, &progress_request_record, &fork_request_record,
};

static void again(const struct record *r, const struct buf *first, struct arena *a)
{
    auto_buf second = BUF_INIT(BUF_MAX_DEFAULT);
    struct err e = { 0 };
    void *value = arena_alloc(a, r->size);
    if (!value) return;
    if (record_parse(r, buf_cstr(first), first->n, value, a, &e) != ERR_OK) {
        (void)fprintf(stderr, "%s: %s %s\n%s\n", r->name, e.at, e.msg, buf_cstr(first));
        abort();
    }
    record_encode(r, value, &second);
    if (second.n != first->n || memcmp(second.p, first->p, first->n) != 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_arena a = arena_new(0);
    const struct record *r;
    struct err e = { 0 };
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    void *value;
    if (!a || n < 1) return -1;
    r = records[data[0] % (sizeof records / sizeof records[0])];
    if (!(value = arena_alloc(a, r->size))) return 0;
    if (record_parse(r, (const char *)data + 1, n - 1, value, a, &e) != ERR_OK) {
        if (!e.msg[0]) abort();
        return 0;
    }
    record_encode(r, value, &b);
    if (!b.failed) again(r, &b, a);
    return 0;
}
