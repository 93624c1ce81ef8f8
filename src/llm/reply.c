/* An answer while it arrives, and finding the JSON inside what models wrap around it. */
#include "llm/reply.h"

#include <string.h>

#include "pland/base/record.h"

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

bool reply_look(struct reply *r, const json_t *name)
{
    const char *s = json_string_value(name);
    bool look = r->look[0] && s && strcmp(s, r->look) == 0;
    if (!r->tool) return r->looks = look;
    if (!r->looks || !look) return false;
    r->further++;
    buf_char(&r->text, '\n');
    return true;
}

/* Members that are lists in both grow; any other stays as the first call has it. */
static bool add_call(json_t *to, json_t *more)
{
    const char *key;
    json_t *v;
    if (!json_is_object(to) || !json_is_object(more)) return false;
    json_object_foreach(more, key, v) {
        json_t *has = json_object_get(to, key);
        bool grows = json_is_array(has) && json_is_array(v);
        if (grows && json_array_extend(has, v) != 0) return false;
        if ((!has || json_is_null(has)) && json_object_set(to, key, v) != 0) return false;
    }
    return true;
}

void reply_join(struct reply *r)
{
    auto_json whole = NULL;
    auto_buf joined = BUF_INIT(r->text.max);
    size_t at = 0;
    for (size_t i = 0; i <= r->further; i++) {
        json_error_t end;
        auto_json one = json_loadb(buf_cstr(&r->text) + at, r->text.n - at, JSON_DISABLE_EOF_CHECK, &end);
        if (!one || (whole && !add_call(whole, one))) return;
        if (!whole) whole = TAKE(one);
        at += (size_t)end.position;
    }
    json_write(whole, JSON_COMPACT, &joined);
    if (joined.failed != ERR_OK) return;
    buf_clear(&r->text);
    buf_add(&r->text, joined.p, joined.n);
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
