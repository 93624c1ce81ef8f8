/* Comments and documentation over many lines: routes in them are shown, not served. */
#include "survey/routes.h"

#include <ctype.h>
#include <string.h>

struct told { /* what begins and ends one, at the start of a line */
    const char *language, *open, *close;
};
static const struct told told[] = {
    {"Go", "/*", "*/"},         {"Java", "/*", "*/"},  {"Kotlin", "/*", "*/"},     {"JavaScript", "/*", "*/"},
    {"TypeScript", "/*", "*/"}, {"PHP", "/*", "*/"},   {"Rust", "/*", "*/"},       {"C#", "/*", "*/"},
    {"Swift", "/*", "*/"},      {"Perl", "=", "=cut"}, {"Ruby", "=begin", "=end"},
};

/* Places are asked for in order, mostly: then all of them cost one pass. */
bool route_is_told(struct route_file *x, const char *at)
{
    const struct told *row = NULL;
    for (size_t i = 0; i < countof(told); i++)
        if (is(told[i].language, x->f->language)) row = &told[i];
    if (!row) return false;
    if (!x->told || x->told > at) {
        x->told = x->f->text;
        x->told_inside = false;
    }
    for (const char *line = x->told, *end; line < at; line = end + 1) {
        const char *p = line + strspn(line, " \t");
        end = memchr(line, '\n', (size_t)(at - line));
        if (!end) break;
        if (x->told_inside) x->told_inside = !memmem(line, (size_t)(end - line), row->close, strlen(row->close));
        else if (starts(row->open[0] == '=' ? line : p, row->open) && (row->open[1] || isalpha((unsigned char)line[1])))
            x->told_inside = !memmem(p, (size_t)(end - p), row->close, strlen(row->close));
        x->told = end + 1;
    }
    return x->told_inside;
}
