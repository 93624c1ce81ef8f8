/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "quill.h"

int main(int argc, char **argv)
{
    struct quill *q;
    int code = argc == 2 ? quill_open(&q, argv[1]) : QUILL_EIO;
    if (code < 0) {
        fprintf(stderr, "quillcat: %s\n", quill_strerror(code));
        return 1;
    }
    quill_close(q);
    return 0;
}
