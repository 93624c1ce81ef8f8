/* Any JSON as the body of a ticket system's webhook: the first byte says which system and event. What is read names its
 * ticket, and is the same after it has waited in the store. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tracker/kind.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct { const char *kind, *event; } senders[] = {
    { "github", "issues" }, { "github", "issue_comment" }, { "github", "push" }, { "github", "pull_request" }, { "github", "ping" },
    { "gitlab", NULL },     { "jira", NULL },              { "linear", NULL },   { "generic", NULL },          { "generic", "fields" },
};

static void again(const struct event *x, struct arena *a)
{
    auto_buf first = BUF_INIT(BUF_MAX_DEFAULT), second = BUF_INIT(BUF_MAX_DEFAULT);
    struct event back = { .what = 0 };
    struct err e = { 0 };
    record_encode(&event_record, x, &first);
    if (first.failed) return;
    if (record_parse(&event_record, first.p, first.n, &back, a, &e) != ERR_OK) {
        (void)fprintf(stderr, "%s %s\n%s\n", e.at, e.msg, first.p);
        abort();
    }
    record_encode(&event_record, &back, &second);
    if (second.n != first.n || memcmp(second.p, first.p, first.n) != 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct source_fields fields = { .action = "/action", .title = "/issue/title", .body = "/issue/0/body", .key = "/issue/key",
        .labels = "/labels", .components = "/issue/parts", .updated_at = "/at", .comment = "/comment/text", .comment_id = "/comment/id" };
    auto_arena a = arena_new(0);
    auto_json v = NULL;
    struct source_settings s = { .mode = 0 };
    struct event x = { .what = 0 };
    struct err e = { 0 };
    size_t i;
    if (!a || n < 1) return -1;
    i = data[0] % (sizeof senders / sizeof senders[0]);
    if (json_parse_loose((const char *)data + 1, n - 1, &v, &e) != ERR_OK) return 0;
    if (senders[i].event && strcmp(senders[i].event, "fields") == 0) s.fields = &fields;
    const struct payload p = { .event = senders[i].event, .json = v, .settings = &s, .arena = a };
    if (kind_find(senders[i].kind)->parse(&p, &x, &e) != ERR_OK) {
        if (e.kind == ERR_OK || !e.msg[0]) abort();
        return 0;
    }
    if (x.what < HAPPENED_NOTHING || x.what > HAPPENED_PUSHED) abort();
    if (x.what == HAPPENED_NOTHING ? !x.why : x.what != HAPPENED_PUSHED && !x.ref && strcmp(senders[i].kind, "generic") != 0) abort();
    again(&x, a);
    return 0;
}
