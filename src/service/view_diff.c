/* GET …/revisions/{n}/diff: two revisions compared as they are served: by section, for patch, side by side. */
#include <string.h>
#include "pland/plan/dialogue.h"
#include "pland/service/negotiate.h"
#include "service/scope.h"
#include "service/view_revision.h"

static const char *const types[] = { "application/json", "text/x-diff", "text/html" };
static const char *const sent[] = { "application/json", "text/x-diff; charset=utf-8", "text/html; charset=utf-8" };
enum { FORM_JSON, FORM_PATCH, FORM_PAGE };

struct side {
    struct revision_row row;
    struct rendering how;
    section_list sections;
    char name[40];
    struct head_bytes text;
};
struct differing {
    struct txn *tx;
    struct call *call;
    struct plan_row plan;
    struct side from, to;
    struct comparison found;
    struct change_reasons why;
};

static void release(struct differing *x) { comparison_release(&x->found); }
#define auto_differing AUTO(release) struct differing

/* --- what is compared ------------------------------------------------------------------------------------------- */
/* beside: the other side, when it is loaded. */
static enum err_kind load_side(struct differing *x, int64_t number, int code, const struct side *beside, struct side *s,
                               struct err *e)
{
    struct arena *a = x->call->arena;
    enum err_kind k = beside ? store_revision_get_beside(x->tx, number, &beside->row, a, &s->row, e)
                             : store_revision_get(x->tx, x->plan.n, number, true, a, &s->row, e);
    if (k == ERR_NOT_FOUND)
        return err_set(e, ERR_NOT_FOUND, "plan %s has no revision %lld", x->plan.id, (long long)number);
    if (k != ERR_OK || (k = revision_rendering(x->tx, a, &s->row, code, &s->how, e)) != ERR_OK) return k;
    (void)snprintf(s->name, sizeof s->name, "revision %lld", (long long)number);
    s->sections.v = arena_alloc(a, (s->row.sections.n + 1) * sizeof *s->sections.v);
    if (!s->sections.v) return err_nomem(e);
    for (size_t i = 0; i < s->row.sections.n; i++) {
        const struct revision_section *r = &s->row.sections.v[i];
        s->sections.v[s->sections.n++] = (struct section){ .id = r->id, .bytes = r->bytes, .n = r->n, .hash = r->hash };
    }
    return ERR_OK;
}

static void *head_place(void *arg, size_t n) { return arena_alloc(arg, n + 1); }

/* The newest is kept as it is served, with the code that the plan was asked for with. */
static enum err_kind load_text(struct differing *x, struct side *s, struct err *e)
{
    struct arena *a = x->call->arena;
    if (s->row.number != x->plan.revision || call_param(x->call, "code")) return ERR_OK;
    return store_head_get(x->tx, x->plan.id, 0, "markdown", head_place, a, a, &s->text, e);
}

static struct compared_revision given(const struct side *s, const struct buf *created)
{
    return (struct compared_revision){ .name = s->name,
                                       .sections = &s->sections,
                                       .created = buf_cstr(created),
                                       .how = &s->how,
                                       .text = s->text.bytes,
                                       .n_text = s->text.n };
}

static enum err_kind compare(struct differing *x, struct err *e)
{
    auto_buf created = BUF_INIT(64);
    struct compared_revision from, to;
    enum err_kind k = load_text(x, x->to.row.number == x->plan.revision ? &x->to : &x->from, e);
    if (k != ERR_OK) return k;
    buf_time(&created, x->plan.created_at);
    from = given(&x->from, &created);
    to = given(&x->to, &created);
    return compare_revisions(&from, &to, x->call->arena, &x->found, e);
}

/* The revisions that changed something, newest last; where an older one is compared with a newer, from their sides. */
static enum err_kind find_reasons(struct differing *x, struct err *e)
{
    int64_t low = x->from.row.number, high = x->to.row.number;
    struct section_origins origins = { 0 };
    struct arena *a = x->call->arena;
    struct revision_row made = { 0 };
    enum err_kind k;
    if (low > high) low = x->to.row.number, high = x->from.row.number;
    if ((k = store_section_origins(x->tx, x->plan.n, low, high, a, &origins, e)) != ERR_OK) return k;
    for (size_t i = 0; i < x->found.sections.n; i++) {
        const char *id = x->found.sections.v[i].id;
        struct change_reason *slot;
        int64_t number = high; /* one that only moved was moved by some revision: the newest stands for it */
        auto_buf at = BUF_INIT(64);
        for (size_t j = 0; j < origins.n; j++)
            if (strcmp(origins.v[j].section, id) == 0) number = origins.v[j].revision;
        if (made.number != number &&
            (k = store_revision_get(x->tx, x->plan.n, number, false, a, &made, e)) != ERR_OK)
            return k;
        if (!(slot = arena_push(a, &x->why.v, sizeof *slot))) return err_nomem(e);
        buf_time(&at, made.at);
        *slot = (struct change_reason){ id, number, made.reason, made.detail, scope_person(x->tx, made.author, a),
                                        arena_dup(a, buf_cstr(&at)) };
    }
    return ERR_OK;
}

