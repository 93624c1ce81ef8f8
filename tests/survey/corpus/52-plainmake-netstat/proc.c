#include "nst.h"

#include <stdlib.h>

enum nst_err proc_read(FILE *f, struct row **rows, size_t *count)
{
    char line[512];
    enum nst_err code = NST_OK;
    struct row *list = NULL;
    size_t n = 0;

    if (!fgets(line, sizeof line, f))
        return NST_EPARSE;
    while (fgets(line, sizeof line, f)) {
        struct row *more = realloc(list, (n + 1) * sizeof *list);
        if (!more) {
            code = NST_ENOMEM;
            goto fail;
        }
        list = more;
        if (sscanf(line, "%*d: %*x:%x %*x:%*x %x", &list[n].local_port, &list[n].state) != 2) {
            code = NST_EPARSE;
            goto fail;
        }
        n++;
    }
    *rows = list;
    *count = n;
    return NST_OK;
fail:
    free(list);
    return code;
}
