/* The frame of a rendering: order, headings, anchors, folds. Sections themselves are in render_*.c. */
#include "plan/render.h"

#include <string.h>

#include "plan/html_text.h"
#include "plan/page.h"
#include "plan/text.h"

bool render_compact(const struct render *r)
{
    return r->d->phases.n <= COMPACT_PHASES;
}

void render_flush(struct render *r)
{
    if (!r->page || (r->b->n == 0 && r->b->failed == ERR_OK)) return;
    if (r->failed == ERR_OK) r->failed = buf_check(r->b, r->e);
    if (r->failed == ERR_OK) r->failed = markdown_html(r->b->p, r->b->n, r->page, r->e);
    buf_clear(r->b);
}

static void render_anchor(struct render *r, const char *id)
{
    buf_str(r->b, "<!-- ");
    html_id(r->b, id);
    buf_str(r->b, " -->");
}

void render_heading(struct render *r, int level, const char *id, const char *number, const char *title)
{
    bool tight = render_compact(r) && !r->page && level > 1;
    if (r->page) {
        page_section(r, level, id);
    } else if (id && !tight) {
        render_anchor(r, id);
        buf_char(r->b, '\n');
    }
    for (int i = 0; i < level; i++) buf_char(r->b, '#');
    buf_char(r->b, ' ');
    if (number) buf_fmt(r->b, "%s ", number);
    text_put(r->b, title, TEXT_HEAD, NULL);
    if (id && tight) {
        buf_char(r->b, ' ');
        render_anchor(r, id);
    }
    buf_str(r->b, tight ? "\n" : "\n\n");
}

void render_label(struct render *r, const char *label)
{
    buf_fmt(r->b, "%s\n%s", label, render_compact(r) && !r->page ? "" : "\n");
}

void render_fold(struct render *r, const char *summary)
{
    struct buf *out = r->page ? r->page : r->b;
    render_flush(r);
    buf_str(out, "<details>\n<summary>");
    for (size_t n; *summary; summary += n) { /* a line break would end the HTML block in Markdown */
        auto_buf piece = BUF_INIT(out->max);
        n = strcspn(summary, "\r\n");
        buf_add(&piece, summary, n);
        buf_html(out, buf_cstr(&piece));
        if (summary[n]) n++, buf_char(out, ' ');
        if (piece.failed != ERR_OK && out->failed == ERR_OK) out->failed = piece.failed;
    }
    buf_str(out, "</summary>\n\n");
}

void render_unfold(struct render *r)
{
    render_flush(r);
    buf_str(r->page ? r->page : r->b, r->page ? "</details>\n" : "\n</details>\n\n");
}

void render_phase_number(const struct render *r, const char *id)
{
    size_t i = phase_index(r->d, id);
    if (i != SIZE_MAX) buf_fmt(r->b, "P%zu", i + 1);
    else text_put(r->b, id, 0, ",;");
}

/* --- which sections there are ---------------------------------------------------------------------------------- */
/* Anything but what an empty document has there: texts of white space, and empty ones that are there, count. */
static bool said(const struct render *r, const struct section_kind *k)
{
    static const struct document nothing = { 0 };
    auto_buf x = BUF_INIT(BUF_MAX_DEFAULT), y = BUF_INIT(BUF_MAX_DEFAULT);
    struct record part = section_part(k);
    record_canonical(&part, (const char *)r->d + k->base, &x);
    record_canonical(&part, (const char *)&nothing + k->base, &y);
    if (r->b->failed == ERR_OK) r->b->failed = x.failed != ERR_OK ? x.failed : y.failed;
    return x.n != y.n || memcmp(buf_cstr(&x), buf_cstr(&y), x.n) != 0;
}

bool render_shown(const struct render *r, const struct section_kind *k)
{
    const struct header *h = &r->d->header;
    if (k->shape == SHAPE_PHASES) return r->d->phases.n > 0;
    if (k->shape == SHAPE_DERIVED) return k->derived(r);
    if (said(r, k)) return true;
    if (strcmp(k->id, "overview") == 0) return h->approach || h->approach_why;
    return strcmp(k->id, "timeline") == 0 && r->d->phases.n > 0 && !section_waiver(r->d, k->id);
}

void render_document(struct render *r)
{
    section_kinds[0].markdown(r); /* the header brings its own heading */
    for (size_t i = 1; i < section_kind_n; i++) {
        const struct section_kind *k = &section_kinds[i];
        if (!render_shown(r, k)) continue;
        if (k->title) render_heading(r, 2, k->shape == SHAPE_PHASES && !r->page ? NULL : k->id, NULL, k->title);
        k->markdown(r);
    }
    render_flush(r);
}
