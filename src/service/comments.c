/* Comments: made on text that stands in a revision, answered, resolved; followed into later revisions. */
#include "service/comments.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>
#include "pland/base/id.h"
#include "pland/plan/dialogue.h"

const char *section_meant(const struct revision_row *r, const char *want)
{
    size_t phase = 0, n = strcspn(want, ".");
    for (size_t i = 0; i < r->sections.n; i++) {
        const char *have = r->sections.v[i].id;
        bool is_phase = strncmp(have, "ph", 2) == 0 && have[2] >= '0' && have[2] <= '9';
        char number[24] = "";
        if (is_phase) (void)snprintf(number, sizeof number, "P%zu", ++phase);
        if (strcmp(have, want) == 0 || strcasecmp(number, want) == 0) return have;
        if (is_phase && want[n] && strlen(have) == n && memcmp(have, want, n) == 0) return have;
    }
    return NULL;
}

/* --- where text stands ------------------------------------------------------------------------------------------ */
static enum err_kind quotable_of(const struct revision_section *v, size_t n, const char *markdown, struct arena *a,
                                 struct quotable *ret, struct err *e)
{
    section_list l = { 0 };
    for (size_t i = 0; i < n; i++) {
        struct section *s = arena_push(a, &l, sizeof *s);
        if (!s) return err_nomem(e);
        *s = (struct section){ .id = v[i].id, .bytes = v[i].bytes, .n = v[i].n };
    }
    return quotable_make(&l, markdown, a, ret, e);
}

static enum err_kind quotable_at(struct txn *tx, const struct plan_row *p, int64_t number, struct arena *a,
                                 struct revision_row *row, struct quotable *ret, struct err *e)
{
    auto_buf markdown = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = { 0 };
    enum err_kind k = store_revision_get(tx, p->n, number, true, a, row, e);
    if (k != ERR_OK || (k = revision_document(row, p->created_at, a, &d, e)) != ERR_OK) return k;
    document_markdown(&d, NULL, &markdown);
    if ((k = buf_check(&markdown, e)) != ERR_OK) return k;
    return quotable_of(row->sections.v, row->sections.n, buf_cstr(&markdown), a, ret, e);
}

/* --- making one ------------------------------------------------------------------------------------------------- */
struct commenting { /* made on a pool thread */
    struct call *call;
    int64_t head;        /* newest revision then */
    int64_t revision;    /* on which it is made */
    const char *anchor;
    const char *section; /* where that stands in the head; NULL: nowhere */
};

static enum err_kind follow_to_head(struct txn *tx, const struct plan_row *p, struct commenting *x, struct err *e)
{
    const struct comment_request *in = x->call->in;
    struct revision_row head = { 0 };
    struct quotable q = { 0 };
    enum err_kind k = quotable_at(tx, p, 0, x->call->arena, &head, &q, e);
    x->head = p->revision;
    return k == ERR_OK ? quotable_follow(&q, x->anchor, in->quote, x->call->arena, &x->section, e) : k;
}

static enum err_kind stands(struct txn *tx, void *arg, struct err *e)
{
    struct commenting *x = arg;
    struct call *c = x->call;
    const struct comment_request *in = c->in;
    struct plan_row p = { 0 };
    struct revision_row row = { 0 };
    struct quotable q = { 0 };
    bool held = false;
    enum err_kind k = store_plan_get(tx, c->id, c->caller.project, c->arena, &p, e);
    if (k != ERR_OK || in->reply_to) return k;
    if (!p.revision) return err_set(e, ERR_CONFLICT, "the plan has no revision yet to comment on");
    if (in->revision > p.revision)
        return err_at(e, ERR_INVALID, "/revision", "the newest revision is %lld", (long long)p.revision);
    x->revision = in->revision ? in->revision : p.revision;
    if ((k = quotable_at(tx, &p, x->revision, c->arena, &row, &q, e)) != ERR_OK) return k;
    if (!(x->anchor = section_meant(&row, in->anchor)))
        return err_at(e, ERR_INVALID, "/anchor", "revision %lld has no section '%.40s'", (long long)x->revision,
                      in->anchor);
    if (in->quote && !quote_says(in->quote)) return err_at(e, ERR_INVALID, "/quote", "there is no word in it");
    if ((k = quotable_holds(&q, x->anchor, in->quote, c->arena, &held, e)) != ERR_OK) return k;
    if (!held)
        return err_at(e, ERR_INVALID, "/quote", "section %s of revision %lld does not say this", x->anchor,
                      (long long)x->revision);
    return follow_to_head(tx, &p, x, e);
}

enum err_kind prepare_comment(struct call *c, struct err *e)
{
    const struct comment_request *in = c->in;
    struct commenting *x = arena_alloc(c->arena, sizeof *x);
    enum err_kind k = x ? comment_request_check(in, e) : err_nomem(e);
    if (k != ERR_OK) return k;
    x->call = c;
    c->prepared = x;
    return store_read(c->service->store, stands, x, e);
}

