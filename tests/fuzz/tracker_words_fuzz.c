/* Any text as a comment and as Markdown of pland's own: commands are where they say, a document is JSON, wiki text has no
 * macro of somebody else's, and what was made harmless once stays as it is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/record.h"
#include "tracker/adf.h"
#include "tracker/command.h"
#include "tracker/neutral.h"
#include "tracker/wiki.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void commands(struct arena *a, const char *text)
{
    command_list l = { 0 };
    char exact[40];
    commands_read(a, text, &l);
    if (l.n > COMMANDS_MAX || (l.n && !strstr(text, "/plan"))) abort();
    for (size_t i = 0; i < l.n; i++) {
        bool approve = l.v[i].verb == COMMAND_APPROVE;
        if (l.v[i].number < 0) abort();
        if (!l.v[i].number) continue;
        (void)snprintf(exact, sizeof exact, "%s%lld", approve ? "r" : "", (long long)l.v[i].number);
        if ((!approve && l.v[i].verb != COMMAND_CONFIRM) || strcmp(l.v[i].text, exact) != 0) abort();
    }
    (void)comment_words(a, text);
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

/* Every brace is one of ours or has a backslash before it. */
static void wiki(const char *text)
{
    static const char *const ours[] = { "{noformat}", "{quote}", "{{" };
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct err e = { 0 };
    if (wiki_from_markdown(text, &b, &e) != ERR_OK) return;
    for (const char *s = buf_cstr(&b); (s = strpbrk(s, "\\{"));) {
        size_t n = *s == '\\' && s[1] ? 2 : 0;
        for (size_t i = 0; !n && i < countof(ours); i++)
            if (strncmp(s, ours[i], strlen(ours[i])) == 0) n = strlen(ours[i]);
        if (!n) abort();
        if (strncmp(s, ours[0], n) == 0) { /* up to its end */
            const char *end = strstr(s + n, ours[0]);
            if (!end) abort();
            s = end;
        }
        s += n;
    }
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
    case 1: document(text), wiki(text); break;
    default: harmless(text); break;
    }
    free(text);
    return 0;
}
