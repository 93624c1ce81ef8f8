/* JSON values have no lines: they are looked up in the text. */
#include "survey/json.h"

#include <stdlib.h>
#include <string.h>

json_t *json_manifest(struct scan *c, const struct manifest_text *m)
{
    struct err e = {0};
    json_t *root = NULL;
    enum err_kind k = json_parse_loose(m->text, m->n, &root, &e);
    const char *line = strstr(e.msg, "line ");
    if (k == ERR_OK && json_is_object(root)) return root;
    if (k == ERR_NOMEM) {
        *c->e = e;
        c->failed = k;
    } else
        scan_problem(c, m->path,
                     k == ERR_OK ? 1
                     : line      ? strtol(line + 5, NULL, 10)
                                 : 0,
                     "does not parse: %s", k == ERR_OK ? "not an object" : e.msg);
    json_decref(root);
    return NULL;
}

/* `"key":` at or after from. */
static const char *find_key(const char *from, const char *key)
{
    char quote[300];
    size_t n = (size_t)snprintf(quote, sizeof quote, "\"%s\"", key);
    if (n >= sizeof quote) return NULL;
    for (const char *p = strstr(from, quote); p; p = strstr(p + 1, quote))
        if (p[n + strspn(p + n, " \t\r\n")] == ':') return p;
    return NULL;
}

int64_t json_line(const struct manifest_text *m, const char *section, const char *key)
{
    const char *from = find_key(m->text, section), *p = from ? find_key(from + strlen(section) + 2, key) : NULL;
    return p || from ? line_of(m->text, p ? p : from) : 0;
}

int64_t json_line_of_text(const struct manifest_text *m, const char *section, const char *text)
{
    char quote[300];
    const char *from = find_key(m->text, section), *p;
    if ((size_t)snprintf(quote, sizeof quote, "\"%s\"", text) >= sizeof quote) return 0;
    p = from ? strstr(from + strlen(section) + 2, quote) : NULL;
    return p ? line_of(m->text, p) : 0;
}
