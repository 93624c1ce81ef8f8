/* Any bytes as a configuration file: what is accepted prints as a file that reads back as the same settings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void judge(bool fine, const char *what, const struct err *e)
{
    if (fine) return;
    (void)fprintf(stderr, "%s: %s\n", what, e->msg);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char *const argv[] = { (char *)"pland", NULL }, *const envp[] = { NULL };
    auto_arena a = arena_new(0);
    auto_buf once = BUF_INIT(1 << 22), twice = BUF_INIT(1 << 22);
    struct config_result r;
    struct config again;
    struct err e = { 0 };
    if (!a) return -1;
    judge(config_load(1, argv, envp, a, &r, &e) == ERR_OK, "defaults", &e);
    again = r.c;
    if (config_read_text((const char *)data, n, "fuzz", a, &r.c, &e) != ERR_OK) {
        judge(e.kind == ERR_INVALID && strncmp(e.msg, "fuzz:", 5) == 0, "a refusal says where", &e);
        return 0;
    }
    config_print(&r.c, &once);
    judge(config_read_text(buf_cstr(&once), once.n, "printed", a, &again, &e) == ERR_OK, "reads back", &e);
    config_print(&again, &twice);
    judge(once.n == twice.n && memcmp(buf_cstr(&once), buf_cstr(&twice), once.n) == 0, "the same settings", &e);
    return 0;
}
