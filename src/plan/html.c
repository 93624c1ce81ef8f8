/* A revision as one self-contained HTML page: contents, sections, inline style; no scripts, nothing loaded.
 *
 * Markdown pieces become HTML through markdown_html(), which knows no raw HTML. What is more than Markdown (sections with
 * anchors, folds, charts) is written straight into the page by the renderer, never from text of the document. */
#include "pland/plan/document.h"

#include <stdio.h>
#include <string.h>

#include "embedded/page.h"
#include "plan/html_text.h"
#include "plan/page.h"

enum { LEVELS = 5 }; /* of headings, and 0 */

/* The page says by itself what the server's header says, for whoever saves it. */
static const char head[] =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>";

/* No id of a document has "-". */
static const char body[] = "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#the-plan\">Skip to the plan</a>\n";

/* --- sections -------------------------------------------------------------------------------------------------- */
void page_end(struct render *r, int level)
{
    render_flush(r);
    for (int l = LEVELS - 1; r->page && l >= level; l--) {
        if (r->open & 1U << l) buf_str(r->page, "</section>\n");
        r->open &= ~(1U << l);
    }
}

void page_section(struct render *r, int level, const char *id)
{
    static const char *const classes[LEVELS] = { [3] = "phase", [4] = "step" };
    page_end(r, level);
    if (level < 2 || level >= LEVELS) return;
    r->open |= 1U << level;
    buf_str(r->page, "<section");
    if (id && *id) {
        buf_str(r->page, " id=\"");
        html_id(r->page, id);
        buf_char(r->page, '"');
    }
    if (classes[level]) buf_fmt(r->page, " class=\"%s\"", classes[level]);
    buf_str(r->page, ">\n");
}

/* --- contents -------------------------------------------------------------------------------------------------- */
void page_title(struct buf *b, const char *title)
{
    for (size_t n; title && *title; title += n) {
        n = strcspn(title, "`\r\n");
        html_text(b, title, n);
        if (!title[n]) continue;
        if (title[n] != '`') buf_char(b, ' ');
        n++;
    }
}

static void entry(struct buf *b, const char *id, const char *number, const char *title)
{
    buf_str(b, "<li><a href=\"#");
    html_id(b, id);
    buf_str(b, "\">");
    if (number) buf_fmt(b, "%s ", number);
    page_title(b, title);
    buf_str(b, "</a>");
}

static void phase_entries(const struct document *d, struct buf *b)
{
    buf_str(b, "\n<ul>\n");
    for (size_t i = 0; i < d->phases.n; i++) {
        const struct phase *p = &d->phases.v[i];
        char number[24];
        (void)snprintf(number, sizeof number, "P%zu", i + 1);
        entry(b, p->id, number, p->title);
        buf_str(b, "</li>\n");
    }
    buf_str(b, "</ul>\n");
}

static void contents(const struct render *r, struct buf *b)
{
    buf_str(b, "<nav aria-label=\"Contents\">\n<details open>\n<summary>Contents</summary>\n<ul>\n");
    for (size_t i = 1; i < section_kind_n; i++) {
        const struct section_kind *k = &section_kinds[i];
        if (!k->title || !render_shown(r, k)) continue;
        entry(b, k->id, NULL, k->title);
        if (k->shape == SHAPE_PHASES) phase_entries(r->d, b);
        buf_str(b, "</li>\n");
    }
    buf_str(b, "</ul>\n</details>\n</nav>\n");
}

/* --- the page -------------------------------------------------------------------------------------------------- */
static enum err_kind page(struct render *r, struct buf *b)
{
    const char *title = r->d->header.title;
    enum err_kind k;
    buf_str(b, head);
    page_title(b, title && *title ? title : "Plan");
    buf_str(b, "</title>\n<style>\n");
    buf_add(b, embedded_page[0].bytes, embedded_page[0].n);
    buf_str(b, body);
    contents(r, b);
    buf_fmt(b, "<main id=\"the-plan\"%s>\n", render_compact(r) ? " class=\"short\"" : "");
    if (r->how->preface && (k = markdown_html(r->how->preface, strlen(r->how->preface), b, r->e)) != ERR_OK) return k;
    render_document(r);
    page_end(r, 1);
    buf_str(b, "</main>\n</body>\n</html>\n");
    return r->failed != ERR_OK ? r->failed : buf_check(b, r->e);
}

enum err_kind document_html(const struct document *d, const struct rendering *how, struct buf *b, struct err *e)
{
    auto_arena a = arena_new(0);
    auto_buf waiting = BUF_INIT(BUF_MAX_DEFAULT);
    struct totals t;
    static const struct rendering plain = { 0 };
    struct render r = { .d = d, .how = how ? how : &plain, .b = &waiting, .page = b, .e = e };
    enum err_kind k = a ? document_totals(d, a, &t, e) : err_nomem(e);
    if (k == ERR_OK) r.totals = &t;
    else if (k != ERR_INVALID) return k; /* phases in a circle are shown without totals */
    return page(&r, b);
}
