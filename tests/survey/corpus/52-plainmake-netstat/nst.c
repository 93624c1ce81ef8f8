#include "nst.h"

#include <err.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    struct row *rows = NULL;
    size_t count = 0;
    FILE *f = fopen(argc > 1 ? argv[1] : "/proc/net/tcp", "r");

    if (!f)
        err(1, "open");
    switch (proc_read(f, &rows, &count)) {
    case NST_OK:
        break;
    case NST_EPARSE:
        errx(2, "the table is not understood");
    default:
        errx(1, "failed");
    }
    table_print(rows, count);
    free(rows);
    fclose(f);
    return 0;
}
