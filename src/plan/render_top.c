/* What an approver reads first: header, what changes, decisions, questions, assumptions, risks, files, estimate. */
#include "plan/render.h"

#include <string.h>

#include "plan/text.h"

/* --- header ---------------------------------------------------------------------------------------------------- */
static void verdict_line(struct render *r)
{
    const struct verdict *v = r->verdict;
    if (r->revision > 0) buf_fmt(r->b, "**Revision %lld** · ", (long long)r->revision);
    if (r->hash) buf_fmt(r->b, "`%.12s` · ", hash_hex_of(r->hash).s);
    if (!v) {
        buf_str(r->b, "not checked yet\n\n");
        return;
    }
    buf_fmt(r->b, "%lld verified against the code, %lld to create, %lld not provable here, %s%lld failed%s\n\n",
            (long long)v->verified, (long long)v->to_create, (long long)v->unprovable, v->failed ? "**" : "",
            (long long)v->failed, v->failed ? "**" : "");
}

static bool web_link(const char *url)
{
    bool web = url && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
    return web && !strpbrk(url, " \t\r\n<>()\\\"");
}

static void ticket_line(struct render *r)
{
    const struct header *h = &r->d->header;
    const char *name = !text_blank(h->ticket_key) ? h->ticket_key : h->ticket_title;
    if (text_blank(name) && text_blank(h->ticket_url)) return;
    buf_str(r->b, "- **Ticket:** ");
    if (!text_blank(h->ticket_key)) text_code(r->b, h->ticket_key);
    if (!text_blank(h->ticket_title)) {
        if (!text_blank(h->ticket_key)) buf_char(r->b, ' ');
        text_line(r->b, h->ticket_title);
    }
    if (web_link(h->ticket_url)) buf_fmt(r->b, " (<%s>)", h->ticket_url);
    buf_char(r->b, '\n');
}

/* The first twelve characters of a commit or tree. */
static void object_name(struct buf *b, const char *what, const char *name)
{
    if (text_blank(name)) return;
    buf_fmt(b, ", %s `", what);
    for (size_t i = 0; i < 12 && name[i]; i++)
        if ((name[i] >= '0' && name[i] <= '9') || (name[i] >= 'a' && name[i] <= 'z')) buf_char(b, name[i]);
    buf_char(b, '`');
}

static void base_lines(struct render *r)
{
    for (size_t i = 0; i < r->d->header.base.n; i++) {
        const struct base *x = &r->d->header.base.v[i];
        buf_str(r->b, "- **Code:** ");
        text_code(r->b, x->repository ? x->repository : "none");
        if (!text_blank(x->alias) && (!x->repository || strcmp(x->alias, x->repository) != 0)) {
            buf_str(r->b, " as ");
            text_code(r->b, x->alias);
        }
        if (!text_blank(x->ref)) {
            buf_str(r->b, " at ");
            text_code(r->b, x->ref);
        }
        object_name(r->b, "commit", x->commit);
        object_name(r->b, "tree", x->tree);
        buf_char(r->b, '\n');
    }
}

static void label_line(struct render *r, const char *label, const char *text)
{
    if (text_blank(text)) return;
    buf_fmt(r->b, "- **%s:** ", label);
    text_line(r->b, text);
    buf_char(r->b, '\n');
}

void render_header(struct render *r)
{
    render_heading(r, 1, NULL, NULL, text_blank(r->d->header.title) ? "Plan" : r->d->header.title);
    verdict_line(r);
    ticket_line(r);
    base_lines(r);
    label_line(r, "Drafted by", r->d->header.drafted_by);
    label_line(r, "Created", r->d->header.created);
    buf_char(r->b, '\n');
}

/* --- what changes ---------------------------------------------------------------------------------------------- */
void render_overview(struct render *r)
{
    const struct header *h = &r->d->header;
    if (!text_blank(h->approach)) {
        buf_str(r->b, "**Approach:** ");
        text_line(r->b, h->approach);
        buf_str(r->b, "\n\n");
    }
    if (!text_blank(h->approach_why)) {
        buf_str(r->b, "**Why:** ");
        text_line(r->b, h->approach_why);
        buf_str(r->b, "\n\n");
    }
    text_block(r->b, r->d->overview, 0, true);
    buf_char(r->b, '\n');
}

void render_decisions(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.decisions.n; i++) {
        const struct decision *x = &r->d->closing.decisions.v[i];
        buf_fmt(r->b, "%zu. ", i + 1);
        text_line(r->b, x->decision);
        buf_char(r->b, '\n');
        if (!text_blank(x->why)) {
            buf_str(r->b, "   - Why: ");
            text_line(r->b, x->why);
            buf_char(r->b, '\n');
        }
        for (size_t j = 0; j < x->alternatives.n; j++) {
            buf_str(r->b, "   - Instead of: ");
            text_line(r->b, x->alternatives.v[j]);
            buf_char(r->b, '\n');
        }
    }
    buf_char(r->b, '\n');
}

void render_questions(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.questions.n; i++) {
        buf_fmt(r->b, "%zu. ", i + 1);
        text_line(r->b, r->d->closing.questions.v[i]);
        buf_char(r->b, '\n');
    }
    buf_char(r->b, '\n');
}

