/* Any bytes as an event stream: however they are split, the events are the same, and memory stays within the bound. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "pland/net/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { MAX = 4096 };

static bool on_event(void *arg, const struct sse_event *ev)
{
    struct buf *b = arg;
    if (ev->n > MAX || ev->data[ev->n] != '\0') abort();
    buf_fmt(b, "[%s|%s|%zu|", ev->type, ev->id, ev->n);
    buf_add(b, ev->data, ev->n);
    buf_char(b, ']');
    return true;
}

/* Fed in pieces of this size. */
static bool parse(const char *p, size_t n, size_t piece, struct buf *out)
{
    struct sse s;
    bool good = true;
    sse_init(&s, MAX);
    for (size_t at = 0; good && at < n; at += piece) good = sse_feed(&s, p + at, piece < n - at ? piece : n - at, on_event, out);
    good = good && sse_finish(&s, on_event, out);
    if (!good && !s.failed) abort();
    sse_release(&s);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_buf whole = BUF_INIT(BUF_MAX_DEFAULT), bytes = BUF_INIT(BUF_MAX_DEFAULT);
    if (n == 0) return 0;
    bool good = parse((const char *)data, n, n, &whole);
    if (parse((const char *)data, n, 1, &bytes) != good) abort();
    if (good && (whole.n != bytes.n || memcmp(buf_cstr(&whole), buf_cstr(&bytes), whole.n) != 0)) abort();
    return 0;
}
