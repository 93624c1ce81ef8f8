#include "nst.h"

void table_print(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%5u %02x\n", rows[i].local_port, rows[i].state);
}