void render_assumptions(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.assumptions.n; i++) {
        buf_str(r->b, "- ");
        text_line(r->b, r->d->closing.assumptions.v[i]);
        buf_char(r->b, '\n');
    }
    buf_char(r->b, '\n');
}

static const char *level_text(int level)
{
    return level_names[level >= LEVEL_LOW && level <= LEVEL_HIGH ? level : LEVEL_LOW];
}

void render_risks(struct render *r)
{
    buf_str(r->b, "| Risk | Likelihood | Impact | Mitigation | If it happens |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < r->d->closing.risks.n; i++) {
        const struct risk *x = &r->d->closing.risks.v[i];
        buf_str(r->b, "| ");
        text_cell(r->b, x->risk);
        buf_fmt(r->b, " | %s | %s | ", level_text(x->likelihood), level_text(x->impact));
        text_cell(r->b, x->mitigation);
        buf_str(r->b, " | ");
        text_cell(r->b, x->contingency);
        buf_str(r->b, " |\n");
    }
    buf_char(r->b, '\n');
}

/* --- files by phase -------------------------------------------------------------------------------------------- */
static void file_rows(struct render *r, size_t i, const struct step *s)
{
    for (size_t j = 0; j < s->files.n; j++) {
        const struct file_change *f = &s->files.v[j];
        bool named = f->change >= CHANGE_MODIFY && f->change <= CHANGE_RENAME;
        buf_fmt(r->b, "| P%zu | %s | ", i + 1, change_names[named ? f->change : CHANGE_MODIFY]);
        if (f->change == CHANGE_RENAME && !text_blank(f->from)) {
            text_code_cell(r->b, f->from);
            buf_str(r->b, " → ");
        }
        text_code_cell(r->b, f->path);
        buf_str(r->b, " | ");
        text_cell(r->b, f->why);
        buf_str(r->b, " |\n");
    }
}

void render_files(struct render *r)
{
    buf_str(r->b, "| Phase | Change | File | Why |\n|---|---|---|---|\n");
    for (size_t i = 0; i < r->d->phases.n; i++)
        for (size_t j = 0; j < r->d->phases.v[i].steps.n; j++) file_rows(r, i, &r->d->phases.v[i].steps.v[j]);
    buf_char(r->b, '\n');
}

/* --- estimate -------------------------------------------------------------------------------------------------- */
static void estimate_cells(struct render *r, const struct estimate *x)
{
    buf_str(r->b, " | ");
    duration_text(x->optimistic, r->b);
    buf_str(r->b, " | ");
    duration_text(x->likely, r->b);
    buf_str(r->b, " | ");
    duration_text(x->pessimistic, r->b);
    buf_str(r->b, " |\n");
}

static void estimate_table(struct render *r)
{
    buf_str(r->b, "| Phase | Needs | Optimistic | Likely | Pessimistic |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < r->d->phases.n; i++) {
        const struct phase *p = &r->d->phases.v[i];
        buf_fmt(r->b, "| P%zu ", i + 1);
        text_cell(r->b, p->title);
        buf_str(r->b, " | ");
        for (size_t j = 0; j < p->depends_on.n; j++) {
            size_t on = phase_index(r->d, p->depends_on.v[j]);
            if (on != SIZE_MAX) buf_fmt(r->b, "%sP%zu", j ? ", " : "", on + 1);
        }
        estimate_cells(r, &p->estimate);
    }
    if (!r->totals) return;
    buf_str(r->b, "| **Total** | ");
    estimate_cells(r, &r->totals->work);
}

static void path_line(struct render *r)
{
    const struct totals *t = r->totals;
    if (!t || t->path.n == 0) return;
    buf_str(r->b, "- **Critical path:** ");
    for (size_t i = 0; i < t->path.n; i++) buf_fmt(r->b, "%sP%zu", i ? " → " : "", t->path.v[i] + 1);
    buf_str(r->b, ", ");
    duration_text(t->critical_path, r->b);
    buf_str(r->b, " at least, however many people work on it\n");
}

/* "12 days of work, 5 days left" */
static void available_line(struct render *r)
{
    const struct timeline *t = &r->d->closing.timeline;
    if (t->available <= 0 || !r->totals) return;
    buf_str(r->b, "- **Fits:** ");
    duration_text(r->totals->work.likely, r->b);
    buf_str(r->b, " of work, ");
    duration_text(t->available, r->b);
    buf_str(r->b, " left: ");
    if (r->totals->work.pessimistic <= t->available) buf_str(r->b, "yes, even when much goes wrong\n");
    else if (r->totals->work.likely <= t->available) buf_str(r->b, "yes, if nothing much goes wrong\n");
    else buf_str(r->b, "**no**\n");
}

void render_timeline(struct render *r)
{
    const struct timeline *t = &r->d->closing.timeline;
    if (r->d->phases.n > 0) {
        estimate_table(r);
        buf_char(r->b, '\n');
        path_line(r);
    }
    label_line(r, "Deadline", t->deadline);
    if (t->people > 0) buf_fmt(r->b, "- **People:** %lld\n", (long long)t->people);
    available_line(r);
    buf_char(r->b, '\n');
    text_block(r->b, t->note, 0, true);
    buf_char(r->b, '\n');
}
