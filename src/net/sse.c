/* Incremental parser of text/event-stream. */
#include "pland/net/sse.h"

#include <string.h>

void sse_init(struct sse *s, size_t max)
{
    *s = (struct sse){ .max = max };
    buf_init(&s->line, max);
    buf_init(&s->data, max);
    buf_init(&s->type, max);
    buf_init(&s->id, max);
}

void sse_release(struct sse *s)
{
    buf_release(&s->line);
    buf_release(&s->data);
    buf_release(&s->type);
    buf_release(&s->id);
}

static bool dispatch(struct sse *s, sse_event_fn *fn, void *arg)
{
    struct sse_event ev = { .type = buf_cstr(&s->type), .data = buf_cstr(&s->data), .n = s->data.n,
                            .id = buf_cstr(&s->id) };
    bool go_on = !s->has_data || fn(arg, &ev);
    s->has_data = false;
    buf_clear(&s->data);
    buf_clear(&s->type);
    return go_on;
}

static void field(struct sse *s, const char *name, size_t n_name, const char *value, size_t n)
{
    if (n_name == 4 && memcmp(name, "data", 4) == 0) {
        if (s->has_data) buf_char(&s->data, '\n');
        buf_add(&s->data, value, n);
        s->has_data = true;
    } else if (n_name == 5 && memcmp(name, "event", 5) == 0) {
        buf_clear(&s->type);
        buf_add(&s->type, value, n);
    } else if (n_name == 2 && memcmp(name, "id", 2) == 0 && !memchr(value, '\0', n)) {
        buf_clear(&s->id);
        buf_add(&s->id, value, n);
    }
}

static bool end_line(struct sse *s, sse_event_fn *fn, void *arg)
{
    const char *p = buf_cstr(&s->line), *colon;
    size_t n = s->line.n, n_name;
    if (!s->begun && n >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) p += 3, n -= 3;
    s->begun = true;
    if (n == 0) {
        buf_clear(&s->line);
        return dispatch(s, fn, arg);
    }
    colon = memchr(p, ':', n);
    n_name = colon ? (size_t)(colon - p) : n;
    if (n_name > 0) {
        size_t skip = colon ? n_name + 1 : n;
        if (skip < n && p[skip] == ' ') skip++;
        field(s, p, n_name, p + skip, n - skip);
    }
    buf_clear(&s->line);
    return true;
}

static bool bounded(struct sse *s)
{
    s->failed = s->failed || s->line.failed != ERR_OK || s->data.failed != ERR_OK || s->type.failed != ERR_OK ||
                s->id.failed != ERR_OK;
    return !s->failed;
}

bool sse_feed(struct sse *s, const char *p, size_t n, sse_event_fn *fn, void *arg)
{
    const char *end = p + n;
    if (!bounded(s)) return false;
    while (p < end) {
        size_t run;
        if (s->after_cr && *p == '\n') p++; /* the second half of CR LF */
        s->after_cr = false;
        for (run = 0; p + run < end && p[run] != '\n' && p[run] != '\r'; run++) continue;
        if (run) buf_add(&s->line, p, run);
        p += run;
        if (!bounded(s)) return false;
        if (p == end) break;
        s->after_cr = *p++ == '\r';
        if (!end_line(s, fn, arg) || !bounded(s)) return false;
    }
    return true;
}

bool sse_finish(struct sse *s, sse_event_fn *fn, void *arg)
{
    if (!bounded(s)) return false;
    if (s->line.n && (!end_line(s, fn, arg) || !bounded(s))) return false;
    return dispatch(s, fn, arg);
}
