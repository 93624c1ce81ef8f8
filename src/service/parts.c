/* Parts as values. */
#include "service/parts.h"

#include <string.h>

enum err_kind part_read(struct txn *tx, int64_t plan, const char *name, const struct record *r, void *dst,
                        struct arena *a, bool *ret_found, struct err *e)
{
    const char *body = NULL;
    enum err_kind k = store_part_get(tx, plan, name, a, &body, e);
    if (k != ERR_OK) return k;
    if (ret_found) *ret_found = body != NULL;
    if (!body) return ERR_OK;
    if ((k = record_parse(r, body, strlen(body), dst, a, e)) == ERR_OK) return ERR_OK;
    if (k == ERR_NOMEM) return k;
    (void)err_wrap(e, "stored part %s", name);
    e->kind = ERR_INTERNAL;
    return ERR_INTERNAL;
}

enum err_kind part_write(struct txn *tx, int64_t plan, const char *name, const struct record *r, const void *src,
                         struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k;
    record_encode(r, src, &b);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    return store_part_put(tx, plan, name, buf_cstr(&b), e);
}
