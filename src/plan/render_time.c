/* Estimate and timeline: the table, the critical path, whether it fits, charts as Mermaid text. */
#include "plan/render.h"

#include <string.h>

#include "plan/page.h"
#include "plan/text.h"

/* --- estimates ------------------------------------------------------------------------------------------------- */
void render_estimate(struct render *r, const struct estimate *x)
{
    duration_text(x->likely, r->b);
    buf_str(r->b, " (");
    duration_text(x->optimistic, r->b);
    buf_str(r->b, " to ");
    duration_text(x->pessimistic, r->b);
    buf_char(r->b, ')');
}

static void estimate_cells(struct render *r, const struct estimate *x)
{
    const int64_t minutes[] = { x->optimistic, x->likely, x->pessimistic };
    for (size_t i = 0; i < countof(minutes); i++) {
        buf_str(r->b, " | ");
        duration_text(minutes[i], r->b);
    }
    buf_str(r->b, " |\n");
}

/* Most phases need the one before. */
static void needs(struct render *r, size_t i)
{
    const struct phase *p = &r->d->phases.v[i];
    for (size_t j = 0, near = i ? i - 1 : 0; j < p->depends_on.n; j++) {
        size_t on = phase_near(r->d, p->depends_on.v[j], &near);
        if (on != SIZE_MAX) buf_fmt(r->b, "%sP%zu", j ? ", " : "", on + 1);
    }
}

static void estimate_table(struct render *r)
{
    buf_str(r->b, "| Phase | Needs | Optimistic | Likely | Pessimistic |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < r->d->phases.n; i++) {
        const struct phase *p = &r->d->phases.v[i];
        buf_fmt(r->b, "| P%zu ", i + 1);
        text_put(r->b, p->title, TEXT_CELL, NULL);
        buf_str(r->b, " | ");
        needs(r, i);
        estimate_cells(r, &p->estimate);
    }
    if (r->totals) {
        buf_str(r->b, "| **Total** | ");
        estimate_cells(r, &r->totals->work);
    }
    buf_char(r->b, '\n');
}

/* --- lines ----------------------------------------------------------------------------------------------------- */
static void path_line(struct render *r)
{
    const struct totals *t = r->totals;
    buf_str(r->b, "- **Critical path:** ");
    for (size_t i = 0; i < t->path.n; i++) buf_fmt(r->b, "%sP%zu", i ? " → " : "", t->path.v[i] + 1);
    buf_str(r->b, ", ");
    duration_text(t->critical_path, r->b);
    buf_str(r->b, " at least, however many people work on it\n");
}

/* "12 days of work, 5 days left: no" */
static void fits_line(struct render *r)
{
    int64_t available = r->d->closing.timeline.available;
    buf_str(r->b, "- **Fits:** ");
    duration_text(r->totals->work.likely, r->b);
    buf_str(r->b, " of work, ");
    duration_text(available, r->b);
    buf_str(r->b, " left: ");
    if (r->totals->work.pessimistic <= available) buf_str(r->b, "yes, even when much goes wrong\n");
    else if (r->totals->work.likely <= available) buf_str(r->b, "yes, if nothing much goes wrong\n");
    else buf_str(r->b, "**no**\n");
}

static void total_line(struct render *r)
{
    if (!r->totals || r->d->phases.n == 0) return;
    if (render_compact(r)) { /* else it is in the table */
        buf_str(r->b, "- **Total:** ");
        render_estimate(r, &r->totals->work);
        buf_char(r->b, '\n');
    }
    if (r->totals->path.n > 1) path_line(r);
}

void render_timeline(struct render *r)
{
    const struct timeline *t = &r->d->closing.timeline;
    if (!render_compact(r)) estimate_table(r);
    total_line(r);
    if (t->deadline) {
        buf_str(r->b, "- **Deadline:** ");
        text_put_optional(r->b, t->deadline, 0, NULL);
        buf_char(r->b, '\n');
    }
    if (t->people != 0) buf_fmt(r->b, "- **People:** %lld\n", (long long)t->people);
    if (t->available != 0) {
        buf_str(r->b, "- **Time left:** ");
        duration_text(t->available, r->b);
        buf_char(r->b, '\n');
    }
    if (t->available > 0 && r->totals && r->d->phases.n > 0) fits_line(r);
    buf_char(r->b, '\n');
    if (!render_compact(r)) {
        render_gantt(r);
        render_graph(r);
    }
    if (!t->note) return;
    render_label(r, "**Note**");
    text_block(r->b, t->note, NULL, NULL);
    buf_char(r->b, '\n');
}