/* The thread that a reply belongs to. */
static enum err_kind answer_to(struct plan_txn *p, const char *id, struct comment_row *r, struct err *e)
{
    struct comment_row to = { 0 };
    enum err_kind k = store_comment_get(p->tx, p->row.n, id, p->arena, &to, e);
    if (k == ERR_OK && to.reply_to) k = store_comment_get(p->tx, p->row.n, to.reply_to, p->arena, &to, e);
    if (k == ERR_NOT_FOUND) return err_at(e, ERR_INVALID, "/reply_to", "the plan has no comment '%.40s'", id);
    if (k != ERR_OK) return k;
    r->reply_to = to.id;
    r->anchor = to.anchor;
    r->section = to.section;
    r->revision = p->row.revision;
    return ERR_OK;
}

static enum err_kind tell(struct plan_txn *p, const struct call *c, const char *type, const struct comment_row *r,
                          struct err *e)
{
    const char *data = json_pairs(p->arena, "comment", r->id, "section", r->section, "reply_to", r->reply_to, NULL);
    enum err_kind k = c ? plan_txn_audit(p, c, type, r->id, data, e) : ERR_OK;
    return k == ERR_OK ? plan_txn_event(p, type, data, e) : k;
}

enum err_kind service_comment_create(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct comment_request *in = c->in;
    struct commenting x = *(const struct commenting *)c->prepared;
    struct comment_row r = { .author = c->caller.person, .quote = in->quote, .body = in->body };
    struct plan_txn p;
    struct id id;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK) return k;
    id_new(&id, "cmt_", c->service->clock);
    r.id = arena_dup(c->arena, id.s);
    r.plan = p.row.n;
    r.at = p.now;
    if (in->reply_to) {
        if ((k = answer_to(&p, in->reply_to, &r, e)) != ERR_OK) return k;
    } else {
        if (p.row.revision != x.head && (k = follow_to_head(tx, &p.row, &x, e)) != ERR_OK) return k;
        r.revision = x.revision;
        r.anchor = x.anchor;
        r.section = x.section ? x.section : x.anchor;
        r.outdated = x.section ? 0 : p.row.revision;
    }
    if ((k = store_comment_insert(tx, &r, e)) != ERR_OK || (k = tell(&p, c, "plan.commented", &r, e)) != ERR_OK)
        return k;
    (void)snprintf(out->href, sizeof out->href, "/plans/%s/comments/%s", p.row.id, r.id);
    return plan_txn_end(&p, 201, e);
}

/* --- changing one ----------------------------------------------------------------------------------------------- */
static enum err_kind settle(struct plan_txn *p, const struct call *c, struct comment_row *r, bool resolved,
                            struct err *e)
{
    enum err_kind k;
    if (r->reply_to)
        return err_at(e, ERR_INVALID, "/state", "a thread is resolved by its first comment, %s", r->reply_to);
    if (resolved == (r->resolved_at != 0)) return ERR_OK;
    r->resolved_at = resolved ? p->now : 0;
    r->resolved_by = resolved ? c->caller.person : 0;
    r->resolved_in = 0;
    k = tell(p, c, resolved ? "plan.comment_resolved" : "plan.comment_reopened", r, e);
    return k == ERR_OK ? store_comment_update(p->tx, r, e) : k;
}

enum err_kind service_comment_patch(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct comment_patch *in = c->in;
    struct comment_row r = { 0 };
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = store_comment_get(tx, p.row.n, c->sub, c->arena, &r, e)) != ERR_OK) return k;
    if (in->body && r.author != c->caller.person)
        return err_set(e, ERR_FORBIDDEN, "what a comment says is changed by who wrote it; reply to it instead");
    if (in->body && strcmp(in->body, r.body) != 0) {
        r.body = in->body;
        r.changed_at = p.now;
        if ((k = tell(&p, c, "plan.comment_changed", &r, e)) != ERR_OK ||
            (k = store_comment_update(tx, &r, e)) != ERR_OK)
            return k;
    }
    if (in->resolved >= 0 && (k = settle(&p, c, &r, in->resolved == 1, e)) != ERR_OK) return k;
    (void)snprintf(out->href, sizeof out->href, "/plans/%s/comments/%s", p.row.id, r.id);
    return plan_txn_end(&p, 200, e);
}

/* --- from revision to revision ---------------------------------------------------------------------------------- */
static enum err_kind follow_one(struct plan_txn *p, const struct quotable *q, struct comment_row *r, struct err *e)
{
    const char *now = NULL, *type;
    enum err_kind k = quotable_follow(q, r->section, r->quote, p->arena, &now, e);
    if (k == ERR_OK && !now && strcmp(r->anchor, r->section) != 0) /* back where it was made */
        k = quotable_follow(q, r->anchor, r->quote, p->arena, &now, e);
    if (k != ERR_OK) return k;
    if (now ? !r->outdated && strcmp(now, r->section) == 0 : r->outdated != 0) return ERR_OK;
    type = !now ? "plan.comment_outdated" : "plan.comment_moved";
    if (now) r->section = now;
    r->outdated = now ? 0 : p->row.revision;
    k = tell(p, NULL, type, r, e);
    return k == ERR_OK ? store_comment_update(p->tx, r, e) : k;
}

