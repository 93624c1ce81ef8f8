/* Taking back what editors make of quotation marks, dashes and dots while somebody changes something else. */
#include "plan/read.h"

#include <string.h>

enum { BUCKETS = 1024 };
struct known { const char *plain, *text; size_t next; };
struct typing {
    struct arena *a;
    bool nomem;
    LIST(struct known) known;
    size_t buckets[BUCKETS]; /* by plain: index + 1, chained */
};

/* Of a character that typewriters do not have, what stands for it; *ret_n: its bytes. NULL: it is any other. */
static const char *plain_of(const char *s, size_t *ret_n)
{
    static const struct { const char *fancy, *plain; } rows[] = {
        { "\xe2\x80\x9c", "\"" }, { "\xe2\x80\x9d", "\"" }, { "\xe2\x80\x9e", "\"" },
        { "\xc2\xab", "\"" },     { "\xc2\xbb", "\"" },     { "\xe2\x80\x98", "'" },  { "\xe2\x80\x99", "'" },  { "\xe2\x80\x9a", "'" },
        { "\xe2\x80\x93", "-" },  { "\xe2\x80\x94", "-" },  { "\xe2\x80\x91", "-" },  { "\xe2\x80\xa6", "..." },
        { "\xc2\xa0", " " },       { "\xe2\x80\xaf", " " },
    };
    for (size_t i = 0; i < countof(rows); i++) {
        *ret_n = strlen(rows[i].fancy);
        if (strncmp(s, rows[i].fancy, *ret_n) == 0) return rows[i].plain;
    }
    return NULL;
}

/* As on a typewriter, on one line; a row of dashes is one, since editors make one of two. *ret_fancy: there was something to do. */
static char *typed(struct typing *t, const char *text, bool *ret_fancy)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT), row = BUF_INIT(BUF_MAX_DEFAULT);
    const char *s;
    *ret_fancy = false;
    read_unwrap(text, &row);
    for (s = buf_cstr(&row); *s;) {
        size_t n = 1;
        const char *plain = (unsigned char)*s < 0x80 ? NULL : plain_of(s, &n);
        if (!plain) n = 1;
        else *ret_fancy = true;
        if (plain ? *plain == '-' : *s == '-') {
            if (!b.n || b.p[b.n - 1] != '-') buf_char(&b, '-');
        } else if (plain) {
            buf_str(&b, plain);
        } else {
            buf_char(&b, *s);
        }
        s += n;
    }
    t->nomem = t->nomem || row.failed != ERR_OK || b.failed != ERR_OK;
    return t->nomem ? NULL : arena_dup_n(t->a, buf_cstr(&b), b.n);
}

/* Calls fn for every string of a record. */
typedef void each_fn(struct typing *t, const char **s);
static void each(const struct record *r, void *p, each_fn *fn, struct typing *t)
{
    for (size_t i = 0; i < r->n; i++) {
        const struct field *f = &r->fields[i];
        char *at = (char *)p + f->offset;
        LIST(char) l;
        if (f->type == FIELD_STR) fn(t, (const char **)(void *)at);
        if (f->type == FIELD_RECORD) each(f->sub, at, fn, t);
        if (f->type != FIELD_LIST && f->type != FIELD_STRS) continue;
        memcpy(&l, at, sizeof l);
        for (size_t j = 0; j < l.n; j++) {
            if (f->type == FIELD_LIST) each(f->sub, l.v + j * f->sub->size, fn, t);
            else fn(t, (const char **)(void *)(l.v + j * sizeof(char *)));
        }
    }
}

static size_t *bucket(struct typing *t, const char *plain)
{
    uint32_t h = 2166136261u;
    for (; *plain; plain++) h = (h ^ (unsigned char)*plain) * 16777619u;
    return &t->buckets[h % BUCKETS];
}

static void note(struct typing *t, const char **s)
{
    bool fancy;
    const char *plain = *s && **s ? typed(t, *s, &fancy) : NULL;
    struct known *slot = plain ? arena_push(t->a, &t->known, sizeof *slot) : NULL;
    size_t *head;
    if (!slot) return;
    head = bucket(t, plain);
    *slot = (struct known){ plain, *s, *head };
    *head = t->known.n;
}

/* What base says in these words, once and in no other way. */
static void take_back(struct typing *t, const char **s)
{
    bool fancy = false;
    const char *plain = *s ? typed(t, *s, &fancy) : NULL, *found = NULL;
    if (!fancy || !plain) return;
    for (size_t i = *bucket(t, plain); i; i = t->known.v[i - 1].next) {
        const struct known *k = &t->known.v[i - 1];
        if (strcmp(k->plain, plain) != 0) continue;
        if (strcmp(k->text, *s) == 0 || (found && strcmp(found, k->text) != 0)) return;
        found = k->text;
    }
    if (found) *s = arena_dup(t->a, found);
}

enum err_kind read_typewriter(const struct document *base, struct document *d, struct arena *a, struct err *e)
{
    struct typing *t = arena_alloc(a, sizeof *t);
    if (!t) return arena_check(a, e);
    t->a = a;
    each(&document_record, (void *)(uintptr_t)base, note, t);
    each(&document_record, d, take_back, t);
    return t->nomem ? err_nomem(e) : arena_check(a, e);
}
