/* Two revisions side by side as one self-contained HTML page, without scripts. */
#include "pland/plan/dialogue.h"

#include <stdio.h>
#include <string.h>

#include "plan/html_text.h"
#include "plan/page.h"

enum { CONTEXT = 3 };

static const char style[] =
    ":root{color-scheme:light dark;--del:#f8d7da;--ins:#d3f0dc;--mov:#fff0c2;--line:#8886}\n"
    "@media(prefers-color-scheme:dark){:root{--del:#5a1e24;--ins:#15452a;--mov:#4d4011}}\n"
    "body{font:15px/1.5 system-ui,sans-serif;margin:1rem auto;max-width:110rem;padding:0 1rem}\n"
    "table{border-collapse:collapse;table-layout:fixed;width:100%;margin:.5rem 0 2rem}\n"
    "td{vertical-align:top;padding:.1rem .4rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere;"
    "white-space:pre-wrap;font:13px/1.5 ui-monospace,monospace}\n"
    "td.n{width:4ch;text-align:right;color:GrayText;user-select:none}\n"
    "col.n{width:5ch}.del{background:var(--del)}.ins{background:var(--ins)}.mov{background:var(--mov)}\n"
    ".fold td{color:GrayText;text-align:center}small{color:GrayText;display:block}\n"
    "h2{margin:2rem 0 .2rem}.why{margin:.1rem 0;padding:.2rem .6rem;border-left:4px solid var(--line)}\n";

static void text(struct buf *b, const char *s) { html_text(b, s, strlen(s)); }

static void cell(const struct compared_line *l, bool old, struct buf *b)
{
    size_t number = l ? (old ? l->from : l->to) : 0;
    bool changed = l && l->mark != ' ';
    if (!number) {
        buf_str(b, "<td class=\"n\"></td><td></td>");
        return;
    }
    buf_fmt(b, "<td class=\"n\" id=\"%c%zu\">%zu</td><td%s>", old ? 'a' : 'b', number, number,
            !changed ? "" : l->moved ? " class=\"mov\"" : old ? " class=\"del\"" : " class=\"ins\"");
    if (changed) buf_str(b, l->moved ? "" : old ? "<del>" : "<ins>");
    html_text(b, l->text, l->n);
    if (changed && !l->moved) buf_str(b, old ? "</del>" : "</ins>");
    if (changed && l->moved)
        buf_fmt(b, "<small>moved %s <a href=\"#%c%zu\">line %zu</a></small>", old ? "to" : "from", old ? 'b' : 'a',
                l->moved, l->moved);
    buf_str(b, "</td>");
}

static void row(const struct compared_line *old, const struct compared_line *new, struct buf *b)
{
    buf_str(b, "<tr>");
    cell(old, true, b);
    cell(new, false, b);
    buf_str(b, "</tr>\n");
}

/* From i on: lines that went beside those that came. Returns the first line behind them. */
static size_t pair_up(const struct comparison *c, size_t i, size_t end, struct buf *b)
{
    size_t gone = i, came, stop;
    while (gone < end && c->lines.v[gone].mark == '-') gone++;
    came = gone;
    while (came < end && c->lines.v[came].mark == '+') came++;
    stop = came;
    for (size_t k = 0; i + k < gone || gone + k < stop; k++)
        row(i + k < gone ? &c->lines.v[i + k] : NULL, gone + k < stop ? &c->lines.v[gone + k] : NULL, b);
    return stop;
}

/* How far from line i the next line is that changed, at most CONTEXT + 1, within the section. */
static bool near_change(const struct comparison *c, size_t i, size_t from, size_t end)
{
    size_t least = i > from + CONTEXT ? i - CONTEXT : from, most = i + CONTEXT < end ? i + CONTEXT : end - 1;
    for (size_t k = least; k <= most; k++)
        if (c->lines.v[k].mark != ' ') return true;
    return false;
}

static void rows(const struct comparison *c, size_t from, size_t end, struct buf *b)
{
    buf_str(b, "<table><colgroup><col class=\"n\"><col><col class=\"n\"><col></colgroup>\n<tbody>\n");
    for (size_t i = from, folded; i < end;) {
        if (c->lines.v[i].mark != ' ') {
            i = pair_up(c, i, end, b);
            continue;
        }
        for (folded = 0; i + folded < end && c->lines.v[i + folded].mark == ' ' &&
                         !near_change(c, i + folded, from, end);)
            folded++;
        if (folded) buf_fmt(b, "<tr class=\"fold\"><td colspan=\"4\">%zu lines the same</td></tr>\n", folded);
        else row(&c->lines.v[i], &c->lines.v[i], b);
        i += folded ? folded : 1;
    }
    buf_str(b, "</tbody></table>\n");
}

/* --- headings --------------------------------------------------------------------------------------------------- */
static const struct section_change *change_of(const section_changes *l, const char *id)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->v[i].id, id) == 0) return &l->v[i];
    return NULL;
}

static void reason(const struct change_reasons *l, const char *id, struct buf *b)
{
    for (size_t i = 0; i < l->v.n; i++) {
        const struct change_reason *x = &l->v.v[i];
        if (strcmp(x->section, id) != 0) continue;
        buf_fmt(b, "<p class=\"why\">Revision %lld, ", (long long)x->revision);
        text(b, x->reason ? x->reason : "");
        if (x->author) buf_str(b, ", by "), text(b, x->author);
        if (x->detail) buf_str(b, ": "), text(b, x->detail);
        buf_str(b, "</p>\n");
    }
}

static void heading(const section_changes *sections, const struct change_reasons *why, const char *id, struct buf *b)
{
    const struct section_change *x = change_of(sections, id);
    buf_str(b, "<h2>");
    if (x && x->title && *x->title) page_title(b, x->title);
    else text(b, *id ? id : "header");
    buf_str(b, "</h2>\n");
    if (x) {
        buf_fmt(b, "<p class=\"why\">%s%s</p>\n", section_fate_names[x->fate],
                x->moved && x->fate != SECTION_MOVED ? " and moved" : "");
        reason(why, id, b);
    } else if (*id) {
        buf_str(b, "<p class=\"why\">computed from the sections that changed</p>\n");
    }
}

static bool any_change(const struct comparison *c, size_t from, size_t end)
{
    for (size_t i = from; i < end; i++)
        if (c->lines.v[i].mark != ' ') return true;
    return false;
}

void compare_html(const struct comparison *c, const struct change_reasons *why, const char *title, int64_t from,
                  int64_t to, struct buf *b)
{
    buf_str(b, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
               "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
               "'unsafe-inline'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    page_title(b, title && *title ? title : "Plan");
    buf_fmt(b, ": revision %lld to %lld</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n<h1>", (long long)from,
            (long long)to, style);
    page_title(b, title && *title ? title : "Plan");
    buf_fmt(b, "</h1>\n<p>Revision %lld on the left, revision %lld on the right.</p>\n", (long long)from, (long long)to);
    if (!any_change(c, 0, c->lines.n)) buf_str(b, "<p>Nothing differs.</p>\n");
    for (size_t i = 0, end; i < c->lines.n; i = end) {
        for (end = i + 1; end < c->lines.n && strcmp(c->lines.v[end].section, c->lines.v[i].section) == 0;) end++;
        if (!any_change(c, i, end)) continue;
        heading(&c->sections, why, c->lines.v[i].section, b);
        rows(c, i, end, b);
    }
    buf_str(b, "</main>\n</body>\n</html>\n");
}
