/* A revision as one self-contained HTML page: contents, sections, inline style; no scripts, nothing loaded. */
#include "pland/plan/document.h"

#include <stdio.h>
#include <string.h>

#include "plan/render.h"
#include "plan/text.h"

static const char head[] =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
    "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<title>";

static const char style[] =
    "</title>\n<style>\n"
    ":root{--ink:#1c2128;--soft:#59636e;--page:#fff;--band:#f4f6f8;--line:#d5dae0;--link:#0a58ca}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e3e8ee;--soft:#9aa5b1;--page:#14181d;--band:#1e242b;"
    "--line:#38414c;--link:#7db3ff}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0;color:var(--ink);background:var(--page);font:16px/1.55 system-ui,sans-serif}\n"
    "a{color:var(--link)}\n"
    "nav{padding:1.5rem;background:var(--band);border-right:1px solid var(--line);font-size:.9rem}\n"
    "nav ul{list-style:none;margin:0;padding:0}\nnav ul ul{padding-left:1rem}\nnav a{text-decoration:none}\n"
    "main{max-width:60rem;padding:1.5rem;overflow-wrap:break-word}\n"
    "@media (min-width:64rem){body{display:grid;grid-template-columns:18rem 1fr}"
    "nav{position:sticky;top:0;height:100vh;overflow:auto}}\n"
    "h1,h2,h3,h4{line-height:1.25}\nh2{margin-top:2.5rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}\n"
    "h3{margin-top:2rem}\n"
    "table{border-collapse:collapse;display:block;overflow-x:auto;font-size:.93rem}\n"
    "th,td{border:1px solid var(--line);padding:.35rem .6rem;text-align:left;vertical-align:top}\n"
    "th{background:var(--band)}\n"
    "code{font:.88em ui-monospace,monospace;background:var(--band);padding:.1em .3em;border-radius:3px}\n"
    "pre{background:var(--band);border:1px solid var(--line);border-radius:5px;padding:.8rem;overflow:auto}\n"
    "pre code{padding:0;background:none}\n"
    "blockquote{margin-left:0;padding-left:1rem;border-left:3px solid var(--line);color:var(--soft)}\n"
    "summary{cursor:pointer;color:var(--soft)}\n.task-list-item{list-style:none}\n"
    ".task-list-item p{display:inline}\nimg{max-width:100%}\n"
    "@media print{nav{display:none}body{display:block}details>*{display:block}pre{white-space:pre-wrap}}\n"
    "</style>\n</head>\n<body>\n";

static void entry(struct buf *b, const char *id, const char *number, const char *title)
{
    buf_str(b, "<li><a href=\"#");
    buf_html(b, id);
    buf_str(b, "\">");
    if (number) buf_fmt(b, "%s ", number);
    buf_html(b, title);
    buf_str(b, "</a>");
}

static void phase_entries(const struct document *d, struct buf *b)
{
    buf_str(b, "<li>Phases<ul>\n");
    for (size_t i = 0; i < d->phases.n; i++) {
        const struct phase *p = &d->phases.v[i];
        char number[24];
        (void)snprintf(number, sizeof number, "P%zu", i + 1);
        entry(b, p->id ? p->id : "", number, p->title ? p->title : "");
        buf_str(b, "</li>\n");
    }
    buf_str(b, "</ul></li>\n");
}

static void contents(const struct render *r, struct buf *b)
{
    buf_str(b, "<nav aria-label=\"Contents\">\n<ul>\n");
    for (size_t i = 1; i < section_kind_n; i++) {
        const struct section_kind *k = &section_kinds[i];
        if (!render_shown(r, k)) continue;
        if (k->shape == SHAPE_PHASES) {
            phase_entries(r->d, b);
        } else if (k->shape == SHAPE_SINGLE) {
            entry(b, k->id, NULL, k->title);
            buf_str(b, "</li>\n");
        }
    }
    buf_str(b, "</ul>\n</nav>\n");
}

static enum err_kind page(struct render *r, struct buf *b)
{
    buf_str(b, head);
    buf_html(b, r->d->header.title ? r->d->header.title : "Plan");
    buf_str(b, style);
    contents(r, b);
    buf_str(b, "<main>\n");
    render_document(r);
    buf_str(b, "</main>\n</body>\n</html>\n");
    return r->failed != ERR_OK ? r->failed : buf_check(b, r->e);
}

enum err_kind document_html(const struct document *d, int64_t revision, const struct sha256 *hash,
                            const struct verdict *v, struct buf *b, struct err *e)
{
    auto_arena a = arena_new(0);
    auto_buf waiting = BUF_INIT(BUF_MAX_DEFAULT);
    struct totals t;
    struct render r = { .d = d, .revision = revision, .hash = hash, .verdict = v, .b = &waiting, .page = b, .e = e };
    enum err_kind k = a ? document_totals(d, a, &t, e) : err_nomem(e);
    if (k == ERR_OK) r.totals = &t;
    else if (k != ERR_INVALID) return k; /* phases in a circle are shown without totals */
    return page(&r, b);
}
