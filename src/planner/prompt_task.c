/* The task of one step: its text, and what earlier steps and people have decided. */
#include "planner/prompt.h"

#include <string.h>
#include "planner/prose.h"

static void as_json(struct buf *out, const char *title, const struct record *r, const void *value)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    record_encode(r, value, &b);
    buf_fmt(out, "\n## %s\n\n", title);
    prompt_fenced_buf(out, "json", &b);
}

static void strings(struct buf *out, const char *title, const void *list)
{
    text_list l;
    memcpy(&l, list, sizeof l);
    if (l.n == 0) return;
    buf_fmt(out, "\n## %s\n\n", title);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    for (size_t i = 0; i < l.n; i++) buf_fmt(&b, "- %s\n", l.v[i]);
    prompt_fenced_buf(out, "text", &b);
}

static void answers(const struct brief *b, struct buf *out)
{
    auto_buf t = BUF_INIT(BUF_MAX_DEFAULT);
    for (size_t i = 0; i < b->answers.n; i++) buf_fmt(&t, "%s: %s\n", b->answers.v[i].question, b->answers.v[i].answer);
    if (t.n) {
        buf_str(out, "\n## Answers of the people who asked\n\n");
        prompt_fenced_buf(out, "text", &t);
    }
    strings(out, "Their corrections to the understanding", &b->corrections);
    strings(out, "Assumptions on record", &b->assumptions);
}

static void choice(const struct brief *b, struct buf *out)
{
    if (!prose_blank(b->own)) {
        buf_str(out, "\n## The approach chosen is their own\n\n");
        prompt_fenced(out, "text", b->own);
    } else if (b->chosen) {
        buf_fmt(out, "\n## Chosen: option %s\n", b->chosen);
    }
    if (!prose_blank(b->choice_reason)) {
        buf_str(out, "\nTheir reason:\n\n");
        prompt_fenced(out, "text", b->choice_reason);
    }
}

static const struct phase_outline *row_of(const struct brief *b, const char *id)
{
    for (size_t i = 0; b->outline && i < b->outline->phases.n; i++)
        if (prose_same(b->outline->phases.v[i].id, id)) return &b->outline->phases.v[i];
    return NULL;
}

static void findings(const struct brief *b, struct buf *out)
{
    auto_buf t = BUF_INIT(BUF_MAX_DEFAULT);
    for (size_t i = 0; i < b->findings.n; i++) {
        const struct check_finding *f = &b->findings.v[i];
        buf_fmt(&t, "- [%s] %s, section %s: %s", severity_names[f->severity], f->rule, f->anchor, f->message);
        if (f->evidence) buf_fmt(&t, " (at fault: %s)", f->evidence);
        if (f->suggestion) buf_fmt(&t, " Suggestion: %s", f->suggestion);
        buf_char(&t, '\n');
    }
    buf_str(out, "\n## Problems found\n\n");
    prompt_fenced_buf(out, "findings", &t);
}

static void size(const struct brief *b, struct buf *out)
{
    if (b->size == SIZE_SMALL) buf_str(out, "\nThe plan is asked for as small: one or two phases on one page.\n");
    if (b->size == SIZE_FULL) buf_str(out, "\nThe plan is asked for as full.\n");
}

/* Where code is written or could be asked for. */
static void code(const struct brief *b, struct buf *out)
{
    if (b->code == CODE_NONE) buf_str(out, "\nWrite no code blocks: the steps say in words what to do, and name the files.\n");
    if (b->code == CODE_INTERFACES)
        buf_fmt(out, "\nCode blocks show interfaces only: signatures, schemas, routes; %d lines at most, no bodies.\n", CODE_INTERFACE_LINES);
}

static void more(const struct brief *b, struct buf *out)
{
    if (prose_blank(b->more)) return;
    if (b->options) as_json(out, "Options offered before; offer others", &options_record, b->options);
    buf_str(out, "\n## Why other options are wanted\n\n");
    prompt_fenced(out, "text", b->more);
}

static void on_change(const struct brief *b, struct buf *out)
{
    if (b->head) as_json(out, "The plan", &document_record, b->head);
    strings(out, "Sections meant", &b->sections);
}

void prompt_task(const struct brief *b, const struct step_request *step, struct buf *out)
{
    char file[32];
    const struct phase_outline *row = step->kind == STEP_PHASE ? row_of(b, step->subject) : NULL;
    (void)snprintf(file, sizeof file, "%s.md", step_name(step->kind));
    buf_str(out, prompt_text(file));
    size(b, out);
    if (step->kind >= STEP_PHASE && step->kind != STEP_CLOSING) code(b, out);
    if (step->kind >= STEP_REPAIR) {
        on_change(b, out);
        if (step->kind == STEP_REPAIR) findings(b, out);
        if (step->kind == STEP_REFINE) {
            buf_str(out, "\n## The change asked for\n\n");
            prompt_fenced(out, "text", b->instruction);
        }
        return;
    }
    answers(b, out);
    if (b->understanding && step->kind != STEP_UNDERSTAND)
        as_json(out, "Understanding", &understanding_record, b->understanding);
    if (step->kind == STEP_OPTIONS) more(b, out);
    if (b->options && step->kind > STEP_OPTIONS) as_json(out, "Options", &options_record, b->options);
    if (step->kind > STEP_OPTIONS) choice(b, out);
    if (b->outline && step->kind > STEP_OUTLINE) as_json(out, "Outline", &outline_record, b->outline);
    if (row) as_json(out, "The phase to write", &phase_outline_record, row);
    for (size_t i = 0; step->kind == STEP_CLOSING && i < b->phases.n; i++)
        as_json(out, b->phases.v[i].title, &phase_record, &b->phases.v[i]);
}
