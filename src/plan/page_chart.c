/* Charts of a page: the timeline as a drawing, and what draws the same elsewhere as text. */
#include "plan/page.h"

#include <string.h>

#include "plan/html_text.h"

enum { ROW = 40, LABEL_Y = 16, BAR_Y = 23, BAR_HEIGHT = 9 }; /* pixels */

void page_mermaid(struct render *r, const char *title, const struct buf *text)
{
    render_fold(r, title);
    buf_str(r->page, "<pre class=\"mermaid\">\n");
    html_text(r->page, buf_cstr(text), text->n);
    buf_str(r->page, "</pre>\n");
    if (text->failed != ERR_OK && r->page->failed == ERR_OK) r->page->failed = text->failed;
    render_unfold(r);
}

/* Minutes until each phase can begin, by what it needs; totals exist, so there is no circle. */
static void starts(const struct document *d, int64_t *ret)
{
    bool moved = true;
    memset(ret, 0, d->phases.n * sizeof *ret);
    while (moved) {
        moved = false;
        for (size_t i = 0; i < d->phases.n; i++) {
            const struct phase *p = &d->phases.v[i];
            for (size_t j = 0; j < p->depends_on.n; j++) {
                size_t on = phase_index(d, p->depends_on.v[j]);
                int64_t end = on == SIZE_MAX ? 0 : ret[on] + d->phases.v[on].estimate.likely;
                if (end <= ret[i]) continue;
                ret[i] = end;
                moved = true;
            }
        }
    }
}

static bool critical(const struct totals *t, size_t i)
{
    for (size_t j = 0; j < t->path.n; j++)
        if (t->path.v[j] == i) return true;
    return false;
}

/* A part of the whole as "12.34". */
static void percent(struct buf *b, int64_t part, int64_t whole)
{
    int64_t v = part * 10000 / whole;
    buf_fmt(b, "%lld.%02lld%%", (long long)(v / 100), (long long)(v % 100));
}

static void row(struct render *r, size_t i, int64_t start)
{
    const struct phase *p = &r->d->phases.v[i];
    int64_t whole = r->totals->critical_path;
    size_t y = i * ROW;
    buf_fmt(r->page, "<text x=\"0\" y=\"%zu\">P%zu ", y + LABEL_Y, i + 1);
    page_title(r->page, p->title);
    buf_str(r->page, " · ");
    duration_text(p->estimate.likely, r->page);
    buf_fmt(r->page, "</text>\n<rect class=\"track\" x=\"0\" y=\"%zu\" width=\"100%%\" height=\"%d\" rx=\"4\"/>\n",
            y + BAR_Y, BAR_HEIGHT);
    buf_fmt(r->page, "<rect class=\"%s\" x=\"", critical(r->totals, i) ? "path" : "bar");
    percent(r->page, start, whole);
    buf_fmt(r->page, "\" y=\"%zu\" width=\"", y + BAR_Y);
    percent(r->page, p->estimate.likely, whole);
    buf_fmt(r->page, "\" height=\"%d\" rx=\"4\"/>\n", BAR_HEIGHT);
}

void page_timeline(struct render *r)
{
    auto_arena a = arena_new(0);
    size_t n = r->d->phases.n;
    int64_t *at = a ? arena_alloc(a, (n + 1) * sizeof *at) : NULL;
    if (!r->totals || r->totals->critical_path <= 0) return;
    render_flush(r);
    if (!at) {
        if (r->page->failed == ERR_OK) r->page->failed = ERR_NOMEM;
        return;
    }
    starts(r->d, at);
    buf_str(r->page, "<figure>\n<figcaption>As early as possible, ");
    duration_text(r->totals->critical_path, r->page);
    buf_fmt(r->page, " from left to right; strong bars are the critical path.</figcaption>\n"
                     "<svg role=\"img\" aria-label=\"Timeline of the phases\" width=\"100%%\" height=\"%zu\">\n", n * ROW);
    for (size_t i = 0; i < n; i++) row(r, i, at[i]);
    buf_str(r->page, "</svg>\n</figure>\n");
}
