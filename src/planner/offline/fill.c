/* Templates with {names}. */
#include "planner/offline/scene/scene.h"

#include <string.h>

char *template_fill(struct arena *a, const char *template, const struct var *v, size_t n)
{
    auto_buf b = BUF_INIT(256 * 1024);
    for (const char *p = template; *p;) {
        size_t open = strcspn(p, "{"), i = 0;
        const char *close;
        buf_add(&b, p, open);
        p += open;
        if (!*p) break;
        close = strchr(p, '}');
        while (close && i < n &&
               !(strlen(v[i].name) == (size_t)(close - p) - 1 && memcmp(v[i].name, p + 1, strlen(v[i].name)) == 0))
            i++;
        if (close && i < n) {
            buf_str(&b, v[i].value);
            p = close + 1;
        } else {
            buf_char(&b, *p++);
        }
    }
    return prose_take(a, &b);
}

void tick_add(struct arena *a, text_list *l, const char *s)
{
    const char *t = s ? arena_fmt(a, "`%s`", s) : NULL;
    if (t && !prose_list_has(l->v, l->n, t)) prose_list_add(a, l, t);
}
