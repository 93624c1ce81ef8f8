/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef QUILL_BUFFER_H
#define QUILL_BUFFER_H

#include <stddef.h>

struct buffer {
    unsigned char *data;
    size_t size, room;
};

int buffer_add(struct buffer *b, const void *data, size_t size);

#endif
