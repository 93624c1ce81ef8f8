/* Table → JSON Schema in the subset that strict model vendors take: every property is required, what is optional is
 * a union with null, nothing else is allowed, and bounds are told in the description only. */
#include "pland/base/record.h"

#include <string.h>

static void object(struct buf *b, const struct record *r, const char *help, const struct field *first);

static bool optional(const struct field *f)
{
    return !(f->flags & FIELD_REQUIRED) || (f->flags & FIELD_NULLABLE);
}

static void description(struct buf *b, const char *help)
{
    if (!help || !help[0]) return;
    buf_key(b, "description");
    buf_json(b, help);
}

/* "type":"string" or "type":["string","null"] */
static void type(struct buf *b, const char *name, bool or_null)
{
    buf_key(b, "type");
    if (or_null) buf_char(b, '[');
    buf_json(b, name);
    if (or_null) buf_str(b, ",\"null\"]");
}

static void names(struct buf *b, const struct field *f)
{
    buf_key(b, "enum");
    buf_char(b, '[');
    for (const char *const *name = f->names; *name; name++) {
        buf_comma(b);
        buf_json(b, *name);
    }
    if (optional(f)) buf_str(b, ",null");
    buf_char(b, ']');
}

static void nested(struct buf *b, const struct field *f)
{
    if (optional(f)) {
        buf_str(b, "{\"anyOf\":[");
        object(b, f->sub, NULL, NULL);
        buf_str(b, ",{\"type\":\"null\"}]");
        description(b, f->help);
        buf_char(b, '}');
    } else {
        object(b, f->sub, f->help, NULL);
    }
}

static void list(struct buf *b, const struct field *f)
{
    buf_char(b, '{');
    type(b, "array", optional(f));
    buf_key(b, "items");
    if (f->type == FIELD_LIST) object(b, f->sub, NULL, NULL);
    else buf_str(b, "{\"type\":\"string\"}");
    description(b, f->help);
    buf_char(b, '}');
}

static void scalar(struct buf *b, const struct field *f)
{
    static const char *const type_names[] = {
        [FIELD_STR] = "string",  [FIELD_INT] = "integer",  [FIELD_BOOL] = "boolean",
        [FIELD_ENUM] = "string", [FIELD_MONEY] = "number", [FIELD_TIME] = "string",
    };
    buf_char(b, '{');
    type(b, type_names[f->type], optional(f));
    if (f->type == FIELD_ENUM) names(b, f);
    description(b, f->help);
    buf_char(b, '}');
}

/* Strict vendors know no free objects: what is offered of "any value" are the scalars. */
static void anything(struct buf *b, const struct field *f)
{
    buf_char(b, '{');
    buf_str(b, "\"type\":[\"string\",\"number\",\"boolean\",\"null\"]");
    description(b, f->help);
    buf_char(b, '}');
}

static void property(struct buf *b, const struct field *f)
{
    buf_key(b, f->key);
    switch (f->type) {
    case FIELD_STR:
    case FIELD_INT:
    case FIELD_BOOL:
    case FIELD_ENUM:
    case FIELD_MONEY:
    case FIELD_TIME: scalar(b, f); break;
    case FIELD_RECORD:
    case FIELD_OPTION: nested(b, f); break;
    case FIELD_LIST:
    case FIELD_STRS: list(b, f); break;
    case FIELD_JSON: anything(b, f); break;
    }
}

static void required(struct buf *b, const struct record *r, const struct field *first)
{
    buf_key(b, "required");
    buf_char(b, '[');
    if (first) buf_json(b, first->key);
    for (size_t i = 0; i < r->n; i++) {
        if (r->fields[i].flags & FIELD_INTERNAL) continue;
        buf_comma(b);
        buf_json(b, r->fields[i].key);
    }
    buf_char(b, ']');
}

static void object(struct buf *b, const struct record *r, const char *help, const struct field *first)
{
    buf_char(b, '{');
    type(b, "object", false);
    description(b, help);
    buf_key(b, "properties");
    buf_char(b, '{');
    if (first) property(b, first);
    for (size_t i = 0; i < r->n; i++)
        if (!(r->fields[i].flags & FIELD_INTERNAL)) property(b, &r->fields[i]);
    buf_char(b, '}');
    required(b, r, first);
    buf_str(b, ",\"additionalProperties\":false}");
}

void record_schema(const struct record *r, struct buf *b)
{
    object(b, r, NULL, NULL);
}

void record_schema_with(const struct record *r, const struct field *first, struct buf *b)
{
    object(b, r, NULL, first);
}
