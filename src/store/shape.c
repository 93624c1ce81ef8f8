/* Moving rows between columns and structs by table. */
#include "store/txn.h"

#include <assert.h>
#include <string.h>

struct value v_text(const char *s)
{
    return s ? v_text_n(s, strlen(s)) : (struct value){ .type = VALUE_NULL };
}

struct value v_text_n(const char *s, size_t n)
{
    return (struct value){ .type = VALUE_TEXT, .p = s ? s : "", .n = n };
}

struct value v_blob(const void *p, size_t n)
{
    return p ? (struct value){ .type = VALUE_BLOB, .p = p, .n = n } : (struct value){ .type = VALUE_NULL };
}

const char *name_of(const char *const *names, int i)
{
    for (int at = 0; names[at]; at++)
        if (at == i) return names[at];
    return "";
}

static struct value value_of(const struct column *c, const char *src)
{
    const void *at = src + c->offset;
    const char *text;
    switch (c->type) {
    case COLUMN_INT: return v_int(*(const int64_t *)at);
    case COLUMN_TEXT: return v_text(*(const char *const *)at);
    case COLUMN_WORD: text = *(const char *const *)at; return v_text(text ? text : "");
    case COLUMN_BOOL: return v_int(*(const bool *)at);
    case COLUMN_NAME: return v_text(name_of(c->names, *(const int *)at));
    case COLUMN_CODE: return v_int(*(const int *)at);
    case COLUMN_HASH: return v_hash(at);
    case COLUMN_BLOB: return v_blob(*(const void *const *)at, *(const size_t *)(const void *)(src + c->offset_n));
    }
    return (struct value){ .type = VALUE_NULL };
}

void shape_values(const struct shape *s, size_t from, const void *src, struct value *v, size_t *n)
{
    assert(*n + s->n - from <= VALUES_MAX);
    for (size_t i = from; i < s->n; i++) v[(*n)++] = value_of(&s->columns[i], src);
}

static enum err_kind read_name(const struct column *c, const struct value *v, int *ret, struct err *e)
{
    for (int i = 0; v->type == VALUE_TEXT && c->names[i]; i++)
        if (strlen(c->names[i]) == v->n && memcmp(c->names[i], v->p, v->n) == 0) {
            *ret = i;
            return ERR_OK;
        }
    return err_set(e, ERR_IO, "the database holds the unknown word '%.*s'", v->n < 40 ? (int)v->n : 40,
                   v->p ? v->p : "");
}

static const char *copy_text(const struct value *v, struct arena *a)
{
    return v->type == VALUE_NULL ? NULL : arena_dup_n(a, v->p, v->n);
}

static enum err_kind read_column(const struct column *c, const struct value *v, struct arena *a, char *dst,
                                 struct err *e)
{
    void *at = dst + c->offset;
    switch (c->type) {
    case COLUMN_INT: *(int64_t *)at = v->i; break;
    case COLUMN_TEXT: *(const char **)at = copy_text(v, a); break;
    case COLUMN_WORD: *(const char **)at = v->n ? copy_text(v, a) : NULL; break;
    case COLUMN_BOOL: *(bool *)at = v->i != 0; break;
    case COLUMN_NAME: return read_name(c, v, at, e);
    case COLUMN_CODE: *(int *)at = (int)v->i; break;
    case COLUMN_HASH:
        if (v->n != SHA256_LEN) return err_set(e, ERR_IO, "the database holds a hash of %zu bytes", v->n);
        memcpy(at, v->p, SHA256_LEN);
        break;
    case COLUMN_BLOB:
        *(const void **)at = copy_text(v, a);
        *(size_t *)(void *)(dst + c->offset_n) = v->n;
        break;
    }
    return ERR_OK;
}

enum err_kind shape_read(const struct shape *s, const struct conn *c, const struct stmt *row, struct arena *a,
                         void *dst, struct err *e)
{
    memset(dst, 0, s->size);
    for (size_t i = 0; i < s->n; i++) {
        struct value v = c->engine->column(row, (int)i);
        enum err_kind k = read_column(&s->columns[i], &v, a, dst, e);
        if (k != ERR_OK) return k;
    }
    return a ? arena_check(a, e) : ERR_OK;
}
