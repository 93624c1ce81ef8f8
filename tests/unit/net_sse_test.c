/* Protects: an event stream is understood however its lines end and wherever the network cuts it. */
#include "pland/net/sse.h"

#include <stdlib.h>
#include <string.h>
#include "unit/check_main.h"

struct row {
    const char *name, *stream;
    const char *want; /* type|data|id; for each event */
};

static const struct row rows[] = {
    { "plain", "data: one\n\ndata: two\n\n", "|one|;|two|;" },
    { "no blank after the colon", "data:one\n\n", "|one|;" },
    { "only one blank goes", "data:  one\n\n", "| one|;" },
    { "CR LF", "data: one\r\n\r\ndata: two\r\n\r\n", "|one|;|two|;" },
    { "CR", "data: one\r\rdata: two\r\r", "|one|;|two|;" },
    { "mixed ends", "data: one\r\n\ndata: two\r\r\ndata: three\n\r\n", "|one|;|two|;|three|;" },
    { "several data lines", "data: a\ndata: b\ndata:\ndata: c\n\n", "|a\nb\n\nc|;" },
    { "comments", ": ping\n\n:\n\ndata: one\n: in between\ndata: two\n\n", "|one\ntwo|;" },
    { "type and id", "event: plan.created\nid: 7\ndata: {}\n\ndata: x\n\n", "plan.created|{}|7;|x|7;" },
    { "id with NUL is ignored", "id: 1\ndata: a\n\n", "|a|1;" },
    { "empty data is an event", "data\n\ndata:\n\n", "||;||;" },
    { "type without data is none", "event: x\n\ndata: y\n\n", "|y|;" },
    { "unknown fields", "retry: 100\nfoo: bar\nbaz\ndata: y\n\n", "|y|;" },
    { "byte order mark", "\xEF\xBB\xBF" "data: one\n\n", "|one|;" },
    { "last blank line missing", "data: one\n\ndata: two", "|one|;|two|;" },
    { "last newline only", "data: one\n", "|one|;" },
    { "colons in data", "data: {\"a\":\"b:c\"}\n\n", "|{\"a\":\"b:c\"}|;" },
    { "UTF-8", "data: gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80\n\n", "|gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80|;" },
    { "nothing", "", "" },
    { "only line ends", "\n\r\n\r\r\n", "" },
};

static bool collect(void *arg, const struct sse_event *ev)
{
    struct buf *b = arg;
    ck_assert_uint_eq(strlen(ev->data), ev->n);
    buf_fmt(b, "%s|%s|%s;", ev->type, ev->data, ev->id);
    return true;
}

static void parse(const struct row *r, size_t first, size_t step)
{
    struct sse s;
    auto_buf got = BUF_INIT(65536);
    size_t n = strlen(r->stream), at = first < n ? first : n;
    sse_init(&s, 4096);
    ck_assert(sse_feed(&s, r->stream, at, collect, &got));
    for (; at < n; at += step) ck_assert(sse_feed(&s, r->stream + at, n - at < step ? n - at : step, collect, &got));
    ck_assert(sse_finish(&s, collect, &got));
    ck_assert_msg(strcmp(buf_cstr(&got), r->want) == 0, "%s, cut at %zu: %s", r->name, first, buf_cstr(&got));
    sse_release(&s);
}

START_TEST(test_split_at_every_byte)
{
    for (size_t i = 0; i < countof(rows); i++) {
        size_t n = strlen(rows[i].stream);
        for (size_t cut = 0; cut <= n; cut++) parse(&rows[i], cut, n + 1);
        for (size_t step = 1; step < 8; step++) parse(&rows[i], 0, step);
    }
}
END_TEST

START_TEST(test_bounded)
{
    static const char *const floods[] = { "data: 0123456789", "0123456789", "data: 0123456789\n" };
    for (size_t i = 0; i < countof(floods); i++) {
        struct sse s;
        auto_buf got = BUF_INIT(65536);
        size_t turns = 0;
        sse_init(&s, 256);
        while (turns < 1000 && sse_feed(&s, floods[i], strlen(floods[i]), collect, &got)) turns++;
        ck_assert_uint_lt(turns, 64);
        ck_assert(s.failed);
        ck_assert(!sse_feed(&s, "\n\n", 2, collect, &got));
        ck_assert(!sse_finish(&s, collect, &got));
        ck_assert_uint_eq(got.n, 0);
        sse_release(&s);
    }
}
END_TEST

static bool stop_at_two(void *arg, const struct sse_event *ev)
{
    int *count = arg;
    (void)ev;
    return ++*count < 2;
}

START_TEST(test_callback_stops)
{
    const char *text = "data: 1\n\ndata: 2\n\ndata: 3\n\n";
    struct sse s;
    int count = 0;
    sse_init(&s, 256);
    ck_assert(!sse_feed(&s, text, strlen(text), stop_at_two, &count));
    ck_assert_int_eq(count, 2);
    ck_assert(!s.failed);
    sse_release(&s);
}
END_TEST

UNIT_MAIN("net_sse", { test_split_at_every_byte, test_bounded, test_callback_stops })
