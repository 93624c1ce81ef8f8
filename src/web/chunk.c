/* Frames of text/event-stream (HTML Living Standard, 9.2.6). */
#include "web/hub.h"

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

struct chunk *chunk_of_bytes(int64_t id, const char *p, size_t n)
{
    struct chunk *c = malloc(sizeof *c + n);
    if (!c) return NULL;
    *c = (struct chunk){ .id = id, .n = n };
    atomic_init(&c->refs, 1);
    memcpy(c->bytes, p, n);
    return c;
}

struct chunk *chunk_new(const char *epoch, int64_t id, int64_t project, const char *type, const char *json, size_t n)
{
    auto_buf b = BUF_INIT(FRAME_MAX);
    struct chunk *c;
    chunk_write(&b, epoch, id, type, json, n);
    buf_str(&b, type);
    buf_char(&b, '\0');
    if (b.failed != ERR_OK || !(c = chunk_of_bytes(id, b.p, b.n))) return NULL;
    c->n -= strlen(type) + 1;
    c->type = c->bytes + c->n;
    c->project = project;
    return c;
}

void chunk_unref(struct chunk *c)
{
    if (c && atomic_fetch_sub(&c->refs, 1) == 1) free(c);
}
