/* What those who watch a plan are told while a step is at work: passing news, kept nowhere. */
#include "work/live.h"

#include <string.h>

#include "work/task.h"

enum { EVERY_MS = 250 };

static void publish(struct task *t)
{
    auto_buf b = BUF_INIT(64 * 1024);
    struct notice n = { .kind = NOTICE_LIVE, .plan = t->job.plan };
    buf_str(&b, "{\"step\":");
    buf_json(&b, step_name(t->step.kind));
    if (t->job.subject) {
        buf_key(&b, "subject");
        buf_json(&b, t->job.subject);
    }
    buf_key(&b, "bytes");
    buf_int(&b, t->live.bytes);
    if (t->live.n) {
        buf_key(&b, "text");
        buf_json_n(&b, t->live.text, t->live.n);
    }
    buf_char(&b, '}');
    t->live.n = 0;
    t->live.told = clock_mono();
    if (b.failed != ERR_OK) return;
    n.data = buf_cstr(&b);
    bus_publish(t->work->config.service->bus, &n);
}

void live_begin(struct task *t)
{
    t->live = (struct live){ 0 };
    publish(t);
}

/* Pieces are whole characters; of what does not fit between two tellings the end is left out. */
void live_delta(void *arg, const char *p, size_t n)
{
    struct task *t = arg;
    t->live.bytes += (int64_t)n;
    if (t->live.n + n <= sizeof t->live.text) {
        memcpy(t->live.text + t->live.n, p, n);
        t->live.n += n;
    }
    if (clock_mono() - t->live.told >= EVERY_MS) publish(t);
}
