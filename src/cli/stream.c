/* Reading a stream of events with a client of its own, so that what an event leads to can be asked for meanwhile. */
#include "cli/stream.h"

#include <string.h>

#include "cli/say.h"
#include "pland/base/clock.h"

enum { EVENT_MAX = 8 << 20, IDLE_MS = 330000 /* signs of life come every 5 minutes at the latest */ };

struct reader {
    struct sse sse;
    sse_event_fn *fn;
    void *arg;
};

static bool feed(void *arg, const char *p, size_t n)
{
    struct reader *r = arg;
    return sse_feed(&r->sse, p, n, r->fn, r->arg);
}

/* A daemon from before streams answers with a page of events. */
static bool is_stream(const struct http_client *client)
{
    const char *type = http_client_header(client, "content-type");
    return type && strncmp(type, "text/event-stream", 17) == 0;
}

bool stream_follow(struct ctl *c, const char *path, const char *last, sse_event_fn *fn, void *arg)
{
    struct http_config config = { .user_agent = "planctl/" PLAND_VERSION,
                                  .ca_file = from_environment("PLAND_CA_FILE") };
    const struct http_header headers[] = {
        { "Accept", "text/event-stream" },
        { "Last-Event-ID", last },
        { "Authorization", arena_fmt(c->arena, "Bearer %s", c->token ? c->token : "") },
    };
    struct http_request r = { .dest = HTTP_OPERATOR, .headers = headers, .n_headers = countof(headers) };
    struct reader reader = { .fn = fn, .arg = arg };
    struct http_client *client;
    struct http_reply reply = { 0 };
    struct err e;
    bool ok;
    r.idle_ms = IDLE_MS;
    r.max_bytes = (size_t)1 << 40;
    r.url = arena_fmt(c->arena, "%s%s", c->url, path);
    if (c->deadline) r.total_ms = c->deadline > clock_mono() ? c->deadline - clock_mono() : 1;
    if (!r.url || !headers[2].value || http_client_new(&config, &client, &e) != ERR_OK) return false;
    sse_init(&reader.sse, EVENT_MAX);
    ok = http_fetch(client, &r, feed, &reader, &reply, &e) == ERR_OK && reply.status / 100 == 2 && is_stream(client);
    sse_release(&reader.sse);
    buf_release(&reply.body);
    http_client_free(client);
    return ok;
}
