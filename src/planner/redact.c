/* What looks like a secret is cut out of everything that goes to a model. */
#include "planner/prompt.h"

#include <string.h>
#include "pland/check/secret.h"

/* A key in a block reaches to its last line; one that has none, to the end. */
static const char *block_end(const char *p)
{
    const char *end = strstr(p, "-----END ");
    return end ? end + strcspn(end, "\n") : p + strlen(p);
}

/* As many lines as there were, so that those behind keep their numbers. */
static void lines_of(const char *p, const char *end, const char *what, struct buf *out)
{
    for (; p < end; p++)
        if (*p == '\n') buf_fmt(out, "\n[redacted: %s]", what);
}

int64_t prompt_redact(const char *text, struct buf *out)
{
    const char *p = text;
    struct secret s;
    int64_t n = 0;
    for (; secret_find(text, p, false, &s); n++) {
        buf_add(out, p, (size_t)(s.at - p));
        buf_fmt(out, "[redacted: %s]", s.what);
        p = s.opens ? block_end(s.at) : s.at + s.n;
        lines_of(s.at, p, s.what, out);
    }
    buf_str(out, p);
    return n;
}