/* --- charts ---------------------------------------------------------------------------------------------------- */
/* Where a label of 60 characters ends: on a word's border, so that no path is cut in two. */
static const char *label_end(const char *s)
{
    const char *border = s, *p = s;
    size_t n = 0;
    for (; *p && n <= 60; p++) {
        if (((unsigned char)*p & 0xc0) != 0x80) n++; /* not the rest of a character */
        if (*p == ' ') border = p;
    }
    while (((unsigned char)*p & 0xc0) == 0x80) p++;
    return !*p && n <= 60 ? p : border > s ? border : p;
}

/* Only what no chart reads as anything but text. */
void chart_label(struct buf *b, const char *s)
{
    bool blank = false, begun = false;
    for (const char *end = s ? label_end(s) : NULL; s && s < end; s++) {
        unsigned char c = (unsigned char)*s;
        bool kept = c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    strchr("()./_-", c);
        if (!kept) {
            blank = true;
            continue;
        }
        if (blank && begun) buf_char(b, ' ');
        buf_char(b, *s);
        blank = false;
        begun = true;
    }
}

static bool critical(const struct render *r, size_t i)
{
    for (size_t j = 0; j < r->totals->path.n; j++)
        if (r->totals->path.v[j] == i) return true;
    return false;
}

/* A day of work is drawn as a day: eight hours as twenty-four. */
static void gantt_row(struct render *r, size_t i)
{
    const struct phase *p = &r->d->phases.v[i];
    int64_t minutes = p->estimate.likely * 3;
    buf_fmt(r->b, "    P%zu ", i + 1);
    chart_label(r->b, p->title);
    buf_str(r->b, critical(r, i) ? " :crit, " : " :");
    buf_fmt(r->b, "%s, ", p->id);
    if (p->depends_on.n == 0) buf_str(r->b, "2001-01-01");
    for (size_t j = 0; j < p->depends_on.n; j++) buf_fmt(r->b, "%s%s", j ? " " : "after ", p->depends_on.v[j]);
    buf_fmt(r->b, ", %lldm\n", (long long)(minutes > 0 ? minutes : 1));
}

static void gantt(struct render *r)
{
    buf_str(r->b, "gantt\n    title Days of work, as early as possible\n    dateFormat YYYY-MM-DD\n    axisFormat day %-j\n");
    for (size_t i = 0; i < r->d->phases.n; i++) gantt_row(r, i);
}

static void graph(struct render *r)
{
    buf_str(r->b, "flowchart LR\n");
    for (size_t i = 0; i < r->d->phases.n; i++) {
        const struct phase *p = &r->d->phases.v[i];
        buf_fmt(r->b, "    %s[\"P%zu ", p->id, i + 1);
        chart_label(r->b, p->title);
        buf_str(r->b, "\"]\n");
        for (size_t j = 0; j < p->depends_on.n; j++) buf_fmt(r->b, "    %s --> %s\n", p->depends_on.v[j], p->id);
    }
}

static void chart(struct render *r, const char *title, void (*write)(struct render *))
{
    auto_buf text = BUF_INIT(r->b->max);
    struct render aside = *r;
    if (r->page) {
        aside.b = &text;
        aside.page = NULL;
        write(&aside);
        page_mermaid(r, title, &text);
        return;
    }
    buf_str(r->b, "```mermaid\n");
    write(r);
    buf_str(r->b, "```\n\n");
}

void render_gantt(struct render *r)
{
    if (!r->totals || r->totals->path.n == 0) return;
    if (r->page) page_timeline(r);
    chart(r, "Timeline as Mermaid text", gantt);
}

void render_graph(struct render *r)
{
    size_t arrows = 0;
    for (size_t i = 0; i < r->d->phases.n; i++) arrows += r->d->phases.v[i].depends_on.n;
    if (!r->totals || arrows == 0) return;
    chart(r, "Dependencies as Mermaid text", graph);
}
