/* Lines that define something, told by how they begin: for ranking names, and to show a long file in few lines. */
#include "survey/outline.h"

#include <ctype.h>
#include <string.h>

#include "pland/survey/relevance.h"

#define LINE_MAX_SHOWN 160

static const char *const defining[] = {
    "def",   "class",    "func",     "fn",      "function", "struct", "enum",   "type",     "interface", "trait",
    "impl",  "module",   "pub",      "public",  "private",  "static", "export", "async",    "protected", "const",
    "final", "abstract", "override", "#define", "#",        "##",     "###",    "template", "describe",  "it",
};

bool outline_defines(const char *line, const char *at)
{
    const char *p = line + strspn(line, " \t");
    size_t n = strcspn(p, " \t(\n");
    for (const char *q = p; q < at; q++)
        if (strchr("(={:;,\"'", *q)) return false;
    for (size_t i = 0; i < countof(defining); i++)
        if (strlen(defining[i]) == n && memcmp(defining[i], p, n) == 0) return true;
    return p == line && (isalpha((unsigned char)*p) || *p == '_') && strcspn(at, "\n") > strcspn(at, "(");
}

void survey_outline(const char *text, size_t max, struct buf *ret)
{
    size_t start = ret->n;
    int64_t number = 1;
    for (size_t n; *text; text += n + (text[n] == '\n'), number++) {
        size_t name;
        n = strcspn(text, "\n");
        name = strcspn(text, "(={:;,\"'\n");
        if (!name || !outline_defines(text, text + name - 1)) continue;
        if (ret->n - start + LINE_MAX_SHOWN + 20 > max) break;
        buf_fmt(ret, "%lld: %.*s\n", (long long)number, (int)(n < LINE_MAX_SHOWN ? n : LINE_MAX_SHOWN), text);
    }
}
