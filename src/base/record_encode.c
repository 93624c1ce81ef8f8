/* Struct → JSON by table: served JSON in table order, canonical JSON with sorted keys for hashing. */
#include "pland/base/record.h"

#include <assert.h>
#include <string.h>

struct encoder {
    struct buf *b;
    bool canonical;
};
typedef void write_fn(const struct encoder *c, const struct field *f, const void *src);

static void write_object(const struct encoder *c, const struct record *r, const void *src);

/* --- what counts as absent ------------------------------------------------------------------------------------- */
static size_t list_n(const void *src)
{
    LIST(void) l;
    memcpy(&l, src, sizeof l);
    return l.n;
}

static const char *list_v(const void *src)
{
    LIST(const char) l;
    memcpy(&l, src, sizeof l);
    return l.v;
}

/* NULL for an index outside the names: -1 says "absent". */
static const char *enum_name(const struct field *f, int index)
{
    if (index < 0) return NULL;
    for (int i = 0; i < index; i++)
        if (!f->names[i]) return NULL;
    return f->names[index];
}

/* initial: of the whole struct, or NULL. */
static bool absent(const struct field *f, const void *src, const char *initial)
{
    int64_t none = 0;
    if (initial && (f->type == FIELD_INT || f->type == FIELD_MONEY)) memcpy(&none, initial + f->offset, sizeof none);
    switch (f->type) {
    case FIELD_STR:
    case FIELD_JSON: return *(const char *const *)src == NULL;
    case FIELD_INT:
    case FIELD_MONEY:
    case FIELD_TIME: return *(const int64_t *)src == none;
    case FIELD_BOOL: return !*(const bool *)src;
    case FIELD_ENUM: return enum_name(f, *(const int *)src) == NULL;
    case FIELD_OPTION: return *(const void *const *)src == NULL;
    case FIELD_LIST:
    case FIELD_STRS: return list_n(src) == 0;
    case FIELD_RECORD: return false;
    }
    return false;
}

/* --- values ---------------------------------------------------------------------------------------------------- */
static void write_str(const struct encoder *c, const struct field *f, const void *src)
{
    const char *s = *(const char *const *)src;
    (void)f;
    buf_json(c->b, s ? s : "");
}

static void write_int(const struct encoder *c, const struct field *f, const void *src)
{
    (void)f;
    buf_int(c->b, *(const int64_t *)src);
}

static void write_bool(const struct encoder *c, const struct field *f, const void *src)
{
    (void)f;
    buf_str(c->b, *(const bool *)src ? "true" : "false");
}

static void write_enum(const struct encoder *c, const struct field *f, const void *src)
{
    buf_json(c->b, enum_name(f, *(const int *)src)); /* null where there is none */
}

/* Millionths as a decimal without trailing zeros: 2500000 is 2.5. */
static void write_money(const struct encoder *c, const struct field *f, const void *src)
{
    int64_t v = *(const int64_t *)src;
    int64_t rest = v % 1000000;
    char digits[] = ".000000";
    size_t n = sizeof digits - 1;
    (void)f;
    if (v < 0 && v / 1000000 == 0) buf_char(c->b, '-');
    buf_int(c->b, v / 1000000);
    if (rest == 0) return;
    if (rest < 0) rest = -rest;
    for (size_t i = n - 1; i > 0; i--, rest /= 10) digits[i] = (char)('0' + rest % 10);
    while (digits[n - 1] == '0') n--;
    buf_add(c->b, digits, n);
}

static void write_time(const struct encoder *c, const struct field *f, const void *src)
{
    int64_t ms = *(const int64_t *)src;
    (void)f;
    if (ms == 0) {
        buf_str(c->b, "null");
        return;
    }
    buf_char(c->b, '"');
    buf_time(c->b, ms);
    buf_char(c->b, '"');
}

static void write_record(const struct encoder *c, const struct field *f, const void *src)
{
    write_object(c, f->sub, src);
}

static void write_option(const struct encoder *c, const struct field *f, const void *src)
{
    const void *p = *(const void *const *)src;
    if (p) write_object(c, f->sub, p);
    else buf_str(c->b, "null");
}

