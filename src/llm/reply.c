/* An answer while it arrives, and finding the JSON inside what models wrap around it. */
#include "llm/reply.h"

#include <string.h>

void reply_init(struct reply *r, size_t max, llm_delta_fn *delta, void *arg)
{
    *r = (struct reply){ .finish = LLM_OTHER, .delta = delta, .arg = arg };
    buf_init(&r->text, max);
    buf_init(&r->piece, max);
}

void reply_release(struct reply *r)
{
    buf_release(&r->text);
    buf_release(&r->piece);
}

void reply_text(struct reply *r, const char *p, size_t n)
{
    const char *end = p + n;
    if (n && r->delta) r->delta(r->arg, p, n);
    while (p < end) {
        const char *nul = memchr(p, '\0', (size_t)(end - p));
        size_t run = (size_t)((nul ? nul : end) - p);
        if (run) buf_add(&r->text, p, run);
        p += run + (nul ? 1 : 0);
    }
}

bool reply_glance(struct reply *r, const struct glance *form, const char *data, size_t n)
{
    if (!r->begun || !glance(form, data, n, &r->piece)) return false;
    if (r->piece.n) reply_text(r, r->piece.p, r->piece.n);
    return true;
}

void reply_tool(struct reply *r)
{
    if (!r->tool) buf_clear(&r->text);
    r->tool = true;
}

void reply_copy(char *ret, size_t cap, const json_t *v)
{
    const char *s = json_string_value(v);
    size_t n = s ? strlen(s) : 0;
    if (!s) return;
    if (n >= cap) n = cap - 1;
    while (n && ((unsigned char)s[n] & 0xC0) == 0x80) n--;
    for (size_t i = 0; i < n; i++) ret[i] = (unsigned char)s[i] < ' ' || s[i] == 0x7f ? ' ' : s[i];
    ret[n] = '\0';
}

static bool blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static struct span strip(struct span s)
{
    while (s.n && blank(s.p[0])) s.p++, s.n--;
    while (s.n && blank(s.p[s.n - 1])) s.n--;
    return s;
}

static struct span after(struct span s, const char *mark)
{
    size_t len = strlen(mark);
    const char *at = memmem(s.p, s.n, mark, len);
    if (!at) return s;
    at += len;
    return (struct span){ at, s.n - (size_t)(at - s.p) };
}

static bool begins(struct span s, const char *mark)
{
    return s.n >= strlen(mark) && memcmp(s.p, mark, strlen(mark)) == 0;
}

/* From the line after the first fence to the last fence; an open fence reaches to the end. */
static struct span inside_fence(struct span s)
{
    struct span body = after(after(s, "```"), "\n");
    for (size_t i = body.n; i-- > 0;) {
        if (begins((struct span){ body.p + i, body.n - i }, "```")) return strip((struct span){ body.p, i });
    }
    return strip(body);
}

struct span reply_trim(const char *p, size_t n)
{
    struct span s = strip((struct span){ p, n });
    if (!begins(s, "{")) s = strip(after(s, "</think>")); /* templates may put its beginning into the prompt */
    if (s.n && (s.p[0] == '{' || s.p[0] == '[')) return s;
    if (s.n && memmem(s.p, s.n, "```", 3)) return inside_fence(s);
    return s;
}
