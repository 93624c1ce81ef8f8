/* Any text as a comment and as Markdown of pland's own: commands are where they say, a document is JSON, and what was made
 * harmless once stays as it is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/record.h"
#include "tracker/adf.h"
#include "tracker/command.h"
#include "tracker/neutral.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void commands(struct arena *a, const char *text)
{
    command_list l = { 0 };
    char exact[40];
    commands_read(a, text, &l);
    if (l.n > COMMANDS_MAX || (l.n && !strstr(text, "/plan"))) abort();
    for (size_t i = 0; i < l.n; i++) {
        if (l.v[i].revision < 0) abort();
        if (!l.v[i].revision) continue;
        (void)snprintf(exact, sizeof exact, "r%lld", (long long)l.v[i].revision);
        if (l.v[i].verb != COMMAND_APPROVE || strcmp(l.v[i].text, exact) != 0) abort();
    }
}

static void document(const char *text)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT), flat = BUF_INIT(BUF_MAX_DEFAULT);
    auto_json v = NULL;
    struct err e = { 0 };
    if (adf_from_markdown(text, &b, &e) != ERR_OK) return;
    if (json_parse(b.p, b.n, &v, &e) == ERR_SYNTAX && !strstr(e.msg, "levels")) abort();
    if (v) adf_text(v, &flat);
}

static void harmless(const char *text)
{
    auto_buf once = BUF_INIT(BUF_MAX_DEFAULT), twice = BUF_INIT(BUF_MAX_DEFAULT);
    neutral_markdown(text, true, &once);
    neutral_markdown(buf_cstr(&once), true, &twice);
    if (once.failed || twice.failed) return;
    if (once.n != twice.n || memcmp(buf_cstr(&once), buf_cstr(&twice), once.n) != 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_arena a = arena_new(0);
    char *text = calloc(1, n + 1);
    if (!a || !text || n < 1) {
        free(text);
        return -1;
    }
    memcpy(text, data + 1, n - 1);
    switch (data[0] % 3) {
    case 0: commands(a, text); break;
    case 1: document(text); break;
    default: harmless(text); break;
    }
    free(text);
    return 0;
}
