/* Frames of text/event-stream (HTML Living Standard, 9.2.6). */
#include "web/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME_MAX = 8 << 20 };

void chunk_write(struct buf *b, const char *epoch, int64_t id, const char *type, const char *json, size_t n)
{
    if (id) buf_fmt(b, "id: %s-%lld\n", epoch, (long long)id);
    buf_fmt(b, "event: %s\ndata: ", type);
    for (size_t i = 0; i < n;) { /* no line may end inside; JSON has such characters between its tokens only */
        size_t line = 0;
        while (i + line < n && json[i + line] != '\n' && json[i + line] != '\r') line++;
        buf_add(b, json + i, line);
        i += line + (i + line < n);
    }
    buf_str(b, "\n\n");
}

static struct chunk *framed(const char *text, size_t n, const char *type)
{
    char size[24];
    int digits = snprintf(size, sizeof size, "%zx\r\n", n);
    size_t at = (size_t)digits, n_type = type ? strlen(type) + 1 : 0;
    struct chunk *c = malloc(sizeof *c + at + n + 2 + n_type);
    if (!c) return NULL;
    *c = (struct chunk){ .at = at, .n = n, .n_framed = at + n + 2 };
    atomic_init(&c->refs, 1);
    memcpy(c->bytes, size, at);
    memcpy(c->bytes + at, text, n);
    memcpy(c->bytes + at + n, "\r\n", 2);
    if (!type) return c;
    memcpy(c->bytes + c->n_framed, type, n_type);
    c->type = c->bytes + c->n_framed;
    return c;
}

struct chunk *chunk_of_bytes(int64_t id, const char *p, size_t n)
{
    struct chunk *c = framed(p, n, NULL);
    if (c) c->id = id;
    return c;
}

struct chunk *chunk_new(const char *epoch, int64_t id, int64_t project, const char *type, const char *json, size_t n)
{
    auto_buf b = BUF_INIT(FRAME_MAX);
    struct chunk *c;
    chunk_write(&b, epoch, id, type, json, n);
    if (b.failed != ERR_OK || !(c = framed(b.p, b.n, type))) return NULL;
    c->id = id;
    c->project = project;
    return c;
}

void chunk_unref(struct chunk *c)
{
    if (c && atomic_fetch_sub(&c->refs, 1) == 1) free(c);
}
