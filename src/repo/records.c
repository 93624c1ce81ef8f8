/* The records of a listing, "mode size oid place path" and a zero byte for each file. By hand and through a small room:
 * a commit's pin reads and writes all of them, whatever little it changes. */
#include "repo/inner.h"

#include <string.h>

#define RECORDS_MAX (((uint64_t)1 << 30) - 4096) /* a listing is read whole, with its head up to 1 GiB */
#define HEAD_MAX 96 /* of a record, before its path */
#define OID_LEN 40

/* --- writing -------------------------------------------------------------------------------------------------------- */
struct writer {
    int fd;
    struct hash_pieces digest;
    uint64_t written;
    size_t n;
    char room[1 << 16];
};

static enum err_kind flush(struct writer *w, struct err *e)
{
    enum err_kind k = disk_write(w->fd, w->room, w->n, e);
    hash_quick_add(&w->digest, w->room, w->n);
    w->written += w->n;
    w->n = 0;
    if (k == ERR_OK && w->written > RECORDS_MAX) return err_set(e, ERR_TOO_LARGE, "a listing would have more than 1 GiB");
    return k;
}

static char *put_number(char *at, uint64_t v, unsigned base)
{
    char digits[24];
    size_t n = sizeof digits;
    do digits[--n] = (char)('0' + v % base);
    while (v /= base);
    memcpy(at, digits + n, sizeof digits - n);
    return at + sizeof digits - n;
}

static char *put_signed(char *at, int64_t v)
{
    if (v < 0) *at++ = '-';
    return put_number(at, v < 0 ? -(uint64_t)v : (uint64_t)v, 10);
}

static enum err_kind put_record(struct writer *w, const struct tree_file *f, int64_t place, struct err *e)
{
    size_t n_path = strlen(f->path) + 1;
    char *at;
    enum err_kind k;
    if (n_path + HEAD_MAX > sizeof w->room) return err_set(e, ERR_INVALID, "the path '%.80s' is too long", f->path);
    if (n_path + HEAD_MAX > sizeof w->room - w->n && (k = flush(w, e)) != ERR_OK) return k;
    at = put_number(w->room + w->n, f->mode, 8);
    *at++ = ' ';
    at = put_signed(at, f->size);
    *at++ = ' ';
    memcpy(at, f->oid, OID_LEN);
    at += OID_LEN;
    *at++ = ' ';
    at = put_signed(at, place);
    *at++ = ' ';
    memcpy(at, f->path, n_path);
    w->n = (size_t)(at - w->room) + n_path;
    return ERR_OK;
}

enum err_kind records_write(int fd, const struct file_list *l, struct sha256_hex *ret_digest, struct err *e)
{
    struct writer w = { .fd = fd };
    enum err_kind k = ERR_OK;
    struct sha256 digest;
    hash_quick_begin(&w.digest);
    for (size_t i = 0; i < l->n && k == ERR_OK; i++) k = put_record(&w, &l->v[i], l->offset[i], e);
    if (k == ERR_OK) k = flush(&w, e);
    if (k != ERR_OK) return k;
    digest = hash_quick_end(&w.digest);
    *ret_digest = hash_hex_of(&digest);
    return ERR_OK;
}

/* --- reading -------------------------------------------------------------------------------------------------------- */
/* Digits and the blank after them. */
static bool take_number(const char **at, unsigned base, int64_t *ret)
{
    const char *p = *at;
    bool less = *p == '-';
    int64_t v = 0;
    if (less) p++;
    if (*p == ' ') return false;
    for (; *p >= '0' && (unsigned)(*p - '0') < base; p++)
        if (__builtin_mul_overflow(v, (int64_t)base, &v) || __builtin_add_overflow(v, *p - '0', &v)) return false;
    if (*p != ' ') return false;
    *ret = less ? -v : v;
    *at = p + 1;
    return true;
}

/* n: the record's length without its zero byte. */
static bool take_record(const char *at, size_t n, struct tree_file *ret, int64_t *ret_place)
{
    const char *end = at + n;
    int64_t mode;
    if (!take_number(&at, 8, &mode) || !take_number(&at, 10, &ret->size)) return false;
    if (end - at < OID_LEN + 2 || at[OID_LEN] != ' ') return false;
    memcpy(ret->oid, at, OID_LEN);
    ret->oid[OID_LEN] = '\0';
    at += OID_LEN + 1;
    if (!take_number(&at, 10, ret_place) || !*at || PLACE_HOLDER(*ret_place) > PIN_SHARED_MAX) return false;
    ret->mode = (uint32_t)mode;
    ret->kept = *ret_place >= 0;
    ret->path = at;
    return true;
}

enum err_kind records_read(const char *text, size_t n, struct file_list *l, struct err *e)
{
    enum err_kind k = ERR_OK;
    for (const char *at = text, *end = text + n, *next; at < end && k == ERR_OK; at = next) {
        struct tree_file f;
        int64_t place;
        const char *zero = memchr(at, '\0', (size_t)(end - at));
        if (!zero || !take_record(at, (size_t)(zero - at), &f, &place)) return err_set(e, ERR_IO, "a listing is damaged");
        k = list_add(l, &f, place, e);
        next = zero + 1;
    }
    return k;
}
