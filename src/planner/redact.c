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

static int64_t redact_part(const char *p, size_t n, struct buf *out)
{
    auto_buf part = BUF_INIT(BUF_MAX_DEFAULT);
    int64_t found = 0;
    buf_add(&part, p, n);
    if (part.failed) out->failed = part.failed;
    else found = prompt_redact(buf_cstr(&part), out);
    return found;
}

/* The line that closes a fence of this length, from p on; NULL: none does. */
static const char *closing(const char *p, size_t length)
{
    for (; *p; p += strcspn(p, "\n"), p += *p == '\n')
        if (strspn(p, "`") == length && (p[length] == '\n' || !p[length])) return p;
    return NULL;
}

int64_t prompt_redact_fenced(const char *text, struct buf *out)
{
    int64_t found = 0;
    while (*text) {
        size_t n = strcspn(text, "\n"), length = strspn(text, "`");
        const char *inside = text + n + 1, *end;
        n += text[n] == '\n';
        found += redact_part(text, n, out);
        text += n;
        if (length < PROMPT_FENCE_MIN || !n || !(end = closing(inside, length))) continue;
        if (end > inside) found += redact_part(inside, (size_t)(end - inside) - 1, out); /* the last line's end stays */
        if (end > inside) buf_char(out, '\n');
        buf_add(out, end, length);
        text = end + length;
        if (*text == '\n') buf_char(out, *text++);
    }
    return found;
}

int64_t planner_redact(const char *text, struct buf *out) { return prompt_redact_fenced(text, out); }