static void write_list(const struct encoder *c, const struct field *f, const void *src)
{
    size_t n = list_n(src);
    const char *v = list_v(src);
    buf_char(c->b, '[');
    for (size_t i = 0; i < n; i++) {
        buf_comma(c->b);
        write_object(c, f->sub, v + i * f->sub->size);
    }
    buf_char(c->b, ']');
}

static void write_strs(const struct encoder *c, const struct field *f, const void *src)
{
    size_t n = list_n(src);
    const char *v = list_v(src);
    (void)f;
    buf_char(c->b, '[');
    for (size_t i = 0; i < n; i++) {
        const char *s;
        memcpy(&s, v + i * sizeof s, sizeof s);
        buf_comma(c->b);
        buf_json(c->b, s ? s : "");
    }
    buf_char(c->b, ']');
}

/* The same value always gives the same bytes: keys sorted at every depth. Text that is no JSON is kept as a string. */
static void write_sorted(struct buf *b, const char *text)
{
    const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS;
    struct err e;
    auto_json v = NULL;
    enum err_kind k = json_parse(text, strlen(text), &v, &e);
    if (k == ERR_SYNTAX) {
        buf_json(b, text);
        return;
    }
    if (k == ERR_OK) json_write(v, flags, b);
    else if (b->failed == ERR_OK) b->failed = k;
}

static void write_json(const struct encoder *c, const struct field *f, const void *src)
{
    const char *text = *(const char *const *)src;
    (void)f;
    if (!text) buf_str(c->b, "null");
    else if (c->canonical) write_sorted(c->b, text);
    else buf_str(c->b, text);
}

static write_fn *const writers[] = {
    [FIELD_STR] = write_str,       [FIELD_INT] = write_int,       [FIELD_BOOL] = write_bool,
    [FIELD_ENUM] = write_enum,     [FIELD_MONEY] = write_money,   [FIELD_TIME] = write_time,
    [FIELD_RECORD] = write_record, [FIELD_OPTION] = write_option, [FIELD_LIST] = write_list,
    [FIELD_STRS] = write_strs,     [FIELD_JSON] = write_json,
};

/* --- objects --------------------------------------------------------------------------------------------------- */
/* A required field is written even when empty, so that what was decoded can be decoded again. */
static void write_field(const struct encoder *c, const struct record *r, const struct field *f, const char *object)
{
    const void *src = object + f->offset;
    if (c->canonical && (f->flags & FIELD_UNHASHED)) return;
    if (absent(f, src, r->initial)) {
        if (!(f->flags & (FIELD_ALWAYS | FIELD_NULLABLE | FIELD_REQUIRED))) return;
        if (f->flags & FIELD_NULLABLE) {
            buf_key(c->b, f->key);
            buf_str(c->b, "null");
            return;
        }
        if (f->type == FIELD_ENUM) return;
    }
    buf_key(c->b, f->key);
    writers[f->type](c, f, src);
}

static void sort_by_key(const struct record *r, unsigned char *order)
{
    for (size_t i = 0; i < r->n; i++) {
        size_t at = i;
        for (; at > 0 && strcmp(r->fields[order[at - 1]].key, r->fields[i].key) > 0; at--) order[at] = order[at - 1];
        order[at] = (unsigned char)i;
    }
}

static void write_object(const struct encoder *c, const struct record *r, const void *src)
{
    unsigned char order[RECORD_FIELDS_MAX];
    assert(r->n <= RECORD_FIELDS_MAX);
    buf_char(c->b, '{');
    if (c->canonical) sort_by_key(r, order);
    for (size_t i = 0; i < r->n; i++) write_field(c, r, &r->fields[c->canonical ? order[i] : i], src);
    buf_char(c->b, '}');
}

void record_encode(const struct record *r, const void *src, struct buf *b)
{
    write_object(&(struct encoder){ .b = b }, r, src);
}

void record_canonical(const struct record *r, const void *src, struct buf *b)
{
    write_object(&(struct encoder){ .b = b, .canonical = true }, r, src);
}
