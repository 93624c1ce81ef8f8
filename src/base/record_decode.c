/* JSON → struct by table. One function per field type; the path is a chain on the stack, so a field that is right
 * costs no formatting. */
#include "pland/base/record.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/record_path.h"
#include "base/record_read.h"
#include "pland/base/clock.h"

struct decoder {
    struct arena *a;
    const char *root; /* pointer of the outermost object */
    struct err *e;
};
typedef enum err_kind decode_fn(struct decoder *d, const struct field *f, const json_t *v, void *dst,
                                const struct path *at);

/* --- failures -------------------------------------------------------------------------------------------------- */
static _printf_(3, 4) enum err_kind refuse(struct decoder *d, const struct path *at, const char *fmt, ...)
{
    char pointer[sizeof d->e->at], msg[sizeof d->e->msg];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    path_pointer(pointer, sizeof pointer, d->root, at);
    return err_at(d->e, ERR_INVALID, pointer, "%s", msg);
}

/* "a, b, c …": as many as fit */
static const char *join(char *ret, size_t cap, const char *so_far, const char *name)
{
    size_t n = strlen(so_far), len = strlen(name);
    const char *comma = n ? ", " : "";
    if (n + strlen(comma) + len + sizeof ", …" > cap) {
        if (n + sizeof ", …" <= cap && strcmp(so_far + (n > 3 ? n - 3 : 0), "…") != 0)
            (void)snprintf(ret + n, cap - n, "%s…", comma);
    } else {
        (void)snprintf(ret + n, cap - n, "%s%s", comma, name);
    }
    return ret;
}

static enum err_kind refuse_unknown(struct decoder *d, const struct record *r, const char *key, const struct path *up)
{
    const struct path at = { .up = up, .key = key };
    char known[200] = "";
    for (size_t i = 0; i < r->n; i++) (void)join(known, sizeof known, known, r->fields[i].key);
    return r->n ? refuse(d, &at, "unknown field; known are %s", known) : refuse(d, &at, "no field is known here");
}

static enum err_kind refuse_choice(struct decoder *d, const struct field *f, const struct path *at)
{
    char known[250] = "";
    for (const char *const *name = f->names; *name; name++) (void)join(known, sizeof known, known, *name);
    return refuse(d, at, "must be one of %s", known);
}

static enum err_kind no_memory(struct decoder *d)
{
    enum err_kind k = arena_check(d->a, d->e);
    return k != ERR_OK ? k : err_nomem(d->e);
}

/* --- bounds ---------------------------------------------------------------------------------------------------- */
static bool has_min(const struct field *f)
{
    return f->min != 0 || f->max != 0;
}

static bool has_max(const struct field *f)
{
    return f->max != 0 || f->min < 0; /* min 1, max 0: no upper bound */
}

static enum err_kind refuse_count(struct decoder *d, const struct path *at, const char *how, int64_t bound,
                                  const char *unit, size_t has)
{
    return refuse(d, at, "must have %s %lld %s%s, has %zu", how, (long long)bound, unit, bound == 1 ? "" : "s", has);
}

static enum err_kind check_count(struct decoder *d, const struct field *f, const struct path *at, size_t n,
                                 const char *unit)
{
    if (has_min(f) && (int64_t)n < f->min) return refuse_count(d, at, "at least", f->min, unit, n);
    if (has_max(f) && (int64_t)n > f->max) return refuse_count(d, at, "at most", f->max, unit, n);
    return ERR_OK;
}

/* Bounds count bytes; for ASCII text people know them as characters. */
static const char *string_unit(const char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s >= 0x80) return "byte";
    return "character";
}

static bool blank(const char *s)
{
    return s[strspn(s, " \t\r\n\v\f")] == '\0';
}

static enum err_kind check_string(struct decoder *d, const struct field *f, const struct path *at, const char *s,
                                  size_t n)
{
    if ((f->flags & FIELD_NONBLANK) && blank(s)) return refuse(d, at, "must not be blank");
    if ((has_min(f) && (int64_t)n < f->min) || (has_max(f) && (int64_t)n > f->max))
        return check_count(d, f, at, n, string_unit(s));
    return ERR_OK;
}

/* --- scalars --------------------------------------------------------------------------------------------------- */
static enum err_kind decode_str(struct decoder *d, const struct field *f, const json_t *v, void *dst,
                                const struct path *at)
{
    const char *s = json_string_value(v);
    size_t n = json_string_length(v);
    enum err_kind k;
    if (!s) return refuse(d, at, "expected a string");
    k = check_string(d, f, at, s, n);
    if (k != ERR_OK) return k;
    s = arena_dup_n(d->a, s, n);
    if (!s) return no_memory(d);
    *(const char **)dst = s;
    return ERR_OK;
}

