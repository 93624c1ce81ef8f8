#include <assert.h>
#include <string.h>

#include "format.h"

int main(void)
{
    char head[RL_HEAD];
    assert(rl_head_make(head, 5) == 2);
    assert(strcmp(head, "5 ") == 0);
    return 0;
}
