/* The calls that a plan's steps have made to models: every attempt; what was said, to admins, where it is kept. */
#include "pland/base/record.h"
#include "pland/store/calls.h"
#include "pland/store/plans.h"
#include "service/scope.h"
#include "service/view.h"

#define T struct llm_call_row
static const struct field call_rows[] = {
    F_INT(T, n, FIELD_ALWAYS, 0, 0, "Number of the call"),
    F_TIME(T, at, 0, "When it ended"),
    F_STR(T, step, 0, 0, 0, "Step"),
    { .key = "model", .type = FIELD_STR, .offset = offsetof(T, provider), .help = "Model, by its name in the settings" },
    F_STR(T, prompt, 0, 0, 0, "Versions of the prompts"),
    F_INT(T, status, 0, 0, 0, "HTTP status"),
    F_STR(T, error, 0, 0, 0, "What went wrong"),
    F_STR(T, request_id, 0, 0, 0, "The server's name for it"),
    F_INT(T, input, FIELD_ALWAYS, 0, 0, "Tokens sent"),
    F_INT(T, output, FIELD_ALWAYS, 0, 0, "Tokens received"),
    F_INT(T, cached, FIELD_ALWAYS, 0, 0, "Of those sent, read from the vendor's cache"),
    F_INT(T, written, FIELD_ALWAYS, 0, 0, "Of those sent, written into the vendor's cache"),
    F_MONEY(T, usd, FIELD_ALWAYS, "Dollars"),
    F_INT(T, latency_ms, FIELD_ALWAYS, 0, 0, "Until it ended"),
    F_INT(T, first_ms, 0, 0, 0, "Until it began to answer"),
    F_TIME(T, until, 0, "How long what was said is kept"),
};
#undef T
static const struct record call_record = RECORD("call", struct llm_call_row, call_rows);

static enum err_kind read_calls(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct call *c = r->call;
    struct plan_row p = { 0 };
    struct llm_call_list l = { 0 };
    int64_t cursor;
    int limit;
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &p, e);
    if (k != ERR_OK || (k = scope_page(c, 100, &limit, &cursor, e)) != ERR_OK) return k;
    if ((k = store_llm_call_list(tx, p.n, cursor, limit + 1, c->arena, &l, e)) != ERR_OK) return k;
    buf_str(r->view->body, "{\"calls\":[");
    for (size_t i = 0; i < l.n && i < (size_t)limit; i++) {
        buf_comma(r->view->body);
        record_encode(&call_record, &l.v[i], r->view->body);
    }
    view_page_end(r->view, l.n > (size_t)limit, l.n > (size_t)limit ? l.v[limit - 1].n : 0);
    return ERR_OK;
}

enum err_kind view_calls(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_calls, e); }

static enum err_kind read_call(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    struct call *c = r->call;
    struct buf *b = r->view->body;
    struct plan_row p = { 0 };
    struct llm_call_row row = { 0 };
    int64_t n = 0;
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &p, e);
    if (k != ERR_OK) return k;
    for (const char *s = c->sub; *s && n < INT32_MAX; s++) n = *s >= '0' && *s <= '9' ? n * 10 + (*s - '0') : INT32_MAX;
    if ((k = store_llm_call_get(tx, p.n, n, c->arena, &row, e)) != ERR_OK) return k;
    record_encode(&call_record, &row, b);
    if (!b->n) return ERR_OK;
    b->n--; /* the closing brace comes back behind what was said */
    view_raw(b, "request", row.request ? row.request : "null");
    buf_key(b, "answer");
    buf_json(b, row.answer);
    buf_char(b, '}');
    return ERR_OK;
}

enum err_kind view_call(struct call *c, struct view *v, struct err *e) { return view_read(c, v, read_call, e); }
