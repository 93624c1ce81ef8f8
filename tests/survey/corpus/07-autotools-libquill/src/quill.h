/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef QUILL_H
#define QUILL_H

#include <stddef.h>

/* Every call answers 0 or one of these, negative. */
#define QUILL_ENOMEM (-1)
#define QUILL_EIO (-2)
#define QUILL_ECORRUPT (-3)

struct quill;

int quill_open(struct quill **out, const char *path);
int quill_append(struct quill *q, const void *data, size_t size);
int quill_sync(struct quill *q);
void quill_close(struct quill *q);
const char *quill_strerror(int code);

#endif
