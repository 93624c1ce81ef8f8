/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "quill.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "buffer.h"

struct quill {
    int fd;
    struct buffer pending;
};

int quill_open(struct quill **out, const char *path)
{
    int code = QUILL_ENOMEM;
    struct quill *q = calloc(1, sizeof *q);
    if (!q)
        goto out;
    q->fd = open(path, O_RDWR | O_CREAT | O_APPEND, 0644);
    if (q->fd < 0) {
        code = QUILL_EIO;
        goto free_q;
    }
    *out = q;
    return 0;
free_q:
    free(q);
out:
    return code;
}

int quill_append(struct quill *q, const void *data, size_t size)
{
    return buffer_add(&q->pending, data, size);
}

int quill_sync(struct quill *q)
{
    uLongf packed = compressBound(q->pending.size);
    unsigned char *p = malloc(packed);
    int code = QUILL_ENOMEM;
    if (!p)
        return code;
    if (compress(p, &packed, q->pending.data, q->pending.size) != Z_OK) {
        code = QUILL_ECORRUPT;
        goto done;
    }
    code = write(q->fd, p, packed) == (ssize_t)packed ? 0 : QUILL_EIO;
    q->pending.size = 0;
done:
    free(p);
    return code;
}

void quill_close(struct quill *q)
{
    if (!q)
        return;
    close(q->fd);
    free(q->pending.data);
    free(q);
}

const char *quill_strerror(int code)
{
    static const char *const text[] = {"ok", "out of memory", "input/output error", "corrupt journal"};
    return code <= 0 && code >= -3 ? text[-code] : "unknown";
}