static enum err_kind decode_int(struct decoder *d, const struct field *f, const json_t *v, void *dst,
                                const struct path *at)
{
    int64_t i = json_integer_value(v);
    if (!json_is_integer(v)) return refuse(d, at, "expected a whole number");
    if (has_min(f) && i < f->min) return refuse(d, at, "must be at least %lld", (long long)f->min);
    if (has_max(f) && i > f->max) return refuse(d, at, "must be at most %lld", (long long)f->max);
    *(int64_t *)dst = i;
    return ERR_OK;
}

static enum err_kind decode_bool(struct decoder *d, const struct field *f, const json_t *v, void *dst,
                                 const struct path *at)
{
    (void)f;
    if (!json_is_boolean(v)) return refuse(d, at, "expected true or false");
    *(bool *)dst = json_is_true(v);
    return ERR_OK;
}

static enum err_kind decode_enum(struct decoder *d, const struct field *f, const json_t *v, void *dst,
                                 const struct path *at)
{
    const char *s = json_string_value(v);
    if (!s) return refuse(d, at, "expected a string");
    for (int i = 0; f->names[i]; i++) {
        if (strcmp(f->names[i], s) != 0) continue;
        *(int *)dst = i;
        return ERR_OK;
    }
    return refuse_choice(d, f, at);
}

static enum err_kind decode_money(struct decoder *d, const struct field *f, const json_t *v, void *dst,
                                  const struct path *at)
{
    const double most = 9e12; /* millionths of it still fit 63 bits */
    double x = json_number_value(v);
    (void)f;
    if (!json_is_number(v)) return refuse(d, at, "expected a number");
    if (x < 0) return refuse(d, at, "must not be negative");
    if (x > most) return refuse(d, at, "must be at most %.0f", most);
    *(int64_t *)dst = json_is_integer(v) ? json_integer_value(v) * 1000000 : (int64_t)(x * 1e6 + 0.5);
    return ERR_OK;
}

static enum err_kind decode_time(struct decoder *d, const struct field *f, const json_t *v, void *dst,
                                 const struct path *at)
{
    const char *s = json_string_value(v);
    int64_t ms = s ? clock_parse(s) : -1;
    (void)f;
    if (ms < 0) return refuse(d, at, "expected a time such as \"2026-11-23T10:00:00Z\"");
    *(int64_t *)dst = ms;
    return ERR_OK;
}

static enum err_kind decode_json(struct decoder *d, const struct field *f, const json_t *v, void *dst,
                                 const struct path *at)
{
    auto_buf b = BUF_INIT(has_max(f) ? (size_t)f->max : BUF_MAX_DEFAULT);
    const char *s;
    json_write(v, JSON_COMPACT | JSON_ENCODE_ANY, &b);
    if (b.failed == ERR_TOO_LARGE) return refuse(d, at, "must have at most %zu bytes as compact JSON", b.max);
    if (b.failed != ERR_OK) return buf_check(&b, d->e);
    s = arena_dup_n(d->a, buf_cstr(&b), b.n);
    if (!s) return no_memory(d);
    *(const char **)dst = s;
    return ERR_OK;
}

/* --- what nests ------------------------------------------------------------------------------------------------ */
static enum err_kind decode_object(struct decoder *d, const struct record *r, const json_t *v, void *dst,
                                   const struct path *at);

static enum err_kind decode_record(struct decoder *d, const struct field *f, const json_t *v, void *dst,
                                   const struct path *at)
{
    return decode_object(d, f->sub, v, dst, at);
}

static enum err_kind decode_option(struct decoder *d, const struct field *f, const json_t *v, void *dst,
                                   const struct path *at)
{
    void *p;
    enum err_kind k;
    if (!json_is_object(v)) return refuse(d, at, "expected an object");
    p = arena_alloc(d->a, f->sub->size);
    if (!p) return no_memory(d);
    if (f->sub->initial) memcpy(p, f->sub->initial, f->sub->size);
    k = decode_object(d, f->sub, v, p, at);
    if (k == ERR_OK) *(void **)dst = p;
    return k;
}

/* One allocation, of a power of two, so that arena_push() may go on with the list. */
static enum err_kind alloc_list(struct decoder *d, size_t n, size_t size, void **ret)
{
    size_t cap = 1;
    while (cap < n) cap *= 2;
    *ret = n ? arena_alloc(d->a, cap * size) : NULL;
    return n && !*ret ? no_memory(d) : ERR_OK;
}

static void set_list(void *dst, void *v, size_t n)
{
    LIST(void) l = { .v = v, .n = n };
    memcpy(dst, &l, sizeof l);
}

static enum err_kind decode_list(struct decoder *d, const struct field *f, const json_t *v, void *dst,
                                 const struct path *at)
{
    size_t n = json_array_size(v);
    void *items;
    enum err_kind k;
    if (!json_is_array(v)) return refuse(d, at, "expected a list");
    k = check_count(d, f, at, n, "element");
    if (k == ERR_OK) k = alloc_list(d, n, f->sub->size, &items);
    for (size_t i = 0; k == ERR_OK && i < n; i++) {
        const struct path here = { .up = at, .index = i };
        char *item = (char *)items + i * f->sub->size;
        if (f->sub->initial) memcpy(item, f->sub->initial, f->sub->size);
        k = decode_object(d, f->sub, json_array_get(v, i), item, &here);
    }
    if (k == ERR_OK) set_list(dst, items, n);
    return k;
}