/* --- JSON ------------------------------------------------------------------------------------------------------- */
static void reason_json(const struct change_reason *r, struct buf *b)
{
    buf_key(b, "why");
    buf_char(b, '{');
    view_int(b, "revision", r->revision);
    view_text(b, "reason", r->reason);
    view_text(b, "detail", r->detail);
    view_text(b, "author", r->author);
    view_text(b, "at", r->at);
    buf_char(b, '}');
}

static void sections_json(const struct differing *x, struct buf *b)
{
    buf_key(b, "sections");
    buf_char(b, '[');
    for (size_t i = 0; i < x->found.sections.n; i++) {
        const struct section_change *s = &x->found.sections.v[i];
        buf_comma(b);
        buf_char(b, '{');
        view_text(b, "id", s->id);
        view_text(b, "title", s->title);
        view_text(b, "change", section_fate_names[s->fate]);
        if (s->moved) view_bool(b, "moved", true);
        view_int(b, "added", (int64_t)x->found.counts[i].added);
        view_int(b, "removed", (int64_t)x->found.counts[i].removed);
        reason_json(&x->why.v.v[i], b);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static void diff_json(const struct differing *x, struct buf *b)
{
    buf_char(b, '{');
    view_int(b, "from", x->from.row.number);
    view_int(b, "to", x->to.row.number);
    sections_json(x, b);
    buf_key(b, "moves");
    buf_char(b, '[');
    for (size_t i = 0; i < x->found.blocks.n; i++) {
        const struct moved_block *m = &x->found.blocks.v[i];
        buf_comma(b);
        buf_char(b, '{');
        view_int(b, "from_line", (int64_t)m->from);
        view_int(b, "to_line", (int64_t)m->to);
        view_int(b, "lines", (int64_t)m->lines);
        view_text(b, "from_section", m->from_section);
        view_text(b, "to_section", m->to_section);
        buf_char(b, '}');
    }
    buf_char(b, ']');
    buf_key(b, "diff");
    buf_json_n(b, x->found.unified, x->found.n_unified);
    buf_char(b, '}');
}

/* --- the view --------------------------------------------------------------------------------------------------- */
static enum err_kind sides_of(struct differing *x, int *ret_code, int64_t *ret_from, int64_t *ret_to, struct err *e)
{
    struct call *c = x->call;
    enum err_kind k = revision_number_of(c->sub, ret_to, e);
    if (k != ERR_OK || (k = store_plan_get(x->tx, c->id, c->caller.project, c->arena, &x->plan, e)) != ERR_OK) return k;
    if (!x->plan.revision) return err_set(e, ERR_NOT_FOUND, "plan %s has no revision yet", c->id);
    if (!*ret_to) *ret_to = x->plan.revision;
    *ret_from = *ret_to > 1 ? *ret_to - 1 : 1;
    if ((k = scope_int(c, "from", 1, 1000000000, ret_from, e)) != ERR_OK) return k;
    return revision_code_shown(x->tx, c, &x->plan, ret_code, e);
}

static enum err_kind read_diff(struct txn *tx, void *arg, struct err *e)
{
    struct read *r = arg;
    auto_differing x = { .tx = tx, .call = r->call };
    int64_t from, to;
    int code, form = negotiate_type(r->call->accept, types, countof(types));
    enum err_kind k = sides_of(&x, &code, &from, &to, e);
    if (form < 0) form = FORM_JSON;
    if (k != ERR_OK || (k = load_side(&x, from, code, NULL, &x.from, e)) != ERR_OK ||
        (k = load_side(&x, to, code, &x.from, &x.to, e)) != ERR_OK || (k = compare(&x, e)) != ERR_OK)
        return k;
    r->view->type = sent[form];
    r->view->nosniff_html = form == FORM_PAGE;
    if (form == FORM_PATCH) buf_add(r->view->body, x.found.unified, x.found.n_unified);
    else if ((k = find_reasons(&x, e)) != ERR_OK) return k;
    if (form == FORM_JSON) diff_json(&x, r->view->body);
    if (form == FORM_PAGE) compare_html(&x.found, &x.why, x.plan.title, from, to, r->view->body);
    return ERR_OK;
}

enum err_kind view_revision_diff(struct call *c, struct view *v, struct err *e)
{
    return view_read(c, v, read_diff, e);
}
