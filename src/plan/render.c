/* The frame of a rendering: order, headings, anchors, folds. Sections themselves are in render_*.c. */
#include "plan/render.h"

#include <string.h>

#include "plan/text.h"

void render_flush(struct render *r)
{
    if (!r->page || (r->b->n == 0 && r->b->failed == ERR_OK)) return;
    if (r->failed == ERR_OK) r->failed = buf_check(r->b, r->e);
    if (r->failed == ERR_OK) r->failed = markdown_html(r->b->p, r->b->n, r->page, r->e);
    buf_clear(r->b);
}

/* Ids are ours; a document that nobody validated may hold others. */
static void id_text(struct buf *b, const char *id)
{
    for (; *id; id++)
        if ((*id >= 'a' && *id <= 'z') || (*id >= 'A' && *id <= 'Z') || (*id >= '0' && *id <= '9') || *id == '.')
            buf_char(b, *id);
}

void render_anchor(struct render *r, const char *id)
{
    render_flush(r);
    buf_str(r->page ? r->page : r->b, r->page ? "<a class=\"anchor\" id=\"" : "<!-- ");
    id_text(r->page ? r->page : r->b, id);
    buf_str(r->page ? r->page : r->b, r->page ? "\"></a>\n" : " -->\n");
}

void render_heading(struct render *r, int level, const char *id, const char *number, const char *title)
{
    if (id) render_anchor(r, id);
    for (int i = 0; i < level; i++) buf_char(r->b, '#');
    buf_char(r->b, ' ');
    if (number) buf_fmt(r->b, "%s ", number);
    text_line(r->b, title);
    buf_str(r->b, "\n\n");
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
    else text_line(r->b, id);
}

/* The timeline always says what the phases add up to, unless it was waived. */
static bool computed(const struct render *r, const struct section_kind *k)
{
    return r->d->phases.n > 0 && strcmp(k->id, "timeline") == 0;
}

bool render_shown(const struct render *r, const struct section_kind *k)
{
    return section_kind_present(k, r->d) || section_waiver(r->d, k->id) || computed(r, k);
}

static void section(struct render *r, const struct section_kind *k)
{
    const char *waiver = section_waiver(r->d, k->id);
    render_heading(r, 2, k->shape == SHAPE_SINGLE ? k->id : NULL, NULL, k->title);
    if (waiver && !section_kind_present(k, r->d)) {
        buf_str(r->b, "Not applicable: ");
        text_line(r->b, waiver);
        buf_str(r->b, "\n\n");
    } else {
        k->markdown(r);
    }
}

void render_document(struct render *r)
{
    section_kinds[0].markdown(r); /* the header brings its own heading */
    for (size_t i = 1; i < section_kind_n; i++)
        if (render_shown(r, &section_kinds[i])) section(r, &section_kinds[i]);
    render_flush(r);
}
