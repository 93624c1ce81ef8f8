#ifndef NST_H
#define NST_H

#include <stdio.h>

enum nst_err {
    NST_OK,
    NST_EOPEN,
    NST_EPARSE,
    NST_ENOMEM
};

struct row {
    unsigned local_port, state;
};

enum nst_err proc_read(FILE *f, struct row **rows, size_t *count);
void table_print(const struct row *rows, size_t count);

#endif
