/* A revision as Markdown, and as JSON. */
#include "pland/plan/document.h"

#include "plan/render.h"

/* Totals of d, or NULL where the phases go in circles; running out of memory fails the buffer. */
static const struct totals *totals_of(const struct document *d, struct arena *a, struct totals *t, struct buf *b)
{
    struct err e = { 0 };
    enum err_kind k = a ? document_totals(d, a, t, &e) : ERR_NOMEM;
    if (k == ERR_OK) return t;
    if (k != ERR_INVALID && b->failed == ERR_OK) b->failed = ERR_NOMEM;
    return NULL;
}

const char *const code_shown_names[] = {
    [CODE_FULL] = "full", [CODE_INTERFACES] = "interfaces", [CODE_NONE] = "none", NULL,
};

void render_markdown(const struct document *d, const struct rendering *how, const bool *left_out,
                     struct phase_place *places, struct buf *b)
{
    auto_arena a = arena_new(0);
    struct totals t;
    struct err e = { 0 };
    static const struct rendering plain = { 0 };
    struct render r = { .d = d, .how = how ? how : &plain, .b = b, .e = &e, .left_out = left_out, .places = places };
    r.totals = totals_of(d, a, &t, b);
    render_document(&r);
}

void document_markdown(const struct document *d, const struct rendering *how, struct buf *b)
{
    render_markdown(d, how, NULL, NULL, b);
}

/* --- length ---------------------------------------------------------------------------------------------------- */
enum err_kind document_phase_lines(const struct document *d, size_t i, size_t *ret, struct err *e)
{
    static const struct rendering how = { .code = CODE_NONE };
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct render r = { .d = d, .how = &how, .b = &b, .e = e };
    enum err_kind k;
    size_t n = 0;
    if (i >= d->phases.n) return err_set(e, ERR_NOT_FOUND, "there is no phase %zu", i + 1);
    render_phase(&r, i);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    for (size_t j = 0; j < b.n; j++) n += b.p[j] == '\n' && j > 0 && b.p[j - 1] != '\n';
    *ret = n;
    return ERR_OK;
}

/* --- JSON ------------------------------------------------------------------------------------------------------ */
static void path_json(const struct document *d, const struct totals *t, struct buf *b)
{
    buf_key(b, "path");
    buf_char(b, '[');
    for (size_t i = 0; i < t->path.n; i++) {
        buf_comma(b);
        buf_json(b, d->phases.v[t->path.v[i]].id);
    }
    buf_char(b, ']');
}

static void totals_json(const struct document *d, const struct totals *t, struct buf *b)
{
    buf_key(b, "totals");
    if (!t) {
        buf_str(b, "null");
        return;
    }
    buf_char(b, '{');
    buf_key(b, "estimate");
    record_encode(&estimate_record, &t->work, b);
    buf_key(b, "critical_path");
    buf_int(b, t->critical_path);
    path_json(d, t, b);
    buf_char(b, '}');
}

/* [{"id":"ph1","number":"P1","title":…,"hash":…}, …]: what refinements and comments point at. */
static void sections_json(const struct document *d, struct arena *a, struct buf *b)
{
    section_list l = { 0 };
    struct err e = { 0 };
    enum err_kind k = document_split(d, a, &l, &e);
    if (k != ERR_OK && k != ERR_INVALID && b->failed == ERR_OK) b->failed = k;
    buf_key(b, "sections");
    buf_char(b, '[');
    for (size_t i = 0; i < l.n; i++) {
        size_t number = phase_index(d, l.v[i].id);
        buf_comma(b);
        buf_char(b, '{');
        buf_key(b, "id");
        buf_json(b, l.v[i].id);
        if (number != SIZE_MAX) buf_fmt(b, ",\"number\":\"P%zu\"", number + 1);
        buf_key(b, "title");
        buf_json(b, l.v[i].title);
        buf_fmt(b, ",\"hash\":\"%s\"}", hash_hex_of(&l.v[i].hash).s);
    }
    buf_char(b, ']');
}

static void waivers_json(const struct rendering *how, struct buf *b)
{
    buf_key(b, "waivers");
    buf_char(b, '[');
    for (size_t i = 0; i < how->waivers.n; i++) {
        buf_comma(b);
        record_encode(&waived_finding_record, &how->waivers.v[i], b);
    }
    buf_char(b, ']');
}

void document_json(const struct document *d, const struct rendering *how, struct buf *b)
{
    static const struct rendering plain = { 0 };
    auto_arena a = arena_new(0);
    struct totals t;
    const struct totals *totals = totals_of(d, a, &t, b);
    if (!a) return;
    if (!how) how = &plain;
    buf_fmt(b, "{\"revision\":%lld", (long long)how->revision);
    buf_key(b, "hash");
    buf_json(b, how->hash ? hash_hex_of(how->hash).s : NULL);
    buf_key(b, "checks");
    if (how->verdict) record_encode(&verdict_record, how->verdict, b);
    else buf_str(b, "null");
    totals_json(d, totals, b);
    sections_json(d, a, b);
    waivers_json(how, b);
    buf_key(b, "traceability");
    trace_json(d, b);
    buf_key(b, "document");
    record_encode(&document_record, d, b);
    buf_char(b, '}');
}