enum err_kind comments_follow(struct plan_txn *p, const struct step_publish *pub, struct err *e)
{
    struct comment_list l = { 0 };
    struct quotable q = { 0 };
    enum err_kind k = store_comment_list(p->tx, p->row.n, p->arena, &l, e);
    if (k != ERR_OK || !l.n) return k;
    if ((k = quotable_of(pub->sections.v, pub->sections.n, pub->markdown, p->arena, &q, e)) != ERR_OK) return k;
    for (size_t i = 0; k == ERR_OK && i < l.n; i++)
        if (!l.v[i].reply_to) k = follow_one(p, &q, &l.v[i], e);
    return k;
}

enum err_kind comments_copy(struct plan_txn *p, int64_t from, struct err *e)
{
    struct comment_list l = { 0 };
    enum err_kind k = store_comment_list(p->tx, from, p->arena, &l, e);
    const char **ids = arena_alloc(p->arena, (l.n + 1) * sizeof *ids);
    if (k == ERR_OK && !ids) return err_nomem(e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct comment_row r = l.v[i];
        struct id id;
        id_new(&id, "cmt_", p->service->clock);
        ids[i] = arena_dup(p->arena, id.s);
        for (size_t j = 0; r.reply_to && j < i; j++)
            if (strcmp(l.v[j].id, r.reply_to) == 0) r.reply_to = ids[j];
        r.id = ids[i];
        r.plan = p->row.n;
        r.revision = r.outdated = r.resolved_in = 0;
        k = store_comment_insert(p->tx, &r, e);
    }
    return k == ERR_OK ? arena_check(p->arena, e) : k;
}

/* --- worked in -------------------------------------------------------------------------------------------------- */
enum err_kind comments_asked(struct plan_txn *p, const char *const *ids, size_t n, const struct revision_row *head,
                             struct text_list *ret_sections, struct err *e)
{
    for (size_t i = 0; i < n; i++) {
        struct comment_row r = { 0 };
        char at[48];
        const char **slot;
        enum err_kind k = store_comment_get(p->tx, p->row.n, ids[i], p->arena, &r, e);
        (void)snprintf(at, sizeof at, "/comments/%zu", i);
        if (k == ERR_NOT_FOUND) return err_at(e, ERR_INVALID, at, "the plan has no comment '%.40s'", ids[i]);
        if (k != ERR_OK) return k;
        if (r.reply_to) return err_at(e, ERR_INVALID, at, "it is a reply: name the first of its thread, %s", r.reply_to);
        if (r.resolved_at) return err_at(e, ERR_INVALID, at, "it is resolved: open it again first");
        if (!section_meant(head, r.section))
            return err_at(e, ERR_INVALID, at, "it is outdated: revision %lld has no section %s any more",
                          (long long)head->number, r.section);
        if (!(slot = arena_push(p->arena, &ret_sections->v, sizeof *slot))) return err_nomem(e);
        *slot = r.section;
    }
    return ERR_OK;
}

/* Calls fn for each comment of the list. */
typedef enum err_kind each_fn(struct plan_txn *p, struct comment_row *r, void *arg, struct err *e);
static enum err_kind each(struct plan_txn *p, const char *ids, each_fn *fn, void *arg, struct err *e)
{
    auto_json v = ids ? json_loads(ids, 0, NULL) : NULL;
    const json_t *item;
    size_t i;
    enum err_kind k = ERR_OK;
    json_array_foreach(v, i, item) {
        struct comment_row r = { 0 };
        if ((k = store_comment_get(p->tx, p->row.n, json_string_value(item), p->arena, &r, e)) != ERR_OK ||
            (k = fn(p, &r, arg, e)) != ERR_OK)
            return k;
    }
    return k;
}

static enum err_kind worked_in(struct plan_txn *p, struct comment_row *r, void *arg, struct err *e)
{
    enum err_kind k;
    if (r->resolved_at) return ERR_OK; /* by somebody, meanwhile */
    r->resolved_at = p->now;
    r->resolved_by = *(const int64_t *)arg;
    r->resolved_in = p->row.revision;
    k = tell(p, NULL, "plan.comment_resolved", r, e);
    return k == ERR_OK ? store_comment_update(p->tx, r, e) : k;
}

enum err_kind comments_worked_in(struct plan_txn *p, const char *ids, int64_t by, struct err *e)
{
    return each(p, ids, worked_in, &by, e);
}

static enum err_kind add_words(struct plan_txn *p, struct comment_row *r, void *arg, struct err *e)
{
    (void)p;
    (void)e;
    buf_fmt(arg, "%s%s: %s", ((struct buf *)arg)->n ? "\n" : "", r->section, r->body);
    return ERR_OK;
}

enum err_kind comments_words(struct plan_txn *p, const char *ids, const char **ret, struct err *e)
{
    auto_buf b = BUF_INIT(8 << 20);
    enum err_kind k = each(p, ids, add_words, &b, e);
    if (k != ERR_OK || (k = buf_check(&b, e)) != ERR_OK) return k;
    *ret = arena_dup_n(p->arena, buf_cstr(&b), b.n);
    return arena_check(p->arena, e);
}
