/* Writing JSON members of views. */
#include "service/view.h"

enum err_kind view_read(struct call *c, struct view *v, store_fn *fn, struct err *e)
{
    struct read r = { c, v };
    enum err_kind k;
    if (!v->type) v->type = "application/json";
    if ((k = store_read(c->service->store, fn, &r, e)) != ERR_OK) return k;
    if ((k = arena_check(c->arena, e)) != ERR_OK) return k;
    return buf_check(v->body, e);
}

void view_text(struct buf *b, const char *key, const char *value)
{
    if (!value) return;
    buf_key(b, key);
    buf_json(b, value);
}

void view_raw(struct buf *b, const char *key, const char *json)
{
    if (!json) return;
    buf_key(b, key);
    buf_str(b, json);
}

void view_int(struct buf *b, const char *key, int64_t value)
{
    buf_key(b, key);
    buf_int(b, value);
}

void view_bool(struct buf *b, const char *key, bool value)
{
    buf_key(b, key);
    buf_str(b, value ? "true" : "false");
}

void view_time(struct buf *b, const char *key, int64_t unix_ms)
{
    if (!unix_ms) return;
    buf_key(b, key);
    buf_char(b, '"');
    buf_time(b, unix_ms);
    buf_char(b, '"');
}

void view_page_end(struct view *v, bool more, int64_t cursor)
{
    buf_char(v->body, ']');
    if (more) {
        (void)snprintf(v->next, sizeof v->next, "%lld", (long long)cursor);
        view_text(v->body, "next_cursor", v->next);
    }
    buf_char(v->body, '}');
}
