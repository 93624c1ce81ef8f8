/* What an approver reads first: header, what changes, decisions, questions, assumptions, risks, files. */
#include "plan/render.h"

#include <string.h>

#include "plan/text.h"

const char *const render_before_overview[] = { "**Approach:**", "**Why:**", NULL };

/* --- header ---------------------------------------------------------------------------------------------------- */
/* Begins with bold words, by which the reader knows it. */
static void verdict_line(struct render *r)
{
    const struct verdict *v = r->how->verdict;
    if (r->how->revision > 0) buf_fmt(r->b, "**Revision %lld** · ", (long long)r->how->revision);
    else buf_str(r->b, "**Draft** · ");
    if (r->how->hash) buf_fmt(r->b, "`%.12s` · ", hash_hex_of(r->how->hash).s);
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
    for (const char *p = url; web && *p; p++) web = (unsigned char)*p > 0x20 && *p != 0x7f;
    return web && !strpbrk(url, "<>()\\\"`|");
}

static void label_line(struct render *r, const char *label, const char *text)
{
    if (!text) return;
    buf_fmt(r->b, "- **%s:** ", label);
    text_put_optional(r->b, text, 0, NULL);
    buf_char(r->b, '\n');
}

static void reference_line(struct render *r)
{
    const struct header *h = &r->d->header;
    if (!h->ticket_key && !h->ticket_url) return;
    buf_str(r->b, "- **Reference:** ");
    text_raw_optional(r->b, h->ticket_key, 0);
    if (h->ticket_url) {
        buf_str(r->b, h->ticket_key ? " at " : "at ");
        if (web_link(h->ticket_url)) buf_fmt(r->b, "<%s>", h->ticket_url);
        else text_raw_optional(r->b, h->ticket_url, 0);
    }
    buf_char(r->b, '\n');
}

static void part(struct render *r, const char *before, const char *s)
{
    if (!s) return;
    buf_str(r->b, before);
    text_raw_optional(r->b, s, 0);
}

/* The alias is said where it is not the name. */
static void base_lines(struct render *r)
{
    for (size_t i = 0; i < r->d->header.base.n; i++) {
        const struct base *x = &r->d->header.base.v[i];
        bool same = x->alias && x->repository && strcmp(x->alias, x->repository) == 0;
        buf_str(r->b, "- **Code:** ");
        if (x->repository) text_raw_optional(r->b, x->repository, 0);
        else buf_str(r->b, "no repository");
        if (!same) part(r, " as ", x->alias);
        if (x->repository && !x->alias) buf_str(r->b, " without alias");
        part(r, " at ", x->ref);
        part(r, ", commit ", x->commit);
        part(r, ", tree ", x->tree);
        buf_char(r->b, '\n');
    }
}

void render_header(struct render *r)
{
    const struct header *h = &r->d->header;
    render_heading(r, 1, NULL, NULL, text_blank(h->title) ? "Plan" : h->title);
    verdict_line(r);
    label_line(r, "Ticket", h->ticket_title);
    reference_line(r);
    base_lines(r);
    label_line(r, "Drafted by", h->drafted_by);
    label_line(r, "Created", h->created);
    buf_char(r->b, '\n');
}

/* --- what changes ---------------------------------------------------------------------------------------------- */
void render_overview(struct render *r)
{
    const struct header *h = &r->d->header;
    const char *const label[] = { "Approach", "Why" }, *const text[] = { h->approach, h->approach_why };
    for (size_t i = 0; i < countof(label); i++) {
        if (!text[i]) continue;
        buf_fmt(r->b, *text[i] ? "**%s:** " : "<!-- **%s:** -->", label[i]);
        text_put(r->b, text[i], 0, NULL);
        buf_str(r->b, "\n\n");
    }
    if (!r->d->overview) return;
    text_block(r->b, r->d->overview, NULL, render_before_overview);
    buf_char(r->b, '\n');
}

static void row(struct render *r, const char *before, const char *text)
{
    buf_str(r->b, before);
    text_put_optional(r->b, text, TEXT_START, NULL);
    buf_char(r->b, '\n');
}

void render_decisions(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.decisions.n; i++) {
        const struct decision *x = &r->d->closing.decisions.v[i];
        buf_fmt(r->b, "%zu.", i + 1);
        row(r, " ", x->decision);
        if (x->why && *x->why) row(r, "   - Why: ", x->why);
        for (size_t j = 0; j < x->alternatives.n; j++) row(r, "   - Instead of: ", x->alternatives.v[j]);
    }
    buf_char(r->b, '\n');
}

void render_questions(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.questions.n; i++) {
        buf_fmt(r->b, "%zu.", i + 1);
        row(r, " ", r->d->closing.questions.v[i]);
    }
    buf_char(r->b, '\n');
}

void render_assumptions(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.assumptions.n; i++) row(r, "- ", r->d->closing.assumptions.v[i]);
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
        text_put(r->b, x->risk, TEXT_CELL, NULL);
        buf_fmt(r->b, " | %s | %s | ", level_text(x->likelihood), level_text(x->impact));
        text_put(r->b, x->mitigation, TEXT_CELL, NULL);
        buf_str(r->b, " | ");
        text_put(r->b, x->contingency, TEXT_CELL, NULL);
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
            text_raw(r->b, f->from, TEXT_CELL);
            buf_str(r->b, " → ");
        }
        text_raw(r->b, f->path, TEXT_CELL);
        buf_str(r->b, " | ");
        text_put(r->b, f->why, TEXT_CELL, NULL);
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
