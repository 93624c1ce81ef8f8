/* Any bytes as an answer in a dialect: lines are events of a stream, all of it is a document. What it means stays within
 * bounds, and a reply never says both that it failed and what nobody sent. What is taken at a glance is what reading the
 * whole event gives. */
#ifndef FUZZ_LLM_REPLY_H
#define FUZZ_LLM_REPLY_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "llm/dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void judge(const struct reply *r, size_t n)
{
    if (r->text.failed == ERR_OK && r->text.n && memchr(r->text.p, '\0', r->text.n)) abort();
    if (r->text.n > 8 * n + 64) abort();
    if (strlen(r->code) >= sizeof r->code || strlen(r->words) >= sizeof r->words || strlen(r->model) >= sizeof r->model) abort();
    struct span s = reply_trim(r->text.n ? r->text.p : "", r->text.n);
    if (s.n > r->text.n) abort();
}

static void fuzz_reply(const struct llm_dialect *d, const uint8_t *data, size_t n)
{
    struct reply stream, slow, document;
    const char *p = (const char *)data, *end = p + n;
    reply_init(&stream, 4096, NULL, NULL);
    reply_init(&slow, 4096, NULL, NULL);
    while (p < end) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t m = (size_t)((stop ? stop : end) - p);
        stream.begun = true;
        d->event(&stream, p, m);
        slow.begun = false;
        d->event(&slow, p, m);
        p += m + 1;
    }
    judge(&stream, n);
    if (stream.text.n != slow.text.n || (slow.text.n && memcmp(stream.text.p, slow.text.p, slow.text.n) != 0)) abort();
    if (stream.nonsense != slow.nonsense || stream.failed != slow.failed || stream.finish != slow.finish) abort();
    reply_release(&stream);
    reply_release(&slow);
    reply_init(&document, 4096, NULL, NULL);
    d->document(&document, (const char *)data, n);
    judge(&document, n);
    reply_release(&document);
}

#endif
