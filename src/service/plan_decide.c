/* What decisions are bound to, and those that end a plan; each on record. */
#include "service/plan_txn.h"

#include <string.h>
#include "pland/service/negotiate.h"
#include "pland/store/documents.h"
#include "service/view.h"

void revision_etag(const struct revision_row *r, const char *format, const char *code, char ret[80])
{
    struct sha256_hex hex = hash_hex_of(&r->content);
    bool plain = !format || strcmp(format, "json") == 0;
    char waivers[32] = "";
    if (r->waivers) (void)snprintf(waivers, sizeof waivers, "-w%lld", (long long)r->waivers);
    (void)snprintf(ret, 80, "\"r%lld-%.32s%s%s%s%s%s\"", (long long)r->number, hex.s, waivers, plain ? "" : ".",
                   plain ? "" : format, code ? "." : "", code ? code : "");
}

enum err_kind revision_match(const struct call *c, const struct revision_row *head, struct err *e)
{
    char etag[80];
    revision_etag(head, NULL, NULL, etag);
    if (!c->if_match)
        return err_set(e, ERR_NEED_MATCH,
                       "send If-Match with the ETag of the revision you have read (GET …/revisions/head)");
    if (etag_family_listed(c->if_match, etag)) return ERR_OK;
    (void)err_set(e, ERR_PRECONDITION, "the newest revision is %lld with ETag %s: read it first",
                  (long long)head->number, etag);
    (void)snprintf(e->extra, sizeof e->extra, "\"revision\":%lld", (long long)head->number);
    return e->kind;
}

/* For the record: which revision was there, if any. */
static enum err_kind ending(struct plan_txn *p, const char *reason, const char **ret, struct err *e)
{
    struct revision_row head = { 0 };
    enum err_kind k = p->row.revision ? store_revision_get(p->tx, p->row.n, 0, false, p->arena, &head, e) : ERR_OK;
    auto_buf b = BUF_INIT(1 << 16);
    buf_char(&b, '{');
    view_text(&b, "reason", reason);
    if (head.number) view_int(&b, "revision", head.number);
    if (head.number) view_text(&b, "hash", hash_hex_of(&head.content).s);
    buf_char(&b, '}');
    *ret = arena_dup_n(p->arena, buf_cstr(&b), b.n);
    return k == ERR_OK ? buf_check(&b, e) : k;
}

static enum err_kind end_plan(struct txn *tx, struct call *c, struct outcome *out, enum plan_verb verb,
                              const char *event, struct err *e)
{
    const struct reason_request *in = c->in;
    const char *reason = in && in->reason ? in->reason : NULL, *detail;
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK) return k;
    if ((k = plan_txn_verb(&p, verb, e)) != ERR_OK || (k = plan_txn_void(&p, e)) != ERR_OK) return k;
    if (reason &&
        (k = store_part_put(tx, p.row.n, "end_reason", json_pairs(c->arena, "reason", reason, NULL), e)) != ERR_OK)
        return k;
    if ((k = ending(&p, reason, &detail, e)) != ERR_OK ||
        (k = plan_txn_audit(&p, c, event, p.row.id, detail, e)) != ERR_OK ||
        (k = plan_txn_event(&p, event, json_pairs(c->arena, "reason", reason, NULL), e)) != ERR_OK)
        return k;
    return plan_txn_end(&p, 200, e);
}

enum err_kind service_plan_reject(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    return end_plan(tx, c, out, VERB_REJECT, "plan.rejected", e);
}

enum err_kind service_plan_cancel(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    return end_plan(tx, c, out, VERB_CANCEL, "plan.cancelled", e);
}
