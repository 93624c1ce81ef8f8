/* Reading the embedded prompts, and filling them in. */
#include "planner/prompt_file.h"

#include <stdlib.h>
#include <string.h>

static struct span value_of(struct span header, const char *key)
{
    size_t n = strlen(key);
    for (const char *p = header.p, *end = p + header.n; p < end;) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        if (!nl) nl = end;
        if ((size_t)(nl - p) > n && strncmp(p, key, n) == 0 && p[n] == ':')
            return span_trim((struct span){p + n + 1, (size_t)(nl - p) - n - 1});
        p = nl + 1;
    }
    return (struct span){"", 0};
}

static struct prompt_file parsed(const char *name, const char *bytes)
{
    static const char rule[] = "---\n", end[] = "\n---\n";
    struct prompt_file f = {.name = name, .text = bytes};
    const char *close = strncmp(bytes, rule, strlen(rule)) == 0 ? strstr(bytes, end) : NULL;
    struct span header;
    if (!close) return f;
    header = (struct span){bytes + strlen(rule), (size_t)(close + 1 - bytes) - strlen(rule)};
    f.text = close + strlen(end);
    f.purpose = value_of(header, "purpose");
    f.inputs = value_of(header, "inputs");
    f.schema = value_of(header, "schema");
    if (span_is(value_of(header, "prompt"), name)) f.version = (int)strtol(value_of(header, "version").p, NULL, 10);
    return f;
}

struct prompt_file prompt_file(const char *name)
{
    size_t n = strlen(name);
    for (const struct embedded_file *f = embedded_prompts; f->name; f++)
        if (strncmp(f->name, name, n) == 0 && strcmp(f->name + n, ".md") == 0) return parsed(name, f->bytes);
    return (struct prompt_file){.name = name, .text = ""};
}

bool prompt_fill(const struct prompt_file *f, prompt_input_fn *fn, void *arg, struct buf *out)
{
    const char *p = f->text, *open, *close;
    bool known = true;
    for (; (open = strstr(p, "{{")) && (close = strstr(open, "}}")); p = close) {
        bool alone = (open == f->text || open[-1] == '\n') && close[2] == '\n';
        buf_add(out, p, (size_t)(open - p));
        known = fn(arg, (struct span){open + 2, (size_t)(close - open) - 2}, out) && known;
        close += alone ? 3 : 2;
    }
    buf_str(out, p);
    return known;
}