static enum err_kind decode_strs(struct decoder *d, const struct field *f, const json_t *v, void *dst,
                                 const struct path *at)
{
    const struct field each = { .flags = f->flags & FIELD_NONBLANK, .max = (int64_t)f->sub_max };
    size_t n = json_array_size(v);
    void *items;
    enum err_kind k;
    if (!json_is_array(v)) return refuse(d, at, "expected a list of strings");
    k = check_count(d, f, at, n, "element");
    if (k == ERR_OK) k = alloc_list(d, n, sizeof(const char *), &items);
    for (size_t i = 0; k == ERR_OK && i < n; i++) {
        const struct path here = { .up = at, .index = i };
        k = decode_str(d, &each, json_array_get(v, i), (const char **)items + i, &here);
    }
    if (k == ERR_OK) set_list(dst, items, n);
    return k;
}

/* --- objects --------------------------------------------------------------------------------------------------- */
static decode_fn *const decoders[] = {
    [FIELD_STR] = decode_str,       [FIELD_INT] = decode_int,       [FIELD_BOOL] = decode_bool,
    [FIELD_ENUM] = decode_enum,     [FIELD_MONEY] = decode_money,   [FIELD_TIME] = decode_time,
    [FIELD_RECORD] = decode_record, [FIELD_OPTION] = decode_option, [FIELD_LIST] = decode_list,
    [FIELD_STRS] = decode_strs,     [FIELD_JSON] = decode_json,
};

/* Senders mostly write keys in table order: the search begins behind the last hit and wraps around. */
static size_t find_field(const struct record *r, const char *key, size_t from)
{
    for (size_t i = from; i < r->n; i++)
        if (strcmp(r->fields[i].key, key) == 0) return i;
    for (size_t i = 0; i < from; i++)
        if (strcmp(r->fields[i].key, key) == 0) return i;
    return r->n;
}

static enum err_kind decode_field(struct decoder *d, const struct field *f, const json_t *v, char *object,
                                  const struct path *up)
{
    const struct path at = { .up = up, .key = f->key };
    if (json_is_null(v) && (!(f->flags & FIELD_REQUIRED) || (f->flags & FIELD_NULLABLE))) return ERR_OK;
    return decoders[f->type](d, f, v, object + f->offset, &at);
}

static enum err_kind check_required(struct decoder *d, const struct record *r, uint64_t seen, const struct path *up)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct path at = { .up = up, .key = r->fields[i].key };
        bool required = (r->fields[i].flags & FIELD_REQUIRED) != 0;
        if (required && !(seen >> i & 1)) return refuse(d, &at, "required field is missing");
    }
    return ERR_OK;
}

static enum err_kind decode_object(struct decoder *d, const struct record *r, const json_t *v, void *dst,
                                   const struct path *at)
{
    json_t *object = (json_t *)(uintptr_t)v; /* jansson's iterators take no const */
    uint64_t seen = 0;
    size_t next = 0;
    assert(r->n <= RECORD_FIELDS_MAX);
    if (!json_is_object(v)) return refuse(d, at, "expected an object");
    for (void *it = json_object_iter(object); it; it = json_object_iter_next(object, it)) {
        const char *key = json_object_iter_key(it);
        size_t i = find_field(r, key, next);
        enum err_kind k;
        if (i == r->n) return refuse_unknown(d, r, key, at);
        k = decode_field(d, &r->fields[i], json_object_iter_value(it), dst, at);
        if (k != ERR_OK) return k;
        seen |= (uint64_t)1 << i;
        next = i + 1;
    }
    return check_required(d, r, seen, at);
}

enum err_kind record_decode(const struct record *r, const json_t *v, void *dst, struct arena *a, const char *at,
                            struct err *e)
{
    struct decoder d = { .a = a, .root = at, .e = e };
    return decode_object(&d, r, v, dst, NULL);
}

enum err_kind record_decode_field(const struct field *f, const json_t *v, void *object, struct arena *a, struct err *e)
{
    struct decoder d = { .a = a, .root = "", .e = e };
    return decode_field(&d, f, v, object, NULL);
}

enum err_kind record_parse(const struct record *r, const char *text, size_t n, void *dst, struct arena *a,
                           struct err *e)
{
    auto_json v = NULL;
    void *copy = arena_dup_n(a, dst, r->size);
    enum err_kind k;
    if (copy && record_read(r, text, n, copy, a)) {
        memcpy(dst, copy, r->size);
        return ERR_OK;
    }
    k = json_parse(text, n, &v, e);
    return k == ERR_OK ? record_decode(r, v, dst, a, "", e) : k;
}
