/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "buffer.h"

#include <stdlib.h>
#include <string.h>

#include "quill.h"

int buffer_add(struct buffer *b, const void *data, size_t size)
{
    if (b->size + size > b->room) {
        size_t room = (b->size + size) * 2;
        unsigned char *p = realloc(b->data, room);
        if (!p)
            return QUILL_ENOMEM;
        b->data = p;
        b->room = room;
    }
    memcpy(b->data + b->size, data, size);
    b->size += size;
    return 0;
}
